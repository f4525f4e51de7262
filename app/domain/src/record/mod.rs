//! The record: every fact in an envelope, every envelope chained to the one before it.

mod chain;
mod envelope;
mod stream;

pub use chain::{Hash, ParseHashError, canonical_bytes, chain_hash, verify_next};
pub use envelope::{Authored, ChainBreak, Recorded};
pub use stream::{ParseStreamError, Stream, StreamKind};
