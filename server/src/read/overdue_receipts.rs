//! Receipts that are overdue: each of them, how many a notice lacks, and the notices that wait for somebody to press for theirs.
//!
//! They are found one by one, by the notice and the body that lacks it, and never told from a difference of counts: bodies move, change
//! their kind and close, and what one acknowledged before it did stands for nobody else's receipt.

use std::collections::BTreeMap;

use app::api::view::{Due, LateBy, Matter, MatterKind, OverdueReceipt, Page};
use domain::Language;
use domain::id::BodyId;
use domain::instant::Instant;
use domain::notice::receives_for;
use domain::permission::Act;

use super::list::{Wanted, holds};
use super::matters::matter;
use super::notices::reach::{LACKS_RECEIPT, reaches};
use super::notices::read_body;
use super::{Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;

/// Notices looked at for who issues them, those that ran out last: the list has every one.
const LATEST: u32 = 20;

/// Notices `n` and bodies `b` that are there, were reached and have not acknowledged in time, which a body registered later has more of, as
/// [`domain::notice::acknowledge_by`] says. The moment of asking is the second parameter.
fn overdue() -> String {
    format!(
        "from notice n join body b on b.jurisdiction = n.jurisdiction \
         left join body_since s on s.jurisdiction = b.jurisdiction and s.body = b.id \
         where n.jurisdiction = $1 and n.acknowledge_by < $2 and n.withdrawn is null and b.gone = '' \
         and coalesce(s.at, 0) + n.acknowledge_by - n.issued_at < $2 and {LACKS_RECEIPT} and {}",
        reaches()
    )
}

const DUE: &str = "case when coalesce(s.at, 0) > n.issued_at then s.at + n.acknowledge_by - n.issued_at else n.acknowledge_by end";
const REMINDERS: &str =
    "from notice_reminder m where m.jurisdiction = $1 and m.notice = n.id and m.body = b.id";

const DAY: i64 = 24 * 60 * 60 * 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    notice: String,
    number: String,
    title_zh: String,
    title_en: String,
    body: String,
    due: i64,
    reminders: i64,
    reminded_at: Option<i64>,
    reminds: i64,
}

impl Reader {
    /// How many bodies lack the receipt of each of some notices that lacks any, by its id.
    pub(super) async fn overdue_by_notice(
        &self,
        notices: &[String],
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let visible = self.visible(Act::See);
        let sql = format!(
            "select n.id, count(*) {} and {} and {} group by n.id",
            overdue(),
            self.database.is_one_of("n.id", "$3"),
            visible.condition(&self.database, "b.id", "$4")
        );
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.now.millis()).bind(list(notices.iter().cloned())).bind(visible.parameter()).fetch_all(pool).await?);
        let counted = rows.into_iter().map(|(id, bodies)| (id, small(bodies)));
        Ok(counted.collect())
    }

    /// A condition that the viewer reminds `b` of `n`, because they issue notices there or because their own body passed it on. The
    /// first parameter of the two has what [`Visible::parameter`](super::Visible) says of whom they issue to, the second their own bodies.
    fn reminds(&self, issues: &str, own: &str) -> String {
        let to = self.visible(Act::IssueNotices);
        format!(
            "({} or exists (select 1 from notice_passing w where w.jurisdiction = $1 and w.notice = n.id and w.body = b.id and {}))",
            to.condition(&self.database, "b.id", issues),
            self.database.is_one_of("w.from_body", own)
        )
    }

    /// The bodies that the viewer receives for, and reminds those of that they passed a notice on to, as
    /// [`domain::notice::permit_reminder`] says.
    fn passers(&self) -> Vec<BodyId> {
        let directory = &self.known.directory;
        let bodies = directory.active_bodies().map(|(id, _)| id);
        bodies
            .filter(|id| receives_for(directory, self.viewer, *id, self.now).is_ok())
            .collect()
    }

    /// Every one of a body that the viewer sees or reminds; of one notice where it is named.
    async fn overdue_receipts(&self, notice: &str) -> Result<Vec<OverdueReceipt>, StoreError> {
        let (sees, issues) = (self.visible(Act::See), self.visible(Act::IssueNotices));
        let own = self.passers();
        if sees.is_nowhere() && own.is_empty() {
            return Ok(Vec::new());
        }
        let reminds = self.reminds("$4", "$5");
        let sql = format!(
            "select n.id as notice, n.number, n.title_zh, n.title_en, b.id as body, {DUE} as due, \
             (select count(*) {REMINDERS}) as reminders, (select max(m.at) {REMINDERS}) as reminded_at, \
             cast(case when {reminds} then 1 else 0 end as bigint) as reminds \
             {} and ($6 = '' or n.id = $6) and ({} or {reminds}) order by due, n.id, b.id",
            overdue(),
            sees.condition(&self.database, "b.id", "$3")
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.now.millis()).bind(sees.parameter()).bind(issues.parameter())
            .bind(list(own.iter().map(ToString::to_string))).bind(notice).fetch_all(pool).await?);
        rows.into_iter()
            .filter_map(|row| self.overdue_receipt(row).transpose())
            .collect()
    }

    /// None of a body that was never registered.
    fn overdue_receipt(&self, row: Row) -> Result<Option<OverdueReceipt>, StoreError> {
        let body = read_body(&row.body)?;
        let Some(particulars) = self.known.directory.body(body) else {
            return Ok(None);
        };
        Ok(Some(OverdueReceipt {
            notice: parsed("notice id", &row.notice, row.notice.parse().ok())?,
            number: row.number,
            title: both(row.title_zh, row.title_en),
            body: self.linked_body(body),
            kind: particulars.kind,
            district: particulars.district.clone(),
            above: particulars.parent.map(|above| self.named_body(above)),
            acknowledge_by: Instant(row.due),
            days_late: small((self.now.millis() - row.due) / DAY),
            reminders: small(row.reminders),
            reminded_at: row.reminded_at.map(Instant),
            may_remind: row.reminds > 0,
        }))
    }

    /// The longest late first.
    pub async fn list_overdue_receipts(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<OverdueReceipt>, StoreError> {
        let asked = wanted.asked;
        let mut rows = self.overdue_receipts(asked.filter("notice")).await?;
        let late = LateBy::from_code(asked.filter("late"));
        let [kind, district] = ["kind", "district"].map(|name| asked.filter(name));
        let is = |asked: &str, value: Option<String>| {
            asked.is_empty() || value.is_some_and(|value| value == asked)
        };
        rows.retain(|row| {
            let texts = [&row.title, &row.body.name]
                .into_iter()
                .flat_map(|name| Language::ALL.map(|language| name.get(language.tag())));
            let texts: Vec<&str> = texts.chain([row.number.as_str()]).collect();
            is(kind, Some(row.kind.code().to_owned()))
                && is(district, row.district.as_ref().map(|code| code.0.clone()))
                && late.is_none_or(|late| row.days_late >= late.days())
                && (asked.filter("remind").is_empty() || row.may_remind)
                && holds(&texts, &asked.search)
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Notices whose receipts are overdue from bodies that the viewer reminds; and from how many.
    pub(super) async fn receipts_to_chase(
        &self,
        own: &[BodyId],
        matters: &mut Vec<Matter>,
    ) -> Result<(), StoreError> {
        let issues = self.visible(Act::IssueNotices);
        if issues.is_nowhere() && own.is_empty() {
            return Ok(());
        }
        let passed_on = format!(
            "n.id in (select w.notice from notice_passing w where w.jurisdiction = $1 and {})",
            self.database.is_one_of("w.from_body", "$4")
        );
        let looked_at = if issues.is_nowhere() {
            passed_on
        } else {
            format!(
                "({passed_on} or n.id in (select l.id from notice l where l.jurisdiction = $1 and l.acknowledge_by < $2 and l.withdrawn is null \
                 order by l.acknowledge_by desc, l.id limit {LATEST}))"
            )
        };
        let sql = format!(
            "select n.id, n.title_zh, n.title_en, n.acknowledge_by, count(*) {} and {looked_at} and {} \
             group by n.id, n.title_zh, n.title_en, n.acknowledge_by order by n.acknowledge_by desc, n.id",
            overdue(),
            self.reminds("$3", "$4")
        );
        type Row = (String, String, String, i64, i64);
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(self.now.millis()).bind(issues.parameter())
            .bind(list(own.iter().map(ToString::to_string))).fetch_all(pool).await?);
        for (notice, title_zh, title_en, by, bodies) in rows {
            matters.push(matter(
                MatterKind::RemindOfNotice {
                    bodies: super::count(bodies),
                },
                both(title_zh, title_en),
                None,
                Some(Due::At(Instant(by))),
                format!("/notices/overdue?notice={notice}&remind=mine"),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use app::list::Asked;
    use domain::Command;
    use domain::body::{BodyCommand, BodyKind};
    use domain::id::{NoticeId, PersonId};
    use domain::notice::{NoticeCommand, NoticeContent};
    use form::Texts;
    use uuid::Uuid;

    use super::*;
    use crate::http::fixture::Fixture;
    use crate::read::list::whole;
    use crate::server::now;
    use crate::store::contract::fresh_postgres_url;

    #[tokio::test]
    async fn in_sqlite_overdue_receipts_are_those_that_are_owed() {
        overdue_receipts_are_those_that_are_owed(Fixture::new().await).await;
    }

    #[tokio::test]
    async fn in_postgres_overdue_receipts_are_those_that_are_owed() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        overdue_receipts_are_those_that_are_owed(fixture).await;
    }

    impl Fixture {
        fn reads_as(&self, person: PersonId) -> Reader {
            self.server.reader(self.city.jurisdiction, person)
        }

        async fn listed(&self, name: &str, filters: &[(&str, String)]) -> Vec<OverdueReceipt> {
            let asked = Asked::of(filters.iter().map(|(name, value)| (*name, value.clone())));
            let reader = self.reads_as(self.person(name));
            let page = reader.list_overdue_receipts(whole(&asked)).await.unwrap();
            assert_eq!(page.total, page.rows.len() as u64);
            page.rows
        }

        /// How many receipts a notice lacks: the list, the list of notices, the notice's page, its receipts and Today say the same.
        async fn lacking(&self, notice: NoticeId) -> usize {
            let organiser = self.reads_as(self.person("organiser"));
            let listed = self
                .listed("organiser", &[("notice", notice.to_string())])
                .await
                .len();
            let notices = organiser.notices().await.unwrap();
            let row = notices.into_iter().find(|row| row.id == notice).unwrap();
            let view = organiser.notice(notice).await.unwrap().unwrap();
            let receipts = organiser.receipts(notice).await.unwrap().unwrap();
            let said = [row.overdue, view.overdue, receipts.overdue];
            assert_eq!(said, [u32::try_from(listed).unwrap(); 3]);
            let mut matters = Vec::new();
            organiser
                .receipts_to_chase(&[], &mut matters)
                .await
                .unwrap();
            let address = format!("/notices/overdue?notice={notice}&remind=mine");
            let told = matters.iter().find(|matter| matter.address == address);
            let kind = MatterKind::RemindOfNotice {
                bodies: listed as u64,
            };
            assert_eq!(told.map(|matter| matter.kind), Some(kind));
            listed
        }
    }

    /// Given a notice to the elder-care homes of a district that is eight days over its time, when one acknowledges, moves to another
    /// district, and others change their kind and close, then those are counted that owe a receipt now, wherever they are counted; the
    /// list is narrowed by notice, district, kind and days late, and whoever passed it on reminds their own.
    async fn overdue_receipts_are_those_that_are_owed(fixture: Fixture) {
        let does = async |name: &str, command: Command, at: Instant| {
            let done = fixture
                .server
                .ingest
                .command(fixture.person(name), &command, at);
            done.await.unwrap();
        };
        let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
        let centre = fixture.unit_of(fixture.person("welfare-centre")).unwrap();
        let directory = fixture.reads_as(fixture.person("organiser")).known;
        let directory = &directory.directory;
        let district = directory.body(home).unwrap().district.clone().unwrap();
        let id = NoticeId(Uuid::now_v7());
        let by = now().plus_hours(-8 * 24 - 1);
        let content = NoticeContent {
            number: "示例〔2026〕77号".into(),
            title: Texts::both("关于防汛的通知", "Notice on floods"),
            text: Texts::both("做好防汛。", "Prepare for floods."),
            level: None,
            effective_from: by,
            addressees: vec![BodyKind::ElderCare],
            districts: vec![district.clone()],
            bodies: vec![centre],
            attachments: Vec::new(),
            acknowledge_by: by,
        };
        let on_notice = |command| Command::Notice { id, command };
        let issue = on_notice(NoticeCommand::Issue(content));
        does("organiser", issue, by.plus_hours(-1)).await;
        let addressed = fixture.lacking(id).await;
        assert!(addressed > 4, "{addressed}");

        let acknowledge = |body| on_notice(NoticeCommand::Acknowledge { body });
        does("welfare-home-1", acknowledge(home), now()).await;
        assert_eq!(fixture.lacking(id).await, addressed - 1);
        // It moves: what it acknowledged is nobody else's receipt.
        let amend = |body: BodyId, change: &dyn Fn(&mut domain::body::Amendment)| {
            let before = directory.body(body).unwrap().amendable();
            let mut after = before.clone();
            change(&mut after);
            Command::Body {
                id: body,
                command: BodyCommand::Amend {
                    before: Box::new(before),
                    after: Box::new(after),
                },
            }
        };
        let elsewhere = directory.jurisdiction().districts.iter();
        let elsewhere = elsewhere
            .map(|other| other.code.clone())
            .find(|code| *code != district);
        let moves = amend(home, &|after| after.district.clone_from(&elsewhere));
        does("administrator", moves, now()).await;
        assert_eq!(fixture.lacking(id).await, addressed - 1);
        let others: Vec<BodyId> = directory
            .active_bodies()
            .filter(|(body, known)| {
                known.kind == BodyKind::ElderCare
                    && known.district.as_ref() == Some(&district)
                    && *body != home
            })
            .map(|(body, _)| body)
            .collect();
        let changes = amend(others[0], &|after| after.kind = BodyKind::DisabilityService);
        does("administrator", changes, now()).await;
        assert_eq!(fixture.lacking(id).await, addressed - 2);
        let close = Command::Body {
            id: others[1],
            command: BodyCommand::Close {
                reason: "停业".into(),
            },
        };
        does("administrator", close, now()).await;
        let left = addressed - 3;
        assert_eq!(fixture.lacking(id).await, left);

        // The centre is of no district.
        for (filter, value, expected) in [
            ("district", district.0.clone(), left - 1),
            ("kind", BodyKind::Department.code().to_owned(), 1),
            ("late", "7".to_owned(), left),
            ("late", "30".to_owned(), 0),
            ("remind", "mine".to_owned(), left),
            ("search", "2026〕77".to_owned(), left),
            ("search", "没有这样的单位".to_owned(), 0),
        ] {
            let filters = [("notice", id.to_string()), (filter, value.clone())];
            let rows = fixture.listed("organiser", &filters).await;
            assert_eq!(rows.len(), expected, "{filter} {value}");
            for row in rows {
                assert_eq!((row.notice, row.days_late, row.reminders), (id, 8, 0));
                assert_eq!(row.acknowledge_by, by);
            }
        }
        // Who sees one body is told of it alone, and who sees none of nothing.
        let of_notice = [("notice", id.to_string())];
        for (name, bodies) in [
            ("welfare-home-1", 0),
            ("inspector-01", 0),
            ("welfare-centre", 1),
        ] {
            let rows = fixture.listed(name, &of_notice).await;
            assert_eq!(rows.len(), bodies, "{name}");
            assert!(rows.iter().all(|row| !row.may_remind), "{name}");
        }
        // The centre passes it on below itself, and presses for that receipt.
        does("welfare-centre", acknowledge(centre), now()).await;
        let below = fixture.unit_of(fixture.person("children-home")).unwrap();
        let pass_on = NoticeCommand::PassOn {
            from: centre,
            to: vec![below],
        };
        does("welfare-centre", on_notice(pass_on), now()).await;
        assert_eq!(fixture.lacking(id).await, left);
        let remind = NoticeCommand::Remind {
            bodies: vec![below],
        };
        does("welfare-centre", on_notice(remind), now()).await;
        let rows = fixture.listed("welfare-centre", &of_notice).await;
        let [row] = rows.as_slice() else {
            panic!("{rows:?}");
        };
        assert_eq!(
            (row.body.id, row.may_remind, row.reminders),
            (below, true, 1)
        );
        assert!(row.reminded_at.is_some());
        // Once it is withdrawn, nobody owes it anything.
        let withdraw = NoticeCommand::Withdraw {
            reason: "与上一份重复".into(),
        };
        does("organiser", on_notice(withdraw), now()).await;
        assert_eq!(fixture.listed("organiser", &of_notice).await, []);
        let organiser = fixture.reads_as(fixture.person("organiser"));
        let notices = organiser.notices().await.unwrap();
        let row = notices.into_iter().find(|row| row.id == id).unwrap();
        assert_eq!(row.overdue, 0);
    }
}
