//! Published checklists: the list of versions, and one version.

use app::api::view::{ChecklistRow, ChecklistView};
use domain::Event;
use domain::checklist::ChecklistEvent;
use domain::id::ChecklistId;
use domain::instant::Instant;
use domain::record::{Stream, StreamKind};

use super::{Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    version: String,
    title_zh: String,
    title_en: String,
    items: i64,
    adapted: i64,
    published_at: i64,
}

const CHECKLISTS: &str = "select id, version, title_zh, title_en, items, adapted, published_at from checklist \
     where jurisdiction = $1 order by published_at desc, id, version desc";

impl Reader {
    pub async fn checklists(&self) -> Result<Vec<ChecklistRow>, StoreError> {
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(CHECKLISTS)
            .bind(self.own()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| {
                Ok(ChecklistRow {
                    id: parsed("checklist id", &row.id, row.id.parse().ok())?,
                    version: row.version,
                    title: both(row.title_zh, row.title_en),
                    items: small(row.items),
                    adapted: row.adapted != 0,
                    published_at: Instant(row.published_at),
                })
            })
            .collect()
    }

    pub async fn checklist(
        &self,
        id: ChecklistId,
        version: &str,
    ) -> Result<Option<ChecklistView>, StoreError> {
        for recorded in self
            .stream(
                Stream {
                    kind: StreamKind::Checklist,
                    id: id.0,
                }
                .to_string(),
            )
            .await?
        {
            if let Ok(Event::Checklist(ChecklistEvent::Published(published))) =
                recorded.authored.event()
                && published.definition.version == version
            {
                return Ok(Some(ChecklistView {
                    id,
                    definition: published.definition,
                    adapted: published.adapted,
                    published_at: recorded.recorded_at,
                }));
            }
        }
        Ok(None)
    }
}
