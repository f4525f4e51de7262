//! What becomes of a file of people.

use domain::id::BodyId;
use domain::permission::Grant;
use domain::person::Field;
use domain::{Language, Text};
use form::Texts;
use serde::{Deserialize, Serialize};

use super::Named;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PeopleReport {
    /// Stands for what it brings about, so that it is taken in as it was looked at.
    pub digest: String,
    /// It brings about something else by now: nothing was imported, and this is what it would be.
    pub changed: bool,
    pub rows: u32,
    /// Whether it was taken in: all of it, or none.
    pub imported: bool,
    /// People who are new, and those registered already who get something; the rest is so already.
    pub registered: u32,
    pub amended: u32,
    /// Registered people who get another first password.
    pub renewed: u32,
    /// The first rows that were refused, as a spreadsheet counts (the heading is row 1), and why. When there is one, nothing was
    /// imported.
    pub refused: Vec<(u32, String)>,
    pub refused_in_all: u32,
    /// The first rows that were understood.
    pub preview: Vec<PersonLine>,
    /// Told once, by the answer that set them.
    pub passwords: Vec<FirstPassword>,
    /// The same as a CSV file.
    pub passwords_file: String,
}

/// A person as a row of a file has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonLine {
    pub row: u32,
    pub sign_in_name: String,
    pub name: Texts,
    pub unit: Option<Named<BodyId>>,
    pub grant: Option<Grant>,
    /// The body the grant holds for.
    pub scopes: Vec<Named<BodyId>>,
    pub becomes: PersonBecomes,
}

/// What a row of a file brings about; nothing where all is so already.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonBecomes {
    /// The person is new; said of their first row.
    pub registered: bool,
    pub amended: Vec<Field>,
    pub granted: bool,
    /// They get another first password; said of their first row.
    pub renewed: bool,
}

impl PersonBecomes {
    pub fn text(&self, language: Language) -> String {
        let fields = self.amended.iter().map(|field| match field {
            Field::Name => Text::new("更正姓名", "Name amended"),
            Field::Unit => Text::new("更正所属单位", "Unit amended"),
        });
        let parts = [
            (self.registered, Text::new("新增人员", "New person")),
            (self.granted, Text::new("授予角色", "Role granted")),
            (
                self.renewed,
                Text::new("新的初始密码", "New first password"),
            ),
        ];
        let parts: Vec<&str> = parts
            .into_iter()
            .filter_map(|(is, title)| is.then_some(title))
            .chain(fields)
            .map(|title| title.get(language))
            .collect();
        if parts.is_empty() {
            return Text::new("不变", "As it is").get(language).to_owned();
        }
        parts.join(Text::new("、", ", ").get(language))
    }
}

/// A first password to hand over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstPassword {
    pub name: Texts,
    pub sign_in_name: String,
    pub password: String,
}
