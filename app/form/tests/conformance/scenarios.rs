//! Whole scenarios: a form, what is done with it, and the state after every step.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use form::{
    Attachments, Edit, Form, Instance, NodeId, NodeKind, Opening, Request, Session, TextForm,
    TimeZone, ViolationKind,
};
use serde::Deserialize;

use crate::contested::choices;
use crate::{Outcome, expected};

#[derive(Deserialize)]
struct Case {
    id: String,
    form: String,
    agreement: String,
    clock: String,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    choice_lists: BTreeMap<String, Vec<Choice>>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Attachment {
    url: String,
    file: String,
}

#[derive(Default, Deserialize)]
struct Options {
    geolocation: Option<Vec<String>>,
    properties: Option<BTreeMap<String, String>>,
    edit_instance: Option<String>,
    last_saved: Option<String>,
    instance_defaults: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Choice {
    value: String,
    label: Option<String>,
}

#[derive(Deserialize)]
struct Step {
    op: String,
    #[serde(rename = "ref")]
    reference: Option<String>,
    value: Option<String>,
    language: Option<String>,
    instance: Option<String>,
    after: Option<u32>,
    count: Option<usize>,
    expect: Option<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    #[serde(default)]
    error: bool,
    #[serde(default)]
    nodes: Vec<Node>,
    language: Option<String>,
    submission: Option<String>,
}

#[derive(Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "as recorded")]
struct Node {
    #[serde(rename = "ref")]
    reference: String,
    kind: String,
    value: Option<String>,
    /// What depends on the clock, by field, as it is at the case's clock.
    #[serde(default)]
    at_clock: BTreeMap<String, serde_json::Value>,
    #[serde(rename = "type")]
    data_type: Option<String>,
    #[serde(default = "yes")]
    relevant: bool,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    readonly: bool,
    invalid: Option<String>,
    message: Option<String>,
    label: Option<String>,
    hint: Option<String>,
    media: Option<BTreeMap<String, String>>,
    choices: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    count: Option<usize>,
    #[serde(default)]
    controlled: bool,
}

fn yes() -> bool {
    true
}

/// Runs every scenario; certain and contested ones are counted apart.
pub fn run(directory: &Path) -> [Outcome; 2] {
    let contested = choices();
    let text = std::fs::read_to_string(directory.join("scenarios/cases.jsonl"))
        .expect("the data has scenarios/cases.jsonl");
    let mut certain = Outcome::new("scenarios, certain");
    let mut disputed = Outcome::new("scenarios, contested");
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).expect("a case is JSON");
        let attempt = catch_unwind(AssertUnwindSafe(|| play(&case, directory)));
        let result = attempt.unwrap_or_else(|_| Err("panics".to_owned()));
        let outcome = if case.agreement == "certain" {
            &mut certain
        } else {
            &mut disputed
        };
        let result = match (result, contested.get(&case.id)) {
            (Err(_), Some(reason)) if case.agreement != "certain" && !reason.is_empty() => Ok(()),
            (Ok(()), Some(_)) => Err("passes after all: take it off the list".to_owned()),
            (result, _) => result,
        };
        outcome.count(&case.id, result);
    }
    [certain, disputed]
}

fn session(case: &Case) -> Session {
    Session {
        now: milliseconds(&case.clock),
        // Everything was recorded in a place seven hours west of UTC that keeps no summer time.
        time_zone: TimeZone {
            offset_minutes: -420,
            transitions: Vec::new(),
        },
        seed: 20_250_615,
        language: None,
        properties: case.options.properties.clone().unwrap_or_default(),
    }
}

/// The instant an ISO 8601 date and time names, by the expression library's own reading.
fn milliseconds(clock: &str) -> i64 {
    let zone = TimeZone::default();
    xpath::Moment::read(clock, &zone)
        .and_then(|moment| moment.milliseconds)
        .expect("a clock is a date and time")
}

struct Player<'a> {
    case: &'a Case,
    positions: std::vec::IntoIter<String>,
    instance: Instance,
}

fn play(case: &Case, directory: &Path) -> Result<(), String> {
    let folder = directory.join("scenarios");
    let xml = std::fs::read_to_string(folder.join(&case.form)).expect("the form is there");
    let mut attachments = Attachments::default();
    for attachment in &case.attachments {
        let bytes = std::fs::read(folder.join(&attachment.file)).expect("the file is there");
        attachments.0.insert(attachment.url.clone(), bytes);
    }
    if let Some(saved) = &case.options.last_saved {
        attachments.0.insert(
            "jr://instance/last-saved".to_owned(),
            saved.clone().into_bytes(),
        );
    }
    let mut player: Option<Player> = None;
    for (number, step) in case.steps.iter().enumerate() {
        let done = match (&mut player, step.op.as_str()) {
            (player, "load") => load(case, &xml, &attachments).map(|loaded| *player = Some(loaded)),
            (Some(player), _) => player.step(step),
            (None, op) => Err(format!("{op} before load")),
        };
        let refused = step.expect.as_ref().is_some_and(|expected| expected.error);
        match (done, refused) {
            (Err(_), true) => return Ok(()),
            (Ok(()), true) => return Err(format!("step {number}: is not refused")),
            (Err(error), false) => return Err(format!("step {number} {}: {error}", step.op)),
            (Ok(()), false) => {}
        }
        if let (Some(player), Some(expected)) = (&player, &step.expect) {
            player
                .compare(expected)
                .map_err(|difference| format!("step {number} {}: {difference}", step.op))?;
        }
    }
    Ok(())
}

fn load<'a>(case: &'a Case, xml: &str, attachments: &Attachments) -> Result<Player<'a>, String> {
    let form = Form::read_xform(xml, attachments).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    })?;
    let form = Arc::new(form);
    let instance = if let Some(submission) = &case.options.edit_instance {
        Instance::open(form, session(case), submission, Opening::Edit)
    } else {
        let values: Vec<(String, String)> = case
            .options
            .instance_defaults
            .iter()
            .flatten()
            .map(|(path, value)| (path.clone(), value.clone()))
            .collect();
        Instance::with_values(form, session(case), &values)
    }
    .map_err(|error| error.to_string())?;
    let mut player = Player {
        case,
        positions: case
            .options
            .geolocation
            .clone()
            .unwrap_or_default()
            .into_iter(),
        instance,
    };
    player.answer_requests()?;
    Ok(player)
}

impl Player<'_> {
    fn node(&self, step: &Step) -> Result<NodeId, String> {
        let reference = step.reference.as_deref().unwrap_or_default();
        self.instance
            .find(reference)
            .ok_or_else(|| format!("there is no {reference}"))
    }

    fn apply(&mut self, edit: Edit) -> Result<(), String> {
        self.instance
            .apply(edit)
            .map_err(|error| error.to_string())?;
        self.answer_requests()
    }

    /// Positions are handed out in order, then there are none.
    fn answer_requests(&mut self) -> Result<(), String> {
        for request in self.instance.take_requests() {
            if let Request::Position { node } = request {
                let value = self.positions.next().unwrap_or_default();
                self.instance
                    .apply(Edit::Position { node, value })
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        for _ in 0..step.count.unwrap_or(1) {
            match step.op.as_str() {
                "answer" => {
                    let node = self.node(step)?;
                    let value = step.value.clone().unwrap_or_default();
                    self.apply(Edit::Answer { node, value })?;
                }
                "create_repeat" => {
                    let repeat = self.node(step)?;
                    let after = step.after;
                    self.apply(Edit::CreateRepeat { repeat, after })?;
                }
                "remove_repeat" => {
                    let instance = self.node(step)?;
                    self.apply(Edit::RemoveRepeat { instance })?;
                }
                "set_language" => {
                    self.apply(Edit::SetLanguage(step.language.clone().unwrap_or_default()))?;
                }
                "serialize_restore" => self.open(&self.instance.submission(), Opening::Restore)?,
                "restore" => {
                    let submission = step.instance.clone().unwrap_or_default();
                    self.open(&submission, Opening::Restore)?;
                }
                "edit" => self.open(&self.instance.submission(), Opening::Edit)?,
                "new_instance" | "reset" => {
                    let form = Arc::clone(self.instance.form());
                    self.instance = Instance::new(form, session(self.case))
                        .map_err(|error| error.to_string())?;
                    self.answer_requests()?;
                }
                other => return Err(format!("unknown step {other}")),
            }
        }
        Ok(())
    }

    fn open(&mut self, submission: &str, opening: Opening) -> Result<(), String> {
        let form = Arc::clone(self.instance.form());
        self.instance = Instance::open(form, session(self.case), submission, opening)
            .map_err(|error| error.to_string())?;
        self.answer_requests()
    }

    fn compare(&self, expected: &Expected) -> Result<(), String> {
        let nodes = self.instance.nodes();
        let paths: Vec<String> = nodes.iter().map(|node| self.instance.path(*node)).collect();
        let wanted: Vec<&str> = expected
            .nodes
            .iter()
            .map(|node| node.reference.as_str())
            .collect();
        if paths != wanted {
            return Err(format!("nodes are {paths:?}, not {wanted:?}"));
        }
        for (node, expected) in nodes.into_iter().zip(&expected.nodes) {
            self.compare_node(node, expected)
                .map_err(|difference| format!("{}: {difference}", expected.reference))?;
        }
        if let Some(language) = &expected.language {
            same("language", &self.instance.language(), language)?;
        }
        if let Some(submission) = &expected.submission {
            same("submission", &self.instance.submission(), submission)?;
        }
        Ok(())
    }

    fn compare_node(&self, node: NodeId, expected: &Node) -> Result<(), String> {
        let instance = &self.instance;
        same("kind", kind(instance.kind(node)), &expected.kind)?;
        if let Some(value) = &expected.value {
            let at_clock = expected
                .at_clock
                .get("value")
                .and_then(|value| value.as_str());
            same("value", instance.value(node), at_clock.unwrap_or(value))?;
        }
        if let Some(data_type) = &expected.data_type {
            same("type", instance.data_type(node).name(), data_type)?;
        }
        let flags = [
            ("relevant", instance.relevant(node), expected.relevant),
            ("required", instance.required(node), expected.required),
            ("readonly", instance.readonly(node), expected.readonly),
        ];
        for (name, had, wanted) in flags {
            if had != wanted {
                return Err(format!("{name} is {had}"));
            }
        }
        let invalid = instance.violation(node).map(|kind| match kind {
            ViolationKind::Required => "required",
            ViolationKind::Constraint => "constraint",
        });
        if invalid != expected.invalid.as_deref() {
            return Err(format!("invalid is {invalid:?}"));
        }
        if let Some(message) = expected.message.as_ref() {
            // Where the form says nothing, each engine has its own words.
            if let Some(own) = instance.message(node) {
                same("message", &own, message)?;
            }
        }
        for (name, had, wanted) in [
            ("label", instance.label(node), &expected.label),
            ("hint", instance.hint(node), &expected.hint),
        ] {
            let had = had.unwrap_or_default();
            same(name, &had, wanted.as_deref().unwrap_or_default())?;
        }
        self.compare_media(node, expected)?;
        if let Some(list) = &expected.choices {
            let wanted = &self.case.choice_lists[list];
            let had = instance.choices(node);
            if had.len() != wanted.len() {
                return Err(format!("{} choices, not {}", had.len(), wanted.len()));
            }
            for (had, wanted) in had.iter().zip(wanted) {
                same("choice", &had.value, &wanted.value)?;
                if let Some(label) = &wanted.label {
                    same("choice label", &had.label, label)?;
                }
            }
        }
        for (name, value) in &expected.attributes {
            let attributes = instance.attributes(node);
            let had = attributes.iter().find(|(known, _)| known == name);
            let had = had.map_or("", |(_, value)| value.as_str());
            same(&format!("attribute {name}"), had, value)?;
        }
        if let Some(count) = expected.count {
            if instance.count(node) != count {
                return Err(format!("count is {}", instance.count(node)));
            }
            if instance.count_controlled(node) != expected.controlled {
                return Err(format!("controlled is {}", !expected.controlled));
            }
        }
        Ok(())
    }

    fn compare_media(&self, node: NodeId, expected: &Node) -> Result<(), String> {
        let language = self.instance.language();
        for (name, url) in expected.media.iter().flatten() {
            let form = match name.as_str() {
                "image" => TextForm::Image,
                "audio" => TextForm::Audio,
                "video" => TextForm::Video,
                other => return Err(format!("unknown media {other}")),
            };
            let had = self
                .instance
                .text_in(node, form, &language)
                .unwrap_or_default();
            same(name, &had, url)?;
        }
        Ok(())
    }
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Root => "root",
        NodeKind::Group => "group",
        NodeKind::Repeat => "repeat",
        NodeKind::RepeatInstance => "repeat_instance",
        NodeKind::Value => "value",
        NodeKind::Note => "note",
        NodeKind::Input => "input",
        NodeKind::Select1 => "select1",
        NodeKind::Select => "select",
        NodeKind::Rank => "rank",
        NodeKind::Range => "range",
        NodeKind::Trigger => "trigger",
        NodeKind::Upload => "upload",
    }
}

/// Equal, where `{{uuid}}`, `{{random}}` and `{{clock}}` stand for anything.
fn same(what: &str, had: &str, wanted: &str) -> Result<(), String> {
    expected::same(what, had, wanted, ("{{", "}}"))
}
