//! Every request that changes something must come from our own pages, and every answer carries the headers that keep it ours.

use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::Text;

use super::problem::Failure;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Our wasm, our styles, our pictures, and nothing from elsewhere. `nonce` is for the scripts a rendered page carries in itself.
pub fn content_security_policy(nonce: Option<&str>) -> String {
    policy(nonce, None)
}

/// The same for the tablets' pages, whose maps have their tiles from the origin that the operator names, if any.
pub fn field_security_policy(tiles: Option<&str>) -> String {
    policy(None, tiles)
}

fn policy(nonce: Option<&str>, tiles: Option<&str>) -> String {
    let nonce = nonce
        .map(|nonce| format!(" 'nonce-{nonce}'"))
        .unwrap_or_default();
    let tiles = tiles.map(|tiles| format!(" {tiles}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{nonce}; style-src 'self'; img-src 'self' blob: data:{tiles}; media-src 'self' blob:; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = if changes_something(request.method()) && !is_same_origin(request.headers())
    {
        Failure::new(
            StatusCode::FORBIDDEN,
            "crossSite",
            Text::new(
                "该请求来自其他网站，已拒绝",
                "This request came from another site and was refused",
            ),
        )
        .into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(None))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
        ),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers say where a request comes from, in `Sec-Fetch-Site` or at least in `Origin`. What says neither is no browser page of
/// ours either.
fn is_same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let authority = |value: &HeaderValue| {
        let text = value.to_str().ok()?;
        Some(
            text.split_once("://")
                .map_or(text, |(_, authority)| authority)
                .to_ascii_lowercase(),
        )
    };
    match (
        headers.get(ORIGIN).and_then(authority),
        headers.get(HOST).and_then(authority),
    ) {
        (Some(origin), Some(host)) => origin == host,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;
    use http_body_util::BodyExt as _;
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::fixture::{Fixture, post, problem};
    use crate::settings::Settings;
    use crate::tile_template::TileTemplate;

    #[test]
    fn only_our_own_pages_change_anything() {
        for (headers, ours) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (
                vec![
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "http://a.example"),
                    ("host", "a.example"),
                ],
                false,
            ),
            (
                vec![
                    ("origin", "http://a.example:3000"),
                    ("host", "a.example:3000"),
                ],
                true,
            ),
            (
                vec![("origin", "https://evil.example"), ("host", "a.example")],
                false,
            ),
            (vec![("origin", "null"), ("host", "a.example")], false),
            (vec![("host", "a.example")], false),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in &headers {
                map.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            assert_eq!(is_same_origin(&map), ours, "{headers:?}");
        }
    }

    #[tokio::test]
    async fn another_site_changes_nothing() {
        let fixture = Fixture::new().await;
        let cookie = fixture.sign_in("organiser").await;
        for path in [
            "/api/sync/v1/push",
            "/api/send",
            "/api/sign-out",
            "/api/sync/v1/sign-out",
        ] {
            let mut request = post(path, &cookie, "{}");
            request
                .headers_mut()
                .insert(header::ORIGIN, "https://evil.example".parse().unwrap());
            let (status, _, answer) = fixture.send(request).await;
            assert_eq!(
                (status, problem(&answer).0),
                (StatusCode::FORBIDDEN, "crossSite"),
                "{path}"
            );
        }
        let request = Request::get("/api/sync/v1/me")
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            fixture.send(request).await.0,
            StatusCode::OK,
            "the session is still there"
        );
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers() {
        let fixture = Fixture::new().await;
        for path in [
            "/field",
            "/sw.js",
            "/health",
            "/pkg/missing.js",
            "/api/sync/v1/me",
            "/sign-in",
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = fixture.app.clone().oneshot(request).await.unwrap();
            let header = |name: &str| {
                response
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned())
            };
            let policy = header("content-security-policy").expect(path);
            assert!(
                policy.contains("default-src 'none'") && policy.contains("'wasm-unsafe-eval'"),
                "{path}: {policy}"
            );
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{path}: {policy}"
            );
            assert!(
                !policy.contains("http"),
                "{path} lets something in from elsewhere: {policy}"
            );
            assert_eq!(
                header("x-content-type-options").as_deref(),
                Some("nosniff"),
                "{path}"
            );
        }
    }

    /// Given a server that offers a map, then the tablets' pages have pictures of that one origin, and no other page of any; whoever is
    /// signed in is told where from, nobody else; and a tablet that keeps the pages learns of it.
    #[tokio::test]
    async fn a_map_lets_in_the_pictures_of_one_origin() {
        let template = "https://tiles.example.org/{z}/{x}/{y}.png?key=k";
        let without = Fixture::new().await;
        let fixture = Fixture::told(Settings {
            map_tiles: Some(TileTemplate::try_from(template.to_owned()).unwrap()),
            map_credit: Some("© Example".into()),
            ..Settings::default()
        })
        .await;
        let got = async |fixture: &Fixture, path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = fixture.app.clone().oneshot(request).await.unwrap();
            let header = |name| response.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header(REFERRER_POLICY), "same-origin", "{path}");
            let policy = header(CONTENT_SECURITY_POLICY);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (policy, String::from_utf8(body.into()).unwrap())
        };
        let mine = content_security_policy(None);
        for path in ["/field", "/field/", "/field/outbox"] {
            let (policy, document) = got(&fixture, path).await;
            let with_tiles = mine.replace(
                "img-src 'self' blob: data:;",
                "img-src 'self' blob: data: https://tiles.example.org;",
            );
            assert_eq!(policy, with_tiles, "{path}");
            assert!(!document.contains("tiles.example.org"), "{path}");
            assert_eq!(got(&without, path).await.0, mine, "{path}");
        }
        for path in ["/", "/sign-in", "/sw.js", "/health"] {
            let (policy, body) = got(&fixture, path).await;
            assert!(!policy.contains("http"), "{path}: {policy}");
            assert!(!body.contains("tiles.example.org"), "{path}");
        }
        assert_ne!(
            got(&fixture, "/sw.js").await.1,
            got(&without, "/sw.js").await.1,
            "the pages are kept as they were"
        );
        for (fixture, tiles, credit) in [
            (&fixture, json!(template), json!("© Example")),
            (&without, Value::Null, Value::Null),
        ] {
            let cookie = fixture.sign_in("inspector-01").await;
            let request = Request::get("/api/sync/v1/me")
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .unwrap();
            let (_, _, me) = fixture.send(request).await;
            assert_eq!((&me["mapTiles"], &me["mapCredit"]), (&tiles, &credit));
        }
    }
}
