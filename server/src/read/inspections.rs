//! Submitted inspections: the list, and one of them whole.

use std::collections::BTreeSet;

use app::api::view::{InspectionRow, InspectionView, Named, Page};
use domain::assignment::AssignmentOrder;
use domain::id::{AssignmentId, BodyId, InspectionId, PersonId};
use domain::inspection::{Outcome, Submission};
use domain::instant::Instant;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::{Event, Facts};

use super::list::{Join, Select, Wanted, each, name_suffix};
use super::{PAGE_SIZE, Reader, both, parsed, small};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;
use crate::world::fold;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    target: String,
    campaign: String,
    campaign_zh: String,
    campaign_en: String,
    outcome: String,
    submitted_at: i64,
    submitted_by: String,
    earned: f64,
    possible: f64,
    findings: i64,
}

macro_rules! row {
    () => {
        "i.id, i.target, a.campaign, c.name_zh as campaign_zh, c.name_en as campaign_en, i.outcome, i.submitted_at, \
         i.submitted_by, i.earned, i.possible, (select count(*) from finding f where f.jurisdiction = i.jurisdiction \
         and f.inspection = i.id) as findings"
    };
}
macro_rules! from {
    () => {
        "inspection i join assignment a on a.jurisdiction = i.jurisdiction and a.id = i.id \
         join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign"
    };
}
const ROW: &str = row!();
/// The assignment that an inspection fulfils.
pub(super) const ASSIGNMENT: Join = Join {
    alias: "a",
    sql: "join assignment a on a.jurisdiction = i.jurisdiction and a.id = i.id",
};
/// The campaign of that assignment.
pub(super) const CAMPAIGN: Join = Join {
    alias: "c",
    sql: "join campaign c on c.jurisdiction = a.jurisdiction and c.id = a.campaign",
};
const JOINS: &[Join] = &[
    ASSIGNMENT,
    CAMPAIGN,
    Join {
        alias: "b",
        sql: "left join body b on b.jurisdiction = i.jurisdiction and b.id = i.target",
    },
];
const COLUMNS: &str = concat!(row!(), " from ", from!());

impl Reader {
    fn inspection_row(&self, row: Row) -> Result<InspectionRow, StoreError> {
        Ok(InspectionRow {
            id: parsed("inspection id", &row.id, row.id.parse().ok())?,
            target: self.named_body(parsed("body id", &row.target, row.target.parse().ok())?),
            campaign: Named {
                id: parsed("campaign id", &row.campaign, row.campaign.parse().ok())?,
                name: both(row.campaign_zh, row.campaign_en),
            },
            outcome: parsed("outcome", &row.outcome, Outcome::from_code(&row.outcome))?,
            submitted_at: Instant(row.submitted_at),
            submitted_by: self.named_person(parsed(
                "person id",
                &row.submitted_by,
                row.submitted_by.parse().ok(),
            )?),
            earned: row.earned,
            possible: row.possible,
            findings: small(row.findings),
        })
    }

    pub async fn list_inspections(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<InspectionRow>, StoreError> {
        let (asked, language) = (wanted.asked, name_suffix(wanted.language));
        let (body, campaign) = (format!("b.name_{language}"), format!("c.name_{language}"));
        let mut select = Select::new(self, ROW, "inspection i", JOINS)
            .visible(self, Act::See, "i.target")
            .is("i.outcome", asked.filter("outcome"))
            .is("b.district", asked.filter("district"))
            .is("i.target", asked.filter("body"))
            .is("a.campaign", asked.filter("campaign"))
            .holds(
                &["b.name_zh", "b.name_en", "c.name_zh", "c.name_en"],
                &asked.search,
            );
        let requirement = asked.filter("requirement");
        if !requirement.is_empty() {
            let campaigns = self.campaigns_of_requirement(requirement).await?;
            select = select.is_one_of(self, "a.campaign", list(campaigns));
        }
        let by = [
            ("body", body.as_str()),
            ("campaign", &campaign),
            ("outcome", "i.outcome"),
            // Where nothing could be earned it comes before all that have a score.
            (
                "score",
                "case when i.possible > 0 then i.earned / i.possible else -1 end",
            ),
            (
                "findings",
                "(select count(*) from finding f where f.jurisdiction = i.jurisdiction and f.inspection = i.id)",
            ),
            ("submitted", "i.submitted_at"),
        ];
        let own = "i.submitted_at desc, i.id desc";
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, own, "i.id")
            .await?;
        each(page, |row| self.inspection_row(row))
    }

    /// The latest inspections of one body.
    pub async fn inspections_of(&self, body: BodyId) -> Result<Vec<InspectionRow>, StoreError> {
        let sql = format!(
            "select {COLUMNS} where i.jurisdiction = $1 and i.target = $2 order by i.submitted_at desc, i.id desc limit {PAGE_SIZE}"
        );
        let rows: Vec<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(body.to_string()).fetch_all(pool).await?);
        rows.into_iter()
            .map(|row| self.inspection_row(row))
            .collect()
    }

    /// None when it does not exist or lies outside the viewer's scope.
    pub async fn inspection(&self, id: InspectionId) -> Result<Option<InspectionView>, StoreError> {
        let sql = format!("select {COLUMNS} where i.jurisdiction = $1 and i.id = $2");
        let row: Option<Row> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(id.to_string()).fetch_optional(pool).await?);
        let Some(row) = row else { return Ok(None) };
        let row = self.inspection_row(row)?;
        if !self.may(Act::See, &Place::Body(row.target.id)) {
            return Ok(None);
        }
        // The regulator's file stands on the same page.
        let streams = [
            StreamKind::Assignment,
            StreamKind::Inspection,
            StreamKind::RegulatorFile,
        ]
        .map(|kind| Stream { kind, id: id.0 }.to_string());
        let events = self.log.streams(self.jurisdiction, &streams).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let inspection = facts.inspection(id);
        let (Some(order), Some(submitted)) = (
            facts.assignment(id.assignment()).order.clone(),
            inspection.submitted.clone(),
        ) else {
            return Ok(None);
        };
        let Some(definition) = self.definition(&order).await? else {
            return Ok(None);
        };
        let present = &submitted.submission.present;
        let cleared = if self.may_trace() || present.contains(&self.viewer) {
            let (mode, begun) = (submitted.submission.mode, submitted.submission.started_at);
            self.cleared(present, mode, begun).await?
        } else {
            Vec::new()
        };
        Ok(Some(InspectionView {
            recused: self.recused_at(&order, &submitted.submission).await?,
            cleared,
            entrance: self.entrance_read(id, &submitted.submission).await?,
            present: submitted
                .submission
                .present
                .iter()
                .map(|person| self.named_person(*person))
                .collect(),
            findings: self.findings_of_inspection(&id.to_string()).await?,
            // Asked for by the caller, who knows the viewer's language.
            regulator_file: None,
            photos_here: {
                let afterwards = inspection.signed_afterwards.values();
                let afterwards = afterwards.map(|signed| signed.picture.0.as_str());
                let files = submitted.submission.files().chain(afterwards);
                files.map(str::to_owned).collect()
            },
            signed_afterwards: inspection.signed_afterwards.clone(),
            history: if self.sees_acts_of(AssignmentId(id.0)).await? {
                self.history(&events)
            } else {
                // Why a visit was cancelled is its organisers' to know, and its team's.
                let mut entries = self.history(&events);
                for entry in &mut entries {
                    if entry.kind.starts_with("assignment.") {
                        entry.detail = None;
                    }
                }
                entries
            },
            location: {
                let body = self.known.directory.body(order.target);
                body.and_then(|body| body.profile.location)
            },
            submission: submitted.submission,
            row,
            order,
            definition,
        }))
    }

    /// Who was there despite an interest that stood when the visit began.
    async fn recused_at(
        &self,
        order: &AssignmentOrder,
        made: &Submission,
    ) -> Result<Vec<Named<PersonId>>, StoreError> {
        const SAID: &str = "select person, body, withdrawn from interest where jurisdiction = $1 and campaign = $2 and at < $3 \
             order by version";
        if !self.organises(order.campaign).await? {
            return Ok(Vec::new());
        }
        let said: Vec<(String, String, i64)> = on_database!(&self.database, pool => sqlx::query_as(SAID)
            .bind(self.own()).bind(order.campaign.to_string()).bind(made.started_at.millis()).fetch_all(pool).await?);
        let mut interested = BTreeSet::new();
        for (person, body, withdrawn) in said {
            let person: PersonId = parsed("person id", &person, person.parse().ok())?;
            let body: BodyId = parsed("body id", &body, body.parse().ok())?;
            if !self.known.directory.is_within(order.target, body) {
                continue;
            }
            if withdrawn == 0 {
                interested.insert((person, body));
            } else {
                interested.remove(&(person, body));
            }
        }
        let is_recused =
            |member: &&PersonId| interested.iter().any(|(person, _)| person == *member);
        let recused = made.present.iter().filter(is_recused);
        Ok(recused.map(|person| self.named_person(*person)).collect())
    }

    async fn definition(
        &self,
        order: &AssignmentOrder,
    ) -> Result<Option<form::FormDefinition>, StoreError> {
        let stream = Stream {
            kind: StreamKind::Checklist,
            id: order.checklist.0,
        };
        for recorded in self.stream(stream.to_string()).await? {
            if let Ok(Event::Checklist(domain::checklist::ChecklistEvent::Published(published))) =
                recorded.authored.event()
                && published.definition.version == order.checklist_version
            {
                return Ok(Some(published.definition));
            }
        }
        Ok(None)
    }
}
