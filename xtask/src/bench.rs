//! `cargo xtask bench`: measurements of the release build, one JSON line each on standard output:
//! `{"name":…,"value":…,"unit":…}`. Everything else goes to standard error.

use std::fs;

use anyhow::{Context as _, Result};

use crate::{
    bench_forms, brotli_copy, bundle,
    playwright::Playwright,
    postgres::Postgres,
    process::step,
    workspace::{Profile, Workspace},
};

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Group {
    /// Acknowledged submissions over HTTP, on both databases.
    Ingest,
    /// What a tablet downloads, how long it takes to a usable form, what a form of 5,000 rows costs beside ODK Web Forms, and what
    /// sending costs over a network that drops.
    Field,
    /// Server time of office pages over 100,000 findings, on both databases.
    Office,
    /// The form engine beside its peers, natively and in a browser.
    Forms,
    All,
}

impl Group {
    fn holds(self, other: Self) -> bool {
        self == Self::All || self == other
    }
}

/// Builds the release and prints the lines of `group`.
pub fn bench(workspace: &Workspace, group: Group) -> Result<()> {
    if group.holds(Group::Forms) {
        bench_forms::forms(workspace)?;
    }
    if [Group::Ingest, Group::Office, Group::Field]
        .into_iter()
        .any(|one| group.holds(one))
    {
        // The server's release build embeds the site, so both begin with it.
        bundle::build(workspace, Profile::Release)?;
    }
    if group.holds(Group::Ingest) {
        on_both(workspace, "ingest", "bench_ingest")?;
    }
    if group.holds(Group::Office) {
        on_both(workspace, "the office", "bench_office")?;
    }
    if group.holds(Group::Field) {
        workspace.build_server(Profile::Release)?;
        sizes(workspace)?;
        let playwright = Playwright::ensure(workspace, Profile::Release)?;
        step(
            "measure the field in a browser",
            playwright.command("tsx").arg("bench/field.ts"),
        )?;
        step(
            "measure a form of 5,000 rows beside ODK Web Forms",
            playwright
                .command("tsx")
                .arg("bench/field_long_form.ts")
                .env("DUBANG_BENCH_FORMS", bench_forms::peer_page(workspace)?),
        )?;
        step(
            "send a day's work over a network that drops",
            playwright.command("tsx").arg("bench/field_flapping.ts"),
        )?;
    }
    Ok(())
}

/// Runs an example of the server on each database.
fn on_both(workspace: &Workspace, what: &str, example: &str) -> Result<()> {
    let run = |database: &str| {
        let mut command = workspace.cargo([
            "run",
            "--release",
            "--package",
            "server",
            "--example",
            example,
        ]);
        command.args(["--", "--database", database]);
        command
    };
    step(&format!("measure {what} on SQLite"), &mut run("sqlite"))?;
    let postgres = Postgres::start()?;
    step(
        &format!("measure {what} on Postgres"),
        run("postgres").env("TEST_POSTGRES_URL", postgres.url()),
    )
}

/// The sizes of the three files every page of the field needs, as they are and as they travel.
fn sizes(workspace: &Workspace) -> Result<()> {
    let site = workspace.site();
    let assets = fs::read(site.join("assets.json")).context("reading assets.json")?;
    let assets: serde_json::Value =
        serde_json::from_slice(&assets).context("reading assets.json")?;
    for (kind, address) in [
        ("wasm", &assets["field"]["wasm"]),
        ("js", &assets["field"]["js"]),
        ("css", &assets["css"]),
    ] {
        let address = address
            .as_str()
            .with_context(|| format!("assets.json lacks {kind}"))?;
        let path = site.join(address.trim_start_matches('/'));
        let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        print_line(&format!("site.{kind}.raw_bytes"), content.len(), "bytes");
        let compressed = brotli_copy::compress(&content, 11)?;
        print_line(
            &format!("site.{kind}.brotli_bytes"),
            compressed.len(),
            "bytes",
        );
    }
    Ok(())
}

/// Names and units here are plain words, which JSON takes as they are.
fn print_line(name: &str, value: usize, unit: &str) {
    println!(r#"{{"name":"{name}","value":{value},"unit":"{unit}"}}"#);
}
