//! Office and field in one file, for those who build with cargo-leptos: it names the function it expects.

#![cfg(target_arch = "wasm32")]

/// Called once the wasm is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::start();
}
