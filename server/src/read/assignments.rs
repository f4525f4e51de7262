//! Assignments: those of a campaign, and one. A sealed one is there for the campaign's organisers alone, and one of an unannounced
//! campaign, before its visit has begun, for those who may know of it ([`foreknows`]); for everyone else it is as if it had not been made.

use std::collections::BTreeMap;

use app::api::view::{AssignmentRow, AssignmentState, AssignmentView, Named, Page};
use domain::assignment::{AssignmentEvent, AssignmentOrder};
use domain::campaign::{Campaign, CampaignPlan};
use domain::clearance::ClearanceState;
use domain::foreknowledge::foreknows;
use domain::id::{AssignmentId, CampaignId, PersonId};
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::recusal::is_interested;
use domain::visit_mode::VisitMode;
use domain::{Event, Facts};
use form::Texts;

use super::list::{Wanted, found_in};
use super::{Reader, count, parsed};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;
use crate::store::database::list;
use crate::world::fold;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    content: String,
    released_position: Option<i64>,
    cancelled: i64,
    started: i64,
    submitted: i64,
    begun: i64,
    version: i64,
}

const COLUMNS: &str = "a.id, a.content, a.released_position, a.cancelled, a.begun, \
     (select count(*) from inspection_start s where s.jurisdiction = a.jurisdiction and s.id = a.id) as started, \
     (select count(*) from inspection i where i.jurisdiction = a.jurisdiction and i.id = a.id) as submitted, \
     (select coalesce(max(e.version), 0) from event e where e.jurisdiction = a.jurisdiction and e.stream = 'assignment/' || a.id) as version";

/// Whether the released assignment `a` of campaign `c` is a secret no more, as `domain::foreknowledge::is_open` says.
pub(super) const OPEN: &str = "cast(case when a.released_position is not null \
     and (a.begun = 1 or c.notice_mode = 'announced' or c.kind = 'selfInspection') then 1 else 0 end as bigint)";

/// Unannounced visits that are released and have not begun, nobody's own.
const AHEAD: &str = "select a.id, a.content, c.authority from assignment a \
     join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
     where a.jurisdiction = $1 and a.begun = 0 and a.released_position is not null \
     and c.notice_mode = 'unannounced' and c.kind <> 'selfInspection'";

/// What became of an assignment, by its row and what was counted for it.
pub(super) const fn assignment_state(
    cancelled: i64,
    submitted: i64,
    started: i64,
    released_position: Option<i64>,
) -> AssignmentState {
    match (cancelled, submitted, started, released_position) {
        (_, 1.., _, _) => AssignmentState::Submitted,
        (1.., _, _, _) => AssignmentState::Cancelled,
        (_, _, 1.., _) => AssignmentState::Started,
        (_, _, _, Some(_)) => AssignmentState::Released,
        _ => AssignmentState::Sealed,
    }
}

const fn stream(id: AssignmentId) -> Stream {
    Stream {
        kind: StreamKind::Assignment,
        id: id.0,
    }
}

impl Reader {
    /// Those of one campaign, the latest visit first; without a campaign there are none.
    pub async fn list_assignments(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<AssignmentRow>, StoreError> {
        let asked = wanted.asked;
        let campaign = asked.filter("campaign").parse::<CampaignId>().ok();
        let rows = match campaign.filter(|_| self.sees_campaigns()) {
            Some(campaign) => self.assignments_in(campaign).await?,
            None => Vec::new(),
        };
        let (state, group, day) = (
            asked.filter("state"),
            asked.filter("group"),
            asked.filter("day"),
        );
        let fits = |row: &AssignmentRow| {
            let people = row.team.iter().map(|person| &person.name);
            let names = people.chain([&row.target.name]);
            (state.is_empty() || row.state.fits(state))
                && (group.is_empty()
                    || row
                        .group
                        .as_ref()
                        .is_some_and(|named| named.id.to_string() == group))
                && (day.is_empty() || row.visit_on.to_string() == day)
                && found_in(names, &asked.search)
        };
        let rows = rows.into_iter().filter(fits).collect();
        Ok(self.page_of(rows, wanted))
    }

    pub(super) async fn assignments_in(
        &self,
        campaign: CampaignId,
    ) -> Result<Vec<AssignmentRow>, StoreError> {
        let organised = self.organises(campaign).await?;
        let kept = self.kept_from().await?;
        let sql = format!(
            "select {COLUMNS} from assignment a where a.jurisdiction = $1 and a.campaign = $2 \
             and (a.released_position is not null or $3 = 1) and not {} order by a.visit_on desc, a.id desc",
            self.database.is_one_of("a.id", "$4")
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(campaign.to_string()).bind(i64::from(organised)).bind(&kept).fetch_all(pool).await?);
        let facts = self.campaign_facts(campaign).await?;
        self.assignment_rows(rows, facts.campaign(campaign), organised)
            .await
    }

    pub(super) async fn campaign_facts(&self, campaign: CampaignId) -> Result<Facts, StoreError> {
        let stream = Stream {
            kind: StreamKind::Campaign,
            id: campaign.0,
        };
        let mut facts = Facts::default();
        fold(&mut facts, &self.stream(stream.to_string()).await?);
        Ok(facts)
    }

    /// One that the viewer sees in its campaign's list, was told of as one of its team, or assigns their own institution's people to; None
    /// of others.
    pub async fn assignment(&self, id: AssignmentId) -> Result<Option<AssignmentView>, StoreError> {
        let sql =
            format!("select {COLUMNS} from assignment a where a.jurisdiction = $1 and a.id = $2");
        let row: Option<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        let Some(row) = row else {
            return Ok(None);
        };
        let order = order(&row)?;
        let organised = self.organises(order.campaign).await?;
        let released = row.released_position.is_some();
        let campaign_visible = self.sees_campaigns();
        let is_told = self.is_told(&order, row.released_position);
        let facts = self.campaign_facts(order.campaign).await?;
        let campaign = facts.campaign(order.campaign);
        let plan = campaign.plan.as_ref();
        let is_own = plan.is_some_and(|plan| self.inspects_itself(order.target, plan));
        let is_open = row.begun > 0 || plan.is_none_or(|plan| self.may_foreknow(&order, plan));
        let is_seen = campaign_visible && (released && is_open || organised);
        if !(is_told || is_seen || is_own && released) {
            return Ok(None);
        }
        let rows = self.assignment_rows(vec![row], campaign, organised).await?;
        let leader = self.named_person(order.leader);
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let cleared = if !row.state.is_over() && (is_told || self.may_trace()) {
            self.cleared(&order.team, order.mode, now()).await?
        } else {
            Vec::new()
        };
        Ok(Some(AssignmentView {
            row,
            mode: order.mode,
            cleared,
            leader,
            campaign_name: plan.map_or_else(Texts::default, |plan| plan.name.clone()),
            campaign_visible,
        }))
    }

    /// Whether the viewer may know of a released assignment before its visit has begun.
    fn may_foreknow(&self, order: &AssignmentOrder, plan: &CampaignPlan) -> bool {
        let directory = &self.known.directory;
        !plan.is_unannounced() || foreknows(self.viewer, order, plan.authority, directory, self.now)
    }

    /// Released assignments that the viewer may not know of yet, as a list to bind.
    pub(super) async fn kept_from(&self) -> Result<String, StoreError> {
        // Who organises everything knows of everything, and whoever sees no campaign is not told of any.
        if self.may(Act::Organise, &Place::Jurisdiction) || !self.sees_campaigns() {
            return Ok(list(std::iter::empty::<String>()));
        }
        let rows: Vec<(String, String, String)> = on_database!(&self.database, pool => sqlx::query_as(AHEAD)
            .bind(self.own()).fetch_all(pool).await?);
        let mut kept = Vec::new();
        for (id, content, authority) in rows {
            let authority = parsed("body id", &authority, authority.parse().ok())?;
            let order = order_in(&content)?;
            let directory = &self.known.directory;
            if !foreknows(self.viewer, &order, authority, directory, self.now) {
                kept.push(id);
            }
        }
        Ok(list(kept))
    }

    /// Whether the viewer is of its team and it is released: then its team knows of it.
    fn is_told(&self, order: &AssignmentOrder, released: Option<i64>) -> bool {
        released.is_some() && order.team.contains(&self.viewer)
    }

    /// Whether the viewer may read what was done with an assignment, and why it was cancelled: who organises its campaign may, and from its
    /// release on its team and, of a self-inspection, whoever assigns the institution's people to it.
    pub(super) async fn sees_acts_of(&self, id: AssignmentId) -> Result<bool, StoreError> {
        const CONTENT: &str =
            "select content, released_position from assignment where jurisdiction = $1 and id = $2";
        let row: Option<(String, Option<i64>)> = on_database!(&self.database, pool => sqlx::query_as(CONTENT)
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        let Some((content, released)) = row else {
            return Ok(false);
        };
        let order = order_in(&content)?;
        if self.is_told(&order, released) || self.organises(order.campaign).await? {
            return Ok(true);
        }
        if released.is_none() || !self.may(Act::SelfInspect, &Place::Body(order.target)) {
            return Ok(false);
        }
        let facts = self.campaign_facts(order.campaign).await?;
        let plan = facts.campaign(order.campaign).plan.as_ref();
        Ok(plan.is_some_and(|plan| self.inspects_itself(order.target, plan)))
    }

    async fn assignment_rows(
        &self,
        rows: Vec<Row>,
        campaign: &Campaign,
        organised: bool,
    ) -> Result<Vec<AssignmentRow>, StoreError> {
        let mut read = Vec::with_capacity(rows.len());
        let mut explained = Vec::new();
        let mut is_cleared_of = false;
        for row in rows {
            let id: AssignmentId = parsed("assignment id", &row.id, row.id.parse().ok())?;
            let order = order(&row)?;
            let state = assignment_state(
                row.cancelled,
                row.submitted,
                row.started,
                row.released_position,
            );
            let is_own = campaign
                .plan
                .as_ref()
                .is_some_and(|plan| self.inspects_itself(order.target, plan));
            let is_told = self.is_told(&order, row.released_position) || is_own;
            if state == AssignmentState::Cancelled && (organised || is_told) {
                explained.push(id);
            }
            let enters = order.mode != VisitMode::Remote;
            is_cleared_of |= organised && state == AssignmentState::Sealed && enters;
            // To others it is nothing how much was done with it before they were told.
            let version = if organised || is_own {
                count(row.version)
            } else {
                0
            };
            read.push((id, order, state, version));
        }
        let mut reasons = self.reasons(&explained).await?;
        let named = |person: &PersonId| self.named_person(*person);
        let directory = &self.known.directory;
        let interested = |order: &AssignmentOrder, state: AssignmentState| {
            let interested = order.team.iter().filter(|member| {
                (organised || **member == self.viewer)
                    && state.is_ahead()
                    && is_interested(**member, order.target, campaign, directory)
            });
            interested.map(named).collect()
        };
        let tested = if is_cleared_of && self.may_trace() {
            Some(self.latest_tests().await?)
        } else {
            None
        };
        let uncleared = |order: &AssignmentOrder, state: AssignmentState| {
            let is_asked =
                organised && state == AssignmentState::Sealed && order.mode != VisitMode::Remote;
            let tested = tested.as_ref().filter(|_| is_asked);
            let team = tested.into_iter().flat_map(|tested| {
                let member = |person: &PersonId| self.member_clearance(*person, tested);
                order.team.iter().map(member)
            });
            team.filter(|member| member.state != ClearanceState::Valid)
                .collect()
        };
        let row =
            |(id, order, state, version): (AssignmentId, AssignmentOrder, AssignmentState, u64)| {
                AssignmentRow {
                    id,
                    campaign: order.campaign,
                    interested: interested(&order, state),
                    uncleared: uncleared(&order, state),
                    target: self.linked_body(order.target),
                    group: order.group.and_then(|id| {
                        let name = campaign.groups.get(&id)?.name.clone();
                        Some(Named { id, name })
                    }),
                    team: order.team.iter().map(named).collect(),
                    visit_on: order.visit_on,
                    sealed: order.sealed,
                    release: order.release,
                    state,
                    reason: reasons.remove(&id),
                    organised,
                    version,
                }
            };
        Ok(read.into_iter().map(row).collect())
    }

    /// Why these were cancelled.
    async fn reasons(
        &self,
        cancelled: &[AssignmentId],
    ) -> Result<BTreeMap<AssignmentId, String>, StoreError> {
        let streams: Vec<String> = cancelled.iter().map(|id| stream(*id).to_string()).collect();
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let reason = |recorded: &domain::record::Recorded| {
            let id = AssignmentId(recorded.authored.stream()?.id);
            match recorded.authored.event().ok()? {
                Event::Assignment(AssignmentEvent::Cancelled { reason }) => Some((id, reason)),
                _ => None,
            }
        };
        Ok(events.iter().filter_map(reason).collect())
    }
}

fn order(row: &Row) -> Result<AssignmentOrder, StoreError> {
    order_in(&row.content)
}

fn order_in(content: &str) -> Result<AssignmentOrder, StoreError> {
    serde_json::from_str(content).map_err(|error| StoreError::corrupt("assignment", error))
}

#[cfg(test)]
mod tests {
    use app::list::Asked;
    use domain::Command;
    use domain::assignment::AssignmentCommand;
    use uuid::Uuid;

    use super::*;
    use crate::http::fixture::{Fixture, LAST_DAY, another_day};
    use crate::ingest::IngestError;
    use crate::read::list::whole;
    use crate::store::contract::fresh_postgres_url;
    use domain::Refusal;
    use domain::assignment::{AssignmentRefusal, ReleaseRule};
    use domain::instant::{Day, Instant};
    use domain::working_day::plus_days;

    #[tokio::test]
    async fn in_sqlite_what_is_sealed_is_listed_for_its_organisers() {
        what_is_sealed_is_listed_for_its_organisers(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_what_is_sealed_is_listed_for_its_organisers() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        what_is_sealed_is_listed_for_its_organisers(fixture).await;
    }

    #[tokio::test]
    async fn in_sqlite_a_body_is_assigned_once_a_day() {
        a_body_is_assigned_once_a_day(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_a_body_is_assigned_once_a_day() {
        a_body_is_assigned_once_a_day(Fixture::on(Some(fresh_postgres_url().await)).await).await;
    }

    /// Given a visit, when the body is assigned for the same day again, alone or twice among many, then it is refused as long as the
    /// visit stands; and none is released after its day on the city's calendar.
    async fn a_body_is_assigned_once_a_day(fixture: Fixture) {
        let (first, order) = fixture.visit_with_one_item().await;
        let organiser = fixture.person("organiser");
        let ask = async |commands: &[Command]| {
            let done = fixture.server.ingest.commands(organiser, commands, now());
            match done.await {
                Ok(_) => None,
                Err(IngestError::Refused(Refusal::Assignment(refusal))) => Some(refusal),
                Err(error) => panic!("{error}"),
            }
        };
        let create = |id: AssignmentId, visit_on: Day, release: ReleaseRule| Command::Assignment {
            id,
            campaign: order.campaign,
            command: AssignmentCommand::Create(AssignmentOrder {
                visit_on,
                release,
                sealed: true,
                ..order.clone()
            }),
        };
        let [again, third] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
        let twice = |by| Some(AssignmentRefusal::VisitedThatDay { by: Some(by) });
        let by_hand = ReleaseRule::ByOrganiser;
        let on_day = create(again, order.visit_on, by_hand);
        assert_eq!(ask(std::slice::from_ref(&on_day)).await, twice(first));
        let free = another_day();
        let both = [create(again, free, by_hand), create(third, free, by_hand)];
        assert_eq!(ask(&both).await, twice(again));
        let cancel = Command::Assignment {
            id: first,
            campaign: order.campaign,
            command: AssignmentCommand::Cancel {
                reason: "改期".into(),
            },
        };
        assert_eq!(ask(&[cancel]).await, None);
        assert_eq!(ask(&[on_day]).await, None);

        // Moved to another day it stands there, in the list too, and leaves its own to others.
        let moved_to = plus_days(LAST_DAY, -30);
        let reschedule = Command::Assignment {
            id: again,
            campaign: order.campaign,
            command: AssignmentCommand::Reschedule {
                visit_on: moved_to,
                target: order.target,
                team: order.team.clone(),
                reason: "该院消毒".into(),
            },
        };
        assert_eq!(ask(&[reschedule]).await, None);
        let taken = create(third, moved_to, by_hand);
        assert_eq!(ask(&[taken]).await, twice(again));
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let row = reader.assignment(again).await.unwrap().unwrap().row;
        assert_eq!((row.visit_on, row.version), (moved_to, 2));
        let asked = Asked::of([
            ("campaign", order.campaign.to_string()),
            ("day", moved_to.to_string()),
        ]);
        let listed = reader.list_assignments(whole(&asked)).await.unwrap();
        assert_eq!(listed.total, 1);
        let own_day = create(AssignmentId(Uuid::now_v7()), order.visit_on, by_hand);
        assert_eq!(ask(&[own_day]).await, None);

        // An institution inspects itself once a day, beside whoever visits it.
        let officer = fixture.person("welfare-home-1");
        let reader = fixture.server.reader(fixture.city.jurisdiction, officer);
        let matters = reader.matters(reader.calendar_day()).await.unwrap().0;
        let (_, called) = matters[0].address.rsplit_once('/').unwrap();
        let campaign = called.parse().unwrap();
        let called = reader.self_inspection(campaign).await.unwrap().unwrap();
        let institution = &called.bodies[0];
        let (checklist, _) = &called.checklists[0];
        let own: Vec<PersonId> = institution.people.iter().map(|person| person.id).collect();
        let inspect = |id: AssignmentId| Command::Assignment {
            id,
            campaign,
            command: AssignmentCommand::Create(AssignmentOrder {
                campaign,
                target: institution.body.id,
                group: None,
                leader: own[0],
                team: own[..2].to_vec(),
                visit_on: called.to,
                sealed: false,
                release: ReleaseRule::ByOrganiser,
                checklist: checklist.checklist,
                checklist_version: checklist.version.clone(),
                ..order.clone()
            }),
        };
        let [morning, evening] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
        let by_officer = async |id| {
            let command = inspect(id);
            let done = fixture.server.ingest.command(officer, &command, now());
            match done.await {
                Ok(_) => None,
                Err(IngestError::Refused(Refusal::Assignment(refusal))) => Some(refusal),
                Err(error) => panic!("{error}"),
            }
        };
        assert_eq!(by_officer(morning).await, None);
        assert_eq!(by_officer(evening).await, twice(morning));

        let last = LAST_DAY;
        let midnight = crate::world::start_of(plus_days(last, 1), "Asia/Shanghai");
        let late = create(third, last, ReleaseRule::At(midnight));
        assert_eq!(
            ask(&[late]).await,
            Some(AssignmentRefusal::ReleaseAfterVisit)
        );
        let before = Instant(midnight.millis() - 1);
        let in_time = create(third, last, ReleaseRule::At(before));
        assert_eq!(ask(&[in_time]).await, None);
    }

    /// Given an assignment that is sealed, one cancelled while it was, and one cancelled after its release, then each is listed, read
    /// and explained to whom it is known, and to nobody else.
    async fn what_is_sealed_is_listed_for_its_organisers(fixture: Fixture) {
        let (_, order) = fixture.assignment();
        let campaign = order.campaign;
        let [sealed, withdrawn, called_off] = std::array::from_fn(|_| AssignmentId(Uuid::now_v7()));
        let cancel = |reason: &str| AssignmentCommand::Cancel {
            reason: reason.into(),
        };
        let create = |days| {
            AssignmentCommand::Create(AssignmentOrder {
                visit_on: plus_days(order.visit_on, days),
                sealed: true,
                ..order.clone()
            })
        };
        for (id, command) in [
            (sealed, create(1)),
            (withdrawn, create(2)),
            (withdrawn, cancel("改期")),
            (called_off, create(3)),
            (called_off, AssignmentCommand::Release),
            (called_off, cancel("重复")),
        ] {
            let command = Command::Assignment {
                id,
                campaign,
                command,
            };
            let organiser = fixture.person("organiser");
            let done = fixture.server.ingest.command(organiser, &command, now());
            done.await.unwrap();
        }
        let reader = |person| fixture.server.reader(fixture.city.jurisdiction, person);
        let listed = async |person, state: &str| {
            let asked = Asked::of([
                ("campaign", campaign.to_string()),
                ("state", state.to_owned()),
            ]);
            let page = reader(person).list_assignments(whole(&asked)).await;
            let rows = page.unwrap().rows.into_iter();
            rows.filter(|row| [sealed, withdrawn, called_off].contains(&row.id))
                .map(|row| (row.id, row.state, row.reason))
                .collect::<Vec<_>>()
        };
        let (closed, reason) = (AssignmentState::Cancelled, |text: &str| Some(text.into()));
        let organiser = fixture.person("organiser");
        assert_eq!(
            listed(organiser, "sealed").await,
            [(sealed, AssignmentState::Sealed, None)]
        );
        assert_eq!(
            listed(organiser, "cancelled").await,
            [
                (called_off, closed, reason("重复")),
                (withdrawn, closed, reason("改期"))
            ]
        );
        let oversight = fixture.person("oversight");
        assert_eq!(listed(oversight, "").await, [(called_off, closed, None)]);
        assert_eq!(listed(order.leader, "").await, []);
        // Who is told of one by itself, of why it was cancelled, and of who did so.
        for (person, id, told, explained) in [
            (organiser, sealed, true, true),
            (organiser, withdrawn, true, true),
            (oversight, sealed, false, false),
            (oversight, withdrawn, false, false),
            (oversight, called_off, true, false),
            (order.leader, sealed, false, false),
            (order.leader, withdrawn, false, false),
            (order.leader, called_off, true, true),
        ] {
            let reader = reader(person);
            let view = reader.assignment(id).await.unwrap();
            assert_eq!(view.is_some(), told, "{person} {id}");
            if let Some(view) = &view {
                assert_eq!(view.leader.id, order.leader, "{person} {id}");
            }
            if let Some(view) = view.filter(|view| view.row.state == closed) {
                assert_eq!(view.row.reason.is_some(), explained, "{person} {id}");
            }
            let stream = Stream {
                kind: StreamKind::Assignment,
                id: id.0,
            };
            let history = reader.history_of(stream, 1).await.unwrap();
            assert_eq!(history.is_some(), explained, "{person} {id}");
        }
        // Narrowed by whom and where, and only ever within one campaign.
        for (name, value, count) in [
            ("search", "没有这样的单位", 0),
            ("day", "1999-01-01", 0),
            ("state", "sealed", 1),
            // The five of the demo city that nobody has carried out.
            ("state", AssignmentState::UNDER_WAY, 5),
        ] {
            let asked = Asked::of([("campaign", campaign.to_string()), (name, value.to_owned())]);
            let page = reader(organiser).list_assignments(whole(&asked)).await;
            assert_eq!(page.unwrap().total, count, "{name} {value}");
        }
        let everywhere = Asked::default();
        let page = reader(organiser).list_assignments(whole(&everywhere)).await;
        assert_eq!(page.unwrap().total, 0);
    }
}
