//! The field of a form that a refusal is about.
//!
//! A field bears the name that the command gives it, in small letters with hyphens: a form shows the refusal at the control whose id is
//! that name or ends with it. What is about no field, such as a role or a stage, or about one of several that the refusal does not tell
//! apart, is said on top of the form alone.

use super::Refusal;
use crate::arrangement::ArrangementRefusal;
use crate::assignment::AssignmentRefusal;
use crate::body::BodyRefusal;
use crate::campaign::CampaignRefusal;
use crate::clearance::ClearanceRefusal;
use crate::device::DeviceRefusal;
use crate::draw::DrawRefusal;
use crate::finding::{FindingRefusal, PlanField};
use crate::held::HeldRefusal;
use crate::jurisdiction::JurisdictionRefusal;
use crate::look_back::LookBackRefusal;
use crate::material::MaterialRefusal;
use crate::notice::NoticeRefusal;
use crate::person::PersonRefusal;
use crate::regulator_file::RegulatorFileRefusal;
use crate::response_level::LevelRefusal;
use crate::rule_pack::RulePackRefusal;
use crate::situation::SituationRefusal;
use crate::talk::TalkRefusal;

impl Refusal {
    /// None where it is about none, or about one that it does not name.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Refusal::Arrangement(refusal) => arrangement(refusal),
            Refusal::Assignment(refusal) => assignment(refusal),
            Refusal::Body(refusal) => body(refusal),
            Refusal::Campaign(refusal) => campaign(refusal),
            Refusal::Clearance(refusal) => Some(clearance(refusal)),
            Refusal::Draw(refusal) => draw(refusal),
            Refusal::Finding(refusal) => finding(refusal),
            Refusal::Held(HeldRefusal::Decision(_)) => Some("decision"),
            Refusal::Jurisdiction(refusal) => jurisdiction(refusal),
            Refusal::LookBack(LookBackRefusal::Seed(_)) => Some("seed"),
            Refusal::LookBack(LookBackRefusal::Share) => Some("share"),
            Refusal::Material(refusal) => material(refusal),
            Refusal::Notice(refusal) => notice(refusal),
            Refusal::Person(refusal) => person(refusal),
            Refusal::RegulatorFile(refusal) => regulator_file(refusal),
            Refusal::ResponseLevel(refusal) => level(refusal),
            Refusal::RulePack(refusal) => rule_pack(refusal),
            Refusal::Device(DeviceRefusal::Reason(_)) => Some("reason"),
            Refusal::Situation(refusal) => situation(refusal),
            Refusal::Talk(refusal) => talk(refusal),
            Refusal::Permission(_)
            | Refusal::Device(_)
            | Refusal::Checklist(_)
            | Refusal::Inspection(_)
            | Refusal::Held(_)
            | Refusal::LookBack(_) => None,
        }
    }
}

const fn arrangement(refusal: &ArrangementRefusal) -> Option<&'static str> {
    Some(match refusal {
        ArrangementRefusal::Number(_) => "number",
        ArrangementRefusal::Title(_) => "title",
        ArrangementRefusal::Text(_) => "text",
        ArrangementRefusal::Reason(_) => "reason",
        ArrangementRefusal::AuthorityUnknown => "authority",
        ArrangementRefusal::PeriodReversed => "to",
        ArrangementRefusal::Focus => "focus",
        ArrangementRefusal::PartnerUnknown | ArrangementRefusal::PartnerIsAuthority => "partner",
        ArrangementRefusal::ChecklistUnknown => "checklist",
        ArrangementRefusal::SelfInspectionOfRegulators => "subjects",
        _ => return None,
    })
}

const fn jurisdiction(refusal: &JurisdictionRefusal) -> Option<&'static str> {
    Some(match refusal {
        JurisdictionRefusal::DistrictExists(_) | JurisdictionRefusal::Code(_) => "code",
        JurisdictionRefusal::Name(_) | JurisdictionRefusal::SameName => "name",
        _ => return None,
    })
}

const fn assignment(refusal: &AssignmentRefusal) -> Option<&'static str> {
    Some(match refusal {
        AssignmentRefusal::TargetUnknown | AssignmentRefusal::NotASubject => "target",
        AssignmentRefusal::OutsidePeriod { .. }
        | AssignmentRefusal::VisitedThatDay { .. }
        | AssignmentRefusal::SameDay
        | AssignmentRefusal::DayPast => "day",
        AssignmentRefusal::Reason(_) => "reason",
        AssignmentRefusal::ReleasePast | AssignmentRefusal::ReleaseAfterVisit => "release",
        AssignmentRefusal::MustBeSealed => "sealed",
        _ => return None,
    })
}

const fn body(refusal: &BodyRefusal) -> Option<&'static str> {
    Some(match refusal {
        BodyRefusal::Name(_) | BodyRefusal::ChineseName | BodyRefusal::NameTaken { .. } => "name",
        BodyRefusal::ParentUnknown | BodyRefusal::Ring => "parent",
        BodyRefusal::DistrictUnknown(_) | BodyRefusal::DistrictMissing => "district",
        BodyRefusal::Address(_) => "address",
        BodyRefusal::Contact(_) => "contact",
        BodyRefusal::Telephone => "telephone",
        BodyRefusal::Location => "longitude",
        BodyRefusal::MergeTarget => "into",
        BodyRefusal::Reason(_) => "reason",
        _ => return None,
    })
}

const fn campaign(refusal: &CampaignRefusal) -> Option<&'static str> {
    Some(match refusal {
        CampaignRefusal::Name(_) | CampaignRefusal::GroupNameTaken => "name",
        CampaignRefusal::NotJoint
        | CampaignRefusal::TeamTooSmall
        | CampaignRefusal::NotAnInspector(_) => "members",
        CampaignRefusal::AuthorityUnknown => "authority",
        CampaignRefusal::ChecklistUnknown => "checklist",
        CampaignRefusal::PeriodReversed => "to",
        CampaignRefusal::BodyUnknown => "body",
        CampaignRefusal::Note(_) => "note",
        CampaignRefusal::Focus => "focus",
        CampaignRefusal::PartnerUnknown | CampaignRefusal::PartnerIsAuthority => "partner",
        CampaignRefusal::SelfInspectionOfRegulators => "subjects",
        CampaignRefusal::Reason(_) => "reason",
        _ => return None,
    })
}

const fn clearance(refusal: &ClearanceRefusal) -> &'static str {
    match refusal {
        ClearanceRefusal::PersonUnknown => "person",
        ClearanceRefusal::TestAhead | ClearanceRefusal::TestNotLater { .. } => "tested",
        ClearanceRefusal::TooManyDoses { .. } => "doses",
        ClearanceRefusal::DoseDay => "last-dose",
    }
}

const fn draw(refusal: &DrawRefusal) -> Option<&'static str> {
    Some(match refusal {
        DrawRefusal::Name(_) => "name",
        DrawRefusal::Fallback(_) => "fallback",
        DrawRefusal::Reason(_) => "reason",
        DrawRefusal::Deadlines => "commit-hours",
        DrawRefusal::DuplicateCommitment | DrawRefusal::RevealDiffers => "seed",
        _ => return None,
    })
}

const fn finding(refusal: &FindingRefusal) -> Option<&'static str> {
    Some(match refusal {
        FindingRefusal::Field(field, _)
        | FindingRefusal::DeadlinePast(field)
        | FindingRefusal::DeadlineToday(field)
        | FindingRefusal::DeadlineTooFar(field) => of_plan(*field),
        FindingRefusal::PhotoMissing
        | FindingRefusal::EvidenceMissing { .. }
        | FindingRefusal::TooManyPhotos { .. }
        | FindingRefusal::PhotoHashMalformed
        | FindingRefusal::PhotoSeenBefore(_)
        | FindingRefusal::PhotoBeforeClaim
        | FindingRefusal::PhotoBeforeFinding
        | FindingRefusal::PhotoBeforeNotice => "photos",
        FindingRefusal::PlanAfterCompletion => "plan-by",
        FindingRefusal::AfterDeadline { .. } => "complete-by",
        FindingRefusal::ExtensionNotLater { .. } => "until",
        FindingRefusal::NotARegulator => "by",
        FindingRefusal::NoticeNumberTaken(_) | FindingRefusal::LetterNumberTaken(_) => "number",
        _ => return None,
    })
}

const fn of_plan(field: PlanField) -> &'static str {
    match field {
        PlanField::Note => "note",
        PlanField::HelpGiven => "help-given",
        PlanField::SupportOwed => "support-owed",
        PlanField::Affected => "affected",
        PlanField::AtRisk => "at-risk",
        PlanField::SystemChange => "system-change",
        PlanField::Monitoring => "monitoring",
        PlanField::Account => "account",
        PlanField::CompleteBy | PlanField::PlannedFor => "complete-by",
        PlanField::Number => "number",
        PlanField::Basis => "basis",
        PlanField::Facts => "facts",
        PlanField::Requirement => "requirement",
        PlanField::PlanBy => "plan-by",
        PlanField::Grounds => "grounds",
        PlanField::Reason => "reason",
        PlanField::Opinion => "opinion",
        PlanField::Until => "until",
        PlanField::Demand => "demand",
        PlanField::AnswerBy => "answer-by",
        PlanField::Support => "what",
        PlanField::SupportDue => "due",
    }
}

const fn material(refusal: &MaterialRefusal) -> Option<&'static str> {
    Some(match refusal {
        MaterialRefusal::Title(_) => "title",
        MaterialRefusal::Note(_) => "note",
        MaterialRefusal::AuthorityUnknown => "authority",
        MaterialRefusal::NoBody | MaterialRefusal::BodyUnknown | MaterialRefusal::BodyTwice(_) => {
            "bodies"
        }
        MaterialRefusal::NoItem | MaterialRefusal::Item(_) => "items",
        MaterialRefusal::DuePast | MaterialRefusal::NotLater => "due",
        MaterialRefusal::TalkUnknown | MaterialRefusal::TalkCancelled => "talk",
        MaterialRefusal::Opinion(_) => "opinion",
        MaterialRefusal::Reason(_) => "reason",
        _ => return None,
    })
}

const fn notice(refusal: &NoticeRefusal) -> Option<&'static str> {
    Some(match refusal {
        NoticeRefusal::Number(_) | NoticeRefusal::NumberTaken(_) => "number",
        NoticeRefusal::Title(_) => "title",
        NoticeRefusal::Text(_) => "text",
        NoticeRefusal::DeadlinePast => "acknowledge-by",
        NoticeRefusal::Reason(_) => "reason",
        NoticeRefusal::BodyUnknown => "bodies",
        NoticeRefusal::Attachment(_) => "files",
        _ => return None,
    })
}

const fn person(refusal: &PersonRefusal) -> Option<&'static str> {
    Some(match refusal {
        PersonRefusal::Name(_) => "name",
        PersonRefusal::SignInName | PersonRefusal::SignInNameTaken(_) => "sign-in-name",
        PersonRefusal::UnitUnknown | PersonRefusal::OwnUnit => "unit",
        PersonRefusal::ScopeUnknown => "scope",
        PersonRefusal::AlreadyGranted => "role",
        PersonRefusal::EndBeforeStart | PersonRefusal::EndInThePast => "until",
        _ => return None,
    })
}

const fn regulator_file(refusal: &RegulatorFileRefusal) -> Option<&'static str> {
    Some(match refusal {
        RegulatorFileRefusal::NotARegulator => "regulator",
        RegulatorFileRefusal::ActedUnaware => "conduct",
        RegulatorFileRefusal::Account(_) => "account",
        _ => return None,
    })
}

const fn level(refusal: &LevelRefusal) -> Option<&'static str> {
    Some(match refusal {
        LevelRefusal::DistrictUnknown(_) => "area",
        LevelRefusal::NoticeUnknown
        | LevelRefusal::NoticeWithdrawn
        | LevelRefusal::NoticeSaysOtherwise(_) => "notice",
        LevelRefusal::EndBeforeStart
        | LevelRefusal::EndInThePast
        | LevelRefusal::EndAfterTerm
        | LevelRefusal::NotLonger => "until",
        _ => return None,
    })
}

const fn rule_pack(refusal: &RulePackRefusal) -> Option<&'static str> {
    Some(match refusal {
        RulePackRefusal::Guide(_) => "guide",
        RulePackRefusal::Name(_) => "edition",
        RulePackRefusal::BeforeThePrevious | RulePackRefusal::Time(_) => "from",
        _ => return None,
    })
}

const fn situation(refusal: &SituationRefusal) -> Option<&'static str> {
    Some(match refusal {
        SituationRefusal::Reason(_) => "reason",
        SituationRefusal::Note(_) => "note",
        SituationRefusal::TooLarge { figure, .. } | SituationRefusal::Above { figure, .. } => {
            figure.code()
        }
        _ => return None,
    })
}

const fn talk(refusal: &TalkRefusal) -> Option<&'static str> {
    Some(match refusal {
        TalkRefusal::Title(_) => "title",
        TalkRefusal::Place(_) => "place",
        TalkRefusal::NoConvener => "conveners",
        TalkRefusal::NoAttendee => "attendees",
        TalkRefusal::NoticeUnknown | TalkRefusal::NoticeWithdrawn => "notice",
        TalkRefusal::Account(_) => "account",
        TalkRefusal::Attachment(_) => "files",
        TalkRefusal::Requirement(_) => "text",
        TalkRefusal::DuePast | TalkRefusal::SameDay => "due",
        TalkRefusal::TimePast | TalkRefusal::NothingMoved => "at",
        TalkRefusal::Reason(_) => "reason",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::{Act, PermissionRefusal};
    use crate::situation::Figure;
    use crate::wording::WordingRefusal;

    #[test]
    fn a_refusal_names_the_field_it_is_about_and_none_where_it_is_about_none() {
        let empty = || WordingRefusal::Empty;
        let cases: Vec<(Refusal, Option<&str>)> = vec![
            (
                NoticeRefusal::NumberTaken("1".into()).into(),
                Some("number"),
            ),
            (NoticeRefusal::NotIssued.into(), None),
            (
                FindingRefusal::Field(PlanField::SystemChange, empty()).into(),
                Some("system-change"),
            ),
            (
                FindingRefusal::DeadlineToday(PlanField::CompleteBy).into(),
                Some("complete-by"),
            ),
            (FindingRefusal::PhotoMissing.into(), Some("photos")),
            (FindingRefusal::SameUnit.into(), None),
            (ArrangementRefusal::Title(empty()).into(), Some("title")),
            (MaterialRefusal::NotLater.into(), Some("due")),
            (
                SituationRefusal::TooLarge {
                    figure: Figure::Staff,
                    limit: 1,
                }
                .into(),
                Some("staff"),
            ),
            (LevelRefusal::EndInThePast.into(), Some("until")),
            (PersonRefusal::SignInName.into(), Some("sign-in-name")),
            (LookBackRefusal::Share.into(), Some("share")),
            (PermissionRefusal::NoSuchRole(Act::Organise).into(), None),
        ];
        for (refusal, field) in cases {
            assert_eq!(refusal.field(), field, "{refusal:?}");
        }
    }
}
