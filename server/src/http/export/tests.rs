use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::Command;
use domain::body::{BodyCommand, BodyKind, Particulars};
use domain::id::BodyId;
use form::Texts;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::fixture::{Fixture, post};
use crate::read::list::LISTS;
use crate::server::now;

async fn file(fixture: &Fixture, cookie: &str, address: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(address)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let response = fixture.app.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, bytes.to_vec())
}

async fn csv(fixture: &Fixture, cookie: &str, address: &str) -> Vec<String> {
    let (status, bytes) = file(fixture, cookie, address).await;
    assert_eq!(status, StatusCode::OK, "{address}");
    let text = String::from_utf8(bytes).unwrap();
    text.trim_start_matches('\u{FEFF}')
        .lines()
        .map(str::to_owned)
        .collect()
}

async fn page(fixture: &Fixture, cookie: &str, name: &str, asked: Value) -> (u64, Vec<Value>) {
    let body = json!({ "name": name, "asked": asked }).to_string();
    let mut request = post("/api/list", cookie, body);
    let json = header::HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    let (status, _, answer) = fixture.send(request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let rows = answer["rows"].as_array().unwrap().clone();
    (answer["total"].as_u64().unwrap(), rows)
}

fn chinese(row: &Value) -> String {
    row["name"]["zh-Hans"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_export_is_what_the_list_shows_with_all_its_pages() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("organiser").await;
    for (filters, address) in [
        (json!({}), "/export/bodies.csv?sort=-residents"),
        (
            json!({ "kind": "elderCare", "district": "110106" }),
            "/export/bodies.csv?kind=elderCare&district=110106&sort=-residents",
        ),
    ] {
        // given a list over several pages
        let mut shown = Vec::new();
        let mut total = 1;
        let mut number = 1;
        while (shown.len() as u64) < total {
            let asked = json!({ "filters": filters, "sort": "-residents", "page": number });
            let (all, rows) = page(&fixture, &cookie, "bodies", asked).await;
            assert!(!rows.is_empty(), "page {number} of {all} rows is empty");
            total = all;
            number += 1;
            shown.extend(rows.iter().map(chinese));
        }
        // when it is exported, then it has the same rows in the same order below its headings
        let lines = csv(&fixture, &cookie, address).await;
        assert_eq!(
            lines[0],
            "名称,类型,区,上级单位,风险等级,床位数,服务对象,工作人员,未销号问题"
        );
        let names: Vec<&str> = lines[1..]
            .iter()
            .map(|line| line.split(',').next().unwrap())
            .collect();
        assert_eq!(names, shown, "{address}");
    }
}

#[tokio::test]
async fn an_export_has_its_reader_s_scope_and_language() {
    let fixture = Fixture::new().await;
    // Nobody signed in, and lists and kinds of file that are not there.
    for (address, cookie, status) in [
        (
            "/export/bodies.csv",
            String::new(),
            StatusCode::UNAUTHORIZED,
        ),
        (
            "/export/secrets.csv",
            fixture.sign_in("organiser").await,
            StatusCode::NOT_FOUND,
        ),
        (
            "/export/bodies.exe",
            fixture.sign_in("organiser").await,
            StatusCode::NOT_FOUND,
        ),
    ] {
        assert_eq!(
            file(&fixture, &cookie, address).await.0,
            status,
            "{address}"
        );
    }
    let officer = fixture.sign_in("welfare-home-1").await;
    let in_english = format!("{officer}; language=en");
    for (cookie, expected) in [
        (
            &officer,
            "市第一社会福利院,养老机构,朝阳区,市社会福利事务管理中心,,1140,1050,460,0",
        ),
        (
            &in_english,
            "Municipal First Social Welfare Home,Elder care,Chaoyang,Municipal Social Welfare Affairs Centre,,1140,1050,460,0",
        ),
    ] {
        let lines = csv(&fixture, cookie, "/export/bodies.csv").await;
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[1], expected);
    }
    let lines = csv(&fixture, &officer, "/export/people.csv").await;
    assert_eq!(
        lines.len(),
        1,
        "an officer of an institution manages nobody"
    );
    for name in LISTS {
        let address = format!("/export/{name}.xlsx");
        let (status, bytes) = file(&fixture, &officer, &address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert!(bytes.starts_with(b"PK"), "{address}");
    }
}

#[tokio::test]
async fn a_name_that_is_a_formula_is_exported_as_a_text() {
    let fixture = Fixture::new().await;
    let particulars = Particulars {
        kind: BodyKind::ElderCare,
        name: Texts::both("=1+1", "=1+1"),
        parent: None,
        district: Some(domain::jurisdiction::DistrictCode("110106".into())),
        residents: 0,
        staff: 0,
        capacity: 0,
        sample: true,
        profile: domain::body::Profile::default(),
    };
    let register = Command::Body {
        id: BodyId(Uuid::now_v7()),
        command: BodyCommand::Register(particulars),
    };
    let administrator = fixture.person("administrator");
    fixture
        .server
        .ingest
        .command(administrator, &register, now())
        .await
        .unwrap();
    let cookie = fixture.sign_in("administrator").await;
    let lines = csv(&fixture, &cookie, "/export/bodies.csv?search=%3D1").await;
    assert_eq!(lines[1], "'=1+1,养老机构,丰台区,,,0,0,0,0");
}

#[tokio::test]
async fn every_order_shows_every_row_once_and_a_page_too_far_is_the_last() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("administrator").await;
    for (name, sorts) in [
        (
            "bodies",
            [
                "",
                "name",
                "-kind",
                "district",
                "-residents",
                "staff",
                "open",
                "nonsense",
            ]
            .as_slice(),
        ),
        ("people", &["", "-name", "unit", "state", "-signIn"]),
        (
            "findings",
            &[
                "",
                "finding",
                "body",
                "-severity",
                "stage",
                "due",
                "-raised",
            ],
        ),
        (
            "inspections",
            &[
                "",
                "body",
                "campaign",
                "outcome",
                "-score",
                "findings",
                "submitted",
            ],
        ),
        (
            "campaigns",
            &[
                "",
                "name",
                "kind",
                "notice",
                "authority",
                "-from",
                "to",
                "assignments",
                "inspected",
                "-findings",
            ],
        ),
        (
            "draws",
            &["", "name", "-authority", "published", "round", "state"],
        ),
        (
            "talks",
            &[
                "",
                "-title",
                "at",
                "convener",
                "notice",
                "-attendees",
                "requirements",
                "awaited",
            ],
        ),
        ("notices", &["", "title", "-receipts"]),
    ] {
        for sort in sorts {
            let mut keys = std::collections::BTreeSet::new();
            let (total, _) = page(&fixture, &cookie, name, json!({ "sort": sort })).await;
            for number in 1..=total.div_ceil(50) {
                let asked = json!({ "sort": sort, "page": number });
                let (_, rows) = page(&fixture, &cookie, name, asked).await;
                keys.extend(rows.iter().map(|row| row["id"].to_string()));
            }
            assert_eq!(keys.len() as u64, total, "{name} by {sort}");
            let far = json!({ "sort": sort, "page": 4_000_000 });
            let (_, rows) = page(&fixture, &cookie, name, far).await;
            assert_eq!(rows.is_empty(), total == 0, "{name} by {sort}");
        }
    }
}
