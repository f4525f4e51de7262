//! A sealed assignment is not there for anyone but its campaign's organisers: every question gets the answer it got before.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, header};
use domain::Command;
use domain::assignment::{AssignmentCommand, AssignmentOrder};
use domain::id::{AssignmentId, FindingId};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::fixture::{Fixture, ORGANISER_OF_ONE_BODY, device, post};
use crate::server::now;

/// Everything there is to ask: calls with their arguments, then pages and the tablet's pull.
struct Questions {
    calls: Vec<(&'static str, Value)>,
    addresses: Vec<String>,
}

impl Questions {
    fn about(id: AssignmentId, order: &AssignmentOrder, finding: FindingId) -> Questions {
        let (campaign, target) = (order.campaign, order.target);
        let version = &order.checklist_version;
        let all_bodies = json!({ "kind": null, "district": null, "search": "", "page": 1 });
        let all_findings = json!({ "stage": null, "severity": null, "district": null, "body": null, "search": "", "page": 1 });
        Questions {
            calls: vec![
                ("today", json!({})),
                ("bodies", json!({ "filter": all_bodies })),
                ("body", json!({ "id": target })),
                ("notices", json!({})),
                ("checklists", json!({})),
                (
                    "checklist",
                    json!({ "id": order.checklist, "version": version }),
                ),
                ("campaigns", json!({})),
                ("campaign", json!({ "id": campaign })),
                ("inspections", json!({ "page": 1 })),
                ("inspection", json!({ "id": id })),
                ("findings", json!({ "filter": all_findings })),
                ("finding", json!({ "id": finding })),
                ("people", json!({ "search": "" })),
                ("held", json!({})),
                ("record", json!({})),
            ],
            addresses: vec![
                "/".into(),
                "/campaigns".into(),
                format!("/campaigns/{campaign}"),
                "/inspections".into(),
                format!("/inspections/{id}"),
                "/findings".into(),
                format!("/findings/{finding}"),
                "/bodies".into(),
                format!("/bodies/{target}"),
                "/record".into(),
                "/api/sync/v1/pull".into(),
            ],
        }
    }

    /// The answers to all of them, by question.
    async fn asked(&self, fixture: &Fixture, cookie: &str) -> BTreeMap<String, String> {
        let mut answers = BTreeMap::new();
        for (call, arguments) in &self.calls {
            let mut request = post(&format!("/api/{call}"), cookie, arguments.to_string());
            let json = header::HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json);
            answers.insert(
                format!("{call} {arguments}"),
                answer(fixture, request).await,
            );
        }
        for address in &self.addresses {
            let request = Request::get(address)
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .unwrap();
            answers.insert(address.clone(), answer(fixture, request).await);
        }
        answers
    }
}

/// Status and text of an answer, without the nonce that each page has of its own.
async fn answer(fixture: &Fixture, request: Request<Body>) -> String {
    let response = fixture.app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    let nonce = policy
        .split_once("'nonce-")
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(nonce, _)| nonce.to_owned());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let mut text = String::from_utf8(bytes.to_vec()).unwrap();
    if let Some(nonce) = nonce {
        text = text.replace(&nonce, "");
    }
    format!("{status} {text}")
}

impl Fixture {
    async fn organise(&self, id: AssignmentId, order: &AssignmentOrder, what: AssignmentCommand) {
        let command = Command::Assignment {
            id,
            campaign: order.campaign,
            command: what,
        };
        self.server
            .ingest
            .command(self.person("organiser"), &command, now())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_sealed_assignment_changes_no_answer_to_anyone_outside_its_organisers() {
    // given a visit with a finding, and people of every role
    let fixture = Fixture::new().await;
    let (id, order) = fixture.visit_with_one_item().await;
    fixture.organiser_of(order.target).await;
    let leader = fixture.name_of(order.leader);
    let tablet = fixture.sign_in(&leader).await;
    let finding = FindingId(Uuid::now_v7());
    let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    let events = vec![
        fixture.not_met(id, &order, finding, device(1), 1),
        fixture.raised(id, &order, finding, device(1), 2, ("门未关", &photos)),
    ];
    fixture.push(&tablet, device(1), events).await;
    let officer = fixture
        .city
        .sign_ins
        .iter()
        .find(|sign_in| fixture.unit_of(sign_in.person) == Some(order.target))
        .expect("an officer of the body visited");
    let questions = Questions::about(id, &order, finding);
    let mut outsiders = Vec::new();
    for name in [
        "administrator",
        "oversight",
        "committee",
        "elder-care-officer",
        "fengtai-officer",
        ORGANISER_OF_ONE_BODY,
        officer.name.as_str(),
        leader.as_str(),
    ] {
        let cookie = fixture.sign_in(name).await;
        let before = questions.asked(&fixture, &cookie).await;
        outsiders.push((name, cookie, before));
    }
    let organiser = fixture.sign_in("organiser").await;
    let known_to_organiser = questions.asked(&fixture, &organiser).await;

    // when assignments are sealed, one of them cancelled again
    let sealed = AssignmentOrder {
        sealed: true,
        ..order.clone()
    };
    for cancelled in [false, true] {
        let id = AssignmentId(Uuid::now_v7());
        fixture
            .organise(id, &order, AssignmentCommand::Create(sealed.clone()))
            .await;
        if cancelled {
            let reason = "改期".into();
            fixture
                .organise(id, &order, AssignmentCommand::Cancel { reason })
                .await;
        }
    }

    // then nobody outside gets another answer than before, to whatever they ask
    for (name, cookie, before) in &outsiders {
        for (question, answer) in questions.asked(&fixture, cookie).await {
            assert_eq!(answer, before[&question], "{name} asks {question}");
        }
    }
    let known = questions.asked(&fixture, &organiser).await;
    for question in ["today {}", "campaigns {}", "record {}"] {
        assert_ne!(known[question], known_to_organiser[question], "{question}");
    }
}

#[tokio::test]
async fn a_history_has_no_gaps_for_those_from_whom_something_is_hidden() {
    // given a finding raised, and something sealed between its events and those before
    let fixture = Fixture::new().await;
    let (id, order) = fixture.visit_with_one_item().await;
    let sealed = AssignmentOrder {
        sealed: true,
        ..order.clone()
    };
    fixture
        .organise(
            AssignmentId(Uuid::now_v7()),
            &order,
            AssignmentCommand::Create(sealed),
        )
        .await;
    let tablet = fixture.sign_in(&fixture.name_of(order.leader)).await;
    let finding = FindingId(Uuid::now_v7());
    let photos = json!([{ "hash": "7".repeat(64), "takenAt": now() }]);
    let events = vec![
        fixture.not_met(id, &order, finding, device(1), 1),
        fixture.raised(id, &order, finding, device(1), 2, ("门未关", &photos)),
    ];
    fixture.push(&tablet, device(1), events).await;
    // when its history is read, then only who sees everything is told the place in the whole log
    for (name, sees_everything) in [
        ("organiser", true),
        ("administrator", false),
        ("oversight", false),
    ] {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(name));
        let view = reader
            .inspection(domain::id::InspectionId::of(id))
            .await
            .unwrap()
            .expect(name);
        let positions: Vec<Option<u64>> = view.history.iter().map(|entry| entry.position).collect();
        let versions: Vec<u64> = view.history.iter().map(|entry| entry.version).collect();
        assert_eq!(versions, [1, 2, 1], "{name}: assignment, then inspection");
        assert!(
            positions
                .iter()
                .all(|position| position.is_some() == sees_everything),
            "{name}: {positions:?}"
        );
        if sees_everything {
            assert_eq!(
                positions[2].unwrap() - positions[1].unwrap(),
                2,
                "the sealed one stands between"
            );
        }
        let view = reader
            .finding(finding, domain::Language::English)
            .await
            .unwrap()
            .expect(name);
        assert_eq!(view.timeline[0].entry.position.is_some(), sees_everything);
        assert_eq!(view.timeline[0].entry.version, 1);
    }
}
