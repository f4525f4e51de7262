//! How something that was handed in stood with the deadline of that moment. Once it is handed in nothing is due any more, or something
//! else is; that it came late is told all the same.

use serde::{Deserialize, Serialize};

use super::deadline::Standing;
use super::event::FindingEvent;
use super::state::Finding;
use crate::instant::Day;

/// Handed in after it was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandedInLate {
    /// The deadline that stood.
    pub due: Day,
    /// Working days; 0 where only days off lay between.
    pub by: u32,
}

impl Finding {
    /// How late something is that happens on a day, by what was due before it: a plan, a claim of rectification, a request for time, or
    /// the answer to a letter. None of what comes in time, of what waited for late support, and of what nobody owed.
    pub fn handed_in_late(&self, event: &FindingEvent, on: Day) -> Option<HandedInLate> {
        let standing = match event {
            FindingEvent::PlanSubmitted(_)
            | FindingEvent::RectificationClaimed(_)
            | FindingEvent::ExtensionAsked { .. } => self.standing(on),
            // An answer waits for no support.
            FindingEvent::LetterAnswered { .. } => {
                let due = self.unanswered_letter().map(|letter| letter.answer_by);
                Standing::of(due, None, on)
            }
            _ => Standing::None,
        };
        match standing {
            Standing::Late { due, by } => Some(HandedInLate { due, by }),
            _ => None,
        }
    }

    /// The deadline that was ordered ([`Finding::limit`]), of a plan that means to be carried out after it, when it is handed in and when
    /// it is accepted. None of a plan that keeps to it, and of every other event.
    pub fn beyond_the_limit(&self, event: &FindingEvent) -> Option<Day> {
        let planned_for = match event {
            FindingEvent::PlanSubmitted(plan) => plan.complete_by,
            FindingEvent::PlanAccepted { complete_by, .. } => *complete_by,
            _ => return None,
        };
        self.limit.filter(|limit| *limit < planned_for)
    }
}
