//! Facts from the field that the rules cannot place: a second submission of one visit, an event of a kind this server does not
//! know yet. They are kept whole in the log until a person settles them; nothing recorded in the field is dropped.

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::instant::Instant;
use crate::permission::{Act, Place};
use crate::record::Authored;
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::{Language, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kept {
    /// What the tablet sent, unchanged.
    pub original: Authored,
    pub reason: Texts,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    pub kept: Option<Kept>,
    pub settled_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HeldCommand {
    /// What a person made of it.
    Settle { decision: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HeldEvent {
    Kept(Box<Kept>),
    Settled { decision: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HeldRefusal {
    Unknown,
    AlreadySettled,
    Decision(WordingRefusal),
}

impl HeldRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            HeldRefusal::Unknown => {
                say!(language, "没有这条存疑记录", "There is no such held record")
            }
            HeldRefusal::AlreadySettled => say!(
                language,
                "该记录已处理",
                "This record has been settled already"
            ),
            HeldRefusal::Decision(refusal) => {
                let why = refusal.text(language);
                say!(language, "处理意见：{why}", "Decision: {why}")
            }
        }
    }
}

impl Held {
    pub fn evolve(&mut self, event: &HeldEvent, at: Instant) {
        match event {
            HeldEvent::Kept(kept) => self.kept = Some((**kept).clone()),
            HeldEvent::Settled { .. } => self.settled_at = Some(at),
        }
    }
}

/// # Errors
/// A permission refusal without [`Act::SettleHeld`] in the whole jurisdiction; else a [`HeldRefusal`]: see there.
pub fn decide(
    state: &Held,
    command: &HeldCommand,
    context: &Context<'_>,
) -> Result<Vec<HeldEvent>, crate::Refusal> {
    let HeldCommand::Settle { decision } = command;
    context.permit(Act::SettleHeld, &Place::Jurisdiction)?;
    if state.kept.is_none() {
        return Err(HeldRefusal::Unknown.into());
    }
    if state.settled_at.is_some() {
        return Err(HeldRefusal::AlreadySettled.into());
    }
    wording::require(decision, ACCOUNT_LIMIT).map_err(HeldRefusal::Decision)?;
    Ok(vec![HeldEvent::Settled {
        decision: decision.clone(),
    }])
}
