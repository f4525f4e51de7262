//! Paths resolved against the form: which nodes of an instance they stand for, found without walking the tree.

use crate::form::{BlockId, DefId};

/// A path of plain steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reference {
    pub target: DefId,
    /// Where the target is: its block, and its place in it. Kept here since evaluation would otherwise visit the definition for nothing else.
    pub block: BlockId,
    pub offset: u32,
    /// The block whose instance the path starts down from: the one the context node is part of, or one around it.
    pub anchor: BlockId,
    /// An absolute path: repeats that the context node is inside of too are taken to be the same instance (ODK `XForms`
    /// deviates from `XPath` here: "absolute path references to single nodes inside repeats" are relative to the instance they
    /// are used in).
    pub absolute: bool,
    /// The path names a repeat itself, that is all its instances, even from inside of one.
    pub all_instances: bool,
}
