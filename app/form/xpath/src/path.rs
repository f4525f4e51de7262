//! Location paths: from nodes along axes to nodes.

use std::ops::ControlFlow;

use crate::{
    error::EvaluationError,
    evaluate::Evaluator,
    expression::{Accepted, Axis, Expr, NameTest, NamespaceTest, NodeTest, Path, Start, Step},
    function::Function,
    host::NodeRef,
    names::Names,
    tree::{NodeIx, NodeKind, Tree},
    value::Value,
};

impl Accepted {
    /// The names a test accepts in any document that may ever be read with these names.
    pub(crate) fn interned(test: &NameTest, names: &mut Names) -> Self {
        let mut name = |uri: &str| {
            let name = names.intern(uri, "", &test.local);
            names.expanded(name)
        };
        match &test.namespace {
            NamespaceTest::Uri(uri) => Self(Some(name(uri)), None),
            NamespaceTest::Default(default) => Self(Some(name("")), default.as_deref().map(name)),
        }
    }

    /// The names a test accepts among those the form has met.
    pub(crate) fn of(test: &NameTest, names: &Names) -> Self {
        match &test.namespace {
            NamespaceTest::Uri(uri) => Self(names.find(uri, &test.local), None),
            NamespaceTest::Default(default) => Self(
                names.find("", &test.local),
                default
                    .as_ref()
                    .and_then(|uri| names.find(uri, &test.local)),
            ),
        }
    }
}

/// A node test made ready for one document.
struct Tester<'t> {
    tree: &'t Tree,
    names: &'t Names,
    test: &'t NodeTest,
    accepted: Accepted,
    /// The kind of node an axis is made of, which names are of.
    principal: NodeKind,
}

impl<'t> Tester<'t> {
    fn new(tree: &'t Tree, names: &'t Names, axis: Axis, test: &'t NodeTest) -> Self {
        let accepted = match test {
            NodeTest::Name(name) => name.resolved.unwrap_or_else(|| Accepted::of(name, names)),
            _ => Accepted(None, None),
        };
        let principal = match axis {
            Axis::Attribute => NodeKind::Attribute,
            Axis::Namespace => NodeKind::Namespace,
            _ => NodeKind::Element,
        };
        Self {
            tree,
            names,
            test,
            accepted,
            principal,
        }
    }

    fn accepts(&self, node: NodeIx) -> bool {
        let kind = self.tree.kind(node);
        match self.test {
            NodeTest::Node => true,
            NodeTest::AnyName => kind == self.principal,
            NodeTest::Name(_) => {
                kind == self.principal
                    && self.tree.name(node).is_some_and(|name| {
                        let name = Some(self.names.expanded(name));
                        name == self.accepted.0 || name == self.accepted.1
                    })
            }
            NodeTest::AnyInNamespace(uri) => {
                kind == self.principal
                    && self
                        .tree
                        .name(node)
                        .is_some_and(|name| self.names.namespace(name) == &**uri)
            }
            NodeTest::Text => kind == NodeKind::Text,
            NodeTest::Comment => kind == NodeKind::Comment,
            NodeTest::ProcessingInstruction(target) => {
                kind == NodeKind::ProcessingInstruction
                    && target.as_ref().is_none_or(|target| {
                        let name = self.tree.name(node);
                        name.is_some_and(|name| self.names.local(name) == &**target)
                    })
            }
        }
    }

    /// Gives `visit` the nodes of the axis that pass the test, nearest first, until it breaks.
    fn visit(
        &self,
        axis: Axis,
        from: NodeIx,
        visit: &mut dyn FnMut(NodeIx) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let tree = self.tree;
        let mut each = |nodes: &mut dyn Iterator<Item = NodeIx>| {
            for node in nodes {
                if self.accepts(node) {
                    visit(node)?;
                }
            }
            ControlFlow::Continue(())
        };
        let is_bound = || matches!(tree.kind(from), NodeKind::Attribute | NodeKind::Namespace);
        match axis {
            Axis::Child => {
                if tree.has_inline_text(from) {
                    // The element stands for its text.
                    if matches!(self.test, NodeTest::Node | NodeTest::Text) {
                        return visit(from);
                    }
                    return ControlFlow::Continue(());
                }
                each(&mut tree.children(from))
            }
            Axis::Attribute => each(&mut tree.attributes(from)),
            Axis::SelfNode => each(&mut std::iter::once(from)),
            Axis::Parent => each(&mut tree.parent(from).into_iter()),
            Axis::Ancestor => each(&mut tree.ancestors_or_self(from).skip(1)),
            Axis::AncestorOrSelf => each(&mut tree.ancestors_or_self(from)),
            Axis::Descendant => each(&mut tree.descendants(from)),
            Axis::DescendantOrSelf => {
                each(&mut std::iter::once(from).chain(tree.descendants(from)))
            }
            // An attribute has no siblings.
            Axis::FollowingSibling | Axis::PrecedingSibling if is_bound() => {
                ControlFlow::Continue(())
            }
            Axis::FollowingSibling => each(&mut siblings(from, |node| tree.next_sibling(node))),
            Axis::PrecedingSibling => each(&mut siblings(from, |node| tree.previous_sibling(node))),
            Axis::Following => {
                // What lies below the bearer of an attribute follows the attribute.
                let below = if is_bound() { tree.parent(from) } else { None };
                let below = below
                    .into_iter()
                    .flat_map(|bearer| tree.descendants(bearer));
                let start = if is_bound() {
                    tree.parent(from)
                } else {
                    Some(from)
                };
                let after = start
                    .into_iter()
                    .flat_map(|start| tree.ancestors_or_self(start))
                    .flat_map(|above| siblings(above, |node| tree.next_sibling(node)))
                    .flat_map(|top| std::iter::once(top).chain(tree.descendants(top)));
                each(&mut below.chain(after))
            }
            Axis::Preceding => {
                let start = if is_bound() {
                    tree.parent(from)
                } else {
                    Some(from)
                };
                let mut before = start
                    .into_iter()
                    .flat_map(|start| tree.ancestors_or_self(start))
                    .flat_map(|above| siblings(above, |node| tree.previous_sibling(node)))
                    .flat_map(|top| {
                        let mut all: Vec<NodeIx> =
                            std::iter::once(top).chain(tree.descendants(top)).collect();
                        all.reverse();
                        all
                    });
                each(&mut before)
            }
            Axis::Namespace => each(&mut namespaces_in_scope(tree, self.names, from).into_iter()),
        }
    }
}

fn siblings(from: NodeIx, next: impl Fn(NodeIx) -> Option<NodeIx>) -> impl Iterator<Item = NodeIx> {
    std::iter::successors(next(from), move |&node| next(node))
}

/// The declarations that hold at an element, the default one first, then from the element outwards. They are the nodes
/// of the elements that declare them; `xml`, which nothing declares, is not among them.
fn namespaces_in_scope(tree: &Tree, names: &Names, element: NodeIx) -> Vec<NodeIx> {
    let mut found: Vec<NodeIx> = Vec::new();
    if tree.kind(element) != NodeKind::Element {
        return found;
    }
    for above in tree.ancestors_or_self(element) {
        for node in tree.namespaces(above) {
            if found
                .iter()
                .all(|&known| tree.name(known) != tree.name(node))
            {
                found.push(node);
            }
        }
    }
    // `xmlns=""` takes the default namespace away.
    found.retain(|&node| !tree.text(node).is_empty());
    found.sort_by_key(|&node| {
        tree.name(node)
            .is_some_and(|name| !names.local(name).is_empty())
    });
    found
}

/// What is known of a list of nodes: in document order, and none below another.
#[derive(Clone, Copy)]
struct Order {
    sorted: bool,
    flat: bool,
}

impl Evaluator<'_> {
    /// The nodes a path selects, in document order.
    pub(crate) fn path_nodes(&self, path: &Path) -> Result<Vec<NodeRef>, EvaluationError> {
        let start = match &path.start {
            Start::Root => vec![self.host.root(self.node)],
            Start::Context => vec![self.node],
            Start::Filter {
                expression,
                predicates,
            } => {
                let mut nodes = self.nodes(expression)?;
                for predicate in predicates {
                    self.filter(&mut nodes, predicate)?;
                }
                nodes
            }
        };
        self.walk(start, &path.steps)
    }

    /// Goes on from nodes in document order.
    pub(crate) fn walk(
        &self,
        mut nodes: Vec<NodeRef>,
        steps: &[Step],
    ) -> Result<Vec<NodeRef>, EvaluationError> {
        let mut order = Order {
            sorted: true,
            flat: nodes.len() < 2,
        };
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            if nodes.is_empty() {
                break;
            }
            // `//x` is one walk down instead of a child step from everywhere.
            let shortened = steps.get(at + 1).and_then(|next| shorten(step, next));
            at += if shortened.is_some() { 2 } else { 1 };
            let (axis, step) = shortened.unwrap_or((step.axis, step));
            nodes = self.step(&nodes, axis, step, &mut order)?;
        }
        Ok(nodes)
    }

    fn step(
        &self,
        from: &[NodeRef],
        axis: Axis,
        step: &Step,
        order: &mut Order,
    ) -> Result<Vec<NodeRef>, EvaluationError> {
        let mut result: Vec<NodeRef> = Vec::new();
        let mut candidates = Vec::new();
        let mut tester: Option<(NodeRef, Tester)> = None;
        for &context in from {
            let ready = match tester.take() {
                Some((of, ready)) if of.document == context.document => ready,
                _ => Tester::new(
                    self.host.tree(context.document),
                    self.host.names(),
                    axis,
                    &step.test,
                ),
            };
            let into = if step.predicates.is_empty() {
                &mut result
            } else {
                candidates.clear();
                &mut candidates
            };
            let begun = into.len();
            let _ = self.visit(&ready, axis, context, &mut |node| {
                into.push(context.at(node));
                ControlFlow::Continue(())
            });
            if !step.predicates.is_empty() {
                for predicate in &step.predicates {
                    self.filter(&mut candidates, predicate)?;
                }
                if axis.is_reverse() {
                    candidates.reverse();
                }
                result.append(&mut candidates);
            } else if axis.is_reverse() {
                result[begun..].reverse();
            }
            tester = Some((context, ready));
        }
        let single = from.len() == 1;
        let (keeps, flat) = match axis {
            Axis::SelfNode => (true, order.flat),
            Axis::Child => (order.flat, order.flat),
            Axis::Attribute | Axis::Namespace => (single || axis == Axis::Attribute, true),
            Axis::Descendant | Axis::DescendantOrSelf => (order.flat, false),
            Axis::FollowingSibling | Axis::PrecedingSibling | Axis::Parent => (single, single),
            _ => (single, false),
        };
        order.flat = flat || result.len() < 2;
        if !(keeps && order.sorted) && result.len() > 1 {
            self.sort(&mut result);
            order.sorted = true;
        }
        Ok(result)
    }

    /// The axis, as far as the host lets `/` and ancestors reach.
    fn visit(
        &self,
        tester: &Tester,
        axis: Axis,
        from: NodeRef,
        visit: &mut dyn FnMut(NodeIx) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if matches!(axis, Axis::Parent | Axis::Ancestor | Axis::AncestorOrSelf) {
            let root = self.host.root(from);
            if root.node != NodeIx::DOCUMENT {
                if axis == Axis::Parent && from == root {
                    return ControlFlow::Continue(());
                }
                return tester.visit(axis, from.node, &mut |node| {
                    if axis == Axis::Ancestor && from == root {
                        return ControlFlow::Break(());
                    }
                    visit(node)?;
                    if node == root.node {
                        return ControlFlow::Break(());
                    }
                    ControlFlow::Continue(())
                });
            }
        }
        tester.visit(axis, from.node, visit)
    }

    /// Keeps the nodes for which the predicate holds; their order gives their positions.
    pub(crate) fn filter(
        &self,
        nodes: &mut Vec<NodeRef>,
        predicate: &Expr,
    ) -> Result<(), EvaluationError> {
        if let Expr::Number(number) = predicate {
            // `[3]` needs no evaluation.
            let position = *number;
            let kept = (1..=nodes.len()).find(|&at| same(at, position));
            let kept = kept.map(|at| nodes[at - 1]);
            nodes.clear();
            nodes.extend(kept);
            return Ok(());
        }
        let size = nodes.len();
        let mut kept = 0;
        for at in 0..size {
            let node = nodes[at];
            let inner = Self {
                node,
                position: at + 1,
                size,
                ..*self
            };
            if inner.holds(predicate, at + 1)? {
                nodes[kept] = node;
                kept += 1;
            }
        }
        nodes.truncate(kept);
        Ok(())
    }

    fn holds(&self, predicate: &Expr, position: usize) -> Result<bool, EvaluationError> {
        match predicate {
            Expr::Or(_) | Expr::And(_) | Expr::Compare { .. } | Expr::Path(_) => {
                self.boolean(predicate)
            }
            _ => Ok(match self.evaluate(predicate)? {
                Value::Number(number) => same(position, number),
                other => self.boolean_of(&other),
            }),
        }
    }

    /// Sorts into document order and drops duplicates.
    pub(crate) fn sort(&self, nodes: &mut Vec<NodeRef>) {
        let Some(&first) = nodes.first() else { return };
        if nodes.iter().all(|node| node.document == first.document) {
            let mut inner: Vec<NodeIx> = nodes.iter().map(|node| node.node).collect();
            self.host.tree(first.document).sort(&mut inner);
            nodes.clear();
            nodes.extend(inner.into_iter().map(|node| first.at(node)));
            return;
        }
        nodes.sort_by(|a, b| {
            a.document
                .cmp(&b.document)
                .then_with(|| self.host.tree(a.document).compare(a.node, b.node))
        });
        nodes.dedup();
    }

    /// The first node a path selects. Paths of plain steps are followed without a list.
    pub(crate) fn path_first(&self, path: &Path) -> Result<Option<NodeRef>, EvaluationError> {
        match self.plain_start(path) {
            // Up from several nodes the nearest is not the first.
            Some(start) if !path.goes_up_again() => {
                let mut first = None;
                self.each_plain(start, &path.steps, &mut |node| {
                    first = Some(node);
                    ControlFlow::Break(())
                });
                Ok(first)
            }
            _ => Ok(self.path_nodes(path)?.first().copied()),
        }
    }

    /// Where a plain path starts; `None` if the path is not plain.
    pub(crate) fn plain_start(&self, path: &Path) -> Option<NodeRef> {
        if !path.is_plain() {
            return None;
        }
        match &path.start {
            Start::Root => Some(self.host.root(self.node)),
            Start::Context => Some(self.node),
            Start::Filter {
                expression,
                predicates,
            } => (predicates.is_empty() && expression.is_current()).then_some(self.current),
        }
    }

    /// Gives `visit` what plain steps select, perhaps more than once, until it breaks; tells whether it did.
    pub(crate) fn each_plain(
        &self,
        from: NodeRef,
        steps: &[Step],
        visit: &mut dyn FnMut(NodeRef) -> ControlFlow<()>,
    ) -> bool {
        self.each_after(from, steps, visit).is_break()
    }

    fn each_after(
        &self,
        from: NodeRef,
        steps: &[Step],
        visit: &mut dyn FnMut(NodeRef) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some((step, rest)) = steps.split_first() else {
            return visit(from);
        };
        let tree = self.host.tree(from.document);
        let tester = Tester::new(tree, self.host.names(), step.axis, &step.test);
        self.visit(&tester, step.axis, from, &mut |node| {
            self.each_after(from.at(node), rest, visit)
        })
    }
}

impl Path {
    /// Whether it is but a few steps to children, attributes or parents, without predicates.
    fn is_plain(&self) -> bool {
        const MOST: usize = 16;
        let is_plain = |step: &Step| {
            step.predicates.is_empty()
                && matches!(
                    step.axis,
                    Axis::Child | Axis::Attribute | Axis::SelfNode | Axis::Parent
                )
        };
        self.steps.len() <= MOST && self.steps.iter().all(is_plain)
    }

    fn goes_up_again(&self) -> bool {
        let mut down = self
            .steps
            .iter()
            .skip_while(|step| step.axis != Axis::Child);
        down.any(|step| step.axis == Axis::Parent)
    }

    /// Whether it selects at most one node whatever the document: where it starts, or a place above that.
    pub(crate) fn is_single(&self) -> bool {
        self.steps
            .iter()
            .all(|step| matches!(step.axis, Axis::SelfNode | Axis::Parent))
    }
}

impl Expr {
    fn is_current(&self) -> bool {
        matches!(
            self,
            Self::Call {
                function: Function::Current,
                ..
            }
        )
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a position is a whole number far below 2^53"
)]
fn same(position: usize, number: f64) -> bool {
    position as f64 == number
}

/// `descendant-or-self::node()/child::x` is `descendant::x`, unless a predicate asks for positions.
fn shorten<'s>(step: &Step, next: &'s Step) -> Option<(Axis, &'s Step)> {
    let any = step.axis == Axis::DescendantOrSelf
        && step.test == NodeTest::Node
        && step.predicates.is_empty();
    let independent = |predicate: &Expr| match predicate {
        Expr::Compare { .. } | Expr::Or(_) | Expr::And(_) | Expr::Path(_) => {
            !predicate.asks_for_position()
        }
        _ => false,
    };
    // An inline text stands for itself below its element: only elements are sought the short way.
    let named = matches!(
        next.test,
        NodeTest::Name(_) | NodeTest::AnyName | NodeTest::AnyInNamespace(_)
    );
    (any && named && next.axis == Axis::Child && next.predicates.iter().all(independent))
        .then_some((Axis::Descendant, next))
}
