//! Bodies: the list, and one body.

use app::api::view::{BodyFilter, BodyRow, BodyView, FindingFilter, Page};
use domain::body::BodyKind;
use domain::id::BodyId;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};

use super::{PAGE_SIZE, Reader, both, count, like, offset, parsed, small};
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name_zh: String,
    name_en: String,
    kind: String,
    district: Option<String>,
    residents: i64,
    staff: i64,
    sample: i64,
    open_findings: i64,
}

impl TryFrom<Row> for BodyRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<BodyRow, StoreError> {
        Ok(BodyRow {
            id: parsed("body id", &row.id, row.id.parse().ok())?,
            kind: parsed("body kind", &row.kind, BodyKind::from_code(&row.kind))?,
            name: both(row.name_zh, row.name_en),
            district: row.district.map(DistrictCode),
            residents: small(row.residents),
            staff: small(row.staff),
            sample: row.sample != 0,
            open_findings: small(row.open_findings),
        })
    }
}

impl Reader {
    pub async fn bodies(&self, filter: &BodyFilter) -> Result<Page<BodyRow>, StoreError> {
        let visible = self.visible(Act::See);
        let condition = format!(
            "b.jurisdiction = $1 and {} and ($3 = '' or b.kind = $3) and ($4 = '' or b.district = $4) \
             and ($5 = '%%' or b.name_zh like $5 escape '\\' or lower(b.name_en) like $5 escape '\\')",
            visible.condition(&self.database, "b.id", "$2")
        );
        let rows = format!(
            "select b.id, b.name_zh, b.name_en, b.kind, b.district, b.residents, b.staff, b.sample, \
             (select count(*) from finding f where f.jurisdiction = b.jurisdiction and f.body = b.id and f.stage not in ('closed', 'withdrawn')) \
             as open_findings from body b where {condition} \
             order by case b.kind when 'department' then 0 when 'oversightBody' then 0 else 1 end, b.sample, b.name_zh, b.id \
             limit {PAGE_SIZE} offset {}",
            offset(filter.page)
        );
        let total = format!("select count(*) from body b where {condition}");
        let kind = filter.kind.map_or("", BodyKind::code);
        let district = filter.district.as_ref().map_or("", |district| &district.0);
        let search = like(&filter.search);
        let (rows, total): (Vec<Row>, i64) = on_database!(&self.database, pool => {
            let rows = sqlx::query_as(sqlx::AssertSqlSafe(rows.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(kind).bind(district).bind(&search)
                .fetch_all(pool).await?;
            let total = sqlx::query_scalar(sqlx::AssertSqlSafe(total.as_str()))
                .bind(self.own()).bind(visible.parameter()).bind(kind).bind(district).bind(&search)
                .fetch_one(pool).await?;
            (rows, total)
        });
        let rows = rows
            .into_iter()
            .map(TryInto::try_into)
            .collect::<Result<_, _>>()?;
        Ok(Page {
            rows,
            total: count(total),
            page: filter.page.max(1),
            page_size: PAGE_SIZE,
        })
    }

    /// None when it does not exist or lies outside the viewer's scope.
    pub async fn body(&self, id: BodyId) -> Result<Option<BodyView>, StoreError> {
        let Some(particulars) = self.known.directory.body(id) else {
            return Ok(None);
        };
        if !self.may(Act::See, &Place::Body(id)) {
            return Ok(None);
        }
        let children = self
            .known
            .directory
            .bodies()
            .filter(|(_, body)| body.parent == Some(id))
            .map(|(child, _)| self.linked_body(child))
            .collect();
        let findings = self
            .findings(&FindingFilter {
                body: Some(id),
                ..FindingFilter::default()
            })
            .await?
            .rows;
        let inspections = self.inspections_of(id).await?;
        let events = self
            .stream(
                Stream {
                    kind: StreamKind::Body,
                    id: id.0,
                }
                .to_string(),
            )
            .await?;
        Ok(Some(BodyView {
            id,
            particulars: particulars.clone(),
            parent: particulars.parent.map(|parent| self.linked_body(parent)),
            children,
            findings,
            inspections,
            history: self.history(&events),
        }))
    }
}
