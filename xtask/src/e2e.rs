//! `cargo xtask e2e`: the journeys in a browser, without the other checks.

use anyhow::Result;

use crate::{playwright::Playwright, postgres::Database, workspace::Workspace};

/// Builds what the journeys need and runs those that `arguments` select; `true` when none failed.
pub fn e2e(workspace: &Workspace, database: Database, arguments: &[String]) -> Result<bool> {
    let playwright = Playwright::on_dev_build(workspace)?;
    let cluster = database.start()?;
    let journeys = playwright.journeys("journeys", arguments, cluster.as_ref())?;
    println!(
        "{} passed, {} failed, {} skipped",
        journeys.passed, journeys.failed, journeys.skipped
    );
    Ok(journeys.failed == 0)
}
