//! The rows and cells of a CSV file (RFC 4180), counted as a spreadsheet counts them.
//!
//! Two things matter to somebody who has to find a mistake, and decide against a more lenient reader: an empty line counts
//! as a row, as it does on the screen, and a quotation mark that is never closed is an error where it opens, not a
//! cell that swallows the rest of the file.

use crate::xlsx_rows::MAX_COLUMNS;

/// One row: its number, from 1, and its cells. An empty line is a row with one empty cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub number: u32,
    pub cells: Vec<String>,
}

/// Why the rows cannot be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadRowsError {
    #[error("row {row}: a quotation mark is never closed")]
    QuoteNotClosed { row: u32 },
    #[error("row {row}: text after a closing quotation mark")]
    TextAfterQuote { row: u32 },
    #[error("more than {limit} rows")]
    TooManyRows { limit: u32 },
    #[error("row {row}: more than {MAX_COLUMNS} columns")]
    TooManyColumns { row: u32 },
}

#[derive(Clone, Copy)]
enum Place {
    CellStart,
    Plain,
    Quoted,
    /// After a quotation mark in a quoted cell: it closes the cell, or is the first of two that stand for one.
    QuoteSeen,
}

/// Reads every row. Rows end with LF, CRLF or CR; the last one need not end at all.
pub fn read_rows(text: &str, limit: u32) -> Result<Vec<Row>, ReadRowsError> {
    let mut rows = Vec::new();
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut place = Place::CellStart;
    let mut number: u32 = 1;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (place, character) {
            (Place::Quoted, '"') => place = Place::QuoteSeen,
            (Place::QuoteSeen, '"') => {
                cell.push('"');
                place = Place::Quoted;
            }
            (Place::Quoted, _) => cell.push(character),
            (Place::CellStart, '"') => place = Place::Quoted,
            (_, ',') => {
                cells.push(std::mem::take(&mut cell));
                if cells.len() >= MAX_COLUMNS as usize {
                    return Err(ReadRowsError::TooManyColumns { row: number });
                }
                place = Place::CellStart;
            }
            (_, '\r' | '\n') => {
                if character == '\r' {
                    characters.next_if_eq(&'\n');
                }
                if number > limit {
                    return Err(ReadRowsError::TooManyRows { limit });
                }
                cells.push(std::mem::take(&mut cell));
                rows.push(Row {
                    number,
                    cells: std::mem::take(&mut cells),
                });
                number += 1;
                place = Place::CellStart;
            }
            (Place::QuoteSeen, _) => return Err(ReadRowsError::TextAfterQuote { row: number }),
            (Place::CellStart | Place::Plain, _) => {
                cell.push(character);
                place = Place::Plain;
            }
        }
    }
    match place {
        Place::Quoted => return Err(ReadRowsError::QuoteNotClosed { row: number }),
        // The file ended with its last row.
        Place::CellStart if cells.is_empty() => return Ok(rows),
        _ => {}
    }
    if number > limit {
        return Err(ReadRowsError::TooManyRows { limit });
    }
    cells.push(cell);
    rows.push(Row { number, cells });
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_cells_are_those_a_spreadsheet_shows() {
        // given a file, when it is read, then these are its cells row by row
        let cases: &[(&str, &[&[&str]])] = &[
            ("", &[]),
            ("a,b", &[&["a", "b"]]),
            ("a,b\n", &[&["a", "b"]]),
            ("a,b\r\nc,d\r\n", &[&["a", "b"], &["c", "d"]]),
            ("a\rb", &[&["a"], &["b"]]),
            ("a,\n,", &[&["a", ""], &["", ""]]),
            ("a\n\nb\n", &[&["a"], &[""], &["b"]]),
            ("\"a,b\",c", &[&["a,b", "c"]]),
            (
                "\"two\nlines\",c\nd,e",
                &[&["two\nlines", "c"], &["d", "e"]],
            ),
            ("\"say \"\"so\"\"\",c", &[&["say \"so\"", "c"]]),
            ("\"\",\"\"", &[&["", ""]]),
            ("5\" pipe,b", &[&["5\" pipe", "b"]]),
            ("\"a\"\n", &[&["a"]]),
            ("福利院,\"一，二\"", &[&["福利院", "一，二"]]),
        ];
        for (text, expected) in cases {
            let rows = read_rows(text, 10).unwrap();
            let cells: Vec<Vec<&str>> = rows
                .iter()
                .map(|row| row.cells.iter().map(String::as_str).collect())
                .collect();
            assert_eq!(&cells, expected, "{text:?}");
            let numbers: Vec<usize> = rows.iter().map(|row| row.number as usize).collect();
            assert_eq!(
                numbers,
                (1..=expected.len()).collect::<Vec<_>>(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_where_it_is() {
        for (text, expected) in [
            ("a\n\"b,c\nd,e\n", ReadRowsError::QuoteNotClosed { row: 2 }),
            ("a\nb\n\"c\"d", ReadRowsError::TextAfterQuote { row: 3 }),
            ("1\n2\n3\n4", ReadRowsError::TooManyRows { limit: 3 }),
            ("1\n2\n3\n4\n", ReadRowsError::TooManyRows { limit: 3 }),
        ] {
            assert_eq!(read_rows(text, 3), Err(expected), "{text:?}");
        }
        // A row of a hundred cells, and one of a hundred and one.
        for (commas, is_read) in [(99, true), (100, false)] {
            let text = format!("a\n{}\n", ",".repeat(commas));
            let rows = read_rows(&text, 3);
            let expected = Err(ReadRowsError::TooManyColumns { row: 2 });
            assert_eq!(rows.is_ok(), is_read, "{commas}");
            assert!(is_read || rows == expected, "{commas}");
        }
        assert_eq!(read_rows("1\n2\n3\n", 3).map(|rows| rows.len()), Ok(3));
    }
}
