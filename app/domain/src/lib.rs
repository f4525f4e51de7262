//! The facts of supervision and the rules that admit them.
//!
//! # Layout
//! One concept, one file, and in each the same four things: the state, its commands (imperative), its events (past tense), and
//! `decide(&state, command, &context) -> Result<Vec<Event>, Refusal>` with `evolve(&mut state, &event)`.
//!
//! - [`jurisdiction`], [`body`], [`person`]: who there is; [`permission`]: who may do what where
//! - [`notice`] with its [`attachment`]s, [`response_level`], [`rule_pack`]: what is in force, and whom it reached
//! - [`talk`]: what was demanded of whom, and what came of it; [`material`]: what was called in
//! - [`checklist`], [`campaign`], [`assignment`], [`inspection`], [`finding`]: the main job; [`look_back`] visits what was closed again
//! - [`arrival`]: where a team was when it had arrived; [`entrance`]: the code that hangs there, and that it was read; [`remark`]: what it noted of an item whatever its answer
//! - [`media`]: what a file is that is given as evidence
//! - [`signature`]: who signed what was handed in, and who would not
//! - [`arrangement`]: the written plan of a campaign
//! - [`draw`]: chance that anyone can repeat; [`recusal`]: who may not inspect whom; [`foreknowledge`]: who may know of a visit before it begins
//! - [`situation`]: what every institution reports of every day
//! - [`regulator_file`]: what a visit says of the regulator, beside what it says of the institution; [`clearance`]: whether inspectors may enter; [`visit_mode`]: whether they go in at all
//! - [`working_day`]: what deadlines are counted in; [`document_number`]: how papers are numbered that go out together
//! - [`device`]: the tablets that sign what they send; [`held`]: facts from the field that the rules cannot place, kept for a person to settle
//! - [`record`]: the envelope around every event, its canonical bytes and the hash chain
//! - [`event`], [`command`], [`facts`]: all concepts behind one door: what the log stores, what may be asked, what a rule may look at
//! - [`field`]: the part of all this that tablets carry
//! - [`projection`]: pure folds that the browser and the server both use
//! - [`clock_offset`]: what a tablet’s time is worth
//! - [`language`], [`wording`], [`id`], [`instant`]: the small words all others are made of
//!
//! Nothing here does input or output or knows the time: ids and instants arrive as arguments.

pub mod arrangement;
pub mod arrival;
pub mod assignment;
pub mod attachment;
pub mod body;
pub mod campaign;
pub mod checklist;
pub mod clearance;
pub mod clock_offset;
pub mod command;
pub mod device;
pub mod document_number;
pub mod draw;
pub mod entrance;
pub mod event;
pub mod facts;
pub mod field;
pub mod finding;
pub mod foreknowledge;
pub mod held;
pub mod id;
pub mod inspection;
pub mod instant;
pub mod jurisdiction;
pub mod language;
pub mod look_back;
pub mod material;
pub mod media;
pub mod notice;
pub mod permission;
pub mod person;
pub mod projection;
pub mod record;
pub mod recusal;
pub mod refusal;
pub mod regulator_file;
pub mod remark;
pub mod response_level;
pub mod rule_pack;
pub mod signature;
pub mod situation;
pub mod talk;
pub mod visit_mode;
pub mod wording;
pub mod working_day;

pub use command::Command;
pub use event::Event;
pub use facts::{Context, Facts};
pub use language::{Language, Text};
pub use refusal::Refusal;
