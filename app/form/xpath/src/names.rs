//! Names of elements and attributes, interned so that a name is an integer.

use std::collections::HashMap;

/// A qualified name: namespace, prefix and local part. Made by [`Names::intern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub(crate) u32);

/// What a name means: namespace and local part, whatever the prefix. Two prefixes for one namespace are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExpandedName(pub(crate) u32);

#[derive(Clone, Debug)]
struct Entry {
    expanded: ExpandedName,
    prefix: Box<str>,
}

/// The names all trees of one form share. It only ever grows.
#[derive(Clone, Debug, Default)]
pub struct Names {
    entries: Vec<Entry>,
    /// Namespace (its index in `namespaces`) and local part of every expanded name.
    expanded: Vec<(u32, Box<str>)>,
    namespaces: Vec<Box<str>>,
    by_local: HashMap<Box<str>, Vec<NameId>>,
}

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Names {
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of a name; `namespace` and `prefix` are `""` where there is none.
    pub fn intern(&mut self, namespace: &str, prefix: &str, local: &str) -> NameId {
        let mut alike = self.by_local.get(local).into_iter().flatten();
        let known = alike.find(|&&id| self.prefix(id) == prefix && self.namespace(id) == namespace);
        if let Some(&known) = known {
            return known;
        }
        let expanded = self
            .find(namespace, local)
            .unwrap_or_else(|| self.add_expanded(namespace, local));
        let id = NameId(index(self.entries.len()));
        self.entries.push(Entry {
            expanded,
            prefix: Box::from(prefix),
        });
        self.by_local.entry(local.into()).or_default().push(id);
        id
    }

    fn add_expanded(&mut self, namespace: &str, local: &str) -> ExpandedName {
        let known = self.namespaces.iter().position(|uri| **uri == *namespace);
        let at = known.unwrap_or_else(|| {
            self.namespaces.push(namespace.into());
            self.namespaces.len() - 1
        });
        let expanded = ExpandedName(index(self.expanded.len()));
        self.expanded.push((index(at), local.into()));
        expanded
    }

    /// The expanded name, if any tree of the form has met it.
    pub fn find(&self, namespace: &str, local: &str) -> Option<ExpandedName> {
        let alike = self.by_local.get(local)?.iter();
        alike
            .map(|&id| self.expanded(id))
            .find(|&name| self.expanded_namespace(name) == namespace)
    }

    /// What the name means, comparable as an integer.
    pub fn expanded(&self, name: NameId) -> ExpandedName {
        self.entries[name.0 as usize].expanded
    }

    pub fn local(&self, name: NameId) -> &str {
        self.expanded_local(self.expanded(name))
    }

    /// The namespace's URI, `""` for none.
    pub fn namespace(&self, name: NameId) -> &str {
        self.expanded_namespace(self.expanded(name))
    }

    /// The prefix as written, `""` for none.
    pub fn prefix(&self, name: NameId) -> &str {
        &self.entries[name.0 as usize].prefix
    }

    /// The name as written: `prefix:local` or `local`.
    pub fn qualified(&self, name: NameId) -> String {
        match self.prefix(name) {
            "" => self.local(name).to_owned(),
            prefix => format!("{prefix}:{}", self.local(name)),
        }
    }

    pub fn expanded_local(&self, name: ExpandedName) -> &str {
        &self.expanded[name.0 as usize].1
    }

    pub fn expanded_namespace(&self, name: ExpandedName) -> &str {
        &self.namespaces[self.expanded[name.0 as usize].0 as usize]
    }
}
