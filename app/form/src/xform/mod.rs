//! `XForm` XML: forms in, submissions out and in.
//!
//! | File | Subject |
//! |---|---|
//! | `read` | a form's XML to a [`crate::source::Source`] |
//! | `body`, `text`, `bind` | its parts |
//! | `secondary` | instances from files: CSV, GeoJSON, XML |
//! | `submission` | an instance as XML |

pub(crate) mod bind;
pub(crate) mod body;
pub(crate) mod read;
pub(crate) mod secondary;
pub(crate) mod submission;
pub(crate) mod text;
