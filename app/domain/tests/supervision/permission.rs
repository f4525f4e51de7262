//! Role × scope, cell by cell.

use crate::world::*;
use domain::Language;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, PermissionRefusal, Place, Role, permit};

#[test]
pub fn acts_are_given_by_role_and_bounded_by_scope() {
    let world = World::new();
    let fengtai = || Place::District(DistrictCode(DISTRICT.into()));
    let no_role = |act| Err(PermissionRefusal::NoSuchRole(act));
    let out = |act| Err(PermissionRefusal::OutOfScope(act));
    for (person, act, place, expected) in [
        (
            ADMINISTRATOR,
            Act::ManageBodies,
            Place::Jurisdiction,
            Ok(()),
        ),
        (
            ADMINISTRATOR,
            Act::Organise,
            Place::Jurisdiction,
            no_role(Act::Organise),
        ),
        (ORGANISER, Act::Organise, Place::Body(HOME), Ok(())),
        (HOME_OFFICER, Act::See, Place::Body(HOME), Ok(())),
        (HOME_OFFICER, Act::See, Place::Anywhere, Ok(())),
        (
            HOME_OFFICER,
            Act::See,
            Place::Body(OTHER_HOME),
            out(Act::See),
        ),
        (HOME_OFFICER, Act::See, Place::Body(CENTRE), out(Act::See)),
        (HOME_OFFICER, Act::See, fengtai(), out(Act::See)),
        (HOME_OFFICER, Act::See, Place::Jurisdiction, out(Act::See)),
        (
            HOME_OFFICER,
            Act::ReVerify,
            Place::Body(HOME),
            no_role(Act::ReVerify),
        ),
        (DEPARTMENT, Act::See, Place::Body(HOME), Ok(())),
        (DEPARTMENT, Act::See, fengtai(), Ok(())),
        (DEPARTMENT, Act::See, Place::Body(GROUP), out(Act::See)),
        (
            DEPARTMENT,
            Act::See,
            Place::District(DistrictCode("110101".into())),
            out(Act::See),
        ),
        (
            CENTRE_DEPARTMENT,
            Act::RectifyDepartment,
            Place::Body(CENTRE),
            Ok(()),
        ),
        (
            CENTRE_DEPARTMENT,
            Act::RectifyDepartment,
            Place::Body(BUREAU),
            out(Act::RectifyDepartment),
        ),
        (
            HOME_OFFICER,
            Act::RectifyDepartment,
            Place::Body(HOME),
            no_role(Act::RectifyDepartment),
        ),
        (OVERSEER, Act::ReVerify, Place::Body(HOME), Ok(())),
        (
            STRANGER,
            Act::See,
            Place::Anywhere,
            Err(PermissionRefusal::UnknownPerson),
        ),
    ] {
        assert_eq!(
            permit(&world.directory, person, act, &place, world.now),
            expected,
            "{person} {act:?} {place:?}"
        );
    }
}

#[test]
fn nobody_both_rectifies_and_re_verifies_by_one_role() {
    for role in Role::ALL {
        let acts = role.acts();
        for rectifying in [Act::Rectify, Act::RectifyDepartment] {
            assert!(
                !(acts.contains(&rectifying) && acts.contains(&Act::ReVerify)),
                "{role:?}"
            );
        }
        // A regulator rectifies for no institution, an institution for no regulator.
        assert!(
            !(acts.contains(&Act::Rectify) && acts.contains(&Act::RectifyDepartment)),
            "{role:?}"
        );
    }
}

#[test]
fn a_refusal_names_the_roles_it_takes() {
    let refusal = PermissionRefusal::NoSuchRole(Act::ReVerify);
    assert_eq!(
        refusal.text(Language::Chinese),
        "您的角色不能复核（需要：纪检监督人员）"
    );
    assert!(
        refusal
            .text(Language::English)
            .contains("Oversight officer")
    );
}
