//! A tablet as the server sees it: what it signs is taken, what it did not sign is held, and the record shows which is which.

use app::list::Asked;
use axum::http::StatusCode;
use domain::Command;
use domain::device::{BatchSignature, DeviceCommand, DeviceKey};
use domain::id::DeviceId;
use domain::record::{Authored, Hash, Recorded, chain_hash};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;
use sync::protocol::{Enrol, Push, Pushed, Receipt};

use crate::http::fixture::{Fixture, device, post, problem};
use crate::read::list::whole;
use crate::record_check::{RecordCheck, RecordFault};
use crate::store::contract::fresh_postgres_url;

/// A tablet with a key.
struct Tablet {
    id: DeviceId,
    pair: EcdsaKeyPair,
}

impl Tablet {
    fn new(number: u128) -> Tablet {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap();
        Tablet {
            id: device(number),
            pair,
        }
    }

    fn key(&self) -> DeviceKey {
        DeviceKey::of(self.pair.public_key().as_ref())
    }

    fn enrol(&self) -> String {
        let enrol = Enrol {
            device: self.id,
            key: self.key(),
            name: "Chrome".into(),
        };
        serde_json::to_string(&enrol).unwrap()
    }

    fn signature(&self, push: &Push) -> BatchSignature {
        let signed = self.pair.sign(&SystemRandom::new(), &push.signed_bytes());
        BatchSignature::of(signed.unwrap().as_ref())
    }

    fn push(&self, events: &[Authored]) -> Push {
        let mut push = Push {
            device: self.id,
            events: events.to_vec(),
            signature: None,
        };
        push.signature = Some(self.signature(&push));
        push
    }
}

async fn pushed(fixture: &Fixture, cookie: &str, push: &Push) -> Vec<Receipt> {
    let body = serde_json::to_string(push).unwrap();
    let (status, _, answer) = fixture.send(post("/api/sync/v1/push", cookie, body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let pushed: Pushed = serde_json::from_value(answer).unwrap();
    let receipts = pushed.receipts.into_iter();
    receipts.map(|receipt| receipt.receipt).collect()
}

async fn enrolled(fixture: &Fixture, cookie: &str, tablet: &Tablet) -> (StatusCode, String) {
    let asked = post("/api/sync/v1/device", cookie, tablet.enrol());
    let (status, _, answer) = fixture.send(asked).await;
    (status, problem(&answer).2.to_owned())
}

async fn recorded(fixture: &Fixture) -> Vec<Recorded> {
    let log = fixture.server.ingest.log();
    let all = log.after(fixture.city.jurisdiction, 0, 1_000_000).await;
    all.unwrap()
}

fn checked(events: &[Recorded]) -> Result<u64, RecordFault> {
    let mut check = RecordCheck::default();
    for event in events {
        check.next(event)?;
    }
    check.end()?;
    Ok(check.signed())
}

/// Writes the chain anew, as somebody could who owns the database.
fn chained_anew(events: &mut [Recorded]) {
    let mut last = Hash::ZERO;
    for (position, event) in (1..).zip(events) {
        event.position = position;
        event.previous_hash = last;
        event.hash = chain_hash(event);
        last = event.hash;
    }
}

fn is_held(receipts: &[Receipt], words: &str) -> bool {
    !receipts.is_empty()
        && receipts.iter().all(
        |receipt| matches!(receipt, Receipt::Held { reason } if reason.get("en").contains(words)),
    )
}

#[tokio::test]
async fn in_sqlite_what_a_tablet_signs_is_taken_and_nothing_else() {
    what_a_tablet_signs_is_taken_and_nothing_else(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_what_a_tablet_signs_is_taken_and_nothing_else() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    what_a_tablet_signs_is_taken_and_nothing_else(fixture).await;
}

async fn what_a_tablet_signs_is_taken_and_nothing_else(fixture: Fixture) {
    let (_, order) = fixture.assignment();
    let leader = order.leader;
    let name = fixture.name_of(leader);
    let cookie = fixture.sign_in(&name).await;
    let (tablet, other) = (Tablet::new(1), Tablet::new(1));
    let started = |sequence| Authored {
        id: domain::id::EventId(uuid::Uuid::now_v7()),
        ..fixture.refused_entry(leader, tablet.id, sequence)
    };
    // A tablet that nobody enrolled is taken at its word, whatever it signs.
    let first = tablet.push(&[started(1)]);
    assert_eq!(pushed(&fixture, &cookie, &first).await, [Receipt::Accepted]);

    // It makes its key known, twice over; another is not taken for it, nor is one of whoever inspects nothing.
    for _ in 0..2 {
        let (status, said) = enrolled(&fixture, &cookie, &tablet).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    }
    let (status, said) = enrolled(&fixture, &cookie, &other).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(said.contains("another key"), "{said}");
    // One with which others have worked before there were keys is theirs to enrol.
    let (elder, second) = (
        Tablet::new(3),
        order.team.iter().find(|person| **person != leader),
    );
    let unsigned = Push {
        signature: None,
        ..elder.push(&[fixture.refused_entry(leader, elder.id, 1)])
    };
    pushed(&fixture, &cookie, &unsigned).await;
    let colleague = fixture.sign_in(&fixture.name_of(*second.unwrap())).await;
    let (status, said) = enrolled(&fixture, &colleague, &elder).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(said.contains("Others"), "{said}");
    let organiser = fixture.sign_in("organiser").await;
    let (status, _) = enrolled(&fixture, &organiser, &Tablet::new(2)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let asked = post("/api/sync/v1/device", "", tablet.enrol());
    assert_eq!(fixture.send(asked).await.0, StatusCode::UNAUTHORIZED);

    // What it did not sign is held, and says why; so is what another key signed, or what was changed since.
    let unsigned = Push {
        signature: None,
        ..tablet.push(&[started(2)])
    };
    assert!(is_held(
        &pushed(&fixture, &cookie, &unsigned).await,
        "not signed"
    ));
    let forged = other.push(&[started(3)]);
    assert!(is_held(
        &pushed(&fixture, &cookie, &forged).await,
        "signature"
    ));
    let mut changed = tablet.push(&[started(4)]);
    changed.events[0].occurred_at.0 += 1;
    assert!(is_held(
        &pushed(&fixture, &cookie, &changed).await,
        "signature"
    ));
    for (sequence, spoilt) in [(5, ""), (6, "zz"), (7, &*"0".repeat(128))] {
        let push = Push {
            signature: Some(BatchSignature(spoilt.into())),
            ..tablet.push(&[started(sequence)])
        };
        let receipts = pushed(&fixture, &cookie, &push).await;
        assert!(is_held(&receipts, "signature"), "{spoilt}: {receipts:?}");
    }

    // What it signed is judged as ever: here a second report of one visit.
    let length = fixture.log_length().await;
    let signed = tablet.push(&[started(8)]);
    let receipts = pushed(&fixture, &cookie, &signed).await;
    assert!(is_held(&receipts, "submitted"), "{receipts:?}");
    assert_eq!(fixture.log_length().await, length + 2, "with its signature");
    // Sent again because the answer was lost, it is told the same, and nothing more is recorded.
    assert_eq!(pushed(&fixture, &cookie, &signed).await, receipts);
    assert_eq!(fixture.log_length().await, length + 2);

    // The office shows who used it, and revokes it.
    let reader = |who| {
        fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(who))
    };
    let listed = async |who| {
        let all = reader(who).list_devices(whole(&Asked::default())).await;
        all.unwrap().rows
    };
    // Beside the two of the demo city; the one that was used last stands first.
    let rows = listed("administrator").await;
    assert_eq!(rows.len(), 3);
    assert_eq!((rows[0].id, rows[0].enrolled_by.id), (tablet.id, leader));
    assert_eq!(rows[0].signed.as_ref().map(|(by, _)| by.id), Some(leader));
    assert_eq!(rows[0].revoked_at, None);
    assert_eq!(listed("organiser").await, []);
    assert_eq!(reader("organiser").device(tablet.id).await.unwrap(), None);
    let revoke = Command::Device {
        id: tablet.id,
        command: DeviceCommand::Revoke {
            reason: "丢失".into(),
        },
    };
    fixture.does("administrator", &revoke).await;
    let rows = listed("administrator").await;
    let own = rows.iter().find(|row| row.id == tablet.id).unwrap();
    assert!(own.revoked_at.is_some());
    for (state, expected) in [("trusted", 1), ("revoked", 2), ("", 3)] {
        let asked = Asked::of([("state", state.to_owned())]);
        let page = reader("administrator").list_devices(whole(&asked)).await;
        assert_eq!(page.unwrap().total, expected, "{state}");
    }
    for (search, expected) in [(fixture.name_of(leader), 0), ("检查员".to_owned(), 3)] {
        let asked = Asked {
            search,
            ..Asked::default()
        };
        let page = reader("administrator").list_devices(whole(&asked)).await;
        assert_eq!(page.unwrap().total, expected, "{asked:?}");
    }
    let (status, said) = enrolled(&fixture, &cookie, &tablet).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(said.contains("revoked"), "{said}");
    let late = tablet.push(&[started(9)]);
    assert!(is_held(&pushed(&fixture, &cookie, &late).await, "revoked"));
    // Found again, it enrols with whatever key, and what it signs then is judged as ever.
    let readmit = Command::Device {
        id: tablet.id,
        command: DeviceCommand::Readmit {
            reason: "找回".into(),
        },
    };
    fixture.does("administrator", &readmit).await;
    let asked = Asked::of([("state", "readmitted".to_owned())]);
    let page = reader("administrator").list_devices(whole(&asked)).await;
    assert_eq!(page.unwrap().total, 1);
    let (status, said) = enrolled(&fixture, &cookie, &other).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{said}");
    let anew = other.push(&[started(10)]);
    let judged = pushed(&fixture, &cookie, &anew).await;
    assert!(is_held(&judged, "submitted"), "{judged:?}");
    let page = reader("administrator").list_devices(whole(&asked)).await;
    assert_eq!(page.unwrap().total, 0);

    // An answer that was lost is given as it was before.
    assert_eq!(pushed(&fixture, &cookie, &signed).await, receipts);

    // The record holds all of it, and computes to the same read models.
    checked(&recorded(&fixture).await).unwrap();
    let log = fixture.server.ingest.log();
    let rebuilt =
        crate::rebuild::rebuild_and_compare(&**log, fixture.city.jurisdiction, &|_| {}).await;
    assert_eq!(rebuilt.unwrap().differences, []);
    let (_, _, answer) = fixture
        .send(post(
            "/api/device",
            &organiser,
            json!({ "id": tablet.id }).to_string(),
        ))
        .await;
    assert_eq!(answer["is"], "notFound", "{answer}");
}

/// Given what an enrolled tablet sent, when somebody who owns the database writes it otherwise, takes its signature away, or puts in what
/// the tablet never sent, and writes the chain anew, then the check of the record names that event.
#[tokio::test]
async fn the_record_shows_what_a_tablet_did_not_sign() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let tablet = Tablet::new(1);
    enrolled(&fixture, &cookie, &tablet).await;
    let visit = fixture.refused_entry(order.leader, tablet.id, 1);
    let push = tablet.push(&[visit]);
    assert_eq!(pushed(&fixture, &cookie, &push).await, [Receipt::Accepted]);
    let events = recorded(&fixture).await;
    assert_eq!(checked(&events), Ok(1));
    let place = events.len() - 2;
    assert_eq!(events[place].authored, push.events[0]);
    let at = |place: usize| u64::try_from(place).unwrap() + 1;
    let unsigned = Err(RecordFault::Unsigned {
        position: at(place),
        device: tablet.id,
    });

    let mut otherwise = events.clone();
    otherwise[place].authored.body = otherwise[place].authored.body.replace("封闭", "开放");
    assert!(matches!(checked(&otherwise), Err(RecordFault::Chain(_))));
    chained_anew(&mut otherwise);
    assert_eq!(checked(&otherwise), unsigned);

    let mut without = events.clone();
    without.truncate(place + 1);
    assert_eq!(checked(&without), unsigned);

    let mut invented = events.clone();
    let mut another = invented[place].clone();
    another.authored.device_sequence = Some(2);
    invented.push(another.clone());
    chained_anew(&mut invented);
    assert_eq!(
        checked(&invented),
        Err(RecordFault::Unsigned {
            position: at(events.len()),
            device: tablet.id,
        })
    );

    let mut forged = events.clone();
    let body = &mut forged[place + 1].authored.body;
    let digit = body.rfind(|digit: char| digit.is_ascii_hexdigit()).unwrap();
    let other = if &body[digit..=digit] == "0" {
        "1"
    } else {
        "0"
    };
    body.replace_range(digit..=digit, other);
    chained_anew(&mut forged);
    assert_eq!(
        checked(&forged),
        Err(RecordFault::Signature {
            position: at(place + 1),
            device: tablet.id,
        })
    );

    // Said to be of no tablet, it is missing in the tablet's own sequence once that goes on.
    let mut taken_away = events.clone();
    let stripped = &mut taken_away[place].authored;
    (stripped.device, stripped.device_sequence) = (None, None);
    taken_away.push(another);
    chained_anew(&mut taken_away);
    assert_eq!(
        checked(&taken_away),
        Err(RecordFault::Gap {
            position: at(events.len()),
            device: tablet.id,
        })
    );

    // Another key, or a batch after the tablet was revoked.
    let enrolment = events
        .iter()
        .find(|event| event.authored.stream == format!("device/{}", tablet.id))
        .unwrap();
    let mut another_key = events.clone();
    let mut again = enrolment.clone();
    again.authored.body = again
        .authored
        .body
        .replace(&tablet.key().0, &Tablet::new(1).key().0);
    another_key.push(again);
    chained_anew(&mut another_key);
    let position = at(events.len());
    let device = tablet.id;
    assert_eq!(
        checked(&another_key),
        Err(RecordFault::OtherKey { position, device })
    );
    let mut revoked_before = events.clone();
    let mut revoked = enrolment.clone();
    revoked.authored.kind = "device.revoked".into();
    revoked.authored.body = r#"{"revoked":{"reason":"lost"}}"#.into();
    revoked_before.insert(place, revoked);
    chained_anew(&mut revoked_before);
    assert_eq!(
        checked(&revoked_before),
        Err(RecordFault::Revoked { position, device })
    );
}
