//! What waits for the viewer.

use app::api::view::{
    AssignmentsWaiting, BEING_RECTIFIED, Deadline, FindingRow, PLANS_DUE, Page, TO_DECIDE,
    TO_ORDER, Today, deadlines,
};
use domain::finding::Stage;
use domain::instant::Day;
use domain::permission::Act;

use super::findings::{COLUMNS, DUE};
use super::matters::LONGEST as LONGEST_MATTERS;
use super::{Reader, Visible, count, parsed};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

pub(super) const TO_RELEASE: &str = "a.released_position is null and a.cancelled = 0";
pub(super) const OPEN: &str = "a.released_position is not null and a.cancelled = 0 \
     and not exists (select 1 from inspection i where i.jurisdiction = a.jurisdiction and i.id = a.id)";

/// Stages at which a day runs that may pass.
const UNDER_A_DEADLINE: [Stage; 5] = [
    Stage::Notified,
    Stage::PlanReturned,
    Stage::Planned,
    Stage::ExtensionAsked,
    Stage::Reopened,
];

/// Rows shown of what waits; the rest is a link away.
const LONGEST: u32 = 10;
/// Findings that somebody rectifies of which deadlines are counted: more than any institution has open.
const COUNTED: u32 = 1_000;

impl Reader {
    pub async fn today(&self) -> Result<Today, StoreError> {
        let mut today = Box::pin(self.waiting(LONGEST)).await?;
        today.matters.truncate(LONGEST_MATTERS);
        Ok(today)
    }

    /// What of it is late or due soon.
    pub async fn deadlines(&self) -> Result<Vec<Deadline>, StoreError> {
        let today = Box::pin(self.waiting(COUNTED)).await?;
        Ok(deadlines(&today, self.now, self.known.time_zone()))
    }

    /// All matters, so many of the findings that the viewer rectifies, and the first of everything else. A large future, of as many
    /// questions as there are kinds of what waits: whoever asks boxes it.
    async fn waiting(&self, rectified_at_most: u32) -> Result<Today, StoreError> {
        let today = self.calendar_day();
        let (rectified, ordered) = (self.rectified(), self.visible(Act::OrderRectification));
        // None waits for another: asked at once they take as long as the longest, and turns where there are fewer connections.
        let (
            (matters, matters_total),
            notices_to_acknowledge,
            notices_to_pass_on,
            assignments_to_release,
            assignments_open,
            plans_due,
            being_rectified,
            to_re_verify,
            to_order,
            late,
            to_decide,
            held,
            reports_owed,
            reports_to_chase,
            figures,
        ) = tokio::try_join!(
            self.matters(today),
            self.notices_to_acknowledge(),
            self.notices_to_pass_on(),
            self.assignments_organised(TO_RELEASE),
            self.assignments_organised(OPEN),
            self.in_stages(&rectified, &PLANS_DUE, rectified_at_most),
            self.in_stages(&rectified, &BEING_RECTIFIED, rectified_at_most),
            self.to_re_verify(LONGEST),
            self.in_stages(&ordered, &TO_ORDER, LONGEST),
            self.to_press(),
            self.in_stages(&ordered, &TO_DECIDE, LONGEST),
            self.held_waiting(),
            self.reports_owed(today),
            self.reports_to_chase(today),
            self.figures(),
        )?;
        Ok(Today {
            notices_to_acknowledge,
            notices_to_pass_on,
            assignments_to_release,
            assignments_open,
            plans_due,
            being_rectified,
            to_re_verify,
            to_order,
            late,
            to_decide,
            matters,
            matters_total,
            held,
            reports_owed,
            reports_to_chase,
            figures,
        })
    }

    /// Assignments in the state, of the campaigns the viewer organises: nobody else has to do with them.
    async fn assignments_organised(&self, state: &str) -> Result<AssignmentsWaiting, StoreError> {
        type Row = (
            i64,
            Option<String>,
            Option<String>,
            Option<String>,
            Option<String>,
        );
        let organised = self.visible(Act::Organise);
        let sql = format!(
            "select count(*), min(a.campaign), max(a.campaign), min(a.visit_on), max(a.visit_on) from assignment a join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
             where a.jurisdiction = $1 and {} and {state}",
            organised.condition(&self.database, "c.authority", "$2")
        );
        let (assignments, least, greatest, first, last): Row = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(organised.parameter()).fetch_one(pool).await?);
        let campaign = least.filter(|least| greatest.as_ref() == Some(least));
        let campaign = campaign.map(|id| parsed("campaign id", &id, id.parse().ok()));
        let day = |day: String| parsed("day", &day, day.parse::<Day>().ok());
        Ok(AssignmentsWaiting {
            count: count(assignments),
            campaign: campaign.transpose()?,
            days: first.map(day).transpose()?.zip(last.map(day).transpose()?),
        })
    }

    /// Late findings that the viewer presses for by letter, the longest late first.
    async fn to_press(&self) -> Result<Page<FindingRow>, StoreError> {
        let pressed = self.visible(Act::Escalate);
        if pressed.is_nowhere() {
            return self.findings_page(Vec::new(), 0);
        }
        let seen = pressed.condition(&self.database, "f.body", "$2");
        let stages = UNDER_A_DEADLINE.map(|stage| self.to_press_at(stage));
        let order = format!("coalesce({DUE}, '9'), f.raised_at, f.id limit {LONGEST}");
        let first = stages.iter().enumerate().map(|(place, late)| {
            format!(
                "select id from (select f.id from finding f where f.jurisdiction = $1 and {late} and {seen} order by {order}) s{place}"
            )
        });
        let first = first.collect::<Vec<_>>().join(" union all ");
        let rows = format!(
            "select {COLUMNS} where f.jurisdiction = $1 and f.id in ({first}) order by {order}"
        );
        let counted = stages.iter().map(|late| {
            format!(
                "(select count(*) from finding f where f.jurisdiction = $1 and {late} and {seen})"
            )
        });
        let total = format!("select {}", counted.collect::<Vec<_>>().join(" + "));
        let (rows, total): (Vec<super::findings::Row>, i64) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(rows.as_str()))
                .bind(self.own()).bind(pressed.parameter()).fetch_all(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(total.as_str()))
                .bind(self.own()).bind(pressed.parameter()).fetch_one(pool).await?,
        ));
        self.findings_page(rows, total)
    }

    /// The first of some findings, and how many there are.
    fn findings_page(
        &self,
        rows: Vec<super::findings::Row>,
        total: i64,
    ) -> Result<Page<FindingRow>, StoreError> {
        let rows = rows.into_iter().map(|row| self.finding_row(row));
        Ok(Page {
            rows: rows.collect::<Result<_, _>>()?,
            total: count(total),
            page: 1,
            page_size: LONGEST,
        })
    }

    /// Findings of these bodies in the stages, at most so many: those due first come first, and what has no day last, the longest waiting
    /// before the others.
    async fn in_stages(
        &self,
        bodies: &Visible,
        stages: &[Stage],
        longest: u32,
    ) -> Result<Page<FindingRow>, StoreError> {
        // Most people have to do with none, and need no query to know.
        if bodies.is_nowhere() {
            return self.findings_page(Vec::new(), 0);
        }
        // Each stage by itself: an index has what waits at one in this order.
        let order = format!("coalesce({DUE}, '9'), f.raised_at, f.id limit {longest}");
        let seen = bodies.condition(&self.database, "f.body", "$2");
        let first = stages.iter().map(|stage| {
            let code = stage.code();
            format!(
                "select id from (select f.id from finding f where f.jurisdiction = $1 and f.stage = '{code}' and {seen} order by {order}) {code}"
            )
        });
        let first = first.collect::<Vec<_>>().join(" union all ");
        let sql = format!(
            "select {COLUMNS} where f.jurisdiction = $1 and f.id in ({first}) order by {order}"
        );
        let total = format!(
            "select cast(coalesce(sum(f.number), 0) as bigint) from finding_count f where f.jurisdiction = $1 and {seen} and {}",
            self.database.is_one_of("f.stage", "$3")
        );
        let stages = list(stages.iter().map(|stage| stage.code()));
        let (rows, total): (Vec<super::findings::Row>, i64) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(self.own()).bind(bodies.parameter()).fetch_all(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(total.as_str()))
                .bind(self.own()).bind(bodies.parameter()).bind(&stages).fetch_one(pool).await?,
        ));
        self.findings_page(rows, total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{Fixture, device};
    use crate::read::Reader;
    use crate::read::list::{Rows, Wanted, whole};
    use crate::server::now;
    use crate::store::contract::fresh_postgres_url;
    use app::api::view::{AssignmentState, FindingFilter, Part, StageFilter};
    use app::list::Asked;
    use domain::finding::{Evidence, FindingCommand, Photo, PhotoHash, Plan, Step};
    use domain::id::{BodyId, FindingId, PersonId};
    use domain::permission::{Grant, Role, Scope};
    use domain::person::{PersonCommand, Registration};
    use domain::{Command, Language};
    use form::{Severity, Texts};
    use serde_json::json;
    use std::collections::BTreeSet;
    use sync::protocol::Receipt;
    use uuid::Uuid;

    fn evidence(photo: &str) -> Evidence {
        Evidence {
            account: "已更换门禁".into(),
            photos: vec![Photo {
                hash: PhotoHash(photo.repeat(64)),
                taken_at: now(),
            }],
        }
    }

    async fn of_unit(fixture: &Fixture, name: &str, unit: BodyId, roles: &[Role]) -> PersonId {
        let id = PersonId(Uuid::now_v7());
        let registration = Registration {
            name: Texts::both("某人", "Somebody"),
            unit: Some(unit),
            sign_in_name: name.into(),
            grants: roles
                .iter()
                .map(|role| Grant::new(*role, Scope::Body(unit)))
                .collect(),
        };
        let command = PersonCommand::Register(registration);
        does(
            fixture,
            fixture.person("administrator"),
            Command::Person { id, command },
        )
        .await;
        id
    }

    async fn does(fixture: &Fixture, actor: PersonId, command: Command) {
        fixture
            .server
            .ingest
            .command(actor, &command, now())
            .await
            .unwrap();
    }

    async fn key(reader: &Reader, stage: Option<&StageFilter>) -> u64 {
        let filter = FindingFilter {
            severity: Some(Severity::Key),
            stage: stage.cloned(),
            ..FindingFilter::default()
        };
        reader.findings(&filter).await.unwrap().total
    }

    #[tokio::test]
    async fn what_is_due_first_stands_first() {
        let fixture = Fixture::new().await;
        let person = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, person);
        let visible = reader.visible(Act::See);
        let page = reader
            .in_stages(&visible, &Stage::ALL, LONGEST)
            .await
            .unwrap();
        let all = reader.findings(&FindingFilter::default()).await.unwrap();
        assert_eq!(page.total, all.total);
        let due: Vec<String> = page
            .rows
            .iter()
            .map(|row| {
                let day = row.standing.due();
                day.map_or_else(|| "none".to_owned(), |day| day.to_string())
            })
            .collect();
        assert!(due.is_sorted() && due[0] != "none", "{due:?}");
        assert_eq!(page.rows.len(), due.len().min(LONGEST as usize));
    }

    /// Given the demo city, then an institution's officer rectifies in it, a department's in their own department and in no
    /// institution, and whoever orders nowhere.
    #[tokio::test]
    async fn where_somebody_rectifies() {
        let fixture = Fixture::new().await;
        for (name, rectifies) in [
            ("welfare-home-1", true),
            ("welfare-centre", true),
            ("fengtai-officer", true),
            ("organiser", false),
            ("oversight", false),
            ("inspector-01", false),
        ] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let own = fixture.unit_of(person).filter(|_| rectifies);
            let bodies: Vec<BodyId> = reader.rectifies_in().collect();
            assert_eq!(bodies, own.into_iter().collect::<Vec<_>>(), "{name}");
        }
    }

    #[tokio::test]
    async fn in_sqlite_see_all_shows_all() {
        see_all_shows_the_ones_that_were_counted(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_see_all_shows_all() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        see_all_shows_the_ones_that_were_counted(fixture).await;
    }

    /// Given the demo city, then whoever looks at today finds behind each link as many as it counts, and those that it shows.
    async fn see_all_shows_the_ones_that_were_counted(fixture: Fixture) {
        let (mut shown, mut waited) = (0, 0);
        for name in [
            "organiser",
            "deputy-organiser",
            "oversight",
            "welfare-home-1",
            "welfare-home-1-discipline",
            "welfare-centre",
            "fengtai-officer",
            "administrator",
        ] {
            let person = fixture.person(name);
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let today = reader.today().await.unwrap();
            let cards: [(&Page<FindingRow>, Part, &[Stage]); 6] = [
                (&today.to_order, Part::Orders, &TO_ORDER),
                (&today.late, Part::Presses, &[]),
                (&today.plans_due, Part::Rectifies, &PLANS_DUE),
                (&today.being_rectified, Part::Rectifies, &BEING_RECTIFIED),
                (&today.to_decide, Part::Orders, &TO_DECIDE),
                (&today.to_re_verify, Part::Verifies, &[Stage::Rectified]),
            ];
            for (card, part, stages) in cards {
                let address = part.address(stages);
                let (_, query) = address.split_once('?').unwrap();
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                let asked = Asked::of(pairs.map(|(name, value)| (name, value.to_owned())));
                let wanted = Wanted {
                    asked: &asked,
                    language: Language::Chinese,
                    rows: Rows::All,
                };
                let listed = reader.list_findings(wanted).await.unwrap();
                assert_eq!(listed.total, card.total, "{name} {address}");
                let all: BTreeSet<FindingId> = listed.rows.iter().map(|row| row.id).collect();
                assert!(card.rows.iter().all(|row| all.contains(&row.id)), "{name}");
                shown += card.total;
            }
            for (waiting, state) in [
                (today.assignments_to_release, AssignmentState::Sealed.code()),
                (today.assignments_open, AssignmentState::UNDER_WAY),
            ] {
                let asked = Asked::of([("assignments", state.to_owned())]);
                let campaigns = reader.list_campaigns(whole(&asked)).await.unwrap().rows;
                let only = campaigns.first().filter(|_| campaigns.len() == 1);
                let mut days = Vec::new();
                if waiting.count > 0 {
                    assert_eq!(only.map(|campaign| campaign.id), waiting.campaign, "{name}");
                    for campaign in campaigns {
                        let asked = Asked::of([
                            ("campaign", campaign.id.to_string()),
                            ("state", state.to_owned()),
                        ]);
                        let listed = reader.list_assignments(whole(&asked)).await.unwrap();
                        days.extend(listed.rows.into_iter().map(|row| row.visit_on));
                    }
                    waited += 1;
                }
                assert_eq!(days.len() as u64, waiting.count, "{name} {state}");
                let days = days.iter().min().copied().zip(days.iter().max().copied());
                assert_eq!(waiting.days, days, "{name} {state}");
            }
        }
        assert!(shown > 0);
        assert!(waited > 0, "the sample has some that are sealed");
    }

    /// Given the demo city with its findings at every stage, then everybody finds listed exactly what they may re-verify: the rows tell
    /// what the rule says of each finding by itself.
    async fn what_is_listed_to_re_verify_is_what_may_be(fixture: &Fixture) {
        let claimed = {
            let reader = fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person("organiser"));
            listed(&reader, "stage", Stage::Rectified.code()).await
        };
        assert!(!claimed.is_empty());
        let (mut may, mut may_not) = (0, 0);
        let people: Vec<PersonId> = fixture.city.sign_ins.iter().map(|one| one.person).collect();
        for person in people {
            let reader = fixture.server.reader(fixture.city.jurisdiction, person);
            let shown = listed(&reader, "mine", Part::Verifies.code()).await;
            assert!(shown.is_subset(&claimed));
            for id in &claimed {
                let view = reader.finding(*id, Language::English).await.unwrap();
                let passes = view.is_some_and(|view| view.may(Step::Pass));
                assert_eq!(shown.contains(id), passes, "{person} {id:?}");
                *(if passes { &mut may } else { &mut may_not }) += 1;
            }
        }
        assert!(may > 0 && may_not > 0);
    }

    async fn listed(reader: &Reader, filter: &str, value: &str) -> BTreeSet<FindingId> {
        let asked = Asked::of([(filter, value.to_owned())]);
        let wanted = Wanted {
            asked: &asked,
            language: Language::Chinese,
            rows: Rows::All,
        };
        let page = reader.list_findings(wanted).await.unwrap();
        page.rows.iter().map(|row| row.id).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn re_verification_on_sqlite() {
        what_is_listed_to_re_verify_is_what_may_be(&Fixture::new().await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn re_verification_on_postgres() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        what_is_listed_to_re_verify_is_what_may_be(&fixture).await;
    }

    #[tokio::test]
    async fn what_waits_is_what_the_reader_can_do_and_open_is_not_closed() {
        // given a key finding that its body's officer planned for and claimed rectified
        let fixture = Fixture::new().await;
        let (visit, order) = fixture.visit_with_one_item().await;
        let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
        let id = FindingId(Uuid::now_v7());
        let photo = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
        let sent = vec![
            fixture.not_met(visit, &order, id, device(1), 1),
            fixture.raised(visit, &order, id, device(1), 2, ("门未关", &photo)),
        ];
        let receipts = fixture.push(&cookie, device(1), sent).await;
        assert_eq!(receipts, [Receipt::Accepted, Receipt::Accepted]);
        let officer = [Role::InstitutionOfficer];
        let both = [Role::InstitutionOfficer, Role::OversightOfficer];
        let officer = of_unit(&fixture, "one-officer", order.target, &officer).await;
        let discipline = of_unit(&fixture, "one-discipline", order.target, &both).await;
        let oversight = fixture.person("oversight");
        let reader = |person| fixture.server.reader(fixture.city.jurisdiction, person);
        let waits = async |person| {
            let today = reader(person).today().await.unwrap();
            (
                today.plans_due.total,
                today.being_rectified.total,
                today.to_re_verify.total,
            )
        };
        let on_finding = |command| Command::Finding { id, command };
        // Others' plans are no business of an overseer.
        let before = waits(oversight).await;
        assert_eq!((before.0, before.1), (0, 0));
        // A plan may come before the notice that asks for it; until then it is nobody's turn.
        assert_eq!(waits(officer).await, (0, 0, 0));
        let plan = FindingCommand::SubmitPlan(Plan {
            affected: "核查".into(),
            at_risk: "排查".into(),
            system_change: "门禁".into(),
            monitoring: "抽查".into(),
            complete_by: domain::working_day::plus_days(reader(officer).calendar_day(), 7),
        });
        does(&fixture, officer, on_finding(plan)).await;
        assert_eq!(waits(officer).await, (0, 0, 0));
        let organiser = fixture.person("organiser");
        let accept = FindingCommand::AcceptPlan {
            plan: 1,
            opinion: String::new(),
        };
        does(&fixture, organiser, on_finding(accept)).await;
        assert_eq!(waits(officer).await, (0, 1, 0));
        let claim = FindingCommand::ClaimRectified(evidence("8"));
        does(&fixture, officer, on_finding(claim)).await;
        // when today asks what can be re-verified
        // then it is the overseer's to do, and neither the officer's nor anyone's of that unit
        assert_eq!(waits(oversight).await, (0, 0, before.2 + 1));
        let shown = reader(oversight).today().await.unwrap().to_re_verify;
        assert!(shown.rows.iter().any(|row| row.id == id));
        for person in [officer, discipline] {
            assert_eq!(waits(person).await, (0, 0, 0));
            let view = reader(person).finding(id, Language::English).await.unwrap();
            assert!(!view.unwrap().may(Step::Pass));
        }
        // and the figure of open key findings is what the list it opens shows, before and after the closure
        let (all, open) = (None, Some(&StageFilter::Open));
        let reader = reader(oversight);
        let (all_before, open_before) = (key(&reader, all).await, key(&reader, open).await);
        assert_eq!(
            reader.figures().await.unwrap().key_findings_open,
            open_before
        );
        let pass = FindingCommand::Pass(evidence("9"));
        does(&fixture, oversight, on_finding(pass)).await;
        assert_eq!(key(&reader, all).await, all_before);
        assert_eq!(key(&reader, open).await, open_before - 1);
        assert_eq!(
            reader.figures().await.unwrap().key_findings_open,
            open_before - 1
        );
    }
}
