//! The institutions of the story, with who answers for each.

use std::collections::BTreeMap;

use domain::body::Particulars;
use domain::id::{BodyId, PersonId};
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonCommand, Registration};
use domain::{Command, Language};
use form::Texts;

use crate::demo::bodies::{self, NAMED_INSTITUTIONS};
use crate::demo::districts::DISTRICTS;
use crate::demo::road::Parts;
use crate::demo::sample_institutions::sample_institutions;
use crate::demo::{DemoStep, moment, people};

/// An institution.
pub struct Home {
    pub id: BodyId,
    pub particulars: Particulars,
    /// Its sign-in name.
    officer: String,
    /// The department that answers for it, and its officer.
    pub regulator: BodyId,
    regulating: PersonId,
    /// Who orders its rectifications.
    ordering: PersonId,
    /// Who re-verifies them.
    verifying: PersonId,
}

impl Home {
    /// Who has which part in its findings.
    pub fn parts(&self) -> Parts {
        Parts {
            officer: people::person(&self.officer),
            ordering: self.ordering,
            verifying: self.verifying,
            escalating: people::person("oversight"),
            owing: self.regulator,
            supporting: self.regulating,
        }
    }
}

/// All of them: the six named ones, for which the municipal organiser orders, and those of the districts, for which the districts do.
pub fn homes() -> BTreeMap<BodyId, Home> {
    let oversight = people::person("oversight");
    let named = bodies::named_bodies()
        .into_iter()
        .filter_map(|(id, particulars)| {
            let institution = NAMED_INSTITUTIONS.iter().find(|named| named.id() == id)?;
            Some(Home {
                id,
                particulars,
                officer: institution.key.to_owned(),
                regulator: bodies::welfare_centre(),
                regulating: people::person("welfare-centre"),
                ordering: people::person("organiser"),
                verifying: oversight,
            })
        });
    let mut counted: BTreeMap<usize, usize> = BTreeMap::new();
    let samples = sample_institutions()
        .into_iter()
        .filter_map(|(id, particulars)| {
            let own = particulars.district.clone();
            let (place, district) = DISTRICTS
                .iter()
                .enumerate()
                .find(|(_, district)| Some(district.code()) == own)?;
            let count = counted.entry(place).or_default();
            *count += 1;
            let regulating = people::person(&people::district_officer(district));
            Some(Home {
                id,
                particulars,
                officer: format!("home-{}-{count:02}", district.code),
                regulator: bodies::district_bureau(district),
                regulating,
                ordering: regulating,
                // The resident group and the bureau's committee share the districts.
                verifying: if place % 2 == 0 {
                    oversight
                } else {
                    people::person("committee")
                },
            })
        });
    named.chain(samples).map(|home| (home.id, home)).collect()
}

/// Every institution of the districts has an officer, before anybody knows which are visited.
pub fn officers(homes: &BTreeMap<BodyId, Home>) -> Vec<DemoStep> {
    let samples = homes.values().filter(|home| home.particulars.sample);
    samples
        .map(|home| {
            let name = &home.particulars.name;
            let registration = Registration {
                name: Texts::both(
                    format!("{}负责人", name.get(Language::Chinese.tag())),
                    format!("Officer of {}", name.get(Language::English.tag())),
                ),
                unit: Some(home.id),
                sign_in_name: home.officer.clone(),
                grants: vec![Grant::new(Role::InstitutionOfficer, Scope::Body(home.id))],
            };
            DemoStep {
                actor: people::administrator().0,
                at: moment(12, 10, 5),
                command: Command::Person {
                    id: people::person(&home.officer),
                    command: PersonCommand::Register(registration),
                },
            }
        })
        .collect()
}
