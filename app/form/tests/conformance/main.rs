//! The field's own recorded cases: expressions, whole scenarios, and the forms that workbooks become.
//!
//! The data is not part of this repository: `CONFORMANCE_DIR`, or `../shared/conformance` beside the workspace. Without it the test
//! says so and passes; in CI its absence fails. What passed and failed goes to `target/conformance.json`.

mod contested;
#[path = "../support/expected.rs"]
mod expected;
mod scenarios;
mod xlsform;
#[path = "../../xpath/tests/conformance/xpath_cases.rs"]
mod xpath_cases;

use std::path::{Path, PathBuf};

use serde::Serialize;

/// How one set of cases went.
#[derive(Serialize)]
pub struct Outcome {
    pub set: &'static str,
    pub total: usize,
    pub passed: usize,
    pub failed: Vec<String>,
    /// What was had instead, for whoever reads a failure.
    #[serde(skip)]
    pub why: Vec<String>,
}

impl Outcome {
    pub fn new(set: &'static str) -> Self {
        Self {
            set,
            total: 0,
            passed: 0,
            failed: Vec::new(),
            why: Vec::new(),
        }
    }

    pub fn count(&mut self, id: &str, result: Result<(), String>) {
        self.total += 1;
        match result {
            Ok(()) => self.passed += 1,
            Err(why) => {
                self.failed.push(id.to_owned());
                self.why.push(format!("{id}: {why}"));
            }
        }
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_recorded_case_comes_out_as_recorded() {
    let directory = std::env::var_os("CONFORMANCE_DIR")
        .map_or_else(|| workspace().join("../shared/conformance"), PathBuf::from);
    if !directory.join("xpath/cases.jsonl").exists() {
        assert!(
            std::env::var("CI").is_err(),
            "the conformance data is missing; set CONFORMANCE_DIR"
        );
        println!("no conformance data found; set CONFORMANCE_DIR to run it");
        return;
    }
    let expressions = xpath_cases::run(&directory);
    let mut outcomes = vec![Outcome {
        set: "xpath",
        total: expressions.total,
        passed: expressions.passed,
        failed: expressions
            .failed
            .iter()
            .map(|(id, _)| id.clone())
            .collect(),
        why: expressions
            .failed
            .iter()
            .map(|(id, why)| format!("{id}: {why}"))
            .collect(),
    }];
    outcomes.extend(scenarios::run(&directory));
    outcomes.push(xlsform::run(&directory));

    let json = serde_json::to_string_pretty(&outcomes).expect("outcomes are plain data");
    let target = workspace().join("target");
    std::fs::create_dir_all(&target).expect("the target folder can be made");
    std::fs::write(target.join("conformance.json"), json).expect("the report can be written");
    let mut failed = 0;
    for outcome in &outcomes {
        println!(
            "{}: {} of {} pass",
            outcome.set, outcome.passed, outcome.total
        );
        for why in &outcome.why {
            println!("  {why}");
        }
        failed += outcome.failed.len();
    }
    assert_eq!(failed, 0, "cases fail");
}
