//! Server functions, asked rightly and wrongly.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::json;
use tower::ServiceExt as _;
use uuid::Uuid;

use app::list::Asked;
use domain::Command;
use domain::id::PersonId;
use domain::permission::{Grant, Role, Scope};
use domain::person::{PersonCommand, Registration};

use crate::http::fixture::{Fixture, PASSWORD, post, problem};

#[tokio::test]
async fn a_refused_command_says_why_in_the_readers_language_and_is_no_failure_of_the_server() {
    let fixture = Fixture::new().await;
    let notice = fixture.notice_id();
    let body = fixture.assignment().1.target;
    let command = json!({ "command": { "notice": { "id": notice, "command": { "acknowledge": { "body": body } } } }, "version": 1 });
    let send = |cookie: String| {
        let mut request = post("/api/send-seen", &cookie, command.to_string());
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

fn json_call(path: &str, cookie: &str, body: &serde_json::Value) -> Request<Body> {
    let mut request = post(path, cookie, body.to_string());
    let json = header::HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    request
}

fn form_call(path: &str, cookie: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    let mut request = post(path, cookie, form.finish());
    let urlencoded = header::HeaderValue::from_static("application/x-www-form-urlencoded");
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, urlencoded);
    request
}

fn change<'a>(
    name: &'a str,
    old: &'a str,
    new: &'a str,
    again: &'a str,
) -> [(&'a str, &'a str); 4] {
    [
        ("name", name),
        ("password", old),
        ("new", new),
        ("again", again),
    ]
}

#[tokio::test]
async fn a_person_who_knows_the_old_password_chooses_another_and_other_devices_are_signed_out() {
    let fixture = Fixture::new().await;
    let name = "welfare-home-1";
    let elsewhere = fixture.sign_in(name).await;
    let new = "a longer secret";
    for (old, new, again, why) in [
        (
            "not the old one",
            new,
            new,
            "The name or the password is wrong",
        ),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, new, "a longer sekret", "are not the same"),
        (PASSWORD, PASSWORD, PASSWORD, "is the old one"),
    ] {
        let fields = change(name, old, new, again);
        let call = form_call("/api/change-password", "language=en", &fields);
        let (status, _, answer) = fixture.send(call).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
    }
    assert_eq!(fixture.me(&elsewhere).await, StatusCode::OK);
    let call = form_call(
        "/api/change-password",
        "",
        &change(name, PASSWORD, new, new),
    );
    let (status, cookie, answer) = fixture.send(call).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let here = cookie.unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(fixture.me(&here).await, StatusCode::OK);
    assert_eq!(fixture.me(&elsewhere).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_administrators_password_lets_nobody_in_before_the_person_has_chosen_their_own() {
    let fixture = Fixture::new().await;
    let (name, first, own) = ("welfare-home-1", "handed over today", "only mine from now");
    let before = fixture.sign_in(name).await;
    let administrator = fixture.sign_in("administrator").await;
    let id = fixture.person(name);
    let body = json!({ "id": id, "password": first });
    let call = json_call("/api/set-initial-password", &administrator, &body);
    let (status, _, answer) = fixture.send(call).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(fixture.me(&before).await, StatusCode::UNAUTHORIZED);
    let sign_in = [("name", name), ("password", first)];
    let (status, cookie, answer) = fixture.send(form_call("/api/sign-in", "", &sign_in)).await;
    assert_eq!((status, cookie), (StatusCode::FORBIDDEN, None), "{answer}");
    assert_eq!(answer["is"], json!("passwordToChange"));
    let tablet = json!({ "name": name, "password": first });
    let call = json_call("/api/sync/v1/sign-in", "", &tablet);
    let (status, cookie, answer) = fixture.send(call).await;
    assert_eq!((status, cookie), (StatusCode::FORBIDDEN, None));
    assert_eq!(problem(&answer).0, "passwordToChange");
    let call = form_call("/api/change-password", "", &change(name, first, own, own));
    assert_eq!(fixture.send(call).await.0, StatusCode::OK);
    let sign_in = [("name", name), ("password", own)];
    let (status, cookie, answer) = fixture.send(form_call("/api/sign-in", "", &sign_in)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(cookie.is_some());
    // The record has who did it, and the person is told.
    let reader = fixture.server.reader(fixture.city.jurisdiction, id);
    let person = reader.person(id).await.unwrap().unwrap();
    let last = person
        .history
        .iter()
        .max_by_key(|entry| entry.occurred_at)
        .unwrap();
    assert_eq!(last.kind, "person.initialPasswordSet");
    assert_eq!(
        last.actor.as_ref().map(|actor| actor.id),
        Some(fixture.person("administrator"))
    );
    let told = reader.inbox(&Asked::default()).await.unwrap().page.rows;
    let told = told.iter().find(|row| row.kind == last.kind).unwrap();
    assert_eq!(told.address, format!("/administration/people/{id}"));
    let other = fixture.server.reader(
        fixture.city.jurisdiction,
        fixture.person("welfare-home-1-discipline"),
    );
    assert!(
        other
            .inbox(&Asked::default())
            .await
            .unwrap()
            .page
            .rows
            .iter()
            .all(|row| row.kind != last.kind)
    );
}

/// Given a first password, when a third person gives a further role, then it opens nothing any more; what whoever set it gives does not
/// matter. Nor does it after its days.
#[tokio::test]
async fn a_first_password_lapses() {
    let fixture = Fixture::new().await;
    let (name, first) = ("welfare-home-1", "handed over today");
    let id = fixture.person(name);
    let grant = |from: i64, by: &str| {
        let by = fixture.person(by);
        let now = crate::server::now();
        let grant = Grant {
            from: Some(now.plus_hours(from)),
            ..Grant::new(Role::Inspector, Scope::Jurisdiction)
        };
        let command = Command::Person {
            id,
            command: PersonCommand::Grant(grant),
        };
        let ingest = &fixture.server.ingest;
        async move { ingest.command(by, &command, now).await.unwrap() }
    };
    let second = PersonId(Uuid::now_v7());
    let registration = Registration {
        name: form::Texts::both("管理员二", "Second administrator"),
        unit: None,
        sign_in_name: "administrator-2".to_owned(),
        grants: vec![Grant::new(Role::Administrator, Scope::Jurisdiction)],
    };
    let command = Command::Person {
        id: second,
        command: PersonCommand::Register(registration),
    };
    let ingest = &fixture.server.ingest;
    let now = crate::server::now();
    ingest
        .command(fixture.person("administrator"), &command, now)
        .await
        .unwrap();

    let administrator = fixture.sign_in("administrator").await;
    let body = json!({ "id": id, "password": first });
    let call = json_call("/api/set-initial-password", &administrator, &body);
    assert_eq!(fixture.send(call).await.0, StatusCode::OK);
    grant(1, "administrator").await;
    let sign_in = [("name", name), ("password", first)];
    let (_, _, answer) = fixture.send(form_call("/api/sign-in", "", &sign_in)).await;
    assert_eq!(answer["is"], json!("passwordToChange"));
    let grant = Grant::new(Role::Inspector, Scope::Jurisdiction);
    let command = Command::Person {
        id,
        command: PersonCommand::Grant(grant),
    };
    ingest
        .command(second, &command, crate::server::now())
        .await
        .unwrap();
    let (status, cookie, answer) = fixture
        .send(form_call("/api/sign-in", "language=en", &sign_in))
        .await;
    assert_eq!((status, cookie), (StatusCode::UNPROCESSABLE_ENTITY, None));
    assert!(answer.to_string().contains("has lapsed"), "{answer}");
    let change = form_call(
        "/api/change-password",
        "",
        &change(name, first, "only mine from now", "only mine from now"),
    );
    assert_eq!(
        fixture.send(change).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );

    let lapses = |days: i64| {
        crate::account::initial_has_lapsed(now, now.plus_hours(24 * days).plus_hours(1), &[])
    };
    assert!(!lapses(6) && lapses(7));
}

/// Given an administrator of one body, then the password of its officer is theirs to set; that of a person of it whose role holds for the
/// whole city, their own, and those of people elsewhere are not.
#[tokio::test]
async fn nobody_sets_a_password_that_opens_more_than_their_own_scope() {
    let fixture = Fixture::new().await;
    let officer = fixture.person("welfare-home-1");
    let unit = fixture.unit_of(officer).unwrap();
    let administrator = fixture.person("administrator");
    let mut made = Vec::new();
    for (name, scope) in [
        ("home-administrator", Scope::Body(unit)),
        ("home-and-city", Scope::Jurisdiction),
    ] {
        let id = PersonId(Uuid::now_v7());
        let registration = Registration {
            name: form::Texts::both(name, name),
            unit: Some(unit),
            sign_in_name: name.to_owned(),
            grants: vec![Grant::new(Role::Administrator, scope)],
        };
        let command = Command::Person {
            id,
            command: PersonCommand::Register(registration),
        };
        let now = crate::server::now();
        let ingest = &fixture.server.ingest;
        ingest.command(administrator, &command, now).await.unwrap();
        made.push(id);
    }
    let token = crate::session::start(
        &fixture.server.database,
        fixture.city.jurisdiction,
        made[0],
        None,
        crate::server::now(),
    )
    .await
    .unwrap();
    let cookie = token.cookie(false).split(';').next().unwrap().to_owned();
    for (id, status) in [
        (officer, StatusCode::OK),
        (made[0], StatusCode::UNPROCESSABLE_ENTITY),
        (made[1], StatusCode::UNPROCESSABLE_ENTITY),
        (fixture.person("organiser"), StatusCode::NOT_FOUND),
    ] {
        let body = json!({ "id": id, "password": "handed over today" });
        let call = json_call("/api/set-initial-password", &cookie, &body);
        let (answered, _, answer) = fixture.send(call).await;
        assert_eq!(answered, status, "{answer}");
    }
    let body = json!({ "id": officer, "password": "handed over today" });
    let call = json_call("/api/set-initial-password", "", &body);
    assert_eq!(fixture.send(call).await.0, StatusCode::UNAUTHORIZED);
}

impl Fixture {
    /// Whether somebody is signed in with this cookie.
    async fn me(&self, cookie: &str) -> StatusCode {
        let request = Request::get("/api/sync/v1/me").header(header::COOKIE, cookie);
        let request = request.body(Body::empty()).unwrap();
        self.send(request).await.0
    }
}
