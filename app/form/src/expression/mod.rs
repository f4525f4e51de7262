//! Expressions: `XPath` 1.0 in ODK's spelling, without paths.
//!
//! Operands are `${name}` (the value of a node), `.` (the value of the node the expression belongs to), texts and numbers;
//! operators `or`, `and`, `= !=`, `< <= > >=`, `+ -`, `* div mod`, unary minus, from loosest to tightest. Comparison and
//! conversion are `XPath`'s, with what ODK adds to them:
//!
//! - A reference is a node set of one node. Compared with a number it is a number, with a text a text, with a boolean
//!   whether the node is there, which an irrelevant one is not; otherwise an irrelevant node reads as blank. So
//!   `boolean(${a})` asks for relevance: write `${a} != ''` to ask for an answer.
//! - A blank or any text that is no number is `NaN`, and so is every sum it enters.
//! - A date counts as its days since 1970-01-01 wherever a number is wanted: `. <= today()`.
//! - `sum()`, `min()` and `max()` leave irrelevant nodes out; a blank relevant one makes them `NaN`. `min()` and `max()` of
//!   nothing are `NaN`, `sum()` of nothing is 0.
//! - `round(x, places)` rounds halves away from zero, `int()` towards zero.
//! - `once(x)`, as the whole of a calculate, is computed while the node is blank and then kept.
//!
//! Arguments are all computed, but for `if`, `coalesce`, `and` and `or`, which stop early.

mod evaluator;
mod fault;
mod function;
pub(crate) mod lexer;
pub(crate) mod number;
mod parser;

pub use fault::{Arity, ExpressionFault};

pub(crate) use evaluator::{Evaluation, Operand};
pub(crate) use parser::{Target, compile};

use crate::form::NodeId;
use function::Function;

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Expression {
    program: Box<[Operation]>,
    literals: Box<[Box<str>]>,
    /// The value is computed while blank, then kept.
    pub once: bool,
}

/// What the outcome of an expression depends on, besides the clock.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    /// Each once.
    pub nodes: Vec<NodeId>,
    pub this: bool,
}

/// One step of a program. Jumps name the step to go on with.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Number(f64),
    Literal(u32),
    Node(NodeId),
    This,
    Operator(Operator),
    Negate,
    /// Makes a boolean of the operand.
    Boolean,
    /// Makes a boolean of the operand and keeps it if false, drops it and goes on if true.
    StopIfFalse(u32),
    StopIfTrue(u32),
    /// Keeps the operand if it has a text, drops it and goes on if blank.
    StopIfText(u32),
    /// Drops the operand and jumps if it is false.
    SkipUnless(u32),
    Skip(u32),
    Call(Function, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}
