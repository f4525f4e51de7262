//! What counts as a text a person may enter.

use serde::{Deserialize, Serialize};

use crate::{Language, say};

/// Longest name of anything, in characters.
pub const NAME_LIMIT: usize = 120;
/// Longest account, note or reason, in characters.
pub const ACCOUNT_LIMIT: usize = 4_000;

/// A number as it is typed: without spaces around it, and in the digits of ASCII where a Chinese input method left full-width ones.
pub fn plain_digits(typed: &str) -> String {
    typed
        .trim()
        .chars()
        .map(|letter| match letter {
            '０'..='９' => char::from_u32(u32::from(letter) - u32::from('０') + u32::from('0'))
                .unwrap_or(letter),
            _ => letter,
        })
        .collect()
}

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WordingRefusal {
    Empty,
    TooLong {
        limit: usize,
    },
    /// Control characters, or characters that reorder or hide what is read.
    Unprintable {
        code: u32,
    },
}

impl WordingRefusal {
    pub fn text(self, language: Language) -> String {
        match self {
            WordingRefusal::Empty => say!(language, "请填写", "Enter a text"),
            WordingRefusal::TooLong { limit } => say!(
                language,
                "不能超过{limit}个字",
                "Use {limit} characters or fewer"
            ),
            WordingRefusal::Unprintable { code } => {
                say!(
                    language,
                    "含有不可见字符 U+{code:04X}，请删除",
                    "Remove the invisible character U+{code:04X}"
                )
            }
        }
    }
}

/// A text that must say something, at most `limit` characters.
pub fn require(text: &str, limit: usize) -> Result<(), WordingRefusal> {
    if text.trim().is_empty() {
        return Err(WordingRefusal::Empty);
    }
    allow(text, limit)
}

/// A text that may be empty, at most `limit` characters.
pub fn allow(text: &str, limit: usize) -> Result<(), WordingRefusal> {
    if text.chars().nth(limit).is_some() {
        return Err(WordingRefusal::TooLong { limit });
    }
    match text.chars().find(|character| is_unprintable(*character)) {
        Some(character) => Err(WordingRefusal::Unprintable {
            code: character.into(),
        }),
        None => Ok(()),
    }
}

/// Control characters other than line breaks and tabs; zero-width and bidirectional controls, which make two different
/// names look the same (Unicode Technical Report 36, section 2).
fn is_unprintable(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_or_refused_with_the_reason() {
        for (text, expected) in [
            ("市第一社会福利院", Ok(())),
            ("two\nlines", Ok(())),
            ("   ", Err(WordingRefusal::Empty)),
            (
                "123456789012345678901",
                Err(WordingRefusal::TooLong { limit: 20 }),
            ),
            (
                "福利\u{200B}院",
                Err(WordingRefusal::Unprintable { code: 0x200B }),
            ),
            (
                "\u{202E}abc",
                Err(WordingRefusal::Unprintable { code: 0x202E }),
            ),
            ("a\0b", Err(WordingRefusal::Unprintable { code: 0 })),
        ] {
            assert_eq!(require(text, 20), expected, "{text:?}");
        }
    }
}
