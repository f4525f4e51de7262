//! Photos in parts, by tus 1.0 on the photo's own address; what the calls mean is in [`sync::upload`].
//!
//! | call | answer |
//! |---|---|
//! | `HEAD` | 200: `Upload-Offset`, and `Upload-Length` if the photo is there |
//! | `PATCH` | 204 with the same headers; 409 with them where the part begins elsewhere, and from 0 where the whole was not the photo |
//!
//! Refused are: 400 headers that cannot be read, a part that broke off; 412 another version of tus; 413 a photo that is too large;
//! 415 a body that is not a part; 422 what is no photo, all of it dropped; 423 while another call is sending it; 429 too many
//! unfinished photos.

use std::time::Duration;

use axum::Extension;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::record::Hash;
use domain::{Text, say};
use futures::StreamExt as _;
use sync::protocol::PHOTO_BYTE_LIMIT;
use sync::upload::{
    PART_BYTES, PART_MEDIA_TYPE, Part, Standing, TUS_RESUMABLE, TUS_VERSION, Told, UPLOAD_LENGTH,
    UPLOAD_OFFSET,
};

use super::Shared;
use super::photos::{broke_off, not_stored, too_large, unnamed};
use super::problem::Failure;
use crate::server::Visit;
use crate::upload::{AppendError, UNFINISHED_LIMIT};

/// How far a photo got.
pub async fn head(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (_, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let hash: Hash = hash.parse().map_err(|_| unnamed())?;
    check_version(&headers)?;
    let server = &shared.server;
    let standing = server.uploads.standing(&server.photos, person, hash).await;
    let told = standing.map_err(refused)?.told();
    Ok(telling(StatusCode::OK.into_response(), told))
}

/// Appends a part.
pub async fn patch(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let mut bytes = body.into_data_stream();
    let (_, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let hash: Hash = hash.parse().map_err(|_| unnamed())?;
    let part = read_part(&headers)?;
    // What came is kept, and a photo that is whole is looked at, whoever has gone away meanwhile.
    let appending = tokio::spawn(async move {
        let server = &shared.server;
        let appended = server
            .uploads
            .append(&server.photos, person, hash, part, &mut bytes)
            .await;
        if !matches!(appended, Err(AppendError::BrokeOff)) {
            read_off(&mut bytes).await;
        }
        appended
    });
    let appended = appending
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    match appended {
        Ok(standing) => Ok(telling(
            StatusCode::NO_CONTENT.into_response(),
            standing.told(),
        )),
        Err(AppendError::Elsewhere { offset }) => Ok(telling(
            elsewhere(offset).into_response(),
            Standing::Part(offset).told(),
        )),
        Err(error) => Err(refused(error)),
    }
}

/// How long the rest of a part that was refused may take to come in.
const READ_OFF: Duration = Duration::from_secs(5);

/// Lets the rest of a part come in: a connection that is closed while its sender still writes loses the answer.
async fn read_off(bytes: &mut BodyDataStream) {
    let reading = async {
        let mut came = 0;
        while let Some(Ok(frame)) = bytes.next().await {
            came += frame.len() as u64;
            if came > PART_BYTES {
                return;
            }
        }
    };
    // What does not come in time loses its answer, and its tablet asks again.
    let _ = tokio::time::timeout(READ_OFF, reading).await;
}

fn check_version(headers: &HeaderMap) -> Result<(), Failure> {
    if headers
        .get(TUS_RESUMABLE)
        .is_some_and(|version| version == TUS_VERSION)
    {
        return Ok(());
    }
    Err(Failure::worded(
        StatusCode::PRECONDITION_FAILED,
        "tusVersion",
        |language| {
            say!(
                language,
                "分段上传使用 tus {TUS_VERSION}，请在 Tus-Resumable 中注明",
                "Uploads in parts speak tus {TUS_VERSION}; say so in Tus-Resumable"
            )
        },
    ))
}

/// What a part says of itself.
fn read_part(headers: &HeaderMap) -> Result<Part, Failure> {
    check_version(headers)?;
    if headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != PART_MEDIA_TYPE)
    {
        return Err(Failure::worded(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "notAPart",
            |language| {
                say!(
                    language,
                    "分段内容的类型应为 {PART_MEDIA_TYPE}",
                    "The type of a part is {PART_MEDIA_TYPE}"
                )
            },
        ));
    }
    Ok(Part {
        offset: read_number(headers, UPLOAD_OFFSET)?,
        length: read_number(headers, UPLOAD_LENGTH)?,
    })
}

fn read_number(headers: &HeaderMap, name: &str) -> Result<u64, Failure> {
    let number = headers.get(name).and_then(|value| value.to_str().ok());
    number.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Failure::worded(StatusCode::BAD_REQUEST, "malformedPart", |language| {
            say!(
                language,
                "{name} 应为字节数，未接收任何内容",
                "{name} must be a number of bytes; nothing was taken"
            )
        })
    })
}

/// An answer that says how far the photo got.
fn telling(mut response: Response, told: Told) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(TUS_VERSION));
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(told.offset));
    if told.whole {
        headers.insert(
            HeaderName::from_static(UPLOAD_LENGTH),
            HeaderValue::from(told.offset),
        );
    }
    response
}

fn elsewhere(offset: u64) -> Failure {
    Failure::worded(StatusCode::CONFLICT, "offsetDiffers", |language| {
        say!(
            language,
            "服务器已有前{offset}字节，请从那里接着发送",
            "The first {offset} bytes are here; go on from there"
        )
    })
}

fn refused(error: AppendError) -> Failure {
    match error {
        AppendError::Locked => Failure::new(
            StatusCode::LOCKED,
            "beingSent",
            Text::new(
                "另一个请求正在发送这张照片，请稍后再试",
                "Another call is sending this photo; try again in a moment",
            ),
        ),
        AppendError::TooMany => Failure::worded(
            StatusCode::TOO_MANY_REQUESTS,
            "tooManyUnfinished",
            |language| {
                say!(
                    language,
                    "您有{UNFINISHED_LIMIT}张照片尚未发完，请先发完这些照片，或等一周后自动清除",
                    "{UNFINISHED_LIMIT} of your photos are not sent to their end; finish those first, or wait a week until they are dropped"
                )
            },
        ),
        AppendError::Elsewhere { offset } => elsewhere(offset),
        AppendError::TooLarge => too_large(PHOTO_BYTE_LIMIT),
        AppendError::TooLong => Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "longerThanSaid",
            Text::new(
                "收到的内容多于声明的照片大小，已丢弃，请从头发送",
                "More came than the photo was said to have; it was dropped, send it from the beginning",
            ),
        ),
        AppendError::BrokeOff => broke_off(),
        AppendError::Photo(error) => not_stored(error),
        AppendError::Folder(error) => Failure::unavailable(&error),
    }
}

#[cfg(test)]
mod tests;
