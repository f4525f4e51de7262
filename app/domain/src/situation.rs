//! Daily situation reports: what every institution tells of every day, zero included, so that nothing told can be told from nothing
//! to tell.
//!
//! One report an institution and day. What was reported is never changed: a correction is an event of its own that names the report
//! it corrects by its number (the first is 1). Figures are heads, tests and days, whole numbers from 0 to [`FIGURE_LIMIT`].
//!
//! Sources: the daily and zero reporting (日报告、零报告) of the guides for welfare institutions, 2020–2022.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::body::{FIGURE_LIMIT, Particulars};
use crate::facts::Context;
use crate::id::BodyId;
use crate::instant::{Day, Instant};
use crate::permission::{Act, Place};
use crate::record::Hash;
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

/// The hour of the day, on the jurisdiction's clock, by which the day's report is due.
pub const DUE_HOUR: u8 = 17;
/// The days that can still be reported or corrected: today, and this many before.
pub const DAYS_BACK: i64 = 92;
/// Stock that lasts longer is not told apart.
pub const STOCK_LIMIT: u32 = 999;
/// The days before a day whose last report it is compared with, and offered from: shifts and deliveries come by the week, so what is
/// older says little of a day.
pub const COMPARABLE_DAYS: i64 = 7;
/// A figure that moved by more than this many, and by more than a quarter of what it was, surprises.
pub const MOVED_BY: u32 = 10;
/// Between two reminders for one report.
pub const BETWEEN_REMINDERS_HOURS: i64 = 1;

/// Whether the report of a day is late at an hour of another or the same day, both on the jurisdiction's clock: the hour by which it is
/// due has come.
pub fn is_late(of: Day, on: Day, hour: u8) -> bool {
    of < on || (of == on && hour >= DUE_HOUR)
}

/// A report of one institution on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SituationId(pub Uuid);

impl SituationId {
    /// The same for everyone, wherever it is made: a version-8 UUID of the SHA-256 of both.
    pub fn of(body: BodyId, day: Day) -> SituationId {
        SituationId(Hash::of(format!("dubang situation/{body}/{day}").as_bytes()).uuid())
    }
}

/// What a day was like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    pub residents: u32,
    pub staff: u32,
    /// Of the staff, those in the institution.
    pub on_site: u32,
    /// Found infected on this day, residents and staff.
    pub infections: u32,
    /// In isolation at the time of the report, residents and staff.
    pub isolated: u32,
    pub tests_due: u32,
    pub tests_done: u32,
    /// Fully vaccinated, residents and staff.
    pub vaccinated: u32,
    /// Days for which protective supplies last.
    pub stock_days: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Figure {
    Residents,
    Staff,
    OnSite,
    Infections,
    Isolated,
    TestsDue,
    TestsDone,
    Vaccinated,
    StockDays,
}

impl Figure {
    pub const ALL: [Figure; 9] = [
        Figure::Residents,
        Figure::Staff,
        Figure::OnSite,
        Figure::Infections,
        Figure::Isolated,
        Figure::TestsDue,
        Figure::TestsDone,
        Figure::Vaccinated,
        Figure::StockDays,
    ];

    /// As rows and addresses name it.
    pub const fn code(self) -> &'static str {
        match self {
            Figure::Residents => "residents",
            Figure::Staff => "staff",
            Figure::OnSite => "on_site",
            Figure::Infections => "infections",
            Figure::Isolated => "isolated",
            Figure::TestsDue => "tests_due",
            Figure::TestsDone => "tests_done",
            Figure::Vaccinated => "vaccinated",
            Figure::StockDays => "stock_days",
        }
    }

    pub const fn title(self) -> Text {
        match self {
            Figure::Residents => Text::new("服务对象", "Residents"),
            Figure::Staff => Text::new("工作人员", "Staff"),
            Figure::OnSite => Text::new("在院工作人员", "Staff on site"),
            Figure::Infections => Text::new("新增感染", "New infections"),
            Figure::Isolated => Text::new("隔离中", "In isolation"),
            Figure::TestsDue => Text::new("应检测", "Tests due"),
            Figure::TestsDone => Text::new("已检测", "Tests done"),
            Figure::Vaccinated => Text::new("全程接种", "Fully vaccinated"),
            Figure::StockDays => Text::new("物资可用天数", "Days of supplies"),
        }
    }

    /// Whether figures of several institutions add up; days of supplies do not.
    pub const fn adds_up(self) -> bool {
        !matches!(self, Figure::StockDays)
    }

    const fn limit(self) -> u32 {
        match self {
            Figure::StockDays => STOCK_LIMIT,
            _ => FIGURE_LIMIT,
        }
    }
}

impl Report {
    pub const fn get(&self, figure: Figure) -> u32 {
        match figure {
            Figure::Residents => self.residents,
            Figure::Staff => self.staff,
            Figure::OnSite => self.on_site,
            Figure::Infections => self.infections,
            Figure::Isolated => self.isolated,
            Figure::TestsDue => self.tests_due,
            Figure::TestsDone => self.tests_done,
            Figure::Vaccinated => self.vaccinated,
            Figure::StockDays => self.stock_days,
        }
    }

    pub const fn set(&mut self, figure: Figure, value: u32) {
        let place = match figure {
            Figure::Residents => &mut self.residents,
            Figure::Staff => &mut self.staff,
            Figure::OnSite => &mut self.on_site,
            Figure::Infections => &mut self.infections,
            Figure::Isolated => &mut self.isolated,
            Figure::TestsDue => &mut self.tests_due,
            Figure::TestsDone => &mut self.tests_done,
            Figure::Vaccinated => &mut self.vaccinated,
            Figure::StockDays => &mut self.stock_days,
        };
        *place = value;
    }

    /// Everything that cannot be, in the order of the form.
    pub fn faults(&self) -> Vec<SituationRefusal> {
        let mut faults: Vec<SituationRefusal> = Figure::ALL
            .into_iter()
            .filter(|figure| self.get(*figure) > figure.limit())
            .map(|figure| SituationRefusal::TooLarge {
                figure,
                limit: figure.limit(),
            })
            .collect();
        if self.on_site > self.staff {
            faults.push(SituationRefusal::Above {
                figure: Figure::OnSite,
                most: self.staff,
                of: Bound::Staff,
            });
        }
        let heads = self.residents.saturating_add(self.staff);
        for figure in [Figure::Infections, Figure::Isolated, Figure::Vaccinated] {
            if self.get(figure) > heads {
                faults.push(SituationRefusal::Above {
                    figure,
                    most: heads,
                    of: Bound::Heads,
                });
            }
        }
        if self.tests_done > self.tests_due {
            faults.push(SituationRefusal::Above {
                figure: Figure::TestsDone,
                most: self.tests_due,
                of: Bound::TestsDue,
            });
        }
        if let Err(refusal) = wording::allow(&self.note, ACCOUNT_LIMIT) {
            faults.push(SituationRefusal::Note(refusal));
        }
        faults
    }
}

/// What an institution is registered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    pub residents: u32,
    pub staff: u32,
    /// Beds; 0 where that is not known.
    pub capacity: u32,
}

impl From<&Particulars> for Registered {
    fn from(body: &Particulars) -> Registered {
        Registered {
            residents: body.residents,
            staff: body.staff,
            capacity: body.capacity,
        }
    }
}

/// What can be and is yet so unlikely that whoever reports it is asked once whether it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Surprise {
    /// More residents than beds. A home may be fuller than it was built for.
    OverCapacity { residents: u32, capacity: u32 },
    /// More people to be tested than there are residents and staff. Visitors and workers from outside may be.
    TestsAboveHeads { due: u32, heads: u32 },
    /// New infections where the last report told of none, or none can be compared with.
    Infections { found: u32 },
    /// Moved by more than [`MOVED_BY`] and more than a quarter.
    Moved {
        figure: Figure,
        from: u32,
        to: u32,
        /// The day of the last report; without one, it is compared with what is registered.
        since: Option<Day>,
    },
}

impl Surprise {
    /// The figure it is about.
    pub const fn figure(&self) -> Figure {
        match self {
            Surprise::OverCapacity { .. } => Figure::Residents,
            Surprise::TestsAboveHeads { .. } => Figure::TestsDue,
            Surprise::Infections { .. } => Figure::Infections,
            Surprise::Moved { figure, .. } => *figure,
        }
    }

    /// Whether a later report of the same day still says what surprised.
    pub fn stands_in(&self, report: &Report) -> bool {
        let said = match *self {
            Surprise::OverCapacity { residents, .. } => residents,
            Surprise::TestsAboveHeads { due, heads } => {
                if report.residents.saturating_add(report.staff) != heads {
                    return false;
                }
                due
            }
            Surprise::Infections { found } => found,
            Surprise::Moved { to, .. } => to,
        };
        report.get(self.figure()) == said
    }

    pub fn text(&self, language: Language) -> String {
        match self {
            Surprise::OverCapacity {
                residents,
                capacity,
            } => say!(
                language,
                "服务对象{residents}人，超过床位数{capacity}张",
                "{residents} residents are more than the {capacity} beds"
            ),
            Surprise::TestsAboveHeads { due, heads } => say!(
                language,
                "应检测{due}人，多于服务对象与工作人员合计{heads}人",
                "{due} people to be tested are more than the {heads} residents and staff"
            ),
            Surprise::Infections { found } => say!(
                language,
                "新增感染{found}人，此前7日内最近一次报告没有感染，或没有可比的报告",
                "{found} newly infected; the last report of the 7 days before had none, or there is none"
            ),
            Surprise::Moved {
                figure,
                from,
                to,
                since,
            } => {
                let figure = figure.title().get(language);
                match since {
                    Some(day) => {
                        let day = day.text(language);
                        say!(
                            language,
                            "{figure}由{day}的{from}变为{to}",
                            "{figure}: {to}, after {from} on {day}"
                        )
                    }
                    None => say!(
                        language,
                        "{figure}为{to}，登记的是{from}",
                        "{figure}: {to}, where {from} are registered"
                    ),
                }
            }
        }
    }
}

/// What surprises in a report against its institution and the last report of the [`COMPARABLE_DAYS`] before, in the order of the form.
///
/// Tests due go by the day and are not compared, and tests done go by them.
pub fn surprises(
    report: &Report,
    registered: Registered,
    before: Option<(Day, &Report)>,
) -> Vec<Surprise> {
    let mut surprises = Vec::new();
    for figure in Figure::ALL {
        let to = report.get(figure);
        let from = match (before, figure) {
            (Some((_, before)), figure) => Some(before.get(figure)),
            (None, Figure::Residents) => Some(registered.residents),
            (None, Figure::Staff) => Some(registered.staff),
            (None, _) => None,
        };
        match figure {
            // One that was as full before was asked about then.
            Figure::Residents
                if registered.capacity > 0
                    && to > registered.capacity
                    && before.is_none_or(|(_, before)| before.residents < to) =>
            {
                surprises.push(Surprise::OverCapacity {
                    residents: to,
                    capacity: registered.capacity,
                });
            }
            Figure::TestsDue => {
                let heads = report.residents.saturating_add(report.staff);
                if to > heads {
                    surprises.push(Surprise::TestsAboveHeads { due: to, heads });
                }
            }
            Figure::Infections if to > 0 && from.unwrap_or_default() == 0 => {
                surprises.push(Surprise::Infections { found: to });
                continue;
            }
            _ => {}
        }
        if matches!(figure, Figure::TestsDue | Figure::TestsDone) {
            continue;
        }
        if let Some(from) = from.filter(|from| has_moved(*from, to)) {
            surprises.push(Surprise::Moved {
                figure,
                from,
                to,
                since: before.map(|(day, _)| day),
            });
        }
    }
    surprises
}

fn has_moved(from: u32, to: u32) -> bool {
    let by = from.abs_diff(to);
    by > MOVED_BY && by > from / 4
}

/// The days whose reports one of a day may be compared with, the nearest first.
pub fn comparable_days(day: Day) -> impl Iterator<Item = Day> {
    (1..=COMPARABLE_DAYS).map(move |before| day.plus(-before))
}

/// What a figure cannot exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Bound {
    Staff,
    /// Residents and staff.
    Heads,
    TestsDue,
}

impl Bound {
    const fn title(self) -> Text {
        match self {
            Bound::Staff => Text::new("工作人员总数", "the number of staff"),
            Bound::Heads => Text::new("服务对象与工作人员合计", "residents and staff together"),
            Bound::TestsDue => Text::new("应检测数", "the tests due"),
        }
    }
}

/// A report as it stands, with its reminders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Situation {
    /// The latest.
    pub report: Option<Report>,
    /// How many reports there are: the first, and its corrections. The latest has this number.
    pub number: u32,
    pub reminded_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SituationCommand {
    Report {
        report: Report,
        /// What the author was asked about, and said is so.
        #[serde(default)]
        confirmed: Vec<Surprise>,
    },
    Correct {
        /// The number of the report that is corrected: the latest, as the author saw it.
        corrects: u32,
        reason: String,
        report: Report,
        #[serde(default)]
        confirmed: Vec<Surprise>,
    },
    /// Asks for a report that is missing.
    Remind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SituationEvent {
    Reported {
        body: BodyId,
        day: Day,
        report: Report,
        /// What surprised in it and was said to be so; older logs never asked.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confirmed: Vec<Surprise>,
    },
    Corrected {
        body: BodyId,
        day: Day,
        corrects: u32,
        reason: String,
        report: Report,
        /// What surprises in it and did not in the one it corrects.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confirmed: Vec<Surprise>,
    },
    Reminded {
        body: BodyId,
        day: Day,
    },
}

/// Why a report, a correction or a reminder is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SituationRefusal {
    BodyUnknown,
    /// Departments and oversight bodies report nothing.
    NotAnInstitution,
    /// The day has not begun.
    Future {
        today: Day,
    },
    /// More than [`DAYS_BACK`] days ago.
    TooOld {
        first: Day,
    },
    AlreadyReported,
    NotReported,
    /// Someone corrected it meanwhile; this is the latest now.
    CorrectedMeanwhile {
        latest: u32,
    },
    NothingChanged,
    Reason(WordingRefusal),
    Note(WordingRefusal),
    TooLarge {
        figure: Figure,
        limit: u32,
    },
    Above {
        figure: Figure,
        most: u32,
        of: Bound,
    },
    /// Whoever reports has not said that this is so.
    Surprising(Vec<Surprise>),
    /// There is nothing to be reminded of.
    NotMissing,
    /// The institution is closed or merged: nobody is left to be asked.
    Gone,
    RemindedLately,
}

impl SituationRefusal {
    /// The figure it is about.
    pub const fn figure(&self) -> Option<Figure> {
        match self {
            SituationRefusal::TooLarge { figure, .. } | SituationRefusal::Above { figure, .. } => {
                Some(*figure)
            }
            _ => None,
        }
    }

    pub fn text(&self, language: Language) -> String {
        match self {
            SituationRefusal::BodyUnknown => {
                say!(language, "没有这个单位", "There is no such body")
            }
            SituationRefusal::NotAnInstitution => say!(
                language,
                "只有机构报送每日情况",
                "Only institutions report their situation"
            ),
            SituationRefusal::Future { today } => {
                let today = today.text(language);
                say!(
                    language,
                    "不能报送今天（{today}）以后的情况",
                    "A day after today ({today}) cannot be reported"
                )
            }
            SituationRefusal::TooOld { first } => {
                let first = first.text(language);
                say!(
                    language,
                    "只能报送和更正{first}以来的情况",
                    "Only days since {first} can be reported or corrected"
                )
            }
            SituationRefusal::AlreadyReported => say!(
                language,
                "这一天已经报送；如有变化，请更正",
                "This day has been reported already; correct the report if it changed"
            ),
            SituationRefusal::NotReported => say!(
                language,
                "这一天还没有报送，无从更正",
                "This day has not been reported: there is nothing to correct"
            ),
            SituationRefusal::CorrectedMeanwhile { latest } => say!(
                language,
                "他人刚刚更正过（现为第{latest}次报送），请核对最新数字后再更正",
                "Someone corrected it meanwhile (report {latest} is the latest): compare with it, then correct"
            ),
            SituationRefusal::NothingChanged => say!(
                language,
                "与上次报送相同，没有更正",
                "It is the same as before: nothing is corrected"
            ),
            SituationRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(
                    language,
                    "更正原因：{why}",
                    "Reason of the correction: {why}"
                )
            }
            SituationRefusal::Note(refusal) => {
                let why = refusal.text(language);
                say!(language, "备注：{why}", "Note: {why}")
            }
            SituationRefusal::TooLarge { figure, limit } => {
                let figure = figure.title().get(language);
                say!(
                    language,
                    "{figure}不能超过{limit}",
                    "{figure}: {limit} at most"
                )
            }
            SituationRefusal::Above { figure, most, of } => {
                let (figure, of) = (figure.title().get(language), of.title().get(language));
                say!(
                    language,
                    "{figure}不能多于{of}（{most}）",
                    "{figure} cannot be more than {of} ({most})"
                )
            }
            SituationRefusal::Surprising(surprises) => {
                let all: Vec<String> = surprises
                    .iter()
                    .map(|surprise| surprise.text(language))
                    .collect();
                let all = all.join(say!(language, "；", "; ").as_str());
                say!(
                    language,
                    "请核对后再报送：{all}",
                    "Check this, then report it: {all}"
                )
            }
            SituationRefusal::NotMissing => say!(
                language,
                "这一天已经报送，无须催报",
                "This day has been reported: there is nothing to ask for"
            ),
            SituationRefusal::Gone => say!(
                language,
                "该机构已关闭或并入其他机构，无需催报",
                "This institution is closed or merged into another: nobody is left to be asked"
            ),
            SituationRefusal::RemindedLately => say!(
                language,
                "一小时内已催报过",
                "A reminder was sent within the last hour"
            ),
        }
    }
}

impl Situation {
    pub fn evolve(&mut self, event: &SituationEvent, at: Instant) {
        match event {
            SituationEvent::Reported { report, .. } | SituationEvent::Corrected { report, .. } => {
                self.report = Some(report.clone());
                self.number += 1;
            }
            SituationEvent::Reminded { .. } => self.reminded_at = Some(at),
        }
    }
}

/// What follows from a command about the report of a body on a day.
///
/// Refused, besides for want of permission: [`SituationRefusal`] says each case.
pub fn decide(
    state: &Situation,
    body: BodyId,
    day: Day,
    command: &SituationCommand,
    context: &Context<'_>,
) -> Result<Vec<SituationEvent>, crate::Refusal> {
    let act = match command {
        SituationCommand::Report { .. } | SituationCommand::Correct { .. } => Act::ReportSituation,
        SituationCommand::Remind => Act::ChaseReports,
    };
    context.permit(act, &Place::Body(body))?;
    let Some(particulars) = context.directory.body(body) else {
        return Err(SituationRefusal::BodyUnknown.into());
    };
    if !particulars.kind.is_institution() {
        return Err(SituationRefusal::NotAnInstitution.into());
    }
    let today = context.today;
    if today < day {
        return Err(SituationRefusal::Future { today }.into());
    }
    let first = today.plus(-DAYS_BACK);
    if day < first {
        return Err(SituationRefusal::TooOld { first }.into());
    }
    let before = || {
        comparable_days(day).find_map(|day| {
            let before = context.facts.situation(SituationId::of(body, day));
            Some((day, before.report.as_ref()?))
        })
    };
    let surprising = |report: &Report| surprises(report, particulars.into(), before());
    match command {
        SituationCommand::Report { report, confirmed } => {
            if state.report.is_some() {
                return Err(SituationRefusal::AlreadyReported.into());
            }
            check(report)?;
            Ok(vec![SituationEvent::Reported {
                body,
                day,
                report: report.clone(),
                confirmed: check_confirmed(surprising(report), confirmed)?,
            }])
        }
        SituationCommand::Correct {
            corrects,
            reason,
            report,
            confirmed,
        } => {
            let Some(latest) = &state.report else {
                return Err(SituationRefusal::NotReported.into());
            };
            if *corrects != state.number {
                return Err(SituationRefusal::CorrectedMeanwhile {
                    latest: state.number,
                }
                .into());
            }
            wording::require(reason, ACCOUNT_LIMIT).map_err(SituationRefusal::Reason)?;
            check(report)?;
            if latest == report {
                return Err(SituationRefusal::NothingChanged.into());
            }
            let known = surprising(latest);
            let mut new = surprising(report);
            new.retain(|surprise| !known.contains(surprise));
            Ok(vec![SituationEvent::Corrected {
                body,
                day,
                corrects: *corrects,
                reason: reason.clone(),
                report: report.clone(),
                confirmed: check_confirmed(new, confirmed)?,
            }])
        }
        SituationCommand::Remind => {
            if state.report.is_some() {
                return Err(SituationRefusal::NotMissing.into());
            }
            if !context.directory.is_active(body) {
                return Err(SituationRefusal::Gone.into());
            }
            let again = |at: Instant| at.plus_hours(BETWEEN_REMINDERS_HOURS);
            if state.reminded_at.is_some_and(|at| context.now < again(at)) {
                return Err(SituationRefusal::RemindedLately.into());
            }
            Ok(vec![SituationEvent::Reminded { body, day }])
        }
    }
}

fn check(report: &Report) -> Result<(), SituationRefusal> {
    report.faults().into_iter().next().map_or(Ok(()), Err)
}

/// All that surprises, where each of it was said to be so.
fn check_confirmed(
    surprises: Vec<Surprise>,
    confirmed: &[Surprise],
) -> Result<Vec<Surprise>, SituationRefusal> {
    let is_open = |surprise: &Surprise| !confirmed.contains(surprise);
    let open: Vec<Surprise> = surprises.iter().copied().filter(is_open).collect();
    if open.is_empty() {
        Ok(surprises)
    } else {
        Err(SituationRefusal::Surprising(open))
    }
}

/// A sum over institutions, some of which may not have reported: it is never told without how many that are.
///
/// A zero is proven only when nobody is missing ("firsts" 12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Covered {
    sum: u64,
    reporting: u32,
    missing: u32,
}

impl Covered {
    pub const fn new(sum: u64, reporting: u32, missing: u32) -> Covered {
        Covered {
            sum,
            reporting,
            missing,
        }
    }

    pub const fn reporting(self) -> u32 {
        self.reporting
    }

    pub const fn missing(self) -> u32 {
        self.missing
    }

    pub const fn owed(self) -> u32 {
        self.reporting + self.missing
    }

    pub const fn is_complete(self) -> bool {
        self.missing == 0
    }

    /// The sum for a computation or a chart; people read [`Covered::text`].
    pub const fn sum(self) -> u64 {
        self.sum
    }

    /// The number alone, never without [`Covered::coverage`] beside it: a dash where nobody reported.
    pub fn number(self) -> String {
        if self.reporting == 0 {
            "—".to_owned()
        } else {
            self.sum.to_string()
        }
    }

    /// Who the number is of.
    pub fn coverage(self, language: Language) -> String {
        let Covered {
            reporting, missing, ..
        } = self;
        match (reporting, missing) {
            (0, 0) => say!(language, "（没有机构）", "no institutions"),
            (0, _) => say!(
                language,
                "（{missing}家均未报）",
                "nothing reported, {missing} missing"
            ),
            (_, 0) => say!(
                language,
                "（{reporting}家全部已报）",
                "among all {reporting}, none missing"
            ),
            _ => say!(
                language,
                "（仅已报机构，{missing}家未报）",
                "among reporting institutions, {missing} missing"
            ),
        }
    }

    /// `0 among reporting institutions, 1 missing`.
    pub fn text(self, language: Language) -> String {
        let (number, coverage) = (self.number(), self.coverage(language));
        say!(language, "{number}{coverage}", "{number} {coverage}")
    }
}
