//! Hashing of short texts, quicker than the standard library's, for tables that strangers fill.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes hashers with a secret of its own, so that nobody can choose texts that meet in one place.
#[derive(Clone, Copy, Debug)]
pub struct KeyedHash {
    start: u64,
    factor: u64,
}

impl Default for KeyedHash {
    fn default() -> Self {
        let chance = RandomState::new();
        Self {
            start: chance.hash_one(0),
            factor: chance.hash_one(1) | 1,
        }
    }
}

impl BuildHasher for KeyedHash {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding {
            state: self.start,
            factor: self.factor,
        }
    }
}

/// Eight bytes at a time: multiplied by the secret, the high half of the product folded onto the low one.
#[derive(Clone, Debug)]
pub struct Folding {
    state: u64,
    factor: u64,
}

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * u128::from(self.factor);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are wanted")]
        let (low, high) = (product as u64, (product >> 64) as u64);
        self.state = low ^ high;
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.fold(
                rest.iter()
                    .fold(1, |word, byte| (word << 8) | u64::from(*byte)),
            );
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.fold(byte.into());
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::KeyedHash;
    use std::{collections::HashSet, hash::BuildHasher};

    #[test]
    fn texts_are_told_apart() {
        let hash = KeyedHash::default();
        let texts = (0..50_000).map(|number| format!("/data/g{}/q{number}", number / 20));
        let hashes: HashSet<u64> = texts.map(|text| hash.hash_one(text)).collect();
        assert_eq!(hashes.len(), 50_000);
        // and also where only zeros, or the length, tell them apart
        let zeros: HashSet<u64> = (0..64)
            .map(|length| hash.hash_one("\0".repeat(length)))
            .collect();
        assert_eq!(zeros.len(), 64);
    }
}
