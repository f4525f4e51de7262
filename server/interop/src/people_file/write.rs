//! People as a file, with the headings that are read.

use domain::id::BodyId;
use domain::language::Language;
use domain::permission::Grant;
use domain::say;
use form::Texts;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use super::places::Places;
use super::{Column, Known, Moment};
use crate::csv_write::{Field, write_rows};

/// One role of a person, or a person without any; the term as the wall of the jurisdiction shows it.
#[derive(Clone, Copy, Debug)]
pub struct Exported<'a> {
    pub sign_in_name: &'a str,
    pub name: &'a Texts,
    pub unit: Option<BodyId>,
    pub grant: Option<&'a Grant>,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
}

impl Exported<'_> {
    /// In the order of [`Column::ALL`].
    fn cells(&self, places: &Places<'_>, language: Language) -> [String; 10] {
        let name = |language: Language| {
            let mut names = self.name.iter();
            let own = names.find(|(tag, _)| *tag == language.tag());
            own.map_or_else(String::new, |(_, name)| name.to_owned())
        };
        let (unit, unit_district) = self
            .unit
            .map(|unit| places.say_body(unit, language))
            .unwrap_or_default();
        let (scope, scope_district) = self
            .grant
            .map(|grant| places.say_scope(&grant.scope, language))
            .unwrap_or_default();
        let role = self.grant.map(|grant| grant.role.title().get(language));
        let moment = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
        [
            self.sign_in_name.to_owned(),
            name(Language::Chinese),
            name(Language::English),
            unit,
            unit_district,
            role.unwrap_or_default().to_owned(),
            scope,
            scope_district,
            moment(self.from).unwrap_or_default(),
            moment(self.until).unwrap_or_default(),
        ]
    }
}

/// As CSV; a text that a spreadsheet would compute is written after an apostrophe, which is taken off again when the file is read.
pub fn write_csv(people: &[Exported<'_>], known: &Known, language: Language) -> Vec<u8> {
    let places = Places::new(known);
    let headings = Column::ALL.map(|column| Field::from(column.heading()));
    let rows = people
        .iter()
        .map(|person| person.cells(&places, language).map(Field::from));
    write_rows([headings].into_iter().chain(rows)).into_bytes()
}

/// As an XLSX workbook of texts; the headings stay in sight.
pub fn write_xlsx(
    people: &[Exported<'_>],
    known: &Known,
    language: Language,
) -> Result<Vec<u8>, XlsxError> {
    let places = Places::new(known);
    let mut workbook = Workbook::new();
    // The same people give the same bytes, whenever they are written.
    let properties = rust_xlsxwriter::DocProperties::new()
        .set_creation_datetime(&ExcelDateTime::from_ymd(2022, 3, 13)?);
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    sheet.set_name(say!(language, "人员", "People"))?;
    let heading = Format::new().set_bold();
    for (place, column) in (0_u16..).zip(Column::ALL) {
        sheet.write_string_with_format(0, place, column.heading(), &heading)?;
    }
    for (row, person) in (1_u32..).zip(people) {
        for (place, cell) in (0_u16..).zip(person.cells(&places, language)) {
            if !cell.is_empty() {
                sheet.write_string(row, place, cell)?;
            }
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    for (place, width) in [
        (0, 24),
        (1, 18),
        (2, 24),
        (3, 28),
        (5, 18),
        (6, 28),
        (8, 18),
        (9, 18),
    ] {
        sheet.set_column_width(place, width)?;
    }
    workbook.save_to_buffer()
}
