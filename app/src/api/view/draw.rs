//! Draws, as their public page and the office show them.

use domain::body::BodyKind;
use domain::draw::plan::{Focus, Pairing, Quota, Strata, Stratum};
use domain::draw::{Phase, RoundEnd};
use domain::id::{BodyId, CampaignId, DrawId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{AssignmentState, Named, Page};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawRow {
    pub id: DrawId,
    pub name: Texts,
    pub authority: Named<BodyId>,
    pub published_at: Instant,
    pub phase: Phase,
    /// The result is held back.
    pub sealed: bool,
    pub round: u32,
    /// What the draw waits for is the viewer's to do.
    pub waits_for_viewer: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawView {
    pub id: DrawId,
    /// How many events its stream had when it was read.
    pub version: u64,
    pub name: Texts,
    pub authority: Named<BodyId>,
    /// For who organises the draw or sees campaigns: others do not learn of visits to come.
    pub campaign: Option<Named<CampaignId>>,
    pub published_at: Instant,
    pub rules_hash: String,
    pub phase: Phase,
    /// The result is held back from everyone but the organisers.
    pub sealed: bool,
    pub abandoned: Option<String>,
    pub rules: DrawRules,
    pub strata: Vec<StratumRow>,
    pub exclusions: Vec<(Named<BodyId>, String)>,
    /// Groups as they were formed, with their people; empty where chance forms the teams.
    pub groups: Vec<DrawTeam>,
    pub inspectors: u32,
    /// Pairs that must not come out.
    pub recusals: u32,
    pub roster: Page<RosterRow>,
    /// The last is the one that counts.
    pub rounds: Vec<RoundView>,
    /// What the viewer may do now.
    pub acts: DrawActs,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawRules {
    pub kinds: Vec<BodyKind>,
    pub districts: Vec<DistrictCode>,
    pub strata: Strata,
    pub quota: Quota,
    pub reserves: u32,
    pub focus: Option<Focus>,
    pub pairing: Pairing,
    pub visits_per_team: u32,
    pub teams: u32,
    /// Institutions that have a weight of their own, as the roster shows it.
    pub weighted: u32,
    pub fallback: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StratumRow {
    pub stratum: Stratum,
    pub eligible: u32,
    pub quota: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RosterRow {
    pub id: BodyId,
    pub name: Texts,
    pub kind: BodyKind,
    pub district: Option<DistrictCode>,
    pub weight: u32,
    pub excluded: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawTeam {
    /// The group's name; None where chance formed the team.
    pub name: Option<Texts>,
    /// The leader first.
    pub people: Vec<Texts>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoundView {
    pub parties: Vec<PartyView>,
    pub commit_by: Instant,
    pub reveal_by: Instant,
    pub drawn: Option<DrawnView>,
    pub end: Option<RoundEnd>,
    /// Of those said to have withheld, by name.
    pub missing: Vec<Texts>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartyView {
    pub person: PersonId,
    pub name: Texts,
    pub unit: Texts,
    pub commitment: Option<(String, Instant)>,
    pub revealed: Option<Instant>,
    /// None while it is held back.
    pub seed: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnView {
    pub at: Instant,
    pub result_hash: String,
    /// None while it is held back.
    pub result: Option<ResultView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultView {
    pub seed: String,
    pub teams: Vec<DrawTeam>,
    pub visits: Vec<VisitRow>,
    pub reserves: Vec<ReserveRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitRow {
    pub institution: Named<BodyId>,
    pub district: Option<DistrictCode>,
    pub kind: BodyKind,
    /// The team's place among the teams.
    pub team: u32,
    /// What was drawn, where a reserve stands in for it, and why.
    pub instead_of: Option<(Texts, String)>,
    /// For organisers: what became of it. None until an assignment is made.
    pub assignment: Option<AssignmentState>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReserveRow {
    pub stratum: Stratum,
    pub institution: Named<BodyId>,
    pub called: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is an act")]
pub struct DrawActs {
    pub organise: bool,
    pub commit: bool,
    pub reveal: bool,
    /// The time of what is missing has passed.
    pub withhold: bool,
    /// Visits have no assignment yet.
    pub assign: bool,
    /// Every visit is released or cancelled, and the result still held back.
    pub disclose: bool,
}
