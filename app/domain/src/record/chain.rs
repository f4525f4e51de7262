//! Canonical bytes and the hash chain.
//!
//! # Byte format, version 1
//! The hash of an event is SHA-256 over the concatenation, in this order, of
//!
//! | field | bytes |
//! |---|---|
//! | format | the ASCII text `dubang.event.1` |
//! | previous hash | 32 bytes; all zero for the first event of a jurisdiction |
//! | jurisdiction | text |
//! | position | number |
//! | stream | text |
//! | version | number |
//! | id | text |
//! | kind | text |
//! | body | text, exactly as recorded |
//! | actor | text |
//! | device | text; empty when entered in the office |
//! | device sequence | number; 0 when entered in the office |
//! | occurred at | number, milliseconds since 1970-01-01T00:00:00Z as two's complement |
//! | recorded at | number, likewise |
//!
//! where a *text* is its length in bytes as a number, followed by its UTF-8 bytes, and a *number* is 8 bytes, most significant first.
//! UUIDs are texts in lower case with hyphens. Lengths stand before contents, so no two different events have the same bytes.

use json::{Fault, FromJson, Json};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::bytes::Bytes;
use super::envelope::{ChainBreak, Recorded};

const FORMAT: &str = "dubang.event.1";

/// A SHA-256 digest, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct ParseHashError;

impl Hash {
    /// What the first event of a jurisdiction follows.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The digest of any bytes, such as a photo's.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// An id that is the same wherever it is made: the version-8 UUID of its first 16 bytes.
    pub fn uuid(self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl std::str::FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Hash, ParseHashError> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(ParseHashError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ParseHashError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ParseHashError)?;
        }
        Ok(Hash(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl FromJson for Hash {
    fn from_json(json: Json<'_>) -> Result<Hash, Fault> {
        let hash = json.text()?.parse();
        hash.map_err(|error: ParseHashError| Fault::new(error.to_string()))
    }
}

/// The bytes the hash of an event is taken over.
pub fn canonical_bytes(recorded: &Recorded) -> Vec<u8> {
    let authored = &recorded.authored;
    let device = authored.device.map(|device| device.to_string());
    Bytes::of(FORMAT)
        .raw(&recorded.previous_hash)
        .id(authored.jurisdiction)
        .number(recorded.position)
        .text(&authored.stream)
        .number(recorded.version)
        .id(authored.id)
        .text(&authored.kind)
        .text(&authored.body)
        .id(authored.actor)
        .text(&device.unwrap_or_default())
        .number(authored.device_sequence.unwrap_or_default())
        .instant(authored.occurred_at)
        .instant(recorded.recorded_at)
        .0
}

/// The hash an event must carry.
pub fn chain_hash(recorded: &Recorded) -> Hash {
    Hash::of(&canonical_bytes(recorded))
}

/// Checks that an event follows the one before it: `previous` is that one's position and hash, `(0, Hash::ZERO)` at the start.
pub fn verify_next(previous: (u64, Hash), next: &Recorded) -> Result<(), ChainBreak> {
    let (position, hash) = previous;
    if next.position != position + 1 {
        return Err(ChainBreak::Position {
            previous: position,
            found: next.position,
        });
    }
    if next.previous_hash != hash {
        return Err(ChainBreak::Previous {
            position: next.position,
        });
    }
    if chain_hash(next) != next.hash {
        return Err(ChainBreak::Content {
            position: next.position,
        });
    }
    Ok(())
}
