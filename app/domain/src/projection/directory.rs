//! The bodies, the people and the districts of a jurisdiction, as far as the events seen so far tell.

use std::collections::BTreeMap;

use crate::body::{BodyEvent, Particulars};
use crate::event::Event;
use crate::id::{BodyId, PersonId};
use crate::jurisdiction::{District, DistrictCode, Jurisdiction, JurisdictionEvent};
use crate::person::{PersonEvent, Registration};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    jurisdiction: Jurisdiction,
    bodies: BTreeMap<BodyId, Particulars>,
    people: BTreeMap<PersonId, KnownPerson>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KnownPerson {
    pub registration: Registration,
    pub active: bool,
}

impl Directory {
    /// Takes in one event; those of other concepts change nothing.
    pub fn evolve(&mut self, stream: crate::record::Stream, event: &Event) {
        match event {
            Event::Jurisdiction(JurisdictionEvent::Founded(_))
                if self.jurisdiction.founded.is_some() => {}
            Event::Jurisdiction(event) => self.jurisdiction.evolve(event),
            Event::Body(BodyEvent::Registered(particulars)) => {
                self.bodies.insert(BodyId(stream.id), particulars.clone());
            }
            Event::Person(PersonEvent::Registered(registration)) => {
                let known = KnownPerson {
                    registration: registration.clone(),
                    active: true,
                };
                self.people.insert(PersonId(stream.id), known);
            }
            Event::Person(PersonEvent::Deactivated) => {
                if let Some(known) = self.people.get_mut(&PersonId(stream.id)) {
                    known.active = false;
                }
            }
            _ => {}
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

    pub fn body(&self, id: BodyId) -> Option<&Particulars> {
        self.bodies.get(&id)
    }

    pub fn bodies(&self) -> impl Iterator<Item = (BodyId, &Particulars)> {
        self.bodies
            .iter()
            .map(|(id, particulars)| (*id, particulars))
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
            self.bodies.get(step).and_then(|known| known.parent)
        })
        .take(self.bodies.len() + 1)
    }
}
