//! `cargo xtask screenshots`: every page of `end2end/screenshots/pages.json` in both languages, into `target/screenshots/`.

use anyhow::Result;

use crate::{playwright::Playwright, process::step, workspace::Workspace};

/// Builds what the pages need and takes the pictures whose names contain one of `names`, or all.
pub fn screenshots(workspace: &Workspace, names: &[String]) -> Result<()> {
    let playwright = Playwright::on_dev_build(workspace)?;
    step(
        "take screenshots",
        playwright
            .command("tsx")
            .arg("screenshots/take.ts")
            .args(names),
    )
}
