//! What a tablet sends and fetches next.
//!
//! # Layout
//! - [`protocol`]: the versioned JSON spoken with the server, its limits and its answers
//! - [`planner`]: from what is known to the next thing to do; no clock, no network, no storage
//! - [`outbox`]: what becomes of each event on its way out

pub mod outbox;
pub mod planner;
pub mod protocol;
