//! A form as its author wrote it, read but not yet resolved: what both front ends (XForm XML, the builder's JSON) hand to the
//! compiler. Paths and expressions are still text; where they stand is kept, for the errors.

use std::borrow::Cow;
use std::collections::HashMap;

use xpath::{NameId, Names, Namespaces, NodeIx, Tree};

use crate::definition::CheckItem;
use crate::definition_error::ExpressionPart;
use crate::{QuestionKind, Texts};

/// A form, in the parts an `XForm` has. Texts are those of the form's document, or of the builder's definition.
#[derive(Debug)]
pub(crate) struct Source<'s> {
    pub names: Names,
    pub namespaces: Namespaces,
    /// The form declares the prefix that metadata has by custom.
    pub declares_openrosa: bool,
    pub title: String,
    /// The primary instance with its initial values, text inline.
    pub primary: Tree,
    pub root: NodeIx,
    /// Source lines of the primary instance's nodes are in `primary` itself.
    pub binds: Vec<BindSource<'s>>,
    /// Parents before children.
    pub controls: Vec<ControlSource<'s>>,
    pub actions: Vec<ActionSource<'s>>,
    /// Secondary instances by id; the document's first element is the instance's root.
    pub instances: Vec<(Box<str>, Tree)>,
    pub translations: Translations<'s>,
}

/// Where something stands, for an error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place<'s> {
    /// 1-based; 0 for what has no lines.
    pub line: u32,
    /// The element of a form's XML; none in a builder's form.
    pub element: Option<NameId>,
    /// What the element refers to; in a builder's form the name of the node.
    pub subject: Option<&'s str>,
    /// Which of the element's expressions.
    pub part: Option<ExpressionPart>,
}

impl<'s> Place<'s> {
    /// A node of a builder's form.
    pub fn named(name: &'s str) -> Self {
        Self {
            subject: Some(name),
            ..Self::default()
        }
    }

    /// The same for one of its element's expressions.
    pub fn part(self, part: ExpressionPart) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }

    /// The element with what it refers to, in words.
    pub fn told(self, names: &Names) -> String {
        match (self.element, self.subject) {
            (Some(element), Some(subject)) => {
                format!("{} {}", names.qualified(element), subject.trim())
            }
            (Some(element), None) => names.qualified(element),
            (None, subject) => subject.unwrap_or_default().to_owned(),
        }
    }
}

/// An expression's text and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Formula<'s> {
    pub text: Cow<'s, str>,
    pub place: Place<'s>,
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

impl<'s> Formula<'s> {
    pub fn new(text: impl Into<Cow<'s, str>>, place: Place<'s>) -> Self {
        Self {
            text: text.into(),
            place,
            stretches: Vec::new(),
        }
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

/// What most binds have little of is kept in lists and boxes: a form has thousands of them.
#[derive(Debug, Default)]
pub(crate) struct BindSource<'s> {
    pub nodeset: Cow<'s, str>,
    pub place: Place<'s>,
    pub data_type: Option<&'s str>,
    /// Its expressions, each with the part it is; those of `check` too.
    pub formulas: Vec<Formula<'s>>,
    pub constraint_message: Option<TextSource<'s>>,
    pub required_message: Option<TextSource<'s>>,
    pub preload: Option<&'s str>,
    pub preload_parameters: &'s str,
    pub check: Option<Box<CheckItem>>,
    /// What the builder says the question is, where it says more than type and control do.
    pub question: Option<QuestionKind>,
}

impl<'s> BindSource<'s> {
    /// Takes one of the expressions.
    pub fn take(&mut self, part: ExpressionPart) -> Option<Formula<'s>> {
        let is_it = |formula: &Formula| formula.place.part == Some(part);
        let index = self.formulas.iter().position(is_it)?;
        Some(self.formulas.swap_remove(index))
    }
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
pub(crate) struct ControlSource<'s> {
    pub kind: ControlKind,
    /// `ref` or `nodeset`; a group may have none.
    pub reference: Option<Cow<'s, str>>,
    pub place: Place<'s>,
    pub parent: Option<usize>,
    pub label: Option<TextSource<'s>>,
    pub hint: Option<TextSource<'s>>,
    /// Where it stands apart from the hint.
    pub guidance: Option<TextSource<'s>>,
    pub items: Vec<ItemSource<'s>>,
    pub itemset: Option<Box<ItemsetSource<'s>>>,
    pub count: Option<Box<Formula<'s>>>,
    pub no_add_remove: Option<Box<Formula<'s>>>,
    pub appearance: &'s str,
    /// Everything else the element says of itself: `mediatype`, `start`, `end`, `step`, `rows`, …
    pub parameters: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct ItemSource<'s> {
    pub value: Cow<'s, str>,
    pub label: Option<TextSource<'s>>,
}

#[derive(Debug)]
pub(crate) struct ItemsetSource<'s> {
    pub nodeset: Formula<'s>,
    pub value: Formula<'s>,
    pub label: Option<Formula<'s>>,
}

/// A text as the form gives it.
#[derive(Clone, Debug)]
pub(crate) enum TextSource<'s> {
    /// `jr:itext('id')`.
    Translated(&'s str),
    /// Any other expression in `ref`.
    Computed(Box<Formula<'s>>),
    /// Content with `<output>`s in it.
    Written(Vec<PieceSource<'s>>),
    /// The builder's: one text a language.
    Texts(Texts),
}

#[derive(Clone, Debug)]
pub(crate) enum PieceSource<'s> {
    Literal(Cow<'s, str>),
    Output(Box<Formula<'s>>),
}

/// `itext`: by language, by id, by form (`""`, `short`, `long`, `guidance`, `image`, …).
#[derive(Debug, Default)]
pub(crate) struct Translations<'s> {
    /// In the order the form lists them.
    pub languages: Vec<String>,
    pub default: usize,
    /// One map a language.
    pub texts: Vec<HashMap<&'s str, Vec<(&'s str, Vec<PieceSource<'s>>)>>>,
}

/// What an action does.
#[derive(Clone, Debug)]
pub(crate) enum ActionKind<'s> {
    SetValue { value: ActionValue<'s> },
    SetGeopoint,
    RecordAudio { quality: &'s str },
}

#[derive(Clone, Debug)]
pub(crate) enum ActionValue<'s> {
    Expression(Formula<'s>),
    Literal(Cow<'s, str>),
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
pub(crate) struct ActionSource<'s> {
    pub kind: ActionKind<'s>,
    pub events: Events,
    pub target: Formula<'s>,
    /// The body element it stands in; none for one in the model.
    pub control: Option<usize>,
}
