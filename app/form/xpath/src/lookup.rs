//! Look-ups by key.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use regex_lite::Regex;

use crate::{
    Axis, Comparison, Expr, Function, NameTest, NamespaceTest, NodeTest, Path, Start, Step,
};

/// A path whose first predicate an index answers.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The path as written.
    pub path: Path,
}

/// What is worth keeping between evaluations.
#[derive(Debug, Default)]
pub struct Indexes {
    patterns: Mutex<HashMap<Box<str>, Option<Regex>>>,
}

impl Indexes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a pattern is found in a text; `None` if it is no pattern.
    pub(crate) fn matches(&self, text: &str, pattern: &str) -> Option<bool> {
        let mut patterns = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        if !patterns.contains_key(pattern) {
            patterns.insert(pattern.into(), Regex::new(pattern).ok());
        }
        let regex = patterns.get(pattern)?.as_ref()?;
        Some(regex.is_match(text))
    }
}

/// `instance('…')/root/item[key = 'value']/wanted`.
pub(crate) fn pulled(instance: &str, wanted: &str, key: &str, value: &str) -> Expr {
    let step = |local: &str| {
        Step::new(
            Axis::Child,
            NodeTest::Name(NameTest {
                namespace: NamespaceTest::Default(None),
                local: local.into(),
                resolved: None,
            }),
        )
    };
    let path = |start: Start, steps: Vec<Step>| Path { start, steps };
    let mut item = step("item");
    item.predicates.push(Expr::Compare {
        operator: Comparison::Equal,
        left: Box::new(Expr::Path(path(Start::Context, vec![step(key)]))),
        right: Box::new(Expr::Text(value.into())),
    });
    let start = Start::Filter {
        expression: Box::new(Expr::Call {
            function: Function::Instance,
            arguments: vec![Expr::Text(instance.into())],
        }),
        predicates: Vec::new(),
    };
    Expr::Path(path(start, vec![step("root"), item, step(wanted)]))
}
