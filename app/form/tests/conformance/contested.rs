//! Cases in which the two reference engines differ and this one follows neither, or not the one recorded: each with the reason.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
struct Choice {
    id: String,
    reason: String,
}

/// The reasons by case id.
pub fn choices() -> BTreeMap<String, String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/contested.jsonl");
    let text = std::fs::read_to_string(file).expect("the choices are part of the repository");
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let choice: Choice = serde_json::from_str(line).expect("a choice has id and reason");
            (choice.id, choice.reason)
        })
        .collect()
}
