//! The events kept on this tablet, folded into what the rules and the pages look at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use domain::assignment::AssignmentOrder;
use domain::facts::Forms;
use domain::id::{AssignmentId, BodyId, ChecklistId, PersonId};
use domain::instant::Instant;
use domain::projection::directory::Directory;
use domain::record::{Authored, StreamKind};
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

    pub fn person_name(&self, id: PersonId) -> Texts {
        self.directory.person(id).map_or_else(
            || Texts::both("未知人员", "Unknown person"),
            |person| person.registration.name.clone(),
        )
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
    use domain::inspection::InspectionRefusal;

    use super::*;
    use crate::field::{handing_in, sample};

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
