//! The types of the language that are read from JSON.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{Fault, FromJson, Json, decimal};

impl FromJson for String {
    fn from_json(json: Json<'_>) -> Result<String, Fault> {
        json.text().map(std::borrow::Cow::into_owned)
    }
}

impl FromJson for bool {
    fn from_json(json: Json<'_>) -> Result<bool, Fault> {
        match json.written() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Fault::expected("true or false")),
        }
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl FromJson for $number {
            fn from_json(json: Json<'_>) -> Result<$number, Fault> {
                json.number()
            }
        }
    )*};
}

numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64);

impl FromJson for f64 {
    fn from_json(json: Json<'_>) -> Result<f64, Fault> {
        // One too large for the type is none.
        decimal(json.written())
            .filter(|number| number.is_finite())
            .ok_or_else(|| Fault::expected("a number"))
    }
}

impl FromJson for Uuid {
    fn from_json(json: Json<'_>) -> Result<Uuid, Fault> {
        Uuid::parse_str(&json.text()?).map_err(|_| Fault::expected("a UUID"))
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: Json<'_>) -> Result<Box<T>, Fault> {
        T::from_json(json).map(Box::new)
    }

    fn from_json_beside(json: Json<'_>, tag: &str) -> Result<Box<T>, Fault> {
        T::from_json_beside(json, tag).map(Box::new)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json<'_>) -> Result<Option<T>, Fault> {
        if json.is_null() {
            Ok(None)
        } else {
            T::from_json(json).map(Some)
        }
    }

    fn missing() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>) -> Result<Vec<T>, Fault> {
        json.list()?.into_iter().map(T::from_json).collect()
    }
}

impl<T: FromJson + Ord> FromJson for BTreeSet<T> {
    fn from_json(json: Json<'_>) -> Result<BTreeSet<T>, Fault> {
        json.list()?.into_iter().map(T::from_json).collect()
    }
}

impl<K: FromJson + Ord, V: FromJson> FromJson for BTreeMap<K, V> {
    fn from_json(json: Json<'_>) -> Result<BTreeMap<K, V>, Fault> {
        let fields = json.object()?.into_iter();
        fields
            .map(|(name, value)| Ok((K::from_json(name)?, V::from_json(value)?)))
            .collect()
    }
}

impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn from_json(json: Json<'_>) -> Result<(A, B), Fault> {
        match json.list()?[..] {
            [first, second] => Ok((A::from_json(first)?, B::from_json(second)?)),
            _ => Err(Fault::expected("a list of two")),
        }
    }
}
