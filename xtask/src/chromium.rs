//! The browser the journeys, benchmarks and screenshots run in: Debian's Chromium, with fonts for Chinese.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{
    debian::{self, find_program},
    process::output_of,
};

/// What the program may be called, the most wanted first.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
];

/// The browser's program, installed from Debian when it is missing and that is allowed.
///
/// `CHROMIUM` in the environment names another one.
pub fn ensure() -> Result<PathBuf> {
    let program = match env::var_os("CHROMIUM").map(PathBuf::from) {
        Some(named) if named.is_file() => named,
        Some(named) => bail!("CHROMIUM names {}, which is not a file", named.display()),
        None => found_or_installed()?,
    };
    ensure_chinese_fonts()?;
    Ok(program)
}

fn found_or_installed() -> Result<PathBuf> {
    let find = || NAMES.iter().find_map(|name| find_program(name));
    if let Some(program) = find() {
        return Ok(program);
    }
    debian::install("Chromium", &["chromium"])?;
    find().context("Chromium was installed, but is not where Debian puts it")
}

/// Without them every Chinese character is the same empty box, in pictures and in what a layout test measures.
fn ensure_chinese_fonts() -> Result<()> {
    let list = |language: &str| output_of(Command::new("fc-list").arg(format!(":lang={language}")));
    if list("zh-cn").is_ok_and(|fonts| !fonts.trim().is_empty()) {
        return Ok(());
    }
    debian::install("a font for Chinese", &["fontconfig", "fonts-noto-cjk"])
}
