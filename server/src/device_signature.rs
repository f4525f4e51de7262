//! Whether a tablet signed what comes under its name: ECDSA on P-256 with SHA-256, as browsers make it.

use domain::device::{BatchSignature, DeviceKey};
use domain::projection::directory::Directory;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sync::admission::Origin;
use sync::protocol::Push;

/// Where a push comes from, by the key that its device enrolled.
pub fn origin(directory: &Directory, push: &Push) -> Origin {
    let Some((device, enrolment)) = directory
        .device(push.device)
        .and_then(|device| Some((device, device.enrolment.as_ref()?)))
    else {
        return Origin::NotEnrolled;
    };
    if device.revoked {
        return Origin::Revoked;
    }
    match &push.signature {
        None => Origin::Unsigned,
        Some(signature) if is_signed(&enrolment.key, &push.signed_bytes(), signature) => {
            Origin::Signed(signature.clone())
        }
        Some(_) => Origin::Forged,
    }
}

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
