//! `cargo xtask lighthouse`: the field's pages, signed in, judged by Lighthouse (`end2end/lighthouse/`).

use anyhow::Result;

use crate::{
    bundle,
    playwright::Playwright,
    process::status_of,
    workspace::{Profile, Workspace},
};

/// Whether it finds nothing.
pub fn lighthouse(workspace: &Workspace) -> Result<bool> {
    bundle::build(workspace, Profile::Dev)?;
    workspace.build_server(Profile::Dev)?;
    let playwright = Playwright::ensure(workspace, Profile::Dev)?;
    let mut command = playwright.command("tsx");
    command.arg("lighthouse/run.ts");
    Ok(status_of("judge the field's pages", &mut command)?.success())
}
