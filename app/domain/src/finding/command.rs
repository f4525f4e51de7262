//! What may be asked of a finding.

use serde::{Deserialize, Serialize};

use super::papers::{Letter, Plan, RectificationNotice, SupportOwed};
use super::photo::{Evidence, Photo};
use super::raised::Raised;
use super::transitions::Step;
use crate::id::LookBackId;
use crate::instant::Day;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FindingCommand {
    Raise(Box<Raised>),
    SubmitPlan(Plan),
    ClaimRectified(Evidence),
    /// Re-verified and in order: the finding is closed (销号).
    Pass(Evidence),
    /// Re-verified and not in order: the finding is open again, and rectified by another day.
    Fail {
        evidence: Evidence,
        complete_by: Day,
    },
    Notify(RectificationNotice),
    Dispute {
        grounds: String,
    },
    /// The finding stands; the plan is due on another day.
    Uphold {
        reason: String,
        plan_by: Day,
    },
    Withdraw {
        reason: String,
    },
    /// `plan` counts the plans submitted, from 1: what was read is what is accepted.
    AcceptPlan {
        plan: u32,
        opinion: String,
    },
    ReturnPlan {
        plan: u32,
        opinion: String,
        plan_by: Day,
    },
    AskExtension {
        until: Day,
        reason: String,
    },
    /// Until the day asked for, or another.
    GrantExtension {
        until: Day,
        opinion: String,
    },
    RefuseExtension {
        opinion: String,
    },
    Escalate(Letter),
    /// Answer the letter that went out last: what was done, and why it was late.
    AnswerLetter {
        account: String,
    },
    /// By another day, like whatever else is rectified again.
    Reopen {
        reason: String,
        complete_by: Day,
    },
    LookBackPass {
        draw: LookBackId,
        evidence: Evidence,
    },
    LookBackFail {
        draw: LookBackId,
        evidence: Evidence,
        complete_by: Day,
    },
    OweSupport(SupportOwed),
    /// `support` counts what is owed, from 1.
    ProvideSupport {
        support: u32,
        account: String,
    },
    ConfirmSupport {
        support: u32,
    },
}

impl FindingCommand {
    /// The photos it brings.
    pub fn photos(&self) -> impl Iterator<Item = &Photo> {
        let (photos, fixed): (&[Photo], &[Photo]) = match self {
            FindingCommand::Raise(raised) => (&raised.photos, &raised.photos_fixed),
            FindingCommand::ClaimRectified(evidence)
            | FindingCommand::Pass(evidence)
            | FindingCommand::Fail { evidence, .. }
            | FindingCommand::LookBackPass { evidence, .. }
            | FindingCommand::LookBackFail { evidence, .. } => (&evidence.photos, &[]),
            _ => (&[], &[]),
        };
        photos.iter().chain(fixed)
    }

    /// None for raising, which begins the road.
    pub const fn step(&self) -> Option<Step> {
        Some(match self {
            FindingCommand::Raise(_) => return None,
            FindingCommand::SubmitPlan(_) => Step::SubmitPlan,
            FindingCommand::ClaimRectified(_) => Step::ClaimRectified,
            FindingCommand::Pass(_) => Step::Pass,
            FindingCommand::Fail { .. } => Step::Fail,
            FindingCommand::Notify(_) => Step::Notify,
            FindingCommand::Dispute { .. } => Step::Dispute,
            FindingCommand::Uphold { .. } => Step::Uphold,
            FindingCommand::Withdraw { .. } => Step::Withdraw,
            FindingCommand::AcceptPlan { .. } => Step::AcceptPlan,
            FindingCommand::ReturnPlan { .. } => Step::ReturnPlan,
            FindingCommand::AskExtension { .. } => Step::AskExtension,
            FindingCommand::GrantExtension { .. } => Step::GrantExtension,
            FindingCommand::RefuseExtension { .. } => Step::RefuseExtension,
            FindingCommand::Escalate(_) => Step::Escalate,
            FindingCommand::AnswerLetter { .. } => Step::AnswerLetter,
            FindingCommand::Reopen { .. } => Step::Reopen,
            FindingCommand::LookBackPass { .. } => Step::LookBackPass,
            FindingCommand::LookBackFail { .. } => Step::LookBackFail,
            FindingCommand::OweSupport(_) => Step::OweSupport,
            FindingCommand::ProvideSupport { .. } => Step::ProvideSupport,
            FindingCommand::ConfirmSupport { .. } => Step::ConfirmSupport,
        })
    }

    /// The look-back it belongs to.
    pub const fn look_back(&self) -> Option<LookBackId> {
        match self {
            FindingCommand::LookBackPass { draw, .. }
            | FindingCommand::LookBackFail { draw, .. } => Some(*draw),
            _ => None,
        }
    }

    /// The support it is about, counted from 1.
    pub const fn support(&self) -> Option<u32> {
        match self {
            FindingCommand::ProvideSupport { support, .. }
            | FindingCommand::ConfirmSupport { support } => Some(*support),
            _ => None,
        }
    }
}
