//! What a draw is published with: its rules, and the roster that follows from them and from who there is on that day.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::body::BodyKind;
use crate::id::{BodyId, CampaignId, GroupId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::DistrictCode;

/// The rules of a draw, as its organiser states them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawPlan {
    /// The campaign it draws for.
    pub campaign: CampaignId,
    pub name: Texts,
    /// Institutions of these kinds are on the roster: all of them, so that none can be left out quietly.
    pub kinds: Vec<BodyKind>,
    /// In these districts; with none named, everywhere.
    #[serde(default)]
    pub districts: Vec<DistrictCode>,
    pub strata: Strata,
    /// How many of each stratum are drawn.
    pub quota: Quota,
    /// Strata with a quota of their own.
    #[serde(default)]
    pub quotas: Vec<StratumQuota>,
    /// How many of each stratum are drawn besides, in order, for when one that was drawn cannot be visited.
    #[serde(default)]
    pub reserves: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Focus>,
    /// Weights by risk; 1 where none is given.
    #[serde(default)]
    pub weights: BTreeMap<BodyId, u32>,
    /// On the roster, but not to be drawn, for a reason that is published with it.
    #[serde(default)]
    pub exclusions: Vec<Exclusion>,
    pub teams: TeamRule,
    pub pairing: Pairing,
    /// The most a team is given: institutions, or districts where whole districts are paired.
    pub visits_per_team: u32,
    /// Who commits to a seed and reveals it; their order is that of the seeds.
    pub parties: Vec<PersonId>,
    pub commit_by: Instant,
    pub reveal_by: Instant,
    /// What happens when a party does not reveal: stated before anybody knows a seed.
    pub fallback: String,
    /// The result stays with the organisers until its visits are released.
    pub sealed: bool,
}

/// What divides the roster into strata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Strata {
    pub by_district: bool,
    pub by_kind: bool,
}

/// Which stratum: None where the draw does not divide by that, and for institutions in no district.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stratum {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<DistrictCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<BodyKind>,
}

/// How many are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Quota {
    /// A share in ten-thousandths, above 0 and at most 10,000, rounded up: a stratum is never passed over.
    Ratio(u32),
    /// So many, at least 1.
    Fixed(u32),
}

/// The whole of a stratum, in the ten-thousandths of [`Quota::Ratio`].
pub const WHOLE: u32 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StratumQuota {
    pub stratum: Stratum,
    pub quota: Quota,
}

/// A district that is looked at harder. Where the draw divides by district its quotas are multiplied (up to all there are), elsewhere
/// the weights of its institutions are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Focus {
    pub district: DistrictCode,
    /// From 2 to [`FOCUS_LIMIT`].
    pub factor: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exclusion {
    pub institution: BodyId,
    pub reason: String,
}

/// Where the teams come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TeamRule {
    /// Groups of the campaign, as they were formed; chance gives them their visits.
    Groups(Vec<GroupId>),
    /// Chance forms the teams, too.
    #[serde(rename_all = "camelCase")]
    Drawn {
        inspectors: Vec<PersonId>,
        /// Those of them who may lead.
        leaders: Vec<PersonId>,
        teams: u32,
        /// People in each, its leader included.
        size: u32,
    },
}

/// What a team is given at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Pairing {
    Institutions,
    /// Whole districts: all that is drawn in one goes to one team.
    Districts,
}

/// Largest weight of an institution before the focus.
pub const WEIGHT_LIMIT: u32 = 1_000;
pub const FOCUS_LIMIT: u32 = 10;
/// What a focus may weigh more than other districts.
pub const FOCUS_FACTORS: RangeInclusive<u32> = 2..=FOCUS_LIMIT;
pub const INSTITUTION_LIMIT: usize = 20_000;
pub const INSPECTOR_LIMIT: usize = 2_000;
/// Visits of one draw.
pub const VISIT_LIMIT: usize = 2_000;
pub const RESERVE_LIMIT: u32 = 50;
pub const PARTY_LIMIT: usize = 9;
/// Recusals between one inspector and one institution, over the whole roster.
pub const RECUSAL_LIMIT: usize = 100_000;

/// Who and what can be drawn. Every list is in the order of its ids, each of them once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Roster {
    pub institutions: Vec<RosterInstitution>,
    pub inspectors: Vec<RosterInspector>,
    /// Empty where chance forms the teams.
    pub groups: Vec<RosterGroup>,
    pub recusals: Vec<Recusal>,
    /// Where the campaign inspects them too: the regulators of the institutions. None of a regulator's people comes out for what it
    /// answers for, so that the regulator's file is never its own people's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regulators: Vec<RosterRegulator>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RosterInstitution {
    pub id: BodyId,
    pub name: Texts,
    pub kind: BodyKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<DistrictCode>,
    /// By risk, and by the focus where that is a matter of weights.
    pub weight: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RosterInspector {
    pub id: PersonId,
    pub name: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<BodyId>,
    pub may_lead: bool,
}

/// A department that is inspected beside the institutions it answers for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RosterRegulator {
    pub id: BodyId,
    pub name: Texts,
    /// On the roster; in the order of their ids.
    pub institutions: Vec<BodyId>,
    /// The inspectors on the roster whose unit it is, or lies below it; in the order of their ids, and often none.
    pub members: Vec<PersonId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RosterGroup {
    pub id: GroupId,
    pub name: Texts,
    pub leader: PersonId,
    /// The leader first, the others in the order of their ids.
    pub members: Vec<PersonId>,
}

/// A pair that must not come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recusal {
    pub inspector: PersonId,
    pub institution: BodyId,
    pub reason: crate::recusal::RecusalReason,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawResult {
    pub teams: Vec<DrawnTeam>,
    /// By stratum, and in each as they were drawn.
    pub visits: Vec<DrawnVisit>,
    /// By stratum, and in each in the order they are called.
    pub reserves: Vec<Reserve>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawnTeam {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    pub leader: PersonId,
    /// The leader first.
    pub members: Vec<PersonId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawnVisit {
    pub institution: BodyId,
    /// The team's place among the teams, from 0.
    pub team: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reserve {
    pub stratum: Stratum,
    pub institution: BodyId,
}

impl DrawPlan {
    /// The stratum an institution lies in.
    pub fn stratum(&self, institution: &RosterInstitution) -> Stratum {
        Stratum {
            district: institution
                .district
                .clone()
                .filter(|_| self.strata.by_district),
            kind: Some(institution.kind).filter(|_| self.strata.by_kind),
        }
    }

    /// How many are drawn of a stratum in which `size` can be drawn; more than there are when the rules ask for that.
    pub fn quota_of(&self, stratum: &Stratum, size: usize) -> usize {
        let own = self.quotas.iter().find(|own| own.stratum == *stratum);
        let asked = match own.map_or(self.quota, |own| own.quota) {
            Quota::Ratio(share) => (size * share as usize).div_ceil(WHOLE as usize),
            Quota::Fixed(number) => number as usize,
        };
        match &self.focus {
            Some(focus) if stratum.district.as_ref() == Some(&focus.district) => {
                (asked * focus.factor as usize).min(size).max(asked)
            }
            _ => asked,
        }
    }
}
