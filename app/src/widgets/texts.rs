//! Names given in two languages.

use domain::{Language, Text};
use form::Texts;
use leptos::prelude::{GetUntracked as _, RwSignal};

use super::ask::empty_faults;
use super::sending::Fault;

/// A name as it was typed, without the languages that were left empty.
pub fn typed(chinese: &str, english: &str) -> Texts {
    Language::ALL
        .into_iter()
        .zip([chinese.trim(), english.trim()])
        .filter(|(_, text)| !text.is_empty())
        .fold(Texts::default(), |texts, (language, text)| {
            texts.with(language.tag(), text)
        })
}

pub const NAME: Text = Text::new("名称（中文）", "Name in Chinese");
pub const NAME_ENGLISH: Text = Text::new("名称（英文）", "Name in English");

/// The name that was typed, in the control `id` in Chinese; a fault where it was in neither language.
pub fn read_name(
    id: &'static str,
    chinese: RwSignal<String>,
    english: RwSignal<String>,
    faults: &mut Vec<Fault>,
) -> Texts {
    let name = typed(&chinese.get_untracked(), &english.get_untracked());
    if name.is_empty() {
        faults.extend(empty_faults(&[(id, NAME, chinese)]));
    }
    name
}

/// A name to be typed over, in Chinese and in English: a language that was left empty stays empty.
pub fn given(texts: &Texts) -> (RwSignal<String>, RwSignal<String>) {
    let in_language = |language: Language| {
        let mut texts = texts.iter();
        let text = texts.find(|(tag, _)| *tag == language.tag());
        RwSignal::new(text.map(|(_, text)| text.to_owned()).unwrap_or_default())
    };
    (
        in_language(Language::Chinese),
        in_language(Language::English),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_language_is_left_out() {
        // given a name typed in Chinese only, when it is read in English, then the Chinese one stands in
        assert_eq!(typed(" 福利院 ", "").get("en"), "福利院");
        assert_eq!(typed("福利院", "Home").get("en"), "Home");
        assert!(typed(" ", "").is_empty());
    }
}
