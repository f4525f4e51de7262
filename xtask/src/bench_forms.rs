//! The form engine beside its peers: the same forms and acts natively and, in one page each, in a browser.
//!
//! ```text
//! target/bench-forms/forms/     the measured forms and what is measured on each
//! target/bench-forms/pkg/       the engines in Rust, compiled to WebAssembly as the product is
//! target/bench-forms/page.js    the page, with the engine in JavaScript
//! target/bench-forms/web_forms/ the page of ODK Web Forms, beside which the tablet's is measured
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    bundle::{self, Linked},
    npm,
    playwright::Playwright,
    process::{step, timed},
    workspace::{Profile, Workspace},
};

const PACKAGE: &str = "form-bench";
const LIBRARY: &str = "form_bench";

/// Builds it all and prints the lines.
pub fn forms(workspace: &Workspace) -> Result<()> {
    bundle::check_bindgen_version(&workspace.root().join("Cargo.lock"))?;
    bundle::ensure_wasm_target()?;
    let folder = workspace.output("bench-forms");

    bundle::compile(
        workspace,
        Profile::Release,
        PACKAGE,
        "the form engines",
        Linked::Whole,
    )?;
    let compiled = workspace.compiled_wasm(Profile::Release, LIBRARY);
    let compiled =
        fs::read(&compiled).with_context(|| format!("reading {}", compiled.display()))?;
    timed("bind the form engines to JavaScript", |_| {
        bundle::write_bindings(
            compiled,
            LIBRARY,
            Profile::Release,
            Linked::Whole,
            &folder.join("pkg"),
        )
    })?;
    step(
        "pack the page of the form engines",
        npm::ensure(workspace)?
            .command("esbuild")
            .arg("bench/form_page.ts")
            .arg(format!("--outfile={}", folder.join("page.js").display()))
            .args([
                "--bundle",
                "--format=esm",
                "--minify",
                "--log-level=warning",
            ]),
    )?;

    write_forms(workspace, &folder)?;
    step(
        "measure the form engines in a browser",
        Playwright::ensure(workspace, Profile::Release)?
            .command("tsx")
            .arg("bench/forms.ts")
            .env("DUBANG_BENCH_FORMS", &folder),
    )?;
    step(
        "measure the form engines natively",
        &mut native(workspace, &["measure"]),
    )
}

/// Packs the page of ODK Web Forms, and writes the measured forms beside it; gives the folder.
pub fn peer_page(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.output("bench-forms");
    step(
        "pack the page of ODK Web Forms",
        npm::ensure(workspace)?
            .command("esbuild")
            .arg("bench/web_forms_page.ts")
            .arg(format!("--outdir={}", folder.join("web_forms").display()))
            .args([
                "--bundle",
                // What it loads when it is needed stays apart.
                "--splitting",
                "--format=esm",
                "--minify",
                "--log-level=warning",
                // As its makers build it for production.
                "--define:process.env.NODE_ENV=\"production\"",
                "--define:__VUE_OPTIONS_API__=true",
                "--define:__VUE_PROD_DEVTOOLS__=false",
                "--define:__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=false",
            ]),
    )?;
    write_forms(workspace, &folder)?;
    Ok(folder)
}

fn write_forms(workspace: &Workspace, folder: &Path) -> Result<()> {
    step(
        "write the measured forms",
        native(workspace, &["write"]).arg(folder.join("forms")),
    )
}

fn native(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.cargo(["run", "--release", "--package", PACKAGE, "--"]);
    command.args(arguments);
    command
}
