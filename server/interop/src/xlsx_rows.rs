//! The rows and cells of an XLSX workbook's first sheet, counted as a spreadsheet counts them.
//!
//! A workbook comes from anyone, so before anything is read from it: it is no larger inside than [`MAX_INSIDE_BYTES`], whatever it
//! says of itself, and it brings no macros. Cells are read one after the other and never laid out as a rectangle, which a single
//! cell at the far corner would make larger than any memory. Room for texts that cells share is made by how many the workbook says
//! there are, so it must not say too many; and as one text can stand in every cell, what cells hold together has a limit of its own.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx, open_workbook_from_rs};

use crate::csv_rows::Row;

/// Bytes of all parts of a workbook, unpacked.
pub const MAX_INSIDE_BYTES: u64 = 60_000_000;
/// Parts of a workbook.
const MAX_PARTS: usize = 2_000;
/// Columns of a sheet.
pub const MAX_COLUMNS: u32 = 100;
/// Texts that cells share.
const MAX_SHARED_TEXTS: u64 = 1_000_000;
/// Bytes of all cells.
const MAX_CELL_BYTES: usize = 20_000_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadWorkbookError {
    #[error("not an XLSX workbook, or a damaged one")]
    Unreadable,
    #[error("it brings macros")]
    Macros,
    #[error("more than {MAX_INSIDE_BYTES} bytes when unpacked")]
    TooLargeInside,
    #[error("no sheet")]
    NoSheet,
    #[error("more than {limit} rows")]
    TooManyRows { limit: u32 },
    #[error("row {row}: more than {MAX_COLUMNS} columns")]
    TooManyColumns { row: u32 },
    /// The first cell that is computed.
    #[error("row {row}, column {column}: a formula")]
    Formula { row: u32, column: u32 },
}

/// Whether bytes are a ZIP archive, as every XLSX workbook is.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Whether bytes are a compound file: a workbook of Excel 97, or one under a password.
pub fn is_compound_file(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Reads the rows of the first sheet that have a cell, each as wide as the widest. Formulas are refused, not computed; `limit` is
/// the number of the last row that may have a cell.
pub fn read_rows(bytes: &[u8], limit: u32) -> Result<Vec<Row>, ReadWorkbookError> {
    check_parts(bytes)?;
    let unreadable = |_| ReadWorkbookError::Unreadable;
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(unreadable)?;
    let name = workbook
        .sheet_names()
        .first()
        .cloned()
        .ok_or(ReadWorkbookError::NoSheet)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut rows: std::collections::BTreeMap<u32, Vec<String>> = std::collections::BTreeMap::new();
    let (mut width, mut bytes_left) = (0, MAX_CELL_BYTES);
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(unreadable)?
    {
        let (row, column) = (cell.pos.0.saturating_add(1), cell.pos.1.saturating_add(1));
        if cell.formula.is_some() {
            return Err(ReadWorkbookError::Formula { row, column });
        }
        let text = text(&cell.value);
        if text.is_empty() {
            continue;
        }
        bytes_left = bytes_left
            .checked_sub(text.len())
            .ok_or(ReadWorkbookError::TooLargeInside)?;
        if row > limit {
            return Err(ReadWorkbookError::TooManyRows { limit });
        }
        if column > MAX_COLUMNS {
            return Err(ReadWorkbookError::TooManyColumns { row });
        }
        let place = usize::try_from(column - 1).unwrap_or_default();
        let cells = rows.entry(row).or_default();
        if cells.len() <= place {
            cells.resize(place + 1, String::new());
        }
        cells[place] = text;
        width = width.max(place + 1);
    }
    let rows = rows.into_iter().map(|(number, mut cells)| {
        cells.resize(width, String::new());
        Row { number, cells }
    });
    Ok(rows.collect())
}

/// Unpacks every part, keeping nothing, until all is seen or it is too much: what a part says of its size proves nothing.
fn check_parts(bytes: &[u8]) -> Result<(), ReadWorkbookError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadWorkbookError::Unreadable)?;
    if archive.len() > MAX_PARTS {
        return Err(ReadWorkbookError::TooLargeInside);
    }
    let mut left = MAX_INSIDE_BYTES;
    for index in 0..archive.len() {
        let mut part = archive
            .by_index(index)
            .map_err(|_| ReadWorkbookError::Unreadable)?;
        let name = part
            .name()
            .map_err(|_| ReadWorkbookError::Unreadable)?
            .to_ascii_lowercase();
        if name.ends_with("vbaproject.bin") || name.contains("macrosheets/") {
            return Err(ReadWorkbookError::Macros);
        }
        let mut limited = (&mut part).take(left + 1);
        let mut shared_texts = Vec::new();
        let read = if name.ends_with("sharedstrings.xml") {
            std::io::copy(&mut limited, &mut shared_texts)
        } else {
            std::io::copy(&mut limited, &mut std::io::sink())
        };
        let read = read.map_err(|_| ReadWorkbookError::Unreadable)?;
        if says_too_many(&shared_texts) {
            return Err(ReadWorkbookError::TooLargeInside);
        }
        left = left
            .checked_sub(read)
            .ok_or(ReadWorkbookError::TooLargeInside)?;
    }
    Ok(())
}

/// Whether a part says anywhere that there are more shared texts than may be: in whatever encoding, wherever a reader might look.
fn says_too_many(part: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    let part: Vec<u8> = part.iter().copied().filter(|byte| *byte != 0).collect();
    let is_place = |place: &usize| part[*place..].starts_with(NAME);
    let mut places = (0..part.len()).filter(is_place);
    places.any(|place| {
        let number = part[place + NAME.len()..]
            .iter()
            .skip_while(|byte| !byte.is_ascii_digit() && !matches!(byte, b'<' | b'>'))
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_u64, |number, digit| {
                number
                    .saturating_mul(10)
                    .saturating_add(u64::from(digit - b'0'))
            });
        number > MAX_SHARED_TEXTS
    })
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) if time.is_datetime() && time.as_f64() >= 1.0 => moment(*time),
        DataRef::DateTime(time) => time.as_f64().to_string(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A day, or a day and a time, as a spreadsheet shows it.
fn moment(time: calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, millis) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, millis) {
        (0, 0, 0, 0) => date,
        (_, _, 0, 0) => format!("{date} {hour:02}:{minute:02}"),
        (_, _, _, 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}.{millis:03}"),
    }
}
