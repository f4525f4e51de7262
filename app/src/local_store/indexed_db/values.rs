//! How things are written into the browser's database and read again: sealed or plain, and under which keys.

use std::rc::Rc;

use domain::id::PersonId;
use idb::{KeyRange, ObjectStore, Query};
use js_sys::{Array, Uint8Array};
use json::FromJson;
use serde::Serialize;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};

use super::super::seal::{Mark, Seal, is_handed_in};
use super::super::{Draft, StoreError};
use super::{DRAFT, random, unreadable};

/// How what is kept of a person is written.
#[derive(Clone)]
pub(super) struct Hand {
    pub(super) person: PersonId,
    /// None where it is not sealed.
    pub(super) seal: Option<Rc<Seal>>,
}

pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, StoreError> {
    serde_json::to_string(value)
        .map(JsValue::from)
        .map_err(|error| unreadable(&error))
}

pub(super) fn from_js<T: FromJson>(value: &JsValue) -> Result<T, StoreError> {
    let text = value
        .as_string()
        .ok_or_else(|| StoreError::Unreadable("not a text".into()))?;
    json::read(&text).map_err(|error| unreadable(&error))
}

impl Hand {
    pub(super) fn place(&self, store: &str) -> String {
        format!("{store}/{}", self.person)
    }

    pub(super) fn seal(
        &self,
        seal: &Seal,
        store: &str,
        plain: &[u8],
        mark: Mark,
    ) -> Result<JsValue, StoreError> {
        let sealed = seal.seal(plain, mark, &self.place(store), random()?);
        Ok(Uint8Array::from(sealed.as_slice()).into())
    }

    /// What is sealed, opened; None of what is not sealed.
    pub(super) fn opened(
        &self,
        store: &str,
        value: &JsValue,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = value.dyn_ref::<Uint8Array>() else {
            return Ok(None);
        };
        let seal = self.seal.as_ref().ok_or(StoreError::Locked)?;
        let opened = seal.open(sealed.to_vec(), &self.place(store));
        opened.map(Some).map_err(|_| StoreError::OtherKey)
    }

    pub(super) fn write(&self, store: &str, value: &impl Serialize) -> Result<JsValue, StoreError> {
        self.write_marked(store, value, Mark::None)
    }

    pub(super) fn write_marked(
        &self,
        store: &str,
        value: &impl Serialize,
        mark: Mark,
    ) -> Result<JsValue, StoreError> {
        let Some(seal) = &self.seal else {
            return to_js(value);
        };
        let text = serde_json::to_vec(value).map_err(|error| unreadable(&error))?;
        self.seal(seal, store, &text, mark)
    }

    pub(super) fn write_draft(&self, draft: &Draft) -> Result<JsValue, StoreError> {
        self.write_marked(DRAFT, draft, mark_of(draft))
    }

    pub(super) fn read<T: FromJson>(&self, store: &str, value: &JsValue) -> Result<T, StoreError> {
        match self.opened(store, value)? {
            None => from_js(value),
            Some(text) => {
                let text = str::from_utf8(&text).map_err(|error| unreadable(&error))?;
                json::read(text).map_err(|error| unreadable(&error))
            }
        }
    }

    pub(super) async fn get<T: FromJson>(
        &self,
        store: &ObjectStore,
        name: &str,
        key: JsValue,
    ) -> Result<Option<T>, StoreError> {
        let value = value_at(store, key).await?;
        value.map(|value| self.read(name, &value)).transpose()
    }

    /// Everything of the person in a store.
    pub(super) async fn all<T: FromJson>(
        &self,
        store: &ObjectStore,
        name: &str,
    ) -> Result<Vec<T>, StoreError> {
        let values = values(store, Some(of_person(self.person)?)).await?;
        values.iter().map(|value| self.read(name, value)).collect()
    }

    pub(super) async fn put<T: Serialize>(
        &self,
        store: &ObjectStore,
        name: &str,
        key: &JsValue,
        value: &T,
    ) -> Result<(), StoreError> {
        put_written(store, key, self.write(name, value)).await
    }

    pub(super) fn write_bytes(&self, store: &str, bytes: &[u8]) -> Result<JsValue, StoreError> {
        match &self.seal {
            None => Ok(Uint8Array::from(bytes).buffer().into()),
            Some(seal) => self.seal(seal, store, bytes, Mark::None),
        }
    }

    pub(super) fn read_bytes(&self, store: &str, value: &JsValue) -> Result<Vec<u8>, StoreError> {
        let opened = self.opened(store, value)?;
        Ok(opened.unwrap_or_else(|| Uint8Array::new(value).to_vec()))
    }

    /// Seals a value that is not sealed yet; None of one that is.
    pub(super) fn sealed_now(
        &self,
        store: &str,
        value: &JsValue,
    ) -> Result<Option<JsValue>, StoreError> {
        let Some(seal) = self
            .seal
            .as_ref()
            .filter(|_| !value.is_instance_of::<Uint8Array>())
        else {
            return Ok(None);
        };
        let sealed = match value.as_string() {
            None => self.write_bytes(store, &Uint8Array::new(value).to_vec()),
            Some(text) if store == DRAFT => {
                // What this version cannot read is not written over.
                let mark = json::read(&text).map_or(Mark::HandedIn, |draft| mark_of(&draft));
                self.seal(seal, store, text.as_bytes(), mark)
            }
            Some(text) => self.seal(seal, store, text.as_bytes(), Mark::None),
        };
        sealed.map(Some)
    }
}

/// Whether what is kept of a draft is that of one that was handed in. It is asked with each key that is pressed: a sealed draft is told
/// by its mark, without reading it.
pub(super) fn was_handed_in(known: Option<&JsValue>) -> Result<bool, StoreError> {
    let Some(known) = known else {
        return Ok(false);
    };
    match known.dyn_ref::<Uint8Array>() {
        Some(sealed) => Ok(is_handed_in(&sealed.subarray(0, 2).to_vec())),
        None => Ok(from_js::<Draft>(known)?.is_handed_in()),
    }
}

pub(super) fn mark_of(draft: &Draft) -> Mark {
    if draft.is_handed_in() {
        Mark::HandedIn
    } else {
        Mark::None
    }
}

pub(super) fn custody_of(person: PersonId) -> JsValue {
    format!("custody/{person}").into()
}

pub(super) fn probe_of(person: PersonId) -> JsValue {
    format!("probe/{person}").into()
}

pub(super) fn sealed_of(person: PersonId) -> JsValue {
    format!("sealed/{person}").into()
}

pub(super) fn pair(person: PersonId, second: &str) -> JsValue {
    Array::of2(&person.to_string().into(), &second.into()).into()
}

pub(super) fn numbered(person: PersonId, sequence: u64) -> JsValue {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no one records 2^53 events on a tablet"
    )]
    let sequence = JsValue::from_f64(sequence as f64);
    Array::of2(&person.to_string().into(), &sequence).into()
}

/// Every key whose first part is the person.
pub(super) fn of_person(person: PersonId) -> Result<Query, StoreError> {
    beginning_with(&Array::of1(&person.to_string().into()))
}

/// Every key whose first parts are the person and the recording.
pub(super) fn of_recording(person: PersonId, recording: Uuid) -> Result<Query, StoreError> {
    beginning_with(&pair(person, &recording.to_string()))
}

pub(super) fn part_of(person: PersonId, recording: Uuid, number: u32) -> JsValue {
    longer(&pair(person, &recording.to_string()), &number.into())
}

/// Every key that begins so: an array sorts after every text and number.
fn beginning_with(first: &JsValue) -> Result<Query, StoreError> {
    let range = KeyRange::bound(first, &longer(first, &Array::new()), None, None)?;
    Ok(range.into())
}

fn longer(first: &JsValue, last: &JsValue) -> JsValue {
    Array::from(first).concat(&Array::of1(last)).into()
}

pub(super) async fn get<T: FromJson>(
    store: &ObjectStore,
    key: JsValue,
) -> Result<Option<T>, StoreError> {
    let value = value_at(store, key).await?;
    value.map(|value| from_js(&value)).transpose()
}

pub(super) async fn value_at(
    store: &ObjectStore,
    key: JsValue,
) -> Result<Option<JsValue>, StoreError> {
    let value = store.get(key)?.await?;
    Ok(value.filter(|value| !value.is_undefined()))
}

pub(super) async fn values(
    store: &ObjectStore,
    query: Option<Query>,
) -> Result<Vec<JsValue>, StoreError> {
    Ok(store.get_all(query, None)?.await?)
}

pub(super) fn put<'store, T: Serialize>(
    store: &'store ObjectStore,
    key: &'store JsValue,
    value: &T,
) -> impl Future<Output = Result<(), StoreError>> + use<'store, T> {
    put_written(store, key, to_js(value))
}

pub(super) async fn put_written(
    store: &ObjectStore,
    key: &JsValue,
    written: Result<JsValue, StoreError>,
) -> Result<(), StoreError> {
    store.put(&written?, Some(key))?.await?;
    Ok(())
}
