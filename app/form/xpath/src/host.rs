//! What an expression asks of the form it belongs to.

use std::borrow::Cow;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{
    expression::{Dialect, ReferenceId},
    lookup::Indexes,
    names::Names,
    tree::{NodeIx, Tree},
};

/// A document of a form; 0 is the primary instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(pub u32);

impl DocumentId {
    pub const PRIMARY: Self = Self(0);
}

/// A node of one of a form's documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeRef {
    pub document: DocumentId,
    pub node: NodeIx,
}

impl NodeRef {
    pub fn new(document: DocumentId, node: NodeIx) -> Self {
        Self { document, node }
    }

    /// Another node of the same document.
    #[must_use]
    pub fn at(self, node: NodeIx) -> Self {
        Self { node, ..self }
    }
}

/// Answers expressions.
pub trait Host {
    fn tree(&self, document: DocumentId) -> &Tree;

    fn names(&self) -> &Names;

    fn session(&self) -> &Session;

    /// The host's seeded generator, for `uuid()`, `random()` and `randomize()`: 64 random bits.
    fn random(&self) -> u64;

    fn dialect(&self) -> Dialect {
        Dialect::XForms
    }

    /// What `/` selects from a node; default: the node's document.
    fn root(&self, node: NodeRef) -> NodeRef {
        node.at(NodeIx::DOCUMENT)
    }

    /// What `instance('id')` selects: the document node of a secondary instance, so that `instance('id')/root/item`
    /// names its root element.
    fn instance(&self, id: &str) -> Option<NodeRef>;

    /// Whether a node of the primary instance reads as blank, since it is not relevant.
    fn is_blank(&self, node: NodeRef) -> bool {
        let _ = node;
        false
    }

    /// A node's number, for hosts that keep it; `None` reads its text.
    fn number(&self, node: NodeRef) -> Option<f64> {
        let _ = node;
        None
    }

    /// The first node in document order a reference selects. `context` is the node the whole expression is evaluated at,
    /// what `current()` gives, also where the reference stands in a predicate.
    fn reference_first(&self, reference: ReferenceId, context: NodeRef) -> Option<NodeRef> {
        let mut nodes = Vec::new();
        self.reference_all(reference, context, &mut nodes);
        nodes.first().copied()
    }

    /// Everything a reference selects, in document order, appended to `into`.
    fn reference_all(&self, reference: ReferenceId, context: NodeRef, into: &mut Vec<NodeRef>) {
        let _ = (reference, context, into);
    }

    /// Whether the reference selects at most one node from any context, so that no list is needed to compare with it.
    fn reference_is_single(&self, reference: ReferenceId) -> bool {
        let _ = reference;
        false
    }

    /// A text of `jr:itext('id')` in the active language.
    fn itext(&self, id: &str) -> Option<Cow<'_, str>> {
        let _ = id;
        None
    }

    /// What `jr:itext('id')` selects, where its texts are nodes.
    fn itext_nodes(&self, id: &str) -> Option<Vec<NodeRef>> {
        let _ = id;
        None
    }

    /// `jr:choice-name(value, 'path')`: the label of a choice of the question at `path`.
    fn choice_name(&self, value: &str, path: &str, context: NodeRef) -> Option<String> {
        let _ = (value, path, context);
        None
    }

    /// 1-based position of a repeat instance among its like, where counting preceding siblings is too slow.
    fn position(&self, node: NodeRef) -> Option<usize> {
        let _ = node;
        None
    }

    /// Whether so many more nodes may be looked at. Predicates within predicates multiply; a host that evaluates what
    /// strangers wrote counts, and refuses with [`EvaluationError::TooMuchWork`](crate::EvaluationError::TooMuchWork).
    fn spend(&self, nodes: usize) -> bool {
        let _ = nodes;
        true
    }

    /// Indexes and patterns kept between evaluations; without them everything is sought anew.
    fn indexes(&self) -> Option<&Indexes> {
        None
    }

    /// A property of the device or user, `property('deviceid')`.
    fn property(&self, name: &str) -> Option<Cow<'_, str>> {
        let _ = name;
        None
    }
}

/// What holds for all expressions of one evaluation.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Milliseconds since 1970 UTC.
    pub now: i64,
    pub time_zone: TimeZone,
    /// Tag of the active language, for names of months and days.
    pub language: String,
    /// The form's version, `version()`.
    pub version: String,
}

/// The offsets of one place, as plain data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeZone {
    /// Minutes east of UTC before the first transition.
    pub offset_minutes: i32,
    /// From when (milliseconds since 1970 UTC, ascending) which offset holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitions: Vec<(i64, i32)>,
}
