//! Read models computed again, and held against what they were before, row for row.

use std::collections::BTreeMap;
use std::fmt;

use domain::id::JurisdictionId;

use crate::read::TABLES;
use crate::store::change::{RowKey, Table, TableRow};
use crate::store::{Log, StoreError};

/// What a rebuild came to.
pub struct Compared {
    /// Events read.
    pub events: u64,
    /// Every read model, and how many rows it has now.
    pub tables: Vec<(&'static str, usize)>,
    /// Rows that are not what they were, by table and key.
    pub differences: Vec<Difference>,
}

/// A row that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub table: &'static str,
    /// The row's key, without the jurisdiction.
    pub key: Vec<String>,
    pub how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It was there, and the log knows nothing of it.
    Gone,
    /// The log tells of it, and it was not there.
    New,
    /// It said something else than the log does.
    Changed,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.how {
            How::Gone => "was there, though the log knows nothing of it",
            How::New => "was missing",
            How::Changed => "said something else than the log",
        };
        write!(f, "{}: the row {} {how}", self.table, self.key.join(" / "))
    }
}

type Rows = BTreeMap<RowKey, TableRow>;

async fn rows(
    log: &dyn Log,
    jurisdiction: JurisdictionId,
    table: &'static Table,
) -> Result<Rows, StoreError> {
    let own = jurisdiction.to_string();
    let rows = log.rows(table).await?.into_iter();
    Ok(rows
        .filter(|row| row.first() == Some(&own.as_str().into()))
        .map(|row| (RowKey::of(&row[..table.key_length]), row))
        .collect())
}

/// Throws the read models of a jurisdiction away, computes them again, and says which rows are not what they were. Nothing may be
/// written meanwhile; all rows are held in memory.
pub async fn rebuild_and_compare(
    log: &dyn Log,
    jurisdiction: JurisdictionId,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Compared, StoreError> {
    let mut before = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        before.push(rows(log, jurisdiction, table).await?);
    }
    let events = log.rebuild(jurisdiction, progress).await?;
    let mut compared = Compared {
        events,
        tables: Vec::with_capacity(TABLES.len()),
        differences: Vec::new(),
    };
    for (table, before) in TABLES.iter().zip(before) {
        let after = rows(log, jurisdiction, table).await?;
        compared.tables.push((table.name, after.len()));
        compared
            .differences
            .extend(differences(table, &before, &after));
    }
    Ok(compared)
}

fn differences<'a>(
    table: &'static Table,
    before: &'a Rows,
    after: &'a Rows,
) -> impl Iterator<Item = Difference> + use<'a> {
    let of = move |key: &RowKey, how| Difference {
        table: table.name,
        key: key.clone().into_parts().split_off(1),
        how,
    };
    let lost = before.iter().filter_map(move |(key, row)| {
        let how = match after.get(key) {
            None => How::Gone,
            Some(now) if now != row => How::Changed,
            Some(_) => return None,
        };
        Some(of(key, how))
    });
    let new = after.keys().filter(|key| !before.contains_key(*key));
    lost.chain(new.map(move |key| of(key, How::New)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::on_database;

    /// Given read models that are as the log has them, then a rebuild finds nothing; given a row that was changed, one that was taken away
    /// and one that was made up, then it names each of them.
    #[tokio::test]
    async fn a_rebuild_names_the_rows_that_were_not_as_the_log_has_them() {
        let fixture = Fixture::new().await;
        let server = &fixture.server;
        let (log, own) = (server.ingest.log(), fixture.city.jurisdiction);
        let same = rebuild_and_compare(&**log, own, &|_| {}).await.unwrap();
        assert_eq!(same.differences, []);
        assert_eq!(same.tables.len(), TABLES.len());
        let rows_of = |name| same.tables.iter().find(|(table, _)| *table == name);
        assert_eq!(rows_of("finding"), Some(&("finding", 17)));
        for statement in [
            "update finding set stage = 'closed' where code = 'J2'",
            "delete from look_back_finding where outcome = 'pass'",
            "insert into body_since (jurisdiction, body, at) select jurisdiction, 'nobody', 0 from log_head",
        ] {
            on_database!(&server.database, pool => sqlx::query(statement).execute(pool).await.map(|done| assert_eq!(done.rows_affected(), 1))).unwrap();
        }
        let compared = rebuild_and_compare(&**log, own, &|_| {}).await.unwrap();
        let found: Vec<(&str, How)> = compared
            .differences
            .iter()
            .map(|difference| (difference.table, difference.how))
            .collect();
        assert_eq!(
            found,
            [
                ("finding", How::Changed),
                ("body_since", How::Gone),
                ("look_back_finding", How::New),
            ]
        );
        assert_eq!(
            compared.differences[1].to_string(),
            "body_since: the row nobody was there, though the log knows nothing of it"
        );
        let again = rebuild_and_compare(&**log, own, &|_| {}).await.unwrap();
        assert_eq!(again.differences, []);
    }
}
