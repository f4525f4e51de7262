//! `cargo xtask test`: every check there is, in order, each whatever became of the ones before it.
//!
//! The last line is always `N passed, N failed` over all tests of cargo and of the browser. A check that is not made of
//! tests (formatting, lints, a build) adds one to the failed ones when it fails, and nothing when it passes.

use std::{
    collections::BTreeSet,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    bundle, demo_story, npm,
    playwright::{Journeys, Playwright},
    postgres::Postgres,
    process::{check_interrupt, interrupted, lines_within, step},
    workspace::{Profile, Workspace},
};

/// Journeys with this in their title run on Postgres too.
const STORY: &str = "@story";

/// So many journeys that failed are tried once more, alone and traced: a machine that stood still for minutes fails a few that
/// are sound, and what is broken fails again. More of them are no accident.
const FEW: u64 = 5;

/// Tests of the crates that say nothing for so long hang: the longest takes some minutes.
const PATIENCE: Duration = Duration::from_mins(20);

/// Counts of tests; a check that is no test counts only when it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    /// Of those that passed, the ones that failed at first.
    unsteady: u64,
}

/// One line of the table at the end.
struct Line {
    label: &'static str,
    took: Duration,
    counts: Counts,
}

/// Runs everything; `true` when nothing failed.
pub fn test(workspace: &Workspace) -> Result<bool> {
    let mut lines = Vec::new();
    let mut check = |label: &'static str, work: &mut dyn FnMut() -> Result<Counts>| -> Result<()> {
        let started = Instant::now();
        let counts = work().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Counts {
                failed: 1,
                ..Counts::default()
            }
        });
        lines.push(Line {
            label,
            took: started.elapsed(),
            counts,
        });
        check_interrupt()
    };
    let run = |label: &str, command: &mut Command| step(label, command).map(|()| Counts::default());

    let outcome: Result<()> = (|| {
        check("format", &mut || {
            run("format", &mut workspace.cargo(["fmt", "--all", "--check"]))
        })?;
        check("lints, server side", &mut || {
            let mut command = workspace.cargo([
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]);
            run("lints, server side", &mut command)
        })?;
        check("WebAssembly target", &mut || {
            bundle::ensure_wasm_target().map(|()| Counts::default())
        })?;
        for (label, entry) in [
            ("lints, office in the browser", "office-entry"),
            ("lints, field in the browser", "field-entry"),
        ] {
            check(label, &mut || {
                // With the app itself, in the features this part uses it with.
                let mut command =
                    workspace.cargo(["clippy", "--package", entry, "--package", "app"]);
                command.args([
                    "--lib",
                    "--target",
                    bundle::WASM_TARGET,
                    "--",
                    "-D",
                    "warnings",
                ]);
                run(label, &mut command)
            })?;
        }

        let mut cluster = None;
        check("start Postgres", &mut || {
            cluster = Some(Postgres::start()?);
            Ok(Counts::default())
        })?;
        check("tests of the crates", &mut || {
            crates(workspace, cluster.as_ref())
        })?;
        check("bundle", &mut || {
            bundle::build(workspace, Profile::Dev).map(|()| Counts::default())
        })?;
        check("server", &mut || {
            workspace
                .build_server(Profile::Dev)
                .map(|()| Counts::default())
        })?;
        check("the spring of 2022", &mut || {
            demo_story::play(workspace, Profile::Dev).map(|()| Counts::default())
        })?;
        check("types of the journeys", &mut || {
            run(
                "types of the journeys",
                &mut npm::ensure(workspace)?.command("tsc"),
            )
        })?;
        check("journeys on SQLite", &mut || {
            journeys(workspace, "journeys on SQLite", &[], None)
        })?;
        check("the story on Postgres", &mut || {
            let Some(cluster) = &cluster else {
                anyhow::bail!("there is no Postgres to run the story on")
            };
            journeys(
                workspace,
                "the story on Postgres",
                &["--grep".to_owned(), STORY.to_owned()],
                Some(cluster),
            )
        })
    })();
    if interrupted() {
        return outcome.map(|()| false);
    }
    outcome?;
    Ok(summarise(&lines))
}

fn crates(workspace: &Workspace, cluster: Option<&Postgres>) -> Result<Counts> {
    let mut command = workspace.cargo(["test", "--workspace", "--no-fail-fast"]);
    // Without a cluster the variable is absent, and the tests that need it fail and say so.
    command.env_remove("TEST_POSTGRES_URL");
    if let Some(cluster) = cluster {
        command.env("TEST_POSTGRES_URL", cluster.url());
    }
    let mut counts = Counts::default();
    let mut long = BTreeSet::new();
    let ended = lines_within("tests of the crates", &mut command, PATIENCE, |line| {
        println!("{line}");
        if let Some(result) = test_result(line) {
            counts.passed += result.passed;
            counts.failed += result.failed;
        }
        match test_progress(line) {
            Some((test, true)) => drop(long.insert(test.to_owned())),
            Some((test, false)) => drop(long.remove(test)),
            None => {}
        }
    })?;
    let Some(status) = ended else {
        eprintln!(
            "error: stopped, since nothing was said any more; tests that did not end: {long:?}"
        );
        counts.failed += 1;
        return Ok(counts);
    };
    // A crate that does not compile or a test that ends the whole process has no result line.
    if !status.success() && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

/// Whether a test takes long or has ended, from a line such as `test NAME has been running for over 60 seconds` or `test NAME ... ok`.
fn test_progress(line: &str) -> Option<(&str, bool)> {
    let line = line.strip_prefix("test ")?;
    let takes_long = line.split_once(" has been running for over ");
    let ended = || line.rsplit_once(" ... ").map(|(test, _)| (test, false));
    takes_long.map(|(test, _)| (test, true)).or_else(ended)
}

/// The counts of a line such as `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn test_result(line: &str) -> Option<Counts> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let count = |word: &str| {
        counts.split("; ").find_map(|part| {
            part.strip_suffix(word)?
                .strip_suffix(' ')?
                .parse::<u64>()
                .ok()
        })
    };
    Some(Counts {
        passed: count("passed")?,
        failed: count("failed")?,
        unsteady: 0,
    })
}

fn journeys(
    workspace: &Workspace,
    label: &str,
    arguments: &[String],
    postgres: Option<&Postgres>,
) -> Result<Counts> {
    let playwright = Playwright::ensure(workspace, Profile::Dev)?;
    let first = playwright.journeys(label, arguments, postgres)?;
    if first.skipped > 0 {
        eprintln!("{label}: {} skipped", first.skipped);
    }
    let counts = Counts {
        passed: first.passed,
        failed: first.failed,
        unsteady: 0,
    };
    if !(1..=FEW).contains(&first.failed) {
        return Ok(counts);
    }
    let again = playwright.failed_ones_again(&format!("{label}, those that failed"), postgres)?;
    Ok(settled(counts, again))
}

/// What counts after those that failed were tried again.
fn settled(first: Counts, again: Journeys) -> Counts {
    if again.passed + again.failed != first.failed {
        return first;
    }
    Counts {
        passed: first.passed + again.passed,
        failed: again.failed,
        unsteady: again.passed,
    }
}

/// Prints the table and the last line; `true` when nothing failed.
fn summarise(lines: &[Line]) -> bool {
    println!();
    for Line {
        label,
        took,
        counts,
    } in lines
    {
        let Counts {
            passed,
            failed,
            unsteady,
        } = counts;
        let verdict = match (passed, failed) {
            (0, 0) => "ok".to_owned(),
            (_, 0) => format!("{passed} passed"),
            (..) => format!("{passed} passed, {failed} FAILED"),
        };
        let unsteady = match unsteady {
            0 => String::new(),
            _ => format!(", {unsteady} only when tried again: see above which"),
        };
        println!(
            "{label:<24}{:>8.1} s   {verdict}{unsteady}",
            took.as_secs_f64()
        );
    }
    let total: Duration = lines.iter().map(|line| line.took).sum();
    let passed: u64 = lines.iter().map(|line| line.counts.passed).sum();
    let failed: u64 = lines.iter().map(|line| line.counts.failed).sum();
    println!("{:<24}{:>8.1} s\n", "all", total.as_secs_f64());
    println!("{passed} passed, {failed} failed");
    failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_twice_has_failed_and_what_was_not_tried_again_stays_failed() {
        let first = Counts {
            passed: 128,
            failed: 2,
            unsteady: 0,
        };
        for (case, passed, failed, expected) in [
            ("both pass alone", 2, 0, (130, 0, 2)),
            ("one fails again", 1, 1, (129, 1, 1)),
            ("both fail again", 0, 2, (128, 2, 0)),
            ("only one was found", 1, 0, (128, 2, 0)),
            ("the runner fell over", 0, 1, (128, 2, 0)),
        ] {
            let again = Journeys {
                passed,
                failed,
                skipped: 0,
            };
            let counts = settled(first, again);
            let counts = (counts.passed, counts.failed, counts.unsteady);
            assert_eq!(counts, expected, "{case}");
        }
    }

    #[test]
    fn a_test_that_takes_long_is_known_until_it_ends() {
        for (line, expected) in [
            (
                "test a::b has been running for over 60 seconds",
                Some(("a::b", true)),
            ),
            ("test a::b ... ok", Some(("a::b", false))),
            ("test a::b ... FAILED", Some(("a::b", false))),
            (
                "test src/lib.rs - a (line 7) ... ok",
                Some(("src/lib.rs - a (line 7)", false)),
            ),
            ("test result: ok. 12 passed; 0 failed", None),
            ("running 12 tests", None),
        ] {
            assert_eq!(test_progress(line), expected, "{line}");
        }
    }

    #[test]
    fn counts_are_read_from_result_lines_and_from_nothing_else() {
        for (line, expected) in [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
                Some((12, 0)),
            ),
            (
                "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
                Some((7, 2)),
            ),
            ("test a_test_result ... ok", None),
            ("running 12 tests", None),
            ("the line said: test result: ok. 1 passed; 0 failed", None),
        ] {
            let counts = test_result(line).map(|counts| (counts.passed, counts.failed));
            assert_eq!(counts, expected, "{line}");
        }
    }
}
