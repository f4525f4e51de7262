//! Points in time as expressions know them: days since 1970, with or without a time of day.

use std::fmt::Write;

use crate::host::TimeZone;

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// A date or a date with a time: what `date()`, `today()` and `now()` give. As a number it is days since 1970 UTC; as
/// a text a date where it is midnight in the session's time zone, otherwise a date and time with offset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Milliseconds since 1970 UTC, `None` for a text that is no date.
    pub milliseconds: Option<i64>,
    pub shown: Shown,
}

/// How a moment reads as a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Without the time if that is midnight.
    Shortest,
    DateTime,
    /// As a whole number of days since 1970: what `number()` makes of a date.
    Days,
}

impl Moment {
    pub fn new(milliseconds: Option<i64>, shown: Shown) -> Self {
        Self {
            milliseconds,
            shown,
        }
    }

    /// Reads a date or a date and time as ISO 8601 writes them; without an offset it is local.
    pub fn read(text: &str, zone: &TimeZone) -> Option<Self> {
        let at = read(text, zone)?;
        Some(Self::new(Some(at), Shown::Shortest))
    }

    /// Days since 1970 UTC, with fractions; NaN for what is no date.
    pub fn days(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "dates have a dozen digits")]
        self.milliseconds
            .map_or(f64::NAN, |at| at as f64 / DAY as f64)
    }

    pub fn text(self, zone: &TimeZone) -> String {
        let Some(at) = self.milliseconds else {
            return "Invalid Date".into();
        };
        if self.shown == Shown::Days {
            return at.div_euclid(DAY).to_string();
        }
        let local = Civil::of(at, zone);
        let mut text = String::with_capacity(29);
        let _ = write!(
            text,
            "{:04}-{:02}-{:02}",
            local.year, local.month, local.day
        );
        let midnight = local.milliseconds_of_day == 0;
        if self.shown == Shown::Shortest && midnight {
            return text;
        }
        let [hour, minute, second, millisecond] = local.clock();
        let (sign, offset) = match local.offset {
            behind if behind < 0 => ('-', -behind),
            ahead => ('+', ahead),
        };
        let _ = write!(
            text,
            "T{hour:02}:{minute:02}:{second:02}.{millisecond:03}{sign}{:02}:{:02}",
            offset / 60,
            offset % 60
        );
        text
    }
}

/// A moment by the calendar and clock of a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    /// 0 is Sunday.
    pub weekday: i64,
    pub milliseconds_of_day: i64,
    /// Minutes east of UTC.
    pub offset: i64,
}

impl Civil {
    pub fn of(at: i64, zone: &TimeZone) -> Self {
        let offset = zone.offset(at);
        let local = at.saturating_add(offset * MINUTE);
        let days = local.div_euclid(DAY);
        let (year, month, day) = civil_from_days(days);
        Self {
            year,
            month,
            day,
            weekday: (days + 4).rem_euclid(7),
            milliseconds_of_day: local.rem_euclid(DAY),
            offset,
        }
    }

    /// Hour, minute, second and millisecond.
    pub fn clock(&self) -> [i64; 4] {
        let ms = self.milliseconds_of_day;
        [ms / 3_600_000, ms / MINUTE % 60, ms / 1000 % 60, ms % 1000]
    }
}

impl TimeZone {
    /// Minutes east of UTC at a moment.
    pub fn offset(&self, at: i64) -> i64 {
        let passed = self.transitions.partition_point(|&(from, _)| from <= at);
        let last = passed.checked_sub(1).map(|last| self.transitions[last].1);
        i64::from(last.unwrap_or(self.offset_minutes))
    }

    /// The moment a local clock shows `local` milliseconds since 1970. In the hour a clock skips, the offset before
    /// counts; in the one it repeats, the first.
    pub fn moment(&self, local: i64) -> i64 {
        let before = local.saturating_sub(self.offset(local.saturating_sub(DAY)) * MINUTE);
        let after = local.saturating_sub(self.offset(local.saturating_add(DAY)) * MINUTE);
        let fits = |at: i64| at.saturating_add(self.offset(at) * MINUTE) == local;
        if !fits(before) && fits(after) {
            after
        } else {
            before
        }
    }
}

/// Days since 1970 of a date of the Gregorian calendar.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Reads `2018-01-01`, `2018-01-01T08:00`, `…T08:00:00`, `…T08:00:00.000`, each with a time perhaps followed by `Z` or
/// `+08:00`; without an offset it is local. `None` for anything else, such as a 30th of February.
pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<i64> {
    let bytes = text.as_bytes();
    // The cheapest look rules nearly every text out.
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (
        digits(&bytes[..4])?,
        digits(&bytes[5..7])?,
        digits(&bytes[8..10])?,
    );
    if !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * DAY;
    if bytes.len() == 10 {
        return Some(zone.moment(midnight));
    }
    if !matches!(bytes[10], b'T' | b' ') {
        return None;
    }
    let (time, offset) = read_time(&bytes[11..])?;
    let local = midnight + time;
    Some(match offset {
        Some(offset) => local - offset * MINUTE,
        None => zone.moment(local),
    })
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Milliseconds of the day and the offset in minutes, if one is given.
pub(crate) fn read_time(bytes: &[u8]) -> Option<(i64, Option<i64>)> {
    let zone_at = bytes
        .iter()
        .position(|byte| matches!(byte, b'Z' | b'+' | b'-'));
    let (clock, zone) = bytes.split_at(zone_at.unwrap_or(bytes.len()));
    let offset = match zone {
        [] => None,
        [b'Z'] => Some(0),
        [sign, rest @ ..] => {
            let (hours, minutes) = match rest {
                [_, _] => (digits(rest)?, 0),
                [_, _, b':', _, _] => (digits(&rest[..2])?, digits(&rest[3..])?),
                [_, _, _, _] => (digits(&rest[..2])?, digits(&rest[2..])?),
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            let total = hours * 60 + minutes;
            Some(if *sign == b'-' { -total } else { total })
        }
    };
    if clock.len() < 5 || clock[2] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&clock[..2])?, digits(&clock[3..5])?);
    let (second, fraction) = match &clock[5..] {
        [] => (0, 0),
        [b':', a, b] => (digits(&[*a, *b])?, 0),
        [b':', a, b, b'.' | b',', fraction @ ..] if !fraction.is_empty() => {
            let mut thousandths = [b'0'; 3];
            digits(fraction)?;
            let kept = fraction.len().min(3);
            thousandths[..kept].copy_from_slice(&fraction[..kept]);
            (digits(&[*a, *b])?, digits(&thousandths)?)
        }
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((
        ((hour * 60 + minute) * 60 + second) * 1000 + fraction,
        offset,
    ))
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0_i64, |number, byte| {
        byte.is_ascii_digit().then(|| {
            number
                .saturating_mul(10)
                .saturating_add(i64::from(byte - b'0'))
        })
    })
}
