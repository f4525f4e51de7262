//! Texts that a spreadsheet would compute (OWASP, CSV injection), for every file that is written or read here: a CSV cell is written
//! after an apostrophe, which a spreadsheet takes for "this is text", and the apostrophe is taken off again when such a file comes back.

use std::borrow::Cow;

const GUARD: char = '\'';

/// Whether a spreadsheet that opened the text in a CSV cell might compute it: it begins with a character that could begin a formula,
/// also behind blanks, and in the full-width forms that East Asian editions take for the same.
pub fn is_formula(text: &str) -> bool {
    text.trim_start_matches([' ', '\u{A0}', '\u{3000}', '\n'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// The text as a CSV cell may have it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("{GUARD}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that a cell was written for. An apostrophe before anything else is its own.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(GUARD)
        .filter(|text| is_formula(text))
        .unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_begin_a_formula_is_guarded_and_comes_back() {
        for (text, cell) in [
            ("市第一社会福利院", "市第一社会福利院"),
            ("=1+1", "'=1+1"),
            ("+86 10", "'+86 10"),
            ("+8610", "'+8610"),
            ("-", "'-"),
            ("-1.5", "'-1.5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("  =1", "'  =1"),
            ("＝1+1", "'＝1+1"),
            ("　＝1", "'　＝1"),
            ("a=1", "a=1"),
            ("'tis", "'tis"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), cell, "{text:?}");
            assert_eq!(unguarded(cell), text, "{cell:?}");
        }
    }
}
