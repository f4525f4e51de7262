//! Files that go with a notice: who may bring one, which are taken, and who gets them.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::attachment::{Attachment, FILE_BYTE_LIMIT, FileKind};
use domain::body::BodyKind;
use domain::id::{BodyId, NoticeId};
use domain::notice::{NoticeCommand, NoticeContent};
use domain::record::Hash;
use domain::{Command, Language};
use form::Texts;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::fixture::{Fixture, post, problem};
use crate::server::now;

const PDF: &[u8] = b"%PDF-1.7 what is to be done";

impl Fixture {
    async fn bring(&self, cookie: &str, name: &str, bytes: &[u8]) -> (StatusCode, Value) {
        let mut request = post(&format!("/api/file/{name}"), cookie, bytes.to_vec());
        *request.method_mut() = Method::PUT;
        let (status, _, answer) = self.send(request).await;
        (status, answer)
    }

    async fn fetched(
        &self,
        cookie: &str,
        path: &str,
    ) -> (StatusCode, Vec<(String, String)>, Vec<u8>) {
        let request = Request::get(path)
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, headers, bytes.to_vec())
    }

    async fn sends(&self, cookie: &str, command: &Command) -> (StatusCode, Value) {
        let body = json!({ "command": command }).to_string();
        let mut request = post("/api/send", cookie, body);
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        let (status, _, answer) = self.send(request).await;
        (status, answer)
    }
}

/// A notice to some bodies, with a file.
fn notice_with(bodies: Vec<BodyId>, file: Attachment) -> Command {
    let now = now();
    Command::Notice {
        id: NoticeId(Uuid::now_v7()),
        command: NoticeCommand::Issue(NoticeContent {
            number: "示例〔2022〕2号".into(),
            title: Texts::both("补充通知", "More"),
            text: Texts::both("见附件", "See the file"),
            level: None,
            effective_from: now,
            addressees: Vec::<BodyKind>::new(),
            districts: Vec::new(),
            bodies,
            attachments: vec![file],
            acknowledge_by: now.plus_hours(4),
        }),
    }
}

fn pdf() -> Attachment {
    Attachment {
        hash: Hash::of(PDF),
        name: "补充说明 \"1\".pdf".into(),
        kind: FileKind::Pdf,
        bytes: PDF.len() as u64,
    }
}

#[tokio::test]
async fn a_file_is_taken_from_who_attaches_some_when_it_is_of_a_known_kind() {
    let fixture = Fixture::new().await;
    let organiser = fixture.sign_in("organiser").await;
    let inspector = fixture.sign_in("inspector-02").await;
    let name = Hash::of(PDF).to_string();
    let (status, answer) = fixture.bring(&organiser, &name, PDF).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer, json!({ "kind": "pdf", "bytes": PDF.len() }));
    for (cookie, name, bytes, expected) in [
        (
            "",
            name.clone(),
            PDF,
            (StatusCode::UNAUTHORIZED, "signedOut"),
        ),
        (
            inspector.as_str(),
            name.clone(),
            PDF,
            (StatusCode::FORBIDDEN, "notForThisRole"),
        ),
        (
            organiser.as_str(),
            "xyz".to_owned(),
            PDF,
            (StatusCode::BAD_REQUEST, "malformedName"),
        ),
        (
            organiser.as_str(),
            Hash::of(b"other").to_string(),
            PDF,
            (StatusCode::UNPROCESSABLE_ENTITY, "fileHashDiffers"),
        ),
        (
            organiser.as_str(),
            Hash::of(b"MZ\0\x01").to_string(),
            &b"MZ\0\x01"[..],
            (StatusCode::UNPROCESSABLE_ENTITY, "unknownKind"),
        ),
        (
            organiser.as_str(),
            Hash::of(b"PK\x03\x04 xl/workbook.xml vbaProject.bin").to_string(),
            &b"PK\x03\x04 xl/workbook.xml vbaProject.bin"[..],
            (StatusCode::UNPROCESSABLE_ENTITY, "macros"),
        ),
    ] {
        let (status, answer) = fixture.bring(cookie, &name, bytes).await;
        assert_eq!((status, problem(&answer).0), expected, "{answer}");
        assert!(!problem(&answer).1.is_ascii() && problem(&answer).2.is_ascii());
    }
    // One that says it is too large is refused before it is read.
    let mut request = post(&format!("/api/file/{name}"), &organiser, PDF.to_vec());
    *request.method_mut() = Method::PUT;
    let length = (FILE_BYTE_LIMIT + 1).to_string().parse().unwrap();
    request.headers_mut().insert(header::CONTENT_LENGTH, length);
    let (status, _, answer) = fixture.send(request).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::PAYLOAD_TOO_LARGE, "tooLarge")
    );
}

#[tokio::test]
async fn files_are_looked_at_for_who_may_attach_them_alone() {
    // given notices whose files are not here, of which one brings too many
    let fixture = Fixture::new().await;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let with = |count: usize| {
        let mut command = notice_with(vec![home], pdf());
        if let Command::Notice {
            command: NoticeCommand::Issue(content),
            ..
        } = &mut command
        {
            content.attachments = vec![pdf(); count];
        }
        command
    };
    // when they are sent, then only who could do it is told what is not here
    for (who, files, is_told, said) in [
        ("organiser", 1, true, "尚未上传"),
        ("organiser", 21, false, "最多附20个"),
        ("welfare-home-1", 1, false, ""),
        ("inspector-01", 21, false, ""),
    ] {
        let cookie = fixture.sign_in(who).await;
        let (status, answer) = fixture.sends(&cookie, &with(files)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{who} {answer}");
        let message = answer["message"].as_str().unwrap();
        assert_eq!(message.contains("尚未上传"), is_told, "{who}: {message}");
        assert!(message.contains(said), "{who}: {message}");
    }
}

#[tokio::test]
async fn a_file_is_fetched_by_who_may_see_the_notice_it_goes_with() {
    // given a notice to one home, with a file
    let fixture = Fixture::new().await;
    let organiser = fixture.sign_in("organiser").await;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let command = notice_with(vec![home], pdf());
    // when its file is not here, or is not what is said of it, then the notice is refused
    let (status, answer) = fixture.sends(&organiser, &command).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    let name = Hash::of(PDF).to_string();
    fixture.bring(&organiser, &name, PDF).await;
    let wrong = Attachment {
        kind: FileKind::Word,
        ..pdf()
    };
    let (status, _) = fixture
        .sends(&organiser, &notice_with(vec![home], wrong))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let path = format!("/file/{name}");
    let before = fixture.fetched(&organiser, &path).await;
    assert_eq!(before.0, StatusCode::NOT_FOUND, "it goes with nothing yet");
    let (status, answer) = fixture.sends(&organiser, &command).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    // then those whom the notice concerns get it, to be saved, and nobody else
    for (who, expected) in [
        ("organiser", StatusCode::OK),
        ("oversight", StatusCode::OK),
        ("welfare-home-1", StatusCode::OK),
        ("welfare-centre", StatusCode::OK),
        ("shoushan-fuhai", StatusCode::NOT_FOUND),
        ("fengtai-officer", StatusCode::NOT_FOUND),
        ("inspector-01", StatusCode::NOT_FOUND),
    ] {
        let cookie = fixture.sign_in(who).await;
        let (status, headers, bytes) = fixture.fetched(&cookie, &path).await;
        assert_eq!(status, expected, "{who}");
        if status == StatusCode::OK {
            assert_eq!(bytes, PDF);
            let header = |name: &str| {
                let found = headers.iter().find(|(header, _)| header == name);
                found.map(|(_, value)| value.as_str()).unwrap_or_default()
            };
            assert_eq!(header("content-type"), "application/pdf");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert!(header("content-security-policy").contains("sandbox"));
            assert!(
                header("content-disposition").starts_with("attachment; filename*=UTF-8''%E8"),
                "{headers:?}"
            );
        }
    }
    assert_eq!(fixture.fetched("", &path).await.0, StatusCode::UNAUTHORIZED);
    // and neither do others see the notice itself
    for (who, seen) in [("welfare-home-1", true), ("shoushan-fuhai", false)] {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(who));
        let notices = reader.notices().await.unwrap();
        assert_eq!(notices.len(), if seen { 2 } else { 1 }, "{who}");
    }
}

#[tokio::test]
async fn a_transmission_report_is_saved_as_a_spreadsheet_reads_it() {
    let fixture = Fixture::new().await;
    let id = fixture.notice_id();
    let path = format!("/export/notices/{id}/transmission.csv");
    for language in Language::ALL {
        let cookie = fixture.sign_in("organiser").await;
        let cookie = format!("{cookie}; language={}", language.code());
        let (status, headers, bytes) = fixture.fetched(&cookie, &path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            headers
                .iter()
                .any(|(name, value)| name == "content-type" && value.starts_with("text/csv"))
        );
        let text = String::from_utf8(bytes).unwrap();
        let rows = interop::csv_rows::read_rows(text.trim_start_matches('\u{FEFF}'), 100).unwrap();
        // The head, all, sixteen districts and none, five kinds at most.
        let all = rows
            .iter()
            .find(|row| row.cells.len() > 5 && row.number > 5)
            .unwrap();
        assert_eq!(all.cells[2], "603", "{all:?}");
        let median: f64 = all.cells[4].parse().unwrap();
        assert!(median > 0.0);
        assert_eq!(
            rows.iter().filter(|row| row.cells.len() == 18).count(),
            1 + 1 + 17 + 4
        );
    }
    let other = fixture.sign_in("inspector-01").await;
    assert_eq!(
        fixture.fetched(&other, &path).await.0,
        StatusCode::NOT_FOUND
    );
    let wrong = fixture.fetched(&other, "/export/notices/x/transmission.csv");
    assert_eq!(wrong.await.0, StatusCode::NOT_FOUND);
}
