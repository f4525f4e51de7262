//! What visits leave beside their inspections: the regulator's file, and inspectors' clearance.

use crate::world::finding::*;
use crate::world::*;
use domain::campaign::{CampaignCommand, Subjects};
use domain::clearance::{
    ClearanceCommand, ClearanceRefusal, ClearanceState, Cleared, MOST_DOSES, TEST_HOURS,
};
use domain::id::{BodyId, InspectionId, PersonId};
use domain::instant::Instant;
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::regulator_file::{Assessment, Conduct, RegulatorFileCommand, RegulatorFileRefusal};
use domain::wording::WordingRefusal;
use domain::{Command, Language, Refusal};

fn on_file(command: RegulatorFileCommand) -> Command {
    Command::RegulatorFile {
        id: InspectionId::of(ASSIGNMENT),
        command,
    }
}

fn assess(regulator: BodyId, knew: bool, acted: bool) -> Command {
    on_file(RegulatorFileCommand::Assess(Assessment {
        regulator,
        knew,
        acted,
        account: "查阅检查记录，询问经办人。".into(),
    }))
}

fn sign() -> Command {
    on_file(RegulatorFileCommand::Sign)
}

fn refused(world: &World, person: PersonId, command: &Command, refusal: RegulatorFileRefusal) {
    let answer = world.ask(person, command).map(|_| ());
    assert_eq!(answer, Err(Refusal::RegulatorFile(refusal)), "{command:?}");
}

#[test]
fn a_completed_visit_opens_the_regulators_file() {
    // given no visit, or one that ended at the gate, then there is no file
    refused(
        &World::new(),
        OVERSEER,
        &assess(CENTRE, true, true),
        RegulatorFileRefusal::NoVisit,
    );
    let mut world = World::new();
    world.does(ORGANISER, &campaign()).unwrap();
    world.does(ORGANISER, &assign(order())).unwrap();
    world.does(LEADER, &submit(turned_away())).unwrap();
    refused(
        &world,
        OVERSEER,
        &assess(CENTRE, true, true),
        RegulatorFileRefusal::NoVisit,
    );
    // given one that was completed, then it is written, and written anew, until it is signed
    let mut world = inspected();
    refused(&world, OVERSEER, &sign(), RegulatorFileRefusal::NotAssessed);
    world.does(OVERSEER, &assess(CENTRE, false, false)).unwrap();
    world.does(OVERSEER, &assess(CENTRE, true, false)).unwrap();
    refused(
        &world,
        OVERSEER,
        &sign(),
        RegulatorFileRefusal::WroteItOneself,
    );
    world.does(BOTH_SIDES, &sign()).unwrap();
    for command in [assess(CENTRE, true, true), sign()] {
        refused(
            &world,
            BOTH_SIDES,
            &command,
            RegulatorFileRefusal::SignedAlready,
        );
    }
    let file = world.facts.regulator_file(InspectionId::of(ASSIGNMENT));
    assert_eq!(file.signed_by, Some(BOTH_SIDES));
    assert!(
        file.assessment
            .as_ref()
            .is_some_and(|file| file.knew && !file.acted)
    );
}

#[test]
fn nobody_of_the_regulator_writes_or_signs_its_file() {
    // given the centre, which the home answers to, and people of it, of the bureau above it, and of the oversight group
    let mut world = inspected();
    refused(
        &world,
        CENTRE_OVERSEER,
        &assess(CENTRE, true, true),
        RegulatorFileRefusal::OwnFile,
    );
    // of the bureau's file, nobody of the bureau nor of the centre below it
    for person in [ORGANISER, DEPARTMENT, CENTRE_OVERSEER] {
        refused(
            &world,
            person,
            &assess(BUREAU, true, true),
            RegulatorFileRefusal::OwnFile,
        );
    }
    world.does(OVERSEER, &assess(CENTRE, true, true)).unwrap();
    // nor do they write it anew about another department
    refused(
        &world,
        CENTRE_OVERSEER,
        &assess(BUREAU, true, true),
        RegulatorFileRefusal::OwnFile,
    );
    refused(
        &world,
        CENTRE_OVERSEER,
        &sign(),
        RegulatorFileRefusal::OwnFile,
    );
    // then another unit signs
    world.does(ORGANISER, &sign()).unwrap();
}

/// Given a visit to a department itself, then there is no regulator's file beside it.
#[test]
fn a_visit_to_a_department_opens_no_file() {
    let mut world = World::new();
    let third = PersonId(uuid::Uuid::from_u128(711));
    let inspects = vec![(Role::Inspector, Scope::Jurisdiction)];
    world.registered(third, "third", GROUP, inspects);
    let Command::Campaign {
        id,
        command: CampaignCommand::Create(mut plan),
    } = campaign()
    else {
        unreachable!("a campaign is created")
    };
    plan.terms.subjects = Subjects::Regulators;
    let command = CampaignCommand::Create(plan);
    world
        .does(ORGANISER, &Command::Campaign { id, command })
        .unwrap();
    let order = domain::assignment::AssignmentOrder {
        target: CENTRE,
        team: vec![LEADER, third],
        ..order()
    };
    world.does(ORGANISER, &assign(order)).unwrap();
    let visit = domain::inspection::Submission {
        target: CENTRE,
        present: vec![LEADER, third],
        ..submission()
    };
    world.does(LEADER, &submit(visit)).unwrap();
    let refusal = RegulatorFileRefusal::NotAnInstitution;
    for language in Language::ALL {
        assert!(!refusal.text(language).is_empty());
    }
    refused(&world, OVERSEER, &assess(CENTRE, true, true), refusal);
}

#[test]
fn a_file_is_sound_and_by_whom_it_belongs_to() {
    let world = inspected();
    refused(
        &world,
        OVERSEER,
        &assess(HOME, true, true),
        RegulatorFileRefusal::NotARegulator,
    );
    refused(
        &world,
        OVERSEER,
        &assess(CENTRE, false, true),
        RegulatorFileRefusal::ActedUnaware,
    );
    for (account, why) in [
        (" ".to_owned(), WordingRefusal::Empty),
        (
            "字".repeat(10_000),
            WordingRefusal::TooLong { limit: 4_000 },
        ),
        (
            "查\u{202E}阅".to_owned(),
            WordingRefusal::Unprintable { code: 0x202E },
        ),
    ] {
        let command = on_file(RegulatorFileCommand::Assess(Assessment {
            regulator: CENTRE,
            knew: true,
            acted: true,
            account,
        }));
        refused(
            &world,
            OVERSEER,
            &command,
            RegulatorFileRefusal::Account(why),
        );
    }
    for person in [ADMINISTRATOR, LEADER, INSPECTOR, HOME_OFFICER] {
        assert_eq!(
            world.ask(person, &assess(CENTRE, true, true)).map(|_| ()),
            Err(PermissionRefusal::NoSuchRole(Act::JudgeRegulators).into())
        );
    }
}

#[test]
fn conduct_is_what_was_known_and_done() {
    for (knew, acted, conduct) in [
        (true, true, Conduct::KnewAndActed),
        (true, false, Conduct::KnewAndDidNotAct),
        (false, false, Conduct::DidNotKnow),
    ] {
        assert_eq!(Conduct::of(knew, acted), conduct);
        assert_eq!(Conduct::from_code(conduct.code()), Some(conduct));
    }
}

fn record(person: PersonId, change: impl Fn(&mut Cleared)) -> Command {
    let mut cleared = Cleared {
        tested_at: Instant(1_647_100_000_000),
        negative: true,
        doses: 3,
        last_dose_on: Some(day("2022-01-05")),
    };
    change(&mut cleared);
    Command::Clearance {
        id: person,
        command: ClearanceCommand::Record(cleared),
    }
}

#[test]
fn a_test_holds_for_its_hours() {
    let mut world = World::new();
    world.does(INSPECTOR, &record(INSPECTOR, |_| {})).unwrap();
    let clearance = world.facts.clearance(INSPECTOR);
    let tested = Instant(1_647_100_000_000);
    let last = tested.plus_hours(TEST_HOURS);
    assert_eq!(clearance.state(last), ClearanceState::Valid);
    assert_eq!(
        clearance.state(Instant(last.0 + 1)),
        ClearanceState::Expired
    );
    assert_eq!(
        world.facts.clearance(LEADER).state(last),
        ClearanceState::NeverTested
    );
    let positive = record(INSPECTOR, |cleared| cleared.negative = false);
    world.does(INSPECTOR, &positive).unwrap();
    assert_eq!(
        world.facts.clearance(INSPECTOR).state(tested),
        ClearanceState::Positive
    );
}

#[test]
fn a_clearance_is_sound_and_by_whom_it_belongs_to() {
    let mut world = World::new();
    let ahead = Instant(world.now.0 + 1);
    for (command, refusal) in [
        (record(STRANGER, |_| {}), ClearanceRefusal::PersonUnknown),
        (
            record(INSPECTOR, |cleared| cleared.tested_at = ahead),
            ClearanceRefusal::TestAhead,
        ),
        (
            record(INSPECTOR, |cleared| cleared.doses = MOST_DOSES + 1),
            ClearanceRefusal::TooManyDoses { limit: MOST_DOSES },
        ),
        (
            record(INSPECTOR, |cleared| cleared.last_dose_on = None),
            ClearanceRefusal::DoseDay,
        ),
        (
            record(INSPECTOR, |cleared| cleared.doses = 0),
            ClearanceRefusal::DoseDay,
        ),
        (
            record(INSPECTOR, |cleared| {
                cleared.last_dose_on = Some(day("2022-03-14"))
            }),
            ClearanceRefusal::DoseDay,
        ),
    ] {
        let answer = world.ask(ORGANISER, &command).map(|_| ());
        assert_eq!(answer, Err(Refusal::Clearance(refusal.clone())));
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
    // One's own, or an organiser's.
    assert!(world.ask(LEADER, &record(INSPECTOR, |_| {})).is_err());
    assert!(
        world
            .ask(ADMINISTRATOR, &record(ADMINISTRATOR, |_| {}))
            .is_err()
    );
    world.does(ORGANISER, &record(INSPECTOR, |_| {})).unwrap();
    let than = Instant(1_647_100_000_000);
    let earlier = record(INSPECTOR, |cleared| cleared.tested_at = Instant(than.0 - 1));
    assert_eq!(
        world.ask(INSPECTOR, &earlier).map(|_| ()),
        Err(ClearanceRefusal::TestNotLater { than }.into())
    );
}

#[test]
pub fn every_refusal_of_regulators_files_is_met() {
    assert_every_refusal!(
        RegulatorFile, RegulatorFileRefusal by [
            a_completed_visit_opens_the_regulators_file, nobody_of_the_regulator_writes_or_signs_its_file, a_visit_to_a_department_opens_no_file, a_file_is_sound_and_by_whom_it_belongs_to, conduct_is_what_was_known_and_done, a_test_holds_for_its_hours, a_clearance_is_sound_and_by_whom_it_belongs_to,
        ]:
        NoVisit, NotAnInstitution, NotARegulator, ActedUnaware, Account, NotAssessed, OwnFile, WroteItOneself, SignedAlready,
    );
}

#[test]
pub fn every_refusal_of_clearances_is_met() {
    assert_every_refusal!(
        Clearance, ClearanceRefusal by [
            a_completed_visit_opens_the_regulators_file, nobody_of_the_regulator_writes_or_signs_its_file, a_visit_to_a_department_opens_no_file, a_file_is_sound_and_by_whom_it_belongs_to, conduct_is_what_was_known_and_done, a_test_holds_for_its_hours, a_clearance_is_sound_and_by_whom_it_belongs_to,
        ]:
        PersonUnknown, TestAhead, TestNotLater, TooManyDoses, DoseDay,
    );
}
