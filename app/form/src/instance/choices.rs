//! What a select offers, and what becomes of an answer that is offered no longer.

use std::sync::Arc;

use xpath::{Evaluator, NodeIx, NodeRef};

use super::state::Aspect;
use super::{Choice, Flags, Instance, NodeId};
use crate::form::{Control, DefId};
use crate::source::ControlKind;

impl Instance {
    /// The choices of a select in the active language; none for any other node.
    pub fn choices(&self, node: NodeId) -> Vec<Choice> {
        self.choices_in(node, &self.language())
    }

    /// The choices with their labels in a language.
    pub fn choices_in(&self, node: NodeId, language: &str) -> Vec<Choice> {
        let Some(state) = self.states.get(node.index()) else {
            return Vec::new();
        };
        let Some(control) = self.form.control_of(state.def) else {
            return Vec::new();
        };
        let ix = node.ix();
        if control.itemset.is_none() {
            return control
                .items
                .iter()
                .map(|item| Choice {
                    value: item.value.to_string(),
                    label: item.label.as_ref().map_or_else(String::new, |label| {
                        self.render(label, ix, language, "").unwrap_or_default()
                    }),
                })
                .collect();
        }
        self.items(control, ix)
            .iter()
            .map(|item| Choice {
                value: self.item_value(control, *item, ix),
                label: self.item_label(control, *item, ix, language),
            })
            .collect()
    }

    /// The items an itemset selects for a node.
    fn items(&self, control: &Control, node: NodeIx) -> Arc<Vec<NodeRef>> {
        if !control.static_choices {
            return Arc::new(self.choices.get(&node).cloned().unwrap_or_default());
        }
        let key = self.state(node).def.0;
        if let Some(known) = self.static_choices.borrow().get(&key) {
            return Arc::clone(known);
        }
        let items = Arc::new(self.evaluate_items(control, node));
        self.static_choices
            .borrow_mut()
            .insert(key, Arc::clone(&items));
        items
    }

    fn evaluate_items(&self, control: &Control, node: NodeIx) -> Vec<NodeRef> {
        let Some(itemset) = &control.itemset else {
            return Vec::new();
        };
        self.evaluator(Self::primary(node))
            .nodes(&self.form.expressions[itemset.nodes.0 as usize].root)
            .unwrap_or_default()
    }

    fn at_item(&self, item: NodeRef, node: NodeIx) -> Evaluator<'_> {
        let mut evaluator = self.evaluator(item);
        evaluator.current = Self::primary(node);
        evaluator
    }

    fn item_value(&self, control: &Control, item: NodeRef, node: NodeIx) -> String {
        let Some(itemset) = &control.itemset else {
            return String::new();
        };
        self.at_item(item, node)
            .text(&self.form.expressions[itemset.value.0 as usize].root)
            .map_or_else(|_| String::new(), std::borrow::Cow::into_owned)
    }

    fn item_label(&self, control: &Control, item: NodeRef, node: NodeIx, language: &str) -> String {
        let Some(label) = control.itemset.as_ref().and_then(|itemset| itemset.label) else {
            return String::new();
        };
        let expression = &self.form.expressions[label.0 as usize];
        let evaluator = self.at_item(item, node);
        if let xpath::Expr::Call {
            function: xpath::Function::Itext,
            arguments,
        } = &expression.root
            && let [id] = &arguments[..]
        {
            let id = evaluator.text(id).unwrap_or_default();
            let index = self.form.language_index(language);
            return self.translated(&id, index, "", node).unwrap_or_default();
        }
        evaluator
            .text(&expression.root)
            .map_or_else(|_| String::new(), std::borrow::Cow::into_owned)
    }

    /// Finds anew what a select offers.
    pub(super) fn compute_choices(&mut self, def: DefId, node: NodeIx) {
        let form = Arc::clone(&self.form);
        let Some(control) = form.control_of(def) else {
            return;
        };
        let items = self.evaluate_items(control, node);
        let labels_may_differ = !items.is_empty();
        if self.choices.get(&node) != Some(&items) {
            self.choices.insert(node, items);
            self.note(node, Aspect::Choices);
        } else if labels_may_differ {
            // The same items may be labelled anew: they are nodes whose texts can change.
            if self.choices[&node]
                .iter()
                .any(|item| item.document == xpath::DocumentId::PRIMARY)
            {
                self.note(node, Aspect::Choices);
            }
        }
        self.reconcile(control, node);
    }

    /// Takes out of an answer just given what an itemset does not offer.
    pub(super) fn keep_to_offered(&mut self, node: NodeIx) {
        let form = Arc::clone(&self.form);
        if let Some(control) = form.control_of(self.state(node).def)
            && !control.static_choices
        {
            self.reconcile(control, node);
        }
    }

    /// Takes out of an answer what is offered no longer, and brings back what is again, unless a person has answered since.
    fn reconcile(&mut self, control: &Control, node: NodeIx) {
        if !matches!(
            control.kind,
            ControlKind::Select | ControlKind::Select1 | ControlKind::Rank
        ) {
            return;
        }
        let current = self.tree.text(node).to_owned();
        let given = self
            .withheld
            .get(&node)
            .cloned()
            .unwrap_or_else(|| current.clone());
        if given.is_empty() {
            return;
        }
        let items = self.items(control, node);
        let offered: std::collections::HashSet<String> = items
            .iter()
            .map(|item| self.item_value(control, *item, node))
            .collect();
        let kept = match control.kind {
            ControlKind::Select => given
                .split_whitespace()
                .filter(|value| offered.contains(*value))
                .collect::<Vec<_>>()
                .join(" "),
            // One choice, or an order of all of them: what is left of that is no answer.
            _ if given
                .split_whitespace()
                .all(|value| offered.contains(value)) =>
            {
                given.clone()
            }
            _ => String::new(),
        };
        if kept == given {
            self.withheld.remove(&node);
        } else {
            self.withheld.insert(node, given);
        }
        if kept != current {
            self.set_value(node, &kept);
        }
    }

    /// Several choices in the order they are offered in; what is not offered comes last.
    pub(super) fn in_order(&self, node: NodeIx, given: &str) -> String {
        let mut left: Vec<&str> = given.split_whitespace().collect();
        if left.len() < 2 {
            return given.to_owned();
        }
        let Some(control) = self.form.control_of(self.state(node).def) else {
            return given.to_owned();
        };
        let offered: Vec<String> = if control.itemset.is_some() {
            self.items(control, node)
                .iter()
                .map(|item| self.item_value(control, *item, node))
                .collect()
        } else {
            control
                .items
                .iter()
                .map(|item| item.value.to_string())
                .collect()
        };
        let mut ordered: Vec<&str> = Vec::with_capacity(left.len());
        for value in &offered {
            if let Some(at) = left.iter().position(|given| given == value) {
                ordered.push(left.remove(at));
            }
        }
        ordered.extend(left);
        ordered.join(" ")
    }

    /// Whether a select offers a value.
    pub fn offers(&self, node: NodeId, value: &str) -> bool {
        let Some(control) = self
            .states
            .get(node.index())
            .and_then(|state| self.form.control_of(state.def))
        else {
            return false;
        };
        if control.itemset.is_none() {
            return control.items.iter().any(|item| *item.value == *value);
        }
        let ix = node.ix();
        self.has(ix, Flags::default())
            && self
                .items(control, ix)
                .iter()
                .any(|item| self.item_value(control, *item, ix) == value)
    }
}
