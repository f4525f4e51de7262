//! Bodies and districts from a CSV file or an XLSX workbook, all of it or nothing; and bodies into one.
//!
//! The headings are `name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity`, in any order, and those of
//! them that may be missing: `id,ownership,risk,address,longitude,latitude,contact,telephone`. They can also be written in words, in
//! either language. Of a workbook the first sheet is read.
//! - A row with the `id` of a registered body says what that body is to be; what the file has no column for stays. Under an id that is
//!   not known a body is registered, so that what one server wrote stays the same bodies on another.
//! - The name is given in Chinese; the English one may be missing. A name already registered in the same district or below the
//!   same body, or twice there in the file, is refused: importing a file a second time must not double a city.
//! - `kind` is a code (`elderCare`) or its title in either language (`养老机构`, `Elder care`).
//! - `parent` is the name of a body further up in the file or registered already; blank for none.
//! - A district that is not known yet is created under its code when the row names it.
//! - An institution gives its district and each figure, 0 where there is none; blank figures of other bodies are 0. These are the
//!   rules of [`domain::body`], which a form holds to as well.
//!
//! What is written can be read again: where all of it is known, nothing changes.

mod error;
mod write;

use std::collections::HashMap;

use domain::body::{
    Amendment, BodyKind, BodyRefusal, Contact, FigureFault, Location, Ownership, Particulars,
    Profile, RiskGrade, Standing, read_figure, wanting,
};
use domain::id::BodyId;
use domain::jurisdiction::{CODE_LIMIT, District, DistrictCode};
use domain::language::{Language, Text};
use domain::wording::{self, NAME_LIMIT};
use form::Texts;

use crate::csv_rows::{ReadRowsError, Row, read_rows};
use crate::formula::{is_formula, unguarded};
use crate::xlsx_rows::{self, ReadWorkbookError};

pub(crate) use error::listed;
pub use error::{Column, Fault, RowError};
pub use write::{Exported, write_csv, write_xlsx};

/// Bytes of a file.
pub const MAX_BYTES: usize = 5_000_000;
/// Rows of a file, its headings not counted.
pub const MAX_ROWS: u32 = 20_000;

/// What is registered already.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub districts: Vec<District>,
    /// Every name of every body; a body with a name in each language is there twice.
    pub bodies: Vec<KnownName>,
}

/// A name of a registered body, and where the body stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownName {
    pub name: String,
    pub body: BodyId,
    pub district: Option<DistrictCode>,
    pub parent: Option<BodyId>,
}

/// What a file brings, in its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// What the file says of each body; the rest it leaves alone.
    pub columns: Vec<Column>,
    /// The districts not known before.
    pub districts: Vec<District>,
    pub bodies: Vec<ImportedBody>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    Registered(BodyId),
    /// By its place in [`Imported::bodies`]; always before its children.
    Imported(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportedBody {
    /// As a spreadsheet counts.
    pub row: u32,
    pub id: Option<BodyId>,
    pub name: Texts,
    pub kind: BodyKind,
    pub parent: Option<Parent>,
    pub district: Option<DistrictCode>,
    pub residents: u32,
    pub staff: u32,
    pub capacity: u32,
    pub profile: Profile,
}

impl ImportedBody {
    /// The body as it is registered, given the ids of the bodies before it by their place.
    pub fn particulars(&self, id_of: impl FnOnce(usize) -> BodyId) -> Particulars {
        Particulars {
            kind: self.kind,
            name: self.name.clone(),
            parent: self.parent.map(|parent| match parent {
                Parent::Registered(id) => id,
                Parent::Imported(place) => id_of(place),
            }),
            district: self.district.clone(),
            residents: self.residents,
            staff: self.staff,
            capacity: self.capacity,
            sample: false,
            profile: self.profile.clone(),
        }
    }
}

impl Imported {
    /// What a body that is registered already is to be; `current` is what it is.
    pub fn amendment(&self, body: &ImportedBody, current: &Amendment) -> Amendment {
        let has = |column| self.columns.contains(&column);
        let (said, is) = (body.profile.clone(), current.profile.clone());
        let contact = Contact {
            name: if has(Column::Contact) {
                said.contact.name
            } else {
                is.contact.name
            },
            telephone: if has(Column::Telephone) {
                said.contact.telephone
            } else {
                is.contact.telephone
            },
        };
        Amendment {
            kind: body.kind,
            name: body.name.clone(),
            district: body.district.clone(),
            residents: body.residents,
            staff: body.staff,
            capacity: body.capacity,
            profile: Profile {
                ownership: if has(Column::Ownership) {
                    said.ownership
                } else {
                    is.ownership
                },
                risk: if has(Column::Risk) {
                    said.risk
                } else {
                    is.risk
                },
                address: if has(Column::Address) {
                    said.address
                } else {
                    is.address
                },
                location: if has(Column::Longitude) {
                    said.location
                } else {
                    is.location
                },
                contact,
            },
        }
    }
}

/// A file to fill in, with an example of each thing that can be said. It begins with a byte order mark, without which
/// Excel takes it for GB18030.
pub fn template() -> Vec<u8> {
    let headings = Column::ALL.map(Column::heading).join(",");
    let example = "\
        ,示例区民政局,Sample District Civil Affairs Bureau,监管部门,,990001,示例区,,30,,,,,,,,\r\n\
        ,示例养老院,Sample Elder-Care Home,养老机构,示例区民政局,990001,,86,41,100,民办,中风险,示例路1号,116.41,39.90,值班室,010-00000000\r\n\
        ,示例儿童福利院,Sample Children's Home,childWelfare,示例区民政局,990001,,24,30,40,public,low,,,,,\r\n";
    format!("\u{FEFF}{headings}\r\n{example}").into_bytes()
}

/// The rows of a file of either form, within the limits.
pub(crate) fn rows(bytes: &[u8]) -> Result<Vec<Row>, Vec<RowError>> {
    if bytes.len() > MAX_BYTES {
        return Err(whole(1, Fault::TooLarge));
    }
    if xlsx_rows::is_compound_file(bytes) {
        return Err(whole(1, Fault::OldOrLocked));
    }
    if xlsx_rows::is_zip(bytes) {
        rows_of_workbook(bytes)
    } else {
        rows_of_text(bytes)
    }
}

/// Reads a file, or says all that is wrong with it.
pub fn read(bytes: &[u8], known: &Known) -> Result<Imported, Vec<RowError>> {
    let mut rows = rows(bytes)?
        .into_iter()
        .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
    let Some(headings) = rows.next() else {
        return Err(whole(1, Fault::Empty));
    };
    let columns = read_headings(&headings)?;
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return Err(whole(headings.number, Fault::NoRows));
    }
    let mut reading = Reading::new(&columns, &rows, known);
    for row in &rows {
        reading.take_in(row);
    }
    if reading.errors.is_empty() {
        Ok(reading.imported)
    } else {
        Err(reading.errors)
    }
}

fn whole(row: u32, fault: Fault) -> Vec<RowError> {
    vec![RowError {
        row,
        column: None,
        fault,
    }]
}

fn rows_of_text(bytes: &[u8]) -> Result<Vec<Row>, Vec<RowError>> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| whole(row_at(bytes, error.valid_up_to()), Fault::NotUtf8))?;
    // Something that read the file as text already has put this in place of what is not UTF-8.
    if let Some(offset) = text.find(char::REPLACEMENT_CHARACTER) {
        return Err(whole(row_at(bytes, offset), Fault::NotUtf8));
    }
    read_rows(text, MAX_ROWS + 1).map_err(|error| match error {
        ReadRowsError::QuoteNotClosed { row } => whole(row, Fault::QuoteNotClosed),
        ReadRowsError::TextAfterQuote { row } => whole(row, Fault::TextAfterQuote),
        ReadRowsError::TooManyRows { limit } => whole(limit + 1, Fault::TooManyRows),
        ReadRowsError::TooManyColumns { row } => whole(row, Fault::TooManyColumns),
    })
}

fn rows_of_workbook(bytes: &[u8]) -> Result<Vec<Row>, Vec<RowError>> {
    xlsx_rows::read_rows(bytes, MAX_ROWS + 1).map_err(|error| match error {
        ReadWorkbookError::Unreadable => whole(1, Fault::Damaged),
        ReadWorkbookError::Macros => whole(1, Fault::Macros),
        ReadWorkbookError::TooLargeInside => whole(1, Fault::TooLargeInside),
        ReadWorkbookError::NoSheet => whole(1, Fault::Empty),
        ReadWorkbookError::TooManyRows { limit } => whole(limit + 1, Fault::TooManyRows),
        ReadWorkbookError::TooManyColumns { row } => whole(row, Fault::TooManyColumns),
        ReadWorkbookError::Formula { row, column } => whole(row, Fault::Computed { column }),
    })
}

/// The row that a byte is in, near enough to find it: line breaks inside cells count.
fn row_at(bytes: &[u8], offset: usize) -> u32 {
    let breaks = bytes
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}

/// Which column stands where.
fn read_headings(row: &Row) -> Result<Vec<Column>, Vec<RowError>> {
    let mut columns = Vec::with_capacity(row.cells.len());
    let mut errors = Vec::new();
    let mut report = |column, fault| {
        errors.push(RowError {
            row: row.number,
            column,
            fault,
        });
    };
    for cell in &row.cells {
        match Column::from_heading(cell.trim()) {
            Some(column) if columns.contains(&column) => report(Some(column), Fault::ColumnTwice),
            Some(column) => columns.push(column),
            None => report(None, Fault::ColumnUnknown(shortened(cell))),
        }
    }
    for column in Column::ALL {
        if column.is_required() && !columns.contains(&column) {
            report(Some(column), Fault::ColumnMissing);
        }
    }
    let halves = [Column::Longitude, Column::Latitude];
    if let [Some(_), None] | [None, Some(_)] =
        halves.map(|half| columns.iter().find(|column| **column == half))
    {
        for missing in halves.into_iter().filter(|half| !columns.contains(half)) {
            errors.push(RowError {
                row: row.number,
                column: Some(missing),
                fault: Fault::ColumnMissing,
            });
        }
    }
    if errors.is_empty() {
        Ok(columns)
    } else {
        Err(errors)
    }
}

/// A cell as an error repeats it: never at length.
pub(crate) fn shortened(cell: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = cell
        .trim()
        .chars()
        .filter(|character| !character.is_control())
        .take(LONGEST)
        .collect();
    if cell.trim().chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

struct Reading<'a> {
    columns: &'a [Column],
    known_districts: HashMap<&'a str, &'a Texts>,
    /// Of the registered bodies, what each answers to.
    parents: HashMap<BodyId, Option<BodyId>>,
    /// The registered bodies of each name.
    registered: HashMap<&'a str, Vec<&'a KnownName>>,
    /// The first row in which each name stands, above or below.
    rows_by_name: HashMap<&'a str, u32>,
    /// The places of each name so far.
    places: HashMap<&'a str, Vec<usize>>,
    /// By the name a body goes by, the rows so far and where their bodies stand.
    stand: HashMap<&'a str, Vec<(u32, Standing<&'a str, Parent>)>>,
    /// The ids so far, and in which row.
    ids: HashMap<BodyId, u32>,
    /// The id of each place that has one of a registered body.
    amended: Vec<Option<BodyId>>,
    /// The new districts so far: the row that named each first, and the name.
    new_districts: HashMap<&'a str, (u32, &'a str)>,
    /// Rows taken in so far, those with errors too.
    place: usize,
    imported: Imported,
    errors: Vec<RowError>,
}

/// The cells of one row by column, trimmed, without the apostrophe that keeps a spreadsheet from computing them.
struct Cells<'a> {
    row: u32,
    by_column: HashMap<Column, &'a str>,
}

impl<'a> Cells<'a> {
    fn of(row: &'a Row, columns: &[Column]) -> Cells<'a> {
        let by_column = columns
            .iter()
            .copied()
            .zip(row.cells.iter().map(|cell| unguarded(cell.trim()).trim()))
            .collect();
        Cells {
            row: row.number,
            by_column,
        }
    }

    fn get(&self, column: Column) -> &'a str {
        self.by_column.get(&column).copied().unwrap_or_default()
    }

    /// The names that are given, each once.
    fn names(&self) -> impl Iterator<Item = &'a str> {
        let (chinese, english) = (self.get(Column::NameZh), self.get(Column::NameEn));
        let english = if english == chinese { "" } else { english };
        [chinese, english]
            .into_iter()
            .filter(|name| !name.is_empty())
    }
}

impl<'a> Reading<'a> {
    fn new(columns: &'a [Column], rows: &'a [Row], known: &'a Known) -> Reading<'a> {
        let mut registered: HashMap<&str, Vec<&KnownName>> = HashMap::new();
        for known in &known.bodies {
            let names = registered.entry(known.name.trim()).or_default();
            if names.iter().all(|name| name.body != known.body) {
                names.push(known);
            }
        }
        let mut rows_by_name = HashMap::new();
        for row in rows {
            for name in Cells::of(row, columns).names() {
                rows_by_name.entry(name).or_insert(row.number);
            }
        }
        Reading {
            columns,
            known_districts: known
                .districts
                .iter()
                .map(|district| (district.code.0.as_str(), &district.name))
                .collect(),
            parents: known
                .bodies
                .iter()
                .map(|known| (known.body, known.parent))
                .collect(),
            registered,
            rows_by_name,
            places: HashMap::new(),
            stand: HashMap::new(),
            ids: HashMap::new(),
            amended: Vec::new(),
            new_districts: HashMap::new(),
            place: 0,
            imported: Imported {
                columns: columns.to_vec(),
                ..Imported::default()
            },
            errors: Vec::new(),
        }
    }

    fn take_in(&mut self, row: &'a Row) {
        let place = self.place;
        self.place += 1;
        let cells = Cells::of(row, self.columns);
        let id = cells.get(Column::Id).parse::<BodyId>().ok();
        self.amended
            .push(id.filter(|id| self.parents.contains_key(id)));
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
                fault: Fault::CellCount { expected, found },
            });
        } else {
            self.take_in_cells(&cells);
        }
        // Those named in a row with errors are not unknown to the rows below.
        for name in cells.names() {
            self.places.entry(name).or_default().push(place);
        }
    }

    fn take_in_cells(&mut self, cells: &Cells<'a>) {
        let errors_before = self.errors.len();
        let id = self.id(cells);
        let name = self.name(cells);
        let kind = self.kind(cells);
        let parent = self.parent(cells);
        let district = self.district(cells);
        // Of a kind that is none, only what every body wants is asked for.
        let like = kind.unwrap_or(BodyKind::Department);
        self.want(cells, like, &name);
        self.check_name_is_free(cells, id, parent);
        let [residents, staff, capacity] = [Column::Residents, Column::Staff, Column::Capacity]
            .map(|column| self.figure(cells, like, column));
        let profile = self.profile(cells);
        if self.errors.len() == errors_before
            && let Some(kind) = kind
        {
            let body = ImportedBody {
                row: cells.row,
                id,
                name,
                kind,
                parent,
                district,
                residents,
                staff,
                capacity,
                profile,
            };
            self.imported.bodies.push(body);
        }
    }

    fn report(&mut self, cells: &Cells<'_>, column: Column, fault: Fault) {
        self.errors.push(RowError {
            row: cells.row,
            column: Some(column),
            fault,
        });
    }

    /// Of a body that is registered, or is to be registered under this one; blank is none.
    fn id(&mut self, cells: &Cells<'a>) -> Option<BodyId> {
        let text = cells.get(Column::Id);
        if text.is_empty() {
            return None;
        }
        let Ok(id) = text.parse::<BodyId>() else {
            self.report(cells, Column::Id, Fault::IdMalformed(shortened(text)));
            return None;
        };
        if let Some(row) = self.ids.insert(id, cells.row) {
            self.report(cells, Column::Id, Fault::IdTwice { row });
        }
        Some(id)
    }

    fn name(&mut self, cells: &Cells<'a>) -> Texts {
        let mut texts = Texts::default();
        for (column, language) in [
            (Column::NameZh, Language::Chinese),
            (Column::NameEn, Language::English),
        ] {
            let name = cells.get(column);
            if name.is_empty() {
                continue;
            }
            self.check_text(cells, column, NAME_LIMIT);
            texts = texts.with(language.tag(), name);
        }
        texts
    }

    /// What the register wants of every body.
    fn want(&mut self, cells: &Cells<'a>, kind: BodyKind, name: &Texts) {
        // A district that is named without its code has its own fault.
        let has_district = [Column::DistrictCode, Column::DistrictName]
            .into_iter()
            .any(|column| !cells.get(column).is_empty());
        let are_there_districts =
            !(self.known_districts.is_empty() && self.new_districts.is_empty());
        for refusal in wanting(kind, name, has_district, are_there_districts) {
            let column = if refusal == BodyRefusal::DistrictMissing {
                Column::DistrictCode
            } else {
                Column::NameZh
            };
            self.report(cells, column, Fault::Wanting(refusal));
        }
    }

    /// Refuses a name that a registered body or one further up goes by where this one is to stand. Of names it is the Chinese one:
    /// transliterations may coincide where the characters differ.
    fn check_name_is_free(
        &mut self,
        cells: &Cells<'a>,
        id: Option<BodyId>,
        parent: Option<Parent>,
    ) {
        let name = cells.get(Column::NameZh);
        if name.is_empty() {
            return;
        }
        let code = cells.get(Column::DistrictCode);
        let standing = Standing {
            district: Some(code).filter(|code| !code.is_empty()),
            parent,
        };
        let namesakes = self.registered.get(name).into_iter().flatten();
        let is_registered = namesakes
            .filter(|known| Some(known.body) != id)
            .any(|known| {
                let other = Standing {
                    district: known.district.as_ref().map(|code| code.0.as_str()),
                    parent: known.parent.map(Parent::Registered),
                };
                other.meets(&standing)
            });
        let above = self.stand.get(name).into_iter().flatten();
        let twice = above
            .filter(|(_, other)| other.meets(&standing))
            .map(|(row, _)| *row)
            .next();
        if is_registered {
            self.report(
                cells,
                Column::NameZh,
                Fault::NameRegistered(shortened(name)),
            );
        } else if let Some(row) = twice {
            self.report(cells, Column::NameZh, Fault::NameTwice { row });
        }
        let rows = self.stand.entry(name).or_default();
        rows.push((cells.row, standing));
    }

    /// Whether a text may stand as it is.
    fn check_text(&mut self, cells: &Cells<'a>, column: Column, limit: usize) -> bool {
        let text = cells.get(column);
        let fault = if is_formula(text) {
            Some(Fault::Formula)
        } else {
            wording::require(text, limit).err().map(Fault::Wording)
        };
        let fine = fault.is_none();
        if let Some(fault) = fault {
            self.report(cells, column, fault);
        }
        fine
    }

    fn kind(&mut self, cells: &Cells<'a>) -> Option<BodyKind> {
        let text = cells.get(Column::Kind);
        let kind = BodyKind::ALL.into_iter().find(|kind| {
            std::iter::once(kind.code())
                .chain(Language::ALL.map(|language| kind.title().get(language)))
                .any(|known| known.eq_ignore_ascii_case(text))
        });
        if kind.is_none() {
            self.report(cells, Column::Kind, Fault::KindUnknown(shortened(text)));
        }
        kind
    }

    fn parent(&mut self, cells: &Cells<'a>) -> Option<Parent> {
        let name = cells.get(Column::Parent);
        if name.is_empty() {
            return None;
        }
        let above =
            self.places
                .get(name)
                .into_iter()
                .flatten()
                .map(|place| match self.amended[*place] {
                    Some(id) => Parent::Registered(id),
                    None => Parent::Imported(*place),
                });
        let registered = self
            .registered
            .get(name)
            .into_iter()
            .flatten()
            .map(|known| Parent::Registered(known.body));
        // A body that the file amends is both above and registered.
        let mut candidates: Vec<Parent> = Vec::new();
        for parent in above.chain(registered) {
            if !candidates.contains(&parent) {
                candidates.push(parent);
            }
        }
        // Of several that are called so a registered body answers to the one it answers to.
        let id = cells.get(Column::Id).parse::<BodyId>().ok();
        let now = id.and_then(|id| *self.parents.get(&id)?);
        if let Some(kept) = now
            .map(Parent::Registered)
            .filter(|now| candidates.contains(now))
        {
            return Some(kept);
        }
        let mut candidates = candidates.into_iter();
        let fault = match (candidates.next(), candidates.next()) {
            (Some(parent), None) => return Some(parent),
            (Some(_), Some(_)) => Fault::ParentAmbiguous(shortened(name)),
            (None, _) => match self.rows_by_name.get(name) {
                Some(row) if *row > cells.row => Fault::ParentBelow {
                    name: shortened(name),
                    row: *row,
                },
                _ => Fault::ParentUnknown(shortened(name)),
            },
        };
        self.report(cells, Column::Parent, fault);
        None
    }

    fn district(&mut self, cells: &Cells<'a>) -> Option<DistrictCode> {
        let (code, name) = (
            cells.get(Column::DistrictCode),
            cells.get(Column::DistrictName),
        );
        if code.is_empty() {
            if !name.is_empty() {
                self.report(cells, Column::DistrictCode, Fault::DistrictCodeMissing);
            }
            return None;
        }
        if let Some(known) = self.known_districts.get(code) {
            // One digit off, and the body would stand elsewhere.
            if !name.is_empty() && known.iter().all(|(_, known)| known.trim() != name) {
                let known = Language::ALL.map(|language| known.get(language.tag()).to_owned());
                self.report(
                    cells,
                    Column::DistrictName,
                    Fault::DistrictNamedOtherwise { known },
                );
            }
        } else {
            match self.new_districts.get(code) {
                Some((row, named)) if !name.is_empty() && name != *named => {
                    let row = *row;
                    self.report(
                        cells,
                        Column::DistrictName,
                        Fault::DistrictNamedTwice { row },
                    );
                }
                Some(_) => {}
                None if name.is_empty() => {
                    self.report(
                        cells,
                        Column::DistrictCode,
                        Fault::DistrictUnknown(shortened(code)),
                    );
                }
                None => {
                    let fine = self.check_text(cells, Column::DistrictCode, CODE_LIMIT);
                    if self.check_text(cells, Column::DistrictName, NAME_LIMIT) && fine {
                        let language = if name.is_ascii() {
                            Language::English
                        } else {
                            Language::Chinese
                        };
                        self.imported.districts.push(District {
                            code: DistrictCode(code.to_owned()),
                            name: Texts::default().with(language.tag(), name),
                        });
                    }
                    // Even if refused: its next row would only repeat the fault.
                    self.new_districts.insert(code, (cells.row, name));
                }
            }
        }
        Some(DistrictCode(code.to_owned()))
    }

    fn profile(&mut self, cells: &Cells<'a>) -> Profile {
        for column in [Column::Address, Column::Contact] {
            if !cells.get(column).is_empty() {
                self.check_text(cells, column, NAME_LIMIT);
            }
        }
        let telephone = cells.get(Column::Telephone);
        // A number of another country begins with a plus.
        let dialled = telephone.strip_prefix('+').unwrap_or(telephone);
        let is_number = |character: char| character.is_ascii_digit() || " -()".contains(character);
        let fine = dialled.chars().all(is_number) && dialled.len() <= NAME_LIMIT;
        if !fine {
            self.check_text(cells, Column::Telephone, NAME_LIMIT);
        }
        Profile {
            ownership: self.choice(
                cells,
                Column::Ownership,
                &Ownership::ALL.map(|known| (known, known.code(), known.title())),
                Fault::OwnershipUnknown,
            ),
            risk: self.choice(
                cells,
                Column::Risk,
                &RiskGrade::ALL.map(|known| (known, known.code(), known.title())),
                Fault::RiskUnknown,
            ),
            address: cells.get(Column::Address).to_owned(),
            location: self.location(cells),
            contact: Contact {
                name: cells.get(Column::Contact).to_owned(),
                telephone: telephone.to_owned(),
            },
        }
    }

    /// One of a few, by its code or its title in either language; blank is none.
    fn choice<T: Copy>(
        &mut self,
        cells: &Cells<'a>,
        column: Column,
        known: &[(T, &str, Text)],
        fault: fn(String) -> Fault,
    ) -> Option<T> {
        let text = cells.get(column);
        if text.is_empty() {
            return None;
        }
        let is_meant = |(_, code, title): &&(T, &str, Text)| {
            std::iter::once(*code)
                .chain(Language::ALL.map(|language| title.get(language)))
                .any(|known| known.eq_ignore_ascii_case(text))
        };
        let found = known.iter().find(is_meant).map(|(value, ..)| *value);
        if found.is_none() {
            self.report(cells, column, fault(shortened(text)));
        }
        found
    }

    fn location(&mut self, cells: &Cells<'a>) -> Option<Location> {
        let [longitude, latitude] = [Column::Longitude, Column::Latitude].map(|column| {
            let text = cells.get(column);
            (column, text, text.parse::<f64>().ok())
        });
        if longitude.1.is_empty() && latitude.1.is_empty() {
            return None;
        }
        let mut fine = true;
        for ((column, text, degrees), limit) in [(longitude, 180.0), (latitude, 90.0)] {
            if text.is_empty() {
                self.report(cells, column, Fault::HalfALocation);
                fine = false;
            } else if !degrees.is_some_and(|degrees| degrees.abs() <= limit) {
                self.report(cells, column, Fault::Degrees(shortened(text)));
                fine = false;
            }
        }
        longitude
            .2
            .zip(latitude.2)
            .filter(|_| fine)
            .map(|(longitude, latitude)| Location {
                longitude,
                latitude,
            })
    }

    fn figure(&mut self, cells: &Cells<'a>, kind: BodyKind, column: Column) -> u32 {
        let text = cells.get(column);
        read_figure(kind, text).unwrap_or_else(|fault| {
            let fault = match fault {
                FigureFault::Missing => Fault::FigureMissing,
                FigureFault::NotANumber => Fault::NotANumber(shortened(text)),
                FigureFault::TooLarge => Fault::FigureTooLarge,
            };
            self.report(cells, column, fault);
            0
        })
    }
}
