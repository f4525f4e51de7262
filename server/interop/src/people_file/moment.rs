//! Moments as a file writes them: on the wall of the jurisdiction, as precise as they are written.

use domain::instant::Day;
use domain::wording::plain_digits;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub day: Day,
    pub hour: u8,
    pub minute: u8,
    /// Milliseconds within the minute, below 60,000; None where nothing finer than the minute is said.
    pub millis: Option<u16>,
}

impl Moment {
    /// When something begins: a day alone at its first moment.
    pub fn beginning(text: &str) -> Option<Moment> {
        Moment::read(text).map(|(moment, _)| moment)
    }

    /// When something ends: a day alone after its last moment.
    pub fn end(text: &str) -> Option<Moment> {
        Moment::read(text).map(|(moment, has_time)| Moment {
            day: if has_time {
                moment.day
            } else {
                moment.day.plus(1)
            },
            ..moment
        })
    }

    /// Whether this is how `other`, which is said to the millisecond, may be written.
    pub fn is(self, other: Moment) -> bool {
        let minute = |moment: Moment| (moment.day, moment.hour, moment.minute);
        minute(self) == minute(other)
            && self
                .millis
                .is_none_or(|millis| other.millis.unwrap_or_default() == millis)
    }

    /// The moment, and whether a time of the day was said.
    fn read(text: &str) -> Option<(Moment, bool)> {
        let text = plain_digits(text).replace('：', ":");
        let (day, time) = match text.split_once(['T', ' ', '日']) {
            Some((day, time)) => (day, time.trim()),
            None => (text.as_str(), ""),
        };
        let mut parts = day.split(['-', '/', '.', '年', '月']);
        let (year, month, of_month) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        let day: Day = format!("{year}-{month:0>2}-{of_month:0>2}").parse().ok()?;
        if time.is_empty() {
            let moment = Moment {
                day,
                hour: 0,
                minute: 0,
                millis: None,
            };
            return Some((moment, false));
        }
        let mut parts = time.split(':');
        let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
        let millis = match parts.next() {
            None => None,
            Some(second) => {
                let (second, part) = second.split_once('.').unwrap_or((second, "0"));
                let second = number(second, 2).filter(|second| *second < 60)?;
                number(part, 3)?;
                Some(second * 1_000 + number(&format!("{part:0<3}"), 3)?)
            }
        };
        if parts.next().is_some() || hour > 23 || minute > 59 {
            return None;
        }
        let moment = Moment {
            day,
            hour: u8::try_from(hour).ok()?,
            minute: u8::try_from(minute).ok()?,
            millis,
        };
        Some((moment, true))
    }
}

/// One to so many digits.
fn number(text: &str, most: usize) -> Option<u16> {
    let fits = (1..=most).contains(&text.len());
    let digits = fits && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// So that it is read again: to the minute, where nothing is lost by it.
impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Moment {
            day, hour, minute, ..
        } = self;
        write!(f, "{day} {hour:02}:{minute:02}")?;
        match self.millis.unwrap_or_default() {
            0 => Ok(()),
            millis if millis % 1_000 == 0 => write!(f, ":{:02}", millis / 1_000),
            millis => write!(f, ":{:02}.{:03}", millis / 1_000, millis % 1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_as_people_and_spreadsheets_write_them() {
        for (text, from, until) in [
            ("2022-03-13", "2022-03-13 00:00", "2022-03-14 00:00"),
            ("2022/3/13", "2022-03-13 00:00", "2022-03-14 00:00"),
            ("2022.3.13", "2022-03-13 00:00", "2022-03-14 00:00"),
            ("2022年3月13日", "2022-03-13 00:00", "2022-03-14 00:00"),
            ("2022年12月31日", "2022-12-31 00:00", "2023-01-01 00:00"),
            ("２０２２-０３-１３", "2022-03-13 00:00", "2022-03-14 00:00"),
            ("2022-03-13T08:00", "2022-03-13 08:00", "2022-03-13 08:00"),
            ("2022/3/13 8:05", "2022-03-13 08:05", "2022-03-13 08:05"),
            (
                "2022年3月13日 8：05",
                "2022-03-13 08:05",
                "2022-03-13 08:05",
            ),
            ("2022-03-13 00:00", "2022-03-13 00:00", "2022-03-13 00:00"),
            (
                "2022-03-13 08:00:30",
                "2022-03-13 08:00:30",
                "2022-03-13 08:00:30",
            ),
            (
                "2022-03-13 08:00:00.25",
                "2022-03-13 08:00:00.250",
                "2022-03-13 08:00:00.250",
            ),
        ] {
            let read = [Moment::beginning(text), Moment::end(text)];
            let written = read.map(|moment| moment.map(|moment| moment.to_string()));
            assert_eq!(
                written,
                [Some(from.to_owned()), Some(until.to_owned())],
                "{text}"
            );
        }
        for text in [
            "",
            "soon",
            "13.3.2022",
            "2022-13-01",
            "2022-02-30",
            "2022-3",
            "2022-03-13 24:00",
            "2022-03-13 8",
            "2022-03-13 8:60",
            "2022-03-13 8:00:61",
            "2022-03-13 8:00:00.1234",
            "2022-03-13 8:00:00:00",
            "44633",
            "22-03-13",
            "2022-03-13-01",
            "2022-0013-1",
        ] {
            assert_eq!(Moment::beginning(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_to_the_minute_may_be_any_moment_of_it() {
        let exact = |text| Moment::beginning(text).unwrap();
        let held = exact("2022-03-13 08:00:30.250");
        assert!(exact("2022-03-13 08:00").is(held) && held.is(held));
        assert!(!exact("2022-03-13 08:00:30").is(held) && !exact("2022-03-13 08:01").is(held));
        assert!(exact("2022-03-13 08:00:00").is(exact("2022-03-13 08:00")));
    }
}
