//! What a tablet fetches: the events of the streams its person needs.
//!
//! A person needs the jurisdiction, themself, and for each released assignment of theirs the assignment, its campaign, its checklist,
//! the body to visit, the team, and the inspection. A stream becomes visible at the position where its assignment was released; an
//! event counts from then or from its own position, whichever is later, so nothing older is missed. A sealed assignment has no
//! position yet and makes nothing visible; the cursor only ever names positions of visible events, so it says nothing of others.

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
       from visible v join event e on e.jurisdiction = $1 and e.stream = v.stream) \
     select position, since from counted where since > $3 or (since = $3 and position > $4) order by since, position limit $5";

/// Where a tablet got to: the count of the last event and its position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    since: i64,
    position: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.since, self.position)
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
        let (since, position) = text.split_once('.').ok_or(ParseCursorError)?;
        Ok(Cursor {
            since: since.parse().map_err(|_| ParseCursorError)?,
            position: position.parse().map_err(|_| ParseCursorError)?,
        })
    }
}

impl Reader {
    pub async fn pull(&self, after: Cursor) -> Result<Pulled, StoreError> {
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
        let cursor = rows.last().map_or(after, |last| Cursor {
            since: last.since,
            position: last.position,
        });
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
        })
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
