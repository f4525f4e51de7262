//! `cargo xtask lighthouse`: the field's pages, signed in, judged by Lighthouse (`end2end/lighthouse/`).

use anyhow::Result;

use crate::{playwright::Playwright, process::status_of, workspace::Workspace};

/// Whether it finds nothing.
pub fn lighthouse(workspace: &Workspace) -> Result<bool> {
    let playwright = Playwright::on_dev_build(workspace)?;
    let mut command = playwright.command("tsx");
    command.arg("lighthouse/run.ts");
    Ok(status_of("judge the field's pages", &mut command)?.success())
}
