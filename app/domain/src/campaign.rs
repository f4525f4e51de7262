//! Campaigns: inspections of one kind, by one authority, over a period, with their inspection groups.

use std::collections::{BTreeMap, BTreeSet};

use form::Texts;
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::body::{BodyKind, Particulars};
use crate::draw::plan::{FOCUS_LIMIT, Focus};
use crate::facts::Context;
use crate::id::{ArrangementId, BodyId, ChecklistId, GroupId, PersonId};
use crate::instant::{Day, Instant};
use crate::jurisdiction::{DistrictCode, check_texts};
use crate::permission::{Act, Place, Role};
use crate::projection::directory::Directory;
use crate::recusal::Interests;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
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

    /// Whether campaigns of this kind assign people for a role: inspectors to all of them, an institution's own people to its
    /// self-inspection, discipline officers to their committees' inspections besides.
    pub const fn is_by(self, role: Role) -> bool {
        match role {
            Role::Inspector | Role::GroupLeader | Role::DepartmentOfficer => true,
            Role::OversightOfficer => matches!(
                self,
                CampaignKind::CommitteeInspection | CampaignKind::SelfInspection
            ),
            Role::InstitutionOfficer => matches!(self, CampaignKind::SelfInspection),
            Role::Administrator | Role::Organiser => false,
        }
    }
}

/// Whether those visited are told beforehand. Kept apart from the kind: a spot check may be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
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
    #[serde(default, skip_serializing_if = "CampaignTerms::are_plain")]
    pub terms: CampaignTerms,
}

/// Who is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum Subjects {
    #[default]
    Institutions,
    Regulators,
    /// Did the institution carry the measures out, and did its regulator regulate?
    Both,
}

impl Subjects {
    pub const ALL: [Subjects; 3] = [Subjects::Institutions, Subjects::Regulators, Subjects::Both];

    pub const fn code(self) -> &'static str {
        match self {
            Subjects::Institutions => "institutions",
            Subjects::Regulators => "regulators",
            Subjects::Both => "both",
        }
    }

    pub fn from_code(code: &str) -> Option<Subjects> {
        Subjects::ALL.into_iter().find(|one| one.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Subjects::Institutions => Text::new("机构", "Institutions"),
            Subjects::Regulators => Text::new("监管部门", "Regulators"),
            Subjects::Both => Text::new("机构和监管部门", "Institutions and their regulators"),
        }
    }

    pub const fn include_regulators(self) -> bool {
        matches!(self, Subjects::Regulators | Subjects::Both)
    }

    /// Whether bodies of a kind are looked at: departments are the regulators, and an oversight body is neither.
    pub const fn include(self, kind: BodyKind) -> bool {
        match self {
            Subjects::Institutions => kind.is_institution(),
            Subjects::Regulators => matches!(kind, BodyKind::Department),
            Subjects::Both => kind.is_institution() || matches!(kind, BodyKind::Department),
        }
    }
}

/// A published version of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChecklistUse {
    pub checklist: ChecklistId,
    pub version: String,
}

/// What a plan may say beyond the simplest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CampaignTerms {
    pub subjects: Subjects,
    /// Checklists besides the first.
    pub checklists: Vec<ChecklistUse>,
    /// The district that is looked at harder.
    pub focus: Option<Focus>,
    /// Bodies whose people inspect jointly with the authority's: in the focus district, or everywhere without one.
    pub partners: Vec<BodyId>,
    /// The arrangement it carries out.
    pub arrangement: Option<ArrangementId>,
}

impl CampaignTerms {
    fn are_plain(&self) -> bool {
        *self == CampaignTerms::default()
    }
}

impl CampaignPlan {
    /// Whether a version of a checklist is one of the plan's.
    pub fn uses(&self, checklist: ChecklistId, version: &str) -> bool {
        (self.checklist, self.checklist_version.as_str()) == (checklist, version)
            || self
                .terms
                .checklists
                .iter()
                .any(|one| (one.checklist, one.version.as_str()) == (checklist, version))
    }

    /// Whether those inspected inspect themselves.
    pub fn is_by_own(&self) -> bool {
        self.kind == CampaignKind::SelfInspection
    }

    /// Whether those visited may not know beforehand; who inspects themselves knows.
    pub fn is_unannounced(&self) -> bool {
        self.notice_mode == NoticeMode::Unannounced && !self.is_by_own()
    }

    /// Whether it calls a body to inspect itself: one of its subjects that its authority may call.
    pub fn calls_to_inspect_itself(&self, body: BodyId, directory: &Directory) -> bool {
        let is_subject = |known: &Particulars| self.terms.subjects.include(known.kind);
        self.is_by_own()
            && directory.body(body).is_some_and(is_subject)
            && may_call(self.authority, body, directory)
    }

    /// Whether visits in a district are joint ones: with partners, those of the focus district, or all where there is no focus.
    pub fn is_joint_in(&self, district: Option<&DistrictCode>) -> bool {
        let focus = self.terms.focus.as_ref();
        !self.terms.partners.is_empty()
            && focus.is_none_or(|focus| district == Some(&focus.district))
    }
}

/// Whether an authority calls a body to inspect itself: one below it or in its district, and any where nobody stands above an authority of
/// the whole jurisdiction.
pub fn may_call(authority: BodyId, body: BodyId, directory: &Directory) -> bool {
    let known = |body| directory.body(body).filter(|_| directory.is_active(body));
    let (Some(called), Some(calls)) = (known(body), known(authority)) else {
        return false;
    };
    let is_near = match &calls.district {
        Some(district) => called.district.as_ref() == Some(district),
        None => calls.parent.is_none(),
    };
    is_near || directory.is_within(body, authority)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
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
    /// Those that were dissolved among them: what they visited stays theirs.
    pub groups: BTreeMap<GroupId, Group>,
    pub dissolved: BTreeSet<GroupId>,
    /// Bodies that people must keep away from.
    pub interests: Interests,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CampaignCommand {
    /// A plan that carries out an arrangement says what the arrangement says.
    Create(CampaignPlan),
    FormGroup {
        id: GroupId,
        group: Group,
    },
    /// The name, leader and members a group has from now on. What it was assigned already stays with whom it was assigned to.
    ChangeGroup {
        id: GroupId,
        group: Group,
    },
    /// It is assigned nothing and drawn for nothing from now on.
    DissolveGroup {
        id: GroupId,
        reason: String,
    },
    /// By the person, or by an organiser to whom they said so: they do not inspect that body, nor any below it.
    DeclareInterest {
        person: PersonId,
        body: BodyId,
        note: String,
    },
    /// What was declared does not hold any more, or never did. By an organiser, whom the person asked.
    WithdrawInterest {
        person: PersonId,
        body: BodyId,
        note: String,
    },
    /// Another plan of the same kind, of a campaign that carries out no arrangement; to end it is to give it an earlier last day.
    Amend(CampaignPlan),
    /// Takes over what the arrangement it carries out says since it was amended.
    Follow {
        arrangement: ArrangementId,
    },
}

impl CampaignCommand {
    /// Whether an event of the campaign changed what this is about: its plan, one of its groups, or what one person keeps away from.
    pub fn is_about(&self, event: &CampaignEvent) -> bool {
        match self {
            CampaignCommand::Create(_)
            | CampaignCommand::Amend(_)
            | CampaignCommand::Follow { .. } => matches!(
                event,
                CampaignEvent::Created(_) | CampaignEvent::PlanAmended(_)
            ),
            CampaignCommand::FormGroup { id, .. }
            | CampaignCommand::ChangeGroup { id, .. }
            | CampaignCommand::DissolveGroup { id, .. } => matches!(
                event,
                CampaignEvent::GroupFormed { id: group, .. }
                    | CampaignEvent::GroupChanged { id: group, .. }
                    | CampaignEvent::GroupDissolved { id: group, .. } if group == id
            ),
            CampaignCommand::DeclareInterest { person, body, .. }
            | CampaignCommand::WithdrawInterest { person, body, .. } => matches!(
                event,
                CampaignEvent::InterestDeclared { person: who, body: what, .. }
                    | CampaignEvent::InterestWithdrawn { person: who, body: what, .. }
                    if who == person && what == body
            ),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum CampaignEvent {
    Created(CampaignPlan),
    GroupFormed {
        id: GroupId,
        group: Group,
    },
    InterestDeclared {
        person: PersonId,
        body: BodyId,
        note: String,
    },
    PlanAmended(CampaignPlan),
    GroupChanged {
        id: GroupId,
        group: Group,
    },
    GroupDissolved {
        id: GroupId,
        reason: String,
    },
    InterestWithdrawn {
        person: PersonId,
        body: BodyId,
        note: String,
    },
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
    /// Another group of the campaign goes by this name: lists could not tell them apart.
    GroupNameTaken,
    TeamTooSmall,
    LeaderNotMember,
    NotAnInspector(Vec<PersonId>),
    BodyUnknown,
    InterestKnown,
    Note(WordingRefusal),
    /// The focus is no district, or its weight out of bounds.
    Focus,
    PartnerUnknown,
    /// Nobody inspects jointly with themselves.
    PartnerIsAuthority,
    /// Institutions inspect themselves; regulators do not.
    SelfInspectionOfRegulators,
    ArrangementNotIssued,
    /// Something in the plan is not what the arrangement says.
    ArrangementDiffers,
    /// It says what the arrangement in force says already, or carries out none.
    NothingToFollow,
    /// A joint visit by a team without anybody of the authority, or without anybody of a partner.
    NotJoint,
    /// There is no such group, or it was dissolved.
    GroupUnknown,
    Reason(WordingRefusal),
    InterestUnknown,
    /// Nobody lifts their own recusal.
    OwnRecusal,
    /// The plan is an arrangement's: amend that.
    IsArranged,
    /// Self-inspections, committee inspections and visits are by different people: another kind is another campaign.
    KindStays,
    /// What is to be is already.
    NothingChanged,
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
            CampaignRefusal::GroupNameTaken => say!(
                language,
                "本次督查已有同名的检查组，请换一个名称",
                "Another group of the campaign has this name; choose another"
            ),
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
                    "成员中有人不能参加这类检查，请查看其角色和单位",
                    "Someone in the team does not inspect in such a campaign, or not there; see their role and unit"
                )
            }
            CampaignRefusal::BodyUnknown => {
                say!(language, "请选择单位", "Choose the body")
            }
            CampaignRefusal::Focus => say!(
                language,
                "重点区应为辖区内的区，权重为2至{FOCUS_LIMIT}",
                "The focus is a district of the jurisdiction, with a weight from 2 to {FOCUS_LIMIT}"
            ),
            CampaignRefusal::PartnerIsAuthority => say!(
                language,
                "联合单位应是实施单位以外的单位",
                "A partner is another body than the authority"
            ),
            CampaignRefusal::SelfInspectionOfRegulators => say!(
                language,
                "自查由机构进行，检查对象应包括机构",
                "Institutions inspect themselves; the subjects must include them"
            ),
            CampaignRefusal::PartnerUnknown => say!(
                language,
                "联合检查的单位不存在",
                "A body that inspects jointly does not exist"
            ),
            CampaignRefusal::ArrangementNotIssued => say!(
                language,
                "工作安排尚未印发",
                "The arrangement has not been issued"
            ),
            CampaignRefusal::ArrangementDiffers => say!(
                language,
                "督查方案与工作安排不一致",
                "The campaign is not what its arrangement says"
            ),
            CampaignRefusal::NothingToFollow => say!(
                language,
                "督查方案与现行工作安排一致，无需更新",
                "The campaign is what the arrangement in force says already"
            ),
            CampaignRefusal::NotJoint => say!(
                language,
                "联合检查的小组须同时有实施单位和联合单位的人员",
                "A team that inspects jointly has people of the authority and of a partner; add who is missing"
            ),
            CampaignRefusal::InterestKnown => say!(
                language,
                "该利害关系已申报",
                "This interest is declared already"
            ),
            CampaignRefusal::Note(refusal) => {
                let why = refusal.text(language);
                say!(language, "说明：{why}", "Note: {why}")
            }
            CampaignRefusal::GroupUnknown => say!(
                language,
                "该督查没有这个检查组，或已解散",
                "The campaign has no such group, or it was dissolved"
            ),
            CampaignRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            CampaignRefusal::InterestUnknown => say!(
                language,
                "没有申报过这项利害关系，或已撤销",
                "No such interest is declared, or it was withdrawn"
            ),
            CampaignRefusal::OwnRecusal => say!(
                language,
                "本人的回避须由其他组织者撤销",
                "Another organiser has to lift your recusal"
            ),
            CampaignRefusal::IsArranged => say!(
                language,
                "该督查依据工作安排，请修改工作安排",
                "This campaign carries out an arrangement; amend the arrangement"
            ),
            CampaignRefusal::KindStays => say!(
                language,
                "督查类型不能更改，请另建督查",
                "A campaign keeps its kind; make another campaign"
            ),
            CampaignRefusal::NothingChanged => {
                say!(language, "内容没有变化", "Nothing is different")
            }
        }
    }
}

impl Campaign {
    /// A group that is there and was not dissolved.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups
            .get(&id)
            .filter(|_| !self.dissolved.contains(&id))
    }

    pub fn evolve(&mut self, event: &CampaignEvent) {
        match event {
            CampaignEvent::Created(plan) | CampaignEvent::PlanAmended(plan) => {
                self.plan = Some(plan.clone());
            }
            CampaignEvent::GroupFormed { id, group }
            | CampaignEvent::GroupChanged { id, group } => {
                self.groups.insert(*id, group.clone());
            }
            CampaignEvent::GroupDissolved { id, .. } => {
                self.dissolved.insert(*id);
            }
            CampaignEvent::InterestWithdrawn { person, body, .. } => {
                if let Some(declared) = self.interests.get_mut(person) {
                    declared.remove(body);
                }
                self.interests.retain(|_, declared| !declared.is_empty());
            }
            CampaignEvent::InterestDeclared { person, body, .. } => {
                self.interests.entry(*person).or_default().insert(*body);
            }
        }
    }
}

/// # Errors
/// A permission refusal when the actor does not organise in the name of the authority; an inspector may declare an interest of their
/// own. Else a [`CampaignRefusal`]: see there.
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
            check_plan(plan, context)?;
            if let Some(id) = plan.terms.arrangement {
                let arranged = arranged(id, context)?;
                let named = CampaignPlan {
                    name: plan.name.clone(),
                    ..arranged
                };
                if named != *plan {
                    return Err(CampaignRefusal::ArrangementDiffers.into());
                }
            }
            Ok(vec![CampaignEvent::Created(plan.clone())])
        }
        CampaignCommand::Follow { arrangement } => {
            let plan = organised(state, context)?;
            if plan.terms.arrangement != Some(*arrangement) {
                return Err(CampaignRefusal::NothingToFollow.into());
            }
            let amended = CampaignPlan {
                name: plan.name.clone(),
                ..arranged(*arrangement, context)?
            };
            if amended == *plan {
                return Err(CampaignRefusal::NothingToFollow.into());
            }
            if amended.kind != plan.kind {
                return Err(CampaignRefusal::KindStays.into());
            }
            context.permit(Act::Organise, &Place::Body(amended.authority))?;
            Ok(vec![CampaignEvent::PlanAmended(amended)])
        }
        CampaignCommand::FormGroup { id, group } => {
            let plan = organised(state, context)?;
            if state.groups.contains_key(id) {
                return Err(CampaignRefusal::GroupExists.into());
            }
            check_group(plan, group, context)?;
            check_group_name(state, *id, group)?;
            Ok(vec![CampaignEvent::GroupFormed {
                id: *id,
                group: group.clone(),
            }])
        }
        CampaignCommand::ChangeGroup { id, group } => {
            let plan = organised(state, context)?;
            let known = state.group(*id).ok_or(CampaignRefusal::GroupUnknown)?;
            check_group(plan, group, context)?;
            check_group_name(state, *id, group)?;
            if known == group {
                return Err(CampaignRefusal::NothingChanged.into());
            }
            Ok(vec![CampaignEvent::GroupChanged {
                id: *id,
                group: group.clone(),
            }])
        }
        CampaignCommand::DissolveGroup { id, reason } => {
            organised(state, context)?;
            state.group(*id).ok_or(CampaignRefusal::GroupUnknown)?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(CampaignRefusal::Reason)?;
            Ok(vec![CampaignEvent::GroupDissolved {
                id: *id,
                reason: reason.clone(),
            }])
        }
        CampaignCommand::WithdrawInterest { person, body, note } => {
            organised(state, context)?;
            let declared = state.interests.get(person);
            if !declared.is_some_and(|declared| declared.contains(body)) {
                return Err(CampaignRefusal::InterestUnknown.into());
            }
            if context.actor == *person {
                return Err(CampaignRefusal::OwnRecusal.into());
            }
            wording::require(note, ACCOUNT_LIMIT).map_err(CampaignRefusal::Note)?;
            Ok(vec![CampaignEvent::InterestWithdrawn {
                person: *person,
                body: *body,
                note: note.clone(),
            }])
        }
        CampaignCommand::Amend(amended) => {
            let plan = organised(state, context)?;
            if plan.terms.arrangement.is_some() || amended.terms.arrangement.is_some() {
                return Err(CampaignRefusal::IsArranged.into());
            }
            context.permit(Act::Organise, &Place::Body(amended.authority))?;
            if amended.kind != plan.kind {
                return Err(CampaignRefusal::KindStays.into());
            }
            check_plan(amended, context)?;
            if amended == plan {
                return Err(CampaignRefusal::NothingChanged.into());
            }
            Ok(vec![CampaignEvent::PlanAmended(amended.clone())])
        }
        CampaignCommand::DeclareInterest { person, body, note } => {
            let Some(plan) = &state.plan else {
                return Err(CampaignRefusal::Unknown.into());
            };
            let is_inspector = inspects(plan.kind, *person, context.directory, context.now);
            if context.actor != *person || !is_inspector {
                context.permit(Act::Organise, &Place::Body(plan.authority))?;
            }
            if !is_inspector {
                return Err(CampaignRefusal::NotAnInspector(vec![*person]).into());
            }
            if context.directory.body(*body).is_none() {
                return Err(CampaignRefusal::BodyUnknown.into());
            }
            wording::require(note, ACCOUNT_LIMIT).map_err(CampaignRefusal::Note)?;
            let declared = state.interests.get(person);
            if declared.is_some_and(|declared| declared.contains(body)) {
                return Err(CampaignRefusal::InterestKnown.into());
            }
            Ok(vec![CampaignEvent::InterestDeclared {
                person: *person,
                body: *body,
                note: note.clone(),
            }])
        }
    }
}

/// The plan, to who organises in the name of its authority.
fn organised<'a>(
    state: &'a Campaign,
    context: &Context<'_>,
) -> Result<&'a CampaignPlan, crate::Refusal> {
    let plan = state.plan.as_ref().ok_or(CampaignRefusal::Unknown)?;
    context.permit(Act::Organise, &Place::Body(plan.authority))?;
    Ok(plan)
}

fn check_group(
    plan: &CampaignPlan,
    group: &Group,
    context: &Context<'_>,
) -> Result<(), CampaignRefusal> {
    check_texts(&group.name, NAME_LIMIT).map_err(CampaignRefusal::Name)?;
    check_team(plan.kind, group.leader, &group.members, context)?;
    // Where a focus district alone is inspected jointly, the other groups are of whoever there is.
    if plan.is_joint_in(None) {
        check_joint(plan, &group.members, context.directory)?;
    }
    Ok(())
}

fn check_group_name(state: &Campaign, id: GroupId, group: &Group) -> Result<(), CampaignRefusal> {
    // As a list shows them in either language.
    let shown =
        |name: &Texts| Language::ALL.map(|language| name.get(language.tag()).trim().to_owned());
    let own = shown(&group.name);
    let goes_by_it = |other: &GroupId| {
        let other = state.group(*other).filter(|_| *other != id);
        other.is_some_and(|other| {
            shown(&other.name)
                .iter()
                .zip(&own)
                .any(|(one, own)| one == own)
        })
    };
    if state.groups.keys().any(goes_by_it) {
        return Err(CampaignRefusal::GroupNameTaken);
    }
    Ok(())
}

fn check_plan(plan: &CampaignPlan, context: &Context<'_>) -> Result<(), CampaignRefusal> {
    check_texts(&plan.name, NAME_LIMIT).map_err(CampaignRefusal::Name)?;
    let directory = context.directory;
    if !directory.is_active(plan.authority) {
        return Err(CampaignRefusal::AuthorityUnknown);
    }
    let published = |checklist, version: &str| context.forms.form(checklist, version).is_some();
    if !published(plan.checklist, &plan.checklist_version)
        || !plan
            .terms
            .checklists
            .iter()
            .all(|one| published(one.checklist, &one.version))
    {
        return Err(CampaignRefusal::ChecklistUnknown);
    }
    if plan.to < plan.from {
        return Err(CampaignRefusal::PeriodReversed);
    }
    if !crate::arrangement::is_focus(plan.terms.focus.as_ref(), context) {
        return Err(CampaignRefusal::Focus);
    }
    if plan
        .terms
        .partners
        .iter()
        .any(|body| !directory.is_active(*body))
    {
        return Err(CampaignRefusal::PartnerUnknown);
    }
    if plan.terms.partners.contains(&plan.authority) {
        return Err(CampaignRefusal::PartnerIsAuthority);
    }
    if plan.is_by_own() && plan.terms.subjects == Subjects::Regulators {
        return Err(CampaignRefusal::SelfInspectionOfRegulators);
    }
    Ok(())
}

/// The plan that an arrangement in force says.
fn arranged(id: ArrangementId, context: &Context<'_>) -> Result<CampaignPlan, CampaignRefusal> {
    let in_force = context.facts.arrangement(id).in_force();
    in_force
        .and_then(|version| version.content.plan(id))
        .ok_or(CampaignRefusal::ArrangementNotIssued)
}

/// At least two different people, all of them inspectors in a campaign of this kind, the leader among them.
pub(crate) fn check_team(
    kind: CampaignKind,
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
    distinct.retain(|member| !inspects(kind, *member, context.directory, context.now));
    if distinct.is_empty() {
        Ok(())
    } else {
        Err(CampaignRefusal::NotAnInspector(distinct))
    }
}

/// At least one of the team is of the authority and one of a partner. Who is below both is of the nearer: a bureau inspects jointly
/// with a division of its own.
pub(crate) fn check_joint(
    plan: &CampaignPlan,
    members: &[PersonId],
    directory: &Directory,
) -> Result<(), CampaignRefusal> {
    let partners = &plan.terms.partners;
    let sides = members.iter().filter_map(|member| {
        let unit = directory.person(*member)?.registration.unit?;
        let nearest = |step: &BodyId| *step == plan.authority || partners.contains(step);
        directory.path(unit).find(nearest)
    });
    let (mut of_authority, mut of_partner) = (false, false);
    for side in sides {
        if side == plan.authority {
            of_authority = true;
        } else {
            of_partner = true;
        }
    }
    if of_authority && of_partner {
        Ok(())
    } else {
        Err(CampaignRefusal::NotJoint)
    }
}

/// Whether a person holds a role that inspects in campaigns of a kind.
pub fn inspects(kind: CampaignKind, person: PersonId, directory: &Directory, now: Instant) -> bool {
    directory.active_person(person).is_some_and(|person| {
        let mut grants = person.grants.iter();
        grants.any(|grant| grant.holds_at(now) && kind.is_by(grant.role))
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_done_about_another_group_or_another_body_is_no_conflict() {
        let group = |number| GroupId(Uuid::from_u128(number));
        let (one, other) = (group(1), group(2));
        let (person, body) = (PersonId(Uuid::from_u128(3)), BodyId(Uuid::from_u128(4)));
        let elsewhere = BodyId(Uuid::from_u128(5));
        let reason = String::new;
        let events = [
            CampaignEvent::GroupDissolved {
                id: one,
                reason: reason(),
            },
            CampaignEvent::GroupDissolved {
                id: other,
                reason: reason(),
            },
            CampaignEvent::InterestDeclared {
                person,
                body,
                note: reason(),
            },
            CampaignEvent::InterestWithdrawn {
                person,
                body: elsewhere,
                note: reason(),
            },
        ];
        let dissolve = |id| CampaignCommand::DissolveGroup {
            id,
            reason: reason(),
        };
        let declare = |body| CampaignCommand::DeclareInterest {
            person,
            body,
            note: reason(),
        };
        let follow = CampaignCommand::Follow {
            arrangement: ArrangementId(Uuid::from_u128(6)),
        };
        for (command, expected) in [
            (dissolve(one), [0].as_slice()),
            (dissolve(other), &[1]),
            (declare(body), &[2]),
            (declare(elsewhere), &[3]),
            (follow, &[]),
        ] {
            let about = events.iter().enumerate();
            let about: Vec<usize> = about
                .filter(|(_, event)| command.is_about(event))
                .map(|(place, _)| place)
                .collect();
            assert_eq!(about, expected, "{command:?}");
        }
    }
}
