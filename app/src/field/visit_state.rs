//! How far a visit has come, in the word its card shows.

use std::collections::BTreeMap;

use domain::Text;
use domain::id::{AssignmentId, InspectionId};
use sync::outbox::Delivery;

use super::local_facts::{LocalFacts, assignment_of};
use crate::local_store::{OutboxEntry, PhotoFate, PhotoRecord};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VisitState {
    NotStarted,
    InProgress,
    /// Handed in on this tablet, not yet all on the server.
    WaitingToSend,
    Received,
    /// Kept on the server until a person settles it, or refused: the outbox says why.
    NeedsAttention,
    Cancelled,
}

impl VisitState {
    pub const fn title(self) -> Text {
        match self {
            VisitState::NotStarted => Text::new("未开始", "Not started"),
            VisitState::InProgress => Text::new("进行中", "In progress"),
            VisitState::WaitingToSend => Text::new("待发送", "Waiting to send"),
            VisitState::Received => Text::new("已收到", "Received"),
            VisitState::NeedsAttention => Text::new("需要处理", "Needs attention"),
            VisitState::Cancelled => Text::new("已取消", "Cancelled"),
        }
    }

    /// The tone of its tag.
    pub const fn tone(self) -> &'static str {
        match self {
            VisitState::NotStarted | VisitState::Cancelled => "local",
            VisitState::InProgress => "open",
            VisitState::WaitingToSend => "sending",
            VisitState::Received => "received",
            VisitState::NeedsAttention => "attention",
        }
    }
}

/// What this tablet still has of each visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outgoing {
    /// Or signed afterwards.
    pub handed_in: bool,
    pub waiting: usize,
    pub attention: usize,
}

/// What the outbox and the photos add up to, by visit.
pub fn outgoing(
    outbox: &[OutboxEntry],
    photos: &[PhotoRecord],
) -> BTreeMap<AssignmentId, Outgoing> {
    let mut visits: BTreeMap<AssignmentId, Outgoing> = BTreeMap::new();
    for entry in outbox {
        let Some(id) = assignment_of(&entry.event) else {
            continue;
        };
        let visit = visits.entry(id).or_default();
        visit.handed_in |= matches!(
            entry.event.kind.as_str(),
            "inspection.submitted" | "inspection.signedAfterwards"
        );
        match entry.delivery {
            Delivery::Waiting => visit.waiting += 1,
            // Of a visit that was called off meanwhile: nothing that anybody did is in it.
            Delivery::Held { .. } if entry.event.kind == "inspection.started" => {}
            Delivery::Held { .. } | Delivery::NeedsAttention { .. } => visit.attention += 1,
            Delivery::Received => {}
        }
    }
    for photo in photos {
        let visit = visits.entry(photo.inspection.assignment()).or_default();
        match photo.fate {
            PhotoFate::Waiting => visit.waiting += 1,
            PhotoFate::Refused { .. } => visit.attention += 1,
            PhotoFate::OfDraft | PhotoFate::Kept | PhotoFate::Received => {}
        }
    }
    visits
}

pub fn visit_state(
    facts: &LocalFacts,
    id: AssignmentId,
    outgoing: Outgoing,
    has_draft: bool,
) -> VisitState {
    let submitted = facts
        .facts()
        .inspection(InspectionId::of(id))
        .submitted
        .is_some();
    if outgoing.attention > 0 {
        VisitState::NeedsAttention
    } else if outgoing.handed_in && outgoing.waiting > 0 {
        VisitState::WaitingToSend
    } else if submitted && !has_draft {
        VisitState::Received
    } else if has_draft {
        // Cancelled or handed in by another tablet meanwhile: what was entered here is still to be handed in, or laid aside.
        VisitState::InProgress
    } else if facts.facts().assignment(id).cancelled {
        VisitState::Cancelled
    } else {
        VisitState::NotStarted
    }
}

#[cfg(test)]
mod tests {
    use domain::record::Authored;
    use form::Texts;

    use super::*;
    use crate::field::sample;

    #[test]
    fn the_card_says_where_the_visit_stands() {
        let none = Outgoing::default();
        let handed_in = |waiting, attention| Outgoing {
            handed_in: true,
            waiting,
            attention,
        };
        let cases = [
            (
                "nothing yet",
                sample::city(),
                none,
                false,
                VisitState::NotStarted,
            ),
            (
                "started and sent",
                sample::city(),
                Outgoing { waiting: 0, ..none },
                true,
                VisitState::InProgress,
            ),
            (
                "started, unsent",
                sample::city(),
                Outgoing { waiting: 1, ..none },
                true,
                VisitState::InProgress,
            ),
            (
                "handed in, unsent",
                sample::city_after_submission(),
                handed_in(3, 0),
                false,
                VisitState::WaitingToSend,
            ),
            (
                "handed in and received",
                sample::city_after_submission(),
                handed_in(0, 0),
                false,
                VisitState::Received,
            ),
            (
                "held",
                sample::city_after_submission(),
                handed_in(1, 1),
                false,
                VisitState::NeedsAttention,
            ),
            (
                "by a colleague's tablet",
                sample::city_after_submission(),
                none,
                false,
                VisitState::Received,
            ),
            (
                "by a colleague, with a draft here",
                sample::city_after_submission(),
                none,
                true,
                VisitState::InProgress,
            ),
        ];
        for (case, facts, outgoing, has_draft, expected) in cases {
            assert_eq!(
                visit_state(&facts, sample::VISIT, outgoing, has_draft),
                expected,
                "{case}"
            );
        }
    }

    #[test]
    fn a_visit_counts_its_events_and_its_photos() {
        let entry = |event: Authored, delivery| OutboxEntry { event, delivery };
        let submitted = sample::submission_events();
        let outbox: Vec<OutboxEntry> = submitted
            .into_iter()
            .map(|event| entry(event, Delivery::Waiting))
            .collect();
        let photo = sample::photo(PhotoFate::Waiting);
        let visits = outgoing(&outbox, &[photo]);
        // the submission, its finding and a photo
        assert_eq!(
            visits.get(&sample::VISIT),
            Some(&Outgoing {
                handed_in: true,
                waiting: 3,
                attention: 0
            })
        );
        assert_eq!(visits.len(), 1);
        // Of what is held a person is told, but for a beginning, in which there is nothing to settle.
        let held = |kind: &str| {
            let event = Authored {
                kind: kind.to_owned(),
                ..sample::submission_events().swap_remove(0)
            };
            let reason = Texts::both("任务已取消", "Cancelled");
            outgoing(&[entry(event, Delivery::Held { reason })], &[])
        };
        assert_eq!(held("inspection.started")[&sample::VISIT].attention, 0);
        assert_eq!(held("inspection.submitted")[&sample::VISIT].attention, 1);
    }
}
