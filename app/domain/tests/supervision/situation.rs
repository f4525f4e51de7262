//! Daily situation reports: what is taken, what is refused and why, and that no total is told without its coverage.

use crate::world::{
    BUREAU, CENTRE, DEPARTMENT, HOME, HOME_OFFICER, INSPECTOR, ORGANISER, OTHER_HOME, OVERSEER,
    STRANGER, World,
};
use domain::body::FIGURE_LIMIT;
use domain::id::{BodyId, PersonId};
use domain::instant::Day;
use domain::permission::{Act, PermissionRefusal};
use domain::situation::{
    Bound, Covered, DAYS_BACK, Figure, Report, STOCK_LIMIT, SituationCommand, SituationId,
    SituationRefusal,
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
        residents: 86,
        staff: 41,
        on_site: 30,
        infections: 0,
        isolated: 2,
        tests_due: 127,
        tests_done: 120,
        vaccinated: 100,
        stock_days: 14,
        note: String::new(),
    }
}

fn about(body: BodyId, day: Day, command: SituationCommand) -> Command {
    Command::Situation { body, day, command }
}

fn reporting(report: Report) -> Command {
    about(HOME, today(), SituationCommand::Report(report))
}

fn correcting(corrects: u32, reason: &str, report: Report) -> Command {
    let command = SituationCommand::Correct {
        corrects,
        reason: reason.into(),
        report,
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
    let elsewhere = about(
        OTHER_HOME,
        today(),
        SituationCommand::Report(self::report()),
    );
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
            with(Figure::TestsDone, 128),
            above(Figure::TestsDone, 127, Bound::TestsDue),
        ),
        (
            with(Figure::OnSite, 42),
            above(Figure::OnSite, 41, Bound::Staff),
        ),
        (
            with(Figure::Infections, 128),
            above(Figure::Infections, 127, Bound::Heads),
        ),
        (
            with(Figure::Isolated, 128),
            above(Figure::Isolated, 127, Bound::Heads),
        ),
        (
            with(Figure::Vaccinated, 128),
            above(Figure::Vaccinated, 127, Bound::Heads),
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
        let command = about(body, day, SituationCommand::Report(report()));
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
                most: 127,
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
    world.now = world.now.plus_hours(1);
    assert!(again(&world, OVERSEER).is_ok());
    world.does(HOME_OFFICER, &reporting(report())).unwrap();
    assert_eq!(
        refused(again(&world, OVERSEER)),
        SituationRefusal::NotMissing.into()
    );
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
fn every_refusal_of_situation_reports_is_met() {
    assert_every_refusal!(
        Situation, SituationRefusal by [
            a_report_is_of_one_body_and_one_day_wherever_it_is_made, who_may_report_and_who_may_ask_for_reports, a_report_that_cannot_be_is_refused_and_says_why, a_day_is_reported_while_it_can_be_known, a_report_is_corrected_by_a_report_that_names_it, a_missing_report_is_asked_for_once_an_hour, no_total_is_told_without_its_coverage, every_figure_is_set_and_read_by_its_name,
        ]:
        BodyUnknown, NotAnInstitution, Future, TooOld, AlreadyReported, NotReported, CorrectedMeanwhile, NothingChanged, Reason, Note, TooLarge, Above, NotMissing, RemindedLately,
    );
}
