//! Findings: the list, and one finding from the answer that raised it to the proof that closed it.

use std::collections::BTreeSet;

use app::api::view::{
    FindingEntry, FindingFilter, FindingRow, FindingView, Page, Part, StageFilter, SupportView,
};
use app::list::Asked;
use domain::finding::{About, Extent, Finding, Stage, Standing, Step, answers_with, check_step};
use domain::id::{BodyId, FindingId, LookBackId};
use domain::instant::{Day, Instant};
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::{Event, Facts, Language, Refusal};

use super::list::{Join, Rows, Select, Wanted, each, name_suffix};
use super::{Reader, both, line_from_code, parsed, severity_code, severity_from_code};
use crate::on_database;
use crate::store::StoreError;
use crate::store::database::list;
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
    plan_by: Option<String>,
    complete_by: Option<String>,
    escalated_at: Option<i64>,
    support_due: Option<String>,
}

macro_rules! row {
    () => {
        "f.id, f.code, f.title_zh, f.title_en, f.note, f.body, b.district, f.severity, f.extent, f.line, f.stage, f.raised_at, \
         f.plan_by, f.complete_by, f.escalated_at, (select min(s.due) from support s where s.jurisdiction = f.jurisdiction \
         and s.finding = f.id and s.provided is null) as support_due"
    };
}
macro_rules! from {
    () => {
        "finding f left join body b on b.jurisdiction = f.jurisdiction and b.id = f.body"
    };
}
const ROW: &str = row!();
const JOINS: &[Join] = &[
    Join {
        alias: "b",
        sql: "left join body b on b.jurisdiction = f.jurisdiction and b.id = f.body",
    },
    Join {
        alias: "a",
        sql: "left join assignment a on a.jurisdiction = f.jurisdiction and a.id = f.inspection",
    },
];
pub(super) const COLUMNS: &str = concat!(row!(), " from ", from!());

/// The day by which the institution must have acted, by the stage, as [`Stage::due`] says; null where nothing is due of it.
pub(super) const DUE: &str = "case when f.stage in ('notified', 'planReturned') then f.plan_by \
     when f.stage in ('planned', 'extensionAsked', 'reopened') then f.complete_by end";

/// Stages in the order a finding goes through them.
const STAGES: &str = "case f.stage when 'raised' then 0 when 'notified' then 1 when 'disputed' then 2 when 'planSubmitted' then 3 \
     when 'planReturned' then 4 when 'planned' then 5 when 'extensionAsked' then 6 when 'rectified' then 7 when 'reopened' then 8 \
     when 'closed' then 9 else 10 end";

/// What the institution owes and by when: the plan or the rectification, by the stage.
const LATE: &str = "((f.stage in ('notified', 'planReturned') and f.plan_by < {today} and not exists (select 1 from support s \
     where s.jurisdiction = f.jurisdiction and s.finding = f.id and s.provided is null and s.due < f.plan_by)) \
     or (f.stage in ('planned', 'extensionAsked', 'reopened') and f.complete_by < {today} and not exists (select 1 from support s \
     where s.jurisdiction = f.jurisdiction and s.finding = f.id and s.provided is null and s.due < f.complete_by)))";

impl Reader {
    /// The day on the jurisdiction's calendar.
    pub fn calendar_day(&self) -> Day {
        self.known.day(self.now)
    }

    pub(super) fn finding_row(&self, row: Row) -> Result<FindingRow, StoreError> {
        let day = |text: Option<String>| text.and_then(|day| day.parse().ok());
        let stage = parsed("stage", &row.stage, Stage::from_code(&row.stage))?;
        let (plan_by, complete_by) = (day(row.plan_by), day(row.complete_by));
        Ok(FindingRow {
            standing: Standing::of(
                stage.due(plan_by, complete_by),
                day(row.support_due),
                self.calendar_day(),
            ),
            escalated: row.escalated_at.is_some(),
            plan: None,
            may: Vec::new(),
            id: parsed("finding id", &row.id, row.id.parse().ok())?,
            body: self.named_body(parsed("body id", &row.body, row.body.parse().ok())?),
            severity: parsed("severity", &row.severity, severity_from_code(&row.severity))?,
            extent: parsed("extent", &row.extent, Extent::from_code(&row.extent))?,
            line: parsed("line", &row.line, line_from_code(&row.line))?,
            stage,
            complete_by,
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
        let stage = filter.stage.as_ref().map(StageFilter::code);
        let stage = stage.unwrap_or_default();
        let filters = [
            ("stage", stage.as_str()),
            ("severity", filter.severity.map_or("", severity_code)),
            (
                "district",
                filter.district.as_ref().map_or("", |district| &district.0),
            ),
            ("body", &body),
            ("search", &filter.search),
            ("due", if filter.overdue { "overdue" } else { "" }),
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
        let mut page = self.findings_listed(Act::See, wanted).await?;
        // Whoever counts or exports does nothing to them.
        if wanted.rows == Rows::Page {
            self.tell_acts(&mut page.rows).await?;
        }
        Ok(page)
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
        if !asked.filter("district").is_empty() {
            // By its bodies, whose findings an index finds; through the join, all findings would be gone through.
            let district = Some(DistrictCode(asked.filter("district").to_owned()));
            let bodies = self.known.directory.bodies();
            let bodies = bodies.filter(|(_, body)| body.district == district);
            let bodies = list(bodies.map(|(id, _)| id.to_string()));
            select = select.is_one_of(self, "f.body", bodies);
        }
        select = match StageFilter::from_code(asked.filter("stage")) {
            Some(StageFilter::Open) => select.and("f.stage not in ('closed', 'withdrawn')"),
            Some(StageFilter::Among(stages)) if stages.len() > 1 => {
                let stages = list(stages.iter().map(|stage| stage.code()));
                select.is_one_of(self, "f.stage", stages)
            }
            _ => select.is("f.stage", asked.filter("stage")),
        };
        select = match Part::from_code(asked.filter("mine")) {
            Some(Part::Rectifies) => select.within(self, self.rectified(), "f.body"),
            Some(Part::Orders) => select.visible(self, Act::OrderRectification, "f.body"),
            Some(Part::Verifies) => self.verifiable(select),
            Some(Part::Presses) => select
                .visible(self, Act::Escalate, "f.body")
                .and(&self.late())
                .and(&self.no_letter_stands()),
            None => select,
        };
        if asked.filter("due") == "overdue" {
            select = select.and(&self.late());
        }
        select = self
            .of_requirement(select, asked.filter("requirement"))
            .await?;
        let due = format!("coalesce({DUE}, f.complete_by, '9')");
        let by = [
            ("finding", title.as_str()),
            ("body", &name),
            ("severity", "f.severity"),
            ("stage", STAGES),
            // Without a date it comes after all that have one.
            ("due", due.as_str()),
            ("raised", "f.raised_at"),
        ];
        let own = "f.raised_at desc, f.id desc";
        let page: Page<Row> = select
            .page(&self.database, wanted, &by, own, "f.id")
            .await?;
        each(page, |row| self.finding_row(row))
    }

    /// What is late today.
    fn late(&self) -> String {
        LATE.replace("{today}", &format!("'{}'", self.calendar_day()))
    }

    /// That no letter waits for its answer: until then no other goes out.
    fn no_letter_stands(&self) -> String {
        format!(
            "(f.answer_by is null or f.answer_by < '{}')",
            self.calendar_day()
        )
    }

    /// What is late at one stage, and no letter presses for it yet, as its index has it: by the day it was due.
    pub(super) fn to_press_at(&self, stage: Stage) -> String {
        let today = self.calendar_day();
        format!(
            "f.stage = '{}' and coalesce({DUE}, '9') < '{today}' and {} and not exists (select 1 from support s \
             where s.jurisdiction = f.jurisdiction and s.finding = f.id and s.provided is null and s.due < {DUE})",
            stage.code(),
            self.no_letter_stands()
        )
    }

    /// Only what the viewer may re-verify, as [`check_independent`](domain::finding::check_independent) says: what neither they nor
    /// anybody of a unit that answers with theirs has rectified, and they have not approved.
    fn verifiable(&self, select: Select) -> Select {
        let directory = &self.known.directory;
        let viewer = directory.person(self.viewer);
        let unit = viewer.and_then(|known| known.registration.unit);
        let bodies = directory.bodies().map(|(id, _)| id);
        let close: BTreeSet<BodyId> = bodies
            .filter(|body| unit.is_some_and(|unit| answers_with(unit, *body, directory)))
            .collect();
        let close_people = directory
            .people()
            .filter(|(_, known)| known.units().any(|unit| close.contains(&unit)))
            .map(|(person, _)| person);
        let mut select = select
            .visible(self, Act::ReVerify, "f.body")
            .is("f.stage", Stage::Rectified.code())
            .is_none_of(self, "f.body", list(close.iter().map(ToString::to_string)));
        let close_people = select.bind(list(close_people.map(|person| person.to_string())));
        let viewer = select.bind(self.viewer.to_string());
        // What few people did is found once by their names; asked of each finding, all that waits would be gone through.
        select.and(&format!(
            "f.id not in (select t.finding from finding_actor t where t.jurisdiction = $1 and t.person = {viewer} \
             union all select t.finding from finding_actor t where t.jurisdiction = $1 and t.part = 'rectified' and {})",
            self.database.is_one_of("t.person", &close_people)
        ))
    }

    /// What the viewer may re-verify, latest first, and how much that is in all.
    pub async fn to_re_verify(&self, longest: u32) -> Result<Page<FindingRow>, StoreError> {
        let asked = Asked::of([("mine", Part::Verifies.code().to_owned())]);
        let wanted = Wanted {
            asked: &asked,
            language: Language::default(),
            rows: Rows::Part {
                first: 0,
                length: longest.into(),
            },
        };
        self.list_findings(wanted).await
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
        let draws = self.look_backs_of(id).await?;
        let draws: Vec<String> = draws
            .into_iter()
            .map(|draw| {
                Stream {
                    kind: StreamKind::LookBack,
                    id: draw.0,
                }
                .to_string()
            })
            .collect();
        let drawn = self.log.streams(self.jurisdiction, &draws).await?;
        let mut facts = Facts::default();
        fold(&mut facts, events.iter().chain(&drawn));
        let finding = facts.finding(id);
        let Some(raised) = finding.raised.clone() else {
            return Ok(None);
        };
        let mut timeline = Vec::with_capacity(events.len());
        // As it stood before each event.
        let mut before = Finding::default();
        for recorded in &events {
            if let Ok(Event::Finding(event)) = recorded.authored.event() {
                let at = recorded.authored.occurred_at;
                let late = before.handed_in_late(&event, self.known.day(at));
                let beyond = before.beyond_the_limit(&event);
                before.evolve(&event, recorded.authored.actor, at);
                let unit = self
                    .known
                    .directory
                    .person(recorded.authored.actor)
                    .and_then(|known| known.registration.unit);
                timeline.push(FindingEntry {
                    entry: self.history_entry(recorded),
                    event,
                    actor_unit: unit.map(|unit| self.named_body(unit)),
                    late,
                    beyond,
                });
            }
        }
        let may = |step, about| self.step_refusal(step, about, id, &facts).is_none();
        let refusal = self
            .step_refusal(Step::Pass, About::default(), id, &facts)
            .filter(|_| row.stage == Stage::Rectified);
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
                    .map(|photo| photo.hash.0.clone())
                    .collect::<Vec<_>>()
            })
            .collect();
        let look_backs = drawn
            .iter()
            .filter_map(|recorded| Some(LookBackId(recorded.authored.stream()?.id)))
            .filter(|draw| {
                let look_back = Some(*draw);
                may(
                    Step::LookBackPass,
                    About {
                        look_back,
                        ..About::default()
                    },
                )
            })
            .collect();
        let may: Vec<Step> = Step::ALL
            .into_iter()
            .filter(|step| may(*step, About::default()))
            .collect();
        let proposed = if may.contains(&Step::Notify) {
            let proposed = self.proposed_notice(&raised, row.raised_at, language);
            Some(proposed.await?)
        } else {
            None
        };
        Ok(Some(FindingView {
            proposed,
            inspection: raised.inspection,
            raised,
            timeline,
            may,
            look_backs,
            supports: self.supports(id, &facts),
            letter: finding
                .letters
                .last()
                .map(|letter| (letter.clone(), finding.letter)),
            plans: finding.plans,
            plan_by: finding.plan_by,
            limit: finding.limit,
            promised: finding.promised,
            extension: finding.extension,
            today: self.calendar_day(),
            re_verify_refusal: refusal.map(|refusal| refusal.text(language)),
            // Which of them have arrived is asked of the photo store by the caller.
            photos_here: photos,
            row,
        }))
    }

    /// Why the viewer may not take a step now, whatever its content.
    pub(super) fn step_refusal(
        &self,
        step: Step,
        about: About,
        id: FindingId,
        facts: &Facts,
    ) -> Option<Refusal> {
        let context = self.context(facts);
        check_step(step, about, id, facts.finding(id), &context).err()
    }

    fn supports(&self, id: FindingId, facts: &Facts) -> Vec<SupportView> {
        let numbered = (1..).zip(&facts.finding(id).supports);
        numbered
            .map(|(number, support)| {
                let may = |step| {
                    let about = About {
                        support: Some(number),
                        ..About::default()
                    };
                    self.step_refusal(step, about, id, facts).is_none()
                };
                let seen_on = support.provided.unwrap_or_else(|| self.calendar_day());
                SupportView {
                    number,
                    by: self.named_body(support.owed.by),
                    provided: support.provided,
                    standing: Standing::of(Some(support.owed.due), None, seen_on),
                    confirmed: support.confirmed,
                    may_provide: may(Step::ProvideSupport),
                    may_confirm: may(Step::ConfirmSupport),
                    owed: support.owed.clone(),
                }
            })
            .collect()
    }
}
