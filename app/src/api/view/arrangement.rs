//! Arrangements, as pages see them.

use std::collections::BTreeMap;

use domain::arrangement::{ArrangementContent, ArrangementStage};
use domain::campaign::CampaignKind;
use domain::id::{ArrangementId, BodyId, CampaignId, PersonId};
use domain::instant::{Day, Instant};
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{HistoryEntry, Named};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArrangementRow {
    pub id: ArrangementId,
    pub number: String,
    pub title: Texts,
    pub kind: CampaignKind,
    pub authority: Named<BodyId>,
    pub from: Day,
    pub to: Day,
    pub stage: ArrangementStage,
    /// How many versions were in force.
    pub versions: u32,
    /// An amendment is under way.
    pub amending: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArrangementView {
    pub id: ArrangementId,
    pub stage: ArrangementStage,
    pub withdrawn: Option<String>,
    /// Oldest first; the last is in force.
    pub versions: Vec<VersionView>,
    pub pending: Option<PendingView>,
    /// Names of every body and checklist that a version names.
    pub bodies: BTreeMap<BodyId, Texts>,
    /// Titles of checklists by `id/version`.
    pub checklists: BTreeMap<String, Texts>,
    /// Campaigns that carry it out.
    pub campaigns: Vec<Named<CampaignId>>,
    pub history: Vec<HistoryEntry>,
    /// Whether the viewer organises for its authority.
    pub organises: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionView {
    pub content: ArrangementContent,
    pub drafted_by: Texts,
    pub approved_by: Texts,
    pub issued_at: Instant,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PendingView {
    pub content: ArrangementContent,
    pub drafted_by: Named<PersonId>,
    pub reason: Option<String>,
    pub approved_by: Option<Texts>,
    pub returned: Option<String>,
}
