//! The key by which this browser signs what it sends: made here once, kept where no program can read it, its public part told to the server.

use domain::device::{BatchSignature, DeviceKey};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, CryptoKeyPair, SubtleCrypto};

use crate::local_store::StoreError;
use crate::local_store::indexed_db::IndexedDbStore;

pub struct SigningKey {
    private: CryptoKey,
    pub public: DeviceKey,
}

fn failed(error: JsValue) -> StoreError {
    StoreError::Failed(format!("{error:?}"))
}

fn named(fields: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // A plain object takes any field.
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object
}

impl SigningKey {
    /// The key that is kept here, or from now on a fresh one; None where the browser makes none, as on pages without a secure connection.
    pub async fn open(store: &IndexedDbStore) -> Result<Option<SigningKey>, StoreError> {
        let Some(subtle) = subtle() else {
            return Ok(None);
        };
        let pair = match store.key_pair().await? {
            Some(pair) => pair,
            // A private window makes keys, and does not keep them.
            None => match made(&subtle, store).await {
                Ok(pair) => pair,
                Err(_) => return Ok(None),
            },
        };
        let pair: CryptoKeyPair = pair.unchecked_into();
        let Ok(exported) = subtle.export_key("raw", &pair.get_public_key()) else {
            return Ok(None);
        };
        let point = JsFuture::from(exported).await.ok();
        Ok(point.map(|point| SigningKey {
            private: pair.get_private_key(),
            public: DeviceKey::of(&Uint8Array::new(&point).to_vec()),
        }))
    }

    /// None where the browser fails to.
    pub async fn sign(&self, bytes: &[u8]) -> Option<BatchSignature> {
        let by = named(&[("name", "ECDSA"), ("hash", "SHA-256")]);
        let signed = subtle()?
            .sign_with_object_and_js_u8_array(&by, &self.private, &Uint8Array::from(bytes))
            .ok()?;
        let signature = JsFuture::from(signed).await.ok()?;
        Some(BatchSignature::of(&Uint8Array::new(&signature).to_vec()))
    }
}

/// Absent from pages without a secure connection, whatever its type says.
fn subtle() -> Option<SubtleCrypto> {
    let subtle: JsValue = window().crypto().ok()?.subtle().into();
    subtle.is_object().then(|| subtle.unchecked_into())
}

async fn made(subtle: &SubtleCrypto, store: &IndexedDbStore) -> Result<JsValue, StoreError> {
    let kind = named(&[("name", "ECDSA"), ("namedCurve", "P-256")]);
    let uses = Array::of2(&"sign".into(), &"verify".into());
    let made = subtle
        .generate_key_with_object(&kind, false, &uses)
        .map_err(failed)?;
    let fresh = JsFuture::from(made).await.map_err(failed)?;
    store.keep_key_pair(fresh).await
}
