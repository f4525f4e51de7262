//! What a tablet signs of what it sends.
//!
//! # Byte format, version 1
//! A batch is the concatenation, in this order, of
//!
//! | field | bytes |
//! |---|---|
//! | format | the ASCII text `dubang.batch.1` |
//! | device | text |
//! | events | number |
//! | each event | 32 bytes: the SHA-256 of its own bytes, as below, in the order in which they are sent |
//!
//! and the bytes of an event are those of
//!
//! | field | bytes |
//! |---|---|
//! | format | the ASCII text `dubang.authored.1` |
//! | jurisdiction, stream, id, kind | texts |
//! | body | text, exactly as written |
//! | actor | text |
//! | device | text; empty without one |
//! | device sequence | number; 0 without one |
//! | occurred at | number, milliseconds since 1970-01-01T00:00:00Z as two's complement |
//!
//! where texts and numbers are as in the [bytes of the record](super::canonical_bytes). What a server adds to an event (its place, when it
//! was received, the hash before it) is not signed: the tablet does not know of it.

use super::bytes::Bytes;
use super::chain::Hash;
use super::envelope::Authored;
use crate::id::DeviceId;

const BATCH: &str = "dubang.batch.1";
const AUTHORED: &str = "dubang.authored.1";

/// What stands for an event in the batch it is sent in.
pub fn authored_hash(authored: &Authored) -> Hash {
    let device = authored.device.map(|device| device.to_string());
    Bytes::of(AUTHORED)
        .id(authored.jurisdiction)
        .text(&authored.stream)
        .id(authored.id)
        .text(&authored.kind)
        .text(&authored.body)
        .id(authored.actor)
        .text(&device.unwrap_or_default())
        .number(authored.device_sequence.unwrap_or_default())
        .instant(authored.occurred_at)
        .hash()
}

/// The bytes that a device signs of what it sends in one batch, given what stands for each event.
pub fn batch_bytes(device: DeviceId, events: impl ExactSizeIterator<Item = Hash>) -> Vec<u8> {
    let bytes = Bytes::of(BATCH).id(device);
    bytes.list(events, |bytes, hash| bytes.raw(&hash)).0
}
