//! Expressions: parsed, their paths resolved where that is possible, and what they read.

use std::collections::HashMap;
use std::rc::Rc;

use xpath::{Axis, Dialect, Expr, Function, KeyedHash, NodeTest, Path, ReferenceId, Start, Step};

use super::Compiler;
use crate::computation::{Read, ReadWhat};
use crate::definition_error::{DefinitionError, DefinitionFault};
use crate::form::{BlockId, DefId, DefKind, ExpressionId};
use crate::reference::Reference;
use crate::source::{Formula, Place};

/// An expression in its place, with what it reads.
pub(super) struct Compiled {
    pub id: ExpressionId,
    pub reads: Vec<Read>,
    /// What its nodes may be, if it gives nodes of the primary instance.
    pub reached: Vec<DefId>,
}

/// Where in an expression the analysis is.
#[derive(Clone, Copy)]
struct Scope<'a> {
    /// What the context node may be.
    context: &'a [DefId],
    /// What `current()` is; unknown for texts that stand in several places.
    current: Option<DefId>,
    /// The context node is not `current()`.
    inner: bool,
    /// The outermost block that the paths around reach into; none outside paths.
    around: Option<BlockId>,
    /// Paths are left as they are: their nodes in all instances are wanted.
    keep_paths: bool,
}

/// What is found on the way.
struct Findings<'p> {
    reads: Vec<Read>,
    place: Place<'p>,
    /// Where the expression stands in the primary instance matters.
    placed: bool,
}

/// Expressions that are the same wherever they stand, such as the list of items of many selects, by their text. Those whose
/// context node is one of another instance (the label of an item) are kept apart.
#[derive(Default)]
pub(super) struct SharedExpressions {
    anywhere: ByText,
    elsewhere: ByText,
}

type ByText = HashMap<Box<str>, ExpressionId, KeyedHash>;

impl SharedExpressions {
    /// Longer ones hardly come twice.
    const LONGEST: usize = 128;

    fn of(&mut self, context: &[DefId]) -> &mut ByText {
        if context.is_empty() {
            &mut self.elsewhere
        } else {
            &mut self.anywhere
        }
    }
}

impl<'a> Scope<'a> {
    fn at(context: &'a [DefId], current: Option<DefId>, inner: bool) -> Self {
        Self {
            context,
            current,
            inner,
            around: None,
            keep_paths: false,
        }
    }
}

impl<'p> Findings<'p> {
    fn of(formula: &Formula<'p>) -> Self {
        Self {
            reads: Vec::new(),
            place: formula.place,
            placed: false,
        }
    }
}

impl Compiler<'_> {
    /// Compiles an expression of a node.
    pub(super) fn expression(&mut self, formula: &Formula, context: DefId) -> Option<Compiled> {
        self.expression_at(formula, &[context], Some(context), false, true)
    }

    /// Compiles what a text has in one of its places to fill in. In a form from elsewhere what cannot be read is only doubtful:
    /// the text shows nothing there.
    pub(super) fn output(&mut self, formula: &Formula, context: DefId) -> Option<Compiled> {
        self.expression_at(formula, &[context], Some(context), false, self.strict)
    }

    /// Compiles an expression evaluated at nodes other than the one it belongs to: the items of an itemset.
    pub(super) fn item_expression(
        &mut self,
        formula: &Formula,
        items: &[DefId],
        current: DefId,
    ) -> Option<Compiled> {
        self.expression_at(formula, items, Some(current), true, true)
    }

    /// What a text has in one of its places to fill in reads, for one that [`Self::output`] would compile.
    pub(super) fn output_reads(&mut self, formula: &Formula, context: DefId) -> Vec<Read> {
        let Some(mut expression) = self.parse(formula, self.strict) else {
            return Vec::new();
        };
        let at = [context];
        let mut findings = Findings::of(formula);
        let scope = Scope::at(&at, Some(context), false);
        self.analyse(&mut expression.root, scope, &mut findings);
        findings.reads
    }

    /// Compiles an expression of a text that may stand anywhere.
    pub(super) fn text_expression(&mut self, formula: &Formula) -> Option<Compiled> {
        let mut expression = self.parse(formula, self.strict)?;
        let mut findings = Findings::of(formula);
        let scope = Scope::at(&[], None, true);
        self.analyse(&mut expression.root, scope, &mut findings);
        Some(self.keep(expression, findings, Vec::new()))
    }

    fn expression_at(
        &mut self,
        formula: &Formula,
        context: &[DefId],
        current: Option<DefId>,
        inner: bool,
        strict: bool,
    ) -> Option<Compiled> {
        let is_short = formula.text.len() <= SharedExpressions::LONGEST;
        if is_short && let Some(id) = self.shared.of(context).get(&*formula.text) {
            return Some(Compiled {
                id: *id,
                reads: Vec::new(),
                reached: Vec::new(),
            });
        }
        let mut expression = self.parse(formula, strict)?;
        let mut findings = Findings::of(formula);
        let scope = Scope::at(context, current, inner);
        let reached = self.analyse(&mut expression.root, scope, &mut findings);
        let placed = findings.placed;
        let compiled = self.keep(expression, findings, reached);
        if is_short && !placed {
            let text = formula.text.as_ref().into();
            self.shared.of(context).insert(text, compiled.id);
        }
        Some(compiled)
    }

    fn parse(&mut self, formula: &Formula, strict: bool) -> Option<xpath::Expression> {
        let namespaces = Rc::clone(&self.namespaces);
        let mut resolve = |path: &str| self.plain_path(path);
        let parsed =
            xpath::parse_resolving(&formula.text, &namespaces, Dialect::XForms, &mut resolve);
        let (expression, faults) = match parsed {
            Ok(expression) => {
                let faults = expression.faults().into_iter().cloned().collect();
                (Some(expression), faults)
            }
            Err(fault) => (None, Vec::from([fault])),
        };
        let sound = faults.is_empty();
        for mut fault in faults {
            fault.at = formula.written(fault.at);
            let fault = DefinitionFault::Expression(fault);
            let error = DefinitionError::at(formula.place, &self.names, fault);
            if strict {
                self.errors.push(error);
            } else {
                self.warnings.push(error);
            }
        }
        expression.filter(|_| sound)
    }

    fn keep(
        &mut self,
        mut expression: xpath::Expression,
        findings: Findings,
        reached: Vec<DefId>,
    ) -> Compiled {
        xpath::optimise(&mut expression, &mut self.names);
        let id = ExpressionId(u32::try_from(self.expressions.len()).unwrap_or(u32::MAX));
        self.expressions.push(expression);
        let mut reads = findings.reads;
        reads.sort_unstable();
        reads.dedup();
        Compiled { id, reads, reached }
    }

    /// Finds what an expression reads and resolves its paths. Gives the definitions its nodes may be of. Recursion is bounded
    /// by the nesting the parser allows.
    fn analyse(&mut self, expr: &mut Expr, scope: Scope, findings: &mut Findings) -> Vec<DefId> {
        match expr {
            // Look-ups are made after this.
            Expr::Number(_) | Expr::Text(_) | Expr::Lookup(_) | Expr::Fault(_) => Vec::new(),
            Expr::Reference(id) => self.analyse_reference(*id, scope, findings),
            Expr::Or(parts) | Expr::And(parts) => {
                for part in parts {
                    self.analyse(part, scope, findings);
                }
                Vec::new()
            }
            Expr::Union(parts) => {
                let mut reached = Vec::new();
                for part in parts {
                    reached.extend(self.analyse(part, scope, findings));
                }
                reached
            }
            Expr::Compare { left, right, .. } => {
                self.analyse(left, scope, findings);
                self.analyse(right, scope, findings);
                Vec::new()
            }
            Expr::Arithmetic { first, rest } => {
                self.analyse(first, scope, findings);
                for (_, part) in rest {
                    self.analyse(part, scope, findings);
                }
                Vec::new()
            }
            Expr::Negate(inner) => {
                self.analyse(inner, scope, findings);
                Vec::new()
            }
            Expr::Call {
                function,
                arguments,
            } => self.analyse_call(*function, arguments, scope, findings),
            Expr::Path(path) => {
                if let Some(reference) = self.resolve(path, scope) {
                    let id = self.reference_id(reference);
                    *expr = Expr::Reference(id);
                    self.analyse_reference(id, scope, findings)
                } else {
                    self.analyse_path(path, scope, findings)
                }
            }
        }
    }

    #[inline(never)]
    fn analyse_reference(
        &self,
        id: ReferenceId,
        scope: Scope,
        findings: &mut Findings,
    ) -> Vec<DefId> {
        let reference = &self.references[id.0 as usize];
        findings.placed = true;
        self.read_reference(reference, scope.current, &mut findings.reads);
        vec![reference.target]
    }

    /// What a path of unprefixed names from the root stands for, wherever it is written.
    fn plain_path(&mut self, path: &str) -> Option<ReferenceId> {
        if self.has_twins {
            return None;
        }
        let target = self.find_path(path)?;
        let def = self.def(target);
        Some(self.reference_id(Reference {
            target,
            block: def.block,
            offset: def.offset,
            anchor: BlockId::ROOT,
            absolute: true,
            all_instances: def.kind == DefKind::Repeat,
        }))
    }

    /// The path as a reference, where it is one from here.
    fn resolve(&self, path: &Path, scope: Scope) -> Option<Reference> {
        if scope.keep_paths {
            return None;
        }
        match (&path.start, scope.current) {
            (Start::Root, current) => {
                self.plain_reference(path, current.unwrap_or(DefId::ROOT), true)
            }
            (Start::Context, Some(current)) if !scope.inner => {
                self.plain_reference(path, current, true)
            }
            (Start::Filter { .. }, Some(current)) => {
                let is_call = matches!(&path.start, Start::Filter { expression, .. }
                    if matches!(**expression, Expr::Call { .. }));
                (is_call || !scope.inner)
                    .then(|| self.plain_reference(path, current, true))
                    .flatten()
            }
            _ => None,
        }
    }

    fn reference_id(&mut self, reference: Reference) -> ReferenceId {
        let next = u32::try_from(self.references.len()).unwrap_or(u32::MAX);
        let id = *self
            .known_references
            .entry(reference.clone())
            .or_insert(next);
        if id == next {
            self.references.push(reference);
        }
        ReferenceId(id)
    }

    /// The innermost block two blocks have around them.
    pub(super) fn shared(&self, one: BlockId, other: BlockId) -> BlockId {
        let mut block = one;
        while !(block.0..self.blocks[block.index()].end).contains(&other.0) {
            match self.blocks[block.index()].parent {
                Some(parent) => block = parent,
                None => break,
            }
        }
        block
    }

    /// What reading a reference means for whoever reads it.
    pub(super) fn read_reference(
        &self,
        reference: &Reference,
        current: Option<DefId>,
        reads: &mut Vec<Read>,
    ) {
        let target = self.def(reference.target);
        // All instances of a repeat are parts of the block around it.
        let reach = if reference.all_instances {
            self.blocks[target.block.index()]
                .parent
                .unwrap_or(BlockId::ROOT)
        } else {
            target.block
        };
        let anchor = match (reference.absolute, current) {
            (true, Some(current)) => self.shared(self.def(current).block, reach),
            (true, None) => BlockId::ROOT,
            (false, _) => reference.anchor,
        };
        if matches!(target.kind, DefKind::Leaf | DefKind::Attribute) {
            reads.push(Read {
                def: reference.target,
                anchor,
                what: ReadWhat::Value,
                elsewhere: false,
            });
        }
        self.read_structure(target.block, anchor, reads);
    }

    /// The repeats between a block and one further out.
    fn read_structure(&self, from: BlockId, to: BlockId, reads: &mut Vec<Read>) {
        let mut block = from;
        while block != to {
            let Some(parent) = self.blocks[block.index()].parent else {
                break;
            };
            reads.push(Read {
                def: self.blocks[block.index()].def,
                anchor: to,
                what: ReadWhat::Structure,
                elsewhere: true,
            });
            block = parent;
        }
    }

    #[inline(never)]
    fn analyse_call(
        &mut self,
        function: Function,
        arguments: &mut [Expr],
        scope: Scope,
        findings: &mut Findings,
    ) -> Vec<DefId> {
        let mut reached = Vec::new();
        let inner = Scope {
            keep_paths: scope.keep_paths || function == Function::IndexedRepeat,
            ..scope
        };
        for (index, argument) in arguments.iter_mut().enumerate() {
            // In a form from elsewhere it fails where it is evaluated, if it ever is.
            if self.strict && function.needs_nodes(index) && !argument.may_be_nodes() {
                // It is told wherever it stands.
                findings.placed = true;
                let function = function.name();
                self.error(findings.place, DefinitionFault::NotNodes { function });
            }
            reached.push(self.analyse(argument, inner, findings));
        }
        match function {
            Function::Current => {
                findings.placed = true;
                scope.current.into_iter().collect()
            }
            Function::Position => {
                for def in reached.into_iter().flatten() {
                    let block = self.def(def).block;
                    if self.def(def).kind == DefKind::Repeat
                        && let Some(around) = self.blocks[block.index()].parent
                    {
                        findings.reads.push(Read {
                            def,
                            anchor: around,
                            what: ReadWhat::Structure,
                            elsewhere: true,
                        });
                    }
                }
                Vec::new()
            }
            Function::ChoiceName => {
                findings.placed = true;
                if let Some(Expr::Text(path)) = arguments.get(1) {
                    let around = scope
                        .current
                        .map_or_else(String::new, |current| self.path(current));
                    let path = super::paths::absolute_text(&around, path);
                    if self.find_path(&path).is_none() {
                        let path = path.into_owned();
                        self.error(findings.place, DefinitionFault::DanglingReference { path });
                    }
                }
                Vec::new()
            }
            // What these give are nodes of their arguments.
            Function::Randomize | Function::IndexedRepeat => {
                reached.into_iter().next().unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// A path that is no plain reference: what its steps may reach, predicates included.
    #[inline(never)]
    fn analyse_path(
        &mut self,
        path: &mut Path,
        scope: Scope,
        findings: &mut Findings,
    ) -> Vec<DefId> {
        let mut document = false;
        let mut reached: Vec<DefId> = match &mut path.start {
            Start::Root => {
                findings.placed = true;
                document = true;
                Vec::new()
            }
            Start::Context => {
                findings.placed |= !scope.context.is_empty();
                scope.context.to_vec()
            }
            Start::Filter {
                expression,
                predicates,
            } => {
                let reached = self.analyse(expression, scope, findings);
                for predicate in predicates {
                    let inside = Scope {
                        context: &reached,
                        inner: true,
                        ..scope
                    };
                    self.analyse(predicate, inside, findings);
                }
                reached
            }
        };
        let mut around = scope
            .around
            .or_else(|| scope.current.map(|current| self.def(current).block))
            .unwrap_or(BlockId::ROOT);
        if document {
            around = BlockId::ROOT;
        }
        let mut elsewhere = false;
        let mut passed: Vec<DefId> = Vec::new();
        for step in &mut path.steps {
            let from_somewhere = document || !reached.is_empty();
            let next = self.step(&reached, document, step);
            if next.is_empty()
                && from_somewhere
                && let (Axis::Child, NodeTest::Name(name)) = (step.axis, &step.test)
            {
                let from = reached
                    .first()
                    .map_or_else(String::new, |def| self.path(*def));
                let path = format!("{from}/{}", name.local);
                self.doubt(findings.place, DefinitionFault::DanglingReference { path });
            }
            document = false;
            let sideways = !matches!(
                step.axis,
                Axis::Child | Axis::Attribute | Axis::SelfNode | Axis::Parent
            );
            for def in &next {
                let def_block = self.def(*def).block;
                let is_repeat = self.def(*def).kind == DefKind::Repeat;
                let outer = if is_repeat && !matches!(step.axis, Axis::SelfNode | Axis::Parent) {
                    passed.push(*def);
                    let same = scope.current.is_some_and(|current| {
                        (def_block.0..self.blocks[def_block.index()].end)
                            .contains(&self.def(current).block.0)
                    });
                    elsewhere |= same && (sideways || !step.predicates.is_empty());
                    self.blocks[def_block.index()]
                        .parent
                        .unwrap_or(BlockId::ROOT)
                } else {
                    def_block
                };
                around = self.shared(around, outer);
            }
            for predicate in &mut step.predicates {
                let inside = Scope {
                    context: &next,
                    inner: true,
                    around: Some(around),
                    ..scope
                };
                self.analyse(predicate, inside, findings);
            }
            reached = next;
        }
        for def in &reached {
            if matches!(self.def(*def).kind, DefKind::Leaf | DefKind::Attribute) {
                findings.reads.push(Read {
                    def: *def,
                    anchor: around,
                    what: ReadWhat::Value,
                    elsewhere,
                });
            }
        }
        passed.sort_unstable();
        passed.dedup();
        for def in passed {
            findings.reads.push(Read {
                def,
                anchor: around,
                what: ReadWhat::Structure,
                elsewhere: true,
            });
        }
        reached
    }

    /// The definitions a step may lead to.
    fn step(&self, from: &[DefId], document: bool, step: &Step) -> Vec<DefId> {
        let everything = || {
            (0..self.defs.len())
                .map(DefId::at)
                .filter(|id| self.def(*id).kind != DefKind::Attribute)
        };
        let mut reached: Vec<DefId> = Vec::new();
        if document {
            match step.axis {
                Axis::Child => reached.push(DefId::ROOT),
                Axis::Descendant | Axis::DescendantOrSelf => reached.extend(everything()),
                _ => {}
            }
            // The document itself stays where `//` begins: whatever comes next is below it.
            reached.retain(|id| {
                self.accepts(*id, &step.test)
                    || (step.axis == Axis::DescendantOrSelf && step.test == NodeTest::Node)
            });
            return reached;
        }
        for &at in from {
            match step.axis {
                Axis::Child if step.test == NodeTest::Text => reached.push(at),
                Axis::Child => reached.extend(self.accepted(at, &step.test, false)),
                Axis::Attribute => reached.extend(self.accepted(at, &step.test, true)),
                Axis::SelfNode => reached.push(at),
                Axis::Parent => reached.extend(self.def(at).parent),
                Axis::Ancestor | Axis::AncestorOrSelf => {
                    if step.axis == Axis::AncestorOrSelf {
                        reached.push(at);
                    }
                    let mut next = self.def(at).parent;
                    while let Some(parent) = next {
                        reached.push(parent);
                        next = self.def(parent).parent;
                    }
                }
                Axis::Descendant | Axis::DescendantOrSelf => {
                    let first = at.0 + u32::from(step.axis == Axis::Descendant);
                    reached.extend(
                        (first..self.def(at).end)
                            .map(DefId)
                            .filter(|id| self.def(*id).kind != DefKind::Attribute),
                    );
                }
                Axis::FollowingSibling | Axis::PrecedingSibling => {
                    if let Some(parent) = self.def(at).parent {
                        reached.extend(
                            self.children(parent)
                                .filter(|id| self.def(*id).kind != DefKind::Attribute),
                        );
                    }
                }
                Axis::Following | Axis::Preceding => reached.extend(everything()),
                Axis::Namespace => {}
            }
        }
        if step.test != NodeTest::Text {
            reached.retain(|id| self.accepts(*id, &step.test));
        }
        reached.sort_unstable();
        reached.dedup();
        reached
    }
}
