//! How a finding stands with its deadline. All of it counts in working days ([`crate::working_day`]).
//!
//! While the regulator's support is late the institution's clock stands still: what was due after the support was due cannot be late
//! before the support is there, and then moves by the working days it was late.
//!
//! A deadline is the last day of it, a working day when it was set ([`ends`]). Events carry it and whatever reads them takes it as it is:
//! a later edition of the calendar changes how many working days are left, and never the day.

use serde::{Deserialize, Serialize};

use crate::instant::Day;
use crate::working_day;

/// The last day of a deadline that is set for a day: where that is a day off, the next working day.
#[must_use]
pub fn ends(day: Day) -> Day {
    working_day::on_or_after(day)
}

/// As seen on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Standing {
    /// Nothing is due of the institution.
    None,
    Running {
        due: Day,
        /// Working days left; 0 on the day itself.
        left: u32,
    },
    Late {
        due: Day,
        /// Working days late.
        by: u32,
    },
    /// Support that was due before is late: nothing counts as the institution's delay.
    Suspended { due: Day, support_due: Day },
}

impl Standing {
    /// Of what is due, by its last day; `support_due` is the earliest last day for support that is not there yet.
    pub fn of(due: Option<Day>, support_due: Option<Day>, today: Day) -> Standing {
        let Some(due) = due else {
            return Standing::None;
        };
        if let Some(support_due) = support_due
            && support_due < due
            && support_due < today
        {
            return Standing::Suspended { due, support_due };
        }
        let left = working_day::between(today, due);
        if today <= due {
            Standing::Running {
                due,
                left: count(left),
            }
        } else {
            Standing::Late {
                due,
                by: count(-left),
            }
        }
    }

    pub const fn is_late(self) -> bool {
        matches!(self, Standing::Late { .. })
    }

    pub const fn due(self) -> Option<Day> {
        match self {
            Standing::None => None,
            Standing::Running { due, .. }
            | Standing::Late { due, .. }
            | Standing::Suspended { due, .. } => Some(due),
        }
    }
}

/// Working days from a day until another; 0 when it is not later.
pub fn late_by(due: Day, on: Day) -> u32 {
    count(working_day::between(due, on))
}

/// Days of one late support: after `due`, up to and with `provided`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub due: Day,
    pub provided: Day,
}

impl Wait {
    fn has(self, day: Day) -> bool {
        self.due < day && day <= self.provided
    }
}

/// Where a deadline moves when support comes late: by every working day waited that was not waited for other support already,
/// as long as the deadline, moved so far, had not passed.
pub fn moved(complete_by: Day, wait: Wait, before: &[Wait]) -> Day {
    /// Longer than any support is waited for; bounds the walk.
    const LONGEST: i64 = 3_660;
    let mut due = complete_by;
    let days = working_day::days_between(wait.due, wait.provided).min(LONGEST);
    for offset in 1..=days {
        let day = working_day::plus_days(wait.due, offset);
        if day > due {
            break;
        }
        if working_day::is_working_day(day) && !before.iter().any(|earlier| earlier.has(day)) {
            due = working_day::after(due, 1);
        }
    }
    due
}

fn count(days: i64) -> u32 {
    u32::try_from(days.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_deadline_stands_still_while_support_is_late() {
        for (due, support, today, expected) in [
            (None, None, "2022-03-14", Standing::None),
            (
                Some("2022-03-18"),
                None,
                "2022-03-14",
                Standing::Running {
                    due: day("2022-03-18"),
                    left: 4,
                },
            ),
            // A day that a later edition of the calendar calls a day off stays the last one.
            (
                Some("2022-03-20"),
                Some("2022-03-19"),
                "2022-03-19",
                Standing::Running {
                    due: day("2022-03-20"),
                    left: 0,
                },
            ),
            (
                Some("2022-03-20"),
                None,
                "2022-03-21",
                Standing::Late {
                    due: day("2022-03-20"),
                    by: 1,
                },
            ),
            (
                Some("2022-03-18"),
                None,
                "2022-03-22",
                Standing::Late {
                    due: day("2022-03-18"),
                    by: 2,
                },
            ),
            // Support was due before, and is not there.
            (
                Some("2022-03-18"),
                Some("2022-03-16"),
                "2022-03-22",
                Standing::Suspended {
                    due: day("2022-03-18"),
                    support_due: day("2022-03-16"),
                },
            ),
            // Support is not late yet.
            (
                Some("2022-03-18"),
                Some("2022-03-16"),
                "2022-03-16",
                Standing::Running {
                    due: day("2022-03-18"),
                    left: 2,
                },
            ),
            // Support was due after the institution's own day: no excuse.
            (
                Some("2022-03-18"),
                Some("2022-03-21"),
                "2022-03-23",
                Standing::Late {
                    due: day("2022-03-18"),
                    by: 3,
                },
            ),
        ] {
            let standing = Standing::of(due.map(day), support.map(day), day(today));
            assert_eq!(standing, expected, "{due:?} {support:?} {today}");
        }
    }

    #[test]
    fn a_deadline_set_for_a_day_off_ends_with_the_next_working_day() {
        for (named, last) in [
            ("2022-03-18", "2022-03-18"),
            ("2022-03-20", "2022-03-21"),
            ("2022-04-03", "2022-04-06"),
            ("2027-01-02", "2027-01-04"),
        ] {
            assert_eq!(ends(day(named)), day(last));
        }
    }

    #[test]
    fn late_support_moves_the_deadline_by_the_working_days_it_was_late() {
        let wait = |due, provided| Wait {
            due: day(due),
            provided: day(provided),
        };
        for (complete_by, late, before, expected) in [
            // In time, or on the day: nothing moves.
            (
                "2022-03-18",
                wait("2022-03-16", "2022-03-16"),
                vec![],
                "2022-03-18",
            ),
            // Two working days late; two working days more, over a weekend.
            (
                "2022-03-18",
                wait("2022-03-15", "2022-03-17"),
                vec![],
                "2022-03-22",
            ),
            // Late beyond the deadline: every day waited counts.
            (
                "2022-03-18",
                wait("2022-03-17", "2022-03-23"),
                vec![],
                "2022-03-24",
            ),
            // Due when the deadline had passed already: the institution was late by itself.
            (
                "2022-03-18",
                wait("2022-03-21", "2022-03-25"),
                vec![],
                "2022-03-18",
            ),
            // Waited for other support on the same days: counted once.
            (
                "2022-03-22",
                wait("2022-03-15", "2022-03-18"),
                vec![wait("2022-03-14", "2022-03-17")],
                "2022-03-23",
            ),
            // 清明: 3 to 5 April are no working days.
            (
                "2022-04-08",
                wait("2022-04-01", "2022-04-06"),
                vec![],
                "2022-04-12",
            ),
        ] {
            assert_eq!(
                moved(day(complete_by), late, &before),
                day(expected),
                "{complete_by} {late:?}"
            );
        }
    }

    #[test]
    fn an_institution_is_never_late_for_what_it_waited_for() {
        // given support due before the deadline, provided on any later day, then on that day nothing is late
        let (complete_by, support) = (day("2022-03-25"), day("2022-03-21"));
        for late in 0..60 {
            let provided = working_day::after(support, late);
            let wait = Wait {
                due: support,
                provided,
            };
            let due = moved(complete_by, wait, &[]);
            assert!(
                !Standing::of(Some(due), None, provided).is_late(),
                "{provided}"
            );
            // and what was left when the support fell due is left now
            let left = working_day::between(support, complete_by);
            assert_eq!(working_day::between(provided, due), left, "{provided}");
        }
    }
}
