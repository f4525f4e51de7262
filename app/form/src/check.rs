//! Items of a checklist: what their answers count for, and which call for a finding.

use xpath::NodeIx;

use crate::DefId;
use crate::form::{DefKind, ExpressionId, Form};
use crate::instance::{Flags, Instance, NodeId};
use crate::score::ItemOutcome;

/// A group on the top level, with the items in it in document order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub id: DefId,
    pub items: Vec<DefId>,
}

/// What of a check item the engine needs at every answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CheckRule {
    pub weight: f64,
    pub critical: bool,
    pub finding: Option<ExpressionId>,
    pub score: Option<ExpressionId>,
}

/// Finds a compiled form's items and sections.
#[inline(never)]
pub(crate) fn prepare(form: &mut Form) {
    form.items = form
        .def_ids()
        .filter(|id| form.def(*id).rule.is_some())
        .collect();
    form.sections = form
        .children(DefId::ROOT)
        .filter(|id| form.def(*id).kind == DefKind::Group && form.control_of(*id).is_some())
        .map(|id| Section {
            id,
            items: form
                .items
                .iter()
                .copied()
                .filter(|item| (id.0..form.def(id).end).contains(&item.0))
                .collect(),
        })
        .collect();
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
