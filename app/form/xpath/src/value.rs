//! What expressions evaluate to, and how one kind becomes another.

use std::borrow::Cow;

use crate::{host::NodeRef, moment::Moment};

/// A value; `'a` is how long the texts it borrows from documents and expressions live.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Number(f64),
    Text(Cow<'a, str>),
    Boolean(bool),
    /// In document order without duplicates, except where a function orders them (`randomize`).
    Nodes(Vec<NodeRef>),
    Moment(Moment),
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// White space of XML.
pub(crate) fn is_space(found: char) -> bool {
    matches!(found, ' ' | '\t' | '\r' | '\n')
}

/// A number as XPath writes it: no exponent, no sign of zero, `NaN`, `Infinity`.
pub fn text_of_number(number: f64) -> String {
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into()
    } else if number == 0.0 {
        "0".into()
    } else {
        number.to_string()
    }
}

/// A number as XPath reads it: digits with perhaps a sign and a point, between white space; otherwise NaN. With
/// `exponents`, as XForms has it, `1e-7` is one too.
pub fn number_of_text(text: &str, exponents: bool) -> f64 {
    let text = text.trim_matches(is_space);
    let bytes = text.as_bytes();
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if !unsigned
        .first()
        .is_some_and(|first| first.is_ascii_digit() || *first == b'.')
    {
        return f64::NAN;
    }
    let is_plain = unsigned
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let is_number = is_plain
        || (exponents
            && unsigned
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')));
    if is_number {
        json::decimal(text).unwrap_or(f64::NAN)
    } else {
        f64::NAN
    }
}
