//! Findings: from the failed item to the proof that the fault was put right.
//!
//! # Layout
//! - [`raised`]: what an inspector raises, on the tablet; [`photo`]: photos and accounts as evidence
//! - [`stage`]: how far a finding has come; [`transitions`]: the one table of what may be done at which stage, by whose act
//! - [`papers`]: notice, plan, letter, support owed; [`deadline`]: how a finding stands with what is due; [`lateness`]: how what was
//!   handed in stood with what was due then
//! - [`command`], [`event`], [`state`], [`decide`], [`refusal`]
//!
//! The look-back that visits closed findings again is drawn by [`crate::look_back`].

pub mod command;
pub mod deadline;
mod decide;
pub mod event;
pub mod lateness;
pub mod papers;
pub mod photo;
pub mod raised;
pub mod refusal;
pub mod stage;
pub mod state;
pub mod transitions;

pub use command::FindingCommand;
pub use deadline::Standing;
pub use decide::{
    About, FURTHEST_DEADLINE, SUPPORT_LIMIT, answers_with, belongs_to, check_independent,
    check_step, decide, permit_rectify, permit_support,
};
pub use event::FindingEvent;
pub use lateness::HandedInLate;
pub use papers::{Letter, Plan, RectificationNotice, SupportOwed};
pub(crate) use photo::are_named;
pub use photo::{Evidence, PHOTO_LIMIT, Photo, PhotoHash};
pub use raised::{Extent, Raised, check_photos_fixed, line_title, raise, severity_title};
pub use refusal::{FindingRefusal, PlanField};
pub use stage::{Stage, Turn};
pub use state::{APPROVING, Finding, LetterState, RECTIFYING, Support};
pub use transitions::{Step, TRANSITIONS, To, Transition, next};
