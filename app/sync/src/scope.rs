//! Which streams a person is told of, from where in the log on, and in what order: what a pull answers from.
//!
//! A person needs the jurisdiction, themself, their own clearance (nobody else's: it is about their health), and for each released assignment of theirs the assignment, its campaign, its checklist,
//! the body to visit, the team, and the inspection. A stream becomes visible at the position where its assignment was released; an
//! event counts from then or from its own position, whichever is later, so nothing older is missed. A sealed assignment has no
//! position yet and makes nothing visible.
//!
//! Who was there and has not signed when their visit was handed in is told what it found, too, until they sign: nobody signs what they
//! cannot read. Of a finding that is how it was raised, and nothing that came of it.
//!
//! A server asks the same of its database in one query; its tests hold the query against this.

use std::collections::{BTreeMap, BTreeSet};

use domain::Event;
use domain::assignment::{AssignmentEvent, AssignmentOrder};
use domain::finding::FindingEvent;
use domain::id::{AssignmentId, FindingId, InspectionId, JurisdictionId, PersonId};
use domain::inspection::{Inspection, InspectionEvent};
use domain::instant::Instant;
use domain::record::{Authored, Stream, StreamKind};
use domain::signature;

/// Kinds of events of those streams that tablets are not told of: who keeps away from where, and why, is for those who send people there.
pub const WITHHELD: [&str; 2] = ["campaign.interestDeclared", "campaign.interestWithdrawn"];

/// The one kind of events of findings that tablets are told of.
pub const RAISED: &str = "finding.raised";

/// Every assignment of a log, and where it was released.
#[derive(Clone, Debug, Default)]
pub struct Assignments(BTreeMap<AssignmentId, Assigned>);

#[derive(Clone, Debug, Default)]
struct Assigned {
    order: Option<AssignmentOrder>,
    released: Option<u64>,
    cancelled: bool,
    inspection: Inspection,
    /// Where it was handed in.
    submitted: Option<u64>,
    findings: BTreeSet<FindingId>,
}

/// When an event is told: by the position from which it counts, then by its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub since: u64,
    pub position: u64,
}

impl Assignments {
    /// Takes in the event at a position, by whom it is.
    pub fn evolve(&mut self, stream: Stream, event: &Event, by: PersonId, position: u64) {
        let id = match event {
            Event::Assignment(_) => AssignmentId(stream.id),
            Event::Inspection(_) => InspectionId(stream.id).assignment(),
            Event::Finding(FindingEvent::Raised(raised)) => raised.inspection.assignment(),
            _ => return,
        };
        let assigned = self.0.entry(id).or_default();
        match event {
            Event::Assignment(AssignmentEvent::Created(order)) => {
                assigned.order = Some(order.clone());
            }
            Event::Assignment(AssignmentEvent::Released) => assigned.released = Some(position),
            Event::Assignment(AssignmentEvent::Cancelled { .. }) => assigned.cancelled = true,
            Event::Inspection(event) => {
                if matches!(event, InspectionEvent::Submitted(_)) {
                    assigned.submitted.get_or_insert(position);
                }
                // Neither on what nor when it was done matters here.
                assigned.inspection.evolve(event, by, None, Instant(0));
            }
            Event::Finding(_) => drop(assigned.findings.insert(FindingId(stream.id))),
            // Neither the team of an assignment nor where it goes is ever another.
            _ => {}
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
            // Nobody signs the record of a visit that was called off.
            if !assigned.cancelled && signature::awaits(&assigned.inspection, person).is_ok() {
                let since = assigned.submitted.unwrap_or(since).max(since);
                for finding in &assigned.findings {
                    see(StreamKind::Finding, finding.0, since);
                }
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
        .filter(|(_, event)| {
            let kind = event.kind.as_str();
            !WITHHELD.contains(&kind) && (kind == RAISED || !kind.starts_with("finding."))
        })
        .filter_map(|(position, event)| {
            let since = (*visible.get(&event.stream)?).max(position);
            Some((Told { since, position }, event))
        })
        .collect();
    told.sort_by_key(|(told, _)| *told);
    told
}
