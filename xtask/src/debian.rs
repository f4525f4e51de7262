//! Getting a missing program from Debian, when this machine is one and we may.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::process::step;

/// Installs `packages` when running as root with apt at hand; else says what to install.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !rustix::process::geteuid().is_root() || find_program("apt-get").is_none() {
        bail!("{what} is missing; install it first (on Debian, as root: apt-get install {names})");
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-qq", "-o", "Dpkg::Use-Pty=0"])
            .args(arguments);
        command
    };
    step("refresh Debian's package list", &mut apt(&["update"]))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    step(
        &format!("install {names} from Debian"),
        &mut apt(&arguments),
    )
}

/// The first file called `name` in the folders of `PATH`, and in those where Debian keeps system programs.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/bin", "/usr/sbin", "/bin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}
