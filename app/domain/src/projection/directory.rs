//! The bodies, the people and the districts of a jurisdiction, as far as the events seen so far tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::body::{self, Body, BodyEvent, Gone, Particulars};
use crate::event::Event;
use crate::id::{BodyId, PersonId};
use crate::jurisdiction::{District, DistrictCode, Jurisdiction, JurisdictionEvent};
use crate::person::{PersonEvent, Registration};
use crate::record::Hash;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    jurisdiction: Jurisdiction,
    bodies: BTreeMap<BodyId, Body>,
    /// By the name they go by, those that are gone too: a file of a city asks for every one of its names.
    by_name: BTreeMap<String, BTreeSet<BodyId>>,
    people: BTreeMap<PersonId, KnownPerson>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KnownPerson {
    pub registration: Registration,
    pub active: bool,
    /// Units they were of before.
    pub former_units: BTreeSet<BodyId>,
}

impl KnownPerson {
    /// The unit they are of, and those they were of.
    pub fn units(&self) -> impl Iterator<Item = BodyId> {
        let former = self.former_units.iter().copied();
        self.registration.unit.into_iter().chain(former)
    }
}

impl Directory {
    /// Takes in one event; those of other concepts change nothing.
    pub fn evolve(&mut self, stream: crate::record::Stream, event: &Event) {
        match event {
            Event::Jurisdiction(JurisdictionEvent::Founded(_))
                if self.jurisdiction.founded.is_some() => {}
            Event::Jurisdiction(event) => self.jurisdiction.evolve(event),
            Event::Body(event) => {
                self.evolve_body(BodyId(stream.id), event);
            }
            Event::Person(PersonEvent::Registered(registration)) => {
                let known = KnownPerson {
                    registration: registration.clone(),
                    active: true,
                    former_units: BTreeSet::new(),
                };
                self.people.insert(PersonId(stream.id), known);
            }
            Event::Person(event) => {
                if let Some(known) = self.people.get_mut(&PersonId(stream.id)) {
                    match event {
                        PersonEvent::Deactivated => known.active = false,
                        PersonEvent::Reactivated => known.active = true,
                        event => {
                            let before = known.registration.unit;
                            known.registration.evolve(event);
                            if before != known.registration.unit {
                                known.former_units.extend(before);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn evolve_body(&mut self, id: BodyId, event: &BodyEvent) {
        let body = self.bodies.entry(id).or_default();
        let name = |body: &Body| {
            let particulars = body.particulars.as_ref();
            particulars.map(|known| body::known_by(&known.name).to_owned())
        };
        let before = name(body);
        body::evolve(body, event);
        let after = name(body);
        if before == after {
            return;
        }
        if let Some(ids) = before.and_then(|before| self.by_name.get_mut(&before)) {
            ids.remove(&id);
        }
        if let Some(after) = after {
            self.by_name.entry(after).or_default().insert(id);
        }
    }

    pub fn jurisdiction(&self) -> &Jurisdiction {
        &self.jurisdiction
    }

    pub fn district(&self, code: &DistrictCode) -> Option<&District> {
        self.jurisdiction
            .districts
            .iter()
            .find(|district| district.code == *code)
    }

    /// A body that was ever registered.
    pub fn body(&self, id: BodyId) -> Option<&Particulars> {
        self.bodies.get(&id)?.particulars.as_ref()
    }

    /// Every body that was ever registered.
    pub fn bodies(&self) -> impl Iterator<Item = (BodyId, &Particulars)> {
        self.bodies
            .iter()
            .filter_map(|(id, body)| Some((*id, body.particulars.as_ref()?)))
    }

    /// Those that were neither closed nor merged into another.
    pub fn active_bodies(&self) -> impl Iterator<Item = (BodyId, &Particulars)> {
        self.bodies().filter(|(id, _)| self.is_active(*id))
    }

    /// The active bodies that go by a name, as [`body::known_by`] has it.
    pub fn known_by(&self, name: &str) -> impl Iterator<Item = (BodyId, &Particulars)> {
        let ids = self.by_name.get(name).into_iter().flatten();
        ids.filter(|id| self.is_active(**id))
            .filter_map(|id| Some((*id, self.body(*id)?)))
    }

    /// Whether a body is registered, and neither closed nor merged into another.
    pub fn is_active(&self, id: BodyId) -> bool {
        self.bodies
            .get(&id)
            .is_some_and(|body| body.particulars.is_some() && body.gone.is_none())
    }

    /// Why a body is no longer there.
    pub fn gone(&self, id: BodyId) -> Option<&Gone> {
        self.bodies.get(&id)?.gone.as_ref()
    }

    /// By its digest, the code that hangs at a body's entrance.
    pub fn entrance(&self, id: BodyId) -> Option<Hash> {
        self.bodies.get(&id)?.entrance
    }

    pub fn person(&self, id: PersonId) -> Option<&KnownPerson> {
        self.people.get(&id)
    }

    pub fn people(&self) -> impl Iterator<Item = (PersonId, &KnownPerson)> {
        self.people.iter().map(|(id, known)| (*id, known))
    }

    pub fn active_person(&self, id: PersonId) -> Option<&Registration> {
        self.people
            .get(&id)
            .filter(|known| known.active)
            .map(|known| &known.registration)
    }

    pub fn person_named(&self, sign_in_name: &str) -> Option<PersonId> {
        self.people()
            .find(|(_, known)| known.registration.sign_in_name == sign_in_name)
            .map(|(id, _)| id)
    }

    /// Whether a body is another one or lies below it.
    pub fn is_within(&self, body: BodyId, ancestor: BodyId) -> bool {
        self.path(body).any(|step| step == ancestor)
    }

    /// The body itself, its parent, and so on to the top. Ends even if the tree were broken into a ring.
    pub fn path(&self, body: BodyId) -> impl Iterator<Item = BodyId> {
        std::iter::successors(Some(body), |step| {
            self.body(*step).and_then(|known| known.parent)
        })
        .take(self.bodies.len() + 1)
    }
}
