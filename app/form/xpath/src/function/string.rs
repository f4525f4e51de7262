//! Texts. Positions count characters.

use std::borrow::Cow;

use super::{
    Function as F,
    call::{Outcome, refuse},
    number::{length, round, whole},
};
use crate::{Evaluator, Expr, Value, value::is_space};

impl<'h> Evaluator<'h> {
    pub(super) fn call_string<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        Ok(match (function, arguments) {
            (F::String, _) => self.text_or_context(arguments.first())?.into(),
            (F::StringLength, _) => {
                let text = self.text_or_context(arguments.first())?;
                length(text.chars().count())
            }
            (F::NormalizeSpace, _) => {
                let text = self.text_or_context(arguments.first())?;
                let words = text.split(is_space).filter(|word| !word.is_empty());
                words.collect::<Vec<_>>().join(" ").into()
            }
            (F::Concat, parts) => {
                let mut whole = String::new();
                for part in parts {
                    self.each_part(part, &mut whole)?;
                }
                whole.into()
            }
            (F::Join, [glue, parts @ ..]) => {
                let (glue, mut whole, mut begun) = (self.text(glue)?, String::new(), false);
                for part in parts {
                    self.each_text(part, &mut |text| {
                        if std::mem::replace(&mut begun, true) {
                            whole.push_str(&glue);
                        }
                        whole.push_str(text);
                        Ok(())
                    })?;
                }
                whole.into()
            }
            (F::Coalesce, values) => {
                for value in values {
                    let value = self.evaluate(value)?;
                    // What could not be reckoned is as good as blank.
                    let is_nan = matches!(value, Value::Number(number) if number.is_nan());
                    let text = self.text_of(value);
                    if !text.is_empty() && !is_nan {
                        return Ok(text.into());
                    }
                }
                "".into()
            }
            (F::Translate, [text, from, to]) => {
                translate(&self.text(text)?, &self.text(from)?, &self.text(to)?).into()
            }
            (F::Substring, [text, start, rest @ ..]) => {
                let start = round(self.number(start)?);
                let end = match rest.first() {
                    Some(length) => start + round(self.number(length)?),
                    None => f64::INFINITY,
                };
                substring(self.text(text)?, start, end)
            }
            (F::Substr, [text, start, rest @ ..]) => {
                let text = self.text(text)?;
                let end = rest.first().map(|end| self.number(end)).transpose()?;
                substr(text, self.number(start)?, end)
            }
            (_, [text, part]) => self.search(function, self.text(text)?, &self.text(part)?)?,
            _ => "".into(),
        })
    }

    /// Appends an argument of `concat`: in XForms the texts of all its nodes, in XPath that of the first.
    fn each_part(&self, part: &Expr, whole: &mut String) -> Outcome<()> {
        if self.host.dialect() == crate::Dialect::XForms {
            return self.each_text(part, &mut |text| {
                whole.push_str(text);
                Ok(())
            });
        }
        whole.push_str(&self.text(part)?);
        Ok(())
    }

    /// The functions that look for a part in a text.
    fn search<'e>(&self, function: F, text: Cow<'e, str>, part: &str) -> Outcome<Value<'e>> {
        Ok(match function {
            F::Contains => text.contains(part).into(),
            F::StartsWith => text.starts_with(part).into(),
            F::EndsWith => text.ends_with(part).into(),
            F::SubstringBefore => {
                let end = text.find(part).unwrap_or(0);
                slice(text, 0, end)
            }
            F::SubstringAfter => {
                let start = text.find(part).map_or(text.len(), |at| at + part.len());
                let end = text.len();
                slice(text, start, end)
            }
            F::Regex => self.matches(&text, part)?.into(),
            _ => "".into(),
        })
    }

    /// Whether the pattern is found anywhere in the text.
    fn matches(&self, text: &str, pattern: &str) -> Outcome<bool> {
        let found = match self.host.indexes() {
            Some(indexes) => indexes.matches(text, pattern),
            None => regex_lite::Regex::new(pattern)
                .ok()
                .map(|regex| regex.is_match(text)),
        };
        found.map_or_else(|| refuse(F::Regex, pattern), Ok)
    }
}

/// A part of a text, borrowed if the text is.
fn slice(text: Cow<'_, str>, start: usize, end: usize) -> Value<'_> {
    Value::Text(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    })
}

/// The byte offset of a character, the text's length beyond its end.
fn byte_offset(text: &str, character: usize) -> usize {
    text.char_indices()
        .nth(character)
        .map_or(text.len(), |(at, _)| at)
}

/// XPath's: characters whose position, from 1, is at least `start` and less than `end`.
#[expect(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "bounds are clamped before they are cast"
)]
fn substring(text: Cow<'_, str>, start: f64, end: f64) -> Value<'_> {
    if start.is_nan() || end.is_nan() || start >= end {
        return "".into();
    }
    let first = byte_offset(&text, (start.max(1.0) - 1.0) as usize);
    let last = byte_offset(&text, (end.max(1.0) - 1.0) as usize);
    slice(text, first, last)
}

/// XForms': characters from `start`, from 0, up to `end`; negative ones count from the text's end.
fn substr(text: Cow<'_, str>, start: f64, end: Option<f64>) -> Value<'_> {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let bound = |number: f64| {
        let at = whole(number)?;
        let at = if at < 0 { count.saturating_add(at) } else { at };
        usize::try_from(at.clamp(0, count)).ok()
    };
    let start = bound(start).unwrap_or(0);
    let end = match end {
        Some(end) => bound(end).unwrap_or(0),
        None => usize::MAX,
    };
    if start >= end {
        return "".into();
    }
    let (first, last) = (byte_offset(&text, start), byte_offset(&text, end));
    slice(text, first, last)
}

/// Replaces each character of `from` by the one at its place in `to`, or drops it where `to` has none.
fn translate(text: &str, from: &str, to: &str) -> String {
    text.chars()
        .filter_map(
            |found| match from.chars().position(|known| known == found) {
                Some(at) => to.chars().nth(at),
                None => Some(found),
            },
        )
        .collect()
}
