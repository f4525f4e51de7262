//! What everything that runs in a browser needs: the packages, Chromium, and the word of where server and site are.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Command, ExitStatus},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::{
    bundle, chromium, npm,
    postgres::Postgres,
    process::status_of,
    workspace::{Profile, Workspace},
};

/// Programs of `end2end/` with the environment its fixtures read.
pub struct Playwright {
    packages: npm::Packages,
    environment: BTreeMap<&'static str, PathBuf>,
    report: PathBuf,
    /// For browser profiles and data folders, so that an interrupted run leaves nothing behind.
    scratch: TempDir,
}

impl Playwright {
    /// With bundle and server built for development.
    pub fn on_dev_build(workspace: &Workspace) -> Result<Self> {
        bundle::build(workspace, Profile::Dev)?;
        workspace.build_server(Profile::Dev)?;
        Self::ensure(workspace, Profile::Dev)
    }

    /// Finds or installs all of it; server and site must have been built with `profile`.
    pub fn ensure(workspace: &Workspace, profile: Profile) -> Result<Self> {
        let environment = BTreeMap::from([
            ("CHROMIUM", chromium::ensure()?),
            ("DUBANG_SERVER", workspace.server(profile)),
            ("DUBANG_SITE", workspace.site()),
            ("DUBANG_OUTPUT", workspace.output("")),
        ]);
        Ok(Self {
            packages: npm::ensure(workspace)?,
            environment,
            report: workspace.output("playwright.json"),
            scratch: tempfile::Builder::new()
                .prefix("dubang-")
                .tempdir()
                .context("making a folder")?,
        })
    }

    /// A package's command in the environment of the fixtures.
    pub fn command(&self, name: &str) -> Command {
        let mut command = self.packages.command(name);
        command
            .envs(&self.environment)
            .env("TMPDIR", self.scratch.path())
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        command
    }

    /// Runs the journeys that `arguments` select, on `postgres` when given, else on the embedded database.
    pub fn journeys(
        &self,
        label: &str,
        arguments: &[String],
        postgres: Option<&Postgres>,
    ) -> Result<Journeys> {
        let mut command = self.command("playwright");
        command.arg("test").args(arguments);
        self.counted(label, command, postgres)
    }

    /// Runs the journeys that failed the last time, one after the other, and keeps a trace of what fails again.
    pub fn failed_ones_again(&self, label: &str, postgres: Option<&Postgres>) -> Result<Journeys> {
        let mut command = self.command("playwright");
        command.args([
            "test",
            "--last-failed",
            "--workers=1",
            "--trace=retain-on-failure",
        ]);
        self.counted(label, command, postgres)
    }

    fn counted(
        &self,
        label: &str,
        mut command: Command,
        postgres: Option<&Postgres>,
    ) -> Result<Journeys> {
        match fs::remove_file(&self.report) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", self.report.display()));
            }
            _ => {}
        }
        command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &self.report);
        let chosen = |argument: &OsStr| argument.as_encoded_bytes().starts_with(b"--reporter");
        if !command.get_args().any(chosen) {
            command.arg("--reporter=list,json");
        }
        if let Some(postgres) = postgres {
            command
                .env("DUBANG_E2E_DATABASE", "postgres")
                .env("TEST_POSTGRES_URL", postgres.url())
                .env("POSTGRES_PROGRAMS", postgres.programs());
        }
        let status = status_of(label, &mut command)?;
        let report = fs::read(&self.report)
            .ok()
            .and_then(|report| serde_json::from_slice(&report).ok());
        Ok(Journeys::of(status, report.as_ref()))
    }
}

/// How many journeys ended which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Journeys {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Journeys {
    /// Reads the runner's report; a run that failed without counting a failure, or left no report, counts as one.
    fn of(status: ExitStatus, report: Option<&serde_json::Value>) -> Self {
        let count = |key: &str| {
            report
                .and_then(|report| report["stats"][key].as_u64())
                .unwrap_or(0)
        };
        // What passed only when tried again has not passed.
        let failed = count("unexpected") + count("flaky");
        let has_errors = report.is_some_and(|report| {
            report["errors"]
                .as_array()
                .is_some_and(|errors| !errors.is_empty())
        });
        // An error of the run itself is no journey that could be tried again.
        let unexplained = has_errors || failed == 0 && (!status.success() || report.is_none());
        Self {
            passed: count("expected"),
            failed: failed + u64::from(unexplained),
            skipped: count("skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_a_run_can_fail_counts_at_least_one_failure() {
        let stats = |expected: u64, unexpected: u64, flaky: u64, skipped: u64| {
            Some(
                json!({"stats": {"expected": expected, "unexpected": unexpected, "flaky": flaky, "skipped": skipped}}),
            )
        };
        for (case, exit, report, passed, failed, skipped) in [
            ("all passed", 0, stats(3, 0, 0, 0), 3, 0, 0),
            ("one failed", 1, stats(2, 1, 0, 1), 2, 1, 1),
            (
                "one passed at the second try",
                0,
                stats(2, 0, 1, 0),
                2,
                1,
                0,
            ),
            ("no tests were found", 1, stats(0, 0, 0, 0), 0, 1, 0),
            ("the runner fell over before its report", 1, None, 0, 1, 0),
            ("the runner said nothing", 0, None, 0, 1, 0),
            (
                "one failed and the run had an error of its own",
                1,
                Some(json!({
                    "stats": {"expected": 2, "unexpected": 1, "flaky": 0, "skipped": 0},
                    "errors": [{"message": "a worker ended"}],
                })),
                2,
                2,
                0,
            ),
        ] {
            let journeys = Journeys::of(ExitStatus::from_raw(exit << 8), report.as_ref());
            assert_eq!(
                journeys,
                Journeys {
                    passed,
                    failed,
                    skipped
                },
                "{case}"
            );
        }
    }
}
