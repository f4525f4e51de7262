//! The two languages of every text a person reads.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// 简体中文
    #[default]
    #[serde(rename = "zh")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::Chinese, Language::English];

    /// The BCP 47 tag, as in `<html lang>` and in a form's texts.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Chinese => "zh-Hans",
            Language::English => "en",
        }
    }

    /// The short code of the language cookie: `zh` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// The language an `Accept-Language` header asks for first among ours; Chinese when it names neither.
    pub fn preferred(accept_language: &str) -> Language {
        accept_language
            .split(',')
            .map(|range| range.split(';').next().unwrap_or_default().trim())
            .find_map(|range| match range.split('-').next().unwrap_or_default() {
                primary if primary.eq_ignore_ascii_case("zh") => Some(Language::Chinese),
                primary if primary.eq_ignore_ascii_case("en") => Some(Language::English),
                _ => None,
            })
            .unwrap_or_default()
    }

    pub const fn other(self) -> Language {
        match self {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }
    }
}

/// A fixed text in both languages. It cannot be made with one of them missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    chinese: &'static str,
    english: &'static str,
}

impl Text {
    pub const fn new(chinese: &'static str, english: &'static str) -> Text {
        Text { chinese, english }
    }

    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.english,
        }
    }
}

/// Formats a text with arguments in the language asked for; both languages are always given.
///
/// ```
/// use domain::{Language, say};
/// let days = 3;
/// assert_eq!(say!(Language::English, "逾期{days}天", "{days} days late"), "3 days late");
/// ```
#[macro_export]
macro_rules! say {
    ($language:expr, $chinese:literal, $english:literal $(, $argument:expr)* $(,)?) => {
        match $language {
            $crate::Language::Chinese => format!($chinese $(, $argument)*),
            $crate::Language::English => format!($english $(, $argument)*),
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_our_languages_wins() {
        for (header, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en-GB,en;q=0.9,zh;q=0.5", Language::English),
            ("fr-FR,EN;q=0.3", Language::English),
            ("fr", Language::Chinese),
            ("", Language::Chinese),
        ] {
            assert_eq!(Language::preferred(header), expected, "{header}");
        }
    }
}
