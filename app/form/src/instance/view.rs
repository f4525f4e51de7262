//! What a page shows of an instance.

use std::borrow::Cow;

use xpath::{NodeIx, NodeKind as XmlKind};

use super::state::Aspect;
use super::{Flags, Instance, NodeId};
use crate::form::{DefKind, Piece, Template, Text};
use crate::source::ControlKind;
use crate::{DataType, ViolationKind};

/// What a node is to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Root,
    Group,
    /// A repeat itself; its instances are below it.
    Repeat,
    RepeatInstance,
    /// A node without a control.
    Value,
    /// An input that is always read-only.
    Note,
    Input,
    Select1,
    Select,
    Rank,
    Range,
    Trigger,
    Upload,
}

/// One choice of a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// Which of a node's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    Label,
    Hint,
    Guidance,
    Image,
    BigImage,
    Audio,
    Video,
}

impl TextForm {
    const ALL: [Self; 7] = [
        Self::Label,
        Self::Hint,
        Self::Guidance,
        Self::Image,
        Self::BigImage,
        Self::Audio,
        Self::Video,
    ];

    fn form(self) -> &'static str {
        match self {
            Self::Label | Self::Hint => "",
            Self::Guidance => "guidance",
            Self::Image => "image",
            Self::BigImage => "big-image",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

impl Instance {
    pub fn root(&self) -> NodeId {
        NodeId::of(self.block_node(0, 0))
    }

    /// Whether the node is still part of the instance.
    pub fn is_there(&self, node: NodeId) -> bool {
        self.states
            .get(node.index())
            .is_some_and(|_| self.tree.is_attached(node.ix()))
    }

    /// The nodes directly below, in document order; of a repeat its instances.
    pub fn children(&self, node: NodeId) -> Vec<NodeId> {
        if let Some((number, ordinal)) = self.repeat_at(node) {
            return self.blocks[number as usize].lists[ordinal as usize]
                .iter()
                .map(|instance| NodeId::of(self.block_node(*instance, 0)))
                .collect();
        }
        self.tree
            .children(node.ix())
            .filter(|child| match self.tree.kind(*child) {
                XmlKind::Comment => true,
                XmlKind::Element => self.form.def(self.state(*child).def).kind != DefKind::Repeat,
                _ => false,
            })
            .map(NodeId::of)
            .collect()
    }

    /// What a node is in: an instance is in its repeat.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        if let Some(number) = self.block_at(node) {
            let around = self.blocks[number as usize].parent?;
            let ordinal = self.repeat_ordinal(around, self.state(node.ix()).def)?;
            return Some(NodeId::of(self.anchor(around, ordinal)));
        }
        self.tree
            .parent(node.ix())
            .filter(|parent| *parent != NodeIx::DOCUMENT)
            .map(NodeId::of)
    }

    /// The block instance a repeat is in and which of its repeats it is, for the repeat's own node.
    pub(super) fn repeat_at(&self, node: NodeId) -> Option<(u32, u32)> {
        let state = self.states.get(node.index())?;
        if !state.flags.contains(Flags::ANCHOR) {
            return None;
        }
        let ordinal = self.repeat_ordinal(state.block, state.def)?;
        Some((state.block, ordinal))
    }

    /// Whether a node is a repeat itself.
    pub fn is_repeat(&self, node: NodeId) -> bool {
        self.flag(node, Flags::ANCHOR)
    }

    /// Which instance of its repeat a node is, from 1; nothing for any other node.
    pub fn instance_position(&self, node: NodeId) -> Option<usize> {
        let number = self.block_at(node)?;
        let block = &self.blocks[number as usize];
        block.parent.map(|_| block.index as usize + 1)
    }

    /// Every node in document order, repeats before their instances.
    pub fn nodes(&self) -> Vec<NodeId> {
        let mut nodes = vec![self.root()];
        nodes.extend(self.descendants(self.root()));
        nodes
    }

    /// Everything below a node, in document order, repeats before their instances.
    pub fn descendants(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut work = self.children(node);
        work.reverse();
        while let Some(node) = work.pop() {
            found.push(node);
            let first = work.len();
            work.extend(self.children(node));
            work[first..].reverse();
        }
        found
    }

    /// The node of a definition, where there is only one: outside repeats.
    pub fn node_of(&self, def: crate::DefId) -> Option<NodeId> {
        let def = self.form.defs.get(def.index())?;
        (def.block == crate::form::BlockId::ROOT)
            .then(|| NodeId::of(self.block_node(0, def.offset)))
    }

    /// Every node of a definition, in document order.
    pub fn nodes_of(&self, def: crate::DefId) -> Vec<NodeId> {
        let Some(def) = self.form.defs.get(def.index()) else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        self.within(0, def.block, &mut |number| {
            nodes.push(NodeId::of(self.block_node(number, def.offset)));
        });
        nodes
    }

    /// The node outside repeats that alone has a bare name.
    pub fn find_name(&self, name: &str) -> Option<NodeId> {
        self.node_of(self.form.find(name)?)
    }

    /// The node at a path such as `/data/rep[2]/x`; `/data/rep` is the repeat itself.
    pub fn find(&self, path: &str) -> Option<NodeId> {
        let mut steps = path.strip_prefix('/')?.split('/');
        let mut node = self.root();
        let root = steps.next()?;
        if root != self.qualified(node) {
            return None;
        }
        for step in steps {
            let (name, position) = match step.split_once('[') {
                Some((name, rest)) => (name, Some(rest.strip_suffix(']')?.parse::<usize>().ok()?)),
                None => (step, None),
            };
            node = self
                .children(node)
                .into_iter()
                .find(|child| self.qualified(*child) == name)?;
            if let Some(position) = position {
                node = self.children(node).get(position.checked_sub(1)?).copied()?;
            } else if self.kind(node) == NodeKind::RepeatInstance {
                return None;
            }
        }
        Some(node)
    }

    fn qualified(&self, node: NodeId) -> String {
        let def = self.def(node);
        self.form.names.qualified(self.form.def(def).name)
    }

    /// The path of a node, with the positions of the repeat instances it is in.
    pub fn path(&self, node: NodeId) -> String {
        let mut steps = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            match self.block_at(node) {
                Some(number) if self.blocks[number as usize].parent.is_some() => {
                    let position = self.blocks[number as usize].index + 1;
                    steps.push(format!("{}[{position}]", self.qualified(node)));
                    // The repeat itself has the same name.
                    next = self.parent(node).and_then(|repeat| self.parent(repeat));
                }
                _ => {
                    let name = self.qualified(node);
                    let is_attribute = self.form.def(self.def(node)).kind == DefKind::Attribute;
                    steps.push(if is_attribute {
                        format!("@{name}")
                    } else {
                        name
                    });
                    next = self.parent(node);
                }
            }
        }
        steps.push(String::new());
        steps.reverse();
        steps.join("/")
    }

    pub fn kind(&self, node: NodeId) -> NodeKind {
        let Some(state) = self.states.get(node.index()) else {
            return NodeKind::Value;
        };
        let def = self.form.def(state.def);
        match def.kind {
            DefKind::Group if state.def == crate::DefId::ROOT => NodeKind::Root,
            DefKind::Group => NodeKind::Group,
            DefKind::Repeat if state.flags.contains(Flags::ANCHOR) => NodeKind::Repeat,
            DefKind::Repeat => NodeKind::RepeatInstance,
            DefKind::Attribute => NodeKind::Value,
            DefKind::Leaf => match self.form.control_of(state.def).map(|control| control.kind) {
                None | Some(ControlKind::Group | ControlKind::Repeat) => NodeKind::Value,
                Some(ControlKind::Input | ControlKind::Secret)
                    if def.always_readonly && self.is_labelled(state.def) =>
                {
                    NodeKind::Note
                }
                Some(ControlKind::Input | ControlKind::Secret) => NodeKind::Input,
                Some(ControlKind::Select1) => NodeKind::Select1,
                Some(ControlKind::Select) => NodeKind::Select,
                Some(ControlKind::Rank) => NodeKind::Rank,
                Some(ControlKind::Range) => NodeKind::Range,
                Some(ControlKind::Trigger) => NodeKind::Trigger,
                Some(ControlKind::Upload) => NodeKind::Upload,
            },
        }
    }

    fn is_labelled(&self, def: crate::DefId) -> bool {
        self.form
            .control_of(def)
            .is_some_and(|control| control.label.is_some() || control.hint.is_some())
    }

    pub fn data_type(&self, node: NodeId) -> DataType {
        self.form.def(self.def(node)).data_type
    }

    /// The value as it counts: blank while the node is irrelevant, but for the name of a file, which is still there.
    pub fn value(&self, node: NodeId) -> &str {
        if self.relevant(node) || self.kind(node) == NodeKind::Upload {
            self.kept(node)
        } else {
            ""
        }
    }

    /// The value as it is kept, relevant or not.
    pub fn kept(&self, node: NodeId) -> &str {
        match self.states.get(node.index()) {
            Some(_) if self.tree.first_child(node.ix()).is_none() => self.tree.text(node.ix()),
            _ => "",
        }
    }

    fn flag(&self, node: NodeId, flags: Flags) -> bool {
        self.states
            .get(node.index())
            .is_some_and(|state| state.flags.contains(flags))
    }

    /// Whether a node and everything it is in is relevant.
    pub fn relevant(&self, node: NodeId) -> bool {
        self.flag(node, Flags::RELEVANT)
    }

    pub fn required(&self, node: NodeId) -> bool {
        self.flag(node, Flags::REQUIRED)
    }

    /// Whether nobody may answer: declared so, or in something declared so.
    pub fn readonly(&self, node: NodeId) -> bool {
        self.flag(node, Flags::READONLY)
    }

    /// What is wrong with the answer of a node; nothing while it is irrelevant.
    pub fn violation(&self, node: NodeId) -> Option<ViolationKind> {
        if self.flag(node, Flags::SHOWN_REQUIRED) {
            Some(ViolationKind::Required)
        } else if self.flag(node, Flags::SHOWN_UNFIT) {
            Some(ViolationKind::Constraint)
        } else {
            None
        }
    }

    /// What the form's author says of a violation, in a language.
    pub fn message_in(&self, node: NodeId, language: &str) -> Option<String> {
        let def = self.form.def(self.def(node));
        let text = match self.violation(node)? {
            ViolationKind::Required => def.required_message.as_deref(),
            ViolationKind::Constraint => def.constraint_message.as_deref(),
        }?;
        self.render(text, node.ix(), language, "")
            .filter(|text| !text.is_empty())
    }

    /// What the form's author says of a violation.
    pub fn message(&self, node: NodeId) -> Option<String> {
        self.message_in(node, &self.language())
    }

    pub fn label(&self, node: NodeId) -> Option<String> {
        self.text_in(node, TextForm::Label, &self.language())
    }

    pub fn hint(&self, node: NodeId) -> Option<String> {
        self.text_in(node, TextForm::Hint, &self.language())
    }

    /// A text of a node in a language.
    pub fn text_in(&self, node: NodeId, form: TextForm, language: &str) -> Option<String> {
        let control = self.form.control_of(self.def(node))?;
        if let (TextForm::Guidance, Some(guidance)) = (form, &control.guidance) {
            return self.render(guidance, node.ix(), language, "");
        }
        let text = match form {
            TextForm::Hint | TextForm::Guidance => control.hint.as_ref(),
            _ if control.kind == ControlKind::Repeat => control.around_label.as_ref(),
            _ => control.label.as_ref(),
        }?;
        let text = self.render(text, node.ix(), language, form.form())?;
        // What is no text but the name of a file may stand on a line of its own.
        Some(match form {
            TextForm::Label | TextForm::Hint | TextForm::Guidance => text,
            _ => text.trim().to_owned(),
        })
    }

    /// All texts of a node in the active language.
    pub(super) fn all_texts(&self, node: NodeIx) -> Vec<Option<String>> {
        let language = self.language();
        let text = |form| self.text_in(NodeId::of(node), form, &language);
        TextForm::ALL.map(text).into()
    }

    /// The active language; `""` for a form with texts in one only.
    pub fn language(&self) -> String {
        self.world.language.clone()
    }

    pub(super) fn language_index(&self) -> usize {
        self.form.language_index(&self.world.language)
    }

    /// A text, filled in at a node.
    pub(super) fn render(
        &self,
        text: &Text,
        node: NodeIx,
        language: &str,
        form: &str,
    ) -> Option<String> {
        match text {
            Text::Translated(id) => {
                self.translated(id, self.form.language_index(language), form, node)
            }
            _ if !form.is_empty() => None,
            Text::Computed(expression) => Some(self.evaluate_text(expression.0, node)),
            Text::Written(template) => Some(self.fill(template, node).into_owned()),
            Text::Languages(languages) => {
                let filled = |wanted: Option<&str>| {
                    languages
                        .iter()
                        .filter(|(tag, _)| wanted.is_none_or(|wanted| **tag == *wanted))
                        .map(|(_, template)| self.fill(template, node).into_owned())
                        .find(|text| !text.is_empty())
                };
                filled(Some(language)).or_else(|| filled(None))
            }
        }
    }

    /// A translation, filled in at a node.
    pub(super) fn translated(
        &self,
        id: &str,
        language: usize,
        form: &str,
        node: NodeIx,
    ) -> Option<String> {
        let translations = &self.form.translations;
        let forms = translations.texts.get(language)?.get(id)?;
        let of = |wanted: &str| {
            forms
                .iter()
                .find(|(form, _)| **form == *wanted)
                .map(|(_, template)| self.fill(template, node).into_owned())
        };
        if form.is_empty() {
            of("").or_else(|| of("long")).or_else(|| of("short"))
        } else {
            of(form)
        }
    }

    fn fill<'t>(&self, template: &'t Template, node: NodeIx) -> Cow<'t, str> {
        match &template[..] {
            [] => Cow::Borrowed(""),
            [Piece::Literal(text)] => Cow::Borrowed(text),
            pieces => {
                let mut filled = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Literal(text) => filled.push_str(text),
                        Piece::Output(expression) => {
                            filled.push_str(&self.evaluate_text(expression.0, node));
                        }
                    }
                }
                Cow::Owned(filled)
            }
        }
    }

    /// Shows a label or hint with outputs anew, if it came out differently.
    pub(super) fn compute_text(&mut self, node: NodeIx, label: bool) {
        let form = std::sync::Arc::clone(&self.form);
        let Some(control) = form.control_of(self.state(node).def) else {
            return;
        };
        let text = if label { &control.label } else { &control.hint };
        let Some(text) = text else { return };
        let shown = self
            .render(text, node, &self.world.language.clone(), "")
            .unwrap_or_default();
        if self.texts.get(&(node, label)) != Some(&shown) {
            self.texts.insert((node, label), shown);
            self.note(node, Aspect::Label);
        }
    }

    /// How many instances a repeat has.
    pub fn count(&self, repeat: NodeId) -> usize {
        self.repeat_at(repeat).map_or(0, |(number, ordinal)| {
            self.blocks[number as usize].lists[ordinal as usize].len()
        })
    }

    /// Whether the form, not a person, decides how many instances a repeat has.
    pub fn count_controlled(&self, repeat: NodeId) -> bool {
        self.form
            .control_of(self.def(repeat))
            .is_some_and(|control| control.count.is_some() || control.no_add_remove)
    }

    /// The attributes of a node's element, with their qualified names.
    pub fn attributes(&self, node: NodeId) -> Vec<(String, String)> {
        self.tree
            .attributes(node.ix())
            .filter_map(|attribute| {
                let name = self.form.names.qualified(self.tree.name(attribute)?);
                Some((name, self.tree.text(attribute).to_owned()))
            })
            .collect()
    }

    /// How a control wants to be shown.
    pub fn appearance(&self, node: NodeId) -> &str {
        self.form
            .control_of(self.def(node))
            .map_or("", |control| control.appearance.as_str())
    }

    /// What else a control says of itself: `mediatype`, `start`, `end`, `step`, `rows`, `odk:quality`, …
    pub fn parameters(&self, node: NodeId) -> &[(String, String)] {
        self.form
            .control_of(self.def(node))
            .map_or(&[], |control| control.parameters.as_slice())
    }
}
