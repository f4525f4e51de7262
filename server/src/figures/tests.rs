//! Figures of the demo city, and of one whose pages say something else than its log.

use std::collections::BTreeMap;

use domain::Language;
use domain::finding::Stage;
use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use domain::projection::directory::Directory;
use uuid::Uuid;

use super::{Count, Figures, Of, Recount, Tally, Witness, count, print, reconcile};
use crate::http::fixture::Fixture;
use crate::on_database;

/// Given the demo city, then pages and log agree on its figures; given a finding, an inspection and a report whose rows say something
/// else, then each shows where it does not add up, and nothing else does.
#[tokio::test]
async fn what_pages_show_and_the_log_does_not_say_is_found() {
    let fixture = Fixture::new().await;
    let (server, own) = (&fixture.server, fixture.city.jurisdiction);
    let counted = count(server, own).await.unwrap().unwrap();
    assert_eq!(counted.discrepancies, []);
    let city = &counted.pages.city;
    assert_eq!((city.inspections(), city.findings(|_| true)), (4, 17));
    let known = server.ingest.world().known();
    for (language, line) in [
        (Language::Chinese, "问题总数"),
        (Language::English, "Findings"),
    ] {
        let printed = print(&counted, &known.directory, language);
        let told = printed
            .lines()
            .any(|text| text.trim_start().starts_with(line) && text.contains(" 17 "));
        assert!(told, "{printed}");
    }

    let change = async |statement: &'static str| {
        on_database!(&server.database, pool => {
            let done = sqlx::query(statement).execute(pool).await.unwrap();
            assert_eq!(done.rows_affected(), 1, "{statement}");
        });
    };
    change("update finding set stage = 'closed' where code = 'J2'").await;
    let counted = count(server, own).await.unwrap().unwrap();
    let wrong = |stage| {
        let found = counted.discrepancies.iter();
        let of_stage = found.filter(move |one| one.count == Count::Findings(stage));
        of_stage
            .map(|one| (one.of.clone(), one.witness))
            .collect::<Vec<_>>()
    };
    // The page's own sums agree: it is the log that knows better, of the institution, its district and the city.
    let institution = fixture
        .city
        .commands
        .iter()
        .find_map(|step| match &step.command {
            domain::Command::Finding {
                command: domain::finding::FindingCommand::Raise(raised),
                ..
            } if raised.code == "J2" => Some(raised.body),
            _ => None,
        });
    let institution = institution.unwrap();
    let district = known.directory.body(institution).unwrap().district.clone();
    let expected = vec![
        (Of::Institution(institution), Witness::Log),
        (Of::District(district), Witness::Log),
        (Of::City, Witness::Log),
    ];
    assert_eq!(wrong(Stage::Closed), expected);
    assert_eq!(wrong(Stage::ExtensionAsked), expected);
    assert_eq!(counted.discrepancies.len(), 6);
    let text = counted.discrepancies[0].text(&known.directory, Language::English);
    assert!(
        text.contains("on the page") && text.contains("by the log"),
        "{text}"
    );
}

/// What is lost between the levels shows there: a district that forgets one of its institutions, a city that forgets a district.
#[test]
fn parts_that_do_not_make_the_whole_are_found() {
    let code = |text: &str| Some(DistrictCode(text.to_owned()));
    let body = |number| BodyId(Uuid::from_u128(number));
    let of = |number: u64| {
        let mut tally = Tally::default();
        tally.add(Count::Inspections(0), number);
        tally
    };
    let institutions = BTreeMap::from([(body(1), of(2)), (body(2), of(3)), (body(3), of(5))]);
    let recount = Recount {
        institutions: institutions.clone(),
        ..Recount::default()
    };
    // Without a directory all of them are in no district.
    let directory = Directory::default();
    for (city, district, expected) in [
        (10, 10, vec![]),
        (
            10,
            8,
            vec![
                (Of::District(None), Witness::Institutions, 8, 10),
                (Of::District(None), Witness::Log, 8, 10),
                (Of::City, Witness::Districts, 10, 8),
            ],
        ),
        (
            7,
            10,
            vec![
                (Of::City, Witness::Districts, 7, 10),
                (Of::City, Witness::Institutions, 7, 10),
                (Of::City, Witness::Log, 7, 10),
            ],
        ),
    ] {
        let pages = Figures {
            city: of(city),
            districts: BTreeMap::from([(None, of(district)), (code("110101"), of(0))]),
            institutions: institutions.clone(),
            elsewhere: BTreeMap::new(),
        };
        let found: Vec<_> = reconcile(&pages, &recount, &directory)
            .into_iter()
            .map(|one| (one.of, one.witness, one.shown, one.witnessed))
            .collect();
        assert_eq!(found, expected, "{city} {district}");
    }
}
