//! Tables whose keys are our own numbers. Nobody outside chooses them, so quick mixing is enough.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub(super) type ByNumber<K, V> = HashMap<K, V, BuildHasherDefault<Mixing>>;

/// Multiplies each number in, and brings the high bits, which that mixes best, down to where the tables look too.
#[derive(Default)]
pub(super) struct Mixing(u64);

impl Hasher for Mixing {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32((*byte).into());
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u32(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        let sum = self.0.wrapping_add(u64::from(number) + 1);
        self.0 = sum.wrapping_mul(0xf135_7aea_2e62_a9c5);
    }

    fn write_usize(&mut self, number: usize) {
        // Indexes are of 32 bits.
        #[allow(clippy::cast_possible_truncation)]
        self.write_u32(number as u32);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
