//! The record shows tampering: the byte format is fixed by a test vector, and any change breaks the chain at its place.

use domain::event::{DecodeError, KINDS};
use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::{Authored, ChainBreak, Hash, Recorded, Stream, canonical_bytes, verify_next};
use domain::{Event, say};
use proptest::prelude::*;
use uuid::Uuid;

fn authored(number: u128, body: &str) -> Authored {
    Authored {
        id: EventId(Uuid::from_u128(number)),
        jurisdiction: JurisdictionId(Uuid::from_u128(1)),
        stream: "body/00000000-0000-0000-0000-000000000002".into(),
        kind: "body.registered".into(),
        body: body.into(),
        actor: PersonId(Uuid::from_u128(3)),
        device: number
            .is_multiple_of(2)
            .then(|| DeviceId(Uuid::from_u128(4))),
        device_sequence: number.is_multiple_of(2).then_some(7),
        occurred_at: Instant(1_647_129_600_000),
    }
}

fn chain(length: u64) -> Vec<Recorded> {
    let mut chain: Vec<Recorded> = Vec::new();
    for position in 1..=length {
        let previous = chain.last().map_or(Hash::ZERO, |last| last.hash);
        let authored = authored(position.into(), &format!("{{\"n\":{position}}}"));
        chain.push(Recorded::seal(
            authored,
            position,
            position,
            Instant(1_647_129_600_001),
            previous,
        ));
    }
    chain
}

fn verify(chain: &[Recorded]) -> Result<(), ChainBreak> {
    let mut last = (0, Hash::ZERO);
    for event in chain {
        verify_next(last, event)?;
        last = (event.position, event.hash);
    }
    Ok(())
}

/// Written down so that another program, or this one in ten years, can check a log from its bytes alone.
#[test]
fn the_byte_format_is_what_it_was() {
    let event = &chain(1)[0];
    let bytes = canonical_bytes(event);
    assert_eq!(&bytes[..14], b"dubang.event.1");
    assert_eq!(&bytes[14..46], [0; 32]);
    assert_eq!(&bytes[46..54], 36_u64.to_be_bytes());
    assert_eq!(&bytes[54..90], b"00000000-0000-0000-0000-000000000001");
    assert_eq!(&bytes[90..98], 1_u64.to_be_bytes());
    assert_eq!(event.hash.to_string(), TEST_VECTOR);
    assert_eq!(event.hash, Hash::of(&bytes));
}

/// Computed apart from this code, from the byte format alone.
const TEST_VECTOR: &str = "dc2400e0dc320477343451314b9564028d2944dbf8e908e62786d58b64185284";

#[test]
fn any_change_is_found_at_its_place() {
    let whole = chain(20);
    assert_eq!(verify(&whole), Ok(()));
    type Tamper = fn(&mut Recorded);
    let tampers: [Tamper; 9] = [
        |event| event.authored.body = "{\"n\":0}".into(),
        |event| event.authored.body.push(' '),
        |event| event.authored.kind = "body.removed".into(),
        |event| event.authored.actor = PersonId(Uuid::from_u128(99)),
        |event| event.authored.device = Some(DeviceId(Uuid::from_u128(99))),
        |event| event.authored.device_sequence = Some(8),
        |event| event.authored.occurred_at = Instant(0),
        |event| event.recorded_at = Instant(0),
        |event| event.version += 1,
    ];
    for tamper in tampers {
        let mut chain = whole.clone();
        tamper(&mut chain[9]);
        assert_eq!(verify(&chain), Err(ChainBreak::Content { position: 10 }));
        // Sealed anew, it no longer leads to the next.
        let event = chain[9].clone();
        chain[9] = Recorded::seal(
            event.authored,
            10,
            event.version,
            event.recorded_at,
            event.previous_hash,
        );
        assert_eq!(verify(&chain), Err(ChainBreak::Previous { position: 11 }));
    }
    let mut removed = whole.clone();
    removed.remove(9);
    assert_eq!(
        verify(&removed),
        Err(ChainBreak::Position {
            previous: 9,
            found: 11
        })
    );
    let mut swapped = whole;
    swapped.swap(9, 10);
    assert_eq!(
        verify(&swapped),
        Err(ChainBreak::Position {
            previous: 9,
            found: 11
        })
    );
}

/// Lengths stand before contents: moving a byte from one field to the next gives other bytes.
#[test]
fn no_two_events_have_the_same_bytes() {
    let seal = |authored| Recorded::seal(authored, 1, 1, Instant(0), Hash::ZERO).hash;
    let one = Authored {
        kind: "ab".into(),
        body: "c".into(),
        ..authored(1, "")
    };
    let two = Authored {
        kind: "a".into(),
        body: "bc".into(),
        ..authored(1, "")
    };
    assert_ne!(seal(one), seal(two));
}

#[test]
fn an_unknown_kind_is_told_from_an_unreadable_body() {
    assert_eq!(
        Event::decode("drone.flown", "{}"),
        Err(DecodeError::UnknownKind("drone.flown".into()))
    );
    assert!(matches!(
        Event::decode("finding.raised", "{}"),
        Err(DecodeError::Body { .. })
    ));
    // A body of another kind than it says.
    assert!(matches!(
        Event::decode("person.registered", "\"deactivated\""),
        Err(DecodeError::Body { .. })
    ));
    assert_eq!(
        Event::decode("person.deactivated", "\"deactivated\"").map(|event| event.kind()),
        Ok("person.deactivated")
    );
}

#[test]
fn kinds_are_named_once() {
    let mut kinds = KINDS.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), KINDS.len());
}

#[test]
fn an_envelope_keeps_its_body_to_the_byte() {
    let json = format!(
        r#"{{"id":"{0}","jurisdiction":"{0}","stream":"x/y","kind":"k","body":{{ "b" : [1.0, 2] }},"actor":"{0}","occurredAt":5}}"#,
        Uuid::from_u128(1)
    );
    let authored: Authored = serde_json::from_str(&json).unwrap();
    assert_eq!(authored.body, r#"{ "b" : [1.0, 2] }"#);
    assert_eq!(serde_json::to_string(&authored).unwrap(), json);
    assert_eq!(say!(domain::Language::Chinese, "甲", "a"), "甲");
}

proptest! {
    #[test]
    fn reading_what_anyone_sends_never_panics(kind in "[a-z.A-Z]{0,20}", body in ".{0,60}", known in 0..KINDS.len()) {
        let _ = Event::decode(&kind, &body);
        let _ = Event::decode(KINDS[known], &body);
        let _ = body.parse::<Stream>();
        let _ = body.parse::<Hash>();
        let _ = serde_json::from_str::<Authored>(&body);
    }
}
