//! A list as a file: CSV, or XLSX.
//!
//! Neither gives a spreadsheet anything to compute. In CSV a text that one would take for a formula has an apostrophe before it
//! ([`interop::formula`]); in XLSX texts are stored as texts, whatever they begin with.

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
#[error("the sheet cannot be written: {0}")]
pub struct WriteSheetError(#[from] XlsxError);

impl Sheet {
    pub fn write(&self, kind: Kind) -> Result<Vec<u8>, WriteSheetError> {
        match kind {
            Kind::Csv => Ok(self.csv().into_bytes()),
            Kind::Xlsx => Ok(self.xlsx()?),
        }
    }

    fn csv(&self) -> String {
        let headings = self.headings.iter().map(|heading| heading.as_str().into());
        let mut file = String::from(MARK);
        push_row::<Vec<Field<'_>>>(&mut file, headings.collect());
        for row in &self.rows {
            push_row(&mut file, row.iter().map(|cell| self.field(cell)));
        }
        file
    }

    fn field<'a>(&self, cell: &'a Cell) -> Field<'a> {
        match cell {
            Cell::Nothing => Field::Value(String::new()),
            Cell::Text(words) => words.as_str().into(),
            Cell::Number(number) => Field::Value(points(*number)),
            Cell::Day(day) => Field::Value(day.to_string()),
            Cell::At(instant) => {
                let at = wall_time(*instant, &self.time_zone);
                Field::Value(format!("{} {:02}:{:02}", at.day, at.hour, at.minute))
            }
        }
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // The same list gives the same bytes, whenever it is exported.
        let properties =
            DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        workbook.set_properties(&properties);
        let sheet = workbook.add_worksheet();
        sheet.set_name(self.name.chars().take(31).collect::<String>())?;
        sheet.set_freeze_panes(1, 0)?;
        let formats = Formats {
            heading: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            at: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        };
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.write_string_with_format(0, column, short(heading), &formats.heading)?;
            sheet.set_column_width(column, self.width(usize::from(column)))?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                self.put(sheet, (row, column), cell, &formats)?;
            }
        }
        if let Some(last) = self.headings.len().checked_sub(1) {
            let last = ColNum::try_from(last).unwrap_or(ColNum::MAX);
            let rows = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            sheet.autofilter(0, 0, rows, last)?;
        }
        workbook.save_to_buffer()
    }

    fn put(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, ColNum),
        cell: &Cell,
        formats: &Formats,
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
                let at = self.moment(*instant)?;
                sheet.write_datetime_with_format(row, column, at, &formats.at)?;
            }
        }
        Ok(())
    }

    fn moment(&self, instant: Instant) -> Result<ExcelDateTime, XlsxError> {
        let at = wall_time(instant, &self.time_zone);
        date(at.day)?.and_hms(at.hour.into(), at.minute, 0.0)
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

    #[test]
    fn csv_says_what_the_list_shows_and_computes_nothing() {
        assert_eq!(
            sheet().csv(),
            "\u{FEFF}名称,人数,日期,时间\r\n\
             \"安宁, “福利”院\",86,2022-03-13,2022-03-13 08:00\r\n\
             \"'=HYPERLINK(\"\"http://evil.example\"\")\",2.5,,\r\n"
        );
    }

    #[test]
    fn the_same_sheet_gives_the_same_workbook() {
        let one = sheet().write(Kind::Xlsx).unwrap();
        assert!(one.starts_with(b"PK"), "a workbook is a ZIP archive");
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert_eq!(one, sheet().write(Kind::Xlsx).unwrap());
    }
}
