//! The unannounced visits: a campaign of the resident group, sixteen groups, and the first visits.

use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::{
    CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, Group, NoticeMode,
};
use domain::id::{AssignmentId, CampaignId, GroupId};
use domain::instant::Day;
use domain::visit_mode::VisitMode;
use domain::{Command, Language};
use form::Texts;

use super::bodies::{self, NAMED_INSTITUTIONS, NamedInstitution};
use super::districts::DISTRICTS;
use super::people::{self, GROUP_SIZE};
use super::{checklist, identity};

const FIRST_DAY: Day = Day {
    year: 2022,
    month: 3,
    day: 13,
};
/// The demo city lives in the spring of 2022 whenever somebody tries it: a visit added later is dated within the campaign, and
/// nothing else asks what day it is.
const LAST_DAY: Day = Day {
    year: 2022,
    month: 5,
    day: 31,
};
const FIRST_VISITS: Day = Day {
    year: 2022,
    month: 3,
    day: 14,
};

pub fn campaign() -> CampaignId {
    CampaignId(identity::id("campaign", "unannounced-visits"))
}

/// Counted from 0, in the order of the districts.
fn group(index: usize) -> GroupId {
    GroupId(identity::id("group", &index.to_string()))
}

fn members(index: usize) -> Vec<domain::id::PersonId> {
    (1..=GROUP_SIZE)
        .map(|place| people::inspector(index * GROUP_SIZE + place))
        .collect()
}

pub fn creation() -> Command {
    let plan = CampaignPlan {
        name: Texts::both("“四不两直”督查", "“Four noes, two directs” visits"),
        kind: CampaignKind::UnannouncedVisit,
        notice_mode: NoticeMode::Unannounced,
        authority: bodies::resident_group(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        from: FIRST_DAY,
        to: LAST_DAY,
        terms: CampaignTerms::default(),
    };
    Command::Campaign {
        id: campaign(),
        command: CampaignCommand::Create(plan),
    }
}

pub fn own() -> CampaignId {
    CampaignId(identity::id("campaign", "self-inspection"))
}

/// The welfare centre calls its institutions to inspect themselves; none has yet.
pub fn self_inspection() -> Command {
    let plan = CampaignPlan {
        name: Texts::both(
            "所属机构封闭管理自查",
            "Self-inspection of closed management",
        ),
        kind: CampaignKind::SelfInspection,
        notice_mode: NoticeMode::Announced,
        authority: bodies::welfare_centre(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        from: FIRST_DAY,
        to: LAST_DAY,
        terms: CampaignTerms::default(),
    };
    Command::Campaign {
        id: own(),
        command: CampaignCommand::Create(plan),
    }
}

pub fn groups() -> impl Iterator<Item = Command> {
    DISTRICTS.iter().enumerate().map(|(index, district)| {
        let number = index + 1;
        let name = Texts::both(
            format!("检查{number}组（{}）", district.name.get(Language::Chinese)),
            format!("Group {number} ({})", district.short),
        );
        let group_formed = Group {
            name,
            leader: people::inspector(index * GROUP_SIZE + 1),
            members: members(index),
        };
        Command::Campaign {
            id: campaign(),
            command: CampaignCommand::FormGroup {
                id: group(index),
                group: group_formed,
            },
        }
    })
}

/// One visit to each named institution but the first, by the first groups. That to 市第一社会福利院 is left to whoever
/// tries the system.
pub fn first_visits() -> impl Iterator<Item = Command> {
    NAMED_INSTITUTIONS[1..]
        .iter()
        .enumerate()
        .map(|(index, institution)| visit(institution, index))
}

/// What is left to whoever tries the system: the visit to 市第一社会福利院, by the next group.
pub fn last_visit() -> Command {
    visit(&NAMED_INSTITUTIONS[0], NAMED_INSTITUTIONS.len() - 1)
}

fn visit(institution: &NamedInstitution, index: usize) -> Command {
    let order = AssignmentOrder {
        campaign: campaign(),
        target: institution.id(),
        group: Some(group(index)),
        leader: people::inspector(index * GROUP_SIZE + 1),
        team: members(index),
        visit_on: FIRST_VISITS,
        mode: VisitMode::OnSite,
        sealed: false,
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        release: ReleaseRule::ByOrganiser,
        draw: None,
    };
    Command::Assignment {
        id: AssignmentId(identity::id("assignment", institution.key)),
        campaign: campaign(),
        command: AssignmentCommand::Create(order),
    }
}
