//! What the rules could not place is kept until a person settles it, once.

use crate::world::*;
use domain::held::{HeldCommand, HeldEvent, HeldRefusal, Kept};
use domain::id::{EventId, JurisdictionId, PersonId};
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::record::{Authored, Stream, StreamKind};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use uuid::Uuid;

const HELD: EventId = EventId(Uuid::from_u128(601));
/// Manages the centre's people and bodies, and nothing beyond.
const CENTRE_ADMINISTRATOR: PersonId = PersonId(Uuid::from_u128(191));

fn settle(decision: &str) -> Command {
    Command::Held {
        id: HELD,
        command: HeldCommand::Settle {
            decision: decision.into(),
        },
    }
}

/// A city in which a visit was handed in a second time, by another tablet.
fn kept() -> World {
    let mut world = World::new();
    let administrates = vec![(Role::Administrator, Scope::Body(CENTRE))];
    world.registered(CENTRE_ADMINISTRATOR, "centre", CENTRE, administrates);
    let stream = Stream {
        kind: StreamKind::Held,
        id: HELD.0,
    };
    let original = Authored {
        id: HELD,
        jurisdiction: JurisdictionId(Uuid::from_u128(9)),
        stream: "inspection:?".into(),
        kind: "inspection.submitted".into(),
        body: "{}".into(),
        actor: INSPECTOR,
        device: Some(TABLET),
        device_sequence: Some(1),
        occurred_at: world.now,
    };
    let reason = texts("handed in already");
    let event = HeldEvent::Kept(Box::new(Kept { original, reason }));
    world.happened(stream, &Event::Held(event));
    world
}

fn settled() -> World {
    let mut world = kept();
    world.does(ORGANISER, &settle("Kept as it is")).unwrap();
    world
}

#[test]
pub fn what_cannot_be_settled_is_refused_with_the_reason() {
    let cases: Vec<(fn() -> World, String, HeldRefusal)> = vec![
        (World::new, "Kept".into(), HeldRefusal::Unknown),
        (settled, "Dropped".into(), HeldRefusal::AlreadySettled),
        (
            kept,
            " ".into(),
            HeldRefusal::Decision(WordingRefusal::Empty),
        ),
        (
            kept,
            "字".repeat(4_001),
            HeldRefusal::Decision(WordingRefusal::TooLong { limit: 4_000 }),
        ),
        (
            kept,
            "留\u{202E}存".into(),
            HeldRefusal::Decision(WordingRefusal::Unprintable { code: 0x202E }),
        ),
    ];
    let mut met = Vec::new();
    for (given, decision, expected) in cases {
        let refusal = given().ask(ORGANISER, &settle(&decision)).unwrap_err();
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{refusal:?}");
        }
        assert_eq!(refusal, Refusal::Held(expected.clone()));
        met.push(expected);
    }
    assert_every_variant!(met, HeldRefusal: Unknown, AlreadySettled, Decision);
}

#[test]
pub fn whoever_may_not_settle_is_told_so() {
    let world = kept();
    for (person, refusal) in [
        (INSPECTOR, PermissionRefusal::NoSuchRole(Act::SettleHeld)),
        (HOME_OFFICER, PermissionRefusal::NoSuchRole(Act::SettleHeld)),
        (
            CENTRE_ADMINISTRATOR,
            PermissionRefusal::OutOfScope(Act::SettleHeld),
        ),
    ] {
        let answer = world.ask(person, &settle("Kept")).unwrap_err();
        assert_eq!(answer, Refusal::Permission(refusal));
    }
}
