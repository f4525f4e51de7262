//! The connection to the browser's database: opened, brought to this version, and noticed when it is lost.

use std::cell::Cell;
use std::rc::Rc;

use domain::id::DeviceId;
use idb::{
    DatabaseEvent as _, Event as _, Factory, ObjectStoreParams, Request as _, Transaction,
    event::VersionChangeEvent,
};
use js_sys::{Array, Function, Object, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbTransaction};

use super::super::{PhotoRecord, StoreError};
use super::values::{from_js, get, pair, put_written, values};
use super::{META, NAME, PHOTO, STORES, VERSION, failed, js_failed};

pub(super) struct Connection {
    database: IdbDatabase,
    pub(super) closed: Rc<Cell<bool>>,
    /// Listen for as long as the connection is kept.
    _handlers: [Closure<dyn Fn()>; 2],
}

impl Connection {
    pub(super) async fn open() -> Result<Connection, StoreError> {
        let unavailable = |error: idb::Error| match error.to_string() {
            newer if newer.contains("VersionError") => StoreError::Newer,
            detail => StoreError::Unavailable(detail),
        };
        let mut request = Factory::new()
            .and_then(|factory| factory.open(NAME, Some(VERSION)))
            .map_err(unavailable)?;
        request.on_upgrade_needed(|event| {
            let Some(transaction) = event.target().ok().and_then(|open| open.transaction()) else {
                return;
            };
            spawn_local(async move {
                if upgrade(&event, &transaction).await.is_err() {
                    // Undone, it fails the opening, which is reported.
                    let _ = transaction.abort();
                }
            });
        });
        let database = IdbDatabase::from(request.await.map_err(unavailable)?);
        let closed = Rc::new(Cell::new(false));
        let lost = Closure::<dyn Fn()>::new({
            let closed = Rc::clone(&closed);
            move || closed.set(true)
        });
        // Another tab waits for this one to let go.
        let in_the_way = Closure::<dyn Fn()>::new({
            let (closed, database) = (Rc::clone(&closed), database.clone());
            move || {
                closed.set(true);
                database.close();
            }
        });
        database.set_onclose(Some(lost.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(in_the_way.as_ref().unchecked_ref()));
        Ok(Connection {
            database,
            closed,
            _handlers: [lost, in_the_way],
        })
    }

    /// The id of this browser profile, if the database has one.
    pub(super) async fn device(&self) -> Result<Option<DeviceId>, StoreError> {
        let begun = self.begin(&[META], "readonly");
        let transaction = Transaction::try_from(begun.map_err(|error| js_failed(&error))?)?;
        get(&transaction.object_store(META)?, "device".into()).await
    }

    /// A transaction that, if it writes, is complete only when it is on disk.
    pub(super) fn begin(&self, stores: &[&str], mode: &str) -> Result<JsValue, JsValue> {
        let names: Array = stores.iter().map(|name| JsValue::from(*name)).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        Reflect::get(&self.database, &"transaction".into())
            .and_then(JsCast::dyn_into::<Function>)
            .and_then(|method| method.call3(&self.database, &names, &mode.into(), &options))
    }
}

impl Drop for Connection {
    /// What is under way ends as it would have.
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// Brings a database of an earlier version to this one.
pub(super) async fn upgrade(
    event: &VersionChangeEvent,
    transaction: &Transaction,
) -> Result<(), StoreError> {
    let database = event.database()?;
    let known = database.store_names();
    for name in STORES {
        if known.iter().all(|known| known != name) {
            database.create_object_store(name, ObjectStoreParams::new())?;
        }
    }
    if event.old_version()? == 1 {
        own_records(transaction).await?;
    }
    Ok(())
}

/// From the first version on: what is known of a photo lies under its person and hash.
pub(super) async fn own_records(transaction: &Transaction) -> Result<(), StoreError> {
    let photos = transaction.object_store(PHOTO)?;
    let known = values(&photos, None).await?;
    photos.clear()?.await?;
    for value in known {
        let record: PhotoRecord = from_js(&value)?;
        put_written(&photos, &pair(record.by, &record.hash.0), Ok(value)).await?;
    }
    Ok(())
}

/// Whether a transaction was refused because its connection is closed.
pub(super) fn is_closed(error: &JsValue) -> bool {
    let name = Reflect::get(error, &"name".into()).ok();
    name.and_then(|name| name.as_string()).as_deref() == Some("InvalidStateError")
}

/// Waits until a transaction is on disk; undoes it when a part of it failed.
pub(super) async fn finish<T>(
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
    let same = IdbTransaction::from(transaction);
    if Transaction::from(same.clone()).await?.is_committed() {
        return Ok(outcome);
    }
    // The browser undoes a transaction by itself when the disk is full, or when it closes the connection.
    let reason = same.error();
    Err(reason.map_or_else(
        || StoreError::Failed("AbortError".into()),
        |reason| failed(&format!("{}: {}", reason.name(), reason.message())),
    ))
}
