//! What waits for the viewer.

use app::api::view::{FindingFilter, FindingRow, Page, Today};
use domain::finding::Stage;
use domain::permission::{Act, Place};

use super::{Reader, count};
use crate::on_database;
use crate::store::StoreError;

const TO_RELEASE: &str = "select count(*) from assignment where jurisdiction = $1 and released_position is null and cancelled = 0";
const OPEN: &str = "select count(*) from assignment a where a.jurisdiction = $1 and a.released_position is not null and a.cancelled = 0 \
     and not exists (select 1 from inspection i where i.jurisdiction = a.jurisdiction and i.id = a.id)";

/// Rows shown of what waits; the rest is a link away.
const LONGEST: u32 = 10;

impl Reader {
    pub async fn today(&self) -> Result<Today, StoreError> {
        let organises = self.may(Act::Organise, &Place::Anywhere);
        let rectifies = self.may(Act::Rectify, &Place::Anywhere);
        let re_verifies = self.may(Act::ReVerify, &Place::Anywhere);
        let (to_release, open) = if organises {
            on_database!(&self.database, pool => (
                sqlx::query_scalar::<_, i64>(TO_RELEASE).bind(self.own()).fetch_one(pool).await?,
                sqlx::query_scalar::<_, i64>(OPEN).bind(self.own()).fetch_one(pool).await?,
            ))
        } else {
            (0, 0)
        };
        Ok(Today {
            notices_to_acknowledge: self.notices_to_acknowledge().await?,
            assignments_to_release: count(to_release),
            assignments_open: count(open),
            plans_due: self
                .waiting(rectifies, &[Stage::Raised, Stage::Reopened])
                .await?,
            being_rectified: self.waiting(rectifies, &[Stage::Planned]).await?,
            to_re_verify: self.waiting(re_verifies, &[Stage::Rectified]).await?,
            held: self.held_waiting().await?,
            figures: self.figures().await?,
        })
    }

    async fn waiting(
        &self,
        concerns: bool,
        stages: &[Stage],
    ) -> Result<Page<FindingRow>, StoreError> {
        let mut all = Page {
            rows: Vec::new(),
            total: 0,
            page: 1,
            page_size: LONGEST,
        };
        for stage in stages.iter().filter(|_| concerns) {
            let page = self
                .findings(&FindingFilter {
                    stage: Some(*stage),
                    ..FindingFilter::default()
                })
                .await?;
            all.total += page.total;
            all.rows.extend(page.rows);
        }
        all.rows.truncate(LONGEST as usize);
        Ok(all)
    }
}
