//! People: who they are, their unit, their grants.

use std::collections::BTreeSet;

use app::api::view::{Named, Page, PersonRow, PersonView};
use domain::id::{BodyId, PersonId};
use domain::instant::Instant;
use domain::permission::{Act, Grant, Place, Role, Scope};
use domain::person::covers;
use domain::projection::directory::Directory;
use domain::record::{Stream, StreamKind};

use super::Reader;
use super::list::Wanted;
use super::matters::RUNS_OUT_WITHIN_HOURS;
use crate::store::StoreError;

/// The bodies that grants hold for, each once.
pub fn scopes(directory: &Directory, grants: &[Grant]) -> Vec<Named<BodyId>> {
    let bodies: BTreeSet<BodyId> = grants
        .iter()
        .filter_map(|grant| match grant.scope {
            Scope::Body(body) => Some(body),
            Scope::Jurisdiction | Scope::District(_) => None,
        })
        .collect();
    let named = bodies.into_iter().map(|id| Named {
        id,
        name: directory
            .body(id)
            .map(|body| body.name.clone())
            .unwrap_or_default(),
    });
    named.collect()
}

impl Reader {
    #[expect(clippy::unused_async, reason = "all lists are asked alike")]
    pub async fn list_people(&self, wanted: Wanted<'_>) -> Result<Page<PersonRow>, StoreError> {
        let asked = wanted.asked;
        let state = asked.filter("state");
        let role = Role::from_code(asked.filter("role"));
        let mut rows = self.people(&asked.search);
        rows.retain(|person| match state {
            "active" => person.active,
            "deactivated" => !person.active,
            "ending" => person.active && self.ends_soon(&person.grants).is_some(),
            _ => true,
        });
        if let Some(role) = role {
            rows.retain(|person| person.grants.iter().any(|grant| grant.role == role));
        }
        Ok(self.page_of(rows, wanted))
    }

    /// When the first of somebody's roles ends, if that is soon; one that is given for longer goes on.
    fn ends_soon(&self, grants: &[Grant]) -> Option<Instant> {
        let soon = self.now.plus_hours(RUNS_OUT_WITHIN_HOURS);
        let goes_on = |ending: &Grant, end: Instant| {
            grants.iter().any(|grant| {
                grant.role == ending.role && grant.scope == ending.scope && grant.holds_at(end)
            })
        };
        let ends = grants.iter().filter_map(|grant| {
            let end = grant.until?;
            (self.now < end && end <= soon && !goes_on(grant, end)).then_some(end)
        });
        ends.min()
    }

    /// People whom the viewer manages and one of whose grants ends soon, and when.
    pub(super) fn people_ending(&self) -> Vec<(PersonId, Instant)> {
        if !self.may(Act::ManagePeople, &Place::Anywhere) {
            return Vec::new();
        }
        let people = self.known.directory.people();
        let ending = people.filter_map(|(id, known)| {
            let registration = &known.registration;
            let end = self.ends_soon(&registration.grants)?;
            let place = registration.unit.map_or(Place::Jurisdiction, Place::Body);
            (known.active && self.may(Act::ManagePeople, &place)).then_some((id, end))
        });
        ending.collect()
    }

    /// By sign-in name. Organisers see everyone, to form groups; others whom they manage.
    pub fn people(&self, search: &str) -> Vec<PersonRow> {
        let search = search.trim().to_lowercase();
        let organises = self.may(Act::Organise, &Place::Anywhere);
        let directory = &self.known.directory;
        let is_of_institution = |unit| {
            let mut path = directory.path(unit);
            path.any(|step| {
                let body = directory.body(step);
                body.is_some_and(|body| body.kind.is_institution())
            })
        };
        let mut rows: Vec<PersonRow> = self
            .known
            .directory
            .people()
            .filter(|(_, known)| {
                let place = known
                    .registration
                    .unit
                    .map_or(Place::Jurisdiction, Place::Body);
                organises || self.may(Act::ManagePeople, &place)
            })
            .filter(|(_, known)| {
                let registration = &known.registration;
                let names = domain::Language::ALL
                    .map(|language| registration.name.get(language.tag()).to_lowercase());
                search.is_empty()
                    || registration.sign_in_name.contains(&search)
                    || names.iter().any(|name| name.contains(&search))
            })
            .map(|(id, known)| PersonRow {
                id,
                name: known.registration.name.clone(),
                sign_in_name: known.registration.sign_in_name.clone(),
                unit: known.registration.unit.map(|unit| self.named_body(unit)),
                of_institution: known.registration.unit.is_some_and(is_of_institution),
                grants: known.registration.grants.clone(),
                scopes: scopes(&self.known.directory, &known.registration.grants),
                active: known.active,
            })
            .collect();
        rows.sort_by(|left, right| left.sign_in_name.cmp(&right.sign_in_name));
        rows
    }
}

impl Reader {
    /// None when there is no such person, or none whom the viewer may look up.
    pub async fn person(&self, id: PersonId) -> Result<Option<PersonView>, StoreError> {
        let Some(known) = self.known.directory.person(id) else {
            return Ok(None);
        };
        let registration = &known.registration;
        let place = registration.unit.map_or(Place::Jurisdiction, Place::Body);
        let may_manage = self.may(Act::ManagePeople, &place);
        let is_own = id == self.viewer;
        // Whoever finds them in the list may read who they are.
        if !may_manage && !is_own && !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(None);
        }
        let stream = Stream {
            kind: StreamKind::Person,
            id: id.0,
        };
        let events = self.stream(stream.to_string()).await?;
        Ok(Some(PersonView {
            id,
            name: registration.name.clone(),
            sign_in_name: registration.sign_in_name.clone(),
            unit: registration.unit.map(|unit| self.named_body(unit)),
            grants: registration.grants.clone(),
            scopes: scopes(&self.known.directory, &registration.grants),
            active: known.active,
            may_manage,
            may_set_password: may_manage
                && id != self.viewer
                && covers(
                    &self.known.directory,
                    self.viewer,
                    &registration.grants,
                    self.now,
                ),
            history: if may_manage || is_own {
                self.history(&events)
            } else {
                Vec::new()
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use crate::http::fixture::Fixture;

    #[tokio::test]
    async fn a_person_comes_with_the_names_of_what_their_roles_hold_for() {
        let fixture = Fixture::new().await;
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person("administrator"));
        let people = reader.people("welfare-home-1");
        for (name, grants) in [("welfare-home-1", 1), ("welfare-home-1-discipline", 2)] {
            let person = people
                .iter()
                .find(|person| person.sign_in_name == name)
                .unwrap();
            assert_eq!(person.grants.len(), grants);
            // Both roles of the discipline officer hold for one body.
            assert_eq!(person.scopes, Vec::from_iter(person.unit.clone()));
            assert!(!person.scopes[0].name.is_empty());
        }
        let everywhere = reader.people("organiser");
        assert_eq!(everywhere[0].scopes, []);
    }
}
