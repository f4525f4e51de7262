//! What a finding is called: what was found comes first, the item it was found at second.

use domain::Text;

use crate::api::view::FindingRow;
use crate::i18n::t;
use crate::office::Site;

/// Letters of a title. What was found may run over many lines; the finding's page has all of it.
const LONGEST: usize = 80;

/// What was found, as a title.
pub fn found(finding: &FindingRow, site: &Site) -> String {
    let first = first_line(&finding.note);
    if first.is_empty() {
        site.name(&finding.title)
    } else {
        first
    }
}

/// The item: its code, its question, and that it was not met. None for a fault noted freely whose title is all there is to say.
pub fn item(finding: &FindingRow, site: &Site) -> Option<String> {
    let question = site.name(&finding.title);
    if finding.code.is_empty() {
        return (question != found(finding, site)).then_some(question);
    }
    let (code, not_met) = (&finding.code, t(Text::new("不符合", "Not met")));
    Some(format!("{code} · {question} · {not_met}"))
}

/// The first line that says something, without the stop that ends it, cut at [`LONGEST`] letters.
fn first_line(note: &str) -> String {
    let line = note
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .trim_end_matches(['。', '.']);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_what_was_found() {
        let long = "门".repeat(LONGEST + 1);
        let cut = format!("{}…", "门".repeat(LONGEST));
        let longest = "门".repeat(LONGEST);
        for (note, title) in [
            ("东门无人值守。", "东门无人值守"),
            ("Nobody at the gate.", "Nobody at the gate"),
            ("\n  东门无人值守。\n西门上锁。", "东门无人值守"),
            (longest.as_str(), longest.as_str()),
            (long.as_str(), cut.as_str()),
            (" \n ", ""),
        ] {
            assert_eq!(first_line(note), title);
        }
    }
}
