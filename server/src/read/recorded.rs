//! The events of the whole record as a list, for those from whom nothing in it is hidden.

use app::api::view::{Page, RecordedRow};
use domain::instant::{Day, Instant};

use super::list::{Select, Wanted, each, found_in};
use super::{Reader, count, parsed};
use crate::store::StoreError;
use crate::store::database::list;
use crate::world::start_of;

const COLUMNS: &str = "e.position, e.stream, e.kind, e.actor, case when e.device is null then 0 else 1 end as on_tablet, \
     e.occurred_at, e.recorded_at, e.hash";

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    stream: String,
    kind: String,
    actor: String,
    on_tablet: i32,
    occurred_at: i64,
    recorded_at: i64,
    hash: String,
}

impl Reader {
    /// The latest first; none for those from whom something is hidden, whom even its length would tell of it.
    pub async fn list_recorded(&self, wanted: Wanted<'_>) -> Result<Page<RecordedRow>, StoreError> {
        let asked = wanted.asked;
        let mut select = Select::new(self, COLUMNS, "event e", &[]);
        if !self.sees_every_event() {
            select = select.and("1 = 0");
        }
        let about = asked.filter(RecordedRow::ABOUT);
        if !about.is_empty() {
            let streams = select.bind(format!("{about}/%"));
            select = select.and(&format!("e.stream like {streams}"));
        }
        let zone = self.known.time_zone();
        let day = |name| asked.filter(name).parse::<Day>().ok();
        if let Some(from) = day(RecordedRow::FROM) {
            let from = start_of(from, zone).millis();
            select = select.and(&format!("e.recorded_at >= {from}"));
        }
        if let Some(to) = day(RecordedRow::TO) {
            let after = start_of(domain::working_day::plus_days(to, 1), zone).millis();
            select = select.and(&format!("e.recorded_at < {after}"));
        }
        if !asked.search.trim().is_empty() {
            let people = self.known.directory.people();
            let named =
                people.filter(|(_, person)| found_in([&person.registration.name], &asked.search));
            let named = list(named.map(|(id, _)| id.to_string()));
            select = select.is_one_of(self, "e.actor", named);
        }
        let by = [("number", "e.position")];
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, "e.position desc", "e.position")
            .await?;
        each(page, |row| {
            Ok(RecordedRow {
                position: count(row.position),
                stream: row.stream,
                kind: row.kind,
                actor: self.named_person(parsed("person id", &row.actor, row.actor.parse().ok())?),
                on_tablet: row.on_tablet != 0,
                occurred_at: Instant(row.occurred_at),
                recorded_at: Instant(row.recorded_at),
                hash: row.hash,
            })
        })
    }
}

#[cfg(test)]
mod tests;
