//! The envelope: who recorded what, where and when.

use json::{Fault, FromJson, Json};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::chain::{Hash, chain_hash};
use super::stream::Stream;
use crate::event::{DecodeError, Event};
use crate::facts::Authorship;
use crate::id::{DeviceId, EventId, JurisdictionId, PersonId};
use crate::instant::Instant;

/// An event as its author made it. The stream and the kind are plain text: a server must be able to keep what a newer tablet
/// sends before it understands it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Authored {
    pub id: EventId,
    pub jurisdiction: JurisdictionId,
    pub stream: String,
    pub kind: String,
    /// JSON, kept to the byte as the author wrote it: the hash is over these bytes.
    #[serde(serialize_with = "as_json", deserialize_with = "from_json")]
    #[json(with = written)]
    pub body: String,
    pub actor: PersonId,
    /// None for what was entered in the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// Counts this person's events on this device from 1, without gaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_sequence: Option<u64>,
    pub occurred_at: Instant,
}

impl Authored {
    pub fn event(&self) -> Result<Event, DecodeError> {
        Event::decode(&self.kind, &self.body)
    }

    pub fn stream(&self) -> Option<Stream> {
        self.stream.parse().ok()
    }

    pub fn authorship(&self) -> Authorship {
        Authorship {
            actor: self.actor,
            device: self.device,
            at: self.occurred_at,
        }
    }
}

/// An event in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub authored: Authored,
    /// Its place in the jurisdiction's log: 1, 2, 3 … in commit order, without gaps.
    pub position: u64,
    /// Its place in its stream: 1, 2, 3 …
    pub version: u64,
    pub recorded_at: Instant,
    pub previous_hash: Hash,
    pub hash: Hash,
}

/// The first thing that is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    #[error("position {found} follows {previous}: an event is missing or out of place")]
    Position { previous: u64, found: u64 },
    #[error("event {position} does not follow from the one before it")]
    Previous { position: u64 },
    #[error("event {position} was changed after it was recorded")]
    Content { position: u64 },
}

impl Recorded {
    /// Seals an authored event into the chain.
    pub fn seal(
        authored: Authored,
        position: u64,
        version: u64,
        recorded_at: Instant,
        previous_hash: Hash,
    ) -> Recorded {
        let mut recorded = Recorded {
            authored,
            position,
            version,
            recorded_at,
            previous_hash,
            hash: Hash::ZERO,
        };
        recorded.hash = chain_hash(&recorded);
        recorded
    }
}

fn as_json<S: Serializer>(body: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(body).map_err(serde::ser::Error::custom)?;
    raw.serialize(serializer)
}

/// Of the same text, by the shorter way of the tablet.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the reader of a field may refuse it; this one takes any value"
)]
fn written(json: Json<'_>) -> Result<String, Fault> {
    Ok(json.written().to_owned())
}

fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Box::<RawValue>::deserialize(deserializer)?.get().to_owned())
}
