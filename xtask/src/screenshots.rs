//! `cargo xtask screenshots`: every page of `end2end/screenshots/pages.json` in both languages, into `target/screenshots/`.

use anyhow::Result;

use crate::{
    bundle,
    playwright::Playwright,
    process::step,
    workspace::{Profile, Workspace},
};

/// Builds what the pages need and takes the pictures whose names contain one of `names`, or all.
pub fn screenshots(workspace: &Workspace, names: &[String]) -> Result<()> {
    bundle::build(workspace, Profile::Dev)?;
    workspace.build_server(Profile::Dev)?;
    let playwright = Playwright::ensure(workspace, Profile::Dev)?;
    step(
        "take screenshots",
        playwright
            .command("tsx")
            .arg("screenshots/take.ts")
            .args(names),
    )
}
