//! The legal transitions: the one table of what may be done with a finding at which stage, by whose act, and where it leads.

use serde::{Deserialize, Serialize};

use super::stage::Stage;
use crate::permission::Act;

/// What can be done with a finding that was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// Issue the rectification notice.
    Notify,
    Dispute,
    /// Answer a dispute: the finding stands.
    Uphold,
    /// Answer a dispute: the finding is withdrawn.
    Withdraw,
    SubmitPlan,
    AcceptPlan,
    ReturnPlan,
    AskExtension,
    GrantExtension,
    RefuseExtension,
    ClaimRectified,
    Pass,
    Fail,
    /// Send a letter (督办函) about what is late.
    Escalate,
    /// Answer the letter that stands unanswered.
    AnswerLetter,
    Reopen,
    /// 回头看: still in order.
    LookBackPass,
    /// 回头看: not in order any more.
    LookBackFail,
    /// Record support that the regulator owes.
    OweSupport,
    ProvideSupport,
    ConfirmSupport,
}

impl Step {
    pub const ALL: [Step; 21] = [
        Step::Notify,
        Step::Dispute,
        Step::Uphold,
        Step::Withdraw,
        Step::SubmitPlan,
        Step::AcceptPlan,
        Step::ReturnPlan,
        Step::AskExtension,
        Step::GrantExtension,
        Step::RefuseExtension,
        Step::ClaimRectified,
        Step::Pass,
        Step::Fail,
        Step::Escalate,
        Step::AnswerLetter,
        Step::Reopen,
        Step::LookBackPass,
        Step::LookBackFail,
        Step::OweSupport,
        Step::ProvideSupport,
        Step::ConfirmSupport,
    ];

    /// Its row in the table.
    pub fn transition(self) -> &'static Transition {
        // Every step has its row, which a test holds; the first row is never given for another step.
        TRANSITIONS
            .iter()
            .find(|row| row.step == self)
            .unwrap_or(&TRANSITIONS[0])
    }
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// The stage stays what it is.
    Same,
    Stage(Stage),
}

/// One row: this step, by who has this act, from these stages, leads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    pub step: Step,
    pub by: Act,
    pub from: &'static [Stage],
    pub to: To,
}

const fn row(step: Step, by: Act, from: &'static [Stage], to: To) -> Transition {
    Transition { step, by, from, to }
}

/// Stages at which the institution can be late.
const UNDER_A_DEADLINE: &[Stage] = &[
    Stage::Notified,
    Stage::PlanReturned,
    Stage::Planned,
    Stage::ExtensionAsked,
    Stage::Reopened,
];

/// Stages at which support can be owed: all that are open but the last.
const UNDER_WAY: &[Stage] = &[
    Stage::Raised,
    Stage::Notified,
    Stage::Disputed,
    Stage::PlanSubmitted,
    Stage::PlanReturned,
    Stage::Planned,
    Stage::ExtensionAsked,
    Stage::Reopened,
];

/// Stages at which a letter can stand unanswered: all that are open after the notice. What is closed or withdrawn is pressed for no more.
const PRESSED: &[Stage] = &[
    Stage::Notified,
    Stage::Disputed,
    Stage::PlanSubmitted,
    Stage::PlanReturned,
    Stage::Planned,
    Stage::ExtensionAsked,
    Stage::Rectified,
    Stage::Reopened,
];

pub const TRANSITIONS: &[Transition] = &[
    row(
        Step::Notify,
        Act::OrderRectification,
        // Reopened: fixed on the spot, so it was told, and never notified.
        &[Stage::Raised, Stage::Reopened],
        To::Stage(Stage::Notified),
    ),
    row(
        Step::Dispute,
        Act::Rectify,
        &[Stage::Notified],
        To::Stage(Stage::Disputed),
    ),
    row(
        Step::Uphold,
        Act::OrderRectification,
        &[Stage::Disputed],
        To::Stage(Stage::Notified),
    ),
    row(
        Step::Withdraw,
        Act::OrderRectification,
        &[Stage::Disputed],
        To::Stage(Stage::Withdrawn),
    ),
    row(
        Step::SubmitPlan,
        Act::Rectify,
        // At once where the institution does not wait for the paper; again as long as nothing was claimed.
        &[
            Stage::Raised,
            Stage::Notified,
            Stage::PlanSubmitted,
            Stage::PlanReturned,
            Stage::Planned,
            Stage::Reopened,
        ],
        To::Stage(Stage::PlanSubmitted),
    ),
    row(
        Step::AcceptPlan,
        Act::OrderRectification,
        &[Stage::PlanSubmitted],
        To::Stage(Stage::Planned),
    ),
    row(
        Step::ReturnPlan,
        Act::OrderRectification,
        &[Stage::PlanSubmitted],
        To::Stage(Stage::PlanReturned),
    ),
    row(
        Step::AskExtension,
        Act::Rectify,
        &[Stage::Planned],
        To::Stage(Stage::ExtensionAsked),
    ),
    row(
        Step::GrantExtension,
        Act::OrderRectification,
        &[Stage::ExtensionAsked],
        To::Stage(Stage::Planned),
    ),
    row(
        Step::RefuseExtension,
        Act::OrderRectification,
        &[Stage::ExtensionAsked],
        To::Stage(Stage::Planned),
    ),
    row(
        Step::ClaimRectified,
        Act::Rectify,
        &[Stage::Planned, Stage::ExtensionAsked],
        To::Stage(Stage::Rectified),
    ),
    row(
        Step::Pass,
        Act::ReVerify,
        &[Stage::Rectified],
        To::Stage(Stage::Closed),
    ),
    row(
        Step::Fail,
        Act::ReVerify,
        &[Stage::Rectified],
        To::Stage(Stage::Reopened),
    ),
    row(Step::Escalate, Act::Escalate, UNDER_A_DEADLINE, To::Same),
    row(Step::AnswerLetter, Act::Rectify, PRESSED, To::Same),
    row(
        Step::Reopen,
        Act::ReVerify,
        &[Stage::Closed],
        To::Stage(Stage::Reopened),
    ),
    row(
        Step::LookBackPass,
        Act::ReVerify,
        &[Stage::Closed],
        To::Same,
    ),
    row(
        Step::LookBackFail,
        Act::ReVerify,
        &[Stage::Closed],
        To::Stage(Stage::Reopened),
    ),
    row(
        Step::OweSupport,
        Act::OrderRectification,
        UNDER_WAY,
        To::Same,
    ),
    row(
        Step::ProvideSupport,
        Act::GiveSupport,
        // Also after the claim: what is owed stays owed.
        &[
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
        ],
        To::Same,
    ),
    row(
        Step::ConfirmSupport,
        Act::Rectify,
        &[
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
        ],
        To::Same,
    ),
];

/// Where a step leads from a stage, if it is legal there.
pub fn next(step: Step, stage: Stage) -> Option<Stage> {
    let row = step.transition();
    row.from.contains(&stage).then_some(match row.to {
        To::Same => stage,
        To::Stage(to) => to,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_one_row_and_no_row_leaves_what_is_withdrawn() {
        assert_eq!(TRANSITIONS.len(), Step::ALL.len());
        for (row, step) in TRANSITIONS.iter().zip(Step::ALL) {
            assert_eq!(row.step, step);
            assert_eq!(step.transition(), row);
            assert!(!row.from.is_empty() && !row.from.contains(&Stage::Withdrawn));
        }
    }

    #[test]
    fn who_orders_does_not_rectify_and_who_rectifies_does_not_re_verify() {
        for row in TRANSITIONS {
            let own = match row.step {
                Step::Dispute
                | Step::SubmitPlan
                | Step::AskExtension
                | Step::ClaimRectified
                | Step::AnswerLetter
                | Step::ConfirmSupport => Act::Rectify,
                Step::Pass
                | Step::Fail
                | Step::Reopen
                | Step::LookBackPass
                | Step::LookBackFail => Act::ReVerify,
                Step::Escalate => Act::Escalate,
                Step::ProvideSupport => Act::GiveSupport,
                Step::Notify
                | Step::Uphold
                | Step::Withdraw
                | Step::AcceptPlan
                | Step::ReturnPlan
                | Step::GrantExtension
                | Step::RefuseExtension
                | Step::OweSupport => Act::OrderRectification,
            };
            assert_eq!(row.by, own, "{:?}", row.step);
        }
    }

    #[test]
    fn every_open_stage_can_be_left_and_every_stage_is_reached() {
        for stage in Stage::ALL {
            let left = TRANSITIONS
                .iter()
                .any(|row| row.from.contains(&stage) && row.to != To::Same);
            assert_eq!(left, stage != Stage::Withdrawn, "{stage:?}");
            let reached = TRANSITIONS.iter().any(|row| row.to == To::Stage(stage));
            assert_eq!(reached, stage != Stage::Raised, "{stage:?}");
        }
    }
}
