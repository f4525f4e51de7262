//! `cargo xtask demo-story`: the whole spring of 2022 played into a data folder of its own, its figures counted, its read models
//! computed again and compared, and its record verified.

use std::{fs, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    process::step,
    workspace::{Profile, Workspace},
};

/// Builds the server and plays; an error when a command is refused, a figure does not add up or a row is not what it was.
pub fn demo_story(workspace: &Workspace, profile: Profile) -> Result<()> {
    workspace.build_server(profile)?;
    play(workspace, profile)
}

/// The same with the server as it was built.
pub fn play(workspace: &Workspace, profile: Profile) -> Result<()> {
    // Beside what else is written there, and left for whoever wants to look at it; the next time it is thrown away first.
    let data = workspace.output("demo-story");
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("emptying {}", data.display()))?;
    }
    let dubang = |arguments: &[&str]| {
        let mut command = Command::new(workspace.server(profile));
        command
            .current_dir(workspace.root())
            .args(arguments)
            .arg("--data")
            .arg(&data)
            // The story has a database of its own, whatever the surroundings say.
            .env_remove("DATABASE_URL")
            .env_remove("DUBANG_DATABASE_URL");
        command
    };
    for (label, arguments) in [
        ("play the story", &["story"][..]),
        ("compute the read models again", &["rebuild", "--compare"]),
        ("verify the record", &["verify"]),
    ] {
        step(label, &mut dubang(arguments))?;
    }
    println!("The story lies in {}.", data.display());
    Ok(())
}
