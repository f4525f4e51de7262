//! Thirty days of situation reports from 13 March 2022 on: what spring was like in institutions that hold. A few reports are late, a
//! few missing, a few corrected, so that lists and totals have something to show.

use std::collections::BTreeMap;

use domain::Command;
use domain::body::Particulars;
use domain::id::{BodyId, PersonId};
use domain::instant::{Day, Instant};
use domain::situation::{Report, SituationCommand, comparable_days, surprises};

use super::bodies::NAMED_INSTITUTIONS;
use super::{DemoStep, identity, people};

pub const DAYS: i64 = 30;

const FIRST: Day = Day {
    year: 2022,
    month: 3,
    day: 13,
};

/// An hour of a day of the thirty, in the city's time.
fn moment(after: i64, hour: i64, minute: i64) -> Instant {
    super::moment(13 + after, hour, minute)
}

/// A figure of a hundred that only depends on the institution and the day.
fn drawn(what: &str, body: BodyId, day: Day) -> u32 {
    let drawn = identity::spread(what, &format!("{body}/{day}"), 1_000);
    u32::try_from(drawn).unwrap_or_default()
}

fn report(body: BodyId, known: &Particulars, day: Day, after: i64) -> Report {
    let (residents, staff) = (known.residents, known.staff);
    let heads = residents + staff;
    // Fully closed: most of the staff stay in, the others wait outside for their turn.
    let on_site = staff * (64 + drawn("on site", body, day) % 14) / 100;
    let tests_due = residents + on_site;
    // Now and then a test is left for tomorrow.
    let left = match drawn("tests", body, day) {
        0..60 => tests_due / 20,
        60..200 => 1.min(tests_due),
        _ => 0,
    };
    let vaccinated = heads * 82 / 100 + heads * u32::try_from(after).unwrap_or_default() / 300;
    Report {
        residents,
        staff,
        on_site,
        infections: 0,
        isolated: match drawn("isolated", body, day) {
            0..25 => 3.min(heads),
            25..70 => 1.min(heads),
            _ => 0,
        },
        tests_due,
        tests_done: tests_due - left,
        vaccinated: vaccinated.min(heads),
        // A day less every day, until a delivery comes.
        stock_days: 29
            - (drawn("stock", body, FIRST) + u32::try_from(after).unwrap_or_default()) % 25,
        note: String::new(),
    }
}

/// Nothing was heard of it on this day: no more than one in three hundred, and never of a named one.
fn is_missing(body: BodyId, day: Day) -> bool {
    drawn("missing", body, day) < 3
}

/// Each named institution reports for itself; for the others the division does, whom they telephone.
pub fn reports(institutions: &[(BodyId, Particulars)]) -> Vec<DemoStep> {
    let mut last: BTreeMap<BodyId, (Day, Report)> = BTreeMap::new();
    let division = people::person("elder-care-officer");
    let of_own = |body: BodyId| -> Option<PersonId> {
        let named = NAMED_INSTITUTIONS.iter().find(|named| named.id() == body)?;
        Some(people::person(named.key))
    };
    let mut steps = Vec::new();
    for after in 0..DAYS {
        let day = FIRST.plus(after);
        let mut early = Vec::new();
        let mut late = Vec::new();
        let mut corrections = Vec::new();
        for (body, known) in institutions {
            let own = of_own(*body);
            if own.is_none() && is_missing(*body, day) {
                continue;
            }
            let report = report(*body, known, day, after);
            // Who reports was asked about what surprises, and it is so.
            let before = last.insert(*body, (day, report.clone()));
            let before =
                before.filter(|(before, _)| comparable_days(day).any(|day| day == *before));
            let before = before.as_ref().map(|(day, report)| (*day, report));
            let confirmed = surprises(&report, known.into(), before);
            let step = |at, command| DemoStep {
                actor: own.unwrap_or(division),
                at,
                command: Command::Situation {
                    body: *body,
                    day,
                    command,
                },
            };
            if own.is_some() {
                early.push(step(
                    moment(after, 9, 30),
                    SituationCommand::Report {
                        report: report.clone(),
                        confirmed,
                    },
                ));
            } else if drawn("late", *body, day) < 15 {
                late.push(step(
                    moment(after, 19, 0),
                    SituationCommand::Report {
                        report: report.clone(),
                        confirmed,
                    },
                ));
            } else {
                early.push(step(
                    moment(after, 16, 0),
                    SituationCommand::Report {
                        report: report.clone(),
                        confirmed,
                    },
                ));
            }
            if drawn("corrected", *body, day) < 4 && report.tests_done < report.tests_due {
                let correct = SituationCommand::Correct {
                    corrects: 1,
                    reason: "补检后更新检测数".to_owned(),
                    report: Report {
                        tests_done: report.tests_due,
                        ..report
                    },
                    confirmed: Vec::new(),
                };
                corrections.push(step(moment(after, 20, 0), correct));
            }
        }
        // Steps of one person at one time stand together.
        early.sort_by_key(|step| (step.at, step.actor));
        corrections.sort_by_key(|step| (step.at, step.actor));
        steps.extend(early.into_iter().chain(late).chain(corrections));
    }
    steps
}
