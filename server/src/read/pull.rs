//! What a tablet fetches: the events of the streams its person needs.
//!
//! A person needs the jurisdiction, themself, and for each released assignment of theirs the assignment, its campaign, its checklist,
//! the body to visit, the team, and the inspection. A stream becomes visible at the position where its assignment was released; an
//! event counts from then or from its own position, whichever is later, so nothing older is missed. A sealed assignment has no
//! position yet and makes nothing visible; the cursor only ever names positions of visible events, so it says nothing of others.
//!
//! A log restored from an older copy gives its positions anew, to other events. So a cursor also names the events it stands at: one
//! that names others is of a log that is gone, and the tablet begins anew.

use domain::id::{DeviceId, EventId};
use domain::record::Recorded;
use sync::protocol::{PULL_EVENT_LIMIT, Pulled};

use super::Reader;
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    since: i64,
}

/// The few streams come first, their events by the index: a cross join, whose order SQLite keeps. Left to choose, it reads the whole log.
const VISIBLE: &str = "with mine as (select a.id, a.campaign, a.checklist, a.target, a.released_position as since \
       from assignment_member m join assignment a on a.jurisdiction = m.jurisdiction and a.id = m.assignment \
       where m.jurisdiction = $1 and m.person = $2 and a.released_position is not null), \
     streams (stream, since) as ( \
       select 'jurisdiction/' || cast($1 as text), 0 union all select 'person/' || cast($2 as text), 0 \
       union all select 'assignment/' || id, since from mine union all select 'campaign/' || campaign, since from mine \
       union all select 'checklist/' || checklist, since from mine union all select 'body/' || target, since from mine \
       union all select 'inspection/' || id, since from mine \
       union all select 'person/' || t.person, mine.since from mine \
         join assignment_member t on t.jurisdiction = $1 and t.assignment = mine.id), \
     visible (stream, since) as (select stream, min(since) from streams group by stream), \
     counted (position, since) as (select e.position, case when e.position > v.since then e.position else v.since end \
       from visible v cross join event e where e.jurisdiction = $1 and e.stream = v.stream) \
     select position, since from counted where since > $3 or (since = $3 and position > $4) order by since, position limit $5";

/// The events at the two positions of a cursor, and the end of a person's sequence on a device.
const STANDS: &str = "select (select id from event where jurisdiction = $1 and position = $2) as since, \
     (select id from event where jurisdiction = $1 and position = $3) as position, \
     (select last from device_sequence where jurisdiction = $1 and actor = $4 and device = $5) as last";

#[derive(sqlx::FromRow)]
struct Stands {
    since: Option<String>,
    position: Option<String>,
    last: Option<i64>,
}

/// Where a tablet got to: the count of the last event, its position, and which events the log had at the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    since: i64,
    position: i64,
    events: u64,
}

impl Cursor {
    fn is_beginning(self) -> bool {
        self == Cursor::default()
    }
}

impl Stands {
    /// Both events in one number; None where the log has no such position.
    fn events(&self) -> Result<Option<u64>, StoreError> {
        let (Some(since), Some(position)) = (&self.since, &self.position) else {
            return Ok(None);
        };
        let low = |text: &str| -> Result<u64, StoreError> {
            let id: EventId = super::parsed("event id", text, text.parse().ok())?;
            Ok(id.0.as_u64_pair().1)
        };
        Ok(Some(low(since)?.rotate_left(1) ^ low(position)?))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_beginning() {
            return Ok(());
        }
        let Cursor {
            since,
            position,
            events,
        } = self;
        write!(f, "{since}.{position}.{events:016x}")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this server")]
pub struct ParseCursorError;

impl std::str::FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Cursor, ParseCursorError> {
        if text.is_empty() {
            return Ok(Cursor::default());
        }
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(ParseCursorError);
        Ok(Cursor {
            since: part()?.parse().map_err(|_| ParseCursorError)?,
            position: part()?.parse().map_err(|_| ParseCursorError)?,
            events: u64::from_str_radix(part()?, 16).map_err(|_| ParseCursorError)?,
        })
    }
}

impl Reader {
    /// What comes after a cursor, and how far the log got with what the viewer recorded on a device.
    pub async fn pull(
        &self,
        after: Cursor,
        device: Option<DeviceId>,
    ) -> Result<Pulled, StoreError> {
        let stands = self.stands(after, device).await?;
        let after = if stands.events()? == Some(after.events) {
            after
        } else {
            Cursor::default()
        };
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(VISIBLE)
            .bind(self.own())
            .bind(self.viewer.to_string())
            .bind(after.since)
            .bind(after.position)
            .bind(i64::from(PULL_EVENT_LIMIT) + 1)
            .fetch_all(pool)
            .await?);
        let more = rows.len() > PULL_EVENT_LIMIT as usize;
        let rows = &rows[..rows.len().min(PULL_EVENT_LIMIT as usize)];
        let cursor = match rows.last() {
            None => after,
            Some(last) => {
                let reached = Cursor {
                    since: last.since,
                    position: last.position,
                    events: 0,
                };
                let events = self.stands(reached, None).await?.events()?;
                Cursor {
                    events: events.unwrap_or_default(),
                    ..reached
                }
            }
        };
        let mut events = Vec::with_capacity(rows.len());
        for recorded in self
            .at(&rows.iter().map(|row| row.position).collect::<Vec<_>>())
            .await?
        {
            events.push(recorded.authored);
        }
        Ok(Pulled {
            events,
            cursor: cursor.to_string(),
            more,
            last_sequence: device.map(|_| stands.last.map_or(0, super::count)),
        })
    }

    async fn stands(&self, at: Cursor, device: Option<DeviceId>) -> Result<Stands, StoreError> {
        let device = device.map(|device| device.to_string());
        Ok(on_database!(&self.database, pool => sqlx::query_as(STANDS)
            .bind(self.own())
            .bind(at.since)
            .bind(at.position)
            .bind(self.viewer.to_string())
            .bind(device)
            .fetch_one(pool)
            .await?))
    }

    /// The events at some positions, in their order.
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
