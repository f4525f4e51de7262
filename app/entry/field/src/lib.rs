//! The tablet's bundle. It is linked on its own and only mounts pages: without the office and without what takes over rendered
//! pages, the first visit over a phone's network stays small.

#![cfg(target_arch = "wasm32")]

/// Called once the wasm is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn start() {
    app::start_field();
}
