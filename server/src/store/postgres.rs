//! The log in Postgres.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool, Postgres, Transaction};

use super::database::{Database, bind_value, shape, sql_log};
use super::{Projector, StoreError};

/// A connection that was idle for less than this is taken to be there still; sqlx would ask it before every query, which costs as
/// much as the query.
const TRUSTED: Duration = Duration::from_secs(5);

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

pub struct PostgresLog {
    project: Projector,
    /// What [`shape`] says of the migrations here.
    shape: String,
    read: PgPool,
    /// Few connections, so that the statements of a group commit stay prepared on them.
    write: PgPool,
}

impl PostgresLog {
    /// Connects to and migrates the database at a URL such as `postgres://dubang@db.example/dubang`.
    pub async fn open(url: &str, project: Projector) -> Result<PostgresLog, StoreError> {
        let options = PgConnectOptions::from_str(url)?;
        let pool = |connections| {
            PgPoolOptions::new()
                .max_connections(connections)
                .test_before_acquire(false)
                .before_acquire(|connection, idle| {
                    Box::pin(async move {
                        if idle.idle_for > TRUSTED {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
        };
        let read = pool(10).connect_with(options.clone()).await?;
        MIGRATIONS.run(&read).await?;
        // A statement for each number of rows in a batch.
        let write = pool(2).connect_lazy_with(options.statement_cache_capacity(500));
        Ok(PostgresLog {
            project,
            shape: shape(&MIGRATIONS),
            read,
            write,
        })
    }

    pub fn database(&self) -> Database {
        Database::Postgres(self.read.clone())
    }

    async fn begin(&self) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
        self.write.begin().await
    }
}

sql_log!(PostgresLog, Postgres, PostgresLog::begin);
