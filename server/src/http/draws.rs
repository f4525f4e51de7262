//! The record of a draw as a file, for anybody: what `dubang draw verify` reads.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::id::{DrawId, PersonId};
use uuid::Uuid;

use super::Shared;
use super::problem::Failure;

/// The same bytes for everyone, signed in or not.
pub async fn record(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let known = shared.server.ingest.world().known();
    let (Ok(id), Some(jurisdiction)) = (id.parse::<DrawId>(), known.jurisdiction) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let reader = shared.server.reader(jurisdiction, PersonId(Uuid::nil()));
    let record = match reader.draw_record(id).await {
        Ok(Some(record)) => record,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return Failure::unavailable(&error).into_response(),
    };
    let json = match serde_json::to_vec_pretty(&record) {
        Ok(json) => json,
        Err(error) => return Failure::unavailable(&error).into_response(),
    };
    let name = format!("attachment; filename=\"draw-{id}.json\"");
    let mut response = json.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    response
}
