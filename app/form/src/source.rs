//! A form as its author wrote it, read but not yet resolved: what both front ends (XForm XML, the builder's JSON) hand to the
//! compiler. Paths and expressions are still text; where they stand is kept, for the errors.

use std::collections::HashMap;

use xpath::{Names, Namespaces, NodeIx, Tree};

use crate::definition::CheckItem;
use crate::definition_error::ExpressionPart;
use crate::{QuestionKind, Texts};

/// A form, in the parts an `XForm` has.
#[derive(Debug)]
pub(crate) struct Source {
    pub names: Names,
    pub namespaces: Namespaces,
    /// The form declares the prefix that metadata has by custom.
    pub declares_openrosa: bool,
    pub title: String,
    /// The primary instance with its initial values, text inline.
    pub primary: Tree,
    pub root: NodeIx,
    /// Source lines of the primary instance's nodes are in `primary` itself.
    pub binds: Vec<BindSource>,
    /// Parents before children.
    pub controls: Vec<ControlSource>,
    pub actions: Vec<ActionSource>,
    /// Secondary instances by id; the document's first element is the instance's root.
    pub instances: Vec<(Box<str>, Tree)>,
    pub translations: Translations,
}

/// Where something stands, for an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// 1-based; 0 for what has no lines.
    pub line: u32,
    pub element: String,
    /// Which of the element's expressions.
    pub part: Option<ExpressionPart>,
}

/// An expression's text and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    pub text: String,
    pub place: Place,
    /// Where its stretches stood in what the author wrote; none where the author wrote just this.
    pub stretches: Vec<Stretch>,
}

/// A stretch of an expression, and where it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    /// Byte it begins at.
    pub at: usize,
    /// Byte it begins at in what the author wrote.
    pub written: usize,
    /// It stands there as it was written, not in place of a name.
    pub literal: bool,
}

impl Formula {
    pub fn new(text: impl Into<String>, place: Place) -> Self {
        Self {
            text: text.into(),
            place,
            stretches: Vec::new(),
        }
    }

    /// The same as one of its element's expressions.
    pub fn part(mut self, part: ExpressionPart) -> Self {
        self.place.part = Some(part);
        self
    }

    /// The byte in what the author wrote that a byte of the text comes from.
    pub fn written(&self, at: usize) -> usize {
        let before = self.stretches.partition_point(|stretch| stretch.at <= at);
        match before.checked_sub(1).map(|index| self.stretches[index]) {
            Some(stretch) if stretch.literal => stretch.written + (at - stretch.at),
            Some(stretch) => stretch.written,
            None => at,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct BindSource {
    pub nodeset: String,
    pub place: Place,
    pub data_type: Option<String>,
    pub relevant: Option<Formula>,
    pub readonly: Option<Formula>,
    pub required: Option<Formula>,
    pub constraint: Option<Formula>,
    pub calculate: Option<Formula>,
    pub constraint_message: Option<TextSource>,
    pub required_message: Option<TextSource>,
    pub preload: Option<String>,
    pub preload_parameters: String,
    pub check: Option<Box<CheckItem>>,
    /// The expressions of `check`.
    pub finding: Option<Formula>,
    pub score: Option<Formula>,
    /// What the builder says the question is, where it says more than type and control do.
    pub question: Option<QuestionKind>,
}

/// What a body element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ControlKind {
    Group,
    Repeat,
    Input,
    Secret,
    Select1,
    Select,
    Rank,
    Range,
    Trigger,
    Upload,
}

#[derive(Debug)]
pub(crate) struct ControlSource {
    pub kind: ControlKind,
    /// `ref` or `nodeset`; a group may have none.
    pub reference: Option<String>,
    pub place: Place,
    pub parent: Option<usize>,
    pub label: Option<TextSource>,
    pub hint: Option<TextSource>,
    /// Where it stands apart from the hint.
    pub guidance: Option<TextSource>,
    pub items: Vec<ItemSource>,
    pub itemset: Option<ItemsetSource>,
    pub count: Option<Formula>,
    pub no_add_remove: Option<Formula>,
    pub appearance: String,
    /// Everything else the element says of itself: `mediatype`, `start`, `end`, `step`, `rows`, …
    pub parameters: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct ItemSource {
    pub value: String,
    pub label: Option<TextSource>,
}

#[derive(Debug)]
pub(crate) struct ItemsetSource {
    pub nodeset: Formula,
    pub value: Formula,
    pub label: Option<Formula>,
}

/// A text as the form gives it.
#[derive(Clone, Debug)]
pub(crate) enum TextSource {
    /// `jr:itext('id')`.
    Translated(String),
    /// Any other expression in `ref`.
    Computed(Formula),
    /// Content with `<output>`s in it.
    Written(Vec<PieceSource>),
    /// The builder's: one text a language.
    Texts(Texts),
}

#[derive(Clone, Debug)]
pub(crate) enum PieceSource {
    Literal(String),
    Output(Formula),
}

/// `itext`: by language, by id, by form (`""`, `short`, `long`, `guidance`, `image`, …).
#[derive(Debug, Default)]
pub(crate) struct Translations {
    /// In the order the form lists them.
    pub languages: Vec<String>,
    pub default: usize,
    /// One map a language.
    pub texts: Vec<HashMap<String, Vec<(String, Vec<PieceSource>)>>>,
}

/// What an action does.
#[derive(Clone, Debug)]
pub(crate) enum ActionKind {
    SetValue { value: ActionValue },
    SetGeopoint,
    RecordAudio { quality: String },
}

#[derive(Clone, Debug)]
pub(crate) enum ActionValue {
    Expression(Formula),
    Literal(String),
}

/// When an action runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "an action may run on several events"
)]
pub(crate) struct Events {
    pub first_load: bool,
    pub load: bool,
    pub new_repeat: bool,
    pub value_changed: bool,
}

#[derive(Debug)]
pub(crate) struct ActionSource {
    pub kind: ActionKind,
    pub events: Events,
    pub target: Formula,
    /// The body element it stands in; none for one in the model.
    pub control: Option<usize>,
}
