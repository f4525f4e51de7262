//! Read models: one file per question they answer. Nothing here writes; the rows are written by the stores in the transaction that
//! appends, as [`projector::project`] says.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::finding::{permit_rectify, permit_support};
use domain::id::{BodyId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::permission::{Act, Place, permit};
use form::{Line, Severity, Texts};

use crate::store::database::Database;
use crate::store::{Log, StoreError};
use crate::world::Known;

pub mod arrangements;
pub mod assignments;
pub mod attachments;
pub mod bodies;
pub mod campaigns;
pub mod checklists;
pub mod clearances;
pub mod delivery;
pub mod devices;
pub mod draw_rules;
pub mod draws;
pub mod entrance;
pub mod evidence;
pub mod finding_acts;
pub mod findings;
pub mod held;
pub mod history;
pub mod inbox;
pub mod inspections;
pub mod list;
pub mod look_backs;
pub mod materials;
pub mod matters;
mod notice_proposal;
pub mod notices;
pub mod notification;
mod overdue_receipts;
pub mod pairs;
pub mod people;
pub mod projector;
pub mod pull;
mod receipts_below;
pub mod record;
mod recorded;
pub mod rules;
mod self_inspections;
pub mod situation;
pub mod support;
mod table;
pub mod talks;
pub mod today;
pub mod trace;

#[cfg(test)]
mod tests;

pub use table::TABLES;

pub use app::list::PAGE_SIZE;

/// A reader: what is asked of the read models by one person at one moment.
#[derive(Clone)]
pub struct Reader {
    pub database: Database,
    pub log: Arc<dyn Log>,
    pub known: Arc<Known>,
    pub draw_rules: Arc<draw_rules::DrawRules>,
    pub jurisdiction: JurisdictionId,
    pub viewer: PersonId,
    /// The moment at which it is asked: its grants count, and what is late is late then.
    pub now: Instant,
}

/// Which bodies a person may see.
pub enum Visible {
    All,
    /// A JSON array of their ids, as the databases take it.
    Bodies(String),
}

impl Reader {
    /// The bodies in whose matters the viewer may do an act.
    pub fn visible(&self, act: Act) -> Visible {
        if self.may(act, &Place::Jurisdiction) {
            return Visible::All;
        }
        // Most people do most things nowhere, and need not be asked of each body.
        let anywhere = self.may(act, &Place::Anywhere);
        let bodies = self.known.directory.bodies().filter(|_| anywhere);
        let bodies = bodies.map(|(id, _)| id);
        Visible::these(bodies.filter(|id| self.may(act, &Place::Body(*id))))
    }

    /// The bodies that the viewer may see, one by one, also those that are gone.
    pub fn seen_bodies(&self) -> impl Iterator<Item = BodyId> {
        let sees_all = self.may(Act::See, &Place::Jurisdiction);
        let bodies = self.known.directory.bodies().map(|(id, _)| id);
        bodies.filter(move |id| sees_all || self.may(Act::See, &Place::Body(*id)))
    }

    /// The bodies in which the viewer rectifies: institutions of theirs, and the department they belong to.
    pub fn rectified(&self) -> Visible {
        Visible::these(self.rectifies_in())
    }

    /// The same, one by one.
    pub fn rectifies_in(&self) -> impl Iterator<Item = BodyId> {
        let acts = [Act::Rectify, Act::RectifyDepartment];
        let anywhere = acts.iter().any(|act| self.may(*act, &Place::Anywhere));
        let bodies = self.known.directory.bodies().filter(move |_| anywhere);
        bodies
            .map(|(id, _)| id)
            .filter(|id| permit_rectify(&self.known.directory, self.viewer, *id, self.now).is_ok())
    }

    /// The departments in whose name the viewer gives support.
    pub fn gives_support_for(&self) -> impl Iterator<Item = BodyId> {
        let anywhere = self.may(Act::GiveSupport, &Place::Anywhere);
        let bodies = self.known.directory.bodies().filter(move |_| anywhere);
        bodies
            .map(|(id, _)| id)
            .filter(|id| permit_support(&self.known.directory, self.viewer, *id, self.now).is_ok())
    }

    pub fn may(&self, act: Act, place: &Place) -> bool {
        permit(&self.known.directory, self.viewer, act, place, self.now).is_ok()
    }

    pub fn own(&self) -> String {
        self.jurisdiction.to_string()
    }

    pub fn body_name(&self, id: BodyId) -> Texts {
        self.known
            .directory
            .body(id)
            .map(|body| body.name.clone())
            .unwrap_or_default()
    }

    pub fn person_name(&self, id: PersonId) -> Texts {
        self.known
            .directory
            .person(id)
            .map(|known| known.registration.name.clone())
            .unwrap_or_default()
    }

    pub fn named_body(&self, id: BodyId) -> app::api::view::Named<BodyId> {
        app::api::view::Named {
            id,
            name: self.body_name(id),
        }
    }

    pub fn linked_body(&self, id: BodyId) -> app::api::view::LinkedBody {
        app::api::view::LinkedBody {
            id,
            name: self.body_name(id),
            visible: self.may(Act::See, &Place::Body(id)),
        }
    }

    pub fn named_person(&self, id: PersonId) -> app::api::view::Named<PersonId> {
        app::api::view::Named {
            id,
            name: self.person_name(id),
        }
    }
}

impl Visible {
    fn these(bodies: impl Iterator<Item = BodyId>) -> Visible {
        let bodies: BTreeSet<BodyId> = bodies.collect();
        Visible::Bodies(serde_json::to_string(&bodies).unwrap_or_else(|_| "[]".into()))
    }

    pub fn is_nowhere(&self) -> bool {
        matches!(self, Visible::Bodies(ids) if ids == "[]")
    }

    /// What to bind for [`Visible::condition`].
    pub fn parameter(&self) -> &str {
        match self {
            Visible::All => "[]",
            Visible::Bodies(ids) => ids,
        }
    }

    /// A condition that `expression`, a body's id, is visible; `parameter` is bound in either case.
    pub fn condition(&self, database: &Database, expression: &str, parameter: &str) -> String {
        match self {
            // The parameter must be used for the statement to have it.
            Visible::All => format!("{parameter} = '[]'"),
            Visible::Bodies(_) => database.is_one_of(expression, parameter),
        }
    }
}

/// A text that may be part of another, as `like` takes it.
pub(crate) fn like(search: &str) -> String {
    let mut pattern = String::from("%");
    for character in search.trim().to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

pub const fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::General => "general",
        Severity::Key => "key",
    }
}

pub fn severity_from_code(code: &str) -> Option<Severity> {
    [Severity::General, Severity::Key]
        .into_iter()
        .find(|severity| severity_code(*severity) == code)
}

pub const fn line_code(line: Line) -> &'static str {
    match line {
        Line::Main => "main",
        Line::Regulatory => "regulatory",
        Line::Oversight => "oversight",
    }
}

pub fn line_from_code(code: &str) -> Option<Line> {
    [Line::Main, Line::Regulatory, Line::Oversight]
        .into_iter()
        .find(|line| line_code(*line) == code)
}

/// A stored text that must be one of ours.
pub(crate) fn parsed<T>(what: &'static str, text: &str, value: Option<T>) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::corrupt(what, text))
}

pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn both(chinese: String, english: String) -> Texts {
    Texts::both(chinese, english)
}
