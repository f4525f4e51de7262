//! Response levels, guides, and what applies to a body.

use domain::body::BodyKind;
use domain::id::{ChecklistId, NoticeId, ResponseLevelId, RulePackId};
use domain::instant::Instant;
use domain::projection::rules::Standing;
use domain::response_level::{Extension, LevelEnd, LevelOrder};
use domain::rule_pack::{Edition, Obligation};
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{HistoryEntry, LinkedBody};

/// A notice that a decision rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    pub id: NoticeId,
    pub number: String,
    pub title: Texts,
    pub withdrawn: bool,
}

/// A guide by its present name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedGuide {
    pub id: RulePackId,
    pub name: Texts,
}

/// A decision on a level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelRow {
    pub id: ResponseLevelId,
    pub order: LevelOrder,
    pub notice: Basis,
    pub guides: Vec<NamedGuide>,
    /// The first instant at which it does not hold any more, as extended or ended.
    pub end: Option<Instant>,
    /// Whether it was ended before its term.
    pub ended: bool,
    pub extended: bool,
    /// The decision of its area that superseded it, and when.
    pub superseded: Option<(ResponseLevelId, Instant)>,
    /// The decision of the whole jurisdiction that governs instead of it now.
    pub outranked: Option<ResponseLevelId>,
    /// As the server's clock has it.
    pub state: LevelState,
    /// How many events its stream had when it was read.
    pub version: u64,
    /// Whether the viewer ends it, and extends what was not superseded: it was not ended, in an area for which they decide.
    pub may_change: bool,
}

impl LevelRow {
    /// What a list is filtered by for decisions about the whole jurisdiction; those about a district go by its code.
    pub const CITY: &str = "jurisdiction";
}

/// How a decision on a level stands at a moment, as its list is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LevelState {
    InForce,
    /// In its term, but a decision for the whole jurisdiction governs.
    Outranked,
    Waiting,
    Superseded,
    Over,
}

impl LevelState {
    /// At `now`, of one that is in force from an instant to an end, superseded or outranked.
    pub fn of(
        (from, end): (Instant, Option<Instant>),
        superseded: Option<(ResponseLevelId, Instant)>,
        outranked: Option<ResponseLevelId>,
        now: Instant,
    ) -> LevelState {
        // One that was annulled before it took effect is over at once.
        if end.is_some_and(|end| end <= now || end <= from) {
            LevelState::Over
        } else if superseded.is_some() {
            LevelState::Superseded
        } else if from > now {
            LevelState::Waiting
        } else if outranked.is_some() {
            LevelState::Outranked
        } else {
            LevelState::InForce
        }
    }

    pub const ALL: [LevelState; 5] = [
        LevelState::InForce,
        LevelState::Outranked,
        LevelState::Waiting,
        LevelState::Superseded,
        LevelState::Over,
    ];

    /// As addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            LevelState::InForce => "within",
            LevelState::Outranked => "outranked",
            LevelState::Waiting => "waiting",
            LevelState::Superseded => "superseded",
            LevelState::Over => "over",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelView {
    pub row: LevelRow,
    pub extensions: Vec<(Extension, Basis)>,
    pub ended: Option<(LevelEnd, Basis)>,
    pub history: Vec<HistoryEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuideRow {
    pub id: RulePackId,
    pub name: Texts,
    /// The edition to follow now; None before the first takes effect.
    pub edition: Option<Texts>,
    pub editions: u32,
    pub from: Option<Instant>,
    pub obligations: u32,
    pub adapted: bool,
}

impl GuideRow {
    pub const fn state(&self) -> GuideState {
        if self.edition.is_some() {
            GuideState::InForce
        } else {
            GuideState::Waiting
        }
    }
}

/// Whether a guide has an edition to follow now, as its list is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideState {
    InForce,
    /// Its first edition takes effect later.
    Waiting,
}

impl GuideState {
    pub const ALL: [GuideState; 2] = [GuideState::InForce, GuideState::Waiting];

    /// As addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            GuideState::InForce => "inForce",
            GuideState::Waiting => "waiting",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuideView {
    pub id: RulePackId,
    pub name: Texts,
    /// Newest first.
    pub editions: Vec<Edition>,
    /// The number of the one to follow now.
    pub current: Option<u32>,
    pub history: Vec<HistoryEntry>,
}

/// A decision about a body, and how it stands at the moment asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsideredRow {
    pub row: LevelRow,
    pub standing: Standing,
}

/// A guide that is followed, in the edition of the moment, with the obligations that apply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowedGuide {
    pub id: RulePackId,
    pub guide: Texts,
    pub edition: Texts,
    pub from: Instant,
    pub adapted: bool,
    pub obligations: Vec<Obligation>,
}

/// A check item that is active.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveItem {
    pub code: String,
    pub found: Option<FoundItem>,
}

/// Where a check item stands: the newest published checklist that has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundItem {
    pub title: Texts,
    pub checklist: ChecklistId,
    pub version: String,
}

/// Of which kind a body was, and in which district.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyThen {
    pub kind: BodyKind,
    pub district: Option<Texts>,
}

/// What applies to a body at a moment, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyRulesView {
    pub body: LinkedBody,
    pub at: Instant,
    pub registered_at: Instant,
    /// What the body was at the moment, which what applied rests on; None before it was registered: nothing applied to it then.
    pub then: Option<BodyThen>,
    pub governing: Option<LevelRow>,
    /// By their beginnings, the governing one included.
    pub considered: Vec<ConsideredRow>,
    pub followed: Vec<FollowedGuide>,
    pub items: Vec<ActiveItem>,
    /// When what applies changes.
    pub changes: Vec<Instant>,
}

/// What a file of obligations holds, or why it cannot be understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObligationsRead {
    pub obligations: Vec<Obligation>,
    /// The first rows that cannot be understood, as a spreadsheet counts, and what is wrong there. When there is one, there are no
    /// obligations.
    pub refused: Vec<(u32, String)>,
    #[serde(default)]
    pub refused_in_all: u32,
}
