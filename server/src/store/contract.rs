//! What every store must do, run on memory, SQLite and Postgres. A missing Postgres is a failure, not a skip:
//! `cargo xtask test` starts a private one and passes its address in `TEST_POSTGRES_URL`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::{Authored, Hash, Recorded, verify_next};
use sqlx::Connection as _;
use tempfile::TempDir;
use uuid::Uuid;

use super::change::{Change, Value};
use super::database::{Database, MARK_REBUILT, insert_events_sql, number};
use super::memory::MemoryLog;
use super::postgres::PostgresLog;
use super::sqlite::SqliteLog;
use super::writer::Writer;
use super::{Append, AppendRefusal, Claim, Head, Log, StoreError};
use crate::ingest::Ingest;
use crate::on_database;
use crate::read::delivery::Delivered;
use crate::read::{TABLES, projector};
use crate::server::Server;
use crate::session::{COOKIE, Sessions, Token};
use crate::settings::Settings;

/// The projector of the server, and a row no database takes for an event of kind `test.unstorable`.
fn project(recorded: &Recorded) -> Vec<Change> {
    let mut changes = projector::project(recorded);
    if recorded.authored.kind == "test.unstorable" {
        let table = TABLES[0];
        changes.push(Change::Put {
            table,
            row: table.columns.iter().map(|_| Value::Null).collect(),
        });
    }
    changes
}

/// A store and what keeps it alive.
struct Fixture {
    log: Arc<dyn Log>,
    /// None in memory.
    database: Option<Database>,
    _folder: Option<TempDir>,
}

fn memory() -> Fixture {
    Fixture {
        log: Arc::new(MemoryLog::new(project)),
        database: None,
        _folder: None,
    }
}

async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("dubang.db").display());
    let log = SqliteLog::open(&url, project).await.unwrap();
    Fixture {
        database: Some(log.database()),
        log: Arc::new(log),
        _folder: Some(folder),
    }
}

/// A database of its own for each test, on the server at `TEST_POSTGRES_URL`.
pub(crate) async fn fresh_postgres_url() -> String {
    let url = std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL must name a Postgres server: run the tests with `cargo xtask test`",
    );
    let name = format!("contract_{}", Uuid::now_v7().simple());
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let (base, _) = url.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

async fn postgres() -> Fixture {
    let url = fresh_postgres_url().await;
    let log = PostgresLog::open(&url, project).await.unwrap();
    Fixture {
        database: Some(log.database()),
        log: Arc::new(log),
        _folder: None,
    }
}

macro_rules! contract {
    ($($rule:ident),+ $(,)?) => {
        mod on_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $rule() { super::$rule(&super::memory().log).await; })+
        }
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $rule() { let fixture = super::sqlite().await; super::$rule(&fixture.log).await; })+
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $rule() { super::$rule(&super::postgres().await.log).await; })+
        }
    };
}

contract! {
    an_empty_log_has_an_empty_head,
    events_come_back_as_they_were_appended,
    positions_have_no_gaps_under_eight_writers_with_a_tenth_rolled_back,
    a_duplicate_is_refused_and_changes_nothing,
    a_stream_that_moved_refuses_the_whole_append,
    a_failing_append_in_the_middle_of_a_batch_leaves_the_others,
    jurisdictions_are_apart,
    a_rebuild_gives_the_same_rows,
    later_appends_of_a_batch_see_earlier_ones,
    a_claimed_key_is_given_once,
    a_directory_that_changed_is_looked_at_again,
}

/// What the two databases must answer alike.
macro_rules! contract_of_databases {
    ($($rule:ident),+ $(,)?) => {
        $(mod $rule {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() {
                let fixture = super::sqlite().await;
                super::$rule(&fixture.log, &fixture.database.unwrap()).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() {
                let fixture = super::postgres().await;
                super::$rule(&fixture.log, &fixture.database.unwrap()).await;
            }
        })+
    };
}

contract_of_databases! {
    last_sequences_are_of_the_pairs_asked_for,
    a_list_of_any_length_is_one_statement,
    a_log_from_before_the_migrations_is_outdated_until_it_is_rebuilt,
    a_snapshot_stays_as_it_was,
}

fn jurisdiction(number: u128) -> JurisdictionId {
    JurisdictionId(Uuid::from_u128(number))
}

/// An event of a stream; `kind` unknown to the projector unless it says otherwise.
fn event(jurisdiction: JurisdictionId, stream: &str, kind: &str, body: &str) -> Authored {
    Authored {
        id: EventId(Uuid::now_v7()),
        jurisdiction,
        stream: stream.to_owned(),
        kind: kind.to_owned(),
        body: body.to_owned(),
        actor: PersonId(Uuid::from_u128(7)),
        device: None,
        device_sequence: None,
        occurred_at: Instant(1_647_129_600_000),
    }
}

fn append(jurisdiction: JurisdictionId, events: Vec<Authored>, expected: &[(&str, u64)]) -> Append {
    let expected = expected
        .iter()
        .map(|(stream, version)| ((*stream).to_owned(), *version))
        .collect();
    Append {
        jurisdiction,
        events,
        expected,
        directory_seen: None,
        claims: Vec::new(),
        recorded_at: Instant(1_647_129_600_001),
    }
}

/// Checks the chain and returns the events of a whole log.
async fn whole_log(log: &Arc<dyn Log>, jurisdiction: JurisdictionId) -> Vec<Recorded> {
    let mut events: Vec<Recorded> = Vec::new();
    loop {
        // Small pages, so that paging is tried too.
        let position = events.last().map_or(0, |event| event.position);
        let page = log.after(jurisdiction, position, 7).await.unwrap();
        if page.is_empty() {
            break;
        }
        events.extend(page);
    }
    let mut last = (0, Hash::ZERO);
    for event in &events {
        verify_next(last, event).unwrap();
        last = (event.position, event.hash);
    }
    let head = log.head(jurisdiction).await.unwrap();
    assert_eq!(
        (head.position, head.hash),
        last,
        "the head is the last event"
    );
    events
}

async fn an_empty_log_has_an_empty_head(log: &Arc<dyn Log>) {
    assert_eq!(log.head(jurisdiction(1)).await.unwrap(), Head::EMPTY);
    assert!(log.jurisdictions().await.unwrap().is_empty());
    assert!(log.after(jurisdiction(1), 0, 10).await.unwrap().is_empty());
    assert!(
        log.streams(jurisdiction(1), &["body/x".into()])
            .await
            .unwrap()
            .is_empty()
    );
}

async fn events_come_back_as_they_were_appended(log: &Arc<dyn Log>) {
    let own = jurisdiction(1);
    // The body is kept to the byte, spaces and all; texts of any script and an event without and with a device.
    let mut from_tablet = event(
        own,
        "b/2",
        "test.tablet",
        "{ \"名\" : \"福利院 🏠\",\n\"n\":1.50 }",
    );
    from_tablet.device = Some(DeviceId(Uuid::from_u128(3)));
    from_tablet.device_sequence = Some(41);
    let events = vec![
        event(own, "a/1", "test.plain", "null"),
        from_tablet,
        event(own, "a/1", "test.plain", "\"\\u0000\""),
    ];
    let outcomes = log
        .append_batch(&[append(own, events.clone(), &[("a/1", 0)])])
        .await
        .unwrap();
    let recorded = outcomes[0].as_ref().unwrap();
    assert_eq!(
        recorded
            .iter()
            .map(|event| (event.position, event.version))
            .collect::<Vec<_>>(),
        [(1, 1), (2, 1), (3, 2)]
    );
    assert_eq!(
        recorded
            .iter()
            .map(|event| event.authored.clone())
            .collect::<Vec<_>>(),
        events
    );
    assert_eq!(&whole_log(log, own).await, recorded);
    assert_eq!(
        log.streams(own, &["a/1".into()]).await.unwrap(),
        [recorded[0].clone(), recorded[2].clone()]
    );
    let unknown = EventId(Uuid::now_v7());
    assert_eq!(
        log.known(own, &[events[1].id, unknown]).await.unwrap(),
        [events[1].id]
    );
    assert_eq!(log.jurisdictions().await.unwrap(), [own]);
}

async fn positions_have_no_gaps_under_eight_writers_with_a_tenth_rolled_back(log: &Arc<dyn Log>) {
    const WRITERS: u64 = 8;
    const APPENDS: u64 = 40;
    let own = jurisdiction(1);
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let observed = seen.clone();
    let writer = Writer::start(
        log.clone(),
        Box::new(move |recorded| {
            observed
                .lock()
                .unwrap()
                .extend(recorded.iter().map(|event| event.position))
        }),
    );
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(async move {
                let stream = format!("writer/{number}");
                let mut done = 0;
                for turn in 0..APPENDS {
                    let version = done * 2;
                    // Every tenth expects a version the stream does not have.
                    let rolled_back = (turn + number) % 10 == 0;
                    let expected = if rolled_back { version + 1 } else { version };
                    let events = vec![
                        event(own, &stream, "test.a", "1"),
                        event(own, &stream, "test.b", "2"),
                    ];
                    let outcome = writer
                        .append(append(own, events, &[(&stream, expected)]))
                        .await
                        .unwrap();
                    assert_eq!(outcome.is_err(), rolled_back);
                    done += u64::from(!rolled_back);
                }
                done
            })
        })
        .collect();
    let mut appended = 0;
    for writer in writers {
        appended += writer.await.unwrap();
    }
    assert_eq!(appended, WRITERS * APPENDS * 9 / 10);
    let events = whole_log(log, own).await;
    assert_eq!(events.len() as u64, appended * 2);
    for number in 0..WRITERS {
        let stream = format!("writer/{number}");
        let versions: Vec<u64> = events
            .iter()
            .filter(|event| event.authored.stream == stream)
            .map(|event| event.version)
            .collect();
        assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>());
    }
    assert_eq!(
        *seen.lock().unwrap(),
        (1..=appended * 2).collect::<Vec<_>>(),
        "commits are heard of in order"
    );
}

async fn a_duplicate_is_refused_and_changes_nothing(log: &Arc<dyn Log>) {
    let own = jurisdiction(1);
    let first = event(own, "a/1", "test.first", "1");
    let second = event(own, "a/1", "test.second", "2");
    assert!(
        log.append_batch(&[append(own, vec![first.clone()], &[])])
            .await
            .unwrap()[0]
            .is_ok()
    );
    let before = whole_log(log, own).await;
    let outcomes = log
        .append_batch(&[
            append(own, vec![second.clone(), first.clone()], &[]),
            append(own, vec![second.clone(), second.clone()], &[]),
        ])
        .await
        .unwrap();
    assert_eq!(
        outcomes,
        [
            Err(AppendRefusal::Duplicate(first.id)),
            Err(AppendRefusal::Duplicate(second.id))
        ]
    );
    assert_eq!(whole_log(log, own).await, before);
    assert!(
        log.append_batch(&[append(own, vec![second], &[])])
            .await
            .unwrap()[0]
            .is_ok()
    );
}

async fn a_stream_that_moved_refuses_the_whole_append(log: &Arc<dyn Log>) {
    let own = jurisdiction(1);
    log.append_batch(&[append(own, vec![event(own, "a/1", "test.a", "1")], &[])])
        .await
        .unwrap();
    let late = append(
        own,
        vec![event(own, "b/1", "test.b", "1")],
        &[("b/1", 0), ("a/1", 0)],
    );
    let outcomes = log.append_batch(&[late]).await.unwrap();
    assert_eq!(
        outcomes,
        [Err(AppendRefusal::StreamMoved {
            stream: "a/1".into(),
            expected: 0,
            found: 1
        })]
    );
    assert_eq!(whole_log(log, own).await.len(), 1);
}

async fn a_failing_append_in_the_middle_of_a_batch_leaves_the_others(log: &Arc<dyn Log>) {
    let own = jurisdiction(1);
    let batch = [
        append(own, vec![event(own, "a/1", "test.a", "1")], &[]),
        append(own, vec![event(own, "b/1", "test.b", "1")], &[("b/1", 5)]),
        append(
            own,
            vec![
                event(own, "c/1", "test.c", "1"),
                event(own, "c/1", "test.unstorable", "1"),
            ],
            &[],
        ),
        append(own, vec![event(own, "d/1", "test.d", "1")], &[]),
    ];
    let outcomes = log.append_batch(&batch).await.unwrap();
    assert!(outcomes[0].is_ok() && outcomes[3].is_ok(), "{outcomes:?}");
    assert!(
        matches!(outcomes[1], Err(AppendRefusal::StreamMoved { .. })),
        "{outcomes:?}"
    );
    assert!(
        matches!(outcomes[2], Err(AppendRefusal::Unstorable(_))),
        "{outcomes:?}"
    );
    let streams: Vec<String> = whole_log(log, own)
        .await
        .into_iter()
        .map(|event| event.authored.stream)
        .collect();
    assert_eq!(streams, ["a/1", "d/1"]);
}

async fn jurisdictions_are_apart(log: &Arc<dyn Log>) {
    let (one, two) = (jurisdiction(1), jurisdiction(2));
    let batch = [
        append(one, vec![event(one, "a/1", "test.a", "1")], &[]),
        append(two, vec![event(two, "a/1", "test.a", "1")], &[("a/1", 0)]),
        append(one, vec![event(one, "a/1", "test.a", "1")], &[("a/1", 1)]),
    ];
    assert!(
        log.append_batch(&batch)
            .await
            .unwrap()
            .iter()
            .all(Result::is_ok)
    );
    assert_eq!(whole_log(log, one).await.len(), 2);
    assert_eq!(whole_log(log, two).await.len(), 1);
    assert_eq!(log.jurisdictions().await.unwrap(), [one, two]);
}

async fn later_appends_of_a_batch_see_earlier_ones(log: &Arc<dyn Log>) {
    let own = jurisdiction(1);
    let batch = [
        append(own, vec![event(own, "a/1", "test.a", "1")], &[("a/1", 0)]),
        append(own, vec![event(own, "a/1", "test.a", "2")], &[("a/1", 0)]),
        append(own, vec![event(own, "a/1", "test.a", "3")], &[("a/1", 1)]),
    ];
    let outcomes = log.append_batch(&batch).await.unwrap();
    assert!(
        outcomes[0].is_ok() && outcomes[1].is_err() && outcomes[2].is_ok(),
        "{outcomes:?}"
    );
}

/// An event from a tablet, of a kind that changes no rows but its device's.
fn from_device(own: JurisdictionId, (actor, device): (u128, u128), sequence: u64) -> Authored {
    Authored {
        actor: PersonId(Uuid::from_u128(actor)),
        device: Some(DeviceId(Uuid::from_u128(device))),
        device_sequence: Some(sequence),
        ..event(own, "a/1", "test.a", "1")
    }
}

fn pair((actor, device): (u128, u128)) -> (PersonId, DeviceId) {
    (
        PersonId(Uuid::from_u128(actor)),
        DeviceId(Uuid::from_u128(device)),
    )
}

async fn last_sequences_are_of_the_pairs_asked_for(log: &Arc<dyn Log>, database: &Database) {
    // given two people who share two tablets
    let own = jurisdiction(1);
    let sent = [((7, 1), 3), ((7, 2), 4), ((8, 1), 5), ((8, 2), 6)];
    let events = sent
        .map(|(pair, sequence)| from_device(own, pair, sequence))
        .to_vec();
    assert!(log.append_batch(&[append(own, events, &[])]).await.unwrap()[0].is_ok());
    // when one is asked about on the one tablet and the other on the other, and someone who has sent nothing
    let asked = BTreeSet::from([(7, 1), (8, 2), (9, 2)].map(pair));
    let last = database.last_sequences(own, &asked).await.unwrap();
    // then they alone are answered
    assert_eq!(last, BTreeMap::from([(pair((7, 1)), 3), (pair((8, 2)), 6)]));
}

async fn a_list_of_any_length_is_one_statement(log: &Arc<dyn Log>, database: &Database) {
    // given four questions that take lists
    let own = jurisdiction(1);
    let sessions = Sessions::open(database.clone());
    let ask = async |length: u128| {
        let ids: Vec<EventId> = (0..length).map(|id| EventId(Uuid::from_u128(id))).collect();
        let streams: Vec<String> = (0..length).map(|id| format!("a/{id}")).collect();
        let devices: BTreeSet<_> = (0..length).map(|id| pair((id, id))).collect();
        let tokens: Vec<_> = (0..length)
            .map(|id| Token::in_cookies(&format!("{COOKIE}={id:064}")).unwrap())
            .collect();
        log.known(own, &ids).await.unwrap();
        log.streams(own, &streams).await.unwrap();
        database.last_sequences(own, &devices).await.unwrap();
        let asking = tokens
            .iter()
            .map(|token| sessions.resolve(token, Instant(0)));
        futures::future::try_join_all(asking).await.unwrap();
    };
    // when each is asked with lists of many lengths
    for length in 1..=60 {
        ask(length).await;
    }
    // then no connection has prepared much more than those four, and what the migrations took
    let prepared = on_database!(database, pool => {
        let every = (0..pool.size()).map(|_| pool.acquire());
        let connections = futures::future::try_join_all(every).await.unwrap();
        connections.iter().map(|connection| connection.cached_statements_size()).max()
    });
    assert!(prepared < Some(20), "{prepared:?}");
}

/// A database at this address as the first migration left it, with a log and not one row computed from it.
async fn before_the_migrations(like: &Database, url: &str, events: &[Recorded]) {
    let folder = tempfile::tempdir().unwrap();
    let name = "0001_log_and_read_models.sql";
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let of = match like {
        Database::Sqlite(_) => all.join("sqlite"),
        Database::Postgres(_) => all.join("postgres"),
    };
    std::fs::copy(of.join(name), folder.path().join(name)).unwrap();
    let first = sqlx::migrate::Migrator::new(folder.path()).await.unwrap();
    let database = match like {
        Database::Sqlite(_) => Database::Sqlite(
            sqlx::SqlitePool::connect(&format!("{url}?mode=rwc"))
                .await
                .unwrap(),
        ),
        Database::Postgres(_) => Database::Postgres(sqlx::PgPool::connect(url).await.unwrap()),
    };
    let last = events.last().unwrap();
    on_database!(&database, pool => {
        first.run(pool).await.unwrap();
        for event in events {
            let authored = &event.authored;
            sqlx::query(sqlx::AssertSqlSafe(insert_events_sql(&database, 1)))
                .bind(authored.jurisdiction.to_string())
                .bind(number(event.position))
                .bind(&authored.stream)
                .bind(number(event.version))
                .bind(authored.id.to_string())
                .bind(&authored.kind)
                .bind(&authored.body)
                .bind(authored.actor.to_string())
                .bind(authored.device.map(|device| device.to_string()))
                .bind(authored.device_sequence.map(number))
                .bind(authored.occurred_at.millis())
                .bind(event.recorded_at.millis())
                .bind(event.previous_hash.to_string())
                .bind(event.hash.to_string())
                .execute(pool)
                .await
                .unwrap();
        }
        sqlx::query("insert into log_head (jurisdiction, position, hash) values ($1, $2, $3)")
            .bind(last.authored.jurisdiction.to_string())
            .bind(number(last.position))
            .bind(last.hash.to_string())
            .execute(pool)
            .await
            .unwrap();
        pool.close().await;
    });
}

async fn a_log_from_before_the_migrations_is_outdated_until_it_is_rebuilt(
    log: &Arc<dyn Log>,
    database: &Database,
) {
    // given the demo city on a server that was never anything but up to date
    let own = load_demo_city(log).await;
    assert!(log.outdated().await.unwrap().is_empty());
    // and the same log in a database from before
    let events = whole_log(log, own).await;
    let folder = tempfile::tempdir().unwrap();
    let url = match database {
        Database::Sqlite(_) => format!("sqlite://{}", folder.path().join("old.db").display()),
        Database::Postgres(_) => fresh_postgres_url().await,
    };
    before_the_migrations(database, &url, &events).await;
    // when a server starts on it
    let settings = Settings {
        data: folder.path().to_owned(),
        database_url: Some(url),
        ..Settings::default()
    };
    let server = Server::open(settings.clone()).await.unwrap();
    // then it holds the same rows
    let migrated = server.ingest.log();
    for table in TABLES {
        let rows = migrated.rows(table).await.unwrap();
        assert_eq!(rows, log.rows(table).await.unwrap(), "{}", table.name);
    }
    assert_eq!(whole_log(migrated, own).await, events);
    // and is not outdated any more, though a jurisdiction marked with other tables is
    assert!(migrated.outdated().await.unwrap().is_empty());
    on_database!(&server.database, pool => {
        sqlx::query(MARK_REBUILT).bind(own.to_string()).bind("1").execute(pool).await.unwrap();
    });
    assert_eq!(migrated.outdated().await.unwrap(), [own]);
}

/// No device has sent anything, no photo is evidence and no number is used.
pub(crate) struct NothingDelivered;

#[async_trait::async_trait]
impl Delivered for NothingDelivered {
    async fn last_sequences(
        &self,
        _: JurisdictionId,
        _: &BTreeSet<(PersonId, DeviceId)>,
    ) -> Result<BTreeMap<(PersonId, DeviceId), u64>, StoreError> {
        Ok(BTreeMap::new())
    }

    async fn photos_seen(
        &self,
        _: JurisdictionId,
        _: &[PhotoHash],
    ) -> Result<Vec<PhotoHash>, StoreError> {
        Ok(Vec::new())
    }

    async fn rectification_numbered(
        &self,
        _: JurisdictionId,
        _: &str,
    ) -> Result<Option<domain::id::FindingId>, StoreError> {
        Ok(None)
    }

    async fn notice_numbered(
        &self,
        _: JurisdictionId,
        _: &str,
    ) -> Result<Option<domain::id::NoticeId>, StoreError> {
        Ok(None)
    }
    async fn device_users(
        &self,
        _: JurisdictionId,
        _: domain::id::DeviceId,
    ) -> Result<std::collections::BTreeSet<domain::id::PersonId>, StoreError> {
        Ok(std::collections::BTreeSet::new())
    }

    async fn visits(
        &self,
        _: JurisdictionId,
        _: domain::id::BodyId,
        _: domain::instant::Day,
    ) -> Result<Vec<domain::facts::StandingVisit>, StoreError> {
        Ok(Vec::new())
    }
}

/// Given a snapshot that was read, when more is appended, then it goes on as it was, and holds up nobody.
async fn a_snapshot_stays_as_it_was(log: &Arc<dyn Log>, database: &Database) {
    const EVENTS: &str = "select count(*) from event";
    async fn count(database: &Database) -> i64 {
        on_database!(database, pool => sqlx::query_scalar(EVENTS).fetch_one(pool).await.unwrap())
    }
    let own = jurisdiction(1);
    let add = async |stream: &str| {
        let one = append(own, vec![event(own, stream, "test.plain", "null")], &[]);
        assert!(log.append_batch(&[one]).await.unwrap()[0].is_ok());
    };
    add("a/1").await;
    let snapshot = database.snapshot().await.unwrap();
    assert_eq!(count(&snapshot).await, 1);
    add("a/2").await;
    assert_eq!((count(&snapshot).await, count(database).await), (1, 2));
    snapshot.close().await;
    add("a/3").await;
    assert_eq!(count(database).await, 3);
}

/// Two that claim one key, in one batch or one after the other: the first has it, in its own jurisdiction and among its own kind alone.
async fn a_claimed_key_is_given_once(log: &Arc<dyn Log>) {
    let claiming =
        |own, (stream, kind, body): (&str, &str, serde_json::Value), claimed, number: &str| {
            let stream = format!("{stream}/{}", Uuid::now_v7());
            let event = event(own, &stream, kind, &body.to_string());
            Append {
                claims: vec![Claim {
                    table: (claimed, "number"),
                    key: number.to_owned(),
                }],
                ..append(own, vec![event], &[(stream.as_str(), 0)])
            }
        };
    let issued = |own, number: &str| {
        let content = serde_json::json!({
            "number": number, "title": { "en": "Notice" }, "text": { "en": "Text" }, "effectiveFrom": 0,
            "addressees": ["elderCare"], "acknowledgeBy": 1,
        });
        let event = (
            "notice",
            "notice.issued",
            serde_json::json!({ "issued": content }),
        );
        claiming(own, event, "notice_number", number)
    };
    let notified = |own, number: &str| {
        let notice = serde_json::json!({
            "number": number, "basis": "Rule", "facts": "Found", "requirement": "Mend it", "planBy": "2022-03-14", "completeBy": "2022-03-15",
        });
        let event = (
            "finding",
            "finding.notified",
            serde_json::json!({ "notified": notice }),
        );
        claiming(own, event, "rectification_number", number)
    };
    let taken = |outcome: &Result<Vec<Recorded>, AppendRefusal>| match outcome {
        Err(AppendRefusal::Taken(claim)) => (claim.table.0, claim.key.clone()),
        other => panic!("{other:?}"),
    };
    let (own, other) = (jurisdiction(1), jurisdiction(2));
    let kinds: [(&str, &dyn Fn(JurisdictionId, &str) -> Append); 2] = [
        ("notice_number", &issued),
        ("rectification_number", &notified),
    ];
    for (kind, claiming) in kinds {
        let is_taken = |number: &str| (kind, number.to_owned());
        let batch = [
            claiming(own, "1"),
            claiming(own, "1"),
            claiming(own, "2"),
            claiming(other, "1"),
        ];
        let outcomes = log.append_batch(&batch).await.unwrap();
        assert!(outcomes[0].is_ok() && outcomes[2].is_ok() && outcomes[3].is_ok());
        assert_eq!(taken(&outcomes[1]), is_taken("1"));
        let later = log.append_batch(&[claiming(own, "2")]).await.unwrap();
        assert_eq!(taken(&later[0]), is_taken("2"));
    }
    assert_eq!(whole_log(log, own).await.len(), 4);
    assert_eq!(log.rebuild(own, &|_| {}).await.unwrap(), 4);
    for (kind, claiming) in kinds {
        let rebuilt = log.append_batch(&[claiming(own, "1")]).await.unwrap();
        assert_eq!(taken(&rebuilt[0]), (kind, "1".to_owned()));
    }
}

/// Two that looked at the same directory, in one batch or one after the other: the second decides again. What changed before they looked,
/// and what is no directory, does not hold them up.
async fn a_directory_that_changed_is_looked_at_again(log: &Arc<dyn Log>) {
    let own = jurisdiction(1);
    let registered = |seen: Option<u64>| {
        let stream = format!("body/{}", Uuid::now_v7());
        let event = event(own, &stream, "body.unknown", "{}");
        Append {
            directory_seen: seen,
            ..append(own, vec![event], &[(stream.as_str(), 0)])
        }
    };
    let of_no_directory = || {
        append(
            own,
            vec![event(own, "notice/1", "notice.unknown", "{}")],
            &[],
        )
    };
    let batch = [registered(Some(0)), registered(Some(0)), of_no_directory()];
    let outcomes = log.append_batch(&batch).await.unwrap();
    let moved = |seen, changed| Err(AppendRefusal::DirectoryMoved { seen, changed });
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
    assert_eq!(outcomes[1], moved(0, 1));
    let outcomes = log
        .append_batch(&[registered(Some(0)), registered(Some(1))])
        .await
        .unwrap();
    assert_eq!(outcomes[0], moved(0, 1));
    assert!(outcomes[1].is_ok(), "{:?}", outcomes[1]);
    // Who did not look at it is not held up either.
    assert!(log.append_batch(&[registered(None)]).await.unwrap()[0].is_ok());
}

async fn load_demo_city(log: &Arc<dyn Log>) -> JurisdictionId {
    let city = crate::demo::demo_city();
    let ingest = Ingest::new(log.clone(), Arc::default(), Arc::new(NothingDelivered));
    crate::demo::take_steps(&ingest, &city).await.unwrap();
    city.jurisdiction
}

async fn a_rebuild_gives_the_same_rows(log: &Arc<dyn Log>) {
    let own = load_demo_city(log).await;
    let mut before = Vec::new();
    let mut filled = BTreeSet::new();
    for table in TABLES {
        let rows = log.rows(table).await.unwrap();
        if !rows.is_empty() {
            filled.insert(table.name);
        }
        before.push(rows);
    }
    for table in [
        "body",
        "notice",
        "checklist",
        "campaign",
        "assignment",
        "assignment_member",
    ] {
        assert!(filled.contains(table), "the demo city fills {table}");
    }
    let head = log.head(own).await.unwrap();
    assert_eq!(log.rebuild(own, &|_| {}).await.unwrap(), head.position);
    for (table, before) in TABLES.iter().zip(before) {
        assert_eq!(log.rows(table).await.unwrap(), before, "{}", table.name);
    }
    assert_eq!(
        log.head(own).await.unwrap(),
        head,
        "a rebuild does not touch the log"
    );
}

/// The rows of the demo city are the same on every store.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_stores_hold_the_same_rows() {
    let mut all = Vec::new();
    for fixture in [memory(), sqlite().await, postgres().await] {
        load_demo_city(&fixture.log).await;
        let mut rows = Vec::new();
        for table in TABLES {
            rows.push(fixture.log.rows(table).await.unwrap());
        }
        all.push(rows);
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[1], all[2]);
}
