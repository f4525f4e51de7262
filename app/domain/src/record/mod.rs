//! The record: every fact in an envelope, every envelope chained to the one before it.

mod batch;
mod bytes;
mod chain;
mod envelope;
mod stream;

pub(crate) use bytes::Bytes;

pub use batch::{authored_hash, batch_bytes};
pub use chain::{Hash, ParseHashError, canonical_bytes, chain_hash, verify_next};
pub use envelope::{Authored, ChainBreak, Recorded};
pub use stream::{ParseStreamError, Stream, StreamKind};
