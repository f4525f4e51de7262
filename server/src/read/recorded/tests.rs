use std::collections::BTreeSet;

use app::list::Asked;
use domain::record::StreamKind;

use super::*;
use crate::http::fixture::Fixture;
use crate::read::list::whole;
use crate::store::contract::fresh_postgres_url;

async fn listed(fixture: &Fixture, name: &str, pairs: &[(&str, &str)]) -> Page<RecordedRow> {
    let reader = (fixture.server).reader(fixture.city.jurisdiction, fixture.person(name));
    let asked = Asked::of(
        pairs
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    reader.list_recorded(whole(&asked)).await.unwrap()
}

/// Given the demo city, then an organiser lists every event once, the latest first, and narrows them by what they are about, by whom and by
/// day; and those from whom something is hidden list none.
async fn every_event_is_listed_to_whom_nothing_is_hidden(fixture: Fixture) {
    let head = fixture.server.ingest.log().head(fixture.city.jurisdiction);
    let head = head.await.unwrap();
    let all = listed(&fixture, "organiser", &[]).await;
    let positions: Vec<u64> = all.rows.iter().map(|row| row.position).collect();
    assert_eq!(positions, (1..=head.position).rev().collect::<Vec<_>>());
    assert_eq!(all.rows[0].hash, head.hash.to_string());
    assert_eq!(all.total, head.position);

    let about: BTreeSet<&str> = all.rows.iter().map(RecordedRow::about).collect();
    let mut counted = 0;
    for kind in about {
        let kind = StreamKind::from_code(kind).unwrap().code();
        let rows = listed(&fixture, "organiser", &[(RecordedRow::ABOUT, kind)]).await;
        assert!(rows.rows.iter().all(|row| row.about() == kind), "{kind}");
        counted += rows.total;
    }
    assert_eq!(counted, all.total);

    // Every thing of the demo city is called by its name; a checklist is by its kind alone.
    for row in &all.rows {
        let is_named = row.about() != StreamKind::Checklist.code();
        assert_eq!(
            !row.thing.is_empty(),
            is_named,
            "{} {}",
            row.stream,
            row.kind
        );
    }

    let day = all.rows[0].recorded_at;
    let zone = fixture.server.ingest.world().known();
    let (day, before) = (
        zone.day(day),
        domain::working_day::plus_days(zone.day(day), -1),
    );
    let of_day = |name, day: Day| {
        let day = day.to_string();
        let fixture = &fixture;
        async move { listed(fixture, "organiser", &[(name, &day)]).await.total }
    };
    let since = of_day(RecordedRow::FROM, day).await;
    let until = of_day(RecordedRow::TO, before).await;
    assert!(since > 0);
    assert_eq!(since + until, all.total);

    let name = all.rows[0].actor.name.get(form::CHINESE);
    let by = listed(&fixture, "organiser", &[("search", name)]).await;
    assert!((1..all.total).contains(&by.total));
    let is_named = |row: &RecordedRow| row.actor.name.get(form::CHINESE).contains(name);
    let named = all.rows.iter().filter(|row| is_named(row)).count();
    assert_eq!(by.total, named as u64);
    assert!(by.rows.iter().all(is_named));

    for name in [
        "oversight",
        "committee",
        "welfare-home-1",
        "inspector-01",
        "administrator",
    ] {
        assert_eq!(listed(&fixture, name, &[]).await.total, 0, "{name}");
    }
}

#[tokio::test]
async fn in_sqlite_every_event_is_listed_to_whom_nothing_is_hidden() {
    every_event_is_listed_to_whom_nothing_is_hidden(Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_every_event_is_listed_to_whom_nothing_is_hidden() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    every_event_is_listed_to_whom_nothing_is_hidden(fixture).await;
}
