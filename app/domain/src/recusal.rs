//! Recusal 回避: who may not inspect whom. The same rules hold for what chance pairs and for what an organiser assigns.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Text;
use crate::body::BodyKind;
use crate::campaign::{Campaign, CampaignKind, CampaignPlan};
use crate::id::{BodyId, PersonId};
use crate::instant::Instant;
use crate::permission::{Place, Role, covers};
use crate::projection::directory::Directory;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RecusalReason {
    /// The person's unit is the body, or lies below it.
    OwnBody,
    /// The person's unit lies in the body's district.
    OwnDistrict,
    /// The person declared an interest in the body, or in one above it.
    DeclaredInterest,
    /// The person's unit is the regulator of the body, or lies below it, and the regulator is inspected too.
    Regulator,
    /// The body is inspected jointly with partners, and the person's group does not have people of both sides.
    NotJoint,
}

impl RecusalReason {
    pub const ALL: [RecusalReason; 5] = [
        RecusalReason::OwnBody,
        RecusalReason::OwnDistrict,
        RecusalReason::DeclaredInterest,
        RecusalReason::Regulator,
        RecusalReason::NotJoint,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            RecusalReason::OwnBody => "ownBody",
            RecusalReason::OwnDistrict => "ownDistrict",
            RecusalReason::DeclaredInterest => "declaredInterest",
            RecusalReason::Regulator => "regulator",
            RecusalReason::NotJoint => "notJoint",
        }
    }

    pub const fn title(self) -> Text {
        match self {
            RecusalReason::OwnBody => Text::new("本人所在单位", "own body"),
            RecusalReason::OwnDistrict => Text::new("本人所在区", "own district"),
            RecusalReason::DeclaredInterest => Text::new("已申报利害关系", "declared interest"),
            RecusalReason::Regulator => {
                Text::new("本人所在部门为监管部门", "own department regulates it")
            }
            RecusalReason::NotJoint => Text::new(
                "须联合检查，本组缺一方人员",
                "inspected jointly, and the group is of one side",
            ),
        }
    }
}

/// What people declared, by who declared it.
pub type Interests = BTreeMap<PersonId, BTreeSet<BodyId>>;

/// Whether a person declared an interest in a body, or in one above it.
pub fn is_interested(
    person: PersonId,
    body: BodyId,
    campaign: &Campaign,
    directory: &Directory,
) -> bool {
    let declared = campaign.interests.get(&person);
    declared.is_some_and(|declared| directory.path(body).any(|step| declared.contains(&step)))
}

/// Why a person may not inspect a body in a campaign; None when they may. Where its regulator is inspected too, [`is_of`] keeps the
/// regulator's own people away besides: all of them from what chance pairs, and from a team put together by hand all but what leaves it
/// two others.
///
/// A self-inspection is by one's own, a committee's inspection by the discipline officers who oversee the body; and an authority that
/// inspects in its own district has nobody but people of that district to do it.
pub fn recused(
    person: PersonId,
    body: BodyId,
    campaign: &Campaign,
    directory: &Directory,
    now: Instant,
) -> Option<RecusalReason> {
    let is_interested = is_interested(person, body, campaign, directory);
    let is_by_own = match campaign.plan.as_ref().map(|plan| plan.kind) {
        Some(CampaignKind::SelfInspection) => true,
        Some(CampaignKind::CommitteeInspection) => oversees(person, body, directory, now),
        _ => false,
    };
    if !is_by_own && is_of(person, body, directory) {
        return Some(RecusalReason::OwnBody);
    }
    if is_interested {
        return Some(RecusalReason::DeclaredInterest);
    }
    let district = |body| {
        directory
            .body(body)
            .and_then(|known| known.district.as_ref())
    };
    let unit = directory
        .person(person)
        .and_then(|known| known.registration.unit);
    let own = unit.and_then(district);
    let authority = campaign.plan.as_ref().map(|plan| plan.authority);
    let is_local = own.is_some() && own == district(body);
    (is_local && !is_by_own && authority.and_then(district) != own)
        .then_some(RecusalReason::OwnDistrict)
}

/// Whether somebody with a role that inspects in such a campaign does so at this body: an institution's officer at their own, a discipline
/// officer where they oversee or belong, everybody else anywhere.
pub fn inspects_there(
    person: PersonId,
    body: BodyId,
    plan: &CampaignPlan,
    directory: &Directory,
    now: Instant,
) -> bool {
    let is_at_home = plan.is_by_own() && is_of(person, body, directory);
    directory.active_person(person).is_some_and(|known| {
        let mut grants = known.grants.iter().filter(|grant| grant.holds_at(now));
        grants.any(|grant| match grant.role {
            Role::InstitutionOfficer => is_at_home,
            Role::OversightOfficer => match plan.kind {
                CampaignKind::CommitteeInspection => oversees(person, body, directory, now),
                _ => is_at_home,
            },
            role => plan.kind.is_by(role),
        })
    })
}

/// Whether a person is a discipline officer of a body, or of one above it.
fn oversees(person: PersonId, body: BodyId, directory: &Directory, now: Instant) -> bool {
    directory.active_person(person).is_some_and(|known| {
        known.grants.iter().any(|grant| {
            grant.role == Role::OversightOfficer
                && grant.holds_at(now)
                && covers(directory, &grant.scope, &Place::Body(body))
        })
    })
}

/// Whether a person's unit is a body, or lies below it.
pub fn is_of(person: PersonId, body: BodyId, directory: &Directory) -> bool {
    let unit = directory
        .person(person)
        .and_then(|known| known.registration.unit);
    unit.is_some_and(|unit| directory.is_within(unit, body))
}

/// The regulator of a body: the nearest department above it.
pub fn regulator_of(body: BodyId, directory: &Directory) -> Option<BodyId> {
    directory.path(body).skip(1).find(|step| {
        directory
            .body(*step)
            .is_some_and(|known| known.kind == BodyKind::Department)
    })
}
