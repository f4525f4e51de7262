//! The people, named by their role: nobody is invented.

use domain::id::{BodyId, PersonId};
use domain::permission::{Grant, Role, Scope};
use domain::person::Registration;
use domain::{Language, Text};
use form::Texts;

use super::bodies::{self, NAMED_INSTITUTIONS};
use super::districts::{DISTRICTS, DemoDistrict};
use super::{both, identity};

/// A group for each district.
pub const GROUPS: usize = DISTRICTS.len();
/// Inspectors in each.
pub const GROUP_SIZE: usize = 3;

pub fn person(sign_in_name: &str) -> PersonId {
    PersonId(identity::id("person", sign_in_name))
}

/// `inspector-03`, counted from 1.
pub fn inspector(number: usize) -> PersonId {
    person(&inspector_name(number))
}

fn inspector_name(number: usize) -> String {
    format!("inspector-{number:02}")
}

fn everywhere(role: Role) -> Vec<Grant> {
    vec![Grant::new(role, Scope::Jurisdiction)]
}

fn over(role: Role, body: BodyId) -> Grant {
    Grant::new(role, Scope::Body(body))
}

fn registration(
    sign_in_name: &str,
    name: Texts,
    unit: Option<BodyId>,
    grants: Vec<Grant>,
) -> (PersonId, Registration) {
    (
        person(sign_in_name),
        Registration {
            name,
            unit,
            sign_in_name: sign_in_name.to_owned(),
            grants,
        },
    )
}

/// The first of all: registered by the founding.
pub fn administrator() -> (PersonId, Registration) {
    registration(
        "administrator",
        both(Text::new("管理员", "Administrator")),
        None,
        everywhere(Role::Administrator),
    )
}

/// Everyone else, and what each is there to show.
pub fn people() -> Vec<(PersonId, Registration, Text)> {
    let mut people = offices();
    for number in 1..=GROUPS * GROUP_SIZE {
        people.push(one_inspector(number));
    }
    for institution in &NAMED_INSTITUTIONS {
        let name = Texts::both(
            format!("{}负责人", institution.name.get(Language::Chinese)),
            format!("Officer of {}", institution.name.get(Language::English)),
        );
        let grants = vec![over(Role::InstitutionOfficer, institution.id())];
        let (id, registration) =
            registration(institution.key, name, Some(institution.id()), grants);
        people.push((
            id,
            registration,
            Text::new(
                "机构负责人：签收、整改",
                "Institution officer: receipts and rectification",
            ),
        ));
    }
    let home = NAMED_INSTITUTIONS[0].id();
    let (id, both_sides) = registration(
        "welfare-home-1-discipline",
        both(Text::new(
            "市第一社会福利院纪检负责人",
            "Discipline Officer of Municipal First Social Welfare Home",
        )),
        Some(home),
        vec![
            over(Role::InstitutionOfficer, home),
            over(Role::OversightOfficer, home),
        ],
    );
    people.push((
        id,
        both_sides,
        Text::new(
            "整改单位的纪检人员：不能复核本单位的问题",
            "Oversight inside the rectifying unit: may not re-verify its findings",
        ),
    ));
    people
}

fn offices() -> Vec<(PersonId, Registration, Text)> {
    let rows = [
        (
            "organiser",
            Text::new("组织者", "Organiser"),
            bodies::bureau(),
            everywhere(Role::Organiser),
            Text::new("发布通知，组织督查", "Issues notices, organises campaigns"),
        ),
        (
            "deputy-organiser",
            Text::new("机关纪委组织者", "Organiser of the Discipline Committee"),
            bodies::discipline_committee(),
            everywhere(Role::Organiser),
            Text::new(
                "审批他人起草的工作安排",
                "Approves arrangements that others drafted",
            ),
        ),
        (
            "oversight",
            Text::new(
                "纪检监察组监督员",
                "Oversight Officer of the Resident Group",
            ),
            bodies::resident_group(),
            everywhere(Role::OversightOfficer),
            Text::new("复核整改", "Re-verifies rectifications"),
        ),
        (
            "committee",
            Text::new(
                "机关纪委监督员",
                "Oversight Officer of the Discipline Committee",
            ),
            bodies::discipline_committee(),
            vec![over(Role::OversightOfficer, bodies::bureau())],
            Text::new("本局范围内的监督与复核", "Oversight within the bureau"),
        ),
        (
            "elder-care-officer",
            Text::new("养老工作处监管员", "Elder-Care Division Officer"),
            bodies::elder_care_division(),
            everywhere(Role::DepartmentOfficer),
            Text::new("监管部门：养老", "Regulator: elder care"),
        ),
        (
            "child-welfare-officer",
            Text::new("儿童福利和保护处监管员", "Child Welfare Division Officer"),
            bodies::child_welfare_division(),
            everywhere(Role::DepartmentOfficer),
            Text::new("监管部门：儿童福利", "Regulator: child welfare"),
        ),
        (
            "welfare-centre",
            Text::new(
                "市社会福利事务管理中心监管员",
                "Welfare Affairs Centre Officer",
            ),
            bodies::body("welfare-centre"),
            vec![over(
                Role::DepartmentOfficer,
                bodies::body("welfare-centre"),
            )],
            Text::new(
                "主管六家市属机构：转发通知、报送材料",
                "Answers for the six municipal institutions: passes notices on, hands materials in",
            ),
        ),
    ];
    rows.into_iter()
        .map(|(sign_in_name, name, unit, grants, what)| {
            let (id, registration) = registration(sign_in_name, both(name), Some(unit), grants);
            (id, registration, what)
        })
        .chain(DISTRICTS.iter().map(one_district_officer))
        .collect()
}

/// The sign-in name of a district's officer, such as `fengtai-officer`.
pub fn district_officer(district: &DemoDistrict) -> String {
    format!("{}-officer", district.short.to_lowercase())
}

fn one_district_officer(district: &DemoDistrict) -> (PersonId, Registration, Text) {
    let name = Texts::both(
        format!("{}民政局监管员", district.name.get(Language::Chinese)),
        format!("{} District Officer", district.short),
    );
    let grants = vec![Grant::new(
        Role::DepartmentOfficer,
        Scope::District(district.code()),
    )];
    let unit = Some(bodies::district_bureau(district));
    let (id, registration) = registration(&district_officer(district), name, unit, grants);
    let what = Text::new(
        "区级监管部门，只看本区",
        "District regulator: its own district only",
    );
    (id, registration, what)
}

/// The group that inspects the focus district jointly with the elder-care division, counted from 1: one of it comes from there.
const JOINT_GROUP: usize = 4;

/// The first of each three leads and comes from the resident group, the others from the bureau; nobody from the district
/// they inspect.
fn one_inspector(number: usize) -> (PersonId, Registration, Text) {
    let group = (number - 1) / GROUP_SIZE + 1;
    let leads = (number - 1).is_multiple_of(GROUP_SIZE);
    let name = Texts::both(
        format!("检查员{number:02}"),
        format!("Inspector {number:02}"),
    );
    let mut grants = everywhere(Role::Inspector);
    let (unit, what) = if leads {
        grants.extend(everywhere(Role::GroupLeader));
        (bodies::resident_group(), GROUP_LEADERS[group - 1])
    } else if group == JOINT_GROUP && number.is_multiple_of(GROUP_SIZE) {
        (bodies::elder_care_division(), GROUP_MEMBERS[group - 1])
    } else {
        (bodies::bureau(), GROUP_MEMBERS[group - 1])
    };
    let (id, registration) = registration(&inspector_name(number), name, Some(unit), grants);
    (id, registration, what)
}

macro_rules! of_groups {
    ($chinese:literal, $english:literal: $($number:literal)+) => {
        [$(Text::new(concat!("检查", $number, "组", $chinese), concat!($english, " of inspection group ", $number))),+]
    };
}

const GROUP_LEADERS: [Text; GROUPS] =
    of_groups!("组长", "Leader": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
const GROUP_MEMBERS: [Text; GROUPS] =
    of_groups!("组员", "Member": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
