//! What is known of one node of an instance at one moment.

use crate::{Value, ViolationKind, score::ItemOutcome};

#[derive(Clone, Debug, Default, PartialEq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "one for each thing known of a node"
)]
pub(crate) struct NodeState {
    pub value: Value,
    pub relevant: bool,
    pub required: bool,
    pub readonly: bool,
    pub finding: bool,
    /// What was calculated does not fit the question's kind; the value is empty then.
    pub ill_typed: bool,
    /// Its value changed since the last judgement.
    pub value_changed: bool,
    /// Its relevance changed since the last judgement.
    pub relevance_changed: bool,
    pub violation: Option<ViolationKind>,
    pub outcome: ItemOutcome,
}
