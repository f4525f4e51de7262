//! The types of values, and the one spelling the engine keeps of each.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::date;

/// What a bind says of its node's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DataType {
    #[default]
    String,
    /// 32 bits with sign.
    Int,
    Decimal,
    Boolean,
    Date,
    Time,
    DateTime,
    Geopoint,
    Geotrace,
    Geoshape,
    Binary,
    Barcode,
    Intent,
}

impl DataType {
    /// From a bind's `type`; what is not known is kept as text.
    pub(crate) fn parse(name: &str) -> Self {
        let bare = name.trim().rsplit(':').next().unwrap_or_default();
        match bare {
            "int" | "integer" => Self::Int,
            "decimal" => Self::Decimal,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            "time" => Self::Time,
            "dateTime" => Self::DateTime,
            "geopoint" => Self::Geopoint,
            "geotrace" => Self::Geotrace,
            "geoshape" => Self::Geoshape,
            "binary" => Self::Binary,
            "barcode" => Self::Barcode,
            "intent" => Self::Intent,
            _ => Self::String,
        }
    }

    /// The name in a bind.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Int => "int",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "dateTime",
            Self::Geopoint => "geopoint",
            Self::Geotrace => "geotrace",
            Self::Geoshape => "geoshape",
            Self::Binary => "binary",
            Self::Barcode => "barcode",
            Self::Intent => "intent",
        }
    }

    /// The value in the engine's spelling; blank for what is no value of the type.
    pub(crate) fn normalise(self, text: &str) -> Cow<'_, str> {
        let none = Cow::Borrowed("");
        match self {
            Self::Int => match decimal(text).map(f64::trunc) {
                Some(number) if (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number) => {
                    Cow::Owned(format!("{number:.0}"))
                }
                _ => none,
            },
            Self::Decimal => decimal(text).map_or(none, |number| Cow::Owned(spell(number))),
            Self::Date => {
                let day = text.trim();
                let day = match day.split_once('T') {
                    Some((day, time)) if is_time(time) => day,
                    Some(_) => return none,
                    None => day,
                };
                if date::days(day).is_some() {
                    Cow::Borrowed(day)
                } else {
                    none
                }
            }
            Self::Time => {
                let time = text.trim();
                if is_time(time) {
                    Cow::Borrowed(time)
                } else {
                    none
                }
            }
            Self::DateTime => {
                let moment = text.trim();
                match moment.split_once('T') {
                    Some((day, time)) if date::days(day).is_some() && is_time(time) => {
                        Cow::Borrowed(moment)
                    }
                    _ => none,
                }
            }
            Self::Geopoint => point(text).map_or(none, Cow::Owned),
            Self::Geotrace | Self::Geoshape => {
                let points: Option<Vec<String>> = text
                    .split(';')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(point)
                    .collect();
                match points {
                    Some(points) if !points.is_empty() => Cow::Owned(points.join(";")),
                    _ => none,
                }
            }
            Self::String | Self::Boolean | Self::Binary | Self::Barcode | Self::Intent => {
                Cow::Borrowed(text)
            }
        }
    }
}

/// A finite number in decimal digits.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    json::decimal(text).filter(|number| number.is_finite())
}

/// Decimals always show that they are.
fn spell(number: f64) -> String {
    let number = number + 0.0;
    if number.fract() == 0.0 {
        format!("{number:.1}")
    } else {
        number.to_string()
    }
}

/// `latitude longitude altitude accuracy` in degrees and metres; the latter two are 0 where absent. The origin with nothing
/// else is what devices without a position give.
fn point(text: &str) -> Option<String> {
    let numbers: Option<Vec<f64>> = text.split_whitespace().map(decimal).collect();
    let numbers = numbers?;
    if !(2..=4).contains(&numbers.len()) {
        return None;
    }
    let at = |index: usize| numbers.get(index).copied().unwrap_or(0.0);
    if !(-90.0..=90.0).contains(&at(0)) || !(-180.0..=180.0).contains(&at(1)) {
        return None;
    }
    if numbers.len() == 4 && numbers.iter().all(|number| *number == 0.0) {
        return None;
    }
    Some(format!(
        "{} {} {} {}",
        spell(at(0)),
        spell(at(1)),
        spell(at(2)),
        spell(at(3))
    ))
}

/// `hh:mm:ss`, a fraction, and `Z` or an offset `±hh:mm`.
fn is_time(text: &str) -> bool {
    let (clock, offset) = match text.find(['Z', '+', '-']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    let two = |part: &str, limit: u32| {
        part.len() == 2
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number < limit)
    };
    let mut parts = clock.splitn(3, ':');
    let (Some(hours), Some(minutes), Some(seconds)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (seconds, fraction) = match seconds.split_once('.') {
        Some((seconds, fraction)) => (seconds, Some(fraction)),
        None => (seconds, None),
    };
    let offset_holds = match offset {
        None | Some("Z") => true,
        Some(offset) => offset[1..]
            .split_once(':')
            .is_some_and(|(hours, minutes)| two(hours, 15) && two(minutes, 60)),
    };
    two(hours, 24)
        && two(minutes, 60)
        && two(seconds, 60)
        && fraction.is_none_or(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
        && offset_holds
}

#[cfg(test)]
mod tests {
    use super::DataType;

    #[test]
    fn a_value_is_spelled_in_one_way_or_is_none() {
        for (data_type, text, kept) in [
            (DataType::Int, " 89 ", "89"),
            (DataType::Int, "4.5", "4"),
            (DataType::Int, "2147483648", ""),
            (DataType::Int, "a few", ""),
            (DataType::Int, "NaN", ""),
            (DataType::Decimal, "89", "89.0"),
            (DataType::Decimal, "-0", "0.0"),
            (DataType::Decimal, "23.25", "23.25"),
            (DataType::Date, "2025-03-14", "2025-03-14"),
            (DataType::Date, "2025-02-30", ""),
            (DataType::Date, "2025-12-21T14:30:00", "2025-12-21"),
            (DataType::Date, "2025-03-07T14:30:00+invalid", ""),
            (DataType::Time, "22:02:00.000+07:00", "22:02:00.000+07:00"),
            (DataType::Time, "22:02:00.Z", ""),
            (DataType::Time, "24:00:00", ""),
            (DataType::DateTime, "2026-04-22T14:30:00+0700", ""),
            (
                DataType::DateTime,
                "2026-04-22T14:30:00Z",
                "2026-04-22T14:30:00Z",
            ),
            (
                DataType::Geopoint,
                "-5.299 46.663 0 5",
                "-5.299 46.663 0.0 5.0",
            ),
            (DataType::Geopoint, "0 0 0 0", ""),
            (DataType::Geopoint, "99 10", ""),
            (
                DataType::Geotrace,
                "1 2;3 4",
                "1.0 2.0 0.0 0.0;3.0 4.0 0.0 0.0",
            ),
            (DataType::String, " as it is ", " as it is "),
        ] {
            assert_eq!(data_type.normalise(text), kept, "{data_type:?} {text}");
        }
    }
}
