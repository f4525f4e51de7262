//! A city is founded once, and its districts are added under codes of their own.

use crate::world::*;
use domain::id::JurisdictionId;
use domain::jurisdiction::{
    CODE_LIMIT, District, DistrictCode, Founded, JurisdictionCommand, JurisdictionRefusal,
};
use domain::permission::{Act, PermissionRefusal};
use domain::wording::WordingRefusal;
use domain::{Command, Facts, Language, Refusal};
use form::Texts;
use uuid::Uuid;

fn jurisdiction(command: JurisdictionCommand) -> Command {
    Command::Jurisdiction {
        id: JurisdictionId(Uuid::from_u128(9)),
        command,
    }
}

fn founded(change: impl Fn(&mut Founded)) -> Command {
    let mut founded = Founded {
        name: texts("City"),
        time_zone: "Asia/Shanghai".into(),
        sample: true,
    };
    change(&mut founded);
    jurisdiction(JurisdictionCommand::Found(founded))
}

fn added(districts: &[(&str, Texts)]) -> Command {
    let districts = districts.iter().map(|(code, name)| District {
        code: DistrictCode((*code).to_owned()),
        name: name.clone(),
    });
    jurisdiction(JurisdictionCommand::AddDistricts(districts.collect()))
}

fn renamed(code: &str, name: Texts) -> Command {
    let code = DistrictCode(code.to_owned());
    jurisdiction(JurisdictionCommand::RenameDistrict { code, name })
}

fn named_another() -> World {
    let mut world = World::new();
    let rename = renamed(DISTRICT, texts("Another"));
    world.does(ADMINISTRATOR, &rename).unwrap();
    world
}

/// Given a district, when it is renamed, then it is the same district under the other name, for what is decided next, too.
#[test]
pub fn a_renamed_district_keeps_its_code() {
    let before = World::new();
    let rename = renamed(DISTRICT, texts("Another"));
    for who in [ORGANISER, DEPARTMENT] {
        assert_eq!(
            before.ask(who, &rename),
            Err(PermissionRefusal::NoSuchRole(Act::ManageBodies).into())
        );
    }
    let world = named_another();
    let name = |world: &World| {
        let districts = world.directory.jurisdiction().districts.clone();
        let mut districts = districts.into_iter();
        let known = districts.find(|district| district.code.0 == DISTRICT);
        (known.unwrap().name, districts.count())
    };
    assert_eq!(name(&world).0, texts("Another"));
    assert_eq!(name(&world).1, name(&before).1);
    let again = added(&[(DISTRICT, texts("Fengtai"))]);
    assert!(world.ask(ADMINISTRATOR, &again).is_err());
}

/// A server that was never set up.
fn empty() -> World {
    let mut world = World::new();
    world.directory = domain::projection::directory::Directory::default();
    world.facts = Facts::default();
    world
}

#[test]
pub fn what_cannot_be_founded_or_added_is_refused_with_the_reason() {
    let exists = |code: &str| JurisdictionRefusal::DistrictExists(DistrictCode(code.into()));
    let long = "x".repeat(41);
    let too_long = WordingRefusal::TooLong { limit: CODE_LIMIT };
    let cases: Vec<(fn() -> World, Command, JurisdictionRefusal)> = vec![
        (
            World::new,
            founded(|_| {}),
            JurisdictionRefusal::AlreadyFounded,
        ),
        (
            empty,
            founded(|city| city.name = Texts::default()),
            JurisdictionRefusal::Name(WordingRefusal::Empty),
        ),
        (
            empty,
            founded(|city| city.name = texts("C\u{200B}ity")),
            JurisdictionRefusal::Name(WordingRefusal::Unprintable { code: 0x200B }),
        ),
        (
            empty,
            founded(|city| city.time_zone = String::new()),
            JurisdictionRefusal::TimeZone,
        ),
        (
            empty,
            founded(|city| city.time_zone = "Asia Shanghai".into()),
            JurisdictionRefusal::TimeZone,
        ),
        (
            empty,
            founded(|city| city.time_zone = "x".repeat(65)),
            JurisdictionRefusal::TimeZone,
        ),
        (
            empty,
            added(&[("110101", texts("Dongcheng"))]),
            JurisdictionRefusal::NotFounded,
        ),
        (
            World::new,
            added(&[("110101", Texts::default())]),
            JurisdictionRefusal::Name(WordingRefusal::Empty),
        ),
        (
            World::new,
            added(&[(&long, texts("Dongcheng"))]),
            JurisdictionRefusal::Code(too_long),
        ),
        (
            World::new,
            added(&[(DISTRICT, texts("Fengtai again"))]),
            exists(DISTRICT),
        ),
        (
            World::new,
            added(&[("110101", texts("One")), ("110101", texts("Two"))]),
            exists("110101"),
        ),
        (
            World::new,
            added(&[("", texts("Dongcheng"))]),
            JurisdictionRefusal::Code(WordingRefusal::Empty),
        ),
        (
            empty,
            renamed(DISTRICT, texts("Another")),
            JurisdictionRefusal::NotFounded,
        ),
        (
            World::new,
            renamed("110101", texts("Dongcheng")),
            JurisdictionRefusal::DistrictUnknown(DistrictCode("110101".into())),
        ),
        (
            World::new,
            renamed(DISTRICT, texts(" ")),
            JurisdictionRefusal::Name(WordingRefusal::Empty),
        ),
        (
            World::new,
            renamed(DISTRICT, texts(&"x".repeat(121))),
            JurisdictionRefusal::Name(WordingRefusal::TooLong { limit: 120 }),
        ),
        (
            named_another,
            renamed(DISTRICT, texts("Another")),
            JurisdictionRefusal::SameName,
        ),
    ];
    let mut met = Vec::new();
    for (given, command, expected) in cases {
        let refusal = given().ask(ADMINISTRATOR, &command).unwrap_err();
        for language in Language::ALL {
            assert!(!refusal.text(language).is_empty(), "{refusal:?}");
        }
        assert_eq!(refusal, Refusal::Jurisdiction(expected.clone()));
        met.push(expected);
    }
    assert_every_variant!(
        met,
        JurisdictionRefusal: AlreadyFounded, NotFounded, Name, TimeZone, DistrictExists, Code, DistrictUnknown, SameName,
    );
    // What is nothing of the sort is taken.
    assert!(empty().ask(ADMINISTRATOR, &founded(|_| {})).is_ok());
    let add = added(&[("110101", texts("Dongcheng"))]);
    assert!(World::new().ask(ADMINISTRATOR, &add).is_ok());
    assert_eq!(
        World::new().ask(ORGANISER, &add),
        Err(PermissionRefusal::NoSuchRole(Act::ManageBodies).into())
    );
}
