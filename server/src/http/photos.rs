//! Photos, and recordings and documents like them: put by their SHA-256, seen by whoever may see a matter they are evidence in.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::finding::PhotoHash;
use domain::media::Media;
use domain::record::Hash;
use domain::{Text, say};
use http_range_header::{EndPosition, StartPosition, parse_range_header};
use sync::protocol::{PHOTO_BYTE_LIMIT, PHOTOS_ASKED_LIMIT, PhotosAsked, PhotosLacking};

use super::Shared;
use super::problem::Failure;
use super::sync_api::{read_json, uncached};
use crate::photo::{PhotoStore, StorePhotoError, Stored};
use crate::server::Visit;

pub async fn put(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Failure> {
    visit.person.ok_or_else(Failure::signed_out)?;
    let hash: Hash = hash.parse().map_err(|_| unnamed())?;
    let bytes = read_limited(&headers, body, PHOTO_BYTE_LIMIT).await?;
    match shared.server.photos.put(hash, bytes).await {
        Ok(Stored::New) => Ok(StatusCode::CREATED),
        Ok(Stored::Known) => Ok(StatusCode::OK),
        Err(error) => Err(not_stored(error)),
    }
}

/// Why a photo is not kept.
pub fn not_stored(error: StorePhotoError) -> Failure {
    match error {
        StorePhotoError::HashDiffers { found } => Failure::worded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "photoHashDiffers",
            |language| {
                say!(
                    language,
                    "照片内容与其标识不符（收到 {found}），请重新发送；原件仍在本机",
                    "The photo is not what its name says (received {found}); send it again, the original is still on the device"
                )
            },
        ),
        StorePhotoError::NotTaken(refusal) => Failure::worded(
            StatusCode::UNPROCESSABLE_ENTITY,
            "notTaken",
            move |language| refusal.text(language),
        ),
        StorePhotoError::Store(error) => Failure::unavailable(&error),
    }
}

/// Bytes of a question about photos: their hashes, each in its quotes.
const ASKED_BYTE_LIMIT: usize = PHOTOS_ASKED_LIMIT * 80;

/// Which of the photos a tablet holds for received are not here.
pub async fn lacking(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    visit.person.ok_or_else(Failure::signed_out)?;
    let asked: PhotosAsked = read_json(&headers, body, ASKED_BYTE_LIMIT).await?;
    if asked.photos.len() > PHOTOS_ASKED_LIMIT {
        return Err(Failure::worded(
            StatusCode::PAYLOAD_TOO_LARGE,
            "tooMany",
            |language| {
                say!(
                    language,
                    "一次最多询问{PHOTOS_ASKED_LIMIT}张照片，请分批询问",
                    "Ask about {PHOTOS_ASKED_LIMIT} photos or fewer at a time"
                )
            },
        ));
    }
    let mut hashes = Vec::with_capacity(asked.photos.len());
    for photo in &asked.photos {
        hashes.push(photo.0.parse().map_err(|_| unnamed())?);
    }
    let lacking = shared
        .server
        .photos
        .lacking(hashes)
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    let lacking = lacking.iter().map(|hash| PhotoHash(hash.to_string()));
    Ok(uncached(PhotosLacking {
        lacking: lacking.collect(),
    }))
}

pub async fn get(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (jurisdiction, person) = visit.person.ok_or_else(Failure::signed_out)?;
    let hash: Hash = name.parse().map_err(|_| unnamed())?;
    let reader = shared.server.reader(jurisdiction, person);
    let visible = reader
        .may_see_photo(&name)
        .await
        .map_err(|error| Failure::unavailable(&error))?;
    let found = if visible {
        let sent = sent(&shared.server.photos, hash, &headers).await;
        sent.map_err(|error| Failure::unavailable(&error))?
    } else {
        None
    };
    found.ok_or_else(|| {
        Failure::new(
            StatusCode::NOT_FOUND,
            "noSuchPhoto",
            Text::new(
                "没有这张照片，或不在您的职责范围内",
                "There is no such photo, or it is outside your scope",
            ),
        )
    })
}

/// What of a file is asked for; ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Bytes(u64, u64),
    /// None of it is there.
    Beyond,
}

impl Part {
    /// What is no range is as if nobody had asked for one (RFC 9110, 14.2), and so is more than one, which no player asks for.
    fn asked(headers: &HeaderMap, length: u64) -> Part {
        let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
        let parsed = range.and_then(|range| parse_range_header(range).ok());
        let Some([one]) = parsed.as_ref().map(|parsed| &parsed.ranges[..]) else {
            return Part::Whole;
        };
        let last = match one.end {
            EndPosition::Index(end) => end.min(length.saturating_sub(1)),
            EndPosition::LastByte => length.saturating_sub(1),
        };
        let from = match one.start {
            StartPosition::Index(from) => from,
            // More than there are is all of them (14.1.2).
            StartPosition::FromLast(bytes) => length.saturating_sub(bytes),
        };
        if from >= length {
            Part::Beyond
        } else if from > last {
            Part::Whole
        } else {
            Part::Bytes(from, last)
        }
    }
}

/// A file as a browser asks for it: players ask for parts, from where somebody wants to listen on. None if it is not here.
async fn sent(
    photos: &PhotoStore,
    name: Hash,
    asked: &HeaderMap,
) -> Result<Option<Response>, object_store::Error> {
    let Some(length) = photos.length(name).await? else {
        return Ok(None);
    };
    let media = photos.media(name, length).await?;
    let media_type = media.map_or("application/octet-stream", Media::media_type);
    // What a name stands for never changes; who may see it can, so no shared cache keeps it.
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "private, max-age=3600"),
        (ACCEPT_RANGES, "bytes"),
    ];
    let mut response = match Part::asked(asked, length) {
        Part::Beyond => {
            let whole = [(CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok(Some(
                (StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response(),
            ));
        }
        Part::Bytes(from, to) => {
            let bytes = photos.part(name, from..to + 1).await?;
            let place = [(CONTENT_RANGE, format!("bytes {from}-{to}/{length}"))];
            (StatusCode::PARTIAL_CONTENT, headers, place, bytes).into_response()
        }
        Part::Whole => (headers, photos.part(name, 0..length).await?).into_response(),
    };
    // A document is for a program of its own, under a name that says which.
    if let Some(Media::File(kind)) = media
        && !media_type.starts_with("image/")
    {
        let (name, extension) = (name.to_string(), kind.extension());
        let named = format!("attachment; filename=\"{}.{extension}\"", &name[..8]);
        if let Ok(named) = HeaderValue::try_from(named) {
            response.headers_mut().insert(CONTENT_DISPOSITION, named);
        }
    }
    Ok(Some(response))
}

pub fn unnamed() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "malformedName",
        Text::new(
            "照片标识应为64位十六进制的 SHA-256",
            "A photo's name is its SHA-256 in 64 hexadecimal digits",
        ),
    )
}

/// More bytes than are taken.
pub fn too_large(limit: usize) -> Failure {
    let megabytes = limit / (1024 * 1024);
    Failure::worded(StatusCode::PAYLOAD_TOO_LARGE, "tooLarge", |language| {
        say!(
            language,
            "内容超过{megabytes} MB，请分批发送",
            "More than {megabytes} MB; send it in smaller parts"
        )
    })
}

/// A transfer that ended before its end.
pub fn broke_off() -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        "brokenOff",
        Text::new("传输中断，请重试", "The transfer broke off; try again"),
    )
}

/// A body within a limit; one that says it is larger is refused before it is read.
pub async fn read_limited(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Failure> {
    let declared = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|declared| declared > limit) {
        return Err(too_large(limit));
    }
    axum::body::to_bytes(body, limit).await.map_err(|error| {
        if std::error::Error::source(&error)
            .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
        {
            too_large(limit)
        } else {
            broke_off()
        }
    })
}

#[cfg(test)]
mod tests;
