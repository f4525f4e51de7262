//! Runs a compiled expression over the values of an instance.

use std::borrow::Cow;

use super::{Expression, Function, Operation, Operator, number};
use crate::{
    Value, date,
    form::NodeId,
    instance::{Session, state::NodeState},
    limits::MAX_ANSWER_BYTES,
};

/// Something on the stack. Values of nodes and literals stay where they are; only their place is noted.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Number(f64),
    Boolean(bool),
    Text(String),
    Literal(u32),
    Node(NodeId),
    This,
    Today,
    Now,
}

/// One run of one expression.
pub(crate) struct Evaluation<'a> {
    pub expression: &'a Expression,
    /// The node the expression belongs to.
    pub this: NodeId,
    pub states: &'a [NodeState],
    pub session: &'a Session,
}

const BLANK: &Value = &Value::Empty;

impl<'a> Evaluation<'a> {
    /// Whether the expression holds. `stack` is empty room to work in, and left so.
    pub fn holds(&self, stack: &mut Vec<Operand>) -> bool {
        let result = self.run(stack);
        self.boolean(&result)
    }

    /// What the expression comes to.
    pub fn run(&self, stack: &mut Vec<Operand>) -> Operand {
        stack.clear();
        let program = &self.expression.program;
        let mut step = 0;
        while let Some(operation) = program.get(step) {
            step += 1;
            match *operation {
                Operation::Number(number) => stack.push(Operand::Number(number)),
                Operation::Literal(index) => stack.push(Operand::Literal(index)),
                Operation::Node(node) => stack.push(Operand::Node(node)),
                Operation::This => stack.push(Operand::This),
                Operation::Negate => {
                    let operand = pop(stack);
                    stack.push(Operand::Number(-self.number(&operand)));
                }
                Operation::Boolean => {
                    let operand = pop(stack);
                    stack.push(Operand::Boolean(self.boolean(&operand)));
                }
                Operation::Operator(operator) => {
                    let right = pop(stack);
                    let left = pop(stack);
                    stack.push(self.operate(operator, &left, &right));
                }
                Operation::StopIfFalse(end) | Operation::StopIfTrue(end) => {
                    let operand = pop(stack);
                    let held = self.boolean(&operand);
                    if held == matches!(operation, Operation::StopIfTrue(_)) {
                        stack.push(Operand::Boolean(held));
                        step = end as usize;
                    }
                }
                Operation::StopIfText(end) => {
                    let operand = pop(stack);
                    if !self.text(&operand).is_empty() {
                        stack.push(operand);
                        step = end as usize;
                    }
                }
                Operation::SkipUnless(target) => {
                    let operand = pop(stack);
                    if !self.boolean(&operand) {
                        step = target as usize;
                    }
                }
                Operation::Skip(target) => step = target as usize,
                Operation::Call(function, given) => {
                    let from = stack.len().saturating_sub(given as usize);
                    let result = self.call(function, &stack[from..]);
                    stack.truncate(from);
                    stack.push(result);
                }
            }
        }
        pop(stack)
    }

    /// The value `operand` points at, if it is a node. An irrelevant one reads as blank.
    pub fn value(&self, operand: &Operand) -> Option<&'a Value> {
        match operand {
            Operand::Node(node) => Some(match self.states.get(node.index()) {
                Some(state) if state.relevant => &state.value,
                _ => BLANK,
            }),
            // Its own value a node reads whatever its relevance: where it is irrelevant nothing comes of it.
            Operand::This => Some(
                self.states
                    .get(self.this.index())
                    .map_or(BLANK, |state| &state.value),
            ),
            _ => None,
        }
    }

    fn is_there(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Node(node) => self
                .states
                .get(node.index())
                .is_some_and(|state| state.relevant),
            _ => true,
        }
    }

    pub fn text<'o>(&'o self, operand: &'o Operand) -> Cow<'o, str> {
        match operand {
            Operand::Number(number) => Cow::Owned(number::write(*number)),
            Operand::Boolean(true) => Cow::Borrowed("true"),
            Operand::Boolean(false) => Cow::Borrowed("false"),
            Operand::Text(text) => Cow::Borrowed(text),
            Operand::Literal(index) => Cow::Borrowed(self.literal(*index)),
            Operand::Today => Cow::Borrowed(&self.session.today),
            Operand::Now => Cow::Borrowed(&self.session.now),
            Operand::Node(_) | Operand::This => self.value(operand).unwrap_or(BLANK).text(),
        }
    }

    fn literal(&self, index: u32) -> &str {
        self.expression
            .literals
            .get(index as usize)
            .map_or("", |literal| literal)
    }

    pub fn number(&self, operand: &Operand) -> f64 {
        match operand {
            Operand::Number(number) => *number,
            Operand::Boolean(held) => f64::from(u8::from(*held)),
            Operand::Text(text) => number::read(text),
            Operand::Literal(index) => number::read(self.literal(*index)),
            Operand::Today => date::days_with_time(&self.session.today).unwrap_or(f64::NAN),
            Operand::Now => date::days_with_time(&self.session.now).unwrap_or(f64::NAN),
            Operand::Node(_) | Operand::This => self.value(operand).unwrap_or(BLANK).to_number(),
        }
    }

    fn boolean(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Boolean(held) => *held,
            Operand::Number(number) => *number != 0.0 && !number.is_nan(),
            Operand::Node(_) | Operand::This => self.is_there(operand),
            text => !self.text(text).is_empty(),
        }
    }

    fn operate(&self, operator: Operator, left: &Operand, right: &Operand) -> Operand {
        let ordered = |holds: fn(&f64, &f64) -> bool| {
            let (left, right) = self.order(left, right);
            Operand::Boolean(holds(&left, &right))
        };
        let computed = |compute: fn(f64, f64) -> f64| {
            Operand::Number(compute(self.number(left), self.number(right)))
        };
        match operator {
            Operator::Equal => Operand::Boolean(self.equal(left, right, true)),
            Operator::NotEqual => Operand::Boolean(self.equal(left, right, false)),
            Operator::Less => ordered(f64::lt),
            Operator::LessOrEqual => ordered(f64::le),
            Operator::Greater => ordered(f64::gt),
            Operator::GreaterOrEqual => ordered(f64::ge),
            Operator::Add => computed(|left, right| left + right),
            Operator::Subtract => computed(|left, right| left - right),
            Operator::Multiply => computed(|left, right| left * right),
            Operator::Divide => computed(|left, right| left / right),
            Operator::Modulo => computed(|left, right| left % right),
        }
    }

    /// Whether the two are equal (`wanted` true) or differ (`wanted` false): as booleans if either is one, else as
    /// numbers if either is one, else as texts. `NaN` equals nothing and differs from everything.
    fn equal(&self, left: &Operand, right: &Operand, wanted: bool) -> bool {
        #[allow(clippy::float_cmp, reason = "XPath compares numbers exactly")]
        let equal = match (left, right) {
            (Operand::Boolean(_), _) | (_, Operand::Boolean(_)) => {
                self.boolean(left) == self.boolean(right)
            }
            (Operand::Number(_), _) | (_, Operand::Number(_)) => {
                self.number(left) == self.number(right)
            }
            _ => self.text(left) == self.text(right),
        };
        equal == wanted
    }

    /// Both as numbers to be put in order; a node beside a boolean counts as whether it is there.
    fn order(&self, left: &Operand, right: &Operand) -> (f64, f64) {
        let beside = |operand: &Operand, other: &Operand| match (operand, other) {
            (Operand::Node(_) | Operand::This, Operand::Boolean(_)) => {
                f64::from(u8::from(self.is_there(operand)))
            }
            _ => self.number(operand),
        };
        (beside(left, right), beside(right, left))
    }

    fn call(&self, function: Function, arguments: &[Operand]) -> Operand {
        let text = |position: usize| {
            arguments
                .get(position)
                .map_or(Cow::Borrowed(""), |argument| self.text(argument))
        };
        let number = |position: usize| {
            arguments
                .get(position)
                .map_or(f64::NAN, |argument| self.number(argument))
        };
        let holds = || {
            arguments
                .first()
                .is_some_and(|argument| self.boolean(argument))
        };
        match function {
            Function::True => Operand::Boolean(true),
            Function::False => Operand::Boolean(false),
            Function::Not => Operand::Boolean(!holds()),
            Function::Boolean => Operand::Boolean(holds()),
            Function::Selected => Operand::Boolean(self.selected(arguments)),
            Function::CountSelected => count(match arguments.first().and_then(|a| self.value(a)) {
                Some(Value::Choices(list) | Value::Photos(list)) => list.len(),
                _ => text(0).split_whitespace().count(),
            }),
            Function::StringLength => count(text(0).chars().count()),
            Function::Number => Operand::Number(number(0)),
            Function::String | Function::Concat => Operand::Text(self.concat(arguments)),
            Function::Int => Operand::Number(number(0).trunc()),
            Function::Round if arguments.len() == 2 => Operand::Number(round(number(0), number(1))),
            Function::Round => Operand::Number(number(0).round()),
            Function::Min => Operand::Number(self.extreme(arguments, f64::min)),
            Function::Max => Operand::Number(self.extreme(arguments, f64::max)),
            Function::Sum => Operand::Number(self.present(arguments).sum::<f64>() + 0.0),
            Function::Contains => Operand::Boolean(text(0).contains(text(1).as_ref())),
            Function::StartsWith => Operand::Boolean(text(0).starts_with(text(1).as_ref())),
            Function::Today => Operand::Today,
            Function::Now => Operand::Now,
            // Compiled to jumps; never called.
            Function::If | Function::Coalesce | Function::Once => Operand::Text(String::new()),
        }
    }

    /// The arguments joined, until the whole is longer than any answer may be: no value is made of that, and a chain in
    /// which each text doubles the one before does not fill the memory.
    fn concat(&self, arguments: &[Operand]) -> String {
        let mut whole = String::new();
        for argument in arguments {
            if whole.len() > MAX_ANSWER_BYTES {
                break;
            }
            whole.push_str(&self.text(argument));
        }
        whole
    }

    /// The arguments as numbers, irrelevant nodes left out.
    fn present<'o>(&'o self, arguments: &'o [Operand]) -> impl Iterator<Item = f64> + 'o {
        arguments
            .iter()
            .filter(|argument| self.is_there(argument))
            .map(|argument| self.number(argument))
    }

    fn extreme(&self, arguments: &[Operand], choose: fn(f64, f64) -> f64) -> f64 {
        self.present(arguments)
            .reduce(|best, number| {
                if best.is_nan() || number.is_nan() {
                    f64::NAN
                } else {
                    choose(best, number)
                }
            })
            .unwrap_or(f64::NAN)
    }

    fn selected(&self, arguments: &[Operand]) -> bool {
        let [list, wanted] = arguments else {
            return false;
        };
        let wanted = self.text(wanted);
        let wanted = wanted.trim();
        match self.value(list) {
            Some(Value::Choices(values)) => values.iter().any(|value| value == wanted),
            _ => self
                .text(list)
                .split_whitespace()
                .any(|value| value == wanted),
        }
    }
}

fn pop(stack: &mut Vec<Operand>) -> Operand {
    stack.pop().unwrap_or(Operand::Text(String::new()))
}

fn count(number: usize) -> Operand {
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    Operand::Number(number as f64)
}

/// `number` to so many places after the point (before it, if negative), halves away from zero.
fn round(number: f64, places: f64) -> f64 {
    if places.is_nan() {
        return f64::NAN;
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "held to a range beyond which nothing changes"
    )]
    let places = places.trunc().clamp(-400.0, 400.0) as i32;
    let scale = 10_f64.powi(places.abs());
    let scaled = if places < 0 {
        (number / scale).round() * scale
    } else {
        (number * scale).round() / scale
    };
    // Too many places to matter overflow: nothing is rounded then. Too few leave nothing.
    match places {
        _ if !number.is_finite() => number,
        _ if scaled.is_finite() => scaled,
        0.. => number,
        _ => 0.0,
    }
}
