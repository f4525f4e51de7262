//! A talk: convened, heard, demanded, acknowledged, and linked to what came of it.

use crate::world::*;
use domain::attachment::{Attachment, AttachmentRefusal, FileKind};
use domain::body::BodyKind;
use domain::campaign::{CampaignCommand, CampaignKind, CampaignPlan, CampaignTerms, NoticeMode};
use domain::finding::{Extent, FindingEvent, Raised};
use domain::id::{BodyId, CampaignId, FindingId, InspectionId, NoticeId, TalkId};
use domain::instant::Instant;
use domain::notice::{NoticeCommand, NoticeContent};
use domain::permission::{Act, PermissionRefusal};
use domain::record::{Hash, Stream, StreamKind};
use domain::talk::{
    Consequence, ROOM_LIMIT, Report, Requirement, TalkCommand, TalkEvent, TalkPlan, TalkRefusal,
};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use form::{Line, Severity};
use uuid::Uuid;

const TALK: TalkId = TalkId(Uuid::from_u128(601));
const NOTICE: NoticeId = NoticeId(Uuid::from_u128(602));
const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(603));
const FINDING: FindingId = FindingId(Uuid::from_u128(604));
const NOBODY: BodyId = BodyId(Uuid::from_u128(77));

fn plan(world: &World) -> TalkPlan {
    TalkPlan {
        title: texts("Talk"),
        notice: None,
        at: world.now,
        place: "A room".into(),
        conveners: vec![GROUP],
        present: vec![BUREAU],
        attendees: vec![CENTRE, HOME],
    }
}

fn talk(command: TalkCommand) -> Command {
    Command::Talk { id: TALK, command }
}

fn report(body: BodyId) -> Report {
    Report {
        body,
        account: "All is in order".into(),
        attachments: Vec::new(),
    }
}

fn requirement(bodies: &[BodyId]) -> Requirement {
    Requirement {
        text: texts("No slackness"),
        line: Some(Line::Regulatory),
        bodies: bodies.to_vec(),
        due: None,
    }
}

fn demand(bodies: &[BodyId]) -> Command {
    talk(TalkCommand::SetRequirement(requirement(bodies)))
}

fn refused(answer: Result<Vec<domain::event::NewEvent>, Refusal>) -> TalkRefusal {
    match answer {
        Err(Refusal::Talk(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A city in which the talk is being held.
fn held() -> World {
    let mut world = World::new();
    let convene = talk(TalkCommand::Convene(plan(&world)));
    world.does(ORGANISER, &convene).unwrap();
    world
}

#[test]
fn a_talk_is_convened_or_refused_with_the_reason() {
    let world = World::new();
    type Change = fn(&mut TalkPlan);
    let cases: [(Change, TalkRefusal); 9] = [
        (
            |plan| plan.title = texts(" "),
            TalkRefusal::Title(WordingRefusal::Empty),
        ),
        (
            |plan| plan.title = texts("a\u{200B}b"),
            TalkRefusal::Title(WordingRefusal::Unprintable { code: 0x200B }),
        ),
        (
            |plan| plan.place.clear(),
            TalkRefusal::Place(WordingRefusal::Empty),
        ),
        (
            |plan| plan.place = "地".repeat(10_000),
            TalkRefusal::Place(WordingRefusal::TooLong { limit: 120 }),
        ),
        (|plan| plan.conveners.clear(), TalkRefusal::NoConvener),
        (|plan| plan.attendees.clear(), TalkRefusal::NoAttendee),
        (|plan| plan.attendees.push(NOBODY), TalkRefusal::BodyUnknown),
        (
            |plan| plan.attendees.push(GROUP),
            TalkRefusal::BodyTwice(GROUP),
        ),
        (
            |plan| plan.notice = Some(NOTICE),
            TalkRefusal::NoticeUnknown,
        ),
    ];
    for (change, expected) in cases {
        let mut changed = plan(&world);
        change(&mut changed);
        let answer = world.ask(ORGANISER, &talk(TalkCommand::Convene(changed)));
        assert_eq!(refused(answer), expected);
    }
    for who in [OVERSEER, ADMINISTRATOR, DEPARTMENT] {
        assert_eq!(
            world.ask(who, &talk(TalkCommand::Convene(plan(&world)))),
            Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
        );
    }
    let held = held();
    assert_eq!(
        refused(held.ask(ORGANISER, &talk(TalkCommand::Convene(plan(&held))))),
        TalkRefusal::AlreadyConvened
    );
}

fn issue(world: &World) -> Command {
    let content = NoticeContent {
        number: "1".into(),
        title: texts("t"),
        text: texts("t"),
        level: None,
        effective_from: world.now,
        addressees: vec![BodyKind::ElderCare],
        districts: Vec::new(),
        bodies: Vec::new(),
        attachments: Vec::new(),
        acknowledge_by: world.now.plus_hours(1),
    };
    Command::Notice {
        id: NOTICE,
        command: NoticeCommand::Issue(content),
    }
}

#[test]
fn a_talk_goes_with_a_notice_that_was_issued() {
    let mut world = World::new();
    world.does(ORGANISER, &issue(&world)).unwrap();
    let mut with_notice = plan(&world);
    with_notice.notice = Some(NOTICE);
    let convene = talk(TalkCommand::Convene(with_notice));
    assert!(convene.reads().contains(&Stream {
        kind: StreamKind::Notice,
        id: NOTICE.0
    }));
    world.does(ORGANISER, &convene).unwrap();
}

/// Given a talk that was convened without a notice, when a notice is named that was issued after it, then the talk presses it; and
/// names no other.
#[test]
fn a_talk_convened_without_a_notice_names_one_later_and_once() {
    let mut world = held();
    let base = talk(TalkCommand::BaseOn { notice: NOTICE });
    assert!(base.reads().contains(&Stream {
        kind: StreamKind::Notice,
        id: NOTICE.0
    }));
    assert_eq!(
        refused(world.ask(ORGANISER, &base)),
        TalkRefusal::NoticeUnknown
    );
    world.does(ORGANISER, &issue(&world)).unwrap();
    for who in [OVERSEER, ADMINISTRATOR, HOME_OFFICER] {
        assert_eq!(
            world.ask(who, &base),
            Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
        );
    }
    world.does(ORGANISER, &base).unwrap();
    let plan = world.facts.talk(TALK).plan.as_ref().unwrap();
    assert_eq!(plan.notice, Some(NOTICE));
    assert_eq!(
        refused(world.ask(ORGANISER, &base)),
        TalkRefusal::AlreadyBased
    );
}

#[test]
fn nothing_is_heard_or_demanded_before_it_is_held() {
    let mut world = World::new();
    let mut later = plan(&world);
    later.at = world.now.plus_hours(1);
    world
        .does(ORGANISER, &talk(TalkCommand::Convene(later)))
        .unwrap();
    let hear = talk(TalkCommand::HearReport(report(HOME)));
    for command in [&hear, &demand(&[HOME])] {
        assert_eq!(
            refused(world.ask(ORGANISER, command)),
            TalkRefusal::NotYetHeld
        );
    }
    world.now = world.now.plus_hours(1);
    world.does(ORGANISER, &hear).unwrap();
}

#[test]
fn reports_and_requirements_are_taken_or_refused_with_the_reason() {
    let mut world = held();
    let empty_file = Attachment {
        hash: Hash([1; 32]),
        name: "a.pdf".into(),
        kind: FileKind::Pdf,
        bytes: 0,
    };
    let hear = TalkCommand::HearReport;
    let set = TalkCommand::SetRequirement;
    for (command, expected) in [
        (hear(report(GROUP)), TalkRefusal::NotAttending(GROUP)),
        (
            hear(Report {
                account: "\n".into(),
                ..report(HOME)
            }),
            TalkRefusal::Account(WordingRefusal::Empty),
        ),
        (
            hear(Report {
                attachments: vec![empty_file],
                ..report(HOME)
            }),
            TalkRefusal::Attachment(AttachmentRefusal::Empty),
        ),
        (set(requirement(&[])), TalkRefusal::NoBody),
        (
            set(requirement(&[OTHER_HOME])),
            TalkRefusal::NotAttending(OTHER_HOME),
        ),
        (
            set(requirement(&[HOME, HOME])),
            TalkRefusal::BodyTwice(HOME),
        ),
        (
            set(Requirement {
                text: texts(""),
                ..requirement(&[HOME])
            }),
            TalkRefusal::Requirement(WordingRefusal::Empty),
        ),
        (
            set(Requirement {
                due: Some(world.now),
                ..requirement(&[HOME])
            }),
            TalkRefusal::DuePast,
        ),
    ] {
        let answer = world.ask(ORGANISER, &talk(command.clone()));
        assert_eq!(refused(answer), expected, "{command:?}");
    }
    // Numbers count up from 1, to a limit.
    for number in 1..=u32::try_from(ROOM_LIMIT).unwrap() {
        let events = world.ask(ORGANISER, &demand(&[HOME])).unwrap();
        assert!(matches!(
            &events[0].event,
            Event::Talk(TalkEvent::RequirementSet { number: set, .. }) if *set == number
        ));
        world.does(ORGANISER, &demand(&[HOME])).unwrap();
    }
    assert_eq!(
        refused(world.ask(ORGANISER, &demand(&[HOME]))),
        TalkRefusal::TooMany { limit: ROOM_LIMIT }
    );
}

#[test]
fn each_body_acknowledges_what_is_demanded_of_it_once() {
    let mut world = held();
    world.does(ORGANISER, &demand(&[CENTRE, HOME])).unwrap();
    world.does(ORGANISER, &demand(&[HOME])).unwrap();
    let refusal = |refusal: TalkRefusal| Err(Refusal::from(refusal));
    for (who, requirement, body, expected) in [
        (
            HOME_OFFICER,
            9,
            HOME,
            refusal(TalkRefusal::RequirementUnknown),
        ),
        (
            HOME_OFFICER,
            1,
            CENTRE,
            Err(PermissionRefusal::OutOfScope(Act::ReceiveNotices).into()),
        ),
        (
            ORGANISER,
            1,
            HOME,
            Err(PermissionRefusal::NoSuchRole(Act::ReceiveNotices).into()),
        ),
        (CENTRE_DEPARTMENT, 2, CENTRE, refusal(TalkRefusal::NotAsked)),
        (CENTRE_DEPARTMENT, 1, CENTRE, Ok(())),
        (HOME_OFFICER, 1, HOME, Ok(())),
        (
            HOME_OFFICER,
            1,
            HOME,
            refusal(TalkRefusal::AlreadyAcknowledged),
        ),
        (HOME_OFFICER, 2, HOME, Ok(())),
    ] {
        let acknowledge = talk(TalkCommand::Acknowledge { requirement, body });
        let answer = world.does(who, &acknowledge);
        assert_eq!(answer, expected, "{who} {requirement} {body}");
    }
    let first = &world.facts.talk(TALK).requirements[&1];
    assert_eq!(first.acknowledged.len(), 2);
    assert_eq!(first.acknowledged[&HOME].by, HOME_OFFICER);
}

fn campaign() -> Command {
    Command::Campaign {
        id: CAMPAIGN,
        command: CampaignCommand::Create(CampaignPlan {
            name: texts("Visits"),
            kind: CampaignKind::UnannouncedVisit,
            notice_mode: NoticeMode::Unannounced,
            authority: GROUP,
            checklist: CHECKLIST,
            checklist_version: "1".into(),
            from: "2022-03-13".parse().unwrap(),
            to: "2022-03-31".parse().unwrap(),
            terms: CampaignTerms::default(),
        }),
    }
}

fn raised() -> Event {
    Event::Finding(FindingEvent::Raised(Box::new(Raised {
        inspection: InspectionId(Uuid::from_u128(605)),
        body: HOME,
        item: None,
        code: String::new(),
        title: texts("Gate open"),
        clause: String::new(),
        line: Line::Main,
        severity: Severity::Key,
        extent: Extent::Isolated,
        note: "x".into(),
        photos: Vec::new(),
        fixed_on_the_spot: false,
        photos_fixed: Vec::new(),
        help_given: String::new(),
        support_owed: String::new(),
    })))
}

fn link(to: &Consequence) -> Command {
    talk(TalkCommand::Link {
        requirement: 1,
        to: to.clone(),
    })
}

fn unlink(to: &Consequence, reason: &str) -> Command {
    talk(TalkCommand::Unlink {
        requirement: 1,
        to: to.clone(),
        reason: reason.into(),
    })
}

#[test]
fn a_requirement_is_linked_to_what_is_there_and_unlinked_with_a_reason() {
    let mut world = held();
    world.does(ORGANISER, &demand(&[HOME])).unwrap();
    let item = |item: &str, code: &str, version: &str| Consequence::Item {
        checklist: CHECKLIST,
        version: version.into(),
        item: item.into(),
        code: code.into(),
    };
    let finding = Consequence::Finding(FINDING);
    for unknown in [
        Consequence::Campaign(CAMPAIGN),
        finding.clone(),
        item("a1", "A1", "2"),
        item("a9", "A9", "1"),
        item("a1", "A2", "1"),
        item("s1", "", "1"),
    ] {
        let answer = world.ask(ORGANISER, &link(&unknown));
        assert_eq!(
            refused(answer),
            TalkRefusal::ConsequenceUnknown,
            "{unknown:?}"
        );
    }
    world.does(ORGANISER, &campaign()).unwrap();
    let stream = Stream {
        kind: StreamKind::Finding,
        id: FINDING.0,
    };
    world.happened(stream, &raised());
    assert!(link(&finding).reads().contains(&stream));
    for to in [
        Consequence::Campaign(CAMPAIGN),
        finding.clone(),
        item("a1", "A1", "1"),
    ] {
        world.does(ORGANISER, &link(&to)).unwrap();
        assert_eq!(
            refused(world.ask(ORGANISER, &link(&to))),
            TalkRefusal::AlreadyLinked
        );
    }
    assert_eq!(
        refused(world.ask(ORGANISER, &unlink(&finding, ""))),
        TalkRefusal::Reason(WordingRefusal::Empty)
    );
    assert_eq!(
        world.ask(OVERSEER, &unlink(&finding, "a mistake")),
        Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
    );
    world
        .does(ORGANISER, &unlink(&finding, "a mistake"))
        .unwrap();
    assert_eq!(
        refused(world.ask(ORGANISER, &unlink(&finding, "a mistake"))),
        TalkRefusal::NotLinked
    );
    let first = &world.facts.talk(TALK).requirements[&1];
    assert_eq!(first.consequences.len(), 2);
}

#[test]
fn nothing_is_done_in_a_talk_that_is_not_there() {
    let world = World::new();
    let acknowledge = TalkCommand::Acknowledge {
        requirement: 1,
        body: HOME,
    };
    for command in [
        talk(TalkCommand::HearReport(report(HOME))),
        demand(&[HOME]),
        talk(acknowledge),
        link(&Consequence::Campaign(CAMPAIGN)),
        talk(TalkCommand::BaseOn { notice: NOTICE }),
    ] {
        let answer = world.ask(ORGANISER, &command);
        assert_eq!(refused(answer), TalkRefusal::NotConvened);
    }
}

fn reschedule(at: Instant, place: &str, reason: &str) -> Command {
    talk(TalkCommand::Move {
        at,
        place: place.into(),
        reason: reason.into(),
    })
}

fn cancel(reason: &str) -> Command {
    talk(TalkCommand::Cancel {
        reason: reason.into(),
    })
}

/// Given a talk in which nothing was said yet, also after its hour, then it is moved or called off, with a reason; once something was
/// said it was held.
#[test]
fn a_talk_is_moved_or_called_off_before_it_is_held() {
    let mut world = held();
    let begin = world.now;
    let tomorrow = begin.plus_hours(24);
    for (command, expected) in [
        (
            reschedule(tomorrow, "Elsewhere", " "),
            TalkRefusal::Reason(WordingRefusal::Empty),
        ),
        (
            reschedule(tomorrow, " ", "A storm"),
            TalkRefusal::Place(WordingRefusal::Empty),
        ),
        (
            reschedule(begin, "A room", "A storm"),
            TalkRefusal::NothingMoved,
        ),
        (
            reschedule(begin, "Elsewhere", "A storm"),
            TalkRefusal::TimePast,
        ),
        (cancel(" "), TalkRefusal::Reason(WordingRefusal::Empty)),
    ] {
        assert_eq!(refused(world.ask(ORGANISER, &command)), expected);
    }
    let moved = reschedule(tomorrow, "Elsewhere", "A storm");
    assert!(moved.is_about_what_was_read());
    for who in [OVERSEER, HOME_OFFICER] {
        for command in [&moved, &cancel("A storm")] {
            assert_eq!(
                world.ask(who, command),
                Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
            );
        }
    }
    world.does(ORGANISER, &moved).unwrap();
    let state = world.facts.talk(TALK);
    let now = state.plan.as_ref().unwrap();
    assert_eq!((now.at, now.place.as_str()), (tomorrow, "Elsewhere"));
    assert_eq!(now.attendees, plan(&world).attendees);
    let [before] = state.moves.as_slice() else {
        panic!("{:?}", state.moves)
    };
    assert_eq!(
        (before.at, before.place.as_str(), before.reason.as_str()),
        (begin, "A room", "A storm")
    );
    // Nothing is heard before the hour it was moved to; what is heard then ends it.
    let hear = talk(TalkCommand::HearReport(report(HOME)));
    assert_eq!(
        refused(world.ask(ORGANISER, &hear)),
        TalkRefusal::NotYetHeld
    );
    world.now = tomorrow;
    assert!(world.ask(ORGANISER, &cancel("A storm")).is_ok());
    world.does(ORGANISER, &hear).unwrap();
    let again = reschedule(tomorrow.plus_hours(24), "Elsewhere", "A storm");
    for command in [again, cancel("A storm")] {
        assert_eq!(
            refused(world.ask(ORGANISER, &command)),
            TalkRefusal::AlreadyHeld
        );
    }
}

/// Given a talk that was called off, then nothing is done in it any more, and no request for materials goes with it.
#[test]
fn nothing_is_done_in_a_talk_that_was_called_off() {
    let mut world = held();
    let events = world.ask(ORGANISER, &cancel("A storm")).unwrap();
    let Event::Talk(TalkEvent::Cancelled { bodies, .. }) = &events[0].event else {
        panic!("{events:?}")
    };
    assert_eq!(bodies, &[CENTRE, HOME]);
    world.does(ORGANISER, &cancel("A storm")).unwrap();
    let (reason, done) = world.facts.talk(TALK).cancelled.clone().unwrap();
    assert_eq!((reason.as_str(), done.by), ("A storm", ORGANISER));
    let base = talk(TalkCommand::BaseOn { notice: NOTICE });
    let again = reschedule(world.now.plus_hours(24), "Elsewhere", "A storm");
    let hear = talk(TalkCommand::HearReport(report(HOME)));
    for command in [hear, demand(&[HOME]), base, again, cancel("A storm")] {
        assert_eq!(
            refused(world.ask(ORGANISER, &command)),
            TalkRefusal::Cancelled
        );
    }
}

/// Given a requirement, then it gets another day, or is withdrawn; of one that was withdrawn nothing is acknowledged or linked.
#[test]
fn a_requirement_is_moved_and_withdrawn_with_a_reason() {
    let mut world = held();
    world.does(ORGANISER, &campaign()).unwrap();
    let dated = Requirement {
        due: Some(world.now.plus_hours(24)),
        ..requirement(&[HOME, CENTRE])
    };
    world
        .does(ORGANISER, &talk(TalkCommand::SetRequirement(dated.clone())))
        .unwrap();
    let link = talk(TalkCommand::Link {
        requirement: 1,
        to: Consequence::Campaign(CAMPAIGN),
    });
    world.does(ORGANISER, &link).unwrap();
    let begin = world.now;
    let moved = |requirement, hours: i64, reason: &str| {
        talk(TalkCommand::MoveRequirement {
            requirement,
            due: begin.plus_hours(hours),
            reason: reason.into(),
        })
    };
    let withdraw = |requirement, reason: &str| {
        talk(TalkCommand::WithdrawRequirement {
            requirement,
            reason: reason.into(),
        })
    };
    let reason = || TalkRefusal::Reason(WordingRefusal::Empty);
    for (command, expected) in [
        (moved(1, 48, " "), reason()),
        (moved(1, 24, "A storm"), TalkRefusal::SameDay),
        (moved(1, 0, "A storm"), TalkRefusal::DuePast),
        (moved(2, 48, "A storm"), TalkRefusal::RequirementUnknown),
        (withdraw(1, " "), reason()),
        (withdraw(2, "Said twice"), TalkRefusal::RequirementUnknown),
    ] {
        assert_eq!(refused(world.ask(ORGANISER, &command)), expected);
    }
    for who in [OVERSEER, HOME_OFFICER] {
        for command in [moved(1, 48, "A storm"), withdraw(1, "Said twice")] {
            assert_eq!(
                world.ask(who, &command),
                Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
            );
        }
    }
    assert!(moved(1, 48, "A storm").is_about_what_was_read());
    world.does(ORGANISER, &moved(1, 48, "A storm")).unwrap();
    let acknowledge = |body| {
        talk(TalkCommand::Acknowledge {
            requirement: 1,
            body,
        })
    };
    assert!(acknowledge(HOME).is_about_what_was_read());
    world.does(HOME_OFFICER, &acknowledge(HOME)).unwrap();
    let set = &world.facts.talk(TALK).requirements[&1];
    assert!(set.moved.is_some());
    let expected = Requirement {
        due: Some(begin.plus_hours(48)),
        ..dated
    };
    assert_eq!(set.requirement, expected);
    let events = world.ask(ORGANISER, &withdraw(1, "Said twice")).unwrap();
    let Event::Talk(TalkEvent::RequirementWithdrawn { bodies, .. }) = &events[0].event else {
        panic!("{events:?}")
    };
    assert_eq!(bodies, &[HOME, CENTRE]);
    world.does(ORGANISER, &withdraw(1, "Said twice")).unwrap();
    let set = &world.facts.talk(TALK).requirements[&1];
    assert_eq!(set.withdrawn.as_ref().unwrap().0, "Said twice");
    // What became of it until then stays.
    assert_eq!((set.acknowledged.len(), set.consequences.len()), (1, 1));
    let unlink = talk(TalkCommand::Unlink {
        requirement: 1,
        to: Consequence::Campaign(CAMPAIGN),
        reason: "A mistake".into(),
    });
    for (who, command) in [
        (CENTRE_DEPARTMENT, acknowledge(CENTRE)),
        (ORGANISER, link),
        (ORGANISER, unlink),
        (ORGANISER, moved(1, 72, "A storm")),
        (ORGANISER, withdraw(1, "Once more")),
    ] {
        assert_eq!(
            refused(world.ask(who, &command)),
            TalkRefusal::RequirementWithdrawn
        );
    }
    // The next gets the next number.
    world.does(ORGANISER, &demand(&[HOME])).unwrap();
    assert!(world.facts.talk(TALK).requirements.contains_key(&2));
}

/// Given a notice that was withdrawn, then no talk presses it, neither from the first nor later.
#[test]
fn no_talk_presses_a_notice_that_was_withdrawn() {
    let mut world = held();
    let issue = issue(&world);
    world.does(ORGANISER, &issue).unwrap();
    let withdraw = Command::Notice {
        id: NOTICE,
        command: NoticeCommand::Withdraw {
            reason: "Issued twice".into(),
        },
    };
    world.does(ORGANISER, &withdraw).unwrap();
    let plan = TalkPlan {
        notice: Some(NOTICE),
        ..plan(&world)
    };
    let another = Command::Talk {
        id: TalkId(Uuid::from_u128(606)),
        command: TalkCommand::Convene(plan),
    };
    let base = talk(TalkCommand::BaseOn { notice: NOTICE });
    for command in [another, base] {
        assert_eq!(
            refused(world.ask(ORGANISER, &command)),
            TalkRefusal::NoticeWithdrawn
        );
    }
}

#[test]
fn every_refusal_reads_in_both_languages() {
    let empty = WordingRefusal::Empty;
    for refusal in [
        TalkRefusal::AlreadyConvened,
        TalkRefusal::NotConvened,
        TalkRefusal::NoConvener,
        TalkRefusal::NoAttendee,
        TalkRefusal::TooMany { limit: 3 },
        TalkRefusal::BodyUnknown,
        TalkRefusal::BodyTwice(HOME),
        TalkRefusal::NoticeUnknown,
        TalkRefusal::AlreadyBased,
        TalkRefusal::NotYetHeld,
        TalkRefusal::NotAttending(HOME),
        TalkRefusal::NoBody,
        TalkRefusal::DuePast,
        TalkRefusal::RequirementUnknown,
        TalkRefusal::NotAsked,
        TalkRefusal::AlreadyAcknowledged,
        TalkRefusal::ConsequenceUnknown,
        TalkRefusal::AlreadyLinked,
        TalkRefusal::NotLinked,
        TalkRefusal::NoticeWithdrawn,
        TalkRefusal::Cancelled,
        TalkRefusal::AlreadyHeld,
        TalkRefusal::TimePast,
        TalkRefusal::NothingMoved,
        TalkRefusal::SameDay,
        TalkRefusal::RequirementWithdrawn,
        TalkRefusal::Title(empty),
        TalkRefusal::Place(empty),
        TalkRefusal::Account(empty),
        TalkRefusal::Reason(empty),
        TalkRefusal::Requirement(empty),
    ] {
        assert!(!refusal.text(Language::Chinese).is_ascii(), "{refusal:?}");
        assert!(refusal.text(Language::English).is_ascii(), "{refusal:?}");
    }
}

#[test]
pub fn every_refusal_of_talks_is_met() {
    assert_every_refusal!(
        Talk, TalkRefusal by [
            a_talk_is_convened_or_refused_with_the_reason, a_talk_goes_with_a_notice_that_was_issued, a_talk_convened_without_a_notice_names_one_later_and_once, nothing_is_heard_or_demanded_before_it_is_held, reports_and_requirements_are_taken_or_refused_with_the_reason, each_body_acknowledges_what_is_demanded_of_it_once, a_requirement_is_linked_to_what_is_there_and_unlinked_with_a_reason, nothing_is_done_in_a_talk_that_is_not_there, a_talk_is_moved_or_called_off_before_it_is_held, nothing_is_done_in_a_talk_that_was_called_off, a_requirement_is_moved_and_withdrawn_with_a_reason, no_talk_presses_a_notice_that_was_withdrawn, every_refusal_reads_in_both_languages,
        ]:
        AlreadyConvened, NotConvened, Title, Place, NoConvener, NoAttendee, TooMany, BodyUnknown, BodyTwice, NoticeUnknown, NoticeWithdrawn, AlreadyBased, NotYetHeld, NotAttending, Account, Attachment, Requirement, NoBody, DuePast, RequirementUnknown, NotAsked, AlreadyAcknowledged, ConsequenceUnknown, AlreadyLinked, NotLinked, Reason, Cancelled, AlreadyHeld, TimePast, NothingMoved, SameDay, RequirementWithdrawn,
    );
}
