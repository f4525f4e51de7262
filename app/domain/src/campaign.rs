//! Campaigns: inspections of one kind, by one authority, over a period, with their inspection groups.

use std::collections::BTreeMap;

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::{BodyId, ChecklistId, GroupId, PersonId};
use crate::instant::Day;
use crate::jurisdiction::check_texts;
use crate::permission::{Act, Place, Role};
use crate::wording::{NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CampaignKind {
    SelfInspection,
    CommitteeInspection,
    SpotCheck,
    UnannouncedVisit,
    LookBack,
}

impl CampaignKind {
    pub const ALL: [CampaignKind; 5] = [
        CampaignKind::SelfInspection,
        CampaignKind::CommitteeInspection,
        CampaignKind::SpotCheck,
        CampaignKind::UnannouncedVisit,
        CampaignKind::LookBack,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            CampaignKind::SelfInspection => "selfInspection",
            CampaignKind::CommitteeInspection => "committeeInspection",
            CampaignKind::SpotCheck => "spotCheck",
            CampaignKind::UnannouncedVisit => "unannouncedVisit",
            CampaignKind::LookBack => "lookBack",
        }
    }

    pub fn from_code(code: &str) -> Option<CampaignKind> {
        CampaignKind::ALL
            .into_iter()
            .find(|kind| kind.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            CampaignKind::SelfInspection => Text::new("自查", "Self-inspection"),
            CampaignKind::CommitteeInspection => Text::new("纪委检查", "Committee inspection"),
            CampaignKind::SpotCheck => Text::new("抽查", "Spot check"),
            CampaignKind::UnannouncedVisit => Text::new("四不两直督查", "Unannounced visit"),
            CampaignKind::LookBack => Text::new("回头看", "Look-back"),
        }
    }
}

/// Whether those visited are told beforehand. Kept apart from the kind: a spot check may be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeMode {
    Announced,
    Unannounced,
}

impl NoticeMode {
    pub const ALL: [NoticeMode; 2] = [NoticeMode::Announced, NoticeMode::Unannounced];

    pub const fn code(self) -> &'static str {
        match self {
            NoticeMode::Announced => "announced",
            NoticeMode::Unannounced => "unannounced",
        }
    }

    pub fn from_code(code: &str) -> Option<NoticeMode> {
        NoticeMode::ALL.into_iter().find(|mode| mode.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            NoticeMode::Announced => Text::new("事先通知", "Announced"),
            NoticeMode::Unannounced => Text::new("不打招呼", "Unannounced"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CampaignPlan {
    pub name: Texts,
    pub kind: CampaignKind,
    pub notice_mode: NoticeMode,
    /// The body in whose name it is carried out.
    pub authority: BodyId,
    pub checklist: ChecklistId,
    pub checklist_version: String,
    pub from: Day,
    pub to: Day,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    pub name: Texts,
    pub leader: PersonId,
    /// Everyone in it, the leader included.
    pub members: Vec<PersonId>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Campaign {
    pub plan: Option<CampaignPlan>,
    pub groups: BTreeMap<GroupId, Group>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CampaignCommand {
    Create(CampaignPlan),
    FormGroup { id: GroupId, group: Group },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CampaignEvent {
    Created(CampaignPlan),
    GroupFormed { id: GroupId, group: Group },
}

/// No inspection is carried out by one person alone.
pub const SMALLEST_TEAM: usize = 2;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CampaignRefusal {
    AlreadyCreated,
    Unknown,
    Name(WordingRefusal),
    AuthorityUnknown,
    ChecklistUnknown,
    PeriodReversed,
    GroupExists,
    TeamTooSmall,
    LeaderNotMember,
    NotAnInspector(PersonId),
}

impl CampaignRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            CampaignRefusal::AlreadyCreated => {
                say!(language, "该督查已建立", "This campaign exists already")
            }
            CampaignRefusal::Unknown => say!(language, "没有这项督查", "There is no such campaign"),
            CampaignRefusal::Name(refusal) => {
                let why = refusal.text(language);
                say!(language, "名称：{why}", "Name: {why}")
            }
            CampaignRefusal::AuthorityUnknown => say!(
                language,
                "请选择实施单位",
                "Choose the authority that carries it out"
            ),
            CampaignRefusal::ChecklistUnknown => say!(
                language,
                "请选择已发布的检查表",
                "Choose a published checklist"
            ),
            CampaignRefusal::PeriodReversed => {
                say!(
                    language,
                    "结束日期不能早于开始日期",
                    "The last day must not be before the first"
                )
            }
            CampaignRefusal::GroupExists => {
                say!(language, "该小组已存在", "This group exists already")
            }
            CampaignRefusal::TeamTooSmall => {
                say!(
                    language,
                    "每次检查至少{SMALLEST_TEAM}人",
                    "An inspection takes at least {SMALLEST_TEAM} people"
                )
            }
            CampaignRefusal::LeaderNotMember => say!(
                language,
                "组长必须是本组成员",
                "The leader must be one of the group"
            ),
            CampaignRefusal::NotAnInspector(_) => {
                say!(
                    language,
                    "成员中有人没有检查员角色",
                    "Someone in the team does not hold an inspector's role"
                )
            }
        }
    }
}

impl Campaign {
    pub fn evolve(&mut self, event: &CampaignEvent) {
        match event {
            CampaignEvent::Created(plan) => self.plan = Some(plan.clone()),
            CampaignEvent::GroupFormed { id, group } => {
                self.groups.insert(*id, group.clone());
            }
        }
    }
}

pub fn decide(
    state: &Campaign,
    command: &CampaignCommand,
    context: &Context<'_>,
) -> Result<Vec<CampaignEvent>, crate::Refusal> {
    match command {
        CampaignCommand::Create(plan) => {
            context.permit(Act::Organise, &Place::Body(plan.authority))?;
            if state.plan.is_some() {
                return Err(CampaignRefusal::AlreadyCreated.into());
            }
            check_texts(&plan.name, NAME_LIMIT).map_err(CampaignRefusal::Name)?;
            if context.directory.body(plan.authority).is_none() {
                return Err(CampaignRefusal::AuthorityUnknown.into());
            }
            if context
                .forms
                .form(plan.checklist, &plan.checklist_version)
                .is_none()
            {
                return Err(CampaignRefusal::ChecklistUnknown.into());
            }
            if plan.to < plan.from {
                return Err(CampaignRefusal::PeriodReversed.into());
            }
            Ok(vec![CampaignEvent::Created(plan.clone())])
        }
        CampaignCommand::FormGroup { id, group } => {
            let Some(plan) = &state.plan else {
                return Err(CampaignRefusal::Unknown.into());
            };
            context.permit(Act::Organise, &Place::Body(plan.authority))?;
            if state.groups.contains_key(id) {
                return Err(CampaignRefusal::GroupExists.into());
            }
            check_texts(&group.name, NAME_LIMIT).map_err(CampaignRefusal::Name)?;
            check_team(group.leader, &group.members, context)?;
            Ok(vec![CampaignEvent::GroupFormed {
                id: *id,
                group: group.clone(),
            }])
        }
    }
}

/// At least two different people, all of them inspectors, the leader among them.
pub(crate) fn check_team(
    leader: PersonId,
    members: &[PersonId],
    context: &Context<'_>,
) -> Result<(), CampaignRefusal> {
    let mut distinct = members.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < SMALLEST_TEAM {
        return Err(CampaignRefusal::TeamTooSmall);
    }
    if !distinct.contains(&leader) {
        return Err(CampaignRefusal::LeaderNotMember);
    }
    for member in distinct {
        let inspects = context
            .directory
            .active_person(member)
            .is_some_and(|person| {
                person.grants.iter().any(|grant| {
                    matches!(
                        grant.role,
                        Role::Inspector | Role::GroupLeader | Role::DepartmentOfficer
                    )
                })
            });
        if !inspects {
            return Err(CampaignRefusal::NotAnInspector(member));
        }
    }
    Ok(())
}
