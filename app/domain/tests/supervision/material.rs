//! Materials called in: asked for, handed in, received, reviewed, returned, accepted.

use crate::world::*;
use domain::attachment::{Attachment, AttachmentRefusal, FileKind};
use domain::id::{BodyId, MaterialId, NoticeId, PersonId, TalkId};
use domain::instant::Instant;
use domain::material::{
    BODY_LIMIT, Handed, ITEM_LIMIT, MATERIAL_STEPS, MaterialCommand, MaterialItem, MaterialRefusal,
    MaterialRequest, MaterialStage, MaterialStep, material_step,
};
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::record::{Hash, Stream, StreamKind};
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use uuid::Uuid;

const MATERIAL: MaterialId = MaterialId(Uuid::from_u128(701));
const NOBODY: BodyId = BodyId(Uuid::from_u128(77));

fn request(world: &World) -> MaterialRequest {
    let item = |name: &str, required| MaterialItem {
        name: texts(name),
        required,
    };
    MaterialRequest {
        title: texts("Materials"),
        authority: GROUP,
        notice: None,
        talk: None,
        bodies: vec![HOME, CENTRE],
        items: vec![item("Disinfection log", true), item("Photos", false)],
        due: world.now.plus_hours(24),
        note: String::new(),
    }
}

fn material(command: MaterialCommand) -> Command {
    Command::Material {
        id: MATERIAL,
        command,
    }
}

fn handed(item: u32, number: u8) -> Handed {
    let file = Attachment {
        hash: Hash([number; 32]),
        name: format!("{number}.pdf"),
        kind: FileKind::Pdf,
        bytes: 10,
    };
    Handed {
        item,
        files: vec![file],
    }
}

fn submit(body: BodyId, handed: Vec<Handed>) -> Command {
    material(MaterialCommand::Submit {
        body,
        handed,
        note: String::new(),
    })
}

fn step(step: MaterialStep, hours: i64, world: &World) -> Command {
    let (body, opinion) = (HOME, "Read".to_owned());
    let due = world.now.plus_hours(hours);
    match step {
        MaterialStep::Submit => submit(HOME, vec![handed(1, 1)]),
        MaterialStep::Receive => material(MaterialCommand::Receive { body }),
        MaterialStep::Accept => material(MaterialCommand::Accept {
            body,
            returns: 0,
            opinion,
        }),
        MaterialStep::Return => material(MaterialCommand::Return {
            body,
            returns: 0,
            opinion,
            due,
        }),
        MaterialStep::Extend => material(MaterialCommand::Extend {
            body,
            due,
            reason: opinion,
        }),
    }
}

fn refused(answer: Result<Vec<domain::event::NewEvent>, Refusal>) -> MaterialRefusal {
    match answer {
        Err(Refusal::Material(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A city in which the home's materials stand at a stage.
fn at(stage: MaterialStage) -> World {
    use MaterialStep::{Accept, Receive, Return, Submit};
    let mut world = World::new();
    let asked = material(MaterialCommand::Request(request(&world)));
    world.does(ORGANISER, &asked).unwrap();
    let steps: &[MaterialStep] = match stage {
        MaterialStage::Due => &[],
        MaterialStage::Submitted => &[Submit],
        MaterialStage::Received => &[Submit, Receive],
        MaterialStage::Returned => &[Submit, Receive, Return],
        MaterialStage::Accepted => &[Submit, Receive, Accept],
    };
    for taken in steps {
        let command = step(*taken, 48, &world);
        world.does(who(*taken), &command).unwrap();
    }
    world
}

fn who(step: MaterialStep) -> PersonId {
    if step == MaterialStep::Submit {
        HOME_OFFICER
    } else {
        ORGANISER
    }
}

#[test]
fn a_request_is_made_or_refused_with_the_reason() {
    let world = World::new();
    type Change = fn(&mut MaterialRequest);
    let cases: [(Change, MaterialRefusal); 13] = [
        (
            |asked| asked.title = texts(""),
            MaterialRefusal::Title(WordingRefusal::Empty),
        ),
        (
            |asked| asked.note = "字".repeat(10_000),
            MaterialRefusal::Note(WordingRefusal::TooLong { limit: 4_000 }),
        ),
        (
            |asked| asked.authority = NOBODY,
            MaterialRefusal::AuthorityUnknown,
        ),
        (|asked| asked.bodies.clear(), MaterialRefusal::NoBody),
        (
            |asked| asked.bodies.push(NOBODY),
            MaterialRefusal::BodyUnknown,
        ),
        (
            |asked| asked.bodies.push(HOME),
            MaterialRefusal::BodyTwice(HOME),
        ),
        (
            |asked| asked.bodies = vec![HOME; BODY_LIMIT + 1],
            MaterialRefusal::TooMany { limit: BODY_LIMIT },
        ),
        (|asked| asked.items.clear(), MaterialRefusal::NoItem),
        (
            |asked| asked.items = vec![asked.items[0].clone(); ITEM_LIMIT + 1],
            MaterialRefusal::TooMany { limit: ITEM_LIMIT },
        ),
        (
            |asked| asked.items[0].name = texts("a\u{202E}"),
            MaterialRefusal::Item(WordingRefusal::Unprintable { code: 0x202E }),
        ),
        (
            |asked| asked.due = asked.due.plus_hours(-24),
            MaterialRefusal::DuePast,
        ),
        (
            |asked| asked.notice = Some(NoticeId(NOBODY.0)),
            MaterialRefusal::NoticeUnknown,
        ),
        (
            |asked| asked.talk = Some(TalkId(NOBODY.0)),
            MaterialRefusal::TalkUnknown,
        ),
    ];
    for (change, expected) in cases {
        let mut changed = request(&world);
        change(&mut changed);
        let answer = world.ask(ORGANISER, &material(MaterialCommand::Request(changed)));
        assert_eq!(refused(answer), expected);
    }
    let asked = material(MaterialCommand::Request(request(&world)));
    assert_eq!(
        world.ask(OVERSEER, &asked),
        Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
    );
    assert_eq!(
        refused(at(MaterialStage::Due).ask(ORGANISER, &asked)),
        MaterialRefusal::AlreadyRequested
    );
}

#[test]
fn every_cell_of_stage_and_step() {
    let mut legal = 0;
    for stage in MaterialStage::ALL {
        for taken in [
            MaterialStep::Submit,
            MaterialStep::Receive,
            MaterialStep::Accept,
            MaterialStep::Return,
            MaterialStep::Extend,
        ] {
            let mut world = at(stage);
            let command = step(taken, 96, &world);
            let answer = world.does(who(taken), &command);
            if let Some(to) = material_step(taken, stage) {
                legal += 1;
                assert_eq!(answer, Ok(()), "{stage:?} {taken:?}");
                let standing = &world.facts.material(MATERIAL).standings[&HOME];
                assert_eq!(standing.stage, to);
            } else {
                let refusal = MaterialRefusal::NotNow(stage).into();
                assert_eq!(answer, Err(refusal), "{stage:?} {taken:?}");
            }
        }
    }
    assert_eq!(legal, MATERIAL_STEPS.len());
}

#[test]
fn what_is_handed_in_is_whole() {
    let world = at(MaterialStage::Due);
    for (given, expected) in [
        (vec![], MaterialRefusal::ItemMissing(1)),
        (vec![handed(2, 1)], MaterialRefusal::ItemMissing(1)),
        (
            vec![handed(1, 1), handed(3, 2)],
            MaterialRefusal::ItemUnknown(3),
        ),
        (vec![handed(0, 1)], MaterialRefusal::ItemUnknown(0)),
        (
            vec![handed(1, 1), handed(1, 2)],
            MaterialRefusal::ItemUnknown(1),
        ),
        (
            vec![handed(1, 1), handed(2, 1)],
            MaterialRefusal::Attachment(AttachmentRefusal::Twice),
        ),
    ] {
        let answer = world.ask(HOME_OFFICER, &submit(HOME, given.clone()));
        assert_eq!(refused(answer), expected, "{given:?}");
    }
    let whole = submit(HOME, vec![handed(1, 1), handed(2, 2)]);
    assert!(world.ask(HOME_OFFICER, &whole).is_ok());
    assert_eq!(whole.attachments().len(), 2);
    // Where nothing is required, something is handed in all the same.
    let mut world = World::new();
    let mut free = request(&world);
    free.items.iter_mut().for_each(|item| item.required = false);
    world
        .does(ORGANISER, &material(MaterialCommand::Request(free)))
        .unwrap();
    let answer = world.ask(HOME_OFFICER, &submit(HOME, Vec::new()));
    assert_eq!(refused(answer), MaterialRefusal::NothingHandedIn);
}

#[test]
fn who_may_do_what() {
    let due = at(MaterialStage::Due);
    let given = || vec![handed(1, 1)];
    assert_eq!(
        due.ask(ORGANISER, &submit(HOME, given())),
        Err(PermissionRefusal::NoSuchRole(Act::ReceiveNotices).into())
    );
    assert_eq!(
        due.ask(HOME_OFFICER, &submit(CENTRE, given())),
        Err(PermissionRefusal::OutOfScope(Act::ReceiveNotices).into())
    );
    assert_eq!(
        refused(due.ask(DEPARTMENT, &submit(OTHER_HOME, given()))),
        MaterialRefusal::NotAsked
    );
    let received = at(MaterialStage::Received);
    for taken in [MaterialStep::Accept, MaterialStep::Return] {
        assert_eq!(
            received.ask(HOME_OFFICER, &step(taken, 48, &received)),
            Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
        );
    }
    let nothing = World::new();
    assert_eq!(
        refused(nothing.ask(HOME_OFFICER, &submit(HOME, given()))),
        MaterialRefusal::NotRequested
    );
}

/// Given materials that one reviewer returned and the body handed in again, then an opinion of what was there before is refused.
#[test]
fn an_opinion_is_about_what_was_read() {
    let mut world = at(MaterialStage::Received);
    let before = [MaterialStep::Accept, MaterialStep::Return].map(|read| step(read, 48, &world));
    world
        .does(ORGANISER, &step(MaterialStep::Return, 24, &world))
        .unwrap();
    let again = step(MaterialStep::Submit, 1, &world);
    world.does(HOME_OFFICER, &again).unwrap();
    let received = step(MaterialStep::Receive, 1, &world);
    world.does(ORGANISER, &received).unwrap();
    for opinion in before {
        let answer = world.ask(ORGANISER, &opinion);
        assert_eq!(refused(answer), MaterialRefusal::HandedInAgain);
    }
    let opinion = MaterialCommand::Accept {
        body: HOME,
        returns: 1,
        opinion: "Read".into(),
    };
    world.does(ORGANISER, &material(opinion)).unwrap();
}

/// Given a department that was asked, then its own people answer for it, and whoever a role names it for; nobody else with a role in the
/// whole city, be they of a home below it.
#[test]
fn a_department_hands_in_for_itself() {
    let mut world = at(MaterialStage::Due);
    let [own, other, below, named] =
        [821, 822, 823, 824].map(|number| PersonId(Uuid::from_u128(number)));
    let regulates = || vec![(Role::DepartmentOfficer, Scope::Jurisdiction)];
    world.registered(own, "of-the-centre", CENTRE, regulates());
    world.registered(other, "of-another", GROUP, regulates());
    world.registered(below, "of-a-home", HOME, regulates());
    let for_the_centre = vec![(Role::DepartmentOfficer, Scope::Body(CENTRE))];
    world.registered(named, "for-the-centre", GROUP, for_the_centre);
    let command = submit(CENTRE, vec![handed(1, 1)]);
    for person in [other, below] {
        let answer = world.ask(person, &command);
        assert_eq!(refused(answer), MaterialRefusal::OfAnother);
    }
    for person in [own, named] {
        world.ask(person, &command).unwrap();
    }
}

/// Given somebody who speaks for the home and organises, when they handed its materials in, then others review them.
#[test]
fn nobody_reviews_what_they_handed_in_themselves() {
    let mut world = at(MaterialStage::Due);
    let both = vec![
        (Role::Organiser, Scope::Jurisdiction),
        (Role::InstitutionOfficer, Scope::Body(HOME)),
    ];
    world.registered(HOME_ORGANISER, "home-organiser", HOME, both);
    let submit = step(MaterialStep::Submit, 0, &world);
    world.does(HOME_ORGANISER, &submit).unwrap();
    let receive = step(MaterialStep::Receive, 0, &world);
    world.does(ORGANISER, &receive).unwrap();
    for review in [MaterialStep::Accept, MaterialStep::Return] {
        let review = step(review, 24, &world);
        let answer = world.ask(HOME_ORGANISER, &review);
        assert_eq!(refused(answer), MaterialRefusal::HandedInOneself);
        world.ask(ORGANISER, &review).unwrap();
    }
}

#[test]
fn a_review_says_something_and_a_deadline_lies_ahead() {
    let world = at(MaterialStage::Received);
    let body = HOME;
    let returned = |opinion: &str, due| MaterialCommand::Return {
        body,
        returns: 0,
        opinion: opinion.into(),
        due,
    };
    for (command, expected) in [
        (
            MaterialCommand::Accept {
                body,
                returns: 0,
                opinion: " ".into(),
            },
            MaterialRefusal::Opinion(WordingRefusal::Empty),
        ),
        (
            returned("", world.now.plus_hours(1)),
            MaterialRefusal::Opinion(WordingRefusal::Empty),
        ),
        (returned("Read", world.now), MaterialRefusal::DuePast),
    ] {
        let answer = world.ask(ORGANISER, &material(command));
        assert_eq!(refused(answer), expected);
    }
    let mut world = at(MaterialStage::Due);
    let extend = |due: Instant, reason: &str| {
        material(MaterialCommand::Extend {
            body,
            due,
            reason: reason.into(),
        })
    };
    let due = world.now.plus_hours(24);
    assert_eq!(
        refused(world.ask(ORGANISER, &extend(due, "more time"))),
        MaterialRefusal::NotLater
    );
    assert_eq!(
        refused(world.ask(ORGANISER, &extend(due.plus_hours(1), ""))),
        MaterialRefusal::Reason(WordingRefusal::Empty)
    );
    world.now = world.now.plus_hours(240);
    assert_eq!(
        refused(world.ask(ORGANISER, &extend(due.plus_hours(1), "more time"))),
        MaterialRefusal::DuePast
    );
}

#[test]
fn what_is_returned_is_handed_in_again() {
    let mut world = at(MaterialStage::Returned);
    let again = submit(HOME, vec![handed(1, 3)]);
    world.does(HOME_OFFICER, &again).unwrap();
    let standing = &world.facts.material(MATERIAL).standings[&HOME];
    assert_eq!(
        (standing.stage, standing.returns, standing.received),
        (MaterialStage::Submitted, 1, None)
    );
    assert_eq!(standing.handed, vec![handed(1, 3)]);
    // The other body is where it was.
    let other = &world.facts.material(MATERIAL).standings[&CENTRE];
    assert_eq!(other.stage, MaterialStage::Due);
}

/// Given a request to two bodies, when there is more time for all, then each that has to hand in earlier has until then, and no other.
#[test]
fn there_is_more_time_for_all_who_have_to_hand_in() {
    let extend = |due, reason: &str| {
        material(MaterialCommand::ExtendAll {
            due,
            reason: reason.into(),
        })
    };
    let mut world = at(MaterialStage::Due);
    let hours = |number: i64| request(&World::new()).due.plus_hours(number - 24);
    let one = material(MaterialCommand::Extend {
        body: CENTRE,
        due: hours(48),
        reason: "Asked".into(),
    });
    world.does(ORGANISER, &one).unwrap();
    for (due, reason, expected) in [
        (
            hours(30),
            " ",
            MaterialRefusal::Reason(WordingRefusal::Empty),
        ),
        (world.now, "A holiday", MaterialRefusal::DuePast),
        (hours(24), "A holiday", MaterialRefusal::NotLater),
    ] {
        let answer = world.ask(ORGANISER, &extend(due, reason));
        assert_eq!(refused(answer), expected);
    }
    for who in [OVERSEER, HOME_OFFICER] {
        assert_eq!(
            world.ask(who, &extend(hours(30), "A holiday")),
            Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
        );
    }
    world
        .does(ORGANISER, &extend(hours(30), "A holiday"))
        .unwrap();
    let dues = |world: &World| {
        let standings = &world.facts.material(MATERIAL).standings;
        [HOME, CENTRE].map(|body| standings[&body].due)
    };
    assert_eq!(dues(&world), [hours(30), hours(48)]);
    let events = world
        .ask(ORGANISER, &extend(hours(72), "A holiday"))
        .unwrap();
    assert_eq!(events.len(), 2);
    // What was handed in has no deadline.
    world
        .does(HOME_OFFICER, &submit(HOME, vec![handed(1, 1)]))
        .unwrap();
    let events = world
        .ask(ORGANISER, &extend(hours(72), "A holiday"))
        .unwrap();
    assert_eq!(events.len(), 1);
    world
        .does(CENTRE_DEPARTMENT, &submit(CENTRE, vec![handed(1, 2)]))
        .unwrap();
    assert_eq!(
        refused(world.ask(ORGANISER, &extend(hours(72), "A holiday"))),
        MaterialRefusal::NothingOpen
    );
}

/// Given a request at any stage, when it is withdrawn, then nothing is done with it any more, and what was handed in stays.
#[test]
fn nothing_is_done_with_a_request_that_was_withdrawn() {
    let withdraw = |reason: &str| {
        material(MaterialCommand::Withdraw {
            reason: reason.into(),
        })
    };
    for stage in MaterialStage::ALL {
        let mut world = at(stage);
        for who in [OVERSEER, HOME_OFFICER] {
            assert_eq!(
                world.ask(who, &withdraw("Asked twice")),
                Err(PermissionRefusal::NoSuchRole(Act::Organise).into())
            );
        }
        assert_eq!(
            refused(world.ask(ORGANISER, &withdraw(" "))),
            MaterialRefusal::Reason(WordingRefusal::Empty)
        );
        let before = world.facts.material(MATERIAL).standings.clone();
        world.does(ORGANISER, &withdraw("Asked twice")).unwrap();
        let state = world.facts.material(MATERIAL);
        let (reason, done) = state.withdrawn.clone().unwrap();
        assert_eq!((reason.as_str(), done.by), ("Asked twice", ORGANISER));
        assert_eq!(state.standings, before);
        for taken in [
            MaterialStep::Submit,
            MaterialStep::Receive,
            MaterialStep::Accept,
            MaterialStep::Return,
            MaterialStep::Extend,
        ] {
            let command = step(taken, 48, &world);
            assert_eq!(
                refused(world.ask(who(taken), &command)),
                MaterialRefusal::Withdrawn,
                "{taken:?}"
            );
        }
        let all = material(MaterialCommand::ExtendAll {
            due: world.now.plus_hours(72),
            reason: "A holiday".into(),
        });
        for command in [all, withdraw("Once more")] {
            assert_eq!(
                refused(world.ask(ORGANISER, &command)),
                MaterialRefusal::Withdrawn
            );
        }
    }
}

/// Given a talk that was called off, then no request goes with it.
#[test]
fn no_request_goes_with_a_talk_that_was_called_off() {
    let mut world = World::new();
    let talk = TalkId(Uuid::from_u128(703));
    let plan = domain::talk::TalkPlan {
        title: texts("Talk"),
        notice: None,
        at: world.now,
        place: "A room".into(),
        conveners: vec![GROUP],
        present: Vec::new(),
        attendees: vec![HOME],
    };
    let asked = MaterialRequest {
        talk: Some(talk),
        ..request(&world)
    };
    let asked = material(MaterialCommand::Request(asked));
    for (command, expected) in [
        (domain::talk::TalkCommand::Convene(plan), Ok(())),
        (
            domain::talk::TalkCommand::Cancel {
                reason: "A storm".into(),
            },
            Err(MaterialRefusal::TalkCancelled),
        ),
    ] {
        let command = Command::Talk { id: talk, command };
        world.does(ORGANISER, &command).unwrap();
        let answer = world.ask(ORGANISER, &asked).map(|_| ());
        assert_eq!(answer, expected.map_err(Refusal::from));
    }
}

/// Given a notice that was withdrawn, then no request goes with it.
#[test]
fn no_request_goes_with_a_notice_that_was_withdrawn() {
    let mut world = World::new();
    let notice = NoticeId(Uuid::from_u128(702));
    let withdrawn = domain::notice::NoticeEvent::Withdrawn {
        reason: "Issued twice".into(),
        reached: domain::notice::AddresseeRule::default(),
    };
    let issued = r#"{"issued":{"number":"1","title":{"en":"t"},"text":{"en":"t"},"effectiveFrom":1,"addressees":["elderCare"],"acknowledgeBy":2}}"#;
    let issued = Event::decode("notice.issued", issued).unwrap();
    for event in [issued, Event::Notice(withdrawn)] {
        let stream = Stream {
            kind: StreamKind::Notice,
            id: notice.0,
        };
        world.happened(stream, &event);
    }
    let asked = MaterialRequest {
        notice: Some(notice),
        ..request(&world)
    };
    assert_eq!(
        refused(world.ask(ORGANISER, &material(MaterialCommand::Request(asked)))),
        MaterialRefusal::NoticeWithdrawn
    );
}

#[test]
fn every_refusal_reads_in_both_languages() {
    let empty = WordingRefusal::Empty;
    let mut refusals = vec![
        MaterialRefusal::AlreadyRequested,
        MaterialRefusal::NotRequested,
        MaterialRefusal::AuthorityUnknown,
        MaterialRefusal::NoBody,
        MaterialRefusal::BodyUnknown,
        MaterialRefusal::BodyTwice(HOME),
        MaterialRefusal::NoItem,
        MaterialRefusal::TooMany { limit: 3 },
        MaterialRefusal::DuePast,
        MaterialRefusal::NoticeUnknown,
        MaterialRefusal::TalkUnknown,
        MaterialRefusal::NotAsked,
        MaterialRefusal::ItemUnknown(1),
        MaterialRefusal::ItemMissing(1),
        MaterialRefusal::NothingHandedIn,
        MaterialRefusal::HandedInOneself,
        MaterialRefusal::NotLater,
        MaterialRefusal::Title(empty),
        MaterialRefusal::Note(empty),
        MaterialRefusal::Item(empty),
        MaterialRefusal::Opinion(empty),
        MaterialRefusal::Reason(empty),
    ];
    refusals.extend(MaterialStage::ALL.map(MaterialRefusal::NotNow));
    for refusal in refusals {
        assert!(!refusal.text(Language::Chinese).is_ascii(), "{refusal:?}");
        assert!(!refusal.text(Language::English).is_empty(), "{refusal:?}");
    }
}

#[test]
pub fn every_refusal_of_materials_is_met() {
    assert_every_refusal!(
        Material, MaterialRefusal by [ a_department_hands_in_for_itself, nobody_reviews_what_they_handed_in_themselves,
            a_request_is_made_or_refused_with_the_reason, every_cell_of_stage_and_step, what_is_handed_in_is_whole, who_may_do_what, an_opinion_is_about_what_was_read, a_review_says_something_and_a_deadline_lies_ahead, what_is_returned_is_handed_in_again, there_is_more_time_for_all_who_have_to_hand_in, nothing_is_done_with_a_request_that_was_withdrawn, no_request_goes_with_a_notice_that_was_withdrawn, no_request_goes_with_a_talk_that_was_called_off, every_refusal_reads_in_both_languages,
        ]:
        AlreadyRequested, NotRequested, Title, Note, AuthorityUnknown, NoBody, BodyUnknown, BodyTwice, NoItem, Item, TooMany, DuePast, NoticeUnknown, NoticeWithdrawn, TalkUnknown, TalkCancelled, NotAsked, OfAnother, ItemUnknown, ItemMissing, NothingHandedIn, Attachment, NotNow, Opinion, Reason, HandedInOneself, HandedInAgain, NotLater, NothingOpen, Withdrawn,
    );
}
