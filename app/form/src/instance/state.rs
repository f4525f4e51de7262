//! What is known of each node.

use crate::form::DefId;

/// Yes-or-no facts of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u16);

impl Flags {
    /// Its own condition of relevance holds.
    pub const SELF_RELEVANT: Self = Self(1);
    /// And that of everything it is in.
    pub const RELEVANT: Self = Self(1 << 1);
    pub const SELF_READONLY: Self = Self(1 << 2);
    pub const READONLY: Self = Self(1 << 3);
    pub const REQUIRED: Self = Self(1 << 4);
    /// Its constraint does not hold.
    pub const UNFIT: Self = Self(1 << 5);
    /// Its violation as last told: required and blank.
    pub const SHOWN_REQUIRED: Self = Self(1 << 6);
    /// Or outside its constraint.
    pub const SHOWN_UNFIT: Self = Self(1 << 7);
    /// Its answer calls for a finding.
    pub const FINDING: Self = Self(1 << 8);
    /// It is the anchor of a repeat.
    pub const ANCHOR: Self = Self(1 << 9);
    /// An opened submission did not hold it.
    pub const ABSENT: Self = Self(1 << 10);

    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets or clears; tells whether that changed anything.
    pub fn set(&mut self, other: Self, on: bool) -> bool {
        let before = self.0;
        if on {
            self.0 |= other.0;
        } else {
            self.0 &= !other.0;
        }
        self.0 != before
    }
}

/// What changed of a node since an edit began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Aspect {
    Value = 1,
    Relevant = 1 << 1,
    Required = 1 << 2,
    Readonly = 1 << 3,
    Validity = 1 << 4,
    Finding = 1 << 5,
    Label = 1 << 6,
    Choices = 1 << 7,
    Instances = 1 << 8,
}

impl Aspect {
    /// Whether it is a yes or no, noted each time it turns: after two turns nothing has changed.
    pub fn turns(self) -> bool {
        matches!(
            self,
            Self::Relevant | Self::Required | Self::Readonly | Self::Finding
        )
    }
}

/// Beside the aspects in [`State::changed`]: the node is among those something changed of.
pub(super) const LISTED: u16 = 1 << 15;
/// Its violation when the edit began, where that changed since.
pub(super) const WAS_REQUIRED: u16 = 1 << 14;
pub(super) const WAS_UNFIT: u16 = 1 << 13;

#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub def: DefId,
    /// The block instance it is part of.
    pub block: u32,
    pub flags: Flags,
    /// Results waiting to be computed anew, by [`crate::computation::Result::bit`].
    pub pending: u16,
    /// Aspects changed, by [`Aspect`], and what is to know about them.
    pub changed: u16,
    /// Its value as a number, if it is one; NaN otherwise.
    pub number: f64,
}
