//! People and their roles from a CSV file or the first sheet of an XLSX workbook, and people into one.
//!
//! The headings are `sign_in_name,name_zh,name_en,unit,unit_district,role,scope,scope_district,from,until`, in any order, or the same
//! in words, in either language; only sign-in name, role and scope must be there.
//! - A row gives one person one role; several rows with the same sign-in name give one person several. They say the same name and unit.
//! - `role` is a code (`inspector`) or its title in either language. Role and scope both blank: the row gives no role.
//! - `scope` is `jurisdiction`, the jurisdiction's name, a district's code or name, or a body.
//! - A body is given by its name in either language or by its id. `unit_district` and `scope_district` say the district, by code or
//!   name, where several bodies are called the same.
//! - `from` and `until` are days or moments on the wall of the jurisdiction: `2022-03-13`, `2022/3/13 8:00`. A day alone holds from its
//!   beginning, and until its end. Blank is from now on, and until it is revoked.
//! - There is no password in it.
//!
//! Whether all that may be so is the domain's to say; here only what cannot be understood is refused.

mod error;
mod moment;
mod places;
mod write;

use std::collections::HashMap;

use domain::id::BodyId;
use domain::jurisdiction::{District, DistrictCode};
use domain::language::Language;
use domain::permission::{Role, Scope};
use form::Texts;

use crate::bodies_file::{self, shortened};
use crate::csv_rows::Row;
use crate::formula::{is_formula, unguarded};
use crate::obligations_file::is_meant;
use crate::xlsx_rows::is_zip;

pub use error::{Column, Fault, RowError};
pub use moment::Moment;
use places::Places;
pub use write::{Exported, write_csv, write_xlsx};

/// What a file can name.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub jurisdiction: Texts,
    pub districts: Vec<District>,
    /// Those that are still there.
    pub bodies: Vec<KnownBody>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct KnownBody {
    pub id: BodyId,
    pub name: Texts,
    pub district: Option<DistrictCode>,
}

/// What a file brings, in its order, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// What the file says of each person; the rest it leaves alone.
    pub columns: Vec<Column>,
    /// Those that were understood.
    pub rows: Vec<ImportedRow>,
    /// In the order of the rows.
    pub errors: Vec<RowError>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportedRow {
    /// As a spreadsheet counts.
    pub row: u32,
    pub sign_in_name: String,
    pub name: Texts,
    pub unit: Option<BodyId>,
    pub grant: Option<AskedGrant>,
}

/// A role as a row asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedGrant {
    pub role: Role,
    pub scope: Scope,
    pub from: Option<Moment>,
    pub until: Option<Moment>,
}

impl Imported {
    /// The name a row gives, where somebody is called `current` now.
    pub fn name(&self, row: &ImportedRow, current: &Texts) -> Texts {
        let columns = [
            (Column::NameZh, Language::Chinese),
            (Column::NameEn, Language::English),
        ];
        let mut name = Texts::default();
        for (column, language) in columns {
            let from = if self.columns.contains(&column) {
                &row.name
            } else {
                current
            };
            let said = from.iter().find(|(tag, _)| *tag == language.tag());
            if let Some((tag, text)) = said {
                name = name.with(tag, text);
            }
        }
        name
    }

    /// The unit a row gives, where somebody is of `current` now.
    pub fn unit(&self, row: &ImportedRow, current: Option<BodyId>) -> Option<BodyId> {
        if self.columns.contains(&Column::Unit) {
            row.unit
        } else {
            current
        }
    }
}

/// A file to fill in, with an example of each thing that can be said; the bodies and the district it names are made up.
pub fn template() -> Vec<u8> {
    let headings = Column::ALL.map(Column::heading).join(",");
    let example = "\
        sample-officer,示例负责人,Sample Officer,示例养老院,990001,机构负责人,示例养老院,990001,,\r\n\
        sample-inspector,示例检查员,Sample Inspector,示例区民政局,,检查员,示例区,,2022-03-13,2022-06-30\r\n\
        sample-inspector,示例检查员,Sample Inspector,示例区民政局,,groupLeader,jurisdiction,,2022-03-13 08:00,\r\n";
    format!("\u{FEFF}{headings}\r\n{example}").into_bytes()
}

/// Reads a file: every row of it, whatever is wrong with others.
pub fn read(bytes: &[u8], known: &Known) -> Imported {
    let rows = match bodies_file::rows(bytes) {
        Ok(rows) => rows,
        Err(errors) => {
            let errors = errors.into_iter().map(|error| RowError {
                row: error.row,
                column: None,
                fault: Fault::File(error.fault),
            });
            return Imported {
                errors: errors.collect(),
                ..Imported::default()
            };
        }
    };
    let mut rows = rows
        .into_iter()
        .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
    let Some(headings) = rows.next() else {
        return refused(1, bodies_file::Fault::Empty);
    };
    let columns = match read_headings(&headings) {
        Ok(columns) => columns,
        Err(errors) => {
            return Imported {
                errors,
                ..Imported::default()
            };
        }
    };
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return refused(headings.number, bodies_file::Fault::NoRows);
    }
    let mut reading = Reading {
        places: Places::new(known),
        columns: &columns,
        is_workbook: is_zip(bytes),
        first_rows: HashMap::new(),
        grants: HashMap::new(),
        rows: Vec::new(),
        errors: Vec::new(),
    };
    for row in &rows {
        reading.take_in(row);
    }
    let (rows, errors) = (reading.rows, reading.errors);
    Imported {
        columns,
        rows,
        errors,
    }
}

/// A file that is refused as a whole.
fn refused(row: u32, fault: bodies_file::Fault) -> Imported {
    Imported {
        errors: vec![RowError {
            row,
            column: None,
            fault: Fault::File(fault),
        }],
        ..Imported::default()
    }
}

/// Which column stands where.
fn read_headings(row: &Row) -> Result<Vec<Column>, Vec<RowError>> {
    let mut columns = Vec::with_capacity(row.cells.len());
    let mut errors = Vec::new();
    let mut report = |column, fault| {
        errors.push(RowError {
            row: row.number,
            column,
            fault: Fault::File(fault),
        });
    };
    // Blank headings at the end are a spreadsheet's habit.
    let filled = row.cells.iter().rposition(|cell| !cell.trim().is_empty());
    for cell in row.cells.iter().take(filled.map_or(0, |last| last + 1)) {
        match Column::from_heading(cell.trim()) {
            Some(column) if columns.contains(&column) => {
                report(Some(column), bodies_file::Fault::ColumnTwice);
            }
            Some(column) => columns.push(column),
            None => report(None, bodies_file::Fault::ColumnUnknown(shortened(cell))),
        }
    }
    for column in Column::ALL {
        if column.is_required() && !columns.contains(&column) {
            report(Some(column), bodies_file::Fault::ColumnMissing);
        }
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}

struct Reading<'a> {
    places: Places<'a>,
    columns: &'a [Column],
    is_workbook: bool,
    /// Of each person the first row that was understood, by its place among [`Reading::rows`].
    first_rows: HashMap<&'a str, usize>,
    /// The roles so far, and in which row.
    grants: HashMap<(&'a str, String), u32>,
    rows: Vec<ImportedRow>,
    errors: Vec<RowError>,
}

/// The cells of one row by column, as they stand there.
struct Cells<'a> {
    row: u32,
    by_column: HashMap<Column, &'a str>,
}

impl<'a> Cells<'a> {
    /// Trimmed, without the apostrophe that keeps a spreadsheet from computing it.
    fn get(&self, column: Column) -> &'a str {
        unguarded(self.raw(column)).trim()
    }

    fn raw(&self, column: Column) -> &'a str {
        let cell = self.by_column.get(&column).copied();
        cell.unwrap_or_default().trim()
    }
}

impl<'a> Reading<'a> {
    fn take_in(&mut self, row: &'a Row) {
        let (expected, found) = (self.columns.len(), row.cells.len());
        // Blank cells too many at the end are a spreadsheet's habit; too few may have shifted all the others.
        let surplus = row
            .cells
            .iter()
            .skip(expected)
            .any(|cell| !cell.trim().is_empty());
        if found < expected || surplus {
            self.errors.push(RowError {
                row: row.number,
                column: None,
                fault: Fault::File(bodies_file::Fault::CellCount { expected, found }),
            });
            return;
        }
        let columns = self.columns.iter().copied();
        let cells = Cells {
            row: row.number,
            by_column: columns.zip(row.cells.iter().map(String::as_str)).collect(),
        };
        let errors_before = self.errors.len();
        let sign_in_name = cells.get(Column::SignInName);
        if sign_in_name.is_empty() {
            self.report(&cells, Column::SignInName, Fault::SignInNameMissing);
        }
        let name = self.name(&cells);
        let unit = self.unit(&cells);
        let grant = self.grant(&cells);
        if self.errors.len() > errors_before {
            return;
        }
        let row = ImportedRow {
            row: cells.row,
            sign_in_name: sign_in_name.to_owned(),
            name,
            unit,
            grant,
        };
        if self.agrees(&cells, &row) && self.is_new(&cells, &row) {
            self.first_rows
                .entry(sign_in_name)
                .or_insert(self.rows.len());
            self.rows.push(row);
        }
    }

    fn report(&mut self, cells: &Cells<'_>, column: Column, fault: Fault) {
        self.errors.push(RowError {
            row: cells.row,
            column: Some(column),
            fault,
        });
    }

    fn name(&mut self, cells: &Cells<'a>) -> Texts {
        let mut texts = Texts::default();
        for (column, language) in [
            (Column::NameZh, Language::Chinese),
            (Column::NameEn, Language::English),
        ] {
            let name = cells.get(column);
            // What a workbook has as a text is one; in a CSV file only the apostrophe says so.
            if !self.is_workbook && is_formula(cells.raw(column)) {
                self.report(cells, column, Fault::File(bodies_file::Fault::Formula));
            }
            if !name.is_empty() {
                texts = texts.with(language.tag(), name);
            }
        }
        texts
    }

    fn unit(&mut self, cells: &Cells<'a>) -> Option<BodyId> {
        let name = cells.get(Column::Unit);
        if name.is_empty() {
            return None;
        }
        match self.places.body(name, cells.get(Column::UnitDistrict)) {
            Ok(body) => Some(body),
            Err(fault) => {
                self.report(cells, Column::Unit, fault);
                None
            }
        }
    }

    fn grant(&mut self, cells: &Cells<'a>) -> Option<AskedGrant> {
        let [role, scope, from, until] = [Column::Role, Column::Scope, Column::From, Column::Until]
            .map(|column| cells.get(column));
        if [role, scope, from, until]
            .iter()
            .all(|cell| cell.is_empty())
        {
            return None;
        }
        for (column, cell) in [(Column::Role, role), (Column::Scope, scope)] {
            if cell.is_empty() {
                self.report(cells, column, Fault::HalfAGrant);
            }
        }
        let known = Role::ALL
            .into_iter()
            .find(|known| is_meant(role, known.code(), known.title()));
        if known.is_none() && !role.is_empty() {
            self.report(cells, Column::Role, Fault::RoleUnknown(shortened(role)));
        }
        let place = if scope.is_empty() {
            None
        } else {
            let place = self.places.scope(scope, cells.get(Column::ScopeDistrict));
            place
                .map_err(|fault| self.report(cells, Column::Scope, fault))
                .ok()
        };
        let from = self.moment(cells, Column::From, Moment::beginning);
        let until = self.moment(cells, Column::Until, Moment::end);
        known.zip(place).map(|(role, scope)| AskedGrant {
            role,
            scope,
            from,
            until,
        })
    }

    fn moment(
        &mut self,
        cells: &Cells<'a>,
        column: Column,
        read: fn(&str) -> Option<Moment>,
    ) -> Option<Moment> {
        let text = cells.get(column);
        if text.is_empty() {
            return None;
        }
        let moment = read(text);
        if moment.is_none() {
            self.report(cells, column, Fault::Moment(shortened(text)));
        }
        moment
    }

    /// Whether a row says of its person what the first one did.
    fn agrees(&mut self, cells: &Cells<'a>, row: &ImportedRow) -> bool {
        let first = self.first_rows.get(row.sign_in_name.as_str());
        let Some(first) = first.map(|place| &self.rows[*place]) else {
            return true;
        };
        let fault = Fault::SaidOtherwise { row: first.row };
        let column = if first.name != row.name {
            Column::NameZh
        } else if first.unit != row.unit {
            Column::Unit
        } else {
            return true;
        };
        self.report(cells, column, fault);
        false
    }

    /// Whether no row above asks for the same.
    fn is_new(&mut self, cells: &Cells<'a>, row: &ImportedRow) -> bool {
        let asked = format!("{:?}", row.grant);
        let key = (cells.get(Column::SignInName), asked);
        if let Some(above) = self.grants.get(&key) {
            let fault = Fault::GrantTwice { row: *above };
            self.report(cells, Column::Role, fault);
            return false;
        }
        self.grants.insert(key, row.row);
        true
    }
}
