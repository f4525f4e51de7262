//! Published checklists: the list of versions, and one version.

use app::api::view::{ChecklistRow, ChecklistView, Page};
use domain::Event;
use domain::checklist::ChecklistEvent;
use domain::id::ChecklistId;
use domain::instant::Instant;
use domain::record::{Stream, StreamKind};

use super::list::{Wanted, found_in, holds};
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

/// Whether a text is of the source that a list is filtered by: it restates public guidance, or it is the authority's own.
pub(super) fn source_fits(adapted: bool, source: &str) -> bool {
    match source {
        "adapted" => adapted,
        "own" => !adapted,
        _ => true,
    }
}

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

    pub async fn list_checklists(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<ChecklistRow>, StoreError> {
        let asked = wanted.asked;
        let mut rows = self.checklists().await?;
        rows.retain(|row| {
            let is_found =
                holds(&[&row.version], &asked.search) || found_in([&row.title], &asked.search);
            source_fits(row.adapted, asked.filter("source")) && is_found
        });
        Ok(self.page_of(rows, wanted))
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
