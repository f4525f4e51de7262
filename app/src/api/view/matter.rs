//! What waits for somebody beside notices and findings, one line each.

use domain::id::BodyId;
use domain::instant::{Day, Instant};
use domain::response_level::ResponseLevel;
use form::Texts;
use serde::{Deserialize, Serialize};

use super::Named;

/// One thing that waits for the viewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    pub kind: MatterKind,
    /// What it is about; empty where the kind says all.
    pub title: Texts,
    /// The body in whose name it is done, or that it is owed to.
    pub body: Option<Named<BodyId>>,
    pub due: Option<Due>,
    /// Due before now.
    pub late: bool,
    /// The page it is done on.
    pub address: String,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MatterKind {
    AcknowledgeRequirement,
    /// Acknowledged, and to be done by a day that is not over.
    CarryOutRequirement,
    /// Its day is over, and nothing that looks into it is linked to it.
    LookIntoRequirement,
    /// So many bodies have not acknowledged a notice in time.
    RemindOfNotice {
        bodies: u64,
    },
    /// So many institutions that the viewer's department answers for have not acknowledged a notice, which does not address the department.
    AwaitReceipts {
        bodies: u64,
    },
    HandInMaterials,
    /// So many bodies are late to hand them in.
    ChaseMaterials {
        bodies: u64,
    },
    ReviewMaterials,
    ApproveArrangement,
    IssueArrangement,
    CommitToDraw,
    RevealForDraw,
    /// Somebody did not commit or reveal in time: the draw goes on without them once that is recorded.
    RecordWithheld,
    /// Drawn visits have no assignment yet.
    AssignDrawn,
    /// Every visit of a sealed draw is over, and its result still held back.
    DiscloseDraw,
    ProvideSupport,
    /// It was given, says the regulator.
    ConfirmSupport,
    /// So many visits have no file of the regulator yet.
    AssessRegulators {
        visits: u64,
    },
    /// Written by somebody else.
    SignRegulatorFile,
    /// So many closed findings are to be looked at again.
    LookBack {
        findings: u64,
    },
    /// The body is called to inspect itself, and nobody is assigned to it yet.
    SelfInspection,
    /// A level in force runs out, and nothing is decided on what follows.
    LevelEnds {
        level: ResponseLevel,
    },
    /// So many people lose a role.
    GrantsEnd {
        people: u64,
    },
    /// Somebody of the team declared an interest in the body after the visit was assigned.
    ReplaceRecused,
    /// Assigned to a team that the viewer is of, released, and not handed in yet.
    Visit {
        /// Of the viewer's own institution, which inspects itself.
        by_own: bool,
    },
}

/// Until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Due {
    At(Instant),
    /// To the end of the day.
    On(Day),
}
