//! Everything the browser runs.
//!
//! # Layout
//! - [`office`]: one file a page, for administrators, organisers, overseers and institutions; rendered on the server, hydrated
//! - [`field`]: the tablet's pages, always mounted on the client from one cached shell, online and offline alike
//! - [`public_site`]: what needs no sign-in
//! - [`widgets`]: parts that pages share
//! - [`form_session`]: a form instance bound to signals; [`local_store`]: what the tablet keeps; [`sync_runner`]: what carries it
//! - [`api`]: what pages ask of the server; [`i18n`]: the reader's language; [`clock`]: instants as the jurisdiction reads them
//! - [`shell`], [`routes`]: the document around the pages, and which page an address opens
//!
//! One wasm file does both: a body marked `data-client-render` is mounted, any other is hydrated.
// Long view types are normal here.
#![recursion_limit = "512"]

pub mod api;
pub mod clock;
pub mod field;
pub mod form_session;
pub mod i18n;
pub mod local_store;
pub mod office;
pub mod public_site;
pub mod routes;
pub mod shell;
#[cfg(feature = "hydrate")]
pub mod sync_runner;
pub mod widgets;

/// Called once the wasm is loaded.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    if leptos::prelude::document()
        .body()
        .is_some_and(|body| body.has_attribute("data-client-render"))
    {
        leptos::mount::mount_to_body(field::FieldApp);
    } else {
        leptos::mount::hydrate_body(routes::App);
    }
    // Says that the page answers now; tests and the bench wait for it.
    if let Some(html) = leptos::prelude::document().document_element() {
        let _ = html.set_attribute("data-started", "");
    }
}
