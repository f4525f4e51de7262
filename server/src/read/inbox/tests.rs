use std::collections::BTreeSet;

use app::api::view::{InboxRow, InboxView};
use app::list::{Asked, PAGE_SIZE};
use domain::Command;
use domain::situation::SituationCommand;

use crate::http::fixture::Fixture;
use crate::on_database;
use crate::read::Reader;
use crate::server::now;
use crate::store::contract::fresh_postgres_url;

/// Rows that are told to one home, in three ways.
const MANY: u32 = 9_000;

async fn page(reader: &Reader, page: u32, state: &str) -> InboxView {
    let asked = Asked::of([(InboxRow::STATE, state.to_owned())]);
    reader.inbox(&asked.on_page(page)).await.unwrap()
}

/// Given a home that was asked for its report, when another is told of very much, then it still stands in the first one's inbox and
/// counts as unread, and the other reaches everything it was told of, page by page, all of it or what is unread.
async fn whatever_was_told_is_reached(fixture: &Fixture) {
    let (server, own) = (&fixture.server, fixture.city.jurisdiction);
    let home = fixture.unit_of(fixture.person("welfare-home-1")).unwrap();
    let other = fixture.unit_of(fixture.person("sos-village")).unwrap();
    let command = Command::Situation {
        body: home,
        day: server.ingest.world().known().day(now()),
        command: SituationCommand::Remind,
    };
    let organiser = fixture.person("organiser");
    server
        .ingest
        .command(organiser, &command, now())
        .await
        .unwrap();
    let reader = server.reader(own, fixture.person("welfare-home-1"));
    let others = server.reader(own, fixture.person("sos-village"));
    let before = page(&reader, 1, "").await;
    assert_eq!(before.page.rows[0].kind, "situation.reminded");
    assert_eq!((before.page.total, before.unread), (6, 6));
    let told = page(&others, 1, "").await.page.total;
    // One row in three is of the other home by its body, by its finding's, and by who is addressed.
    let many = format!(
        "with recursive n(k) as (select 1 union all select k + 1 from n where k < {MANY}) \
         insert into notification (jurisdiction, id, position, at, kind, stream, audience, body, addressees, about_zh, about_en) \
         select $1, 'x' || k, 1000000 + k, 0, 'x', 'situation/x', \
         case k % 3 when 0 then 'reporters' when 1 then 'rectifiers' else 'receivers' end, \
         case k % 3 when 2 then '' else $2 end, \
         '{{\"kinds\":[],\"districts\":[],\"bodies\":[\"' || $2 || '\"]}}', '', '' from n"
    );
    on_database!(&server.database, pool => sqlx::query(sqlx::AssertSqlSafe(many.as_str()))
        .bind(own.to_string()).bind(other.to_string()).execute(pool).await.map(|_| ()).unwrap());
    assert_eq!(page(&reader, 1, "").await, before);
    assert_eq!(reader.unread().await.unwrap(), 6);

    let total = u64::from(MANY) + told;
    let fifth = page(&others, 5, "").await;
    assert_eq!(fifth.page.total, total);
    assert_eq!(u64::from(fifth.unread), total);
    // The page begins with entry 201.
    let expected: Vec<String> = (0..PAGE_SIZE)
        .map(|place| format!("x{}", MANY - 4 * PAGE_SIZE - place))
        .collect();
    let ids = |view: &InboxView| -> Vec<String> {
        view.page.rows.iter().map(|row| row.id.clone()).collect()
    };
    assert_eq!(ids(&fifth), expected);
    let last = page(&others, u32::MAX, "").await;
    assert_eq!(
        u64::from(last.page.page),
        total.div_ceil(u64::from(PAGE_SIZE))
    );
    assert!(ids(&last).iter().all(|id| !id.starts_with('x')));

    // What was read one by one is left out of what is unread, wherever it stands.
    others.mark(&expected, true).await.unwrap();
    let unread = page(&others, 5, InboxRow::UNREAD).await;
    assert_eq!(unread.page.total, total - u64::from(PAGE_SIZE));
    assert_eq!(ids(&unread), ids(&page(&others, 6, "").await));
    assert!(unread.page.rows.iter().all(|row| !row.is_read));
    assert!(
        page(&others, 5, "")
            .await
            .page
            .rows
            .iter()
            .all(|row| row.is_read)
    );
    others.mark_all().await.unwrap();
    assert_eq!(others.unread().await.unwrap(), 0);
    assert_eq!(page(&others, 1, InboxRow::UNREAD).await.page.rows, []);
    // One deep below is unread again, and nothing else.
    let deep = ids(&last).pop().unwrap();
    others
        .mark(std::slice::from_ref(&deep), false)
        .await
        .unwrap();
    assert_eq!(ids(&page(&others, 1, InboxRow::UNREAD).await), [deep]);
    reader.mark_all().await.unwrap();
    assert_eq!(reader.unread().await.unwrap(), 0);
}

#[tokio::test]
async fn in_sqlite_whatever_was_told_is_reached() {
    whatever_was_told_is_reached(&Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_whatever_was_told_is_reached() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    whatever_was_told_is_reached(&fixture).await;
}

#[tokio::test]
async fn in_sqlite_every_message_is_about_something_to_filter_by() {
    every_message_is_about_something_to_filter_by(&Fixture::new().await).await;
}

#[tokio::test]
async fn in_postgres_every_message_is_about_something_to_filter_by() {
    let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
    every_message_is_about_something_to_filter_by(&fixture).await;
}

/// Given the demo city, then each message of each of these people is found by what it is about, and by nothing else.
async fn every_message_is_about_something_to_filter_by(fixture: &Fixture) {
    let mut seen = BTreeSet::new();
    for name in [
        "organiser",
        "deputy-organiser",
        "welfare-home-1",
        "inspector-01",
        "oversight",
        "committee",
        "fengtai-officer",
    ] {
        let reader = fixture
            .server
            .reader(fixture.city.jurisdiction, fixture.person(name));
        let all = page(&reader, 1, "").await.page.total;
        let mut found = 0;
        for kind in InboxRow::KINDS {
            let asked = Asked::of([(InboxRow::ABOUT, kind.code().to_owned())]);
            let page = reader.inbox(&asked).await.unwrap().page;
            let prefix = format!("{}.", kind.code());
            assert!(
                page.rows.iter().all(|row| row.kind.starts_with(&prefix)),
                "{name} {kind:?}"
            );
            if page.total > 0 {
                seen.insert(kind);
            }
            found += page.total;
        }
        assert_eq!(found, all, "{name}");
    }
    assert!(seen.len() > 4, "{seen:?}");
}
