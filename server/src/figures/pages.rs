//! The figures as the pages show them: each asked for where the reader would look, with the filters of the lists.

use std::collections::BTreeMap;

use app::api::view::{FindingRow, InspectionRow, Page, ReportState, SituationRow, Totals};
use app::list::Asked;
use domain::Language;
use domain::finding::Stage;
use domain::id::BodyId;
use domain::inspection::Outcome;
use domain::instant::Day;
use domain::situation::Figure;

use super::{Count, Districts, Figures, Tally};
use crate::read::Reader;
use crate::read::list::{Rows, Wanted};
use crate::server::now;
use crate::store::StoreError;

/// The city and each district by what the filters of the lists find; each body by the rows the lists show of it.
pub async fn figures(reader: &Reader, days: &[Day]) -> Result<Figures, StoreError> {
    let mut figures = Figures {
        city: listed(reader, &[]).await?,
        ..Figures::default()
    };
    let directory = &reader.known.directory;
    for district in &directory.jurisdiction().districts {
        let tally = listed(reader, &[("district", &district.code.0)]).await?;
        figures.districts.insert(Some(district.code.clone()), tally);
    }
    for (id, particulars) in directory.bodies() {
        let tally = of_body(reader, id).await?;
        if tally == Tally::default() {
            continue;
        }
        if particulars.district.is_none() {
            // No filter finds what is in no district.
            figures.districts.entry(None).or_default().add_all(&tally);
        }
        figures.institutions.insert(id, tally);
    }
    for day in days {
        situation(reader, *day, &mut figures).await?;
    }
    Ok(figures)
}

fn asked(filters: &[(&str, &str)]) -> Asked {
    Asked::of(
        filters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

const fn wanted(asked: &Asked, rows: Rows) -> Wanted<'_> {
    Wanted {
        asked,
        language: Language::Chinese,
        rows,
    }
}

/// How many the lists say there are, outcome by outcome and stage by stage.
async fn listed(reader: &Reader, filters: &[(&str, &str)]) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
        let asked = asked(&[filters, &[("outcome", outcome.code())]].concat());
        let page = reader.list_inspections(wanted(&asked, Rows::Page)).await?;
        tally.add(Count::Inspections(place), page.total);
    }
    for stage in Stage::ALL {
        let asked = asked(&[filters, &[("stage", stage.code())]].concat());
        let page = reader.list_findings(wanted(&asked, Rows::Page)).await?;
        tally.add(Count::Findings(stage), page.total);
    }
    Ok(tally)
}

/// What the lists show of one body, row by row.
async fn of_body(reader: &Reader, id: BodyId) -> Result<Tally, StoreError> {
    let asked = asked(&[("body", &id.to_string())]);
    let mut tally = Tally::default();
    let inspections: Page<InspectionRow> =
        reader.list_inspections(wanted(&asked, Rows::All)).await?;
    for row in &inspections.rows {
        let place = Outcome::ALL
            .iter()
            .position(|outcome| *outcome == row.outcome);
        tally.add(Count::Inspections(place.unwrap_or_default()), 1);
    }
    if inspections.total == 0 {
        // Findings come of inspections of the body they are about.
        return Ok(tally);
    }
    let findings: Page<FindingRow> = reader.list_findings(wanted(&asked, Rows::All)).await?;
    for row in &findings.rows {
        tally.add(Count::Findings(row.stage), 1);
    }
    Ok(tally)
}

/// A day: the city and its districts from the day's totals, each institution from its row of the day's list.
async fn situation(reader: &Reader, day: Day, figures: &mut Figures) -> Result<(), StoreError> {
    let view = reader.situation(Some(day), now()).await?;
    take(&mut figures.city, day, &view.all);
    for (district, totals) in &view.districts {
        let districts: &mut Districts = &mut figures.districts;
        take(districts.entry(district.clone()).or_default(), day, totals);
    }
    let asked = asked(&[("day", &day.to_string())]);
    let rows: Page<SituationRow> = reader.list_situation(wanted(&asked, Rows::All)).await?;
    let institutions: &mut BTreeMap<BodyId, Tally> = &mut figures.institutions;
    for row in rows.rows {
        let now = reader.known.directory.body(row.body.id);
        if now.and_then(|now| now.district.as_ref()) != row.district.as_ref() {
            let lay = row.district.clone();
            figures.elsewhere.insert((day, row.body.id), lay);
        }
        let tally = institutions.entry(row.body.id).or_default();
        if row.state == ReportState::Missing {
            tally.add(Count::Missing(day), 1);
        }
        if let Some(report) = row.report {
            tally.add(Count::Reports(day), 1);
            for figure in Figure::ALL.into_iter().filter(|figure| figure.adds_up()) {
                tally.add(Count::Situation(day, figure), report.get(figure).into());
            }
        }
    }
    Ok(())
}

fn take(tally: &mut Tally, day: Day, totals: &Totals) {
    tally.add(Count::Reports(day), totals.reporting.into());
    tally.add(Count::Missing(day), totals.missing.into());
    for figure in Figure::ALL.into_iter().filter(|figure| figure.adds_up()) {
        tally.add(Count::Situation(day, figure), totals.covered(figure).sum());
    }
}
