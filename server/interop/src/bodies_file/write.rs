//! Bodies as a file, with the headings that are read.

use domain::body::{Ownership, Particulars, RiskGrade};
use domain::id::BodyId;
use domain::language::Language;
use domain::{Text, say};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use super::Column;
use crate::csv_write::{Field, write_rows};

/// A body, and the names a file gives instead of ids.
#[derive(Clone, Copy, Debug)]
pub struct Exported<'a> {
    pub id: BodyId,
    pub body: &'a Particulars,
    /// Name of the body it answers to.
    pub parent: &'a str,
    pub district: &'a str,
}

/// A cell: a text that no spreadsheet computes, or a number.
enum Cell<'a> {
    Id(BodyId),
    Text(&'a str),
    Number(f64),
    Blank,
}

impl<'a> Exported<'a> {
    fn cell(&self, column: Column, language: Language) -> Cell<'a> {
        let Exported {
            id,
            body,
            parent,
            district,
        } = *self;
        // A name that stands in for the other language's is not written twice.
        let name = |language: Language| {
            let mut names = body.name.iter();
            let own = names.find(|(tag, _)| *tag == language.tag());
            own.map_or("", |(_, name)| name)
        };
        let said = |title: Option<Text>| title.map_or("", |title| title.get(language));
        let profile = &body.profile;
        let degrees = |degrees: Option<f64>| degrees.map_or(Cell::Blank, Cell::Number);
        match column {
            Column::Id => Cell::Id(id),
            Column::NameZh => Cell::Text(name(Language::Chinese)),
            Column::NameEn => Cell::Text(name(Language::English)),
            Column::Kind => Cell::Text(body.kind.title().get(language)),
            Column::Parent => Cell::Text(parent),
            Column::DistrictCode => Cell::Text(body.district.as_ref().map_or("", |code| &code.0)),
            Column::DistrictName => Cell::Text(district),
            Column::Residents => Cell::Number(body.residents.into()),
            Column::Staff => Cell::Number(body.staff.into()),
            Column::Capacity => Cell::Number(body.capacity.into()),
            Column::Ownership => Cell::Text(said(profile.ownership.map(Ownership::title))),
            Column::Risk => Cell::Text(said(profile.risk.map(RiskGrade::title))),
            Column::Address => Cell::Text(&profile.address),
            Column::Longitude => degrees(profile.location.map(|location| location.longitude)),
            Column::Latitude => degrees(profile.location.map(|location| location.latitude)),
            Column::Contact => Cell::Text(&profile.contact.name),
            Column::Telephone => Cell::Text(&profile.contact.telephone),
        }
    }
}

/// As CSV; a text that a spreadsheet would compute is written after an apostrophe, which is taken off again when the file is read.
pub fn write_csv(bodies: &[Exported<'_>], language: Language) -> Vec<u8> {
    let headings = Column::ALL.map(|column| Field::from(column.heading()));
    let rows = bodies.iter().map(|body| {
        Column::ALL.map(|column| match body.cell(column, language) {
            Cell::Id(id) => Field::Value(id.to_string()),
            Cell::Text(text) => Field::from(text),
            Cell::Number(number) => Field::Value(number.to_string()),
            Cell::Blank => Field::Value(String::new()),
        })
    });
    write_rows([headings].into_iter().chain(rows)).into_bytes()
}

/// As an XLSX workbook: the headings stay in sight, texts are texts and numbers numbers.
pub fn write_xlsx(bodies: &[Exported<'_>], language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same bodies give the same bytes, whenever they are written.
    let properties = rust_xlsxwriter::DocProperties::new()
        .set_creation_datetime(&ExcelDateTime::from_ymd(2022, 3, 13)?);
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    sheet.set_name(say!(language, "机构", "Bodies"))?;
    let heading = Format::new().set_bold();
    for (place, column) in (0_u16..).zip(Column::ALL) {
        sheet.write_string_with_format(0, place, column.heading(), &heading)?;
    }
    for (row, body) in (1_u32..).zip(bodies) {
        for (place, column) in (0_u16..).zip(Column::ALL) {
            match body.cell(column, language) {
                Cell::Text("") | Cell::Blank => {}
                Cell::Id(id) => {
                    sheet.write_string(row, place, id.to_string())?;
                }
                Cell::Text(text) => {
                    sheet.write_string(row, place, text)?;
                }
                Cell::Number(number) => {
                    sheet.write_number(row, place, number)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 3)?;
    for (place, width) in [(0, 36), (1, 28), (2, 36)] {
        sheet.set_column_width(place, width)?;
    }
    workbook.save_to_buffer()
}
