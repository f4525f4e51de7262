//! Findings on their way to closure, as pages see them: support owed, look-backs.

use domain::finding::{Standing, SupportOwed};
use domain::id::{BodyId, LookBackId, PersonId};
use domain::instant::{Day, Instant};
use serde::{Deserialize, Serialize};

use super::{FindingRow, Named};

/// Support that a finding's regulator owes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupportView {
    /// Counted from 1.
    pub number: u32,
    pub owed: SupportOwed,
    pub by: Named<BodyId>,
    pub provided: Option<Day>,
    /// How its own deadline stands; of what was provided, on the day it was.
    pub standing: Standing,
    pub confirmed: bool,
    /// What the viewer may do now.
    pub may_provide: bool,
    pub may_confirm: bool,
}

/// Which support the ledger shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SupportState {
    /// Not provided yet.
    Owed,
    /// Not provided, and late.
    Late,
    Provided,
}

impl SupportState {
    pub const ALL: [SupportState; 3] = [
        SupportState::Owed,
        SupportState::Late,
        SupportState::Provided,
    ];

    /// As addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            SupportState::Owed => "owed",
            SupportState::Late => "late",
            SupportState::Provided => "provided",
        }
    }

    pub fn from_code(code: &str) -> Option<SupportState> {
        SupportState::ALL
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// Of all support in the viewer's scope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SupportTotals {
    pub owed: u64,
    pub late: u64,
    pub provided: u64,
    /// Of those provided, after the day.
    pub provided_late: u64,
    /// Deadlines of institutions that moved because support came late.
    pub moved: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupportRow {
    pub number: u32,
    pub finding: FindingRow,
    pub by: Named<BodyId>,
    pub what: String,
    pub due: Day,
    pub owed_at: Instant,
    pub provided: Option<Day>,
    /// Working days that the regulator was or is late.
    pub late: u32,
    pub confirmed: bool,
    /// Where the institution's deadline moved for it.
    pub moved_to: Option<Day>,
    /// Whether the finding's page is open to the viewer.
    pub finding_visible: bool,
}

impl SupportRow {
    pub const fn state(&self) -> SupportState {
        match (self.provided, self.late) {
            (Some(_), _) => SupportState::Provided,
            (None, 0) => SupportState::Owed,
            (None, _) => SupportState::Late,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookBackRow {
    pub id: LookBackId,
    pub drawn_at: Instant,
    pub drawn_by: Named<PersonId>,
    pub seed: String,
    /// Per cent.
    pub share: u32,
    /// Findings drawn from, and drawn.
    pub closed: u64,
    pub chosen: u64,
    pub in_order: u64,
    pub not_in_order: u64,
}

impl LookBackRow {
    /// The filter of a list of findings by the look-back that drew them.
    pub const DRAW: &'static str = "lookBack";
    /// How its list is filtered, as addresses write it: something is left to be looked at, or nothing is.
    pub const WAITING: &'static str = "waiting";
    pub const DONE: &'static str = "done";

    /// How many of those drawn wait to be looked at.
    pub const fn left(&self) -> u64 {
        self.chosen
            .saturating_sub(self.in_order.saturating_add(self.not_in_order))
    }
}

/// A finding that a look-back drew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookedBack {
    pub finding: FindingRow,
    /// None while it was not looked at again.
    pub in_order: Option<bool>,
    pub looked_at: Option<Instant>,
    pub looked_by: Option<Named<PersonId>>,
}

impl LookedBack {
    /// The list's filter by what came of it, and its values.
    pub const OUTCOME: &'static str = "outcome";
    pub const WAITING: &'static str = "waiting";
    pub const IN_ORDER: &'static str = "inOrder";
    pub const NOT_IN_ORDER: &'static str = "notInOrder";

    pub const fn outcome(&self) -> &'static str {
        match self.in_order {
            None => LookedBack::WAITING,
            Some(true) => LookedBack::IN_ORDER,
            Some(false) => LookedBack::NOT_IN_ORDER,
        }
    }
}
