//! The npm packages of `end2end/`: Playwright for the journeys, esbuild for the bundle.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{
    digest,
    process::{output_of, step},
    workspace::Workspace,
};

const OLDEST_NODE: u32 = 20;

/// Installed packages, ready to run.
pub struct Packages {
    folder: PathBuf,
    version: String,
}

/// Installs what `package-lock.json` names, unless that was done already.
pub fn ensure(workspace: &Workspace) -> Result<Packages> {
    let folder = workspace.end2end();
    let lock = folder.join("package-lock.json");
    let wanted =
        digest::hex(&fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?);
    let stamp = folder.join("node_modules").join(".installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Packages {
            folder,
            version: wanted,
        });
    }
    check_node()?;
    step(
        "install npm packages",
        Command::new("npm")
            .current_dir(&folder)
            // Debian's Chromium is used instead of a downloaded one.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
    )?;
    fs::write(&stamp, &wanted).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(Packages {
        folder,
        version: wanted,
    })
}

impl Packages {
    /// Differs whenever another set of packages is installed.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A command of an installed package, run in `end2end/`.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join("node_modules/.bin").join(name));
        command.current_dir(&self.folder);
        command
    }
}

fn check_node() -> Result<()> {
    let version = output_of(Command::new("node").arg("--version"))
        .with_context(|| format!("Node.js {OLDEST_NODE} or newer is needed, with npm"))?;
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!(
            "Node.js {OLDEST_NODE} or newer is needed; this is {}",
            version.trim()
        ),
    }
}
