//! The project's own commands. `cargo xtask --help` lists them.
//!
//! On a machine with rustup, Node 20 and Debian's package list each command sets up what it needs itself.
//!
//! # Layout
//! - `bundle.rs` the app's crate → `target/site`; `brotli_copy.rs` and `digest.rs` serve it
//! - `serve.rs` the demo city on this machine
//! - `demo_story.rs` the whole spring of 2022, played and counted
//! - `test.rs` every check there is, in order; `e2e.rs` the journeys in a browser, alone
//! - `simulate.rs` tablets, server and network, seeded
//! - `kills.rs` tab, browser and server killed at random moments · `lighthouse.rs` the field judged by Lighthouse
//! - `bench.rs` measurements as JSON lines; `bench_forms.rs` those of the form engines · `screenshots.rs` every page in both languages
//! - `playwright.rs` what runs in a browser · `postgres.rs` a private cluster · `chromium.rs` the browser · `npm.rs` the packages of `end2end/` · `debian.rs` apt
//! - `process.rs` a step and a background server, both stopped whatever happens · `workspace.rs` where things are

mod bench;
mod bench_forms;
mod brotli_copy;
mod bundle;
mod chromium;
mod debian;
mod demo_story;
mod digest;
mod e2e;
mod kills;
mod lighthouse;
mod npm;
mod playwright;
mod postgres;
mod process;
mod screenshots;
mod serve;
mod simulate;
mod split;
mod test;
mod workspace;

use std::{net::SocketAddr, process::ExitCode};

use anyhow::Result;
use bench::Group;
use clap::{Parser, Subcommand};
use postgres::Database;
use workspace::{Profile, Workspace};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Dubang's own commands",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything, load the demo city and serve it until Ctrl-C.
    Serve {
        /// Build small and fast instead of quickly.
        #[arg(long)]
        release: bool,
        #[arg(long, value_enum, default_value = "sqlite")]
        database: Database,
        #[arg(long, default_value = "127.0.0.1:3000")]
        address: SocketAddr,
    },
    /// Play the whole spring of 2022 into a data folder of its own, count its figures, compute the read models again and compare.
    DemoStory {
        /// With the release build, the site inside.
        #[arg(long)]
        release: bool,
    },
    /// Every check there is; ends with `N passed, N failed`.
    Test,
    /// Build the browser's files into target/site, then the server.
    Build {
        /// Small and fast, the site inside the server.
        #[arg(long)]
        release: bool,
    },
    /// Measure the release build; prints JSON lines.
    Bench {
        #[arg(value_enum, default_value = "all")]
        group: Group,
    },
    /// Tablets, a server and a hostile network, decided by a seed; says which seed fails.
    Simulate(simulate::Seeds),
    /// Kill the tab, the browser and the server at random moments while a tablet is worked with; says what is lost.
    Kills(kills::Kills),
    /// Have Lighthouse judge the field's pages: accessibility, and what an app on a tablet needs.
    Lighthouse,
    /// The journeys in a browser, without the other checks.
    E2e {
        #[arg(long, value_enum, default_value = "sqlite")]
        database: Database,
        /// Handed to the test runner, such as a file name or `--grep word`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Every page in both languages, into target/screenshots.
    Screenshots {
        /// Only the pages whose names contain one of these.
        names: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked; `false` when it found failures it has told already.
fn run(task: Task) -> Result<bool> {
    process::listen_for_interrupt()?;
    let workspace = Workspace::locate()?;
    match task {
        Task::Serve {
            release,
            database,
            address,
        } => {
            serve::serve(
                &workspace,
                Profile::from_release_flag(release),
                database,
                address,
            )?;
        }
        Task::DemoStory { release } => {
            let profile = Profile::from_release_flag(release);
            if release {
                // The release build has the site inside.
                bundle::build(&workspace, profile)?;
            }
            demo_story::demo_story(&workspace, profile)?;
        }
        Task::Test => return test::test(&workspace),
        Task::Build { release } => {
            let profile = Profile::from_release_flag(release);
            bundle::build(&workspace, profile)?;
            workspace.build_server(profile)?;
        }
        Task::Bench { group } => bench::bench(&workspace, group)?,
        Task::Simulate(seeds) => return simulate::simulate(&workspace, &seeds),
        Task::Kills(kills) => return kills::kills(&workspace, &kills),
        Task::Lighthouse => return lighthouse::lighthouse(&workspace),
        Task::E2e {
            database,
            arguments,
        } => return e2e::e2e(&workspace, database, &arguments),
        Task::Screenshots { names } => screenshots::screenshots(&workspace, &names)?,
    }
    Ok(true)
}
