//! The record as a whole: its head, what it adds up to, by district.

use app::api::view::{DistrictRow, Figures, Page, RecordHead, RecordView};
use domain::finding::Stage;
use domain::permission::Act;
use form::Severity;

use super::list::Wanted;
use super::{Reader, count, severity_code};
use crate::on_database;
use crate::store::StoreError;

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
        let findings = format!(
            "select f.stage, f.severity, cast(sum(f.number) as bigint) from finding_count f where f.jurisdiction = $1 and {} \
             group by f.stage, f.severity",
            see("f.body")
        );
        let (totals, inspections, findings): (Totals, i64, Vec<(String, String, i64)>) = on_database!(&self.database, pool => (
            sqlx::query_as(sqlx::AssertSqlSafe(totals.as_str())).bind(self.own()).bind(visible.parameter()).fetch_one(pool).await?,
            sqlx::query_scalar(sqlx::AssertSqlSafe(inspections.as_str())).bind(self.own()).bind(visible.parameter()).fetch_one(pool).await?,
            sqlx::query_as(sqlx::AssertSqlSafe(findings.as_str())).bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?,
        ));
        let number = |counted: &dyn Fn(&str, &str) -> bool| -> u64 {
            let counted = findings
                .iter()
                .filter(|(stage, severity, _)| counted(stage, severity));
            counted.map(|(_, _, number)| count(*number)).sum()
        };
        let open = |code: &str| Stage::from_code(code).is_some_and(Stage::is_open);
        Ok(Figures {
            institutions: count(totals.institutions),
            residents: count(totals.residents),
            staff: count(totals.staff),
            inspections: count(inspections),
            findings_by_stage: Stage::ALL
                .into_iter()
                .map(|stage| (stage, number(&|code, _| code == stage.code())))
                .collect(),
            key_findings_open: number(&|code, severity| {
                severity == severity_code(Severity::Key) && open(code)
            }),
        })
    }

    pub async fn record(&self) -> Result<RecordView, StoreError> {
        Ok(RecordView {
            head: self.head().await?,
            figures: self.figures().await?,
        })
    }

    /// What each district adds up to of what the viewer sees, in the order of the districts.
    pub async fn list_districts(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<DistrictRow>, StoreError> {
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
        let row = |row: ByDistrict| {
            let mut districts = districts.iter();
            let district =
                districts.find(|district| Some(&district.code.0) == row.district.as_ref())?;
            Some(DistrictRow {
                district: district.clone(),
                institutions: count(row.institutions),
                residents: count(row.residents),
                staff: count(row.staff),
                inspections: count(row.inspections),
                findings: count(row.findings),
                closed: count(row.closed),
            })
        };
        let rows: Vec<DistrictRow> = rows.into_iter().filter_map(row).collect();
        Ok(self.page_of(rows, wanted))
    }

    async fn head(&self) -> Result<Option<RecordHead>, StoreError> {
        if !self.sees_every_event() {
            return Ok(None);
        }
        let head = self.log.head(self.jurisdiction).await?;
        Ok(Some(RecordHead {
            position: head.position,
            hash: head.hash.to_string(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::Fixture;
    use crate::store::contract::fresh_postgres_url;

    type Counted = Vec<(String, String, String, i64)>;

    async fn counted(fixture: &Fixture, sql: &'static str) -> Counted {
        let own = fixture.city.jurisdiction.to_string();
        on_database!(&fixture.server.database, pool => sqlx::query_as(sql).bind(own).fetch_all(pool).await.unwrap())
    }

    /// Given the findings of the demo city, then the counts kept beside them are those of the rows, as they were recorded and after the
    /// rows were computed again; and what is counted of the record is the sum of them.
    async fn the_counts_kept_are_those_of_the_rows(fixture: &Fixture) {
        let check = async || {
            let rows = counted(
                fixture,
                "select stage, severity, body, count(*) from finding where jurisdiction = $1 \
                 group by stage, severity, body order by stage, severity, body",
            )
            .await;
            let kept = counted(
                fixture,
                "select stage, severity, body, number from finding_count where jurisdiction = $1 and number <> 0 \
                 order by stage, severity, body",
            )
            .await;
            assert_eq!(kept, rows);
            rows
        };
        let rows = check().await;
        let stages: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.0).collect();
        assert!(stages.len() > 1);
        let own = fixture.city.jurisdiction;
        fixture
            .server
            .ingest
            .log()
            .rebuild(own, &|_| {})
            .await
            .unwrap();
        assert_eq!(check().await, rows);
        let reader = fixture.server.reader(own, fixture.person("organiser"));
        let figures = reader.figures().await.unwrap();
        for (stage, number) in figures.findings_by_stage {
            let of_stage = rows.iter().filter(|row| row.0 == stage.code());
            assert_eq!(number, of_stage.map(|row| count(row.3)).sum::<u64>());
        }
        assert!(figures.key_findings_open > 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn counts_on_sqlite() {
        the_counts_kept_are_those_of_the_rows(&Fixture::new().await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn counts_on_postgres() {
        let fixture = Fixture::on(Some(fresh_postgres_url().await)).await;
        the_counts_kept_are_those_of_the_rows(&fixture).await;
    }
}
