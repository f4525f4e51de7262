//! Rows as a CSV file (RFC 4180) that a spreadsheet opens as it is: UTF-8 with its mark, CRLF, and no cell that could be taken for a
//! formula.

/// The bytes of a file with these rows.
pub fn write_rows<Cell: AsRef<str>>(rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let mut text = String::from('\u{FEFF}');
    for row in rows {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            write_cell(cell.as_ref(), &mut text);
        }
        text.push_str("\r\n");
    }
    text
}

fn write_cell(cell: &str, text: &mut String) {
    // A leading apostrophe keeps a spreadsheet from computing what somebody called a home. Numbers stay numbers.
    let is_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let must_quote = cell.contains(['"', ',', '\r', '\n']) || cell.starts_with([' ', '\t']);
    if must_quote {
        text.push('"');
    }
    if is_formula {
        text.push('\'');
    }
    for character in cell.chars() {
        if character == '"' {
            text.push('"');
        }
        text.push(character);
    }
    if must_quote {
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_rows::read_rows;

    #[test]
    fn what_is_written_is_read_and_never_computed() {
        let rows = vec![
            vec!["机构", "时长", "说明"],
            vec!["=HYPERLINK(\"x\")", "-1.5", "a,b\n\"c\""],
            vec!["@home", "+3 hours", " indented"],
        ];
        let text = write_rows(rows);
        assert!(text.starts_with("\u{FEFF}机构,时长,说明\r\n"));
        let read = read_rows(text.trim_start_matches('\u{FEFF}'), 10).unwrap();
        let cells: Vec<Vec<String>> = read.into_iter().map(|row| row.cells).collect();
        assert_eq!(cells[1], ["'=HYPERLINK(\"x\")", "-1.5", "a,b\n\"c\""]);
        assert_eq!(cells[2], ["'@home", "'+3 hours", " indented"]);
    }
}
