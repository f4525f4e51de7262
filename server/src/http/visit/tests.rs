//! Signing in and staying signed in, as a tablet and as a stranger see it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::instant::Instant;
use domain::record::Hash;
use serde_json::json;

use crate::http::fixture::{Fixture, PASSWORD, post, problem};

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

/// Given somebody who signs in again and again, on the tablet and in the office, then they are let in each time, and a guess at their
/// password is still one of the first.
#[tokio::test]
async fn signing_in_often_is_not_throttled() {
    let fixture = Fixture::new().await;
    for _ in 0..8 {
        fixture.sign_in("organiser").await;
        let body = format!("name=organiser&password={PASSWORD}");
        let mut request = post("/api/sign-in", "", body);
        let form = header::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, form);
        let (status, cookie, answer) = fixture.send(request).await;
        assert!(cookie.is_some(), "{status} {answer}");
    }
    let wrong = json!({ "name": "organiser", "password": "wrong password" }).to_string();
    let wrong = post("/api/sync/v1/sign-in", "", wrong);
    assert_eq!(fixture.send(wrong).await.0, StatusCode::FORBIDDEN);
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
    use crate::session::{ABSOLUTE_HOURS, IDLE_HOURS, start};
    let fixture = Fixture::new().await;
    let (database, own) = (&fixture.server.database, fixture.city.jurisdiction);
    let sessions = &fixture.server.sessions;
    let person = fixture.person("organiser");
    let begin = Instant(1_700_000_000_000);
    let token = start(database, own, person, None, begin).await.unwrap();
    let found = Some((own, person));
    // Used every few hours it lives until the absolute end, and not a moment longer.
    let mut hour = 0;
    while hour < ABSOLUTE_HOURS {
        assert_eq!(
            sessions
                .resolve(&token, begin.plus_hours(hour))
                .await
                .unwrap(),
            found,
            "hour {hour}"
        );
        hour += IDLE_HOURS - 1;
    }
    assert_eq!(
        sessions
            .resolve(&token, begin.plus_hours(ABSOLUTE_HOURS + 1))
            .await
            .unwrap(),
        None
    );
    let idle = start(database, own, person, None, begin).await.unwrap();
    assert_eq!(
        sessions
            .resolve(&idle, begin.plus_hours(IDLE_HOURS + 1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        sessions.resolve(&idle, begin).await.unwrap(),
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
