//! A small form to evaluate in: a primary instance, secondary ones by id, and references that are paths.

#![allow(dead_code, reason = "every test target uses its own part")]

use std::{borrow::Cow, cell::Cell};

use xpath::{
    Dialect, DocumentId, EvaluationError, Evaluator, Expression, Host, Indexes, Limits, Names,
    Namespaces, NodeIx, NodeRef, ReadOptions, ReferenceId, Session, Texts, TimeZone, Tree, Value,
    optimise, parse, read,
};

pub struct Form {
    pub names: Names,
    pub trees: Vec<Tree>,
    ids: Vec<String>,
    pub session: Session,
    pub dialect: Dialect,
    pub indexes: Option<Indexes>,
    /// Path of every reference, by its id.
    pub references: Vec<Expression>,
    pub blank: Vec<NodeRef>,
    /// How many more nodes may be looked at.
    pub patience: Option<Cell<usize>>,
    random: Cell<u64>,
}

/// A node of the primary instance.
pub fn primary(node: NodeIx) -> NodeRef {
    NodeRef::new(DocumentId::PRIMARY, node)
}

pub fn options(texts: Texts) -> ReadOptions {
    ReadOptions {
        texts,
        keep_comments: true,
        limits: Limits::default(),
    }
}

impl Form {
    pub fn new(primary: &str) -> Self {
        let mut names = Names::new();
        let tree = read(primary, &mut names, options(Texts::Inline)).expect("a document");
        Self {
            names,
            trees: vec![tree],
            ids: vec![String::new()],
            session: Session::default(),
            dialect: Dialect::XForms,
            indexes: Some(Indexes::new()),
            references: Vec::new(),
            blank: Vec::new(),
            patience: None,
            random: Cell::new(1),
        }
    }

    pub fn with_instance(mut self, id: &str, xml: &str) -> Self {
        let tree = read(xml, &mut self.names, options(Texts::Inline)).expect("a document");
        self.trees.push(tree);
        self.ids.push(id.to_owned());
        self
    }

    pub fn in_zone(mut self, offset_minutes: i32, transitions: &[(i64, i32)]) -> Self {
        self.session.time_zone = TimeZone {
            offset_minutes,
            transitions: transitions.to_vec(),
        };
        self
    }

    pub fn with_reference(mut self, path: &str) -> Self {
        let path = parse(path, &Namespaces::new(), Dialect::XForms).expect("a path");
        self.references.push(path);
        self
    }

    pub fn expression(&mut self, source: &str) -> Expression {
        let mut expression = parse(source, &Namespaces::new(), self.dialect)
            .unwrap_or_else(|error| panic!("{source}: {error}"));
        optimise(&mut expression, &mut self.names);
        expression
    }

    /// The value at the primary instance's root element as a text, or the error in English.
    pub fn text(&mut self, source: &str) -> String {
        let expression = self.expression(source);
        let root = self.trees[0].root_element().expect("a root");
        self.text_at(&expression, primary(root))
            .unwrap_or_else(|error| format!("error: {error}"))
    }

    pub fn text_at(
        &self,
        expression: &Expression,
        node: NodeRef,
    ) -> Result<String, EvaluationError> {
        let evaluator = Evaluator::new(self, node);
        let value = evaluator.evaluate(&expression.root)?;
        // Nodes are shown as the texts of all of them.
        Ok(match value {
            Value::Nodes(nodes) => nodes
                .iter()
                .map(|&node| evaluator.node_text(node))
                .collect::<Vec<_>>()
                .join("|"),
            value => evaluator.text_of(value).into_owned(),
        })
    }
}

impl Host for Form {
    fn tree(&self, document: DocumentId) -> &Tree {
        &self.trees[document.0 as usize]
    }

    fn names(&self) -> &Names {
        &self.names
    }

    fn session(&self) -> &Session {
        &self.session
    }

    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn random(&self) -> u64 {
        // splitmix64
        self.random
            .set(self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mixed = self.random.get();
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn root(&self, _: NodeRef) -> NodeRef {
        primary(NodeIx::DOCUMENT)
    }

    fn instance(&self, id: &str) -> Option<NodeRef> {
        let at = self.ids.iter().position(|known| known == id)?;
        let document = DocumentId(u32::try_from(at).expect("few documents"));
        Some(NodeRef::new(document, NodeIx::DOCUMENT))
    }

    fn is_blank(&self, node: NodeRef) -> bool {
        self.blank.contains(&node)
    }

    fn reference_all(&self, reference: ReferenceId, context: NodeRef, into: &mut Vec<NodeRef>) {
        let path = &self.references[reference.0 as usize];
        let evaluator = Evaluator::new(self, context);
        into.extend(evaluator.nodes(&path.root).expect("nodes"));
    }

    fn reference_is_single(&self, _: ReferenceId) -> bool {
        true
    }

    fn spend(&self, nodes: usize) -> bool {
        let Some(patience) = &self.patience else {
            return true;
        };
        patience.set(patience.get().saturating_sub(nodes));
        patience.get() > 0
    }

    fn indexes(&self) -> Option<&Indexes> {
        self.indexes.as_ref()
    }

    fn itext(&self, id: &str) -> Option<Cow<'_, str>> {
        (id == "greeting").then_some(Cow::Borrowed("你好"))
    }

    fn choice_name(&self, value: &str, path: &str, _: NodeRef) -> Option<String> {
        Some(format!("{value} of {path}"))
    }

    fn property(&self, name: &str) -> Option<Cow<'_, str>> {
        (name == "deviceid").then_some(Cow::Borrowed("tablet-7"))
    }
}

impl Form {
    /// The expression as parsed, without look-ups.
    pub fn expression_scanning(&self, source: &str) -> Expression {
        parse(source, &Namespaces::new(), self.dialect).expect("an expression")
    }
}
