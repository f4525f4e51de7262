//! People: who they are, their unit, their grants.

use app::api::view::PersonRow;
use domain::permission::{Act, Place};

use super::Reader;

impl Reader {
    /// By sign-in name. Organisers see everyone, to form groups; others whom they manage.
    pub fn people(&self, search: &str) -> Vec<PersonRow> {
        let search = search.trim().to_lowercase();
        let organises = self.may(Act::Organise, &Place::Anywhere);
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
                grants: known.registration.grants.clone(),
                active: known.active,
            })
            .collect();
        rows.sort_by(|left, right| left.sign_in_name.cmp(&right.sign_in_name));
        rows
    }
}
