//! Numbers as `XPath` 1.0 reads and writes them.

use crate::date;

/// Whether `text` is `digits`, `digits.`, `digits.digits` or `.digits`.
pub(crate) fn is_digits_with_point(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    (!whole.is_empty() || !part.is_empty())
        && whole
            .bytes()
            .chain(part.bytes())
            .all(|byte| byte.is_ascii_digit())
}

/// `number(text)`: an optional minus and digits with an optional point, white space around it; `NaN` otherwise. As in ODK
/// a date, or a date with a time, is its days since 1970-01-01.
pub(crate) fn read(text: &str) -> f64 {
    let token = text.trim_matches([' ', '\t', '\r', '\n']);
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    if is_digits_with_point(unsigned) {
        return token.parse().unwrap_or(f64::NAN);
    }
    if token.len() >= 10 {
        return date::days_with_time(token).unwrap_or(f64::NAN);
    }
    f64::NAN
}

/// `string(number)`: no exponent, no point in whole numbers, no negative zero.
pub(crate) fn write(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    // Adding zero turns negative zero into zero and changes nothing else.
    (number + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_as_xpath_says() {
        for (text, expected) in [
            ("0", 0.0),
            ("  1.1\r\n\t", 1.1),
            (".5", 0.5),
            ("5.", 5.0),
            ("-0.25", -0.25),
            ("1970-01-02", 1.0),
            ("1970-01-02T12:00:00.000Z", 1.5),
        ] {
            assert!((read(text) - expected).abs() < f64::EPSILON, "{text}");
        }
        for text in [
            "",
            " ",
            "-",
            ".",
            "-.",
            "+1",
            "1e3",
            "0x10",
            "1 2",
            "--1",
            "- 1",
            "inf",
            "NaN",
            "一",
            "2022-02-30",
        ] {
            assert!(read(text).is_nan(), "{text}");
        }
    }

    #[test]
    fn numbers_write_as_xpath_says() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(write(number), expected);
        }
    }
}
