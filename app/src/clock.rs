//! Instants as the jurisdiction reads them. The server asks its time zone table, the browser its own (`Intl`), so that no
//! table has to travel; both give the same parts, and one function words them.

use domain::instant::{Day, Instant};
use domain::{Language, say};

/// A moment on the wall clock of a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    pub day: Day,
    pub hour: u8,
    pub minute: u8,
}

impl WallTime {
    /// 2022年3月13日 08:00, or 13 March 2022, 08:00.
    pub fn text(self, language: Language) -> String {
        let (day, hour, minute) = (day_text(self.day, language), self.hour, self.minute);
        say!(
            language,
            "{day} {hour:02}:{minute:02}",
            "{day}, {hour:02}:{minute:02}"
        )
    }
}

/// 2022年3月13日, or 13 March 2022.
pub fn day_text(day: Day, language: Language) -> String {
    day.text(language)
}

/// 2022年3月13日至5月31日, or 13 March – 31 May 2022: a year both days share is said once.
pub fn period_text(from: Day, to: Day, language: Language) -> String {
    if from == to {
        return day_text(from, language);
    }
    let (first, last) = (day_text(from, language), day_text(to, language));
    if from.year != to.year {
        return say!(language, "{first}至{last}", "{first} – {last}");
    }
    let [first_of_year, last_of_year] = [from, to].map(|day| day.text_in_year(language));
    say!(
        language,
        "{first}至{last_of_year}",
        "{first_of_year} – {last}"
    )
}

/// When a wall clock shows a time; where it shows it twice or never, an instant beside that.
pub fn instant_at(day: Day, hour: u8, minute: u8, time_zone: &str) -> Instant {
    const FIRST: Day = Day {
        year: 1970,
        month: 1,
        day: 1,
    };
    let shown = |wall: WallTime| {
        let days = domain::working_day::days_between(FIRST, wall.day);
        (days * 24 + i64::from(wall.hour)) * 60 + i64::from(wall.minute)
    };
    let wanted = shown(WallTime { day, hour, minute });
    let mut minutes = wanted;
    // Once for the zone's offset, once more for a change of it in between.
    for _ in 0..2 {
        minutes += wanted - shown(wall_time(Instant(minutes * 60_000), time_zone));
    }
    Instant(minutes * 60_000)
}

/// An instant as words, in a time zone.
pub fn instant_text(instant: Instant, time_zone: &str, language: Language) -> String {
    wall_time(instant, time_zone).text(language)
}

/// Wall time as addresses and time controls write it: `2022-03-13T08:00`.
pub fn wall_text(instant: Instant, time_zone: &str) -> String {
    wall_time(instant, time_zone).to_string()
}

/// The instant at which the wall clock of a time zone shows a time written `2022-03-13T08:00`. None for any other text, and for a
/// time that the clocks leap over; of a time they show twice, one of the two.
pub fn instant_of(wall: &str, time_zone: &str) -> Option<Instant> {
    let wanted = read_wall_time(wall)?;
    let at = instant_at(wanted.day, wanted.hour, wanted.minute, time_zone);
    (wall_time(at, time_zone) == wanted).then_some(at)
}

/// The wall clock of a time zone (IANA name) at an instant; UTC when the zone is unknown.
#[cfg(feature = "ssr")]
pub fn wall_time(instant: Instant, time_zone: &str) -> WallTime {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(instant.millis())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned_datetime(zone);
    let part = |part: i8| u8::try_from(part).unwrap_or_default();
    WallTime {
        day: Day {
            year: u16::try_from(at.year()).unwrap_or_default(),
            month: part(at.month()),
            day: part(at.day()),
        },
        hour: part(at.hour()),
        minute: part(at.minute()),
    }
}

#[cfg(all(feature = "browser", not(feature = "ssr")))]
pub fn wall_time(instant: Instant, time_zone: &str) -> WallTime {
    use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
    use wasm_bindgen::JsValue;

    let options = Object::new();
    for (name, value) in [
        ("timeZone", time_zone),
        ("calendar", "gregory"),
        ("numberingSystem", "latn"),
        ("hourCycle", "h23"),
        ("year", "numeric"),
        ("month", "numeric"),
        ("day", "numeric"),
        ("hour", "numeric"),
        ("minute", "numeric"),
    ] {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let date = Date::new(&JsValue::from_f64(instant.millis() as f64));
    let parts = DateTimeFormat::new(&Array::of1(&"en".into()), &options).format_to_parts(&date);
    let mut wall = WallTime {
        day: Day {
            year: 1970,
            month: 1,
            day: 1,
        },
        hour: 0,
        minute: 0,
    };
    for part in parts.iter() {
        let text = |name: &str| {
            Reflect::get(&part, &name.into())
                .ok()
                .and_then(|value| value.as_string())
                .unwrap_or_default()
        };
        let number: u16 = text("value").parse().unwrap_or_default();
        let small = u8::try_from(number).unwrap_or_default();
        match text("type").as_str() {
            "year" => wall.day.year = number,
            "month" => wall.day.month = small,
            "day" => wall.day.day = small,
            "hour" => wall.hour = small % 24,
            "minute" => wall.minute = small,
            _ => {}
        }
    }
    wall
}

/// `2022-03-13T08:00`, as a control for a day and a time gives it.
pub fn read_wall_time(text: &str) -> Option<WallTime> {
    let (day, time) = text.split_once('T')?;
    let (hour, minute) = time.split_once(':')?;
    let two = |digits: &str| {
        let digits = digits.get(..2)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<u8>().ok())?
    };
    let wall = WallTime {
        day: day.parse().ok()?,
        hour: two(hour)?,
        minute: two(minute)?,
    };
    (wall.hour < 24 && wall.minute < 60).then_some(wall)
}

impl std::fmt::Display for WallTime {
    /// As such a control takes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let WallTime { day, hour, minute } = self;
        write!(f, "{day}T{hour:02}:{minute:02}")
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_as_the_jurisdiction_reads_it() {
        // 2022-03-13T00:00:00Z
        let instant = Instant(1_647_129_600_000);
        for (zone, language, expected) in [
            ("Asia/Shanghai", Language::Chinese, "2022年3月13日 08:00"),
            ("Asia/Shanghai", Language::English, "13 March 2022, 08:00"),
            (
                "America/New_York",
                Language::English,
                "12 March 2022, 19:00",
            ),
            ("Nowhere/Known", Language::English, "13 March 2022, 00:00"),
        ] {
            assert_eq!(instant_text(instant, zone, language), expected, "{zone}");
        }
    }

    #[test]
    fn a_time_on_the_wall_is_an_instant() {
        for (zone, day, hour, expected) in [
            ("Asia/Shanghai", "2022-03-13", 8, 1_647_129_600_000),
            ("America/New_York", "2022-03-12", 19, 1_647_129_600_000),
            // Summer time began that morning.
            ("Europe/Berlin", "2022-03-27", 12, 1_648_375_200_000),
        ] {
            let day = day.parse().unwrap_or_else(|_| panic!("{day}"));
            assert_eq!(instant_at(day, hour, 0, zone), Instant(expected), "{zone}");
        }
    }

    #[test]
    fn a_wall_time_is_an_instant_and_back() {
        for (text, zone, instant) in [
            ("2022-03-13T08:00", "Asia/Shanghai", 1_647_129_600_000),
            ("2022-03-13T00:00", "UTC", 1_647_129_600_000),
            ("1970-01-01T00:00", "UTC", 0),
            ("2024-02-29T23:59", "UTC", 1_709_251_140_000),
            // Clocks are put forward at 2 and back at 3.
            ("2022-03-27T01:59", "Europe/Berlin", 1_648_342_740_000),
            ("2022-03-27T03:00", "Europe/Berlin", 1_648_342_800_000),
            ("2022-10-30T04:00", "Europe/Berlin", 1_667_098_800_000),
        ] {
            let wall = read_wall_time(text).unwrap();
            let at = instant_at(wall.day, wall.hour, wall.minute, zone);
            assert_eq!(at, Instant(instant), "{text} {zone}");
            assert_eq!(wall_time(Instant(instant), zone), wall);
            assert_eq!(wall.to_string(), text);
        }
        for text in [
            "",
            "2022-03-13",
            "2022-03-13T24:00",
            "2022-03-13T8:0",
            "2022-02-30T08:00",
        ] {
            assert_eq!(read_wall_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_wall_time_names_its_instant_and_nothing_else_does() {
        for (wall, zone, expected) in [
            ("2022-03-13T08:00", "Asia/Shanghai", Some(1_647_129_600_000)),
            ("2022-03-13T07:59", "Asia/Shanghai", Some(1_647_129_540_000)),
            ("1970-01-01T00:00", "UTC", Some(0)),
            ("2024-02-29T23:59", "UTC", Some(1_709_251_140_000)),
            (
                "2022-07-01T12:00",
                "America/New_York",
                Some(1_656_691_200_000),
            ),
            // The clocks go from 02:00 to 03:00.
            ("2022-03-13T02:30", "America/New_York", None),
            (
                "2022-03-13T03:30",
                "America/New_York",
                Some(1_647_156_600_000),
            ),
            ("2022-02-30T08:00", "UTC", None),
            ("2022-03-13T24:00", "UTC", None),
            ("2022-03-13T08:60", "UTC", None),
            ("2022-03-13T8:00", "UTC", None),
            ("2022-03-13T+8:00", "UTC", None),
            ("2022-03-13 08:00", "UTC", None),
            ("", "UTC", None),
        ] {
            assert_eq!(
                instant_of(wall, zone),
                expected.map(Instant),
                "{wall} {zone}"
            );
            if let Some(instant) = expected {
                assert_eq!(wall_text(Instant(instant), zone), wall);
            }
        }
    }

    #[test]
    fn a_period_says_a_shared_year_once() {
        for (from, to, chinese, english) in [
            (
                "2022-03-13",
                "2022-05-31",
                "2022年3月13日至5月31日",
                "13 March – 31 May 2022",
            ),
            (
                "2022-12-30",
                "2023-01-02",
                "2022年12月30日至2023年1月2日",
                "30 December 2022 – 2 January 2023",
            ),
            ("2022-03-13", "2022-03-13", "2022年3月13日", "13 March 2022"),
        ] {
            let (Ok(from), Ok(to)) = (from.parse(), to.parse()) else {
                panic!("{from} {to}")
            };
            assert_eq!(period_text(from, to, Language::Chinese), chinese);
            assert_eq!(period_text(from, to, Language::English), english);
        }
    }
}
