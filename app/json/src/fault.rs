//! Why a text is not what was asked for.

use std::fmt;

/// Says what is wrong, and at which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The fields on the way there, outermost first.
    path: Vec<String>,
    what: String,
}

impl Fault {
    pub fn new(what: impl Into<String>) -> Fault {
        Fault {
            path: Vec::new(),
            what: what.into(),
        }
    }

    pub(crate) fn expected(what: &str) -> Fault {
        Fault::new(["expected ", what].concat())
    }

    pub fn unknown_variant(name: &str) -> Fault {
        Fault::new(["unknown variant `", name, "`"].concat())
    }

    /// The same fault, inside `field`.
    pub(crate) fn inside(mut self, field: &str) -> Fault {
        self.path.insert(0, field.to_owned());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.what)?;
        if !self.path.is_empty() {
            to.write_str(" at ")?;
            to.write_str(&self.path.join("."))?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
