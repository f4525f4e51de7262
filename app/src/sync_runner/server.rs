//! The calls of the sync protocol.

use domain::finding::PhotoHash;
use domain::id::DeviceId;
use domain::{Language, say};
use form::Texts;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::Uint8Array;
use json::FromJson;
use serde::Serialize;
use sync::protocol::{Me, Problem, Pulled, Push, Pushed, SignIn};
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

/// A call without an answer for so long has failed.
const PATIENCE_MS: u32 = 30_000;
/// Photos are large and networks slow.
const PHOTO_PATIENCE_MS: u32 = 180_000;

#[derive(Clone, Debug, PartialEq)]
pub enum CallError {
    /// No network, no server, or no answer in time.
    Unreachable,
    /// There is no session, or it has ended.
    SignedOut,
    /// The server said why.
    Refused { status: u16, message: Texts },
    /// An answer this version cannot read.
    Unreadable(String),
}

impl CallError {
    pub fn text(&self, language: Language) -> String {
        match self {
            CallError::Unreachable => {
                say!(
                    language,
                    "无法连接服务器，请检查网络后再试",
                    "The server cannot be reached; check the network and try again"
                )
            }
            CallError::SignedOut => say!(
                language,
                "登录已过期，请重新登录",
                "Your session has ended; sign in again"
            ),
            CallError::Refused { message, .. } => message.get(language.tag()).to_owned(),
            CallError::Unreadable(detail) => {
                say!(
                    language,
                    "无法读取服务器的答复（{detail}）",
                    "The server's answer cannot be read ({detail})"
                )
            }
        }
    }
}

pub async fn me() -> Result<Me, CallError> {
    json(send(Method::GET, "/api/sync/v1/me", None, PATIENCE_MS).await?).await
}

pub async fn sign_in(sign_in: &SignIn) -> Result<Me, CallError> {
    json(
        send(
            Method::POST,
            "/api/sync/v1/sign-in",
            Some(written(sign_in)?),
            PATIENCE_MS,
        )
        .await?,
    )
    .await
}

pub async fn sign_out() -> Result<(), CallError> {
    send(Method::POST, "/api/sync/v1/sign-out", None, PATIENCE_MS)
        .await
        .map(drop)
}

pub async fn push(push: &Push) -> Result<Pushed, CallError> {
    json(
        send(
            Method::POST,
            "/api/sync/v1/push",
            Some(written(push)?),
            PATIENCE_MS,
        )
        .await?,
    )
    .await
}

pub async fn pull(after: Option<&str>, device: DeviceId) -> Result<Pulled, CallError> {
    let after = after
        .map(|after| format!("&after={}", js_sys::encode_uri_component(after)))
        .unwrap_or_default();
    json(
        send(
            Method::GET,
            &format!("/api/sync/v1/pull?device={device}{after}"),
            None,
            PATIENCE_MS,
        )
        .await?,
    )
    .await
}

pub async fn put_photo(hash: &PhotoHash, media_type: &str, bytes: &[u8]) -> Result<(), CallError> {
    let body = Body {
        media_type,
        content: Uint8Array::from(bytes).into(),
    };
    send(
        Method::PUT,
        &format!("/api/sync/v1/photo/{}", hash.0),
        Some(body),
        PHOTO_PATIENCE_MS,
    )
    .await
    .map(drop)
}

struct Body<'a> {
    media_type: &'a str,
    content: JsValue,
}

fn written(value: &impl Serialize) -> Result<Body<'static>, CallError> {
    let content =
        serde_json::to_string(value).map_err(|error| CallError::Unreadable(error.to_string()))?;
    Ok(Body {
        media_type: "application/json",
        content: content.into(),
    })
}

async fn send(
    method: Method,
    address: &str,
    body: Option<Body<'_>>,
    patience: u32,
) -> Result<Response, CallError> {
    let builder: RequestBuilder = RequestBuilder::new(address)
        .method(method)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(patience)));
    let request: Result<Request, _> = match body {
        Some(Body {
            media_type,
            content,
        }) => builder.header("content-type", media_type).body(content),
        None => builder.build(),
    };
    let response = request
        .map_err(unreachable)?
        .send()
        .await
        .map_err(unreachable)?;
    if response.ok() {
        return Ok(response);
    }
    match response.status() {
        401 => Err(CallError::SignedOut),
        status => {
            let problem: Option<Problem> = response
                .text()
                .await
                .ok()
                .and_then(|text| json::read(&text).ok());
            match problem {
                Some(problem) if status < 500 => Err(CallError::Refused {
                    status,
                    message: problem.message,
                }),
                // A gateway's own page, or a server that cannot do it now.
                _ => Err(CallError::Unreachable),
            }
        }
    }
}

fn unreachable(_: gloo_net::Error) -> CallError {
    CallError::Unreachable
}

async fn json<T: FromJson>(response: Response) -> Result<T, CallError> {
    let text = response.text().await.map_err(unreachable)?;
    json::read(&text).map_err(|error| CallError::Unreadable(error.to_string()))
}
