//! Look-ups by key.

use crate::expression::Path;

/// A path whose first predicate an index answers.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The path as written.
    pub path: Path,
}
