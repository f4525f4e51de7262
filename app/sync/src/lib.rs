//! What a tablet sends and fetches next, and how a server judges and answers it.
//!
//! # Layout
//! - [`protocol`]: the versioned JSON spoken with the server, its limits and its answers
//! - the tablet: [`planner`], from what is known to the next thing to do; [`turn`], what it remembers between two acts; [`outbox`],
//!   what becomes of each event on its way out; [`confirmation`], whether the server still has the photos it received; [`unsent`],
//!   what could not be sent, as a file
//! - both: [`upload`], how a photo travels in parts; [`local_key`], by which a tablet seals what it keeps
//! - the server: [`admission`], how a push is judged; [`scope`], who is told what, and [`cursor`], how far they were told
//! - `simulation/` (an example, `cargo xtask simulate`): all of them against a hostile network, seeded
//!
//! No clock, no network, no storage: the browser, the server and the simulation bring theirs.

pub mod admission;
pub mod confirmation;
pub mod cursor;
pub mod local_key;
pub mod outbox;
pub mod planner;
pub mod protocol;
pub mod scope;
pub mod turn;
pub mod unsent;
pub mod upload;
