//! A checklist from anywhere: it compiles or says why not, and any answers to it are judged.
#![no_main]

use std::sync::Arc;

use form::{Answers, Form, FormDefinition, Instance, InstanceCounts, Session};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str)| {
    let Ok(definition) = serde_json::from_str::<FormDefinition>(input.0) else { return };
    let Ok(form) = Form::compile(definition) else { return };
    let form = Arc::new(form);
    let answers: Answers = serde_json::from_str(input.1).unwrap_or_default();
    let counts: InstanceCounts = serde_json::from_str(input.2).unwrap_or_default();
    let _ = form::check_submission(&form, Session::default(), &answers, &counts);
    let (instance, _) = Instance::resume_as_left(form, Session::default(), &answers, &counts);
    let _ = (instance.score(), instance.violations(), instance.findings());
});
