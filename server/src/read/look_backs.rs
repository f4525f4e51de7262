//! Look-backs: the draws, and what was found when the drawn findings were looked at again.

use std::collections::BTreeMap;

use app::api::view::{LookBackRow, LookedBack, Page};
use domain::Event;
use domain::finding::FindingEvent;
use domain::id::{FindingId, LookBackId, PersonId};
use domain::instant::{Day, Instant};
use domain::look_back::POPULATION_LIMIT;
use domain::permission::Act;
use domain::record::{Recorded, StreamKind};

use super::findings::COLUMNS;
use super::list::{Wanted, found_in, holds};
use super::{Reader, count, parsed, severity_code, small};
use crate::on_database;
use crate::store::StoreError;
use crate::world::start_of;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    seed: String,
    share: i64,
    closed: i64,
    chosen: i64,
    drawn_at: i64,
    drawn_by: String,
    in_order: i64,
    not_in_order: i64,
}

const OUTCOME: &str = "(select count(*) from look_back_finding o where o.jurisdiction = l.jurisdiction and o.look_back = l.id and o.outcome = ";

impl Reader {
    fn look_back_row(&self, row: Row) -> Result<LookBackRow, StoreError> {
        Ok(LookBackRow {
            id: parsed("look-back id", &row.id, row.id.parse().ok())?,
            drawn_at: Instant(row.drawn_at),
            drawn_by: self.named_person(parsed(
                "person id",
                &row.drawn_by,
                row.drawn_by.parse().ok(),
            )?),
            seed: row.seed,
            share: small(row.share),
            closed: count(row.closed),
            chosen: count(row.chosen),
            in_order: count(row.in_order),
            not_in_order: count(row.not_in_order),
        })
    }

    pub async fn list_look_backs(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<LookBackRow>, StoreError> {
        let asked = wanted.asked;
        let mut rows = self.look_backs().await?;
        rows.retain(|row| {
            let fits = match asked.filter("state") {
                LookBackRow::WAITING => row.left() > 0,
                LookBackRow::DONE => row.left() == 0,
                _ => true,
            };
            fits && (holds(&[&row.seed], &asked.search)
                || found_in([&row.drawn_by.name], &asked.search))
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Look-backs that drew a finding the viewer sees, newest first.
    pub async fn look_backs(&self) -> Result<Vec<LookBackRow>, StoreError> {
        self.look_backs_where("1 = 1", "").await
    }

    async fn look_backs_where(
        &self,
        condition: &str,
        id: &str,
    ) -> Result<Vec<LookBackRow>, StoreError> {
        let visible = self.visible(Act::See);
        let sql = format!(
            "select l.id, l.seed, l.share, l.closed, l.chosen, l.drawn_at, l.drawn_by, {OUTCOME}'pass') as in_order, \
             {OUTCOME}'fail') as not_in_order from look_back l where l.jurisdiction = $1 and $3 = $3 and {condition} \
             and exists (select 1 from look_back_finding c join finding f on f.jurisdiction = c.jurisdiction and f.id = c.finding \
             where c.jurisdiction = l.jurisdiction and c.look_back = l.id and {}) order by l.drawn_at desc, l.id desc",
            visible.condition(&self.database, "f.body", "$2")
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).bind(id).fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| self.look_back_row(row))
            .collect()
    }

    /// One draw; None when it drew no finding that the viewer sees.
    pub async fn look_back(&self, id: LookBackId) -> Result<Option<LookBackRow>, StoreError> {
        let id = id.to_string();
        Ok(self.look_backs_where("l.id = $3", &id).await?.pop())
    }

    /// What a draw drew of what the viewer sees.
    pub async fn list_looked_back(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<LookedBack>, StoreError> {
        let asked = wanted.asked;
        let mut rows = match asked.filter(LookBackRow::DRAW).parse() {
            Ok(draw) => self.looked_back(draw).await?,
            Err(_) => Vec::new(),
        };
        let is = |asked: &str, value: &str| asked.is_empty() || asked == value;
        rows.retain(|row| {
            let finding = &row.finding;
            let names = [&finding.title, &finding.body.name];
            is(asked.filter(LookedBack::OUTCOME), row.outcome())
                && is(asked.filter("severity"), severity_code(finding.severity))
                && (found_in(names, &asked.search) || holds(&[&finding.note], &asked.search))
        });
        Ok(self.page_of(rows, wanted))
    }

    /// Those of a draw's findings that the viewer sees.
    pub async fn looked_back(&self, id: LookBackId) -> Result<Vec<LookedBack>, StoreError> {
        let text = id.to_string();
        let visible = self.visible(Act::See);
        let of_draw = "join look_back_finding c on c.jurisdiction = f.jurisdiction and c.finding = f.id and c.look_back = $3";
        let outcomes = format!(
            "select c.finding, c.outcome, c.looked_at from finding f {of_draw} where f.jurisdiction = $1 and {} order by c.finding",
            visible.condition(&self.database, "f.body", "$2")
        );
        let findings = format!(
            "select {COLUMNS} {of_draw} where f.jurisdiction = $1 and {} order by f.id",
            visible.condition(&self.database, "f.body", "$2")
        );
        let (outcomes, findings): (
            Vec<(String, Option<String>, Option<i64>)>,
            Vec<super::findings::Row>,
        ) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(outcomes.as_str())).bind(self.own()).bind(visible.parameter()).bind(&text).fetch_all(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(findings.as_str())).bind(self.own()).bind(visible.parameter()).bind(&text).fetch_all(pool).await?,
        ));
        let seen: Vec<&str> = outcomes
            .iter()
            .filter(|(_, outcome, _)| outcome.is_some())
            .map(|(finding, ..)| finding.as_str())
            .collect();
        let mut lookers = self.lookers(id, &seen).await?;
        let mut looked = Vec::with_capacity(findings.len());
        for (row, (finding, outcome, looked_at)) in findings.into_iter().zip(outcomes) {
            looked.push(LookedBack {
                finding: self.finding_row(row)?,
                in_order: outcome.map(|outcome| outcome == "pass"),
                looked_at: looked_at.map(Instant),
                looked_by: lookers
                    .remove(&finding)
                    .map(|person| self.named_person(person)),
            });
        }
        Ok(looked)
    }

    /// Who looked at these findings of a draw again.
    async fn lookers(
        &self,
        draw: LookBackId,
        findings: &[&str],
    ) -> Result<BTreeMap<String, PersonId>, StoreError> {
        let streams: Vec<String> = findings
            .iter()
            .map(|finding| format!("{}/{finding}", StreamKind::Finding.code()))
            .collect();
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let looker = |recorded: &Recorded| {
            let Event::Finding(
                FindingEvent::LookBackPassed { draw: of, .. }
                | FindingEvent::LookBackFailed { draw: of, .. },
            ) = recorded.authored.event().ok()?
            else {
                return None;
            };
            let finding = recorded.authored.stream()?.id.to_string();
            (of == draw).then_some((finding, recorded.authored.actor))
        };
        Ok(events.iter().filter_map(looker).collect())
    }

    /// Look-backs that drew a finding.
    pub(super) async fn look_backs_of(&self, id: FindingId) -> Result<Vec<LookBackId>, StoreError> {
        let sql = "select look_back from look_back_finding where jurisdiction = $1 and finding = $2 order by look_back";
        let draws: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(sql)
            .bind(self.own()).bind(id.to_string()).fetch_all(pool).await?);
        draws
            .iter()
            .map(|draw| parsed("look-back id", draw, draw.parse().ok()))
            .collect()
    }

    /// Findings closed from one day to another in whose matters the viewer re-verifies; one more than a draw takes, at most.
    pub async fn closed_in(&self, from: Day, to: Day) -> Result<Vec<FindingId>, StoreError> {
        let visible = self.visible(Act::ReVerify);
        let sql = format!(
            "select f.id from finding f where f.jurisdiction = $1 and {} and f.stage = 'closed' and f.closed_at >= $3 \
             and f.closed_at < $4 order by f.id limit {}",
            visible.condition(&self.database, "f.body", "$2"),
            POPULATION_LIMIT + 1
        );
        let zone = self.known.time_zone();
        let (first, after) = (
            start_of(from, zone),
            start_of(domain::working_day::plus_days(to, 1), zone),
        );
        let ids: Vec<String> = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).bind(first.millis()).bind(after.millis()).fetch_all(pool).await?);
        ids.iter()
            .map(|id| parsed("finding id", id, id.parse().ok()))
            .collect()
    }
}
