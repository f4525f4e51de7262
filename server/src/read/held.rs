//! Held records: what the rules could not place.

use app::api::view::HeldRow;
use domain::instant::Instant;
use domain::permission::{Act, Place};

use super::{Reader, both, count, parsed};
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    stream: String,
    actor: String,
    occurred_at: i64,
    kept_at: i64,
    reason_zh: String,
    reason_en: String,
    content: String,
    decision: Option<String>,
}

const HELD: &str = "select id, kind, stream, actor, occurred_at, kept_at, reason_zh, reason_en, content, decision from held \
     where jurisdiction = $1 order by case when decision is null then 0 else 1 end, kept_at desc, id limit 500";
const WAITING: &str = "select count(*) from held where jurisdiction = $1 and decision is null";

impl Reader {
    pub async fn held(&self) -> Result<Vec<HeldRow>, StoreError> {
        if !self.may(Act::SettleHeld, &Place::Jurisdiction) {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(HELD).bind(self.own()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| {
                let indented = serde_json::from_str::<serde_json::Value>(&row.content)
                    .and_then(|value| serde_json::to_string_pretty(&value));
                Ok(HeldRow {
                    id: parsed("event id", &row.id, row.id.parse().ok())?,
                    kind: row.kind,
                    stream: row.stream,
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
