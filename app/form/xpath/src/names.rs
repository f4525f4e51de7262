//! Names of elements and attributes, interned so that a name is an integer.

use std::{collections::HashMap, sync::Arc};

use crate::keyed_hash::KeyedHash;

/// A qualified name: namespace, prefix and local part. Made by [`Names::intern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub(crate) u32);

/// What a name means: namespace and local part, whatever the prefix. Two prefixes for one namespace are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExpandedName(pub(crate) u32);

impl ExpandedName {
    /// The name as a number, to keep data of one's own beside the names.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A namespace's URI or a prefix, comparable as an integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(u32);

impl Word {
    /// `""`: no namespace, no prefix.
    pub const NONE: Self = Self(0);
}

/// Namespaces and prefixes, of which a form has few.
#[derive(Clone, Debug, Default)]
struct Words {
    /// By id; the first is `""`, which is not kept.
    texts: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, Word, KeyedHash>,
}

impl Words {
    fn find(&self, text: &str) -> Option<Word> {
        if text.is_empty() {
            return Some(Word::NONE);
        }
        self.ids.get(text).copied()
    }

    fn intern(&mut self, text: &str) -> Word {
        if let Some(known) = self.find(text) {
            return known;
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let word = Word(index(self.texts.len()));
        self.ids.insert(text, word);
        word
    }

    fn text(&self, word: Word) -> &str {
        match word.0.checked_sub(1) {
            Some(index) => &self.texts[index as usize],
            None => "",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    expanded: ExpandedName,
    prefix: Word,
    /// Another name with the same local part.
    alike: Option<NameId>,
}

/// The names all trees of one form share. It only ever grows.
#[derive(Clone, Debug, Default)]
pub struct Names {
    entries: Vec<Entry>,
    /// Namespace and local part of every expanded name.
    expanded: Vec<(Word, Arc<str>)>,
    words: Words,
    /// The newest name of each local part; the others follow by [`Entry::alike`].
    by_local: HashMap<Arc<str>, NameId, KeyedHash>,
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
        let (namespace, prefix) = (self.words.intern(namespace), self.words.intern(prefix));
        let newest = self.by_local.get(local).copied();
        let mut meaning = None;
        let mut alike = newest;
        while let Some(known) = alike {
            let entry = self.entries[known.0 as usize];
            if self.expanded_namespace_word(entry.expanded) == namespace {
                if entry.prefix == prefix {
                    return known;
                }
                meaning = Some(entry.expanded);
            }
            alike = entry.alike;
        }
        let local = match newest {
            Some(known) => Arc::clone(&self.expanded[self.expanded(known).0 as usize].1),
            None => local.into(),
        };
        let expanded = meaning.unwrap_or_else(|| {
            self.expanded.push((namespace, Arc::clone(&local)));
            ExpandedName(index(self.expanded.len() - 1))
        });
        let id = NameId(index(self.entries.len()));
        self.entries.push(Entry {
            expanded,
            prefix,
            alike: newest,
        });
        self.by_local.insert(local, id);
        id
    }

    /// The expanded name, if any tree of the form has met it.
    pub fn find(&self, namespace: &str, local: &str) -> Option<ExpandedName> {
        let namespace = self.words.find(namespace)?;
        self.alike(local)
            .find(|&name| self.expanded_namespace_word(name) == namespace)
    }

    /// The expanded names with a local part, in no particular order; one with several prefixes comes several times.
    pub fn alike(&self, local: &str) -> impl Iterator<Item = ExpandedName> + '_ {
        let newest = self.by_local.get(local).copied();
        std::iter::successors(newest, |known| self.entries[known.0 as usize].alike)
            .map(|known| self.expanded(known))
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

    /// The namespace, comparable as an integer.
    pub fn namespace_word(&self, name: NameId) -> Word {
        self.expanded_namespace_word(self.expanded(name))
    }

    /// The prefix as written, `""` for none.
    pub fn prefix(&self, name: NameId) -> &str {
        self.words.text(self.entries[name.0 as usize].prefix)
    }

    /// The name as written: `prefix:local` or `local`.
    pub fn qualified(&self, name: NameId) -> String {
        match self.prefix(name) {
            "" => self.local(name).to_owned(),
            prefix => format!("{prefix}:{}", self.local(name)),
        }
    }

    /// Whether this is how the name is written.
    pub(crate) fn is_written(&self, name: NameId, qualified: &str) -> bool {
        let local = match self.prefix(name) {
            "" => Some(qualified),
            prefix => qualified
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix(':')),
        };
        local == Some(self.local(name))
    }

    pub fn expanded_local(&self, name: ExpandedName) -> &str {
        &self.expanded[name.0 as usize].1
    }

    pub fn expanded_namespace(&self, name: ExpandedName) -> &str {
        self.words.text(self.expanded_namespace_word(name))
    }

    /// The namespace, comparable as an integer.
    pub fn expanded_namespace_word(&self, name: ExpandedName) -> Word {
        self.expanded[name.0 as usize].0
    }

    /// A namespace, comparable as an integer.
    pub fn intern_namespace(&mut self, uri: &str) -> Word {
        self.words.intern(uri)
    }
}
