//! A point in time, and a day on the calendar.

use json::{Fault, FromJson, Json};
use serde::{Deserialize, Serialize};

use crate::{Language, say};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    FromJson,
)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    pub const fn millis(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Instant {
        Instant(self.0 + hours * 3_600_000)
    }
}

/// A day in the jurisdiction's time zone, written `2022-03-13`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// The first of January of the year 1.
impl Default for Day {
    fn default() -> Day {
        Day {
            year: 1,
            month: 1,
            day: 1,
        }
    }
}

impl Day {
    /// 2022年3月13日, or 13 March 2022.
    pub fn text(self, language: Language) -> String {
        let year = self.year;
        let in_year = self.text_in_year(language);
        say!(language, "{year}年{in_year}", "{in_year} {year}")
    }

    /// 3月13日, or 13 March.
    pub fn text_in_year(self, language: Language) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let Day { month, day, .. } = self;
        let name = MONTHS
            .get(usize::from(month).wrapping_sub(1))
            .copied()
            .unwrap_or_default();
        say!(language, "{month}月{day}日", "{day} {name}")
    }

    /// Days since 1970-01-01; negative before (Howard Hinnant's `days_from_civil`).
    pub const fn number(self) -> i64 {
        let (year, month) = (self.year as i64, self.month as i64);
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + self.day as i64 - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day of a number; the first or the last day there is where it lies beyond (Howard Hinnant's `civil_from_days`).
    pub fn from_number(number: i64) -> Day {
        let number = number.clamp(-719_162, 2_932_896) + 719_468;
        let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |part: i64| u8::try_from(part).unwrap_or_default();
        Day {
            year: u16::try_from(year).unwrap_or_default(),
            month: small(month),
            day: small(day),
        }
    }

    /// So many days later, or earlier.
    #[must_use]
    pub fn plus(self, days: i64) -> Day {
        Day::from_number(self.number().saturating_add(days))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day written as YYYY-MM-DD")]
pub struct ParseDayError;

impl std::str::FromStr for Day {
    type Err = ParseDayError;

    fn from_str(text: &str) -> Result<Day, ParseDayError> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shape {
            return Err(ParseDayError);
        }
        let number =
            |range: std::ops::Range<usize>| text[range].parse::<u16>().map_err(|_| ParseDayError);
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return Err(ParseDayError),
        };
        if day == 0 || day > days || year == 0 {
            return Err(ParseDayError);
        }
        Ok(Day {
            year,
            month: month.try_into().map_err(|_| ParseDayError)?,
            day: day.try_into().map_err(|_| ParseDayError)?,
        })
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl FromJson for Day {
    fn from_json(json: Json<'_>) -> Result<Day, Fault> {
        let day = json.text()?.parse();
        day.map_err(|error: ParseDayError| Fault::new(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        for (from, days, to) in [
            ("1970-01-01", 0, "1970-01-01"),
            ("2022-03-13", 30, "2022-04-12"),
            ("2024-02-28", 2, "2024-03-01"),
            ("2023-03-01", -1, "2023-02-28"),
            ("2000-01-01", 366, "2001-01-01"),
            ("0001-01-01", -1, "0001-01-01"),
            ("9999-12-31", 1, "9999-12-31"),
        ] {
            let from: Day = from.parse().unwrap();
            assert_eq!(from.plus(days).to_string(), to, "{from} and {days} days");
        }
        for number in (-719_162..2_932_896).step_by(997) {
            assert_eq!(Day::from_number(number).number(), number);
        }
        assert_eq!(Day::default().number(), -719_162);
    }

    #[test]
    fn a_day_reads_as_one_writes_it() {
        let day: Day = "2022-03-05".parse().expect("a day");
        assert_eq!(day.text(Language::Chinese), "2022年3月5日");
        assert_eq!(day.text(Language::English), "5 March 2022");
        assert_eq!(day.text_in_year(Language::English), "5 March");
    }

    #[test]
    fn a_day_is_a_real_day() {
        for (text, real) in [
            ("2022-03-13", true),
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("1900-02-29", false),
            ("2022-13-01", false),
            ("2022-00-10", false),
            ("2022-1-01", false),
            ("２０22-01-01", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<Day>().is_ok(), real, "{text}");
            if let Ok(day) = text.parse::<Day>() {
                assert_eq!(day.to_string(), text);
            }
        }
    }
}
