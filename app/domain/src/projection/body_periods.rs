//! A body over time: of which kind it was, and in which district, from its own events. What applied to it at a moment rests on that.

use crate::body::{self, Body, BodyEvent, Particulars};
use crate::instant::Instant;

/// From when on a body was of a kind and in a district; until the next period, or still.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    pub from: Instant,
    /// As they were when it began. What else changed within it (a name, figures) is not told.
    pub particulars: Particulars,
}

/// The periods of a body, in order; none of one that was never registered. Its events come in the order of their stream, each with the
/// moment it happened; one said to have happened before the one ahead of it counts from there on.
pub fn periods<'a>(events: impl IntoIterator<Item = (Instant, &'a BodyEvent)>) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    let mut state = Body::default();
    for (at, event) in events {
        body::evolve(&mut state, event);
        let Some(particulars) = &state.particulars else {
            continue;
        };
        let last = periods.last();
        let goes_on = last.is_some_and(|last| {
            (last.particulars.kind, &last.particulars.district)
                == (particulars.kind, &particulars.district)
        });
        if !goes_on {
            let from = last.map_or(at, |last| last.from.max(at));
            periods.push(Period {
                from,
                particulars: particulars.clone(),
            });
        }
    }
    periods
}

/// The period a moment lies in; None before the body was registered.
pub fn period_at(periods: &[Period], at: Instant) -> Option<&Period> {
    periods.iter().rev().find(|period| period.from <= at)
}
