//! The protocol as a tablet and as a stranger see it: each bad input has its answer, and nothing is lost.

mod signed_afterwards;

use std::io::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};

use app::list::Asked;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::assignment::{AssignmentCommand, AssignmentOrder};
use domain::campaign::CampaignCommand;
use domain::id::{AssignmentId, EventId, FindingId, InspectionId};
use domain::inspection::InspectionEvent;
use domain::instant::Day;
use domain::record::{Authored, Recorded, Stream, StreamKind};
use domain::working_day::plus_days;
use domain::{Command, Event};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sync::protocol::{Pulled, PushRefusal, Receipt};
use sync::scope::WITHHELD;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::fixture::{Fixture, device, post, problem};
use crate::read::list::whole;
use crate::server::now;

#[tokio::test]
async fn a_push_without_a_session_asks_to_sign_in_and_takes_nothing() {
    let fixture = Fixture::new().await;
    let before = fixture.log_length().await;
    let (status, _, answer) = fixture.send(post("/api/sync/v1/push", "", "{}")).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::UNAUTHORIZED, "signedOut")
    );
    assert_eq!(fixture.log_length().await, before);
}

#[tokio::test]
async fn malformed_json_is_told_where_it_breaks() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    for body in [
        "{\"device\":\n  oops",
        "",
        "[]",
        "\u{0}",
        "{\"device\":\"x\",\"events\":[]}",
    ] {
        let (status, _, answer) = fixture.send(post("/api/sync/v1/push", &cookie, body)).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::BAD_REQUEST, "malformed"),
            "{body}"
        );
    }
    let (_, _, answer) = fixture
        .send(post("/api/sync/v1/push", &cookie, "{\"device\":\n  oops"))
        .await;
    assert!(
        problem(&answer).2.contains("Line 2") && problem(&answer).1.contains("第2行"),
        "{answer}"
    );
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

fn packed(cookie: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = post("/api/sync/v1/push", cookie, Body::from(body));
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
    request
}

/// Given a server that says that it takes a packed push, then it takes one as it takes a plain one; one that unpacks to more than a push may
/// be is refused as such, and one that is broken, or packed otherwise, is no push.
#[tokio::test]
async fn a_push_may_be_packed_and_is_held_to_what_it_unpacks_to() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let me = Request::get("/api/sync/v1/me")
        .header(header::COOKIE, &cookie)
        .body(Body::empty())
        .unwrap();
    let answer = fixture.app.clone().oneshot(me).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()[header::ACCEPT_ENCODING], "gzip");

    let push = json!({ "device": device(1), "events": [] }).to_string();
    let (status, _, answer) = fixture.send(packed(&cookie, gzip(push.as_bytes()))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");

    let spaces = gzip(&vec![b' '; 64 * 1024 * 1024]);
    assert!(spaces.len() < 100_000);
    let (status, _, _) = fixture.send(packed(&cookie, spaces)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);

    let mut cut = gzip(push.as_bytes());
    cut.truncate(cut.len() / 2);
    for body in [cut, b"not packed".to_vec()] {
        let (status, _, _) = fixture.send(packed(&cookie, body)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let mut otherwise = packed(&cookie, push.into_bytes());
    let headers = otherwise.headers_mut();
    headers.insert(header::CONTENT_ENCODING, "br".parse().unwrap());
    let (status, _, _) = fixture.send(otherwise).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    // Said to be large: refused at once. Not said: refused when it turns out.
    let mut declared = post(
        "/api/sync/v1/push",
        &cookie,
        Body::from_stream(futures::stream::pending::<std::io::Result<Vec<u8>>>()),
    );
    declared
        .headers_mut()
        .insert(header::CONTENT_LENGTH, "104857600".parse().unwrap());
    let chunks =
        futures::stream::iter((0..100).map(|_| std::io::Result::Ok(vec![b' '; 1024 * 1024])));
    let streamed = post("/api/sync/v1/push", &cookie, Body::from_stream(chunks));
    for request in [declared, streamed] {
        let (status, _, answer) = fixture.send(request).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::PAYLOAD_TOO_LARGE, "tooLarge")
        );
        assert!(problem(&answer).1.contains("4 MB"));
    }
}

#[tokio::test]
async fn pushing_twice_changes_nothing_the_second_time() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let event = fixture.refused_entry(order.leader, device(1), 1);
    assert_eq!(
        fixture.push(&cookie, device(1), vec![event.clone()]).await,
        [Receipt::Accepted]
    );
    let length = fixture.log_length().await;
    assert_eq!(
        fixture.push(&cookie, device(1), vec![event.clone()]).await,
        [Receipt::Duplicate]
    );
    assert_eq!(
        fixture
            .push(&cookie, device(1), vec![event.clone(), event])
            .await,
        [Receipt::Duplicate, Receipt::Duplicate]
    );
    assert_eq!(fixture.log_length().await, length);
}

#[tokio::test]
async fn two_tablets_that_submit_one_visit_are_both_kept() {
    let fixture = Fixture::new().await;
    let (id, order) = fixture.assignment();
    let second = *order
        .team
        .iter()
        .find(|person| **person != order.leader)
        .unwrap();
    let (one, two) = (
        fixture.sign_in(&fixture.name_of(order.leader)).await,
        fixture.sign_in(&fixture.name_of(second)).await,
    );
    let first = fixture.refused_entry(order.leader, device(1), 1);
    let late = fixture.refused_entry(second, device(2), 1);
    // At the same moment: whichever is first is accepted, the other is held, and neither is lost.
    let (a, b) = tokio::join!(
        fixture.push(&one, device(1), vec![first.clone()]),
        fixture.push(&two, device(2), vec![late.clone()])
    );
    let held = [&a[0], &b[0]]
        .into_iter()
        .filter(|receipt| matches!(receipt, Receipt::Held { .. }))
        .count();
    let accepted = [&a[0], &b[0]]
        .into_iter()
        .filter(|receipt| **receipt == Receipt::Accepted)
        .count();
    assert_eq!((accepted, held), (1, 1), "{a:?} {b:?}");
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let inspection = reader
        .inspection(InspectionId::of(id))
        .await
        .unwrap()
        .expect("the office has the inspection");
    let kept = reader
        .list_held(whole(&Asked::default()))
        .await
        .unwrap()
        .rows;
    assert_eq!(kept.len(), 1);
    let (winner, loser) = if a[0] == Receipt::Accepted {
        (order.leader, &late)
    } else {
        (second, &first)
    };
    assert_eq!(inspection.row.submitted_by.id, winner);
    let original: Value = serde_json::from_str(&loser.body).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&kept[0].content).unwrap(),
        original,
        "kept whole"
    );
    // Sent again because the answer was lost, each is told what it was told before.
    for (cookie, device, event, first_answer) in [
        (&one, device(1), first, &a[0]),
        (&two, device(2), late, &b[0]),
    ] {
        let again = fixture.push(cookie, device, vec![event]).await;
        match first_answer {
            Receipt::Accepted => assert_eq!(again, [Receipt::Duplicate]),
            held => assert_eq!(again, std::slice::from_ref(held)),
        }
    }
}

#[tokio::test]
async fn an_unknown_kind_is_kept_for_a_person() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let known = fixture.refused_entry(order.leader, device(1), 2);
    let unknown = Authored {
        id: EventId(Uuid::now_v7()),
        kind: "drone.flown".into(),
        stream: "drone/7".into(),
        body: "{\"height\": 12.50}".into(),
        device_sequence: Some(1),
        ..known.clone()
    };
    let receipts = fixture
        .push(&cookie, device(1), vec![unknown.clone(), known])
        .await;
    assert!(
        matches!(&receipts[0], Receipt::Held { reason } if reason.get("en").contains("drone.flown")),
        "{receipts:?}"
    );
    assert_eq!(
        receipts[1],
        Receipt::Accepted,
        "what comes after is not held up"
    );
    let events = fixture
        .server
        .ingest
        .log()
        .streams(fixture.city.jurisdiction, &[format!("held/{}", unknown.id)])
        .await;
    let body = &events.unwrap()[0].authored.body;
    assert!(
        body.contains("{\"height\": 12.50}"),
        "kept to the byte: {body}"
    );
}

/// Given two that are held, when one is settled and then both are at once, then that one is refused and says so, and the other is settled.
#[tokio::test]
async fn several_that_are_held_are_settled_at_once() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let known = fixture.refused_entry(order.leader, device(1), 2);
    let ids = [(); 2].map(|()| EventId(Uuid::now_v7()));
    let held = (1..).zip(ids).map(|(sequence, id)| Authored {
        id,
        kind: "drone.flown".into(),
        stream: "drone/7".into(),
        body: "{}".into(),
        device_sequence: Some(sequence),
        ..known.clone()
    });
    let receipts = fixture.push(&cookie, device(1), held.collect()).await;
    for receipt in receipts {
        assert!(matches!(receipt, Receipt::Held { .. }), "{receipt:?}");
    }
    let cookie = fixture.sign_in("organiser").await;
    let settle = |id: EventId| json!([{ "held": { "id": id, "command": { "settle": { "decision": "不是我们的" } } } }]);
    let each = async |rows: Value| {
        let mut request = post(
            "/api/send-each",
            &cookie,
            json!({ "rows": rows }).to_string(),
        );
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        let (status, _, answer) = fixture.send(request).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    };
    assert_eq!(each(json!([settle(ids[0])])).await, json!([null]));
    let answers = each(json!([settle(ids[0]), settle(ids[1])])).await;
    assert!(answers[0].is_string(), "{answers}");
    assert_eq!(answers[1], Value::Null);
    let organiser = fixture.person("organiser");
    let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
    for id in ids {
        let row = reader.held(id).await.unwrap().unwrap();
        assert_eq!(row.decision.as_deref(), Some("不是我们的"));
    }
}

#[tokio::test]
async fn a_forged_actor_a_foreign_device_and_a_foreign_jurisdiction_are_refused() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in("inspector-48").await;
    let before = fixture.log_length().await;
    let mine = fixture.person("inspector-48");
    let forged = fixture.refused_entry(order.leader, device(1), 1);
    let foreign = Authored {
        device: Some(device(9)),
        actor: mine,
        ..forged.clone()
    };
    let elsewhere = Authored {
        jurisdiction: domain::id::JurisdictionId(Uuid::nil()),
        actor: mine,
        ..forged.clone()
    };
    for (event, expected) in [
        (forged, PushRefusal::ForgedActor),
        (foreign, PushRefusal::ForeignDevice),
        (elsewhere, PushRefusal::ForeignJurisdiction),
    ] {
        let receipts = fixture.push(&cookie, device(1), vec![event]).await;
        assert!(
            matches!(&receipts[..], [Receipt::Refused { why, .. }] if *why == expected),
            "{receipts:?}"
        );
    }
    assert_eq!(
        fixture.log_length().await,
        before,
        "nothing was taken; it stays on the tablet"
    );
}

#[tokio::test]
async fn a_gap_in_the_sequence_is_told_from_where_to_send_again() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let started = fixture.event(
        order.leader,
        device(1),
        1,
        Stream {
            kind: StreamKind::Inspection,
            id: fixture.assignment().0.0,
        },
        &Event::Inspection(InspectionEvent::Started {
            target: order.target,
        }),
    );
    let submitted = fixture.refused_entry(order.leader, device(1), 2);
    let early = fixture
        .push(&cookie, device(1), vec![submitted.clone()])
        .await;
    assert!(
        matches!(
            &early[..],
            [Receipt::Refused {
                why: PushRefusal::FutureSequence { expected: 1 },
                ..
            }]
        ),
        "{early:?}"
    );
    let both = fixture
        .push(&cookie, device(1), vec![started.clone(), submitted])
        .await;
    assert_eq!(both, [Receipt::Accepted, Receipt::Accepted]);
    // A tablet restored from an old copy gives a number again: both facts are kept.
    let again = Authored {
        id: EventId(Uuid::now_v7()),
        ..started
    };
    assert!(matches!(
        fixture.push(&cookie, device(1), vec![again]).await[..],
        [Receipt::Held { .. }]
    ));
}

#[tokio::test]
async fn the_server_checks_what_the_tablet_decided() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    // Someone of another group sends in a visit that is not theirs: kept, not believed.
    let outsider = fixture.person("inspector-48");
    let cookie = fixture.sign_in("inspector-48").await;
    let event = fixture.refused_entry(outsider, device(1), 1);
    let receipts = fixture.push(&cookie, device(1), vec![event]).await;
    assert!(
        matches!(&receipts[0], Receipt::Held { reason } if reason.get("en").contains("You have no such assignment")),
        "{receipts:?}"
    );
    // A finding of an inspection that was never handed in.
    let stream = Stream {
        kind: StreamKind::Finding,
        id: FindingId(Uuid::now_v7()).0,
    };
    let raised = json!({ "raised": {
        "inspection": fixture.assignment().0, "body": order.target, "title": {"en": "x"}, "line": "main",
        "severity": "key", "extent": "isolated", "note": "n", "photos": [], "fixedOnTheSpot": false } });
    let event = Event::decode("finding.raised", &raised.to_string()).unwrap();
    let receipts = fixture
        .push(
            &cookie,
            device(1),
            vec![fixture.event(outsider, device(1), 2, stream, &event)],
        )
        .await;
    assert!(
        matches!(&receipts[0], Receipt::Held { reason } if reason.get("en").contains("not been submitted")),
        "{receipts:?}"
    );
}

#[tokio::test]
async fn a_tablet_pulls_what_its_person_needs_and_nothing_sealed() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let pull = |cursor: String, cookie: String| {
        let path = format!("/api/sync/v1/pull?after={cursor}");
        let request = Request::get(path)
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        fixture.send(request)
    };
    let (status, _, first) = pull(String::new(), cookie.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let streams = |answer: &Value| -> Vec<String> {
        answer["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["stream"].as_str().unwrap().to_owned())
            .collect()
    };
    for kind in [
        "jurisdiction/",
        "person/",
        "assignment/",
        "campaign/",
        "checklist/",
        "body/",
    ] {
        assert!(
            streams(&first)
                .iter()
                .any(|stream| stream.starts_with(kind)),
            "{kind}"
        );
    }
    let home = format!("body/{}", order.target);
    assert!(streams(&first).contains(&home));
    assert!(
        streams(&first)
            .iter()
            .filter(|stream| stream.starts_with("body/"))
            .count()
            < 20,
        "not the whole city"
    );

    // A sealed assignment changes no byte of any later answer, cursor included, until it is released.
    let cursor = first["cursor"].as_str().unwrap().to_owned();
    let before = pull(cursor.clone(), cookie.clone()).await;
    assert_eq!(before.2["events"], json!([]));
    let id = AssignmentId(Uuid::now_v7());
    let (organiser, campaign) = (fixture.person("organiser"), order.campaign);
    let sealed = AssignmentCommand::Create(AssignmentOrder {
        visit_on: day_after(&order),
        sealed: true,
        ..order.clone()
    });
    let command = |command| Command::Assignment {
        id,
        campaign,
        command,
    };
    fixture
        .server
        .ingest
        .command(organiser, &command(sealed), now())
        .await
        .unwrap();
    assert_eq!(pull(cursor.clone(), cookie.clone()).await, before);
    assert_eq!(pull(String::new(), cookie.clone()).await.2, first);
    fixture
        .server
        .ingest
        .command(organiser, &command(AssignmentCommand::Release), now())
        .await
        .unwrap();
    let (_, _, released) = pull(cursor, cookie).await;
    assert!(streams(&released).contains(&format!("assignment/{id}")));
    assert_eq!(
        pull("nonsense".into(), String::new()).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_finding_without_the_evidence_its_item_asks_for_is_held_and_says_what_is_missing() {
    // given a visit handed in with an item not met
    let fixture = Fixture::new().await;
    let (id, order) = fixture.visit_with_one_item().await;
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let finding = FindingId(Uuid::now_v7());
    let raised = |sequence, note, photos: &Value| {
        fixture.raised(id, &order, finding, device(1), sequence, (note, photos))
    };
    let photo = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    // when its finding comes without a photo, or without a note
    let lacking = raised(2, "门未关", &json!([]));
    let receipts = fixture
        .push(
            &cookie,
            device(1),
            vec![
                fixture.not_met(id, &order, finding, device(1), 1),
                lacking.clone(),
                raised(3, " ", &photo),
            ],
        )
        .await;
    // then it is held with the reason in both languages, whole
    assert_eq!(receipts[0], Receipt::Accepted);
    let reason = |receipt: &Receipt| match receipt {
        Receipt::Held { reason } => (
            reason.get("zh-Hans").to_owned(),
            reason.get("en").to_owned(),
        ),
        other => panic!("not held: {other:?}"),
    };
    let (chinese, english) = reason(&receipts[1]);
    assert!(chinese.contains("还缺1张") && english.contains("1 more photo(s)"));
    assert!(reason(&receipts[2]).1.contains("Description"));
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person("organiser"));
    let held = async || {
        let row = reader.held(lacking.id).await.unwrap();
        row.unwrap()
    };
    let kept = held().await;
    assert_eq!(
        serde_json::from_str::<Value>(&kept.content).unwrap(),
        serde_json::from_str::<Value>(&lacking.body).unwrap()
    );
    assert!(!kept.has_page, "the finding is not on record");
    // and with its evidence it is accepted after all
    assert_eq!(
        fixture
            .push(&cookie, device(1), vec![raised(4, "门未关", &photo)])
            .await,
        [Receipt::Accepted]
    );
    assert!(held().await.has_page, "now it is");
}

/// What a tablet is given after a cursor.
async fn pulled(fixture: &Fixture, cookie: &str, query: &str) -> Pulled {
    let request = Request::get(format!("/api/sync/v1/pull?{query}"))
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let (status, _, answer) = fixture.send(request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value(answer).unwrap()
}

/// A day after a visit of the demo city, another each time: a body is visited once a day.
fn day_after(order: &AssignmentOrder) -> Day {
    static GIVEN: AtomicI64 = AtomicI64::new(0);
    plus_days(
        order.visit_on,
        1 + GIVEN.fetch_add(1, Ordering::Relaxed) % 30,
    )
}

/// Assigns and releases one more visit, and gives its stream.
async fn release_one_more(fixture: &Fixture, order: &AssignmentOrder) -> String {
    let id = AssignmentId(Uuid::now_v7());
    for command in [
        AssignmentCommand::Create(AssignmentOrder {
            visit_on: day_after(order),
            sealed: true,
            ..order.clone()
        }),
        AssignmentCommand::Release,
    ] {
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command,
        };
        let organiser = fixture.person("organiser");
        let ingest = &fixture.server.ingest;
        ingest.command(organiser, &command, now()).await.unwrap();
    }
    format!("assignment/{id}")
}

/// Given a city of some six hundred institutions, when an inspector's tablet fetches for the first time, then all of it comes in one
/// answer of less than 2 MB, and after another visit was released only what that visit is about.
#[tokio::test]
async fn a_city_comes_in_one_go_and_then_by_difference() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let known = fixture.server.ingest.world().known();
    let bodies = known.directory.bodies();
    let institutions = bodies
        .filter(|(_, body)| body.kind.is_institution())
        .count();
    assert!(institutions > 580, "{institutions}");
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let size = |pulled: &Pulled| serde_json::to_vec(pulled).unwrap().len();
    let first = pulled(&fixture, &cookie, "").await;
    assert!(!first.more);
    assert!(
        (50_000..2_000_000).contains(&size(&first)),
        "{}",
        size(&first)
    );
    let stream = release_one_more(&fixture, &order).await;
    let next = pulled(&fixture, &cookie, &format!("after={}", first.cursor)).await;
    assert!(next.events.iter().any(|event| event.stream == stream));
    assert!(size(&next) < 10_000, "{}", size(&next));
}

#[tokio::test]
async fn a_pull_tells_how_far_the_log_got_with_what_was_recorded_on_the_device() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let of = |number| format!("device={}", device(number));
    assert_eq!(
        pulled(&fixture, &cookie, &of(1)).await.last_sequence,
        Some(0)
    );
    let event = fixture.refused_entry(order.leader, device(1), 1);
    fixture.push(&cookie, device(1), vec![event]).await;
    let first = pulled(&fixture, &cookie, &of(1)).await;
    assert_eq!(first.last_sequence, Some(1));
    // whether or not there is anything to fetch, and of this device only
    let again = format!("{}&after={}", of(1), first.cursor);
    let again = pulled(&fixture, &cookie, &again).await;
    assert_eq!((again.events.len(), again.last_sequence), (0, Some(1)));
    assert_eq!(again.cursor, first.cursor);
    assert_eq!(
        pulled(&fixture, &cookie, &of(2)).await.last_sequence,
        Some(0)
    );
    assert_eq!(pulled(&fixture, &cookie, "").await.last_sequence, None);
    let request = Request::get("/api/sync/v1/pull?device=seven")
        .header(header::COOKIE, &cookie)
        .body(Body::empty())
        .unwrap();
    let (status, _, answer) = fixture.send(request).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::BAD_REQUEST, "malformedDevice")
    );
}

#[tokio::test]
async fn a_cursor_of_a_log_that_is_gone_begins_anew() {
    // given a tablet that fetched everything from a server
    let before = Fixture::new().await;
    let (_, order) = before.assignment();
    let name = before.name_of(order.leader);
    release_one_more(&before, &order).await;
    let cookie = before.sign_in(&name).await;
    let cursor = pulled(&before, &cookie, "").await.cursor;
    let after = format!("after={cursor}");
    assert_eq!(pulled(&before, &cookie, &after).await.events, []);
    // when the server has lost the last of it
    let restored = Fixture::new().await;
    let cookie = restored.sign_in(&name).await;
    let anew = pulled(&restored, &cookie, "").await;
    assert_eq!(pulled(&restored, &cookie, &after).await, anew);
    // and has given its positions to other events since
    let others = [
        release_one_more(&restored, &order).await,
        release_one_more(&restored, &order).await,
    ];
    let streams: Vec<String> = pulled(&restored, &cookie, &after)
        .await
        .events
        .into_iter()
        .map(|event| event.stream)
        .collect();
    // then the tablet is given all of it
    for other in others {
        assert!(streams.contains(&other), "{other} in {streams:?}");
    }
    // and a cursor of an older form, or of no form, is none of this server's
    for cursor in ["5.5", "5.5.zz", "x.5.0", "5.5.0.0"] {
        let request = Request::get(format!("/api/sync/v1/pull?after={cursor}"))
            .header(header::COOKIE, &cookie)
            .body(Body::empty())
            .unwrap();
        let (status, _, answer) = restored.send(request).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::BAD_REQUEST, "malformedCursor"),
            "{cursor}"
        );
    }
}

/// The query that tells a tablet what it needs says what the rule of scope says, in its order, page by page.
#[tokio::test]
async fn a_pull_tells_what_the_rule_of_scope_tells() {
    let fixture = Fixture::new().await;
    let (_, order) = fixture.assignment();
    release_one_more(&fixture, &order).await;
    let event = fixture.refused_entry(order.leader, device(1), 1);
    let cookie = fixture.sign_in(&fixture.name_of(order.leader)).await;
    fixture.push(&cookie, device(1), vec![event]).await;
    let ingest = &fixture.server.ingest;
    // Who keeps away from where is none of a team's business.
    let declare = Command::Campaign {
        id: order.campaign,
        command: CampaignCommand::DeclareInterest {
            person: fixture.person("inspector-48"),
            body: fixture.unit_of(fixture.person("sos-village")).unwrap(),
            note: "亲属在该院工作".into(),
        },
    };
    let organiser = fixture.person("organiser");
    ingest.command(organiser, &declare, now()).await.unwrap();
    let jurisdiction = ingest.world().known().jurisdiction.unwrap();
    let log = ingest
        .log()
        .after(jurisdiction, 0, 1_000_000)
        .await
        .unwrap();
    let mut assignments = sync::scope::Assignments::default();
    for recorded in &log {
        let (stream, event) = (recorded.authored.stream(), recorded.authored.event());
        if let (Some(stream), Ok(event)) = (stream, event) {
            assignments.evolve(stream, &event, recorded.authored.actor, recorded.position);
        }
    }
    for person in [
        order.leader,
        order.team[1],
        fixture.person("inspector-48"),
        fixture.person("organiser"),
    ] {
        let visible = assignments.visible_to(person, jurisdiction);
        let places = log
            .iter()
            .map(|recorded| (recorded.position, &recorded.authored));
        let told: Vec<_> = sync::scope::told(&visible, places)
            .into_iter()
            .map(|(_, event)| event.id)
            .collect();
        let cookie = fixture.sign_in(&fixture.name_of(person)).await;
        let (mut cursor, mut events) = (String::new(), Vec::new());
        loop {
            let page = pulled(&fixture, &cookie, &format!("after={cursor}")).await;
            assert_eq!(page.person, Some(person));
            cursor = page.cursor;
            events.extend(page.events.iter().map(|event| event.id));
            if !page.more {
                break;
            }
        }
        assert!(!told.is_empty());
        assert_eq!(events, told);
        let declared = |recorded: &&Recorded| WITHHELD.contains(&recorded.authored.kind.as_str());
        let declared: Vec<_> = log.iter().filter(declared).collect();
        assert!(!declared.is_empty());
        assert!(
            declared
                .iter()
                .all(|one| !events.contains(&one.authored.id))
        );
    }
}
