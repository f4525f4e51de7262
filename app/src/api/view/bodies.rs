//! A file of bodies, and a person.

use domain::body::{BodyKind, Field};
use domain::id::{BodyId, PersonId};
use domain::jurisdiction::DistrictCode;
use domain::permission::Grant;
use domain::{Language, Text, say};
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{HistoryEntry, LinkedBody, Named};

/// What becomes, or became, of each row of a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Stands for what it brings about, so that it is taken in as it was looked at.
    pub digest: String,
    /// It brings about something else by now: nothing was imported, and this is what it would be.
    pub changed: bool,
    pub rows: u32,
    /// All of them, or none.
    pub imported: u32,
    /// Of the rows, those that bring new bodies, and those that change registered ones; the rest says what is so already.
    pub registered: u32,
    pub amended: u32,
    /// The first rows that were refused, as a spreadsheet counts (the heading is row 1), and why. When there is one, nothing was
    /// imported.
    pub refused: Vec<(u32, String)>,
    pub refused_in_all: u32,
    /// The first rows as they were understood.
    pub preview: Vec<PreviewRow>,
    /// Districts that are created with them.
    pub districts: Vec<Texts>,
}

/// A body as a row of a file has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub row: u32,
    pub becomes: Becomes,
    pub name: Texts,
    pub kind: BodyKind,
    pub parent: String,
    pub district: Option<DistrictCode>,
    pub residents: u32,
    pub staff: u32,
}

/// What a row of a file brings about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Becomes {
    Registered,
    /// In these fields; and whether it comes below another body.
    Amended {
        fields: Vec<Field>,
        moved: bool,
    },
    Unchanged,
}

impl Becomes {
    pub fn text(&self, language: Language) -> String {
        match self {
            Becomes::Registered => Text::new("新增", "New").get(language).to_owned(),
            Becomes::Unchanged => Text::new("不变", "As it is").get(language).to_owned(),
            Becomes::Amended { fields, moved } => {
                let parent = moved.then_some(Text::new("上级单位", "Answers to"));
                let fields = fields.iter().map(|field| field.title());
                let fields = fields.chain(parent).map(|title| title.get(language));
                let fields: Vec<&str> = fields.collect();
                let fields = fields.join(Text::new("、", ", ").get(language));
                say!(language, "修改：{fields}", "Amended: {fields}")
            }
        }
    }
}

/// Why a body is no longer there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum GoneView {
    Closed { reason: String },
    Merged { into: LinkedBody },
}

/// One person, their grants and what was done to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonView {
    pub id: PersonId,
    pub name: Texts,
    pub sign_in_name: String,
    pub unit: Option<Named<BodyId>>,
    /// As they were given; not all of them hold now.
    pub grants: Vec<Grant>,
    /// The bodies that grants hold for.
    pub scopes: Vec<Named<BodyId>>,
    pub active: bool,
    /// Whether the viewer may change them.
    pub may_manage: bool,
    /// Whether the viewer may set a new initial password: their scope covers all the person's roles.
    pub may_set_password: bool,
    pub history: Vec<HistoryEntry>,
}
