//! The record as a whole: its head, what it adds up to, by district.

use app::api::view::{DistrictRow, Figures, RecordHead, RecordView};
use domain::finding::Stage;
use domain::permission::Act;

use super::{Reader, count};
use crate::on_database;
use crate::store::StoreError;

/// Events shown of the end of the log.
const LATEST: u32 = 10;

#[derive(sqlx::FromRow)]
struct Totals {
    institutions: i64,
    residents: i64,
    staff: i64,
}

#[derive(sqlx::FromRow)]
struct ByDistrict {
    district: Option<String>,
    institutions: i64,
    residents: i64,
    staff: i64,
    inspections: i64,
    findings: i64,
    closed: i64,
}

impl Reader {
    /// Counts over what the viewer sees.
    pub async fn figures(&self) -> Result<Figures, StoreError> {
        let visible = self.visible(Act::See);
        let see = |body: &str| visible.condition(&self.database, body, "$2");
        let totals = format!(
            "select count(*) as institutions, cast(coalesce(sum(b.residents), 0) as bigint) as residents, \
             cast(coalesce(sum(b.staff), 0) as bigint) as staff from body b \
             where b.jurisdiction = $1 and {} and b.kind in ('elderCare', 'childWelfare', 'disabilityService') and b.gone = ''",
            see("b.id")
        );
        let inspections = format!(
            "select count(*) from inspection i where i.jurisdiction = $1 and {}",
            see("i.target")
        );
        let stages = format!(
            "select f.stage, count(*) from finding f where f.jurisdiction = $1 and {} group by f.stage",
            see("f.body")
        );
        let key = format!(
            "select count(*) from finding f where f.jurisdiction = $1 and {} and f.severity = 'key' and f.stage not in ('closed', 'withdrawn')",
            see("f.body")
        );
        let (totals, inspections, stages, key): (Totals, i64, Vec<(String, i64)>, i64) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(totals.as_str())).bind(self.own()).bind(visible.parameter()).fetch_one(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(inspections.as_str())).bind(self.own()).bind(visible.parameter()).fetch_one(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(stages.as_str())).bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(key.as_str())).bind(self.own()).bind(visible.parameter()).fetch_one(pool).await?,
        ));
        let of = |stage: Stage| {
            stages
                .iter()
                .find(|(code, _)| code == stage.code())
                .map_or(0, |(_, number)| count(*number))
        };
        Ok(Figures {
            institutions: count(totals.institutions),
            residents: count(totals.residents),
            staff: count(totals.staff),
            inspections: count(inspections),
            findings_by_stage: Stage::ALL
                .into_iter()
                .map(|stage| (stage, of(stage)))
                .collect(),
            key_findings_open: count(key),
        })
    }

    pub async fn record(&self) -> Result<RecordView, StoreError> {
        let visible = self.visible(Act::See);
        let sql = format!(
            // What was done in a body that is gone counts, its people do not.
            "select b.district, cast(sum(case when b.gone = '' then 1 else 0 end) as bigint) as institutions, \
             cast(sum(case when b.gone = '' then b.residents else 0 end) as bigint) as residents, \
             cast(sum(case when b.gone = '' then b.staff else 0 end) as bigint) as staff, \
             cast(sum((select count(*) from inspection i where i.jurisdiction = b.jurisdiction and i.target = b.id)) as bigint) as inspections, \
             cast(sum((select count(*) from finding f where f.jurisdiction = b.jurisdiction and f.body = b.id)) as bigint) as findings, \
             cast(sum((select count(*) from finding f where f.jurisdiction = b.jurisdiction and f.body = b.id and f.stage = 'closed')) as bigint) as closed \
             from body b where b.jurisdiction = $1 and {} and b.kind in ('elderCare', 'childWelfare', 'disabilityService') \
             group by b.district order by b.district",
            visible.condition(&self.database, "b.id", "$2")
        );
        let rows: Vec<ByDistrict> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?);
        let districts = &self.known.directory.jurisdiction().districts;
        Ok(RecordView {
            head: self.head().await?,
            figures: self.figures().await?,
            districts: rows
                .into_iter()
                .filter_map(|row| {
                    let district = districts
                        .iter()
                        .find(|district| Some(&district.code.0) == row.district.as_ref())?;
                    Some(DistrictRow {
                        district: district.clone(),
                        institutions: count(row.institutions),
                        residents: count(row.residents),
                        staff: count(row.staff),
                        inspections: count(row.inspections),
                        findings: count(row.findings),
                        closed: count(row.closed),
                    })
                })
                .collect(),
        })
    }

    async fn head(&self) -> Result<Option<RecordHead>, StoreError> {
        if !self.sees_every_event() {
            return Ok(None);
        }
        let head = self.log.head(self.jurisdiction).await?;
        let latest = self
            .log
            .after(
                self.jurisdiction,
                head.position.saturating_sub(LATEST.into()),
                LATEST,
            )
            .await?;
        Ok(Some(RecordHead {
            position: head.position,
            hash: head.hash.to_string(),
            latest: latest
                .iter()
                .rev()
                .map(|event| self.history_entry(event))
                .collect(),
        }))
    }
}
