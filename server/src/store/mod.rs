//! The log and the rows computed from it, on memory, SQLite or Postgres; one contract suite holds for all three.
//!
//! # Layout
//! - [`Log`]: what every store does; [`Append`] and [`AppendRefusal`]: what is asked of it and how it may say no
//! - `plan`: which events of a batch go where in the log: pure, and the same for all stores
//! - [`change`]: changes of rows, folded so that each row is written once a batch
//! - [`gather`]: questions that wait for each other, so that one round trip serves many; [`writer`]: so do appends
//! - [`memory`], [`sqlite`], [`postgres`]; [`database`]: what the two SQL stores share

use async_trait::async_trait;
use domain::id::{EventId, JurisdictionId};
use domain::instant::Instant;
use domain::record::{Authored, Hash, Recorded};

pub mod change;
pub mod database;
pub mod gather;
pub mod memory;
mod plan;
pub mod postgres;
pub mod sqlite;
pub mod writer;

#[cfg(test)]
pub(crate) mod contract;

use change::{Change, TableRow};

/// Events to append together or not at all.
#[derive(Clone, Debug)]
pub struct Append {
    pub jurisdiction: JurisdictionId,
    pub events: Vec<Authored>,
    /// The streams the decision looked at, with the versions it saw (0: no events). If one has moved since, it is decided again.
    pub expected: Vec<(String, u64)>,
    /// Of a decision that looked at the whole directory, such as whether a name is free, or at all response levels: the position up to
    /// which it saw them. If bodies, people, districts or levels have changed since, it is decided again.
    pub directory_seen: Option<u64>,
    /// Keys that nothing has yet and this append takes. If one was taken since, it is decided again.
    pub claims: Vec<Claim>,
    pub recorded_at: Instant,
}

/// A key that only one may have, such as a document number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// The read model whose rows have such keys: the jurisdiction and one text. Its name and the name of that text's column.
    pub table: (&'static str, &'static str),
    pub key: String,
}

/// Why an append was not done. The others of its batch are not affected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendRefusal {
    #[error("{stream} is at version {found}, not {expected}")]
    StreamMoved {
        stream: String,
        expected: u64,
        found: u64,
    },
    #[error("the directory changed at {changed}, after {seen}")]
    DirectoryMoved { seen: u64, changed: u64 },
    #[error("event {0} is in the log already")]
    Duplicate(EventId),
    #[error("{} {} is taken", .0.table.0, .0.key)]
    Taken(Claim),
    /// The database refused these rows; the reason is its own.
    #[error("the rows cannot be stored: {0}")]
    Unstorable(String),
}

/// The store itself failed; nothing of the batch was stored, or whether it was is not known until it is read again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("a stored {what} cannot be read: {detail}")]
    Corrupt { what: &'static str, detail: String },
    /// What carried this question, or this append, and others failed.
    #[error("the store failed: {0}")]
    Together(String),
    /// No answer came in time. Asked again at once, it would be as slow.
    #[error("the database did not answer in time")]
    TimedOut,
    #[error("what was asked of the store panicked")]
    Panicked,
    #[error("the store is no longer asked")]
    Stopped,
}

impl StoreError {
    pub(crate) fn corrupt(what: &'static str, detail: impl ToString) -> StoreError {
        StoreError::Corrupt {
            what,
            detail: detail.to_string(),
        }
    }
}

/// The last place of a jurisdiction's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub position: u64,
    pub hash: Hash,
}

impl Head {
    pub const EMPTY: Head = Head {
        position: 0,
        hash: Hash::ZERO,
    };
}

/// What becomes of read models when an event is appended: a pure function of the event.
pub type Projector = fn(&Recorded) -> Vec<Change>;

/// What every append came to, in the order of the batch.
pub type Outcomes = Vec<Result<Vec<Recorded>, AppendRefusal>>;

#[async_trait]
pub trait Log: Send + Sync {
    /// Does all appends of a batch in one transaction, with the row changes that follow from their events. When it returns, what was
    /// appended is on disk (memory excepted).
    async fn append_batch(&self, batch: &[Append]) -> Result<Outcomes, StoreError>;

    async fn head(&self, jurisdiction: JurisdictionId) -> Result<Head, StoreError>;

    /// Every jurisdiction with a log.
    async fn jurisdictions(&self) -> Result<Vec<JurisdictionId>, StoreError>;

    /// Jurisdictions whose read models were computed before a migration made or changed their tables: a rebuild is due.
    async fn outdated(&self) -> Result<Vec<JurisdictionId>, StoreError>;

    /// All events of some streams, by position.
    async fn streams(
        &self,
        jurisdiction: JurisdictionId,
        streams: &[String],
    ) -> Result<Vec<Recorded>, StoreError>;

    /// Events after a position, by position.
    async fn after(
        &self,
        jurisdiction: JurisdictionId,
        position: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError>;

    /// Which of these events are in the log.
    async fn known(
        &self,
        jurisdiction: JurisdictionId,
        ids: &[EventId],
    ) -> Result<Vec<EventId>, StoreError>;

    /// The rows of a read model, by key.
    async fn rows(&self, table: &'static change::Table) -> Result<Vec<TableRow>, StoreError>;

    /// Throws all read models of a jurisdiction away and computes them again from its log; returns the events read.
    /// `progress` hears the position now and then.
    async fn rebuild(
        &self,
        jurisdiction: JurisdictionId,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<u64, StoreError>;
}
