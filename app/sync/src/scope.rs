//! Which streams a person is told of, from where in the log on, and in what order: what a pull answers from.
//!
//! A person needs the jurisdiction, themself, their own clearance (nobody else's: it is about their health), and for each released assignment of theirs the assignment, its campaign, its checklist,
//! the body to visit, the team, and the inspection. A stream becomes visible at the position where its assignment was released; an
//! event counts from then or from its own position, whichever is later, so nothing older is missed. A sealed assignment has no
//! position yet and makes nothing visible.
//!
//! A server asks the same of its database in one query; its tests hold the query against this.

use std::collections::BTreeMap;

use domain::Event;
use domain::assignment::{AssignmentEvent, AssignmentOrder};
use domain::id::{AssignmentId, JurisdictionId, PersonId};
use domain::record::{Authored, Stream, StreamKind};

/// Kinds of events of those streams that tablets are not told of: who keeps away from where, and why, is for those who send people there.
pub const WITHHELD: [&str; 2] = ["campaign.interestDeclared", "campaign.interestWithdrawn"];

/// Every assignment of a log, and where it was released.
#[derive(Clone, Debug, Default)]
pub struct Assignments(BTreeMap<AssignmentId, Assigned>);

#[derive(Clone, Debug, Default)]
struct Assigned {
    order: Option<AssignmentOrder>,
    released: Option<u64>,
}

/// When an event is told: by the position from which it counts, then by its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub since: u64,
    pub position: u64,
}

impl Assignments {
    /// Takes in the event at a position.
    pub fn evolve(&mut self, stream: Stream, event: &Event, position: u64) {
        let Event::Assignment(event) = event else {
            return;
        };
        let assigned = self.0.entry(AssignmentId(stream.id)).or_default();
        match event {
            AssignmentEvent::Created(order) => assigned.order = Some(order.clone()),
            AssignmentEvent::Released => assigned.released = Some(position),
            // Neither its team nor where it goes is another.
            AssignmentEvent::ReleasedUnder { .. }
            | AssignmentEvent::Cancelled { .. }
            | AssignmentEvent::Rescheduled { .. } => {}
        }
    }

    /// The streams a person is told of, each with the position from which it is.
    pub fn visible_to(
        &self,
        person: PersonId,
        jurisdiction: JurisdictionId,
    ) -> BTreeMap<String, u64> {
        let mut visible = BTreeMap::new();
        let mut see = |kind, id, since: u64| {
            let stream = Stream { kind, id }.to_string();
            let from = visible.entry(stream).or_insert(since);
            *from = since.min(*from);
        };
        see(StreamKind::Jurisdiction, jurisdiction.0, 0);
        see(StreamKind::Person, person.0, 0);
        see(StreamKind::Clearance, person.0, 0);
        for (id, assigned) in &self.0 {
            let (Some(order), Some(since)) = (&assigned.order, assigned.released) else {
                continue;
            };
            if !order.team.contains(&person) {
                continue;
            }
            see(StreamKind::Assignment, id.0, since);
            see(StreamKind::Inspection, id.0, since);
            see(StreamKind::Campaign, order.campaign.0, since);
            see(StreamKind::Checklist, order.checklist.0, since);
            see(StreamKind::Body, order.target.0, since);
            for member in &order.team {
                see(StreamKind::Person, member.0, since);
            }
        }
        visible
    }
}

/// Those events of a log, each with its position, that are told of some streams, in the order they are told.
pub fn told<'a>(
    visible: &BTreeMap<String, u64>,
    log: impl IntoIterator<Item = (u64, &'a Authored)>,
) -> Vec<(Told, &'a Authored)> {
    let mut told: Vec<(Told, &'a Authored)> = log
        .into_iter()
        .filter(|(_, event)| !WITHHELD.contains(&event.kind.as_str()))
        .filter_map(|(position, event)| {
            let since = (*visible.get(&event.stream)?).max(position);
            Some((Told { since, position }, event))
        })
        .collect();
    told.sort_by_key(|(told, _)| *told);
    told
}
