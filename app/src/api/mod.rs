//! What office pages ask of the server. Each question is a server function over [`Office`], which the server implements; the
//! browser only ever sees the functions and the views they return.

pub mod arrangement;
pub mod closure;
pub mod command;
pub mod draw;
pub mod entrance;
pub mod error;
#[cfg(feature = "ssr")]
pub mod office;
pub mod query;
pub mod session;
pub mod setup;
pub mod view;
pub mod visits;

pub use error::ApiError;
