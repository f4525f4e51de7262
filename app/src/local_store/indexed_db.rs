//! The store in the browser's `IndexedDB`.
//!
//! | object store | key | value |
//! |---|---|---|
//! | `meta` | `device`, `account`, `cursor/PERSON`, `sequence/PERSON`, `arrivals/PERSON` | JSON |
//! | `event` | \[person, id\] | JSON: the event and when it arrived in the order of arrivals |
//! | `outbox` | \[person, device sequence\] | JSON: the event and its delivery |
//! | `draft` | \[person, inspection\] | JSON |
//! | `photo` | hash | JSON: what is known of it |
//! | `photo_bytes` | hash | `ArrayBuffer` |
//!
//! Writing transactions ask for strict durability and count as done on their `complete` event, not before. Inside a
//! transaction nothing but the database is awaited: it would commit by itself meanwhile.

use async_trait::async_trait;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, PersonId};
use domain::record::Authored;
use idb::{
    Database, DatabaseEvent as _, Factory, KeyRange, ObjectStore, ObjectStoreParams, Query,
    Transaction,
};
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sync::outbox::Delivery;
use wasm_bindgen::{JsCast, JsValue};

use super::{
    Account, Act, Draft, DraftChange, LocalStore, OutboxEntry, PhotoFate, PhotoRecord, StoreError,
    fates_at_submission,
};

const NAME: &str = "dubang-field";
const VERSION: u32 = 1;
const META: &str = "meta";
const EVENT: &str = "event";
const OUTBOX: &str = "outbox";
const DRAFT: &str = "draft";
const PHOTO: &str = "photo";
const PHOTO_BYTES: &str = "photo_bytes";
const STORES: [&str; 6] = [META, EVENT, OUTBOX, DRAFT, PHOTO, PHOTO_BYTES];

pub struct IndexedDbStore {
    database: Database,
    /// The same connection, for what the typed one cannot ask: durability.
    connection: JsValue,
}

/// An event and its place among the arrivals.
#[derive(Serialize, Deserialize)]
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

fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

fn to_js(value: &impl Serialize) -> Result<JsValue, StoreError> {
    serde_json::to_string(value)
        .map(JsValue::from)
        .map_err(|error| unreadable(&error))
}

fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, StoreError> {
    let text = value
        .as_string()
        .ok_or_else(|| StoreError::Unreadable("not a text".into()))?;
    serde_json::from_str(&text).map_err(|error| unreadable(&error))
}

fn pair(person: PersonId, second: &str) -> JsValue {
    Array::of2(&person.to_string().into(), &second.into()).into()
}

fn numbered(person: PersonId, sequence: u64) -> JsValue {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no one records 2^53 events on a tablet"
    )]
    let sequence = JsValue::from_f64(sequence as f64);
    Array::of2(&person.to_string().into(), &sequence).into()
}

/// Every key whose first part is the person: an array sorts after every text and number.
fn of_person(person: PersonId) -> Result<Query, StoreError> {
    let person = JsValue::from(person.to_string());
    let range = KeyRange::bound(
        &Array::of1(&person),
        &Array::of2(&person, &Array::new()),
        None,
        None,
    )?;
    Ok(range.into())
}

async fn get<T: DeserializeOwned>(
    store: &ObjectStore,
    key: JsValue,
) -> Result<Option<T>, StoreError> {
    store
        .get(key)?
        .await?
        .filter(|value| !value.is_undefined())
        .map(|value| from_js(&value))
        .transpose()
}

async fn all<T: DeserializeOwned>(
    store: &ObjectStore,
    query: Option<Query>,
) -> Result<Vec<T>, StoreError> {
    store
        .get_all(query, None)?
        .await?
        .iter()
        .map(from_js)
        .collect()
}

async fn put(store: &ObjectStore, key: &JsValue, value: &impl Serialize) -> Result<(), StoreError> {
    store.put(&to_js(value)?, Some(key))?.await?;
    Ok(())
}

/// Waits until a transaction is on disk; undoes it when a part of it failed.
async fn finish<T>(
    transaction: Transaction,
    outcome: Result<T, StoreError>,
) -> Result<T, StoreError> {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            // One that a failing request has ended already cannot be ended again.
            let _ = transaction.abort();
            return Err(error);
        }
    };
    if transaction.await?.is_committed() {
        Ok(outcome)
    } else {
        // The browser aborts a transaction by itself when the disk is full.
        Err(StoreError::Full("the browser took nothing".into()))
    }
}

impl IndexedDbStore {
    pub async fn open() -> Result<IndexedDbStore, StoreError> {
        let unavailable = |error: idb::Error| StoreError::Unavailable(error.to_string());
        let mut request = Factory::new()
            .and_then(|factory| factory.open(NAME, Some(VERSION)))
            .map_err(unavailable)?;
        request.on_upgrade_needed(|event| {
            let Ok(database) = event.database() else {
                return;
            };
            for name in STORES {
                // Failing here fails the opening, which is reported.
                let _ = database.create_object_store(name, ObjectStoreParams::new());
            }
        });
        let connection: JsValue = request.await.map_err(unavailable)?.into();
        let database = Database::try_from(connection.clone()).map_err(unavailable)?;
        Ok(IndexedDbStore {
            database,
            connection,
        })
    }

    fn reading(&self, stores: &[&str]) -> Result<Transaction, StoreError> {
        Ok(self
            .database
            .transaction(stores, idb::TransactionMode::ReadOnly)?)
    }

    /// A read-write transaction that is complete only when it is on disk.
    fn writing(&self, stores: &[&str]) -> Result<Transaction, StoreError> {
        let database = &self.connection;
        let names: Array = stores.iter().map(|name| JsValue::from(*name)).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())
            .map_err(|error| js_failed(&error))?;
        let transaction = Reflect::get(database, &"transaction".into())
            .and_then(JsCast::dyn_into::<Function>)
            .and_then(|method| method.call3(database, &names, &"readwrite".into(), &options))
            .map_err(|error| js_failed(&error))?;
        Ok(Transaction::try_from(transaction)?)
    }

    async fn read_all<T: DeserializeOwned>(
        &self,
        store: &str,
        query: Option<Query>,
    ) -> Result<Vec<T>, StoreError> {
        let transaction = self.reading(&[store])?;
        all(&transaction.object_store(store)?, query).await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        store: &str,
        key: JsValue,
    ) -> Result<Option<T>, StoreError> {
        let transaction = self.reading(&[store])?;
        get(&transaction.object_store(store)?, key).await
    }
}

/// Keeps those events that are not here yet, and gives them.
async fn keep_events(
    transaction: &Transaction,
    person: PersonId,
    events: Vec<Authored>,
) -> Result<Vec<Authored>, StoreError> {
    let (meta, store) = (
        transaction.object_store(META)?,
        transaction.object_store(EVENT)?,
    );
    let counter = JsValue::from(format!("arrivals/{person}"));
    let mut arrival: u64 = get(&meta, counter.clone()).await?.unwrap_or(0);
    let mut fresh = Vec::with_capacity(events.len());
    for event in events {
        let key = pair(person, &event.id.to_string());
        if store.count(Some(Query::Key(key.clone())))?.await? == 0 {
            arrival += 1;
            let arrived = Arrived { arrival, event };
            put(&store, &key, &arrived).await?;
            fresh.push(arrived.event);
        }
    }
    put(&meta, &counter, &arrival).await?;
    Ok(fresh)
}

async fn record_in(transaction: &Transaction, act: Act) -> Result<Vec<Authored>, StoreError> {
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
        put(&outbox, &numbered(person, sequence), &entry).await?;
    }
    put(&meta, &counter, &sequence).await?;
    keep_events(transaction, person, events.clone()).await?;
    let drafts = transaction.object_store(DRAFT)?;
    match draft {
        DraftChange::Begins(draft) => {
            let key = pair(person, &draft.inspection.to_string());
            if drafts.count(Some(Query::Key(key.clone())))?.await? == 0 {
                put(&drafts, &key, &draft).await?;
            }
        }
        DraftChange::Ends {
            inspection,
            photos: sent,
        } => {
            drafts
                .delete(pair(person, &inspection.to_string()))?
                .await?;
            let (photos, bytes) = (
                transaction.object_store(PHOTO)?,
                transaction.object_store(PHOTO_BYTES)?,
            );
            let known: Vec<PhotoRecord> = all(&photos, None).await?;
            let (waiting, unused) = fates_at_submission(known.iter(), inspection, person, &sent);
            for record in waiting {
                put(&photos, &record.hash.0.as_str().into(), &record).await?;
            }
            for hash in unused {
                photos.delete(JsValue::from(&hash.0))?.await?;
                bytes.delete(JsValue::from(&hash.0))?.await?;
            }
        }
    }
    Ok(events)
}

#[async_trait(?Send)]
impl LocalStore for IndexedDbStore {
    async fn device(&self, fresh: DeviceId) -> Result<DeviceId, StoreError> {
        let transaction = self.writing(&[META])?;
        let outcome = async {
            let meta = transaction.object_store(META)?;
            if let Some(device) = get(&meta, "device".into()).await? {
                return Ok(device);
            }
            put(&meta, &"device".into(), &fresh).await?;
            Ok(fresh)
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn account(&self) -> Result<Option<Account>, StoreError> {
        self.read(META, "account".into()).await
    }

    async fn set_account(&self, account: &Account) -> Result<(), StoreError> {
        let transaction = self.writing(&[META])?;
        let outcome = put(&transaction.object_store(META)?, &"account".into(), account).await;
        finish(transaction, outcome).await
    }

    async fn events(&self, person: PersonId) -> Result<Vec<Authored>, StoreError> {
        let mut events: Vec<Arrived> = self.read_all(EVENT, Some(of_person(person)?)).await?;
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
        let transaction = self.writing(&[META, EVENT])?;
        let outcome = async {
            let fresh = keep_events(&transaction, person, events).await?;
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
        let transaction = self.writing(&STORES)?;
        let outcome = record_in(&transaction, act).await;
        finish(transaction, outcome).await
    }

    async fn outbox(&self, person: PersonId) -> Result<Vec<OutboxEntry>, StoreError> {
        self.read_all(OUTBOX, Some(of_person(person)?)).await
    }

    async fn deliver(
        &self,
        person: PersonId,
        deliveries: &[(EventId, Delivery)],
    ) -> Result<(), StoreError> {
        let transaction = self.writing(&[OUTBOX])?;
        let outcome = async {
            let outbox = transaction.object_store(OUTBOX)?;
            for mut entry in all::<OutboxEntry>(&outbox, Some(of_person(person)?)).await? {
                if let Some((_, delivery)) = deliveries.iter().find(|(id, _)| *id == entry.event.id)
                {
                    entry.delivery = delivery.clone();
                    put(&outbox, &numbered(person, entry.sequence()), &entry).await?;
                }
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn drafts(&self, person: PersonId) -> Result<Vec<Draft>, StoreError> {
        self.read_all(DRAFT, Some(of_person(person)?)).await
    }

    async fn save_draft(
        &self,
        person: PersonId,
        draft: &Draft,
        photo: Option<(PhotoRecord, Vec<u8>)>,
    ) -> Result<(), StoreError> {
        let transaction = self.writing(&[DRAFT, PHOTO, PHOTO_BYTES])?;
        let outcome = async {
            put(
                &transaction.object_store(DRAFT)?,
                &pair(person, &draft.inspection.to_string()),
                draft,
            )
            .await?;
            let Some((record, bytes)) = photo else {
                return Ok(());
            };
            let key = JsValue::from(&record.hash.0);
            let photos = transaction.object_store(PHOTO)?;
            if photos.count(Some(Query::Key(key.clone())))?.await? == 0 {
                put(&photos, &key, &record).await?;
                let buffer = Uint8Array::from(bytes.as_slice()).buffer();
                transaction
                    .object_store(PHOTO_BYTES)?
                    .put(&buffer, Some(&key))?
                    .await?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }

    async fn photos(&self) -> Result<Vec<PhotoRecord>, StoreError> {
        self.read_all(PHOTO, None).await
    }

    async fn photo_bytes(&self, hash: &PhotoHash) -> Result<Option<Vec<u8>>, StoreError> {
        let transaction = self.reading(&[PHOTO_BYTES])?;
        let value = transaction
            .object_store(PHOTO_BYTES)?
            .get(JsValue::from(&hash.0))?
            .await?;
        Ok(value
            .filter(|value| !value.is_undefined())
            .map(|buffer| Uint8Array::new(&buffer).to_vec()))
    }

    async fn set_photo_fate(&self, hash: &PhotoHash, fate: PhotoFate) -> Result<(), StoreError> {
        let transaction = self.writing(&[PHOTO])?;
        let outcome = async {
            let photos = transaction.object_store(PHOTO)?;
            if let Some(record) = get::<PhotoRecord>(&photos, JsValue::from(&hash.0)).await? {
                put(
                    &photos,
                    &JsValue::from(&hash.0),
                    &PhotoRecord { fate, ..record },
                )
                .await?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        finish(transaction, outcome).await
    }
}
