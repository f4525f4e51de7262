//! Office pages, their server functions, the field's shell and its service worker, the language switch.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::api::ApiError;
use app::api::office::Office;
use app::api::session::DoSignIn;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use domain::Language;
use leptos::prelude::{provide_context, use_context};
use leptos::server_fn::ServerFn as _;
use leptos_axum::ResponseOptions;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::Shared;
use super::photos::read_limited;
use super::security::content_security_policy;
use crate::office::VisitedOffice;
use crate::server::Visit;

/// Bytes of one call: a checklist of the largest size.
const FUNCTION_BYTE_LIMIT: usize = 12 * 1024 * 1024;

/// Bytes of a sign-in name that an address can carry.
const NAME_BYTE_LIMIT: usize = 200;

/// What components find in their context.
fn provide(shared: &Shared, visit: &Visit) {
    let response = use_context::<ResponseOptions>().unwrap_or_default();
    let office = VisitedOffice {
        server: shared.server.clone(),
        visit: visit.clone(),
        response,
    };
    provide_context::<Arc<dyn Office>>(Arc::new(office));
    provide_context(visit.language);
}

/// Any office page, rendered whole: no page waits for scripts to show its content.
pub async fn page(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    request: Request<Body>,
) -> Response {
    let (assets, language) = (shared.site.assets.clone(), visit.language);
    let context = move || {
        provide(&shared, &visit);
        let policy = leptos::nonce::use_nonce().map(|nonce| content_security_policy(Some(&nonce)));
        if let (Some(response), Some(Ok(policy))) = (
            use_context::<ResponseOptions>(),
            policy.map(|policy| HeaderValue::from_str(&policy)),
        ) {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    };
    // A page is asked for by its address alone; a body, however long, is not read.
    let request = Request::from_parts(request.into_parts().0, Body::empty());
    let render = leptos_axum::render_app_async_with_context(context, move || {
        app::shell::shell(assets.clone(), language)
    });
    let mut response = render(request).await;
    // A page shows what this person may see now, and nobody else's cache keeps it.
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub async fn server_function(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_limited(&parts.headers, body, FUNCTION_BYTE_LIMIT).await {
        Ok(bytes) => bytes,
        Err(failure) => return failure.into_response(),
    };
    let is_sign_in = parts.uri.path() == DoSignIn::PATH;
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let answer =
        leptos_axum::handle_server_fns_with_context(move || provide(&shared, &visit), request)
            .await
            .into_response();
    let mut response = with_its_status(answer).await;
    if is_sign_in && let Some(address) = keeping_name(&response, &body) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Leptos answers every error of a server function with 500; a refusal is no failure of the server.
async fn with_its_status(answer: Response) -> Response {
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<ApiError>(&bytes) {
        parts.status = match error {
            ApiError::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            ApiError::SignedOut => StatusCode::UNAUTHORIZED,
            ApiError::PasswordToChange => StatusCode::FORBIDDEN,
            ApiError::Changed { .. } => StatusCode::CONFLICT,
            ApiError::NotFound => StatusCode::NOT_FOUND,
            ApiError::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            ApiError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        };
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Where a refused sign-in leads without scripts: back to its page, the refusal in the address. The name goes with it, so that only
/// the password is entered again; of several refusals the address keeps the last.
fn keeping_name(response: &Response, form: &[u8]) -> Option<HeaderValue> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let mut address = Url::parse(location).ok()?;
    let mut query: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    if !query.contains_key("__err") {
        return None;
    }
    let (_, name) = form_urlencoded::parse(form)
        .find(|(field, name)| field == "name" && name.len() <= NAME_BYTE_LIMIT)?;
    query.insert("name".into(), name.into_owned());
    address.query_pairs_mut().clear().extend_pairs(&query);
    HeaderValue::from_str(address.as_str()).ok()
}

pub async fn field(State(shared): State<Shared>) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, shared.site.field_policy.as_str()),
    ];
    (headers, shared.site.field.clone()).into_response()
}

pub async fn service_worker(State(shared): State<Shared>) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("service-worker-allowed"), "/"),
    ];
    (headers, shared.site.service_worker.clone()).into_response()
}

#[derive(Deserialize)]
pub struct LanguageQuery {
    #[serde(default)]
    to: String,
}

/// Remembers the language and goes back to where the reader was.
pub async fn language(Path(code): Path<String>, Query(query): Query<LanguageQuery>) -> Response {
    let Some(language) = Language::from_code(&code) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cookie = format!(
        "{}={}; Path=/; SameSite=Lax; Max-Age=31536000",
        app::i18n::LANGUAGE_COOKIE,
        language.code()
    );
    let own = query.to.starts_with('/') && !query.to.starts_with("//") && !query.to.contains('\\');
    let to = if own { query.to.as_str() } else { "/" };
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, location);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests;
