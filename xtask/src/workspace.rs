//! Where things are: the checkout, what cargo built, and the folders this program writes.
//!
//! Cargo's own output goes where cargo puts it (`CARGO_TARGET_DIR` is respected). What people and the release build look
//! for has one fixed place below the checkout's `target` folder, wherever cargo builds.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::process::{output_of, step};

/// How the server and the browser's bundle are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build; the server reads the site from its folder.
    Dev,
    /// Small and fast; the server carries the site inside.
    Release,
}

impl Profile {
    pub fn from_release_flag(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }

    /// The word of the command line and of stamps.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// The checkout this program belongs to.
pub struct Workspace {
    root: PathBuf,
    cargo_target: PathBuf,
}

impl Workspace {
    /// Asks cargo where the checkout and its target folder are.
    pub fn locate() -> Result<Self> {
        let metadata = output_of(Command::new(cargo_program()).args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        let metadata: serde_json::Value =
            serde_json::from_str(&metadata).context("reading cargo's metadata")?;
        let folder = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo's metadata lacks {key}"))
        };
        Ok(Self {
            root: folder("workspace_root")?,
            cargo_target: folder("target_directory")?,
        })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Browser journeys, and the npm packages that serve them and the bundle.
    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// What this program writes, such as screenshots and the demo's data.
    pub fn output(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// Everything the browser downloads, as the server serves it or embeds it.
    pub fn site(&self) -> PathBuf {
        self.output("site")
    }

    /// A library for the browser as cargo compiled it, before it is bound to JavaScript.
    pub fn compiled_wasm(&self, profile: Profile, library: &str) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "wasm-release",
        };
        self.cargo_target
            .join("wasm32-unknown-unknown")
            .join(folder)
            .join(format!("{library}.wasm"))
    }

    /// The server's program.
    pub fn server(&self, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.cargo_target.join(folder).join("dubang")
    }

    /// A cargo command at the root of the checkout.
    pub fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.root).args(arguments);
        // What cargo told this program about itself: build scripts that read it would run anew whenever a command is given by
        // hand in between, and `ring`, with all that stands on it, be compiled twice.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_")
                || name.to_string_lossy().starts_with("CARGO_MANIFEST_")
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// Compiles the server; the site must have been bundled, since the release build embeds it.
    pub fn build_server(&self, profile: Profile) -> Result<()> {
        let mut command = self.cargo(["build", "--package", "server", "--bin", "dubang"]);
        if profile == Profile::Release {
            command.arg("--release");
        }
        step(
            &format!("compile the server ({})", profile.name()),
            &mut command,
        )
    }
}

fn cargo_program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
