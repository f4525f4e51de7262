//! The key by which this browser signs what it sends: made here once, kept where no program can read it, its public part told to the server.

use domain::device::{BatchSignature, DeviceKey};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::local_store::StoreError;
use crate::local_store::indexed_db::{IndexedDbStore, SIGNING};

/// What is not signed is kept for a person: one failure that passes is not enough for that.
const ATTEMPTS: usize = 3;

pub struct SigningKey {
    private: CryptoKey,
    pub public: DeviceKey,
}

fn failed(error: JsValue) -> StoreError {
    StoreError::Failed(format!("{error:?}"))
}

pub fn named(fields: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // A plain object takes any field.
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object
}

impl SigningKey {
    /// The key that is kept here, or from now on a fresh one. None where the browser makes none, as on pages without a secure connection, keeps
    /// none, as in a private window, or cannot read the one it kept: the tablet works on, and what it sends is not signed.
    pub async fn open(store: &IndexedDbStore) -> Option<SigningKey> {
        let subtle = subtle()?;
        let pair = match store.own_key(SIGNING).await.ok()? {
            Some(pair) => pair,
            None => made(&subtle, store).await.ok()?,
        };
        let half = |name: &str| {
            let half = Reflect::get(&pair, &name.into()).ok()?;
            half.dyn_into::<CryptoKey>().ok()
        };
        let (private, public) = (half("privateKey")?, half("publicKey")?);
        let exported = subtle.export_key("raw", &public).ok()?;
        let point = JsFuture::from(exported).await.ok()?;
        Some(SigningKey {
            private,
            public: DeviceKey::of(&Uint8Array::new(&point).to_vec()),
        })
    }

    /// None where the browser fails to, also when it is asked again.
    pub async fn sign(&self, bytes: &[u8]) -> Option<BatchSignature> {
        for _ in 0..ATTEMPTS {
            if let Some(signature) = self.attempt(bytes).await {
                return Some(signature);
            }
        }
        None
    }

    async fn attempt(&self, bytes: &[u8]) -> Option<BatchSignature> {
        let by = named(&[("name", "ECDSA"), ("hash", "SHA-256")]);
        let signed = subtle()?
            .sign_with_object_and_js_u8_array(&by, &self.private, &Uint8Array::from(bytes))
            .ok()?;
        let signature = JsFuture::from(signed).await.ok()?;
        Some(BatchSignature::of(&Uint8Array::new(&signature).to_vec()))
    }
}

/// Absent from pages without a secure connection, whatever its type says.
pub fn subtle() -> Option<SubtleCrypto> {
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
    store.keep_own_key(SIGNING, fresh).await
}
