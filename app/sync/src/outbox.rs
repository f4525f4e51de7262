//! What becomes of each event on its way out.

use domain::id::EventId;
use form::Texts;
use serde::{Deserialize, Serialize};

use crate::protocol::{EventReceipt, PushRefusal, Receipt};

/// Where an event of this tablet stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Delivery {
    /// On this tablet only.
    Waiting,
    /// On the server, and on disk there.
    Received,
    /// On the server, waiting for a person to settle it.
    Held { reason: Texts },
    /// Refused; it stays here until someone does something about it.
    NeedsAttention { reason: Texts },
}

impl Delivery {
    /// Whether it still has to be sent.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Delivery::Waiting)
    }
}

/// Where each event stands after a push. A gap in the sequence, or whatever came after a refused event, is no one's fault and
/// is sent again; events not mentioned in the answer stay as they are.
pub fn after_push(receipts: &[EventReceipt]) -> Vec<(EventId, Delivery)> {
    receipts
        .iter()
        .map(|receipt| {
            let delivery = match &receipt.receipt {
                Receipt::Accepted | Receipt::Duplicate => Delivery::Received,
                Receipt::Held { reason } => Delivery::Held {
                    reason: reason.clone(),
                },
                Receipt::Refused {
                    why: PushRefusal::FutureSequence { .. } | PushRefusal::AfterRefused,
                    ..
                } => Delivery::Waiting,
                Receipt::Refused { reason, .. } => Delivery::NeedsAttention {
                    reason: reason.clone(),
                },
            };
            (receipt.id, delivery)
        })
        .collect()
}
