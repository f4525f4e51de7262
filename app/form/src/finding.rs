//! Which answers call for a finding, and what a finding must bring along.

use crate::{Evidence, Instance, NodeId, What};

/// What a finding still lacks of the evidence its clause wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EvidenceMissing {
    pub photos: u32,
    pub note: bool,
}

impl EvidenceMissing {
    /// Whether nothing is missing.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Evidence {
    /// What a finding with so many photos and this note still lacks of it.
    pub fn missing(&self, photos: usize, written: &str) -> EvidenceMissing {
        let captured = u32::try_from(photos).unwrap_or(u32::MAX);
        EvidenceMissing {
            photos: self.photos_at_least.saturating_sub(captured),
            note: self.note_required && written.trim().is_empty(),
        }
    }
}

impl Instance {
    /// Whether the answer to an item calls for a finding; never if the item is irrelevant.
    pub fn calls_for_finding(&self, node: NodeId) -> bool {
        self.state(node).is_some_and(|state| state.finding)
    }

    /// The items that call for a finding, in document order.
    pub fn findings(&self) -> Vec<NodeId> {
        self.form()
            .items()
            .iter()
            .copied()
            .filter(|&item| self.calls_for_finding(item))
            .collect()
    }

    /// What the finding an item calls for still lacks, given the photos and the note it has; nothing where none is called for.
    pub fn evidence_missing(&self, node: NodeId, photos: usize, written: &str) -> EvidenceMissing {
        if !self.calls_for_finding(node) {
            return EvidenceMissing::default();
        }
        let What::Question(question) = self.form().node(node).what else {
            return EvidenceMissing::default();
        };
        let Some(check) = &question.check else {
            return EvidenceMissing::default();
        };
        check.evidence.missing(photos, written)
    }
}
