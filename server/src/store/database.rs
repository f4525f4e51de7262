//! What the two SQL stores share: their SQL (one text for both), the rows it gives, and the implementation of [`super::Log`] over
//! it. sqlx types its queries by database, so the implementation is a macro that each store expands once.

use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::{Authored, Recorded};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Executor as _, PgPool, SqlitePool};

use super::StoreError;

/// Pools for reading. Queries are written once, with [`on_database!`].
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs the same query on whichever database there is.
///
/// ```ignore
/// on_database!(database, pool => sqlx::query_scalar::<_, i64>("select count(*) from body").fetch_one(pool).await)
/// ```
#[macro_export]
macro_rules! on_database {
    ($database:expr, $pool:ident => $query:expr) => {
        match $database {
            $crate::store::database::Database::Sqlite($pool) => $query,
            $crate::store::database::Database::Postgres($pool) => $query,
        }
    };
}

impl Database {
    /// One connection of its own that reads what there is at its first query, whatever is written meanwhile, until it is closed. A
    /// question that takes many statements is answered by one state of the database.
    pub async fn snapshot(&self) -> Result<Database, StoreError> {
        Ok(match self {
            Database::Sqlite(pool) => Database::Sqlite(
                SqlitePoolOptions::new()
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .after_connect(|connection, _| {
                        Box::pin(async move { connection.execute("begin").await.map(|_| ()) })
                    })
                    .connect_with((*pool.connect_options()).clone())
                    .await?,
            ),
            Database::Postgres(pool) => Database::Postgres(
                PgPoolOptions::new()
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .after_connect(|connection, _| {
                        Box::pin(async move {
                            let begin = "begin isolation level repeatable read, read only";
                            connection.execute(begin).await.map(|_| ())
                        })
                    })
                    .connect_with((*pool.connect_options()).clone())
                    .await?,
            ),
        })
    }

    /// Ends what [`Database::snapshot`] began.
    pub async fn close(&self) {
        match self {
            Database::Sqlite(pool) => pool.close().await,
            Database::Postgres(pool) => pool.close().await,
        }
    }

    /// A condition that holds when `expression` is one of the texts of the [`list`] bound to `parameter`.
    pub fn is_one_of(&self, expression: &str, parameter: &str) -> String {
        self.is_one_of_type("text", expression, parameter)
    }

    /// The same for a list of whole numbers.
    pub fn is_one_of_numbers(&self, expression: &str, parameter: &str) -> String {
        self.is_one_of_type("bigint", expression, parameter)
    }

    /// A parameter of a statement whose parameters stand in the order they are bound in; they count from 1. SQLite looks one that is
    /// written with its number up by walking through all of them, each time the statement runs; one without it takes no looking up.
    pub fn placeholder(&self, number: usize) -> String {
        match self {
            Database::Sqlite(_) => "?".to_owned(),
            Database::Postgres(_) => format!("${number}"),
        }
    }

    /// `($1, $2), ($3, $4)` for two rows of two, as the database writes them.
    pub fn placeholders(&self, rows: usize, columns: usize) -> String {
        let row = |row: usize| {
            let parameters = (1..=columns).map(|column| self.placeholder(row * columns + column));
            format!("({})", parameters.collect::<Vec<_>>().join(", "))
        };
        (0..rows).map(row).collect::<Vec<_>>().join(", ")
    }

    fn is_one_of_type(&self, kind: &str, expression: &str, parameter: &str) -> String {
        match self {
            Database::Sqlite(_) => {
                format!("{expression} in (select value from json_each({parameter}))")
            }
            Database::Postgres(_) => format!(
                "{expression} = any(array(select jsonb_array_elements_text({parameter}::jsonb)::{kind}))"
            ),
        }
    }
}

/// A list as one parameter, a JSON array: the statement is the same however long the list is, so it is prepared once.
pub fn list<Item: Into<serde_json::Value>>(items: impl IntoIterator<Item = Item>) -> String {
    serde_json::Value::from_iter(items).to_string()
}

/// The most parameters in one statement. SQLite takes 32,766; statements of few lengths are prepared few times.
pub const PARAMETER_LIMIT: usize = 1_000;

pub const EVENT_COLUMNS: usize = 14;

pub const FOUND_HEAD: &str = "insert into log_head (jurisdiction, position, hash, read_models) values ($1, 0, $2, $3) on conflict (jurisdiction) do nothing";
/// Locks the jurisdiction's log until the transaction ends: positions follow commit order because of it.
pub const LOCK_HEAD: &str =
    "update log_head set position = position where jurisdiction = $1 returning position, hash";
pub const MOVE_HEAD: &str = "update log_head set position = $2, hash = $3 where jurisdiction = $1";
pub const HEAD: &str = "select position, hash from log_head where jurisdiction = $1";
pub const JURISDICTIONS: &str = "select jurisdiction from log_head order by jurisdiction";
/// Jurisdictions whose rows were computed for other tables than there are now.
pub const OUTDATED: &str =
    "select jurisdiction from log_head where read_models <> $1 order by jurisdiction";
pub const MARK_REBUILT: &str = "update log_head set read_models = $2 where jurisdiction = $1";

/// The tables of the read models, named by the migrations that made them: `1,2`.
pub fn shape(migrator: &Migrator) -> String {
    let versions: Vec<String> = migrator
        .iter()
        .map(|migration| migration.version.to_string())
        .collect();
    versions.join(",")
}

macro_rules! event_columns {
    () => {
        "jurisdiction, position, stream, version, id, kind, body, actor, device, device_sequence, occurred_at, recorded_at, \
         previous_hash, hash"
    };
}

pub const EVENTS_AFTER: &str = concat!(
    "select ",
    event_columns!(),
    " from event where jurisdiction = $1 and position > $2 order by position limit $3"
);

pub fn insert_events_sql(database: &Database, rows: usize) -> String {
    format!(
        "insert into event ({}) values {}",
        event_columns!(),
        database.placeholders(rows, EVENT_COLUMNS)
    )
}

/// Events of a list of streams. The plus keeps SQLite from walking the whole log in the order asked for instead of looking the
/// streams up.
pub fn streams_sql(database: &Database) -> String {
    format!(
        "select {} from event where jurisdiction = $1 and {} order by +position",
        event_columns!(),
        database.is_one_of("stream", "$2")
    )
}

/// Events at a list of positions.
pub fn events_at_sql(database: &Database) -> String {
    format!(
        "select {} from event where jurisdiction = $1 and {} order by +position",
        event_columns!(),
        database.is_one_of_numbers("position", "$2")
    )
}

/// The versions of a list of streams.
pub fn versions_sql(database: &Database) -> String {
    format!(
        "select stream, max(version) from event where jurisdiction = $1 and {} group by stream",
        database.is_one_of("stream", "$2")
    )
}

/// Those of a list of ids that are in the log.
pub fn known_sql(database: &Database) -> String {
    format!(
        "select id from event where jurisdiction = $1 and {}",
        database.is_one_of("id", "$2")
    )
}

/// Those of a list of keys that have a row in a read model.
pub fn taken_sql(database: &Database, (table, column): (&str, &str)) -> String {
    format!(
        "select {column} from {table} where jurisdiction = $1 and {}",
        database.is_one_of(column, "$2")
    )
}

/// A row of the event table, in the order of its columns.
#[derive(sqlx::FromRow)]
pub struct EventRow {
    jurisdiction: String,
    position: i64,
    stream: String,
    version: i64,
    id: String,
    kind: String,
    body: String,
    actor: String,
    device: Option<String>,
    device_sequence: Option<i64>,
    occurred_at: i64,
    recorded_at: i64,
    previous_hash: String,
    hash: String,
}

impl TryFrom<EventRow> for Recorded {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Recorded, StoreError> {
        let corrupt = |detail: &dyn std::fmt::Display| {
            StoreError::corrupt("event", format!("{}: {detail}", row.id))
        };
        let authored = Authored {
            id: EventId(row.id.parse().map_err(|error| corrupt(&error))?),
            jurisdiction: JurisdictionId(
                row.jurisdiction.parse().map_err(|error| corrupt(&error))?,
            ),
            actor: PersonId(row.actor.parse().map_err(|error| corrupt(&error))?),
            device: row
                .device
                .as_deref()
                .map(str::parse::<DeviceId>)
                .transpose()
                .map_err(|error| corrupt(&error))?,
            device_sequence: row
                .device_sequence
                .map(u64::try_from)
                .transpose()
                .map_err(|error| corrupt(&error))?,
            occurred_at: Instant(row.occurred_at),
            stream: row.stream.clone(),
            kind: row.kind.clone(),
            body: row.body.clone(),
        };
        Ok(Recorded {
            authored,
            position: u64::try_from(row.position).map_err(|error| corrupt(&error))?,
            version: u64::try_from(row.version).map_err(|error| corrupt(&error))?,
            recorded_at: Instant(row.recorded_at),
            previous_hash: row.previous_hash.parse().map_err(|error| corrupt(&error))?,
            hash: row.hash.parse().map_err(|error| corrupt(&error))?,
        })
    }
}

/// Where something of the directory changed last after a position.
pub const DIRECTORY_CHANGED: &str = "select max(position) from event where jurisdiction = $1 and position > $2 \
     and (stream like $3 || '%' or stream like $4 || '%' or stream like $5 || '%' or stream like $6 || '%')";

/// Positions and versions as the databases hold them.
pub fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

macro_rules! sql_log {
    ($log:ident, $database:ty, $begin:expr) => {
        impl $log {
            /// One jurisdiction's appends in one transaction.
            async fn append_group(
                &self,
                jurisdiction: domain::id::JurisdictionId,
                batch: &[$crate::store::Append],
            ) -> Result<$crate::store::Outcomes, $crate::store::StoreError> {
                use $crate::store::{Claim, StoreError, change, database, plan};

                let own = jurisdiction.to_string();
                let mut transaction = $begin(self).await?;
                let connection = &mut *transaction;
                let head = self.lock_head(connection, &own).await?;

                let mut known = plan::Known::default();
                let sql = database::known_sql(&self.database());
                let ids = sqlx::query_scalar::<$database, String>(sqlx::AssertSqlSafe(sql))
                    .bind(&own)
                    .bind(database::list(
                        plan::ids(batch).iter().map(ToString::to_string),
                    ))
                    .fetch_all(&mut *connection)
                    .await?;
                for id in ids {
                    known.ids.insert(
                        id.parse()
                            .map_err(|error| StoreError::corrupt("event id", error))?,
                    );
                }
                let sql = database::versions_sql(&self.database());
                let versions = sqlx::query_as::<$database, (String, i64)>(sqlx::AssertSqlSafe(sql))
                    .bind(&own)
                    .bind(database::list(plan::streams(batch)))
                    .fetch_all(&mut *connection)
                    .await?;
                for (stream, version) in versions {
                    let version = u64::try_from(version)
                        .map_err(|error| StoreError::corrupt("version", error))?;
                    known.versions.insert(stream, version);
                }
                if let Some(seen) = plan::directory_seen(batch) {
                    let changed =
                        sqlx::query_scalar::<$database, Option<i64>>(database::DIRECTORY_CHANGED)
                            .bind(&own)
                            .bind(database::number(seen))
                            .bind(plan::DIRECTORY[0])
                            .bind(plan::DIRECTORY[1])
                            .bind(plan::DIRECTORY[2])
                            .bind(plan::DIRECTORY[3])
                            .fetch_one(&mut *connection)
                            .await?;
                    known.directory_changed = u64::try_from(changed.unwrap_or(0))
                        .map_err(|error| StoreError::corrupt("position", error))?;
                }
                for (table, keys) in plan::claims(batch) {
                    let sql = database::taken_sql(&self.database(), table);
                    let taken = sqlx::query_scalar::<$database, String>(sqlx::AssertSqlSafe(sql))
                        .bind(&own)
                        .bind(database::list(keys))
                        .fetch_all(&mut *connection)
                        .await?;
                    let taken = taken.into_iter().map(|key| Claim { table, key });
                    known.taken.extend(taken);
                }

                let (moved, outcomes) = plan::plan(head, known, batch);
                let recorded: Vec<&domain::record::Recorded> = outcomes
                    .iter()
                    .filter_map(|outcome| outcome.as_ref().ok())
                    .flatten()
                    .collect();
                if recorded.is_empty() {
                    transaction.rollback().await?;
                    return Ok(outcomes);
                }
                for rows in recorded.chunks(database::PARAMETER_LIMIT / database::EVENT_COLUMNS) {
                    let sql = database::insert_events_sql(&self.database(), rows.len());
                    let mut query = sqlx::query::<$database>(sqlx::AssertSqlSafe(sql));
                    for row in rows {
                        let authored = &row.authored;
                        query = query
                            .bind(&own)
                            .bind(database::number(row.position))
                            .bind(&authored.stream)
                            .bind(database::number(row.version))
                            .bind(authored.id.to_string())
                            .bind(&authored.kind)
                            .bind(&authored.body)
                            .bind(authored.actor.to_string())
                            .bind(authored.device.map(|device| device.to_string()))
                            .bind(authored.device_sequence.map(database::number))
                            .bind(authored.occurred_at.millis())
                            .bind(row.recorded_at.millis())
                            .bind(row.previous_hash.to_string())
                            .bind(row.hash.to_string());
                    }
                    query.execute(&mut *connection).await?;
                }
                sqlx::query::<$database>(database::MOVE_HEAD)
                    .bind(&own)
                    .bind(database::number(moved.position))
                    .bind(moved.hash.to_string())
                    .execute(&mut *connection)
                    .await?;
                let changes =
                    change::Folded::of(recorded.iter().flat_map(|event| (self.project)(event)));
                self.write_rows(connection, changes).await?;
                transaction.commit().await?;
                Ok(outcomes)
            }

            async fn lock_head(
                &self,
                connection: &mut <$database as sqlx::Database>::Connection,
                jurisdiction: &str,
            ) -> Result<$crate::store::Head, $crate::store::StoreError> {
                use $crate::store::{Head, StoreError, database};
                loop {
                    let locked = sqlx::query_as::<$database, (i64, String)>(database::LOCK_HEAD)
                        .bind(jurisdiction)
                        .fetch_optional(&mut *connection)
                        .await?;
                    if let Some((position, hash)) = locked {
                        return Ok(Head {
                            position: u64::try_from(position)
                                .map_err(|error| StoreError::corrupt("head", error))?,
                            hash: hash
                                .parse()
                                .map_err(|error| StoreError::corrupt("head", error))?,
                        });
                    }
                    sqlx::query::<$database>(database::FOUND_HEAD)
                        .bind(jurisdiction)
                        .bind(Head::EMPTY.hash.to_string())
                        .bind(&self.shape)
                        .execute(&mut *connection)
                        .await?;
                }
            }

            async fn write_rows(
                &self,
                connection: &mut <$database as sqlx::Database>::Connection,
                changes: $crate::store::change::Folded,
            ) -> Result<(), sqlx::Error> {
                use $crate::store::{change, database};
                let mut puts: Vec<(&'static change::Table, Vec<change::TableRow>)> = Vec::new();
                let mut sets = Vec::new();
                for (table, key, fate) in changes.into_rows() {
                    match fate {
                        change::RowFate::Put(row) => match puts.last_mut() {
                            Some((last, rows)) if *last == table => rows.push(row),
                            _ => puts.push((table, vec![row])),
                        },
                        change::RowFate::Set(columns) => sets.push((table, key, columns)),
                    }
                }
                for (table, rows) in puts {
                    for rows in rows.chunks(database::PARAMETER_LIMIT / table.columns.len()) {
                        let mut query = sqlx::query::<$database>(sqlx::AssertSqlSafe(
                            change::put_sql(&self.database(), table, rows.len()),
                        ));
                        for row in rows {
                            for (value, (_, column)) in row.iter().zip(table.columns) {
                                query = bind_value!(query, value.clone(), *column);
                            }
                        }
                        query.execute(&mut *connection).await?;
                    }
                }
                for (table, key, columns) in sets {
                    let sql = change::set_sql(&self.database(), table, columns.keys().copied());
                    let mut query = sqlx::query::<$database>(sqlx::AssertSqlSafe(sql));
                    for (index, value) in columns {
                        query = bind_value!(query, value, table.columns[index].1);
                    }
                    for part in key.into_parts() {
                        query = query.bind(part);
                    }
                    query.execute(&mut *connection).await?;
                }
                Ok(())
            }
        }

        #[async_trait::async_trait]
        impl $crate::store::Log for $log {
            async fn append_batch(
                &self,
                batch: &[$crate::store::Append],
            ) -> Result<$crate::store::Outcomes, $crate::store::StoreError> {
                use $crate::store::{AppendRefusal, StoreError};

                let mut outcomes: Vec<Option<_>> = batch.iter().map(|_| None).collect();
                let mut jurisdictions: Vec<_> =
                    batch.iter().map(|append| append.jurisdiction).collect();
                jurisdictions.sort_unstable();
                jurisdictions.dedup();
                for jurisdiction in jurisdictions {
                    let indices: Vec<usize> = (0..batch.len())
                        .filter(|index| batch[*index].jurisdiction == jurisdiction)
                        .collect();
                    let group: Vec<_> = indices.iter().map(|index| batch[*index].clone()).collect();
                    let done = match self.append_group(jurisdiction, &group).await {
                        Ok(done) => done,
                        // One append's rows were refused, and with them the whole transaction. Each on its own tells which.
                        Err(StoreError::Database(sqlx::Error::Database(_))) => {
                            let mut done = Vec::with_capacity(group.len());
                            for append in &group {
                                match self
                                    .append_group(jurisdiction, std::slice::from_ref(append))
                                    .await
                                {
                                    Ok(single) => done.extend(single),
                                    Err(StoreError::Database(sqlx::Error::Database(error)))
                                        if !matches!(
                                            error.kind(),
                                            sqlx::error::ErrorKind::Other
                                        ) || error
                                            .code()
                                            .is_some_and(|code| code.starts_with("22")) =>
                                    {
                                        done.push(Err(AppendRefusal::Unstorable(
                                            error.to_string(),
                                        )));
                                    }
                                    Err(error) => return Err(error),
                                }
                            }
                            done
                        }
                        Err(error) => return Err(error),
                    };
                    for (index, outcome) in indices.into_iter().zip(done) {
                        outcomes[index] = Some(outcome);
                    }
                }
                Ok(outcomes.into_iter().flatten().collect())
            }

            async fn head(
                &self,
                jurisdiction: domain::id::JurisdictionId,
            ) -> Result<$crate::store::Head, $crate::store::StoreError> {
                use $crate::store::{Head, StoreError, database};
                let head = sqlx::query_as::<$database, (i64, String)>(database::HEAD)
                    .bind(jurisdiction.to_string())
                    .fetch_optional(&self.read)
                    .await?;
                let Some((position, hash)) = head else {
                    return Ok(Head::EMPTY);
                };
                Ok(Head {
                    position: u64::try_from(position)
                        .map_err(|error| StoreError::corrupt("head", error))?,
                    hash: hash
                        .parse()
                        .map_err(|error| StoreError::corrupt("head", error))?,
                })
            }

            async fn jurisdictions(
                &self,
            ) -> Result<Vec<domain::id::JurisdictionId>, $crate::store::StoreError> {
                use $crate::store::{StoreError, database};
                sqlx::query_scalar::<$database, String>(database::JURISDICTIONS)
                    .fetch_all(&self.read)
                    .await?
                    .into_iter()
                    .map(|id| {
                        id.parse()
                            .map_err(|error| StoreError::corrupt("jurisdiction", error))
                    })
                    .collect()
            }

            async fn outdated(
                &self,
            ) -> Result<Vec<domain::id::JurisdictionId>, $crate::store::StoreError> {
                use $crate::store::{StoreError, database};
                sqlx::query_scalar::<$database, String>(database::OUTDATED)
                    .bind(&self.shape)
                    .fetch_all(&self.read)
                    .await?
                    .into_iter()
                    .map(|id| {
                        id.parse()
                            .map_err(|error| StoreError::corrupt("jurisdiction", error))
                    })
                    .collect()
            }

            async fn streams(
                &self,
                jurisdiction: domain::id::JurisdictionId,
                streams: &[String],
            ) -> Result<Vec<domain::record::Recorded>, $crate::store::StoreError> {
                use $crate::store::database;
                if streams.is_empty() {
                    return Ok(Vec::new());
                }
                let sql = database::streams_sql(&self.database());
                sqlx::query_as::<$database, database::EventRow>(sqlx::AssertSqlSafe(sql))
                    .bind(jurisdiction.to_string())
                    .bind(database::list(streams.iter().map(String::as_str)))
                    .fetch_all(&self.read)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn after(
                &self,
                jurisdiction: domain::id::JurisdictionId,
                position: u64,
                limit: u32,
            ) -> Result<Vec<domain::record::Recorded>, $crate::store::StoreError> {
                use $crate::store::database;
                sqlx::query_as::<$database, database::EventRow>(database::EVENTS_AFTER)
                    .bind(jurisdiction.to_string())
                    .bind(database::number(position))
                    .bind(i64::from(limit))
                    .fetch_all(&self.read)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn known(
                &self,
                jurisdiction: domain::id::JurisdictionId,
                ids: &[domain::id::EventId],
            ) -> Result<Vec<domain::id::EventId>, $crate::store::StoreError> {
                use $crate::store::{StoreError, database};
                if ids.is_empty() {
                    return Ok(Vec::new());
                }
                let sql = database::known_sql(&self.database());
                sqlx::query_scalar::<$database, String>(sqlx::AssertSqlSafe(sql))
                    .bind(jurisdiction.to_string())
                    .bind(database::list(ids.iter().map(ToString::to_string)))
                    .fetch_all(&self.read)
                    .await?
                    .into_iter()
                    .map(|id| {
                        id.parse()
                            .map_err(|error| StoreError::corrupt("event id", error))
                    })
                    .collect()
            }

            async fn rows(
                &self,
                table: &'static $crate::store::change::Table,
            ) -> Result<Vec<$crate::store::change::TableRow>, $crate::store::StoreError> {
                use sqlx::Row as _;
                use $crate::store::change::{Column, Value};
                let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
                let key = names[..table.key_length].join(", ");
                let sql = format!(
                    "select {} from {} order by {key}",
                    names.join(", "),
                    table.name
                );
                let rows = sqlx::query::<$database>(sqlx::AssertSqlSafe(sql))
                    .fetch_all(&self.read)
                    .await?;
                rows.iter()
                    .map(|row| {
                        let mut values = Vec::with_capacity(table.columns.len());
                        for (index, (_, column)) in table.columns.iter().enumerate() {
                            values.push(match column {
                                Column::Text | Column::TextOrNull => {
                                    Value::from(row.try_get::<Option<String>, _>(index)?)
                                }
                                Column::Integer | Column::IntegerOrNull => {
                                    Value::from(row.try_get::<Option<i64>, _>(index)?)
                                }
                                Column::Real => Value::from(row.try_get::<Option<f64>, _>(index)?),
                            });
                        }
                        Ok(values)
                    })
                    .collect()
            }

            async fn rebuild(
                &self,
                jurisdiction: domain::id::JurisdictionId,
                progress: &(dyn Fn(u64) + Send + Sync),
            ) -> Result<u64, $crate::store::StoreError> {
                use $crate::store::{change, database};
                let own = jurisdiction.to_string();
                let mut transaction = $begin(self).await?;
                let connection = &mut *transaction;
                let head = self.lock_head(connection, &own).await?;
                for table in $crate::read::TABLES {
                    let sql = format!("delete from {} where jurisdiction = $1", table.name);
                    sqlx::query::<$database>(sqlx::AssertSqlSafe(sql))
                        .bind(&own)
                        .execute(&mut *connection)
                        .await?;
                }
                let mut position = 0_u64;
                loop {
                    let page =
                        sqlx::query_as::<$database, database::EventRow>(database::EVENTS_AFTER)
                            .bind(&own)
                            .bind(database::number(position))
                            .bind(1_000_i64)
                            .fetch_all(&mut *connection)
                            .await?;
                    let events: Vec<domain::record::Recorded> = page
                        .into_iter()
                        .map(TryInto::try_into)
                        .collect::<Result<_, _>>()?;
                    let Some(last) = events.last() else { break };
                    position = last.position;
                    let changes =
                        change::Folded::of(events.iter().flat_map(|event| (self.project)(event)));
                    self.write_rows(connection, changes).await?;
                    progress(position);
                }
                sqlx::query::<$database>(database::MARK_REBUILT)
                    .bind(&own)
                    .bind(&self.shape)
                    .execute(&mut *connection)
                    .await?;
                transaction.commit().await?;
                Ok(head.position)
            }
        }
    };
}

/// Binds a value with its column's type, so that an empty one has a type too.
macro_rules! bind_value {
    ($query:ident, $value:expr, $column:expr) => {{
        use $crate::store::change::{Column, Value};
        match ($value, $column) {
            (Value::Text(text), _) => $query.bind(text),
            (Value::Integer(number), _) => $query.bind(number),
            (Value::Real(number), _) => $query.bind(number),
            (Value::Null, Column::Text | Column::TextOrNull) => $query.bind(None::<String>),
            (Value::Null, Column::Integer | Column::IntegerOrNull) => $query.bind(None::<i64>),
            (Value::Null, Column::Real) => $query.bind(None::<f64>),
        }
    }};
}

pub(super) use {bind_value, sql_log};
