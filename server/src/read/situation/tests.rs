use app::api::view::{ReportState, SituationRow};
use app::list::{Asked, PAGE_SIZE};
use domain::body::{Amendment, BodyCommand, Particulars};
use domain::situation::{Covered, Report, SituationCommand, SituationRefusal, Surprise, surprises};
use domain::{Command, Refusal};
use form::Texts;
use uuid::Uuid;

use super::*;
use crate::figures::count as count_figures;
use crate::http::fixture::Fixture;
use crate::ingest::IngestError;
use crate::read::list::Rows;
use crate::store::contract::fresh_postgres_url;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// An hour of 13 March 2022 in the city.
fn at(hour: i64) -> Instant {
    Instant(1_647_100_800_000).plus_hours(hour)
}

fn report(infections: u32) -> Report {
    Report {
        residents: 20,
        staff: 10,
        on_site: 8,
        infections,
        tests_due: 30,
        tests_done: 28,
        stock_days: 7,
        ..Report::default()
    }
}

impl Fixture {
    /// The report of an institution that has none before, by somebody who says that all of it is so.
    fn reporting(&self, body: BodyId, report: Report) -> SituationCommand {
        SituationCommand::Report {
            confirmed: self.surprising(body, &report),
            report,
        }
    }

    fn surprising(&self, body: BodyId, report: &Report) -> Vec<Surprise> {
        let known = self.server.ingest.world().known();
        surprises(report, known.directory.body(body).unwrap().into(), None)
    }

    async fn about(
        &self,
        who: &str,
        body: BodyId,
        command: SituationCommand,
        at: Instant,
    ) -> Result<(), IngestError> {
        self.about_day(who, (body, day("2022-03-13")), command, at)
            .await
    }

    async fn about_day(
        &self,
        who: &str,
        (body, day): (BodyId, Day),
        command: SituationCommand,
        at: Instant,
    ) -> Result<(), IngestError> {
        let command = Command::Situation { body, day, command };
        let done = self.server.ingest.command(self.person(who), &command, at);
        done.await.map(|_| ())
    }

    async fn rows(&self, who: &str, query: &[(&str, &str)]) -> Vec<SituationRow> {
        let pairs = query
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let asked = Asked::of(pairs);
        let wanted = Wanted {
            asked: &asked,
            language: Language::Chinese,
            rows: Rows::All,
        };
        let reader = self.server.reader(self.city.jurisdiction, self.person(who));
        reader.list_situation(wanted).await.unwrap().rows
    }
}

/// Given what an institution reported yesterday, when today's report moves from it, then it is asked about and what was said to be so is
/// shown for as long as the latest report says it.
#[tokio::test]
async fn what_moved_since_yesterday_is_asked_about_and_shown_while_it_stands() {
    let fixture = Fixture::new().await;
    let who = "welfare-home-1";
    let body = fixture.unit_of(fixture.person(who)).unwrap();
    let next = day("2022-03-14");
    let residents = |residents| Report {
        residents,
        staff: 10,
        on_site: 8,
        tests_due: 20,
        tests_done: 20,
        stock_days: 7,
        ..Report::default()
    };
    let first = fixture.reporting(body, residents(20));
    fixture.about(who, body, first, at(16)).await.unwrap();
    let moved = Surprise::Moved {
        figure: Figure::Residents,
        from: 20,
        to: 40,
        since: Some(day("2022-03-13")),
    };
    let said = |confirmed| SituationCommand::Report {
        report: residents(40),
        confirmed,
    };
    let of_next = (body, next);
    let asked = fixture
        .about_day(who, of_next, said(Vec::new()), at(32))
        .await;
    let Err(IngestError::Refused(Refusal::Situation(SituationRefusal::Surprising(open)))) = asked
    else {
        panic!("{asked:?}");
    };
    assert_eq!(open, [moved]);
    fixture
        .about_day(who, of_next, said(vec![moved]), at(32))
        .await
        .unwrap();
    let correct = |corrects, report| SituationCommand::Correct {
        corrects,
        reason: "笔误".into(),
        report,
        confirmed: Vec::new(),
    };
    let shown = async || {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(who));
        let view = reader.situation_report(body, next, at(40)).await;
        view.unwrap().unwrap().confirmed
    };
    assert_eq!(shown().await, [moved]);
    // Another figure is corrected: it was not asked again, and still is so.
    let other = Report {
        stock_days: 6,
        ..residents(40)
    };
    fixture
        .about_day(who, of_next, correct(1, other), at(33))
        .await
        .unwrap();
    assert_eq!(shown().await, [moved]);
    // The figure itself is: nothing of it stands.
    fixture
        .about_day(who, of_next, correct(2, residents(21)), at(34))
        .await
        .unwrap();
    assert_eq!(shown().await, []);
}

#[tokio::test]
async fn totals_carry_their_coverage_and_one_missing_report_is_no_zero() {
    // given a district in which all but one institution reported, one of them late, one corrected
    let fixture = Fixture::new().await;
    let (who, district) = ("fengtai-officer", "110106");
    let directory = fixture.server.ingest.world().known();
    let bodies: Vec<BodyId> = directory
        .directory
        .bodies()
        .filter(|(_, body)| {
            let own = body
                .district
                .as_ref()
                .is_some_and(|code| code.0 == district);
            own && body.kind.is_institution()
        })
        .map(|(id, _)| id)
        .collect();
    let (missing, rest) = bodies.split_first().unwrap();
    let (late, rest) = rest.split_first().unwrap();
    for body in rest {
        let command = fixture.reporting(*body, report(0));
        fixture.about(who, *body, command, at(16)).await.unwrap();
    }
    let command = fixture.reporting(*late, report(0));
    fixture.about(who, *late, command, at(17)).await.unwrap();
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person(who));
    // when the day is read
    let view = reader.situation(None, at(20)).await.unwrap();
    // then every total says that one is missing, in the district, of its kind and over the thirty days
    let reporting = u32::try_from(bodies.len()).unwrap() - 1;
    assert_eq!(view.day, day("2022-03-13"));
    let zero = Covered::new(0, reporting, 1);
    assert_eq!(view.all.covered(Figure::Infections), zero);
    assert_eq!(
        view.all.covered(Figure::TestsDone).sum(),
        28 * u64::from(reporting)
    );
    assert_eq!(view.all.covered(Figure::StockDays).sum(), 7);
    assert_eq!(view.districts.len(), 1);
    assert_eq!(view.districts[0].1, view.all);
    let of_kinds: u32 = view.kinds.iter().map(|(_, totals)| totals.reporting).sum();
    assert_eq!(of_kinds, reporting);
    assert_eq!(view.trend.len(), 30);
    assert_eq!(view.trend[29], (view.day, view.all));
    // the day before they were registered nothing was owed
    assert_eq!(view.trend[27].1, Totals::default());
    assert_eq!(view.trend[28].1.missing, reporting + 1);
    assert_eq!(reader.reports_to_chase(view.day).await.unwrap(), Some(1));
    // and the list tells who it is
    let rows = fixture.rows(who, &[("state", "missing")]).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].body.id, *missing);
    assert_eq!(fixture.rows(who, &[("state", "late")]).await.len(), 1);

    // when it is asked for, then the list says so, and when it comes the zero is proven
    fixture
        .about("organiser", *missing, SituationCommand::Remind, at(18))
        .await
        .unwrap();
    let rows = fixture.rows(who, &[("state", "missing")]).await;
    assert_eq!(rows[0].reminded_at, Some(at(18)));
    let command = fixture.reporting(*missing, report(1));
    fixture.about(who, *missing, command, at(19)).await.unwrap();
    let correct = SituationCommand::Correct {
        corrects: 1,
        reason: "复检为阴性".into(),
        report: report(0),
        confirmed: Vec::new(),
    };
    let counted = reader.situation(None, at(20)).await.unwrap();
    assert_eq!(counted.all.covered(Figure::Infections).sum(), 1);
    fixture
        .about(who, *missing, correct.clone(), at(20))
        .await
        .unwrap();
    let proven = reader.situation(None, at(21)).await.unwrap();
    assert!(proven.all.covered(Figure::Infections).is_complete());
    assert_eq!(proven.all.covered(Figure::Infections).sum(), 0);
    assert_eq!(proven.trend[29].1, proven.all);
    let rows = fixture.rows(who, &[("state", "corrected")]).await;
    assert_eq!(
        rows[0].reported_at,
        Some(at(19)),
        "as it was first reported"
    );
    // and whoever corrects what was corrected meanwhile is told
    let refused = fixture.about(who, *missing, correct, at(21)).await;
    assert!(
        matches!(refused, Err(IngestError::Refused(Refusal::Situation(_)))),
        "{refused:?}"
    );
    let whole = reader
        .situation_report(*missing, view.day, at(21))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((whole.number, whole.reports.len()), (2, 2));
    assert_eq!(whole.reports[1].reason.as_deref(), Some("复检为阴性"));
    // What was corrected came late all the same, and is found among what came late.
    assert!(whole.late);
    let rows = fixture.rows(who, &[("state", "late")]).await;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.late));
    let in_time = fixture.rows(who, &[("state", "reported")]).await;
    assert_eq!(in_time.len(), rest.len());
    assert!(in_time.iter().all(|row| !row.late));
    assert_eq!(whole.history.len(), 3, "asked for, reported, corrected");
    // the next day is offered what was reported
    let next = reader
        .situation_report(*missing, view.day.plus(1), at(30))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(next.before, Some((view.day, report(0))));
    // and the days after, until it says little of them
    for (after, offered) in [(COMPARABLE_DAYS, true), (COMPARABLE_DAYS + 1, false)] {
        let day = view.day.plus(after);
        let at = at(24 * after + 6);
        let later = reader.situation_report(*missing, day, at).await.unwrap();
        assert_eq!(later.unwrap().before.is_some(), offered, "{after}");
    }
}

#[tokio::test]
async fn an_institution_owes_its_own_report_and_sees_no_other() {
    let fixture = Fixture::new().await;
    let own = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let other = fixture.unit_of(fixture.person("sos-village")).unwrap();
    let today = day("2022-03-13");
    let reader = |who| {
        let person = fixture.person(who);
        fixture.server.reader(fixture.city.jurisdiction, person)
    };
    let owed = reader("welfare-home-1").reports_owed(today).await.unwrap();
    assert_eq!(owed.len(), 1);
    assert_eq!((owed[0].body.id, owed[0].reported), (own, false));
    // A regulator may report for all of them, and owes none; an organiser asks for them.
    for who in ["elder-care-officer", "organiser"] {
        assert_eq!(reader(who).reports_owed(today).await.unwrap(), []);
        let missing = reader(who).reports_to_chase(today).await.unwrap();
        assert_eq!(missing, Some(586), "{who}");
    }
    let chased = reader("welfare-home-1").reports_to_chase(today).await;
    assert_eq!(chased.unwrap(), None);
    assert_eq!(
        fixture
            .rows("welfare-home-1", &[("day", "2022-03-13")])
            .await
            .len(),
        1
    );
    for (body, day, seen) in [
        (own, today, true),
        (other, today, false),
        (own, today.plus(1), false),
        (
            fixture.unit_of(fixture.person("organiser")).unwrap(),
            today,
            false,
        ),
    ] {
        let reader = reader("welfare-home-1");
        let view = reader.situation_report(body, day, at(9)).await.unwrap();
        assert_eq!(view.is_some(), seen, "{body} {day}");
    }
    // given reports of an old day, when who owes one opens the page, then it is today's, due until 17:00 and late from then on
    let tomorrow = today.plus(1);
    let command = fixture.reporting(own, report(0));
    fixture
        .about("welfare-home-1", own, command, at(16))
        .await
        .unwrap();
    for (hour, late) in [(24 + 16, false), (24 + 17, true)] {
        let view = reader("welfare-home-1").situation(None, at(hour)).await;
        let view = view.unwrap();
        assert_eq!(view.day, tomorrow);
        assert_eq!((view.own[0].day, view.own[0].late), (tomorrow, late));
        let officer = reader("welfare-home-1");
        let whole = officer.situation_report(own, tomorrow, at(hour)).await;
        assert_eq!(whole.unwrap().unwrap().late, late, "{hour}");
    }
    let officer = reader("welfare-home-1");
    let whole = officer.situation_report(own, today, at(48)).await;
    assert!(!whole.unwrap().unwrap().late, "it came in time");
    let organiser = reader("organiser").situation(None, at(24 + 9)).await;
    assert_eq!(organiser.unwrap().day, today, "the last that has reports");
}

#[tokio::test]
async fn the_demo_city_has_thirty_days_of_reports_that_add_up() {
    let fixture = Fixture::new().await;
    let begun = std::time::Instant::now();
    crate::demo::take_daily(&fixture.server.ingest, &fixture.city)
        .await
        .unwrap();
    println!("thirty days in {:?}", begun.elapsed());
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let view = reader.situation(None, now()).await.unwrap();
    assert_eq!(view.day, day("2022-04-11"));
    assert_eq!(view.all.reporting + view.all.missing, 586);
    assert!(view.trend.iter().all(|(_, totals)| totals.reporting > 570));
    assert!(view.trend.iter().any(|(_, totals)| totals.missing > 0));
    let sum = |part: &[Totals]| -> Totals {
        let mut all = Totals {
            figures: [0, 0, 0, 0, 0, 0, 0, 0, u64::MAX],
            ..Totals::default()
        };
        for totals in part {
            all.reporting += totals.reporting;
            all.missing += totals.missing;
            for (place, (sum, value)) in all.figures.iter_mut().zip(totals.figures).enumerate() {
                *sum = if place == 8 {
                    value.min(*sum)
                } else {
                    *sum + value
                };
            }
        }
        all
    };
    let districts: Vec<Totals> = view.districts.iter().map(|(_, totals)| *totals).collect();
    let kinds: Vec<Totals> = view.kinds.iter().map(|(_, totals)| *totals).collect();
    assert_eq!(sum(&districts), view.all);
    assert_eq!(sum(&kinds), view.all);
    assert_eq!(view.trend[29].1, view.all);
    let page = fixture.rows("organiser", &[("day", "2022-03-20")]).await;
    assert_eq!(page.len(), 586);
    assert!(page.iter().any(|row| row.state == ReportState::Late));
    // Who asks for what is missing goes district by district, and by name in each.
    let known = fixture.server.ingest.world().known();
    let place = |row: &SituationRow| {
        let district = row
            .district
            .as_ref()
            .and_then(|code| known.directory.district(code));
        let district = district.map(|known| known.name.get("zh-Hans").to_owned());
        (district, row.body.name.get("zh-Hans").to_owned())
    };
    assert!(page.is_sorted_by_key(place));
    assert_ne!(page[0].district, page[585].district);
    assert!(page.len() > PAGE_SIZE as usize);
}

#[tokio::test]
async fn who_writes_over_what_they_have_not_seen_is_told_what_it_is() {
    // given a report that two people correct, each from the same page
    let fixture = Fixture::new().await;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let ingest = &fixture.server.ingest;
    let about = |command| Command::Situation {
        body: home,
        day: day("2022-03-13"),
        command,
    };
    let correct = |corrects, infections| {
        about(SituationCommand::Correct {
            corrects,
            reason: "复核".into(),
            report: report(infections),
            confirmed: fixture.surprising(home, &report(infections)),
        })
    };
    let send = async |who: &str, command: Command, seen, hour| {
        let person = fixture.person(who);
        ingest
            .command_seen(person, &command, Some(seen), at(hour))
            .await
    };
    let first = about(fixture.reporting(home, report(0)));
    send("welfare-home-1", first, 0, 9).await.unwrap();
    send("welfare-home-1", correct(1, 1), 1, 10).await.unwrap();
    // when the second sends, then nothing is done, and what happened is told
    let answer = send("welfare-home-1-discipline", correct(1, 2), 1, 11).await;
    let Err(IngestError::Changed(since)) = answer else {
        panic!("{answer:?}")
    };
    let told: Vec<(&str, u64)> = since
        .iter()
        .map(|event| (event.authored.kind.as_str(), event.version))
        .collect();
    assert_eq!(told, [("situation.corrected", 2)]);
    // and when it is sent again by who knows of it, it is done
    send("welfare-home-1-discipline", correct(2, 2), 2, 12)
        .await
        .unwrap();
    // Whoever could not have done it is refused, and learns nothing of what happened.
    for who in ["sos-village", "organiser"] {
        let answer = send(who, correct(3, 0), 0, 13).await;
        assert!(
            matches!(answer, Err(IngestError::Refused(Refusal::Permission(_)))),
            "{who}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn what_surprises_is_taken_from_who_says_that_it_is_so_and_stays_on_the_record() {
    // given a report of the day before, when the next tells of ten times as many residents, then the server asks
    let fixture = Fixture::new().await;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let first = fixture.reporting(home, report(0));
    fixture
        .about("welfare-home-1", home, first, at(16))
        .await
        .unwrap();
    let full = Report {
        residents: 2_000,
        ..report(0)
    };
    let next = |confirmed: Vec<Surprise>| Command::Situation {
        body: home,
        day: day("2022-03-14"),
        command: SituationCommand::Report {
            report: full.clone(),
            confirmed,
        },
    };
    let person = fixture.person("welfare-home-1");
    let send = async |command| {
        let ingest = &fixture.server.ingest;
        ingest.command(person, &command, at(40)).await
    };
    let refused = send(next(Vec::new())).await;
    let Err(IngestError::Refused(Refusal::Situation(SituationRefusal::Surprising(surprises)))) =
        refused
    else {
        panic!("{refused:?}")
    };
    let capacity = Surprise::OverCapacity {
        residents: 2_000,
        capacity: fixture
            .server
            .ingest
            .world()
            .known()
            .directory
            .body(home)
            .unwrap()
            .capacity,
    };
    let moved = Surprise::Moved {
        figure: Figure::Residents,
        from: 20,
        to: 2_000,
        since: Some(day("2022-03-13")),
    };
    assert_eq!(surprises, [capacity, moved]);
    // and takes it from who says so, which its page shows
    send(next(surprises.clone())).await.unwrap();
    let reader = fixture.server.reader(fixture.city.jurisdiction, person);
    let view = reader
        .situation_report(home, day("2022-03-14"), at(41))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.reports[0].confirmed, surprises);
    assert_eq!(view.registered.residents, 1_050);
}

#[tokio::test]
async fn in_sqlite_what_becomes_of_institutions_changes_no_day_that_is_over() {
    what_becomes_of_institutions_changes_no_day_that_is_over(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_what_becomes_of_institutions_changes_no_day_that_is_over() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    what_becomes_of_institutions_changes_no_day_that_is_over(fixture).await;
}

/// Given a day of which some institutions of a district reported and others did not, when one that reported and one that did not are closed
/// on the day after, one is merged into another, one moves to another district and one becomes of another kind, then everything told of the
/// day stays as it was, those gone owe nothing of the day they went but what one of them reported of it counts, those moved count where they
/// are, and pages show what the log says.
async fn what_becomes_of_institutions_changes_no_day_that_is_over(fixture: Fixture) {
    let (who, district) = ("oversight", "110106");
    let known = fixture.server.ingest.world().known();
    let directory = known.directory.clone();
    let is_of = |body: &Particulars| {
        body.kind == BodyKind::ElderCare
            && body
                .district
                .as_ref()
                .is_some_and(|code| code.0 == district)
    };
    let bodies = directory.active_bodies().filter(|(_, body)| is_of(body));
    let bodies: Vec<BodyId> = bodies.map(|(id, _)| id).take(6).collect();
    let [closed, silent, merged, into, moved, changed] = bodies[..] else {
        panic!("six homes")
    };
    let (over, next) = (day("2022-03-13"), day("2022-03-14"));
    let officer = "fengtai-officer";
    for body in [closed, merged, moved, changed] {
        let command = fixture.reporting(body, report(1));
        fixture.about(officer, body, command, at(16)).await.unwrap();
    }
    let reads = |who| {
        let person = fixture.person(who);
        fixture.server.reader(fixture.city.jurisdiction, person)
    };
    let told = async |day: Day| {
        let view = reads(who).situation(Some(day), at(60)).await.unwrap();
        let rows = fixture.rows(who, &[("day", &day.to_string())]).await;
        (view, rows)
    };
    let before = told(over).await;
    assert_eq!(before.0.all.reporting, 4);
    let amended = |body: BodyId, change: &dyn Fn(&mut Amendment)| {
        let before = directory.body(body).unwrap().amendable();
        let mut after = before.clone();
        change(&mut after);
        BodyCommand::Amend {
            before: Box::new(before),
            after: Box::new(after),
        }
    };
    let elsewhere = DistrictCode("110101".into());
    let close = || BodyCommand::Close {
        reason: "停业".into(),
    };
    // On the day after, in the afternoon; one of them reported in the morning.
    let command = fixture.reporting(closed, report(1));
    fixture
        .about_day(officer, (closed, next), command, at(32))
        .await
        .unwrap();
    let administrator = fixture.person("administrator");
    for (id, command) in [
        (closed, close()),
        (silent, close()),
        (merged, BodyCommand::Merge { into }),
        (
            moved,
            amended(moved, &|after| after.district = Some(elsewhere.clone())),
        ),
        (
            changed,
            amended(changed, &|after| after.kind = BodyKind::DisabilityService),
        ),
    ] {
        let command = Command::Body { id, command };
        let done = fixture
            .server
            .ingest
            .command(administrator, &command, at(40));
        done.await.unwrap();
    }

    let after = told(over).await;
    let as_it_was = before.1.into_iter().map(|row| SituationRow {
        may_remind: row.may_remind && row.body.id != silent,
        ..row
    });
    assert_eq!(after, (before.0, as_it_was.collect()));
    assert_eq!(after.0.trend[29], (over, after.0.all));
    // Of the day they went only what was reported counts.
    let (view, rows) = told(next).await;
    let owed = |view: &SituationView| view.all.reporting + view.all.missing;
    assert_eq!(owed(&view), owed(&after.0) - 2);
    assert_eq!(view.all.reporting, 1);
    assert_eq!(view.trend[28..], [(over, after.0.all), (next, view.all)]);
    let row = |id| rows.iter().find(|row| row.body.id == id);
    assert!(row(silent).is_none() && row(merged).is_none() && row(into).is_some());
    assert!(row(closed).is_some_and(|row| row.report.is_some()));
    assert_eq!(row(moved).unwrap().district, Some(elsewhere));
    assert_eq!(row(changed).unwrap().kind, BodyKind::DisabilityService);
    // Nobody is asked for the report of one that is gone.
    let may_remind = |row: &&SituationRow| row.may_remind;
    let asked = after.1.iter().filter(may_remind).count();
    assert_eq!(asked + 1, after.0.all.missing as usize);
    let report = reads(who).situation_report(silent, next, at(60)).await;
    assert!(!report.unwrap().unwrap().late);

    let counted = count_figures(&fixture.server, fixture.city.jurisdiction).await;
    assert_eq!(counted.unwrap().unwrap().discrepancies, []);
}

#[tokio::test]
async fn in_sqlite_a_report_of_before_its_institution_was_registered_counts_alike() {
    a_report_of_before_its_institution_was_registered_counts_alike(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_report_of_before_its_institution_was_registered_counts_alike() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    a_report_of_before_its_institution_was_registered_counts_alike(fixture).await;
}

/// Given an institution that is registered on a day, when it reports the day before as well, then that report counts in the totals of its
/// day, in the trend and in the list alike, and nobody is missing of it who was not.
async fn a_report_of_before_its_institution_was_registered_counts_alike(fixture: Fixture) {
    let (over, next) = (day("2022-03-13"), day("2022-03-14"));
    let known = fixture.server.ingest.world().known();
    let directory = &known.directory;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let new = BodyId(Uuid::now_v7());
    let particulars = Particulars {
        name: Texts::both("新开办的养老院", "A home newly opened"),
        ..directory.body(home).unwrap().clone()
    };
    let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person("oversight"));
    let before = reader.situation(Some(over), at(60)).await.unwrap();
    let register = Command::Body {
        id: new,
        command: BodyCommand::Register(particulars),
    };
    let administrator = fixture.person("administrator");
    let done = fixture
        .server
        .ingest
        .command(administrator, &register, at(30));
    done.await.unwrap();
    for day in [over, next] {
        let command = fixture.reporting(new, report(1));
        let done = fixture.about_day("chaoyang-officer", (new, day), command, at(40));
        done.await.unwrap();
    }
    let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person("oversight"));
    let after = reader.situation(Some(over), at(60)).await.unwrap();
    assert_eq!(after.all.reporting, before.all.reporting + 1);
    assert_eq!(after.all.missing, before.all.missing);
    assert_eq!(after.trend[29], (over, after.all));
    let of_next = reader.situation(Some(next), at(60)).await.unwrap();
    assert_eq!(
        of_next.trend[28..],
        [(over, after.all), (next, of_next.all)]
    );
    let rows = fixture.rows("oversight", &[("day", "2022-03-13")]).await;
    let row = rows.iter().find(|row| row.body.id == new).unwrap();
    assert!(row.report.is_some());
    let counted = count_figures(&fixture.server, fixture.city.jurisdiction).await;
    assert_eq!(counted.unwrap().unwrap().discrepancies, []);
}
