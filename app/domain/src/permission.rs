//! Who may do what where: a role gives acts, a scope says where it gives them. A person can hold several grants.

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::id::{BodyId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::DistrictCode;
use crate::projection::directory::Directory;
use crate::{Language, Text, say};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    Administrator,
    Organiser,
    GroupLeader,
    Inspector,
    DepartmentOfficer,
    InstitutionOfficer,
    OversightOfficer,
}

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Administrator,
        Role::Organiser,
        Role::GroupLeader,
        Role::Inspector,
        Role::DepartmentOfficer,
        Role::InstitutionOfficer,
        Role::OversightOfficer,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Organiser => "organiser",
            Role::GroupLeader => "groupLeader",
            Role::Inspector => "inspector",
            Role::DepartmentOfficer => "departmentOfficer",
            Role::InstitutionOfficer => "institutionOfficer",
            Role::OversightOfficer => "oversightOfficer",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Role::Administrator => Text::new("管理员", "Administrator"),
            Role::Organiser => Text::new("组织者", "Organiser"),
            Role::GroupLeader => Text::new("组长", "Group leader"),
            Role::Inspector => Text::new("检查员", "Inspector"),
            Role::DepartmentOfficer => Text::new("监管部门人员", "Department officer"),
            Role::InstitutionOfficer => Text::new("机构负责人", "Institution officer"),
            Role::OversightOfficer => Text::new("纪检监督人员", "Oversight officer"),
        }
    }

    /// The table of permissions: one row a role.
    pub const fn acts(self) -> &'static [Act] {
        use Act::{
            ChaseReports, Escalate, GiveSupport, Inspect, IssueNotices, JudgeRegulators,
            KeepEntranceCode, ManageBodies, ManagePeople, OrderRectification, Organise,
            PublishChecklists, ReVerify, ReceiveNotices, Rectify, RectifyDepartment,
            ReportSituation, See, SelfInspect, SetRules, SettleHeld,
        };
        match self {
            Role::Administrator => &[
                See,
                ManageBodies,
                ManagePeople,
                PublishChecklists,
                SettleHeld,
                SetRules,
                KeepEntranceCode,
            ],
            Role::Organiser => &[
                See,
                IssueNotices,
                Organise,
                SettleHeld,
                ChaseReports,
                OrderRectification,
                JudgeRegulators,
            ],
            Role::GroupLeader | Role::Inspector => &[Inspect],
            Role::DepartmentOfficer => &[
                See,
                Inspect,
                ReceiveNotices,
                ReportSituation,
                ChaseReports,
                OrderRectification,
                GiveSupport,
                JudgeRegulators,
                RectifyDepartment,
            ],
            Role::InstitutionOfficer => &[
                See,
                Inspect,
                SelfInspect,
                Rectify,
                ReceiveNotices,
                ReportSituation,
                KeepEntranceCode,
            ],
            Role::OversightOfficer => &[
                See,
                Inspect,
                ReVerify,
                SettleHeld,
                ChaseReports,
                Escalate,
                JudgeRegulators,
            ],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Act {
    /// Read what lies in the scope.
    See,
    ManageBodies,
    ManagePeople,
    PublishChecklists,
    IssueNotices,
    ReceiveNotices,
    /// Create campaigns, groups and assignments, and see sealed ones.
    Organise,
    /// Carry out an inspection one is assigned to. Which kinds of campaign assign whom, [`CampaignKind::is_by`](crate::campaign::CampaignKind::is_by) says.
    Inspect,
    /// Assign the people of one's own institution to its self-inspection.
    SelfInspect,
    /// Plan and claim the rectification of findings.
    Rectify,
    /// The same of findings about the department one belongs to.
    RectifyDepartment,
    /// Re-verify claimed rectifications.
    ReVerify,
    /// Settle what the rules could not place.
    SettleHeld,
    /// Report an institution's day, and correct the report. A regulator does it for an institution that telephones.
    ReportSituation,
    /// Ask for reports that are missing.
    ChaseReports,
    /// Issue rectification notices, answer disputes, judge plans and extensions, record support owed.
    OrderRectification,
    /// Send letters about what is late.
    Escalate,
    /// Provide the support that one's department owes.
    GiveSupport,
    /// Write and sign what a visit says of the regulator.
    JudgeRegulators,
    /// Put response levels in force, publish the editions of guides.
    SetRules,
    /// See, print and replace the code at an institution's entrance.
    KeepEntranceCode,
}

impl Act {
    pub const fn title(self) -> Text {
        match self {
            Act::See => Text::new("查看", "see this"),
            Act::ManageBodies => Text::new("管理单位", "manage bodies"),
            Act::ManagePeople => Text::new("管理人员", "manage people"),
            Act::PublishChecklists => Text::new("发布检查表", "publish checklists"),
            Act::IssueNotices => Text::new("发布通知", "issue notices"),
            Act::ReceiveNotices => Text::new("签收通知", "acknowledge notices"),
            Act::Organise => Text::new("组织督查", "organise campaigns"),
            Act::Inspect => Text::new("实施检查", "inspect"),
            Act::SelfInspect => Text::new("组织本单位自查", "organise a self-inspection"),
            Act::Rectify => Text::new("整改", "rectify"),
            Act::RectifyDepartment => Text::new(
                "整改涉及本部门的问题",
                "rectify what was found in your department",
            ),
            Act::ReVerify => Text::new("复核", "re-verify"),
            Act::SettleHeld => Text::new("处理存疑记录", "settle held records"),
            Act::ReportSituation => Text::new("报送每日情况", "report the daily situation"),
            Act::ChaseReports => Text::new("催报每日情况", "ask for situation reports"),
            Act::OrderRectification => Text::new("责令整改", "order a rectification"),
            Act::Escalate => Text::new("督办", "escalate"),
            Act::GiveSupport => Text::new("提供支持", "provide support"),
            Act::JudgeRegulators => Text::new("评价监管", "judge regulators"),
            Act::SetRules => Text::new("设定响应等级和指南", "set response levels and guides"),
            Act::KeepEntranceCode => Text::new("保管入口码", "keep the entrance code"),
        }
    }
}

/// Where a grant holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    Jurisdiction,
    /// Every body in the district.
    District(DistrictCode),
    /// The body and all below it.
    Body(BodyId),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grant {
    pub role: Role,
    pub scope: Scope,
    /// The first instant at which it holds; None from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant at which it does not hold any more; None until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Grant {
    /// One that holds until it is revoked.
    pub const fn new(role: Role, scope: Scope) -> Grant {
        Grant {
            role,
            scope,
            from: None,
            until: None,
        }
    }

    pub fn holds_at(&self, now: Instant) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

/// Where an act would take effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Jurisdiction,
    District(DistrictCode),
    Body(BodyId),
    /// No place in particular: a grant anywhere will do, such as for opening the list of campaigns.
    Anywhere,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PermissionRefusal {
    /// No role of this person gives the act.
    NoSuchRole(Act),
    /// A role gives the act, but not here.
    OutOfScope(Act),
    /// The account was deactivated, or never existed.
    UnknownPerson,
    /// Tablets decide what a visit brings, and nothing else.
    NotOnTablets,
}

impl PermissionRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            PermissionRefusal::NoSuchRole(act) => {
                let (act, roles) = (act.title().get(language), roles_that(*act, language));
                say!(
                    language,
                    "您的角色不能{act}（需要：{roles}）",
                    "Your role does not let you {act} (it takes: {roles})"
                )
            }
            PermissionRefusal::OutOfScope(act) => {
                let act = act.title().get(language);
                say!(
                    language,
                    "该单位不在您的职责范围内，不能{act}",
                    "You may {act}, but this body is outside your scope"
                )
            }
            PermissionRefusal::UnknownPerson => {
                say!(
                    language,
                    "账号已停用或不存在，请联系管理员",
                    "This account is not active; ask your administrator"
                )
            }
            PermissionRefusal::NotOnTablets => {
                say!(
                    language,
                    "平板上不能办理，请在办公端办理",
                    "This cannot be done on a tablet; do it in the office"
                )
            }
        }
    }
}

fn roles_that(act: Act, language: Language) -> String {
    let titles: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| role.acts().contains(&act))
        .map(|role| role.title().get(language))
        .collect();
    titles.join(match language {
        Language::Chinese => "、",
        Language::English => ", ",
    })
}

/// Whether a person may do something somewhere at a moment, by the grants that hold then.
pub fn permit(
    directory: &Directory,
    person: PersonId,
    act: Act,
    place: &Place,
    now: Instant,
) -> Result<(), PermissionRefusal> {
    let Some(person) = directory.active_person(person) else {
        return Err(PermissionRefusal::UnknownPerson);
    };
    let mut gives_act = false;
    for grant in person.grants.iter().filter(|grant| grant.holds_at(now)) {
        if grant.role.acts().contains(&act) {
            gives_act = true;
            if covers(directory, &grant.scope, place) {
                return Ok(());
            }
        }
    }
    Err(if gives_act {
        PermissionRefusal::OutOfScope(act)
    } else {
        PermissionRefusal::NoSuchRole(act)
    })
}

pub(crate) fn covers(directory: &Directory, scope: &Scope, place: &Place) -> bool {
    match (scope, place) {
        (Scope::Jurisdiction, _) | (_, Place::Anywhere) => true,
        (_, Place::Jurisdiction) | (Scope::Body(_), Place::District(_)) => false,
        (Scope::District(mine), Place::District(theirs)) => mine == theirs,
        (Scope::District(mine), Place::Body(body)) => directory
            .body(*body)
            .is_some_and(|body| body.district.as_ref() == Some(mine)),
        (Scope::Body(mine), Place::Body(body)) => directory.is_within(*body, *mine),
    }
}
