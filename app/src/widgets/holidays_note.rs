//! Beside a deadline in working days: that it ends in a year whose public holidays are not known, where it does.

use domain::instant::Day;
use domain::{Language, say, working_day};
use leptos::prelude::*;

use crate::i18n::language;

/// None of a day in a year whose holidays are known.
fn words(day: Day, language: Language) -> Option<String> {
    let year = day.year;
    (!working_day::is_known(day)).then(|| {
        say!(
            language,
            "{year}年的节假日安排尚未公布，目前只扣除周末。",
            "The public holidays of {year} are not published yet: only weekends are counted."
        )
    })
}

/// Of a deadline that is set already.
pub fn holidays_note(day: Day) -> Option<AnyView> {
    words(day, language())
        .map(|words| view! { <p class="hint" role="status">{words}</p> }.into_any())
}

/// Of the day that is being entered, and again with every change of it.
pub fn holidays_note_on(day: RwSignal<String>) -> AnyView {
    let note = move || {
        let entered = day.with(|day| day.parse::<Day>().ok());
        entered.and_then(holidays_note)
    };
    note.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_without_holidays_is_named_in_both_languages() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for language in Language::ALL {
            assert_eq!(words(day("2026-12-31"), language), None);
            let words = words(day("2027-01-04"), language).unwrap();
            assert!(words.contains("2027"), "{words}");
        }
    }
}
