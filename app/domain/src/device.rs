//! Tablets: the key that each made for itself, and whether what it signs is trusted still.
//!
//! A browser profile makes a pair of keys that no program can take out of it, and enrols the public one. From then on it signs whatever it
//! sends, batch by batch ([`BatchSignature`]): what comes under its id without its signature, or after it was revoked, is held for a person
//! to settle ([`held`](crate::held)), never lost and never taken for its own.

mod called;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::DeviceId;
use crate::permission::{Act, Place};
use crate::record::Hash;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

pub use called::called;

/// A public key of ECDSA on the curve P-256 (FIPS 186-5): the point, uncompressed as SEC 1 has it, in 130 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct DeviceKey(pub String);

/// A signature with SHA-256 of the bytes of a batch ([`record::batch_bytes`](crate::record::batch_bytes)): r and s, 32 bytes each, in 128
/// hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct BatchSignature(pub String);

const KEY_BYTES: usize = 65;
const SIGNATURE_BYTES: usize = 64;
/// What an uncompressed point begins with.
const UNCOMPRESSED: u8 = 4;

impl DeviceKey {
    pub fn of(bytes: &[u8]) -> DeviceKey {
        DeviceKey(hex::encode(bytes))
    }

    /// The point; None where it is not shaped like one. Whether it lies on the curve is checked by whoever verifies with it.
    pub fn bytes(&self) -> Option<[u8; KEY_BYTES]> {
        from_hex(&self.0).filter(|point: &[u8; KEY_BYTES]| point[0] == UNCOMPRESSED)
    }
}

impl BatchSignature {
    pub fn of(bytes: &[u8]) -> BatchSignature {
        BatchSignature(hex::encode(bytes))
    }

    /// r and s; None where it is not shaped like a signature.
    pub fn bytes(&self) -> Option<[u8; SIGNATURE_BYTES]> {
        from_hex(&self.0)
    }
}

/// In small letters: written otherwise it would be another key.
fn from_hex<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    (hex::encode(bytes) == text).then_some(bytes)
}

#[derive(Clone, Debug, PartialEq)]
pub struct Enrolment {
    pub key: DeviceKey,
    /// Which browser on what, as it says of itself.
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Device {
    pub enrolment: Option<Enrolment>,
    pub revoked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceCommand {
    /// A tablet makes its key known, as often as it likes.
    Enrol { key: DeviceKey, name: String },
    /// What it sends is not trusted any more: it was lost, or is somebody else's now.
    Revoke { reason: String },
    /// It was found again, or lost its key: it may enrol anew, with whatever key.
    Readmit { reason: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceEvent {
    Enrolled { key: DeviceKey, name: String },
    Revoked { reason: String },
    Readmitted { reason: String },
}

/// What a tablet signed, in a stream of its own beside the tablet's: there is one for each batch that it sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BatchEvent {
    /// It sent these in one batch, each as [`authored_hash`](crate::record::authored_hash) has it, under this signature, which was found
    /// to be its own.
    Signed {
        events: Vec<Hash>,
        signature: BatchSignature,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceRefusal {
    /// With another key.
    OtherKey,
    /// Others have sent with it, and who enrols it has not: it is theirs to enrol.
    NotTheirs,
    /// It is not trusted any more.
    Revoked,
    /// Not shaped like a key.
    Key,
    Name(WordingRefusal),
    Unknown,
    AlreadyRevoked,
    Reason(WordingRefusal),
}

impl DeviceRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            DeviceRefusal::OtherKey => say!(
                language,
                "这台平板已用另一把密钥登记，送出的记录须由人处理后才采纳，请换一台平板并联系管理员",
                "This tablet is enrolled with another key: what it sends waits for a person. Use another, and ask your administrator"
            ),
            DeviceRefusal::NotTheirs => say!(
                language,
                "这台平板一直由他人使用，须由用过它的人先登录登记",
                "Others have worked with this tablet; one of them signs in first to enrol it"
            ),
            DeviceRefusal::Revoked => say!(
                language,
                "这台平板已停用，送出的记录须由人处理后才采纳，请换一台平板并联系管理员",
                "This tablet was revoked: what it sends waits for a person. Use another, and ask your administrator"
            ),
            DeviceRefusal::Key => say!(
                language,
                "平板的密钥格式不对，请重新打开现场页面",
                "This is no key of a tablet; open the field pages anew"
            ),
            DeviceRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "平板名称：{why}", "Name of the tablet: {why}")
            }
            DeviceRefusal::Unknown => {
                say!(language, "这台平板没有登记", "This tablet is not enrolled")
            }
            DeviceRefusal::AlreadyRevoked => say!(
                language,
                "这台平板已停用",
                "This tablet has been revoked already"
            ),
            DeviceRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
        }
    }
}

impl Device {
    pub fn evolve(&mut self, event: &DeviceEvent) {
        match event {
            DeviceEvent::Enrolled { key, name } => {
                self.enrolment = Some(Enrolment {
                    key: key.clone(),
                    name: name.clone(),
                });
            }
            DeviceEvent::Revoked { .. } => self.revoked = true,
            DeviceEvent::Readmitted { .. } => *self = Device::default(),
        }
    }
}

/// Whoever inspects enrols the tablet they work on: nobody knows of a new one's id before it sent something, and one that did before there were
/// keys is for those to enrol under whose names it sent. Once it is enrolled, the same key again says nothing new.
///
/// # Errors
/// A permission refusal: enrolling takes [`Act::Inspect`] anywhere, revoking and readmitting [`Act::ManagePeople`] in the whole jurisdiction;
/// else a [`DeviceRefusal`]: see there.
pub fn decide(
    id: DeviceId,
    state: &Device,
    command: &DeviceCommand,
    context: &Context<'_>,
) -> Result<Vec<DeviceEvent>, crate::Refusal> {
    match command {
        DeviceCommand::Enrol { key, name } => {
            context.permit(Act::Inspect, &Place::Anywhere)?;
            match &state.enrolment {
                Some(known) if known.key != *key => return Err(DeviceRefusal::OtherKey.into()),
                Some(_) if state.revoked => return Err(DeviceRefusal::Revoked.into()),
                Some(_) => return Ok(Vec::new()),
                None => {}
            }
            let mut users = context.facts.device_users(id).peekable();
            if users.peek().is_some() && users.all(|user| user != context.actor) {
                return Err(DeviceRefusal::NotTheirs.into());
            }
            if key.bytes().is_none() {
                return Err(DeviceRefusal::Key.into());
            }
            wording::require(name, NAME_LIMIT).map_err(DeviceRefusal::Name)?;
            Ok(vec![DeviceEvent::Enrolled {
                key: key.clone(),
                name: name.clone(),
            }])
        }
        DeviceCommand::Revoke { reason } => {
            context.permit(Act::ManagePeople, &Place::Jurisdiction)?;
            if state.enrolment.is_none() {
                return Err(DeviceRefusal::Unknown.into());
            }
            if state.revoked {
                return Err(DeviceRefusal::AlreadyRevoked.into());
            }
            wording::require(reason, ACCOUNT_LIMIT).map_err(DeviceRefusal::Reason)?;
            Ok(vec![DeviceEvent::Revoked {
                reason: reason.clone(),
            }])
        }
        DeviceCommand::Readmit { reason } => {
            context.permit(Act::ManagePeople, &Place::Jurisdiction)?;
            if state.enrolment.is_none() {
                return Err(DeviceRefusal::Unknown.into());
            }
            wording::require(reason, ACCOUNT_LIMIT).map_err(DeviceRefusal::Reason)?;
            Ok(vec![DeviceEvent::Readmitted {
                reason: reason.clone(),
            }])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_and_a_signature_are_read_as_they_were_written(
            mut bytes in proptest::collection::vec(any::<u8>(), 63..67),
            is_point: bool,
        ) {
            if let (Some(first), true) = (bytes.first_mut(), is_point) {
                *first = UNCOMPRESSED;
            }
            let key = DeviceKey::of(&bytes).bytes();
            prop_assert_eq!(key.is_some(), bytes.len() == KEY_BYTES && bytes[0] == UNCOMPRESSED);
            let signature = BatchSignature::of(&bytes).bytes();
            prop_assert_eq!(signature.map(|read| read.to_vec()), (bytes.len() == SIGNATURE_BYTES).then_some(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,140}") {
            let _ = (DeviceKey(text.clone()).bytes(), BatchSignature(text).bytes());
        }
    }
}
