//! What can have happened to a finding.

use serde::{Deserialize, Serialize};

use super::papers::{Letter, Plan, RectificationNotice, SupportOwed};
use super::photo::{Evidence, Photo};
use super::raised::Raised;
use crate::id::{BodyId, LookBackId};
use crate::instant::Day;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FindingEvent {
    Raised(Box<Raised>),
    PlanSubmitted(Plan),
    RectificationClaimed(Evidence),
    ReVerificationPassed(Evidence),
    ReVerificationFailed {
        #[serde(flatten)]
        evidence: Evidence,
        /// By when it is rectified again; older logs do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        complete_by: Option<Day>,
    },
    Notified {
        #[serde(flatten)]
        notice: RectificationNotice,
        /// Of whom it is, whose numbers go on with its own; older logs do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<BodyId>,
    },
    Disputed {
        grounds: String,
    },
    Upheld {
        reason: String,
        plan_by: Day,
    },
    Withdrawn {
        reason: String,
    },
    PlanAccepted {
        plan: u32,
        opinion: String,
        /// The day the plan promises.
        complete_by: Day,
    },
    PlanReturned {
        plan: u32,
        opinion: String,
        plan_by: Day,
    },
    ExtensionAsked {
        until: Day,
        reason: String,
    },
    ExtensionGranted {
        until: Day,
        opinion: String,
    },
    ExtensionRefused {
        opinion: String,
    },
    Escalated(Letter),
    /// The letter that went out last is answered.
    LetterAnswered {
        account: String,
    },
    Reopened {
        reason: String,
        /// As of a re-verification that failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        complete_by: Option<Day>,
    },
    LookBackPassed {
        draw: LookBackId,
        evidence: Evidence,
    },
    LookBackFailed {
        draw: LookBackId,
        evidence: Evidence,
        /// As of a re-verification that failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        complete_by: Option<Day>,
    },
    SupportOwed {
        support: u32,
        owed: SupportOwed,
    },
    SupportProvided {
        support: u32,
        account: String,
        on: Day,
        /// Working days after the day it was due.
        late: u32,
    },
    SupportConfirmed {
        support: u32,
    },
    /// Support came late: the institution's deadlines moved by the working days it waited.
    DeadlineMoved {
        support: u32,
        /// Of the rectification, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        complete_by: Option<Day>,
        /// Of the plan, where it is still owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan_by: Option<Day>,
        /// Of the plan that is being read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promised: Option<Day>,
    },
}

impl FindingEvent {
    /// The photos it brings.
    pub fn photos(&self) -> impl Iterator<Item = &Photo> {
        let (photos, fixed): (&[Photo], &[Photo]) = match self {
            FindingEvent::Raised(raised) => (&raised.photos, &raised.photos_fixed),
            FindingEvent::RectificationClaimed(evidence)
            | FindingEvent::ReVerificationPassed(evidence)
            | FindingEvent::ReVerificationFailed { evidence, .. }
            | FindingEvent::LookBackPassed { evidence, .. }
            | FindingEvent::LookBackFailed { evidence, .. } => (&evidence.photos, &[]),
            _ => (&[], &[]),
        };
        photos.iter().chain(fixed)
    }
}
