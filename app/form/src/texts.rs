//! A text a person reads, once per language.

use std::collections::BTreeMap;

use json::FromJson;
use serde::{Deserialize, Serialize};

/// Language tag of Chinese as the interface writes it.
pub const CHINESE: &str = "zh-Hans";
/// Language tag of English.
pub const ENGLISH: &str = "en";

/// A text by language tag (`"zh-Hans"`, `"en"`). In JSON it is the map itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(transparent)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The text in both languages of the interface.
    pub fn both(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::default()
            .with(CHINESE, chinese)
            .with(ENGLISH, english)
    }

    /// The same text with `text` under `language`, replacing what was there.
    #[must_use]
    pub fn with(mut self, language: &str, text: impl Into<String>) -> Self {
        self.0.insert(language.to_owned(), text.into());
        self
    }

    /// The text in `language`; in any other language that has one if that is missing or blank; `""` if none has.
    pub fn get(&self, language: &str) -> &str {
        self.0
            .get(language)
            .into_iter()
            .chain(self.0.values())
            .find(|text| !text.is_empty())
            .map_or("", String::as_str)
    }

    /// Whether no language has a text.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(String::is_empty)
    }

    /// Every language tag with its text, in the order of the tags.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(tag, text)| (tag.as_str(), text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_to_one_that_has_the_text() {
        // given a text with a blank English side, when read in either language, then the Chinese is shown
        let texts = Texts::both("符合", "");
        assert_eq!(texts.get(ENGLISH), "符合");
        assert_eq!(texts.get("fr"), "符合");
        // and when nothing is there at all, then it is blank
        assert_eq!(Texts::default().get(ENGLISH), "");
        assert!(Texts::both("", "").is_empty());
    }
}
