//! Measures the form engine beside its peers on synthetic inspection forms. `cargo xtask bench forms` runs it, natively and
//! as WebAssembly in a browser.
//!
//! # Layout
//!
//! | File | Subject |
//! |---|---|
//! | `sample` | the measured forms as XForm XML, and the edits they are measured by |
//! | `engine` | what is asked of an engine |
//! | `ours`, `rxeval` | the engines in Rust |
//! | `page` | the same engines for the page's JavaScript |
//! | `measure` | the acts, timed natively |
//! | `main` | writes the forms for the page, and measures natively |

pub mod engine;
#[cfg(not(target_arch = "wasm32"))]
pub mod measure;
pub mod ours;
#[cfg(target_arch = "wasm32")]
mod page;
pub mod rxeval;
pub mod sample;
