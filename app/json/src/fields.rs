//! The fields of an object.

use std::borrow::Cow;

use crate::{Fault, FromJson, Json};

/// The fields of one object, to be asked for by name.
pub struct Fields<'text>(Vec<(Cow<'text, str>, Json<'text>)>);

impl<'text> Fields<'text> {
    /// Those of `json`. Where it is said which are `known`, there may be no other but `tag`, and none twice; else of fields of one
    /// name the last is meant, and looking for others would cost the square of their number.
    ///
    /// # Errors
    /// What is no object, or has a field it may not have.
    pub fn of(
        json: Json<'text>,
        known: Option<&[&str]>,
        tag: Option<&str>,
    ) -> Result<Fields<'text>, Fault> {
        let mut fields: Vec<(Cow<'text, str>, Json<'text>)> = Vec::new();
        for (name, value) in json.object()? {
            let name = name.text()?;
            if let Some(known) = known {
                if !known.contains(&&*name) && tag.is_none_or(|tag| name != tag) {
                    return Err(Fault::new(["unknown field `", &*name, "`"].concat()));
                }
                if fields.iter().any(|(other, _)| *other == name) {
                    return Err(Fault::new(["field `", &*name, "` twice"].concat()));
                }
            }
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }

    pub fn value(&self, name: &str) -> Option<Json<'text>> {
        let field = self.0.iter().rfind(|(other, _)| other == name);
        field.map(|(_, value)| *value)
    }

    /// A field, if it is there.
    pub fn find<T: FromJson>(&self, name: &str) -> Result<Option<T>, Fault> {
        match self.value(name) {
            Some(value) => T::from_json(value)
                .map(Some)
                .map_err(|fault| fault.inside(name)),
            None => Ok(None),
        }
    }

    /// A field that has to be there, unless its type says what it is otherwise.
    pub fn take<T: FromJson>(&self, name: &str) -> Result<T, Fault> {
        self.find(name)?
            .or_else(T::missing)
            .ok_or_else(|| missing(name))
    }

    pub fn take_or_default<T: FromJson + Default>(&self, name: &str) -> Result<T, Fault> {
        self.find(name).map(Option::unwrap_or_default)
    }

    /// A field that a function reads.
    pub fn take_with<T>(
        &self,
        name: &str,
        read: fn(Json<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let value = self.value(name).ok_or_else(|| missing(name))?;
        read(value).map_err(|fault| fault.inside(name))
    }
}

fn missing(name: &str) -> Fault {
    Fault::new(["missing field `", name, "`"].concat())
}
