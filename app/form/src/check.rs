//! Items of a checklist: what their answers count for, and which call for a finding.

use xpath::NodeIx;

use crate::form::ExpressionId;
use crate::instance::{Flags, Instance, NodeId};
use crate::score::ItemOutcome;

/// What of a check item the engine needs at every answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CheckRule {
    pub weight: f64,
    pub critical: bool,
    pub finding: Option<ExpressionId>,
    pub score: Option<ExpressionId>,
}

impl Instance {
    /// What an item counts for; nothing for any other node, and while it is irrelevant.
    pub fn outcome(&self, node: NodeId) -> ItemOutcome {
        if self.relevant(node) {
            self.kept_outcome(node)
        } else {
            ItemOutcome::None
        }
    }

    /// Whether the answer to an item calls for a finding; never if the item is irrelevant.
    pub fn calls_for_finding(&self, node: NodeId) -> bool {
        self.flags_of(node).contains(Flags::FINDING) && self.relevant(node)
    }

    /// What an item's answer calls for and counts for, as [`ItemOutcome`] says.
    pub(crate) fn judge(&self, node: NodeIx, rule: CheckRule) -> (bool, ItemOutcome) {
        let evaluator = self.evaluator(Self::primary(node));
        let expression = |id: ExpressionId| &self.form().expressions[id.0 as usize].root;
        let answer = self.tree().text(node);
        let finding = match rule.finding {
            Some(own) => evaluator.boolean(expression(own)).unwrap_or(false),
            None => answer == "fail",
        };
        let outcome = match (answer, rule.score) {
            ("" | "unassessed", _) => ItemOutcome::NotAssessed,
            ("na", _) => ItemOutcome::NotApplicable,
            (_, Some(own)) => match evaluator.number(expression(own)) {
                // Adding zero makes a negative zero a plain one.
                Ok(points) if !points.is_nan() => {
                    ItemOutcome::Assessed(points.clamp(0.0, rule.weight) + 0.0)
                }
                _ => ItemOutcome::NotAssessed,
            },
            ("pass", None) => ItemOutcome::Assessed(rule.weight),
            ("fail", None) => ItemOutcome::Assessed(0.0),
            (_, None) => ItemOutcome::Assessed(if finding { 0.0 } else { rule.weight }),
        };
        (finding, outcome)
    }
}
