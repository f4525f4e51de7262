//! The calls of the sync protocol.

use std::cell::Cell;

use domain::finding::PhotoHash;
use domain::id::DeviceId;
use domain::{Language, say};
use form::Texts;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::{Array, Function, Reflect, Uint8Array};
use json::FromJson;
use leptos::prelude::window;
use serde::Serialize;
use sync::local_key::{AskLocalKey, LocalKeyGiven};
use sync::protocol::{
    Enrol, Me, PhotosAsked, PhotosLacking, Problem, Pulled, Push, Pushed, SignIn,
};
use sync::upload::{
    PART_MEDIA_TYPE, Part, TUS_RESUMABLE, TUS_VERSION, Told, UPLOAD_LENGTH, UPLOAD_OFFSET,
};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob};

/// A call without an answer for so long has failed.
const PATIENCE_MS: u32 = 30_000;
/// Less is not worth packing.
const PACKED_FROM: usize = 1_024;
const DEVICE: &str = "/api/sync/v1/device";
const PUSH: &str = "/api/sync/v1/push";
/// A part takes as long at 35 kbit/s.
const PART_PATIENCE_MS: u32 = 60_000;

thread_local! {
    /// Whether the server said that it takes what is packed.
    static TAKES_GZIP: Cell<bool> = const { Cell::new(false) };
}

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

pub async fn enrol(enrol: &Enrol) -> Result<(), CallError> {
    let body = Some(written(enrol)?);
    let response = send(Method::POST, DEVICE, body, PATIENCE_MS).await?;
    match response.status() {
        204 => Ok(()),
        // Not of the server: of whoever stands between.
        _ => Err(CallError::Unreachable),
    }
}

pub async fn local_key(ask: &AskLocalKey) -> Result<LocalKeyGiven, CallError> {
    let body = Some(written(ask)?);
    json(send(Method::POST, "/api/sync/v1/local-key", body, PATIENCE_MS).await?).await
}

pub async fn push(push: &Push) -> Result<Pushed, CallError> {
    json(
        send(
            Method::POST,
            PUSH,
            Some(packed(written(push)?).await),
            PATIENCE_MS,
        )
        .await?,
    )
    .await
}

/// A `POST` that is made ready to be sent by another than this page.
pub struct Ready {
    pub address: &'static str,
    /// By gzip.
    pub packed: bool,
    /// JSON, packed or not.
    pub content: Uint8Array,
}

impl Ready {
    pub fn enrol(enrol: &Enrol) -> Result<Ready, CallError> {
        Ok(Ready::of(DEVICE, written(enrol)?))
    }

    pub async fn push(push: &Push) -> Result<Ready, CallError> {
        Ok(Ready::of(PUSH, packed(written(push)?).await))
    }

    fn of(address: &'static str, body: Body<'_>) -> Ready {
        Ready {
            address,
            packed: body.packed,
            content: match body.content.as_string() {
                Some(text) => Uint8Array::from(text.as_bytes()),
                None => body.content.unchecked_into(),
            },
        }
    }
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

/// Which of these photos the server does not have; none of an older server, which does not know.
pub async fn lacking(photos: &[PhotoHash]) -> Result<Vec<PhotoHash>, CallError> {
    let photos = PhotosAsked {
        photos: photos.to_vec(),
    };
    let answer = send(
        Method::POST,
        "/api/sync/v1/photos/lacking",
        Some(written(&photos)?),
        PATIENCE_MS,
    );
    match answer.await {
        Ok(response) => Ok(json::<PhotosLacking>(response).await?.lacking),
        Err(CallError::Refused { status: 404, .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// How far the server has a photo.
pub async fn photo_standing(photo: &PhotoHash) -> Result<Told, CallError> {
    let version = [(TUS_RESUMABLE, TUS_VERSION.to_owned())];
    let address = photo_address(photo);
    let response = request(Method::HEAD, &address, &version, None, PATIENCE_MS).await?;
    told(&accepted(response).await?)
}

/// Sends the bytes of a photo from an offset on; gives how far the server has it then, also where that is not where they begin.
pub async fn send_part(photo: &PhotoHash, part: Part, bytes: &[u8]) -> Result<Told, CallError> {
    let headers = [
        (TUS_RESUMABLE, TUS_VERSION.to_owned()),
        (UPLOAD_OFFSET, part.offset.to_string()),
        (UPLOAD_LENGTH, part.length.to_string()),
    ];
    let body = Body {
        media_type: PART_MEDIA_TYPE,
        packed: false,
        content: Uint8Array::from(bytes).into(),
    };
    let address = photo_address(photo);
    let response = request(
        Method::PATCH,
        &address,
        &headers,
        Some(body),
        PART_PATIENCE_MS,
    )
    .await?;
    if response.status() == 409 {
        return told(&response);
    }
    told(&accepted(response).await?)
}

fn photo_address(photo: &PhotoHash) -> String {
    format!("/api/sync/v1/photo/{}", photo.0)
}

fn told(response: &Response) -> Result<Told, CallError> {
    let offset = response.headers().get(UPLOAD_OFFSET);
    let offset = offset
        .and_then(|offset| offset.parse().ok())
        .ok_or_else(|| CallError::Unreadable(UPLOAD_OFFSET.to_owned()))?;
    Ok(Told {
        offset,
        whole: response.headers().has(UPLOAD_LENGTH),
    })
}

struct Body<'a> {
    media_type: &'a str,
    /// By gzip.
    packed: bool,
    content: JsValue,
}

fn written(value: &impl Serialize) -> Result<Body<'static>, CallError> {
    let content =
        serde_json::to_string(value).map_err(|error| CallError::Unreadable(error.to_string()))?;
    Ok(Body {
        media_type: "application/json",
        packed: false,
        content: content.into(),
    })
}

/// The same packed, where that is worth it and both the server and the browser can.
async fn packed(body: Body<'static>) -> Body<'static> {
    let text = body.content.as_string().unwrap_or_default();
    if text.len() < PACKED_FROM || !TAKES_GZIP.get() {
        return body;
    }
    match gzip(&text).await {
        Some(content) => Body {
            packed: true,
            content,
            ..body
        },
        None => body,
    }
}

/// By the browser's own stream; None where it has none.
async fn gzip(text: &str) -> Option<JsValue> {
    let make: Function = Reflect::get(&window(), &"CompressionStream".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let stream = Reflect::construct(&make, &Array::of1(&"gzip".into())).ok()?;
    let plain = Blob::new_with_str_sequence(&Array::of1(&text.into())).ok()?;
    let packed = plain.stream().pipe_through(stream.unchecked_ref());
    let packed = web_sys::Response::new_with_opt_readable_stream(Some(&packed)).ok()?;
    let bytes = JsFuture::from(packed.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).into())
}

async fn send(
    method: Method,
    address: &str,
    body: Option<Body<'_>>,
    patience: u32,
) -> Result<Response, CallError> {
    accepted(request(method, address, &[], body, patience).await?).await
}

async fn request(
    method: Method,
    address: &str,
    headers: &[(&str, String)],
    body: Option<Body<'_>>,
    patience: u32,
) -> Result<Response, CallError> {
    let mut builder: RequestBuilder = RequestBuilder::new(address)
        .method(method)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(patience)));
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    let request: Result<Request, _> = match body {
        Some(Body {
            media_type,
            packed,
            content,
        }) => {
            if packed {
                builder = builder.header("content-encoding", "gzip");
            }
            builder.header("content-type", media_type).body(content)
        }
        None => builder.build(),
    };
    request
        .map_err(unreachable)?
        .send()
        .await
        .map_err(unreachable)
}

/// An answer that is not a refusal.
async fn accepted(response: Response) -> Result<Response, CallError> {
    if response.ok() {
        let takes = response.headers().get("accept-encoding");
        if takes.is_some_and(|takes| takes.contains("gzip")) {
            TAKES_GZIP.set(true);
        }
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
