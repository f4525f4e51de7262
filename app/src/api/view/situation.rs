//! Daily situation reports as pages see them.

use domain::body::BodyKind;
use domain::id::BodyId;
use domain::instant::{Day, Instant};
use domain::jurisdiction::DistrictCode;
use domain::situation::{Covered, Figure, Registered, Report, Surprise};
use serde::{Deserialize, Serialize};

use super::{HistoryEntry, Named};

/// What the institutions of some part of the city reported of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub reporting: u32,
    pub missing: u32,
    /// In the order of [`Figure::ALL`]; of days of supplies the least, which is 0 where nobody reported.
    pub figures: [u64; 9],
}

impl Totals {
    /// A total with its coverage.
    pub fn covered(&self, figure: Figure) -> Covered {
        let place = Figure::ALL.iter().position(|other| *other == figure);
        let sum = place
            .and_then(|place| self.figures.get(place))
            .copied()
            .unwrap_or_default();
        Covered::new(sum, self.reporting, self.missing)
    }
}

/// The day in the viewer's scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SituationView {
    pub day: Day,
    pub today: Day,
    pub all: Totals,
    pub districts: Vec<(Option<DistrictCode>, Totals)>,
    pub kinds: Vec<(BodyKind, Totals)>,
    /// Thirty days up to the day, oldest first.
    pub trend: Vec<(Day, Totals)>,
    /// Institutions the viewer works for, with what is owed of today.
    pub own: Vec<OwedReport>,
}

/// A report that someone owes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwedReport {
    pub body: Named<BodyId>,
    pub day: Day,
    pub reported: bool,
    /// Whether the hour by which it is due has passed without it.
    pub late: bool,
    pub reminded_at: Option<Instant>,
}

/// How one report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportState {
    Missing,
    Reported,
    /// After the hour it was due.
    Late,
    Corrected,
}

impl ReportState {
    pub const ALL: [ReportState; 4] = [
        ReportState::Missing,
        ReportState::Reported,
        ReportState::Late,
        ReportState::Corrected,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            ReportState::Missing => "missing",
            ReportState::Reported => "reported",
            ReportState::Late => "late",
            ReportState::Corrected => "corrected",
        }
    }
}

/// One institution's day, reported or missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SituationRow {
    pub body: Named<BodyId>,
    pub kind: BodyKind,
    pub district: Option<DistrictCode>,
    pub day: Day,
    pub state: ReportState,
    /// Whether the first report came after it was due, whatever was corrected since.
    pub late: bool,
    pub report: Option<Report>,
    pub reported_at: Option<Instant>,
    pub reminded_at: Option<Instant>,
    /// It is missing, and somebody is there to be asked for it.
    pub may_remind: bool,
}

/// One report of a day with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SituationReportView {
    pub body: Named<BodyId>,
    pub day: Day,
    pub today: Day,
    /// What is known of the institution, offered where nothing was reported shortly before.
    pub registered: Registered,
    /// The latest.
    pub report: Option<Report>,
    /// What surprised in it, or in one that it corrects, was said to be so, and still stands in it.
    pub confirmed: Vec<Surprise>,
    /// Which one the latest is.
    pub number: u32,
    /// Whether the first came after it was due; of a day without one, whether it is due already.
    pub late: bool,
    /// The last report of the [`domain::situation::COMPARABLE_DAYS`] before this day, and its day.
    pub before: Option<(Day, Report)>,
    pub may_report: bool,
    /// Each report in order, with why it was corrected.
    pub reports: Vec<ReportEntry>,
    pub history: Vec<HistoryEntry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportEntry {
    pub entry: HistoryEntry,
    pub number: u32,
    pub report: Report,
    /// None of the first.
    pub reason: Option<String>,
    /// What surprised in it and was said to be so.
    pub confirmed: Vec<Surprise>,
}
