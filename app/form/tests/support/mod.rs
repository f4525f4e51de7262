//! What the tests share: forms from JSON, and a fixed clock.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;

use form::{
    Answers, Change, DefinitionError, Edit, EditError, Form, FormDefinition, Instance, NodeId,
    Session, Value, What,
};
use serde_json::json;

pub fn session() -> Session {
    Session {
        today: "2022-03-13".to_owned(),
        now: "2022-03-13T08:00:00".to_owned(),
    }
}

/// A form of these nodes, with the standard list of results and a list a, b, c.
pub fn definition(children: serde_json::Value) -> FormDefinition {
    serde_json::from_value(json!({
        "id": "test",
        "children": children,
        "choiceLists": {
            "result": [{"value": "pass"}, {"value": "fail"}, {"value": "na"}, {"value": "unassessed"}],
            "letters": [{"value": "a"}, {"value": "b"}, {"value": "c"}],
        },
    }))
    .expect("the definition is well-formed")
}

pub fn compile(children: serde_json::Value) -> Arc<Form> {
    match Form::compile(definition(children)) {
        Ok(form) => Arc::new(form),
        Err(errors) => panic!("{errors:?}"),
    }
}

/// What is wrong with a form of these nodes, as the author is told in English.
pub fn faults(children: serde_json::Value) -> Vec<String> {
    told(
        Form::compile(definition(children))
            .err()
            .unwrap_or_default(),
    )
}

pub fn told(errors: Vec<DefinitionError>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

pub fn answers(pairs: &[(&str, &str)]) -> Answers {
    Answers(
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    )
}

pub fn id(instance: &Instance, name: &str) -> NodeId {
    instance.form().find(name).expect("the form has the node")
}

/// Answers a question in lexical form.
pub fn answer(instance: &mut Instance, name: &str, text: &str) -> Result<Vec<Change>, EditError> {
    let node = id(instance, name);
    let What::Question(question) = instance.form().node(node).what else {
        return Err(EditError::NotAQuestion);
    };
    let value = Value::read(question.kind, text)?;
    instance.apply(Edit::Answer { node, value })
}

pub fn written(instance: &Instance, name: &str) -> String {
    instance.value(id(instance, name)).write()
}

/// Names of the nodes with any change, each with what changed of it.
pub fn summary(instance: &Instance, changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| {
            let mut line = instance.form().node(change.node).name.to_owned();
            for (changed, what) in [
                (change.value, "value"),
                (change.relevant, "relevant"),
                (change.required, "required"),
                (change.readonly, "readonly"),
                (change.validity, "validity"),
                (change.finding, "finding"),
            ] {
                if changed {
                    line.push(' ');
                    line.push_str(what);
                }
            }
            line
        })
        .collect()
}
