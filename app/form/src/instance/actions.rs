//! What the form does by itself on events: setting values, asking for positions and recordings.

use std::sync::Arc;

use xpath::NodeIx;

use super::{EditError, Instance, NodeId, Request};
use crate::form::{Action, BlockId, CompiledActionKind, NewValue};
use crate::limits;

impl Instance {
    /// Runs what is set off by values that changed and instances that were added, with what follows from it.
    pub(super) fn run_events(&mut self) -> Result<(), EditError> {
        let form = Arc::clone(&self.form);
        let mut budget = limits::MAX_ACTIONS;
        loop {
            if let Some(number) = self.new_instances.pop_front() {
                let def = form.block(self.blocks[number as usize].block).def;
                for &index in form.repeat_actions.get(&def).into_iter().flatten() {
                    let action = &form.actions[index as usize];
                    self.run_within(action, number)?;
                }
                self.settle();
            } else if let Some(node) = self.value_events.pop_front() {
                budget -= 1;
                if budget == 0 {
                    return Err(EditError::EndlessActions(self.path(NodeId::of(node))));
                }
                if !self.tree.is_attached(node) {
                    continue;
                }
                let def = self.state(node).def;
                for &index in form.changed_actions.get(&def).into_iter().flatten() {
                    self.run(&form.actions[index as usize], node)?;
                }
                self.settle();
            } else {
                return Ok(());
            }
        }
    }

    /// Runs the actions of an instance that begins: those of a first load, and those of every load.
    pub(super) fn run_load_events(&mut self, first: bool) -> Result<(), EditError> {
        let form = Arc::clone(&self.form);
        for action in &form.actions {
            if (action.events.first_load && first) || action.events.load {
                self.run_within(action, 0)?;
                self.settle();
            }
        }
        Ok(())
    }

    /// Runs an action at every node of its context inside a block instance.
    fn run_within(&mut self, action: &Action, number: u32) -> Result<(), EditError> {
        let context = self.form.def(action.context);
        let (block, offset) = (context.block, context.offset);
        if !self
            .form
            .is_within(block, self.blocks[number as usize].block)
        {
            return Ok(());
        }
        let mut nodes = Vec::new();
        self.within(number, block, &mut |number| {
            nodes.push(self.block_node(number, offset));
        });
        debug_assert!(block != BlockId::ROOT || nodes.len() <= 1);
        for node in nodes {
            self.run(action, node)?;
        }
        Ok(())
    }

    fn run(&mut self, action: &Action, node: NodeIx) -> Result<(), EditError> {
        let form = Arc::clone(&self.form);
        let failed = |path: String, error| EditError::Evaluation { path, error };
        let evaluator = self.evaluator(Self::primary(node));
        let target = &form.expressions[action.target.0 as usize];
        let targets = evaluator
            .nodes(&target.root)
            .map_err(|error| failed(self.path(NodeId::of(node)), error))?;
        let target = match targets[..] {
            [] => return Ok(()),
            [target] => target.node,
            _ => return Err(EditError::SeveralTargets(target.source.to_string())),
        };
        let id = NodeId::of(target);
        match &action.kind {
            CompiledActionKind::SetGeopoint => {
                self.requests.push(Request::Position { node: id });
            }
            CompiledActionKind::RecordAudio(quality) => {
                self.requests.push(Request::RecordAudio {
                    node: id,
                    quality: quality.clone(),
                });
            }
            CompiledActionKind::SetValue(value) => {
                let text = match value {
                    NewValue::Literal(text) => text.to_string(),
                    NewValue::Expression(expression) => {
                        let evaluator = self.evaluator(Self::primary(target));
                        evaluator
                            .text(&form.expressions[expression.0 as usize].root)
                            .map_err(|error| failed(self.path(id), error))?
                            .into_owned()
                    }
                };
                self.withheld.remove(&target);
                self.set_value(target, &text);
            }
        }
        Ok(())
    }
}
