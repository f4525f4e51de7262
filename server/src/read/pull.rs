//! What a tablet fetches: the events of the streams its person needs. The rule is [`sync::scope`]'s, said here in one query, and
//! where a tablet got to is [`sync::cursor`]'s.

use std::collections::HashMap;

use domain::id::DeviceId;
use domain::record::{Authored, Hash, Recorded};
use sync::cursor::Cursor;
use sync::protocol::{PULL_EVENT_LIMIT, Pulled};
use sync::scope::{RAISED, WITHHELD};

use super::Reader;
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    since: i64,
}

/// The few streams come first, their events by the index: a cross join, whose order SQLite keeps. Left to choose, it reads the whole log.
const VISIBLE: &str = "with mine as (select a.id, a.campaign, a.checklist, a.target, a.cancelled, a.released_position as since \
       from assignment_member m join assignment a on a.jurisdiction = m.jurisdiction and a.id = m.assignment \
       where m.jurisdiction = $1 and m.person = $2 and a.released_position is not null), \
     streams (stream, since) as ( \
       select 'jurisdiction/' || cast($1 as text), 0 union all select 'person/' || cast($2 as text), 0 \
       union all select 'clearance/' || cast($2 as text), 0 \
       union all select 'assignment/' || id, since from mine union all select 'campaign/' || campaign, since from mine \
       union all select 'checklist/' || checklist, since from mine union all select 'body/' || target, since from mine \
       union all select 'inspection/' || id, since from mine \
       union all select 'person/' || t.person, mine.since from mine \
         join assignment_member t on t.jurisdiction = $1 and t.assignment = mine.id), \
     unsigned (finding, since) as (select f.id, case when s.submitted_position > mine.since then s.submitted_position else mine.since end \
       from mine cross join inspector_present s cross join finding f where mine.cancelled = 0 and s.jurisdiction = $1 and s.inspection = mine.id \
         and s.person = $2 and s.signed = 0 and f.jurisdiction = $1 and f.inspection = mine.id), \
     visible (stream, since) as (select stream, min(since) from streams group by stream), \
     counted (position, since) as (select e.position, case when e.position > v.since then e.position else v.since end \
       from visible v cross join event e where e.jurisdiction = $1 and e.stream = v.stream \
         and e.kind not in ($6, $7) \
       union all select e.position, case when e.position > u.since then e.position else u.since end \
         from unsigned u cross join event e where e.jurisdiction = $1 and e.stream = 'finding/' || u.finding and e.kind = $8) \
     select position, since from counted where since > $3 or (since = $3 and position > $4) order by since, position limit $5";

/// The log's chain at a position, and the end of a person's sequence on a device.
const STANDS: &str = "select (select hash from event where jurisdiction = $1 and position = $2) as chain, \
     (select last from device_sequence where jurisdiction = $1 and actor = $3 and device = $4) as last";

#[derive(sqlx::FromRow)]
struct Stands {
    chain: Option<String>,
    last: Option<i64>,
}

impl Stands {
    /// None where the log has no such position.
    fn chain(&self) -> Result<Option<Hash>, StoreError> {
        let hash = |text: &String| super::parsed("hash", text, text.parse().ok());
        self.chain.as_ref().map(hash).transpose()
    }
}

impl Reader {
    /// What comes after a cursor, and how far the log got with what the viewer recorded on a device.
    pub async fn pull(
        &self,
        after: Cursor,
        device: Option<DeviceId>,
    ) -> Result<Pulled, StoreError> {
        let stands = self.stands(after.since, device).await?;
        let after = after.if_still(stands.chain()?);
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(VISIBLE)
            .bind(self.own())
            .bind(self.viewer.to_string())
            .bind(after.since)
            .bind(after.position)
            .bind(i64::from(PULL_EVENT_LIMIT) + 1)
            .bind(WITHHELD[0])
            .bind(WITHHELD[1])
            .bind(RAISED)
            .fetch_all(pool)
            .await?);
        let more = rows.len() > PULL_EVENT_LIMIT as usize;
        let rows = &rows[..rows.len().min(PULL_EVENT_LIMIT as usize)];
        let cursor = match rows.last() {
            None => after,
            Some(last) => {
                let stands = self.stands(last.since, None).await?;
                let chain = stands.chain()?.ok_or_else(|| {
                    StoreError::corrupt("position", "an event that was just read is not there")
                })?;
                Cursor::at(last.since, last.position, chain)
            }
        };
        let positions: Vec<i64> = rows.iter().map(|row| row.position).collect();
        let mut found: HashMap<u64, Authored> = self
            .at(&positions)
            .await?
            .into_iter()
            .map(|recorded| (recorded.position, recorded.authored))
            .collect();
        let told = positions
            .iter()
            .filter_map(|position| found.remove(&super::count(*position)));
        Ok(Pulled {
            events: told.collect(),
            cursor: cursor.to_string(),
            more,
            last_sequence: device.map(|_| stands.last.map_or(0, super::count)),
            person: Some(self.viewer),
        })
    }

    async fn stands(&self, since: i64, device: Option<DeviceId>) -> Result<Stands, StoreError> {
        let device = device.map(|device| device.to_string());
        Ok(on_database!(&self.database, pool => sqlx::query_as(STANDS)
            .bind(self.own())
            .bind(since)
            .bind(self.viewer.to_string())
            .bind(device)
            .fetch_one(pool)
            .await?))
    }

    /// The events at some positions.
    async fn at(&self, positions: &[i64]) -> Result<Vec<Recorded>, StoreError> {
        use crate::store::database::{EventRow, events_at_sql, list};
        if positions.is_empty() {
            return Ok(Vec::new());
        }
        let sql = events_at_sql(&self.database);
        let rows: Vec<EventRow> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own())
            .bind(list(positions.iter().copied()))
            .fetch_all(pool)
            .await?);
        rows.into_iter().map(Recorded::try_from).collect()
    }
}
