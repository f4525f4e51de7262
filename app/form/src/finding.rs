//! What a finding must bring along.

use crate::{Evidence, Instance, NodeId};

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
    /// The items that call for a finding, in document order.
    pub fn findings(&self) -> Vec<NodeId> {
        self.form()
            .items()
            .iter()
            .flat_map(|item| self.nodes_of(*item))
            .filter(|item| self.calls_for_finding(*item))
            .collect()
    }

    /// What the finding an item calls for still lacks, given the photos and the note it has; nothing where none is called for.
    pub fn evidence_missing(&self, node: NodeId, photos: usize, written: &str) -> EvidenceMissing {
        match self.form().check_item(self.def(node)) {
            Some(check) if self.calls_for_finding(node) => check.evidence.missing(photos, written),
            _ => EvidenceMissing::default(),
        }
    }
}
