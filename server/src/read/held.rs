//! Held records: what the rules could not place.

use app::api::view::{HeldRow, Page};
use domain::id::EventId;
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::record::StreamKind;

use super::list::{Select, Wanted, each, name_suffix};
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

/// What waits stands before what is settled.
const STATE: &str = "case when h.decision is null then 0 else 1 end";

fn columns() -> String {
    let pages = WITH_PAGES.map(|kind| {
        let (code, id) = (kind.code(), kind.code().len() + 2);
        format!(
            "when h.stream like '{code}/%' then (select count(*) from {code} r \
             where r.jurisdiction = h.jurisdiction and r.id = substr(h.stream, {id})) "
        )
    });
    format!(
        "h.id, h.kind, h.stream, case {} else 0 end as pages, h.actor, h.occurred_at, h.kept_at, h.reason_zh, h.reason_en, \
         h.content, h.decision",
        pages.concat()
    )
}

impl Reader {
    /// What waits to be settled first, then by when it was kept, the latest first.
    pub async fn list_held(&self, wanted: Wanted<'_>) -> Result<Page<HeldRow>, StoreError> {
        let asked = wanted.asked;
        let reason = format!("h.reason_{}", name_suffix(wanted.language));
        let select = Select::new(self, "", "held h", &[])
            .columns(columns())
            .holds(&["h.reason_zh", "h.reason_en"], &asked.search);
        let select = match asked.filter("state") {
            "waiting" => select.and("h.decision is null"),
            "settled" => select.and("h.decision is not null"),
            _ => select,
        };
        let select = if self.may(Act::SettleHeld, &Place::Jurisdiction) {
            select
        } else {
            select.and("1 = 0")
        };
        let by = [
            ("kind", "h.kind"),
            ("state", STATE),
            ("reason", reason.as_str()),
            ("occurred", "h.occurred_at"),
            ("kept", "h.kept_at"),
            ("decision", "coalesce(h.decision, '')"),
        ];
        let own = format!("{STATE}, h.kept_at desc, h.id");
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, &own, "h.id")
            .await?;
        each(page, |row| self.held_row(row))
    }

    /// One of them; None when there is none, or it is not the viewer's to settle.
    pub async fn held(&self, id: EventId) -> Result<Option<HeldRow>, StoreError> {
        if !self.may(Act::SettleHeld, &Place::Jurisdiction) {
            return Ok(None);
        }
        let sql = format!(
            "select {} from held h where h.jurisdiction = $1 and h.id = $2",
            columns()
        );
        let row: Option<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        row.map(|row| self.held_row(row)).transpose()
    }

    fn held_row(&self, row: Row) -> Result<HeldRow, StoreError> {
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
