//! A list as a file: the same filter, order, columns and scope as on its page, all pages of it.

use std::collections::BTreeMap;

use app::list::{Asked, EXPORT_LIMIT};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::{Text, say};
use tokio_util::io::ReaderStream;

use super::Shared;
use super::problem::Failure;
use crate::export::{self, ExportError};
use crate::server::Visit;
use crate::sheet::Kind;

/// `GET /export/findings.xlsx?stage=open&sort=-raised`
pub async fn export(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    Path(file): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    match file_of(&shared, &visit, &file, query).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

async fn file_of(
    shared: &Shared,
    visit: &Visit,
    file: &str,
    query: BTreeMap<String, String>,
) -> Result<Response, Failure> {
    let Some((jurisdiction, person)) = visit.person else {
        return Err(Failure::signed_out());
    };
    let named = Kind::ALL.into_iter().find_map(|kind| {
        let list = file.strip_suffix(kind.extension())?.strip_suffix('.')?;
        Some((list, kind))
    });
    let (list, kind) = named.ok_or_else(unknown)?;
    let asked = Asked::of(query);
    // The permit is given back when the file is written, however long it takes to be downloaded.
    let permit = shared.server.exports.acquire().await;
    let reader = shared.server.reader(jurisdiction, person);
    let folder = &shared.server.settings.data;
    let written = export::export(reader, list, kind, &asked, visit.language, folder).await;
    drop(permit);
    let file = written.map_err(|error| match error {
        ExportError::UnknownList => unknown(),
        ExportError::TooManyRows { total } => too_many(total),
        ExportError::Store(_) | ExportError::Sheet(_) | ExportError::Panicked => {
            Failure::unavailable(&error)
        }
    })?;
    let length = file
        .metadata()
        .map_err(|error| Failure::unavailable(&error))?
        .len();
    let stream = ReaderStream::new(tokio::fs::File::from_std(file));
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    // The name of a list that is there is a plain word.
    let disposition = format!("attachment; filename=\"{list}.{}\"", kind.extension());
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn too_many(total: u64) -> Failure {
    Failure::worded(
        StatusCode::UNPROCESSABLE_ENTITY,
        "tooManyRows",
        |language| {
            say!(
                language,
                "共{total}条，一次最多导出{EXPORT_LIMIT}条，请先筛选",
                "There are {total} rows, and an export has at most {EXPORT_LIMIT}: filter them first"
            )
        },
    )
}

fn unknown() -> Failure {
    Failure::new(
        StatusCode::NOT_FOUND,
        "notFound",
        Text::new("没有这份清单", "There is no such list"),
    )
}

#[cfg(test)]
mod tests;
