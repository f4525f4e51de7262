//! Daily situation reports: a day's totals with their coverage, the list of who reported and who did not, and one report whole.

use std::collections::{BTreeMap, BTreeSet};

use app::api::view::{
    OwedReport, Page, ReportEntry, ReportState, SituationReportView, SituationRow, SituationView,
    Totals,
};
use app::clock::wall_time;
use domain::body::BodyKind;
use domain::id::BodyId;
use domain::instant::{Day, Instant};
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place};
use domain::record::{Stream, StreamKind};
use domain::situation::{
    COMPARABLE_DAYS, Figure, Report, SituationEvent, SituationId, Surprise, is_late,
};
use domain::{Event, Facts, Language};

use super::list::{Wanted, holds};
use super::{Reader, Visible, count, parsed, small};
use crate::on_database;
use crate::server::now;
use crate::store::StoreError;
use crate::store::database::list;
use crate::world::fold;

/// Days of the trend, the day itself among them.
const TREND_DAYS: i64 = 30;

/// Sums, and of days of supplies the least.
const SUMS: &str = "count(*) as reporting, cast(coalesce(sum(r.residents), 0) as bigint) as residents, \
     cast(coalesce(sum(r.staff), 0) as bigint) as staff, cast(coalesce(sum(r.on_site), 0) as bigint) as on_site, \
     cast(coalesce(sum(r.infections), 0) as bigint) as infections, cast(coalesce(sum(r.isolated), 0) as bigint) as isolated, \
     cast(coalesce(sum(r.tests_due), 0) as bigint) as tests_due, cast(coalesce(sum(r.tests_done), 0) as bigint) as tests_done, \
     cast(coalesce(sum(r.vaccinated), 0) as bigint) as vaccinated, cast(coalesce(min(r.stock_days), 0) as bigint) as stock_days";

#[derive(sqlx::FromRow)]
struct Sums {
    reporting: i64,
    residents: i64,
    staff: i64,
    on_site: i64,
    infections: i64,
    isolated: i64,
    tests_due: i64,
    tests_done: i64,
    vaccinated: i64,
    stock_days: i64,
}

impl Sums {
    fn totals(&self, owed: usize) -> Totals {
        let reporting = small(self.reporting);
        let figures = [
            self.residents,
            self.staff,
            self.on_site,
            self.infections,
            self.isolated,
            self.tests_due,
            self.tests_done,
            self.vaccinated,
            self.stock_days,
        ];
        Totals {
            reporting,
            missing: u32::try_from(owed)
                .unwrap_or(u32::MAX)
                .saturating_sub(reporting),
            figures: figures.map(count),
        }
    }
}

#[derive(sqlx::FromRow)]
struct ByDay {
    day: String,
    #[sqlx(flatten)]
    sums: Sums,
}

#[derive(sqlx::FromRow)]
struct Row {
    body: String,
    number: i64,
    reported_at: i64,
    residents: i64,
    staff: i64,
    on_site: i64,
    infections: i64,
    isolated: i64,
    tests_due: i64,
    tests_done: i64,
    vaccinated: i64,
    stock_days: i64,
    note: String,
}

impl Row {
    fn report(self) -> Report {
        Report {
            residents: small(self.residents),
            staff: small(self.staff),
            on_site: small(self.on_site),
            infections: small(self.infections),
            isolated: small(self.isolated),
            tests_due: small(self.tests_due),
            tests_done: small(self.tests_done),
            vaccinated: small(self.vaccinated),
            stock_days: small(self.stock_days),
            note: self.note,
        }
    }
}

const ROW: &str = "r.body, r.number, r.reported_at, r.residents, r.staff, r.on_site, r.infections, r.isolated, r.tests_due, \
     r.tests_done, r.vaccinated, r.stock_days, r.note";

/// An institution whose report of a day is there or missing, as it stood when the day was over.
struct Owing<'a> {
    id: BodyId,
    kind: BodyKind,
    district: Option<&'a DistrictCode>,
}

impl Reader {
    fn time_zone(&self) -> &str {
        let founded = self.known.directory.jurisdiction().founded.as_ref();
        founded.map_or("UTC", |founded| &founded.time_zone)
    }

    /// The institutions in whose matters the viewer may do the act now that reported of a day or were there when it was over; what became
    /// of them since changes nothing of the day for who may do it still.
    fn owing(&self, act: Act, day: Day, reported: impl Fn(&BodyId) -> bool) -> Vec<Owing<'_>> {
        let everything = self.may(act, &Place::Jurisdiction);
        let institutions = self.known.roll.all_before(self.known.end_of(day));
        institutions
            .filter(|(id, stood)| {
                stood.kind.is_institution()
                    && (stood.there || reported(id))
                    && (everything || self.may(act, &Place::Body(*id)))
            })
            .map(|(id, stood)| Owing {
                id,
                kind: stood.kind,
                district: stood.district,
            })
            .collect()
    }

    /// The day's totals in scope. Without a day, of today for who owes a report of it, and for others of the last day that has reports
    /// (or of today).
    pub async fn situation(
        &self,
        day: Option<Day>,
        at: Instant,
    ) -> Result<SituationView, StoreError> {
        let today = self.known.day(at);
        let own = self.reports_owed_at(today, at).await?;
        let day = match day {
            Some(day) => day.min(today),
            None if !own.is_empty() => today,
            None => self.last_reported(today).await?.unwrap_or(today),
        };
        // One pass over the day's rows gives every total of it.
        let rows = self.rows_of(day).await?;
        let mut reported: BTreeMap<BodyId, Report> = BTreeMap::new();
        for row in rows {
            let id = parsed("body id", &row.body, row.body.parse().ok())?;
            reported.insert(id, row.report());
        }
        let mut all = Sum::default();
        let mut districts: BTreeMap<Option<DistrictCode>, Sum> = BTreeMap::new();
        let mut kinds: BTreeMap<BodyKind, Sum> = BTreeMap::new();
        for body in self.owing(Act::See, day, |id| reported.contains_key(id)) {
            let report = reported.get(&body.id);
            all.take(report);
            districts
                .entry(body.district.cloned())
                .or_default()
                .take(report);
            kinds.entry(body.kind).or_default().take(report);
        }
        Ok(SituationView {
            day,
            today,
            all: all.totals,
            districts: each_total(districts),
            kinds: each_total(kinds),
            trend: self.trend(day).await?,
            own,
        })
    }

    /// Thirty days up to one, oldest first.
    async fn trend(&self, last: Day) -> Result<Vec<(Day, Totals)>, StoreError> {
        let first = last.plus(1 - TREND_DAYS);
        let visible = self.visible(Act::See);
        let sql = format!(
            "select r.day, {SUMS} from situation_report r where r.jurisdiction = $1 and r.day between $3 and $4 and {} group by r.day",
            visible.condition(&self.database, "r.body", "$2")
        );
        let rows: Vec<ByDay> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).bind(first.to_string()).bind(last.to_string()).fetch_all(pool).await?);
        let of: BTreeMap<String, Sums> = rows.into_iter().map(|row| (row.day, row.sums)).collect();
        let seen: Option<BTreeSet<BodyId>> = (!matches!(visible, Visible::All)).then(|| {
            let bodies = self.known.directory.bodies().map(|(id, _)| id);
            bodies
                .filter(|id| self.may(Act::See, &Place::Body(*id)))
                .collect()
        });
        let is_seen = |id: &BodyId| seen.as_ref().is_none_or(|seen| seen.contains(id));
        let reported = self.reported_by_come_or_gone(first, last, &is_seen).await?;
        let days = (0..TREND_DAYS).map(|after| {
            let day = first.plus(after);
            let sums = of.get(&day.to_string());
            let owed = self.known.roll.all_before(self.known.end_of(day));
            let owed = owed.filter(|(id, stood)| {
                let told = || reported.contains(&(day.to_string(), *id));
                stood.kind.is_institution() && is_seen(id) && (stood.there || told())
            });
            let owed = owed.count();
            let totals = sums.map_or_else(
                || Totals {
                    missing: u32::try_from(owed).unwrap_or(u32::MAX),
                    ..Totals::default()
                },
                |sums| sums.totals(owed),
            );
            (day, totals)
        });
        Ok(days.collect())
    }

    /// The days of some, each with the body, of which those reported who were not there all the time.
    async fn reported_by_come_or_gone(
        &self,
        first: Day,
        last: Day,
        is_seen: &(dyn Fn(&BodyId) -> bool + Sync),
    ) -> Result<BTreeSet<(String, BodyId)>, StoreError> {
        // Those gone may have reported of any day; those who came, before they did: with each day, whom it is asked of up to there.
        let roll = &self.known.roll;
        let gone = roll.gone().map(|id| (last, id));
        let come = roll.come_since(self.known.end_of(first));
        let come = come.map(|(id, at)| (self.known.day(at).plus(-1), id));
        let mut asked: BTreeMap<Day, Vec<BodyId>> = BTreeMap::new();
        for (until, id) in gone.chain(come).filter(|(_, id)| is_seen(id)) {
            asked.entry(until).or_default().push(id);
        }
        let sql = format!(
            "select day, body from situation_report where jurisdiction = $1 and day between $3 and $4 and {}",
            self.database.is_one_of("body", "$2")
        );
        let mut reported = BTreeSet::new();
        for (until, bodies) in asked {
            let rows: Vec<(String, String)> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(self.own()).bind(list(bodies.iter().map(ToString::to_string)))
                .bind(first.to_string()).bind(until.min(last).to_string()).fetch_all(pool).await?);
            for (day, body) in rows {
                reported.insert((day, parsed("body id", &body, body.parse().ok())?));
            }
        }
        Ok(reported)
    }

    /// The last day up to today with a report in scope.
    async fn last_reported(&self, today: Day) -> Result<Option<Day>, StoreError> {
        let visible = self.visible(Act::See);
        let sql = format!(
            "select max(r.day) from situation_report r where r.jurisdiction = $1 and r.day <= $3 and {}",
            visible.condition(&self.database, "r.body", "$2")
        );
        let day: Option<String> = on_database!(&self.database, pool => sqlx::query_scalar(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).bind(today.to_string()).fetch_one(pool).await?);
        day.map(|day| parsed("day", &day, day.parse().ok()))
            .transpose()
    }

    async fn rows_of(&self, day: Day) -> Result<Vec<Row>, StoreError> {
        let visible = self.visible(Act::See);
        let sql = format!(
            "select {ROW} from situation_report r where r.jurisdiction = $1 and r.day = $3 and {}",
            visible.condition(&self.database, "r.body", "$2")
        );
        Ok(
            on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(visible.parameter()).bind(day.to_string()).fetch_all(pool).await?),
        )
    }

    async fn reminders_of(&self, day: Day) -> Result<BTreeMap<String, Instant>, StoreError> {
        let rows: Vec<(String, i64)> = on_database!(&self.database, pool =>
            sqlx::query_as("select body, at from situation_reminder where jurisdiction = $1 and day = $2")
                .bind(self.own()).bind(day.to_string()).fetch_all(pool).await?);
        Ok(rows
            .into_iter()
            .map(|(body, at)| (body, Instant(at)))
            .collect())
    }

    /// What the viewer's own institutions owe of a day, as of now. A regulator may report for others, but owes nothing.
    pub async fn reports_owed(&self, day: Day) -> Result<Vec<OwedReport>, StoreError> {
        self.reports_owed_at(day, self.now).await
    }

    async fn reports_owed_at(&self, day: Day, at: Instant) -> Result<Vec<OwedReport>, StoreError> {
        let directory = &self.known.directory;
        let unit = directory
            .active_person(self.viewer)
            .and_then(|person| person.unit);
        let own: Vec<BodyId> = directory
            .active_bodies()
            .filter(|(id, body)| {
                body.kind.is_institution()
                    && unit.is_some_and(|unit| directory.is_within(*id, unit))
                    && directory
                        .body(unit.unwrap_or(*id))
                        .is_some_and(|unit| unit.kind.is_institution())
                    && self.may(Act::ReportSituation, &Place::Body(*id))
            })
            .map(|(id, _)| id)
            .collect();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let reported: BTreeSet<String> = self
            .rows_of(day)
            .await?
            .into_iter()
            .map(|row| row.body)
            .collect();
        let reminders = self.reminders_of(day).await?;
        Ok(own
            .into_iter()
            .map(|id| {
                let reported = reported.contains(&id.to_string());
                OwedReport {
                    body: self.named_body(id),
                    day,
                    reported,
                    late: !reported && self.is_late(day, at),
                    reminded_at: reminders.get(&id.to_string()).copied(),
                }
            })
            .collect())
    }

    /// How many reports of a day are missing among the institutions whose reports the viewer asks for; None for who asks for none.
    pub async fn reports_to_chase(&self, day: Day) -> Result<Option<u64>, StoreError> {
        if !self.may(Act::ChaseReports, &Place::Anywhere) {
            return Ok(None);
        }
        let reported: BTreeSet<String> = self
            .rows_of(day)
            .await?
            .into_iter()
            .map(|row| row.body)
            .collect();
        let owing = self.owing(Act::ChaseReports, day, |_| false).into_iter();
        let missing = owing
            .filter(|body| !reported.contains(&body.id.to_string()))
            .count();
        Ok(Some(missing as u64))
    }

    /// Every institution in scope with its report of the day, or without.
    pub async fn list_situation(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<Page<SituationRow>, StoreError> {
        let asked = wanted.asked;
        let today = self.known.day(now());
        let day = match asked.filter("day").parse() {
            Ok(day) => day,
            Err(_) => self.last_reported(today).await?.unwrap_or(today),
        };
        let (state, kind, district) = (
            asked.filter("state"),
            asked.filter("kind"),
            asked.filter("district"),
        );
        let mut reports: BTreeMap<String, Row> = self
            .rows_of(day)
            .await?
            .into_iter()
            .map(|row| (row.body.clone(), row))
            .collect();
        let reminders = self.reminders_of(day).await?;
        let told: BTreeSet<String> = reports.keys().cloned().collect();
        let owing = self.owing(Act::See, day, |id| told.contains(&id.to_string()));
        let rows = owing.into_iter().map(|body| {
            let id = body.id.to_string();
            let row = reports.remove(&id);
            SituationRow {
                body: self.named_body(body.id),
                kind: body.kind,
                district: body.district.cloned(),
                day,
                state: self.state(day, row.as_ref()),
                late: row
                    .as_ref()
                    .is_some_and(|row| self.is_late(day, Instant(row.reported_at))),
                reported_at: row.as_ref().map(|row| Instant(row.reported_at)),
                reminded_at: reminders.get(&id).copied(),
                may_remind: row.is_none() && self.known.directory.is_active(body.id),
                report: row.map(Row::report),
            }
        });
        let rows = rows.filter(|row| {
            let names = Language::ALL.map(|language| row.body.name.get(language.tag()));
            // What came late and was corrected since is among those that came late.
            let is_late = row.late && state == ReportState::Late.code();
            (state.is_empty() || row.state.code() == state || is_late)
                && (kind.is_empty() || row.kind.code() == kind)
                && (district.is_empty()
                    || row.district.as_ref().is_some_and(|own| own.0 == district))
                && holds(&names, &asked.search)
        });
        Ok(self.page_of(rows.collect(), wanted))
    }

    fn state(&self, day: Day, row: Option<&Row>) -> ReportState {
        let Some(row) = row else {
            return ReportState::Missing;
        };
        if row.number > 1 {
            ReportState::Corrected
        } else if self.is_late(day, Instant(row.reported_at)) {
            ReportState::Late
        } else {
            ReportState::Reported
        }
    }

    /// Whether the report of a day is, or was, late at an instant.
    fn is_late(&self, day: Day, at: Instant) -> bool {
        let at = wall_time(at, self.time_zone());
        is_late(day, at.day, at.hour)
    }

    /// None when there is no such institution in the viewer's scope, or the day has not begun.
    pub async fn situation_report(
        &self,
        body: BodyId,
        day: Day,
        at: Instant,
    ) -> Result<Option<SituationReportView>, StoreError> {
        let today = self.known.day(at);
        let place = Place::Body(body);
        let known = self.known.directory.body(body);
        let Some(particulars) = known.filter(|known| known.kind.is_institution() && day <= today)
        else {
            return Ok(None);
        };
        if !self.may(Act::See, &place) {
            return Ok(None);
        }
        let id = SituationId::of(body, day);
        let stream = Stream {
            kind: StreamKind::Situation,
            id: id.0,
        };
        let events = self.stream(stream.to_string()).await?;
        let mut facts = Facts::default();
        fold(&mut facts, &events);
        let state = facts.situation(id);
        let mut reports: Vec<ReportEntry> = Vec::new();
        for recorded in &events {
            let (report, reason, confirmed) = match recorded.authored.event() {
                Ok(Event::Situation(SituationEvent::Reported {
                    report, confirmed, ..
                })) => (report, None, confirmed),
                Ok(Event::Situation(SituationEvent::Corrected {
                    report,
                    reason,
                    confirmed,
                    ..
                })) => (report, Some(reason), confirmed),
                _ => continue,
            };
            reports.push(ReportEntry {
                entry: self.history_entry(recorded),
                number: u32::try_from(reports.len() + 1).unwrap_or(u32::MAX),
                report,
                reason,
                confirmed,
            });
        }
        let mut confirmed: Vec<Surprise> = Vec::new();
        for surprise in reports.iter().flat_map(|report| &report.confirmed) {
            let stands = |report| surprise.stands_in(report);
            if state.report.as_ref().is_some_and(stands) && !confirmed.contains(surprise) {
                confirmed.push(*surprise);
            }
        }
        let first = reports.first().map_or(at, |first| first.entry.occurred_at);
        let stood = self.known.roll.before(body, self.known.end_of(day));
        let is_owed = state.report.is_some() || stood.is_some_and(|stood| stood.there);
        Ok(Some(SituationReportView {
            late: is_owed && self.is_late(day, first),
            body: self.named_body(body),
            day,
            today,
            registered: particulars.into(),
            report: state.report.clone(),
            confirmed,
            number: state.number,
            before: self.report_before(body, day).await?,
            may_report: self.may(Act::ReportSituation, &place),
            reports,
            history: self.history(&events),
        }))
    }

    /// The last one that a day's is compared with.
    async fn report_before(
        &self,
        body: BodyId,
        day: Day,
    ) -> Result<Option<(Day, Report)>, StoreError> {
        #[derive(sqlx::FromRow)]
        struct Before {
            day: String,
            #[sqlx(flatten)]
            row: Row,
        }
        let earliest = day.plus(-COMPARABLE_DAYS);
        let sql = format!(
            "select r.day, {ROW} from situation_report r where r.jurisdiction = $1 and r.body = $2 and r.day < $3 \
             and r.day >= $4 order by r.day desc limit 1"
        );
        let before: Option<Before> = on_database!(&self.database, pool => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(self.own()).bind(body.to_string()).bind(day.to_string()).bind(earliest.to_string()).fetch_optional(pool).await?);
        before
            .map(|before| {
                let day = parsed("day", &before.day, before.day.parse().ok())?;
                Ok((day, before.row.report()))
            })
            .transpose()
    }
}

/// A total being added up.
#[derive(Default)]
struct Sum {
    totals: Totals,
}

impl Sum {
    fn take(&mut self, report: Option<&Report>) {
        let totals = &mut self.totals;
        let Some(report) = report else {
            totals.missing += 1;
            return;
        };
        let is_first = totals.reporting == 0;
        totals.reporting += 1;
        for (figure, sum) in Figure::ALL.into_iter().zip(&mut totals.figures) {
            let value = u64::from(report.get(figure));
            *sum = match figure.adds_up() {
                true => *sum + value,
                false if is_first => value,
                false => value.min(*sum),
            };
        }
    }
}

fn each_total<Key>(sums: BTreeMap<Key, Sum>) -> Vec<(Key, Totals)> {
    sums.into_iter()
        .map(|(key, sum)| (key, sum.totals))
        .collect()
}

#[cfg(test)]
mod tests;
