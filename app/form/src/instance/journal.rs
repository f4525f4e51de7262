//! What an edit has done so far, to tell what it changed and to take it back.

use xpath::NodeIx;

/// Values as they were before each change, and instances of repeats added, in the order it happened.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    /// The old values, one behind the other: an edit may change as many as there are nodes.
    texts: String,
    /// Some node's value changed more than once.
    again: bool,
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    /// A node, and where its old value begins.
    Value(NodeIx, usize),
    /// A block instance.
    Instance(u32),
}

/// One thing to take back.
#[derive(Debug)]
pub(super) enum Done {
    Value(NodeIx, String),
    Instance(u32),
}

impl Journal {
    pub fn begin(&mut self) {
        self.entries.clear();
        self.texts.clear();
        self.again = false;
    }

    /// Notes a node's value before it changes; `again` if it has before in this edit.
    pub fn value(&mut self, node: NodeIx, old: &str, again: bool) {
        self.entries.push(Entry::Value(node, self.texts.len()));
        self.texts.push_str(old);
        self.again |= again;
    }

    pub fn instance(&mut self, number: u32) {
        self.entries.push(Entry::Instance(number));
    }

    /// Whether some node's value changed more than once, so that it may be what it was.
    pub fn has_repetitions(&self) -> bool {
        self.again
    }

    /// The last thing done.
    pub fn pop(&mut self) -> Option<Done> {
        Some(match self.entries.pop()? {
            Entry::Value(node, start) => Done::Value(node, self.texts.split_off(start)),
            Entry::Instance(number) => Done::Instance(number),
        })
    }

    /// The values nodes had when the edit began.
    pub fn first_values(&self) -> std::collections::HashMap<NodeIx, &str> {
        let mut first = std::collections::HashMap::new();
        let mut end = self.texts.len();
        // Backwards, so that the first one of each node stays.
        for entry in self.entries.iter().rev() {
            if let Entry::Value(node, start) = *entry {
                first.insert(node, &self.texts[start..end]);
                end = start;
            }
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::{Done, Journal};
    use xpath::NodeIx;

    #[test]
    fn the_first_value_of_a_node_is_the_one_it_had() {
        // given two nodes of which one changes twice
        let [a, b] = [1, 2].map(|index| NodeIx::from_index(index).unwrap_or(NodeIx::DOCUMENT));
        let mut journal = Journal::default();
        journal.value(a, "one", false);
        journal.value(b, "", false);
        journal.instance(7);
        journal.value(a, "two", true);
        // then each is known as it was, and all is taken back in reverse
        assert!(journal.has_repetitions());
        let first = journal.first_values();
        assert_eq!((first[&a], first[&b]), ("one", ""));
        let mut undone = Vec::new();
        while let Some(done) = journal.pop() {
            undone.push(match done {
                Done::Value(_, text) => text,
                Done::Instance(number) => number.to_string(),
            });
        }
        assert_eq!(undone, ["two", "7", "", "one"]);
    }
}
