//! Brings every part up to date that depends on what changed, each once, in the order of computation.

use super::{Change, Instance, Session, on_the_list, state::NodeState};
use crate::{
    Form, NodeId, Value, ViolationKind,
    definition::QuestionKind,
    dependency::Part,
    expression::{Evaluation, Expression, Operand},
    form::{CompiledCheck, NodeKind},
    score::ItemOutcome,
};

/// The parts of an instance a computation works with.
struct Computation<'a> {
    form: &'a Form,
    session: &'a Session,
    states: &'a mut [NodeState],
    stack: &'a mut Vec<Operand>,
}

/// What a computation of a value changed.
#[derive(Default)]
struct Recomputed {
    value: bool,
    /// Whether what was calculated fits the question's kind.
    fitness: bool,
}

impl Instance {
    /// Computes everything.
    pub(super) fn recompute_all(&mut self) {
        let parts = self.form.dependencies.len();
        self.pending.add_all(parts);
        self.settle();
    }

    /// Notes that the value of `node` is another now.
    pub(super) fn value_changed(&mut self, node: NodeId) {
        let state = &mut self.states[node.index()];
        state.value_changed = true;
        let relevant = state.relevant;
        let dependencies = &self.form.dependencies;
        self.pending.add(dependencies.judgement(node));
        if relevant {
            for &reader in dependencies.readers(node) {
                self.pending.add(reader);
            }
        }
    }

    /// Computes what is pending; every node of which anything changed, in document order.
    pub(super) fn settle(&mut self) -> Vec<Change> {
        let form = std::sync::Arc::clone(&self.form);
        let dependencies = &form.dependencies;
        let mut stack = std::mem::take(&mut self.stack);
        let mut changes = Vec::new();
        while let Some(rank) = self.pending.take() {
            let mut computation = Computation {
                form: &form,
                session: &self.session,
                states: &mut self.states,
                stack: &mut stack,
            };
            match dependencies.part(rank) {
                Part::Relevance(node) => {
                    if computation.relevance(node) {
                        self.states[node.index()].relevance_changed = true;
                        self.pending.add(dependencies.judgement(node));
                        for &reader in dependencies.readers(node) {
                            self.pending.add(reader);
                        }
                        for child in form.children(node) {
                            self.pending.add(dependencies.relevance(child));
                        }
                    }
                }
                Part::Value(node) => {
                    let recomputed = computation.value(node);
                    if recomputed.value {
                        self.value_changed(node);
                    } else if recomputed.fitness {
                        self.pending.add(dependencies.judgement(node));
                    }
                }
                Part::Judgement(node) => changes.extend(computation.judgement(node)),
            }
        }
        self.stack = stack;
        changes
    }
}

impl Computation<'_> {
    fn evaluation<'e>(&'e self, expression: &'e Expression, this: NodeId) -> Evaluation<'e> {
        Evaluation {
            expression,
            this,
            states: self.states,
            session: self.session,
        }
    }

    fn holds(&mut self, expression: &Expression, this: NodeId) -> bool {
        let mut stack = std::mem::take(self.stack);
        let held = self.evaluation(expression, this).holds(&mut stack);
        *self.stack = stack;
        held
    }

    /// Computes whether a node is relevant; true if that changed.
    fn relevance(&mut self, id: NodeId) -> bool {
        let form = self.form;
        let node = &form.nodes[id.index()];
        let relevant = node
            .parent
            .is_none_or(|parent| self.states[parent.index()].relevant)
            && node
                .relevant
                .as_ref()
                .is_none_or(|expression| self.holds(expression, id));
        std::mem::replace(&mut self.states[id.index()].relevant, relevant) != relevant
    }

    /// Computes a calculated value.
    fn value(&mut self, id: NodeId) -> Recomputed {
        let form = self.form;
        let Some(expression) = &form.nodes[id.index()].calculate else {
            return Recomputed::default();
        };
        if expression.once && !self.states[id.index()].value.is_empty() {
            return Recomputed::default();
        }
        let mut stack = std::mem::take(self.stack);
        let evaluation = self.evaluation(expression, id);
        let result = evaluation.run(&mut stack);
        let calculated = fit(form, id, &evaluation, result);
        *self.stack = stack;
        let state = &mut self.states[id.index()];
        let ill_typed = calculated.is_none();
        let value = calculated.unwrap_or_default();
        let recomputed = Recomputed {
            value: state.value != value,
            fitness: state.ill_typed != ill_typed,
        };
        state.value = value;
        state.ill_typed = ill_typed;
        recomputed
    }

    /// Judges a node and says what changed of it since it was judged last.
    fn judgement(&mut self, id: NodeId) -> Option<Change> {
        let form = self.form;
        let node = &form.nodes[id.index()];
        let before = &self.states[id.index()];
        let relevant = before.relevant;
        let is_empty = before.value.is_empty();

        let mut required = false;
        let mut readonly =
            node.calculate.is_some() || node.kind == NodeKind::Question(QuestionKind::Note);
        let mut violation = None;
        if let Some(bind) = &node.bind {
            let mut holds = |expression: &Option<Expression>| {
                expression
                    .as_ref()
                    .map(|expression| self.holds(expression, id))
            };
            required = holds(&bind.required) == Some(true);
            readonly |= holds(&bind.readonly) == Some(true);
            if relevant && !is_empty && holds(&bind.constraint) == Some(false) {
                violation = Some(ViolationKind::Constraint);
            }
        }
        if relevant && self.states[id.index()].ill_typed {
            violation = Some(ViolationKind::Type);
        } else if relevant && required && is_empty {
            violation = Some(ViolationKind::Required);
        }
        let (finding, outcome) = match &node.check {
            Some(check) if relevant => self.check(id, check),
            _ => (false, ItemOutcome::None),
        };

        let state = &mut self.states[id.index()];
        let change = Change {
            node: id,
            value: std::mem::take(&mut state.value_changed),
            relevant: std::mem::take(&mut state.relevance_changed),
            required: std::mem::replace(&mut state.required, required) != required,
            readonly: std::mem::replace(&mut state.readonly, readonly) != readonly,
            validity: std::mem::replace(&mut state.violation, violation) != violation,
            finding: std::mem::replace(&mut state.finding, finding) != finding,
        };
        state.outcome = outcome;
        change.is_any().then_some(change)
    }

    /// Whether a relevant item calls for a finding, and what it scores.
    fn check(&mut self, id: NodeId, check: &CompiledCheck) -> (bool, ItemOutcome) {
        let finding = match &check.finding {
            Some(expression) => self.holds(expression, id),
            None => self.states[id.index()].value.text() == "fail",
        };
        let text = self.states[id.index()].value.text();
        let outcome = match (text.as_ref(), &check.score) {
            ("" | "unassessed", _) => ItemOutcome::NotAssessed,
            ("na", _) => ItemOutcome::NotApplicable,
            (_, Some(expression)) => {
                let mut stack = std::mem::take(self.stack);
                let evaluation = self.evaluation(expression, id);
                let result = evaluation.run(&mut stack);
                let earned = evaluation.number(&result);
                *self.stack = stack;
                if earned.is_nan() {
                    ItemOutcome::NotAssessed
                } else {
                    // Adding zero makes a negative zero a plain one.
                    ItemOutcome::Assessed(earned.clamp(0.0, check.weight) + 0.0)
                }
            }
            ("pass", None) => ItemOutcome::Assessed(check.weight),
            ("fail", None) => ItemOutcome::Assessed(0.0),
            (_, None) => ItemOutcome::Assessed(if finding { 0.0 } else { check.weight }),
        };
        (finding, outcome)
    }
}

/// What was calculated as a value of the node's kind: `None` if it cannot be one. Numbers that are not finite, such as
/// those made of blanks, are empty.
fn fit(form: &Form, id: NodeId, evaluation: &Evaluation<'_>, result: Operand) -> Option<Value> {
    let node = &form.nodes[id.index()];
    let kind = match node.kind {
        NodeKind::Group => return Some(Value::Empty),
        NodeKind::Question(kind) if kind != QuestionKind::Note => kind,
        NodeKind::Question(_) | NodeKind::Calculation => {
            return Some(match result {
                Operand::Number(number) if !number.is_finite() => Value::Empty,
                Operand::Number(number) => Value::Decimal(number + 0.0),
                other => return Value::calculated(&evaluation.text(&other)).ok(),
            });
        }
    };
    let text = evaluation.text(&result);
    if text.is_empty() {
        return Some(Value::Empty);
    }
    let number = match (&result, kind) {
        (Operand::Number(number), _) => Some(*number),
        (_, QuestionKind::Integer | QuestionKind::Decimal) => match evaluation.number(&result) {
            number if number.is_nan() => return None,
            number => Some(number),
        },
        _ => None,
    };
    match (kind, number) {
        (_, Some(number)) if !number.is_finite() => Some(Value::Empty),
        (QuestionKind::Integer, Some(number)) => whole(number),
        (QuestionKind::Decimal, Some(number)) => Some(Value::Decimal(number + 0.0)),
        _ => {
            let list = node
                .choices
                .and_then(|list| form.choice_values.get(list as usize));
            Value::read(kind, &text)
                .and_then(|value| on_the_list(value, list))
                .ok()
        }
    }
}

/// The number without its fraction, where it is an integer of 64 bits.
fn whole(number: f64) -> Option<Value> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
    (-LIMIT..LIMIT)
        .contains(&number)
        .then_some(Value::Integer(number as i64))
}
