//! How fields are put into bytes, so that no two different rows of fields have the same: a *number* is 8 bytes, the most significant first, a
//! *text* its length in bytes as a number and then its UTF-8 bytes, a *list* its length as a number and then its entries.

use super::chain::Hash;
use crate::instant::Instant;

/// Bytes on their way to a hash or a signature.
pub(crate) struct Bytes(pub Vec<u8>);

impl Bytes {
    /// Begins with the name of their format, as it is.
    pub fn of(format: &str) -> Bytes {
        Bytes(format.as_bytes().to_vec())
    }

    pub fn hash(self) -> Hash {
        Hash::of(&self.0)
    }

    /// Its 32 bytes, as they are.
    pub fn raw(mut self, hash: &Hash) -> Bytes {
        self.0.extend_from_slice(&hash.0);
        self
    }

    pub fn number(mut self, number: u64) -> Bytes {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// Milliseconds as two's complement.
    pub fn instant(mut self, at: Instant) -> Bytes {
        self.0.extend_from_slice(&at.millis().to_be_bytes());
        self
    }

    pub fn text(self, text: &str) -> Bytes {
        let mut bytes = self.number(text.len() as u64);
        bytes.0.extend_from_slice(text.as_bytes());
        bytes
    }

    /// A text.
    pub fn id(self, id: impl std::fmt::Display) -> Bytes {
        self.text(&id.to_string())
    }

    pub fn list<I: IntoIterator<IntoIter: ExactSizeIterator>>(
        self,
        entries: I,
        entry: impl Fn(Bytes, I::Item) -> Bytes,
    ) -> Bytes {
        let entries = entries.into_iter();
        let bytes = self.number(entries.len() as u64);
        entries.fold(bytes, entry)
    }
}
