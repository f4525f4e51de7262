//! The tablet: pages mounted on the client from one cached shell, working on what the tablet keeps.
//!
//! # Layout
//! - `app`: opening the store, the routes; `shell`: the one document they all start from, served and cached
//! - `tablet`: what every page shares: the store, the facts, the outbox, who is signed in
//! - [`local_facts`]: the events kept here, folded; [`visit_state`]: how far a visit has come; [`handing_in`]: from a draft to a submission, [`left_here`]: what stays
//! - `open_inspection`: the inspection on the glass, saved after each change; [`saves`]: what is under way, and whose the draft is; [`next_open`]: what is to be done next
//! - pages: `home_page` with what was just `handed_in`, `sign_in_page`, `lock_page`; in the second part of the program, `visit_pages`: `assignment_page`, `inspection_page`, `review_page`, `record_page`, `feedback_page`, `outbox_page`
//! - the form on its page: `sections`, of which a long form has there only what is `nearby`
//! - parts of pages: `bar`, `item`, `finding_panel`, `free_findings`, `found`, `photos`, `files` with its `recorder` (`recording`: on disk while it is under way), `drawing`, `marking`, `signing`, `signing_afterwards`, `place_panel` with its `place_drawing`, `scan_panel`, `visit_panel` with its `laying_aside`, `arrival_panel` and `entrance_panel`, `pin_panel`, `icon`
//! - where something is on a map: `mercator`
//! - what is drawn: `ink` on a `sheet`, the time in its picture, `png_time`, and what a picture was made of, `jpeg_comment`
//! - what pages are made of: `piece`; which of them an address opens: `address`
//! - work that finds no network, as a file: `save_unsent`; from it on another tablet: `drafts_from_file`, of which each is told by [`from_file`]
//! - the browser: `browser`, `photo_capture`, `signing_key`, `safe`, `idle`, `one_tab`, `service_worker`

pub mod from_file;
pub mod handing_in;
pub mod left_here;
pub mod local_facts;
pub mod next_open;
pub mod saves;
pub mod visit_state;

#[cfg(feature = "browser")]
mod address;
#[cfg(feature = "browser")]
mod app;
#[cfg(feature = "browser")]
mod appearance;
#[cfg(feature = "browser")]
mod arrival_panel;
#[cfg(feature = "browser")]
mod assignment_page;
#[cfg(feature = "browser")]
mod bar;
#[cfg(feature = "browser")]
pub mod browser;
#[cfg(any(test, feature = "browser"))]
mod choices_found;
#[cfg(any(test, feature = "browser"))]
mod clock_text;
#[cfg(feature = "browser")]
mod drafts_from_file;
#[cfg(feature = "browser")]
mod drawing;
#[cfg(feature = "browser")]
mod entrance_panel;
#[cfg(feature = "browser")]
mod feedback_page;
#[cfg(feature = "browser")]
mod files;
#[cfg(feature = "browser")]
mod finding_line;
#[cfg(feature = "browser")]
mod finding_panel;
#[cfg(feature = "browser")]
mod found;
#[cfg(feature = "browser")]
mod free_findings;
#[cfg(feature = "browser")]
mod handed_in;
#[cfg(feature = "browser")]
mod home_page;
#[cfg(feature = "browser")]
mod icon;
#[cfg(feature = "browser")]
mod idle;
#[cfg(any(test, feature = "browser"))]
mod ink;
#[cfg(feature = "browser")]
mod inspection_page;
#[cfg(feature = "browser")]
mod item;
#[cfg(any(test, feature = "browser"))]
mod jpeg_comment;
#[cfg(feature = "browser")]
mod languages;
#[cfg(feature = "browser")]
mod laying_aside;
#[cfg(feature = "browser")]
mod lock_page;
#[cfg(feature = "browser")]
mod marking;
#[cfg(any(test, feature = "browser"))]
mod mercator;
#[cfg(any(test, feature = "browser"))]
mod nearby;
#[cfg(feature = "browser")]
mod one_tab;
#[cfg(feature = "browser")]
mod open_inspection;
#[cfg(feature = "browser")]
mod outbox_page;
#[cfg(feature = "browser")]
mod photo_capture;
#[cfg(feature = "browser")]
mod photos;
#[cfg(feature = "browser")]
mod piece;
#[cfg(feature = "browser")]
mod pin_panel;
#[cfg(feature = "browser")]
mod place_drawing;
#[cfg(feature = "browser")]
mod place_panel;
#[cfg(any(test, feature = "browser"))]
mod png_time;
#[cfg(feature = "browser")]
mod record_page;
#[cfg(feature = "browser")]
mod recorder;
#[cfg(feature = "browser")]
mod recording;
#[cfg(feature = "browser")]
mod remark_panel;
#[cfg(feature = "browser")]
mod review_page;
#[cfg(feature = "browser")]
pub mod safe;
#[cfg(feature = "browser")]
mod save_unsent;
#[cfg(feature = "browser")]
mod scan_panel;
#[cfg(feature = "browser")]
mod sections;
#[cfg(feature = "browser")]
mod service_worker;
#[cfg(feature = "browser")]
mod sheet;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "browser")]
mod sign_in_page;
#[cfg(feature = "browser")]
mod signing;
#[cfg(feature = "browser")]
mod signing_afterwards;
#[cfg(feature = "browser")]
mod signing_key;
#[cfg(any(test, feature = "browser"))]
mod space;
#[cfg(feature = "browser")]
mod sync_now;
#[cfg(feature = "browser")]
pub mod tablet;
#[cfg(feature = "browser")]
mod visit_pages;
#[cfg(feature = "browser")]
mod visit_panel;

#[cfg(feature = "browser")]
pub use app::mount;
#[cfg(feature = "ssr")]
pub use shell::field_shell;

#[cfg(test)]
mod sample;
