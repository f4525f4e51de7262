//! A tablet makes its key known, and is revoked once.

use crate::world::*;
use domain::device::{DeviceCommand, DeviceEvent, DeviceKey, DeviceRefusal};
use domain::id::PersonId;
use domain::permission::{Act, PermissionRefusal};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Refusal};

fn key(byte: u8) -> DeviceKey {
    let mut point = [byte; 65];
    point[0] = 4;
    DeviceKey::of(&point)
}

fn on_tablet(command: DeviceCommand) -> Command {
    Command::Device {
        id: TABLET,
        command,
    }
}

fn enrol(key: DeviceKey, name: &str) -> Command {
    on_tablet(DeviceCommand::Enrol {
        key,
        name: name.into(),
    })
}

fn revoke(reason: &str) -> Command {
    on_tablet(DeviceCommand::Revoke {
        reason: reason.into(),
    })
}

fn readmit(reason: &str) -> Command {
    on_tablet(DeviceCommand::Readmit {
        reason: reason.into(),
    })
}

fn enrolled() -> World {
    let mut world = World::new();
    world.does(INSPECTOR, &enrol(key(1), "Chrome")).unwrap();
    world
}

/// A tablet from before there were keys, with which these have sent something.
fn used_by(people: &[PersonId]) -> World {
    let mut world = World::new();
    let users = people.iter().copied().collect();
    world.facts.mark_device_users(TABLET, users);
    world
}

/// Given a tablet that sent something before it had a key, then one of those who sent it enrols it.
#[test]
pub fn who_worked_with_a_tablet_enrols_it() {
    let world = used_by(&[LEADER, INSPECTOR]);
    world.ask(INSPECTOR, &enrol(key(1), "Chrome")).unwrap();
    used_by(&[])
        .ask(INSPECTOR, &enrol(key(1), "Chrome"))
        .unwrap();
}

/// Given a tablet that was revoked, or lost its key, when it is let enrol anew, then it enrols with another key and is trusted.
#[test]
pub fn a_tablet_is_let_enrol_anew() {
    for given in [enrolled, revoked] {
        let mut world = given();
        world.does(ADMINISTRATOR, &readmit("Found")).unwrap();
        assert_eq!(world.facts.device(TABLET).enrolment, None);
        world.does(LEADER, &enrol(key(2), "Chrome")).unwrap();
        let state = world.facts.device(TABLET);
        assert_eq!(state.enrolment.as_ref().unwrap().key, key(2));
        assert!(!state.revoked);
    }
}

fn revoked() -> World {
    let mut world = enrolled();
    world.does(ADMINISTRATOR, &revoke("Lost")).unwrap();
    world
}

/// Given a tablet, when its key is made known again and again, by whoever works on it, then it is taken down once.
#[test]
pub fn a_key_is_taken_down_once() {
    let mut world = World::new();
    let events = world.ask(INSPECTOR, &enrol(key(1), "Chrome")).unwrap();
    let expected = Event::Device(DeviceEvent::Enrolled {
        key: key(1),
        name: "Chrome".into(),
    });
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event, expected);
    world.does(INSPECTOR, &enrol(key(1), "Chrome")).unwrap();
    let again = world.ask(LEADER, &enrol(key(1), "Chrome 2")).unwrap();
    assert_eq!(again, []);
    let known = world.facts.device(TABLET);
    assert_eq!(known.enrolment.as_ref().unwrap().key, key(1));
    assert!(!known.revoked);
    assert!(revoked().facts.device(TABLET).revoked);
}

#[test]
pub fn what_cannot_be_done_with_a_tablet_is_refused_with_the_reason() {
    let device = |refusal: DeviceRefusal| Refusal::from(refusal);
    let permission = |refusal: PermissionRefusal| Refusal::from(refusal);
    let long = "x".repeat(121);
    let cases: Vec<(fn() -> World, _, Command, Refusal)> = vec![
        (
            enrolled,
            INSPECTOR,
            enrol(key(2), "Chrome"),
            device(DeviceRefusal::OtherKey),
        ),
        (
            revoked,
            INSPECTOR,
            enrol(key(2), "Chrome"),
            device(DeviceRefusal::OtherKey),
        ),
        (
            revoked,
            INSPECTOR,
            enrol(key(1), "Chrome"),
            device(DeviceRefusal::Revoked),
        ),
        (
            || used_by(&[LEADER, HOME_OFFICER]),
            INSPECTOR,
            enrol(key(1), "Chrome"),
            device(DeviceRefusal::NotTheirs),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(DeviceKey(key(10).0.to_uppercase()), "Chrome"),
            device(DeviceRefusal::Key),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(DeviceKey("04".into()), "Chrome"),
            device(DeviceRefusal::Key),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(DeviceKey::of(&[2; 65]), "Chrome"),
            device(DeviceRefusal::Key),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(DeviceKey("é".repeat(65)), "Chrome"),
            device(DeviceRefusal::Key),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(key(1), " "),
            device(DeviceRefusal::Name(WordingRefusal::Empty)),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(key(1), &long),
            device(DeviceRefusal::Name(WordingRefusal::TooLong { limit: 120 })),
        ),
        (
            World::new,
            INSPECTOR,
            enrol(key(1), "a\u{202E}b"),
            device(DeviceRefusal::Name(WordingRefusal::Unprintable {
                code: 0x202E,
            })),
        ),
        (
            World::new,
            ORGANISER,
            enrol(key(1), "Chrome"),
            permission(PermissionRefusal::NoSuchRole(Act::Inspect)),
        ),
        (
            World::new,
            ADMINISTRATOR,
            revoke("Lost"),
            device(DeviceRefusal::Unknown),
        ),
        (
            revoked,
            ADMINISTRATOR,
            revoke("Lost"),
            device(DeviceRefusal::AlreadyRevoked),
        ),
        (
            World::new,
            ADMINISTRATOR,
            readmit("Found"),
            device(DeviceRefusal::Unknown),
        ),
        (
            revoked,
            ADMINISTRATOR,
            readmit(" "),
            device(DeviceRefusal::Reason(WordingRefusal::Empty)),
        ),
        (
            revoked,
            INSPECTOR,
            readmit("Found"),
            permission(PermissionRefusal::NoSuchRole(Act::ManagePeople)),
        ),
        (
            enrolled,
            ADMINISTRATOR,
            revoke(""),
            device(DeviceRefusal::Reason(WordingRefusal::Empty)),
        ),
        (
            enrolled,
            INSPECTOR,
            revoke("Lost"),
            permission(PermissionRefusal::NoSuchRole(Act::ManagePeople)),
        ),
    ];
    for (given, who, command, expected) in cases {
        let refusal = given().ask(who, &command).unwrap_err();
        assert_eq!(refusal, expected, "{command:?}");
        for language in domain::Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
}

#[test]
pub fn every_refusal_of_devices_is_met() {
    assert_every_refusal!(
        Device, DeviceRefusal by [
            a_key_is_taken_down_once, who_worked_with_a_tablet_enrols_it, a_tablet_is_let_enrol_anew, what_cannot_be_done_with_a_tablet_is_refused_with_the_reason,
        ]: OtherKey, NotTheirs, Revoked, Key, Name, Unknown, AlreadyRevoked, Reason,
    );
}
