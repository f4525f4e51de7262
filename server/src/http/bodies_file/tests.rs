//! Files of bodies: looked at, taken in whole or not at all, and given out to whoever sees the bodies.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::body::{Amendment, BodyCommand, BodyKind, Particulars, Profile};
use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::{Command, Language};
use form::Texts;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::fixture::{Fixture, post, problem};
use crate::ingest::IngestError;
use crate::server::now;

const HEADINGS: &str =
    "name_zh,name_en,kind,parent,district_code,district_name,residents,staff,capacity";

async fn import(fixture: &Fixture, cookie: &str, apply: bool, file: &str) -> (StatusCode, Value) {
    let path = format!("/api/import/bodies?apply={apply}");
    let (status, _, answer) = fixture.send(post(&path, cookie, file.to_owned())).await;
    (status, answer)
}

#[tokio::test]
async fn a_file_is_looked_at_first_and_taken_in_whole() {
    // given a file of two bodies, one below the other
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let good = format!(
        "{HEADINGS}\n新区民政局,,department,市民政局,990001,新区,,9,\n新院,,elderCare,新区民政局,990001,,8,4,10\n"
    );
    let before = fixture.log_length().await;
    // when it is looked at, then every row is shown and nothing is recorded
    let (status, report) = import(&fixture, &cookie, false, &good).await;
    assert_eq!(status, StatusCode::OK, "{report}");
    assert_eq!(
        (&report["rows"], &report["imported"]),
        (&2.into(), &0.into())
    );
    assert_eq!(report["preview"][1]["parent"], "新区民政局");
    assert_eq!(report["districts"][0]["zh-Hans"], "新区");
    assert_eq!(fixture.log_length().await, before);
    // when it is taken in, then the district and the bodies are there, and a second time every row is refused
    let (_, report) = import(&fixture, &cookie, true, &good).await;
    assert_eq!(report["imported"], 2, "{report}");
    assert_eq!(fixture.log_length().await, before + 3);
    let (_, report) = import(&fixture, &cookie, true, &good).await;
    let refused = report["refused"].as_array().unwrap();
    for row in [2, 3] {
        assert!(refused.iter().any(|refused| refused[0] == row), "{report}");
    }
    assert_eq!(report["imported"], 0);
    assert_eq!(fixture.log_length().await, before + 3);
}

#[tokio::test]
async fn nothing_is_half_imported_and_each_refused_row_says_why() {
    let fixture = Fixture::new().await;
    let before = fixture.log_length().await;
    // given rows that the file's reader takes, when someone without the right sends them, then they are not even read
    let file = format!(
        "{HEADINGS}\n甲院,,elderCare,市民政局,110106,,8,4,10\n乙院,,elderCare,市民政局,110106,,8,4,10\n"
    );
    for name in ["organiser", "fengtai-officer", "welfare-home-1"] {
        let cookie = fixture.sign_in(name).await;
        for apply in [false, true] {
            for content in [file.as_str(), "PK\u{3}\u{4}nonsense"] {
                let (status, answer) = import(&fixture, &cookie, apply, content).await;
                let expected = (StatusCode::FORBIDDEN, "notForThisRole");
                assert_eq!((status, problem(&answer).0), expected, "{name}");
            }
        }
        let request = post("/api/import/obligations", &cookie, "code".to_owned());
        let (status, _, _) = fixture.send(request).await;
        let may = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(name))
            .may(Act::SetRules, &Place::Anywhere);
        assert_eq!(status == StatusCode::FORBIDDEN, !may, "{name}: {status}");
    }
    // given one row among good ones that is wrong, then none is taken in
    let cookie = fixture.sign_in("administrator").await;
    let file = format!("{file}丙院,,spaceship,市民政局,110106,,8,4,10\n");
    let (_, report) = import(&fixture, &cookie, true, &file).await;
    assert_eq!(report["refused"][0][0], 4, "{report}");
    assert_eq!(fixture.log_length().await, before);
    // and what is no file of bodies, or too large, or from nobody, is said so
    let (_, report) = import(&fixture, &cookie, true, "PK\u{3}\u{4}nonsense").await;
    assert!(
        report["refused"][0][1].as_str().unwrap().contains("损坏"),
        "{report}"
    );
    let large = "x".repeat(7 * 1024 * 1024);
    let (status, answer) = import(&fixture, &cookie, true, &large).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::PAYLOAD_TOO_LARGE, "tooLarge")
    );
    assert_eq!(
        import(&fixture, "", true, &file).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(fixture.log_length().await, before);
}

#[tokio::test]
async fn a_file_sent_twice_at_once_is_taken_in_once() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let file = format!(
        "{HEADINGS}\n甲院,,elderCare,市民政局,110106,,8,4,10\n乙院,Home Two,elderCare,市民政局,110106,,8,4,10\n"
    );
    let before = fixture.log_length().await;
    // when it is sent twice at once, then one is taken in whole, and the other is refused row by row
    let sent = [(), ()].map(|()| import(&fixture, &cookie, true, &file));
    let mut taken = Vec::new();
    for (status, report) in futures::future::join_all(sent).await {
        assert_eq!(status, StatusCode::OK, "{report}");
        taken.push(report["imported"].as_u64());
    }
    taken.sort_unstable();
    assert_eq!(taken, [Some(0), Some(2)]);
    assert_eq!(fixture.log_length().await, before + 2);
    // A body that is closed gives its name free for another.
    let known = fixture.server.ingest.world().known();
    let (id, _) = known
        .directory
        .active_bodies()
        .find(|(_, body)| body.name.get(Language::English.tag()) == "Home Two")
        .unwrap();
    let close = Command::Body {
        id,
        command: BodyCommand::Close {
            reason: "停业".into(),
        },
    };
    let administrator = fixture.person("administrator");
    fixture
        .server
        .ingest
        .command(administrator, &close, now())
        .await
        .unwrap();
    let again = format!("{HEADINGS}\n乙院,Home Two,elderCare,市民政局,110106,,8,4,10\n");
    let (_, report) = import(&fixture, &cookie, true, &again).await;
    assert_eq!(report["imported"], 1, "{report}");
    // The same name in another district, below another body, is another body; in the same it is refused, and where is said.
    let elsewhere = format!("{HEADINGS}\n甲院,,elderCare,,110105,,8,4,10\n");
    let (_, report) = import(&fixture, &cookie, true, &elsewhere).await;
    assert_eq!(report["imported"], 1, "{report}");
    let by_hand = |district: &str| {
        let particulars = Particulars {
            kind: BodyKind::ElderCare,
            name: Texts::default().with(Language::Chinese.tag(), "甲院"),
            parent: None,
            district: Some(DistrictCode(district.into())),
            residents: 8,
            staff: 4,
            capacity: 10,
            sample: false,
            profile: Profile::default(),
        };
        Command::Body {
            id: BodyId(Uuid::now_v7()),
            command: BodyCommand::Register(particulars),
        }
    };
    let ingest = &fixture.server.ingest;
    let refused = ingest
        .command(administrator, &by_hand("110106"), now())
        .await;
    let Err(IngestError::Refused(refusal)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(refusal.field(), Some("name"));
    assert!(refusal.text(Language::Chinese).contains("丰台区"));
    let elsewhere = ingest
        .command(administrator, &by_hand("110107"), now())
        .await;
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
}

#[tokio::test]
async fn everybody_takes_out_the_bodies_they_see() {
    let fixture = Fixture::new().await;
    let get = async |name: &str, path: &str| {
        let cookie = fixture.sign_in(name).await;
        let request = Request::get(path)
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        let response = fixture.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, headers, bytes.to_vec())
    };
    let (status, _, bytes) = get("welfare-home-1", "/export/bodies/register.csv").await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    // The whole city as a workbook is read again by a server that knows nothing of it.
    let (_, headers, bytes) = get("administrator", "/export/bodies/register.xlsx").await;
    assert_eq!(
        headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"register.xlsx\""
    );
    let known = interop::bodies_file::Known::default();
    let imported = interop::bodies_file::read(&bytes, &known).unwrap();
    let here = fixture.server.ingest.world().known();
    assert_eq!(
        imported.bodies.len(),
        here.directory.active_bodies().count()
    );
    assert_eq!(
        get("organiser", "/export/bodies/people.csv").await.0,
        StatusCode::NOT_FOUND
    );
    let unsigned = Request::get("/export/bodies/register.csv")
        .body(Body::empty())
        .unwrap();
    assert_eq!(fixture.send(unsigned).await.0, StatusCode::UNAUTHORIZED);
}

/// Given what was exported, when it is imported as it is, then nothing is to do; when rows of it are changed, then their bodies are
/// amended and moved, and a row without an id is a new body.
#[tokio::test]
async fn what_was_exported_is_edited_and_read_back() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let request = Request::get("/export/bodies/register.csv")
        .header(header::COOKIE, &cookie)
        .body(Body::empty())
        .unwrap();
    let response = fixture.app.clone().oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let file = String::from_utf8(bytes.to_vec()).unwrap();
    let before = fixture.log_length().await;
    let (_, report) = import(&fixture, &cookie, false, &file).await;
    assert_eq!(report["refused"], serde_json::json!([]), "{report}");
    let counts = |report: &Value| (report["registered"].clone(), report["amended"].clone());
    assert_eq!(counts(&report), (0.into(), 0.into()));

    // One home has more residents, another answers to the bureau of its district, and there is a new one.
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let directory = || fixture.server.ingest.world().known();
    let known = directory();
    let current = known.directory.body(home).unwrap();
    let line = file
        .lines()
        .find(|line| line.starts_with(&home.to_string()))
        .unwrap();
    let (residents, parent) = (
        current.residents,
        known.directory.body(current.parent.unwrap()).unwrap(),
    );
    let edited = line
        .replace(&format!(",{residents},"), &format!(",{},", residents + 1))
        .replace(parent.name.get("zh-Hans"), "市民政局");
    let new = line
        .replace(&home.to_string(), "")
        .replace(current.name.get("zh-Hans"), "新设福利院")
        .replace(current.name.get("en"), "A New Home");
    let file = file.replace(line, &format!("{edited}\r\n{new}"));
    let (_, report) = import(&fixture, &cookie, false, &file).await;
    assert_eq!(counts(&report), (1.into(), 1.into()), "{report}");
    let preview = report["preview"].as_array().unwrap();
    let row = preview
        .iter()
        .find(|row| row["name"]["zh-Hans"] == current.name.get("zh-Hans"))
        .unwrap();
    assert_eq!(
        row["becomes"]["Amended"],
        serde_json::json!({ "fields": ["residents"], "moved": true })
    );
    assert_eq!(fixture.log_length().await, before);
    let (_, report) = import(&fixture, &cookie, true, &file).await;
    assert_eq!(report["refused"], serde_json::json!([]), "{report}");
    // Moved, amended, registered.
    assert_eq!(fixture.log_length().await, before + 3);
    let after = directory();
    let now = after.directory.body(home).unwrap();
    assert_eq!(now.residents, residents + 1);
    assert_eq!(
        after
            .directory
            .body(now.parent.unwrap())
            .unwrap()
            .name
            .get("zh-Hans"),
        "市民政局"
    );
    assert_eq!(now.profile, current.profile);
    // A second time there is nothing left to do but the new one, which is there already.
    let (_, report) = import(&fixture, &cookie, false, &file).await;
    let refused = report["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 1, "{report}");
}

/// Given a file that was looked at, when somebody amends a body of it before it is taken in, then nothing is, and it says what it would
/// change now; a body that is gone is not brought back.
#[tokio::test]
async fn what_changed_since_it_was_looked_at_is_looked_at_again() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let body = || {
        fixture
            .server
            .ingest
            .world()
            .known()
            .directory
            .body(home)
            .cloned()
            .unwrap()
    };
    let (name, district, parent) = (
        body().name.get("zh-Hans").to_owned(),
        body().district.map(|code| code.0).unwrap_or_default(),
        "市社会福利事务管理中心",
    );
    let does = async |command: &Command| {
        let actor = fixture.person("administrator");
        let done = fixture.server.ingest.command(actor, command, now());
        done.await.unwrap();
    };
    let file = format!("id,{HEADINGS}\n{home},{name},,elderCare,{parent},{district},,7,8,9\n");
    let (_, report) = import(&fixture, &cookie, false, &file).await;
    let digest = report["digest"].as_str().unwrap();
    let before = body().amendable();
    let after = Amendment {
        staff: 8,
        ..before.clone()
    };
    let amend = Command::Body {
        id: home,
        command: BodyCommand::Amend {
            before: Box::new(before),
            after: Box::new(after),
        },
    };
    does(&amend).await;
    let apply = async |digest: &str| {
        let path = format!("/api/import/bodies?apply=true&digest={digest}");
        fixture.send(post(&path, &cookie, file.clone())).await.2
    };
    let report = apply(digest).await;
    assert_eq!(
        (&report["changed"], &report["imported"]),
        (&true.into(), &0.into()),
        "{report}"
    );
    assert_ne!(body().residents, 7);
    // Looked at again, it is taken in.
    let report = apply(report["digest"].as_str().unwrap()).await;
    assert_eq!(
        (&report["changed"], &report["imported"]),
        (&false.into(), &1.into()),
        "{report}"
    );
    assert_eq!((body().residents, body().staff, body().capacity), (7, 8, 9));

    let close = Command::Body {
        id: home,
        command: BodyCommand::Close {
            reason: "停业".into(),
        },
    };
    does(&close).await;
    let (_, report) = import(&fixture, &cookie, true, &file).await;
    let refused = report["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 1, "{report}");
    assert_eq!(refused[0][0], 2);
    assert_eq!(report["imported"], 0);
}
