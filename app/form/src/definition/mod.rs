//! What a form is made of, as its author wrote it and as JSON carries it. [`crate::Form`] is the same thing compiled.

pub(crate) mod lower;
mod outline;

pub(crate) use outline::Outline;
pub use outline::{NodeRef, What};

use std::collections::BTreeMap;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::Texts;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A form: its survey, its choice lists and how its result is graded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormDefinition {
    pub id: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub version: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Texts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub children: Vec<Node>,
    /// Choice lists by name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choice_lists: BTreeMap<String, Vec<ChoiceDefinition>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub grading: Option<Grading>,
}

/// One entry of the survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(tag = "node", rename_all = "camelCase")]
#[allow(
    clippy::large_enum_variant,
    reason = "most nodes are questions, and a form is written once"
)]
pub enum Node {
    Group(Group),
    Repeat(Repeat),
    Question(Question),
    Calculation(Calculation),
}

/// Nodes under one heading. A group on the top level is a section.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Texts,
    /// Expression; when false the group and everything in it is irrelevant.
    #[serde(default, skip_serializing_if = "is_default")]
    pub relevant: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub children: Vec<Node>,
}

/// Nodes that are answered several times over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Repeat {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Texts,
    /// Expression; when false an instance and everything in it is irrelevant.
    #[serde(default, skip_serializing_if = "is_default")]
    pub relevant: Option<String>,
    /// Expression: how many instances there are. Without it a person adds and removes them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub count: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub children: Vec<Node>,
}

/// Something a person answers (or, for a note, reads).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    pub name: String,
    pub kind: QuestionKind,
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Texts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub hint: Texts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub guidance: Texts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub appearance: String,
    /// What else the question says of itself, such as `start`, `end` and `step` of a range.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub bind: Bind,
    /// Name of the choice list of a select.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choices: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub check: Option<CheckItem>,
}

/// What is asked for, and so what the answer is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum QuestionKind {
    SelectOne,
    SelectMultiple,
    /// All choices, in the order a person puts them in.
    Rank,
    Integer,
    Decimal,
    /// A number on a scale; parameters `start`, `end` and `step`.
    Range,
    #[default]
    Text,
    Date,
    Time,
    DateTime,
    Geopoint,
    Geotrace,
    Geoshape,
    Barcode,
    Photo,
    Audio,
    Video,
    File,
    /// Something to confirm having read.
    Acknowledge,
    Note,
}

impl QuestionKind {
    /// Whether it is answered with files, which are kept apart under their SHA-256.
    pub const fn is_file(self) -> bool {
        matches!(
            self,
            QuestionKind::Photo | QuestionKind::Audio | QuestionKind::Video | QuestionKind::File
        )
    }
}

/// The logic of a question. `relevant`, `required`, `constraint`, `readonly` and `calculate` are expressions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bind {
    #[serde(default, skip_serializing_if = "is_default")]
    pub relevant: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub required: Option<String>,
    /// Judged on answers that are not empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub constraint: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub readonly: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub required_message: Texts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub constraint_message: Texts,
    /// A value in lexical form, not an expression, that a new instance starts with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: Option<String>,
    /// Makes the value the engine's own: nobody answers the question.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calculate: Option<String>,
}

/// A value computed from others, shown or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Calculation {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Texts,
    pub calculate: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub relevant: Option<String>,
}

/// One entry of a choice list. The value holds no white space: a multiple choice writes its values separated by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChoiceDefinition {
    pub value: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Texts,
}

/// What makes a question an item of a checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckItem {
    pub code: String,
    /// Clause of the guide the item comes from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clause: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub line: Line,
    #[serde(default, skip_serializing_if = "is_default")]
    pub subject: Subject,
    #[serde(default, skip_serializing_if = "is_default")]
    pub severity: Severity,
    /// A finding on a critical item caps the whole result, where the grading says so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub critical: bool,
    /// Points of the item, 1 unless said otherwise; finite, not negative.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: f64,
    /// Expression: does the answer call for a finding? `. = 'fail'` if absent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub finding: Option<String>,
    /// Expression: points earned, held to 0..=weight. See [`crate::ItemOutcome`] for what applies without one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub score: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub evidence: Evidence,
}

fn one() -> f64 {
    1.0
}

#[allow(
    clippy::float_cmp,
    clippy::trivially_copy_pass_by_ref,
    reason = "exactly the default, in the form serde asks for"
)]
fn is_one(weight: &f64) -> bool {
    *weight == one()
}

impl Default for CheckItem {
    fn default() -> Self {
        Self {
            code: String::new(),
            clause: String::new(),
            line: Line::default(),
            subject: Subject::default(),
            severity: Severity::default(),
            critical: false,
            weight: one(),
            finding: None,
            score: None,
            evidence: Evidence::default(),
        }
    }
}

/// Line of responsibility: 主体责任, 监管责任, 监督责任.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    #[default]
    Main,
    Regulatory,
    Oversight,
}

/// Whose conduct an item looks at.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    #[default]
    Institution,
    Regulator,
    Both,
}

/// How grave a finding on an item is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    #[default]
    General,
    Key,
}

/// What the clause wants to see, and what a finding on the item must carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    /// In words: a document, a photo, an interview.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: Texts,
    #[serde(default, skip_serializing_if = "is_default")]
    pub photos_at_least: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub note_required: bool,
}

/// How the share of points becomes a result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grading {
    /// Points the whole result is expressed in, such as 100 or 1000.
    pub out_of: f64,
    /// In any order; the grade is the band with the highest `from_share` the share reaches.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bands: Vec<GradeBand>,
    /// Share (0..=1) a result cannot exceed once a critical item calls for a finding.
    #[serde(default, skip_serializing_if = "is_default")]
    pub critical_cap_share: Option<f64>,
}

/// One grade, from a share (0..=1) upwards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GradeBand {
    pub from_share: f64,
    pub label: Texts,
}
