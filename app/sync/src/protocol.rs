//! The sync protocol, version 1: plain JSON over HTTP, understood by tablets that update late.
//!
//! | call | does |
//! |---|---|
//! | `GET /api/sync/v1/me` | who is signed in: [`Me`] |
//! | `POST /api/sync/v1/sign-in` | [`SignIn`] → [`Me`] |
//! | `POST /api/sync/v1/sign-out` | ends this session |
//! | `POST /api/sync/v1/device` | [`Enrol`]: the key by which the device signs; 204, also where it is known already |
//! | `POST /api/sync/v1/local-key` | [`AskLocalKey`](crate::local_key::AskLocalKey) → [`LocalKeyGiven`](crate::local_key::LocalKeyGiven): by which the tablet seals what it keeps of who asks |
//! | `POST /api/sync/v1/push` | [`Push`] → [`Pushed`]; the answer is given when everything accepted is on disk |
//! | `GET /api/sync/v1/pull?after=CURSOR&device=ID` | [`Pulled`]: others' events in scope; without `after`, or after a place that is not in the log any more, from the beginning |
//! | `HEAD /api/sync/v1/photo/SHA256` | up to where the server has the photo ([`upload`](crate::upload)): `Upload-Offset`, and `Upload-Length` if it has all of it |
//! | `PATCH /api/sync/v1/photo/SHA256` | appends a part at `Upload-Offset` to a photo of `Upload-Length` bytes; the answer is that of `HEAD`, 204, or 409 where the part does not begin where the server's end |
//! | `PUT /api/sync/v1/photo/SHA256` | a photo's bytes in one, as older tablets send them; 201 stored, 200 known already |
//! | `POST /api/sync/v1/photos/lacking` | [`PhotosAsked`] → [`PhotosLacking`]: which of these photos are not here |
//!
//! A server that takes a push packed by gzip says so in `Accept-Encoding` of its answers (RFC 7694); its limit holds for what it unpacks
//! to.
//!
//! Whatever fails is answered with a [`Problem`] in both languages and an HTTP status: 400 malformed, 401 not signed in,
//! 403 from another site, or not for who asks, 409 a key that is not taken, 412 another version of tus, 413 too large, 415 not a part,
//! 422 a photo that is not what its name says, 423 a photo that another call is sending, 429 too many tries or unfinished photos, 503 try again.

use domain::device::{BatchSignature, DeviceKey};
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::{Authored, authored_hash, batch_bytes};
use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

/// Events in one push.
pub const PUSH_EVENT_LIMIT: usize = 200;
/// Bytes of one push.
pub const PUSH_BYTE_LIMIT: usize = 4 * 1024 * 1024;
/// Bytes of one photo.
pub const PHOTO_BYTE_LIMIT: usize = 20 * 1024 * 1024;
/// Photos asked about in one call: some 70 kB.
pub const PHOTOS_ASKED_LIMIT: usize = 1_000;
/// Events in one page of a pull.
pub const PULL_EVENT_LIMIT: u32 = 500;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub person: PersonId,
    pub name: Texts,
    pub sign_in_name: String,
    pub jurisdiction: JurisdictionId,
    pub jurisdiction_name: Texts,
    /// IANA name.
    pub time_zone: String,
    /// The server's clock when it answered.
    pub server_time: Instant,
    /// Where maps have their tiles from: an address with `{z}`, `{x}` and `{y}` in it, of tiles of Web Mercator (EPSG:3857) in 256 pixels.
    /// Absent where the operator offers no map, and from older servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_tiles: Option<String>,
    /// Who made the map, to be shown on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map_credit: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    pub name: String,
    pub password: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Push {
    pub device: DeviceId,
    /// In the order of their device sequence.
    pub events: Vec<Authored>,
    /// Of [`Push::signed_bytes`], by the device's key. Absent from older tablets, and from browsers that make no keys (such as of pages
    /// without a secure connection).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<BatchSignature>,
}

impl Push {
    /// What the device signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        batch_bytes(self.device, self.events.iter().map(authored_hash))
    }
}

/// A tablet makes its public key known; each time its pages are opened, since a server restored from an older copy has to hear it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enrol {
    pub device: DeviceId,
    pub key: DeviceKey,
    /// Which browser on what.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Pushed {
    /// One an event, in the order they were pushed.
    pub receipts: Vec<EventReceipt>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct EventReceipt {
    pub id: EventId,
    pub receipt: Receipt,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Receipt {
    /// In the log, and on disk.
    Accepted,
    /// In the log since an earlier push.
    Duplicate,
    /// Kept whole on the server until a person settles it.
    Held { reason: Texts },
    /// Not taken; it stays on the tablet.
    Refused { why: PushRefusal, reason: Texts },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", tag = "code")]
pub enum PushRefusal {
    /// Made by someone other than who is signed in.
    ForgedActor,
    /// Made on another device than the one that pushes.
    ForeignDevice,
    /// Of another jurisdiction.
    ForeignJurisdiction,
    /// An earlier event of this device is missing: send from `expected` on.
    #[serde(rename_all = "camelCase")]
    FutureSequence { expected: u64 },
    /// Not sent in the order of the device's sequence, or without one.
    Sequence,
    /// An event before it in the same push was refused.
    AfterRefused,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Pulled {
    pub events: Vec<Authored>,
    /// To be sent as `after` next time. Its content is the server's own.
    pub cursor: String,
    /// There is another page at once.
    pub more: bool,
    /// The last the log has of the device's own sequence, when the device is given; 0 when it has nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sequence: Option<u64>,
    /// Whose scope this is: whoever is signed in, perhaps no longer whoever asked. Absent from servers that are older than the tablet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

/// Photos that a tablet holds for received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotosAsked {
    pub photos: Vec<PhotoHash>,
}

/// Those of them that the server does not have: it was restored from a copy without them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct PhotosLacking {
    pub lacking: Vec<PhotoHash>,
}

/// What went wrong, for a person to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    pub code: String,
    pub message: Texts,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// A server writes with serde; a tablet reads by a shorter way.
    #[test]
    fn a_tablet_reads_what_a_server_writes() {
        fn read<T: Serialize + FromJson + PartialEq + std::fmt::Debug>(value: T) {
            let written = serde_json::to_string(&value).expect("JSON");
            assert_eq!(json::read::<T>(&written), Ok(value), "{written}");
        }
        let reason = || Texts::both("原因", "reason");
        let jurisdiction = JurisdictionId(Uuid::from_u128(1));
        let person = PersonId(Uuid::from_u128(2));
        read(Me {
            person,
            name: reason(),
            sign_in_name: "inspector".into(),
            jurisdiction,
            jurisdiction_name: Texts::default(),
            time_zone: "Asia/Shanghai".into(),
            server_time: Instant(1_647_129_600_000),
            map_tiles: Some("/tiles/{z}/{x}/{y}.png".into()),
            map_credit: None,
        });
        read(Problem {
            code: "busy".into(),
            message: reason(),
        });
        read(PhotosLacking {
            lacking: vec![PhotoHash("a".repeat(64))],
        });
        let refused = |why| Receipt::Refused {
            why,
            reason: reason(),
        };
        let receipts = [
            Receipt::Accepted,
            Receipt::Duplicate,
            Receipt::Held { reason: reason() },
            refused(PushRefusal::ForgedActor),
            refused(PushRefusal::ForeignDevice),
            refused(PushRefusal::ForeignJurisdiction),
            refused(PushRefusal::FutureSequence { expected: 7 }),
            refused(PushRefusal::Sequence),
            refused(PushRefusal::AfterRefused),
        ];
        let id = EventId(Uuid::from_u128(3));
        read(Pushed {
            receipts: receipts.map(|receipt| EventReceipt { id, receipt }).into(),
        });
        for (last_sequence, whose) in [(None, None), (Some(0), Some(person))] {
            read(Pulled {
                events: vec![Authored {
                    id,
                    jurisdiction,
                    stream: "person/1".into(),
                    kind: "person.registered".into(),
                    // To the byte, as the hash chain has it.
                    body: r#"{"a": [1, 2], "b": "\n\u00e9"}"#.into(),
                    actor: person,
                    device: None,
                    device_sequence: None,
                    occurred_at: Instant(1),
                }],
                cursor: "c\"1".into(),
                more: true,
                last_sequence,
                person: whose,
            });
        }
    }
}
