//! The functions an expression may call. What each gives stands in the evaluator.

use super::fault::Arity;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    True,
    False,
    Not,
    Boolean,
    If,
    Coalesce,
    Once,
    Selected,
    CountSelected,
    StringLength,
    Number,
    String,
    Int,
    Round,
    Min,
    Max,
    Sum,
    Concat,
    Contains,
    StartsWith,
    Today,
    Now,
}

const fn exactly(count: usize) -> Arity {
    between(count, count)
}

const fn between(at_least: usize, at_most: usize) -> Arity {
    Arity {
        at_least,
        at_most: Some(at_most),
    }
}

const fn at_least(at_least: usize) -> Arity {
    Arity {
        at_least,
        at_most: None,
    }
}

const FUNCTIONS: [(&str, Function, Arity); 22] = [
    ("true", Function::True, exactly(0)),
    ("false", Function::False, exactly(0)),
    ("not", Function::Not, exactly(1)),
    ("boolean", Function::Boolean, exactly(1)),
    ("if", Function::If, exactly(3)),
    ("coalesce", Function::Coalesce, exactly(2)),
    ("once", Function::Once, exactly(1)),
    ("selected", Function::Selected, exactly(2)),
    ("count-selected", Function::CountSelected, exactly(1)),
    ("string-length", Function::StringLength, between(0, 1)),
    ("number", Function::Number, between(0, 1)),
    ("string", Function::String, between(0, 1)),
    ("int", Function::Int, exactly(1)),
    ("round", Function::Round, between(1, 2)),
    ("min", Function::Min, at_least(1)),
    ("max", Function::Max, at_least(1)),
    ("sum", Function::Sum, at_least(1)),
    ("concat", Function::Concat, at_least(1)),
    ("contains", Function::Contains, exactly(2)),
    ("starts-with", Function::StartsWith, exactly(2)),
    ("today", Function::Today, exactly(0)),
    ("now", Function::Now, exactly(0)),
];

/// The function called `name`, its name again, and how many arguments it takes.
pub(super) fn find(name: &str) -> Option<(&'static str, Function, Arity)> {
    FUNCTIONS.iter().find(|entry| entry.0 == name).copied()
}
