//! How far a section has come.

use serde::{Deserialize, Serialize};

use crate::{Instance, NodeId, ViolationKind};

/// Counts of the relevant questions a person answers (no notes, nothing calculated).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// With an answer, "not assessed" included.
    pub answered: u32,
    /// Required and still empty.
    pub required_open: u32,
    pub total: u32,
}

impl Instance {
    /// The progress of a section, or of any other group.
    pub fn progress(&self, section: NodeId) -> Progress {
        let mut progress = Progress::default();
        for node in self.form().descendants(section).map(NodeId::at) {
            if !self.is_asked(node) {
                continue;
            }
            progress.total += 1;
            progress.answered += u32::from(!self.value(node).is_empty());
            progress.required_open +=
                u32::from(self.violation(node) == Some(ViolationKind::Required));
        }
        progress
    }
}
