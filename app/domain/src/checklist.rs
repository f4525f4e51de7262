//! Checklists: a form definition, published in versions. A published version never changes; inspections name the one they used.

use form::{DefinitionError, Form, FormDefinition, Node, Texts};
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::permission::{Act, Place};
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Published {
    pub definition: FormDefinition,
    /// Restated and adapted from public guidance, not an official text; the page says so.
    #[serde(default)]
    pub adapted: bool,
}

/// The versions, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checklist {
    pub versions: Vec<Published>,
}

impl Checklist {
    pub fn version(&self, version: &str) -> Option<&Published> {
        self.versions
            .iter()
            .find(|published| published.definition.version == version)
    }

    pub fn evolve(&mut self, event: &ChecklistEvent) {
        let ChecklistEvent::Published(published) = event;
        self.versions.push((**published).clone());
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChecklistCommand {
    Publish(Box<Published>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum ChecklistEvent {
    Published(Box<Published>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChecklistRefusal {
    VersionExists(String),
    /// What the form engine says is wrong, each with its place.
    Definition(Vec<String>),
    /// A text in it, with the name of what it belongs to.
    Text {
        of: String,
        refusal: WordingRefusal,
    },
}

impl ChecklistRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            ChecklistRefusal::VersionExists(version) => {
                say!(
                    language,
                    "版本 {version} 已发布，请使用新的版本号",
                    "Version {version} is published; give a new version number"
                )
            }
            ChecklistRefusal::Definition(errors) => {
                let (count, errors) = (errors.len(), errors.join("; "));
                say!(
                    language,
                    "检查表有{count}处错误：{errors}",
                    "The checklist has {count} errors: {errors}"
                )
            }
            ChecklistRefusal::Text { of, refusal } => {
                let refusal = refusal.text(language);
                say!(language, "{of}：{refusal}", "{of}: {refusal}")
            }
        }
    }
}

/// # Errors
/// A permission refusal without [`Act::PublishChecklists`] in the whole jurisdiction; else a [`ChecklistRefusal`]: see there.
pub fn decide(
    state: &Checklist,
    command: &ChecklistCommand,
    context: &Context<'_>,
) -> Result<Vec<ChecklistEvent>, crate::Refusal> {
    let ChecklistCommand::Publish(published) = command;
    context.permit(Act::PublishChecklists, &Place::Jurisdiction)?;
    if state.version(&published.definition.version).is_some() {
        return Err(ChecklistRefusal::VersionExists(published.definition.version.clone()).into());
    }
    check_texts(&published.definition)?;
    Form::compile(published.definition.clone()).map_err(|errors| {
        ChecklistRefusal::Definition(errors.iter().map(DefinitionError::to_string).collect())
    })?;
    Ok(vec![ChecklistEvent::Published(published.clone())])
}

/// What is read of a checklist, by inspectors and on papers, is of a length that can be read and hides nothing.
fn check_texts(definition: &FormDefinition) -> Result<(), ChecklistRefusal> {
    one(&definition.id, "id", NAME_LIMIT)?;
    one(&definition.version, "version", NAME_LIMIT)?;
    each(&definition.title, "title", NAME_LIMIT)?;
    for (name, choices) in &definition.choice_lists {
        for choice in choices {
            one(&choice.value, name, ACCOUNT_LIMIT)?;
            each(&choice.label, name, ACCOUNT_LIMIT)?;
        }
    }
    for band in definition.grading.iter().flat_map(|grading| &grading.bands) {
        each(&band.label, "grading", NAME_LIMIT)?;
    }
    // A stack of one's own: how deep groups may go is for the engine to say, after this.
    let mut left: Vec<&Node> = definition.children.iter().collect();
    while let Some(node) = left.pop() {
        match node {
            Node::Group(group) => {
                each(&group.label, &group.name, ACCOUNT_LIMIT)?;
                left.extend(&group.children);
            }
            Node::Repeat(repeat) => {
                each(&repeat.label, &repeat.name, ACCOUNT_LIMIT)?;
                left.extend(&repeat.children);
            }
            Node::Question(question) => {
                let bind = &question.bind;
                let check = question.check.as_ref();
                let texts = [
                    &question.label,
                    &question.hint,
                    &question.guidance,
                    &bind.required_message,
                    &bind.constraint_message,
                ];
                for texts in texts
                    .into_iter()
                    .chain(check.map(|check| &check.evidence.kind))
                {
                    each(texts, &question.name, ACCOUNT_LIMIT)?;
                }
                let words = check.map(|check| [&check.code, &check.clause]);
                for text in words
                    .into_iter()
                    .flatten()
                    .chain([&question.appearance])
                    .chain(question.parameters.values())
                {
                    one(text, &question.name, ACCOUNT_LIMIT)?;
                }
            }
            Node::Calculation(calculation) => {
                each(&calculation.label, &calculation.name, ACCOUNT_LIMIT)?;
            }
        }
    }
    Ok(())
}

fn each(texts: &Texts, of: &str, limit: usize) -> Result<(), ChecklistRefusal> {
    texts.iter().try_for_each(|(_, text)| one(text, of, limit))
}

fn one(text: &str, of: &str, limit: usize) -> Result<(), ChecklistRefusal> {
    wording::allow(text, limit).map_err(|refusal| ChecklistRefusal::Text {
        of: of.to_owned(),
        refusal,
    })
}
