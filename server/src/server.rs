//! All of it put together.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use domain::Language;
use domain::id::{JurisdictionId, PersonId};
use domain::instant::Instant;

use crate::export;
use crate::file::FileStore;
use crate::ingest::Ingest;
use crate::photo::PhotoStore;
use crate::read::draw_rules::DrawRules;
use crate::read::{Reader, projector};
use crate::session::{Sessions, Token};
use crate::settings::Settings;
use crate::setup::SetupCode;
use crate::store::database::Database;
use crate::store::postgres::PostgresLog;
use crate::store::sqlite::SqliteLog;
use crate::store::{Log, StoreError};
use crate::throttle::SignInThrottle;
use crate::upload::Uploads;
use crate::world::World;

pub struct Server {
    pub settings: Settings,
    pub database: Database,
    pub ingest: Ingest,
    pub photos: PhotoStore,
    pub uploads: Uploads,
    pub files: FileStore,
    pub sessions: Sessions,
    pub throttle: SignInThrottle,
    pub setup: SetupCode,
    pub draw_rules: Arc<DrawRules>,
    /// A permit for each file that is written at a time.
    pub exports: tokio::sync::Semaphore,
    /// Set when the server is to end: streams that would stay open end with it.
    pub stopping: tokio::sync::watch::Sender<bool>,
}

/// One request, once its cookies were read.
#[derive(Clone)]
pub struct Visit {
    pub language: Language,
    pub address: IpAddr,
    pub token: Option<Token>,
    /// Who is signed in.
    pub person: Option<(JurisdictionId, PersonId)>,
}

/// The server's clock.
pub fn now() -> Instant {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Server {
    /// Opens the store that the settings choose, migrated, its read models computed again if a migration changed their tables, and
    /// reads what every decision needs.
    pub async fn open(settings: Settings) -> anyhow::Result<Server> {
        settings.create_data_folder().with_context(|| {
            format!("cannot create the data folder {}", settings.data.display())
        })?;
        let url = settings.database_url();
        let (log, database): (Arc<dyn Log>, Database) = if url.starts_with("sqlite:") {
            let log = SqliteLog::open(&url, projector::project)
                .await
                .with_context(|| format!("cannot open {url}"))?;
            let database = log.database();
            (Arc::new(log), database)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            // The address may hold a password: it is not repeated.
            let log = PostgresLog::open(&url, projector::project)
                .await
                .context("cannot open the Postgres database")?;
            let database = log.database();
            (Arc::new(log), database)
        } else {
            anyhow::bail!("the database URL must start with sqlite: or postgres:");
        };
        rebuild_outdated(&*log)
            .await
            .context("cannot compute the read models again")?;
        let world = Arc::new(World::load(&*log).await.context("cannot read the log")?);
        let setup = if world.known().jurisdiction.is_some() {
            SetupCode::none()
        } else {
            SetupCode::new()
        };
        let photos =
            PhotoStore::open(&settings.photos()).context("cannot open the photo folder")?;
        let files = FileStore::open(&settings.files()).context("cannot open the file folder")?;
        let uploads = Uploads::open(settings.uploads());
        let ingest = Ingest::new(log, world, Arc::new(database.clone()));
        Ok(Server {
            settings,
            sessions: Sessions::open(database.clone()),
            database,
            ingest,
            photos,
            uploads,
            files,
            throttle: SignInThrottle::default(),
            setup,
            draw_rules: Arc::default(),
            exports: tokio::sync::Semaphore::new(export::AT_ONCE),
            stopping: tokio::sync::watch::Sender::new(false),
        })
    }

    /// What one person may ask of the read models, now.
    pub fn reader(&self, jurisdiction: JurisdictionId, viewer: PersonId) -> Reader {
        self.reader_at(jurisdiction, viewer, now())
    }

    /// The same at a moment.
    pub fn reader_at(
        &self,
        jurisdiction: JurisdictionId,
        viewer: PersonId,
        now: Instant,
    ) -> Reader {
        Reader {
            database: self.database.clone(),
            log: self.ingest.log().clone(),
            known: self.ingest.world().known(),
            draw_rules: self.draw_rules.clone(),
            jurisdiction,
            viewer,
            now,
        }
    }
}

/// Fills the tables that a migration made or emptied. Cut short, it is done whole at the next start.
async fn rebuild_outdated(log: &dyn Log) -> Result<(), StoreError> {
    for jurisdiction in log.outdated().await? {
        tracing::info!(%jurisdiction, "the database was migrated: computing the read models again");
        let events = log.rebuild(jurisdiction, &|_| {}).await?;
        tracing::info!(%jurisdiction, events, "the read models are up to date");
    }
    Ok(())
}
