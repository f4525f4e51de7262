//! Answers as they are stored and sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Texts, ValueError};

/// Lexical values by node name; only those that are not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, String>);

/// An answer that could not be taken up, by the name it was given under.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {what}")]
pub struct AnswerError {
    pub name: String,
    pub what: AnswerFault,
}

/// Why an answer could not be taken up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    #[error("the form has no node of this name")]
    UnknownName,
    #[error("a group takes no answer")]
    Group,
    #[error(transparent)]
    Value(#[from] ValueError),
}

impl AnswerFault {
    /// The fault in both languages.
    pub fn texts(&self) -> Texts {
        match self {
            Self::UnknownName => Texts::both("表单没有此名称的节点", self.to_string()),
            Self::Group => Texts::both("分组不接受回答", self.to_string()),
            Self::Value(error) => error.texts(),
        }
    }
}
