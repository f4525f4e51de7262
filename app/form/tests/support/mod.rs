//! What the tests share: forms from JSON and from XML, and a fixed clock.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;

use form::{
    Answers, Attachments, CHINESE, Change, DefinitionError, ENGLISH, Edit, EditError, Form,
    FormDefinition, Instance, NodeId, Session,
};
use serde_json::json;

/// 2022-03-13, eight in the morning UTC, in milliseconds since 1970.
pub const MORNING: i64 = 1_647_158_400_000;

pub fn session() -> Session {
    Session {
        now: MORNING,
        seed: 7,
        ..Session::default()
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
    sound(Form::compile(definition(children)))
}

/// A form from XML that names no files.
pub fn read(xml: &str) -> Arc<Form> {
    sound(Form::read_xform(xml, &Attachments::default()))
}

fn sound(form: Result<Form, Vec<DefinitionError>>) -> Arc<Form> {
    match form {
        Ok(form) => Arc::new(form),
        Err(errors) => panic!("{:?}", told(errors)),
    }
}

pub fn begin(form: &Arc<Form>) -> Instance {
    match Instance::new(Arc::clone(form), session()) {
        Ok(instance) => instance,
        Err(error) => panic!("{error}"),
    }
}

/// A new instance of a form of these nodes.
pub fn start(children: serde_json::Value) -> Instance {
    begin(&compile(children))
}

/// What is wrong with a form of these nodes, as the author is told in English.
pub fn faults(children: serde_json::Value) -> Vec<String> {
    told(
        Form::compile(definition(children))
            .err()
            .unwrap_or_default(),
    )
}

/// The errors in English; each is there in Chinese as well.
pub fn told(errors: Vec<DefinitionError>) -> Vec<String> {
    errors
        .iter()
        .map(|error| {
            let texts = error.texts();
            let (chinese, english) = (texts.get(CHINESE), texts.get(ENGLISH));
            assert!(
                chinese
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{chinese}"
            );
            assert!(!english.is_empty() && english != chinese, "{english}");
            english.to_owned()
        })
        .collect()
}

pub fn answers(pairs: &[(&str, &str)]) -> Answers {
    Answers(
        pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    )
}

/// The node an answer of this name is stored for.
pub fn id(instance: &Instance, name: &str) -> NodeId {
    instance.named(name).expect("the form has the node")
}

/// Answers a question in lexical form.
pub fn answer(instance: &mut Instance, name: &str, text: &str) -> Result<Vec<Change>, EditError> {
    let node = id(instance, name);
    instance.apply(Edit::Answer {
        node,
        value: text.to_owned(),
    })
}

/// The value of a node as it is kept, relevant or not.
pub fn written(instance: &Instance, name: &str) -> String {
    instance.kept(id(instance, name)).to_owned()
}

/// Names of the nodes with any change, each with what changed of it.
pub fn summary(instance: &Instance, changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| {
            let mut line = instance.name(change.node);
            for (changed, what) in [
                (change.value, "value"),
                (change.relevant, "relevant"),
                (change.required, "required"),
                (change.readonly, "readonly"),
                (change.validity, "validity"),
                (change.finding, "finding"),
                (change.label, "label"),
                (change.choices, "choices"),
                (change.instances, "instances"),
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
