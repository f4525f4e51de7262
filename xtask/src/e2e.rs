//! `cargo xtask e2e`: the journeys in a browser, without the other checks.

use anyhow::Result;

use crate::{
    bundle,
    playwright::Playwright,
    postgres::Database,
    workspace::{Profile, Workspace},
};

/// Builds what the journeys need and runs those that `arguments` select; `true` when none failed.
pub fn e2e(workspace: &Workspace, database: Database, arguments: &[String]) -> Result<bool> {
    bundle::build(workspace, Profile::Dev)?;
    workspace.build_server(Profile::Dev)?;
    let playwright = Playwright::ensure(workspace, Profile::Dev)?;
    let cluster = database.start()?;
    let journeys = playwright.journeys("journeys", arguments, cluster.as_ref())?;
    println!(
        "{} passed, {} failed, {} skipped",
        journeys.passed, journeys.failed, journeys.skipped
    );
    Ok(journeys.failed == 0)
}
