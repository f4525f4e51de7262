//! What passes between who orders the rectification and who carries it out: the notice, the plan, the letter, the support owed.

use serde::{Deserialize, Serialize};

use crate::id::BodyId;
use crate::instant::Day;

/// 整改通知书
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RectificationNotice {
    /// The document number, such as 示例整改〔2022〕1号.
    pub number: String,
    /// The rule that was broken.
    pub basis: String,
    /// What was found.
    pub facts: String,
    /// What is demanded.
    pub requirement: String,
    /// By when the plan must be there.
    pub plan_by: Day,
    /// By when the fault must be put right.
    pub complete_by: Day,
}

/// The five parts of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// What is done for those affected.
    pub affected: String,
    /// How others at risk are found and protected.
    pub at_risk: String,
    /// What changes in the way of working, so that it does not happen again.
    pub system_change: String,
    /// How it will be watched.
    pub monitoring: String,
    pub complete_by: Day,
}

/// 督办函
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Letter {
    /// The document number, such as 示例督办〔2022〕1号.
    pub number: String,
    /// What is demanded.
    pub demand: String,
    /// By when an answer is expected; no other letter goes out before.
    pub answer_by: Day,
}

/// Something the regulator owes the institution, so that it can rectify.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupportOwed {
    /// The regulator that owes it.
    pub by: BodyId,
    pub what: String,
    pub due: Day,
}
