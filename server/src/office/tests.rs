//! What is sent from the office by several rows at once.

use axum::http::{StatusCode, header};
use domain::Command;
use domain::attachment::{Attachment, FileKind};
use domain::id::NoticeId;
use domain::jurisdiction::{District, DistrictCode, JurisdictionCommand};
use domain::notice::NoticeCommand;
use domain::record::Hash;
use form::Texts;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::fixture::{Fixture, post};
use crate::server::now;

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
    let answer = send_each(&fixture, &cookie, &json!({ "rows": rows })).await;
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

/// Given rows that bring files, when they are sent by somebody who may not, then they are told so, and not whether there are such files.
#[tokio::test]
async fn files_are_looked_at_for_who_may_bring_them() {
    let fixture = Fixture::new().await;
    let issue = fixture.city.commands.iter().find_map(|step| {
        let command = step.command.clone();
        matches!(
            &command,
            Command::Notice {
                command: NoticeCommand::Issue(_),
                ..
            }
        )
        .then_some(command)
    });
    let Some(Command::Notice {
        command: NoticeCommand::Issue(mut content),
        ..
    }) = issue
    else {
        panic!("the demo city issues a notice");
    };
    content.acknowledge_by = now().plus_hours(24);
    content.attachments = vec![Attachment {
        hash: Hash::of(b"a file"),
        name: "file.pdf".into(),
        kind: FileKind::Pdf,
        bytes: 100,
    }];
    let row = [1, 2].map(|number| {
        let mut content = content.clone();
        content.number = format!("〔2022〕{number}号");
        Command::Notice {
            id: NoticeId(Uuid::now_v7()),
            command: NoticeCommand::Issue(content),
        }
    });
    for (name, is_told_of_files) in [("inspector-01", false), ("organiser", true)] {
        let cookie = fixture.sign_in(name).await;
        let answer = send_each(&fixture, &cookie, &json!({ "rows": [row] })).await;
        let told = answer[0].as_str().unwrap();
        assert_eq!(
            told.contains("file.pdf"),
            is_told_of_files,
            "{name}: {told}"
        );
    }
}

async fn send_each(fixture: &Fixture, cookie: &str, rows: &Value) -> Value {
    let mut request = post("/api/send-each", cookie, rows.to_string());
    let json = header::HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    let (status, _, answer) = fixture.send(request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}
