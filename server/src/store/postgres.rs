//! The log in Postgres.

use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres, Transaction};

use super::database::{Database, bind_value, sql_log};
use super::{Projector, StoreError};

pub struct PostgresLog {
    project: Projector,
    read: PgPool,
}

impl PostgresLog {
    /// Connects to and migrates the database at a URL such as `postgres://dubang@db.example/dubang`.
    pub async fn open(url: &str, project: Projector) -> Result<PostgresLog, StoreError> {
        let read = PgPoolOptions::new()
            .max_connections(10)
            .connect(url)
            .await?;
        sqlx::migrate!("migrations/postgres").run(&read).await?;
        Ok(PostgresLog { project, read })
    }

    pub fn database(&self) -> Database {
        Database::Postgres(self.read.clone())
    }

    async fn begin(&self) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
        self.read.begin().await
    }
}

sql_log!(PostgresLog, Postgres, PostgresLog::begin);
