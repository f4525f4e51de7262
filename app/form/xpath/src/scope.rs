//! Which prefix stands for which namespace at a place in a document.

use std::collections::HashMap;

/// Declarations in force, innermost last. Looking a prefix up takes the same time however deep the document is.
#[derive(Default)]
pub(crate) struct Scope {
    bound: HashMap<Box<str>, Vec<Box<str>>>,
    declared: Vec<Box<str>>,
    /// How many declarations were in force where each open element began.
    marks: Vec<usize>,
}

impl Scope {
    /// Enters an element.
    pub fn open(&mut self) {
        self.marks.push(self.declared.len());
    }

    pub fn declare(&mut self, prefix: &str, uri: &str) {
        self.bound
            .entry(prefix.into())
            .or_default()
            .push(uri.into());
        self.declared.push(prefix.into());
    }

    /// Leaves an element with its declarations.
    pub fn close(&mut self) {
        let mark = self.marks.pop().unwrap_or(0);
        for prefix in self.declared.drain(mark..) {
            if let Some(bound) = self.bound.get_mut(&prefix) {
                bound.pop();
            }
        }
    }

    /// The namespace a prefix stands for; `""` is the default one and stands for none where nothing is declared.
    pub fn uri(&self, prefix: &str) -> Option<&str> {
        let bound = self.bound.get(prefix).and_then(|bound| bound.last());
        match (bound, prefix) {
            (Some(uri), _) => Some(uri),
            (None, "") => Some(""),
            (None, "xml") => Some(crate::expression::XML),
            (None, _) => None,
        }
    }
}
