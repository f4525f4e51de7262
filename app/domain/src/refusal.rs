//! Why the rules refuse a command: one enum a concept, gathered here. What each command is refused with, as the tests of the domain meet it;
//! whatever a person has no right to is [`PermissionRefusal`](crate::permission::PermissionRefusal):
//!
#![doc = include_str!("refusals.md")]

mod field;

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::assignment::AssignmentRefusal;
use crate::campaign::CampaignRefusal;
use crate::draw::DrawRefusal;
use crate::id::{AssignmentId, PersonId};

macro_rules! refusals {
    ($($variant:ident($inner:path)),+ $(,)?) => {
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
        #[error("{}", self.text(Language::English))]
        #[serde(rename_all = "camelCase")]
        pub enum Refusal {
            $($variant($inner)),+
        }

        impl Refusal {
            /// What a person reads: what is wrong, and what to do about it.
            pub fn text(&self, language: Language) -> String {
                match self {
                    $(Refusal::$variant(refusal) => refusal.text(language)),+
                }
            }
        }

        $(impl From<$inner> for Refusal {
            fn from(refusal: $inner) -> Refusal {
                Refusal::$variant(refusal)
            }
        })+
    };
}

impl Refusal {
    /// The people it is about, where it is about some of those a command named; [`Refusal::text`] does not say who. Who tested positive is
    /// not told to everybody who puts a team together.
    pub fn people(&self) -> &[PersonId] {
        match self {
            Refusal::Assignment(
                AssignmentRefusal::OwnBody(people)
                | AssignmentRefusal::OwnDistrict(people)
                | AssignmentRefusal::DeclaredInterest(people)
                | AssignmentRefusal::RegulatorsOwn(people),
            )
            | Refusal::Campaign(CampaignRefusal::NotAnInspector(people))
            | Refusal::Draw(DrawRefusal::NotAnInspector(people)) => people,
            Refusal::Draw(
                DrawRefusal::PartyTwice(party)
                | DrawRefusal::PartyUnknown(party)
                | DrawRefusal::PartyMayBeDrawn(party),
            ) => std::slice::from_ref(party),
            _ => &[],
        }
    }

    /// The assignment in the way, of those that who is refused may know of.
    pub const fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Refusal::Assignment(AssignmentRefusal::VisitedThatDay { by }) => *by,
            _ => None,
        }
    }
}

refusals! {
    Permission(crate::permission::PermissionRefusal),
    Jurisdiction(crate::jurisdiction::JurisdictionRefusal),
    Body(crate::body::BodyRefusal),
    Person(crate::person::PersonRefusal),
    Notice(crate::notice::NoticeRefusal),
    Checklist(crate::checklist::ChecklistRefusal),
    Campaign(crate::campaign::CampaignRefusal),
    Assignment(crate::assignment::AssignmentRefusal),
    Inspection(crate::inspection::InspectionRefusal),
    Finding(crate::finding::FindingRefusal),
    Held(crate::held::HeldRefusal),
    Draw(crate::draw::DrawRefusal),
    Arrangement(crate::arrangement::ArrangementRefusal),
    Talk(crate::talk::TalkRefusal),
    Material(crate::material::MaterialRefusal),
    Situation(crate::situation::SituationRefusal),
    LookBack(crate::look_back::LookBackRefusal),
    RegulatorFile(crate::regulator_file::RegulatorFileRefusal),
    Clearance(crate::clearance::ClearanceRefusal),
    ResponseLevel(crate::response_level::LevelRefusal),
    RulePack(crate::rule_pack::RulePackRefusal),
    Device(crate::device::DeviceRefusal),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Given somebody of a team who is recused and one who tested positive, then the first is named, and of the second is told nothing.
    #[test]
    fn who_tested_positive_is_not_named() {
        let team = vec![PersonId(uuid::Uuid::from_u128(1))];
        let recused = Refusal::from(AssignmentRefusal::OwnBody(team.clone()));
        assert_eq!(recused.people(), team);
        let positive = Refusal::from(AssignmentRefusal::TestedPositive(team));
        assert_eq!(positive.people(), []);
    }
}
