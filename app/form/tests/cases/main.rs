//! The engine's own cases, as texts: a form, what is done with it, and the state after every step. One file a topic; how they are
//! written stands in `README.md`.

#[path = "../support/expected.rs"]
mod expected;
mod facts;
mod play;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/survey.rs"]
mod survey;

use std::path::{Path, PathBuf};

use play::Play;

/// A line of a file, with its number.
#[derive(Clone, Debug)]
pub struct Line {
    pub number: usize,
    pub text: String,
}

/// Something at the left edge, with the indented lines below it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub line: Line,
    pub below: Vec<Line>,
}

pub struct Case {
    title: String,
    pub entries: Vec<Entry>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Every file with its cases, by name.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder())
        .expect("the cases are beside the test")
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| {
            let name = path.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).expect("a case is text");
            (name, text)
        })
        .collect();
    files.sort();
    files
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = Line {
            number: index + 1,
            text: text.to_owned(),
        };
        if text.starts_with('#') || text.trim().is_empty() {
            continue;
        }
        if let Some(title) = text.strip_prefix("case ") {
            cases.push(Case {
                title: title.to_owned(),
                entries: Vec::new(),
            });
            continue;
        }
        let case = cases.last_mut().expect("a file begins with a case");
        match (text.strip_prefix("  "), case.entries.last_mut()) {
            (Some(inner), Some(entry)) => entry.below.push(Line {
                text: inner.to_owned(),
                ..line
            }),
            (Some(_), None) => panic!("line {}: indented below nothing", line.number),
            (None, _) => case.entries.push(Entry {
                line,
                below: Vec::new(),
            }),
        }
    }
    cases
}

#[test]
fn every_case_comes_out_as_written() {
    let mut failed = Vec::new();
    let mut count = 0;
    for (file, text) in files() {
        for case in cases(&text) {
            count += 1;
            let mut play = Play::new(&case);
            for entry in &case.entries {
                let done = play.entry(entry);
                play.differences.extend(done.err());
                if !play.differences.is_empty() {
                    for difference in std::mem::take(&mut play.differences) {
                        failed.push(format!(
                            "{file}:{}: {}: {}\n      {difference}",
                            entry.line.number, case.title, entry.line.text
                        ));
                    }
                    if play.is_lost() {
                        break;
                    }
                }
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} differences in {count} cases\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn every_function_is_in_a_case() {
    let all: String = files().into_iter().map(|(_, text)| text).collect();
    let called = |name: &str| {
        all.match_indices(&format!("{name}(")).any(|(at, _)| {
            !all[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        })
    };
    let missing: Vec<&str> = xpath::FUNCTIONS
        .iter()
        .map(|signature| signature.name)
        .filter(|name| !called(name))
        .collect();
    assert!(missing.is_empty(), "no case calls {missing:?}");
}
