//! SHA-256 in the forms the bundle uses.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// All 64 hexadecimal digits of the hash of `content`.
pub fn hex(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// The first twelve digits: enough to tell versions of one file apart in its name.
pub fn short(content: &[u8]) -> String {
    let mut hex = hex(content);
    hex.truncate(12);
    hex
}
