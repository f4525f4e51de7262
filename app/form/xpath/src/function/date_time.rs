//! Dates and times, in the session's time zone and language.

use super::{Function as F, call::Outcome};
use crate::{
    Evaluator, Expr, Value,
    moment::{self, Civil, DAY, Moment, Shown},
};

impl<'h> Evaluator<'h> {
    pub(super) fn call_date_time<'e>(
        &self,
        function: F,
        arguments: &'e [Expr],
    ) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        let session = self.host.session();
        let zone = &session.time_zone;
        Ok(match (function, arguments) {
            (F::Now, _) => Value::Moment(Moment::new(Some(session.now), Shown::DateTime)),
            (F::Today, _) => {
                let now = Civil::of(session.now, zone);
                let midnight = session.now - now.milliseconds_of_day;
                // A clock may have been changed since midnight.
                let days = (midnight + now.offset * 60_000).div_euclid(DAY);
                let midnight = zone.moment(days * DAY);
                Value::Moment(Moment::new(Some(midnight), Shown::Shortest))
            }
            (F::Date | F::DateTime, [value]) => match self.evaluate(value)? {
                Value::Boolean(_) => "".into(),
                value => match self.moment_of(value) {
                    Some(moment) => Value::Moment(moment),
                    None => "".into(),
                },
            },
            (F::DecimalDateTime, [value]) => {
                let moment = self.moment_of(self.evaluate(value)?);
                Value::Number(moment.map_or(f64::NAN, Moment::days))
            }
            (F::DecimalTime, [value]) => Value::Number(self.decimal_time(&self.text(value)?)),
            (F::FormatDate | F::FormatDateTime, [value, format]) => {
                let moment = self.moment_of(self.evaluate(value)?);
                match moment.and_then(|moment| moment.milliseconds) {
                    Some(at) => {
                        let names = Names::of(&session.language);
                        names
                            .format(&Civil::of(at, zone), &self.text(format)?)
                            .into()
                    }
                    None => "".into(),
                }
            }
            _ => "".into(),
        })
    }

    /// A value as a moment: a number counts days since 1970, a text is read. `None` for a blank.
    fn moment_of(&self, value: Value) -> Option<Moment> {
        let milliseconds = match value {
            Value::Moment(moment) => {
                return Some(Moment::new(
                    moment.milliseconds,
                    match moment.shown {
                        Shown::Days => Shown::Shortest,
                        shown => shown,
                    },
                ));
            }
            Value::Number(days) => milliseconds(days),
            Value::Boolean(_) => None,
            other => {
                let text = self.text_of(other);
                if text.is_empty() {
                    return None;
                }
                let zone = &self.host.session().time_zone;
                moment::read(&text, zone)
                    .or_else(|| padded(&text).and_then(|text| moment::read(&text, zone)))
            }
        };
        Some(Moment::new(milliseconds, Shown::Shortest))
    }

    /// A time of day as a fraction of the day, in local time.
    #[expect(clippy::cast_precision_loss, reason = "a day has few milliseconds")]
    fn decimal_time(&self, text: &str) -> f64 {
        let Some((time, offset)) = moment::read_time(text.as_bytes()) else {
            return f64::NAN;
        };
        let local = match offset {
            Some(offset) => {
                let zone = &self.host.session().time_zone;
                let at = time - offset * 60_000;
                Civil::of(at, zone).milliseconds_of_day
            }
            None => time,
        };
        local as f64 / DAY as f64
    }
}

/// Days since 1970 as milliseconds, if they are a date one can write: four digits of year and a little more.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "bounded before it is cast"
)]
fn milliseconds(days: f64) -> Option<i64> {
    const FURTHEST: f64 = 100_000_000.0;
    (days.abs() <= FURTHEST).then(|| (days * DAY as f64).round() as i64)
}

/// `2018-1-5` as `2018-01-05`, with whatever follows the date.
fn padded(text: &str) -> Option<String> {
    let (date, rest) = match text.find('T') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let short = |part: &str| matches!(part.len(), 1 | 2);
    let is_date = year.len() == 4 && short(month) && short(day) && parts.next().is_none();
    is_date.then(|| format!("{year}-{month:0>2}-{day:0>2}{rest}"))
}

/// Names of months and days.
enum Names {
    Chinese,
    English,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const CHINESE_DAYS: [&str; 7] = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];

impl Names {
    /// By the language's tag or its name as forms write it, `中文 (zh)`.
    fn of(language: &str) -> Self {
        let is_chinese = language.starts_with("zh")
            || language.contains("(zh")
            || language.contains("中文")
            || language.contains("Chinese");
        if is_chinese {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// Puts the parts of a date in place of `%Y` and its like; what is no such part stays.
    fn format(&self, date: &Civil, format: &str) -> String {
        let mut text = String::with_capacity(format.len() + 8);
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            let letter = rest[at + 1..].chars().next();
            rest = &rest[at + 1..];
            match letter.and_then(|letter| self.part(date, letter)) {
                Some(part) => {
                    text.push_str(&part);
                    // Every letter that stands for a part is one byte.
                    rest = &rest[1..];
                }
                None => text.push('%'),
            }
        }
        text.push_str(rest);
        text
    }

    fn part(&self, date: &Civil, letter: char) -> Option<String> {
        let [hour, minute, second, millisecond] = date.clock();
        let index = |number: i64| usize::try_from(number).unwrap_or(0);
        Some(match letter {
            'Y' => format!("{:04}", date.year),
            'y' => format!("{:02}", date.year.rem_euclid(100)),
            'm' => format!("{:02}", date.month),
            'n' => date.month.to_string(),
            'b' => match self {
                Self::Chinese => format!("{}月", date.month),
                Self::English => MONTHS[index(date.month - 1) % 12].into(),
            },
            'd' => format!("{:02}", date.day),
            'e' => date.day.to_string(),
            'a' => match self {
                Self::Chinese => CHINESE_DAYS[index(date.weekday) % 7].into(),
                Self::English => DAYS[index(date.weekday) % 7].into(),
            },
            'H' => format!("{hour:02}"),
            'h' => hour.to_string(),
            'M' => format!("{minute:02}"),
            'S' => format!("{second:02}"),
            '3' => format!("{millisecond:03}"),
            _ => return None,
        })
    }
}
