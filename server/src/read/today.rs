//! What waits for the viewer.

use app::api::view::{FindingFilter, FindingRow, Page, Today};
use domain::finding::Stage;
use domain::permission::{Act, Place};

use super::{Reader, count};
use crate::on_database;
use crate::store::StoreError;

const TO_RELEASE: &str = "a.released_position is null and a.cancelled = 0";
const OPEN: &str = "a.released_position is not null and a.cancelled = 0 \
     and not exists (select 1 from inspection i where i.jurisdiction = a.jurisdiction and i.id = a.id)";

/// Rows shown of what waits; the rest is a link away.
const LONGEST: u32 = 10;

impl Reader {
    pub async fn today(&self) -> Result<Today, StoreError> {
        let rectifies = self.may(Act::Rectify, &Place::Anywhere);
        let re_verifies = self.may(Act::ReVerify, &Place::Anywhere);
        Ok(Today {
            notices_to_acknowledge: self.notices_to_acknowledge().await?,
            assignments_to_release: self.assignments_organised(TO_RELEASE).await?,
            assignments_open: self.assignments_organised(OPEN).await?,
            plans_due: self
                .waiting(rectifies, &[Stage::Raised, Stage::Reopened])
                .await?,
            being_rectified: self.waiting(rectifies, &[Stage::Planned]).await?,
            to_re_verify: self.waiting(re_verifies, &[Stage::Rectified]).await?,
            held: self.held_waiting().await?,
            figures: self.figures().await?,
        })
    }

    /// Assignments in the state, of the campaigns the viewer organises: nobody else has to do with them.
    async fn assignments_organised(&self, state: &str) -> Result<u64, StoreError> {
        let organised = self.visible(Act::Organise);
        let sql = format!(
            "select count(*) from assignment a join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign \
             where a.jurisdiction = $1 and {} and {state}",
            organised.condition(&self.database, "c.authority", "$2")
        );
        let assignments: i64 = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(organised.parameter()).fetch_one(pool).await?);
        Ok(count(assignments))
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
