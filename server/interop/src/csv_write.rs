//! Rows as a CSV file (RFC 4180) that a spreadsheet opens as it is: UTF-8 with its mark, without which Excel takes it for GB18030,
//! CRLF, and no cell that could be taken for a formula ([`crate::formula`]).

use std::borrow::Cow;

use crate::formula::guarded;

/// What a file begins with, before its first row.
pub const MARK: char = '\u{FEFF}';

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub enum Field<'a> {
    /// What somebody wrote: never computed.
    Text(Cow<'a, str>),
    /// A number, a day or a time as the program writes it: a spreadsheet may take it for one.
    Value(String),
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Field<'a> {
        Field::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Field<'_> {
    fn from(text: String) -> Self {
        Field::Text(Cow::Owned(text))
    }
}

/// A whole file with these rows.
pub fn write_rows<'a, Row>(rows: impl IntoIterator<Item = Row>) -> String
where
    Row: IntoIterator,
    Row::Item: Into<Field<'a>>,
{
    let mut file = String::from(MARK);
    for row in rows {
        push_row(&mut file, row);
    }
    file
}

/// Writes one more row of a file that begins with [`MARK`].
pub fn push_row<'a, Row>(file: &mut String, row: Row)
where
    Row: IntoIterator,
    Row::Item: Into<Field<'a>>,
{
    for (index, field) in row.into_iter().enumerate() {
        if index > 0 {
            file.push(',');
        }
        match field.into() {
            Field::Text(text) => push_quoted(file, &guarded(&text)),
            Field::Value(value) => push_quoted(file, &value),
        }
    }
    file.push_str("\r\n");
}

/// Also where the separator is a semicolon, as in some editions of Excel.
fn push_quoted(file: &mut String, cell: &str) {
    if cell.contains(['"', ',', ';', '\t', '\r', '\n']) || cell.starts_with(' ') {
        file.push('"');
        file.push_str(&cell.replace('"', "\"\""));
        file.push('"');
    } else {
        file.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_rows::read_rows;
    use crate::formula::unguarded;

    #[test]
    fn what_is_written_is_read_and_never_computed() {
        let rows = vec![
            vec!["机构", "时长", "说明"],
            vec!["=HYPERLINK(\"x\")", "86; 87", "a,b\n\"c\""],
            vec!["@home", "+3 hours", " indented"],
            vec!["\t=1", "\r-1", "'tis"],
        ];
        let text = write_rows(rows.clone());
        assert!(text.starts_with("\u{FEFF}机构,时长,说明\r\n"));
        let read = read_rows(text.trim_start_matches(MARK), 10).unwrap();
        let cells: Vec<Vec<String>> = read.into_iter().map(|row| row.cells).collect();
        assert_eq!(cells[1], ["'=HYPERLINK(\"x\")", "86; 87", "a,b\n\"c\""]);
        assert_eq!(cells[2], ["'@home", "'+3 hours", " indented"]);
        let back: Vec<Vec<&str>> = cells
            .iter()
            .map(|row| row.iter().map(|cell| unguarded(cell)).collect())
            .collect();
        assert_eq!(back, rows);
    }

    #[test]
    fn a_number_stays_a_number() {
        let mut file = String::new();
        push_row(
            &mut file,
            [Field::Value("-1.5".into()), Field::from("-1.5")],
        );
        assert_eq!(file, "-1.5,'-1.5\r\n");
    }
}
