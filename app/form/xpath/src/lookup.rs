//! Look-ups by key: `instance('cities')/root/item[country = …]` without going through every item.

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use regex_lite::Regex;

use crate::{
    error::EvaluationError,
    evaluate::Evaluator,
    expression::{
        Axis, Comparison, Expr, NameTest, NamespaceTest, NodeTest, Path, Start, Step, XFORMS,
    },
    function::Function,
    host::{DocumentId, NodeRef},
    tree::NodeIx,
    value::Value,
};

/// A path into a secondary instance whose first predicate asks for a key: an equality between a child of the item and
/// something that is the same for every item, or several of them joined by `and`.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The path as written.
    pub path: Path,
    /// Which step has the predicate.
    at: usize,
    /// From an item to its key.
    key: Vec<Step>,
    /// What the key is compared with.
    wanted: Expr,
    /// Whether the predicate says more than that.
    is_partial: bool,
    /// Names the index: instance, path and key.
    signature: Box<str>,
}

impl Lookup {
    /// The look-up a path is, if it is one.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let Start::Filter {
            expression,
            predicates,
        } = &path.start
        else {
            return None;
        };
        let Expr::Call {
            function: Function::Instance,
            arguments,
        } = &**expression
        else {
            return None;
        };
        let [Expr::Text(instance)] = arguments.as_slice() else {
            return None;
        };
        let at = path
            .steps
            .iter()
            .position(|step| !step.predicates.is_empty())?;
        let is_plain = path.steps[..=at]
            .iter()
            .all(|step| step.axis == Axis::Child);
        let predicate = path.steps[at].predicates.first()?;
        if !predicates.is_empty() || !is_plain || predicate.asks_for_position() {
            return None;
        }
        let equalities = match predicate {
            Expr::And(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        let (key, wanted) = equalities.iter().find_map(key_and_wanted)?;
        let mut signature = format!("{instance}|");
        let key = key.to_vec();
        for step in path.steps[..=at].iter().chain(&key) {
            let _ = write!(signature, "{:?} {:?}/", step.axis, step.test);
        }
        Some(Self {
            at,
            wanted: wanted.clone(),
            is_partial: equalities.len() > 1,
            signature: signature.into(),
            path: path.clone(),
            key,
        })
    }
}

/// The two sides of an equality, if one is a key of the item and the other does not depend on it.
fn key_and_wanted(equality: &Expr) -> Option<(&[Step], &Expr)> {
    let Expr::Compare {
        operator: Comparison::Equal,
        left,
        right,
    } = equality
    else {
        return None;
    };
    let sides = |key, wanted| {
        let key = key_steps(key)?;
        is_independent(wanted, false).then_some((key, wanted))
    };
    sides(left, right).or_else(|| sides(right, left))
}

fn key_steps(key: &Expr) -> Option<&[Step]> {
    let Expr::Path(path) = key else {
        return None;
    };
    let Path {
        start: Start::Context,
        steps,
    } = &**path
    else {
        return None;
    };
    let is_plain = |step: &Step| {
        step.predicates.is_empty()
            && matches!(step.axis, Axis::Child | Axis::Attribute | Axis::SelfNode)
    };
    steps.iter().all(is_plain).then_some(steps)
}

/// Whether an expression has one value for all items; `inside` a predicate of its own it may look at its own nodes.
fn is_independent(expr: &Expr, inside: bool) -> bool {
    use Function as F;
    let all = |parts: &[Expr]| parts.iter().all(|part| is_independent(part, inside));
    let path = |path: &Path| {
        let own = |predicates: &[Expr]| predicates.iter().all(|part| is_independent(part, true));
        let starts = match &path.start {
            Start::Root => true,
            Start::Context => inside,
            Start::Filter {
                expression,
                predicates,
            } => is_independent(expression, inside) && own(predicates),
        };
        starts && path.steps.iter().all(|step| own(&step.predicates))
    };
    match expr {
        Expr::Number(_) | Expr::Text(_) | Expr::Reference(_) => true,
        Expr::Fault(_) => false,
        Expr::Or(parts) | Expr::And(parts) | Expr::Union(parts) => all(parts),
        Expr::Compare { left, right, .. } => {
            is_independent(left, inside) && is_independent(right, inside)
        }
        Expr::Arithmetic { first, rest } => {
            is_independent(first, inside)
                && rest.iter().all(|(_, part)| is_independent(part, inside))
        }
        Expr::Negate(inner) => is_independent(inner, inside),
        Expr::Path(inner) => path(inner),
        Expr::Lookup(lookup) => path(&lookup.path),
        Expr::Call {
            function,
            arguments,
        } => match function {
            // Chance differs from item to item, and these look at the context node.
            F::Random | F::Uuid | F::Randomize | F::Once | F::Lang | F::Id | F::ChoiceName => false,
            F::Current | F::True | F::False | F::Pi | F::Today | F::Now | F::Version => true,
            _ => (inside || !arguments.is_empty()) && all(arguments),
        },
    }
}

/// What a form keeps between evaluations: indexes of its secondary instances and compiled patterns. Whoever exchanges
/// such an instance clears it.
#[derive(Debug, Default)]
pub struct Indexes {
    indexes: Mutex<HashMap<Box<str>, Arc<Index>>>,
    patterns: Mutex<HashMap<Box<str>, Option<Regex>>>,
}

/// The items of a path by key.
#[derive(Debug)]
struct Index {
    start: NodeRef,
    by_text: HashMap<Box<str>, Vec<NodeRef>>,
    /// By the bits of the key's number, made when a number is first asked for.
    by_number: OnceLock<HashMap<u64, Vec<NodeRef>>>,
}

impl Indexes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything about documents.
    pub fn clear(&self) {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        indexes.clear();
    }

    /// Whether a pattern is found in a text; `None` if it is no pattern.
    pub(crate) fn matches(&self, text: &str, pattern: &str) -> Option<bool> {
        /// Patterns are of the form's own making and few; what answers put together is not kept for ever.
        const MOST: usize = 256;
        let mut patterns = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        if !patterns.contains_key(pattern) {
            if patterns.len() >= MOST {
                patterns.clear();
            }
            patterns.insert(pattern.into(), Regex::new(pattern).ok());
        }
        let regex = patterns.get(pattern)?.as_ref()?;
        Some(regex.is_match(text))
    }

    fn get(&self, signature: &str, start: NodeRef) -> Option<Arc<Index>> {
        let indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        let index = indexes.get(signature)?;
        (index.start == start).then(|| Arc::clone(index))
    }

    fn put(&self, signature: &str, index: &Arc<Index>) {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        indexes.insert(signature.into(), Arc::clone(index));
    }
}

/// Numbers that are equal have equal bits, but for the two zeros.
fn bits(number: f64) -> u64 {
    if number == 0.0 { 0 } else { number.to_bits() }
}

impl Evaluator<'_> {
    /// The nodes a look-up selects: what its path does, in the same order.
    pub(crate) fn look_up(&self, lookup: &Lookup) -> Result<Vec<NodeRef>, EvaluationError> {
        let path = &lookup.path;
        let (Some(indexes), Start::Filter { expression, .. }) = (self.host.indexes(), &path.start)
        else {
            return self.path_nodes(path);
        };
        let start = match self.nodes(expression)?.as_slice() {
            [start] if start.document != DocumentId::PRIMARY => *start,
            _ => return self.path_nodes(path),
        };
        let inner = Self {
            node: start,
            ..*self
        };
        // What no key can be told from, and what would be an error, is for the path itself.
        let wanted = match inner.evaluate(&lookup.wanted) {
            Ok(Value::Boolean(_)) | Err(_) => return self.path_nodes(path),
            Ok(wanted) => wanted,
        };
        let index = if let Some(index) = indexes.get(&lookup.signature, start) {
            index
        } else {
            let index = Arc::new(self.build(start, lookup)?);
            indexes.put(&lookup.signature, &index);
            index
        };
        let mut found = self.find(&index, &wanted);
        let step = &path.steps[lookup.at];
        if lookup.is_partial {
            self.filter(&mut found, &step.predicates[0])?;
        }
        if let Some(rest) = step.predicates.get(1..).filter(|rest| !rest.is_empty()) {
            found = self.filter_by_parent(&found, rest)?;
        }
        self.walk(found, &path.steps[lookup.at + 1..])
    }

    fn find(&self, index: &Index, wanted: &Value) -> Vec<NodeRef> {
        let found = |found: Option<&Vec<NodeRef>>| found.cloned().unwrap_or_default();
        match wanted {
            Value::Text(text) => found(index.by_text.get(&**text)),
            Value::Nodes(nodes) => {
                let mut all = Vec::new();
                for &node in nodes {
                    let text = self.node_text(node);
                    all.extend(index.by_text.get(&*text).into_iter().flatten());
                }
                if nodes.len() > 1 {
                    self.sort(&mut all);
                }
                all
            }
            other => {
                let by_number = index.by_number.get_or_init(|| self.by_number(index));
                let number = self.number_of(other);
                if number.is_nan() {
                    return Vec::new();
                }
                found(by_number.get(&bits(number)))
            }
        }
    }

    fn build(&self, start: NodeRef, lookup: &Lookup) -> Result<Index, EvaluationError> {
        let steps = &lookup.path.steps[..=lookup.at];
        let (last, before) = steps.split_last().map_or((None, steps), |(last, before)| {
            (Some(Step::new(last.axis, last.test.clone())), before)
        });
        let mut items = self.walk(vec![start], before)?;
        if let Some(last) = last {
            items = self.walk(items, &[last])?;
        }
        let mut by_text: HashMap<Box<str>, Vec<NodeRef>> = HashMap::new();
        for item in items {
            self.each_plain(item, &lookup.key, &mut |key| {
                let text = self.node_text(key);
                match by_text.get_mut(&*text) {
                    // An item may have one key twice.
                    Some(known) if known.last() == Some(&item) => {}
                    Some(known) => known.push(item),
                    None => {
                        by_text.insert(text.into(), vec![item]);
                    }
                }
                std::ops::ControlFlow::Continue(())
            });
        }
        Ok(Index {
            start,
            by_text,
            by_number: OnceLock::new(),
        })
    }

    fn by_number(&self, index: &Index) -> HashMap<u64, Vec<NodeRef>> {
        let mut by_number: HashMap<u64, Vec<NodeRef>> = HashMap::new();
        for (text, items) in &index.by_text {
            let number = self.number_of_str(text);
            if !number.is_nan() {
                by_number.entry(bits(number)).or_default().extend(items);
            }
        }
        for items in by_number.values_mut() {
            self.sort(items);
        }
        by_number
    }

    /// Further predicates count positions among the children of one parent.
    fn filter_by_parent(
        &self,
        nodes: &[NodeRef],
        predicates: &[Expr],
    ) -> Result<Vec<NodeRef>, EvaluationError> {
        let parent =
            |node: &NodeRef| -> Option<NodeIx> { self.host.tree(node.document).parent(node.node) };
        let mut kept = Vec::new();
        for siblings in nodes.chunk_by(|a, b| parent(a) == parent(b)) {
            let mut siblings = siblings.to_vec();
            for predicate in predicates {
                self.filter(&mut siblings, predicate)?;
            }
            kept.append(&mut siblings);
        }
        Ok(kept)
    }
}

/// `instance('…')/root/item[key = 'value']/wanted`: what `pulldata` stands for.
pub(crate) fn pulled(instance: &str, wanted: &str, key: &str, value: &str) -> Expr {
    // A name is that of an element, or with `@` of an attribute; elements written in a form are of its own namespace.
    let step = |name: &str| {
        let (axis, local, namespace) = match name.strip_prefix('@') {
            Some(local) => (Axis::Attribute, local, None),
            None => (Axis::Child, name, Some(XFORMS.into())),
        };
        let test = NameTest {
            namespace: NamespaceTest::Default(namespace),
            local: local.into(),
            resolved: None,
        };
        Step::new(axis, NodeTest::Name(test))
    };
    let mut item = step("item");
    item.predicates.push(Expr::Compare {
        operator: Comparison::Equal,
        left: Box::new(Expr::Path(Box::new(Path {
            start: Start::Context,
            steps: vec![step(key)],
        }))),
        right: Box::new(Expr::Text(value.into())),
    });
    let expression = Expr::Call {
        function: Function::Instance,
        arguments: vec![Expr::Text(instance.into())],
    };
    let path = Path {
        start: Start::Filter {
            expression: Box::new(expression),
            predicates: Vec::new(),
        },
        steps: vec![step("root"), item, step(wanted)],
    };
    match Lookup::of(&path) {
        Some(lookup) => Expr::Lookup(Box::new(lookup)),
        None => Expr::Path(Box::new(path)),
    }
}
