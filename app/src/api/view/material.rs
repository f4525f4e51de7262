//! Materials called in, as pages see them.

use domain::attachment::Attachment;
use domain::id::{BodyId, MaterialId, PersonId};
use domain::instant::Instant;
use domain::material::{MaterialRequest, MaterialStage};
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{LinkedBody, LinkedNotice, Named, WithdrawalView};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialRow {
    pub id: MaterialId,
    pub title: Texts,
    pub authority: Named<BodyId>,
    pub requested_at: Instant,
    /// The last of the deadlines that still count.
    pub due: Instant,
    pub bodies: u32,
    pub accepted: u32,
    /// Handed in and waiting for the authority.
    pub to_review: u32,
    /// Not handed in, past the deadline.
    pub overdue: u32,
    pub withdrawn: bool,
}

/// How far a request is, as its list is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialState {
    /// A body is late.
    Overdue,
    /// Something was handed in and waits for the authority.
    ToReview,
    /// Not all of it is accepted.
    Open,
    Accepted,
    Withdrawn,
}

impl MaterialState {
    pub const ALL: [MaterialState; 5] = [
        MaterialState::Overdue,
        MaterialState::ToReview,
        MaterialState::Open,
        MaterialState::Accepted,
        MaterialState::Withdrawn,
    ];

    /// As addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            MaterialState::Overdue => "overdue",
            MaterialState::ToReview => "toReview",
            MaterialState::Open => "open",
            MaterialState::Accepted => "accepted",
            MaterialState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<MaterialState> {
        MaterialState::ALL
            .into_iter()
            .find(|state| state.code() == code)
    }

    /// Whether a request is as far as that.
    pub const fn holds_of(self, row: &MaterialRow) -> bool {
        match self {
            MaterialState::Overdue => row.overdue > 0,
            MaterialState::ToReview => row.to_review > 0,
            MaterialState::Open => !row.withdrawn && row.accepted < row.bodies,
            MaterialState::Accepted => !row.withdrawn && row.accepted == row.bodies,
            MaterialState::Withdrawn => row.withdrawn,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialView {
    pub id: MaterialId,
    /// How many events its stream had when it was read.
    pub version: u64,
    pub request: MaterialRequest,
    pub authority: LinkedBody,
    pub notice: Option<LinkedNotice>,
    /// The talk's title.
    pub talk: Option<Texts>,
    pub requested_by: Option<Named<PersonId>>,
    pub requested_at: Instant,
    /// Of the bodies whose matters the viewer may see.
    pub standings: Vec<StandingView>,
    pub withdrawn: Option<WithdrawalView>,
    /// Whether the viewer receives and reviews here, gives more time, and withdraws it.
    pub may_review: bool,
}

/// How it stands with one body, where the bodies of a request are a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandedInRow {
    pub material: MaterialId,
    pub body: Named<BodyId>,
    pub stage: MaterialStage,
    pub due: Instant,
    pub overdue: bool,
    pub submitted: Option<Instant>,
    pub reviewed: Option<Instant>,
    /// How often it was returned.
    pub returns: u32,
    /// Whether the viewer receives and reviews here.
    pub may_review: bool,
}

impl HandedInRow {
    /// What the list is filtered by, beside the stages, for bodies that are late.
    pub const OVERDUE: &str = "overdue";
}

/// How it stands with one body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandingView {
    pub body: LinkedBody,
    pub stage: MaterialStage,
    pub due: Instant,
    pub overdue: bool,
    /// The files of each item, in the order of the items.
    pub files: Vec<Vec<Attachment>>,
    pub note: String,
    pub submitted: Option<(Named<PersonId>, Instant)>,
    pub received: Option<(Named<PersonId>, Instant)>,
    pub reviewed: Option<(Named<PersonId>, Instant)>,
    pub opinion: String,
    pub returns: u32,
    pub may_submit: bool,
}
