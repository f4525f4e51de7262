//! The supervise-and-help ledger: support owed by regulators, timed beside the rectification owed by institutions.

use app::api::view::{Page, SupportRow, SupportState, SupportTotals};
use domain::finding::deadline::late_by;
use domain::id::{BodyId, FindingId};
use domain::instant::{Day, Instant};
use domain::permission::{Act, Place};

use super::list::{Join, Select, Wanted, name_suffix};
use super::{Reader, Visible, count, parsed, small};
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    finding: String,
    number: String,
    owed_by: String,
    what: String,
    due: String,
    owed_at: i64,
    provided: Option<String>,
    late: Option<i64>,
    confirmed_at: Option<i64>,
    moved_to: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Totals {
    owed: i64,
    late: i64,
    provided: i64,
    provided_late: i64,
    moved: i64,
}

const COLUMNS: &str = "s.finding, s.number, s.owed_by, s.what, s.due, s.owed_at, s.provided, s.late, s.confirmed_at, s.moved_to";
/// An item of support owed, among all of them.
const ID: &str = "(s.finding || '/' || s.number)";
const JOINS: &[Join] = &[
    Join {
        alias: "f",
        sql: "join finding f on f.jurisdiction = s.jurisdiction and f.id = s.finding",
    },
    Join {
        alias: "b",
        sql: "left join body b on b.jurisdiction = f.jurisdiction and b.id = f.body",
    },
    Join {
        alias: "r",
        sql: "left join body r on r.jurisdiction = s.jurisdiction and r.id = s.owed_by",
    },
];
/// What is still owed first.
const STATE: &str = "case when s.provided is null then 0 else 1 end";

impl Reader {
    /// What the viewer may see: of the institution, or of the regulator that owes.
    fn sees_support(&self, parameter: &str, visible: &Visible) -> String {
        format!(
            "({} or {})",
            visible.condition(&self.database, "f.body", parameter),
            visible.condition(&self.database, "s.owed_by", parameter)
        )
    }

    /// What is owed first, by the day it is due.
    pub async fn list_support(&self, wanted: Wanted<'_>) -> Result<Page<SupportRow>, StoreError> {
        let asked = wanted.asked;
        let language = name_suffix(wanted.language);
        let today = self.calendar_day();
        let visible = self.visible(Act::See);
        let mut select = Select::new(self, COLUMNS, "support s", JOINS);
        let parameter = select.bind(visible.parameter());
        let mut select = select.and(&self.sees_support(&parameter, &visible)).holds(
            &["s.what", "b.name_zh", "b.name_en", "r.name_zh", "r.name_en"],
            &asked.search,
        );
        select = match SupportState::from_code(asked.filter("state")) {
            None => select,
            Some(SupportState::Owed) => select.and("s.provided is null"),
            Some(SupportState::Provided) => select.and("s.provided is not null"),
            Some(SupportState::Late) => {
                let day = select.bind(today.to_string());
                select.and(&format!("s.provided is null and s.due < {day}"))
            }
        };
        let (by, body, finding) = (
            format!("coalesce(r.name_{language}, '')"),
            format!("coalesce(b.name_{language}, '')"),
            format!("f.title_{language}"),
        );
        let order = [
            ("what", "s.what"),
            ("by", by.as_str()),
            ("due", "s.due"),
            ("state", STATE),
            ("body", &body),
            ("finding", &finding),
        ];
        let own = format!("{STATE}, s.due, {ID}");
        let page: Page<Row> = select
            .page(&self.database, wanted, &order, &own, ID)
            .await?;
        Ok(Page {
            rows: self.support_rows(page.rows, today).await?,
            total: page.total,
            page: page.page,
            page_size: page.page_size,
        })
    }

    /// What the ledger adds up to.
    pub async fn support_totals(&self) -> Result<SupportTotals, StoreError> {
        let visible = self.visible(Act::See);
        let sql = format!(
            "select count(case when s.provided is null then 1 end) as owed, \
             count(case when s.provided is null and s.due < $3 then 1 end) as late, count(s.provided) as provided, \
             count(case when s.provided is not null and s.late > 0 then 1 end) as provided_late, count(s.moved_to) as moved \
             from support s join finding f on f.jurisdiction = s.jurisdiction and f.id = s.finding \
             where s.jurisdiction = $1 and {}",
            self.sees_support("$2", &visible)
        );
        let day = self.calendar_day().to_string();
        let totals: Totals = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).bind(&day).fetch_one(pool).await?);
        Ok(SupportTotals {
            owed: count(totals.owed),
            late: count(totals.late),
            provided: count(totals.provided),
            provided_late: count(totals.provided_late),
            moved: count(totals.moved),
        })
    }

    async fn support_rows(
        &self,
        rows: Vec<Row>,
        today: Day,
    ) -> Result<Vec<SupportRow>, StoreError> {
        let ids = rows
            .iter()
            .map(|row| parsed("finding id", &row.finding, row.finding.parse().ok()))
            .collect::<Result<Vec<FindingId>, _>>()?;
        let findings = self.findings_supported(&ids).await?;
        let mut supports = Vec::with_capacity(rows.len());
        for (row, id) in rows.into_iter().zip(ids) {
            let Some(finding) = findings.iter().find(|finding| finding.id == id).cloned() else {
                continue;
            };
            let by: BodyId = parsed("body id", &row.owed_by, row.owed_by.parse().ok())?;
            let due: Day = parsed("day", &row.due, row.due.parse().ok())?;
            supports.push(SupportRow {
                number: parsed("number", &row.number, row.number.parse().ok())?,
                finding_visible: self.may(Act::See, &Place::Body(finding.body.id)),
                finding,
                by: self.named_body(by),
                what: row.what,
                due,
                owed_at: Instant(row.owed_at),
                late: row.late.map_or_else(|| late_by(due, today), small),
                provided: row.provided.and_then(|day| day.parse().ok()),
                confirmed: row.confirmed_at.is_some(),
                moved_to: row.moved_to.and_then(|day| day.parse().ok()),
            });
        }
        Ok(supports)
    }

    /// Also those of bodies outside the viewer's scope: the regulator that owes support is told what for.
    async fn findings_supported(
        &self,
        ids: &[FindingId],
    ) -> Result<Vec<app::api::view::FindingRow>, StoreError> {
        let sql = format!(
            "select {} where f.jurisdiction = $1 and {}",
            super::findings::COLUMNS,
            self.database.is_one_of("f.id", "$2")
        );
        let ids = serde_json::to_string(ids).unwrap_or_else(|_| "[]".into());
        let rows: Vec<super::findings::Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&ids).fetch_all(pool).await?);
        rows.into_iter().map(|row| self.finding_row(row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use app::api::view::{FindingFilter, LookBackRow, LookedBack, SupportState};
    use app::list::Asked;
    use domain::Language;

    use crate::http::fixture::Fixture;
    use crate::on_database;
    use crate::read::list::whole;

    #[tokio::test]
    async fn the_ledger_counts_what_it_lists_and_late_is_what_stands_late() {
        // given the demo city, with support provided late and support that is late still
        let fixture = Fixture::new().await;
        let reader = |name| {
            fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person(name))
        };
        let organiser = reader("organiser");
        let ledger = async |state: &str| {
            let asked = Asked::of([("state", state.to_owned())]);
            organiser.list_support(whole(&asked)).await.unwrap()
        };
        let totals = organiser.support_totals().await.unwrap();
        assert_eq!(ledger("").await.total, totals.owed + totals.provided);
        for (state, count) in [
            (SupportState::Owed, totals.owed),
            (SupportState::Late, totals.late),
            (SupportState::Provided, totals.provided),
        ] {
            assert_eq!(ledger(state.code()).await.total, count, "{state:?}");
        }
        assert_eq!((totals.provided_late, totals.moved), (1, 1));
        let late = ledger(SupportState::Late.code()).await.rows;
        assert_eq!(late.len(), 1);
        assert!(late[0].late > 0 && !late[0].finding.standing.is_late());
        assert_eq!(late[0].state(), SupportState::Late);
        // An institution sees its own; another's is not there.
        let all = Asked::default();
        for (name, count) in [("children-home", 1), ("welfare-home-1", 0)] {
            let seen = reader(name).list_support(whole(&all)).await.unwrap();
            assert_eq!(seen.total, count, "{name}");
        }

        // and of all findings, the list of what is late has exactly those that stand late, on their pages too
        let of = async |overdue| {
            let filter = FindingFilter {
                overdue,
                ..FindingFilter::default()
            };
            organiser.findings(&filter).await.unwrap()
        };
        let (every, overdue) = (of(false).await, of(true).await);
        let standing: Vec<_> = every
            .rows
            .iter()
            .filter(|row| row.standing.is_late())
            .map(|row| row.id)
            .collect();
        assert_eq!(
            overdue.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            standing
        );
        assert_eq!(overdue.total, standing.len() as u64);
        for row in &every.rows {
            let view = organiser.finding(row.id, Language::English).await.unwrap();
            assert_eq!(&view.unwrap().row, row);
        }
    }

    #[tokio::test]
    async fn a_body_is_found_by_letters_in_its_chinese_name() {
        let fixture = Fixture::new().await;
        on_database!(&fixture.server.database, pool =>
            sqlx::query("update body set name_zh = 'SOS儿童村', name_en = 'X'")
                .execute(pool).await.map(|_| ()).unwrap());
        let person = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, person);
        let found = async |search: &str| {
            let asked = Asked::of([("search", search.to_owned())]);
            reader.list_support(whole(&asked)).await.unwrap().total
        };
        let all = found("").await;
        assert!(all > 0);
        for search in ["SOS", "sos儿童"] {
            assert_eq!(found(search).await, all, "{search}");
        }
        assert_eq!(found("没有").await, 0);
    }

    #[tokio::test]
    async fn a_look_back_lists_what_it_drew_and_how_it_came_out() {
        let fixture = Fixture::new().await;
        let reader = |name| {
            fixture
                .server
                .reader(fixture.city.jurisdiction, fixture.person(name))
        };
        let oversight = reader("oversight");
        let drawn = oversight.look_backs().await.unwrap();
        assert_eq!(drawn.len(), 1);
        assert_eq!(
            (drawn[0].chosen, drawn[0].in_order, drawn[0].not_in_order),
            (4, 1, 1)
        );
        let findings = oversight.looked_back(drawn[0].id).await.unwrap();
        assert_eq!(findings.len(), 4);
        let looked = findings.iter().filter(|looked| looked.looked_at.is_some());
        assert_eq!(looked.count(), 2);
        for looked in &findings {
            assert_eq!(looked.looked_by.is_some(), looked.looked_at.is_some());
            if let Some(by) = &looked.looked_by {
                assert_eq!(by.id, fixture.person("oversight"));
            }
        }
        // They are a list, narrowed by what came of it and by words.
        let listed = async |filters: &[(&str, &str)]| {
            let own = [(LookBackRow::DRAW, drawn[0].id.to_string())].into_iter();
            let more = filters
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()));
            let asked = Asked::of(own.chain(more));
            let page = oversight.list_looked_back(whole(&asked)).await.unwrap();
            page.rows
        };
        for (outcome, number) in [
            (LookedBack::WAITING, 2),
            (LookedBack::IN_ORDER, 1),
            (LookedBack::NOT_IN_ORDER, 1),
        ] {
            let rows = listed(&[(LookedBack::OUTCOME, outcome)]).await;
            assert_eq!(rows.len(), number, "{outcome}");
            assert!(rows.iter().all(|row| row.outcome() == outcome));
        }
        let home = findings[0].finding.body.name.get(form::CHINESE);
        let of_home = listed(&[("search", home)]).await;
        assert!(!of_home.is_empty());
        assert!(
            of_home
                .iter()
                .all(|row| row.finding.body.name.get(form::CHINESE) == home)
        );
        assert_eq!(listed(&[("search", "没有这样的问题")]).await, []);
        // What waits is offered where it waits, to whom it is independent of.
        for looked in &findings {
            let id = looked.finding.id;
            let seen = oversight
                .finding(id, Language::Chinese)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(
                seen.look_backs.is_empty(),
                looked.in_order.is_some(),
                "{id}"
            );
        }
        // Who sees none of the findings learns of no draw.
        assert_eq!(reader("welfare-home-1").look_backs().await.unwrap(), []);
        let day = |text: &str| text.parse().unwrap();
        let closed = oversight
            .closed_in(day("2022-03-01"), day("2022-05-31"))
            .await
            .unwrap();
        assert_eq!(closed.len(), 3);
        let none = oversight
            .closed_in(day("2022-05-31"), day("2022-03-01"))
            .await
            .unwrap();
        assert_eq!(none, []);
    }
}
