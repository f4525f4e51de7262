//! Inspectors' clearance, and the visits an exposure reaches.

use std::collections::BTreeMap;

use app::api::view::{CLEARANCE_STATES, ClearanceRow, ExposedVisit, ExposureView, Page};
use domain::clearance::{ClearanceState, Cleared};
use domain::id::{BodyId, InspectionId, PersonId};
use domain::inspection::Outcome;
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::projection::visit_chain::{Exposed, Visit, reached};
use form::Texts;

use super::list::{Wanted, found_in};
use super::{Reader, parsed};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;

const TESTED: &str = "select person, tested_at as at, negative, doses, last_dose_on from clearance where jurisdiction = $1";
const SINCE: &str = "select id, target, present, outcome, started_at, ended_at from visit \
     where jurisdiction = $1 and ended_at >= $2 order by ended_at, id";

#[derive(sqlx::FromRow)]
struct Tested {
    person: String,
    at: i64,
    negative: i64,
    doses: i64,
    last_dose_on: Option<String>,
}

#[derive(sqlx::FromRow)]
struct VisitRow {
    id: String,
    target: String,
    present: String,
    outcome: String,
    started_at: i64,
    ended_at: i64,
}

impl TryFrom<VisitRow> for Visit {
    type Error = StoreError;

    fn try_from(row: VisitRow) -> Result<Visit, StoreError> {
        let outcome = parsed("outcome", &row.outcome, Outcome::from_code(&row.outcome))?;
        Ok(Visit {
            id: parsed("inspection id", &row.id, row.id.parse().ok())?,
            target: parsed("body id", &row.target, row.target.parse().ok())?,
            present: parsed(
                "people",
                &row.present,
                serde_json::from_str(&row.present).ok(),
            )?,
            from: Instant(row.started_at),
            to: Instant(row.ended_at),
            // At a closed gate there was somebody; where nobody answered there was not.
            met: matches!(outcome, Outcome::Completed | Outcome::RefusedEntry),
        })
    }
}

impl Reader {
    /// Whether the viewer may know of everybody's tests and meetings.
    pub fn may_trace(&self) -> bool {
        self.may(Act::Organise, &Place::Jurisdiction)
    }

    /// Visits that had not ended by an instant, by their end.
    async fn visits_since(&self, at: Instant) -> Result<Vec<Visit>, StoreError> {
        let rows: Vec<VisitRow> = on_database!(&self.database, pool => sqlx::query_as(SINCE)
            .bind(self.own()).bind(at.millis()).fetch_all(pool).await?);
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Everybody active who may inspect, by name.
    pub async fn clearances(&self) -> Result<Vec<ClearanceRow>, StoreError> {
        if !self.may_trace() {
            return Ok(Vec::new());
        }
        let tested: Vec<Tested> = on_database!(&self.database, pool => sqlx::query_as(TESTED)
            .bind(self.own()).fetch_all(pool).await?);
        let mut latest: BTreeMap<PersonId, Cleared> = BTreeMap::new();
        for row in tested {
            let person = parsed("person id", &row.person, row.person.parse().ok())?;
            let cleared = Cleared {
                tested_at: Instant(row.at),
                negative: row.negative != 0,
                doses: u8::try_from(row.doses).unwrap_or(u8::MAX),
                last_dose_on: row.last_dose_on.and_then(|day| day.parse().ok()),
            };
            latest.insert(person, cleared);
        }
        let mut last_visits: BTreeMap<PersonId, (BodyId, Instant)> = BTreeMap::new();
        for visit in self.visits_since(Instant(i64::MIN)).await? {
            for person in &visit.present {
                last_visits.insert(*person, (visit.target, visit.to));
            }
        }
        let inspects = |person: &domain::person::Registration| {
            let mut acts = person.grants.iter().flat_map(|grant| grant.role.acts());
            acts.any(|act| *act == Act::Inspect)
        };
        let at = now();
        let directory = &self.known.directory;
        let mut rows: Vec<ClearanceRow> = directory
            .people()
            .filter(|(_, known)| known.active && inspects(&known.registration))
            .map(|(id, known)| {
                let latest = latest.get(&id).cloned();
                let tested = latest
                    .as_ref()
                    .map(|latest| (latest.tested_at, latest.negative));
                ClearanceRow {
                    person: self.named_person(id),
                    unit: known.registration.unit.map(|unit| self.named_body(unit)),
                    state: ClearanceState::of(tested, at),
                    last_visit: last_visits
                        .get(&id)
                        .map(|(body, at)| (self.named_body(*body), *at)),
                    latest,
                }
            })
            .collect();
        rows.sort_by(|one, other| {
            let name = |row: &ClearanceRow| row.person.name.get(form::CHINESE).to_owned();
            name(one)
                .cmp(&name(other))
                .then(one.person.id.cmp(&other.person.id))
        });
        Ok(rows)
    }

    pub async fn list_clearances(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<ClearanceRow>, StoreError> {
        let (state, search) = (wanted.asked.filter("state"), &wanted.asked.search);
        let mut rows = self.clearances().await?;
        rows.retain(|row| {
            let unit = row.unit.as_ref().map(|unit| &unit.name);
            (state.is_empty() || CLEARANCE_STATES.contains(&(state, row.state)))
                && found_in(std::iter::once(&row.person.name).chain(unit), search)
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Who or what has this whole name, in either language; people first.
    pub fn exposed_named(&self, name: &str) -> Option<(Exposed, Texts)> {
        let name = name.trim();
        let is = |texts: &Texts| {
            domain::Language::ALL
                .iter()
                .any(|language| !name.is_empty() && texts.get(language.tag()) == name)
        };
        let directory = &self.known.directory;
        let person = directory
            .people()
            .find(|(_, known)| is(&known.registration.name))
            .map(|(id, known)| (Exposed::Person(id), known.registration.name.clone()));
        person.or_else(|| {
            let mut bodies = directory.bodies();
            bodies
                .find(|(_, body)| is(&body.name))
                .map(|(id, body)| (Exposed::Body(id), body.name.clone()))
        })
    }

    /// Exactly the visits that an exposure reaches, by the instant it reaches them.
    pub async fn exposure(
        &self,
        (exposed, name): (Exposed, Texts),
        at: Instant,
    ) -> Result<ExposureView, StoreError> {
        let visits = self.visits_since(at).await?;
        let by_id: BTreeMap<InspectionId, &Visit> =
            visits.iter().map(|visit| (visit.id, visit)).collect();
        let chain = reached(&visits, exposed, at);
        let rows = chain.iter().filter_map(|step| {
            let visit = by_id.get(&step.visit)?;
            Some(ExposedVisit {
                inspection: visit.id,
                target: self.named_body(visit.target),
                present: visit
                    .present
                    .iter()
                    .map(|person| self.named_person(*person))
                    .collect(),
                from: visit.from,
                to: visit.to,
                through: match step.through {
                    Exposed::Person(person) => self.person_name(person),
                    Exposed::Body(body) => self.body_name(body),
                },
                since: step.since,
                steps: step.steps,
            })
        });
        Ok(ExposureView {
            name,
            at,
            visits: rows.collect(),
        })
    }
}
