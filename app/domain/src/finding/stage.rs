//! How far a finding has come, and whose turn it is.

use serde::{Deserialize, Serialize};

use crate::Text;
use crate::instant::Day;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// The rectification notice has not been issued yet.
    Raised,
    /// Put right as planned.
    Planned,
    /// Claimed put right (or fixed on the spot), waiting for re-verification.
    Rectified,
    /// 销号
    Closed,
    /// Re-verified and not in order, or not in order any more.
    Reopened,
    /// The notice is out: a plan or a dispute is awaited.
    Notified,
    Disputed,
    /// A plan waits to be accepted or returned.
    PlanSubmitted,
    PlanReturned,
    /// More time was asked for; the work goes on.
    ExtensionAsked,
    /// A dispute was found right: there was no fault.
    Withdrawn,
}

/// Who has to act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Turn {
    /// Who orders the rectification.
    Authority,
    /// Who rectifies.
    Institution,
    /// Who re-verifies.
    Verifier,
    Nobody,
}

impl Stage {
    /// In the order of the road; what codes and rows name stands above in the order it came to be.
    pub const ALL: [Stage; 11] = [
        Stage::Raised,
        Stage::Notified,
        Stage::Disputed,
        Stage::PlanSubmitted,
        Stage::PlanReturned,
        Stage::Planned,
        Stage::ExtensionAsked,
        Stage::Rectified,
        Stage::Reopened,
        Stage::Closed,
        Stage::Withdrawn,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Stage::Raised => "raised",
            Stage::Notified => "notified",
            Stage::Disputed => "disputed",
            Stage::PlanSubmitted => "planSubmitted",
            Stage::PlanReturned => "planReturned",
            Stage::Planned => "planned",
            Stage::ExtensionAsked => "extensionAsked",
            Stage::Rectified => "rectified",
            Stage::Reopened => "reopened",
            Stage::Closed => "closed",
            Stage::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Stage::Raised => Text::new("待下整改通知", "To notify"),
            Stage::Notified => Text::new("待报整改计划", "Plan due"),
            Stage::Disputed => Text::new("申诉待答复", "Disputed"),
            Stage::PlanSubmitted => Text::new("计划待审", "Plan to review"),
            Stage::PlanReturned => Text::new("计划退回", "Plan returned"),
            Stage::Planned => Text::new("整改中", "Being rectified"),
            Stage::ExtensionAsked => Text::new("延期待批", "Extension asked"),
            Stage::Rectified => Text::new("待复核", "To re-verify"),
            Stage::Reopened => Text::new("复核未通过", "Reopened"),
            Stage::Closed => Text::new("已销号", "Closed"),
            Stage::Withdrawn => Text::new("已撤销", "Withdrawn"),
        }
    }

    /// Whether something is still to be done.
    pub const fn is_open(self) -> bool {
        !matches!(self, Stage::Closed | Stage::Withdrawn)
    }

    pub const fn turn(self) -> Turn {
        match self {
            Stage::Raised | Stage::Disputed | Stage::PlanSubmitted => Turn::Authority,
            Stage::Notified
            | Stage::PlanReturned
            | Stage::Planned
            | Stage::ExtensionAsked
            | Stage::Reopened => Turn::Institution,
            Stage::Rectified => Turn::Verifier,
            Stage::Closed | Stage::Withdrawn => Turn::Nobody,
        }
    }

    /// Which of two days binds the institution at this stage: that of the plan, that of the rectification, or neither.
    pub fn due(self, plan_by: Option<Day>, complete_by: Option<Day>) -> Option<Day> {
        match self {
            Stage::Notified | Stage::PlanReturned => plan_by,
            Stage::Planned | Stage::ExtensionAsked | Stage::Reopened => complete_by,
            _ => None,
        }
    }
}
