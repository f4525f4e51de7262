//! A call to self-inspection, as the institutions that it calls see it.

use domain::campaign::ChecklistUse;
use domain::id::{BodyId, CampaignId, PersonId};
use domain::instant::Day;
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{AssignmentRow, Named};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfInspectionView {
    pub campaign: CampaignId,
    pub name: Texts,
    pub authority: Named<BodyId>,
    pub from: Day,
    pub to: Day,
    /// The campaign's own first.
    pub checklists: Vec<(ChecklistUse, Texts)>,
    /// The viewer's, of those that are called.
    pub bodies: Vec<SelfInspecting>,
}

/// A body that is to inspect itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfInspecting {
    pub body: Named<BodyId>,
    /// Its own people who may be assigned.
    pub people: Vec<Named<PersonId>>,
    /// What was assigned to them, the latest first.
    pub assigned: Vec<AssignmentRow>,
}
