//! How an instance begins: new, taken up again, or as an edit of one that was handed in.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use xpath::{EvaluationError, Host as _, Moment, Names, NodeIx, Shown, Tree, XmlError};

use super::blocks::{Origin, same_name};
use super::recompute::Pending;
use super::{EditError, Flags, Instance, NodeId, Session};
use crate::Texts;
use crate::form::{BlockId, DefKind, Form, Preload};
use crate::xform::submission;

/// What a submission is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// To go on with: it stays the submission it is.
    Restore,
    /// To hand in again: it becomes another submission that says which one it replaces.
    Edit,
}

/// Why an instance could not begin.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InstanceError {
    #[error("{0}")]
    Xml(XmlError),
    #[error("the submission is of form \"{submitted}\", not of \"{form}\"")]
    OtherForm { submitted: String, form: String },
    #[error("{path}: {error}")]
    Evaluation {
        path: String,
        error: EvaluationError,
    },
    #[error(transparent)]
    Action(EditError),
}

impl InstanceError {
    /// The reason in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::Xml(error) => error.chinese(),
            Self::OtherForm { submitted, form } => {
                format!("提交的是表单“{submitted}”，不是“{form}”")
            }
            Self::Evaluation { path, error } => format!("{path}：{}", error.chinese()),
            Self::Action(error) => return error.texts(),
        };
        Texts::both(chinese, self.to_string())
    }
}

impl Instance {
    /// A new instance with the form's initial values, everything computed.
    pub fn new(form: Arc<Form>, session: Session) -> Result<Self, InstanceError> {
        Self::with_values(form, session, &[])
    }

    /// A new instance that begins with some values of its own, by path; what names no node that takes one is passed over.
    pub fn with_values(
        form: Arc<Form>,
        session: Session,
        values: &[(String, String)],
    ) -> Result<Self, InstanceError> {
        let mut instance = Self::blank(form, session);
        let form = Arc::clone(&instance.form);
        let origin = Origin {
            tree: &form.primary,
            names: &form.names,
            element: Some(form.primary_root),
            is_submission: false,
            blank: false,
        };
        instance.create_block(BlockId::ROOT, None, origin, Some(form.primary_root));
        instance.leave_out_deprecated_id();
        instance.preload();
        for (path, value) in values {
            if let Some(node) = instance.find(path)
                && form.def(instance.def(node)).kind == DefKind::Leaf
                && form.instance_id != Some(instance.def(node))
            {
                instance.set_value(node.ix(), value);
            }
        }
        instance.begin(true)
    }

    /// Opens a submission. Nodes it does not hold have been irrelevant: they keep the form's initial value if they are so
    /// still, and are blank otherwise.
    pub fn open(
        form: Arc<Form>,
        session: Session,
        submission: &str,
        opening: Opening,
    ) -> Result<Self, InstanceError> {
        let mut names = form.names.clone();
        let tree = submission::read(submission, &mut names).map_err(InstanceError::Xml)?;
        let root = submission_root(&form, &tree, &names)?;
        let mut instance = Self::blank(form, session);
        let form = Arc::clone(&instance.form);
        let origin = Origin {
            tree: &tree,
            names: &names,
            element: Some(root),
            is_submission: true,
            blank: false,
        };
        instance.create_block(BlockId::ROOT, None, origin, Some(form.primary_root));
        instance.adopt_version();
        match opening {
            Opening::Restore => instance.leave_out_deprecated_id(),
            Opening::Edit => instance.replace_id(),
        }
        instance.begin(false)
    }

    /// An instance with every node blank, nothing computed yet.
    pub(crate) fn without_values(form: Arc<Form>, session: Session) -> Self {
        let mut instance = Self::blank(form, session);
        let form = Arc::clone(&instance.form);
        let origin = Origin {
            tree: &form.primary,
            names: &form.names,
            element: Some(form.primary_root),
            is_submission: false,
            blank: true,
        };
        instance.create_block(BlockId::ROOT, None, origin, Some(form.primary_root));
        instance.leave_out_deprecated_id();
        instance
    }

    /// Puts a value in before anything is computed.
    pub(crate) fn put(&mut self, node: NodeId, text: &str) {
        self.set_value(node.ix(), text);
    }

    /// Adds an instance with every node blank, before anything is computed. False where there is no such repeat, or no room for more: what
    /// names and counts ask for multiplies, and a few bytes of them ask for more than there is memory.
    pub(crate) fn add_blank(&mut self, repeat: NodeId) -> bool {
        let form = Arc::clone(&self.form);
        let Some((number, ordinal)) = self.repeat_at(repeat) else {
            return false;
        };
        if self.states.len() > crate::limits::MAX_RESUMED_NODES {
            return false;
        }
        let block = form.block(self.blocks[number as usize].block);
        let origin = Origin {
            tree: &form.primary,
            names: &form.names,
            element: block.repeats[ordinal as usize].template,
            is_submission: false,
            blank: true,
        };
        let place = self.blocks[number as usize].lists[ordinal as usize].len();
        let inner = form.def(block.repeats[ordinal as usize].def).block;
        self.create_block(
            inner,
            Some((number, ordinal, place)),
            origin,
            origin.element,
        );
        true
    }

    /// Takes the last instance out, before anything is computed.
    pub(crate) fn remove_last(&mut self, repeat: NodeId) {
        let Some((number, ordinal)) = self.repeat_at(repeat) else {
            return;
        };
        if let Some(last) = self.blocks[number as usize].lists[ordinal as usize].last() {
            let last = *last;
            self.take_out(last);
            self.forget(last);
        }
    }

    /// Computes everything from the values put in; what cannot be evaluated stays blank.
    pub(crate) fn complete(mut self) -> Self {
        self.compute_all();
        self.fault = None;
        self.opening = false;
        self.take_changes();
        self
    }

    /// The value the form gives a node to begin with.
    pub(crate) fn initial_text(&self, node: NodeId) -> String {
        let form = &self.form;
        let mut way = Vec::new();
        let mut next = Some(self.def(node));
        while let Some(id) = next {
            way.push(form.def(id).name);
            next = form.def(id).parent;
        }
        way.pop();
        let mut at = Some(form.primary_root);
        while let (Some(element), Some(name)) = (at, way.pop()) {
            at = form
                .primary
                .children(element)
                .find(|child| form.primary.name(*child) == Some(name));
        }
        at.map_or_else(String::new, |element| {
            form.def(self.def(node))
                .data_type
                .normalise(&form.primary.string_value(element))
                .into_owned()
        })
    }

    pub(super) fn blank(form: Arc<Form>, session: Session) -> Self {
        let language = session
            .language
            .clone()
            .filter(|language| form.languages().contains(language))
            .or_else(|| form.default_language().map(str::to_owned))
            .unwrap_or_default();
        let world = xpath::Session {
            now: session.now,
            time_zone: session.time_zone.clone(),
            language,
            version: form.version.clone(),
        };
        Self {
            world,
            tree: Tree::new(),
            states: Vec::new(),
            blocks: Vec::new(),
            by_block: vec![Vec::new(); form.blocks.len()],
            pending: Pending::default(),
            changed: Vec::new(),
            journal: super::journal::Journal::default(),
            value_events: VecDeque::new(),
            new_instances: VecDeque::new(),
            choices: HashMap::new(),
            static_choices: RefCell::new(HashMap::new()),
            withheld: HashMap::new(),
            texts: HashMap::new(),
            outcomes: HashMap::new(),
            requests: Vec::new(),
            random: Cell::new(session.seed),
            work: Cell::new(0),
            fault: None,
            opening: true,
            session,
            form,
        }
    }

    /// Computes everything and runs the actions of loading.
    pub(super) fn begin(mut self, first: bool) -> Result<Self, InstanceError> {
        self.compute_all();
        self.blank_absent();
        if let Some((node, error)) = self.fault.take() {
            return Err(InstanceError::Evaluation {
                path: self.path(NodeId::of(node)),
                error,
            });
        }
        self.opening = false;
        self.run_load_events(first)
            .and_then(|()| self.run_events())
            .map_err(InstanceError::Action)?;
        if let Some((node, error)) = self.fault.take() {
            return Err(InstanceError::Evaluation {
                path: self.path(NodeId::of(node)),
                error,
            });
        }
        self.take_changes();
        Ok(self)
    }

    /// What a submission did not hold and is relevant nevertheless had no value.
    fn blank_absent(&mut self) {
        let mut left = 2;
        while left > 0 {
            left -= 1;
            let mut changed = false;
            for index in 0..self.states.len() {
                let node = NodeIx::from_index(index).unwrap_or(NodeIx::DOCUMENT);
                let state = self.states[index];
                let def = self.form.def(state.def);
                if state.flags.contains(Flags::ABSENT)
                    && state.flags.contains(Flags::RELEVANT)
                    && def.kind == DefKind::Leaf
                    && !def.calculate
                {
                    self.states[index].flags.set(Flags::ABSENT, false);
                    changed |= self.set_value(node, "");
                }
            }
            if !changed {
                return;
            }
            self.settle();
        }
    }

    fn preload(&mut self) {
        let form = Arc::clone(&self.form);
        for def in form.def_ids() {
            let Some(preload) = form.def(def).preload.as_deref() else {
                continue;
            };
            for node in self.nodes_of(def) {
                let value = match preload {
                    Preload::Uid => self.new_id(),
                    Preload::Today => self.date_text(self.session.now),
                    Preload::Start => self.date_time_text(self.session.now),
                    Preload::Property(name) => match self.session.properties.get(name) {
                        Some(value) => value.clone(),
                        None => continue,
                    },
                    Preload::End | Preload::Other => continue,
                };
                self.set_value(node.ix(), &value);
            }
        }
    }

    /// Notes when the instance was handed in, where the form wants to know. Milliseconds since 1970 UTC.
    pub fn finalise(&mut self, now: i64) {
        let form = Arc::clone(&self.form);
        for def in form.def_ids() {
            if form.def(def).preload.as_deref() == Some(&Preload::End) {
                for node in self.nodes_of(def) {
                    let value = self.date_time_text(now);
                    self.set_value(node.ix(), &value);
                }
            }
        }
        self.settle();
    }

    /// A moment as date and time with the session's offset.
    fn date_time_text(&self, at: i64) -> String {
        Moment::new(Some(at), Shown::DateTime).text(&self.session.time_zone)
    }

    /// A moment's day in the session's time zone.
    fn date_text(&self, at: i64) -> String {
        let mut text = self.date_time_text(at);
        text.truncate("2022-03-13".len());
        text
    }

    /// `uuid:` and a random UUID.
    fn new_id(&self) -> String {
        let mut bytes = [0_u8; 16];
        bytes[..8].copy_from_slice(&self.random().to_be_bytes());
        bytes[8..].copy_from_slice(&self.random().to_be_bytes());
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        format!("uuid:{id}")
    }

    fn leave_out_deprecated_id(&mut self) {
        let added = |def: &crate::DefId| self.form.def(*def).only_in_edits;
        if let Some(node) = self
            .form
            .deprecated_id
            .filter(added)
            .and_then(|def| self.node_of(def))
        {
            let (absent, blank) = (
                self.has(node.ix(), Flags::ABSENT),
                self.tree.text(node.ix()).is_empty(),
            );
            if absent || blank {
                self.tree.detach(node.ix());
            }
        }
    }

    /// The submission becomes another one: a new id, the old one noted as replaced.
    fn replace_id(&mut self) {
        let form = Arc::clone(&self.form);
        let (Some(own), Some(deprecated)) = (
            form.instance_id.and_then(|def| self.node_of(def)),
            form.deprecated_id.and_then(|def| self.node_of(def)),
        ) else {
            return;
        };
        let old = self.tree.text(own.ix()).to_owned();
        if old.is_empty() {
            self.leave_out_deprecated_id();
        } else {
            self.set_value(deprecated.ix(), &old);
        }
        for node in [own, deprecated] {
            self.states[node.index()].flags.set(Flags::ABSENT, false);
        }
        if form
            .instance_id
            .is_some_and(|def| form.def(def).preload.is_some())
            || old.is_empty()
        {
            let id = self.new_id();
            self.set_value(own.ix(), &id);
        }
    }

    /// A submission of an older version becomes one of this version.
    fn adopt_version(&mut self) {
        let root = self.root().ix();
        let attributes: Vec<NodeIx> = self.tree.attributes(root).collect();
        for attribute in attributes {
            let Some(name) = self.tree.name(attribute) else {
                continue;
            };
            let own =
                self.form
                    .primary
                    .attributes(self.form.primary_root)
                    .find(|candidate| {
                        self.form.primary.name(*candidate).is_some_and(|own| {
                            same_name(&self.form.names, name, &self.form.names, own)
                        })
                    });
            if let Some(own) = own {
                let value = self.form.primary.text(own).to_owned();
                self.set_value(attribute, &value);
            }
        }
    }
}

/// The element of a submission that is the form's root.
fn submission_root(form: &Form, tree: &Tree, names: &Names) -> Result<NodeIx, InstanceError> {
    let root_name = form.def(crate::DefId::ROOT).name;
    let root = tree.root_element();
    let named = root.and_then(|root| Some((root, tree.name(root)?)));
    match named {
        Some((root, name)) if same_name(names, name, &form.names, root_name) => Ok(root),
        _ => Err(InstanceError::OtherForm {
            submitted: named.map_or_else(String::new, |(_, name)| names.qualified(name)),
            form: form.names.qualified(root_name),
        }),
    }
}

impl Form {
    /// The place of a language among the form's; the default's for one it does not have.
    pub(crate) fn language_index(&self, language: &str) -> usize {
        self.translations
            .languages
            .iter()
            .position(|known| known == language)
            .unwrap_or(self.translations.default)
    }

    pub(crate) fn default_language(&self) -> Option<&str> {
        self.translations
            .languages
            .get(self.translations.default)
            .map(String::as_str)
    }

    /// The elements of the primary instance that stand for instances of a repeat outside other repeats.
    pub(crate) fn initial_instances(
        &self,
        repeat: crate::DefId,
    ) -> impl Iterator<Item = NodeIx> + '_ {
        let mut way = Vec::new();
        let mut next = Some(repeat);
        while let Some(id) = next {
            way.push(self.def(id).name);
            next = self.def(id).parent;
        }
        way.pop();
        let mut around = Some(self.primary_root);
        while way.len() > 1
            && let (Some(parent), Some(name)) = (around, way.pop())
        {
            around = self
                .primary
                .children(parent)
                .find(|child| self.primary.name(*child) == Some(name));
        }
        let name = way.first().copied();
        around
            .into_iter()
            .flat_map(|around| self.primary.children(around))
            .filter(move |child| {
                self.primary.name(*child) == name
                    && !super::blocks::is_template(&self.primary, &self.names, *child)
            })
    }

    /// The definition at an absolute path without positions.
    pub(crate) fn find_path(&self, path: &str) -> Option<crate::DefId> {
        let mut steps = path.split('/').filter(|step| !step.is_empty());
        let named = |id: crate::DefId, step: &str| {
            let name = self.def(id).name;
            self.names.qualified(name) == step || self.names.local(name) == step
        };
        steps
            .next()
            .filter(|root| named(crate::DefId::ROOT, root))?;
        steps.try_fold(crate::DefId::ROOT, |at, step| {
            self.children(at).find(|child| named(*child, step))
        })
    }
}
