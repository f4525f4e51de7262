//! The same figures from the log alone: every event once, by the domain's own folds, and nothing else is asked.

use std::collections::{BTreeMap, BTreeSet};

use domain::Event;
use domain::finding::{Finding, FindingEvent};
use domain::id::{BodyId, FindingId, InspectionId, JurisdictionId};
use domain::inspection::{InspectionEvent, Outcome};
use domain::instant::Day;
use domain::jurisdiction::DistrictCode;
use domain::projection::directory::Directory;
use domain::projection::roll::Roll;
use domain::record::Recorded;
use domain::situation::{Figure, Report, SituationEvent};
use form::Severity;

use super::{Count, Elsewhere, Tally};
use crate::store::{Log, StoreError};
use crate::world::start_of;

/// Events read at a time.
const PAGE: u32 = 2_000;

/// What was done on the way; it is shown and not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    pub events: u64,
    pub key_findings: u64,
    pub fixed_on_the_spot: u64,
    pub notices: u64,
    pub plans: u64,
    pub plans_returned: u64,
    pub disputes: u64,
    pub upheld: u64,
    pub extensions: u64,
    pub letters: u64,
    pub passed: u64,
    pub failed: u64,
    pub reopened: u64,
    pub looked_back: u64,
    pub looked_back_in_vain: u64,
    pub support_owed: u64,
    pub support_provided: u64,
    pub support_late: u64,
    pub deadlines_moved: u64,
    /// Institutions in which a visit was completed.
    pub inspected: u64,
    /// Institutions there are.
    pub institutions: u64,
}

/// What the log says of every body; districts and city are sums of it, made by who compares.
#[derive(Clone, Debug, Default)]
pub struct Recount {
    pub institutions: BTreeMap<BodyId, Tally>,
    /// In which district each of them lies.
    pub district_of: BTreeMap<BodyId, Option<DistrictCode>>,
    /// In which another one they lay on a day.
    pub elsewhere: Elsewhere,
    /// Days with reports, from the first to the last, those between included.
    pub days: Vec<Day>,
    pub activity: Activity,
}

#[derive(Default)]
struct Fold {
    directory: Directory,
    roll: Roll,
    inspections: BTreeMap<InspectionId, (BodyId, Outcome)>,
    findings: BTreeMap<FindingId, Finding>,
    reports: BTreeMap<Day, BTreeMap<BodyId, Report>>,
    activity: Activity,
}

/// Reads a jurisdiction's log once, from its first event to its last.
pub async fn recount(
    log: &dyn Log,
    jurisdiction: JurisdictionId,
    time_zone: &str,
) -> Result<Recount, StoreError> {
    let mut fold = Fold::default();
    let mut position = 0;
    loop {
        let events = log.after(jurisdiction, position, PAGE).await?;
        let Some(last) = events.last() else { break };
        position = last.position;
        for recorded in &events {
            fold.take(recorded);
        }
    }
    Ok(fold.end(time_zone))
}

impl Fold {
    fn take(&mut self, recorded: &Recorded) {
        self.activity.events += 1;
        let authored = &recorded.authored;
        let (Ok(event), Some(stream)) = (authored.event(), authored.stream()) else {
            return;
        };
        self.directory.evolve(stream, &event);
        match event {
            Event::Body(_) => {
                let (id, at) = (BodyId(stream.id), authored.occurred_at);
                self.roll.note(id, &self.directory, at);
            }
            Event::Inspection(InspectionEvent::Submitted(submission)) => {
                self.inspections
                    .entry(InspectionId(stream.id))
                    .or_insert((submission.target, submission.outcome));
            }
            Event::Finding(event) => {
                self.done(&event);
                self.findings
                    .entry(FindingId(stream.id))
                    .or_default()
                    .evolve(&event, authored.actor, authored.occurred_at);
            }
            Event::Situation(
                SituationEvent::Reported {
                    body, day, report, ..
                }
                | SituationEvent::Corrected {
                    body, day, report, ..
                },
            ) => {
                self.reports.entry(day).or_default().insert(body, report);
            }
            _ => {}
        }
    }

    fn done(&mut self, event: &FindingEvent) {
        let activity = &mut self.activity;
        let counter = match event {
            FindingEvent::Raised(raised) => {
                activity.key_findings += u64::from(raised.severity == Severity::Key);
                activity.fixed_on_the_spot += u64::from(raised.fixed_on_the_spot);
                return;
            }
            FindingEvent::Notified { .. } => &mut activity.notices,
            FindingEvent::PlanSubmitted(_) => &mut activity.plans,
            FindingEvent::PlanReturned { .. } => &mut activity.plans_returned,
            FindingEvent::Disputed { .. } => &mut activity.disputes,
            FindingEvent::Upheld { .. } => &mut activity.upheld,
            FindingEvent::ExtensionGranted { .. } => &mut activity.extensions,
            FindingEvent::Escalated(_) => &mut activity.letters,
            FindingEvent::ReVerificationPassed(_) => &mut activity.passed,
            FindingEvent::ReVerificationFailed { .. } => &mut activity.failed,
            FindingEvent::Reopened { .. } => &mut activity.reopened,
            FindingEvent::LookBackPassed { .. } => &mut activity.looked_back,
            FindingEvent::LookBackFailed { .. } => {
                activity.looked_back += 1;
                &mut activity.looked_back_in_vain
            }
            FindingEvent::SupportOwed { .. } => &mut activity.support_owed,
            FindingEvent::SupportProvided { late, .. } => {
                activity.support_late += u64::from(*late > 0);
                &mut activity.support_provided
            }
            FindingEvent::DeadlineMoved { .. } => &mut activity.deadlines_moved,
            FindingEvent::Withdrawn { .. }
            | FindingEvent::PlanAccepted { .. }
            | FindingEvent::ExtensionAsked { .. }
            | FindingEvent::ExtensionRefused { .. }
            | FindingEvent::RectificationClaimed(_)
            | FindingEvent::LetterAnswered { .. }
            | FindingEvent::SupportConfirmed { .. } => return,
        };
        *counter += 1;
    }

    fn end(mut self, time_zone: &str) -> Recount {
        let mut institutions: BTreeMap<BodyId, Tally> = BTreeMap::new();
        let mut inspected = BTreeSet::new();
        for (body, outcome) in self.inspections.values() {
            let place = Outcome::ALL.iter().position(|other| other == outcome);
            let count = Count::Inspections(place.unwrap_or_default());
            institutions.entry(*body).or_default().add(count, 1);
            if *outcome == Outcome::Completed {
                inspected.insert(*body);
            }
        }
        for finding in self.findings.values() {
            if let (Some(raised), Some(stage)) = (&finding.raised, finding.stage) {
                let tally = institutions.entry(raised.body).or_default();
                tally.add(Count::Findings(stage), 1);
            }
        }
        // Whose report of a day counts or is missing: institutions that were there when it was over, and who reported all the same.
        let days = days(&self.reports);
        let none = BTreeMap::new();
        let mut elsewhere = Elsewhere::new();
        for day in &days {
            let reports = self.reports.get(day).unwrap_or(&none);
            for (body, stood) in self.roll.all_before(start_of(day.plus(1), time_zone)) {
                let report = reports.get(&body);
                if !stood.kind.is_institution() || (!stood.there && report.is_none()) {
                    continue;
                }
                let now = self.directory.body(body);
                if now.and_then(|now| now.district.as_ref()) != stood.district {
                    elsewhere.insert((*day, body), stood.district.cloned());
                }
                let tally = institutions.entry(body).or_default();
                let Some(report) = report else {
                    tally.add(Count::Missing(*day), 1);
                    continue;
                };
                tally.add(Count::Reports(*day), 1);
                for figure in Figure::ALL.into_iter().filter(|figure| figure.adds_up()) {
                    tally.add(Count::Situation(*day, figure), report.get(figure).into());
                }
            }
        }
        let there = self.directory.active_bodies();
        let there = there.filter(|(_, particulars)| particulars.kind.is_institution());
        self.activity.inspected = inspected.len() as u64;
        self.activity.institutions = there.count() as u64;
        Recount {
            district_of: self
                .directory
                .bodies()
                .map(|(id, particulars)| (id, particulars.district.clone()))
                .collect(),
            elsewhere,
            institutions,
            days,
            activity: self.activity,
        }
    }
}

/// Of a longer record those alone that can still be reported or corrected.
fn days(reports: &BTreeMap<Day, BTreeMap<BodyId, Report>>) -> Vec<Day> {
    let (Some(first), Some(last)) = (reports.keys().next(), reports.keys().next_back()) else {
        return Vec::new();
    };
    let first = (*first).max(last.plus(-domain::situation::DAYS_BACK));
    (0..=domain::situation::DAYS_BACK)
        .map(|after| first.plus(after))
        .take_while(|day| day <= last)
        .collect()
}
