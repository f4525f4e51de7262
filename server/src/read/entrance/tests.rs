//! Who keeps which code, and what is said of one that was read, on both databases.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use domain::Command;
use domain::entrance::{CodeRead, Verdict};
use domain::inspection::{InspectionCommand, InspectionEvent};
use domain::record::Authored;
use serde_json::{Value, json};
use sync::protocol::Receipt;

use super::*;
use crate::http::fixture::{Fixture, device, post};
use crate::rebuild::rebuild_and_compare;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

#[tokio::test]
async fn in_sqlite_a_code_is_kept_read_and_replaced() {
    a_code_is_kept_read_and_replaced(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_a_code_is_kept_read_and_replaced() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    a_code_is_kept_read_and_replaced(fixture).await;
}

async fn ask(fixture: &Fixture, who: &str, call: &str, arguments: Value) -> (StatusCode, Value) {
    let cookie = fixture.sign_in(who).await;
    let mut request = post(&format!("/api/{call}"), &cookie, arguments.to_string());
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    let (status, _, answer) = fixture.send(request).await;
    (status, answer)
}

async fn seen(fixture: &Fixture, who: &str, body: BodyId) -> EntranceView {
    let (status, answer) = ask(fixture, who, "entrance", json!({ "id": body })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value(answer).unwrap()
}

/// Has a code made, and reads it off the sheet.
async fn made(fixture: &Fixture, body: BodyId, replaces: Option<Hash>) -> EntranceCode {
    let asked = json!({ "id": body, "replaces": replaces });
    let (status, answer) = ask(fixture, "administrator", "set-entrance-code", asked).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let view = seen(fixture, "administrator", body).await;
    let code = EntranceCode::read(&view.code.expect("a code").written).unwrap();
    assert_eq!(view.digest, Some(code.digest()));
    code
}

/// The same visit with the proof of a code.
fn with_code(mut event: Authored, code: &EntranceCode, visit: InspectionId) -> Authored {
    let Ok(Event::Inspection(InspectionEvent::Submitted(mut submission))) = event.event() else {
        panic!("it is a submission");
    };
    submission.entrance = Some(CodeRead {
        at: now(),
        proof: code.proof(visit),
    });
    event.body = Event::Inspection(InspectionEvent::Submitted(submission)).body();
    event
}

/// The demo city's codes can be printed, and what its teams read is known.
async fn the_city_has_codes(fixture: &Fixture) {
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, fixture.person("administrator"));
    let submitted = fixture.city.commands.iter().filter_map(|step| {
        let Command::Inspection { id, command } = &step.command else {
            return None;
        };
        match command {
            InspectionCommand::Submit(submission) => Some((*id, submission.target)),
            _ => None,
        }
    });
    let mut read = 0;
    for (visit, body) in submitted {
        let view = seen(fixture, "administrator", body).await;
        let code = EntranceCode::read(&view.code.expect("a code").written).unwrap();
        assert_eq!(view.digest, Some(code.digest()));
        let view = reader.inspection(visit).await.unwrap().expect("a visit");
        if let Some(entrance) = view.entrance {
            assert_eq!(entrance.verdict, Verdict::There);
            read += 1;
        }
    }
    assert_eq!(read, 2);
}

async fn a_code_is_kept_read_and_replaced(fixture: Fixture) {
    the_city_has_codes(&fixture).await;
    let (assignment, order) = fixture.assignment();
    let (visit, body) = (InspectionId::of(assignment), order.target);
    let inspector = fixture.name_of(order.leader);
    // Before there is one nobody is told of any, and whoever does not keep it is told of none at all.
    assert_eq!(seen(&fixture, "administrator", body).await.code, None);
    for who in [inspector.as_str(), "organiser", "fengtai-officer"] {
        let (status, _) = ask(&fixture, who, "entrance", json!({ "id": body })).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{who}");
        let asked = json!({ "id": body, "replaces": null });
        let (status, _) = ask(&fixture, who, "set-entrance-code", asked).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{who}");
    }
    let first = made(&fixture, body, None).await;

    // when the team hands in a visit at which it read the code
    let read = with_code(
        fixture.refused_entry(order.leader, device(1), 1),
        &first,
        visit,
    );
    let cookie = fixture.sign_in(&inspector).await;
    let receipts = fixture.push(&cookie, device(1), vec![read]).await;
    assert_eq!(receipts, [Receipt::Accepted]);
    let administrator = fixture.person("administrator");
    let verdict = async || {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, administrator);
        let view = reader.inspection(visit).await.unwrap().expect("a visit");
        view.entrance.expect("a code that was read").verdict
    };
    assert_eq!(verdict().await, Verdict::There);

    // when the code is replaced, then it is another, what was read before stays right, and who saw the first hears of it
    let second = made(&fixture, body, Some(first.digest())).await;
    assert_ne!(first, second);
    assert_eq!(verdict().await, Verdict::There);
    let late = json!({ "id": body, "replaces": first.digest() });
    let (status, _) = ask(&fixture, "administrator", "set-entrance-code", late).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    // and one that is read after that is an old one, and one of another institution is none of this
    let reader = fixture
        .server
        .reader(fixture.city.jurisdiction, administrator);
    let submission = |code: EntranceCode| {
        let read = fixture.refused_entry(order.leader, device(1), 2);
        match with_code(read, &code, visit).event() {
            Ok(Event::Inspection(InspectionEvent::Submitted(submission))) => submission,
            _ => panic!("it is a submission"),
        }
    };
    let said = async |code| {
        let read = reader.entrance_read(visit, &submission(code)).await;
        read.unwrap().expect("a code that was read").verdict
    };
    assert!(matches!(said(first).await, Verdict::Replaced { at } if at <= now()));
    assert_eq!(said(second).await, Verdict::There);
    assert_eq!(said(EntranceCode::of([3; 16])).await, Verdict::Elsewhere);

    // and no code is in the log, from which the read models come out as they are
    let stream = Stream {
        kind: StreamKind::Body,
        id: body.0,
    };
    let log = reader.stream(stream.to_string()).await.unwrap();
    let written = |code: EntranceCode| code.to_string();
    let is_in_log = |text: &str| log.iter().any(|event| event.authored.body.contains(text));
    assert!(!is_in_log(&written(first)) && !is_in_log(&written(second)));
    assert!(is_in_log(&second.digest().to_string()));
    let (log, own) = (fixture.server.ingest.log(), fixture.city.jurisdiction);
    let same = rebuild_and_compare(&**log, own, &|_| {}).await.unwrap();
    assert_eq!(same.differences, []);
}
