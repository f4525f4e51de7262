//! Below a deadline that is being entered: the day that the record will say, where the one entered is a day off.

use domain::finding::deadline::ends;
use domain::instant::Day;
use domain::{Language, say};
use leptos::prelude::*;

use crate::clock::day_text;
use crate::i18n::language;

/// None of a working day.
fn words(entered: Day, language: Language) -> Option<String> {
    let recorded = ends(entered);
    (recorded != entered).then(|| {
        let (entered, recorded) = (day_text(entered, language), day_text(recorded, language));
        say!(
            language,
            "{entered}是休息日，记录的期限为{recorded}。",
            "{entered} is a day off: the record will say {recorded}."
        )
    })
}

/// Of the day that is being entered, and again with every change of it; only where the rule moves it ([`ends`]).
pub fn day_off_note_on(day: RwSignal<String>) -> AnyView {
    let note = move || {
        let entered = day.with(|day| day.parse::<Day>().ok());
        let words = entered.and_then(|day| words(day, language()));
        words.map(|words| view! { <p class="hint" role="status">{words}</p> })
    };
    note.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_off_is_said_with_the_day_of_the_record() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for language in Language::ALL {
            // The Saturday 2 April 2022 was worked; the 3rd to the 5th were off.
            assert_eq!(words(day("2022-04-02"), language), None);
            let words = words(day("2026-12-05"), language).unwrap();
            let recorded = day_text(day("2026-12-07"), language);
            assert!(words.contains(&recorded), "{words}");
        }
    }
}
