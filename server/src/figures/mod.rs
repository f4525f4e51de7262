//! The figures of a briefing: inspections, findings by stage, and the daily situation, of every institution, every district and the city.
//!
//! They are counted twice, by the questions the pages ask and from the log alone, and every sum is made twice, so that a figure
//! that does not add up shows.
//!
//! # Layout
//! - here: what is counted, and where
//! - `pages`: as the pages show it; `record`: folded from the log, with what was done on the way
//! - `reconcile`: whether both agree, and institutions with districts with the city
//! - `briefing`: as people read it

mod briefing;
mod pages;
mod reconcile;
mod record;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::finding::Stage;
use domain::id::{BodyId, JurisdictionId, PersonId};
use domain::inspection::Outcome;
use domain::instant::Day;
use domain::jurisdiction::DistrictCode;
use domain::permission::{Act, Place, permit};
use domain::situation::Figure;
use domain::{Language, say};

use crate::server::{Server, now};
use crate::store::StoreError;
use crate::world::Known;

pub use briefing::print;
pub use reconcile::{Discrepancy, Of, Witness, reconcile};
pub use record::{Activity, Recount};

/// Something that is counted, and adds up from institutions to the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// By outcome: its place in [`Outcome::ALL`].
    Inspections(usize),
    Findings(Stage),
    /// Situation reports of a day, received and missing.
    Reports(Day),
    Missing(Day),
    /// A figure of a day's reports that adds up.
    Situation(Day, Figure),
}

impl Count {
    /// That whose reports it counts.
    pub const fn day(self) -> Option<Day> {
        match self {
            Count::Reports(day) | Count::Missing(day) | Count::Situation(day, _) => Some(day),
            Count::Inspections(_) | Count::Findings(_) => None,
        }
    }

    pub fn text(self, language: Language) -> String {
        match self {
            Count::Inspections(place) => {
                let outcome = Outcome::ALL
                    .get(place)
                    .map_or("", |outcome| outcome.title().get(language));
                say!(language, "督查：{outcome}", "Inspections: {outcome}")
            }
            Count::Findings(stage) => {
                let stage = stage.title().get(language);
                say!(language, "问题：{stage}", "Findings: {stage}")
            }
            Count::Reports(day) => say!(language, "{day}已报", "{day} reported"),
            Count::Missing(day) => say!(language, "{day}未报", "{day} missing"),
            Count::Situation(day, figure) => {
                let figure = figure.title().get(language);
                say!(language, "{day}{figure}", "{day} {figure}")
            }
        }
    }
}

/// What was counted somewhere; what is not in it is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<Count, u64>);

impl Tally {
    pub fn add(&mut self, count: Count, number: u64) {
        if number > 0 {
            *self.0.entry(count).or_default() += number;
        }
    }

    pub fn add_all(&mut self, other: &Tally) {
        for (count, number) in &other.0 {
            self.add(*count, *number);
        }
    }

    pub fn get(&self, count: Count) -> u64 {
        self.0.get(&count).copied().unwrap_or_default()
    }

    pub fn counts(&self) -> impl Iterator<Item = Count> {
        self.0.keys().copied()
    }

    pub fn inspections(&self) -> u64 {
        (0..Outcome::ALL.len())
            .map(|place| self.get(Count::Inspections(place)))
            .sum()
    }

    pub fn findings(&self, which: impl Fn(Stage) -> bool) -> u64 {
        Stage::ALL
            .into_iter()
            .filter(|stage| which(*stage))
            .map(|stage| self.get(Count::Findings(stage)))
            .sum()
    }
}

/// What is in no district stands under None.
pub type Districts = BTreeMap<Option<DistrictCode>, Tally>;

/// The counts of the city and its parts, each by itself: nothing here is the sum of something else here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub city: Tally,
    pub districts: Districts,
    /// Of every body anything was counted of.
    pub institutions: BTreeMap<BodyId, Tally>,
    /// In which other district than now they lay on a day.
    pub elsewhere: Elsewhere,
}

/// The district of a body on a day, where it is not the one of now.
pub type Elsewhere = BTreeMap<(Day, BodyId), Option<DistrictCode>>;

/// All there is to say: the figures as pages show them, the same from the log, and where they do not agree.
pub struct Reconciled {
    pub pages: Figures,
    pub recount: Recount,
    pub discrepancies: Vec<Discrepancy>,
}

/// Somebody who sees all of the city, as whom the pages are asked.
fn overseer(known: &Known) -> Option<PersonId> {
    let (directory, now) = (&known.directory, now());
    directory
        .people()
        .map(|(person, _)| person)
        .find(|person| permit(directory, *person, Act::See, &Place::Jurisdiction, now).is_ok())
}

/// Counts everything of a jurisdiction both ways. None where there is nobody who sees all of it.
pub async fn count(
    server: &Server,
    jurisdiction: JurisdictionId,
) -> Result<Option<Reconciled>, StoreError> {
    let known = server.ingest.world().known();
    let Some(overseer) = overseer(&known) else {
        return Ok(None);
    };
    let recount = record::recount(&**server.ingest.log(), jurisdiction, known.time_zone()).await?;
    let reader = server.reader(jurisdiction, overseer);
    let pages = pages::figures(&reader, &recount.days).await?;
    let discrepancies = reconcile(&pages, &recount, &known.directory);
    Ok(Some(Reconciled {
        pages,
        recount,
        discrepancies,
    }))
}
