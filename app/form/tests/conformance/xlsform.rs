//! Every form that a workbook of the data becomes: what the reference validator loads must load, what it rejects must be an error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use form::{Attachments, Form, Instance, Session};
use serde::Deserialize;

use crate::Outcome;
use crate::contested::choices;

#[derive(Deserialize)]
struct Case {
    id: String,
    ok: bool,
    xform: Option<String>,
    javarosa: Option<String>,
}

pub fn run(directory: &Path) -> Outcome {
    let contested = choices();
    let text = std::fs::read_to_string(directory.join("xlsform/cases.jsonl"))
        .expect("the data has xlsform/cases.jsonl");
    let mut outcome = Outcome::new("xlsform loads");
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).expect("a case is JSON");
        let (true, Some(xform)) = (case.ok, &case.xform) else {
            continue;
        };
        let loads = case.javarosa.as_deref() == Some("loads");
        let attempt = catch_unwind(AssertUnwindSafe(|| load(xform)));
        let result = match (attempt, loads) {
            (Err(_), _) => Err("panics".to_owned()),
            (Ok(Err(errors)), true) => Err(errors),
            (Ok(Ok(())), false) if !contested.contains_key(&case.id) => {
                Err(format!("loads, but: {}", case.javarosa.unwrap_or_default()))
            }
            (Ok(_), _) => Ok(()),
        };
        outcome.count(&case.id, result);
    }
    outcome
}

fn load(xform: &str) -> Result<(), String> {
    let form = Form::read_xform(xform, &Attachments::default()).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    })?;
    Instance::new(Arc::new(form), Session::default())
        .map(|_| ())
        .map_err(|error| error.to_string())
}
