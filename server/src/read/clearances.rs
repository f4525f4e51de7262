//! Inspectors' clearance, and the visits an exposure reaches.

use std::collections::BTreeMap;

use app::api::view::{CLEARANCE_STATES, ClearanceRow, ExposedVisit, MemberClearance, Page};
use domain::campaign::CampaignKind;
use domain::clearance::{ClearanceState, Cleared};
use domain::id::{BodyId, InspectionId, PersonId};
use domain::inspection::Outcome;
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::projection::visit_chain::{Exposed, Visit, reached};
use domain::visit_mode::VisitMode;
use form::Texts;

use super::list::{Wanted, found_in};
use super::{Reader, parsed};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;
use crate::world::moment_at;

const TESTED: &str = "select person, tested_at as at, negative, doses, last_dose_on from clearance where jurisdiction = $1";
const TESTED_BEFORE: &str = "select tested_at, negative from clearance_test \
     where jurisdiction = $1 and person = $2 and tested_at <= $3 order by tested_at desc limit 1";
const SINCE: &str = "select id, target, present, outcome, mode, started_at, ended_at from visit \
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
    mode: String,
    started_at: i64,
    ended_at: i64,
}

impl TryFrom<VisitRow> for Visit {
    type Error = StoreError;

    fn try_from(row: VisitRow) -> Result<Visit, StoreError> {
        let outcome = parsed("outcome", &row.outcome, Outcome::from_code(&row.outcome))?;
        let mode = parsed("mode", &row.mode, VisitMode::from_code(&row.mode))?;
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
            met: mode.meets(outcome),
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

    /// What the tests of a team say of an instant, by the samples taken before it, whenever their results were recorded; nothing where
    /// nobody goes in.
    pub(super) async fn cleared(
        &self,
        team: &[PersonId],
        mode: VisitMode,
        at: Instant,
    ) -> Result<Vec<MemberClearance>, StoreError> {
        let mut cleared = Vec::with_capacity(team.len());
        let enters = mode != VisitMode::Remote;
        for person in team.iter().filter(|_| enters) {
            let tested: Option<(i64, i64)> = on_database!(&self.database, pool => sqlx::query_as(TESTED_BEFORE)
                .bind(self.own()).bind(person.to_string()).bind(at.millis()).fetch_optional(pool).await?);
            let tested = tested.map(|(at, negative)| (Instant(at), negative != 0));
            cleared.push(MemberClearance {
                person: self.named_person(*person),
                state: ClearanceState::of(tested, at),
                tested_at: tested.map(|(at, _)| at),
            });
        }
        Ok(cleared)
    }

    /// The latest test of everybody who recorded one: when the sample was taken, and whether it was negative.
    pub(super) async fn latest_tests(
        &self,
    ) -> Result<BTreeMap<PersonId, (Instant, bool)>, StoreError> {
        let tested: Vec<Tested> = on_database!(&self.database, pool => sqlx::query_as(TESTED)
            .bind(self.own()).fetch_all(pool).await?);
        let read = |row: Tested| {
            let person = parsed("person id", &row.person, row.person.parse().ok())?;
            Ok((person, (Instant(row.at), row.negative != 0)))
        };
        tested.into_iter().map(read).collect()
    }

    /// What one's latest test says now.
    pub(super) fn member_clearance(
        &self,
        person: PersonId,
        tested: &BTreeMap<PersonId, (Instant, bool)>,
    ) -> MemberClearance {
        let tested = tested.get(&person).copied();
        MemberClearance {
            person: self.named_person(person),
            state: ClearanceState::of(tested, self.now),
            tested_at: tested.map(|(at, _)| at),
        }
    }

    /// Everybody active who goes out to inspect, and who else recorded a test, by name; to who may not know of everybody, themself.
    pub async fn clearances(&self) -> Result<Vec<ClearanceRow>, StoreError> {
        let knows_all = self.may_trace();
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
        // Everybody may inspect their own institution, and few do: these are shown once they recorded something.
        let goes_out = |person: &domain::person::Registration| {
            let mut grants = person.grants.iter();
            grants.any(|grant| CampaignKind::UnannouncedVisit.is_by(grant.role))
        };
        let is_shown = |id: PersonId, person: &domain::person::Registration| {
            goes_out(person)
                || latest.contains_key(&id)
                || (!knows_all && self.may(Act::Inspect, &Place::Anywhere))
        };
        let at = now();
        let directory = &self.known.directory;
        let mut rows: Vec<ClearanceRow> = directory
            .people()
            .filter(|(id, _)| knows_all || *id == self.viewer)
            .filter(|(id, known)| known.active && is_shown(*id, &known.registration))
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
        exposed: Exposed,
        at: Instant,
    ) -> Result<Vec<ExposedVisit>, StoreError> {
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
        Ok(rows.collect())
    }

    /// The visits that the exposure in the address reaches; none where it names nobody or no moment, or the viewer does not trace.
    pub async fn list_exposure(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<ExposedVisit>, StoreError> {
        let asked = wanted.asked;
        let exposed = self.exposed_named(asked.filter("name"));
        let at = moment_at(asked.filter("at"), self.known.time_zone());
        let rows = match (exposed, at) {
            (Some((exposed, _)), Some(at)) if self.may_trace() => {
                self.exposure(exposed, at).await?
            }
            _ => Vec::new(),
        };
        Ok(self.page_of(rows, wanted))
    }
}

#[cfg(test)]
mod tests {
    use app::api::view::AssignmentState;
    use domain::Command;
    use domain::assignment::{AssignmentCommand, AssignmentOrder};
    use domain::clearance::ClearanceCommand;
    use domain::id::AssignmentId;
    use domain::inspection::{InspectionCommand, ScoreShown, Submission};
    use form::{Answers, InstanceCounts, Session};
    use uuid::Uuid;

    use super::*;
    use crate::http::fixture::{Fixture, another_day};
    use crate::store::contract::fresh_postgres_url;

    #[tokio::test]
    async fn in_sqlite_a_visit_says_who_was_cleared() {
        a_visit_says_who_was_cleared(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_a_visit_says_who_was_cleared() {
        a_visit_says_who_was_cleared(Fixture::on(Some(fresh_postgres_url().await)).await).await;
    }

    /// Given a team, one of whom had two tests, when their visit lies ahead, then who organises it and its team read what holds now;
    /// when it was made, then what held when it began, whatever was recorded later. Of one made from afar nothing is said, and it exposes
    /// nobody of the institution.
    async fn a_visit_says_who_was_cleared(fixture: Fixture) {
        let (_, order) = fixture.visit_with_one_item().await;
        let organiser = fixture.person("organiser");
        let tested = order.team[0];
        let reader = |person| fixture.server.reader(fixture.city.jurisdiction, person);
        let does = async |person: PersonId, command: Command| {
            let done = fixture.server.ingest.command(person, &command, now());
            done.await.unwrap();
        };
        let test = |tested_at: Instant| Command::Clearance {
            id: tested,
            command: ClearanceCommand::Record(Cleared {
                tested_at,
                negative: true,
                doses: 0,
                last_dose_on: None,
            }),
        };
        let assign = |id: AssignmentId, mode: VisitMode| Command::Assignment {
            id,
            campaign: order.campaign,
            command: AssignmentCommand::Create(AssignmentOrder {
                visit_on: another_day(),
                mode,
                ..order.clone()
            }),
        };
        let hand_in =
            |id: AssignmentId, mode: VisitMode, started_at: Instant| Command::Inspection {
                id: InspectionId::of(id),
                command: InspectionCommand::Submit(Box::new(Submission {
                    target: order.target,
                    outcome: Outcome::RefusedEntry,
                    mode,
                    started_at,
                    clock_offset: domain::clock_offset::ClockOffset::default(),
                    arrival: None,
                    entrance: None,
                    present: order.team.clone(),
                    checklist: order.checklist,
                    checklist_version: order.checklist_version.clone(),
                    session: Session::default(),
                    answers: Answers::default(),
                    score: ScoreShown::default(),
                    findings: BTreeMap::default(),
                    raised: None,
                    remarks: BTreeMap::new(),
                    account: "封闭管理，未准入院".into(),
                    account_photos: Vec::new(),
                    instances: InstanceCounts::default(),
                    signatures: None,
                })),
            };
        let [near, afar] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
        does(organiser, assign(near, VisitMode::Perimeter)).await;
        does(organiser, assign(afar, VisitMode::Remote)).await;

        let begun = now();
        let long_ago = Instant(begun.millis() - 60 * 3_600_000);
        does(tested, test(long_ago)).await;
        let state = |cleared: &[MemberClearance]| {
            let of = cleared.iter().find(|member| member.person.id == tested);
            of.map(|member| member.state)
        };
        let expired = Some(ClearanceState::Expired);
        for (person, id, expected) in [
            (organiser, near, expired),
            (tested, near, expired),
            (fixture.person("oversight"), near, None),
            (organiser, afar, None),
        ] {
            let view = reader(person).assignment(id).await.unwrap().unwrap();
            assert_eq!(view.row.state, AssignmentState::Released);
            assert_eq!(state(&view.cleared), expected, "{person} {id}");
        }

        does(order.leader, hand_in(near, VisitMode::Perimeter, begun)).await;
        does(order.leader, hand_in(afar, VisitMode::Remote, begun)).await;
        does(tested, test(now())).await;
        let now_valid = reader(tested).clearances().await.unwrap();
        assert_eq!(now_valid[0].state, ClearanceState::Valid);
        for (person, id, expected) in [
            (organiser, near, expired),
            (fixture.person("oversight"), near, None),
            (organiser, afar, None),
        ] {
            let view = reader(person).inspection(InspectionId::of(id)).await;
            let view = view.unwrap().unwrap();
            assert_eq!(state(&view.cleared), expected, "{person} {id}");
            let ahead = reader(organiser).assignment(id).await.unwrap().unwrap();
            assert_eq!(ahead.cleared, []);
        }

        let reached = reader(organiser)
            .exposure(Exposed::Body(order.target), begun)
            .await
            .unwrap();
        let of = |id| {
            reached
                .iter()
                .find(|one| one.inspection == InspectionId::of(id))
        };
        assert!(of(near).is_some());
        // The team of the other was exposed by then, the institution was not exposed by them.
        let body = reader(organiser).body_name(order.target);
        assert!(of(afar).is_none_or(|one| one.through != body));
    }
}
