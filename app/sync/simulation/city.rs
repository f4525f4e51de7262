//! The people, the visits they are sent on, and what the office records of them.

use std::rc::Rc;

use domain::Event;
use domain::assignment::{AssignmentEvent, AssignmentOrder, ReleaseRule};
use domain::body::{BodyEvent, BodyKind, Particulars, Profile};
use domain::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, EventId, GroupId, JurisdictionId, PersonId,
};
use domain::instant::{Day, Instant};
use domain::jurisdiction::{Founded, JurisdictionEvent};
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonEvent, Registration};
use domain::record::{Authored, Stream, StreamKind};
use domain::visit_mode::VisitMode;
use form::Texts;

use crate::chance::Chance;

/// When every simulation begins, in milliseconds since 1970.
pub const BEGINNING: i64 = 1_647_129_600_000;
pub const TODAY: Day = Day {
    year: 2022,
    month: 3,
    day: 13,
};

pub struct City {
    pub jurisdiction: JurisdictionId,
    pub organiser: PersonId,
    pub inspectors: Vec<PersonId>,
    pub visits: Vec<Visit>,
}

/// A visit as it is planned, whatever the server knows of it yet.
pub struct Visit {
    pub id: AssignmentId,
    pub order: AssignmentOrder,
    /// What nobody outside may read anywhere before the release: its own name and its target's.
    pub secrets: [String; 2],
    /// It is released once this has come, in milliseconds from the beginning; never, if it stays sealed.
    pub released_at: Option<i64>,
    pub cancelled_at: Option<i64>,
}

impl City {
    pub fn of(chance: &mut Chance, length: i64) -> City {
        let people = chance.between(2, 5);
        let inspectors: Vec<PersonId> = (0..people).map(|_| PersonId(chance.uuid())).collect();
        let campaign = CampaignId(chance.uuid());
        let checklist = ChecklistId(chance.uuid());
        let visits = (0..chance.between(2, 4))
            .map(|_| {
                let leader = chance.index(inspectors.len());
                let other = (leader + 1 + chance.index(inspectors.len() - 1)) % inspectors.len();
                let sealed = chance.happens(500);
                let (id, target) = (AssignmentId(chance.uuid()), BodyId(chance.uuid()));
                let released_at = if sealed {
                    chance.happens(800).then(|| chance.between(0, length / 2))
                } else {
                    Some(0)
                };
                Visit {
                    id,
                    order: AssignmentOrder {
                        campaign,
                        target,
                        group: Some(GroupId(chance.uuid())),
                        leader: inspectors[leader],
                        team: vec![inspectors[leader], inspectors[other]],
                        visit_on: TODAY,
                        mode: VisitMode::OnSite,
                        sealed,
                        checklist,
                        checklist_version: "1".into(),
                        release: ReleaseRule::ByOrganiser,
                        draw: None,
                    },
                    secrets: [id.to_string(), target.to_string()],
                    released_at,
                    cancelled_at: chance.happens(150).then(|| chance.between(0, length)),
                }
            })
            .collect();
        City {
            jurisdiction: JurisdictionId(chance.uuid()),
            organiser: PersonId(chance.uuid()),
            inspectors,
            visits,
        }
    }

    /// What the log begins with.
    pub fn founding(&self, chance: &mut Chance) -> Vec<Rc<Authored>> {
        let founded = Event::Jurisdiction(JurisdictionEvent::Founded(Founded {
            name: Texts::both("示例市", "Sample"),
            time_zone: "Asia/Shanghai".into(),
            sample: true,
        }));
        let stream = |kind, id| Stream { kind, id };
        let mut events = vec![(
            stream(StreamKind::Jurisdiction, self.jurisdiction.0),
            founded,
        )];
        for (person, number) in self.inspectors.iter().zip(1..) {
            let registered = Event::Person(PersonEvent::Registered(Registration {
                name: Texts::both(format!("检查员{number}"), format!("Inspector {number}")),
                unit: None,
                sign_in_name: format!("inspector-{number:02}"),
                grants: vec![Grant::new(Role::Inspector, Scope::Jurisdiction)],
            }));
            events.push((stream(StreamKind::Person, person.0), registered));
        }
        for (visit, number) in self.visits.iter().zip(1..) {
            let registered = Event::Body(BodyEvent::Registered(Particulars {
                kind: BodyKind::ElderCare,
                name: Texts::both(format!("福利院{number}"), format!("Home {number}")),
                parent: None,
                district: None,
                residents: 100,
                staff: 30,
                capacity: 110,
                sample: true,
                profile: Profile::default(),
            }));
            events.push((stream(StreamKind::Body, visit.order.target.0), registered));
        }
        events
            .into_iter()
            .map(|(stream, event)| self.recorded(chance, stream, &event, 0))
            .collect()
    }

    /// Something the office records of a visit.
    pub fn of_visit(
        &self,
        chance: &mut Chance,
        visit: &Visit,
        event: AssignmentEvent,
        at: i64,
    ) -> Rc<Authored> {
        let stream = Stream {
            kind: StreamKind::Assignment,
            id: visit.id.0,
        };
        self.recorded(chance, stream, &Event::Assignment(event), at)
    }

    fn recorded(
        &self,
        chance: &mut Chance,
        stream: Stream,
        event: &Event,
        at: i64,
    ) -> Rc<Authored> {
        Rc::new(Authored {
            id: EventId(chance.uuid()),
            jurisdiction: self.jurisdiction,
            stream: stream.to_string(),
            kind: event.kind().to_owned(),
            body: event.body(),
            actor: self.organiser,
            device: None,
            device_sequence: None,
            occurred_at: Instant(BEGINNING + at),
        })
    }
}
