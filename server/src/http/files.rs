//! Files that go with notices, reports and materials: put by their SHA-256, fetched by whoever may see a matter they go with.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use domain::attachment::{FILE_BYTE_LIMIT, FileKind};
use domain::permission::{Act, Place};
use domain::record::Hash;
use domain::{Text, say};
use serde::Serialize;

use super::Shared;
use super::photos::read_limited;
use super::problem::Failure;
use crate::file::StoreFileError;
use crate::server::Visit;

/// What was taken.
#[derive(Serialize)]
pub struct Taken {
    kind: FileKind,
    bytes: u64,
}

/// Acts of which one is needed to bring a file: those that attach some.
const BRINGING: [Act; 4] = [
    Act::IssueNotices,
    Act::Organise,
    Act::ReceiveNotices,
    Act::ReVerify,
];

pub async fn put(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Taken>), Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let reader = shared.server.reader(jurisdiction, person);
    if !BRINGING
        .into_iter()
        .any(|act| reader.may(act, &Place::Anywhere))
    {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "notForThisRole",
            Text::new(
                "您的角色不能上传附件",
                "Your role does not let you attach files",
            ),
        ));
    }
    let hash: Hash = hash.parse().map_err(|_| unnamed())?;
    let limit = usize::try_from(FILE_BYTE_LIMIT).unwrap_or(usize::MAX);
    let bytes = read_limited(&headers, body, limit).await?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    match shared.server.files.put(hash, bytes).await {
        Ok(kind) => Ok((
            StatusCode::OK,
            Json(Taken {
                kind,
                bytes: length,
            }),
        )),
        Err(StoreFileError::HashDiffers { found }) => Err(Failure::worded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "fileHashDiffers",
            |language| {
                say!(
                    language,
                    "文件内容与其标识不符（收到 {found}），请重新上传",
                    "The file is not what its name says (received {found}); send it again"
                )
            },
        )),
        Err(StoreFileError::UnknownKind) => Err(Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknownKind",
            Text::new(
                "只接受 PDF、Word（docx）、Excel（xlsx）、JPEG、PNG、WebP 和 UTF-8 文本",
                "Only PDF, Word (docx), Excel (xlsx), JPEG, PNG, WebP and UTF-8 text are taken",
            ),
        )),
        Err(StoreFileError::Macros) => Err(Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "macros",
            Text::new(
                "文件含有宏，请去掉宏后重新上传",
                "The file carries macros; save it without them and send it again",
            ),
        )),
        Err(StoreFileError::Store(error)) => Err(Failure::unavailable(&error)),
    }
}

pub async fn get(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let hash: Hash = name.parse().map_err(|_| unnamed())?;
    let reader = shared.server.reader(jurisdiction, person);
    let attachment = reader
        .visible_attachment(hash)
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    let missing = || {
        Failure::new(
            StatusCode::NOT_FOUND,
            "noSuchFile",
            Text::new(
                "没有这个附件，或不在您的职责范围内",
                "There is no such file, or it is outside your scope",
            ),
        )
    };
    let attachment = attachment.ok_or_else(missing)?;
    let bytes = shared
        .server
        .files
        .get(hash)
        .await
        .map_err(|error| Failure::unavailable(&error))?
        .ok_or_else(missing)?;
    // It is saved and never shown as a page of ours; what a name stands for never changes.
    let mut response = (
        [
            (CONTENT_TYPE, attachment.kind.media_type()),
            (CACHE_CONTROL, "private, max-age=3600"),
            (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        ],
        bytes,
    )
        .into_response();
    if let Ok(disposition) = HeaderValue::from_str(&saved_as(&attachment.name)) {
        response
            .headers_mut()
            .insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// `Content-Disposition` of a file to be saved under a name (RFC 6266, RFC 8187).
pub fn saved_as(name: &str) -> String {
    let encoded = app::widgets::address::encode(name).replace('/', "%2F");
    format!("attachment; filename*=UTF-8''{encoded}")
}

fn unnamed() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "malformedName",
        Text::new(
            "文件标识应为64位十六进制的 SHA-256",
            "A file's name is its SHA-256 in 64 hexadecimal digits",
        ),
    )
}

#[cfg(test)]
mod tests;
