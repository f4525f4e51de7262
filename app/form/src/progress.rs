//! How far a section has come.

use serde::{Deserialize, Serialize};

use crate::{Instance, NodeId, NodeKind, ViolationKind};

/// Counts of the relevant questions a person answers (no notes, nothing calculated, nothing that is never writable).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// With an answer, "not assessed" included.
    pub answered: u32,
    /// Answered with what does not fit.
    #[serde(default)]
    pub unfit: u32,
    /// Required and still empty.
    pub required_open: u32,
    pub total: u32,
}

impl Instance {
    /// Whether a relevant question waits for a person, answered or not.
    pub fn is_asked(&self, node: NodeId) -> bool {
        self.relevant(node) && self.is_answerable(node)
    }

    /// Whether a person answers a node: a question that is no note, not calculated, and not always read-only.
    pub fn is_answerable(&self, node: NodeId) -> bool {
        let def = self.form().def(self.def(node));
        !def.calculate
            && !def.always_readonly
            && matches!(
                self.kind(node),
                NodeKind::Input
                    | NodeKind::Select1
                    | NodeKind::Select
                    | NodeKind::Rank
                    | NodeKind::Range
                    | NodeKind::Trigger
                    | NodeKind::Upload
            )
    }

    /// The progress of a group, or of anything else that holds questions.
    pub fn progress(&self, within: NodeId) -> Progress {
        self.progress_within(vec![within])
    }

    pub(crate) fn progress_within(&self, mut work: Vec<NodeId>) -> Progress {
        let mut progress = Progress::default();
        while let Some(node) = work.pop() {
            work.extend(self.children(node));
            if !self.is_asked(node) {
                continue;
            }
            progress.total += 1;
            progress.answered += u32::from(!self.value(node).is_empty());
            match self.violation(node) {
                Some(ViolationKind::Required) => progress.required_open += 1,
                Some(_) => progress.unfit += 1,
                None => {}
            }
        }
        progress
    }
}
