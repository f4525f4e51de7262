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

    /// Declares a prefix on the element entered last; tells whether it had not been declared there yet.
    pub fn declare(&mut self, prefix: &str, uri: &str) -> bool {
        let mark = self.marks.last().copied().unwrap_or(0);
        let is_new = self.declared[mark..].iter().all(|known| **known != *prefix);
        self.bound
            .entry(prefix.into())
            .or_default()
            .push(uri.into());
        self.declared.push(prefix.into());
        is_new
    }

    /// Leaves an element with its declarations; tells whether it had any.
    pub fn close(&mut self) -> bool {
        let mark = self.marks.pop().unwrap_or(0);
        let had_any = mark < self.declared.len();
        for prefix in self.declared.drain(mark..) {
            if let Some(bound) = self.bound.get_mut(&prefix) {
                bound.pop();
            }
        }
        had_any
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
