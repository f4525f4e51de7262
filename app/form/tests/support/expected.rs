//! Expected texts in which something stands for anything.

/// Whether a text is as expected; `blank` is how what stands for anything begins and ends, with whatever between.
pub fn same(what: &str, had: &str, wanted: &str, blank: (&str, &str)) -> Result<(), String> {
    if fits(had, wanted, blank) {
        Ok(())
    } else {
        Err(format!("{what} is {had:?}, not {wanted:?}"))
    }
}

fn fits(had: &str, wanted: &str, blank: (&str, &str)) -> bool {
    let blank_in = |text: &str| {
        let begin = text.find(blank.0)?;
        let inside = begin + blank.0.len();
        let end = inside + text[inside..].find(blank.1)?;
        Some((begin, end + blank.1.len()))
    };
    let Some((begin, end)) = blank_in(wanted) else {
        return had == wanted;
    };
    let Some(had) = had.strip_prefix(&wanted[..begin]) else {
        return false;
    };
    had.char_indices()
        .map(|(at, _)| &had[at..])
        .chain([""])
        .any(|had| fits(had, &wanted[end..], blank))
}
