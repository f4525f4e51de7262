//! Everything the server runs.
//!
//! # Layout
//! - [`settings`] (with [`tile_template`]) → [`store`] → [`http`]: what it is told, where it keeps things, what it answers
//! - [`ingest`]: the only way into the log; [`world`]: what every decision needs, in memory
//! - [`read`]: read models, one file per question; [`office`]: the questions office pages ask, for one request
//! - [`account`], [`session`], [`throttle`]: passwords and sign-in, apart from the log
//! - [`local_key`]: by which tablets seal what they keep, apart from the log
//! - [`entrance_code`]: what hangs at institutions' entrances, apart from the log; [`qr`]: how it is drawn
//! - [`mail`]: what the inbox tells, by e-mail; [`digest`]: what is late or due soon, by mail once a working day
//! - [`export`]: a list as a file, in parts; [`sheet`]: how such a file is written
//! - [`record_check`]: whether a record is what was recorded; [`device_signature`]: whether a tablet signed what comes under its name
//! - [`figures`]: the figures of a briefing, counted twice; [`rebuild`]: read models computed again and compared
//! - [`photo`], [`file`]: photos and other files by their hash; [`upload`]: photos that arrive in parts
//! - [`setup`]: the first visit to an empty server; [`demo`]: the demo city
//! - [`server`]: all of it put together

pub mod account;
pub mod demo;
pub mod device_signature;
pub mod digest;
pub mod entrance_code;
pub mod export;
pub mod figures;
pub mod file;
pub mod http;
pub mod ingest;
pub mod jobs;
pub mod local_key;
pub mod mail;
pub mod office;
pub mod photo;
pub mod qr;
pub mod read;
pub mod rebuild;
pub mod record_check;
pub mod server;
pub mod session;
pub mod settings;
pub mod setup;
pub mod sheet;
pub mod store;
pub mod throttle;
pub mod tile_template;
pub mod upload;
pub mod world;
