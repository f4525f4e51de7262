//! Bodies are amended, moved, merged and closed, and keep their record.

use crate::world::*;
use domain::body::{
    Amendment, BodyCommand, BodyEvent, BodyKind, BodyRefusal, Contact, FIGURE_LIMIT, Field, Gone,
    Location, Ownership, Particulars, Profile, RiskGrade,
};
use domain::id::{BodyId, PersonId};
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, PermissionRefusal, Role, Scope};
use domain::record::Hash;
use domain::wording::WordingRefusal;
use domain::{Command, Event, Language, Refusal};
use uuid::Uuid;

const NEW: BodyId = BodyId(Uuid::from_u128(60));
const NOBODY: BodyId = BodyId(Uuid::from_u128(99));
/// Manages bodies below the centre alone.
const CENTRE_ADMINISTRATOR: PersonId = PersonId(Uuid::from_u128(191));

fn command(id: BodyId, command: BodyCommand) -> Command {
    Command::Body { id, command }
}

fn known(world: &World, id: BodyId) -> Amendment {
    world.directory.body(id).unwrap().amendable()
}

fn amend(world: &World, id: BodyId, change: impl FnOnce(&mut Amendment)) -> Command {
    let before = known(world, id);
    let mut after = before.clone();
    change(&mut after);
    command(
        id,
        BodyCommand::Amend {
            before: Box::new(before),
            after: Box::new(after),
        },
    )
}

fn move_to(id: BodyId, parent: Option<BodyId>) -> Command {
    command(id, BodyCommand::Move { parent })
}

fn merge(id: BodyId, into: BodyId) -> Command {
    command(id, BodyCommand::Merge { into })
}

fn close(id: BodyId, reason: &str) -> Command {
    let reason = reason.to_owned();
    command(id, BodyCommand::Close { reason })
}

fn with_local_administrator() -> World {
    let mut world = World::new();
    let grants = vec![(Role::Administrator, Scope::Body(CENTRE))];
    world.registered(CENTRE_ADMINISTRATOR, "centre-administrator", CENTRE, grants);
    world
}

#[test]
fn an_amendment_changes_what_it_says_and_nothing_else() {
    let mut world = World::new();
    let profile = Profile {
        ownership: Some(Ownership::Private),
        risk: Some(RiskGrade::High),
        address: "示例路1号".into(),
        location: Some(Location {
            longitude: 116.4,
            latitude: 39.9,
        }),
        contact: Contact {
            name: "值班室".into(),
            telephone: "010".into(),
        },
    };
    let command = amend(&world, HOME, |after| {
        after.residents = 9;
        after.profile = profile.clone();
    });
    world.does(ADMINISTRATOR, &command).unwrap();
    let now = world.directory.body(HOME).unwrap();
    assert_eq!((now.residents, now.staff), (9, 5));
    assert_eq!(now.profile, profile);
    assert_eq!(now.parent, Some(CENTRE));
    assert!(now.sample);
    // the same again changes nothing, and is no event
    assert_eq!(world.ask(ADMINISTRATOR, &command), Ok(Vec::new()));
}

#[test]
fn two_who_amend_at_once_keep_both_amendments_or_hear_of_it() {
    // given two people who saw the same
    let mut world = World::new();
    let [first, second, third] = [7_u32, 8, 7].map(|residents| {
        amend(&world, HOME, |after| {
            after.residents = residents;
            if residents == 8 {
                after.profile.risk = Some(RiskGrade::Low);
            }
        })
    });
    let other_part = amend(&world, HOME, |after| after.staff = 6);
    world.does(ADMINISTRATOR, &first).unwrap();
    // when the second changes another part, then both stand
    world.does(ADMINISTRATOR, &other_part).unwrap();
    let now = known(&world, HOME);
    assert_eq!((now.residents, now.staff), (7, 6));
    // when the second changes the same part otherwise, then they hear which, and nothing changes
    let refusal = world.ask(ADMINISTRATOR, &second).unwrap_err();
    let expected = BodyRefusal::ChangedMeanwhile(vec![Field::Residents]);
    assert_eq!(refusal, Refusal::Body(expected));
    assert!(refusal.text(Language::Chinese).contains("服务对象人数"));
    // when it is the same change, then there is nothing to do
    assert_eq!(world.ask(ADMINISTRATOR, &third), Ok(Vec::new()));
}

#[test]
fn a_merger_is_told_by_both_and_moves_what_lies_below() {
    let mut world = World::new();
    let below = Particulars {
        name: texts("below"),
        parent: Some(HOME),
        ..world.directory.body(OTHER_HOME).unwrap().clone()
    };
    world
        .does(ADMINISTRATOR, &command(NEW, BodyCommand::Register(below)))
        .unwrap();
    let events = world.ask(ADMINISTRATOR, &merge(HOME, OTHER_HOME)).unwrap();
    let told: Vec<(Uuid, &str)> = events
        .iter()
        .map(|decided| (decided.stream.id, decided.event.kind()))
        .collect();
    assert_eq!(
        told,
        [
            (HOME.0, "body.merged"),
            (OTHER_HOME.0, "body.absorbed"),
            (NEW.0, "body.moved")
        ]
    );
    for decided in &events {
        // what is stored is read again
        let stored = Event::decode(decided.event.kind(), &decided.event.body());
        assert_eq!(stored.as_ref(), Ok(&decided.event));
    }
    world.does(ADMINISTRATOR, &merge(HOME, OTHER_HOME)).unwrap();
    let directory = &world.directory;
    assert_eq!(
        directory.gone(HOME),
        Some(&Gone::Merged { into: OTHER_HOME })
    );
    assert!(!directory.is_active(HOME) && directory.is_active(OTHER_HOME));
    assert!(directory.active_bodies().all(|(id, _)| id != HOME));
    assert!(directory.bodies().any(|(id, _)| id == HOME));
    // what was recorded of it stays within reach of whoever sees the other
    assert!(directory.is_within(HOME, OTHER_HOME));
    assert_eq!(directory.body(NEW).unwrap().parent, Some(OTHER_HOME));
    // and nothing more happens to it
    for command in [
        amend(&world, HOME, |after| after.staff = 1),
        move_to(HOME, None),
        merge(HOME, NEW),
        close(HOME, "again"),
    ] {
        assert_eq!(
            world.ask(ADMINISTRATOR, &command),
            Err(Refusal::Body(BodyRefusal::Gone))
        );
    }
}

fn set_code(id: BodyId, digest: Hash, replaces: Option<Hash>) -> Command {
    command(id, BodyCommand::SetEntranceCode { digest, replaces })
}

#[test]
fn an_institution_gives_its_entrance_a_code_and_replaces_it() {
    let mut world = World::new();
    let [first, second, third] = [1, 2, 3].map(|byte| Hash([byte; 32]));
    assert_eq!(world.directory.entrance(HOME), None);
    world
        .does(HOME_OFFICER, &set_code(HOME, first, None))
        .unwrap();
    assert_eq!(world.directory.entrance(HOME), Some(first));
    // when another is hung up, also by an administrator, then it is the one that counts
    let replacing = set_code(HOME, second, Some(first));
    world.does(ADMINISTRATOR, &replacing).unwrap();
    assert_eq!(world.directory.entrance(HOME), Some(second));
    // and whoever still saw the first hears of it
    for late in [
        set_code(HOME, third, Some(first)),
        set_code(HOME, third, None),
    ] {
        assert_eq!(
            world.ask(HOME_OFFICER, &late),
            Err(Refusal::Body(BodyRefusal::EntranceCodeReplaced))
        );
    }
    // what is known of the body is as it was, for whoever amends it
    let amended = amend(&world, HOME, |after| after.staff = 6);
    assert!(!amended.is_about(&Event::Body(BodyEvent::EntranceCodeSet { digest: third })));
    assert!(replacing.is_about(&Event::Body(BodyEvent::EntranceCodeSet { digest: third })));
}

#[test]
fn a_body_moves_below_another_or_to_the_top() {
    let mut world = with_local_administrator();
    world
        .does(ADMINISTRATOR, &move_to(HOME, Some(BUREAU)))
        .unwrap();
    assert!(!world.directory.is_within(HOME, CENTRE));
    world.does(ADMINISTRATOR, &move_to(HOME, None)).unwrap();
    assert_eq!(world.directory.body(HOME).unwrap().parent, None);
    assert_eq!(
        world.ask(ADMINISTRATOR, &move_to(HOME, None)),
        Ok(Vec::new())
    );
}

#[test]
fn what_cannot_be_done_to_a_body_is_refused_with_the_reason() {
    let body = Refusal::Body;
    let no_role = |act| Refusal::Permission(PermissionRefusal::NoSuchRole(act));
    let out = Refusal::Permission(PermissionRefusal::OutOfScope(Act::ManageBodies));
    let mut world = with_local_administrator();
    world
        .does(ADMINISTRATOR, &close(OTHER_HOME, "closed"))
        .unwrap();
    let registered = |parent| Particulars {
        parent: Some(parent),
        ..world.directory.body(HOME).unwrap().clone()
    };
    let change = |change: &dyn Fn(&mut Amendment)| amend(&world, HOME, |after| change(after));
    let long = "长".repeat(10_000);
    let too_long = WordingRefusal::TooLong { limit: 120 };
    let cases: Vec<(&str, PersonId, Command, Refusal)> = vec![
        (
            "registered below one that is gone",
            ADMINISTRATOR,
            command(NEW, BodyCommand::Register(registered(OTHER_HOME))),
            body(BodyRefusal::ParentUnknown),
        ),
        (
            "registered twice",
            ADMINISTRATOR,
            command(HOME, BodyCommand::Register(registered(CENTRE))),
            body(BodyRefusal::AlreadyRegistered),
        ),
        (
            "no such body",
            ADMINISTRATOR,
            close(NOBODY, "x"),
            body(BodyRefusal::NotRegistered),
        ),
        (
            "by its own officer",
            HOME_OFFICER,
            close(HOME, "x"),
            no_role(Act::ManageBodies),
        ),
        (
            "a code for another home's entrance",
            HOME_OFFICER,
            set_code(OTHER_HOME, Hash::ZERO, None),
            Refusal::Permission(PermissionRefusal::OutOfScope(Act::KeepEntranceCode)),
        ),
        (
            "a code by who only inspects there",
            INSPECTOR,
            set_code(HOME, Hash::ZERO, None),
            no_role(Act::KeepEntranceCode),
        ),
        (
            "a code for a department",
            ADMINISTRATOR,
            set_code(CENTRE, Hash::ZERO, None),
            body(BodyRefusal::NoEntrance),
        ),
        (
            "a code that was replaced meanwhile",
            ADMINISTRATOR,
            set_code(HOME, Hash::ZERO, Some(Hash::ZERO)),
            body(BodyRefusal::EntranceCodeReplaced),
        ),
        (
            "a long name",
            ADMINISTRATOR,
            change(&|after| after.name = texts(&long)),
            body(BodyRefusal::Name(too_long)),
        ),
        (
            "a name that runs the other way",
            ADMINISTRATOR,
            change(&|after| after.name = texts("\u{202E}x")),
            body(BodyRefusal::Name(WordingRefusal::Unprintable {
                code: 0x202E,
            })),
        ),
        (
            "an address with a zero width",
            ADMINISTRATOR,
            change(&|after| after.profile.address = "a\u{200B}b".into()),
            body(BodyRefusal::Address(WordingRefusal::Unprintable {
                code: 0x200B,
            })),
        ),
        (
            "a long contact",
            ADMINISTRATOR,
            change(&|after| after.profile.contact.telephone = long.clone()),
            body(BodyRefusal::Contact(too_long)),
        ),
        (
            "too many residents",
            ADMINISTRATOR,
            change(&|after| after.residents = FIGURE_LIMIT + 1),
            body(BodyRefusal::FigureTooLarge {
                limit: FIGURE_LIMIT,
            }),
        ),
        (
            "a telephone number without a digit",
            ADMINISTRATOR,
            change(&|after| after.profile.contact.telephone = "abc".into()),
            body(BodyRefusal::Telephone),
        ),
        (
            "beyond the pole",
            ADMINISTRATOR,
            change(&|after| {
                after.profile.location = Some(Location {
                    longitude: 0.0,
                    latitude: 90.1,
                });
            }),
            body(BodyRefusal::Location),
        ),
        (
            "nowhere at all",
            ADMINISTRATOR,
            change(&|after| {
                after.profile.location = Some(Location {
                    longitude: f64::NAN,
                    latitude: 0.0,
                });
            }),
            body(BodyRefusal::Location),
        ),
        (
            "in no district",
            ADMINISTRATOR,
            change(&|after| after.district = Some(DistrictCode("0".into()))),
            body(BodyRefusal::DistrictUnknown(DistrictCode("0".into()))),
        ),
        (
            "without a name in Chinese",
            ADMINISTRATOR,
            change(&|after| after.name = form::Texts::default().with("en", "Home")),
            body(BodyRefusal::ChineseName),
        ),
        (
            "an institution in no district",
            ADMINISTRATOR,
            change(&|after| after.district = None),
            body(BodyRefusal::DistrictMissing),
        ),
        (
            "an institution made a department",
            ADMINISTRATOR,
            change(&|after| after.kind = BodyKind::Department),
            body(BodyRefusal::OtherNature),
        ),
        (
            "moved below itself",
            ADMINISTRATOR,
            move_to(CENTRE, Some(CENTRE)),
            body(BodyRefusal::Ring),
        ),
        (
            "moved below its own child",
            ADMINISTRATOR,
            move_to(CENTRE, Some(HOME)),
            body(BodyRefusal::Ring),
        ),
        (
            "moved below one that is gone",
            ADMINISTRATOR,
            move_to(HOME, Some(OTHER_HOME)),
            body(BodyRefusal::ParentUnknown),
        ),
        (
            "moved out of one's scope",
            CENTRE_ADMINISTRATOR,
            move_to(HOME, Some(BUREAU)),
            out.clone(),
        ),
        (
            "merged into itself",
            ADMINISTRATOR,
            merge(HOME, HOME),
            body(BodyRefusal::MergeTarget),
        ),
        (
            "merged into one that is gone",
            ADMINISTRATOR,
            merge(HOME, OTHER_HOME),
            body(BodyRefusal::MergeTarget),
        ),
        (
            "merged into what never was",
            ADMINISTRATOR,
            merge(HOME, NOBODY),
            body(BodyRefusal::MergeTarget),
        ),
        (
            "merged into what lies below it",
            ADMINISTRATOR,
            merge(BUREAU, CENTRE),
            body(BodyRefusal::Ring),
        ),
        (
            "an institution merged into a department",
            ADMINISTRATOR,
            merge(HOME, BUREAU),
            body(BodyRefusal::OtherNature),
        ),
        (
            "merged out of one's scope",
            CENTRE_ADMINISTRATOR,
            merge(CENTRE, BUREAU),
            out,
        ),
        (
            "closed with bodies below it",
            ADMINISTRATOR,
            close(CENTRE, "x"),
            body(BodyRefusal::HasChildren),
        ),
        (
            "closed for no reason",
            ADMINISTRATOR,
            close(HOME, "  "),
            body(BodyRefusal::Reason(WordingRefusal::Empty)),
        ),
    ];
    for (name, who, command, expected) in cases {
        let refusal = world.ask(who, &command).unwrap_err();
        assert_eq!(refusal, expected, "{name}");
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{name}");
        }
    }
    // and what lies within one's scope goes through
    assert!(
        world
            .ask(CENTRE_ADMINISTRATOR, &change(&|after| after.staff = 1))
            .is_ok()
    );
}

#[test]
fn a_name_is_taken_once_in_a_district_and_below_a_body() {
    let mut world = World::new();
    // given homes of the same name, each in a district and below a body
    let home = |name: &str, district: Option<&str>, parent| Particulars {
        kind: BodyKind::DisabilityService,
        name: form::Texts::default().with("zh-Hans", name),
        district: district.map(|code| DistrictCode(code.into())),
        parent,
        ..world.directory.body(HOME).unwrap().clone()
    };
    let office = |name: &str, parent| Particulars {
        kind: BodyKind::Department,
        ..home(name, None, parent)
    };
    let taken = |name: &str, place: Option<&str>| {
        Err(Refusal::Body(BodyRefusal::NameTaken {
            name: name.into(),
            place: place.map(texts),
        }))
    };
    let in_district = home("阳光院", Some(DISTRICT), Some(CENTRE));
    let [above, elsewhere, top, another] = [
        home(" 阳光院", Some(DISTRICT), None),
        office("阳光院", Some(CENTRE)),
        office("阳光院", None),
        office("另一中心", None),
    ];
    world
        .does(
            ADMINISTRATOR,
            &command(NEW, BodyCommand::Register(in_district)),
        )
        .unwrap();
    let register = |world: &World, particulars: &Particulars| {
        let other = BodyId(Uuid::from_u128(97));
        let command = command(other, BodyCommand::Register(particulars.clone()));
        world.ask(ADMINISTRATOR, &command).map(|_| ())
    };
    // when another is registered in the district or below the body, then it is refused, and where is said
    assert_eq!(register(&world, &above), taken("阳光院", Some("Fengtai")));
    assert_eq!(
        register(&world, &elsewhere),
        taken("阳光院", Some("centre"))
    );
    let refusal = register(&world, &above).unwrap_err();
    for (language, place) in [
        (Language::Chinese, "Fengtai"),
        (Language::English, "Fengtai"),
    ] {
        assert!(refusal.text(language).contains(place));
    }
    // when it stands elsewhere, then it is another body; and a second one there is not
    assert_eq!(register(&world, &top), Ok(()));
    let first = command(NOBODY, BodyCommand::Register(top.clone()));
    world.does(ADMINISTRATOR, &first).unwrap();
    let again = command(BodyId(Uuid::from_u128(98)), BodyCommand::Register(top));
    assert_eq!(
        world.ask(ADMINISTRATOR, &again).map(|_| ()),
        taken("阳光院", None)
    );
    // when it is moved to where the first stands, or what it stands below is merged into that, then it would meet the first
    let into = move_to(NOBODY, Some(CENTRE));
    assert_eq!(
        world.ask(ADMINISTRATOR, &into).map(|_| ()),
        taken("阳光院", Some("centre"))
    );
    let below = BodyId(Uuid::from_u128(95));
    let bureau = command(below, BodyCommand::Register(another));
    world.does(ADMINISTRATOR, &bureau).unwrap();
    world
        .does(ADMINISTRATOR, &move_to(NOBODY, Some(below)))
        .unwrap();
    assert_eq!(
        world.ask(ADMINISTRATOR, &merge(below, CENTRE)).map(|_| ()),
        taken("阳光院", Some("centre"))
    );
    world.does(ADMINISTRATOR, &move_to(NOBODY, None)).unwrap();
    // when another body is given the name, then that is refused too; and once the first is gone the name is free
    let rename = amend(&world, HOME, |after| {
        after.name = form::Texts::default().with("zh-Hans", "阳光院");
    });
    assert_eq!(
        world.ask(ADMINISTRATOR, &rename).map(|_| ()),
        taken("阳光院", Some("Fengtai"))
    );
    world.does(ADMINISTRATOR, &close(NEW, "closed")).unwrap();
    world.does(ADMINISTRATOR, &rename).unwrap();
    assert_eq!(register(&world, &above), taken("阳光院", Some("Fengtai")));
}

#[test]
fn a_figure_that_is_not_said_is_no_zero() {
    use domain::body::{FigureFault, read_figure};
    for (kind, written, expected) in [
        (BodyKind::ElderCare, " 12 ", Ok(12)),
        (BodyKind::ElderCare, "0", Ok(0)),
        (BodyKind::ElderCare, "  ", Err(FigureFault::Missing)),
        (BodyKind::Department, "", Ok(0)),
        (BodyKind::OversightBody, "3", Ok(3)),
        (BodyKind::Department, "-1", Err(FigureFault::NotANumber)),
        (BodyKind::ElderCare, "1.5", Err(FigureFault::NotANumber)),
        (BodyKind::ElderCare, "十二", Err(FigureFault::NotANumber)),
        // As a Chinese input method writes them.
        (BodyKind::ElderCare, " １２", Ok(12)),
        (BodyKind::ElderCare, "100000", Ok(FIGURE_LIMIT)),
        (BodyKind::ElderCare, "100001", Err(FigureFault::TooLarge)),
        (
            BodyKind::ElderCare,
            "99999999999999999999",
            Err(FigureFault::TooLarge),
        ),
    ] {
        assert_eq!(read_figure(kind, written), expected, "{written:?}");
    }
}

#[test]
fn a_body_stored_before_there_was_more_to_know_is_read_still() {
    let stored = r#"{"registered":{"kind":"elderCare","name":{"en":"Home"},"residents":1,"staff":2,"capacity":3}}"#;
    let event = Event::decode("body.registered", stored).unwrap();
    assert_eq!(event.body(), stored);
}

#[test]
pub fn every_refusal_of_bodies_is_met() {
    assert_every_refusal!(
        Body, BodyRefusal by [
            an_amendment_changes_what_it_says_and_nothing_else, two_who_amend_at_once_keep_both_amendments_or_hear_of_it, a_merger_is_told_by_both_and_moves_what_lies_below, an_institution_gives_its_entrance_a_code_and_replaces_it, a_body_moves_below_another_or_to_the_top, what_cannot_be_done_to_a_body_is_refused_with_the_reason, a_name_is_taken_once_in_a_district_and_below_a_body, a_figure_that_is_not_said_is_no_zero, a_body_stored_before_there_was_more_to_know_is_read_still,
        ]:
        AlreadyRegistered, Name, ChineseName, NameTaken, ParentUnknown, DistrictUnknown, DistrictMissing, FigureTooLarge, NotRegistered, Gone, Address, Contact, Telephone, Location, ChangedMeanwhile, OtherNature, Ring, MergeTarget, HasChildren, Reason, NoEntrance, EntranceCodeReplaced,
    );
}
