//! Everything the browser runs.
//!
//! # Layout
//! - [`office`]: one file a page, for administrators, organisers, overseers and institutions; rendered on the server, hydrated
//! - [`field`]: the tablet's pages, always mounted on the client from one cached shell, online and offline alike
//! - [`public_site`]: what needs no sign-in
//! - [`widgets`]: parts that pages share; [`list`]: what all lists are
//! - [`form_session`]: a form instance bound to signals; [`local_store`]: what the tablet keeps; [`sync_runner`]: what carries it
//! - [`api`]: what pages ask of the server; [`i18n`]: the reader's language; [`clock`]: instants as the jurisdiction reads them; [`places`]: where something is
//! - [`shell`], [`routes`]: the document around the pages, and which page an address opens
//!
//! The same crate is linked into two wasm files (`entry/office`, `entry/field`), so that a tablet does not download the office.
// Long view types are normal here.
#![recursion_limit = "512"]

pub mod api;
pub mod clock;
pub mod field;
pub mod form_session;
pub mod i18n;
pub mod list;
pub mod local_store;
pub mod office;
pub mod places;
pub mod public_site;
pub mod routes;
pub mod shell;
#[cfg(feature = "browser")]
pub mod sync_runner;
pub mod widgets;

/// Takes over the page the server rendered.
#[cfg(feature = "hydrate")]
pub fn start_office() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(routes::App);
    started();
}

/// Mounts the tablet's pages on the cached shell.
#[cfg(feature = "browser")]
pub fn start_field() {
    console_error_panic_hook::set_once();
    field::mount();
    started();
}

/// Says that the page answers now; tests and the bench wait for it.
#[cfg(feature = "browser")]
fn started() {
    if let Some(html) = leptos::prelude::document().document_element() {
        let _ = html.set_attribute("data-started", "");
    }
}

/// Does what the document asks for: a body marked `data-client-render` is mounted, any other is hydrated.
#[cfg(feature = "hydrate")]
pub fn start() {
    let body = leptos::prelude::document().body();
    if body.is_some_and(|body| body.has_attribute("data-client-render")) {
        start_field();
    } else {
        start_office();
    }
}
