//! The office's bundle. Linked on its own, it leaves out what only the tablet runs.

#![cfg(target_arch = "wasm32")]

/// Called once the wasm is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn start() {
    app::start_office();
}
