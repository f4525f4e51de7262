//! Whether a tablet signed what comes under its name: ECDSA on P-256 with SHA-256, as browsers make it.

use domain::device::{BatchSignature, DeviceKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// Whether bytes were signed by a key. Nothing was by one that is no point of the curve.
pub fn is_signed(key: &DeviceKey, bytes: &[u8], signature: &BatchSignature) -> bool {
    let verify = |(key, signature): ([u8; 65], [u8; 64])| {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(bytes, &signature)
    };
    let shaped = key.bytes().zip(signature.bytes());
    shaped.is_some_and(|both| verify(both).is_ok())
}

#[cfg(test)]
mod tests;
