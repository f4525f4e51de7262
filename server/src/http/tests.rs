//! The server as a tablet and as a stranger see it: each bad input has its answer, and nothing is lost.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use domain::event::Event;
use domain::id::{AssignmentId, DeviceId, EventId, FindingId, InspectionId, PersonId};
use domain::inspection::{InspectionEvent, Outcome, ScoreShown, Submission};
use domain::instant::Instant;
use domain::record::{Authored, Hash, Stream, StreamKind};
use domain::{Command, Language};
use form::{Answers, Session};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use sync::protocol::{Push, PushRefusal, Pushed, Receipt};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::router;
use super::site::Site;
use crate::demo;
use crate::server::{Server, now};
use crate::settings::Settings;

const PASSWORD: &str = demo::DEMO_PASSWORD;

/// A server with the demo city, its router, and one sealed-and-released visit for a group to make.
struct Fixture {
    server: Arc<Server>,
    app: Router,
    city: demo::DemoCity,
    _folder: TempDir,
}

impl Fixture {
    async fn new() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(
            site.join("assets.json"),
            r#"{"office":{"boot":"/b.js","js":"/j.js","wasm":"/w.wasm"},"field":{"boot":"/fb.js","js":"/fj.js","wasm":"/fw.wasm"},"css":"/c.css"}"#,
        )
        .unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let server = Arc::new(Server::open(settings).await.unwrap());
        let city = demo::demo_city();
        demo::load(&server, &city).await.unwrap();
        let app = router(server.clone(), Site::open(Some(site)).unwrap());
        Fixture {
            server,
            app,
            city,
            _folder: folder,
        }
    }

    fn person(&self, name: &str) -> PersonId {
        self.city
            .sign_ins
            .iter()
            .find(|sign_in| sign_in.name == name)
            .expect(name)
            .person
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, Option<String>, Value) {
        let response: Response<Body> = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let cookie = response
            .headers()
            .get(header::SET_COOKIE)
            .map(|cookie| cookie.to_str().unwrap().to_owned());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            cookie,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    async fn sign_in(&self, name: &str) -> String {
        let body = json!({ "name": name, "password": PASSWORD });
        let (status, cookie, _) = self
            .send(post("/api/sync/v1/sign-in", "", body.to_string()))
            .await;
        assert_eq!(status, StatusCode::OK);
        cookie.unwrap().split(';').next().unwrap().to_owned()
    }

    async fn push(&self, cookie: &str, device: DeviceId, events: Vec<Authored>) -> Vec<Receipt> {
        let body = serde_json::to_string(&Push { device, events }).unwrap();
        let (status, _, answer) = self.send(post("/api/sync/v1/push", cookie, body)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let pushed: Pushed = serde_json::from_value(answer).unwrap();
        pushed
            .receipts
            .into_iter()
            .map(|receipt| receipt.receipt)
            .collect()
    }

    /// An assignment of the demo city and its team.
    fn assignment(&self) -> (AssignmentId, domain::assignment::AssignmentOrder) {
        self.city
            .commands
            .iter()
            .find_map(|step| match &step.command {
                Command::Assignment {
                    id,
                    command: domain::assignment::AssignmentCommand::Create(order),
                    ..
                } => Some((*id, order.clone())),
                _ => None,
            })
            .expect("the demo city has assignments")
    }

    fn name_of(&self, person: PersonId) -> String {
        self.city
            .sign_ins
            .iter()
            .find(|sign_in| sign_in.person == person)
            .expect("a sign-in")
            .name
            .clone()
    }

    async fn log_length(&self) -> u64 {
        self.server
            .ingest
            .log()
            .head(self.city.jurisdiction)
            .await
            .unwrap()
            .position
    }
}

fn post(path: &str, cookie: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header(header::HOST, "dubang.test")
        .header(header::ORIGIN, "http://dubang.test")
        .header(header::COOKIE, cookie)
        .body(body.into())
        .unwrap()
}

fn device(number: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(number))
}

impl Fixture {
    fn event(
        &self,
        actor: PersonId,
        device: DeviceId,
        sequence: u64,
        stream: Stream,
        event: &Event,
    ) -> Authored {
        Authored {
            id: EventId(Uuid::now_v7()),
            jurisdiction: self.city.jurisdiction,
            stream: stream.to_string(),
            kind: event.kind().to_owned(),
            body: event.body(),
            actor,
            device: Some(device),
            device_sequence: Some(sequence),
            occurred_at: now(),
        }
    }

    /// A visit that ended at the gate: the shortest submission there is.
    fn refused_entry(&self, actor: PersonId, device: DeviceId, sequence: u64) -> Authored {
        let (id, order) = self.assignment();
        let submission = Submission {
            target: order.target,
            outcome: Outcome::RefusedEntry,
            started_at: now(),
            present: order.team.clone(),
            checklist: order.checklist,
            checklist_version: order.checklist_version.clone(),
            session: Session::default(),
            answers: Answers::default(),
            score: ScoreShown::default(),
            findings: std::collections::BTreeMap::default(),
            account: "封闭管理，未准入院".into(),
        };
        let stream = Stream {
            kind: StreamKind::Inspection,
            id: InspectionId::of(id).0,
        };
        self.event(
            actor,
            device,
            sequence,
            stream,
            &Event::Inspection(InspectionEvent::Submitted(Box::new(submission))),
        )
    }
}

fn problem(answer: &Value) -> (&str, &str, &str) {
    let text = |language: &str| answer["message"][language].as_str().unwrap_or_default();
    (
        answer["code"].as_str().unwrap_or_default(),
        text(Language::Chinese.tag()),
        text(Language::English.tag()),
    )
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same_and_are_throttled() {
    let fixture = Fixture::new().await;
    let mut answers = Vec::new();
    for name in ["organiser", "nobody-at-all"] {
        let body = json!({ "name": name, "password": "wrong password" }).to_string();
        let (status, cookie, answer) = fixture.send(post("/api/sync/v1/sign-in", "", body)).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(cookie.is_none());
        assert_eq!(problem(&answer).0, "wrongPassword");
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
    for _ in 0..4 {
        let body = json!({ "name": "organiser", "password": "wrong password" }).to_string();
        fixture.send(post("/api/sync/v1/sign-in", "", body)).await;
    }
    let body = json!({ "name": "organiser", "password": PASSWORD }).to_string();
    let (status, _, answer) = fixture.send(post("/api/sync/v1/sign-in", "", body)).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(problem(&answer).1.contains('秒') && problem(&answer).2.contains("seconds"));
}

#[tokio::test]
async fn a_session_rotates_ends_and_can_be_ended_everywhere() {
    let fixture = Fixture::new().await;
    let first = fixture.sign_in("inspector-01").await;
    let me = |cookie: String| {
        let request = Request::get("/api/sync/v1/me")
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        fixture.send(request)
    };
    assert_eq!(me(first.clone()).await.0, StatusCode::OK);
    // Signing in with a session in hand gives another token and ends that session.
    let body = json!({ "name": "inspector-01", "password": PASSWORD }).to_string();
    let (_, second, _) = fixture
        .send(post("/api/sync/v1/sign-in", &first, body))
        .await;
    let second = second.unwrap().split(';').next().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(me(first).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(me(second.clone()).await.0, StatusCode::OK);
    let third = fixture.sign_in("inspector-01").await;
    let person = fixture.person("inspector-01");
    crate::session::end_all(&fixture.server.database, fixture.city.jurisdiction, person)
        .await
        .unwrap();
    assert_eq!(me(second).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(me(third).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(
        me(format!("{}={}", crate::session::COOKIE, "0".repeat(64)))
            .await
            .0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn sessions_expire_when_idle_and_absolutely() {
    use crate::session::{ABSOLUTE_HOURS, IDLE_HOURS, resolve, start};
    let fixture = Fixture::new().await;
    let (database, own) = (&fixture.server.database, fixture.city.jurisdiction);
    let person = fixture.person("organiser");
    let begin = Instant(1_700_000_000_000);
    let token = start(database, own, person, None, begin).await.unwrap();
    let found = Some((own, person));
    // Used every few hours it lives until the absolute end, and not a moment longer.
    let mut hour = 0;
    while hour < ABSOLUTE_HOURS {
        assert_eq!(
            resolve(database, &token, begin.plus_hours(hour))
                .await
                .unwrap(),
            found,
            "hour {hour}"
        );
        hour += IDLE_HOURS - 1;
    }
    assert_eq!(
        resolve(database, &token, begin.plus_hours(ABSOLUTE_HOURS + 1))
            .await
            .unwrap(),
        None
    );
    let idle = start(database, own, person, None, begin).await.unwrap();
    assert_eq!(
        resolve(database, &idle, begin.plus_hours(IDLE_HOURS + 1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        resolve(database, &idle, begin).await.unwrap(),
        None,
        "once expired it is gone"
    );
}

#[tokio::test]
async fn a_stolen_database_signs_nobody_in() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("organiser").await;
    let token = cookie.split_once('=').unwrap().1;
    let stored: Vec<String> = crate::on_database!(&fixture.server.database, pool =>
        sqlx::query_scalar("select token_hash from session").fetch_all(pool).await.unwrap());
    assert!(!stored.iter().any(|hash| hash == token));
    assert!(stored.contains(&Hash::of(token.as_bytes()).to_string()));
    // Nor is there a password or a token in the log.
    let events = fixture
        .server
        .ingest
        .log()
        .after(fixture.city.jurisdiction, 0, 100_000)
        .await
        .unwrap();
    assert!(events.iter().all(
        |event| !event.authored.body.contains("argon2") && !event.authored.body.contains(token)
    ));
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("organiser").await;
    for path in [
        "/api/sync/v1/push",
        "/api/send",
        "/api/sign-out",
        "/api/sync/v1/sign-out",
    ] {
        let mut request = post(path, &cookie, "{}");
        request
            .headers_mut()
            .insert(header::ORIGIN, "https://evil.example".parse().unwrap());
        let (status, _, answer) = fixture.send(request).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::FORBIDDEN, "crossSite"),
            "{path}"
        );
    }
    let request = Request::get("/api/sync/v1/me")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        fixture.send(request).await.0,
        StatusCode::OK,
        "the session is still there"
    );
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let fixture = Fixture::new().await;
    for path in [
        "/field",
        "/sw.js",
        "/health",
        "/pkg/missing.js",
        "/api/sync/v1/me",
        "/sign-in",
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = fixture.app.clone().oneshot(request).await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let policy = header("content-security-policy").expect(path);
        assert!(
            policy.contains("default-src 'none'") && policy.contains("'wasm-unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("http"),
            "{path} lets something in from elsewhere: {policy}"
        );
        assert_eq!(
            header("x-content-type-options").as_deref(),
            Some("nosniff"),
            "{path}"
        );
    }
}

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
    let kept = reader.held().await.unwrap();
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
        matches!(&receipts[0], Receipt::Held { reason } if reason.get("en").contains("not in the team")),
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
async fn a_photo_that_is_not_what_its_name_says_is_refused() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let photo = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 1000]].concat();
    let name = Hash::of(&photo);
    let put = |name: String, bytes: Vec<u8>, cookie: &str| {
        let mut request = post(&format!("/api/sync/v1/photo/{name}"), cookie, bytes);
        *request.method_mut() = axum::http::Method::PUT;
        fixture.send(request)
    };
    let (status, _, answer) = put("0".repeat(64), photo.clone(), &cookie).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::UNPROCESSABLE_ENTITY, "photoHashDiffers")
    );
    assert!(problem(&answer).2.contains(&name.to_string()));
    assert_eq!(
        put(name.to_string(), photo.clone(), &cookie).await.0,
        StatusCode::CREATED
    );
    assert_eq!(
        put(name.to_string(), photo.clone(), &cookie).await.0,
        StatusCode::OK
    );
    assert_eq!(
        put("../secrets".into(), photo.clone(), &cookie).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        put("xyz".into(), photo.clone(), &cookie).await.0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        put(name.to_string(), photo, "").await.0,
        StatusCode::UNAUTHORIZED
    );
    // Nobody sees a photo that is no evidence of anything in their scope.
    let request = Request::get(format!("/photo/{name}"))
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    assert_eq!(fixture.send(request).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_tablet_pulls_what_its_person_needs_and_nothing_sealed() {
    use domain::assignment::{AssignmentCommand, AssignmentOrder};
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
async fn a_refused_command_says_why_in_the_readers_language_and_is_no_failure_of_the_server() {
    let fixture = Fixture::new().await;
    let notice = fixture
        .city
        .commands
        .iter()
        .find_map(|step| match &step.command {
            Command::Notice { id, .. } => Some(*id),
            _ => None,
        })
        .expect("the demo city has a notice");
    let body = fixture.assignment().1.target;
    let command = json!({ "command": { "notice": { "id": notice, "command": { "acknowledge": { "body": body } } } } });
    let send = |cookie: String| {
        let mut request = post("/api/send", &cookie, command.to_string());
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        fixture.send(request)
    };
    let organiser = fixture.sign_in("organiser").await;
    for (language, why) in [
        ("zh", "您的角色不能签收通知"),
        ("en", "does not let you acknowledge notices"),
    ] {
        let (status, _, answer) = send(format!("{organiser}; language={language}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        assert!(
            answer["message"]
                .as_str()
                .is_some_and(|text| text.contains(why)),
            "{answer}"
        );
    }
    assert_eq!(send(String::new()).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nobody_founds_the_city_a_second_time() {
    let fixture = Fixture::new().await;
    let found = json!({ "found": { "name": { "en": "Mine" }, "timeZone": "Europe/London" } });
    let command =
        json!({ "command": { "jurisdiction": { "id": Uuid::now_v7(), "command": found } } });
    let before = fixture.log_length().await;
    for name in ["administrator", "inspector-01", "welfare-home-1"] {
        let cookie = fixture.sign_in(name).await;
        let mut request = post("/api/send", &cookie, command.to_string());
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        assert_eq!(
            fixture.send(request).await.0,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}"
        );
    }
    assert_eq!(fixture.log_length().await, before);
}

#[tokio::test]
async fn a_server_function_takes_no_endless_body_from_anyone() {
    let fixture = Fixture::new().await;
    let chunks = (0..100).map(|_| std::io::Result::Ok(vec![b' '; 1024 * 1024]));
    for path in ["/api/send", "/api/import-bodies", "/api/sign-in"] {
        let body = Body::from_stream(futures::stream::iter(chunks.clone()));
        let (status, _, answer) = fixture.send(post(path, "", body)).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::PAYLOAD_TOO_LARGE, "tooLarge"),
            "{path}"
        );
    }
}
