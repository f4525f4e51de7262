//! Working days: what deadlines are counted in.
//!
//! Saturdays and Sundays are days off, but for the days that the State Council's General Office swaps each year: public holidays that
//! fall on a weekday, and weekends worked in their place. The data are its notices on the arrangement of holidays (国务院办公厅关于部分节假日
//! 安排的通知), one a year, and for 2020 the notice that prolonged the Spring Festival; their addresses stand beside each year. A year
//! without a notice here knows weekends alone ([`is_known`]).
//!
//! A deadline that falls on a day off ends with the next working day (Civil Code, article 203). The day it ends with is fixed when the
//! act that sets it is recorded: the event carries it, and no later edition of this table moves it.

use crate::instant::Day;

/// What a year's notice changes.
struct Year {
    number: u16,
    /// Where the notice was published.
    #[cfg_attr(not(test), expect(dead_code, reason = "names the source of the data"))]
    papers: &'static [&'static str],
    /// Weekdays off, month and day in one number: 1008 is 8 October.
    off: &'static [u16],
    /// Saturdays and Sundays worked, likewise.
    worked: &'static [u16],
}

const YEARS: [Year; 7] = [
    Year {
        number: 2020,
        papers: &[
            "http://www.gov.cn/zhengce/zhengceku/2019-11/21/content_5454164.htm",
            "http://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm",
        ],
        off: &[
            101, 124, 127, 128, 129, 130, 131, 406, 501, 504, 505, 625, 626, 1001, 1002, 1005,
            1006, 1007, 1008,
        ],
        worked: &[119, 426, 509, 628, 927, 1010],
    },
    Year {
        number: 2021,
        papers: &["http://www.gov.cn/zhengce/zhengceku/2020-11/25/content_5564127.htm"],
        off: &[
            101, 211, 212, 215, 216, 217, 405, 503, 504, 505, 614, 920, 921, 1001, 1004, 1005,
            1006, 1007,
        ],
        worked: &[207, 220, 425, 508, 918, 926, 1009],
    },
    Year {
        number: 2022,
        papers: &["http://www.gov.cn/zhengce/zhengceku/2021-10/25/content_5644835.htm"],
        off: &[
            103, 131, 201, 202, 203, 204, 404, 405, 502, 503, 504, 603, 912, 1003, 1004, 1005,
            1006, 1007,
        ],
        worked: &[129, 130, 402, 424, 507, 1008, 1009],
    },
    Year {
        number: 2023,
        papers: &["http://www.gov.cn/zhengce/zhengceku/2022-12/08/content_5730844.htm"],
        off: &[
            102, 123, 124, 125, 126, 127, 405, 501, 502, 503, 622, 623, 929, 1002, 1003, 1004,
            1005, 1006,
        ],
        worked: &[128, 129, 423, 506, 625, 1007, 1008],
    },
    Year {
        number: 2024,
        papers: &["https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm"],
        off: &[
            101, 212, 213, 214, 215, 216, 404, 405, 501, 502, 503, 610, 916, 917, 1001, 1002, 1003,
            1004, 1007,
        ],
        worked: &[204, 218, 407, 428, 511, 914, 929, 1012],
    },
    Year {
        number: 2025,
        papers: &["https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm"],
        off: &[
            101, 128, 129, 130, 131, 203, 204, 404, 501, 502, 505, 602, 1001, 1002, 1003, 1006,
            1007, 1008,
        ],
        worked: &[126, 208, 427, 928, 1011],
    },
    Year {
        number: 2026,
        papers: &["https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm"],
        off: &[
            101, 102, 216, 217, 218, 219, 220, 223, 406, 501, 504, 505, 619, 925, 1001, 1002, 1005,
            1006, 1007,
        ],
        worked: &[104, 214, 228, 509, 920, 1010],
    },
];

/// Its month and day in one number.
fn place(day: Day) -> u16 {
    u16::from(day.month) * 100 + u16::from(day.day)
}

fn year(day: Day) -> Option<&'static Year> {
    YEARS.iter().find(|year| year.number == day.year)
}

/// Whether the holidays of the day's year are known.
pub fn is_known(day: Day) -> bool {
    year(day).is_some()
}

pub fn is_working_day(day: Day) -> bool {
    let place = place(day);
    let weekend = weekday(number(day)) >= 5;
    match year(day) {
        Some(year) if weekend => year.worked.contains(&place),
        Some(year) => !year.off.contains(&place),
        None => !weekend,
    }
}

/// The day itself, or the next working day.
#[must_use]
pub fn on_or_after(day: Day) -> Day {
    let mut reached = day;
    while !is_working_day(reached) {
        reached = plus_days(reached, 1);
    }
    reached
}

/// The `working_days`-th working day after a day; the day itself for 0.
#[must_use]
pub fn after(day: Day, working_days: u32) -> Day {
    let mut reached = day;
    for _ in 0..working_days {
        reached = on_or_after(plus_days(reached, 1));
    }
    reached
}

/// Working days after `from`, up to and with `to`; negative when `to` is the earlier.
pub fn between(from: Day, to: Day) -> i64 {
    through(to) - through(from)
}

/// Working days up to and with a day, counted from some day long ago.
fn through(day: Day) -> i64 {
    let from_monday = number(day) + 3;
    let weekdays = from_monday.div_euclid(7) * 5 + (from_monday.rem_euclid(7) + 1).min(5);
    let swapped = YEARS
        .iter()
        .filter(|year| year.number <= day.year)
        .map(|year| {
            let passed = |days: &[u16]| {
                let passed = days
                    .iter()
                    .filter(|swapped| year.number < day.year || **swapped <= place(day));
                i64::try_from(passed.count()).unwrap_or(i64::MAX)
            };
            passed(year.worked) - passed(year.off)
        });
    weekdays + swapped.sum::<i64>()
}

/// Days after (or, negative, before) a day; the last day there is where it would lie beyond the year 9999.
#[must_use]
pub fn plus_days(day: Day, days: i64) -> Day {
    of_number(number(day).saturating_add(days))
}

/// Days from one day to another, days off included.
pub fn days_between(from: Day, to: Day) -> i64 {
    number(to) - number(from)
}

/// 0 for Monday.
fn weekday(number: i64) -> i64 {
    (number + 3).rem_euclid(7)
}

/// Days since 1970-01-01 (Howard Hinnant, `days_from_civil`).
fn number(day: Day) -> i64 {
    let (year, month) = (i64::from(day.year), i64::from(day.month));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day.day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The way back (`civil_from_days`), held between the years 1 and 9999.
fn of_number(number: i64) -> Day {
    const FIRST: i64 = -719_162;
    const LAST: i64 = 2_932_896;
    let shifted = number.clamp(FIRST, LAST) + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Day {
        year: u16::try_from(year).unwrap_or(9_999),
        month: u8::try_from(month).unwrap_or(12),
        day: u8::try_from(day_of_year - (153 * from_march + 2) / 5 + 1).unwrap_or(31),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn holidays_and_the_weekends_worked_in_their_place() {
        for (text, working) in [
            ("2022-03-11", true),
            ("2022-03-12", false),
            ("2022-03-13", false),
            // 春节 2020, prolonged to 2 February
            ("2020-01-31", false),
            ("2020-02-01", false),
            ("2020-02-03", true),
            ("2020-01-19", true),
            // 清明 2022: Saturday 2 April is worked, 3 to 5 April are off
            ("2022-04-02", true),
            ("2022-04-04", false),
            ("2022-04-05", false),
            ("2022-04-06", true),
            // 劳动节 2022
            ("2022-04-24", true),
            ("2022-05-04", false),
            ("2022-05-07", true),
            // 春节 2026
            ("2026-02-14", true),
            ("2026-02-23", false),
            ("2026-02-28", true),
            // A year without a notice: weekends alone.
            ("2031-10-01", true),
            ("2031-10-04", false),
        ] {
            assert_eq!(is_working_day(day(text)), working, "{text}");
        }
        assert!(is_known(day("2026-12-31")) && !is_known(day("2027-01-01")));
    }

    #[test]
    fn working_days_are_counted_over_holidays() {
        for (from, to, count) in [
            ("2022-03-11", "2022-03-14", 1),
            ("2022-03-12", "2022-03-14", 1),
            ("2022-03-14", "2022-03-14", 0),
            // Friday before 清明 to the Wednesday after: Saturday is worked, then the Wednesday itself.
            ("2022-04-01", "2022-04-06", 2),
            ("2022-09-30", "2022-10-10", 3),
            ("2021-12-31", "2022-01-04", 1),
            ("2022-03-16", "2022-03-14", -2),
        ] {
            assert_eq!(between(day(from), day(to)), count, "{from} {to}");
        }
        assert_eq!(after(day("2022-04-01"), 2), day("2022-04-06"));
        assert_eq!(after(day("2022-03-13"), 0), day("2022-03-13"));
        assert_eq!(on_or_after(day("2022-04-03")), day("2022-04-06"));
    }

    /// Day by day over all the years with data and beyond: the sum, the step and the question agree.
    #[test]
    fn counting_and_stepping_agree() {
        let first = day("2019-06-01");
        let mut count = 0;
        let mut today = first;
        for _ in 0..3_300 {
            today = plus_days(today, 1);
            count += i64::from(is_working_day(today));
            assert_eq!(between(first, today), count, "{today}");
            assert_eq!(between(today, first), -count, "{today}");
            if is_working_day(today) {
                assert_eq!(after(first, u32::try_from(count).unwrap()), today);
            }
        }
    }

    #[test]
    fn days_go_to_numbers_and_back() {
        for text in [
            "0001-01-01",
            "1970-01-01",
            "2000-02-29",
            "2022-03-13",
            "9999-12-31",
        ] {
            assert_eq!(of_number(number(day(text))), day(text));
        }
        assert_eq!(number(day("1970-01-01")), 0);
        assert_eq!(plus_days(day("2024-02-28"), 2), day("2024-03-01"));
        assert_eq!(plus_days(day("9999-12-30"), i64::MAX), day("9999-12-31"));
        assert_eq!(days_between(day("2022-03-13"), day("2022-03-20")), 7);
    }

    /// What is swapped is what can be: a weekday off, a weekend worked, each once and in order, from a published notice.
    #[test]
    fn every_notice_swaps_what_can_be_swapped() {
        for (index, year) in YEARS.iter().enumerate() {
            assert_eq!(usize::from(year.number), 2020 + index);
            assert!(
                year.papers
                    .iter()
                    .all(|paper| paper.contains("www.gov.cn/zhengce"))
            );
            for (days, weekend) in [(year.off, false), (year.worked, true)] {
                assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
                for place in days {
                    let day = Day {
                        year: year.number,
                        month: u8::try_from(place / 100).unwrap(),
                        day: u8::try_from(place % 100).unwrap(),
                    };
                    assert_eq!(weekday(number(day)) >= 5, weekend, "{day}");
                }
            }
        }
    }
}
