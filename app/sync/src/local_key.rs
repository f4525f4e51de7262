//! The key by which a tablet seals what it keeps of a person: a person's on one tablet, and no other's.
//!
//! The server makes it, or is told it by a tablet that has one, and gives it to whoever signs in as that person on that tablet. A tablet
//! may therefore forget it, behind a PIN or after signing out, and what it keeps is nobody's to read until then.

use std::fmt;

use domain::id::{DeviceId, PersonId};
use json::FromJson;
use serde::{Deserialize, Serialize};

const BYTES: usize = 32;

/// 32 bytes in 64 hexadecimal digits. Not printed anywhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct LocalKey(String);

impl LocalKey {
    pub fn of(bytes: [u8; BYTES]) -> LocalKey {
        LocalKey(hex::encode(bytes))
    }

    /// The digits, to be kept.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// None where the digits are not those of a key.
    pub fn of_digits(digits: String) -> Option<LocalKey> {
        let key = LocalKey(digits);
        key.bytes().is_some().then_some(key)
    }

    /// None where it is not shaped like a key.
    pub fn bytes(&self) -> Option<[u8; BYTES]> {
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(&self.0, &mut bytes).ok()?;
        Some(bytes)
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalKey")
    }
}

/// A tablet asks for the key of who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskLocalKey {
    /// Whose; the session may have become another's meanwhile, and is refused then.
    pub person: PersonId,
    pub device: DeviceId,
    /// The key by which it has sealed what it keeps, if it can tell: that is the key from now on, whatever the server had. A server
    /// restored from an older copy hears it again by this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<LocalKey>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct LocalKeyGiven {
    pub key: LocalKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_is_told_to_nobody() {
        let key = LocalKey::of([0xab; BYTES]);
        let given = LocalKeyGiven { key: key.clone() };
        let text = serde_json::to_string(&given).unwrap();
        assert_eq!(text, format!(r#"{{"key":"{}"}}"#, "ab".repeat(BYTES)));
        assert_eq!(json::read::<LocalKeyGiven>(&text).unwrap(), given);
        assert_eq!(key.bytes(), Some([0xab; BYTES]));
        assert!(!format!("{given:?}").contains("ab"), "{given:?}");
    }

    #[test]
    fn what_is_not_shaped_like_a_key_is_none() {
        for text in [
            "",
            "ab",
            "zz",
            &"ab".repeat(BYTES - 1),
            &"zz".repeat(BYTES),
            &"ab".repeat(BYTES + 1),
        ] {
            assert_eq!(LocalKey(text.into()).bytes(), None, "{text}");
            assert_eq!(LocalKey::of_digits(text.into()), None, "{text}");
        }
    }
}
