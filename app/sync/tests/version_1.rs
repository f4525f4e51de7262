//! The protocol, version 1, as its first tablets and servers speak it: word for word, since tablets update late and servers do not wait
//! for them. What is written here is never changed; what today's code writes and reads is held to it in both directions.

use std::fmt::Debug;

use domain::device::{BatchSignature, DeviceKey};
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use form::Texts;
use json::FromJson;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync::protocol::{
    Enrol, EventReceipt, Me, PhotosAsked, PhotosLacking, Problem, Pulled, Push, PushRefusal,
    Pushed, Receipt, SignIn,
};
use uuid::Uuid;

const fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn reason() -> Texts {
    Texts::both("原因", "reason")
}

fn event() -> Authored {
    Authored {
        id: EventId(uuid(3)),
        jurisdiction: JurisdictionId(uuid(1)),
        stream: "inspection/00000000-0000-0000-0000-000000000009".into(),
        kind: "inspection.started".into(),
        body: r#"{"started": {"target": "00000000-0000-0000-0000-000000000008"}}"#.into(),
        actor: PersonId(uuid(2)),
        device: Some(DeviceId(uuid(4))),
        device_sequence: Some(7),
        occurred_at: Instant(1_647_129_600_000),
    }
}

const EVENT: &str = r#"{"id":"00000000-0000-0000-0000-000000000003","jurisdiction":"00000000-0000-0000-0000-000000000001","stream":"inspection/00000000-0000-0000-0000-000000000009","kind":"inspection.started","body":{"started": {"target": "00000000-0000-0000-0000-000000000008"}},"actor":"00000000-0000-0000-0000-000000000002","device":"00000000-0000-0000-0000-000000000004","deviceSequence":7,"occurredAt":1647129600000}"#;

/// A tablet's words: today's tablets write them so, and today's server reads them.
fn from_a_tablet<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, words: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), words);
    assert_eq!(&serde_json::from_str::<T>(words).unwrap(), value);
}

/// A server's words: today's server writes them so, and today's tablets read them.
fn from_a_server<T: Serialize + FromJson + PartialEq + Debug>(value: &T, words: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), words);
    assert_eq!(json::read::<T>(words).as_ref(), Ok(value), "{words}");
}

#[test]
fn what_tablets_send() {
    from_a_tablet(
        &SignIn {
            name: "inspector-01".into(),
            password: "p\"w".into(),
        },
        r#"{"name":"inspector-01","password":"p\"w"}"#,
    );
    from_a_tablet(
        &Push {
            device: DeviceId(uuid(4)),
            events: vec![event()],
            signature: None,
        },
        &format!(r#"{{"device":"00000000-0000-0000-0000-000000000004","events":[{EVENT}]}}"#),
    );
    from_a_tablet(
        &Push {
            device: DeviceId(uuid(4)),
            events: Vec::new(),
            signature: Some(BatchSignature("0a".into())),
        },
        r#"{"device":"00000000-0000-0000-0000-000000000004","events":[],"signature":"0a"}"#,
    );
    from_a_tablet(
        &Enrol {
            device: DeviceId(uuid(4)),
            key: DeviceKey("04".into()),
            name: "Chrome".into(),
        },
        r#"{"device":"00000000-0000-0000-0000-000000000004","key":"04","name":"Chrome"}"#,
    );
    from_a_tablet(
        &PhotosAsked {
            photos: vec![PhotoHash("ab".repeat(32))],
        },
        &format!(r#"{{"photos":["{}"]}}"#, "ab".repeat(32)),
    );
}

/// Who is signed in, as the first servers say it.
const ME: &str = r#"{"person":"00000000-0000-0000-0000-000000000002","name":{"en":"reason","zh-Hans":"原因"},"signInName":"inspector-01","jurisdiction":"00000000-0000-0000-0000-000000000001","jurisdictionName":{"en":"reason","zh-Hans":"原因"},"timeZone":"Asia/Shanghai","serverTime":1647129600000}"#;

#[test]
fn what_servers_answer() {
    from_a_server(
        &Me {
            person: PersonId(uuid(2)),
            name: reason(),
            sign_in_name: "inspector-01".into(),
            jurisdiction: JurisdictionId(uuid(1)),
            jurisdiction_name: reason(),
            time_zone: "Asia/Shanghai".into(),
            server_time: Instant(1_647_129_600_000),
            map_tiles: None,
            map_credit: None,
        },
        ME,
    );
    from_a_server(
        &Me {
            map_tiles: Some("https://tiles.example.org/{z}/{x}/{y}.png".into()),
            map_credit: Some("© Example".into()),
            ..json::read(ME).unwrap()
        },
        &ME.replace(
            "1647129600000}",
            r#"1647129600000,"mapTiles":"https://tiles.example.org/{z}/{x}/{y}.png","mapCredit":"© Example"}"#,
        ),
    );
    from_a_server(
        &Problem {
            code: "busy".into(),
            message: reason(),
        },
        r#"{"code":"busy","message":{"en":"reason","zh-Hans":"原因"}}"#,
    );
    from_a_server(
        &PhotosLacking {
            lacking: vec![PhotoHash("ab".repeat(32))],
        },
        &format!(r#"{{"lacking":["{}"]}}"#, "ab".repeat(32)),
    );
    from_a_server(
        &Pulled {
            events: vec![event()],
            cursor: "12.abc".into(),
            more: true,
            last_sequence: Some(7),
            person: Some(PersonId(uuid(2))),
        },
        &format!(
            r#"{{"events":[{EVENT}],"cursor":"12.abc","more":true,"lastSequence":7,"person":"00000000-0000-0000-0000-000000000002"}}"#
        ),
    );
    for (receipt, words) in [
        (Receipt::Accepted, r#"{"is":"accepted"}"#),
        (Receipt::Duplicate, r#"{"is":"duplicate"}"#),
        (
            Receipt::Held { reason: reason() },
            r#"{"is":"held","reason":{"en":"reason","zh-Hans":"原因"}}"#,
        ),
        (
            Receipt::Refused {
                why: PushRefusal::FutureSequence { expected: 7 },
                reason: reason(),
            },
            r#"{"is":"refused","why":{"code":"futureSequence","expected":7},"reason":{"en":"reason","zh-Hans":"原因"}}"#,
        ),
        (
            Receipt::Refused {
                why: PushRefusal::AfterRefused,
                reason: reason(),
            },
            r#"{"is":"refused","why":{"code":"afterRefused"},"reason":{"en":"reason","zh-Hans":"原因"}}"#,
        ),
    ] {
        from_a_server(
            &Pushed {
                receipts: vec![EventReceipt {
                    id: EventId(uuid(3)),
                    receipt,
                }],
            },
            &format!(
                r#"{{"receipts":[{{"id":"00000000-0000-0000-0000-000000000003","receipt":{words}}}]}}"#
            ),
        );
    }
}

/// A newer tablet keeps working with a server that was there before it.
#[test]
fn an_older_servers_answer_is_read() {
    let pulled = json::read::<Pulled>(r#"{"events":[],"cursor":"12.abc","more":false}"#).unwrap();
    assert_eq!((pulled.last_sequence, pulled.person), (None, None));
}

/// An older tablet keeps working with a server that says more than there was to say: it reads past that. So does an older server with a
/// tablet that sends more. The envelope of an event alone has no room: its fields are those that are hashed.
#[test]
fn what_is_new_is_read_past() {
    let pulled = r#"{"events":[],"cursor":"1","more":false,"later":{"a":[1,{"b":null}]}}"#;
    assert_eq!(json::read::<Pulled>(pulled).unwrap().cursor, "1");
    let pushed = r#"{"receipts":[{"id":"00000000-0000-0000-0000-000000000003","later":1,"receipt":{"is":"accepted","later":true}}],"later":""}"#;
    let pushed = json::read::<Pushed>(pushed).unwrap();
    assert_eq!(pushed.receipts[0].receipt, Receipt::Accepted);
    let problem = r#"{"code":"later","message":{"zh-Hans":"原因","en":"reason"},"later":[]}"#;
    assert_eq!(json::read::<Problem>(problem).unwrap().message, reason());
    let push = r#"{"device":"00000000-0000-0000-0000-000000000004","later":1,"events":[]}"#;
    assert_eq!(serde_json::from_str::<Push>(push).unwrap().events, []);
    let wider = EVENT.replace("{\"id\"", "{\"later\":1,\"id\"");
    assert!(json::read::<Authored>(&wider).is_err());
    assert!(serde_json::from_str::<Authored>(&wider).is_err());
}

/// An event of a kind that came later is kept to the byte, by whoever cannot read it yet.
#[test]
fn an_event_of_a_later_kind_is_kept_to_the_byte() {
    let later = EVENT
        .replace("inspection.started", "inspection.later")
        .replace(r#"{"started": {"#, r#"{"later":  {"#);
    for read in [
        json::read::<Authored>(&later).unwrap(),
        serde_json::from_str(&later).unwrap(),
    ] {
        assert!(read.event().is_err());
        assert_eq!(serde_json::to_string(&read).unwrap(), later);
    }
}
