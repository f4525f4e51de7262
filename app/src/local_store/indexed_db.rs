//! The store in the browser's `IndexedDB`.
//!
//! | object store | key | value |
//! |---|---|---|
//! | `meta` | `device`, `account`, `cursor/PERSON`, `sequence/PERSON`, `arrivals/PERSON` | JSON |
//! | `meta` | `custody/PERSON` | JSON: in whose hands the key of what is sealed lies |
//! | `meta` | `probe/PERSON` | nothing, sealed: opens by that key alone |
//! | `meta` | `sealed/PERSON` | JSON: whether what was kept before there was a key is sealed too |
//! | `meta` | `key`, `wrapping` | the keys by which this browser signs and wraps, as its own objects: they cannot be read |
//! | `meta` | `parcel` | what the service worker is to send of whoever works here: an object with their `person` and their `calls`, each with an `address`, whether it is `packed`, and what is `sealed` by `wrapping` |
//! | `event` | \[person, id\] | the event and when it arrived in the order of arrivals |
//! | `outbox` | \[person, device sequence\] | the event and its delivery |
//! | `draft` | \[person, inspection\] | the draft |
//! | `photo` | \[person, hash\] | what is known of it |
//! | `photo_bytes` | \[person, hash\] | its bytes |
//! | `recording` | \[person, id\] | a recording that was begun and is no photo yet |
//! | `recording_part` | \[person, id, number\] | the bytes of a part of it |
//!
//! What is not in `meta` is sealed ([`seal`](super::seal)) in a `Uint8Array`; where there is no key, it is JSON in a string, or the bytes in an
//! `ArrayBuffer`, and is sealed once there is one. The keys of the object stores are ids and say nothing by themselves.
//!
//! # Versions
//! 1. `photo` had the hash alone for its key, so that one of two people who chose the same picture had none.
//! 2. So had `photo_bytes`, and nothing was sealed. Bytes of that time lie under their hash until they are sealed: to move them all at
//!    once would take as much room again as they have.
//! 3. Recordings were nowhere before they ended.
//! 4. As above.
//!
//! A database of an earlier version is brought to this one when it is opened, whole or not at all.
//!
//! Writing transactions ask for strict durability and count as done on their `complete` event, not before. Inside a
//! transaction nothing but the database is awaited: it would commit by itself meanwhile.
//!
//! Drafts are written from a thread of its own (`draft_writer`), which has a connection of its own, never while the page writes there.
//!
//! A connection does not last: the browser closes it when its disk fails or its data are cleared, and it closes itself when
//! another tab has to upgrade the database. The next act opens another. One that finds the database cleared meanwhile keeps
//! nothing: its sequences would begin again under a device id that the server knows.

mod connection;
mod values;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use async_trait::async_trait;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, PersonId};
use domain::record::Authored;
use futures::FutureExt as _;
use idb::{ObjectStore, Query, Transaction};
use js_sys::Array;
use json::FromJson;
use leptos::prelude::window;
use serde::Serialize;
use sync::local_key::LocalKey;
use sync::outbox::Delivery;
use uuid::Uuid;
use wasm_bindgen::JsValue;
use web_sys::IdbTransaction;

use connection::{Connection, finish, is_closed};
use values::{
    Hand, custody_of, from_js, get, numbered, of_person, of_recording, pair, part_of, probe_of,
    put, put_written, sealed_of, value_at, values, was_handed_in,
};

use super::custody::Custody;
use super::draft_writer::DraftWriter;
use super::seal::{Mark, Seal};
use super::{
    Account, Act, Draft, DraftChange, LocalStore, NewPhoto, OutboxEntry, PhotoFate, PhotoRecord,
    PhotosAtSubmission, Recording, Standing, StoreError,
};

const NAME: &str = "dubang-field";
const VERSION: u32 = 4;
const META: &str = "meta";
/// In `meta`: the pair of keys by which this browser signs.
pub const SIGNING: &str = "key";
/// In `meta`: the key by which this browser wraps others.
pub const WRAPPING: &str = "wrapping";
/// In `meta`: what the service worker sends.
const PARCEL: &str = "parcel";
const EVENT: &str = "event";
const OUTBOX: &str = "outbox";
const DRAFT: &str = "draft";
const PHOTO: &str = "photo";
const PHOTO_BYTES: &str = "photo_bytes";
const RECORDING: &str = "recording";
const RECORDING_PART: &str = "recording_part";
/// What an act changes.
const OF_ACTS: [&str; 6] = [META, EVENT, OUTBOX, DRAFT, PHOTO, PHOTO_BYTES];
const STORES: [&str; 8] = [
    META,
    EVENT,
    OUTBOX,
    DRAFT,
    PHOTO,
    PHOTO_BYTES,
    RECORDING,
    RECORDING_PART,
];

pub struct IndexedDbStore {
    connection: RefCell<Option<Rc<Connection>>>,
    /// What the database called this browser profile; another connection has to find it again.
    device: Cell<Option<DeviceId>>,
    /// Of those whose things are sealed here; None while their key is not at hand.
    seals: RefCell<BTreeMap<PersonId, Option<Rc<Seal>>>>,
    /// Begun with the first draft that is saved; None in it where the browser has no such threads.
    writer: OnceCell<Option<DraftWriter>>,
    /// Drafts that the page itself is saving together with a photo.
    with_photo: Cell<usize>,
    retired: Cell<bool>,
}

/// Counts as long as it is there.
struct Counted<'count>(&'count Cell<usize>);

impl Counted<'_> {
    fn one_more(count: &Cell<usize>) -> Counted<'_> {
        count.set(count.get() + 1);
        Counted(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// An event and its place among the arrivals.
#[derive(Serialize, FromJson)]
struct Arrived {
    arrival: u64,
    event: Authored,
}

impl From<idb::Error> for StoreError {
    fn from(error: idb::Error) -> StoreError {
        failed(&error.to_string())
    }
}

fn failed(detail: &str) -> StoreError {
    if detail.contains("Quota") {
        StoreError::Full(detail.to_owned())
    } else {
        StoreError::Failed(detail.to_owned())
    }
}

fn js_failed(error: &JsValue) -> StoreError {
    failed(&format!("{error:?}"))
}

/// Random bytes of the browser's.
///
/// # Errors
/// A browser that has none.
pub fn random<const BYTES: usize>() -> Result<[u8; BYTES], StoreError> {
    let mut bytes = [0; BYTES];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .map_err(|error| js_failed(&error))?;
    Ok(bytes)
}

fn unreadable(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

/// Takes away bytes that lie under their hash alone, unless somebody else whose photo it is has none of their own.
async fn drop_under_hash(
    photos: &ObjectStore,
    bytes: &ObjectStore,
    person: PersonId,
    hash: &JsValue,
) -> Result<(), StoreError> {
    let own = JsValue::from(person.to_string());
    let all = photos.get_all_keys(None, None)?.await?;
    for key in all.into_iter().map(|key| Array::from(&key)) {
        let anothers = key.get(1) == *hash && key.get(0) != own;
        if anothers && bytes.count(Some(Query::Key(key.into())))?.await? == 0 {
            return Ok(());
        }
    }
    Ok(bytes.delete(hash.clone())?.await?)
}

impl IndexedDbStore {
    pub async fn open() -> Result<IndexedDbStore, StoreError> {
        let connection = Connection::open().await?;
        Ok(IndexedDbStore {
            connection: RefCell::new(Some(Rc::new(connection))),
            device: Cell::new(None),
            seals: RefCell::new(BTreeMap::new()),
            writer: OnceCell::new(),
            with_photo: Cell::new(0),
            retired: Cell::new(false),
        })
    }

    /// A key of this browser that is kept here under a name.
    pub async fn own_key(&self, name: &str) -> Result<Option<JsValue>, StoreError> {
        self.read_value(META, name.into()).await
    }

    /// Keeps a key of this browser under a name unless there is one; gives the one that is kept.
    pub async fn keep_own_key(&self, name: &str, fresh: JsValue) -> Result<JsValue, StoreError> {
        let transaction = self.writing(&[META]).await?;
        let outcome = async {
            let meta = transaction.object_store(META)?;
            if let Some(kept) = value_at(&meta, name.into()).await? {
                return Ok(kept);
            }
            put_written(&meta, &name.into(), Ok(fresh.clone())).await?;
            Ok(fresh)
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    /// In whose hands a person's key lies; None where it lies with the server alone, or where there is none. From now on nothing is kept
    /// of a person whose key is not at hand.
    pub async fn custody(&self, person: PersonId) -> Result<Option<Custody>, StoreError> {
        let transaction = self.reading(&[META]).await?;
        let meta = transaction.object_store(META)?;
        let custody = get(&meta, custody_of(person)).await?;
        if value_at(&meta, probe_of(person)).await?.is_some() {
            self.seals.borrow_mut().entry(person).or_insert(None);
        }
        Ok(custody)
    }

    /// Changes in whose hands a person's key lies, from what is known at that moment; gives what it came to.
    pub async fn change_custody(
        &self,
        person: PersonId,
        change: impl FnOnce(Option<Custody>) -> Option<Custody>,
    ) -> Result<Option<Custody>, StoreError> {
        let transaction = self.writing(&[META]).await?;
        let outcome = change_in(&transaction, person, change).await;
        finish(transaction, outcome).await
    }

    /// Leaves calls for the service worker to make, in place of what was left before, as long as this browser opens by itself what is kept
    /// of their person, who works here. True if they were left.
    pub async fn leave_parcel(
        &self,
        person: PersonId,
        parcel: JsValue,
    ) -> Result<bool, StoreError> {
        let transaction = self.writing(&[META]).await?;
        let outcome = async {
            let meta = transaction.object_store(META)?;
            let account: Option<Account> = get(&meta, "account".into()).await?;
            let custody: Option<Custody> = get(&meta, custody_of(person)).await?;
            let works_here = account.is_some_and(|account| {
                account.standing == Standing::SignedIn && account.me.person == person
            });
            let leaves = works_here && custody.is_some_and(|custody| custody.opens_by_itself());
            if leaves {
                put_written(&meta, &PARCEL.into(), Ok(parcel)).await?;
            }
            Ok(leaves)
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    /// Takes away what was left for the service worker.
    pub async fn take_parcel_away(&self) -> Result<(), StoreError> {
        let transaction = self.writing(&[META]).await?;
        let outcome = take_parcel(&transaction.object_store(META)?).await;
        finish(transaction, outcome).await
    }

    /// Takes up what is kept of a person by their key, which from now on seals all of it, and changes in whose hands it lies: both
    /// or neither.
    pub async fn unseal(
        &self,
        person: PersonId,
        key: &LocalKey,
        change: impl FnOnce(Option<Custody>) -> Option<Custody>,
    ) -> Result<(), StoreError> {
        let key = key.bytes().ok_or(StoreError::OtherKey)?;
        let seal = Rc::new(Seal::new(key));
        let hand = Hand {
            person,
            seal: Some(Rc::clone(&seal)),
        };
        let transaction = self.writing(&[META]).await?;
        let outcome = async {
            let meta = transaction.object_store(META)?;
            if let Some(probe) = value_at(&meta, probe_of(person)).await? {
                hand.opened(META, &probe)?;
            } else {
                let probe = hand.seal(&seal, META, &[], Mark::None);
                put_written(&meta, &probe_of(person), probe).await?;
            }
            change_in(&transaction, person, change).await
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await?;
        self.seals.borrow_mut().insert(person, Some(seal));
        Ok(())
    }

    /// Opens what is sealed of a person, if it was sealed with this key before; nothing is written. False where nothing was.
    ///
    /// # Errors
    /// [`StoreError::OtherKey`] where another key sealed it; a database that fails.
    pub async fn reopen(&self, person: PersonId, key: &LocalKey) -> Result<bool, StoreError> {
        let key = key.bytes().ok_or(StoreError::OtherKey)?;
        let hand = Hand {
            person,
            seal: Some(Rc::new(Seal::new(key))),
        };
        let transaction = self.reading(&[META]).await?;
        let meta = transaction.object_store(META)?;
        let Some(probe) = value_at(&meta, probe_of(person)).await? else {
            return Ok(false);
        };
        hand.opened(META, &probe)?;
        self.seals.borrow_mut().insert(person, hand.seal);
        Ok(true)
    }

    /// Whether what is kept of a person is sealed and their key is not at hand, as far as it was looked at.
    pub fn is_sealed(&self, person: PersonId) -> bool {
        matches!(self.seals.borrow().get(&person), Some(None))
    }

    /// Lets go of a person's key, if there is one.
    pub fn reseal(&self, person: PersonId) {
        if let Some(seal) = self.seals.borrow_mut().get_mut(&person) {
            *seal = None;
        }
    }

    /// Seals what was kept of a person before there was a key, once.
    pub async fn seal_the_rest(&self, person: PersonId) -> Result<(), StoreError> {
        let hand = self.hand(person)?;
        if hand.seal.is_none() || self.read(META, sealed_of(person)).await? == Some(true) {
            return Ok(());
        }
        for name in [EVENT, OUTBOX, DRAFT, PHOTO, RECORDING] {
            let keys = self.keys(name, person).await?;
            // A transaction for many: what is entered meanwhile does not wait long.
            for some in keys.chunks(100) {
                self.seal_at(&hand, name, some).await?;
            }
        }
        for name in [PHOTO_BYTES, RECORDING_PART] {
            for key in self.keys(name, person).await? {
                self.seal_at(&hand, name, &[key]).await?;
            }
        }
        for key in self.keys(PHOTO, person).await? {
            self.own_bytes(&hand, key).await?;
        }
        let transaction = self.writing(&[META]).await?;
        let outcome = put(&transaction.object_store(META)?, &sealed_of(person), &true).await;
        finish(transaction, outcome).await
    }

    /// Seals the bytes of a photo that lie under its hash alone.
    async fn own_bytes(&self, hand: &Hand, key: JsValue) -> Result<(), StoreError> {
        let transaction = self.writing(&[PHOTO, PHOTO_BYTES]).await?;
        let outcome = async {
            let (photos, bytes) = (
                transaction.object_store(PHOTO)?,
                transaction.object_store(PHOTO_BYTES)?,
            );
            let hash = Array::from(&key).get(1);
            let Some(kept) = value_at(&bytes, hash.clone()).await? else {
                return Ok(());
            };
            if let Some(sealed) = hand.sealed_now(PHOTO_BYTES, &kept)? {
                put_written(&bytes, &key, Ok(sealed)).await?;
                drop_under_hash(&photos, &bytes, hand.person, &hash).await?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn keys(&self, name: &str, person: PersonId) -> Result<Vec<JsValue>, StoreError> {
        let transaction = self.reading(&[name]).await?;
        let store = transaction.object_store(name)?;
        Ok(store.get_all_keys(Some(of_person(person)?), None)?.await?)
    }

    async fn seal_at(&self, hand: &Hand, name: &str, keys: &[JsValue]) -> Result<(), StoreError> {
        let transaction = self.writing(&[name]).await?;
        let outcome = async {
            let store = transaction.object_store(name)?;
            for key in keys {
                let value = value_at(&store, key.clone()).await?;
                let sealed = value
                    .map(|value| hand.sealed_now(name, &value))
                    .transpose()?;
                if let Some(sealed) = sealed.flatten() {
                    put_written(&store, key, Ok(sealed)).await?;
                }
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    /// How what is kept of a person is written now.
    fn hand(&self, person: PersonId) -> Result<Hand, StoreError> {
        let seal = match self.seals.borrow().get(&person) {
            None => None,
            Some(None) => return Err(StoreError::Locked),
            Some(Some(seal)) => Some(Rc::clone(seal)),
        };
        Ok(Hand { person, seal })
    }

    /// Keeps a draft unless it was handed in. It is what happens with each key that is pressed: written from another thread, it is on disk
    /// before the page is drawn.
    async fn save_draft_alone(&self, person: PersonId, draft: &Draft) -> Result<(), StoreError> {
        let hand = self.hand(person)?;
        let written = hand.write_draft(draft)?;
        let key = pair(person, &draft.inspection.to_string());
        if hand.seal.is_some()
            && let Some(writer) = self.free_writer()
        {
            // Of a page whose turn went by meanwhile the draft is another's to write.
            if writer.keep(&key, &written).await || self.retired.get() {
                return Ok(());
            }
        }
        self.save_draft_here(&key, &written).await
    }

    /// Who writes drafts in the page's place, as long as both cannot come in each other's way.
    fn free_writer(&self) -> Option<&DraftWriter> {
        let connected = self.connection.borrow();
        let connected = connected.as_ref().is_some_and(|open| !open.closed.get());
        let writer = self.writer.get_or_init(|| DraftWriter::of(NAME, VERSION));
        writer
            .as_ref()
            .filter(|_| connected && self.with_photo.get() == 0)
    }

    /// Keeps a draft from the page itself. Nothing in it waits for the page to be drawn in between: what is known is asked and the draft
    /// put at once, and taken back where that was wrong.
    async fn save_draft_here(&self, key: &JsValue, written: &JsValue) -> Result<(), StoreError> {
        let transaction = self.writing(&[DRAFT]).await?;
        let begun = (|| {
            let drafts = transaction.object_store(DRAFT)?;
            let known = drafts.get(key.clone())?;
            Ok((known, drafts.put(written, Some(key))?.into_future()))
        })();
        let (known, kept) = match begun {
            Ok(begun) => begun,
            Err(error) => return finish(transaction, Err(error)).await,
        };
        let known = known.await.map_err(StoreError::from);
        let known = known.map(|known| known.filter(|known| !known.is_undefined()));
        match known.and_then(|known| was_handed_in(known.as_ref())) {
            Ok(true) => {
                let _ = transaction.abort();
                // It is told that it was taken back.
                let _ = kept.await;
                Ok(())
            }
            Ok(false) => {
                let same = IdbTransaction::from(transaction);
                // One that has ended by itself says so below.
                let _ = Transaction::from(same.clone()).commit();
                let outcome = finish(Transaction::from(same), Ok(())).await;
                // Why it was not kept, such as that the disk is full, some browsers say of the draft alone.
                match (outcome, kept.now_or_never()) {
                    (Err(_), Some(Err(reason))) => Err(reason.into()),
                    (outcome, _) => outcome,
                }
            }
            Err(error) => finish(transaction, Err(error)).await,
        }
    }

    /// The connection there is, or a new one if it was lost.
    async fn connected(&self) -> Result<Rc<Connection>, StoreError> {
        let open = self.connection.borrow().clone();
        if let Some(open) = open.filter(|open| !open.closed.get()) {
            return Ok(open);
        }
        let fresh = Rc::new(Connection::open().await?);
        if let Some(device) = self.device.get()
            && fresh.device().await? != Some(device)
        {
            return Err(StoreError::Cleared);
        }
        self.connection.replace(Some(Rc::clone(&fresh)));
        Ok(fresh)
    }

    async fn begin(&self, stores: &[&str], mode: &str) -> Result<Transaction, StoreError> {
        let connection = self.connected().await?;
        let begun = match connection.begin(stores, mode) {
            // Lost, and nobody was told.
            Err(error) if is_closed(&error) => {
                connection.closed.set(true);
                self.connected().await?.begin(stores, mode)
            }
            begun => begun,
        };
        Ok(Transaction::try_from(
            begun.map_err(|error| js_failed(&error))?,
        )?)
    }

    async fn reading(&self, stores: &[&str]) -> Result<Transaction, StoreError> {
        self.begin(stores, "readonly").await
    }

    /// What the page writes comes after what it had written for it.
    async fn writing(&self, stores: &[&str]) -> Result<Transaction, StoreError> {
        if let Some(Some(writer)) = self.writer.get()
            && stores.contains(&DRAFT)
        {
            writer.rests().await;
        }
        self.begin(stores, "readwrite").await
    }

    /// Everything of a person in a store.
    async fn read_all<T: FromJson>(
        &self,
        name: &str,
        person: PersonId,
    ) -> Result<Vec<T>, StoreError> {
        let hand = self.hand(person)?;
        let transaction = self.reading(&[name]).await?;
        hand.all(&transaction.object_store(name)?, name).await
    }

    async fn read<T: FromJson>(&self, store: &str, key: JsValue) -> Result<Option<T>, StoreError> {
        let value = self.read_value(store, key).await?;
        value.map(|value| from_js(&value)).transpose()
    }

    async fn read_value(&self, store: &str, key: JsValue) -> Result<Option<JsValue>, StoreError> {
        let transaction = self.reading(&[store]).await?;
        value_at(&transaction.object_store(store)?, key).await
    }
}

async fn change_in(
    transaction: &Transaction,
    person: PersonId,
    change: impl FnOnce(Option<Custody>) -> Option<Custody>,
) -> Result<Option<Custody>, StoreError> {
    let meta = transaction.object_store(META)?;
    let known: Option<Custody> = get(&meta, custody_of(person)).await?;
    let changed = change(known.clone());
    if !changed.as_ref().is_some_and(Custody::opens_by_itself) {
        take_parcel(&meta).await?;
    }
    match &changed {
        _ if changed == known => {}
        Some(custody) => put(&meta, &custody_of(person), custody).await?,
        None => meta.delete(custody_of(person))?.await?,
    }
    Ok(changed)
}

async fn take_parcel(meta: &ObjectStore) -> Result<(), StoreError> {
    Ok(meta.delete(JsValue::from(PARCEL))?.await?)
}

/// Keeps those events that are not here yet, and gives them.
async fn keep_events(
    transaction: &Transaction,
    hand: &Hand,
    events: Vec<Authored>,
) -> Result<Vec<Authored>, StoreError> {
    let (meta, store) = (
        transaction.object_store(META)?,
        transaction.object_store(EVENT)?,
    );
    let person = hand.person;
    let counter = JsValue::from(format!("arrivals/{person}"));
    let mut arrival: u64 = get(&meta, counter.clone()).await?.unwrap_or(0);
    let mut fresh = Vec::with_capacity(events.len());
    for event in events {
        let key = pair(person, &event.id.to_string());
        if store.count(Some(Query::Key(key.clone())))?.await? == 0 {
            arrival += 1;
            let arrived = Arrived { arrival, event };
            hand.put(&store, EVENT, &key, &arrived).await?;
            fresh.push(arrived.event);
        }
    }
    put(&meta, &counter, &arrival).await?;
    Ok(fresh)
}

/// Keeps a photo of a person, unless it is here already.
async fn keep_photo(
    transaction: &Transaction,
    hand: &Hand,
    person: PersonId,
    record: &PhotoRecord,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let key = pair(person, &record.hash.0);
    let photos = transaction.object_store(PHOTO)?;
    if photos.count(Some(Query::Key(key.clone())))?.await? == 0 {
        hand.put(&photos, PHOTO, &key, record).await?;
        let photo_bytes = transaction.object_store(PHOTO_BYTES)?;
        put_written(&photo_bytes, &key, hand.write_bytes(PHOTO_BYTES, bytes)).await?;
    }
    Ok(())
}

async fn forget(
    transaction: &Transaction,
    person: PersonId,
    recording: Uuid,
) -> Result<(), StoreError> {
    let recordings = transaction.object_store(RECORDING)?;
    let key = pair(person, &recording.to_string());
    recordings.delete(key)?.await?;
    let parts = transaction.object_store(RECORDING_PART)?;
    parts.delete(of_recording(person, recording)?)?.await?;
    Ok(())
}

async fn record_in(
    transaction: &Transaction,
    hand: &Hand,
    act: Act,
) -> Result<Vec<Authored>, StoreError> {
    let Act {
        person,
        mut events,
        draft,
    } = act;
    let meta = transaction.object_store(META)?;
    let outbox = transaction.object_store(OUTBOX)?;
    let counter = JsValue::from(format!("sequence/{person}"));
    let mut sequence: u64 = get(&meta, counter.clone()).await?.unwrap_or(0);
    for event in &mut events {
        sequence += 1;
        event.device_sequence = Some(sequence);
        let entry = OutboxEntry {
            event: event.clone(),
            delivery: Delivery::Waiting,
        };
        hand.put(&outbox, OUTBOX, &numbered(person, sequence), &entry)
            .await?;
    }
    put(&meta, &counter, &sequence).await?;
    keep_events(transaction, hand, events.clone()).await?;
    let drafts = transaction.object_store(DRAFT)?;
    match draft {
        DraftChange::Begins(draft) => {
            let key = pair(person, &draft.inspection.to_string());
            if drafts.count(Some(Query::Key(key.clone())))?.await? == 0 {
                put_written(&drafts, &key, hand.write_draft(&draft)).await?;
            }
        }
        DraftChange::Signs(picture) => {
            let (record, bytes) = *picture;
            keep_photo(transaction, hand, person, &record, &bytes).await?;
        }
        DraftChange::HandedIn {
            draft,
            photos: sent,
        } => {
            let key = pair(person, &draft.inspection.to_string());
            put_written(&drafts, &key, hand.write_draft(&draft)).await?;
            let others: Vec<Draft> = hand.all(&drafts, DRAFT).await?;
            let (photos, bytes) = (
                transaction.object_store(PHOTO)?,
                transaction.object_store(PHOTO_BYTES)?,
            );
            let known: Vec<PhotoRecord> = hand.all(&photos, PHOTO).await?;
            let outcome = PhotosAtSubmission::of(known.iter(), &draft, &others, &sent);
            for record in outcome.changed {
                let key = pair(person, &record.hash.0);
                hand.put(&photos, PHOTO, &key, &record).await?;
            }
            for hash in outcome.taken_out {
                let key = pair(person, &hash.0);
                photos.delete(key.clone())?.await?;
                bytes.delete(key)?.await?;
                drop_under_hash(&photos, &bytes, person, &JsValue::from(&hash.0)).await?;
            }
        }
    }
    Ok(events)
}

#[async_trait(?Send)]
impl LocalStore for IndexedDbStore {
    fn retire(&self) {
        self.retired.set(true);
        if let Some(Some(writer)) = self.writer.get() {
            writer.stop();
        }
    }

    async fn device(&self, fresh: DeviceId) -> Result<DeviceId, StoreError> {
        if let Some(device) = self.read(META, "device".into()).await? {
            self.device.set(Some(device));
            return Ok(device);
        }
        let transaction = self.writing(&[META]).await?;
        let outcome = async {
            let meta = transaction.object_store(META)?;
            if let Some(device) = get(&meta, "device".into()).await? {
                return Ok(device);
            }
            put(&meta, &"device".into(), &fresh).await?;
            Ok(fresh)
        };
        let outcome = outcome.await;
        let device = finish(transaction, outcome).await?;
        self.device.set(Some(device));
        Ok(device)
    }

    async fn account(&self) -> Result<Option<Account>, StoreError> {
        self.read(META, "account".into()).await
    }

    async fn set_account(&self, account: &Account) -> Result<(), StoreError> {
        let transaction = self.writing(&[META]).await?;
        let outcome = async {
            let meta = transaction.object_store(META)?;
            // Nothing is sent of somebody who does not work here any more; of who still does, it is left again.
            take_parcel(&meta).await?;
            put(&meta, &"account".into(), account).await
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn events(&self, person: PersonId) -> Result<Vec<Authored>, StoreError> {
        let mut events: Vec<Arrived> = self.read_all(EVENT, person).await?;
        events.sort_by_key(|arrived| arrived.arrival);
        Ok(events.into_iter().map(|arrived| arrived.event).collect())
    }

    async fn cursor(&self, person: PersonId) -> Result<Option<String>, StoreError> {
        self.read(META, format!("cursor/{person}").into()).await
    }

    async fn take_in(
        &self,
        person: PersonId,
        events: Vec<Authored>,
        cursor: Option<&str>,
    ) -> Result<Vec<Authored>, StoreError> {
        let hand = self.hand(person)?;
        let transaction = self.writing(&[META, EVENT]).await?;
        let outcome = async {
            let fresh = keep_events(&transaction, &hand, events).await?;
            let meta = transaction.object_store(META)?;
            let key = JsValue::from(format!("cursor/{person}"));
            match cursor {
                Some(cursor) => put(&meta, &key, &cursor).await?,
                None => meta.delete(key)?.await?,
            }
            Ok(fresh)
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn record(&self, act: Act) -> Result<Vec<Authored>, StoreError> {
        let hand = self.hand(act.person)?;
        let transaction = self.writing(&OF_ACTS).await?;
        let outcome = record_in(&transaction, &hand, act).await;
        finish(transaction, outcome).await
    }

    async fn outbox(&self, person: PersonId) -> Result<Vec<OutboxEntry>, StoreError> {
        self.read_all(OUTBOX, person).await
    }

    async fn deliver(
        &self,
        person: PersonId,
        deliveries: &[(EventId, Delivery)],
    ) -> Result<(), StoreError> {
        let hand = self.hand(person)?;
        let transaction = self.writing(&[OUTBOX]).await?;
        let outcome = async {
            let outbox = transaction.object_store(OUTBOX)?;
            for mut entry in hand.all::<OutboxEntry>(&outbox, OUTBOX).await? {
                if let Some((_, delivery)) = deliveries.iter().find(|(id, _)| *id == entry.event.id)
                {
                    entry.delivery = delivery.clone();
                    let key = numbered(person, entry.sequence());
                    hand.put(&outbox, OUTBOX, &key, &entry).await?;
                }
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn drafts(&self, person: PersonId) -> Result<Vec<Draft>, StoreError> {
        self.read_all(DRAFT, person).await
    }

    async fn save_draft(
        &self,
        person: PersonId,
        draft: &Draft,
        photo: Option<NewPhoto>,
    ) -> Result<(), StoreError> {
        let Some(photo) = photo else {
            return self.save_draft_alone(person, draft).await;
        };
        let NewPhoto {
            mut record,
            bytes,
            recording,
        } = photo;
        let hand = self.hand(person)?;
        let _counted = Counted::one_more(&self.with_photo);
        let stores = [DRAFT, PHOTO, PHOTO_BYTES, RECORDING, RECORDING_PART];
        let transaction = self.writing(&stores).await?;
        let outcome = async {
            let drafts = transaction.object_store(DRAFT)?;
            let key = pair(person, &draft.inspection.to_string());
            let late = was_handed_in(value_at(&drafts, key.clone()).await?.as_ref())?;
            if !late {
                put_written(&drafts, &key, hand.write_draft(draft)).await?;
            }
            if late {
                record.fate = PhotoFate::Kept;
            }
            keep_photo(&transaction, &hand, person, &record, &bytes).await?;
            match recording {
                Some(recording) => forget(&transaction, person, recording).await,
                None => Ok(()),
            }
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn keep_photo(&self, record: &PhotoRecord, bytes: Vec<u8>) -> Result<(), StoreError> {
        let hand = self.hand(record.by)?;
        let transaction = self.writing(&[PHOTO, PHOTO_BYTES]).await?;
        let outcome = keep_photo(&transaction, &hand, record.by, record, &bytes).await;
        finish(transaction, outcome).await
    }

    async fn photos(&self, person: PersonId) -> Result<Vec<PhotoRecord>, StoreError> {
        self.read_all(PHOTO, person).await
    }

    async fn photo_bytes(
        &self,
        person: PersonId,
        hash: &PhotoHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let hand = self.hand(person)?;
        let transaction = self.reading(&[PHOTO_BYTES]).await?;
        let bytes = transaction.object_store(PHOTO_BYTES)?;
        let mut value = value_at(&bytes, pair(person, &hash.0)).await?;
        if value.is_none() {
            value = value_at(&bytes, JsValue::from(&hash.0)).await?;
        }
        value
            .map(|value| hand.read_bytes(PHOTO_BYTES, &value))
            .transpose()
    }

    async fn set_photo_fate(
        &self,
        person: PersonId,
        hash: &PhotoHash,
        fate: PhotoFate,
    ) -> Result<(), StoreError> {
        let hand = self.hand(person)?;
        let transaction = self.writing(&[PHOTO]).await?;
        let outcome = async {
            let photos = transaction.object_store(PHOTO)?;
            let key = pair(person, &hash.0);
            let known: Option<PhotoRecord> = hand.get(&photos, PHOTO, key.clone()).await?;
            if let Some(record) = known {
                let record = PhotoRecord { fate, ..record };
                hand.put(&photos, PHOTO, &key, &record).await?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn keep_part(
        &self,
        recording: &Recording,
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError> {
        let person = recording.by;
        let hand = self.hand(person)?;
        let transaction = self.writing(&[RECORDING, RECORDING_PART]).await?;
        let outcome = async {
            let recordings = transaction.object_store(RECORDING)?;
            let key = pair(person, &recording.id.to_string());
            hand.put(&recordings, RECORDING, &key, recording).await?;
            let parts = transaction.object_store(RECORDING_PART)?;
            let part = hand.write_bytes(RECORDING_PART, &bytes);
            put_written(&parts, &part_of(person, recording.id, number), part).await
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn recordings(&self, person: PersonId) -> Result<Vec<Recording>, StoreError> {
        self.read_all(RECORDING, person).await
    }

    async fn parts(&self, person: PersonId, recording: Uuid) -> Result<Vec<Vec<u8>>, StoreError> {
        let hand = self.hand(person)?;
        let transaction = self.reading(&[RECORDING_PART]).await?;
        let store = transaction.object_store(RECORDING_PART)?;
        let parts = values(&store, Some(of_recording(person, recording)?)).await?;
        let parts = parts
            .iter()
            .map(|part| hand.read_bytes(RECORDING_PART, part));
        parts.collect()
    }

    async fn forget_recording(&self, person: PersonId, recording: Uuid) -> Result<(), StoreError> {
        let transaction = self.writing(&[RECORDING, RECORDING_PART]).await?;
        let outcome = forget(&transaction, person, recording).await;
        finish(transaction, outcome).await
    }
}
