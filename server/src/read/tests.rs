//! What is read is read from either database: SQLite takes a number of any width, Postgres only the one that is asked for.

use app::api::view::{FindingFilter, PairFilter, SupportFilter};

use crate::http::fixture::Fixture;
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
        assert_eq!(pairs.total(), pairs.rows.total, "{name}");
        let supports = SupportFilter::default();
        reader.support_ledger(&supports).await.unwrap();
        reader.findings(&FindingFilter::default()).await.unwrap();
        let inbox = reader.inbox().await.unwrap();
        assert_eq!(inbox.unread, reader.unread().await.unwrap(), "{name}");
        reader.notices().await.unwrap();
        reader.talks().await.unwrap();
        reader.materials().await.unwrap();
        reader.look_backs().await.unwrap();
        reader.held().await.unwrap();
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
