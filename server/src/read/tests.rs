//! What is read is read from either database: SQLite takes a number of any width, Postgres only the one that is asked for.

use app::api::view::{BodyFilter, BodyRow, FindingFilter, PairFilter};
use app::list::Asked;
use domain::Command;
use domain::body::{BodyCommand, RiskGrade};
use domain::campaign::{CampaignCommand, Subjects};
use domain::id::{DeviceId, InspectionId};
use sync::protocol::Receipt;
use uuid::Uuid;

use super::Reader;
use super::list::{LISTS, sort_keys, whole};
use crate::http::fixture::Fixture;
use crate::rebuild::rebuild_and_compare;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

/// Given the demo city in Postgres, when people ask everything that pages ask, then all of it is answered.
#[tokio::test]
async fn whatever_pages_ask_postgres_answers() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    for name in ["organiser", "oversight", "administrator", "welfare-home-1"] {
        let person = fixture.person(name);
        let reader = fixture.server.reader(fixture.city.jurisdiction, person);
        reader.today().await.unwrap();
        let pairs = reader.pairs(&PairFilter::default()).await.unwrap();
        let all = Asked::default();
        let listed = reader.list_pairs(whole(&all)).await.unwrap();
        assert_eq!(pairs.total(), listed.total, "{name}");
        reader.support_totals().await.unwrap();
        every_list_sorts(&reader, name).await;
        reader.findings(&FindingFilter::default()).await.unwrap();
        let inbox = reader.inbox(&Asked::default()).await.unwrap();
        assert_eq!(inbox.unread, reader.unread().await.unwrap(), "{name}");
        reader.notices().await.unwrap();
        reader.talks().await.unwrap();
        reader.materials().await.unwrap();
        reader.look_backs().await.unwrap();
        reader.record().await.unwrap();
        reader.campaigns().await.unwrap();
        reader.checklists().await.unwrap();
        reader.arrangements().await.unwrap();
        reader.clearances().await.unwrap();
        reader.trace().await.unwrap();
        reader.situation(None, now()).await.unwrap();
        reader.risk_weights(&[], &[]).await.unwrap();
        for row in reader.draws(1).await.unwrap().rows {
            reader.draw(row.id, 1, now()).await.unwrap();
        }
    }
    crate::jobs::release_due(&fixture.server, now())
        .await
        .unwrap();
}

/// Given the demo city in SQLite, then every list is there in every order.
#[tokio::test]
async fn every_list_is_there_in_every_order() {
    let fixture = Fixture::new().await;
    let person = fixture.person("organiser");
    let reader = fixture.server.reader(fixture.city.jurisdiction, person);
    every_list_sorts(&reader, "organiser").await;
}

/// Each list has the same rows whatever column it is sorted by, either way; those of a thing's parts are asked for one thing.
async fn every_list_sorts(reader: &Reader, name: &str) {
    let campaigns = reader.campaigns().await.unwrap();
    let of = campaigns
        .first()
        .map_or_else(String::new, |campaign| campaign.id.to_string());
    let notice = reader.notices().await.unwrap();
    let reached = notice
        .first()
        .map_or_else(String::new, |notice| notice.id.to_string());
    for list in LISTS {
        let pairs = |sort: &str| {
            let part = match *list {
                "assignments" => Some(("campaign", of.clone())),
                "receipts" => Some(("notice", reached.clone())),
                _ => None,
            };
            Asked::of(part.into_iter().chain([("sort", sort.to_owned())]))
        };
        let keys = async |sort: &str| {
            let asked = pairs(sort);
            let page = reader.list(list, whole(&asked)).await.unwrap().unwrap();
            let mut rows: Vec<String> = page.rows.iter().map(ToString::to_string).collect();
            rows.sort();
            rows
        };
        let unsorted = keys("").await;
        for key in sort_keys(list) {
            for sort in [key.to_owned(), format!("-{key}")] {
                assert_eq!(keys(&sort).await, unsorted, "{name}: {list} by {sort}");
            }
        }
    }
}

#[tokio::test]
async fn in_sqlite_bodies_are_graded_from_their_list() {
    bodies_are_graded_from_their_list(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_bodies_are_graded_from_their_list() {
    bodies_are_graded_from_their_list(Fixture::on(Some(fresh_postgres_url().await)).await).await;
}

/// Given the demo city, when bodies are listed, then who may amend one has what is known of it, and nobody else; and when three are
/// graded with that, then the list says so, is filtered by it, and has them in the order of their grades after those without one.
async fn bodies_are_graded_from_their_list(fixture: Fixture) {
    let administrator = fixture.person("administrator");
    let listed = async |name: &str, asked: &Asked| {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(name));
        reader.list_bodies(whole(asked)).await.unwrap().rows
    };
    let asked = Asked::of([("district", "110106".to_owned())]);
    for (name, amends) in [
        ("administrator", true),
        ("organiser", false),
        ("fengtai-officer", false),
    ] {
        let rows = listed(name, &asked).await;
        assert!(rows.len() > 3, "{name}");
        assert!(
            rows.iter().all(|row| row.amendable.is_some() == amends),
            "{name}"
        );
    }
    let rows = listed("administrator", &asked).await;
    let graded = [RiskGrade::High, RiskGrade::Low, RiskGrade::Medium];
    for (row, risk) in rows.iter().zip(graded) {
        let before = row.amendable.clone().unwrap();
        let mut after = before.clone();
        after.profile.risk = Some(risk);
        let command = Command::Body {
            id: row.id,
            command: BodyCommand::Amend { before, after },
        };
        let amended = fixture
            .server
            .ingest
            .command(administrator, &command, now());
        amended.await.unwrap();
    }
    let rows = listed("organiser", &asked.sorted("-risk".to_owned())).await;
    let risks: Vec<_> = rows.iter().map(|row| row.risk).take(4).collect();
    let expected = [RiskGrade::High, RiskGrade::Medium, RiskGrade::Low].map(Some);
    assert_eq!(risks[..3], expected);
    assert_eq!(risks[3], None);
    let of_grade = Asked::of([("risk", RiskGrade::Medium.code().to_owned())]);
    assert_eq!(listed("organiser", &of_grade).await.len(), 1);
}

#[tokio::test]
async fn in_sqlite_who_is_to_be_visited_is_chosen_among_the_subjects() {
    who_is_to_be_visited_is_chosen_among_the_subjects(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_who_is_to_be_visited_is_chosen_among_the_subjects() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    who_is_to_be_visited_is_chosen_among_the_subjects(fixture).await;
}

/// Given the demo city, when an organiser chooses whom a campaign visits, then among those alone that it looks at.
async fn who_is_to_be_visited_is_chosen_among_the_subjects(fixture: Fixture) {
    let organiser = fixture.person("organiser");
    let reader = fixture.server.reader(fixture.city.jurisdiction, organiser);
    let proposed = async |subjects: Option<Subjects>| {
        let filter = BodyFilter {
            subjects,
            ..BodyFilter::default()
        };
        reader.bodies(&filter).await.unwrap()
    };
    let everybody = proposed(None).await;
    for subjects in Subjects::ALL {
        let page = proposed(Some(subjects)).await;
        assert!(!page.rows.is_empty() && page.total < everybody.total);
        let is_subject = |row: &BodyRow| subjects.include(row.kind);
        assert!(page.rows.iter().all(is_subject), "{subjects:?}");
    }
}

#[tokio::test]
async fn in_sqlite_who_did_not_keep_away_is_named() {
    who_did_not_keep_away_is_named(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_who_did_not_keep_away_is_named() {
    who_did_not_keep_away_is_named(Fixture::on(Some(fresh_postgres_url().await)).await).await;
}

/// Given a visit whose team was told of it, when one of them declares an interest in the body before it begins and one after, a third has
/// theirs withdrawn before, and all are there nevertheless, then its organiser is told of the first alone, whatever is withdrawn later,
/// and nobody else of any.
async fn who_did_not_keep_away_is_named(fixture: Fixture) {
    let (id, order) = fixture.assignment();
    let organiser = fixture.person("organiser");
    let others = order.team.iter().filter(|member| **member != order.leader);
    let [after, lifted] = others.copied().collect::<Vec<_>>()[..] else {
        panic!("{:?}", order.team);
    };
    let before = order.leader;
    let on_campaign = async |actor, command| {
        let command = Command::Campaign {
            id: order.campaign,
            command,
        };
        let ingest = &fixture.server.ingest;
        ingest.command(actor, &command, now()).await.unwrap();
    };
    let declares = async |person| {
        let note = "亲属在该院工作".to_owned();
        let body = order.target;
        let declare = CampaignCommand::DeclareInterest { person, body, note };
        on_campaign(person, declare).await;
    };
    let withdraws = async |person| {
        let note = "亲属此前已离职".to_owned();
        let body = order.target;
        let withdraw = CampaignCommand::WithdrawInterest { person, body, note };
        on_campaign(organiser, withdraw).await;
    };
    declares(before).await;
    declares(lifted).await;
    withdraws(lifted).await;
    let visit = fixture.refused_entry(before, DeviceId(Uuid::from_u128(1)), 1);
    declares(after).await;
    let cookie = fixture.sign_in(&fixture.name_of(before)).await;
    let pushed = fixture.push(&cookie, DeviceId(Uuid::from_u128(1)), vec![visit]);
    assert_eq!(pushed.await, [Receipt::Accepted]);
    let named = async |name: &str| {
        let person = fixture.person(name);
        let reader = fixture.server.reader(fixture.city.jurisdiction, person);
        let view = reader.inspection(InspectionId::of(id)).await.unwrap();
        let recused = view.unwrap().recused.into_iter();
        recused.map(|person| person.id).collect::<Vec<_>>()
    };
    assert_eq!(named("organiser").await, [before]);
    assert_eq!(named("oversight").await, []);
    withdraws(before).await;
    assert_eq!(named("organiser").await, [before]);
    // The log alone says the same.
    let own = fixture.city.jurisdiction;
    let log = fixture.server.ingest.log();
    let compared = rebuild_and_compare(&**log, own, &|_| {}).await.unwrap();
    assert_eq!(compared.differences, []);
    assert!(compared.tables.contains(&("interest", 5)));
}
