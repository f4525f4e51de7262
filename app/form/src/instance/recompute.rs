//! What follows from a change: every result that depends on it is computed once, after everything it reads. Nothing recurses.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use xpath::{EvaluationError, Evaluator, NodeIx, Value};

use super::state::{Aspect, LISTED, WAS_REQUIRED, WAS_UNFIT};
use super::{Flags, Instance};
use crate::computation::{Computation, Reader, Result as Computed};
use crate::form::{BlockId, DefId, DefKind};
use crate::limits;

/// Results to compute, in the order of the form's computations.
#[derive(Debug, Default)]
pub(super) struct Pending {
    heap: BinaryHeap<Reverse<(u32, u32)>>,
    /// While everything is computed in order: what comes later in that order needs no note.
    sweeping: Option<u32>,
}

/// A value as a number where it plainly is one.
pub(super) fn number_of(text: &str) -> f64 {
    match text.as_bytes() {
        [b'0'..=b'9' | b'-' | b'.', ..] => xpath::number_of_text(text, false),
        _ => f64::NAN,
    }
}

impl Instance {
    /// Where the results of a computation are: the block, and the offset in it.
    fn place(&self, computation: Computation) -> (BlockId, u32) {
        let def = self.form.def(computation.def);
        if computation.result == Computed::Count {
            let outer = self.form.block(def.block).parent.unwrap_or(BlockId::ROOT);
            let offset = self
                .form
                .block(outer)
                .repeats
                .iter()
                .find(|place| place.def == computation.def)
                .map_or(0, |place| place.offset);
            (outer, offset)
        } else {
            (def.block, def.offset)
        }
    }

    /// Computes everything, in order.
    pub(super) fn compute_all(&mut self) {
        let form = Arc::clone(&self.form);
        self.inherit_all();
        for (index, computation) in form.computations.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            self.pending.sweeping = Some(index);
            let (block, offset) = self.place(*computation);
            let mut next = 0;
            // Counting may add instances behind.
            while let Some(&number) = self.by_block[block.index()].get(next) {
                next += 1;
                let node = self.block_node(number, offset);
                self.compute(*computation, node);
            }
        }
        self.pending.sweeping = None;
        self.settle();
    }

    /// Notes everything in a block as to be computed.
    pub(super) fn mark_block(&mut self, number: u32) {
        let form = Arc::clone(&self.form);
        for &index in &form.block(self.blocks[number as usize].block).computations {
            let (_, offset) = self.place(form.computations[index as usize]);
            let node = self.block_node(number, offset);
            self.mark(index, node);
        }
    }

    fn mark(&mut self, computation: u32, node: NodeIx) {
        if self.pending.sweeping.is_some_and(|at| computation > at) {
            return;
        }
        let bit = self.form.computations[computation as usize].result.bit();
        let state = &mut self.states[node.index()];
        if state.pending & bit == 0 {
            state.pending |= bit;
            let node = u32::try_from(node.index()).unwrap_or(u32::MAX);
            self.pending.heap.push(Reverse((computation, node)));
        }
    }

    fn mark_reader(&mut self, reader: Reader, from: u32) {
        let computation = self.form.computations[reader.computation as usize];
        if self
            .pending
            .sweeping
            .is_some_and(|at| reader.computation > at)
        {
            return;
        }
        let Some(anchor) = self.climb(from, reader.anchor) else {
            return;
        };
        let (block, offset) = self.place(computation);
        if self.blocks[anchor as usize].block == block {
            let node = self.block_node(anchor, offset);
            self.mark(reader.computation, node);
            return;
        }
        let mut nodes = Vec::new();
        self.within(anchor, block, &mut |number| {
            nodes.push(self.block_node(number, offset));
        });
        for node in nodes {
            self.mark(reader.computation, node);
        }
    }

    /// Notes whatever reads a node.
    pub(super) fn mark_readers(&mut self, node: NodeIx) {
        let form = Arc::clone(&self.form);
        let state = self.state(node);
        let (def, from) = (state.def, state.block);
        for reader in &form.readers[def.index()] {
            self.mark_reader(*reader, from);
        }
    }

    /// Notes whatever reads how many instances a repeat has; `from` is a block instance around them.
    pub(super) fn mark_structure(&mut self, repeat: DefId, from: u32) {
        let form = Arc::clone(&self.form);
        for reader in &form.structure_readers[repeat.index()] {
            self.mark_reader(*reader, from);
        }
    }

    /// Computes what is noted until nothing is.
    pub(super) fn settle(&mut self) {
        let form = Arc::clone(&self.form);
        // Circles through relevance or through other instances come to rest or are stopped.
        let mut budget = limits::MAX_COMPUTATIONS_A_NODE * (self.states.len() + 1_000);
        while let Some(Reverse((index, node))) = self.pending.heap.pop() {
            let computation = form.computations[index as usize];
            let node = NodeIx::from_index(node as usize).unwrap_or(NodeIx::DOCUMENT);
            self.states[node.index()].pending &= !computation.result.bit();
            budget = budget.saturating_sub(1);
            if budget > 0 && self.tree.is_attached(node) {
                self.compute(computation, node);
            }
        }
    }

    /// What a computation's expression gives at a node; nothing if it fails, which is noted.
    fn evaluate<T>(
        &mut self,
        computation: Computation,
        node: NodeIx,
        of: impl FnOnce(&Evaluator, &xpath::Expr) -> std::result::Result<T, EvaluationError>,
    ) -> Option<T> {
        let expression = computation.expression?;
        let evaluator = self.evaluator(Self::primary(node));
        let value = of(
            &evaluator,
            &self.form.expressions[expression.0 as usize].root,
        );
        value
            .map_err(|error| self.fault.get_or_insert((node, error)))
            .ok()
    }

    #[allow(
        clippy::redundant_closure,
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is of one lifetime, the closure of any"
    )]
    fn boolean(&mut self, computation: Computation, node: NodeIx) -> Option<bool> {
        self.evaluate(computation, node, |evaluator, expr| evaluator.boolean(expr))
    }

    #[allow(
        clippy::redundant_closure,
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is of one lifetime, the closure of any"
    )]
    fn number(&mut self, computation: Computation, node: NodeIx) -> Option<f64> {
        self.evaluate(computation, node, |evaluator, expr| evaluator.number(expr))
    }

    #[inline(never)]
    fn compute(&mut self, computation: Computation, node: NodeIx) {
        match computation.result {
            Computed::Relevant => {
                let holds = self.boolean(computation, node).unwrap_or(false);
                let state = &mut self.states[node.index()];
                let (def, block) = (state.def, state.block);
                if state.flags.set(Flags::SELF_RELEVANT, holds) {
                    self.inherit(node);
                    // Also while something around is irrelevant, and the instance with it.
                    if self.form.def(def).kind == DefKind::Repeat
                        && let Some(around) = self.blocks[block as usize].parent
                    {
                        self.refresh_anchor(around, def);
                    }
                }
            }
            Computed::Readonly => {
                let holds = self.boolean(computation, node).unwrap_or(false);
                let state = &mut self.states[node.index()];
                if state.flags.set(Flags::SELF_READONLY, holds) {
                    self.inherit(node);
                }
            }
            Computed::Required => {
                let holds = self.boolean(computation, node).unwrap_or(false);
                if self.states[node.index()].flags.set(Flags::REQUIRED, holds) {
                    self.note(node, Aspect::Required);
                    self.refresh_validity(node);
                }
            }
            Computed::Constraint => {
                let blank = self.tree.text(node).is_empty();
                let unfit = !blank && !self.boolean(computation, node).unwrap_or(true);
                self.states[node.index()].flags.set(Flags::UNFIT, unfit);
                self.refresh_validity(node);
            }
            Computed::Calculate => self.calculate(computation, node),
            Computed::Count => self.count_instances(computation, node),
            Computed::Choices => self.compute_choices(computation.def, node),
            Computed::Item => self.compute_item(node),
            Computed::Label => self.compute_text(node, true),
            Computed::Hint => self.compute_text(node, false),
        }
    }

    #[inline(never)]
    fn calculate(&mut self, computation: Computation, node: NodeIx) {
        let computed = self.evaluate(computation, node, |evaluator, expr| {
            evaluator.text(expr).map(std::borrow::Cow::into_owned)
        });
        // What comes of blanks is blank.
        match computed.as_deref() {
            Some("NaN") => drop(self.set_value(node, "")),
            Some(text) => drop(self.set_value(node, text)),
            None => {}
        }
    }

    /// Brings a repeat to the number of instances its count asks for. What a person has entered is never taken away: a count
    /// that falls, or gives no number, leaves them.
    #[inline(never)]
    fn count_instances(&mut self, computation: Computation, anchor: NodeIx) {
        let wanted = match self.number(computation, anchor) {
            Some(number) if number >= 1.0 => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let wanted = number.min(1e9) as usize;
                wanted.min(limits::MAX_REPEAT_INSTANCES)
            }
            _ => 0,
        };
        let number = self.state(anchor).block;
        let Some(ordinal) = self.repeat_ordinal(number, computation.def) else {
            return;
        };
        while self.blocks[number as usize].lists[ordinal as usize].len() < wanted {
            let place = self.blocks[number as usize].lists[ordinal as usize].len();
            self.add_instance(number, ordinal, place);
        }
    }

    /// Which of a block's repeats a definition is.
    pub(super) fn repeat_ordinal(&self, number: u32, repeat: DefId) -> Option<u32> {
        let block = self.form.block(self.blocks[number as usize].block);
        let ordinal = block.repeats.iter().position(|place| place.def == repeat)?;
        u32::try_from(ordinal).ok()
    }

    /// Sets a node's value, in the spelling of its type; tells whether it changed.
    pub(super) fn set_value(&mut self, node: NodeIx, text: &str) -> bool {
        let def = self.state(node).def;
        if !matches!(self.form.def(def).kind, DefKind::Leaf | DefKind::Attribute) {
            return false;
        }
        let mut text = self.form.def(def).data_type.normalise(text);
        if text.len() > limits::MAX_ANSWER_BYTES {
            // What was there before would pass for what this came to.
            text = "".into();
        }
        if self.tree.text(node) == text {
            return false;
        }
        if !self.opening {
            let again = self.state(node).changed & Aspect::Value as u16 != 0;
            self.journal.value(node, self.tree.text(node), again);
        }
        self.tree.set_text(node, &text);
        self.states[node.index()].number = number_of(&text);
        self.note(node, Aspect::Value);
        self.mark_readers(node);
        self.refresh_validity(node);
        if !self.opening && self.form.changed_actions.contains_key(&def) {
            self.value_events.push_back(node);
        }
        true
    }

    /// Relevance and readonliness of everything, from the root down.
    fn inherit_all(&mut self) {
        if let Some(root) = self.tree.root_element() {
            self.inherit_from(root, true);
        }
    }

    /// Relevance and readonliness of a block just made.
    pub(super) fn inherit_new(&mut self, root: NodeIx) {
        self.inherit_from(root, true);
    }

    /// Hands a node's relevance and readonliness down to where nothing changes.
    pub(super) fn inherit(&mut self, node: NodeIx) {
        self.inherit_from(node, false);
    }

    fn inherit_from(&mut self, top: NodeIx, all: bool) {
        let mut work = vec![top];
        while let Some(node) = work.pop() {
            let above = self
                .tree
                .parent(node)
                .filter(|parent| *parent != NodeIx::DOCUMENT)
                .map(|parent| self.state(parent).flags);
            let above_relevant = above.is_none_or(|flags| flags.contains(Flags::RELEVANT));
            let above_readonly = above.is_some_and(|flags| flags.contains(Flags::READONLY));
            let state = &mut self.states[node.index()];
            let relevant = above_relevant && state.flags.contains(Flags::SELF_RELEVANT);
            let readonly = above_readonly || state.flags.contains(Flags::SELF_READONLY);
            let relevance_changed = state.flags.set(Flags::RELEVANT, relevant);
            let readonly_changed = state.flags.set(Flags::READONLY, readonly);
            if relevance_changed {
                self.note(node, Aspect::Relevant);
                let (def, block) = (self.state(node).def, self.state(node).block);
                match self.form.def(def).kind {
                    DefKind::Leaf | DefKind::Attribute => {
                        self.mark_readers(node);
                        self.refresh_validity(node);
                        self.refresh_item(node);
                    }
                    DefKind::Repeat if !self.has(node, Flags::ANCHOR) => {
                        if let Some(around) = self.blocks[block as usize].parent {
                            self.mark_structure(def, around);
                        }
                    }
                    _ => {}
                }
            }
            if readonly_changed {
                self.note(node, Aspect::Readonly);
            }
            if all || relevance_changed || readonly_changed {
                work.extend(self.tree.children(node));
                work.extend(self.tree.attributes(node));
            }
        }
    }

    /// A repeat is relevant while one of its instances is, or might be if there was one.
    pub(super) fn refresh_anchor(&mut self, around: u32, repeat: DefId) {
        let Some(ordinal) = self.repeat_ordinal(around, repeat) else {
            return;
        };
        let anchor = self.anchor(around, ordinal);
        let instances = &self.blocks[around as usize].lists[ordinal as usize];
        let relevant = instances.is_empty()
            || instances
                .iter()
                .any(|number| self.has(self.block_node(*number, 0), Flags::SELF_RELEVANT));
        if self.states[anchor.index()]
            .flags
            .set(Flags::SELF_RELEVANT, relevant)
        {
            self.inherit(anchor);
        }
    }

    /// Tells of a violation that came or went.
    pub(super) fn refresh_validity(&mut self, node: NodeIx) {
        if self.form.def(self.state(node).def).kind != DefKind::Leaf {
            return;
        }
        let blank = self.tree.text(node).is_empty();
        let before = self.state(node).flags;
        let flags = &mut self.states[node.index()].flags;
        let counts = flags.contains(Flags::RELEVANT);
        let required = counts && blank && flags.contains(Flags::REQUIRED);
        let unfit = counts && !blank && flags.contains(Flags::UNFIT);
        let mut changed = flags.set(Flags::SHOWN_REQUIRED, required);
        changed |= flags.set(Flags::SHOWN_UNFIT, unfit);
        if changed {
            let state = &mut self.states[node.index()];
            if !self.opening && state.changed & Aspect::Validity as u16 == 0 {
                for (flag, was) in [
                    (Flags::SHOWN_REQUIRED, WAS_REQUIRED),
                    (Flags::SHOWN_UNFIT, WAS_UNFIT),
                ] {
                    if before.contains(flag) {
                        state.changed |= was;
                    }
                }
            }
            self.note(node, Aspect::Validity);
        }
    }

    /// Notes that something changed of a node.
    pub(super) fn note(&mut self, node: NodeIx, aspect: Aspect) {
        if self.opening {
            return;
        }
        let state = &mut self.states[node.index()];
        if state.changed & LISTED == 0 {
            self.changed.push(node);
            state.changed |= LISTED;
        }
        if aspect.turns() {
            state.changed ^= aspect as u16;
        } else {
            state.changed |= aspect as u16;
        }
    }

    /// The value of any expression at a node, for texts.
    pub(super) fn evaluate_text(&self, expression: u32, node: NodeIx) -> String {
        let evaluator = self.evaluator(Self::primary(node));
        let expr = &self.form.expressions[expression as usize].root;
        match evaluator.evaluate(expr) {
            Ok(Value::Nodes(nodes)) => nodes.first().map_or_else(String::new, |first| {
                evaluator.node_text(*first).into_owned()
            }),
            Ok(value) => evaluator.text_of(value).into_owned(),
            Err(_) => String::new(),
        }
    }
}
