//! Draws: the list, one with its rounds, and the record that is published. Nobody needs to be signed in; what is sealed is left out
//! for all but the organisers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use app::api::view::{
    AssignmentState, DrawActs, DrawRow, DrawRules, DrawSizes, DrawTeam, DrawView, DrawnView, Named,
    Page, PartyView, ReserveRow, ResultView, RosterRow, RoundView, VisitRow,
};
use app::list::Asked;
use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::body::BodyKind;
use domain::draw::canonical::assignment_of;
use domain::draw::plan::{DrawPlan, DrawResult, DrawnTeam, RosterInstitution};
use domain::draw::record::{DrawRecord, Party, record};
use domain::draw::sampler::Prepared;
use domain::draw::{Draw, DrawCommand, DrawEvent, Drawn, Phase, Published, Round, RoundEnd};
use domain::id::{AssignmentId, BodyId, CampaignId, DrawId, PersonId};
use domain::instant::{Day, Instant};
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::visit_mode::VisitMode;
use domain::{Command, Event, Facts, Language, command};
use form::Texts;

use super::assignments::OPEN;
use super::list::{Join, Rows, Select, Wanted, each, name_suffix};
use super::{PAGE_SIZE, Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    authority: String,
    name_zh: String,
    name_en: String,
    held_back: i64,
    round: i64,
    phase: String,
    published_at: i64,
    waits: i64,
}

const DRAW: &str = "d.id, d.authority, d.name_zh, d.name_en, d.round, d.published_at, \
     cast(case when d.sealed = 1 and d.disclosed = 0 then 1 else 0 end as bigint) as held_back";
/// Parties of the round that counts who have yet to commit.
const UNCOMMITTED: &str = "(select count(*) from draw_party p where p.jurisdiction = d.jurisdiction and p.draw = d.id \
     and p.round = cast(d.round as text) and p.committed_at is null)";
const JOINS: &[Join] = &[Join {
    alias: "b",
    sql: "left join body b on b.jurisdiction = d.jurisdiction and b.id = d.authority",
}];

/// What a draw waits for, as [`Phase::code`] says it.
fn phase() -> String {
    format!(
        "(case when d.state in ('drawn', 'abandoned') then d.state when {UNCOMMITTED} = 0 then 'revealing' else 'committing' end)"
    )
}

/// Whether it waits for the viewer, bound to the parameter: 1 or 0.
fn waits(viewer: &str) -> String {
    let own = |missing: &str| {
        format!(
            "(select count(*) from draw_party p where p.jurisdiction = d.jurisdiction and p.draw = d.id \
             and p.round = cast(d.round as text) and p.person = {viewer} and p.{missing} is null)"
        )
    };
    format!(
        "(case when d.state in ('drawn', 'abandoned') then 0 when {UNCOMMITTED} = 0 then {} else {} end)",
        own("revealed_at"),
        own("committed_at")
    )
}

#[derive(sqlx::FromRow)]
struct AssignmentStanding {
    id: String,
    released_position: Option<i64>,
    cancelled: i64,
    started: i64,
    submitted: i64,
    open: i64,
}

/// An assignment made of a draw.
#[derive(Clone, Copy)]
struct Made {
    state: AssignmentState,
    /// Whether it is a secret no more.
    open: bool,
}

/// How long after it was published a public result is looked at for visits without an assignment.
const LATELY_DAYS: i64 = 30;

/// A draw that is not over.
pub(super) struct DrawInProgress {
    pub id: DrawId,
    pub name: Texts,
    pub authority: Named<BodyId>,
    pub acts: DrawActs,
    /// Until when the round waits for its parties.
    pub due: Option<Instant>,
}

const fn stream(id: DrawId) -> Stream {
    Stream {
        kind: StreamKind::Draw,
        id: id.0,
    }
}

impl Reader {
    /// Published draws, newest first unless asked otherwise.
    pub async fn list_draws(&self, wanted: Wanted<'_>) -> Result<Page<DrawRow>, StoreError> {
        let (asked, language) = (wanted.asked, name_suffix(wanted.language));
        let phase = phase();
        let mut select = Select::new(self, "", "draw d", JOINS)
            .is(&phase, asked.filter("phase"))
            .holds(
                &["d.name_zh", "d.name_en", "b.name_zh", "b.name_en"],
                &asked.search,
            );
        let viewer = select.with(self.viewer.to_string());
        let waits = waits(&viewer);
        if asked.filter("waits") == "me" {
            select = select.and(&format!("{waits} > 0"));
        }
        let (name, authority) = (
            format!("d.name_{language}"),
            format!("coalesce(b.name_{language}, '')"),
        );
        let by = [
            ("name", name.as_str()),
            ("authority", &authority),
            ("published", "d.published_at"),
            ("round", "d.round"),
            ("state", &phase),
        ];
        let own = "d.published_at desc, d.id desc";
        let page: Page<Row> = select
            .columns(format!("{DRAW}, {phase} as phase, {waits} as waits"))
            .page(&self.database, wanted, &by, own, "d.id")
            .await?;
        each(page, |row| self.draw_row(row))
    }

    /// A page of them, newest first.
    pub async fn draws(&self, page: u32) -> Result<Page<DrawRow>, StoreError> {
        let wanted = Wanted {
            asked: &Asked::default().on_page(page),
            language: Language::default(),
            rows: Rows::Page,
        };
        self.list_draws(wanted).await
    }

    fn draw_row(&self, row: Row) -> Result<DrawRow, StoreError> {
        let authority = parsed("body id", &row.authority, row.authority.parse().ok())?;
        Ok(DrawRow {
            id: parsed("draw id", &row.id, row.id.parse().ok())?,
            name: both(row.name_zh, row.name_en),
            authority: self.named_body(authority),
            published_at: Instant(row.published_at),
            phase: parsed("phase", &row.phase, Phase::from_code(&row.phase))?,
            sealed: row.held_back > 0,
            round: small(row.round),
            waits_for_viewer: row.waits > 0,
        })
    }

    /// Draws in which something may be left to do for the viewer, as one of the parties or as an organiser; newest first.
    pub(super) async fn draws_in_progress(&self) -> Result<Vec<DrawInProgress>, StoreError> {
        let organised = self.visible(Act::Organise);
        // An open draw that was made public as it was drawn may still have visits without an assignment; not after a month.
        let lately = self.now.plus_hours(-24 * LATELY_DAYS).millis();
        let sql = format!(
            "select d.id, d.authority, d.name_zh, d.name_en from draw d where d.jurisdiction = $1 and d.state <> 'abandoned' \
             and ((d.state <> 'drawn' and exists (select 1 from draw_party p where p.jurisdiction = d.jurisdiction and p.draw = d.id \
             and p.round = cast(d.round as text) and p.person = $2)) \
             or ({} and (d.state <> 'drawn' or (d.sealed = 1 and d.disclosed = 0) or d.published_at > {lately}))) \
             order by d.published_at desc, d.id",
            organised.condition(&self.database, "d.authority", "$3")
        );
        let rows: Vec<(String, String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.viewer.to_string()).bind(organised.parameter()).fetch_all(pool).await?);
        let mut draws = Vec::new();
        for (id, authority, name_zh, name_en) in rows {
            let id: DrawId = parsed("draw id", &id, id.parse().ok())?;
            let authority: BodyId = parsed("body id", &authority, authority.parse().ok())?;
            let organises = self.may(Act::Organise, &Place::Body(authority));
            let draw = self.draw_state(id).await?;
            let assignments = if organises {
                self.assignments_of(&draw).await?
            } else {
                BTreeMap::new()
            };
            draws.push(DrawInProgress {
                id,
                name: both(name_zh, name_en),
                authority: self.named_body(authority),
                acts: self.draw_acts(&draw, organises, &assignments, self.now),
                due: draw.round().map(Round::due),
            });
        }
        Ok(draws)
    }

    /// A draw as it stands, or its empty state.
    pub async fn draw_state(&self, id: DrawId) -> Result<Arc<Draw>, StoreError> {
        let stream = stream(id);
        let version = self.version_of(stream).await?;
        if let Some(draw) = self.draw_rules.state(id, version) {
            return Ok(draw);
        }
        let events = self.stream(stream.to_string()).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let draw = Arc::new(facts.draw(id).clone());
        let version = events.last().map_or(0, |last| last.version);
        self.draw_rules.keep(id, version, draw.clone());
        Ok(draw)
    }

    /// Whether the viewer may know what was drawn.
    pub(super) async fn sees_result_of(&self, id: DrawId) -> Result<bool, StoreError> {
        let draw = self.draw_state(id).await?;
        let organises = draw.published.as_ref().is_some_and(|(published, _)| {
            self.may(Act::Organise, &Place::Body(published.authority))
        });
        Ok(organises || draw.is_public())
    }

    /// The document that is published: the same for everyone, whoever asks.
    pub async fn draw_record(&self, id: DrawId) -> Result<Option<DrawRecord>, StoreError> {
        let draw = self.draw_state(id).await?;
        let party = |person| Party {
            id: person,
            name: self.person_name(person),
            unit: self.unit_name(person),
        };
        Ok(record(id, &draw, false, |body| self.body_name(body), party))
    }

    fn unit_name(&self, person: PersonId) -> Texts {
        let known = self.known.directory.person(person);
        let unit = known.and_then(|known| known.registration.unit);
        unit.map(|unit| self.body_name(unit)).unwrap_or_default()
    }

    pub async fn draw(
        &self,
        id: DrawId,
        roster_page: u32,
        now: Instant,
    ) -> Result<Option<DrawView>, StoreError> {
        let version = self.version_of(stream(id)).await?;
        let draw = self.draw_state(id).await?;
        let Some((published, published_at)) = &draw.published else {
            return Ok(None);
        };
        let plan = &published.plan;
        let organises = self.may(Act::Organise, &Place::Body(published.authority));
        let open = organises || draw.is_public();
        let assignments = if organises {
            self.assignments_of(&draw).await?
        } else {
            BTreeMap::new()
        };
        let rounds = draw
            .rounds
            .iter()
            .map(|round| self.round_view(round, published, open, &assignments))
            .collect();
        let strata = self.draw_rules.strata(published).await?.to_vec();
        let campaign = if organises || self.sees_campaigns() {
            Some(Named {
                id: plan.campaign,
                name: self.campaign_name(plan.campaign).await?,
            })
        } else {
            None
        };
        let inspectors = &published.roster.inspectors;
        Ok(Some(DrawView {
            id,
            version,
            name: plan.name.clone(),
            authority: self.named_body(published.authority),
            campaign,
            published_at: *published_at,
            rules_hash: published.rules_hash.to_string(),
            phase: draw.phase(),
            sealed: !draw.is_public(),
            abandoned: draw.abandoned.clone(),
            rules: DrawRules {
                kinds: plan.kinds.clone(),
                districts: plan.districts.clone(),
                strata: plan.strata,
                quota: plan.quota,
                reserves: plan.reserves,
                focus: plan.focus.clone(),
                pairing: plan.pairing,
                visits_per_team: plan.visits_per_team,
                teams: match &plan.teams {
                    domain::draw::plan::TeamRule::Groups(_) => size(published.roster.groups.len()),
                    domain::draw::plan::TeamRule::Drawn { teams, .. } => *teams,
                },
                weighted: size(plan.weights.len()),
                fallback: plan.fallback.clone(),
            },
            strata,
            exclusions: plan
                .exclusions
                .iter()
                .map(|one| (self.named_body(one.institution), one.reason.clone()))
                .collect(),
            groups: published
                .roster
                .groups
                .iter()
                .map(|group| DrawTeam {
                    name: Some(group.name.clone()),
                    people: group
                        .members
                        .iter()
                        .map(|member| self.person_name(*member))
                        .collect(),
                })
                .collect(),
            inspectors: size(inspectors.len()),
            recusals: size(published.roster.recusals.len()),
            roster: roster_rows(published, roster_page),
            acts: self.draw_acts(&draw, organises, &assignments, now),
            rounds,
        }))
    }

    async fn campaign_name(&self, campaign: CampaignId) -> Result<Texts, StoreError> {
        let names: Option<(String, String)> = on_database!(&self.database, pool =>
            sqlx::query_as("select name_zh, name_en from campaign where jurisdiction = $1 and id = $2")
                .bind(self.own()).bind(campaign.to_string()).fetch_optional(pool).await?);
        Ok(names
            .map(|(chinese, english)| both(chinese, english))
            .unwrap_or_default())
    }

    fn draw_acts(
        &self,
        draw: &Draw,
        organise: bool,
        assignments: &BTreeMap<AssignmentId, Made>,
        now: Instant,
    ) -> DrawActs {
        let Some(round) = draw.round().filter(|_| draw.abandoned.is_none()) else {
            return DrawActs::default();
        };
        let waits_for = round.drawn.is_none() && round.missing().contains(&self.viewer);
        let made = round.drawn.as_ref().map_or_else(Vec::new, |(drawn, _)| {
            let visits = round.visits().into_iter();
            visits
                .map(|(institution, _)| assignments.get(&assignment_of(drawn.seed, institution)))
                .collect()
        });
        let is_over = |made: Option<&Made>| {
            made.is_some_and(|made| made.open || made.state == AssignmentState::Cancelled)
        };
        DrawActs {
            organise,
            commit: waits_for && !round.all_committed() && now <= round.commit_by,
            reveal: waits_for && round.all_committed(),
            withhold: organise
                && round.drawn.is_none()
                && !round.missing().is_empty()
                && now > round.due(),
            assign: organise && made.iter().any(Option::is_none),
            disclose: organise
                && !draw.is_public()
                && !made.is_empty()
                && made.iter().copied().all(is_over),
        }
    }

    /// What became of the assignments of every round's visits.
    async fn assignments_of(
        &self,
        draw: &Draw,
    ) -> Result<BTreeMap<AssignmentId, Made>, StoreError> {
        let ids: BTreeSet<AssignmentId> = draw
            .rounds
            .iter()
            .filter_map(|round| Some((round, &round.drawn.as_ref()?.0)))
            .flat_map(|(round, drawn)| {
                let visits = round.visits().into_iter();
                visits.map(|(institution, _)| assignment_of(drawn.seed, institution))
            })
            .collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids = serde_json::to_string(&ids).unwrap_or_else(|_| "[]".into());
        let sql = format!(
            "select a.id, a.released_position, a.cancelled, {OPEN} as open, \
             (select count(*) from inspection_start s where s.jurisdiction = a.jurisdiction and s.id = a.id) as started, \
             (select count(*) from inspection i where i.jurisdiction = a.jurisdiction and i.id = a.id) as submitted \
             from assignment a join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
             where a.jurisdiction = $1 and {}",
            self.database.is_one_of("a.id", "$2")
        );
        let rows: Vec<AssignmentStanding> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(ids.as_str()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| {
                let id = parsed("assignment id", &row.id, row.id.parse().ok())?;
                let state = super::assignments::assignment_state(
                    row.cancelled,
                    row.submitted,
                    row.started,
                    row.released_position,
                );
                let open = row.open > 0;
                Ok((id, Made { state, open }))
            })
            .collect()
    }

    fn round_view(
        &self,
        round: &Round,
        published: &Published,
        open: bool,
        assignments: &BTreeMap<AssignmentId, Made>,
    ) -> RoundView {
        let party = |person: &PersonId| PartyView {
            person: *person,
            name: self.person_name(*person),
            unit: self.unit_name(*person),
            commitment: round
                .commitments
                .get(person)
                .map(|(hash, at)| (hash.to_string(), *at)),
            revealed: round.seeds.get(person).map(|(_, at)| *at),
            seed: round
                .seeds
                .get(person)
                .filter(|_| open && round.is_over())
                .map(|(seed, _)| seed.to_string()),
        };
        let missing = match &round.end {
            Some((RoundEnd::Withheld { missing, .. }, _)) => missing.as_slice(),
            _ => &[],
        };
        RoundView {
            parties: round.parties.iter().map(party).collect(),
            commit_by: round.commit_by,
            reveal_by: round.reveal_by,
            drawn: round.drawn.as_ref().map(|(drawn, at)| DrawnView {
                at: *at,
                result_hash: drawn.result_hash.to_string(),
                result: open.then(|| self.result_view(round, drawn, published, assignments)),
            }),
            end: round.end.as_ref().map(|(end, _)| end.clone()),
            missing: missing
                .iter()
                .map(|person| self.person_name(*person))
                .collect(),
        }
    }

    fn result_view(
        &self,
        round: &Round,
        drawn: &Drawn,
        published: &Published,
        assignments: &BTreeMap<AssignmentId, Made>,
    ) -> ResultView {
        let roster: BTreeMap<BodyId, &RosterInstitution> = published
            .roster
            .institutions
            .iter()
            .map(|one| (one.id, one))
            .collect();
        let named = |id: BodyId| Named {
            id,
            name: roster
                .get(&id)
                .map(|one| one.name.clone())
                .unwrap_or_default(),
        };
        let DrawResult {
            teams,
            visits,
            reserves,
        } = &drawn.result;
        let team = |team: &DrawnTeam| DrawTeam {
            name: team.group.and_then(|id| {
                let group = published.roster.groups.iter().find(|group| group.id == id);
                group.map(|group| group.name.clone())
            }),
            people: team
                .members
                .iter()
                .map(|member| self.person_name(*member))
                .collect(),
        };
        let rows = round
            .visits()
            .into_iter()
            .zip(visits)
            .filter_map(|((id, team), visit)| {
                let known = roster.get(&id)?;
                let call = round.calls.iter().rfind(|call| call.institution == id);
                Some(VisitRow {
                    institution: named(id),
                    district: known.district.clone(),
                    kind: known.kind,
                    team,
                    instead_of: (id != visit.institution).then(|| {
                        let reason = call.map(|call| call.reason.clone()).unwrap_or_default();
                        (named(visit.institution).name, reason)
                    }),
                    assignment: assignments
                        .get(&assignment_of(drawn.seed, id))
                        .map(|made| made.state),
                })
            });
        ResultView {
            seed: drawn.seed.to_string(),
            teams: teams.iter().map(team).collect(),
            visits: rows.collect(),
            reserves: reserves
                .iter()
                .map(|reserve| ReserveRow {
                    stratum: reserve.stratum.clone(),
                    institution: named(reserve.institution),
                    called: round
                        .calls
                        .iter()
                        .any(|call| call.institution == reserve.institution),
                })
                .collect(),
        }
    }

    /// The commands that assign those of a result's visits that have no assignment; None for who does not organise the draw, and
    /// where nothing is drawn.
    pub async fn drawn_visits(
        &self,
        id: DrawId,
        visit_on: Day,
        sealed: bool,
        release: ReleaseRule,
    ) -> Result<Option<Vec<Command>>, StoreError> {
        let draw = self.draw_state(id).await?;
        let Some((published, round, drawn)) = self.organised(&draw) else {
            return Ok(None);
        };
        let made = self.assignments_of(&draw).await?;
        let campaign = published.plan.campaign;
        let stream = Stream {
            kind: StreamKind::Campaign,
            id: campaign.0,
        };
        let mut facts = Facts::default();
        fold(&mut facts, &self.stream(stream.to_string()).await?);
        let Some(plan) = &facts.campaign(campaign).plan else {
            return Ok(None);
        };
        let command = |(target, team): (BodyId, u32)| {
            let team = drawn.result.teams.get(team as usize)?;
            let order = AssignmentOrder {
                campaign,
                target,
                group: team.group,
                leader: team.leader,
                team: team.members.clone(),
                visit_on,
                mode: VisitMode::OnSite,
                sealed,
                checklist: plan.checklist,
                checklist_version: plan.checklist_version.clone(),
                release,
                draw: Some(id),
            };
            Some(Command::Assignment {
                id: assignment_of(drawn.seed, target),
                campaign,
                command: AssignmentCommand::Create(order),
            })
        };
        let waiting = round
            .visits()
            .into_iter()
            .filter(|(target, _)| !made.contains_key(&assignment_of(drawn.seed, *target)));
        Ok(Some(waiting.filter_map(command).collect()))
    }

    /// The command that makes a sealed result public; None for who does not organise the draw, and where nothing is drawn.
    pub async fn disclosure(&self, id: DrawId) -> Result<Option<Command>, StoreError> {
        let draw = self.draw_state(id).await?;
        let Some((published, ..)) = self.organised(&draw) else {
            return Ok(None);
        };
        let visits = draw.assignments();
        let campaign = published.plan.campaign;
        Ok(Some(Command::Draw {
            id,
            command: DrawCommand::Disclose { campaign, visits },
        }))
    }

    /// What a draw came to, for its organisers.
    fn organised<'a>(&self, draw: &'a Draw) -> Option<(&'a Published, &'a Round, &'a Drawn)> {
        let (published, _) = draw.published.as_ref()?;
        let round = draw.round()?;
        let (drawn, _) = round.drawn.as_ref()?;
        let organises = self.may(Act::Organise, &Place::Body(published.authority));
        organises.then_some((published, round, drawn))
    }

    /// How much would be published by such rules now, and drawn; None where they may not be published.
    pub async fn draw_sizes(&self, plan: &DrawPlan) -> Result<Option<DrawSizes>, StoreError> {
        let stream = Stream {
            kind: StreamKind::Campaign,
            id: plan.campaign.0,
        };
        let mut facts = Facts::default();
        fold(&mut facts, &self.stream(stream.to_string()).await?);
        let publish = Command::Draw {
            // Of one that is not there.
            id: DrawId(uuid::Uuid::nil()),
            command: DrawCommand::Publish(Box::new(plan.clone())),
        };
        let reader = self.clone();
        // A city's rules take a while to prepare, and others are answered meanwhile.
        let sizes = tokio::task::spawn_blocking(move || {
            let decided = command::decide(&publish, &reader.context(&facts)).unwrap_or_default();
            decided.into_iter().find_map(|decided| sizes(decided.event))
        });
        sizes.await.map_err(|_| StoreError::Panicked)
    }

    /// Weights by what is open: 1, and 1 more for each open finding, 3 for a key one, up to 10. For organisers.
    pub async fn risk_weights(
        &self,
        kinds: &[BodyKind],
        districts: &[DistrictCode],
    ) -> Result<BTreeMap<BodyId, u32>, StoreError> {
        if !self.may(Act::Organise, &Place::Anywhere) {
            return Ok(BTreeMap::new());
        }
        let visible = self.visible(Act::See);
        let sql = format!(
            "select f.body, cast(sum(case when f.severity = 'key' then 3 else 1 end) as bigint) from finding f \
             where f.jurisdiction = $1 and f.stage not in ('closed', 'withdrawn') and {} group by f.body",
            visible.condition(&self.database, "f.body", "$2")
        );
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?);
        let directory = &self.known.directory;
        let is_on_roster = |id: BodyId| {
            directory.is_active(id)
                && directory.body(id).is_some_and(|body| {
                    let district = body.district.as_ref();
                    kinds.contains(&body.kind)
                        && (districts.is_empty()
                            || district.is_some_and(|code| districts.contains(code)))
                })
        };
        let mut weights = BTreeMap::new();
        for (body, open) in rows {
            let id = parsed("body id", &body, body.parse().ok())?;
            if is_on_roster(id) {
                weights.insert(id, small(open + 1).min(HEAVIEST));
            }
        }
        Ok(weights)
    }
}

fn sizes(published: Event) -> Option<DrawSizes> {
    let Event::Draw(DrawEvent::Published(published)) = published else {
        return None;
    };
    let roster = &published.roster;
    let prepared = Prepared::new(&published.plan, roster).ok()?;
    Some(DrawSizes {
        institutions: roster.institutions.len(),
        excluded: published.plan.exclusions.len(),
        strata: prepared.strata().count(),
        drawn: prepared.visits(),
        inspectors: roster.inspectors.len(),
    })
}

/// A body with many open findings is likelier, not certain.
const HEAVIEST: u32 = 10;

pub(super) fn size(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn roster_rows(published: &Published, page: u32) -> Page<RosterRow> {
    let excluded: BTreeSet<BodyId> = published
        .plan
        .exclusions
        .iter()
        .map(|one| one.institution)
        .collect();
    let mut all: Vec<&RosterInstitution> = published.roster.institutions.iter().collect();
    // One order in both languages: that of the Chinese name.
    all.sort_by_cached_key(|one| {
        let name = one.name.get(Language::Chinese.tag()).to_owned();
        (one.district.clone(), name, one.id)
    });
    let page = page.max(1);
    let rows = all
        .iter()
        .skip((page as usize - 1).saturating_mul(PAGE_SIZE as usize))
        .take(PAGE_SIZE as usize)
        .map(|one| RosterRow {
            id: one.id,
            name: one.name.clone(),
            kind: one.kind,
            district: one.district.clone(),
            weight: one.weight,
            excluded: excluded.contains(&one.id),
        });
    Page {
        rows: rows.collect(),
        total: all.len() as u64,
        page,
        page_size: PAGE_SIZE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::server::now;

    /// Given a draw, when anybody reads it, then those who see campaigns are told for which it was held, and nobody else.
    #[tokio::test]
    async fn the_campaign_of_a_draw_is_for_those_who_see_campaigns() {
        let fixture = Fixture::new().await;
        let nobody = PersonId(uuid::Uuid::nil());
        for (person, expected) in [
            (fixture.person("organiser"), true),
            (fixture.person("oversight"), true),
            (fixture.person("welfare-home-1"), false),
            (nobody, false),
        ] {
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            for row in reader.draws(1).await.unwrap().rows {
                let view = reader.draw(row.id, 1, now()).await.unwrap().unwrap();
                assert_eq!(view.campaign.is_some(), expected, "{person}");
            }
        }
    }
}
