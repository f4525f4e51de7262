//! The bundle's files: from the binary, or from a folder while developing. Names carry a hash of the content, so browsers keep
//! them for ever; each comes compressed where its browser takes that.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use app::shell::Assets;
use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use domain::record::Hash;
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::Shared;
use super::security::field_security_policy;
use crate::tile_template::TileTemplate;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Embedded;

pub struct Site {
    folder: Option<PathBuf>,
    /// What office pages load.
    pub assets: Assets,
    /// The service worker, with the list of what it keeps.
    pub service_worker: String,
    /// The field's document, the same for everyone.
    pub field: String,
    /// From where that document may load what.
    pub field_policy: String,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenSiteError {
    #[error("the site has no assets.json: build it first (cargo xtask build)")]
    Missing,
    #[error("assets.json cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// What the bundler wrote down.
#[derive(Deserialize)]
struct AssetList {
    office: Entry,
    field: Entry,
    css: String,
    #[serde(default)]
    public: Vec<String>,
}

/// One of the two programs the app is linked into.
#[derive(Deserialize)]
struct Entry {
    boot: String,
    js: String,
    wasm: String,
    /// What the page loads later.
    parts: Vec<String>,
}

impl Entry {
    fn with(self, css: String) -> Assets {
        let Entry { boot, js, wasm, .. } = self;
        Assets {
            boot,
            js,
            wasm,
            css,
        }
    }
}

impl Site {
    /// `tiles` is where the tablets' maps have theirs from.
    pub fn open(
        folder: Option<PathBuf>,
        tiles: Option<&TileTemplate>,
    ) -> Result<Site, OpenSiteError> {
        let list = bytes(folder.as_deref(), "assets.json").ok_or(OpenSiteError::Missing)?;
        let mut list: AssetList = serde_json::from_slice(&list)?;
        let assets = list.office.with(list.css.clone());
        let parts = std::mem::take(&mut list.field.parts);
        let tablet = list.field.with(list.css);
        let field = app::field::field_shell(&tablet);
        let field_policy = field_security_policy(tiles.and_then(TileTemplate::origin));
        let mut kept = vec![
            "/field",
            &tablet.boot,
            &tablet.js,
            &tablet.wasm,
            &tablet.css,
        ];
        kept.extend(parts.iter().map(String::as_str));
        kept.extend(
            list.public
                .iter()
                .map(String::as_str)
                .filter(|path| !media_type(path).ends_with("png")),
        );
        // What its name does not tell apart is told apart by what is in it.
        let mut told_apart = field.clone().into_bytes();
        // A tablet keeps the document with its policy.
        told_apart.extend(field_policy.as_bytes());
        for path in &kept {
            let path = path.trim_start_matches('/');
            if !path.starts_with("pkg/") {
                told_apart.extend(bytes(folder.as_deref(), path).unwrap_or_default().iter());
            }
        }
        let kept = serde_json::to_string(&kept)?;
        told_apart.extend(kept.as_bytes());
        // Another worker keeps apart what it keeps: one that fails to install takes nothing from the one that works.
        let worker = include_str!("../../../app/src/field/service_worker.js");
        told_apart.extend(worker.as_bytes());
        let version = Hash::of(&told_apart).to_string();
        let service_worker = worker
            .replace("/*ASSETS*/[]", &kept)
            .replace("/*VERSION*/", &version[..16]);
        Ok(Site {
            folder,
            assets,
            service_worker,
            field,
            field_policy,
        })
    }

    fn get(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        bytes(self.folder.as_deref(), path)
    }
}

fn bytes(folder: Option<&Path>, path: &str) -> Option<Cow<'static, [u8]>> {
    match folder {
        None => Embedded::get(path).map(|file| file.data),
        Some(folder) => {
            let inside = Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)));
            inside
                .then(|| std::fs::read(folder.join(path)).ok())
                .flatten()
                .map(Cow::Owned)
        }
    }
}

pub async fn file(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let takes_brotli = headers
        .get(ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok())
        .is_some_and(|accepted| {
            accepted
                .split(',')
                .any(|encoding| encoding.trim().split(';').next() == Some("br"))
        });
    let compressed = takes_brotli
        .then(|| shared.site.get(&format!("{path}.br")))
        .flatten();
    let is_compressed = compressed.is_some();
    let Some(bytes) = compressed.or_else(|| shared.site.get(path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(media_type(path)) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    let hashed = path.starts_with("pkg/");
    // A program is of one version with the page that runs it.
    let program = media_type(path).starts_with("text/javascript");
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static(if hashed {
            "public, max-age=31536000, immutable"
        } else if program {
            "no-cache"
        } else {
            "public, max-age=3600"
        }),
    );
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if is_compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
