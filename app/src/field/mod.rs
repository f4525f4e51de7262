//! The tablet: pages mounted on the client from one cached shell, working on what the tablet keeps.
//!
//! # Layout
//! - `app`: opening the store, the routes; `shell`: the one document they all start from, served and cached
//! - `tablet`: what every page shares: the store, the facts, the outbox, who is signed in
//! - [`local_facts`]: the events kept here, folded; [`visit_state`]: how far a visit has come; [`handing_in`]: from a draft to a submission
//! - `open_inspection`: the inspection on the glass, saved after each change
//! - pages: `home_page`, `assignment_page`, `inspection_page`, `review_page`, `record_page`, `outbox_page`, `sign_in_page`
//! - parts of pages: `bar`, `item`, `finding_panel`, `photos`, `visit_panel`
//! - the browser: `browser`, `photo_capture`, `one_tab`, `service_worker`

pub mod handing_in;
pub mod local_facts;
pub mod visit_state;

#[cfg(feature = "hydrate")]
mod app;
#[cfg(feature = "hydrate")]
mod assignment_page;
#[cfg(feature = "hydrate")]
mod bar;
#[cfg(feature = "hydrate")]
pub mod browser;
#[cfg(feature = "hydrate")]
mod finding_panel;
#[cfg(feature = "hydrate")]
mod home_page;
#[cfg(feature = "hydrate")]
mod inspection_page;
#[cfg(feature = "hydrate")]
mod item;
#[cfg(feature = "hydrate")]
mod one_tab;
#[cfg(feature = "hydrate")]
mod open_inspection;
#[cfg(feature = "hydrate")]
mod outbox_page;
#[cfg(feature = "hydrate")]
mod photo_capture;
#[cfg(feature = "hydrate")]
mod photos;
#[cfg(feature = "hydrate")]
mod record_page;
#[cfg(feature = "hydrate")]
mod review_page;
#[cfg(feature = "hydrate")]
mod service_worker;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "hydrate")]
mod sign_in_page;
#[cfg(feature = "hydrate")]
pub mod tablet;
#[cfg(feature = "hydrate")]
mod visit_panel;

#[cfg(feature = "hydrate")]
pub use app::FieldApp;
#[cfg(feature = "ssr")]
pub use shell::field_shell;

#[cfg(test)]
mod sample;
