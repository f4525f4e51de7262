//! How fields are put into bytes, so that no two different rows of fields have the same: lengths stand before contents.

use super::chain::Hash;
use crate::instant::Instant;

pub(super) struct Bytes(pub Vec<u8>);

impl Bytes {
    /// Of a format, with room for so many bytes.
    pub fn of(format: &[u8], room: usize) -> Bytes {
        let mut bytes = Vec::with_capacity(room);
        bytes.extend_from_slice(format);
        Bytes(bytes)
    }

    /// Eight bytes, the most significant first.
    pub fn number(mut self, number: u64) -> Bytes {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// Milliseconds as two's complement.
    pub fn instant(mut self, instant: Instant) -> Bytes {
        self.0.extend_from_slice(&instant.millis().to_be_bytes());
        self
    }

    /// The length of its UTF-8 bytes, and these.
    pub fn text(self, text: &str) -> Bytes {
        let mut bytes = self.number(text.len() as u64);
        bytes.0.extend_from_slice(text.as_bytes());
        bytes
    }

    pub fn hash(mut self, hash: Hash) -> Bytes {
        self.0.extend_from_slice(&hash.0);
        self
    }
}
