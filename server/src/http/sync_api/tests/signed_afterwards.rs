//! Who was there and has not signed is told what they would sign, signs it, and is told no more of it.

use std::collections::BTreeMap;

use domain::assignment::AssignmentOrder;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, PersonId};
use domain::inspection::Submission;
use domain::signature::{Signed, SignedAfterwards, record_hash};

use super::*;
use crate::rebuild::rebuild_and_compare;
use crate::store::contract::fresh_postgres_url;

const PICTURE: &str = "5555555555555555555555555555555555555555555555555555555555555555";

/// What the first two of the team handed in, of whom nobody has signed; the third stayed away.
struct HandedIn {
    visit: AssignmentId,
    order: AssignmentOrder,
    finding: FindingId,
    submission: Submission,
}

/// The hash of the finding's photo.
fn photo_of(sequence: u64) -> String {
    format!("7{sequence:063x}")
}

async fn sees(fixture: &Fixture, person: PersonId, photo: &str) -> bool {
    let reader = (fixture.server).reader(fixture.city.jurisdiction, person);
    reader.may_see_photo(photo).await.unwrap()
}

/// `sequence` is the first of two on the leader's tablet.
async fn handed_in(fixture: &Fixture, sequence: u64) -> HandedIn {
    let (visit, order) = fixture.visit_with_one_item().await;
    let finding = FindingId(Uuid::now_v7());
    let submitted = fixture.not_met(visit, &order, finding, device(1), sequence);
    let Ok(Event::Inspection(InspectionEvent::Submitted(mut submission))) = submitted.event()
    else {
        panic!("a submission")
    };
    submission.present.truncate(2);
    let event = Event::Inspection(InspectionEvent::Submitted(submission.clone()));
    let submitted = Authored {
        body: event.body(),
        ..submitted
    };
    let photo = json!([{ "hash": photo_of(sequence), "takenAt": now() }]);
    let raised = fixture.raised(
        visit,
        &order,
        finding,
        device(1),
        sequence + 1,
        ("门未关", &photo),
    );
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let receipts = fixture
        .push(&cookie, device(1), vec![submitted, raised])
        .await;
    assert_eq!(receipts, [Receipt::Accepted, Receipt::Accepted]);
    HandedIn {
        visit,
        order,
        finding,
        submission: *submission,
    }
}

impl HandedIn {
    fn signature(
        &self,
        fixture: &Fixture,
        by: PersonId,
        on: (DeviceId, u64),
        picture: &str,
    ) -> Authored {
        let signature = SignedAfterwards {
            record: record_hash(&self.submission).to_string(),
            signed: Signed {
                picture: PhotoHash(picture.into()),
                at: now(),
            },
        };
        let stream = Stream {
            kind: StreamKind::Inspection,
            id: self.visit.0,
        };
        let event = Event::Inspection(InspectionEvent::SignedAfterwards(signature));
        fixture.event(by, on.0, on.1, stream, &event)
    }
}

/// Everything that a person's tablet is told when it fetches from the beginning.
async fn everything(fixture: &Fixture, person: PersonId) -> Vec<Authored> {
    let cookie = fixture.sign_in(&fixture.name_of(person)).await;
    let (mut cursor, mut events) = (String::new(), Vec::new());
    loop {
        let page = pulled(fixture, &cookie, &format!("after={cursor}")).await;
        cursor = page.cursor;
        events.extend(page.events);
        if !page.more {
            return events;
        }
    }
}

async fn is_told_of(fixture: &Fixture, person: PersonId, finding: FindingId) -> bool {
    let stream = format!("finding/{finding}");
    let events = everything(fixture, person).await;
    let told: Vec<&str> = events
        .iter()
        .filter(|event| event.stream == stream)
        .map(|event| event.kind.as_str())
        .collect();
    assert!(told.is_empty() || told == ["finding.raised"], "{told:?}");
    !told.is_empty()
}

#[tokio::test]
async fn in_sqlite_whoever_was_there_is_told_what_they_have_yet_to_sign() {
    whoever_was_there_is_told_what_they_have_yet_to_sign(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_whoever_was_there_is_told_what_they_have_yet_to_sign() {
    whoever_was_there_is_told_what_they_have_yet_to_sign(
        Fixture::on(Some(fresh_postgres_url().await)).await,
    )
    .await;
}

async fn whoever_was_there_is_told_what_they_have_yet_to_sign(fixture: Fixture) {
    // given a visit that two of three made, with a finding
    let visit = handed_in(&fixture, 1).await;
    let [leader, second, absent] = visit.order.team[..] else {
        panic!("a team of three")
    };
    let outsider = fixture.person("inspector-48");
    assert!(!visit.order.team.contains(&outsider));
    // then what was found is told to those two, to nobody else
    for (person, told) in [
        (leader, true),
        (second, true),
        (absent, false),
        (outsider, false),
        (fixture.person("organiser"), false),
    ] {
        let is_told = is_told_of(&fixture, person, visit.finding).await;
        assert_eq!(is_told, told, "{}", fixture.name_of(person));
        // and they see its photos, as whoever oversees the body does
        let sees = sees(&fixture, person, &photo_of(1)).await;
        let oversees = person == fixture.person("organiser");
        assert_eq!(sees, told || oversees, "{}", fixture.name_of(person));
    }
    // and by difference where all before was fetched already
    let another = handed_in(&fixture, 3).await;
    assert!(is_told_of(&fixture, second, another.finding).await);

    // when one of them signs, then it is told to them no more, and still to the other
    let cookie = fixture.sign_in(&fixture.name_of(second)).await;
    let before = pulled(&fixture, &cookie, "").await.cursor;
    let signature = visit.signature(&fixture, second, (device(2), 1), PICTURE);
    let again = signature.clone();
    let receipts = fixture.push(&cookie, device(2), vec![signature]).await;
    assert_eq!(receipts, [Receipt::Accepted]);
    let receipts = fixture.push(&cookie, device(2), vec![again]).await;
    assert_eq!(receipts, [Receipt::Duplicate]);
    assert!(!is_told_of(&fixture, second, visit.finding).await);
    assert!(sees(&fixture, second, &photo_of(1)).await);
    // and who was there sees what was drawn
    assert!(sees(&fixture, leader, PICTURE).await);
    assert!(!sees(&fixture, absent, PICTURE).await);
    assert!(is_told_of(&fixture, second, another.finding).await);
    assert!(is_told_of(&fixture, leader, visit.finding).await);
    // and the whole team is told that it was signed, whoever goes on from where they were
    let since = pulled(&fixture, &cookie, &format!("after={before}")).await;
    let kinds: Vec<&str> = since.events.iter().map(|event| &*event.kind).collect();
    assert_eq!(kinds, ["inspection.signedAfterwards"]);

    // and the office sees it
    let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let seen = reader.inspection(InspectionId::of(visit.visit)).await;
    let seen = seen.unwrap().expect("an inspection");
    let signed: BTreeMap<PersonId, String> = (seen.signed_afterwards.into_iter())
        .map(|(person, signed)| (person, signed.picture.0))
        .collect();
    assert_eq!(signed, BTreeMap::from([(second, PICTURE.to_owned())]));
    assert!(seen.photos_here.contains(&PICTURE.to_owned()));

    // and of a visit that is called off nobody is told what there would be to sign
    let cancel = Command::Assignment {
        id: another.visit,
        campaign: another.order.campaign,
        command: AssignmentCommand::Cancel {
            reason: "重复派出".into(),
        },
    };
    let organiser = fixture.person("organiser");
    let cancelled = fixture.server.ingest.command(organiser, &cancel, now());
    cancelled.await.unwrap();
    assert!(!is_told_of(&fixture, second, another.finding).await);

    // and a rebuild finds the same rows
    let log = fixture.server.ingest.log();
    let compared = rebuild_and_compare(&**log, fixture.city.jurisdiction, &|_| {});
    assert_eq!(compared.await.unwrap().differences, []);
    assert!(!is_told_of(&fixture, second, visit.finding).await);
}

#[tokio::test]
async fn in_sqlite_a_signature_that_the_rules_do_not_take_is_held() {
    a_signature_that_the_rules_do_not_take_is_held(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_signature_that_the_rules_do_not_take_is_held() {
    a_signature_that_the_rules_do_not_take_is_held(
        Fixture::on(Some(fresh_postgres_url().await)).await,
    )
    .await;
}

async fn a_signature_that_the_rules_do_not_take_is_held(fixture: Fixture) {
    let visit = handed_in(&fixture, 1).await;
    let [leader, second, absent] = visit.order.team[..] else {
        panic!("a team of three")
    };
    let outsider = fixture.person("inspector-48");
    let cookie = fixture.sign_in(&fixture.name_of(leader)).await;
    let first = visit.signature(&fixture, leader, (device(1), 3), PICTURE);
    let receipts = fixture.push(&cookie, device(1), vec![first]).await;
    assert_eq!(receipts, [Receipt::Accepted]);
    let other = "6".repeat(64);
    for (case, person, on, picture, why) in [
        (
            "signed before",
            leader,
            (device(1), 4),
            &*other,
            "You have signed this record already",
        ),
        (
            "was not there",
            absent,
            (device(3), 1),
            &*other,
            "An inspector signed who is not among those present",
        ),
        (
            "another team",
            outsider,
            (device(4), 1),
            &*other,
            "You have no such assignment, or it is not released yet",
        ),
        (
            "another's signature",
            second,
            (device(2), 1),
            PICTURE,
            "Two signatures are one picture; sign each by itself",
        ),
        (
            "a photo of the finding",
            second,
            (device(2), 2),
            &format!("7{:063x}", 1),
            "Two signatures are one picture; sign each by itself",
        ),
    ] {
        let cookie = fixture.sign_in(&fixture.name_of(person)).await;
        let signature = visit.signature(&fixture, person, on, picture);
        let receipts = fixture.push(&cookie, on.0, vec![signature]).await;
        let [Receipt::Held { reason }] = &receipts[..] else {
            panic!("{case}: {receipts:?}")
        };
        assert_eq!(reason.get("en"), why, "{case}");
    }
}
