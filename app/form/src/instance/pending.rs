//! The parts still to be computed, lowest rank first.

use crate::dependency::Rank;

const WORD: usize = 64;

/// A set of ranks that is emptied from the lowest up. Only ranks above the one taken last may be added while it is being
/// emptied, which the order of computation sees to.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    words: Vec<u64>,
    /// The words that may hold a rank.
    low: usize,
    high: usize,
}

impl Pending {
    pub fn none(ranks: usize) -> Self {
        Self {
            words: vec![0; ranks.div_ceil(WORD)],
            low: usize::MAX,
            high: 0,
        }
    }

    /// Adds every rank below `ranks`.
    pub fn add_all(&mut self, ranks: usize) {
        for (word, first) in self.words.iter_mut().zip((0..ranks).step_by(WORD)) {
            let count = (ranks - first).min(WORD);
            *word = u64::MAX >> (WORD - count);
        }
        self.low = 0;
        self.high = self.words.len();
    }

    pub fn add(&mut self, rank: Rank) {
        let word = rank as usize / WORD;
        self.words[word] |= 1 << (rank as usize % WORD);
        self.low = self.low.min(word);
        self.high = self.high.max(word + 1);
    }

    /// Takes the lowest rank out.
    pub fn take(&mut self) -> Option<Rank> {
        while self.low < self.high {
            let word = &mut self.words[self.low];
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Rank::try_from(self.low * WORD + bit).ok();
            }
            self.low += 1;
        }
        self.low = usize::MAX;
        self.high = 0;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_come_out_once_each_from_the_lowest_up() {
        // given ranks added out of order and twice
        let mut pending = Pending::none(200);
        for rank in [130, 5, 64, 5, 63, 199] {
            pending.add(rank);
        }
        // when one is taken and a higher one added
        assert_eq!(pending.take(), Some(5));
        pending.add(70);
        // then the rest follow in order
        let rest: Vec<_> = std::iter::from_fn(|| pending.take()).collect();
        assert_eq!(rest, [63, 64, 70, 130, 199]);
        // and an emptied set can be used again, from below
        pending.add(1);
        assert_eq!(pending.take(), Some(1));
        assert_eq!(pending.take(), None);
    }

    #[test]
    fn all_means_no_more_than_there_are() {
        for ranks in [0, 1, 63, 64, 65, 128] {
            let mut pending = Pending::none(ranks);
            pending.add_all(ranks);
            assert_eq!(std::iter::from_fn(|| pending.take()).count(), ranks);
        }
    }
}
