//! Location paths: from nodes along axes to nodes.

use std::ops::ControlFlow;

use crate::{
    axis::Tester,
    error::EvaluationError,
    evaluate::Evaluator,
    expression::{Axis, Expr, NodeTest, Path, Start, Step},
    function::Function,
    host::NodeRef,
    tree::NodeIx,
    value::Value,
};

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
            self.spend(1 + ready.seen.take())?;
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

    /// Asks the host whether so many more nodes may be looked at.
    fn spend(&self, nodes: usize) -> Result<(), EvaluationError> {
        if self.host.spend(nodes) {
            Ok(())
        } else {
            Err(EvaluationError::TooMuchWork)
        }
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
        self.spend(size)?;
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
