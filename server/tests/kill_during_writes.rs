//! A server killed with `kill -9` while it writes has lost nothing it acknowledged, on SQLite and on Postgres.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use server::store::postgres::PostgresLog;
use server::store::sqlite::SqliteLog;
use uuid::Uuid;

/// Runs the example that appends without end and prints each acknowledged event, kills it after some, and returns those.
fn write_until_killed(url: &str, after: usize) -> Vec<String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_append_forever"))
        .arg(url)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the writer starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it prints")).lines();
    let mut acknowledged: Vec<String> = lines.by_ref().take(after).map_while(Result::ok).collect();
    // SIGKILL: no destructor, no flush, no goodbye.
    child.kill().expect("it was running");
    child.wait().expect("it ended");
    // What it printed before it died counts too; a line cut in two was not read by anyone.
    acknowledged.extend(lines.map_while(Result::ok).filter(|line| line.len() == 36));
    assert!(
        acknowledged.len() >= after,
        "it was killed in the middle of its work"
    );
    acknowledged
}

async fn nothing_acknowledged_is_lost(log: &dyn server::store::Log, acknowledged: &[String]) {
    let jurisdiction = log.jurisdictions().await.unwrap()[0];
    let mut last = (0, domain::record::Hash::ZERO);
    let mut ids = std::collections::HashSet::new();
    loop {
        let page = log.after(jurisdiction, last.0, 1_000).await.unwrap();
        if page.is_empty() {
            break;
        }
        for event in page {
            domain::record::verify_next(last, &event).unwrap();
            last = (event.position, event.hash);
            ids.insert(event.authored.id.to_string());
        }
    }
    let head = log.head(jurisdiction).await.unwrap();
    assert_eq!((head.position, head.hash), last);
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|id| !ids.contains(*id))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {} acknowledged events are gone",
        lost.len(),
        acknowledged.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_reopens_with_everything_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("dubang.db").display());
    for round in 1..=3 {
        let acknowledged = write_until_killed(&url, 200 * round);
        let log = SqliteLog::open(&url, server::read::projector::project)
            .await
            .unwrap();
        nothing_acknowledged_is_lost(&log, &acknowledged).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_everything_it_acknowledged() {
    let base = std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL must name a Postgres server: run the tests with `cargo xtask test`",
    );
    let name = format!("killed_{}", Uuid::now_v7().simple());
    let pool = sqlx::PgPool::connect(&base).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .unwrap();
    let url = format!("{}/{name}", base.rsplit_once('/').unwrap().0);
    let acknowledged = write_until_killed(&url, 200);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let log = PostgresLog::open(&url, server::read::projector::project)
        .await
        .unwrap();
    nothing_acknowledged_is_lost(&log, &acknowledged).await;
}
