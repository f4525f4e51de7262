//! What a finding is called: what was found comes first, the item it was found at second.

use domain::Text;

use crate::api::view::FindingRow;
use crate::i18n::t;
use crate::office::Site;

/// Letters of a title. What was found may run over many lines; the finding's page has all of it.
const LONGEST: usize = 80;

const STOPS: [char; 2] = ['。', '.'];

/// What was found, as a title.
pub fn found(finding: &FindingRow, site: &Site) -> String {
    headline(&finding.note, &site.name(&finding.title))
}

/// The item: its code, its question, and that it was not met. None for a fault noted freely whose title is all there is to say.
pub fn item(finding: &FindingRow, site: &Site) -> Option<String> {
    item_line(&finding.code, &site.name(&finding.title), &finding.note)
}

/// What a note says first; the question where nothing was noted.
pub fn headline(note: &str, question: &str) -> String {
    let first = first_line(note);
    if first.is_empty() {
        question.to_owned()
    } else {
        first
    }
}

/// Code, question and that it was not met. None where the question without a code is the headline already.
pub fn item_line(code: &str, question: &str, note: &str) -> Option<String> {
    if code.is_empty() {
        return (question != headline(note, question)).then(|| question.to_owned());
    }
    let not_met = t(Text::new("不符合", "Not met"));
    Some(format!("{code} · {question} · {not_met}"))
}

/// The whole note, where a headline leaves some of it out.
pub fn beyond_headline(note: &str) -> Option<&str> {
    let note = note.trim();
    (note.trim_end_matches(STOPS) != first_line(note)).then_some(note)
}

/// The first line that says something, without the stop that ends it, cut at [`LONGEST`] letters.
fn first_line(note: &str) -> String {
    let line = note
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .trim_end_matches(STOPS);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_its_headline_holds_is_not_said_twice() {
        let long = "门".repeat(LONGEST + 1);
        for (note, beyond) in [
            ("东门无人值守。", None),
            (" ", None),
            (
                "东门无人值守。\n西门上锁。",
                Some("东门无人值守。\n西门上锁。"),
            ),
            (long.as_str(), Some(long.as_str())),
        ] {
            assert_eq!(beyond_headline(note), beyond, "{note}");
        }
    }

    #[test]
    fn the_item_follows_unless_it_is_the_headline() {
        let question = "出入口是否有人值守";
        for (code, note, headline_shown, item) in [
            (
                "B8",
                "东门无人。",
                "东门无人",
                Some("B8 · 出入口是否有人值守 · 不符合"),
            ),
            ("B8", "", question, Some("B8 · 出入口是否有人值守 · 不符合")),
            ("", "东门无人。", "东门无人", Some(question)),
            ("", "", question, None),
        ] {
            assert_eq!(headline(note, question), headline_shown);
            assert_eq!(item_line(code, question, note).as_deref(), item);
        }
    }

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
