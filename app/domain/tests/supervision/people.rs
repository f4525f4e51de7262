//! People come and go, and hold their roles where and as long as they were granted.

use crate::world::finding::{at, evidence, on_finding};
use crate::world::*;
use domain::finding::{FindingCommand, FindingRefusal, Stage};
use domain::id::{BodyId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Grant, PermissionRefusal, Place, Role, Scope, permit};
use domain::person::{Amendment, Field, PersonCommand, PersonRefusal, Registration};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use form::Texts;
use uuid::Uuid;

/// Manages people of the centre and what lies below it.
const CENTRE_ADMINISTRATOR: PersonId = PersonId(Uuid::from_u128(191));
const NEWCOMER: PersonId = PersonId(Uuid::from_u128(192));

fn registering(change: impl Fn(&mut Registration)) -> PersonCommand {
    let mut newcomer = Registration {
        name: texts("newcomer"),
        unit: Some(CENTRE),
        sign_in_name: "newcomer".into(),
        grants: vec![Grant::new(Role::Inspector, Scope::Jurisdiction)],
    };
    change(&mut newcomer);
    PersonCommand::Register(newcomer)
}

fn world() -> World {
    let mut world = World::new();
    let grants = vec![(Role::Administrator, Scope::Body(CENTRE))];
    world.registered(CENTRE_ADMINISTRATOR, "centre-administrator", CENTRE, grants);
    world
}

fn person(id: PersonId, command: PersonCommand) -> Command {
    Command::Person { id, command }
}

/// Organises from an hour from now, for an hour.
fn for_an_hour(world: &World) -> Grant {
    Grant {
        from: Some(world.now.plus_hours(1)),
        until: Some(world.now.plus_hours(2)),
        ..Grant::new(Role::Organiser, Scope::Jurisdiction)
    }
}

#[test]
fn a_grant_holds_from_its_first_moment_to_before_its_last() {
    let mut world = world();
    let grant = for_an_hour(&world);
    let granting = person(HOME_OFFICER, PersonCommand::Grant(grant.clone()));
    world.does(ADMINISTRATOR, &granting).unwrap();
    let (from, until) = (grant.from.unwrap(), grant.until.unwrap());
    for (at, holds) in [
        (world.now, false),
        (Instant(from.0 - 1), false),
        (from, true),
        (Instant(until.0 - 1), true),
        (until, false),
    ] {
        let outcome = permit(
            &world.directory,
            HOME_OFFICER,
            Act::Organise,
            &Place::Jurisdiction,
            at,
        );
        assert_eq!(outcome.is_ok(), holds, "{at:?}");
        // and what the person held before goes on
        let own = Place::Body(HOME);
        assert!(permit(&world.directory, HOME_OFFICER, Act::Rectify, &own, at).is_ok());
    }
}

#[test]
pub fn a_grant_that_is_revoked_is_gone_at_once_and_can_be_given_again() {
    let mut world = world();
    let grant = Grant::new(Role::InstitutionOfficer, Scope::Body(HOME));
    let revoke = person(HOME_OFFICER, PersonCommand::Revoke(grant.clone()));
    world.does(ADMINISTRATOR, &revoke).unwrap();
    let own = Place::Body(HOME);
    let may = |world: &World| {
        permit(
            &world.directory,
            HOME_OFFICER,
            Act::Rectify,
            &own,
            world.now,
        )
    };
    assert_eq!(
        may(&world),
        Err(PermissionRefusal::NoSuchRole(Act::Rectify))
    );
    assert_eq!(
        world.ask(ADMINISTRATOR, &revoke),
        Err(Refusal::Person(PersonRefusal::NotGranted))
    );
    world
        .does(
            ADMINISTRATOR,
            &person(HOME_OFFICER, PersonCommand::Grant(grant)),
        )
        .unwrap();
    assert_eq!(may(&world), Ok(()));
}

fn amending(world: &World, id: PersonId, change: impl Fn(&mut Amendment)) -> PersonCommand {
    let before = world.directory.person(id).unwrap().registration.amendable();
    let mut after = before.clone();
    change(&mut after);
    PersonCommand::Amend { before, after }
}

/// Given two who saw the same, when one gives the person a name and the other a unit, then both stand.
#[test]
pub fn a_person_is_amended_part_by_part() {
    let mut world = world();
    let renames = amending(&world, HOME_OFFICER, |officer| {
        officer.name = texts("renamed");
    });
    let transfers = amending(&world, HOME_OFFICER, |officer| officer.unit = Some(CENTRE));
    for command in [renames, transfers] {
        let command = person(HOME_OFFICER, command);
        world.does(CENTRE_ADMINISTRATOR, &command).unwrap();
        // a second time there is nothing to do
        assert_eq!(world.ask(CENTRE_ADMINISTRATOR, &command), Ok(Vec::new()));
    }
    let expected = Amendment {
        name: texts("renamed"),
        unit: Some(CENTRE),
    };
    let known = &world.directory.person(HOME_OFFICER).unwrap().registration;
    assert_eq!(known.amendable(), expected);
    let state = world.facts.person(HOME_OFFICER).registration.as_ref();
    assert_eq!(state, Some(known));
    // One's own name is one's own to set right, with the role for it.
    let own = amending(&world, CENTRE_ADMINISTRATOR, |own| own.name = texts("own"));
    let own = person(CENTRE_ADMINISTRATOR, own);
    assert!(world.ask(CENTRE_ADMINISTRATOR, &own).is_ok());
}

/// Given who rectified, when they are transferred to the oversight group and made an overseer, then they re-verify what others
/// rectified and never what they did themselves.
#[test]
fn whoever_rectified_stays_barred_after_a_transfer() {
    let mut world = at(Stage::Rectified);
    let transfer = amending(&world, HOME_OFFICER, |officer| officer.unit = Some(GROUP));
    let oversees = Grant::new(Role::OversightOfficer, Scope::Jurisdiction);
    for command in [transfer, PersonCommand::Grant(oversees)] {
        let command = person(HOME_OFFICER, command);
        world.does(ADMINISTRATOR, &command).unwrap();
    }
    let pass = on_finding(FindingCommand::Pass(evidence(9, world.now.0 + 10)));
    assert_eq!(
        world.ask(HOME_OFFICER, &pass),
        Err(FindingRefusal::RectifiedItOneself.into())
    );
    // Their recusal goes with the unit: of the home they may inspect nothing before, and as one of the group they may.
    let recused = |world: &World| {
        domain::recusal::recused(
            HOME_OFFICER,
            HOME,
            &domain::campaign::Campaign::default(),
            &world.directory,
            world.now,
        )
    };
    assert_eq!(
        recused(&at(Stage::Rectified)),
        Some(domain::recusal::RecusalReason::OwnBody)
    );
    assert_eq!(recused(&world), None);
}

/// Given somebody of the oversight group who rectified, when they are transferred, then their old colleagues are no more independent of
/// what they did than before.
#[test]
fn a_transfer_makes_nobody_independent_of_their_old_colleague() {
    let mut world = world();
    let independent = |world: &World| {
        let directory = &world.directory;
        domain::finding::check_independent(OVERSEER, HOME, &[LEADER], &[], directory)
    };
    let same_unit = Err(FindingRefusal::SameUnit);
    assert_eq!(independent(&world), same_unit);
    let transfer = amending(&world, LEADER, |leader| leader.unit = Some(BUREAU));
    world
        .does(ADMINISTRATOR, &person(LEADER, transfer))
        .unwrap();
    assert_eq!(independent(&world), same_unit);
}

#[test]
pub fn a_deactivated_person_comes_back_as_they_went() {
    let mut world = world();
    let before = world.directory.person(HOME_OFFICER).unwrap().clone();
    for (command, active) in [
        (PersonCommand::Deactivate, false),
        (PersonCommand::Reactivate, true),
    ] {
        let command = person(HOME_OFFICER, command);
        world.does(ADMINISTRATOR, &command).unwrap();
        let found = world.directory.active_person(HOME_OFFICER).is_some();
        assert_eq!(found, active);
        // a second time there is nothing to do
        assert_eq!(world.ask(ADMINISTRATOR, &command), Ok(Vec::new()));
    }
    assert_eq!(world.directory.person(HOME_OFFICER), Some(&before));
}

#[test]
pub fn what_cannot_be_done_to_a_person_is_refused_with_the_reason() {
    let world = world();
    let refused = Refusal::Person;
    let out = Refusal::Permission(PermissionRefusal::OutOfScope(Act::ManagePeople));
    let everywhere = |role| Grant::new(role, Scope::Jurisdiction);
    let hour = for_an_hour(&world);
    let own = Grant::new(Role::Administrator, Scope::Jurisdiction);
    let cases: Vec<(&str, PersonId, PersonId, PersonCommand, Refusal)> = vec![
        (
            "nobody",
            ADMINISTRATOR,
            STRANGER,
            PersonCommand::Grant(hour.clone()),
            refused(PersonRefusal::NotRegistered),
        ),
        (
            "by an organiser",
            ORGANISER,
            HOME_OFFICER,
            PersonCommand::Reactivate,
            Refusal::Permission(PermissionRefusal::NoSuchRole(Act::ManagePeople)),
        ),
        (
            "more than one's own scope",
            CENTRE_ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Grant(everywhere(Role::Inspector)),
            out.clone(),
        ),
        (
            "someone of another unit",
            CENTRE_ADMINISTRATOR,
            OVERSEER,
            PersonCommand::Deactivate,
            out.clone(),
        ),
        (
            "what someone above granted",
            CENTRE_ADMINISTRATOR,
            HOME_BOTH,
            PersonCommand::Revoke(everywhere(Role::OversightOfficer)),
            out,
        ),
        (
            "twice the same",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Grant(Grant::new(Role::InstitutionOfficer, Scope::Body(HOME))),
            refused(PersonRefusal::AlreadyGranted),
        ),
        (
            "in no district",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Grant(Grant::new(
                Role::Inspector,
                Scope::District(DistrictCode("0".into())),
            )),
            refused(PersonRefusal::ScopeUnknown),
        ),
        (
            "over before it begins",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Grant(Grant {
                until: hour.from,
                ..hour.clone()
            }),
            refused(PersonRefusal::EndBeforeStart),
        ),
        (
            "over already",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Grant(Grant {
                from: None,
                until: Some(world.now),
                ..hour
            }),
            refused(PersonRefusal::EndInThePast),
        ),
        (
            "one's own role",
            ADMINISTRATOR,
            ADMINISTRATOR,
            PersonCommand::Revoke(own),
            refused(PersonRefusal::OwnGrant),
        ),
        (
            "an officer of every institution",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Grant(everywhere(Role::InstitutionOfficer)),
            refused(PersonRefusal::NotAnInstitution),
        ),
        (
            "one's own password",
            ADMINISTRATOR,
            ADMINISTRATOR,
            PersonCommand::SetInitialPassword,
            refused(PersonRefusal::OwnPassword),
        ),
        (
            "a password that opens more than one's own scope",
            CENTRE_ADMINISTRATOR,
            HOME_BOTH,
            PersonCommand::SetInitialPassword,
            refused(PersonRefusal::RolesBeyondScope),
        ),
        (
            "oneself",
            ADMINISTRATOR,
            ADMINISTRATOR,
            PersonCommand::Deactivate,
            refused(PersonRefusal::Oneself),
        ),
        (
            "who is there",
            ADMINISTRATOR,
            HOME_OFFICER,
            registering(|_| {}),
            refused(PersonRefusal::AlreadyRegistered),
        ),
        (
            "without a name",
            ADMINISTRATOR,
            NEWCOMER,
            registering(|newcomer| newcomer.name = Texts::default()),
            refused(PersonRefusal::Name(WordingRefusal::Empty)),
        ),
        (
            "with a name that hides something",
            ADMINISTRATOR,
            NEWCOMER,
            registering(|newcomer| newcomer.name = texts("new\u{200B}comer")),
            refused(PersonRefusal::Name(WordingRefusal::Unprintable {
                code: 0x200B,
            })),
        ),
        (
            "with a sign-in name that is none",
            ADMINISTRATOR,
            NEWCOMER,
            registering(|newcomer| newcomer.sign_in_name = "Newcomer".into()),
            refused(PersonRefusal::SignInName),
        ),
        (
            "with somebody else's sign-in name",
            ADMINISTRATOR,
            NEWCOMER,
            registering(|newcomer| newcomer.sign_in_name = "inspector".into()),
            refused(PersonRefusal::SignInNameTaken("inspector".into())),
        ),
        (
            "of no body",
            ADMINISTRATOR,
            NEWCOMER,
            registering(|newcomer| newcomer.unit = Some(BodyId(Uuid::from_u128(99)))),
            refused(PersonRefusal::UnitUnknown),
        ),
        (
            "without a role",
            ADMINISTRATOR,
            NEWCOMER,
            registering(|newcomer| newcomer.grants.clear()),
            refused(PersonRefusal::NoGrant),
        ),
        (
            "what is not held",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Revoke(everywhere(Role::Administrator)),
            refused(PersonRefusal::NotGranted),
        ),
        (
            "one's own unit",
            ADMINISTRATOR,
            ADMINISTRATOR,
            amending(&world, ADMINISTRATOR, |own| own.unit = Some(CENTRE)),
            refused(PersonRefusal::OwnUnit),
        ),
        (
            "to a unit that is none",
            ADMINISTRATOR,
            HOME_OFFICER,
            amending(&world, HOME_OFFICER, |officer| {
                officer.unit = Some(BodyId(Uuid::from_u128(99)));
            }),
            refused(PersonRefusal::UnitUnknown),
        ),
        (
            "to no name",
            ADMINISTRATOR,
            HOME_OFFICER,
            amending(&world, HOME_OFFICER, |officer| {
                officer.name = Texts::default();
            }),
            refused(PersonRefusal::Name(WordingRefusal::Empty)),
        ),
        (
            "to a unit beyond one's scope",
            CENTRE_ADMINISTRATOR,
            HOME_OFFICER,
            amending(&world, HOME_OFFICER, |officer| officer.unit = Some(GROUP)),
            Refusal::Permission(PermissionRefusal::OutOfScope(Act::ManagePeople)),
        ),
        (
            "what was changed meanwhile",
            ADMINISTRATOR,
            HOME_OFFICER,
            PersonCommand::Amend {
                before: Amendment {
                    name: texts("as it was"),
                    unit: Some(GROUP),
                },
                after: Amendment {
                    name: texts("as it should be"),
                    unit: Some(BUREAU),
                },
            },
            refused(PersonRefusal::ChangedMeanwhile(vec![
                Field::Name,
                Field::Unit,
            ])),
        ),
    ];
    let mut met = Vec::new();
    for (name, actor, subject, command, expected) in cases {
        let refusal = world.ask(actor, &person(subject, command)).unwrap_err();
        assert_eq!(refusal, expected, "{name}");
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{name}");
        }
        if let Refusal::Person(refusal) = refusal {
            met.push(refusal);
        }
    }
    assert_every_variant!(
        met,
        PersonRefusal: AlreadyRegistered, NotRegistered, Name, SignInName, SignInNameTaken, UnitUnknown, ScopeUnknown,
        NoGrant, NotAnInstitution, Oneself, AlreadyGranted, NotGranted, EndBeforeStart, EndInThePast, OwnGrant, OwnPassword,
        RolesBeyondScope, OwnUnit, ChangedMeanwhile,
    );
}

/// Given a role beyond the scope that is over, then the password opens nothing there any more.
#[test]
pub fn whoever_covers_every_role_that_holds_sets_a_password_and_it_is_recorded() {
    let mut world = world();
    let grant = for_an_hour(&world);
    let until = grant.until.unwrap();
    let granting = person(HOME_OFFICER, PersonCommand::Grant(grant));
    world.does(ADMINISTRATOR, &granting).unwrap();
    let setting = person(HOME_OFFICER, PersonCommand::SetInitialPassword);
    let beyond = Refusal::from(PersonRefusal::RolesBeyondScope);
    assert_eq!(world.ask(CENTRE_ADMINISTRATOR, &setting), Err(beyond));
    world.now = until;
    let events = world.ask(CENTRE_ADMINISTRATOR, &setting).unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.event.kind()).collect();
    assert_eq!(kinds, ["person.initialPasswordSet"]);
    // A browser cannot ask for it by itself.
    assert!(serde_json::from_str::<PersonCommand>("\"setInitialPassword\"").is_err());
}

#[test]
fn a_grant_stored_before_grants_had_a_term_is_read_still() {
    let stored = r#"{"registered":{"name":{"en":"x"},"signInName":"xyz","grants":[{"role":"inspector","scope":"jurisdiction"}]}}"#;
    let event = Event::decode("person.registered", stored).unwrap();
    assert_eq!(event.body(), stored);
}
