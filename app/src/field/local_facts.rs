//! The events kept on this tablet, folded into what the rules and the pages look at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use domain::assignment::AssignmentOrder;
use domain::body::Location;
use domain::facts::Forms;
use domain::finding::{FindingEvent, Raised};
use domain::id::{AssignmentId, BodyId, ChecklistId, FindingId, InspectionId, PersonId};
use domain::inspection::Submission;
use domain::instant::Instant;
use domain::projection::directory::Directory;
use domain::record::{Authored, StreamKind};
use domain::signature;
use domain::{Command, Context, Event, Facts, Refusal};
use form::{Form, Texts};

use crate::clock::wall_time;

/// Everything known here to one person.
#[derive(Clone, Default)]
pub struct LocalFacts {
    directory: Directory,
    facts: Facts,
    assignments: BTreeSet<AssignmentId>,
    forms: CompiledForms,
    /// Findings as they were raised and by whom, in the order they were.
    raised: BTreeMap<InspectionId, Vec<(PersonId, FindingId, Raised)>>,
    /// Events this version does not understand; a newer one may.
    not_understood: usize,
}

/// Compiled when first asked for.
#[derive(Clone, Default)]
struct CompiledForms(Arc<Mutex<FormsByVersion>>);

type FormsByVersion = BTreeMap<(ChecklistId, String), Arc<Form>>;

impl LocalFacts {
    pub fn of(events: &[Authored]) -> LocalFacts {
        let mut facts = LocalFacts::default();
        facts.take_in(events);
        facts
    }

    /// The facts without what put an end to a visit elsewhere: its cancellation, or another tablet's submission.
    pub fn as_found(events: &[Authored], visit: AssignmentId) -> LocalFacts {
        let ends_it = |event: &Authored| {
            matches!(
                event.kind.as_str(),
                "assignment.cancelled" | "inspection.submitted"
            ) && event.stream().is_some_and(|stream| stream.id == visit.0)
        };
        let mut facts = LocalFacts::default();
        for event in events.iter().filter(|event| !ends_it(event)) {
            facts.take_in(std::slice::from_ref(event));
        }
        facts
    }

    pub fn take_in(&mut self, events: &[Authored]) {
        for authored in events {
            let (Some(stream), Ok(event)) = (authored.stream(), domain::field::event(authored))
            else {
                self.not_understood += 1;
                continue;
            };
            match stream.kind {
                StreamKind::Jurisdiction | StreamKind::Body | StreamKind::Person => {
                    self.directory.evolve(stream, &event);
                }
                _ => self
                    .facts
                    .evolve_on_tablet(stream, &event, authored.authorship()),
            }
            if let Event::Finding(FindingEvent::Raised(raised)) = event {
                let of_visit = self.raised.entry(raised.inspection).or_default();
                of_visit.push((authored.actor, FindingId(stream.id), *raised));
            }
            if stream.kind == StreamKind::Assignment {
                self.assignments.insert(AssignmentId(stream.id));
            }
        }
    }

    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    pub fn not_understood(&self) -> usize {
        self.not_understood
    }

    /// The assignments a person is in the team of: released, cancelled ones included, by day of the visit and then by name.
    pub fn assignments_of(&self, person: PersonId) -> Vec<(AssignmentId, &AssignmentOrder)> {
        let mut assignments: Vec<(AssignmentId, &AssignmentOrder)> = self
            .assignments
            .iter()
            .filter_map(|id| {
                let assignment = self.facts.assignment(*id);
                let order = assignment.order.as_ref().filter(|_| assignment.released)?;
                order.team.contains(&person).then_some((*id, order))
            })
            .collect();
        assignments.sort_by_key(|(id, order)| (order.visit_on, *id));
        assignments
    }

    pub fn body_name(&self, id: BodyId) -> Texts {
        self.directory.body(id).map_or_else(
            || Texts::both("未知单位", "Unknown body"),
            |body| body.name.clone(),
        )
    }

    pub fn location_of(&self, id: BodyId) -> Option<Location> {
        self.directory.body(id)?.profile.location
    }

    pub fn person_name(&self, id: PersonId) -> Texts {
        self.directory.person(id).map_or_else(
            || Texts::both("未知人员", "Unknown person"),
            |person| person.registration.name.clone(),
        )
    }

    /// What was found in a visit as it was handed in, and whether that is all of it that its record names.
    pub fn found_in(&self, id: InspectionId) -> (Vec<Raised>, bool) {
        let Some(submitted) = &self.facts.inspection(id).submitted else {
            return (Vec::new(), false);
        };
        let Submission {
            findings, raised, ..
        } = &submitted.submission;
        let here: BTreeSet<FindingId> = self
            .raised_of(id, submitted.by)
            .map(|(known, _)| known)
            .collect();
        let whole = match raised {
            Some(raised) => raised.keys().all(|named| here.contains(named)),
            None => findings.values().all(|named| here.contains(named)),
        };
        (self.raised_by(id, submitted.by), whole)
    }

    /// What a finding said when it was raised.
    pub fn raised_as(&self, id: FindingId) -> Option<&Raised> {
        let mut all = self.raised.values().flatten();
        all.find_map(|(_, known, raised)| (*known == id).then_some(raised))
    }

    /// What a person raised in a visit.
    pub fn raised_by(&self, id: InspectionId, person: PersonId) -> Vec<Raised> {
        let raised = self.raised_of(id, person);
        raised.map(|(_, raised)| raised.clone()).collect()
    }

    fn raised_of(
        &self,
        id: InspectionId,
        person: PersonId,
    ) -> impl Iterator<Item = (FindingId, &Raised)> {
        let raised = self.raised.get(&id).map_or(&[][..], Vec::as_slice);
        let theirs = raised.iter().filter(move |(by, ..)| *by == person);
        theirs.map(|(_, id, raised)| (*id, raised))
    }

    /// Whether the record of a visit is a person's to sign.
    pub fn awaits_signature(&self, id: InspectionId, person: PersonId) -> bool {
        !self.facts.assignment(id.assignment()).cancelled
            && signature::awaits(self.facts.inspection(id), person).is_ok()
    }

    /// The visits whose record is a person's to sign; the latest first.
    pub fn to_sign(&self, person: PersonId) -> Vec<AssignmentId> {
        let assignments = self.assignments_of(person).into_iter();
        let mut to_sign: Vec<(Instant, AssignmentId)> = assignments
            .filter(|(id, _)| self.awaits_signature(InspectionId::of(*id), person))
            .filter_map(|(id, _)| {
                let submitted = &self.facts.inspection(InspectionId::of(id)).submitted;
                Some((submitted.as_ref()?.at, id))
            })
            .collect();
        to_sign.sort_unstable_by(|one, other| other.cmp(one));
        to_sign.into_iter().map(|(_, id)| id).collect()
    }

    /// None while the checklist has not arrived, or cannot be compiled by this version.
    pub fn form(&self, checklist: ChecklistId, version: &str) -> Option<Arc<Form>> {
        let key = (checklist, version.to_owned());
        let mut compiled = self.forms.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(form) = compiled.get(&key) {
            return Some(Arc::clone(form));
        }
        let published = self.facts.checklist(checklist).version(version)?;
        let form = Arc::new(Form::compile(published.definition.clone()).ok()?);
        compiled.insert(key, Arc::clone(&form));
        Some(form)
    }

    /// Decides commands one after the other, each in sight of what followed from those before it, and gives all events.
    pub fn decide(
        &self,
        commands: &[Command],
        actor: PersonId,
        now: Instant,
    ) -> Result<Vec<domain::event::NewEvent>, Refusal> {
        let mut facts = self.facts.clone();
        let mut decided = Vec::new();
        let founded = self.directory.jurisdiction().founded.as_ref();
        let today = wall_time(now, founded.map_or("UTC", |founded| &founded.time_zone)).day;
        for command in commands {
            let context = Context {
                actor,
                now,
                today,
                directory: &self.directory,
                facts: &facts,
                forms: self,
            };
            let events = domain::field::decide(command, &context)?;
            for new in &events {
                facts.evolve_on_tablet(
                    new.stream,
                    &new.event,
                    domain::facts::Authorship {
                        actor,
                        device: None,
                        at: now,
                    },
                );
            }
            decided.extend(events);
        }
        Ok(decided)
    }
}

impl Forms for LocalFacts {
    fn form(&self, checklist: ChecklistId, version: &str) -> Option<Arc<Form>> {
        self.form(checklist, version)
    }
}

/// The visit an event of this tablet belongs to.
pub fn assignment_of(event: &Authored) -> Option<AssignmentId> {
    let stream = event.stream()?;
    match stream.kind {
        StreamKind::Inspection => Some(AssignmentId(stream.id)),
        StreamKind::Finding => match domain::field::event(event) {
            Ok(Event::Finding(domain::finding::FindingEvent::Raised(raised))) => {
                Some(raised.inspection.assignment())
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::Refusal;
    use domain::assignment::AssignmentEvent;
    use domain::finding::PhotoHash;
    use domain::inspection::{InspectionCommand, InspectionRefusal};
    use domain::signature::{Signed, SignedAfterwards, record_hash};

    use super::*;
    use crate::field::{handing_in, sample};
    use crate::local_store::FindingDraft;

    #[test]
    fn a_visit_handed_in_elsewhere_can_still_be_handed_in_here() {
        // given a draft here, and a submission of the same visit that has arrived from another tablet
        let draft = sample::draft();
        let commands = handing_in::commands(
            &sample::instance(&draft),
            &draft,
            &sample::order(),
            domain::clock_offset::ClockOffset::default(),
        );
        let mut events = sample::events();
        let submissions = sample::submission_events().into_iter();
        events.extend(submissions.filter(|event| event.kind == "inspection.submitted"));
        // when it is handed in, then the rules refuse it by what is known now
        let refusal = LocalFacts::of(&events).decide(&commands, sample::INSPECTOR, sample::NOW);
        assert!(matches!(
            refusal,
            Err(Refusal::Inspection(
                InspectionRefusal::AlreadySubmitted { .. }
            ))
        ));
        // and pass it by what was found, so that it reaches a person
        let decided = LocalFacts::as_found(&events, sample::VISIT)
            .decide(&commands, sample::INSPECTOR, sample::NOW)
            .unwrap();
        assert_eq!(decided.len(), 2);
    }

    #[test]
    fn a_record_is_signed_by_whoever_was_there_once_all_it_names_is_here() {
        let visit = InspectionId::of(sample::VISIT);
        let submission = sample::submission_events();
        // given what another tablet handed in, of which the finding has not arrived
        let mut city = sample::city();
        assert_eq!(city.to_sign(sample::COLLEAGUE), []);
        city.take_in(&submission[..1]);
        assert_eq!(city.found_in(visit), (Vec::new(), false));
        city.take_in(&submission[1..]);
        let (found, whole) = city.found_in(visit);
        let notes: Vec<&str> = found.iter().map(|raised| raised.note.as_str()).collect();
        assert_eq!((notes, whole), (vec!["入口无人测温"], true));
        // nor is it while one noted freely is missing, which names no item
        let mut freely = sample::draft();
        let noted = FindingDraft {
            note: "后门堆放杂物".into(),
            ..FindingDraft::noted_freely(FindingId(uuid::Uuid::from_u128(60)))
        };
        freely.noted_freely.insert(noted.id, noted);
        let freely = sample::events_of(&freely);
        let mut another = sample::city();
        another.take_in(&freely[..2]);
        assert!(!another.found_in(visit).1);
        another.take_in(&freely[2..]);
        assert!(another.found_in(visit).1);
        // then it is for both to sign, until they did
        for person in [sample::COLLEAGUE, sample::INSPECTOR] {
            assert_eq!(city.to_sign(person), [sample::VISIT]);
        }
        let submitted = city.facts().inspection(visit).submitted.clone().unwrap();
        let sign = Command::Inspection {
            id: visit,
            command: InspectionCommand::SignAfterwards(SignedAfterwards {
                record: record_hash(&submitted.submission).to_string(),
                signed: Signed {
                    picture: PhotoHash("b".repeat(64)),
                    at: sample::NOW,
                },
            }),
        };
        let decided = city
            .decide(&[sign], sample::COLLEAGUE, sample::NOW)
            .unwrap();
        let signed = Authored {
            kind: decided[0].event.kind().to_owned(),
            body: domain::field::body(&decided[0].event).unwrap(),
            actor: sample::COLLEAGUE,
            ..submission[0].clone()
        };
        city.take_in(&[signed]);
        assert_eq!(city.to_sign(sample::COLLEAGUE), []);
        assert_eq!(city.to_sign(sample::INSPECTOR), [sample::VISIT]);
        // and of one that was called off nobody is asked
        let cancelled = Event::Assignment(AssignmentEvent::Cancelled {
            reason: "重复".into(),
        });
        let cancelled = Authored {
            stream: decided[0]
                .stream
                .to_string()
                .replace("inspection", "assignment"),
            kind: cancelled.kind().to_owned(),
            body: cancelled.body(),
            ..submission[0].clone()
        };
        city.take_in(&[cancelled]);
        assert_eq!(city.to_sign(sample::INSPECTOR), []);
    }

    #[test]
    fn only_released_visits_of_the_person_are_listed() {
        let city = sample::city();
        let ids = |person| {
            city.assignments_of(person)
                .into_iter()
                .map(|(id, _)| id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(sample::INSPECTOR), [sample::VISIT]);
        assert_eq!(ids(PersonId(uuid::Uuid::from_u128(99))), []);
        let without_release: Vec<_> = sample::events()
            .into_iter()
            .filter(|event| event.kind != "assignment.released")
            .collect();
        assert!(
            LocalFacts::of(&without_release)
                .assignments_of(sample::INSPECTOR)
                .is_empty()
        );
    }
}
