use super::*;
use crate::http::fixture::Fixture;
use crate::read::list::whole;
use crate::server::now;
use app::api::view::ReceiptState;
use app::list::Asked;
use domain::body::{Amendment, BodyCommand};
use domain::id::ResponseLevelId;
use domain::notice::{Correction, NoticeCommand};
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonCommand, Registration};
use domain::response_level::{Area, LevelCommand, LevelOrder, LevelRefusal, ResponseLevel};
use domain::{Command, Refusal};
use form::Texts;
use uuid::Uuid;

use crate::ingest::IngestError;
use crate::store::contract::fresh_postgres_url;

fn content(number: &str, rule: AddresseeRule) -> NoticeContent {
    NoticeContent {
        number: number.to_owned(),
        title: Texts::both("通知", "Notice"),
        text: Texts::both("内容", "Text"),
        level: None,
        effective_from: now(),
        addressees: rule.kinds,
        districts: rule.districts,
        bodies: rule.bodies,
        attachments: Vec::new(),
        acknowledge_by: now().plus_hours(24),
    }
}

async fn issue(
    fixture: &Fixture,
    number: &str,
    rule: AddresseeRule,
) -> Result<NoticeId, IngestError> {
    let id = NoticeId(Uuid::now_v7());
    let command = NoticeCommand::Issue(content(number, rule));
    let organiser = fixture.person("organiser");
    let command = Command::Notice { id, command };
    fixture
        .server
        .ingest
        .command(organiser, &command, now())
        .await?;
    Ok(id)
}

/// Given notices of every kind of rule, then what waits for somebody is what the whole list says waits, whoever asks.
async fn what_waits_is_what_the_list_says(fixture: &Fixture) {
    let kinds = vec![BodyKind::ElderCare];
    let districts = vec![DistrictCode("110106".into())];
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let everywhere = AddresseeRule {
        kinds: kinds.clone(),
        ..AddresseeRule::default()
    };
    let there = AddresseeRule {
        kinds,
        districts,
        bodies: Vec::new(),
    };
    let named = AddresseeRule {
        bodies: vec![home],
        ..AddresseeRule::default()
    };
    let mut issued = Vec::new();
    for (number, rule) in [
        ("示例〔2099〕1号", everywhere),
        ("示例〔2099〕2号", there),
        ("示例〔2099〕3号", named),
    ] {
        issued.push(issue(fixture, number, rule).await.unwrap());
    }
    let reader = |name| {
        fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(name))
    };
    let mut waited = 0;
    for name in [
        "welfare-home-1",
        "welfare-centre",
        "fengtai-officer",
        "child-welfare-officer",
        "committee",
        "organiser",
        "oversight",
        "inspector-01",
    ] {
        let reader = reader(name);
        let waiting = reader.notices_to_acknowledge().await.unwrap();
        let listed = reader.notices().await.unwrap();
        let listed = listed.into_iter().filter(|row| !row.awaited.is_empty());
        let waiting: Vec<_> = waiting
            .into_iter()
            .map(|one| (one.id, one.number))
            .collect();
        assert_eq!(
            waiting,
            listed.map(|row| (row.id, row.number)).collect::<Vec<_>>(),
            "{name}"
        );
        waited += waiting.len();
    }
    assert!(waited >= 3, "{waited}");
    // What is acknowledged waits no more.
    let officer = reader("welfare-home-1");
    let ids = async || -> Vec<NoticeId> {
        let waiting = officer.notices_to_acknowledge().await.unwrap();
        waiting.into_iter().map(|one| one.id).collect()
    };
    let before = ids().await;
    assert!(before.starts_with(&[issued[2], issued[0]]), "{before:?}");
    let acknowledge = Command::Notice {
        id: issued[2],
        command: NoticeCommand::Acknowledge { body: home },
    };
    fixture
        .server
        .ingest
        .command(fixture.person("welfare-home-1"), &acknowledge, now())
        .await
        .unwrap();
    assert_eq!(ids().await, before[1..]);
}

/// Given a notice whose time is long over, when a home is registered today, then the notice reaches it, it is asked for a receipt, and it
/// is not late.
#[tokio::test]
async fn who_comes_after_a_notice_is_not_late_with_it() {
    let fixture = Fixture::new().await;
    let organiser = fixture.person("organiser");
    let reader = || fixture.server.reader(fixture.city.jurisdiction, organiser);
    let old = |rows: Vec<NoticeRow>| {
        let over = rows.into_iter().filter(|row| row.acknowledge_by < now());
        over.max_by_key(|row| row.addressees).unwrap()
    };
    let before = old(reader().notices().await.unwrap());
    let home = BodyId(Uuid::now_v7());
    let some_home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let particulars = Particulars {
        name: Texts::both("新办养老院", "A new home"),
        kind: BodyKind::ElderCare,
        ..reader().known.directory.body(some_home).unwrap().clone()
    };
    let register = Command::Body {
        id: home,
        command: domain::body::BodyCommand::Register(particulars),
    };
    let administrator = fixture.person("administrator");
    let ingest = &fixture.server.ingest;
    ingest
        .command(administrator, &register, now())
        .await
        .unwrap();
    let after = old(reader().notices().await.unwrap());
    assert_eq!(after.id, before.id);
    assert_eq!(after.addressees, before.addressees + 1);
    assert_eq!(after.overdue, before.overdue);
    let view = reader().notice(after.id).await.unwrap().unwrap();
    assert_eq!(view.overdue, after.overdue);
    let receipts = reader().receipts(after.id).await.unwrap().unwrap();
    assert_eq!(receipts.overdue, after.overdue);
    // Who speaks for it is told its own time.
    let officer = PersonId(Uuid::now_v7());
    let registration = Registration {
        name: Texts::both("某人", "Somebody"),
        unit: Some(some_home),
        sign_in_name: "two-homes".into(),
        grants: [some_home, home]
            .map(|body| Grant::new(Role::InstitutionOfficer, Scope::Body(body)))
            .to_vec(),
    };
    let register = Command::Person {
        id: officer,
        command: PersonCommand::Register(registration),
    };
    ingest
        .command(administrator, &register, now())
        .await
        .unwrap();
    let told = async || {
        let reader = fixture.server.reader(fixture.city.jurisdiction, officer);
        let waiting = reader.notices_to_acknowledge().await.unwrap();
        let one = waiting.into_iter().find(|one| one.id == after.id).unwrap();
        one.acknowledge_by
    };
    let waits = view.awaited.is_empty();
    assert!(waits, "the organiser speaks for neither");
    let acknowledge = Command::Notice {
        id: after.id,
        command: NoticeCommand::Acknowledge { body: some_home },
    };
    // The older home may have acknowledged it already.
    let _ = ingest.command(officer, &acknowledge, now()).await;
    assert!(told().await > now());
    let asked = Asked::of([
        ("notice", after.id.to_string()),
        ("state", ReceiptState::Awaited.code().to_owned()),
        ("search", "新办养老院".to_owned()),
    ]);
    let listed = reader().list_receipts(whole(&asked)).await.unwrap().rows;
    let [row] = listed.as_slice() else {
        panic!("{listed:?}");
    };
    assert!(row.body.id == home && !row.overdue);
}

/// Given twenty who issue a notice with the same number in the same instant, then one has it and the others are told.
async fn a_number_is_given_once(fixture: &Fixture) {
    let rule = AddresseeRule {
        kinds: vec![BodyKind::ElderCare],
        ..AddresseeRule::default()
    };
    let all = (0..20).map(|place| {
        // Blanks tell no two numbers apart.
        let number = if place % 2 == 0 {
            "示例〔2098〕1号"
        } else {
            "示例 〔2098〕 1号"
        };
        issue(fixture, number, rule.clone())
    });
    let answers = futures::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for answer in answers {
        if let Err(error) = answer {
            let IngestError::Refused(Refusal::Notice(refusal)) = &error else {
                panic!("{error:?}");
            };
            assert!(matches!(
                refusal,
                domain::notice::NoticeRefusal::NumberTaken(_)
            ));
        }
    }
}

/// Given the demo city's notices, then the list, the page of each and its receipts count the same bodies, those that the reader may see.
async fn everybody_is_told_the_counts_of_what_they_see(fixture: &Fixture) {
    let mut addressees = Vec::new();
    for name in [
        "organiser",
        "fengtai-officer",
        "welfare-centre",
        "welfare-home-1",
    ] {
        let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person(name));
        let listed = reader.notices().await.unwrap();
        for row in &listed {
            let page = reader.notice(row.id).await.unwrap().unwrap();
            let receipts = reader.receipts(row.id).await.unwrap().unwrap();
            let of_receipts = (receipts.reached, receipts.received, receipts.overdue);
            for counted in [
                (row.addressees, row.receipts, row.overdue),
                (page.addressees, page.receipts, page.overdue),
            ] {
                assert_eq!(counted, of_receipts, "{name}: {}", row.number);
            }
        }
        addressees.push(listed.iter().map(|row| row.addressees).sum::<u32>());
    }
    assert!(
        addressees.is_sorted_by(|more, fewer| more > fewer),
        "{addressees:?}"
    );
}

/// Given an officer of two homes that a notice is addressed to, then what they were told of it is read once they acknowledged it for both;
/// not by a receipt for one, nor by one for a home of somebody else.
async fn a_notice_is_read_once_it_is_acknowledged_for_all(fixture: &Fixture) {
    let officer = fixture.person("welfare-home-1");
    let [home, second, other] = ["welfare-home-1", "children-home", "sos-village"]
        .map(|name| fixture.unit_of(fixture.person(name)).unwrap());
    let grant = Command::Person {
        id: officer,
        command: PersonCommand::Grant(Grant {
            role: Role::InstitutionOfficer,
            scope: Scope::Body(second),
            from: None,
            until: None,
        }),
    };
    let does = |person, command: Command| async move {
        fixture
            .server
            .ingest
            .command(person, &command, now())
            .await
            .unwrap();
    };
    does(fixture.person("administrator"), grant).await;
    let rule = AddresseeRule {
        bodies: vec![home, second, other],
        ..AddresseeRule::default()
    };
    let id = issue(fixture, "示例〔2095〕1号", rule).await.unwrap();
    let reader = || fixture.server.reader(fixture.city.jurisdiction, officer);
    let unread = || async { reader().unread().await.unwrap() };
    let before = unread().await;
    let acknowledge = |body| Command::Notice {
        id,
        command: NoticeCommand::Acknowledge { body },
    };
    does(officer, acknowledge(home)).await;
    reader().mark_acknowledged(id, home).await.unwrap();
    assert_eq!(
        unread().await,
        before,
        "for the second home it is owed still"
    );
    does(officer, acknowledge(second)).await;
    reader().mark_acknowledged(id, other).await.unwrap();
    assert_eq!(unread().await, before, "the receipt is somebody else’s");
    reader().mark_acknowledged(id, second).await.unwrap();
    assert_eq!(unread().await, before - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite() {
    let fixture = Fixture::new().await;
    everybody_is_told_the_counts_of_what_they_see(&fixture).await;
    what_waits_is_what_the_list_says(&fixture).await;
    a_number_is_given_once(&fixture).await;
    a_notice_is_read_once_it_is_acknowledged_for_all(&fixture).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    everybody_is_told_the_counts_of_what_they_see(&fixture).await;
    what_waits_is_what_the_list_says(&fixture).await;
    a_number_is_given_once(&fixture).await;
    a_notice_is_read_once_it_is_acknowledged_for_all(&fixture).await;
}

/// Given a notice to the centre and one of its homes, then that home is offered to it as an addressee and the others beside it; once
/// the home has it from the centre, only the others are left.
#[tokio::test]
async fn whom_a_notice_is_not_addressed_to_is_offered_apart() {
    let fixture = Fixture::new().await;
    let centre_officer = fixture.person("welfare-centre");
    let centre = fixture.unit_of(centre_officer).unwrap();
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let rule = AddresseeRule {
        bodies: vec![centre, home],
        ..AddresseeRule::default()
    };
    let id = issue(&fixture, "示例〔2099〕4号", rule).await.unwrap();
    let offer = async || {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, centre_officer);
        let mut view = reader.notice(id).await.unwrap().unwrap();
        view.offers.remove(0)
    };
    let ids = |bodies: &[app::api::view::Named<BodyId>]| -> Vec<BodyId> {
        bodies.iter().map(|body| body.id).collect()
    };
    let before = offer().await;
    assert_eq!(
        (before.from.id, ids(&before.addressed)),
        (centre, vec![home])
    );
    let others = ids(&before.others);
    assert!(!others.is_empty() && !others.contains(&home));
    let command = NoticeCommand::PassOn {
        from: centre,
        to: vec![home],
    };
    let command = Command::Notice { id, command };
    let ingest = &fixture.server.ingest;
    ingest
        .command(centre_officer, &command, now())
        .await
        .unwrap();
    let after = offer().await;
    assert_eq!(
        (ids(&after.addressed), ids(&after.others)),
        (vec![], others)
    );
}

/// Given a notice that two bodies acknowledged, when it is corrected, then their receipts are of an earlier text and count on; when a
/// correction asks for it, both are asked again and who had not read it is told first; when it is withdrawn, nothing is asked any more.
async fn what_was_issued_by_mistake_is_put_right(fixture: &Fixture) {
    let [centre, home] =
        ["welfare-centre", "welfare-home-1"].map(|name| (name, fixture.person(name)));
    let [centre_body, home_body] = [centre.1, home.1].map(|one| fixture.unit_of(one).unwrap());
    let rule = AddresseeRule {
        bodies: vec![centre_body, home_body],
        ..AddresseeRule::default()
    };
    let id = issue(fixture, "示例〔2099〕6号", rule).await.unwrap();
    let reader = |name| {
        let person = fixture.person(name);
        fixture.server.reader(fixture.city.jurisdiction, person)
    };
    let ingest = &fixture.server.ingest;
    let does = async |name, command, seen| {
        let (person, command) = (fixture.person(name), Command::Notice { id, command });
        ingest.command_seen(person, &command, seen, now()).await
    };
    let acknowledge = |body| NoticeCommand::Acknowledge { body };
    let waits_for = async |name: &'static str| {
        let waiting = reader(name).notices_to_acknowledge().await.unwrap();
        waiting.iter().any(|one| one.id == id)
    };
    for (name, body) in [(centre.0, centre_body), (home.0, home_body)] {
        does(name, acknowledge(body), None).await.unwrap();
    }
    let said = content("", AddresseeRule::default());
    let correction = |text: &str, again| {
        NoticeCommand::Correct(Correction {
            title: said.title.clone(),
            text: Texts::both(text, text),
            attachments: Vec::new(),
            acknowledge_by: said.acknowledge_by,
            reason: "笔误".into(),
            again,
        })
    };
    does("organiser", correction("更正一", false), None)
        .await
        .unwrap();
    assert!(!waits_for(home.0).await);
    let view = reader("organiser").notice(id).await.unwrap().unwrap();
    assert_eq!((view.receipts, view.up_to_date, view.overdue), (2, 0, 0));
    assert!(view.may_change && view.content.text.get("en") == "更正一");
    assert_eq!(view.corrections[0].before.text.get("en"), "Text");
    assert_eq!(view.corrections[0].reason, "笔误");
    let own = reader(home.0).notice(id).await.unwrap().unwrap();
    assert!(own.given[0].outdated && !own.given[0].late && !own.may_change);
    let earlier = async || {
        let asked = Asked::of([
            ("notice", id.to_string()),
            ("state", ReceiptState::Earlier.code().to_owned()),
        ]);
        let listed = reader("organiser").list_receipts(whole(&asked)).await;
        let counted = reader("organiser").receipts(id).await.unwrap().unwrap();
        let listed = listed.unwrap().rows;
        assert_eq!(listed.len(), counted.earlier as usize);
        listed
            .iter()
            .map(|row| row.body.id)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(earlier().await, BTreeSet::from([centre_body, home_body]));
    // Asked again, whoever read the text before is told of the correction and has acknowledged nothing.
    does("organiser", correction("更正二", true), None)
        .await
        .unwrap();
    assert!(waits_for(home.0).await && waits_for(centre.0).await);
    let asked = reader(home.0).notice(id).await.unwrap().unwrap();
    assert!(asked.given.is_empty() && asked.awaited[0].earlier.is_some());
    assert_eq!(earlier().await, BTreeSet::from([centre_body, home_body]));
    does("organiser", correction("更正三", false), None)
        .await
        .unwrap();
    let answer = does(home.0, acknowledge(home_body), Some(asked.version)).await;
    let Err(IngestError::Changed(since)) = answer else {
        panic!("{answer:?}")
    };
    let told = reader(home.0).told(since).await.unwrap();
    let kinds: Vec<&str> = told.iter().map(|one| one.authored.kind.as_str()).collect();
    assert_eq!(kinds, ["notice.corrected"]);
    let read = reader(home.0).notice(id).await.unwrap().unwrap();
    does(home.0, acknowledge(home_body), Some(read.version))
        .await
        .unwrap();
    let view = reader("organiser").notice(id).await.unwrap().unwrap();
    assert_eq!((view.receipts, view.up_to_date), (1, 1));
    assert_eq!(earlier().await, BTreeSet::from([centre_body]));
    let listed = reader("organiser").notices().await.unwrap();
    let row = listed.iter().find(|row| row.id == id).unwrap();
    assert_eq!((row.receipts, row.addressees), (1, 2));
    // How long it took to reach them is not begun anew.
    let took = reader("organiser").transmission(id).await.unwrap().unwrap();
    assert_eq!((took.all.reached, took.all.whole.bodies), (2, 2));
    // The record shows the home what was done with what it has.
    let stream = Stream {
        kind: StreamKind::Notice,
        id: id.0,
    };
    let record = reader(home.0).history_of(stream, 1).await.unwrap().unwrap();
    let kinds: Vec<&str> = record.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "notice.issued",
            "notice.acknowledged",
            "notice.corrected",
            "notice.corrected",
            "notice.corrected",
            "notice.acknowledged"
        ]
    );
    let withdraw = || NoticeCommand::Withdraw {
        reason: "重复发文".into(),
    };
    does("organiser", withdraw(), None).await.unwrap();
    assert!(!waits_for(centre.0).await);
    for name in [centre.0, home.0, "organiser"] {
        let passes = reader(name).notices_to_pass_on().await.unwrap();
        assert!(passes.iter().all(|one| one.id != id), "{name}");
        let view = reader(name).notice(id).await.unwrap().unwrap();
        assert!(view.awaited.is_empty() && view.offers.is_empty() && !view.may_change);
        assert_eq!(view.withdrawn.unwrap().reason, "重复发文");
        let listed = reader(name).notices().await.unwrap();
        let row = listed.iter().find(|row| row.id == id).unwrap();
        assert!(row.withdrawn && row.awaited.is_empty() && row.overdue == 0);
    }
    let took = reader("organiser").transmission(id).await.unwrap().unwrap();
    assert_eq!((took.withdrawn, took.all.reached), (true, 0));
    let trace = reader("organiser").trace().await.unwrap().unwrap();
    let address = format!("/notices/{id}");
    let orphans = trace.orphans.iter().flat_map(|group| &group.shown);
    assert!(orphans.filter(|one| one.address == address).count() == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mistake_is_put_right_on_sqlite() {
    let fixture = Fixture::new().await;
    what_was_issued_by_mistake_is_put_right(&fixture).await;
    no_level_rests_on_a_withdrawn_notice(&fixture).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mistake_is_put_right_on_postgres() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    what_was_issued_by_mistake_is_put_right(&fixture).await;
    no_level_rests_on_a_withdrawn_notice(&fixture).await;
}

/// Given a notice, when one withdraws it in the instant in which another sets a level by it, then one of them is told of the other.
async fn no_level_rests_on_a_withdrawn_notice(fixture: &Fixture) {
    let ingest = &fixture.server.ingest;
    let [administrator, organiser] =
        ["administrator", "organiser"].map(|name| fixture.person(name));
    let minute = |hours| {
        let at = now().plus_hours(hours).millis();
        Instant(at - at % 60_000)
    };
    for round in 0..10 {
        let rule = AddresseeRule {
            kinds: vec![BodyKind::ElderCare],
            ..AddresseeRule::default()
        };
        let number = format!("示例〔2097〕{round}号");
        let id = issue(fixture, &number, rule).await.unwrap();
        let order = LevelOrder {
            level: ResponseLevel::Iii,
            area: Area::District(DistrictCode("110106".into())),
            kinds: vec![BodyKind::ElderCare],
            from: minute(1),
            until: None,
            notice: id,
            guides: Vec::new(),
        };
        let set = Command::ResponseLevel {
            id: ResponseLevelId(Uuid::now_v7()),
            command: LevelCommand::Set(order),
        };
        let withdraw = Command::Notice {
            id,
            command: NoticeCommand::Withdraw {
                reason: "重复发文".into(),
            },
        };
        let (set, withdrawn) = tokio::join!(
            ingest.command(administrator, &set, now()),
            ingest.command(organiser, &withdraw, now()),
        );
        match (set, withdrawn) {
            (Ok(_), Err(IngestError::Refused(Refusal::Notice(refusal)))) => {
                let stand = domain::notice::NoticeRefusal::LevelsStand { levels: 1 };
                assert_eq!(refusal, stand);
            }
            (Err(IngestError::Refused(Refusal::ResponseLevel(refusal))), Ok(_)) => {
                assert_eq!(refusal, LevelRefusal::NoticeWithdrawn);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Given a notice to the centre and one of its homes, then the centre has it to pass on from when it acknowledged it until the home
/// has it from there, and nobody else has.
async fn passing_on_is_owed_until_it_is_done(fixture: &Fixture) {
    let centre_officer = fixture.person("welfare-centre");
    let centre = fixture.unit_of(centre_officer).unwrap();
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let rule = AddresseeRule {
        bodies: vec![centre, home],
        ..AddresseeRule::default()
    };
    let id = issue(fixture, "示例〔2099〕5号", rule).await.unwrap();
    let owed = async |name: &str| {
        let person = fixture.person(name);
        let reader = fixture.server.reader(fixture.city.jurisdiction, person);
        let waiting = reader.notices_to_pass_on().await.unwrap();
        waiting.iter().any(|notice| notice.id == id)
    };
    let does = async |command| {
        let command = Command::Notice { id, command };
        let ingest = &fixture.server.ingest;
        ingest
            .command(centre_officer, &command, now())
            .await
            .unwrap();
    };
    assert!(!owed("welfare-centre").await, "it is to acknowledge first");
    does(NoticeCommand::Acknowledge { body: centre }).await;
    for (name, owes) in [
        ("welfare-centre", true),
        ("welfare-home-1", false),
        ("fengtai-officer", false),
        ("organiser", false),
    ] {
        assert_eq!(owed(name).await, owes, "{name}");
    }
    does(NoticeCommand::PassOn {
        from: centre,
        to: vec![home],
    })
    .await;
    assert!(!owed("welfare-centre").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn passing_on_is_owed_on_sqlite() {
    passing_on_is_owed_until_it_is_done(&Fixture::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn passing_on_is_owed_on_postgres() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    passing_on_is_owed_until_it_is_done(&fixture).await;
}

#[tokio::test]
async fn in_sqlite_a_receipt_counts_whatever_becomes_of_who_gave_it() {
    a_receipt_counts_whatever_becomes_of_who_gave_it(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_receipt_counts_whatever_becomes_of_who_gave_it() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    a_receipt_counts_whatever_becomes_of_who_gave_it(fixture).await;
}

/// Given a notice to the homes of a district that two of them acknowledged, when the one is closed, the other moves to another district, and
/// one that did not is closed, then the two stand among its receipts as they did, in the list, on its pages and in the report on its
/// transmission, and the third owes nothing any more.
async fn a_receipt_counts_whatever_becomes_of_who_gave_it(fixture: Fixture) {
    let district = DistrictCode("110106".into());
    let rule = AddresseeRule {
        kinds: vec![BodyKind::ElderCare],
        districts: vec![district.clone()],
        ..AddresseeRule::default()
    };
    let id = issue(&fixture, "示例〔2026〕91号", rule.clone())
        .await
        .unwrap();
    let directory = fixture.server.ingest.world().known().directory.clone();
    let homes: Vec<BodyId> = rule.covered(&directory).map(|(id, _)| id).collect();
    let [closed, moved, silent] = homes[..3] else {
        panic!("three homes")
    };
    for body in [closed, moved] {
        let command = NoticeCommand::Acknowledge { body };
        let command = Command::Notice { id, command };
        fixture.does("fengtai-officer", &command).await;
    }
    let told = async || {
        let organiser = fixture.person("organiser");
        let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
        let row = reader.notices().await.unwrap();
        let row = row.into_iter().find(|row| row.id == id).unwrap();
        let view = reader.notice(id).await.unwrap().unwrap();
        let receipts = reader.receipts(id).await.unwrap().unwrap();
        let transmission = reader.transmission(id).await.unwrap().unwrap();
        let counted = [
            (row.receipts, row.addressees),
            (view.receipts, view.addressees),
            (receipts.received, receipts.reached),
            (transmission.all.whole.bodies, transmission.all.reached),
        ];
        assert!(
            counted.windows(2).all(|two| two[0] == two[1]),
            "{counted:?}"
        );
        let districts: Vec<_> = transmission
            .by_district
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        (counted[0], districts)
    };
    let all = u32::try_from(homes.len()).unwrap();
    assert_eq!(told().await, ((2, all), vec![Some(district.clone())]));

    let before = directory.body(moved).unwrap().amendable();
    let after = Amendment {
        district: Some(DistrictCode("110101".into())),
        ..before.clone()
    };
    let close = || BodyCommand::Close {
        reason: "停业".into(),
    };
    let moves = BodyCommand::Amend {
        before: Box::new(before),
        after: Box::new(after),
    };
    for (id, command) in [(closed, close()), (moved, moves), (silent, close())] {
        let command = Command::Body { id, command };
        fixture.does("administrator", &command).await;
    }
    assert_eq!(told().await, ((2, all - 1), vec![Some(district)]));
}
