//! What is kept besides drafts.

use domain::clock_offset::ClockOffset;
use domain::finding::PhotoHash;
use domain::id::{InspectionId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};
use sync::outbox::Delivery;
use sync::protocol::Me;
use uuid::Uuid;

use super::Draft;

/// Who works on this tablet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub me: Me,
    pub standing: Standing,
    /// What is known of this tablet's clock.
    #[serde(default, skip_serializing_if = "ClockOffset::is_zero")]
    pub clock: ClockOffset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    SignedIn,
    SignedOut,
    /// Signed out without a network: the server has yet to be told.
    SignedOutHere,
}

/// Something a person did, to be recorded as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    pub person: PersonId,
    /// Without their place in the sequence: the store counts.
    pub events: Vec<Authored>,
    pub draft: DraftChange,
}

/// What becomes of the draft when events are recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum DraftChange {
    Begins(Box<Draft>),
    /// Handed in: kept as it now is, and these photos are sent. See [`Draft::handed_in_at`].
    HandedIn {
        draft: Box<Draft>,
        photos: Vec<PhotoHash>,
    },
    /// Of none: what was handed in is signed, with this picture, which is kept and sent.
    Signs(Box<(PhotoRecord, Vec<u8>)>),
}

/// One of a person's own events and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct OutboxEntry {
    pub event: Authored,
    pub delivery: Delivery,
}

impl OutboxEntry {
    /// Its place in the person's sequence on this device.
    pub fn sequence(&self) -> u64 {
        self.event.device_sequence.unwrap_or_default()
    }
}

/// A recording of sound or pictures that was begun and is no photo yet. What there is of it is kept beside it part by part, so that it is not
/// lost with the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    pub id: Uuid,
    pub by: PersonId,
    pub inspection: InspectionId,
    /// The name of the item that it answers, as it was when the last part came.
    pub item: String,
    pub begun_at: Instant,
}

/// A photo just taken for a draft, or what was recorded for it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPhoto {
    pub record: PhotoRecord,
    pub bytes: Vec<u8>,
    /// The recording that it was until now, of which nothing is kept any more.
    pub recording: Option<Uuid>,
}

impl From<(PhotoRecord, Vec<u8>)> for NewPhoto {
    fn from((record, bytes): (PhotoRecord, Vec<u8>)) -> NewPhoto {
        NewPhoto {
            record,
            bytes,
            recording: None,
        }
    }
}

/// What is known of a photo; its bytes are kept beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct PhotoRecord {
    pub hash: PhotoHash,
    pub media_type: String,
    pub taken_at: Instant,
    pub by: PersonId,
    pub inspection: InspectionId,
    pub bytes: u32,
    pub fate: PhotoFate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum PhotoFate {
    /// Its inspection is not handed in yet.
    OfDraft,
    /// Its inspection was handed in without it: it stays here and is not sent.
    Kept,
    Waiting,
    /// The server has it, as far as it said last; its bytes stay here.
    Received,
    /// The server does not take it.
    Refused {
        reason: Texts,
    },
}
