//! Reads JSON into types, with little code for each type.
//!
//! Serde compiles a reader of its own for every type and every format it is read from: quick, and a fifth of the bundle that a tablet
//! fetches over a phone's network. Here a type asks for its fields by name, of text that was looked through once. What is read and
//! what is refused is what serde would, as far as the texts it writes go; the tests of the types hold both against each other.
//!
//! ```
//! use json::FromJson;
//!
//! #[derive(Debug, PartialEq, FromJson)]
//! #[serde(rename_all = "camelCase")]
//! struct Visit {
//!     visit_on: String,
//!     #[serde(default)]
//!     rooms: Vec<u32>,
//! }
//!
//! let visit: Visit = json::read(r#"{"visitOn": "2022-03-14", "rooms": [1, 2]}"#)?;
//! assert_eq!(visit, Visit { visit_on: "2022-03-14".into(), rooms: vec![1, 2] });
//! # Ok::<(), json::Fault>(())
//! ```
//!
//! - [`read`]: a text; [`FromJson`]: a type that can be read, usually by deriving it
//! - [`Json`]: a value as it is written; [`Fields`]: those of an object
//! - [`decimal`]: a number as JSON and forms write it
//! - [`Fault`]: why a text is not what was asked for, and where

mod decimal;
mod fault;
mod fields;
mod syntax;
mod types;
mod value;

pub use decimal::decimal;
pub use fault::Fault;
pub use fields::Fields;
pub use json_derive::FromJson;
pub use value::Json;

/// A type that can be read from JSON.
pub trait FromJson: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// What the type cannot be read from, and in which field; the place in a list is not told.
    fn from_json(json: Json<'_>) -> Result<Self, Fault>;

    /// The same of an object that also says which of several types it is, in the field `tag`.
    ///
    /// # Errors
    /// As [`FromJson::from_json`].
    fn from_json_beside(json: Json<'_>, tag: &str) -> Result<Self, Fault> {
        let _ = tag;
        Self::from_json(json)
    }

    /// What a field of this type is when it is not there, if that is no fault.
    fn missing() -> Option<Self> {
        None
    }
}

/// Reads a whole text.
///
/// # Errors
/// What is no JSON, with the byte where it ceases to be, or not this type.
pub fn read<T: FromJson>(text: &str) -> Result<T, Fault> {
    T::from_json(Json::of(text)?)
}
