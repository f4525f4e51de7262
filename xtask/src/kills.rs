//! `cargo xtask kills`: tab, browser and server killed at random moments while a tablet is worked with (`end2end/kills/`).

use anyhow::Result;

use crate::{playwright::Playwright, process::status_of, workspace::Workspace};

/// How often, and by which chance.
#[derive(clap::Args)]
pub struct Kills {
    #[arg(long, default_value_t = 200)]
    moments: u32,
    /// Decides acts, kinds and delays; another one each time when it is not given.
    #[arg(long)]
    seed: Option<u32>,
}

/// Whether nothing was lost.
pub fn kills(workspace: &Workspace, kills: &Kills) -> Result<bool> {
    let playwright = Playwright::on_dev_build(workspace)?;
    let mut command = playwright.command("tsx");
    command.args(["kills/run.ts", "--moments", &kills.moments.to_string()]);
    if let Some(seed) = kills.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    Ok(status_of("kill at random moments", &mut command)?.success())
}
