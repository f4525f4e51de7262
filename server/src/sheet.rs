//! A list as a file: CSV, or XLSX, written row after row, so that a file of any length takes the memory of a part of it.
//!
//! Neither gives a spreadsheet anything to compute. In CSV a text that one would take for a formula has an apostrophe before it
//! ([`interop::formula`]); in XLSX texts are stored as texts, whatever they begin with.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write as _};
use std::path::Path;

use app::clock::wall_time;
use app::list::Cell;
use app::widgets::points::points;
use domain::instant::{Day, Instant};
use interop::csv_write::{Field, MARK, push_row};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError, worksheet::ColNum,
};

/// Rows below their headings.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What it is called, as files and programs say it.
    pub name: String,
    pub headings: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// In which instants are told (IANA name).
    pub time_zone: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    pub const ALL: [Kind; 2] = [Kind::Csv, Kind::Xlsx];

    /// As file names end.
    pub const fn extension(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Xlsx => "xlsx",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Kind::Csv => "text/csv; charset=utf-8",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum WriteSheetError {
    #[error("the sheet cannot be written: {0}")]
    Xlsx(#[from] XlsxError),
    #[error("the sheet cannot be written: {0}")]
    File(#[from] io::Error),
}

/// A file that is being written, without a name: it is gone when nobody holds it any more.
pub struct SheetWriter {
    time_zone: String,
    format: Writing,
}

enum Writing {
    Csv {
        file: BufWriter<File>,
        /// What is written next; its room is kept.
        text: String,
    },
    Xlsx {
        file: File,
        workbook: Box<Workbook>,
        formats: Box<Formats>,
        columns: usize,
        next_row: u32,
    },
}

impl SheetWriter {
    /// Begins a file with a sheet's headings. The widths of an XLSX file's columns follow from the sheet's rows, none of which is
    /// written yet. What does not fit into memory lies in `folder` meanwhile.
    pub fn begin(kind: Kind, sheet: &Sheet, folder: &Path) -> Result<SheetWriter, WriteSheetError> {
        let file = tempfile::tempfile_in(folder)?;
        let format = match kind {
            Kind::Csv => {
                let mut text = String::from(MARK);
                push_row(&mut text, sheet.headings.iter().map(String::as_str));
                let mut file = BufWriter::new(file);
                file.write_all(text.as_bytes())?;
                Writing::Csv { file, text }
            }
            Kind::Xlsx => {
                let formats = Formats {
                    heading: Format::new().set_bold(),
                    day: Format::new().set_num_format("yyyy-mm-dd"),
                    at: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
                };
                Writing::Xlsx {
                    file,
                    workbook: Box::new(sheet.workbook(&formats, folder)?),
                    formats: Box::new(formats),
                    columns: sheet.headings.len(),
                    next_row: 1,
                }
            }
        };
        Ok(SheetWriter {
            time_zone: sheet.time_zone.clone(),
            format,
        })
    }

    /// Writes some more rows.
    pub fn write(&mut self, rows: &[Vec<Cell>]) -> Result<(), WriteSheetError> {
        let time_zone = &self.time_zone;
        match &mut self.format {
            Writing::Csv { file, text } => {
                for row in rows {
                    text.clear();
                    push_row(text, row.iter().map(|cell| field(cell, time_zone)));
                    file.write_all(text.as_bytes())?;
                }
            }
            Writing::Xlsx {
                workbook,
                formats,
                next_row,
                ..
            } => {
                let sheet = workbook.worksheet_from_index(0)?;
                for cells in rows {
                    for (column, cell) in (0..).zip(cells) {
                        put(sheet, (*next_row, column), cell, formats, time_zone)?;
                    }
                    *next_row += 1;
                }
            }
        }
        Ok(())
    }

    /// The whole file, from its beginning.
    pub fn finish(self) -> Result<File, WriteSheetError> {
        let mut file = match self.format {
            Writing::Csv { file, .. } => {
                file.into_inner().map_err(io::IntoInnerError::into_error)?
            }
            Writing::Xlsx {
                mut file,
                mut workbook,
                columns,
                next_row,
                ..
            } => {
                if let Some(last) = columns.checked_sub(1) {
                    let last = ColNum::try_from(last).unwrap_or(ColNum::MAX);
                    let sheet = workbook.worksheet_from_index(0)?;
                    sheet.autofilter(0, 0, next_row - 1, last)?;
                }
                workbook.save_to_writer(&mut file)?;
                file
            }
        };
        file.rewind()?;
        Ok(file)
    }
}

impl Sheet {
    /// A workbook with the headings, whose rows go to disk as they are written.
    fn workbook(&self, formats: &Formats, folder: &Path) -> Result<Workbook, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        // The same list gives the same bytes, whenever it is exported.
        let properties =
            DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        workbook.set_properties(&properties);
        let sheet = workbook.add_worksheet_with_constant_memory();
        sheet.set_name(self.name.chars().take(31).collect::<String>())?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.set_column_width(column, self.width(usize::from(column)))?;
            sheet.write_string_with_format(0, column, short(heading), &formats.heading)?;
        }
        Ok(workbook)
    }

    /// Wide enough for most of what stands in a column: a Chinese character is two wide.
    fn width(&self, column: usize) -> f64 {
        let wide = |text: &str| -> u32 {
            text.chars()
                .take(60)
                .map(|character| if character.is_ascii() { 1 } else { 2 })
                .sum()
        };
        let cells = self.rows.iter().take(200).filter_map(|row| row.get(column));
        let cells = cells.map(|cell| match cell {
            Cell::Text(text) => wide(text),
            Cell::At(_) => 16,
            Cell::Day(_) => 10,
            Cell::Nothing | Cell::Number(_) => 8,
        });
        let heading = self.headings.get(column).map_or(0, |text| wide(text) + 3);
        f64::from(cells.chain([heading]).max().unwrap_or(8).clamp(8, 60)) + 1.0
    }
}

fn field<'a>(cell: &'a Cell, time_zone: &str) -> Field<'a> {
    match cell {
        Cell::Nothing => Field::Value(String::new()),
        Cell::Text(words) => words.as_str().into(),
        Cell::Number(number) => Field::Value(points(*number)),
        Cell::Day(day) => Field::Value(day.to_string()),
        Cell::At(instant) => {
            let at = wall_time(*instant, time_zone);
            Field::Value(format!("{} {:02}:{:02}", at.day, at.hour, at.minute))
        }
    }
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, ColNum),
    cell: &Cell,
    formats: &Formats,
    time_zone: &str,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Nothing => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, short(text))?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Day(day) => {
            sheet.write_datetime_with_format(row, column, date(*day)?, &formats.day)?;
        }
        Cell::At(instant) => {
            let at = moment(*instant, time_zone)?;
            sheet.write_datetime_with_format(row, column, at, &formats.at)?;
        }
    }
    Ok(())
}

fn moment(instant: Instant, time_zone: &str) -> Result<ExcelDateTime, XlsxError> {
    let at = wall_time(instant, time_zone);
    date(at.day)?.and_hms(at.hour.into(), at.minute, 0.0)
}

struct Formats {
    heading: Format,
    day: Format,
    at: Format,
}

/// Excel knows no day before 1900.
fn date(day: Day) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year.max(1900), day.month, day.day)
}

/// The longest text a cell of Excel takes.
fn short(text: &str) -> &str {
    const LONGEST: usize = 32_767;
    text.char_indices()
        .nth(LONGEST)
        .map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            name: "bodies".into(),
            headings: vec!["名称".into(), "人数".into(), "日期".into(), "时间".into()],
            rows: vec![
                vec![
                    "安宁, “福利”院".into(),
                    86_u32.into(),
                    Day {
                        year: 2022,
                        month: 3,
                        day: 13,
                    }
                    .into(),
                    Instant(1_647_129_600_000).into(),
                ],
                vec![
                    "=HYPERLINK(\"http://evil.example\")".into(),
                    2.5.into(),
                    Cell::Nothing,
                    Cell::Nothing,
                ],
            ],
            time_zone: "Asia/Shanghai".into(),
        }
    }

    /// The sheet as a file, its rows written in parts of so many.
    fn written(kind: Kind, at_once: usize) -> Vec<u8> {
        let (sheet, folder) = (sheet(), tempfile::tempdir().unwrap());
        let mut writer = SheetWriter::begin(kind, &sheet, folder.path()).unwrap();
        for rows in sheet.rows.chunks(at_once) {
            writer.write(rows).unwrap();
        }
        let mut bytes = Vec::new();
        writer.finish().unwrap().read_to_end(&mut bytes).unwrap();
        // Nothing is left behind.
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        bytes
    }

    #[test]
    fn csv_says_what_the_list_shows_and_computes_nothing() {
        assert_eq!(
            String::from_utf8(written(Kind::Csv, 1)).unwrap(),
            "\u{FEFF}名称,人数,日期,时间\r\n\
             \"安宁, “福利”院\",86,2022-03-13,2022-03-13 08:00\r\n\
             \"'=HYPERLINK(\"\"http://evil.example\"\")\",2.5,,\r\n"
        );
    }

    #[test]
    fn the_same_sheet_gives_the_same_workbook() {
        let one = written(Kind::Xlsx, 1);
        assert!(one.starts_with(b"PK"), "a workbook is a ZIP archive");
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert_eq!(one, written(Kind::Xlsx, 2));
    }
}
