//! How long a notice took on its way: issued → passed on → acknowledged.
//!
//! Delays are in milliseconds. The median and the 90th percentile are by nearest rank: of n delays in order, the ⌈p·n⌉-th; so each is
//! a delay that some body really had.

use std::collections::BTreeMap;

use crate::id::BodyId;
use crate::instant::Instant;

/// How a notice came to one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub body: BodyId,
    /// First passed on to it.
    pub passed_on_at: Option<Instant>,
    pub acknowledged_at: Option<Instant>,
}

/// Delays of one leg of the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    /// How many bodies went this leg.
    pub bodies: u32,
    pub median: Option<i64>,
    pub ninth_decile: Option<i64>,
    /// The slowest of them, and how long it took.
    pub slowest: Option<(BodyId, i64)>,
}

/// The whole way and its two legs, for some bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transmission {
    /// Bodies that have, or should have, the notice.
    pub reached: u32,
    /// Issued → acknowledged.
    pub whole: Delays,
    /// Issued → passed on.
    pub passing: Delays,
    /// Passed on → acknowledged; a body that was faster than its department is not in it.
    pub receiving: Delays,
}

pub fn transmission(issued_at: Instant, ways: &[Way]) -> Transmission {
    let between = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
        (Some(from), Some(to)) if to >= from => Some(to.millis() - from.millis()),
        _ => None,
    };
    let leg = |delay: &dyn Fn(&Way) -> Option<i64>| {
        delays(
            ways.iter()
                .filter_map(|way| delay(way).map(|delay| (way.body, delay)))
                .collect(),
        )
    };
    Transmission {
        reached: u32::try_from(ways.len()).unwrap_or(u32::MAX),
        whole: leg(&|way| between(Some(issued_at), way.acknowledged_at)),
        passing: leg(&|way| between(Some(issued_at), way.passed_on_at)),
        receiving: leg(&|way| between(way.passed_on_at, way.acknowledged_at)),
    }
}

/// The same for each group of bodies.
pub fn transmission_by<K: Ord>(
    issued_at: Instant,
    ways: &[Way],
    key: impl Fn(&Way) -> K,
) -> BTreeMap<K, Transmission> {
    let mut groups: BTreeMap<K, Vec<Way>> = BTreeMap::new();
    for way in ways {
        groups.entry(key(way)).or_default().push(*way);
    }
    groups
        .into_iter()
        .map(|(key, ways)| (key, transmission(issued_at, &ways)))
        .collect()
}

fn delays(mut delays: Vec<(BodyId, i64)>) -> Delays {
    delays.sort_unstable_by_key(|(body, delay)| (*delay, *body));
    let at = |percent: usize| {
        let rank = (delays.len() * percent).div_ceil(100);
        delays.get(rank.saturating_sub(1)).map(|(_, delay)| *delay)
    };
    Delays {
        bodies: u32::try_from(delays.len()).unwrap_or(u32::MAX),
        median: at(50),
        ninth_decile: at(90),
        slowest: delays.last().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn way(body: u128, passed_on_at: Option<i64>, acknowledged_at: Option<i64>) -> Way {
        Way {
            body: BodyId(Uuid::from_u128(body)),
            passed_on_at: passed_on_at.map(Instant),
            acknowledged_at: acknowledged_at.map(Instant),
        }
    }

    #[test]
    fn percentiles_are_delays_that_somebody_had() {
        let slowest = |body: u128, delay| Some((BodyId(Uuid::from_u128(body)), delay));
        for (delays_had, median, ninth_decile, last) in [
            (vec![], None, None, None),
            (vec![7], Some(7), Some(7), slowest(1, 7)),
            (vec![9, 1], Some(1), Some(9), slowest(1, 9)),
            (
                (1..=10).collect::<Vec<i64>>(),
                Some(5),
                Some(9),
                slowest(10, 10),
            ),
            (vec![5, 5, 5], Some(5), Some(5), slowest(3, 5)),
        ] {
            let ways: Vec<Way> = (1..)
                .zip(&delays_had)
                .map(|(body, delay)| way(body, None, Some(100 + delay)))
                .collect();
            let whole = transmission(Instant(100), &ways).whole;
            assert_eq!(
                (whole.median, whole.ninth_decile, whole.slowest),
                (median, ninth_decile, last),
                "{delays_had:?}"
            );
        }
    }

    #[test]
    fn each_leg_counts_who_went_it() {
        // given one body on time, one faster than its department, one that has not acknowledged, one nobody told
        let ways = [
            way(1, Some(110), Some(130)),
            way(2, Some(120), Some(105)),
            way(3, Some(150), None),
            way(4, None, None),
        ];
        let all = transmission(Instant(100), &ways);
        assert_eq!(all.reached, 4);
        assert_eq!((all.whole.bodies, all.whole.median), (2, Some(5)));
        assert_eq!((all.passing.bodies, all.passing.median), (3, Some(20)));
        assert_eq!((all.receiving.bodies, all.receiving.median), (1, Some(20)));
        let by = transmission_by(Instant(100), &ways, |way| way.body.0.as_u128() % 2);
        assert_eq!((by[&0].whole.bodies, by[&1].whole.bodies), (1, 1));
    }
}
