//! What is sent from the office by several rows at once.

use axum::http::{StatusCode, header};
use domain::Command;
use domain::jurisdiction::{District, DistrictCode, JurisdictionCommand};
use form::Texts;
use serde_json::json;

use crate::http::fixture::{Fixture, post};

/// Given rows of two commands, the second of one of which is refused, then of that row nothing is recorded, and of the other both.
#[tokio::test]
async fn a_row_is_done_whole_or_not_at_all() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let id = fixture
        .server
        .ingest
        .world()
        .known()
        .jurisdiction
        .expect("the demo city is there");
    let add = |code: &str| Command::Jurisdiction {
        id,
        command: JurisdictionCommand::AddDistricts(vec![District {
            code: DistrictCode(code.to_owned()),
            name: Texts::both("新区", "New District"),
        }]),
    };
    let rows = [
        [add("110191"), add("110191")],
        [add("110192"), add("110193")],
    ];
    let before = fixture.log_length().await;
    let mut request = post(
        "/api/send-each",
        &cookie,
        json!({ "rows": rows }).to_string(),
    );
    let json = header::HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    let (status, _, answer) = fixture.send(request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(answer[0].is_string() && answer[1].is_null(), "{answer}");
    assert_eq!(fixture.log_length().await, before + 2);
    let jurisdiction = fixture.server.ingest.world();
    let known = jurisdiction.known();
    let is_there = |code: &str| {
        known
            .directory
            .district(&DistrictCode(code.to_owned()))
            .is_some()
    };
    assert_eq!(
        ["110191", "110192", "110193"].map(is_there),
        [false, true, true]
    );
}
