//! Chance that the seed alone decides: the same on every machine, in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use uuid::Uuid;

pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn of(seed: u64) -> Chance {
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Less than `end`; 0 when `end` is.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).unwrap_or_default() + 1;
        low + i64::try_from(self.below(span)).unwrap_or_default()
    }

    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }

    pub fn happens(&mut self, permille: u64) -> bool {
        self.below(1_000) < permille
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let index = self.index(of.len());
        of.get(index).copied()
    }

    /// In 0..1.
    pub fn jitter(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / f64::from(u32::MAX)
    }

    pub fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.0.next_u64(), self.0.next_u64())
    }
}
