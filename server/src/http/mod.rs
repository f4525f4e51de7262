//! What the server answers over HTTP.
//!
//! # Layout
//! - [`site`]: the bundle's files; [`pages`]: office pages, the field's shell, the service worker, the language switch
//! - [`export`]: lists as files; [`exports`]: reports as CSV; [`live`]: what is new, as it happens
//! - [`bodies_file`], [`people_file`]: bodies and people in and out; [`import`]: what both have in common
//! - [`sync_api`]: the tablets' protocol; [`photos`], [`files`]: photos and other files in and out; [`uploads`]: photos in parts
//! - [`draws`]: records of draws, for anybody
//! - [`visit`]: who asks, in which language; [`security`]: same-origin check and headers; [`problem`]: errors as JSON
//! - the tests stand beside their endpoints; `fixture` is the server they ask, `sealed` asks everything there is,
//!   `ways` follows every link, `at_once` has two people do one thing

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::trace::TraceLayer;

use crate::server::Server;

#[cfg(test)]
mod at_once;
pub mod bodies_file;
pub mod draws;
pub mod export;
pub mod exports;
pub mod files;
#[cfg(test)]
pub(crate) mod fixture;
pub mod import;
pub mod live;
#[cfg(test)]
mod offered_filters;
pub mod pages;
pub mod people_file;
pub mod photos;
#[cfg(test)]
mod pictured;
pub mod problem;
#[cfg(test)]
mod sealed;
pub mod security;
pub mod site;
pub mod sync_api;
pub mod uploads;
pub mod visit;
#[cfg(test)]
mod ways;

use site::Site;

/// What handlers share.
#[derive(Clone)]
pub struct Shared {
    pub server: Arc<Server>,
    pub site: Arc<Site>,
}

pub fn router(server: Arc<Server>, site: Site) -> Router {
    // Pages spawn what they wait for. Refused when a router was made before in this process, which is as good.
    let _ = any_spawner::Executor::init_tokio();
    let shared = Shared {
        server,
        site: Arc::new(site),
    };
    let answered_by_code = Router::new()
        .route("/api/sync/v1/me", get(sync_api::me))
        .route("/api/sync/v1/sign-in", post(sync_api::sign_in))
        .route("/api/sync/v1/sign-out", post(sync_api::sign_out))
        .route(
            "/api/sync/v1/push",
            post(sync_api::push).layer(RequestDecompressionLayer::new()),
        )
        .route("/api/sync/v1/pull", get(sync_api::pull))
        .route("/api/sync/v1/device", post(sync_api::enrol))
        .route("/api/sync/v1/local-key", post(sync_api::local_key))
        .route(
            "/api/sync/v1/photo/{hash}",
            put(photos::put).head(uploads::head).patch(uploads::patch),
        )
        .route("/api/sync/v1/photos/lacking", post(photos::lacking))
        .route("/api/file/{hash}", put(files::put))
        .route("/api/sync/{*rest}", axum::routing::any(sync_api::unknown))
        .route(
            "/api/{*function}",
            get(pages::server_function).post(pages::server_function),
        )
        .route("/public/draws/{id}/record.json", get(draws::record))
        .route("/api/import/bodies", post(bodies_file::import))
        .route("/api/import/people", post(people_file::import))
        .route(
            "/api/import/obligations",
            post(bodies_file::read_obligations),
        )
        .route("/export/bodies/{name}", get(bodies_file::export))
        .route("/export/people/{name}", get(people_file::export))
        .route("/photo/{hash}", get(photos::get))
        .route("/file/{hash}", get(files::get))
        .route(
            "/export/notices/{id}/transmission.csv",
            get(exports::transmission),
        )
        .route("/export/{file}", get(export::export))
        .route("/live", get(live::live))
        .route("/language/{code}", get(pages::language))
        .route("/health", get(|| async { "ok" }))
        .fallback(get(pages::page))
        .layer(axum::middleware::from_fn_with_state(
            shared.clone(),
            visit::visit,
        ))
        .layer(CompressionLayer::new());
    // Nothing here depends on who asks; the bundle comes compressed as it is.
    let the_same_for_all = Router::new()
        .route("/field", get(pages::field))
        .route("/field/", get(pages::field))
        .route("/field/{*rest}", get(pages::field))
        .route("/sw.js", get(pages::service_worker))
        .route("/pkg/{*path}", get(site::file))
        .route("/icons/{*path}", get(site::file))
        .route("/favicon.svg", get(site::file))
        .route("/favicon.ico", get(site::file))
        .route("/manifest.webmanifest", get(site::file))
        .route("/draft_writer.js", get(site::file));
    the_same_for_all
        .merge(answered_by_code)
        .layer(axum::middleware::from_fn(security::guard))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(TraceLayer::new_for_http())
        .with_state(shared)
}
