//! A notice: issued, passed on, acknowledged, reminded.

use crate::world::*;
use domain::attachment::{Attachment, AttachmentRefusal, FILE_BYTE_LIMIT, FILE_LIMIT, FileKind};
use domain::body::BodyKind;
use domain::id::{BodyId, NoticeId, PersonId, ResponseLevelId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::notice::{
    BODY_LIMIT, Correction, NoticeCommand, NoticeContent, NoticeEvent, NoticeRefusal,
};
use domain::permission::{Act, PermissionRefusal};
use domain::record::Hash;
use domain::response_level::{
    Area, Extension, LevelCommand, LevelEnd, LevelOrder, LevelRefusal, ResponseLevel,
};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use uuid::Uuid;

const NOTICE: NoticeId = NoticeId(Uuid::from_u128(501));
const NOBODY: BodyId = BodyId(Uuid::from_u128(77));
const HOUR: i64 = 3_600_000;

fn content(world: &World) -> NoticeContent {
    NoticeContent {
        number: "示例〔2022〕1号".into(),
        title: texts("Level I"),
        text: texts("Close the gate"),
        level: None,
        effective_from: world.now,
        addressees: vec![BodyKind::ElderCare],
        districts: Vec::new(),
        bodies: vec![CENTRE],
        attachments: Vec::new(),
        acknowledge_by: world.now.plus_hours(4),
    }
}

fn notice(command: NoticeCommand) -> Command {
    Command::Notice {
        id: NOTICE,
        command,
    }
}

fn acknowledge(body: BodyId) -> Command {
    notice(NoticeCommand::Acknowledge { body })
}

fn pass_on(from: BodyId, to: &[BodyId]) -> Command {
    notice(NoticeCommand::PassOn {
        from,
        to: to.to_vec(),
    })
}

fn remind(bodies: &[BodyId]) -> Command {
    notice(NoticeCommand::Remind {
        bodies: bodies.to_vec(),
    })
}

fn file(number: u8) -> Attachment {
    Attachment {
        hash: Hash([number; 32]),
        name: format!("附件{number}.pdf"),
        kind: FileKind::Pdf,
        bytes: 1_000,
    }
}

/// A city in which the notice went to the centre and to every home.
fn issued() -> World {
    let mut world = World::new();
    let issue = notice(NoticeCommand::Issue(content(&world)));
    world.does(ORGANISER, &issue).unwrap();
    world
}

fn refused(answer: Result<Vec<domain::event::NewEvent>, Refusal>) -> NoticeRefusal {
    match answer {
        Err(Refusal::Notice(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_issued_before_attachments_were_known_is_still_read() {
    let body = r#"{"issued":{"number":"1","title":{"en":"t"},"text":{"en":"t"},"level":"I","effectiveFrom":1,"addressees":["elderCare"],"acknowledgeBy":2}}"#;
    let event = Event::decode("notice.issued", body).unwrap();
    // and is written as it was
    assert_eq!(event.body(), body);
    let Event::Notice(NoticeEvent::Issued(content)) = event else {
        panic!("{event:?}")
    };
    assert!(content.districts.is_empty() && content.bodies.is_empty());
    assert!(content.attachments.is_empty());
}

/// Given a notice that was issued, then no other takes its number, however its spaces are set; another number is free, and an
/// attempt that was refused used none.
#[test]
fn a_number_is_one_notices_own() {
    let mut world = issued();
    let other = |number: &str, world: &World| Command::Notice {
        id: NoticeId(Uuid::from_u128(502)),
        command: NoticeCommand::Issue(NoticeContent {
            number: number.into(),
            ..content(world)
        }),
    };
    for number in [
        "示例〔2022〕1号",
        " 示例〔2022〕 1号",
        "示例〔2022〕1\u{3000}号",
    ] {
        let refusal = refused(world.ask(ORGANISER, &other(number, &world)));
        assert_eq!(refusal, NoticeRefusal::NumberTaken(number.into()));
        assert!(refusal.text(Language::Chinese).contains(number));
        assert!(refusal.text(Language::English).contains(number));
    }
    let free = other("示例〔2022〕2号", &world);
    world.does(ORGANISER, &free).unwrap();
    // The number stands in the facts also where the notice's own stream is not loaded.
    let mut world = World::new();
    world.facts.mark_number_used("示例〔2022〕1号", NOTICE);
    let refusal = refused(world.ask(ORGANISER, &other("示例〔2022〕1号", &world)));
    assert!(matches!(refusal, NoticeRefusal::NumberTaken(_)));
    assert_eq!(world.facts.notice_numbered("示例〔2022〕1号"), Some(NOTICE));
}

#[test]
fn a_notice_is_issued_or_refused_with_the_reason() {
    let world = World::new();
    let deadline = world.now;
    let long = "字".repeat(10_000);
    type Change = Box<dyn Fn(&mut NoticeContent)>;
    let cases: Vec<(&str, Change, NoticeRefusal)> = vec![
        (
            "no number",
            Box::new(|content| content.number.clear()),
            NoticeRefusal::Number(WordingRefusal::Empty),
        ),
        (
            "a number of 10,000 characters",
            Box::new(move |content| content.number.clone_from(&long)),
            NoticeRefusal::Number(WordingRefusal::TooLong { limit: 120 }),
        ),
        (
            "a title that reorders",
            Box::new(|content| content.title = texts("a\u{202E}b")),
            NoticeRefusal::Title(WordingRefusal::Unprintable { code: 0x202E }),
        ),
        (
            "a number with nothing between",
            Box::new(|content| content.number = "1\u{200B}号".into()),
            NoticeRefusal::Number(WordingRefusal::Unprintable { code: 0x200B }),
        ),
        (
            "no text",
            Box::new(|content| content.text = texts("")),
            NoticeRefusal::Text(WordingRefusal::Empty),
        ),
        (
            "more bodies than can be told",
            Box::new(|content| content.bodies = vec![HOME; BODY_LIMIT + 1]),
            NoticeRefusal::TooManyBodies { limit: BODY_LIMIT },
        ),
        (
            "nobody",
            Box::new(|content| {
                content.addressees.clear();
                content.bodies.clear();
            }),
            NoticeRefusal::NoAddressee,
        ),
        (
            "districts alone",
            Box::new(|content| {
                content.addressees.clear();
                content.districts = vec![DistrictCode(DISTRICT.into())];
            }),
            NoticeRefusal::DistrictsWithoutKind,
        ),
        (
            "a district that is not there",
            Box::new(|content| content.districts = vec![DistrictCode("999".into())]),
            NoticeRefusal::DistrictUnknown(DistrictCode("999".into())),
        ),
        (
            "a body that is not there",
            Box::new(|content| content.bodies = vec![NOBODY]),
            NoticeRefusal::BodyUnknown,
        ),
        (
            "a kind that nobody is of",
            Box::new(|content| {
                content.addressees = vec![BodyKind::ChildWelfare];
                content.bodies.clear();
            }),
            NoticeRefusal::NobodyAddressed,
        ),
        (
            "a deadline of now",
            Box::new(move |content| content.acknowledge_by = deadline),
            NoticeRefusal::DeadlinePast,
        ),
        (
            "too many files",
            Box::new(|content| content.attachments = (0..=20).map(file).collect()),
            NoticeRefusal::Attachment(AttachmentRefusal::TooMany { limit: FILE_LIMIT }),
        ),
        (
            "a file twice",
            Box::new(|content| content.attachments = vec![file(1), file(1)]),
            NoticeRefusal::Attachment(AttachmentRefusal::Twice),
        ),
        (
            "a file too large",
            Box::new(|content| {
                content.attachments = vec![Attachment {
                    bytes: FILE_BYTE_LIMIT + 1,
                    ..file(1)
                }];
            }),
            NoticeRefusal::Attachment(AttachmentRefusal::TooLarge { megabytes: 20 }),
        ),
        (
            "an empty file",
            Box::new(|content| {
                content.attachments = vec![Attachment {
                    bytes: 0,
                    ..file(1)
                }];
            }),
            NoticeRefusal::Attachment(AttachmentRefusal::Empty),
        ),
        (
            "a file with a folder",
            Box::new(|content| {
                content.attachments = vec![Attachment {
                    name: "../a.pdf".into(),
                    ..file(1)
                }];
            }),
            NoticeRefusal::Attachment(AttachmentRefusal::Folder),
        ),
        (
            "a file without a name",
            Box::new(|content| {
                content.attachments = vec![Attachment {
                    name: " ".into(),
                    ..file(1)
                }];
            }),
            NoticeRefusal::Attachment(AttachmentRefusal::Name(WordingRefusal::Empty)),
        ),
    ];
    for (what, change, expected) in cases {
        let mut changed = content(&world);
        change(&mut changed);
        let answer = world.ask(ORGANISER, &notice(NoticeCommand::Issue(changed)));
        let refusal = refused(answer);
        assert_eq!(refusal, expected, "{what}");
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty());
        }
    }
    // and with two files it is taken
    let mut whole = content(&world);
    whole.attachments = vec![file(1), file(2)];
    let issue = notice(NoticeCommand::Issue(whole));
    assert!(world.ask(ORGANISER, &issue).is_ok());
    assert_eq!(issue.attachments().len(), 2);
    for (who, act) in [
        (OVERSEER, Act::IssueNotices),
        (ADMINISTRATOR, Act::IssueNotices),
    ] {
        assert_eq!(
            world.ask(who, &issue),
            Err(PermissionRefusal::NoSuchRole(act).into())
        );
    }
}

#[test]
fn a_second_issue_is_refused() {
    let world = issued();
    let again = notice(NoticeCommand::Issue(content(&world)));
    assert_eq!(
        refused(world.ask(ORGANISER, &again)),
        NoticeRefusal::AlreadyIssued
    );
}

#[test]
fn the_rule_says_whom_it_is_addressed_to() {
    let world = World::new();
    let there = || vec![DistrictCode(DISTRICT.into())];
    for (kinds, districts, bodies, expected) in [
        (
            vec![BodyKind::ElderCare],
            vec![],
            vec![],
            vec![HOME, OTHER_HOME],
        ),
        (
            vec![BodyKind::ElderCare],
            there(),
            vec![],
            vec![HOME, OTHER_HOME],
        ),
        (vec![BodyKind::Department], there(), vec![], vec![]),
        (
            vec![BodyKind::Department],
            vec![],
            vec![],
            vec![BUREAU, CENTRE],
        ),
        (vec![], vec![], vec![GROUP, HOME], vec![HOME, GROUP]),
        (
            vec![BodyKind::Department],
            there(),
            vec![GROUP],
            vec![GROUP],
        ),
    ] {
        let rule = domain::notice::AddresseeRule {
            kinds,
            districts,
            bodies,
        };
        let covered: Vec<BodyId> = rule.covered(&world.directory).map(|(id, _)| id).collect();
        assert_eq!(covered, expected, "{rule:?}");
    }
}

#[test]
fn a_department_passes_on_what_it_has_to_those_below_it() {
    let mut world = issued();
    for (who, command, expected) in [
        // who may: the district's department officer does not answer for the centre
        (
            DEPARTMENT,
            pass_on(CENTRE, &[HOME]),
            Err(Refusal::from(PermissionRefusal::OutOfScope(
                Act::ReceiveNotices,
            ))),
        ),
        (
            HOME_OFFICER,
            pass_on(HOME, &[OTHER_HOME]),
            Err(NoticeRefusal::InstitutionPassesOn.into()),
        ),
        (
            OVERSEER,
            pass_on(GROUP, &[HOME]),
            Err(NoticeRefusal::NotReceived.into()),
        ),
        (
            CENTRE_DEPARTMENT,
            pass_on(CENTRE, &[]),
            Err(NoticeRefusal::NoBody.into()),
        ),
        (
            CENTRE_DEPARTMENT,
            pass_on(CENTRE, &[NOBODY]),
            Err(NoticeRefusal::BodyUnknown.into()),
        ),
        (
            CENTRE_DEPARTMENT,
            pass_on(CENTRE, &[HOME, BUREAU]),
            Err(NoticeRefusal::NotBelow(BUREAU).into()),
        ),
        (
            CENTRE_DEPARTMENT,
            pass_on(CENTRE, &[CENTRE]),
            Err(NoticeRefusal::NotBelow(CENTRE).into()),
        ),
        (
            CENTRE_DEPARTMENT,
            pass_on(CENTRE, &[HOME, HOME]),
            Ok(vec![HOME]),
        ),
    ] {
        let answer = world.ask(who, &command).map(|events| {
            let Event::Notice(NoticeEvent::PassedOn { to, .. }) = &events[0].event else {
                panic!("{events:?}")
            };
            to.clone()
        });
        assert_eq!(answer, expected, "{command:?}");
    }
    world
        .does(CENTRE_DEPARTMENT, &pass_on(CENTRE, &[HOME]))
        .unwrap();
    // the second time only who is new is in it, and nobody new is refused
    assert_eq!(
        refused(world.ask(CENTRE_DEPARTMENT, &pass_on(CENTRE, &[HOME]))),
        NoticeRefusal::AlreadyPassedOn
    );
    let more = pass_on(CENTRE, &[HOME, OTHER_HOME]);
    world.does(CENTRE_DEPARTMENT, &more).unwrap();
    let state = world.facts.notice(NOTICE);
    assert_eq!(state.passed_on[&HOME].len(), 1);
    let passed = state.passed_on[&OTHER_HOME][0];
    assert_eq!(
        (passed.from, passed.done.by, passed.done.at),
        (CENTRE, CENTRE_DEPARTMENT, world.now)
    );
}

#[test]
fn whoever_it_was_passed_on_to_has_it() {
    // given a notice addressed to the centre alone
    let mut world = World::new();
    let mut to_centre = content(&world);
    to_centre.addressees.clear();
    world
        .does(ORGANISER, &notice(NoticeCommand::Issue(to_centre)))
        .unwrap();
    assert_eq!(
        refused(world.ask(HOME_OFFICER, &acknowledge(HOME))),
        NoticeRefusal::NotAddressed
    );
    // when the centre passes it on to a home, then that home acknowledges, and no other
    world
        .does(CENTRE_DEPARTMENT, &pass_on(CENTRE, &[HOME]))
        .unwrap();
    world.does(HOME_OFFICER, &acknowledge(HOME)).unwrap();
    assert_eq!(
        refused(world.ask(DEPARTMENT, &acknowledge(OTHER_HOME))),
        NoticeRefusal::NotAddressed
    );
    let receipt = world.facts.notice(NOTICE).receipts[&HOME];
    assert_eq!((receipt.by, receipt.at), (HOME_OFFICER, world.now));
}

#[test]
fn a_body_acknowledges_once_through_who_answers_for_it() {
    let mut world = issued();
    for (who, body, expected) in [
        (
            ORGANISER,
            HOME,
            Err(PermissionRefusal::NoSuchRole(Act::ReceiveNotices).into()),
        ),
        (
            OVERSEER,
            HOME,
            Err(PermissionRefusal::NoSuchRole(Act::ReceiveNotices).into()),
        ),
        (
            HOME_OFFICER,
            OTHER_HOME,
            Err(PermissionRefusal::OutOfScope(Act::ReceiveNotices).into()),
        ),
        (DEPARTMENT, OTHER_HOME, Ok(())),
        (HOME_OFFICER, HOME, Ok(())),
        (
            HOME_BOTH,
            HOME,
            Err(Refusal::from(NoticeRefusal::AlreadyAcknowledged)),
        ),
    ] {
        assert_eq!(
            world.does(who, &acknowledge(body)),
            expected,
            "{who} {body}"
        );
    }
    let never = Command::Notice {
        id: NoticeId(Uuid::from_u128(502)),
        command: NoticeCommand::Acknowledge { body: HOME },
    };
    assert_eq!(
        refused(world.ask(HOME_OFFICER, &never)),
        NoticeRefusal::NotIssued
    );
}

#[test]
fn an_oversight_body_acknowledges_through_its_overseer() {
    let mut world = World::new();
    let mut to_group = content(&world);
    to_group.bodies = vec![GROUP];
    world
        .does(ORGANISER, &notice(NoticeCommand::Issue(to_group)))
        .unwrap();
    assert_eq!(
        world.ask(DEPARTMENT, &acknowledge(GROUP)),
        Err(PermissionRefusal::OutOfScope(Act::ReceiveNotices).into())
    );
    world.does(OVERSEER, &acknowledge(GROUP)).unwrap();
}

#[test]
fn a_body_is_reminded_once_a_day_until_it_acknowledges() {
    let mut world = issued();
    let begin = world.now;
    let mut asked = |hours: i64, who: PersonId, bodies: &[BodyId]| {
        world.now = Instant(begin.millis() + hours * HOUR);
        let answer = world.ask(who, &remind(bodies)).map(|events| {
            let Event::Notice(NoticeEvent::Reminded { bodies }) = &events[0].event else {
                panic!("{events:?}")
            };
            bodies.clone()
        });
        let _ = world.does(who, &remind(bodies));
        answer
    };
    let refusal = |refusal: NoticeRefusal| Err(Refusal::from(refusal));
    assert_eq!(asked(0, ORGANISER, &[]), refusal(NoticeRefusal::NoBody));
    assert_eq!(
        asked(0, ORGANISER, &[GROUP]),
        refusal(NoticeRefusal::NotAddressed)
    );
    assert_eq!(
        asked(0, HOME_OFFICER, &[HOME]),
        Err(PermissionRefusal::NoSuchRole(Act::IssueNotices).into())
    );
    assert_eq!(asked(0, ORGANISER, &[HOME]), Ok(vec![HOME]));
    assert_eq!(
        asked(23, ORGANISER, &[HOME]),
        refusal(NoticeRefusal::RemindedWithinADay)
    );
    assert_eq!(
        asked(23, ORGANISER, &[HOME, OTHER_HOME]),
        Ok(vec![OTHER_HOME])
    );
    assert_eq!(asked(24, ORGANISER, &[HOME]), Ok(vec![HOME]));
    world.does(HOME_OFFICER, &acknowledge(HOME)).unwrap();
    world.now = Instant(begin.millis() + 72 * HOUR);
    assert_eq!(
        refused(world.ask(ORGANISER, &remind(&[HOME]))),
        NoticeRefusal::NothingToRemind
    );
    assert_eq!(world.facts.notice(NOTICE).reminders[&HOME].len(), 2);
}

#[test]
fn who_passed_it_on_may_remind_too() {
    let mut world = issued();
    assert_eq!(
        world.ask(CENTRE_DEPARTMENT, &remind(&[HOME])),
        Err(PermissionRefusal::NoSuchRole(Act::IssueNotices).into())
    );
    world
        .does(CENTRE_DEPARTMENT, &pass_on(CENTRE, &[HOME]))
        .unwrap();
    assert!(world.ask(CENTRE_DEPARTMENT, &remind(&[HOME])).is_ok());
    assert_eq!(
        world.ask(CENTRE_DEPARTMENT, &remind(&[OTHER_HOME])),
        Err(PermissionRefusal::NoSuchRole(Act::IssueNotices).into())
    );
}

fn correction(world: &World) -> Correction {
    let NoticeContent {
        title,
        text,
        acknowledge_by,
        ..
    } = content(world);
    Correction {
        title,
        text,
        attachments: Vec::new(),
        acknowledge_by,
        reason: "A slip of the pen".into(),
        again: false,
    }
}

fn correct(correction: Correction) -> Command {
    notice(NoticeCommand::Correct(correction))
}

fn withdraw(reason: &str) -> Command {
    notice(NoticeCommand::Withdraw {
        reason: reason.into(),
    })
}

/// Given a notice with receipts, when it is corrected, then number, addressees and every earlier wording stay, receipts are of the wording
/// they were given for, and only where the correction asks for it are they given again.
#[test]
fn a_correction_asks_for_new_receipts_only_where_it_says_so() {
    for again in [false, true] {
        let mut world = issued();
        let begin = world.now;
        let before = content(&world);
        world.does(HOME_OFFICER, &acknowledge(HOME)).unwrap();
        world
            .does(CENTRE_DEPARTMENT, &pass_on(CENTRE, &[HOME]))
            .unwrap();
        world.now = begin.plus_hours(1);
        let corrected = Correction {
            title: texts("Level I, put right"),
            text: texts("Close both gates"),
            attachments: vec![file(1)],
            acknowledge_by: begin.plus_hours(6),
            again,
            ..correction(&world)
        };
        let command = correct(corrected.clone());
        assert_eq!(command.attachments().len(), 1);
        assert!(command.is_about_what_was_read());
        world.does(ORGANISER, &command).unwrap();
        let state = world.facts.notice(NOTICE);
        let said = state.content.as_ref().unwrap();
        assert_eq!(
            (&said.number, &said.addressees, &said.bodies),
            (&before.number, &before.addressees, &before.bodies)
        );
        assert_eq!(
            (&said.title, &said.text, said.acknowledge_by),
            (&corrected.title, &corrected.text, corrected.acknowledge_by)
        );
        let [done] = state.corrections.as_slice() else {
            panic!("{:?}", state.corrections)
        };
        assert_eq!(
            (&done.before, done.reason.as_str(), done.again),
            (&before, "A slip of the pen", again)
        );
        assert_eq!(state.receipts.contains_key(&HOME), !again);
        assert!(!state.up_to_date.contains(&HOME));
        assert_eq!(state.first_receipt(HOME).unwrap().at, begin);
        // What one body does with it is nothing to who corrects it.
        world.now = begin.plus_hours(2);
        let answer = world.does(HOME_OFFICER, &acknowledge(HOME));
        if again {
            answer.unwrap();
            let state = world.facts.notice(NOTICE);
            assert!(state.up_to_date.contains(&HOME));
            assert_eq!(state.receipts[&HOME].at, world.now);
            assert_eq!(state.first_receipt(HOME).unwrap().at, begin);
        } else {
            assert_eq!(answer, Err(NoticeRefusal::AlreadyAcknowledged.into()));
        }
        world.does(DEPARTMENT, &acknowledge(OTHER_HOME)).unwrap();
        let state = world.facts.notice(NOTICE);
        assert!(state.up_to_date.contains(&OTHER_HOME));
    }
}

/// Given a deadline that a correction moved, then a receipt is late by the deadline of its time and by that of now, not by one of them.
#[test]
fn a_correction_makes_no_receipt_late() {
    for (receipt, moved, late) in [(3, 2, false), (5, 6, false), (5, 4, true), (7, 6, true)] {
        let mut world = issued();
        let begin = world.now;
        world.now = begin.plus_hours(receipt);
        world.does(HOME_OFFICER, &acknowledge(HOME)).unwrap();
        let corrected = Correction {
            acknowledge_by: begin.plus_hours(moved),
            title: texts("Put right"),
            ..correction(&issued())
        };
        // It was announced to come at once.
        world.now = begin.plus_hours(receipt);
        let given = world.facts.notice(NOTICE).receipts[&HOME];
        let mut state = world.facts.notice(NOTICE).clone();
        let event = NoticeEvent::Corrected {
            content: Box::new(NoticeContent {
                acknowledge_by: corrected.acknowledge_by,
                ..state.content.clone().unwrap()
            }),
            reason: corrected.reason,
            again: false,
            reached: state.reached(),
        };
        state.evolve(&event, ORGANISER, begin.plus_hours(8));
        assert_eq!(
            state.is_late(given, Instant(0)),
            late,
            "given after {receipt}, moved to {moved}"
        );
    }
}

#[test]
fn a_correction_is_taken_or_refused_with_the_reason() {
    let mut world = issued();
    let begin = world.now;
    type Change = Box<dyn Fn(&mut Correction)>;
    let cases: Vec<(&str, Change, NoticeRefusal)> = vec![
        ("nothing", Box::new(|_| {}), NoticeRefusal::NothingCorrected),
        (
            "nothing but to be acknowledged again",
            Box::new(|correction| correction.again = true),
            NoticeRefusal::NothingCorrected,
        ),
        (
            "no title",
            Box::new(|correction| correction.title = texts("")),
            NoticeRefusal::Title(WordingRefusal::Empty),
        ),
        (
            "no text",
            Box::new(|correction| correction.text = texts("")),
            NoticeRefusal::Text(WordingRefusal::Empty),
        ),
        (
            "no reason",
            Box::new(|correction| correction.reason = " ".into()),
            NoticeRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            "a file twice",
            Box::new(|correction| correction.attachments = vec![file(1), file(1)]),
            NoticeRefusal::Attachment(AttachmentRefusal::Twice),
        ),
        (
            "a deadline of now",
            Box::new(move |correction| correction.acknowledge_by = begin),
            NoticeRefusal::DeadlinePast,
        ),
    ];
    for (what, change, expected) in cases {
        let mut changed = correction(&world);
        change(&mut changed);
        assert_eq!(
            refused(world.ask(ORGANISER, &correct(changed))),
            expected,
            "{what}"
        );
    }
    let titled = |again, world: &World| Correction {
        title: texts("Put right"),
        again,
        acknowledge_by: begin.plus_hours(4),
        ..correction(world)
    };
    for who in [OVERSEER, ADMINISTRATOR, HOME_OFFICER] {
        for command in [correct(titled(false, &world)), withdraw("Issued twice")] {
            assert_eq!(
                world.ask(who, &command),
                Err(PermissionRefusal::NoSuchRole(Act::IssueNotices).into())
            );
        }
    }
    let unissued = World::new();
    assert_eq!(
        refused(unissued.ask(ORGANISER, &correct(titled(false, &unissued)))),
        NoticeRefusal::NotIssued
    );
    // A deadline that has passed stays where nobody is asked anything new.
    world.now = begin.plus_hours(5);
    assert_eq!(
        refused(world.ask(ORGANISER, &correct(titled(true, &world)))),
        NoticeRefusal::DeadlinePast
    );
    assert!(
        world
            .ask(ORGANISER, &correct(titled(false, &world)))
            .is_ok()
    );
}

/// Given a notice that was passed on beyond its addressees, when it is corrected or withdrawn, then all whom it reached are told.
#[test]
fn everybody_whom_it_reached_is_told_of_what_becomes_of_it() {
    let mut world = World::new();
    let mut to_centre = content(&world);
    to_centre.addressees.clear();
    world
        .does(ORGANISER, &notice(NoticeCommand::Issue(to_centre)))
        .unwrap();
    world
        .does(CENTRE_DEPARTMENT, &pass_on(CENTRE, &[HOME]))
        .unwrap();
    let corrected = Correction {
        text: texts("Close both gates"),
        ..correction(&world)
    };
    for command in [correct(corrected), withdraw("Issued twice")] {
        let events = world.ask(ORGANISER, &command).unwrap();
        let Event::Notice(
            NoticeEvent::Corrected { reached, .. } | NoticeEvent::Withdrawn { reached, .. },
        ) = &events[0].event
        else {
            panic!("{events:?}")
        };
        assert_eq!(reached.bodies, [CENTRE, HOME]);
        world.does(ORGANISER, &command).unwrap();
    }
}

/// Given a notice that was withdrawn, then nothing is done with it any more.
#[test]
fn nothing_is_done_with_a_notice_that_was_withdrawn() {
    let mut world = issued();
    assert_eq!(
        refused(world.ask(ORGANISER, &withdraw(" "))),
        NoticeRefusal::Reason(WordingRefusal::Empty)
    );
    world.does(ORGANISER, &withdraw("Issued twice")).unwrap();
    let (reason, done) = world.facts.notice(NOTICE).withdrawn.clone().unwrap();
    assert_eq!(
        (reason.as_str(), done.by, done.at),
        ("Issued twice", ORGANISER, world.now)
    );
    let titled = Correction {
        title: texts("Put right"),
        ..correction(&world)
    };
    for (who, command) in [
        (HOME_OFFICER, acknowledge(HOME)),
        (CENTRE_DEPARTMENT, pass_on(CENTRE, &[HOME])),
        (ORGANISER, remind(&[HOME])),
        (ORGANISER, correct(titled)),
        (ORGANISER, withdraw("Once more")),
    ] {
        assert_eq!(refused(world.ask(who, &command)), NoticeRefusal::Withdrawn);
    }
    // Its number is used up all the same.
    let other = Command::Notice {
        id: NoticeId(Uuid::from_u128(502)),
        command: NoticeCommand::Issue(content(&world)),
    };
    let refusal = refused(world.ask(ORGANISER, &other));
    assert!(matches!(refusal, NoticeRefusal::NumberTaken(_)));
}

/// Given levels that a notice puts in force or prolongs, then it is withdrawn once they are ended or annulled, and not before.
#[test]
fn a_notice_that_levels_rest_on_is_not_withdrawn() {
    let level = |number, command| Command::ResponseLevel {
        id: ResponseLevelId(Uuid::from_u128(number)),
        command,
    };
    let mut world = issued();
    let begin = world.now;
    let order = |from, until| LevelOrder {
        level: ResponseLevel::I,
        area: Area::Jurisdiction,
        kinds: vec![BodyKind::ElderCare],
        from: begin.plus_hours(from),
        until,
        notice: NOTICE,
        guides: Vec::new(),
    };
    for (number, order) in [
        (1, order(0, None)),
        (2, order(10, Some(begin.plus_hours(20)))),
    ] {
        world
            .does(ADMINISTRATOR, &level(number, LevelCommand::Set(order)))
            .unwrap();
    }
    let stand = |world: &World| match world.ask(ORGANISER, &withdraw("Issued twice")) {
        Ok(_) => 0,
        Err(Refusal::Notice(NoticeRefusal::LevelsStand { levels })) => levels,
        other => panic!("{other:?}"),
    };
    assert_eq!(stand(&world), 2);
    // Annulled before it takes effect; ended from an hour to come.
    for (number, at) in [(2, 10), (1, 2)] {
        let end = LevelEnd {
            at: begin.plus_hours(at),
            notice: NOTICE,
        };
        world
            .does(ADMINISTRATOR, &level(number, LevelCommand::End(end)))
            .unwrap();
    }
    assert_eq!(stand(&world), 1, "it holds for two hours more");
    world.now = begin.plus_hours(2);
    assert_eq!(stand(&world), 0);
    // One that another notice put in force rests on the one that prolongs it.
    let other = NoticeId(Uuid::from_u128(503));
    let issue = Command::Notice {
        id: other,
        command: NoticeCommand::Issue(NoticeContent {
            number: "示例〔2022〕3号".into(),
            acknowledge_by: begin.plus_hours(30),
            ..content(&world)
        }),
    };
    world.does(ORGANISER, &issue).unwrap();
    let set = LevelOrder {
        notice: other,
        ..order(0, Some(begin.plus_hours(5)))
    };
    world
        .does(ADMINISTRATOR, &level(3, LevelCommand::Set(set)))
        .unwrap();
    let extension = Extension {
        until: Some(begin.plus_hours(8)),
        notice: NOTICE,
    };
    world
        .does(ADMINISTRATOR, &level(3, LevelCommand::Extend(extension)))
        .unwrap();
    assert_eq!(stand(&world), 1);
    world.now = begin.plus_hours(8);
    assert_eq!(stand(&world), 0);
    // One that another follows in its area holds no more, and keeps its notice until it is ended.
    for (number, notice, from) in [(40, NOTICE, 9), (50, other, 10)] {
        let order = LevelOrder {
            notice,
            ..order(from, None)
        };
        world
            .does(ADMINISTRATOR, &level(number, LevelCommand::Set(order)))
            .unwrap();
    }
    world.now = begin.plus_hours(11);
    assert_eq!(stand(&world), 1);
    let end = LevelEnd {
        at: begin.plus_hours(12),
        notice: other,
    };
    world
        .does(ADMINISTRATOR, &level(40, LevelCommand::End(end)))
        .unwrap();
    world.now = begin.plus_hours(12);
    assert_eq!(stand(&world), 0);
    // Nothing is put in force by one that was withdrawn.
    world.does(ORGANISER, &withdraw("Issued twice")).unwrap();
    let set = LevelCommand::Set(order(9, None));
    assert_eq!(
        world.ask(ADMINISTRATOR, &level(4, set)),
        Err(LevelRefusal::NoticeWithdrawn.into())
    );
}

#[test]
fn every_refusal_reads_in_both_languages() {
    for refusal in [
        NoticeRefusal::AlreadyIssued,
        NoticeRefusal::NotIssued,
        NoticeRefusal::NoAddressee,
        NoticeRefusal::NotAddressed,
        NoticeRefusal::AlreadyAcknowledged,
        NoticeRefusal::DeadlinePast,
        NoticeRefusal::DistrictsWithoutKind,
        NoticeRefusal::BodyUnknown,
        NoticeRefusal::NobodyAddressed,
        NoticeRefusal::TooManyBodies { limit: 5 },
        NoticeRefusal::InstitutionPassesOn,
        NoticeRefusal::NotReceived,
        NoticeRefusal::NoBody,
        NoticeRefusal::NotBelow(HOME),
        NoticeRefusal::AlreadyPassedOn,
        NoticeRefusal::NothingToRemind,
        NoticeRefusal::RemindedWithinADay,
        NoticeRefusal::Withdrawn,
        NoticeRefusal::NothingCorrected,
        NoticeRefusal::LevelsStand { levels: 2 },
    ] {
        assert!(!refusal.text(Language::Chinese).is_ascii(), "{refusal:?}");
        assert!(refusal.text(Language::English).is_ascii(), "{refusal:?}");
    }
}

/// Given a notice with four hours to acknowledge it, then who was there has until then, and who came later four hours of their own.
#[test]
fn who_comes_after_a_notice_has_as_long_as_the_others_had() {
    let world = World::new();
    let content = content(&world);
    let at = |hours| world.now.plus_hours(hours);
    for (registered, by) in [(-100, 4), (0, 4), (1, 5), (300, 304)] {
        let own = domain::notice::acknowledge_by(&content, at(0), at(registered));
        assert_eq!(own, at(by), "registered after {registered} hours");
    }
    let never = domain::notice::acknowledge_by(&content, at(0), Instant(i64::MAX));
    assert_eq!(never, Instant(i64::MAX));
}

#[test]
pub fn every_refusal_of_notices_is_met() {
    assert_every_refusal!(
        Notice, NoticeRefusal by [
            what_was_issued_before_attachments_were_known_is_still_read, a_number_is_one_notices_own, a_notice_is_issued_or_refused_with_the_reason, a_second_issue_is_refused, the_rule_says_whom_it_is_addressed_to, a_department_passes_on_what_it_has_to_those_below_it, whoever_it_was_passed_on_to_has_it, a_body_acknowledges_once_through_who_answers_for_it, an_oversight_body_acknowledges_through_its_overseer, a_body_is_reminded_once_a_day_until_it_acknowledges, who_passed_it_on_may_remind_too, every_refusal_reads_in_both_languages, who_comes_after_a_notice_has_as_long_as_the_others_had, a_correction_is_taken_or_refused_with_the_reason, nothing_is_done_with_a_notice_that_was_withdrawn, a_notice_that_levels_rest_on_is_not_withdrawn,
        ]:
        AlreadyIssued, NotIssued, Number, NumberTaken, Title, Text, NoAddressee, NotAddressed, AlreadyAcknowledged, DeadlinePast, DistrictsWithoutKind, DistrictUnknown, BodyUnknown, NobodyAddressed, Attachment, TooManyBodies, InstitutionPassesOn, NotReceived, NoBody, NotBelow, AlreadyPassedOn, NothingToRemind, RemindedWithinADay, Withdrawn, NothingCorrected, Reason, LevelsStand,
    );
}
