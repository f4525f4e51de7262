//! The demo city into an empty server.

use std::io::{self, Write};

use bytes::Bytes;
use domain::record::Hash;
use domain::{Command, Language};
use futures::{StreamExt as _, TryStreamExt as _, future, stream};

use super::{DemoCity, DemoStep, files};
use crate::account::{self, HashPasswordError};
use crate::entrance_code;
use crate::file::StoreFileError;
use crate::ingest::{Ingest, IngestError};
use crate::photo::StorePhotoError;
use crate::server::Server;
use crate::store::StoreError;

/// Hears of steps once they are recorded.
pub type Heard<'a> = &'a mut (dyn FnMut(&[DemoStep]) + Send);

/// Pictures on their way to disk at once.
const PICTURES_AT_ONCE: usize = 16;

/// What everybody in the demo city signs in with. It is public, as all its data is.
pub const DEMO_PASSWORD: &str = "dubang-demo";

#[derive(Debug, thiserror::Error)]
pub enum LoadDemoError {
    #[error("the city cannot be founded: {0}")]
    Found(#[source] IngestError),
    /// One of those that are taken together with this one.
    #[error("a step at {} is refused: {refused}; it is taken together with {:?}", step.at.millis(), step.command)]
    Step {
        step: Box<DemoStep>,
        #[source]
        refused: IngestError,
    },
    #[error("a file cannot be kept: {0}")]
    File(#[source] StoreFileError),
    #[error(transparent)]
    Password(#[from] HashPasswordError),
    #[error("a picture cannot be kept: {0}")]
    Picture(#[from] StorePhotoError),
    #[error("the codes of the entrances cannot be kept: {0}")]
    EntranceCodes(#[source] StoreError),
    #[error("the sign-ins cannot be kept: {0}")]
    SignIns(#[source] StoreError),
}

/// Founds the city and takes its steps, as their people at their times, its daily reports last. The server must be empty.
pub async fn load(server: &Server, city: &DemoCity) -> Result<(), LoadDemoError> {
    load_without_daily(server, city).await?;
    take_daily(&server.ingest, city).await
}

/// The city's daily reports, after all else.
pub async fn take_daily(ingest: &Ingest, city: &DemoCity) -> Result<(), LoadDemoError> {
    take(ingest, &city.daily(), &mut |_| {}).await
}

/// Founds the city and takes its steps but for the daily reports. The server must be empty.
pub async fn load_without_daily(server: &Server, city: &DemoCity) -> Result<(), LoadDemoError> {
    play(server, city, &mut |_| {}).await
}

/// Founds a city and takes its steps. Steps of one person at one time are recorded together, and `heard` hears of them then. The server
/// must be empty.
pub async fn play(server: &Server, city: &DemoCity, heard: Heard<'_>) -> Result<(), LoadDemoError> {
    // First what can fail without leaving half a city.
    let hash = account::hash_password(DEMO_PASSWORD)?;
    for file in files::FILES {
        let bytes = file.bytes();
        let kept = server.files.put(file.attachment().hash, bytes).await;
        kept.map_err(LoadDemoError::File)?;
    }
    entrance_code::keep_all(&server.database, city.jurisdiction, &city.entrance_codes)
        .await
        .map_err(LoadDemoError::EntranceCodes)?;
    found_and_take(&server.ingest, city, heard).await?;
    let pictures = city.pictures.iter().map(|picture| {
        let bytes = Bytes::copy_from_slice(picture);
        server.photos.put(Hash::of(picture), bytes)
    });
    // Each is on disk before it counts as kept; several are on their way at once.
    stream::iter(pictures)
        .buffer_unordered(PICTURES_AT_ONCE)
        .try_for_each(|_| future::ok(()))
        .await?;
    for sign_in in &city.sign_ins {
        account::set_password_hash(
            &server.database,
            city.jurisdiction,
            sign_in.person,
            &sign_in.name,
            &hash,
            account::ChosenBy::Themselves,
            city.founded_at,
        )
        .await
        .map_err(LoadDemoError::SignIns)?;
    }
    Ok(())
}

/// Founds the city and takes its steps; nobody can sign in yet.
pub async fn take_steps(ingest: &Ingest, city: &DemoCity) -> Result<(), LoadDemoError> {
    found_and_take(ingest, city, &mut |_| {}).await
}

async fn found_and_take(
    ingest: &Ingest,
    city: &DemoCity,
    heard: Heard<'_>,
) -> Result<(), LoadDemoError> {
    ingest
        .found(
            city.jurisdiction,
            city.founding.clone(),
            city.administrator.clone(),
            city.founded_at,
        )
        .await
        .map_err(LoadDemoError::Found)?;
    take(ingest, &city.commands, heard).await
}

async fn take(ingest: &Ingest, steps: &[DemoStep], heard: Heard<'_>) -> Result<(), LoadDemoError> {
    for steps in steps.chunk_by(taken_together) {
        let commands: Vec<Command> = steps.iter().map(|step| step.command.clone()).collect();
        if let Some(first) = steps.first() {
            ingest
                .commands(first.actor, &commands, first.at)
                .await
                .map_err(|refused| LoadDemoError::Step {
                    step: Box::new(first.clone()),
                    refused,
                })?;
            heard(steps);
        }
    }
    Ok(())
}

fn taken_together(one: &DemoStep, next: &DemoStep) -> bool {
    (one.actor, one.at) == (next.actor, next.at)
}

/// Every sign-in with what it is there to show, in both languages, and the password they share.
pub fn print_sign_ins(city: &DemoCity, out: &mut impl Write) -> io::Result<()> {
    let width = city
        .sign_ins
        .iter()
        .map(|sign_in| sign_in.name.len())
        .max()
        .unwrap_or_default();
    writeln!(out, "登录名 Sign-ins（密码 password: {DEMO_PASSWORD}）")?;
    for sign_in in &city.sign_ins {
        let (chinese, english) = (
            sign_in.what.get(Language::Chinese),
            sign_in.what.get(Language::English),
        );
        writeln!(out, "  {:width$}  {chinese} · {english}", sign_in.name)?;
    }
    Ok(())
}
