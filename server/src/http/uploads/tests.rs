//! Photos in parts over a network that breaks off, and what is no part of a photo.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use bytes::Bytes;
use domain::record::Hash;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tower::ServiceExt as _;

use crate::http::fixture::{Fixture, post, problem};
use crate::http::router;
use crate::http::site::Site;
use crate::server::Server;

/// A photo of some length and its name.
fn picture(length: usize) -> (Vec<u8>, String) {
    let mut bytes: Vec<u8> = (0..length)
        .map(|place| u8::try_from(place % 251).unwrap())
        .collect();
    bytes[..3].copy_from_slice(&[0xFF, 0xD8, 0xFF]);
    let name = Hash::of(&bytes).to_string();
    (bytes, name)
}

/// What comes to pass only if something else went well: when that failed, the test fails and does not wait for ever.
async fn in_time<Out>(passing: impl Future<Output = Out>) -> Out {
    let waited = tokio::time::timeout(Duration::from_mins(1), passing).await;
    waited.expect("it comes to pass within a minute")
}

/// What an answer says: status, offset, length, problem.
type Answer = (StatusCode, Option<u64>, Option<u64>, Value);

async fn answered(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let number = |name| {
        let value = response.headers().get(name)?;
        value.to_str().unwrap().parse().ok()
    };
    let (offset, length) = (number("upload-offset"), number("upload-length"));
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let problem = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (status, offset, length, problem)
}

fn part(
    name: &str,
    cookie: &str,
    (offset, length): (usize, usize),
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = post(&format!("/api/sync/v1/photo/{name}"), cookie, body);
    *request.method_mut() = Method::PATCH;
    let headers = request.headers_mut();
    headers.insert("tus-resumable", "1.0.0".parse().unwrap());
    headers.insert("upload-offset", offset.into());
    headers.insert("upload-length", length.into());
    let kind = "application/offset+octet-stream".parse().unwrap();
    headers.insert(header::CONTENT_TYPE, kind);
    request
}

fn question(name: &str, cookie: &str) -> Request<Body> {
    Request::head(format!("/api/sync/v1/photo/{name}"))
        .header(header::COOKIE, cookie)
        .header("tus-resumable", "1.0.0")
        .body(Body::empty())
        .unwrap()
}

/// Given a photo of which a part broke off, when the server has been started anew, then the tablet is told how far it got and goes on
/// there; the photo is there with its last byte and not before.
#[tokio::test]
async fn an_upload_that_broke_off_goes_on_after_a_restart() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let (bytes, name) = picture(3_000);
    let asked = answered(&fixture.app, question(&name, &cookie)).await;
    assert_eq!((asked.0, asked.1, asked.2), (StatusCode::OK, Some(0), None));
    let frames = [
        Ok(Bytes::copy_from_slice(&bytes[..1_000])),
        Ok(Bytes::copy_from_slice(&bytes[1_000..1_200])),
        Err(std::io::Error::other("the network is gone")),
    ];
    let broken = Body::from_stream(futures::stream::iter(frames));
    let (status, _, _, answer) =
        answered(&fixture.app, part(&name, &cookie, (0, 3_000), broken)).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::BAD_REQUEST, "brokenOff")
    );

    let settings = fixture.server.settings.clone();
    let anew = Arc::new(Server::open(settings.clone()).await.unwrap());
    let site = Site::open(Some(settings.data.join("../site")), None).unwrap();
    let app = router(anew, site);
    let asked = answered(&app, question(&name, &cookie)).await;
    assert_eq!((asked.1, asked.2), (Some(1_200), None));
    let (status, offset, length, _) = answered(
        &app,
        part(&name, &cookie, (1_200, 3_000), bytes[1_200..2_999].to_vec()),
    )
    .await;
    assert_eq!(
        (status, offset, length),
        (StatusCode::NO_CONTENT, Some(2_999), None)
    );
    let hash: Hash = name.parse().unwrap();
    assert!(fixture.server.photos.get(hash).await.unwrap().is_none());
    let (status, offset, length, _) = answered(
        &app,
        part(&name, &cookie, (2_999, 3_000), bytes[2_999..].to_vec()),
    )
    .await;
    assert_eq!(
        (status, offset, length),
        (StatusCode::NO_CONTENT, Some(3_000), Some(3_000))
    );
    let kept = fixture.server.photos.get(hash).await.unwrap().unwrap();
    assert_eq!(kept, bytes);
    let asked = answered(&app, question(&name, &cookie)).await;
    assert_eq!((asked.1, asked.2), (Some(3_000), Some(3_000)));
    // To whoever has the photo, an older tablet included, it is known.
    let mut request = post(&format!("/api/sync/v1/photo/{name}"), &cookie, bytes);
    *request.method_mut() = Method::PUT;
    assert_eq!(fixture.send(request).await.0, StatusCode::OK);
}

/// Given a connection that is cut in the middle of a part, then every byte that arrived is kept.
#[tokio::test]
async fn what_arrived_over_a_connection_that_was_cut_is_kept() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let (bytes, name) = picture(5_000);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = fixture.app.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PATCH /api/sync/v1/photo/{name} HTTP/1.1\r\nhost: dubang.test\r\norigin: http://dubang.test\r\ncookie: {cookie}\r\n\
         tus-resumable: 1.0.0\r\nupload-offset: 0\r\nupload-length: 5000\r\ncontent-length: 5000\r\n\
         content-type: application/offset+octet-stream\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&bytes[..1_234]).await.unwrap();
    connection.flush().await.unwrap();
    // Until it is there, the call is at work and the photo is locked.
    let file = fixture
        .server
        .settings
        .uploads()
        .join(fixture.person("inspector-01").to_string())
        .join(&name);
    in_time(async {
        while std::fs::metadata(&file).map_or(0, |file| file.len()) < 1_234 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let (status, ..) = answered(&fixture.app, question(&name, &cookie)).await;
    assert_eq!(status, StatusCode::LOCKED);
    drop(connection);
    let offset = in_time(async {
        loop {
            let (status, offset, ..) = answered(&fixture.app, question(&name, &cookie)).await;
            if status != StatusCode::LOCKED {
                break offset;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(offset, Some(1_234));
    serving.abort();
}

#[tokio::test]
async fn a_part_that_begins_elsewhere_is_told_where_to_go_on() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let (bytes, name) = picture(2_000);
    let first = part(&name, &cookie, (0, 2_000), bytes[..700].to_vec());
    assert_eq!(answered(&fixture.app, first).await.1, Some(700));
    for offset in [0, 699, 1_000] {
        let elsewhere = part(&name, &cookie, (offset, 2_000), bytes[offset..].to_vec());
        let (status, offset, length, answer) = answered(&fixture.app, elsewhere).await;
        assert_eq!(
            (status, offset, length, problem(&answer).0),
            (StatusCode::CONFLICT, Some(700), None, "offsetDiffers")
        );
        assert!(problem(&answer).2.contains("700"), "{answer}");
    }
}

#[tokio::test]
async fn a_second_call_for_the_same_photo_is_told_to_wait() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let (bytes, name) = picture(2_000);
    let (send, coming): (UnboundedSender<Result<Bytes, std::io::Error>>, _) = unbounded();
    let first = part(&name, &cookie, (0, 2_000), Body::from_stream(coming));
    let second = async {
        send.unbounded_send(Ok(Bytes::copy_from_slice(&bytes[..900])))
            .unwrap();
        let asking = || answered(&fixture.app, question(&name, &cookie));
        while asking().await.0 != StatusCode::LOCKED {
            tokio::task::yield_now().await;
        }
        let second = part(&name, &cookie, (0, 2_000), bytes.clone());
        let (status, offset, _, answer) = answered(&fixture.app, second).await;
        assert_eq!(
            (status, offset, problem(&answer).0),
            (StatusCode::LOCKED, None, "beingSent")
        );
        send.unbounded_send(Ok(Bytes::copy_from_slice(&bytes[900..])))
            .unwrap();
        drop(send);
    };
    let (first, ()) = in_time(async { tokio::join!(answered(&fixture.app, first), second) }).await;
    assert_eq!((first.0, first.2), (StatusCode::NO_CONTENT, Some(2_000)));
}

#[tokio::test]
async fn what_is_not_the_photo_is_refused_and_begun_anew() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let (bytes, name) = picture(2_000);
    let mut damaged = bytes.clone();
    damaged[1_000] ^= 1;
    let script = b"<svg onload=alert(1)>".to_vec();
    let script_name = Hash::of(&script).to_string();
    let (conflict, refused) = (StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY);
    for (name, sent, length, status, code) in [
        (&name, &damaged, 2_000, conflict, "offsetDiffers"),
        (&name, &bytes, 1_999, refused, "longerThanSaid"),
        (&script_name, &script, script.len(), refused, "notTaken"),
    ] {
        let all = part(name, &cookie, (0, length), sent.clone());
        let answer = answered(&fixture.app, all).await;
        assert_eq!((answer.0, problem(&answer.3).0), (status, code));
        let asked = answered(&fixture.app, question(name, &cookie)).await;
        assert_eq!((asked.1, asked.2), (Some(0), None), "{code}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_says_why() {
    let fixture = Fixture::new().await;
    let cookie = fixture.sign_in("inspector-01").await;
    let (bytes, name) = picture(100);
    let limit = 20 * 1024 * 1024;
    let good = || part(&name, &cookie, (0, 100), bytes.clone());
    let with = |header: &'static str, value: Option<&'static str>| {
        let mut request = good();
        let headers = request.headers_mut();
        headers.remove(header);
        if let Some(value) = value {
            headers.insert(header, value.parse().unwrap());
        }
        request
    };
    for (request, status, code) in [
        (
            part(&name, &cookie, (0, limit + 1), bytes.clone()),
            StatusCode::PAYLOAD_TOO_LARGE,
            "tooLarge",
        ),
        (
            with("tus-resumable", None),
            StatusCode::PRECONDITION_FAILED,
            "tusVersion",
        ),
        (
            with("tus-resumable", Some("0.2.2")),
            StatusCode::PRECONDITION_FAILED,
            "tusVersion",
        ),
        (
            with("content-type", Some("image/jpeg")),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "notAPart",
        ),
        (
            with("upload-offset", Some("-1")),
            StatusCode::BAD_REQUEST,
            "malformedPart",
        ),
        (
            with("upload-length", None),
            StatusCode::BAD_REQUEST,
            "malformedPart",
        ),
        (
            part("../x", &cookie, (0, 100), bytes.clone()),
            StatusCode::NOT_FOUND,
            "unknownCall",
        ),
        (
            part("xyz", &cookie, (0, 100), bytes.clone()),
            StatusCode::BAD_REQUEST,
            "malformedName",
        ),
        (
            part(&name, "", (0, 100), bytes.clone()),
            StatusCode::UNAUTHORIZED,
            "signedOut",
        ),
    ] {
        let (found, _, _, answer) = answered(&fixture.app, request).await;
        assert_eq!((found, problem(&answer).0), (status, code));
    }
    let (status, ..) = answered(&fixture.app, question(&name, "")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // Nothing of it was kept.
    let asked = answered(&fixture.app, question(&name, &cookie)).await;
    assert_eq!((asked.0, asked.1), (StatusCode::OK, Some(0)));
    // And twenty that were begun are enough.
    for number in 0..20_u64 {
        let other = Hash::of(&number.to_be_bytes()).to_string();
        let begun = part(&other, &cookie, (0, 100), bytes[..10].to_vec());
        assert_eq!(answered(&fixture.app, begun).await.1, Some(10));
    }
    let (status, _, _, answer) = answered(&fixture.app, good()).await;
    assert_eq!(
        (status, problem(&answer).0),
        (StatusCode::TOO_MANY_REQUESTS, "tooManyUnfinished")
    );
}
