//! The log in SQLite: one file, WAL, every commit on disk before it is acknowledged.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

use super::database::{Database, bind_value, shape, sql_log};
use super::{Projector, StoreError};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

pub struct SqliteLog {
    project: Projector,
    /// What [`shape`] says of the migrations here.
    shape: String,
    read: SqlitePool,
    /// One connection: SQLite has one writer, and waiting for it here is fair.
    write: SqlitePool,
}

impl SqliteLog {
    /// Opens, creates if need be and migrates the database at a URL such as `sqlite:///var/lib/dubang/dubang.db`.
    pub async fn open(url: &str, project: Projector) -> Result<SqliteLog, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            .pragma("mmap_size", "268435456")
            .pragma("cache_size", "-32768");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(false))
            .await?;
        Ok(SqliteLog {
            project,
            shape: shape(&MIGRATIONS),
            read,
            write,
        })
    }

    pub fn database(&self) -> Database {
        Database::Sqlite(self.read.clone())
    }

    async fn begin(&self) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
        self.write.begin_with("BEGIN IMMEDIATE").await
    }
}

sql_log!(SqliteLog, Sqlite, SqliteLog::begin);
