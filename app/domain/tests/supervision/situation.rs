//! Daily situation reports: what is taken, what is refused and why, and that no total is told without its coverage.

use crate::world::{
    ADMINISTRATOR, BUREAU, CENTRE, DEPARTMENT, HOME, HOME_OFFICER, INSPECTOR, ORGANISER,
    OTHER_HOME, OVERSEER, STRANGER, World,
};
use domain::body::{BodyCommand, FIGURE_LIMIT};
use domain::id::{BodyId, PersonId};
use domain::instant::Day;
use domain::permission::{Act, PermissionRefusal};
use domain::situation::{
    Bound, COMPARABLE_DAYS, Covered, DAYS_BACK, Figure, Registered, Report, STOCK_LIMIT,
    SituationCommand, SituationId, SituationRefusal, Surprise, surprises,
};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use uuid::Uuid;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn today() -> Day {
    day("2022-03-13")
}

fn report() -> Report {
    Report {
        residents: 10,
        staff: 5,
        on_site: 4,
        infections: 0,
        isolated: 2,
        tests_due: 15,
        tests_done: 12,
        vaccinated: 13,
        stock_days: 14,
        note: String::new(),
    }
}

fn about(body: BodyId, day: Day, command: SituationCommand) -> Command {
    Command::Situation { body, day, command }
}

fn first(report: Report) -> SituationCommand {
    SituationCommand::Report {
        report,
        confirmed: Vec::new(),
    }
}

fn reporting(report: Report) -> Command {
    about(HOME, today(), first(report))
}

fn correcting(corrects: u32, reason: &str, report: Report) -> Command {
    let command = SituationCommand::Correct {
        corrects,
        reason: reason.into(),
        report,
        confirmed: vec![Surprise::Infections { found: 1 }],
    };
    about(HOME, today(), command)
}

fn reminding(body: BodyId, day: Day) -> Command {
    about(body, day, SituationCommand::Remind)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> Refusal {
    answer.expect_err("it should be refused")
}

#[test]
fn a_report_is_of_one_body_and_one_day_wherever_it_is_made() {
    let id = SituationId::of(HOME, today());
    assert_eq!(id, SituationId::of(HOME, today()));
    assert_ne!(id, SituationId::of(HOME, day("2022-03-14")));
    assert_ne!(id, SituationId::of(OTHER_HOME, today()));
    assert_eq!(id.0.get_version_num(), 8);
}

#[test]
fn who_may_report_and_who_may_ask_for_reports() {
    let world = World::new();
    let report = reporting(report());
    let remind = reminding(HOME, today());
    let no_role = |act| Err(Refusal::Permission(PermissionRefusal::NoSuchRole(act)));
    for (person, command, expected) in [
        (HOME_OFFICER, &report, Ok(())),
        // A regulator reports for an institution that telephones.
        (DEPARTMENT, &report, Ok(())),
        (ORGANISER, &report, no_role(Act::ReportSituation)),
        (OVERSEER, &report, no_role(Act::ReportSituation)),
        (INSPECTOR, &report, no_role(Act::ReportSituation)),
        (
            STRANGER,
            &report,
            Err(Refusal::Permission(PermissionRefusal::UnknownPerson)),
        ),
        (ORGANISER, &remind, Ok(())),
        (OVERSEER, &remind, Ok(())),
        (DEPARTMENT, &remind, Ok(())),
        (HOME_OFFICER, &remind, no_role(Act::ChaseReports)),
    ] {
        assert_eq!(
            world.ask(person, command).map(|_| ()),
            expected,
            "{person} {command:?}"
        );
    }
    let elsewhere = about(OTHER_HOME, today(), first(self::report()));
    assert_eq!(
        refused(world.ask(HOME_OFFICER, &elsewhere)),
        PermissionRefusal::OutOfScope(Act::ReportSituation).into()
    );
}

#[test]
fn a_report_that_cannot_be_is_refused_and_says_why() {
    let world = World::new();
    let with = |figure, value| {
        let mut changed = report();
        changed.set(figure, value);
        changed
    };
    let above = |figure, most, of| SituationRefusal::Above { figure, most, of };
    let large = |figure, limit| SituationRefusal::TooLarge { figure, limit };
    let noted = |note: String| Report { note, ..report() };
    for (report, expected) in [
        (
            with(Figure::TestsDone, 16),
            above(Figure::TestsDone, 15, Bound::TestsDue),
        ),
        (
            with(Figure::OnSite, 6),
            above(Figure::OnSite, 5, Bound::Staff),
        ),
        (
            with(Figure::Infections, 16),
            above(Figure::Infections, 15, Bound::Heads),
        ),
        (
            with(Figure::Isolated, 16),
            above(Figure::Isolated, 15, Bound::Heads),
        ),
        (
            with(Figure::Vaccinated, 16),
            above(Figure::Vaccinated, 15, Bound::Heads),
        ),
        (
            with(Figure::Residents, FIGURE_LIMIT + 1),
            large(Figure::Residents, FIGURE_LIMIT),
        ),
        (
            with(Figure::TestsDue, u32::MAX),
            large(Figure::TestsDue, FIGURE_LIMIT),
        ),
        (
            with(Figure::StockDays, STOCK_LIMIT + 1),
            large(Figure::StockDays, STOCK_LIMIT),
        ),
        (
            noted("很".repeat(10_000)),
            SituationRefusal::Note(WordingRefusal::TooLong { limit: 4_000 }),
        ),
        (
            noted("一切\u{202E}正常".into()),
            SituationRefusal::Note(WordingRefusal::Unprintable { code: 0x202E }),
        ),
    ] {
        let refusal = refused(world.ask(HOME_OFFICER, &reporting(report)));
        assert_eq!(refusal, Refusal::Situation(expected));
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
    // All of it at once is for the form to show; nothing of everything is a report.
    assert_eq!(report().faults(), []);
    assert_eq!(Report::default().faults(), []);
    assert!(
        world
            .ask(HOME_OFFICER, &reporting(Report::default()))
            .is_ok()
    );
}

#[test]
fn a_day_is_reported_while_it_can_be_known() {
    let world = World::new();
    let first = today().plus(-DAYS_BACK);
    for (body, day, expected) in [
        (HOME, today(), Ok(())),
        (HOME, first, Ok(())),
        (
            HOME,
            today().plus(1),
            Err(SituationRefusal::Future { today: today() }),
        ),
        (
            HOME,
            first.plus(-1),
            Err(SituationRefusal::TooOld { first }),
        ),
    ] {
        let command = about(body, day, self::first(report()));
        let answer = world.ask(HOME_OFFICER, &command).map(|_| ());
        assert_eq!(answer, expected.map_err(Refusal::Situation), "{day}");
    }
    for (body, expected) in [
        (CENTRE, SituationRefusal::NotAnInstitution),
        (BUREAU, SituationRefusal::NotAnInstitution),
        (BodyId(Uuid::from_u128(77)), SituationRefusal::BodyUnknown),
    ] {
        let refusal = refused(world.ask(ORGANISER, &reminding(body, today())));
        assert_eq!(refusal, expected.into());
    }
}

#[test]
fn a_report_is_corrected_by_a_report_that_names_it() {
    // given a report, when it is made again, then it is refused
    let mut world = World::new();
    world.does(HOME_OFFICER, &reporting(report())).unwrap();
    assert_eq!(
        refused(world.ask(HOME_OFFICER, &reporting(report()))),
        SituationRefusal::AlreadyReported.into()
    );
    // when it is corrected, then the correction names it
    let found = Report {
        infections: 1,
        ..report()
    };
    let correct = |number| correcting(number, "复核结果为阳性", found.clone());
    let events = world.ask(HOME_OFFICER, &correct(1)).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event.kind(), "situation.corrected");
    assert!(events[0].event.body().contains(r#""corrects":1"#));
    // and it reads as it was written
    let body = events[0].event.body();
    assert_eq!(
        Event::decode("situation.corrected", &body),
        Ok(events[0].event.clone())
    );
    world.does(HOME_OFFICER, &correct(1)).unwrap();
    let id = SituationId::of(HOME, today());
    assert_eq!(world.facts.situation(id).number, 2);
    assert_eq!(world.facts.situation(id).report, Some(found.clone()));
    // and whoever did not see the correction is told, and no other correction gets through without a change and a reason
    for (person, command, expected) in [
        (
            DEPARTMENT,
            correct(1),
            SituationRefusal::CorrectedMeanwhile { latest: 2 },
        ),
        (
            HOME_OFFICER,
            correct(3),
            SituationRefusal::CorrectedMeanwhile { latest: 2 },
        ),
        (HOME_OFFICER, correct(2), SituationRefusal::NothingChanged),
        (
            HOME_OFFICER,
            correcting(2, "  ", report()),
            SituationRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            HOME_OFFICER,
            correcting(
                2,
                "笔误",
                Report {
                    tests_done: 500,
                    ..report()
                },
            ),
            SituationRefusal::Above {
                figure: Figure::TestsDone,
                most: 15,
                of: Bound::TestsDue,
            },
        ),
    ] {
        assert_eq!(refused(world.ask(person, &command)), expected.into());
    }
    let other_day = SituationCommand::Correct {
        corrects: 0,
        reason: "笔误".into(),
        report: report(),
        confirmed: Vec::new(),
    };
    assert_eq!(
        refused(world.ask(HOME_OFFICER, &about(HOME, today().plus(-1), other_day))),
        SituationRefusal::NotReported.into()
    );
}

#[test]
fn a_missing_report_is_asked_for_once_an_hour() {
    let mut world = World::new();
    world.does(ORGANISER, &reminding(HOME, today())).unwrap();
    let again = |world: &World, person: PersonId| world.ask(person, &reminding(HOME, today()));
    assert_eq!(
        refused(again(&world, OVERSEER)),
        SituationRefusal::RemindedLately.into()
    );
    assert!(
        world
            .ask(ORGANISER, &reminding(OTHER_HOME, today()))
            .is_ok()
    );
    let reason = "Closed".to_owned();
    let close = Command::Body {
        id: OTHER_HOME,
        command: BodyCommand::Close { reason },
    };
    world.does(ADMINISTRATOR, &close).unwrap();
    assert_eq!(
        refused(world.ask(ORGANISER, &reminding(OTHER_HOME, today()))),
        SituationRefusal::Gone.into()
    );
    world.now = world.now.plus_hours(1);
    assert!(again(&world, OVERSEER).is_ok());
    world.does(HOME_OFFICER, &reporting(report())).unwrap();
    assert_eq!(
        refused(again(&world, OVERSEER)),
        SituationRefusal::NotMissing.into()
    );
}

#[test]
fn what_surprises_is_measured_against_the_institution_and_the_last_report() {
    let registered = Registered {
        residents: 100,
        staff: 40,
        capacity: 120,
    };
    let usual = Report {
        residents: 100,
        staff: 40,
        on_site: 30,
        isolated: 4,
        tests_due: 100,
        tests_done: 90,
        vaccinated: 110,
        stock_days: 20,
        ..Report::default()
    };
    let yesterday = today().plus(-1);
    let moved = |figure, from, to, since| Surprise::Moved {
        figure,
        from,
        to,
        since,
    };
    let full = |residents| Surprise::OverCapacity {
        residents,
        capacity: 120,
    };
    let since = Some(yesterday);
    let cases: Vec<(Figure, u32, Vec<Surprise>)> = vec![
        // A quarter is no surprise, one more is.
        (Figure::Residents, 75, vec![]),
        (
            Figure::Residents,
            74,
            vec![moved(Figure::Residents, 100, 74, since)],
        ),
        (Figure::Residents, 120, vec![]),
        (Figure::Residents, 121, vec![full(121)]),
        (
            Figure::Residents,
            126,
            vec![full(126), moved(Figure::Residents, 100, 126, since)],
        ),
        // Neither are ten, however large a part they are.
        (Figure::Isolated, 14, vec![]),
        (
            Figure::Isolated,
            15,
            vec![moved(Figure::Isolated, 4, 15, since)],
        ),
        (
            Figure::Infections,
            1,
            vec![Surprise::Infections { found: 1 }],
        ),
        (
            Figure::Infections,
            40,
            vec![Surprise::Infections { found: 40 }],
        ),
        (
            Figure::StockDays,
            31,
            vec![moved(Figure::StockDays, 20, 31, since)],
        ),
        (Figure::TestsDue, 140, vec![]),
        (
            Figure::TestsDue,
            141,
            vec![Surprise::TestsAboveHeads {
                due: 141,
                heads: 140,
            }],
        ),
        (Figure::TestsDone, 0, vec![]),
    ];
    for (figure, value, expected) in cases {
        let mut report = usual.clone();
        report.set(figure, value);
        let found = surprises(&report, registered, Some((yesterday, &usual)));
        assert_eq!(found, expected, "{figure:?} {value}");
        for surprise in found {
            assert_eq!(surprise.figure(), figure);
            for language in Language::ALL {
                assert!(surprise.text(language).contains(&value.to_string()));
            }
        }
    }
    // Without a report before, it is compared with what is registered; infections are told of then, too.
    assert_eq!(surprises(&usual, registered, None), []);
    let mut report = usual.clone();
    report.staff = 60;
    report.infections = 1;
    let found = surprises(&report, registered, None);
    let expected = [
        moved(Figure::Staff, 40, 60, None),
        Surprise::Infections { found: 1 },
    ];
    assert_eq!(found, expected);
    // Who was too full before was asked about then, and is asked again when it is fuller; and infections that go on are compared.
    let before = Report {
        residents: 125,
        infections: 3,
        ..usual.clone()
    };
    let next = |residents, infections| {
        let report = Report {
            residents,
            infections,
            ..usual.clone()
        };
        surprises(&report, registered, Some((yesterday, &before)))
    };
    assert_eq!(next(125, 4), []);
    assert_eq!(
        next(126, 14),
        [full(126), moved(Figure::Infections, 3, 14, since)]
    );
    // Where the beds are not known, no number of residents is too many for them.
    let unknown = Registered {
        capacity: 0,
        ..registered
    };
    assert_eq!(surprises(&before, unknown, Some((yesterday, &before))), []);
    let mut full = usual.clone();
    full.residents = 122;
    assert_eq!(surprises(&full, unknown, Some((yesterday, &usual))), []);
}

#[test]
fn what_surprises_is_taken_once_it_is_said_to_be_so() {
    // given a report, when the next has thirty residents in twelve beds, then it is asked about
    let mut world = World::new();
    let of = |day: Day, command| about(HOME, day, command);
    let day = today().plus(-1);
    world.does(HOME_OFFICER, &of(day, first(report()))).unwrap();
    let full = Report {
        residents: 30,
        ..report()
    };
    let capacity = Surprise::OverCapacity {
        residents: 30,
        capacity: 12,
    };
    let moved = |from, to, since| Surprise::Moved {
        figure: Figure::Residents,
        from,
        to,
        since,
    };
    let since = Some(day);
    let confirming = |confirmed| SituationCommand::Report {
        report: full.clone(),
        confirmed,
    };
    for (confirmed, asked) in [
        (vec![], vec![capacity, moved(10, 30, since)]),
        (vec![capacity], vec![moved(10, 30, since)]),
        // What was said to be so of another report, or of another day before, is not this.
        (
            vec![capacity, moved(11, 30, since), moved(10, 30, None)],
            vec![moved(10, 30, since)],
        ),
    ] {
        let refusal = refused(world.ask(HOME_OFFICER, &of(today(), confirming(confirmed))));
        assert_eq!(refusal, SituationRefusal::Surprising(asked).into());
    }
    // and taken, with what was confirmed on the record, and nothing that was not asked
    let stray = Surprise::Infections { found: 9 };
    let all = vec![stray, capacity, moved(10, 30, since)];
    let events = world.ask(HOME_OFFICER, &of(today(), confirming(all.clone())));
    let Event::Situation(domain::situation::SituationEvent::Reported { confirmed, .. }) =
        &events.unwrap()[0].event
    else {
        panic!("it is reported")
    };
    assert_eq!(*confirmed, [capacity, moved(10, 30, since)]);
    world
        .does(HOME_OFFICER, &of(today(), confirming(all)))
        .unwrap();
    // and its correction is asked about what is new in it only
    let correct = |residents, confirmed| {
        let report = Report {
            residents,
            tests_done: 11,
            ..full.clone()
        };
        of(
            today(),
            SituationCommand::Correct {
                corrects: 1,
                reason: "笔误".into(),
                report,
                confirmed,
            },
        )
    };
    assert!(world.ask(HOME_OFFICER, &correct(30, vec![])).is_ok());
    assert!(world.ask(HOME_OFFICER, &correct(11, vec![])).is_ok());
    let asked = vec![
        Surprise::OverCapacity {
            residents: 31,
            capacity: 12,
        },
        moved(10, 31, since),
    ];
    let refusal = refused(world.ask(HOME_OFFICER, &correct(31, vec![])));
    assert_eq!(refusal, SituationRefusal::Surprising(asked).into());
}

#[test]
fn a_report_is_compared_with_none_that_is_older_than_a_week() {
    let full = Report {
        residents: 12,
        infections: 1,
        ..report()
    };
    let confirmed = vec![Surprise::Infections { found: 1 }];
    for (days, asked) in [(COMPARABLE_DAYS, false), (COMPARABLE_DAYS + 1, true)] {
        let mut world = World::new();
        let command = SituationCommand::Report {
            report: full.clone(),
            confirmed: confirmed.clone(),
        };
        let before = about(HOME, today().plus(-days), command);
        world.does(HOME_OFFICER, &before).unwrap();
        let answer = world.ask(HOME_OFFICER, &reporting(full.clone()));
        assert_eq!(answer.is_err(), asked, "{days}");
    }
    // The nearest is the one, and the streams of all of them are read.
    let command = reporting(report());
    assert_eq!(command.reads().len(), 8);
    let command = reminding(HOME, today());
    assert_eq!(command.reads().len(), 1);
}

#[test]
fn no_total_is_told_without_its_coverage() {
    for (covered, chinese, english) in [
        (
            Covered::new(0, 589, 1),
            "0（仅已报机构，1家未报）",
            "0 among reporting institutions, 1 missing",
        ),
        (
            Covered::new(0, 590, 0),
            "0（590家全部已报）",
            "0 among all 590, none missing",
        ),
        (
            Covered::new(0, 0, 590),
            "—（590家均未报）",
            "— nothing reported, 590 missing",
        ),
        (Covered::default(), "—（没有机构）", "— no institutions"),
    ] {
        assert_eq!(covered.text(Language::Chinese), chinese);
        assert_eq!(covered.text(Language::English), english);
        assert_ne!(covered.text(Language::English), "0");
        assert_eq!(covered.is_complete(), covered.missing() == 0);
    }
}

#[test]
fn every_figure_is_set_and_read_by_its_name() {
    let mut report = Report::default();
    for (figure, value) in Figure::ALL.into_iter().zip(1..) {
        report.set(figure, value);
    }
    let values: Vec<u32> = Figure::ALL.map(|figure| report.get(figure)).to_vec();
    assert_eq!(values, (1..=9).collect::<Vec<_>>());
    let mut codes = Figure::ALL.map(Figure::code).to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Figure::ALL.len());
}

#[test]
pub fn every_refusal_of_situation_reports_is_met() {
    assert_every_refusal!(
        Situation, SituationRefusal by [
            a_report_is_of_one_body_and_one_day_wherever_it_is_made, who_may_report_and_who_may_ask_for_reports, a_report_that_cannot_be_is_refused_and_says_why, a_day_is_reported_while_it_can_be_known, a_report_is_corrected_by_a_report_that_names_it, a_missing_report_is_asked_for_once_an_hour, what_surprises_is_measured_against_the_institution_and_the_last_report, what_surprises_is_taken_once_it_is_said_to_be_so, a_report_is_compared_with_none_that_is_older_than_a_week, no_total_is_told_without_its_coverage, every_figure_is_set_and_read_by_its_name,
        ]:
        BodyUnknown, NotAnInstitution, Future, TooOld, AlreadyReported, NotReported, CorrectedMeanwhile, NothingChanged, Reason, Note, TooLarge, Above, Surprising, NotMissing, Gone, RemindedLately,
    );
}
