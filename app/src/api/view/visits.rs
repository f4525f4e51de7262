//! What visits leave beside their inspections, as pages see it: the regulator's file, clearance, who met whom.

use domain::clearance::{ClearanceState, Cleared};
use domain::id::{BodyId, CampaignId, InspectionId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::regulator_file::{Assessment, Conduct};
use form::Texts;
use serde::{Deserialize, Serialize};

use super::Named;

/// The regulator's file beside an inspection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegulatorFileView {
    /// How much has happened to the file.
    pub version: u64,
    /// The regulator of the file, or the one proposed for it.
    pub regulator: Option<Named<BodyId>>,
    pub assessment: Option<Assessment>,
    pub assessed_by: Option<Named<PersonId>>,
    pub signed_by: Option<Named<PersonId>>,
    pub may_assess: bool,
    pub may_sign: bool,
    /// Why the viewer may not sign what is there to be signed.
    pub refusal: Option<String>,
}

/// Which paired files are counted: all, or those of a campaign, a district.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PairFilter {
    pub campaign: Option<CampaignId>,
    pub district: Option<DistrictCode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairsView {
    /// Campaigns with a completed visit in the viewer's scope.
    pub campaigns: Vec<Named<CampaignId>>,
    pub counts: Vec<PairCount>,
}

/// Completed visits of one district with one outcome on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairCount {
    pub district: Option<DistrictCode>,
    pub failed: bool,
    pub conduct: Conduct,
    pub visits: u64,
}

impl PairsView {
    /// Visits of the institutions that failed, or did not, whose regulators came out so; of all districts, or of one.
    pub fn visits(
        &self,
        district: Option<&Option<DistrictCode>>,
        failed: bool,
        conduct: Conduct,
    ) -> u64 {
        self.counts
            .iter()
            .filter(|count| district.is_none_or(|district| count.district == *district))
            .filter(|count| count.failed == failed && count.conduct == conduct)
            .map(|count| count.visits)
            .sum()
    }

    pub fn total(&self) -> u64 {
        self.counts.iter().map(|count| count.visits).sum()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairRow {
    pub inspection: InspectionId,
    pub target: Named<BodyId>,
    pub district: Option<DistrictCode>,
    pub campaign: Named<CampaignId>,
    pub submitted_at: Instant,
    /// Findings that stand.
    pub findings: u32,
    pub regulator: Option<Named<BodyId>>,
    pub conduct: Conduct,
    pub signed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClearanceRow {
    pub person: Named<PersonId>,
    pub unit: Option<Named<BodyId>>,
    pub latest: Option<Cleared>,
    pub state: ClearanceState,
    /// The body last visited, and when that visit ended.
    pub last_visit: Option<(Named<BodyId>, Instant)>,
}

/// What the tests of one of a team say of an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberClearance {
    pub person: Named<PersonId>,
    pub state: ClearanceState,
    /// When the sample of the latest test before that instant was taken.
    pub tested_at: Option<Instant>,
}

/// What the latest test says, by its name in an address.
pub const CLEARANCE_STATES: [(&str, ClearanceState); 4] = [
    ("valid", ClearanceState::Valid),
    ("expired", ClearanceState::Expired),
    ("positive", ClearanceState::Positive),
    ("neverTested", ClearanceState::NeverTested),
];

/// Who was exposed when, as it is typed: a person's or a body's whole name, and the wall clock of the jurisdiction, written
/// `2022-03-15T11:00`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExposureQuestion {
    pub name: String,
    pub at: String,
}

/// An exposure as it was understood, and how many visits it reaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExposureView {
    pub name: Texts,
    pub at: Instant,
    pub visits: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExposedVisit {
    pub inspection: InspectionId,
    pub target: Named<BodyId>,
    pub present: Vec<Named<PersonId>>,
    pub from: Instant,
    pub to: Instant,
    /// Who or what brought the exposure.
    pub through: Texts,
    pub since: Instant,
    /// Visits between the exposure and this one.
    pub steps: u32,
}
