//! Appends events from eight tasks without end and prints the id of each once it is acknowledged: what the test that kills a
//! writer kills.

use std::io::Write as _;
use std::sync::Arc;

use domain::id::{EventId, JurisdictionId, PersonId};
use domain::instant::Instant;
use domain::record::Authored;
use server::read::projector::project;
use server::store::postgres::PostgresLog;
use server::store::sqlite::SqliteLog;
use server::store::writer::Writer;
use server::store::{Append, Log};
use uuid::Uuid;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::args()
        .nth(1)
        .ok_or_else(|| anyhow::anyhow!("usage: append_forever DATABASE_URL"))?;
    let log: Arc<dyn Log> = if url.starts_with("sqlite:") {
        Arc::new(SqliteLog::open(&url, project).await?)
    } else {
        Arc::new(PostgresLog::open(&url, project).await?)
    };
    let jurisdiction = JurisdictionId(Uuid::from_u128(1));
    let writer = Writer::start(log, Box::new(|_| {}));
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(async move {
                loop {
                    let id = EventId(Uuid::now_v7());
                    let event = Authored {
                        id,
                        jurisdiction,
                        stream: format!("writer/{number}"),
                        kind: "test.appended".into(),
                        body: "\"as long as it takes\"".into(),
                        actor: PersonId(Uuid::from_u128(2)),
                        device: None,
                        device_sequence: None,
                        occurred_at: Instant(0),
                    };
                    let append = Append {
                        jurisdiction,
                        events: vec![event],
                        expected: Vec::new(),
                        directory_seen: None,
                        claims: Vec::new(),
                        recorded_at: Instant(0),
                    };
                    writer.append(append).await??;
                    // Locked for the line, so that lines are whole.
                    writeln!(std::io::stdout().lock(), "{id}")?;
                }
                #[expect(unreachable_code, reason = "gives the loop's `?` a type")]
                anyhow::Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}
