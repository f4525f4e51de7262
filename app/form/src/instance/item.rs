//! Items of a checklist, as their answers change.

use xpath::NodeIx;

use super::state::Aspect;
use super::{Flags, Instance, NodeId};
use crate::score::ItemOutcome;

impl Instance {
    pub(super) fn compute_item(&mut self, node: NodeIx) {
        let Some(rule) = self.form.def(self.state(node).def).rule else {
            return;
        };
        let (finding, outcome) = self.judge(node, rule);
        self.outcomes.insert(node, outcome);
        if self.states[node.index()].flags.set(Flags::FINDING, finding)
            && self.has(node, Flags::RELEVANT)
        {
            self.note(node, Aspect::Finding);
        }
    }

    /// An item whose relevance changed takes its finding with it.
    pub(super) fn refresh_item(&mut self, node: NodeIx) {
        if self.has(node, Flags::FINDING) {
            self.note(node, Aspect::Finding);
        }
    }

    /// What an item counts for while it is relevant.
    pub(crate) fn kept_outcome(&self, node: NodeId) -> ItemOutcome {
        self.outcomes.get(&node.ix()).copied().unwrap_or_default()
    }
}
