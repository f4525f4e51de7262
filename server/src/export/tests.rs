use std::io::Read as _;

use domain::Command;
use domain::body::{BodyCommand, BodyKind, Particulars, Profile};
use domain::id::BodyId;
use form::Texts;
use uuid::Uuid;

use super::*;
use crate::http::fixture::Fixture;
use crate::read::list::LISTS;
use crate::server::now;

fn text(mut file: File) -> String {
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}

fn reader(fixture: &Fixture, name: &str) -> Reader {
    let person = fixture.person(name);
    fixture.server.reader(fixture.city.jurisdiction, person)
}

/// Given the demo city, when a list is written in parts of seven rows, then it is the list on its pages, whatever its order and filter.
#[tokio::test]
async fn the_parts_make_up_the_list() {
    let fixture = Fixture::new().await;
    let folder = tempfile::tempdir().unwrap();
    let language = Language::Chinese;
    let mut parts = 0;
    for list in LISTS {
        for query in [
            Vec::new(),
            vec![("sort", "name")],
            vec![("sort", "-raised"), ("severity", "key")],
            vec![("search", "院")],
        ] {
            let asked = Asked::of(
                query
                    .into_iter()
                    .map(|(name, value)| (name, value.to_owned())),
            );
            let reader = reader(&fixture, "organiser");
            let mut shown = Vec::new();
            for page in 1.. {
                let wanted = Wanted {
                    asked: &asked.on_page(page),
                    language,
                    rows: Rows::Page,
                };
                let (sheet, total) = reader.sheet(list, wanted).await.unwrap().unwrap();
                shown.push(sheet);
                if u64::from(page * app::list::PAGE_SIZE) >= total {
                    break;
                }
            }
            let mut whole = SheetWriter::begin(Kind::Csv, &shown[0], folder.path()).unwrap();
            for sheet in &shown {
                whole.write(&sheet.rows).unwrap();
            }
            let whole = text(whole.finish().unwrap());
            let file = write(&reader, list, Kind::Csv, &asked, language, folder.path(), 7);
            assert_eq!(text(file.await.unwrap()), whole, "{list} {asked:?}");
            parts += whole.lines().count() / 7;
        }
    }
    assert!(parts > 50, "the lists are longer than a part");
}

/// Given an export that has begun to read, when something is recorded meanwhile, then the file has none of it, and the next has it.
#[tokio::test]
async fn a_file_is_of_one_moment() {
    let fixture = Fixture::new().await;
    let folder = tempfile::tempdir().unwrap();
    let asked = Asked::of([("sort", "name")].map(|(name, value)| (name, value.to_owned())));
    let bodies = async |reader: &Reader| {
        let file = write(
            reader,
            "bodies",
            Kind::Csv,
            &asked,
            Language::English,
            folder.path(),
            PART,
        );
        text(file.await.unwrap())
    };
    let live = reader(&fixture, "administrator");
    let snapshot = live.database.snapshot().await.unwrap();
    let reading = Reader {
        database: snapshot.clone(),
        ..reader(&fixture, "administrator")
    };
    let before = bodies(&reading).await;
    let name = "Newly registered home";
    let register = Command::Body {
        id: BodyId(Uuid::now_v7()),
        command: BodyCommand::Register(Particulars {
            kind: BodyKind::ElderCare,
            name: Texts::both("新登记的院", name),
            parent: None,
            district: Some(domain::jurisdiction::DistrictCode("110106".into())),
            residents: 0,
            staff: 0,
            capacity: 0,
            sample: true,
            profile: Profile::default(),
        }),
    };
    let administrator = fixture.person("administrator");
    let recorded = fixture
        .server
        .ingest
        .command(administrator, &register, now());
    recorded.await.unwrap();
    assert_eq!(bodies(&reading).await, before);
    snapshot.close().await;
    let after = bodies(&reader(&fixture, "administrator")).await;
    assert!(!before.contains(name) && after.contains(name));
    assert_eq!(after.lines().count(), before.lines().count() + 1);
}
