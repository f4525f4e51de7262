//! Checklists: a form definition, published in versions. A published version never changes; inspections name the one they used.

use form::{DefinitionError, Form, FormDefinition};
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::permission::{Act, Place};
use crate::{Language, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
        }
    }
}

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
    Form::compile(published.definition.clone()).map_err(|errors| {
        ChecklistRefusal::Definition(errors.iter().map(DefinitionError::to_string).collect())
    })?;
    Ok(vec![ChecklistEvent::Published(published.clone())])
}
