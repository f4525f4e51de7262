//! Findings: the list, and one finding from the answer that raised it to the proof that closed it.

use app::api::view::{FindingEntry, FindingFilter, FindingRow, FindingView, Page, StageFilter};
use app::list::Asked;
use domain::facts::Context;
use domain::finding::{
    Evidence, Extent, FindingCommand, FindingRefusal, RECTIFYING, Stage, Step, check_independent,
    next,
};
use domain::id::{FindingId, PersonId};
use domain::instant::Instant;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::{Event, Facts, Language, Refusal};

use super::list::{Join, Rows, Select, Wanted, each, name_suffix};
use super::{Reader, both, line_from_code, parsed, severity_code, severity_from_code};
use crate::on_database;
use crate::store::StoreError;
use crate::world::fold;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    code: String,
    title_zh: String,
    title_en: String,
    note: String,
    body: String,
    district: Option<String>,
    severity: String,
    extent: String,
    line: String,
    stage: String,
    raised_at: i64,
    complete_by: Option<String>,
}

macro_rules! row {
    () => {
        "f.id, f.code, f.title_zh, f.title_en, f.note, f.body, b.district, f.severity, f.extent, f.line, f.stage, f.raised_at, \
         f.complete_by"
    };
}
macro_rules! from {
    () => {
        "finding f left join body b on b.jurisdiction = f.jurisdiction and b.id = f.body"
    };
}
const ROW: &str = row!();
const JOINS: &[Join] = &[Join {
    alias: "b",
    sql: "left join body b on b.jurisdiction = f.jurisdiction and b.id = f.body",
}];
pub(super) const COLUMNS: &str = concat!(row!(), " from ", from!());

/// Stages in the order a finding goes through them.
const STAGES: &str = "case f.stage when 'raised' then 0 when 'reopened' then 1 when 'planned' then 2 when 'rectified' then 3 else 4 end";

impl Reader {
    pub(super) fn finding_row(&self, row: Row) -> Result<FindingRow, StoreError> {
        Ok(FindingRow {
            id: parsed("finding id", &row.id, row.id.parse().ok())?,
            body: self.named_body(parsed("body id", &row.body, row.body.parse().ok())?),
            severity: parsed("severity", &row.severity, severity_from_code(&row.severity))?,
            extent: parsed("extent", &row.extent, Extent::from_code(&row.extent))?,
            line: parsed("line", &row.line, line_from_code(&row.line))?,
            stage: parsed("stage", &row.stage, Stage::from_code(&row.stage))?,
            complete_by: row.complete_by.and_then(|day| day.parse().ok()),
            raised_at: Instant(row.raised_at),
            district: row.district.map(DistrictCode),
            title: both(row.title_zh, row.title_en),
            code: row.code,
            note: row.note,
        })
    }

    pub async fn findings(&self, filter: &FindingFilter) -> Result<Page<FindingRow>, StoreError> {
        self.findings_for(Act::See, filter).await
    }

    /// Findings of the bodies in whose matters the viewer may do the act, latest first.
    pub async fn findings_for(
        &self,
        act: Act,
        filter: &FindingFilter,
    ) -> Result<Page<FindingRow>, StoreError> {
        let body = filter.body.map(|body| body.to_string()).unwrap_or_default();
        let filters = [
            ("stage", filter.stage.map_or("", StageFilter::code)),
            ("severity", filter.severity.map_or("", severity_code)),
            (
                "district",
                filter.district.as_ref().map_or("", |district| &district.0),
            ),
            ("body", &body),
            ("search", &filter.search),
            ("page", &filter.page.to_string()),
        ];
        let asked = Asked::of(filters.map(|(name, value)| (name, value.to_owned())));
        let wanted = Wanted {
            asked: &asked,
            language: Language::default(),
            rows: Rows::Page,
        };
        self.findings_listed(act, wanted).await
    }

    pub async fn list_findings(&self, wanted: Wanted<'_>) -> Result<Page<FindingRow>, StoreError> {
        self.findings_listed(Act::See, wanted).await
    }

    async fn findings_listed(
        &self,
        act: Act,
        wanted: Wanted<'_>,
    ) -> Result<Page<FindingRow>, StoreError> {
        let (asked, language) = (wanted.asked, name_suffix(wanted.language));
        let (title, name) = (format!("f.title_{language}"), format!("b.name_{language}"));
        let mut select = Select::new(self, ROW, "finding f", JOINS)
            .visible(self, act, "f.body")
            .is("f.severity", asked.filter("severity"))
            .is("b.district", asked.filter("district"))
            .is("f.body", asked.filter("body"))
            .holds(
                &[
                    "f.title_zh",
                    "f.title_en",
                    "f.note",
                    "b.name_zh",
                    "b.name_en",
                ],
                &asked.search,
            );
        select = match StageFilter::from_code(asked.filter("stage")) {
            Some(StageFilter::Open) => select.and("f.stage <> 'closed'"),
            _ => select.is("f.stage", asked.filter("stage")),
        };
        let by = [
            ("finding", title.as_str()),
            ("body", &name),
            ("severity", "f.severity"),
            ("stage", STAGES),
            // Without a date it comes after all that have one.
            ("due", "coalesce(f.complete_by, '9')"),
            ("raised", "f.raised_at"),
        ];
        let own = "f.raised_at desc, f.id desc";
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, own, "f.id")
            .await?;
        each(page, |row| self.finding_row(row))
    }

    /// What the viewer may re-verify, latest first, and how much that is in all: nothing that the viewer or the viewer's unit
    /// rectified.
    pub async fn to_re_verify(&self, longest: u32) -> Result<Page<FindingRow>, StoreError> {
        let visible = self.visible(Act::ReVerify);
        let claimed = format!(
            "select f.id, f.body, e.actor from finding f \
             left join event e on e.jurisdiction = f.jurisdiction and e.stream = '{}/' || f.id and e.kind in ({}) \
             where f.jurisdiction = $1 and {} and f.stage = 'rectified' order by f.raised_at desc, f.id desc",
            StreamKind::Finding.code(),
            RECTIFYING.map(|kind| format!("'{kind}'")).join(", "),
            visible.condition(&self.database, "f.body", "$2")
        );
        let claimed: Vec<(String, String, Option<String>)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(claimed.as_str()))
            .bind(self.own()).bind(visible.parameter()).fetch_all(pool).await?);
        let mut open = Vec::new();
        for rows in claimed.chunk_by(|left, right| left.0 == right.0) {
            let rectifiers = rows
                .iter()
                .filter_map(|(_, _, actor)| actor.as_ref())
                .map(|actor| parsed("person id", actor, actor.parse().ok()))
                .collect::<Result<Vec<PersonId>, _>>()?;
            let (id, body, _) = &rows[0];
            let body = parsed("body id", body, body.parse().ok())?;
            if check_independent(self.viewer, body, &rectifiers, &self.known.directory).is_ok() {
                open.push(id);
            }
        }
        let total = open.len() as u64;
        open.truncate(longest as usize);
        let shown = format!(
            "select {COLUMNS} where f.jurisdiction = $1 and {} order by f.raised_at desc, f.id desc",
            self.database.is_one_of("f.id", "$2")
        );
        let ids = serde_json::to_string(&open).unwrap_or_else(|_| "[]".into());
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(shown.as_str()))
            .bind(self.own()).bind(&ids).fetch_all(pool).await?);
        Ok(Page {
            rows: rows
                .into_iter()
                .map(|row| self.finding_row(row))
                .collect::<Result<_, _>>()?,
            total,
            page: 1,
            page_size: longest,
        })
    }

    /// Those of some findings that the viewer may see, newest first.
    pub(crate) async fn findings_named(
        &self,
        ids: &[FindingId],
    ) -> Result<Vec<FindingRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select {COLUMNS} where f.jurisdiction = $1 and {} order by f.raised_at desc, f.id desc",
            self.database.is_one_of("f.id", "$2")
        );
        let ids = serde_json::to_string(ids).unwrap_or_else(|_| "[]".into());
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(&ids).fetch_all(pool).await?);
        let mut rows = rows
            .into_iter()
            .map(|row| self.finding_row(row))
            .collect::<Result<Vec<_>, _>>()?;
        rows.retain(|row| self.may(Act::See, &Place::Body(row.body.id)));
        Ok(rows)
    }

    /// Findings of one inspection, by the order of their codes.
    pub async fn findings_of_inspection(
        &self,
        inspection: &str,
    ) -> Result<Vec<FindingRow>, StoreError> {
        let sql = format!(
            "select {COLUMNS} where f.jurisdiction = $1 and f.inspection = $2 order by f.code, f.id"
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(inspection).fetch_all(pool).await?);
        rows.into_iter().map(|row| self.finding_row(row)).collect()
    }

    /// None when it does not exist or lies outside the viewer's scope.
    pub async fn finding(
        &self,
        id: FindingId,
        language: Language,
    ) -> Result<Option<FindingView>, StoreError> {
        let sql = format!("select {COLUMNS} where f.jurisdiction = $1 and f.id = $2");
        let row: Option<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        let Some(row) = row else { return Ok(None) };
        let row = self.finding_row(row)?;
        let place = Place::Body(row.body.id);
        if !self.may(Act::See, &place) {
            return Ok(None);
        }
        let events = self
            .stream(
                Stream {
                    kind: StreamKind::Finding,
                    id: id.0,
                }
                .to_string(),
            )
            .await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let finding = facts.finding(id);
        let Some(raised) = finding.raised.clone() else {
            return Ok(None);
        };
        let mut timeline = Vec::with_capacity(events.len());
        for recorded in &events {
            if let Ok(Event::Finding(event)) = recorded.authored.event() {
                let unit = self
                    .known
                    .directory
                    .person(recorded.authored.actor)
                    .and_then(|known| known.registration.unit);
                timeline.push(FindingEntry {
                    entry: self.history_entry(recorded),
                    event,
                    actor_unit: unit.map(|unit| self.named_body(unit)),
                });
            }
        }
        let rectifies = self.may(Act::Rectify, &place);
        let legal = |step| next(step, row.stage).is_some();
        // Asked with no evidence: whoever may re-verify is refused for that alone.
        let refusal = legal(Step::Pass)
            .then(|| self.re_verify_refusal(id, &facts))
            .flatten();
        let photos = events
            .iter()
            .filter_map(|event| match event.authored.event() {
                Ok(Event::Finding(event)) => Some(event),
                _ => None,
            });
        let photos: Vec<String> = photos
            .flat_map(|event| {
                event
                    .photos()
                    .iter()
                    .map(|photo| photo.hash.0.clone())
                    .collect::<Vec<_>>()
            })
            .collect();
        Ok(Some(FindingView {
            inspection: raised.inspection,
            raised,
            timeline,
            may_plan: rectifies && legal(Step::SubmitPlan),
            may_claim: rectifies && legal(Step::ClaimRectified),
            may_re_verify: legal(Step::Pass) && refusal.is_none(),
            re_verify_refusal: refusal.map(|refusal| refusal.text(language)),
            // Which of them have arrived is asked of the photo store by the caller.
            photos_here: photos,
            row,
        }))
    }

    fn re_verify_refusal(&self, id: FindingId, facts: &Facts) -> Option<Refusal> {
        let context = Context {
            actor: self.viewer,
            now: Instant::default(),
            directory: &self.known.directory,
            facts,
            forms: &*self.known,
        };
        let without_evidence = FindingCommand::Pass(Evidence {
            account: String::new(),
            photos: Vec::new(),
        });
        match domain::finding::decide(id, facts.finding(id), &without_evidence, &context) {
            Ok(_)
            | Err(Refusal::Finding(FindingRefusal::Field(..) | FindingRefusal::PhotoMissing)) => {
                None
            }
            Err(refusal) => Some(refusal),
        }
    }
}
