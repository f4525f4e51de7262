//! Evaluation. Each kind of value has a way of its own through the tree, so that arithmetic over answers makes no lists
//! and comparing an answer with a word copies no text.

use std::{borrow::Cow, collections::HashSet, ops::ControlFlow};

use crate::{
    error::EvaluationError,
    expression::{Axis, Comparison, Dialect, Expr, Step},
    function::Function,
    host::{DocumentId, Host, NodeRef},
    moment::Moment,
    value::{Value, number_of_text, text_of_number},
};

/// Where an expression is evaluated: the context node, its place among those selected with it, and what `current()`
/// gives.
#[derive(Clone, Copy)]
pub struct Evaluator<'h> {
    pub host: &'h dyn Host,
    pub node: NodeRef,
    pub position: usize,
    pub size: usize,
    pub current: NodeRef,
}

/// Nodes that plain steps reach from one node.
struct Plain<'e> {
    start: Option<NodeRef>,
    steps: &'e [Step],
}

impl Plain<'_> {
    /// Whether that is one node at most whatever the document.
    fn is_single(&self) -> bool {
        let mut steps = self.steps.iter();
        steps.all(|step| matches!(step.axis, Axis::SelfNode | Axis::Parent))
    }
}

type Result<T> = std::result::Result<T, EvaluationError>;

impl<'h> Evaluator<'h> {
    /// At one node on its own.
    pub fn new(host: &'h dyn Host, node: NodeRef) -> Self {
        Self {
            host,
            node,
            position: 1,
            size: 1,
            current: node,
        }
    }

    /// The value, of whatever kind.
    pub fn evaluate<'e>(&self, expr: &'e Expr) -> Result<Value<'e>>
    where
        'h: 'e,
    {
        match expr {
            Expr::Number(number) => Ok(Value::Number(*number)),
            Expr::Text(text) => Ok(Value::Text(Cow::Borrowed(text))),
            Expr::Or(_) | Expr::And(_) | Expr::Compare { .. } => {
                self.boolean(expr).map(Value::from)
            }
            Expr::Arithmetic { .. } | Expr::Negate(_) => self.number(expr).map(Value::from),
            Expr::Union(_) | Expr::Path(_) | Expr::Reference(_) | Expr::Lookup(_) => {
                self.nodes(expr).map(Value::Nodes)
            }
            Expr::Call {
                function,
                arguments,
            } => self.call(*function, arguments),
            Expr::Fault(error) => Err(EvaluationError::Fault((**error).clone())),
        }
    }

    /// The value as a number.
    pub fn number(&self, expr: &Expr) -> Result<f64> {
        match expr {
            Expr::Number(number) => Ok(*number),
            Expr::Negate(inner) => Ok(-self.number(inner)?),
            Expr::Arithmetic { first, rest } => {
                let first = self.number(first)?;
                rest.iter().try_fold(first, |left, (operator, right)| {
                    Ok(operator.apply(left, self.number(right)?))
                })
            }
            Expr::Path(_) | Expr::Reference(_) | Expr::Union(_) | Expr::Lookup(_) => Ok(self
                .first(expr)?
                .map_or(f64::NAN, |node| self.node_number(node))),
            Expr::Call {
                function: Function::If,
                arguments,
            } => self.number(self.branch(arguments)?),
            _ => {
                let value = self.evaluate(expr)?;
                Ok(self.number_of(&value))
            }
        }
    }

    /// The value as a truth.
    pub fn boolean(&self, expr: &Expr) -> Result<bool> {
        match expr {
            Expr::Or(parts) => {
                for part in parts {
                    if self.boolean(part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Expr::And(parts) => {
                for part in parts {
                    if !self.boolean(part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Expr::Compare {
                operator,
                left,
                right,
            } => self.compare(*operator, left, right),
            Expr::Path(_) | Expr::Reference(_) | Expr::Union(_) | Expr::Lookup(_) => {
                Ok(self.first(expr)?.is_some())
            }
            Expr::Call {
                function: Function::If,
                arguments,
            } => self.boolean(self.branch(arguments)?),
            _ => {
                let value = self.evaluate(expr)?;
                Ok(self.boolean_of(&value))
            }
        }
    }

    /// The value as a text.
    pub fn text<'e>(&self, expr: &'e Expr) -> Result<Cow<'e, str>>
    where
        'h: 'e,
    {
        match expr {
            Expr::Text(text) => Ok(Cow::Borrowed(text)),
            Expr::Path(_) | Expr::Reference(_) | Expr::Union(_) | Expr::Lookup(_) => Ok(self
                .first(expr)?
                .map_or(Cow::Borrowed(""), |node| self.node_text(node))),
            Expr::Call {
                function: Function::If,
                arguments,
            } => self.text(self.branch(arguments)?),
            _ => {
                let value = self.evaluate(expr)?;
                Ok(self.text_of(value))
            }
        }
    }

    /// The nodes selected, in document order; an error if the value is of another kind.
    pub fn nodes(&self, expr: &Expr) -> Result<Vec<NodeRef>> {
        match expr {
            Expr::Path(path) => self.path_nodes(path),
            Expr::Reference(reference) => {
                let mut nodes = Vec::new();
                self.host
                    .reference_all(*reference, self.current, &mut nodes);
                Ok(nodes)
            }
            Expr::Union(parts) => {
                let mut nodes = Vec::new();
                for part in parts {
                    nodes.append(&mut self.nodes(part)?);
                }
                self.sort(&mut nodes);
                Ok(nodes)
            }
            Expr::Lookup(lookup) => self.look_up(lookup),
            _ => match self.evaluate(expr)? {
                Value::Nodes(nodes) => Ok(nodes),
                _ => Err(EvaluationError::NotNodes { function: None }),
            },
        }
    }

    /// The first node selected, in document order.
    pub fn first(&self, expr: &Expr) -> Result<Option<NodeRef>> {
        match expr {
            Expr::Path(path) => self.path_first(path),
            Expr::Reference(reference) => Ok(self.host.reference_first(*reference, self.current)),
            _ => Ok(self.nodes(expr)?.first().copied()),
        }
    }

    /// Which of its arguments `if(condition, then, otherwise)` is.
    pub(crate) fn branch<'e>(&self, arguments: &'e [Expr]) -> Result<&'e Expr> {
        const NOTHING: &Expr = &Expr::Number(f64::NAN);
        match arguments {
            [condition, then, otherwise] => Ok(if self.boolean(condition)? {
                then
            } else {
                otherwise
            }),
            // The parser sees to it that there are three.
            _ => Ok(NOTHING),
        }
    }

    // --- From one kind to another ---

    /// A node's string value; blank where the host says so.
    pub fn node_text(&self, node: NodeRef) -> Cow<'h, str> {
        if node.document == DocumentId::PRIMARY && self.host.is_blank(node) {
            return Cow::Borrowed("");
        }
        self.host.tree(node.document).string_value(node.node)
    }

    pub fn node_number(&self, node: NodeRef) -> f64 {
        self.host
            .number(node)
            .unwrap_or_else(|| self.number_of_str(&self.node_text(node)))
    }

    /// A text as a number; in XForms a date is one too.
    pub(crate) fn number_of_str(&self, text: &str) -> f64 {
        let is_xforms = self.host.dialect() == Dialect::XForms;
        let number = number_of_text(text, is_xforms);
        if number.is_nan() && is_xforms {
            return self.moment_of_str(text).map_or(f64::NAN, Moment::days);
        }
        number
    }

    pub(crate) fn moment_of_str(&self, text: &str) -> Option<Moment> {
        Moment::read(text, &self.host.session().time_zone)
    }

    pub fn number_of(&self, value: &Value) -> f64 {
        match value {
            Value::Number(number) => *number,
            Value::Boolean(truth) => f64::from(u8::from(*truth)),
            Value::Text(text) => self.number_of_str(text),
            Value::Nodes(nodes) => nodes
                .first()
                .map_or(f64::NAN, |&node| self.node_number(node)),
            Value::Moment(moment) => moment.days(),
        }
    }

    pub fn boolean_of(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Boolean(truth) => *truth,
            Value::Text(text) => !text.is_empty(),
            Value::Nodes(nodes) => !nodes.is_empty(),
            Value::Moment(moment) => moment.milliseconds.is_some(),
        }
    }

    pub fn text_of<'e>(&self, value: Value<'e>) -> Cow<'e, str>
    where
        'h: 'e,
    {
        match value {
            Value::Text(text) => text,
            Value::Boolean(truth) => Cow::Borrowed(if truth { "true" } else { "false" }),
            Value::Number(number) => Cow::Owned(text_of_number(number)),
            Value::Nodes(nodes) => nodes
                .first()
                .map_or(Cow::Borrowed(""), |&node| self.node_text(node)),
            Value::Moment(moment) => Cow::Owned(moment.text(&self.host.session().time_zone)),
        }
    }

    // --- Comparing ---

    fn compare(&self, operator: Comparison, left: &Expr, right: &Expr) -> Result<bool> {
        // The commonest of all: an answer against a word, a number or another answer.
        let outcome = match (self.plain(left), self.plain(right)) {
            (Some(left), _) => self.compare_plain(operator, left, right),
            (None, Some(right)) => self.compare_plain(operator.mirrored(), right, left),
            (None, None) => None,
        };
        if let Some(outcome) = outcome {
            return outcome;
        }
        let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
        Ok(self.compare_values(operator, &left, &right))
    }

    /// Where a side of a comparison starts and how it goes on, if its nodes can be had without a list of them.
    fn plain<'e>(&self, expr: &'e Expr) -> Option<Plain<'e>> {
        match expr {
            Expr::Reference(reference) if self.host.reference_is_single(*reference) => {
                Some(Plain {
                    start: self.host.reference_first(*reference, self.current),
                    steps: &[],
                })
            }
            Expr::Path(path) => Some(Plain {
                start: Some(self.plain_start(path)?),
                steps: &path.steps,
            }),
            _ => None,
        }
    }

    /// Compares without a list of nodes; `None`, with nothing evaluated yet, where the other side may be several nodes
    /// or a truth.
    fn compare_plain(
        &self,
        operator: Comparison,
        nodes: Plain,
        other: &Expr,
    ) -> Option<Result<bool>> {
        let any = |compares: &dyn Fn(NodeRef) -> bool| {
            nodes.start.is_some_and(|start| {
                self.each_plain(start, nodes.steps, &mut |node| {
                    if compares(node) {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                })
            })
        };
        let texts = |text: &str| {
            any(&|node| (self.node_text(node) == text) == (operator == Comparison::Equal))
        };
        let numbers = |number| any(&|node| operator.numbers(self.node_number(node), number));
        Some(Ok(match other {
            Expr::Text(text) if operator.is_equality() => texts(text),
            Expr::Text(text) => numbers(self.number_of_str(text)),
            Expr::Number(number) => numbers(*number),
            Expr::Arithmetic { .. } | Expr::Negate(_) => match self.number(other) {
                Ok(number) => numbers(number),
                Err(error) => return Some(Err(error)),
            },
            Expr::Reference(_) | Expr::Path(_) => {
                let single = self.plain(other).filter(Plain::is_single)?;
                let mut found = None;
                if let Some(start) = single.start {
                    self.each_plain(start, single.steps, &mut |node| {
                        found = Some(node);
                        ControlFlow::Break(())
                    });
                }
                match found {
                    Some(node) if operator.is_equality() => texts(&self.node_text(node)),
                    Some(node) => numbers(self.node_number(node)),
                    // Nothing compares true with nothing.
                    None => false,
                }
            }
            _ => return None,
        }))
    }

    pub(crate) fn compare_values(&self, operator: Comparison, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Nodes(left), Value::Nodes(right)) => self.compare_nodes(operator, left, right),
            (Value::Boolean(truth), other) => self.compare_boolean(operator, *truth, other),
            (other, Value::Boolean(truth)) => {
                self.compare_boolean(operator.mirrored(), *truth, other)
            }
            (Value::Nodes(nodes), other) => self.compare_any(operator, nodes, other),
            (other, Value::Nodes(nodes)) => self.compare_any(operator.mirrored(), nodes, other),
            (Value::Text(left), Value::Text(right)) if operator.is_equality() => {
                (left == right) == (operator == Comparison::Equal)
            }
            _ => operator.numbers(self.number_of(left), self.number_of(right)),
        }
    }

    fn compare_boolean(&self, operator: Comparison, truth: bool, other: &Value) -> bool {
        let number = |truth: bool| f64::from(u8::from(truth));
        let other = if operator.is_equality() || matches!(other, Value::Nodes(_)) {
            number(self.boolean_of(other))
        } else {
            self.number_of(other)
        };
        operator.numbers(number(truth), other)
    }

    /// Whether any of the nodes compares so with the value.
    fn compare_any(&self, operator: Comparison, nodes: &[NodeRef], other: &Value) -> bool {
        match other {
            Value::Text(text) if operator.is_equality() => nodes
                .iter()
                .any(|&node| (self.node_text(node) == *text) == (operator == Comparison::Equal)),
            _ => {
                let number = self.number_of(other);
                nodes
                    .iter()
                    .any(|&node| operator.numbers(self.node_number(node), number))
            }
        }
    }

    /// Whether any node of one side compares so with any of the other, in linear time.
    fn compare_nodes(&self, operator: Comparison, left: &[NodeRef], right: &[NodeRef]) -> bool {
        let numbers = |nodes: &[NodeRef]| -> Option<(f64, f64)> {
            let numbers = nodes
                .iter()
                .map(|&node| self.node_number(node))
                .filter(|number| !number.is_nan());
            numbers.fold(None, |range, number| match range {
                None => Some((number, number)),
                Some((least, most)) => Some((number.min(least), number.max(most))),
            })
        };
        let texts = |nodes: &[NodeRef]| -> HashSet<Cow<'h, str>> {
            nodes.iter().map(|&node| self.node_text(node)).collect()
        };
        match (operator, left, right) {
            (_, [], _) | (_, _, []) => false,
            (Comparison::Equal, [left], [right]) => self.node_text(*left) == self.node_text(*right),
            (Comparison::Equal, ..) => !texts(left).is_disjoint(&texts(right)),
            (Comparison::NotEqual, ..) => {
                // All texts are equal only if there is but one.
                let first = self.node_text(left[0]);
                let mut all = left.iter().chain(right);
                all.any(|&node| self.node_text(node) != first)
                    && (left
                        .iter()
                        .any(|&l| self.node_text(l) != self.node_text(right[0]))
                        || right.iter().any(|&r| self.node_text(r) != first))
            }
            // Some pair is ordered so exactly if the extremes are.
            (operator, left, right) => match (numbers(left), numbers(right)) {
                (Some(left), Some(right)) => match operator {
                    Comparison::Less | Comparison::LessOrEqual => operator.numbers(left.0, right.1),
                    _ => operator.numbers(left.1, right.0),
                },
                _ => false,
            },
        }
    }
}
