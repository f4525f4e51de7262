//! Held records: what the rules could not place.

use app::api::view::HeldRow;
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::record::StreamKind;

use super::{Reader, both, count, parsed};
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    stream: String,
    pages: i64,
    actor: String,
    occurred_at: i64,
    kept_at: i64,
    reason_zh: String,
    reason_en: String,
    content: String,
    decision: Option<String>,
}

/// What has pages of its own, each a row of the table of its name.
const WITH_PAGES: [StreamKind; 5] = [
    StreamKind::Body,
    StreamKind::Campaign,
    StreamKind::Finding,
    StreamKind::Inspection,
    StreamKind::Notice,
];
const WAITING: &str = "select count(*) from held where jurisdiction = $1 and decision is null";

impl Reader {
    pub async fn held(&self) -> Result<Vec<HeldRow>, StoreError> {
        if !self.may(Act::SettleHeld, &Place::Jurisdiction) {
            return Ok(Vec::new());
        }
        let pages = WITH_PAGES.map(|kind| {
            let (code, id) = (kind.code(), kind.code().len() + 2);
            format!(
                "when h.stream like '{code}/%' then (select count(*) from {code} r \
                 where r.jurisdiction = h.jurisdiction and r.id = substr(h.stream, {id})) "
            )
        });
        let sql = format!(
            "select h.id, h.kind, h.stream, case {} else 0 end as pages, h.actor, h.occurred_at, h.kept_at, h.reason_zh, h.reason_en, \
             h.content, h.decision from held h where h.jurisdiction = $1 \
             order by case when h.decision is null then 0 else 1 end, h.kept_at desc, h.id limit 500",
            pages.concat()
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| {
                let indented = serde_json::from_str::<serde_json::Value>(&row.content)
                    .and_then(|value| serde_json::to_string_pretty(&value));
                Ok(HeldRow {
                    id: parsed("event id", &row.id, row.id.parse().ok())?,
                    kind: row.kind,
                    stream: row.stream,
                    has_page: row.pages > 0,
                    actor: row.actor.parse().ok().map(|actor| self.named_person(actor)),
                    occurred_at: Instant(row.occurred_at),
                    kept_at: Instant(row.kept_at),
                    reason: both(row.reason_zh, row.reason_en),
                    content: indented.unwrap_or(row.content),
                    decision: row.decision,
                })
            })
            .collect()
    }

    /// How many wait to be settled by the viewer.
    pub async fn held_waiting(&self) -> Result<u64, StoreError> {
        if !self.may(Act::SettleHeld, &Place::Jurisdiction) {
            return Ok(0);
        }
        let waiting: i64 = on_database!(&self.database, pool => sqlx::query_scalar(WAITING).bind(self.own()).fetch_one(pool).await?);
        Ok(count(waiting))
    }
}
