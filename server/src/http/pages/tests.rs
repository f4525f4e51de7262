//! Server functions, asked rightly and wrongly.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::fixture::{Fixture, post, problem};

#[tokio::test]
async fn a_refused_command_says_why_in_the_readers_language_and_is_no_failure_of_the_server() {
    let fixture = Fixture::new().await;
    let notice = fixture.notice_id();
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

/// Given the notice of the demo city, when another is issued under its number, then that is refused, at the number; and once under a
/// number of its own it is issued.
#[tokio::test]
async fn a_refusal_names_the_field_it_is_about() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("organiser").await;
    let unit = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let taken = "示例〔2022〕1号".to_owned();
    for (number, status, field) in [
        (taken, StatusCode::UNPROCESSABLE_ENTITY, json!("number")),
        ("示例〔2022〕41号".to_owned(), StatusCode::OK, json!(null)),
    ] {
        let content = json!({
            "number": number,
            "title": { "zh": "补充通知" },
            "text": { "zh": "请确认" },
            "effectiveFrom": crate::server::now(),
            "addressees": [],
            "bodies": [unit],
            "acknowledgeBy": crate::server::now().plus_hours(4),
        });
        let command =
            json!({ "notice": { "id": Uuid::now_v7(), "command": { "issue": content } } });
        let body = json!({ "command": command });
        let mut request = post("/api/send", &cookie, body.to_string());
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        let (answered, _, answer) = fixture.send(request).await;
        assert_eq!(answered, status, "{answer}");
        assert_eq!(answer["field"], field, "{answer}");
    }
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
    for path in ["/api/send", "/api/sign-in"] {
        let body = Body::from_stream(futures::stream::iter(chunks.clone()));
        let (status, _, answer) = fixture.send(post(path, "", body)).await;
        assert_eq!(
            (status, problem(&answer).0),
            (StatusCode::PAYLOAD_TOO_LARGE, "tooLarge"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_refused_sign_in_without_scripts_keeps_the_name_and_not_the_password() {
    let fixture = Fixture::new().await;
    let mut page = "http://dubang.test/sign-in?to=%2Ffindings".to_owned();
    // Twice: what the first refusal left in the address does not pile up.
    for name in ["organizer", "organiser & co"] {
        let form = format!(
            "name={}&password=not+the+password",
            name.replace(' ', "+").replace('&', "%26")
        );
        let mut request = post("/api/sign-in", "", form);
        for (header, value) in [
            (header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
            (header::ACCEPT, "text/html"),
            (header::ACCEPT_LANGUAGE, "en"),
            (header::REFERER, page.as_str()),
        ] {
            request.headers_mut().insert(header, value.parse().unwrap());
        }
        let response = fixture.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
        page = response.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .to_owned();
        let address = page.strip_prefix("http://dubang.test").unwrap();
        assert!(!address.contains("password") && address.contains("to=%2Ffindings"));
        assert_eq!(address.matches("__err").count(), 1, "{address}");
        let request = Request::get(address)
            .header(header::ACCEPT_LANGUAGE, "en")
            .body(Body::empty())
            .unwrap();
        let response = fixture.app.clone().oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let html = String::from_utf8(bytes.to_vec()).unwrap();
        let value = format!("value=\"{}\"", name.replace('&', "&amp;"));
        assert!(html.contains(&value), "{html}");
        assert!(html.contains("The name or the password is wrong"), "{html}");
        assert!(!html.contains("not the password"));
    }
}
