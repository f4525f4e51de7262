//! Where the keys lie by which what is kept here is sealed ([`crate::local_store::custody`]), and who is given them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::id::PersonId;
use domain::{Language, say};
use js_sys::{Array, Object, Reflect, Uint8Array};
use sync::local_key::LocalKey;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::signing_key::{named, subtle};
use crate::local_store::StoreError;
use crate::local_store::custody::{Custody, ITERATIONS, Pin, PinGuard, Wrapped};
use crate::local_store::indexed_db::{IndexedDbStore, WRAPPING, random};
use crate::sync_runner::Ready;

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

impl UnlockError {
    pub fn text(&self, language: Language) -> String {
        match self {
            UnlockError::WrongPin { left } => say!(
                language,
                "PIN 码不正确，还可以试 {left} 次",
                "Wrong PIN; tries left: {left}"
            ),
            UnlockError::PasswordNeeded => say!(
                language,
                "PIN 码已不能解锁。请锁定后联网用密码登录，内容没有丢失",
                "The PIN does not unlock any more. With the tablet locked, sign in with the password over the network; nothing is lost"
            ),
            UnlockError::Store(error) => error.text(language),
        }
    }
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
    uncounted: RefCell<BTreeMap<PersonId, u32>>,
}

fn failed(error: &JsValue) -> StoreError {
    StoreError::Failed(format!("{error:?}"))
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
            uncounted: RefCell::default(),
        }
    }

    /// Whether this browser can seal anything.
    pub fn seals(&self) -> bool {
        self.subtle.is_some()
    }

    /// Whether what is kept of a person is sealed and their key is not at hand, as far as it was looked at.
    pub fn is_sealed(&self, person: PersonId) -> bool {
        self.store.is_sealed(person)
    }

    /// The key of a person, where it is at hand.
    pub fn key(&self, person: PersonId) -> Option<LocalKey> {
        self.keys.borrow().get(&person).cloned()
    }

    pub async fn custody(&self, person: PersonId) -> Result<Option<Custody>, StoreError> {
        self.store.custody(person).await
    }

    /// Opens what is kept of a person, if that takes nothing but this browser, or the password they signed in with.
    ///
    /// # Errors
    /// A database that fails.
    pub async fn open(
        &self,
        person: PersonId,
        password: Option<&str>,
    ) -> Result<Found, StoreError> {
        let custody = self.custody(person).await?.unwrap_or_default();
        if self.key(person).is_some() {
            return Ok(Found::Open);
        }
        let mut found = match &custody.here {
            Some(here) => self.unwrapped_here(here).await?,
            None => None,
        };
        if let (None, Some(password), Some(wrapped)) = (&found, password, &custody.password) {
            let by = self.derived(password.as_bytes(), wrapped).await?;
            found = self.unwrapped(&by, &wrapped.key).await?;
        }
        match found {
            Some(key) if self.store.reopen(person, &key).await? => {
                self.keys.borrow_mut().insert(person, key);
            }
            Some(key) => self.take_up(person, key, |custody| custody).await?,
            None => {}
        }
        Ok(if self.store.is_sealed(person) {
            Found::Sealed
        } else {
            Found::Open
        })
    }

    /// Opens what is kept of a person with their PIN, or finds that the PIN is right where it is open already.
    ///
    /// # Errors
    /// A wrong PIN; too many of them, or none set; a database that fails to be read.
    pub async fn unlock(&self, person: PersonId, pin: &Pin) -> Result<(), UnlockError> {
        let custody = self.custody(person).await?.unwrap_or_default();
        let guard = custody.pin.ok_or(UnlockError::PasswordNeeded)?;
        let uncounted = || self.uncounted.borrow().get(&person).copied().unwrap_or(0);
        if guard.tries_left().saturating_sub(uncounted()) == 0 {
            return Err(UnlockError::PasswordNeeded);
        }
        // A try that is cut short counts as well. Where the disk is full it counts as long as these pages are open: nobody is locked out by that.
        let count = |known: Option<Custody>| Some(known?.tried(|failures| failures + 1));
        let mut left = guard.tries_left();
        if self.store.change_custody(person, count).await.is_ok() {
            left -= 1;
        } else {
            *self.uncounted.borrow_mut().entry(person).or_default() += 1;
        }
        let by = self.derived(pin.bytes(), &guard.wrapped).await?;
        let Some(key) = self.unwrapped(&by, &guard.wrapped.key).await? else {
            return Err(match left.saturating_sub(uncounted()) {
                0 => UnlockError::PasswordNeeded,
                left => UnlockError::WrongPin { left },
            });
        };
        self.forgive(person).await;
        if self.key(person).as_ref() != Some(&key) {
            self.take_up(person, key, |custody| custody).await?;
        }
        Ok(())
    }

    /// Counts wrong PINs anew, for somebody who is known to be there.
    pub async fn forgive(&self, person: PersonId) {
        self.uncounted.borrow_mut().remove(&person);
        let none = |known: Option<Custody>| Some(known?.tried(|_| 0));
        // One that is counted for nothing is better than one who cannot come in.
        drop(self.store.change_custody(person, none).await);
    }

    /// Opens what is kept of a person with the key that the server gave, or that it was told, and wraps it by the password they signed in
    /// with. Where this browser can keep no key nothing is sealed that is not sealed already.
    ///
    /// # Errors
    /// [`StoreError::OtherKey`] where it is not the key by which it was sealed; a database that fails.
    pub async fn receive(
        &self,
        person: PersonId,
        key: LocalKey,
        password: Option<&str>,
    ) -> Result<(), StoreError> {
        let known = self.custody(person).await?;
        // What is there and did not open it is wrapped anew.
        let opened = self.key(person).is_some();
        let wraps = |known: &Custody| known.pin.is_none() && (known.here.is_none() || !opened);
        let here = if known.as_ref().is_none_or(wraps) {
            self.wrapped_here(&key).await?
        } else {
            None
        };
        if here.is_none() && known.is_none() && !self.store.is_sealed(person) && !opened {
            return Ok(());
        }
        let password = match password {
            Some(password) => Some(self.wrapped_by(password.as_bytes(), &key).await?),
            None => None,
        };
        let change = move |known: Option<Custody>| {
            let known = known.unwrap_or_default();
            Some(Custody {
                here: match known.pin {
                    Some(_) => None,
                    None => here.or(known.here),
                },
                password: password.or(known.password),
                pin: known.pin,
            })
        };
        self.take_up(person, key, change).await
    }

    /// From now on the key takes a PIN.
    ///
    /// # Errors
    /// [`StoreError::Locked`] where there is no key at hand, or its person has signed out meanwhile; a database that fails.
    pub async fn set_pin(
        &self,
        person: PersonId,
        pin: &Pin,
        idle_minutes: u32,
    ) -> Result<(), StoreError> {
        let key = self.key(person).ok_or(StoreError::Locked)?;
        let wrapped = self.wrapped_by(pin.bytes(), &key).await?;
        if self.key(person).is_none() {
            return Err(StoreError::Locked);
        }
        let change = |known: Option<Custody>| {
            Some(Custody {
                here: None,
                password: known.and_then(|known| known.password),
                pin: Some(PinGuard {
                    wrapped,
                    failures: 0,
                    idle_minutes,
                }),
            })
        };
        self.store.change_custody(person, change).await.map(drop)
    }

    /// From now on the key takes no PIN.
    ///
    /// # Errors
    /// As [`Safe::set_pin`]; [`StoreError::Locked`] also where this browser keeps no key of its own.
    pub async fn remove_pin(&self, person: PersonId) -> Result<(), StoreError> {
        let key = self.key(person).ok_or(StoreError::Locked)?;
        let here = self.wrapped_here(&key).await?.ok_or(StoreError::Locked)?;
        let change = |known: Option<Custody>| {
            Some(Custody {
                here: Some(here),
                password: known.and_then(|known| known.password),
                pin: None,
            })
        };
        self.store.change_custody(person, change).await.map(drop)
    }

    /// Lets go of the key of whoever signs out: what is kept of them opens by what they know, or by the server, and by nothing else, as far
    /// as they gave a password or a PIN.
    ///
    /// # Errors
    /// A database that fails; the key is not at hand any more all the same.
    pub async fn leave(&self, person: PersonId) -> Result<(), StoreError> {
        self.keys.borrow_mut().remove(&person);
        self.store.reseal(person);
        let left = |known: Option<Custody>| Some(known?.left());
        self.store.change_custody(person, left).await.map(drop)
    }

    /// Seals what was kept before there was a key, once.
    pub async fn seal_the_rest(&self, person: PersonId) -> Result<(), StoreError> {
        self.store.seal_the_rest(person).await
    }

    /// Leaves calls for the service worker to make, sealed by this browser's key, in place of what was left before; nothing of a person
    /// whose things this browser does not open by itself: false then.
    ///
    /// # Errors
    /// A database that fails.
    pub async fn leave_parcel(
        &self,
        person: PersonId,
        calls: &[Ready],
    ) -> Result<bool, StoreError> {
        let Some(by) = self.browser_key().await? else {
            return Ok(false);
        };
        let sealed = Array::new();
        for call in calls {
            let content = self.encrypted(&by, &call.content).await?;
            let call_kept = named(&[("address", call.address)]);
            // Plain objects take any field.
            let _ = Reflect::set(&call_kept, &"packed".into(), &call.packed.into());
            let _ = Reflect::set(&call_kept, &"sealed".into(), &content);
            sealed.push(&call_kept);
        }
        let parcel = named(&[("person", &person.to_string())]);
        let _ = Reflect::set(&parcel, &"calls".into(), &sealed);
        self.store.leave_parcel(person, parcel.into()).await
    }

    /// Takes away what was left for the service worker.
    ///
    /// # Errors
    /// As [`Safe::leave_parcel`].
    pub async fn take_parcel_away(&self) -> Result<(), StoreError> {
        self.store.take_parcel_away().await
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

    async fn unwrapped_here(&self, wrapped: &str) -> Result<Option<LocalKey>, StoreError> {
        match self.browser_key().await? {
            Some(by) => self.unwrapped(&by, wrapped).await,
            None => Ok(None),
        }
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

    /// The key that is derived from what a person knows, as another was wrapped.
    async fn derived(&self, known: &[u8], wrapped: &Wrapped) -> Result<CryptoKey, StoreError> {
        let subtle = self.subtle()?;
        let imported = subtle.import_key_with_str(
            "raw",
            &Uint8Array::from(known),
            "PBKDF2",
            false,
            &Array::of1(&"deriveKey".into()),
        );
        let base: CryptoKey = done(imported).await?.unchecked_into();
        let derivation = named(&[("name", "PBKDF2"), ("hash", "SHA-256")]);
        let kind = named(&[("name", "AES-GCM")]);
        let salt = hex::decode(&wrapped.salt)
            .map_err(|error| StoreError::Unreadable(error.to_string()))?;
        // Plain objects take any field.
        let _ = Reflect::set(
            &derivation,
            &"salt".into(),
            &Uint8Array::from(salt.as_slice()),
        );
        let _ = Reflect::set(
            &derivation,
            &"iterations".into(),
            &wrapped.iterations.into(),
        );
        let _ = Reflect::set(&kind, &"length".into(), &256.into());
        let derived =
            subtle.derive_key_with_object_and_object(&derivation, &base, &kind, false, &uses());
        Ok(done(derived).await?.unchecked_into())
    }

    /// A key wrapped by what a person knows.
    async fn wrapped_by(&self, known: &[u8], key: &LocalKey) -> Result<Wrapped, StoreError> {
        let mut wrapped = Wrapped {
            salt: hex::encode(random::<SALT>()?),
            iterations: ITERATIONS,
            key: String::new(),
        };
        let by = self.derived(known, &wrapped).await?;
        wrapped.key = self.wrapped(&by, key).await?;
        Ok(wrapped)
    }

    async fn wrapped(&self, by: &CryptoKey, key: &LocalKey) -> Result<String, StoreError> {
        let plain = key.bytes().ok_or(StoreError::OtherKey)?;
        let plain = Uint8Array::from(plain.as_slice());
        Ok(hex::encode(self.encrypted(by, &plain).await?.to_vec()))
    }

    /// The nonce, then what AES-GCM made.
    async fn encrypted(
        &self,
        by: &CryptoKey,
        plain: &Uint8Array,
    ) -> Result<Uint8Array, StoreError> {
        let nonce = random::<NONCE>()?;
        let made = self
            .subtle()?
            .encrypt_with_object_and_js_u8_array(&cipher(&nonce), by, plain);
        let made = Uint8Array::new(&done(made).await?);
        let nonce = Uint8Array::from(nonce.as_slice());
        let whole = Uint8Array::new_with_length(nonce.length() + made.length());
        whole.set(&nonce, 0);
        whole.set(&made, nonce.length());
        Ok(whole)
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
