//! Photos that are what their name says, and those that are not.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use domain::record::Hash;

use super::Part;
use crate::http::fixture::{Fixture, post, problem};

#[tokio::test]
async fn a_photo_that_is_not_what_its_name_says_is_refused() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let photo = [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 1000]].concat();
    let name = Hash::of(&photo);
    let put = |name: String, bytes: Vec<u8>, cookie: &str| {
        let mut request = post(&format!("/api/sync/v1/photo/{name}"), cookie, bytes);
        *request.method_mut() = axum::http::Method::PUT;
        fixture.send(request)
    };
    let (status, _, answer) = put("0".repeat(64), photo.clone(), &cookie).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::UNPROCESSABLE_ENTITY, "photoHashDiffers")
    );
    assert!(problem(&answer).2.contains(&name.to_string()));
    assert_eq!(
        put(name.to_string(), photo.clone(), &cookie).await.0,
        StatusCode::CREATED
    );
    assert_eq!(
        put(name.to_string(), photo.clone(), &cookie).await.0,
        StatusCode::OK
    );
    assert_eq!(
        put("../secrets".into(), photo.clone(), &cookie).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        put("xyz".into(), photo.clone(), &cookie).await.0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        put(name.to_string(), photo, "").await.0,
        StatusCode::UNAUTHORIZED
    );
    // Nobody sees a photo that is no evidence of anything in their scope.
    let request = Request::get(format!("/photo/{name}"))
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    assert_eq!(fixture.send(request).await.0, StatusCode::NOT_FOUND);
}

#[test]
fn a_player_is_given_the_part_it_asks_for() {
    for (range, expected) in [
        ("bytes=0-7", Part::Bytes(0, 7)),
        ("bytes=10-", Part::Bytes(10, 29)),
        ("bytes=10-900", Part::Bytes(10, 29)),
        ("bytes=29-29", Part::Bytes(29, 29)),
        ("bytes=-4", Part::Bytes(26, 29)),
        ("bytes=-1000", Part::Bytes(0, 29)),
        ("bytes=30-", Part::Beyond),
        ("bytes=9000-9001", Part::Beyond),
        ("bytes=-0", Part::Whole),
        ("bytes=7-3", Part::Whole),
        ("bytes=0-3,5-7", Part::Whole),
        ("bytes=0-9,5-12", Part::Whole),
        ("bytes=", Part::Whole),
        ("lines=1-2", Part::Whole),
        ("", Part::Whole),
    ] {
        let headers = [(header::RANGE, range.parse().unwrap())]
            .into_iter()
            .collect();
        assert_eq!(Part::asked(&headers, 30), expected, "{range}");
    }
    assert_eq!(Part::asked(&HeaderMap::new(), 30), Part::Whole);
}

/// Given a server restored without one of two photos, when the tablet that sent both asks, then it is told of the one; and what is
/// no question is refused with what is wrong with it.
#[tokio::test]
async fn a_tablet_is_told_which_photos_are_lacking() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let photos = [1_u8, 2].map(|last| vec![0xFF, 0xD8, 0xFF, 0xE0, last]);
    let names = photos.clone().map(|photo| Hash::of(&photo).to_string());
    for (photo, name) in photos.into_iter().zip(&names) {
        let mut request = post(&format!("/api/sync/v1/photo/{name}"), &cookie, photo);
        *request.method_mut() = axum::http::Method::PUT;
        assert_eq!(fixture.send(request).await.0, StatusCode::CREATED);
    }
    let ask = |photos: &[String], cookie: &str| {
        let question = serde_json::json!({ "photos": photos }).to_string();
        fixture.send(post("/api/sync/v1/photos/lacking", cookie, question))
    };
    let (status, _, answer) = ask(&names, &cookie).await;
    assert_eq!(
        (status, answer),
        (StatusCode::OK, serde_json::json!({ "lacking": [] }))
    );
    let kept = fixture.server.settings.photos();
    std::fs::remove_file(kept.join(&names[1][..2]).join(&names[1])).unwrap();
    let (_, _, answer) = ask(&names, &cookie).await;
    assert_eq!(answer, serde_json::json!({ "lacking": [names[1]] }));

    let (status, _, answer) = ask(&["../secrets".into()], &cookie).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::BAD_REQUEST, "malformedName")
    );
    let many = vec![names[0].clone(); 1_001];
    let (status, _, answer) = ask(&many, &cookie).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::PAYLOAD_TOO_LARGE, "tooMany")
    );
    assert_eq!(ask(&names, "").await.0, StatusCode::UNAUTHORIZED);
}
