//! The visit chain: which visits an exposure reaches, through the people who made them and the bodies they entered.
//!
//! Someone or some body is exposed from an instant on. Whoever is at a visit that has not ended by then, and the body visited,
//! are exposed with them: from the beginning of that visit, or from the exposure where that is later. So it goes on from visit to visit.
//! A visit that ended before is not reached. A body that nobody met anyone of (closed, or not to be contacted) is not reached by the
//! visit, nor are its visitors by the body.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use serde::{Deserialize, Serialize};

use crate::id::{BodyId, InspectionId, PersonId};
use crate::instant::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub id: InspectionId,
    pub target: BodyId,
    pub present: Vec<PersonId>,
    pub from: Instant,
    /// When it was handed in.
    pub to: Instant,
    /// Whether anybody of the body was met.
    pub met: bool,
}

/// Who or what was exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Exposed {
    Person(PersonId),
    Body(BodyId),
}

/// A visit that an exposure reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    pub visit: InspectionId,
    /// Who or what brought the exposure to it.
    pub through: Exposed,
    /// From when the others at it are exposed.
    pub since: Instant,
    /// Visits between the exposure and this one: 0 for those of the exposed themself.
    pub steps: u32,
}

/// The visits that an exposure reaches, by the instant it reaches them.
pub fn reached(visits: &[Visit], exposed: Exposed, at: Instant) -> Vec<Reached> {
    let mut of: BTreeMap<Exposed, Vec<usize>> = BTreeMap::new();
    for (index, visit) in visits.iter().enumerate() {
        for member in members(visit) {
            of.entry(member).or_default().push(index);
        }
    }
    let mut settled: BTreeMap<Exposed, Instant> = BTreeMap::new();
    let mut reached: BTreeMap<usize, Reached> = BTreeMap::new();
    // The earliest exposure first: nothing found later can make an earlier one earlier.
    let mut waiting = BinaryHeap::from([Reverse((at, 0_u32, exposed))]);
    while let Some(Reverse((since, steps, member))) = waiting.pop() {
        if settled.contains_key(&member) {
            continue;
        }
        settled.insert(member, since);
        for index in of.get(&member).into_iter().flatten() {
            let visit = &visits[*index];
            if visit.to < since {
                continue;
            }
            let from = since.max(visit.from);
            reached.entry(*index).or_insert(Reached {
                visit: visit.id,
                through: member,
                since: from,
                steps,
            });
            for other in members(visit) {
                if !settled.contains_key(&other) {
                    waiting.push(Reverse((from, steps + 1, other)));
                }
            }
        }
    }
    let mut reached: Vec<Reached> = reached.into_values().collect();
    reached.sort_by_key(|reached| (reached.since, reached.steps, reached.visit));
    reached
}

fn members(visit: &Visit) -> impl Iterator<Item = Exposed> {
    let people = visit.present.iter().copied().map(Exposed::Person);
    people.chain(visit.met.then_some(Exposed::Body(visit.target)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const fn person(number: u128) -> PersonId {
        PersonId(Uuid::from_u128(number))
    }

    const fn body(number: u128) -> BodyId {
        BodyId(Uuid::from_u128(100 + number))
    }

    fn visit(number: u128, target: u128, present: &[u128], from: i64, to: i64) -> Visit {
        Visit {
            id: InspectionId(Uuid::from_u128(number)),
            target: body(target),
            present: present.iter().copied().map(person).collect(),
            from: Instant(from),
            to: Instant(to),
            met: true,
        }
    }

    /// Four visits by three teams:
    ///   1: people 1 and 2 at body 1, from 10 to 20
    ///   2: people 1 and 3 at body 2, from 30 to 40
    ///   3: people 4 and 5 at body 2, from 50 to 60
    ///   4: people 4 and 6 at body 3, from 70 to 80
    fn four() -> Vec<Visit> {
        vec![
            visit(1, 1, &[1, 2], 10, 20),
            visit(2, 2, &[1, 3], 30, 40),
            visit(3, 2, &[4, 5], 50, 60),
            visit(4, 3, &[4, 6], 70, 80),
        ]
    }

    #[test]
    fn an_exposure_reaches_exactly_the_visits_after_it() {
        let visits = four();
        for (exposed, at, expected) in [
            // Of a person before all: their own visits, then through the body to the next team, and on with one of them.
            (
                Exposed::Person(person(1)),
                0,
                vec![(1, 0), (2, 0), (3, 1), (4, 2)],
            ),
            // During the first visit still; after it no more.
            (
                Exposed::Person(person(2)),
                20,
                vec![(1, 0), (2, 1), (3, 2), (4, 3)],
            ),
            (Exposed::Person(person(2)), 21, vec![]),
            (Exposed::Person(person(1)), 21, vec![(2, 0), (3, 1), (4, 2)]),
            (Exposed::Person(person(3)), 41, vec![]),
            // Of a body: whoever is there from then on, and their later visits.
            (Exposed::Body(body(2)), 41, vec![(3, 0), (4, 1)]),
            (Exposed::Body(body(2)), 61, vec![]),
            (Exposed::Body(body(3)), 0, vec![(4, 0)]),
            // Person 6 meets person 4 last: nothing goes back in time.
            (Exposed::Person(person(6)), 0, vec![(4, 0)]),
            (Exposed::Person(person(9)), 0, vec![]),
        ] {
            let found: Vec<(u128, u32)> = reached(&visits, exposed, Instant(at))
                .iter()
                .map(|reached| (reached.visit.0.as_u128(), reached.steps))
                .collect();
            assert_eq!(found, expected, "{exposed:?} at {at}");
        }
    }

    #[test]
    fn others_are_exposed_from_when_they_met() {
        let chain = reached(&four(), Exposed::Person(person(1)), Instant(15));
        let since: Vec<i64> = chain.iter().map(|reached| reached.since.millis()).collect();
        assert_eq!(since, [15, 30, 50, 70]);
        assert_eq!(chain[2].through, Exposed::Body(body(2)));
        assert_eq!(chain[3].through, Exposed::Person(person(4)));
    }

    #[test]
    fn a_body_where_nobody_was_met_is_not_reached() {
        let mut visits = four();
        visits[1].met = false;
        let found = reached(&visits, Exposed::Person(person(1)), Instant(0));
        assert_eq!(found.len(), 2, "{found:?}");
        // The colleague of that visit is reached all the same.
        visits.push(visit(5, 4, &[3], 90, 95));
        let found = reached(&visits, Exposed::Person(person(1)), Instant(0));
        assert_eq!(found.last().map(|reached| reached.steps), Some(1));
        assert!(
            reached(&visits, Exposed::Body(body(2)), Instant(0))
                .iter()
                .all(|reached| reached.visit.0.as_u128() != 2)
        );
    }

    /// Held against the plainest way there is: spreading over all visits again and again until nothing changes.
    #[test]
    fn the_chain_is_what_spreading_step_by_step_gives() {
        for seed in 0..200_u64 {
            let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut next = |below: u64| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % below
            };
            let visits: Vec<Visit> = (0..12)
                .map(|number| {
                    let from = i64::try_from(next(50)).unwrap();
                    let to = from + i64::try_from(next(10)).unwrap();
                    let present = [u128::from(next(6)), u128::from(next(6))];
                    visit(number, u128::from(next(4)), &present, from, to)
                })
                .collect();
            let mut since = BTreeMap::from([(Exposed::Person(person(0)), Instant(20))]);
            loop {
                let before = since.clone();
                for visit in &visits {
                    let earliest = members(visit)
                        .filter_map(|member| before.get(&member).copied())
                        .filter(|since| *since <= visit.to)
                        .min();
                    for member in members(visit).filter(|_| earliest.is_some()) {
                        let from = earliest.unwrap_or_default().max(visit.from);
                        let known = since.entry(member).or_insert(from);
                        *known = from.min(*known);
                    }
                }
                if since == before {
                    break;
                }
            }
            let mut expected: Vec<InspectionId> = visits
                .iter()
                .filter(|visit| {
                    members(visit)
                        .any(|member| since.get(&member).is_some_and(|since| *since <= visit.to))
                })
                .map(|visit| visit.id)
                .collect();
            expected.sort();
            let mut found: Vec<InspectionId> =
                reached(&visits, Exposed::Person(person(0)), Instant(20))
                    .iter()
                    .map(|reached| reached.visit)
                    .collect();
            found.sort();
            assert_eq!(found, expected, "seed {seed}");
        }
    }
}
