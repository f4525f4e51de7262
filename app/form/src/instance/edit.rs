//! What a person does to an instance.

use std::collections::HashMap;

use xpath::NodeIx;

use super::journal::Done;
use super::state::{Aspect, LISTED, State, WAS_REQUIRED, WAS_UNFIT};
use super::{Change, Flags, Instance, NodeId, blocks::Origin};
use crate::form::{Control, DefKind, ExpressionId, Piece, Text};
use crate::source::ControlKind;
use crate::{Texts, Value, ValueError, limits};

/// What a person does to an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Gives a node an answer in lexical form (choices separated by white space); blank takes it back.
    Answer { node: NodeId, value: String },
    /// Adds an instance to a repeat (its own node, not one of its instances): behind the instance of this number, counted from
    /// 1, or at the end.
    CreateRepeat { repeat: NodeId, after: Option<u32> },
    /// Takes an instance of a repeat away.
    RemoveRepeat { instance: NodeId },
    /// Shows texts in another of the form's languages.
    SetLanguage(String),
    /// Answers a [`super::Request::Position`]; blank if no position could be had.
    Position { node: NodeId, value: String },
}

/// Why an edit was not made; the instance is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the form has no such node")]
    UnknownNode,
    #[error("this takes no answer")]
    NotAQuestion,
    #[error("cannot write to a read-only field: {0}")]
    Readonly(String),
    #[error("longer than {} bytes", limits::MAX_ANSWER_BYTES)]
    TooLong,
    #[error("the instances of this repeat are not for a person to add or remove")]
    FixedRepeat,
    #[error("a repeat has at most {} instances", limits::MAX_REPEAT_INSTANCES)]
    TooManyInstances,
    #[error("the form has no language \"{0}\"")]
    UnknownLanguage(String),
    /// An action of the form names several nodes where it sets one.
    #[error("an action of the form sets a field in several instances of a repeat at once: {0}")]
    SeveralTargets(String),
    /// Actions of the form set each other off without end.
    #[error("actions of the form set each other off without end: {0}")]
    EndlessActions(String),
    #[error(transparent)]
    Value(#[from] ValueError),
    #[error("{path}: {error}")]
    Evaluation {
        path: String,
        error: xpath::EvaluationError,
    },
}

impl EditError {
    /// The reason in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::UnknownNode => "表单没有此节点".to_owned(),
            Self::NotAQuestion => "此处不接受回答".to_owned(),
            Self::Readonly(path) => format!("此项只读，不能修改：{path}"),
            Self::TooLong => format!("超过 {} 字节", limits::MAX_ANSWER_BYTES),
            Self::FixedRepeat => "此重复组的组数由表单决定，不能增减".to_owned(),
            Self::TooManyInstances => {
                format!("一个重复组最多 {} 组", limits::MAX_REPEAT_INSTANCES)
            }
            Self::UnknownLanguage(language) => format!("表单没有语言“{language}”"),
            Self::SeveralTargets(path) => {
                format!("表单的赋值动作同时指向重复组的多个实例：{path}")
            }
            Self::EndlessActions(path) => format!("表单的赋值动作互相触发，没有终止：{path}"),
            Self::Value(error) => return error.texts(),
            Self::Evaluation { path, error } => format!("{path}：{}", error.chinese()),
        };
        Texts::both(chinese, self.to_string())
    }
}

impl Instance {
    /// Makes an edit and computes what depends on it. Gives every node of which anything changed, in document order (a
    /// repeat itself behind its instances); the answer to an irrelevant question is taken as well, and kept until it counts.
    pub fn apply(&mut self, edit: Edit) -> Result<Vec<Change>, EditError> {
        self.fault = None;
        self.journal.begin();
        let done = self.perform(edit).and_then(|undo| match self.finish() {
            Ok(()) => {
                if let Undo::Removal(number) = undo {
                    self.forget(number);
                }
                Ok(())
            }
            Err(error) => {
                self.undo(undo);
                Err(error)
            }
        });
        let changes = self.take_changes();
        done.map(|()| changes)
    }

    /// Answers a question: the value must be of its kind, and its choices must be offered.
    pub fn answer_question(
        &mut self,
        node: NodeId,
        value: &Value,
    ) -> Result<Vec<Change>, EditError> {
        let text = self.fits(node, &value.text())?.write();
        self.apply(Edit::Answer { node, value: text })
    }

    fn perform(&mut self, edit: Edit) -> Result<Undo, EditError> {
        match edit {
            Edit::Answer { node, value } => {
                let ix = self.answerable(node)?;
                if self.has(ix, Flags::READONLY) {
                    return Err(EditError::Readonly(self.path(node)));
                }
                self.give(ix, &value)
            }
            Edit::Position { node, value } => {
                let ix = self.answerable(node)?;
                // An action's target need not be typed as a position; what is none is none.
                let point = crate::DataType::Geopoint.normalise(&value).into_owned();
                let value = if point.is_empty() { point } else { value };
                self.give(ix, &value)
            }
            Edit::CreateRepeat { repeat, after } => self.create_repeat(repeat, after),
            Edit::RemoveRepeat { instance } => self.remove_repeat(instance),
            Edit::SetLanguage(language) => self.set_language(language),
        }
    }

    fn answerable(&self, node: NodeId) -> Result<NodeIx, EditError> {
        let state = self
            .states
            .get(node.index())
            .ok_or(EditError::UnknownNode)?;
        let ix = node.ix();
        if !self.tree.is_attached(ix) {
            return Err(EditError::UnknownNode);
        }
        match self.form.def(state.def).kind {
            DefKind::Leaf | DefKind::Attribute => Ok(ix),
            _ => Err(EditError::NotAQuestion),
        }
    }

    fn give(&mut self, node: NodeIx, value: &str) -> Result<Undo, EditError> {
        if value.len() > limits::MAX_ANSWER_BYTES {
            return Err(EditError::TooLong);
        }
        let withheld = self.withheld.remove(&node);
        let value = self.fitting(node, value);
        self.set_value(node, &value);
        self.keep_to_offered(node);
        Ok(Undo::Answer { node, withheld })
    }

    /// The answer as the control takes it: a range keeps to its bounds, several choices stand in the order they are offered in.
    fn fitting(&self, node: NodeIx, value: &str) -> String {
        let control = self.form.control_of(self.state(node).def);
        match control.map(|control| (control, control.kind)) {
            Some((control, ControlKind::Range)) if !within_bounds(control, value) => String::new(),
            Some((_, ControlKind::Select)) => self.in_order(node, value),
            _ => value.to_owned(),
        }
    }

    fn create_repeat(&mut self, repeat: NodeId, after: Option<u32>) -> Result<Undo, EditError> {
        let (number, ordinal) = self.repeat_at(repeat).ok_or(EditError::UnknownNode)?;
        if self.count_controlled(repeat) {
            return Err(EditError::FixedRepeat);
        }
        let length = self.blocks[number as usize].lists[ordinal as usize].len();
        if length >= limits::MAX_REPEAT_INSTANCES {
            return Err(EditError::TooManyInstances);
        }
        let place = after.map_or(length, |after| (after as usize).min(length));
        self.add_instance(number, ordinal, place);
        Ok(Undo::Nothing)
    }

    /// Adds an instance, notes what to compute, and lets its actions run.
    pub(super) fn add_instance(&mut self, number: u32, ordinal: u32, place: usize) {
        let form = std::sync::Arc::clone(&self.form);
        let block = form.block(self.blocks[number as usize].block);
        let repeat = &block.repeats[ordinal as usize];
        let def = form.def(repeat.def);
        let template = self.initial(repeat.def, number, place).or(repeat.template);
        let origin = Origin {
            tree: &form.primary,
            names: &form.names,
            element: template,
            is_submission: false,
            blank: false,
        };
        let made = self.create_block(def.block, Some((number, ordinal, place)), origin, template);
        let root = self.block_node(made[0], 0);
        self.inherit_new(root);
        for number in &made {
            self.mark_block(*number);
        }
        let anchor = self.anchor(number, ordinal);
        self.note(anchor, Aspect::Instances);
        self.mark_structure(repeat.def, number);
        self.refresh_anchor(number, repeat.def);
        if !self.opening {
            self.journal.instance(made[0]);
            self.new_instances.extend(made.iter().copied());
        }
    }

    /// The element of the form's primary instance that stands for an instance a count asks for at a place.
    fn initial(&self, repeat: crate::DefId, number: u32, place: usize) -> Option<NodeIx> {
        let controlled = self
            .form
            .control_of(repeat)
            .is_some_and(|control| control.count.is_some());
        if !controlled || self.blocks[number as usize].block != crate::form::BlockId::ROOT {
            return None;
        }
        self.form.initial_instances(repeat).nth(place)
    }

    fn remove_repeat(&mut self, instance: NodeId) -> Result<Undo, EditError> {
        let number = self
            .block_at(instance)
            .filter(|_| self.tree.is_attached(instance.ix()))
            .ok_or(EditError::UnknownNode)?;
        let Some(parent) = self.blocks[number as usize].parent else {
            return Err(EditError::UnknownNode);
        };
        let def = self.state(instance.ix()).def;
        let Some(ordinal) = self.repeat_ordinal(parent, def) else {
            return Err(EditError::UnknownNode);
        };
        let anchor = self.anchor(parent, ordinal);
        if self.count_controlled(NodeId::of(anchor)) {
            return Err(EditError::FixedRepeat);
        }
        self.take_out(number);
        self.note(anchor, Aspect::Instances);
        self.mark_structure(def, parent);
        self.refresh_anchor(parent, def);
        Ok(Undo::Removal(number))
    }

    fn set_language(&mut self, language: String) -> Result<Undo, EditError> {
        if !self.form.languages().contains(&language) {
            return Err(EditError::UnknownLanguage(language));
        }
        if self.world.language == language {
            return Ok(Undo::Nothing);
        }
        let shown: Vec<(NodeIx, Vec<Option<String>>)> = self
            .with_texts()
            .map(|node| (node, self.all_texts(node)))
            .collect();
        let before = std::mem::replace(&mut self.world.language, language);
        self.refresh_texts();
        for (node, shown) in shown {
            if self.all_texts(node) != shown {
                self.note(node, Aspect::Label);
            }
        }
        for node in self.with_choices() {
            self.note(node, Aspect::Choices);
        }
        Ok(Undo::Language(before))
    }

    /// Shows labels and hints with outputs anew; values that were computed from translations stay until they are computed anew.
    fn refresh_texts(&mut self) {
        let shown: Vec<(NodeIx, bool)> = self.texts.keys().copied().collect();
        for (node, label) in shown {
            self.compute_text(node, label);
        }
    }

    /// The nodes with a label or a hint.
    fn with_texts(&self) -> impl Iterator<Item = NodeIx> + '_ {
        self.controlled(|control| {
            control.label.is_some()
                || control.around_label.is_some()
                || control.hint.is_some()
                || control.guidance.is_some()
        })
    }

    /// The selects of which a choice may have another label in another language.
    fn with_choices(&self) -> Vec<NodeIx> {
        let follows_language = |text: &Text| match text {
            Text::Written(template) => {
                let is_output = |piece: &Piece| matches!(piece, Piece::Output(_));
                template.iter().any(is_output)
            }
            _ => true,
        };
        let calls = |id: ExpressionId| {
            let mut calls = false;
            self.form.expressions[id.0 as usize]
                .root
                .walk(&mut |part| calls |= matches!(part, xpath::Expr::Call { .. }));
            calls
        };
        self.controlled(|control| match &control.itemset {
            Some(itemset) => itemset.label.is_some_and(&calls),
            None => control
                .items
                .iter()
                .any(|item| item.label.as_ref().is_some_and(&follows_language)),
        })
        .collect()
    }

    /// The nodes that are there and have a control that fits.
    fn controlled(&self, fits: impl Fn(&Control) -> bool) -> impl Iterator<Item = NodeIx> {
        (0..self.states.len())
            .filter_map(NodeIx::from_index)
            .filter(move |node| {
                self.tree.is_attached(*node)
                    && self
                        .form
                        .control_of(self.state(*node).def)
                        .is_some_and(&fits)
            })
    }

    /// Lets everything follow from an edit: results, then actions, then their results, until nothing is left.
    fn finish(&mut self) -> Result<(), EditError> {
        self.settle();
        self.run_events()?;
        match self.fault.take() {
            Some((node, error)) => Err(EditError::Evaluation {
                path: self.path(NodeId::of(node)),
                error,
            }),
            None => Ok(()),
        }
    }

    fn undo(&mut self, undo: Undo) {
        self.value_events.clear();
        self.new_instances.clear();
        // Whatever followed from the edit and whatever the form did on top of it goes as well, last things first.
        let mut journal = std::mem::take(&mut self.journal);
        while let Some(done) = journal.pop() {
            match done {
                Done::Value(node, value) => {
                    self.set_value(node, &value);
                }
                Done::Instance(number) => {
                    let def = self.state(self.block_node(number, 0)).def;
                    if let Some(parent) = self.blocks[number as usize].parent {
                        self.take_out(number);
                        self.forget(number);
                        self.mark_structure(def, parent);
                        self.refresh_anchor(parent, def);
                    }
                }
            }
        }
        match undo {
            Undo::Nothing => {}
            Undo::Answer { node, withheld } => {
                if let Some(withheld) = withheld {
                    self.withheld.insert(node, withheld);
                }
            }
            Undo::Removal(number) => {
                let def = self.state(self.block_node(number, 0)).def;
                if let Some(parent) = self.blocks[number as usize].parent {
                    self.put_back(number);
                    self.mark_structure(def, parent);
                    self.refresh_anchor(parent, def);
                }
            }
            Undo::Language(language) => {
                self.world.language = language;
                self.refresh_texts();
            }
        }
        self.value_events.clear();
        self.settle();
        self.value_events.clear();
        self.fault = None;
    }

    /// What changed, once.
    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        let mut nodes = std::mem::take(&mut self.changed);
        nodes.retain(|node| self.tree.is_attached(*node));
        if nodes.len() > 1 {
            self.tree.sort(&mut nodes);
        }
        let first_values = if self.journal.has_repetitions() {
            self.journal.first_values()
        } else {
            HashMap::new()
        };
        nodes
            .into_iter()
            .filter_map(|node| {
                let state: &mut State = &mut self.states[node.index()];
                let mut changed = std::mem::take(&mut state.changed);
                if changed & Aspect::Validity as u16 != 0 {
                    let was = |bit: u16| changed & bit != 0;
                    let same = state.flags.contains(Flags::SHOWN_REQUIRED) == was(WAS_REQUIRED)
                        && state.flags.contains(Flags::SHOWN_UNFIT) == was(WAS_UNFIT);
                    if same {
                        changed &= !(Aspect::Validity as u16);
                    }
                }
                if first_values.get(&node) == Some(&self.tree.text(node)) {
                    changed &= !(Aspect::Value as u16);
                }
                changed &= !(LISTED | WAS_REQUIRED | WAS_UNFIT);
                let has = |aspect: Aspect| changed & aspect as u16 != 0;
                (changed != 0).then_some(Change {
                    node: NodeId::of(node),
                    value: has(Aspect::Value),
                    relevant: has(Aspect::Relevant),
                    required: has(Aspect::Required),
                    readonly: has(Aspect::Readonly),
                    validity: has(Aspect::Validity),
                    finding: has(Aspect::Finding),
                    label: has(Aspect::Label),
                    choices: has(Aspect::Choices),
                    instances: has(Aspect::Instances),
                })
            })
            .collect()
    }
}

/// Whether a number lies on a range's scale.
fn within_bounds(control: &Control, value: &str) -> bool {
    let bound = |name: &str| {
        let (_, text) = control.parameters.iter().find(|(known, _)| known == name)?;
        json::decimal(text.trim())
    };
    match (bound("start"), bound("end")) {
        (Some(start), Some(end)) => json::decimal(value.trim())
            .is_some_and(|number| (start.min(end)..=start.max(end)).contains(&number)),
        _ => true,
    }
}

/// How to take an edit back, beside what the journal knows.
enum Undo {
    Nothing,
    Answer {
        node: NodeIx,
        withheld: Option<String>,
    },
    /// An instance taken out.
    Removal(u32),
    Language(String),
}
