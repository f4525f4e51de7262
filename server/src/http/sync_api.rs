//! The tablets' protocol; its shapes are in [`sync::protocol`].

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use domain::device::{DeviceCommand, DeviceRefusal};
use domain::{Command, Language, Refusal, Text, say};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sync::cursor::Cursor;
use sync::local_key::{AskLocalKey, LocalKeyGiven};
use sync::protocol::{Enrol, Me, PUSH_BYTE_LIMIT, PUSH_EVENT_LIMIT, Push, SignIn};

use super::Shared;
use super::photos::read_limited;
use super::problem::Failure;
use crate::account::{self, ChosenBy};
use crate::ingest::IngestError;
use crate::office::sign_in_refusal;
use crate::server::{Server, Visit, now};
use crate::{local_key, session};

/// How a push may be packed; its limit is that of what it unpacks to.
const PACKED: &str = "gzip";
/// Bytes of a sign-in, or of a key.
const SMALL_LIMIT: usize = 16 * 1024;

fn who(server: &Server, person: domain::id::PersonId) -> Option<Me> {
    let known = server.ingest.world().known();
    let founded = known.directory.jurisdiction().founded.as_ref()?;
    let registration = known.directory.active_person(person)?;
    Some(Me {
        person,
        name: registration.name.clone(),
        sign_in_name: registration.sign_in_name.clone(),
        jurisdiction: known.jurisdiction?,
        jurisdiction_name: founded.name.clone(),
        time_zone: founded.time_zone.clone(),
        server_time: now(),
        map_tiles: server.settings.map_tiles.clone().map(String::from),
        map_credit: server.settings.map_credit.clone(),
    })
}

/// JSON in a body, or where it is malformed.
pub async fn read_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<T, Failure> {
    let bytes = read_limited(headers, body, limit).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Failure::worded(StatusCode::BAD_REQUEST, "malformed", |language| {
            let (line, column) = (error.line(), error.column());
            say!(
                language,
                "第{line}行第{column}列无法读取（{error}），未接收任何内容",
                "Line {line}, column {column} cannot be read ({error}); nothing was taken"
            )
        })
    })
}

/// An answer that also says how what is sent here may be packed (RFC 7694): a tablet packs for who says so alone.
pub fn uncached(body: impl serde::Serialize) -> Response {
    let headers = [(CACHE_CONTROL, "no-store"), (ACCEPT_ENCODING, PACKED)];
    (headers, Json(body)).into_response()
}

pub async fn me(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
) -> Result<Response, Failure> {
    let (_, person) = visit.person.ok_or_else(Failure::signed_out)?;
    who(&shared.server, person)
        .map(uncached)
        .ok_or_else(Failure::signed_out)
}

pub async fn sign_in(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let server = &shared.server;
    let SignIn { name, password } = read_json(&headers, body, SMALL_LIMIT).await?;
    let name = name.trim();
    server
        .throttle
        .attempt(name, visit.address)
        .map_err(|seconds| {
            Failure::worded(
                StatusCode::TOO_MANY_REQUESTS,
                "tooManyAttempts",
                |language| {
                    say!(
                        language,
                        "尝试次数过多，请在{seconds}秒后再试",
                        "Too many attempts; try again in {seconds} seconds"
                    )
                },
            )
        })?;
    let found = account::authenticate(&server.database, name, &password, now())
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    let me = found.and_then(|found| who(server, found.person).map(|me| (found, me)));
    let Some((found, me)) = me else {
        return Err(Failure::worded(
            StatusCode::FORBIDDEN,
            "wrongPassword",
            sign_in_refusal,
        ));
    };
    server.throttle.was_right(name, visit.address);
    if found.chosen_by == ChosenBy::Another {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "passwordToChange",
            Text::new(
                "这是管理员设置的初始密码。请用浏览器打开本站的 /password 改为自己的密码，再在此登录",
                "An administrator chose this password. Open /password of this site in a browser and choose your own, then sign in here",
            ),
        ));
    }
    let token = session::start(
        &server.database,
        found.jurisdiction,
        me.person,
        visit.token.as_ref(),
        found.at,
    )
    .await
    .map_err(|error| Failure::unavailable(&error))?;
    Ok((
        [(SET_COOKIE, token.cookie(server.settings.secure_cookies))],
        uncached(me),
    )
        .into_response())
}

pub async fn sign_out(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
) -> Result<Response, Failure> {
    if let Some(token) = &visit.token {
        session::end(&shared.server.database, token)
            .await
            .map_err(|error| Failure::unavailable(&error))?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session::no_cookie())]).into_response())
}

/// Takes down the key by which a tablet signs, or finds that it is known.
pub async fn enrol(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Failure> {
    let (_, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let Enrol { device, key, name } = read_json(&headers, body, SMALL_LIMIT).await?;
    let enrol = Command::Device {
        id: device,
        command: DeviceCommand::Enrol { key, name },
    };
    match shared.server.ingest.command(person, &enrol, now()).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(refused(error)),
    }
}

/// Gives the key by which a tablet seals what it keeps of who asks.
pub async fn local_key(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let whose = visit.person.ok_or_else(Failure::signed_out)?;
    let AskLocalKey {
        person,
        device,
        held,
    } = read_json(&headers, body, SMALL_LIMIT).await?;
    if person != whose.1 {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "anothersKey",
            Text::new(
                "此浏览器已由另一人登录，请重新登录",
                "Somebody else has signed in in this browser; sign in again",
            ),
        ));
    }
    if held.as_ref().is_some_and(|held| held.bytes().is_none()) {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "malformedKey",
            Text::new(
                "密钥格式无效，未接收任何内容",
                "That is not shaped like a key; nothing was taken",
            ),
        ));
    }
    let found = local_key::of(&shared.server.database, whose, device, held, now());
    match found.await {
        Ok(Some(key)) => Ok(uncached(LocalKeyGiven { key })),
        Ok(None) => Err(Failure::new(
            StatusCode::TOO_MANY_REQUESTS,
            "tooManyTablets",
            Text::new(
                "您登录过的设备过多，本机内容不再加密；请联系管理员",
                "You have signed in on too many tablets; what this one keeps is not sealed. Ask an administrator",
            ),
        )),
        Err(error) => Err(Failure::unavailable(&error)),
    }
}

fn refused(error: IngestError) -> Failure {
    match error {
        // Not for who asks, whatever the tablet does.
        IngestError::Refused(
            refusal @ (Refusal::Permission(_) | Refusal::Device(DeviceRefusal::NotTheirs)),
        ) => Failure::worded(StatusCode::FORBIDDEN, "refused", |language| {
            refusal.text(language)
        }),
        IngestError::Refused(refusal) => {
            Failure::worded(StatusCode::CONFLICT, "refused", |language| {
                refusal.text(language)
            })
        }
        error => Failure::unavailable(&error),
    }
}

pub async fn push(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let (_, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let push: Push = read_json(&headers, body, PUSH_BYTE_LIMIT).await?;
    if push.events.len() > PUSH_EVENT_LIMIT {
        return Err(Failure::worded(
            StatusCode::PAYLOAD_TOO_LARGE,
            "tooMany",
            |language| {
                say!(
                    language,
                    "一次最多发送{PUSH_EVENT_LIMIT}条记录，请分批发送",
                    "Send {PUSH_EVENT_LIMIT} records or fewer at a time"
                )
            },
        ));
    }
    match shared.server.ingest.push(person, &push, now()).await {
        Ok(pushed) => Ok(uncached(pushed)),
        Err(error) => Err(refused(error)),
    }
}

#[derive(Deserialize)]
pub struct PullQuery {
    #[serde(default)]
    after: String,
    /// Absent from tablets that update late.
    #[serde(default)]
    device: String,
}

pub async fn pull(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Query(query): Query<PullQuery>,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let after: Cursor = query.after.parse().map_err(|_| {
        Failure::new(
            StatusCode::BAD_REQUEST,
            "malformedCursor",
            Text::new(
                "同步位置无效，请从头获取",
                "The cursor is not one of this server; fetch from the beginning",
            ),
        )
    })?;
    let device = if query.device.is_empty() {
        None
    } else {
        let device = query.device.parse().map_err(|_| {
            Failure::new(
                StatusCode::BAD_REQUEST,
                "malformedDevice",
                Text::new(
                    "设备编号无效，未获取任何内容",
                    "This is not the id of a device; nothing was fetched",
                ),
            )
        })?;
        Some(device)
    };
    let pulled = shared
        .server
        .reader(jurisdiction, person)
        .pull(after, device)
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    Ok(uncached(pulled))
}

/// A call of a protocol version or a name this server does not have.
pub async fn unknown() -> Failure {
    Failure::worded(
        StatusCode::NOT_FOUND,
        "unknownCall",
        |language| match language {
            Language::Chinese => "服务器不认识这个同步请求，请更新服务器或平板程序".to_owned(),
            Language::English => {
                "This server does not know this call; update the server or the tablet".to_owned()
            }
        },
    )
}

#[cfg(test)]
mod tests;
