//! Photos that are what their name says, and those that are not.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::record::Hash;

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
