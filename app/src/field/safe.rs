//! Where the keys lie by which what is kept here is sealed ([`crate::local_store::custody`]), and who is given them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::id::PersonId;
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use sync::local_key::LocalKey;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::signing_key::{named, subtle};
use crate::local_store::StoreError;
use crate::local_store::custody::{Custody, ITERATIONS, Pin, PinGuard};
use crate::local_store::indexed_db::{IndexedDbStore, WRAPPING};

const NONCE: usize = 12;
const SALT: usize = 16;

/// How what is kept of a person was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It can be read: its key was at hand, or it is not sealed.
    Open,
    /// It cannot be read before a PIN is entered, or the server asked for the key.
    Sealed,
}

/// Why a PIN did not open what is kept here.
#[derive(Clone, Debug, PartialEq)]
pub enum UnlockError {
    /// So many may still be tried.
    WrongPin {
        left: u32,
    },
    /// No PIN opens it any more, or none was set.
    PasswordNeeded,
    Store(StoreError),
}

impl From<StoreError> for UnlockError {
    fn from(error: StoreError) -> UnlockError {
        UnlockError::Store(error)
    }
}

/// The keys of those who work on this tablet.
pub struct Safe {
    store: Rc<IndexedDbStore>,
    /// None where the browser makes no keys, as on pages without a secure connection: nothing is sealed there.
    subtle: Option<SubtleCrypto>,
    keys: RefCell<BTreeMap<PersonId, LocalKey>>,
}

fn failed(error: &JsValue) -> StoreError {
    StoreError::Failed(format!("{error:?}"))
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], StoreError> {
    let mut bytes = [0; BYTES];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .map_err(|error| failed(&error))?;
    Ok(bytes)
}

async fn done(promise: Result<js_sys::Promise, JsValue>) -> Result<JsValue, StoreError> {
    let promise = promise.map_err(|error| failed(&error))?;
    JsFuture::from(promise)
        .await
        .map_err(|error| failed(&error))
}

fn cipher(nonce: &[u8]) -> Object {
    let cipher = named(&[("name", "AES-GCM")]);
    // A plain object takes any field.
    let _ = Reflect::set(&cipher, &"iv".into(), &Uint8Array::from(nonce));
    cipher
}

impl Safe {
    pub fn new(store: Rc<IndexedDbStore>) -> Safe {
        Safe {
            store,
            subtle: subtle(),
            keys: RefCell::default(),
        }
    }

    /// Whether this browser can seal anything.
    pub fn seals(&self) -> bool {
        self.subtle.is_some()
    }

    /// The key of a person, where it is at hand.
    pub fn key(&self, person: PersonId) -> Option<LocalKey> {
        self.keys.borrow().get(&person).cloned()
    }

    pub async fn custody(&self, person: PersonId) -> Result<Option<Custody>, StoreError> {
        self.store.custody(person).await
    }

    /// Opens what is kept of a person, if that takes nothing but this browser.
    pub async fn open(&self, person: PersonId) -> Result<Found, StoreError> {
        let custody = self.custody(person).await?;
        if self.key(person).is_some() {
            return Ok(Found::Open);
        }
        let sealed = if self.store.is_sealed(person) {
            Found::Sealed
        } else {
            Found::Open
        };
        let Some(Custody {
            wrapped: Some(wrapped),
            pin: None,
            ..
        }) = custody
        else {
            return Ok(sealed);
        };
        let Some(by) = self.browser_key().await? else {
            return Ok(sealed);
        };
        match self.unwrapped(&by, &wrapped).await? {
            Some(key) => {
                self.take_up(person, key, |custody| custody).await?;
                Ok(Found::Open)
            }
            None => Ok(sealed),
        }
    }

    /// Opens what is kept of a person with their PIN, or finds that it is theirs.
    pub async fn unlock(&self, person: PersonId, pin: &Pin) -> Result<(), UnlockError> {
        let custody = self.custody(person).await?;
        let guard = custody.and_then(|custody| custody.pin);
        let guard = guard.ok_or(UnlockError::PasswordNeeded)?;
        let by = self.pin_key(pin, &guard.salt, guard.iterations).await?;
        // A try that is cut short counts as well.
        let tried = |custody: Option<Custody>| {
            let mut custody = custody?;
            if let Some(guard) = &mut custody.pin {
                guard.failures += 1;
            }
            Some(custody)
        };
        let tried = self.store.change_custody(person, tried).await?;
        let left = tried.as_ref().and_then(|custody| custody.pin.as_ref());
        let left = left.map_or(0, PinGuard::tries_left);
        let wrapped = tried.and_then(|custody| custody.wrapped);
        let wrapped = wrapped.ok_or(UnlockError::PasswordNeeded)?;
        if let Some(key) = self.unwrapped(&by, &wrapped).await? {
            let forgive = |custody: Option<Custody>| {
                let mut custody = custody?;
                if let Some(guard) = &mut custody.pin {
                    guard.failures = 0;
                }
                Some(custody)
            };
            self.take_up(person, key, forgive).await?;
            return Ok(());
        }
        if left > 0 {
            return Err(UnlockError::WrongPin { left });
        }
        let give_up = |custody: Option<Custody>| {
            Some(Custody {
                wrapped: None,
                ..custody?
            })
        };
        self.store.change_custody(person, give_up).await?;
        Err(UnlockError::PasswordNeeded)
    }

    /// Opens what is kept of a person with the key that the server gave, or that it was told. Whoever forgot a PIN has none from now on.
    pub async fn receive(
        &self,
        person: PersonId,
        key: LocalKey,
        without_pin: bool,
    ) -> Result<(), StoreError> {
        let known = self.custody(person).await?;
        let stays =
            |known: &Custody| known.wrapped.is_some() && !(without_pin && known.pin.is_some());
        let own = match known {
            Some(known) if stays(&known) => None,
            _ => self.wrapped_here(&key).await?,
        };
        let change = move |known: Option<Custody>| {
            let custody = match known {
                Some(known) if stays(&known) => known,
                known => in_own_hands(known, own)?,
            };
            Some(Custody {
                told: true,
                ..custody
            })
        };
        self.take_up(person, key, change).await
    }

    /// From now on the key takes a PIN.
    pub async fn set_pin(
        &self,
        person: PersonId,
        pin: &Pin,
        idle_minutes: u32,
    ) -> Result<(), StoreError> {
        let key = self.key(person).ok_or(StoreError::Locked)?;
        let salt = hex::encode(random::<SALT>()?);
        let by = self.pin_key(pin, &salt, ITERATIONS).await?;
        let wrapped = self.wrapped(&by, &key).await?;
        let change = |known: Option<Custody>| {
            let pin = PinGuard {
                salt,
                iterations: ITERATIONS,
                failures: 0,
                idle_minutes,
            };
            Some(Custody {
                wrapped: Some(wrapped),
                pin: Some(pin),
                told: known.as_ref().is_some_and(|known| known.told),
                complete: known.is_some_and(|known| known.complete),
            })
        };
        self.store.change_custody(person, change).await.map(drop)
    }

    /// From now on the key takes no PIN.
    pub async fn remove_pin(&self, person: PersonId) -> Result<(), StoreError> {
        let key = self.key(person).ok_or(StoreError::Locked)?;
        let own = self.wrapped_here(&key).await?;
        let change = |known: Option<Custody>| in_own_hands(known, own);
        self.store.change_custody(person, change).await.map(drop)
    }

    /// Lets go of the key of whoever signs out. Unless a PIN keeps it, it stays in this browser only while something of theirs is
    /// nowhere else, or while the server does not have it.
    pub async fn leave(&self, person: PersonId, all_is_sent: bool) -> Result<(), StoreError> {
        let change = |known: Option<Custody>| {
            known.filter(|known| !all_is_sent || !known.told || known.pin.is_some())
        };
        self.store.change_custody(person, change).await?;
        self.keys.borrow_mut().remove(&person);
        self.store.reseal(person);
        Ok(())
    }

    /// Seals what was kept before there was a key, once.
    pub async fn seal_the_rest(&self, person: PersonId) -> Result<(), StoreError> {
        let custody = self.custody(person).await?;
        if custody.is_none_or(|custody| custody.complete) {
            return Ok(());
        }
        self.store.seal_the_rest(person).await?;
        let change = |known: Option<Custody>| {
            Some(Custody {
                complete: true,
                ..known?
            })
        };
        self.store.change_custody(person, change).await.map(drop)
    }

    async fn take_up(
        &self,
        person: PersonId,
        key: LocalKey,
        change: impl FnOnce(Option<Custody>) -> Option<Custody>,
    ) -> Result<(), StoreError> {
        self.store.unseal(person, &key, change).await?;
        self.keys.borrow_mut().insert(person, key);
        Ok(())
    }

    /// A key wrapped by this browser's own; None where it keeps none.
    async fn wrapped_here(&self, key: &LocalKey) -> Result<Option<String>, StoreError> {
        match self.browser_key().await? {
            Some(by) => Ok(Some(self.wrapped(&by, key).await?)),
            None => Ok(None),
        }
    }

    fn subtle(&self) -> Result<&SubtleCrypto, StoreError> {
        self.subtle.as_ref().ok_or(StoreError::Locked)
    }

    /// By which this browser wraps keys: made here once, and no program can read it. None where the browser keeps no such key.
    async fn browser_key(&self) -> Result<Option<CryptoKey>, StoreError> {
        let Some(subtle) = &self.subtle else {
            return Ok(None);
        };
        if let Some(kept) = self.store.own_key(WRAPPING).await? {
            return Ok(kept.dyn_into().ok());
        }
        let kind = named(&[("name", "AES-GCM")]);
        // A plain object takes any field.
        let _ = Reflect::set(&kind, &"length".into(), &256.into());
        let made = subtle.generate_key_with_object(&kind, false, &uses());
        let kept = self.store.keep_own_key(WRAPPING, done(made).await?).await?;
        Ok(kept.dyn_into().ok())
    }

    async fn pin_key(
        &self,
        pin: &Pin,
        salt: &str,
        iterations: u32,
    ) -> Result<CryptoKey, StoreError> {
        let subtle = self.subtle()?;
        let imported = subtle.import_key_with_str(
            "raw",
            &Uint8Array::from(pin.bytes()),
            "PBKDF2",
            false,
            &Array::of1(&"deriveKey".into()),
        );
        let base: CryptoKey = done(imported).await?.unchecked_into();
        let derivation = named(&[("name", "PBKDF2"), ("hash", "SHA-256")]);
        let kind = named(&[("name", "AES-GCM")]);
        let salt = hex::decode(salt).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        // Plain objects take any field.
        let _ = Reflect::set(
            &derivation,
            &"salt".into(),
            &Uint8Array::from(salt.as_slice()),
        );
        let _ = Reflect::set(&derivation, &"iterations".into(), &iterations.into());
        let _ = Reflect::set(&kind, &"length".into(), &256.into());
        let derived =
            subtle.derive_key_with_object_and_object(&derivation, &base, &kind, false, &uses());
        Ok(done(derived).await?.unchecked_into())
    }

    async fn wrapped(&self, by: &CryptoKey, key: &LocalKey) -> Result<String, StoreError> {
        let plain = key.bytes().ok_or(StoreError::OtherKey)?;
        let nonce = random::<NONCE>()?;
        let wrapped = self.subtle()?.encrypt_with_object_and_js_u8_array(
            &cipher(&nonce),
            by,
            &Uint8Array::from(plain.as_slice()),
        );
        let wrapped = Uint8Array::new(&done(wrapped).await?).to_vec();
        Ok(hex::encode([nonce.as_slice(), &wrapped].concat()))
    }

    /// The key in what was wrapped; None if it was wrapped by another.
    async fn unwrapped(
        &self,
        by: &CryptoKey,
        wrapped: &str,
    ) -> Result<Option<LocalKey>, StoreError> {
        let wrapped = hex::decode(wrapped).unwrap_or_default();
        let Some((nonce, body)) = wrapped.split_at_checked(NONCE) else {
            return Ok(None);
        };
        let plain = self.subtle()?.decrypt_with_object_and_js_u8_array(
            &cipher(nonce),
            by,
            &Uint8Array::from(body),
        );
        let Ok(plain) = done(plain).await else {
            return Ok(None);
        };
        let plain = Uint8Array::new(&plain).to_vec();
        Ok(plain.try_into().ok().map(LocalKey::of))
    }
}

fn uses() -> Array {
    Array::of2(&"encrypt".into(), &"decrypt".into())
}

/// The hands of this browser, without a PIN; those there were where it wraps nothing.
fn in_own_hands(known: Option<Custody>, own: Option<String>) -> Option<Custody> {
    let Some(wrapped) = own else {
        return known;
    };
    Some(Custody {
        wrapped: Some(wrapped),
        pin: None,
        told: known.as_ref().is_some_and(|known| known.told),
        complete: known.is_some_and(|known| known.complete),
    })
}
