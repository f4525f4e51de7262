//! Talks and what came of them, as pages see them.

use domain::attachment::Attachment;
use domain::id::{BodyId, CampaignId, NoticeId, PersonId, TalkId};
use domain::instant::Instant;
use domain::talk::{Consequence, Requirement, TalkPlan};
use form::Texts;
use serde::{Deserialize, Serialize};

use crate::list::Asked;

use super::{FindingRow, LinkedBody, MaterialRow, Named, TalkMoved, WithdrawalView};

/// A notice that a page names and leads to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkedNotice {
    pub id: NoticeId,
    pub number: String,
    pub title: Texts,
    pub withdrawn: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TalkRow {
    pub id: TalkId,
    pub title: Texts,
    pub at: Instant,
    pub notice: Option<LinkedNotice>,
    pub convener: Option<Named<BodyId>>,
    pub attendees: u32,
    pub requirements: u32,
    /// Acknowledgements still waited for, over all requirements and bodies.
    pub awaited: u32,
    pub cancelled: bool,
    /// It is ahead, and the viewer holds it.
    pub may_cancel: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TalkView {
    pub id: TalkId,
    /// How many events its stream had when it was read.
    pub version: u64,
    pub plan: TalkPlan,
    pub notice: Option<LinkedNotice>,
    pub conveners: Vec<LinkedBody>,
    pub present: Vec<LinkedBody>,
    pub attendees: Vec<LinkedBody>,
    pub convened_by: Option<Named<PersonId>>,
    pub reports: Vec<ReportView>,
    /// Attending bodies that have not reported yet.
    pub unheard: Vec<LinkedBody>,
    pub requirements: Vec<RequirementView>,
    pub materials: Vec<MaterialRow>,
    pub cancelled: Option<WithdrawalView>,
    /// How it was moved last.
    pub moved: Option<TalkMoved>,
    /// Nothing was said in it yet: it is moved and called off by who holds it.
    pub may_change: bool,
    /// Whether the viewer hears, demands and links here.
    pub may_hold: bool,
    pub has_begun: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportView {
    pub body: LinkedBody,
    pub account: String,
    pub attachments: Vec<Attachment>,
    pub recorded_by: Named<PersonId>,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequirementView {
    pub number: u32,
    pub requirement: Requirement,
    pub set_at: Instant,
    pub withdrawn: Option<WithdrawalView>,
    pub bodies: Vec<RequirementBody>,
    pub consequences: Vec<ConsequenceView>,
    /// Findings that came of it, by whether they are closed.
    pub found: u32,
    pub closed: u32,
}

/// One body a requirement is put to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequirementBody {
    pub body: LinkedBody,
    pub acknowledged: Option<(Named<PersonId>, Instant)>,
    /// It was given another day since.
    pub outdated: bool,
    pub may_acknowledge: bool,
}

/// What a requirement was linked to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsequenceView {
    /// None where it is hidden.
    pub to: Option<Consequence>,
    pub shown: ConsequenceShown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ConsequenceShown {
    Campaign {
        id: CampaignId,
        name: Texts,
    },
    Item {
        title: Texts,
    },
    Finding(Box<FindingRow>),
    /// There, but outside the viewer's scope.
    Hidden,
}

/// What a requirement can be linked to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkChoices {
    pub campaigns: Vec<Named<CampaignId>>,
    pub items: Vec<ItemChoice>,
    /// Findings that no requirement leads to yet, newest first.
    pub findings: Vec<FindingRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemChoice {
    pub to: Consequence,
    pub code: String,
    pub title: Texts,
}

/// A requirement that something can be linked to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequirementChoice {
    pub talk: TalkId,
    pub number: u32,
    pub title: Texts,
    pub text: Texts,
}

/// Directive → talk → body → check → finding → closure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TraceView {
    pub directives: Vec<TraceDirective>,
    /// What lacks a link to what comes before it or after it.
    pub orphans: Vec<OrphanGroup>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceDirective {
    /// None gathers the talks that press no notice.
    pub notice: Option<LinkedNotice>,
    pub receipts: u32,
    pub addressees: u32,
    pub talks: Vec<TraceTalk>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceTalk {
    pub id: TalkId,
    pub title: Texts,
    pub at: Instant,
    pub cancelled: bool,
    pub requirements: Vec<TraceRequirement>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceRequirement {
    pub number: u32,
    pub text: Texts,
    /// Nothing is missing of one that was withdrawn.
    pub withdrawn: bool,
    /// Each body with whether it acknowledged.
    pub bodies: Vec<(LinkedBody, bool)>,
    pub campaigns: Vec<Named<CampaignId>>,
    /// Codes of items of checklists.
    pub items: Vec<String>,
    pub inspections: u32,
    pub found: u32,
    pub closed: u32,
}

/// A place where the chain can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OrphanStep {
    DirectiveWithoutTalk,
    TalkWithoutDirective,
    TalkWithoutRequirement,
    BodyNotHeard,
    BodyWithoutRequirement,
    RequirementNotAcknowledged,
    RequirementWithoutCheck,
    CheckWithoutRequirement,
    CheckWithoutInspection,
    FindingWithoutRequirement,
}

impl OrphanStep {
    pub const ALL: [OrphanStep; 10] = [
        OrphanStep::DirectiveWithoutTalk,
        OrphanStep::TalkWithoutDirective,
        OrphanStep::TalkWithoutRequirement,
        OrphanStep::BodyNotHeard,
        OrphanStep::BodyWithoutRequirement,
        OrphanStep::RequirementNotAcknowledged,
        OrphanStep::RequirementWithoutCheck,
        OrphanStep::CheckWithoutRequirement,
        OrphanStep::CheckWithoutInspection,
        OrphanStep::FindingWithoutRequirement,
    ];

    /// As addresses have it.
    pub const fn code(self) -> &'static str {
        match self {
            OrphanStep::DirectiveWithoutTalk => "directiveWithoutTalk",
            OrphanStep::TalkWithoutDirective => "talkWithoutDirective",
            OrphanStep::TalkWithoutRequirement => "talkWithoutRequirement",
            OrphanStep::BodyNotHeard => "bodyNotHeard",
            OrphanStep::BodyWithoutRequirement => "bodyWithoutRequirement",
            OrphanStep::RequirementNotAcknowledged => "requirementNotAcknowledged",
            OrphanStep::RequirementWithoutCheck => "requirementWithoutCheck",
            OrphanStep::CheckWithoutRequirement => "checkWithoutRequirement",
            OrphanStep::CheckWithoutInspection => "checkWithoutInspection",
            OrphanStep::FindingWithoutRequirement => "findingWithoutRequirement",
        }
    }

    /// The address of the list of all its orphans: findings have their own list, the others share one.
    pub fn list(self) -> (&'static str, Asked) {
        match self {
            OrphanStep::FindingWithoutRequirement => (
                "/findings",
                Asked::of([("requirement", RequirementFilter::None.code())]),
            ),
            _ => (
                "/talks/trace/orphans",
                Asked::of([("step", self.code().to_owned())]),
            ),
        }
    }
}

/// The filter of findings and inspections by the requirement they come of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementFilter {
    /// That none leads to.
    None,
    Of {
        talk: TalkId,
        number: u32,
    },
}

impl RequirementFilter {
    /// As addresses have it.
    pub fn code(self) -> String {
        match self {
            RequirementFilter::None => "none".to_owned(),
            RequirementFilter::Of { talk, number } => format!("{talk}/{number}"),
        }
    }

    pub fn from_code(code: &str) -> Option<RequirementFilter> {
        if code == "none" {
            return Some(RequirementFilter::None);
        }
        let (talk, number) = code.split_once('/')?;
        Some(RequirementFilter::Of {
            talk: talk.parse().ok()?,
            number: number.parse().ok()?,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrphanGroup {
    pub step: OrphanStep,
    /// All there are; the first of them are shown.
    pub total: u64,
    pub shown: Vec<Orphan>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Orphan {
    pub step: OrphanStep,
    /// From 0, in the order of the chain.
    pub index: u32,
    pub title: Texts,
    /// Where it is put right.
    pub address: String,
}
