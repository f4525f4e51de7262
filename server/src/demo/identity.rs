//! Ids of the demo city: the same every time it is loaded, so that a link into it keeps working.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// The id of the thing that has this name among those of its concept, such as `("body", "bureau")`: a version-8 UUID of
/// their SHA-256.
pub fn id(concept: &str, name: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(concept, name)[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// A number that only depends on the name and is spread evenly over `0..below`, for figures that should differ.
pub fn spread(concept: &str, name: &str, below: u64) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest(concept, name)[16..24]);
    u64::from_be_bytes(bytes) % below
}

fn digest(concept: &str, name: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update("dubang demo city/")
        .chain_update(concept)
        .chain_update("/")
        .chain_update(name)
        .finalize()
        .into()
}
