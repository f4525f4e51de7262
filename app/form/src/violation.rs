//! What keeps an answer from being valid.

use serde::{Deserialize, Serialize};

use crate::{NodeId, Texts};

/// A relevant question whose answer is not valid as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub node: NodeId,
    pub kind: ViolationKind,
    /// What to tell the person: the author's message, or one of the engine's.
    pub message: Texts,
}

/// In what way the answer is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ViolationKind {
    /// Required and empty.
    Required,
    /// Not empty, and the constraint does not hold.
    Constraint,
}

impl ViolationKind {
    /// What is said where the author of the form says nothing.
    pub fn message(self) -> Texts {
        match self {
            Self::Required => Texts::both("此项必填", "This needs an answer"),
            Self::Constraint => {
                Texts::both("回答不符合要求", "The answer is outside what is allowed")
            }
        }
    }
}
