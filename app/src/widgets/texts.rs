//! Names given in two languages.

use domain::Language;
use form::Texts;

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
