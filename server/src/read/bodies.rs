//! Bodies: the list, and one body.

use std::collections::BTreeMap;

use app::api::view::{BodyFilter, BodyRow, BodyView, FindingFilter, GoneView, Page};
use app::list::Asked;
use domain::Language;
use domain::body::{BodyKind, Gone, RiskGrade};
use domain::campaign::Subjects;
use domain::id::BodyId;
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};

use super::list::{Join, Rows, Select, Wanted, each, name_suffix};
use super::{Reader, both, count, parsed, small};
use crate::on_database;
use crate::store::StoreError;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name_zh: String,
    name_en: String,
    kind: String,
    district: Option<String>,
    capacity: i64,
    residents: i64,
    staff: i64,
    sample: i64,
    parent: Option<String>,
    risk: Option<String>,
    open_findings: i64,
    version: i64,
}

const OPEN: &str = "(select count(*) from finding f where f.jurisdiction = b.jurisdiction and f.body = b.id and f.stage not in ('closed', 'withdrawn'))";
const COLUMNS: &str = "b.id, b.name_zh, b.name_en, b.kind, b.district, b.capacity, b.residents, b.staff, b.sample, b.parent, b.risk, \
     (select count(*) from finding f where f.jurisdiction = b.jurisdiction and f.body = b.id and f.stage not in ('closed', 'withdrawn')) \
     as open_findings, \
     (select coalesce(max(e.version), 0) from event e where e.jurisdiction = b.jurisdiction and e.stream = 'body/' || b.id) as version";
const JOINS: &[Join] = &[Join {
    alias: "p",
    sql: "left join body p on p.jurisdiction = b.jurisdiction and p.id = b.parent",
}];
const ORDER: &str = "case b.kind when 'department' then 0 when 'oversightBody' then 0 else 1 end, b.sample, b.name_zh, b.id";

/// Grades from the lowest on, after those that have none.
const RISKS: &str =
    "case b.risk when 'low' then 1 when 'medium' then 2 when 'high' then 3 else 0 end";

impl Reader {
    /// `amends` says whether the viewer may amend any body at all.
    fn body_row(&self, row: Row, amends: bool) -> Result<BodyRow, StoreError> {
        let id: BodyId = parsed("body id", &row.id, row.id.parse().ok())?;
        let parent = match row.parent {
            Some(parent) => Some(parsed("body id", &parent, parent.parse().ok())?),
            None => None,
        };
        let risk = match row.risk {
            Some(risk) => Some(parsed("risk grade", &risk, RiskGrade::from_code(&risk))?),
            None => None,
        };
        let known = self.known.directory.body(id);
        let amendable = known.filter(|_| amends && self.may(Act::ManageBodies, &Place::Body(id)));
        Ok(BodyRow {
            id,
            parent: parent.map(|parent| self.named_body(parent)),
            risk,
            amendable: amendable.map(|body| Box::new(body.amendable())),
            kind: parsed("body kind", &row.kind, BodyKind::from_code(&row.kind))?,
            name: both(row.name_zh, row.name_en),
            district: row.district.map(DistrictCode),
            capacity: small(row.capacity),
            residents: small(row.residents),
            staff: small(row.staff),
            sample: row.sample != 0,
            open_findings: small(row.open_findings),
            version: count(row.version),
        })
    }

    /// When each body was registered: what it owes begins then.
    pub(super) async fn registered_at(&self) -> Result<BTreeMap<BodyId, Instant>, StoreError> {
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool =>
            sqlx::query_as("select body, at from body_since where jurisdiction = $1")
                .bind(self.own()).fetch_all(pool).await?);
        let read = |(body, at): (String, i64)| {
            Ok((parsed("body id", &body, body.parse().ok())?, Instant(at)))
        };
        rows.into_iter().map(read).collect()
    }

    /// Bodies to choose from: departments first, then by name.
    pub async fn bodies(&self, filter: &BodyFilter) -> Result<Page<BodyRow>, StoreError> {
        let district = filter.district.as_ref().map_or("", |district| &district.0);
        let filters = [
            ("kind", filter.kind.map_or("", BodyKind::code)),
            ("subjects", filter.subjects.map_or("", Subjects::code)),
            ("district", district),
            ("search", &filter.search),
            ("page", &filter.page.to_string()),
        ];
        let asked = Asked::of(filters.map(|(name, value)| (name, value.to_owned())));
        let wanted = Wanted {
            asked: &asked,
            language: Language::default(),
            rows: Rows::Page,
        };
        self.bodies_page(wanted, false).await
    }

    pub async fn list_bodies(&self, wanted: Wanted<'_>) -> Result<Page<BodyRow>, StoreError> {
        let amends = self.may(Act::ManageBodies, &Place::Anywhere);
        self.bodies_page(wanted, amends).await
    }

    /// With what can be amended of each, where the rows are to be amended.
    async fn bodies_page(
        &self,
        wanted: Wanted<'_>,
        amends: bool,
    ) -> Result<Page<BodyRow>, StoreError> {
        let asked = wanted.asked;
        let language = name_suffix(wanted.language);
        let name = format!("b.name_{language}");
        let parent = format!("coalesce(p.name_{language}, '')");
        let select = Select::new(self, COLUMNS, "body b", JOINS)
            .visible(self, Act::See, "b.id")
            .and("b.gone = ''")
            .is("b.district", asked.filter("district"))
            .is("b.risk", asked.filter("risk"))
            .is("b.ownership", asked.filter("ownership"))
            .holds(&["p.name_zh", "p.name_en"], asked.filter("parent"))
            .holds(&["b.name_zh", "b.name_en"], &asked.search);
        let kind = asked.filter("kind");
        let select = if kind == BodyRow::INSTITUTIONS {
            select.and("b.kind in ('elderCare', 'childWelfare', 'disabilityService')")
        } else {
            select.is("b.kind", kind)
        };
        let select = match Subjects::from_code(asked.filter("subjects")) {
            Some(subjects) => {
                let kinds = BodyKind::ALL.into_iter();
                let kinds = kinds.filter(|kind| subjects.include(*kind));
                let kinds: Vec<&str> = kinds.map(BodyKind::code).collect();
                let kinds = serde_json::to_string(&kinds).unwrap_or_else(|_| "[]".into());
                select.is_one_of(self, "b.kind", kinds)
            }
            None => select,
        };
        let by = [
            ("name", name.as_str()),
            ("kind", "b.kind"),
            ("district", "coalesce(b.district, '')"),
            ("parent", parent.as_str()),
            ("risk", RISKS),
            ("capacity", "b.capacity"),
            ("residents", "b.residents"),
            ("staff", "b.staff"),
            ("open", OPEN),
        ];
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, ORDER, "b.id")
            .await?;
        each(page, |row| self.body_row(row, amends))
    }

    /// None when it does not exist or lies outside the viewer's scope.
    pub async fn body(&self, id: BodyId) -> Result<Option<BodyView>, StoreError> {
        let Some(particulars) = self.known.directory.body(id) else {
            return Ok(None);
        };
        if !self.may(Act::See, &Place::Body(id)) {
            return Ok(None);
        }
        let directory = &self.known.directory;
        let children = directory
            .active_bodies()
            .filter(|(_, body)| body.parent == Some(id))
            .map(|(child, _)| self.linked_body(child))
            .collect();
        let absorbed = directory
            .bodies()
            .filter(|(other, _)| directory.gone(*other) == Some(&Gone::Merged { into: id }))
            .map(|(other, _)| self.linked_body(other))
            .collect();
        let gone = directory.gone(id).map(|gone| match gone {
            Gone::Closed { reason } => GoneView::Closed {
                reason: reason.clone(),
            },
            Gone::Merged { into } => GoneView::Merged {
                into: self.linked_body(*into),
            },
        });
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
            may_manage: gone.is_none() && self.may(Act::ManageBodies, &Place::Body(id)),
            keeps_entrance: particulars.kind.is_institution()
                && self.may(Act::KeepEntranceCode, &Place::Body(id)),
            gone,
            absorbed,
            findings,
            inspections,
            history: self.history(&events),
        }))
    }
}
