//! Where the keys lie by which what is kept here is sealed ([`crate::local_store::custody`]), and who is given them.

use std::cell::{Cell, RefCell};
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
    /// Too many were tried, or none is set.
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
    /// Wrong PINs that could not be counted on disk.
    uncounted: Cell<u32>,
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
            uncounted: Cell::default(),
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
            wrapped, pin: None, ..
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

    /// Opens what is kept of a person with their PIN, or finds that the PIN is right where it is open already.
    ///
    /// # Errors
    /// A wrong PIN; too many of them, or none set; a database that fails to be read.
    pub async fn unlock(&self, person: PersonId, pin: &Pin) -> Result<(), UnlockError> {
        let custody = self.custody(person).await?;
        let custody = custody.ok_or(UnlockError::PasswordNeeded)?;
        let guard = custody.pin.ok_or(UnlockError::PasswordNeeded)?;
        if guard.tries_left().saturating_sub(self.uncounted.get()) == 0 {
            return Err(UnlockError::PasswordNeeded);
        }
        // A try that is cut short counts as well. Where the disk is full it counts as long as these pages are open: nobody is locked out by that.
        let tried = self
            .store
            .change_custody(person, counted(|failures| failures + 1));
        let tried = if let Ok(tried) = tried.await {
            tried.and_then(|custody| custody.pin).unwrap_or(guard)
        } else {
            self.uncounted.set(self.uncounted.get() + 1);
            guard
        };
        let by = self.pin_key(pin, &tried.salt, tried.iterations).await?;
        let Some(key) = self.unwrapped(&by, &custody.wrapped).await? else {
            return Err(
                match tried.tries_left().saturating_sub(self.uncounted.get()) {
                    0 => UnlockError::PasswordNeeded,
                    left => UnlockError::WrongPin { left },
                },
            );
        };
        self.uncounted.set(0);
        // One that is counted for nothing is better than one who cannot come in.
        drop(self.store.change_custody(person, counted(|_| 0)).await);
        if self.key(person).as_ref() != Some(&key) {
            self.take_up(person, key, |custody| custody).await?;
        }
        Ok(())
    }

    /// Opens what is kept of a person with the key that the server gave, or that it was told. Whoever forgot their PIN has none from now on.
    /// Where this browser can keep no key nothing is sealed that is not sealed already.
    ///
    /// # Errors
    /// [`StoreError::OtherKey`] where it is not the key by which it was sealed; a database that fails.
    pub async fn receive(
        &self,
        person: PersonId,
        key: LocalKey,
        forgot_pin: bool,
    ) -> Result<(), StoreError> {
        let known = self.custody(person).await?;
        // What did not open it, though nothing stood in its way, is wrapped anew.
        let opened = self.key(person).is_some();
        let stays = |known: &Custody| match known.pin {
            Some(_) => !forgot_pin,
            None => opened,
        };
        let own = match &known {
            Some(known) if stays(known) => None,
            _ => self.wrapped_here(&key).await?,
        };
        if own.is_none() && known.is_none() && !self.store.is_sealed(person) && !opened {
            return Ok(());
        }
        let left_with_the_server = known.is_none() && !opened;
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
        match self.take_up(person, key.clone(), change.clone()).await {
            // All of it had been sent when they signed out, and the server has lost the key since.
            Err(StoreError::OtherKey) if left_with_the_server => {
                self.store.set_aside(person).await?;
                self.take_up(person, key, change).await
            }
            outcome => outcome,
        }
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
            // None of somebody who signed out meanwhile.
            Some(Custody {
                wrapped,
                pin: Some(pin),
                ..known?
            })
        };
        let set = self.store.change_custody(person, change).await?;
        set.map(drop).ok_or(StoreError::Locked)
    }

    /// From now on the key takes no PIN.
    pub async fn remove_pin(&self, person: PersonId) -> Result<(), StoreError> {
        let key = self.key(person).ok_or(StoreError::Locked)?;
        let own = self.wrapped_here(&key).await?.ok_or(StoreError::Locked)?;
        let change = |known: Option<Custody>| in_own_hands(Some(known?), Some(own));
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
        self.store.seal_the_rest(person).await
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
        let made = done(subtle.generate_key_with_object(&kind, false, &uses())).await?;
        // Some browsers keep no such object, as in a private window.
        let kept = self.store.keep_own_key(WRAPPING, made).await;
        Ok(kept.ok().and_then(|kept| kept.dyn_into().ok()))
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
        wrapped,
        pin: None,
        told: known.is_some_and(|known| known.told),
    })
}

/// Changes how often a PIN was tried.
fn counted(change: fn(u32) -> u32) -> impl FnOnce(Option<Custody>) -> Option<Custody> {
    move |custody| {
        let mut custody = custody?;
        if let Some(guard) = &mut custody.pin {
            guard.failures = change(guard.failures);
        }
        Some(custody)
    }
}
