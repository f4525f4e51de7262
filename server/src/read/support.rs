//! The supervise-and-help ledger: support owed by regulators, timed beside the rectification owed by institutions.

use app::api::view::{Page, SupportFilter, SupportLedger, SupportRow, SupportState, SupportTotals};
use domain::finding::deadline::late_by;
use domain::id::{BodyId, FindingId};
use domain::instant::{Day, Instant};
use domain::permission::{Act, Place};

use super::findings::COLUMNS;
use super::{PAGE_SIZE, Reader, Visible, count, like, offset, parsed, small};
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

/// What a page of the ledger lists and counts, as the viewer may see it: of the institution, or of the regulator that owes.
fn condition(reader: &Reader, visible: &Visible) -> String {
    format!(
        "s.jurisdiction = $1 and ({} or {})",
        visible.condition(&reader.database, "f.body", "$2"),
        visible.condition(&reader.database, "s.owed_by", "$2")
    )
}

const FROM: &str = "from support s join finding f on f.jurisdiction = s.jurisdiction and f.id = s.finding \
     left join body b on b.jurisdiction = f.jurisdiction and b.id = f.body \
     left join body r on r.jurisdiction = s.jurisdiction and r.id = s.owed_by";

impl Reader {
    pub async fn support_ledger(
        &self,
        filter: &SupportFilter,
    ) -> Result<SupportLedger, StoreError> {
        let visible = self.visible(Act::See);
        let seen = condition(self, &visible);
        let filtered = format!(
            "{seen} and ($3 = '' or ($3 = 'owed' and s.provided is null) or ($3 = 'late' and s.provided is null and s.due < $5) \
             or ($3 = 'provided' and s.provided is not null)) and ($4 = '%%' or lower(s.what) like $4 escape '\\' \
             or lower(b.name_zh) like $4 escape '\\' or lower(b.name_en) like $4 escape '\\' or lower(r.name_zh) like $4 escape '\\' \
             or lower(r.name_en) like $4 escape '\\')"
        );
        let rows = format!(
            "select s.finding, s.number, s.owed_by, s.what, s.due, s.owed_at, s.provided, s.late, s.confirmed_at, s.moved_to {FROM} \
             where {filtered} order by case when s.provided is null then 0 else 1 end, s.due, s.finding, s.number \
             limit {PAGE_SIZE} offset {}",
            offset(filter.page)
        );
        let total = format!("select count(*) {FROM} where {filtered}");
        let totals = format!(
            "select count(case when s.provided is null then 1 end) as owed, \
             count(case when s.provided is null and s.due < $3 then 1 end) as late, count(s.provided) as provided, \
             count(case when s.provided is not null and s.late > 0 then 1 end) as provided_late, count(s.moved_to) as moved \
             {FROM} where {seen}"
        );
        let today = self.calendar_day();
        let state = filter.state.map_or("", SupportState::code);
        let search = like(&filter.search);
        let day = today.to_string();
        let (rows, total, totals): (Vec<Row>, i64, Totals) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(rows.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(state).bind(&search).bind(&day).fetch_all(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(total.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(state).bind(&search).bind(&day).fetch_one(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(totals.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(&day).fetch_one(pool).await?,
        ));
        Ok(SupportLedger {
            totals: SupportTotals {
                owed: count(totals.owed),
                late: count(totals.late),
                provided: count(totals.provided),
                provided_late: count(totals.provided_late),
                moved: count(totals.moved),
            },
            rows: Page {
                rows: self.support_rows(rows, today).await?,
                total: count(total),
                page: filter.page.max(1),
                page_size: PAGE_SIZE,
            },
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
            "select {COLUMNS} where f.jurisdiction = $1 and {}",
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
    use app::api::view::{FindingFilter, SupportFilter, SupportState};
    use domain::Language;

    use crate::http::fixture::Fixture;
    use crate::on_database;

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
        let ledger = async |state| {
            let filter = SupportFilter {
                state,
                ..SupportFilter::default()
            };
            organiser.support_ledger(&filter).await.unwrap()
        };
        let all = ledger(None).await;
        assert_eq!(all.rows.total, all.totals.owed + all.totals.provided);
        for (state, count) in [
            (SupportState::Owed, all.totals.owed),
            (SupportState::Late, all.totals.late),
            (SupportState::Provided, all.totals.provided),
        ] {
            assert_eq!(ledger(Some(state)).await.rows.total, count, "{state:?}");
        }
        assert_eq!((all.totals.provided_late, all.totals.moved), (1, 1));
        let late = ledger(Some(SupportState::Late)).await.rows.rows;
        assert_eq!(late.len(), 1);
        assert!(late[0].late > 0 && !late[0].finding.standing.is_late());
        // An institution sees its own; another's is not there.
        let own = reader("children-home");
        let filter = SupportFilter::default();
        assert_eq!(own.support_ledger(&filter).await.unwrap().rows.total, 1);
        let other = reader("welfare-home-1");
        assert_eq!(other.support_ledger(&filter).await.unwrap().rows.total, 0);

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
            let filter = SupportFilter {
                search: search.into(),
                ..SupportFilter::default()
            };
            reader.support_ledger(&filter).await.unwrap().rows.total
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
        let view = oversight.look_back(drawn[0].id).await.unwrap().unwrap();
        assert_eq!(view.findings.len(), 4);
        let looked = view
            .findings
            .iter()
            .filter(|looked| looked.looked_at.is_some());
        assert_eq!(looked.count(), 2);
        // What waits is offered where it waits, to whom it is independent of.
        for looked in &view.findings {
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
