//! The seeded simulation of the tablets' synchronisation: many seeds, or the story of one. It is an example of the crate `sync`.

use anyhow::Result;

use crate::{process::status_of, workspace::Workspace};

/// What is simulated.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Seeds {
    /// How many seeds, from 0 on.
    #[arg(long)]
    seeds: Option<u64>,
    /// The one seed whose story is told, step by step.
    #[arg(long)]
    seed: Option<u64>,
}

/// Whether everything holds.
pub fn simulate(workspace: &Workspace, seeds: &Seeds) -> Result<bool> {
    let mut command = workspace.cargo([
        "run",
        "--quiet",
        "--release",
        "--package",
        "sync",
        "--example",
        "simulate",
        "--",
    ]);
    if let Some(seeds) = seeds.seeds {
        command.args(["--seeds", &seeds.to_string()]);
    }
    if let Some(seed) = seeds.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    Ok(status_of("simulate", &mut command)?.success())
}
