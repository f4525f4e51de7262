//! A form compiled: its nodes in document order, expressions ready to run, the order of recomputation known.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use xpath::{DocumentId, Indexes, NameId, Names, NodeIx, Tree};

use crate::check::CheckRule;
use crate::computation::{Computation, Reader};
use crate::definition::{CheckItem, Grading, Node, Outline};
use crate::definition_error::DefinitionError;
use crate::reference::Reference;
use crate::section::Section;
use crate::source::{ControlKind, Events, Translations};
use crate::{Attachments, DataType, FormDefinition, QuestionKind, Texts};

/// A node of the form: what every instance's nodes of one path have in common. By place in document order, attributes
/// directly after their element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DefId(pub(crate) u32);

impl DefId {
    pub(crate) const ROOT: Self = Self(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// A part of the form that comes into being as a whole: the root with everything outside repeats, or one instance of a repeat
/// with everything in it outside inner repeats. An instance's nodes of one block have consecutive ids, in the order of `defs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BlockId(pub u32);

impl BlockId {
    pub const ROOT: Self = Self(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The definitions that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearers {
    None,
    One(DefId),
    Several,
}

/// An expression of the form, by its place in [`Form::expressions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ExpressionId(pub u32);

/// A compiled form. It never changes, and is shared between instances.
#[derive(Debug)]
pub struct Form {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) names: Names,
    pub(crate) defs: Vec<Def>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) controls: Vec<Control>,
    pub(crate) actions: Vec<Action>,
    /// By the definition whose change of value sets them off.
    pub(crate) changed_actions: HashMap<DefId, Vec<u32>>,
    /// By the repeat of which a new instance sets them off.
    pub(crate) repeat_actions: HashMap<DefId, Vec<u32>>,
    pub(crate) expressions: Vec<xpath::Expression>,
    pub(crate) references: Vec<Reference>,
    /// In an order in which nothing is computed before what it reads.
    pub(crate) computations: Vec<Computation>,
    /// By definition: what reads it.
    pub(crate) readers: Vec<Vec<Reader>>,
    /// By definition of a repeat: what reads how many instances it has, and their order.
    pub(crate) structure_readers: Vec<Vec<Reader>>,
    /// The primary instance as the form gives it.
    pub(crate) primary: Tree,
    pub(crate) primary_root: NodeIx,
    /// Secondary instances; document 1 is the first.
    pub(crate) instances: Vec<Tree>,
    pub(crate) instance_ids: HashMap<Box<str>, DocumentId>,
    pub(crate) indexes: Indexes,
    pub(crate) translations: CompiledTranslations,
    /// By expanded name: which definitions have it.
    pub(crate) bearers: Vec<Bearers>,
    pub(crate) sections: Vec<Section>,
    pub(crate) items: Vec<DefId>,
    pub(crate) grading: Option<Grading>,
    pub(crate) definition: FormDefinition,
    pub(crate) outline: Outline,
    pub(crate) warnings: Vec<DefinitionError>,
    /// Where a submission says which one it replaces, and which it is.
    pub(crate) instance_id: Option<DefId>,
    pub(crate) deprecated_id: Option<DefId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefKind {
    Group,
    Leaf,
    Repeat,
    Attribute,
}

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Def {
    pub name: NameId,
    pub parent: Option<DefId>,
    /// One past the last definition below it.
    pub end: u32,
    /// The block it is part of; of a repeat, the block of its instances, of which it is the first.
    pub block: BlockId,
    pub offset: u32,
    pub kind: DefKind,
    pub data_type: DataType,
    pub control: Option<u32>,
    /// Its value is calculated.
    pub calculate: bool,
    /// Its calculation keeps what it came to once.
    pub once: bool,
    // What few have is kept apart: evaluation goes through definitions, and what lies close together is at hand.
    pub preload: Option<Box<Preload>>,
    pub constraint_message: Option<Box<Text>>,
    pub required_message: Option<Box<Text>>,
    pub check: Option<Box<CheckItem>>,
    pub rule: Option<CheckRule>,
    /// Readonly whatever is answered.
    pub always_readonly: bool,
    /// Exists in an instance only while it is being edited.
    pub only_in_edits: bool,
    /// What the builder calls it.
    pub question: Option<QuestionKind>,
}

#[derive(Debug)]
pub(crate) struct Block {
    /// The root, or the repeat.
    pub def: DefId,
    pub parent: Option<BlockId>,
    /// One past the last block below it.
    pub end: u32,
    /// Everything in it, by offset: its own definitions, and for each repeat directly in it the place it is at.
    pub places: Vec<Place>,
    /// The repeats directly in it.
    pub repeats: Vec<RepeatPlace>,
    /// Computations of its own definitions.
    pub computations: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Def(DefId),
    /// The anchor of a repeat: present however many instances there are, right behind the last of them.
    Repeat(u32),
}

#[derive(Debug)]
pub(crate) struct RepeatPlace {
    pub def: DefId,
    pub offset: u32,
    /// Where in the form's primary instance a new instance is copied from.
    pub template: Option<NodeIx>,
}

/// A value the engine fills in when an instance begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Preload {
    Uid,
    Today,
    Start,
    /// When the instance is handed in.
    End,
    Property(String),
    /// Known and of no effect here.
    Other,
}

#[derive(Debug)]
pub(crate) struct Control {
    pub kind: ControlKind,
    pub def: Option<DefId>,
    pub parent: Option<u32>,
    pub label: Option<Text>,
    /// Of a repeat as a whole: the label of the group around it.
    pub around_label: Option<Text>,
    pub hint: Option<Text>,
    /// Where it stands apart from the hint.
    pub guidance: Option<Text>,
    pub items: Vec<Item>,
    pub itemset: Option<Itemset>,
    pub count: Option<ExpressionId>,
    pub no_add_remove: bool,
    pub appearance: String,
    pub parameters: Vec<(String, String)>,
    /// The choices do not depend on the primary instance.
    pub static_choices: bool,
}

#[derive(Debug)]
pub(crate) struct Item {
    pub value: Box<str>,
    pub label: Option<Text>,
}

#[derive(Debug)]
pub(crate) struct Itemset {
    pub nodes: ExpressionId,
    /// Evaluated at each item.
    pub value: ExpressionId,
    pub label: Option<ExpressionId>,
}

/// A text of the form.
#[derive(Debug)]
pub(crate) enum Text {
    Translated(Box<str>),
    Computed(ExpressionId),
    Written(Template),
    /// By language.
    Languages(Vec<(Box<str>, Template)>),
}

/// A text with places to fill in.
pub(crate) type Template = Vec<Piece>;

#[derive(Debug)]
pub(crate) enum Piece {
    Literal(Box<str>),
    Output(ExpressionId),
}

/// `itext`, compiled: by language, by id, by form of the text.
#[derive(Debug, Default)]
pub(crate) struct CompiledTranslations {
    pub languages: Vec<String>,
    pub default: usize,
    pub texts: Vec<HashMap<Box<str>, Vec<(Box<str>, Template)>>>,
}

impl CompiledTranslations {
    pub fn skeleton(source: &Translations) -> Self {
        Self {
            languages: source.languages.clone(),
            default: source.default,
            texts: Vec::new(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Action {
    pub kind: CompiledActionKind,
    pub events: Events,
    /// The node whose position targets are relative to.
    pub context: DefId,
    pub target: ExpressionId,
}

#[derive(Debug)]
pub(crate) enum CompiledActionKind {
    SetValue(NewValue),
    SetGeopoint,
    RecordAudio(String),
}

#[derive(Debug)]
pub(crate) enum NewValue {
    Expression(ExpressionId),
    Literal(Box<str>),
}

/// Drops a tree level by level: one nested too deep to compile may be nested too deep to drop by recursion.
fn dismantle(children: Vec<Node>) {
    let mut left = children;
    while let Some(node) = left.pop() {
        match node {
            Node::Group(mut group) => left.append(&mut group.children),
            Node::Repeat(mut repeat) => left.append(&mut repeat.children),
            Node::Question(_) | Node::Calculation(_) => {}
        }
    }
}

impl Form {
    /// Compiles a builder's definition, or says everything that is wrong with it.
    pub fn compile(definition: FormDefinition) -> Result<Self, Vec<DefinitionError>> {
        let lowered = crate::definition::lower::lower(&definition);
        let compiled = lowered.and_then(|(source, mut errors)| {
            match crate::compile::compile(source, Vec::new(), true) {
                Ok(form) if errors.is_empty() => Ok(form),
                Ok(_) => Err(errors),
                Err(more) => {
                    errors.extend(more);
                    Err(errors)
                }
            }
        });
        match compiled {
            Ok(mut form) => {
                form.grading.clone_from(&definition.grading);
                form.outline = Outline::of(&form);
                form.definition = definition;
                Ok(form)
            }
            Err(errors) => {
                dismantle(definition.children);
                Err(errors)
            }
        }
    }

    /// Reads an `XForm`, or says everything that is wrong with it, by line and element. `attachments` are the files it names.
    pub fn read_xform(xml: &str, attachments: &Attachments) -> Result<Self, Vec<DefinitionError>> {
        let mut names = Names::new();
        let document = crate::xform::read::document(xml, &mut names)?;
        let (source, warnings) = crate::xform::read::read(&document, names, attachments)?;
        crate::compile::compile(source, warnings, false)
    }

    /// What is doubtful about the form and does not keep it from running.
    pub fn warnings(&self) -> &[DefinitionError] {
        &self.warnings
    }

    /// The definition it was compiled from; an empty one for a form read from XML.
    pub fn definition(&self) -> &FormDefinition {
        &self.definition
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    /// The languages its texts come in, in the form's order; empty where it gives its texts in one only.
    pub fn languages(&self) -> &[String] {
        &self.translations.languages
    }

    /// How results are graded.
    pub fn grading(&self) -> Option<&Grading> {
        self.grading.as_ref()
    }

    /// Every definition in document order.
    pub fn def_ids(&self) -> impl DoubleEndedIterator<Item = DefId> + ExactSizeIterator + use<> {
        (0..self.defs.len()).map(DefId::at)
    }

    pub(crate) fn def(&self, id: DefId) -> &Def {
        &self.defs[id.index()]
    }

    pub(crate) fn has_repeats(&self) -> bool {
        // Each has a block of its own, besides that of the form.
        self.blocks.len() > 1
    }

    pub(crate) fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    pub(crate) fn control_of(&self, id: DefId) -> Option<&Control> {
        self.def(id)
            .control
            .map(|control| &self.controls[control as usize])
    }

    /// Local name of a node.
    pub fn name(&self, id: DefId) -> &str {
        self.names.local(self.def(id).name)
    }

    /// The definition of a bare name, where it is the only one; also by the name an answer in a repeat is stored under.
    pub fn find(&self, name: &str) -> Option<DefId> {
        let bare = name.rsplit('/').next().unwrap_or(name);
        let mut found = None;
        for name in self.names.alike(bare) {
            match self.bearers.get(name.index()) {
                Some(Bearers::One(id)) if found.is_none_or(|found| found == *id) => {
                    found = Some(*id);
                }
                Some(Bearers::None) | None => {}
                Some(Bearers::One(_) | Bearers::Several) => return None,
            }
        }
        found
    }

    /// The definitions directly below, attributes included.
    pub(crate) fn children(&self, id: DefId) -> impl Iterator<Item = DefId> + '_ {
        let end = self.def(id).end;
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = DefId(next);
                next = self.def(child).end;
                child
            })
        })
    }

    /// Whether a block is another one or part of one of its instances.
    pub(crate) fn is_within(&self, inner: BlockId, outer: BlockId) -> bool {
        (outer.0..self.block(outer).end).contains(&inner.0)
    }

    /// `/root/group/name`, without positions.
    pub fn path(&self, id: DefId) -> String {
        let mut names = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let def = self.def(id);
            let name = self.names.qualified(def.name);
            names.push(if def.kind == DefKind::Attribute {
                format!("@{name}")
            } else {
                name
            });
            next = def.parent;
        }
        names.push(String::new());
        names.reverse();
        names.join("/")
    }

    /// The sections in document order, with the items in them.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The questions that are items of a checklist, in document order.
    pub fn items(&self) -> &[DefId] {
        &self.items
    }

    /// What makes a question an item of a checklist.
    pub fn check_item(&self, id: DefId) -> Option<&CheckItem> {
        self.defs.get(id.index())?.check.as_deref()
    }

    /// What the builder says a question is.
    pub fn question_kind(&self, id: DefId) -> Option<QuestionKind> {
        self.defs.get(id.index())?.question
    }

    /// The title in the languages of the builder; under no particular language for a form from XML.
    pub fn titles(&self) -> Texts {
        if self.definition.title.is_empty() {
            Texts::both(&self.title, &self.title)
        } else {
            self.definition.title.clone()
        }
    }
}
