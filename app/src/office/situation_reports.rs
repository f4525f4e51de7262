//! A day's reports, institution by institution, with those that are missing; who may asks for these.

use domain::permission::Act;
use domain::situation::{Figure, SituationCommand};
use domain::{Command, Text};
use leptos::prelude::*;

use super::Site;
use super::bodies::kinds;
use super::situation::{TITLE, state_tag, state_title};
use crate::api::view::{ReportState, SituationRow};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, list};

macro_rules! figure_column {
    ($figure:ident) => {
        Column::number(Figure::$figure.code(), Figure::$figure.title(), |row, _| {
            row.report
                .as_ref()
                .map(|report| report.get(Figure::$figure))
                .into()
        })
    };
}

/// How it stands; that it came late is said beside its correction, too.
fn states(row: &SituationRow) -> impl Iterator<Item = ReportState> + use<> {
    let late = row.late && row.state != ReportState::Late;
    std::iter::once(row.state).chain(late.then_some(ReportState::Late))
}

impl Listed for SituationRow {
    const LIST: &'static str = "situation";
    // Who chases reports goes district by district.
    const ORDER: &'static str = "district";
    const GROUPS: bool = true;

    fn columns() -> Vec<Column<SituationRow>> {
        vec![
            Column::text("body", Text::new("机构", "Institution"), |row, site| {
                site.name(&row.body.name).into()
            }),
            Column::brief("district", Text::new("区", "District"), |row, site| {
                row.district
                    .as_ref()
                    .map(|district| site.district(district))
                    .into()
            }),
            Column::brief("day", Text::new("日期", "Day"), |row, _| row.day.into()),
            Column::brief(
                "state",
                Text::new("状态", "State"),
                |row: &SituationRow, _| {
                    let states = states(row).map(|state| t(state_title(state)));
                    let and = t(Text::new("、", ", "));
                    states.collect::<Vec<_>>().join(and).into()
                },
            )
            .look(|row, _| states(row).map(state_tag).collect::<Vec<_>>().into_any()),
            figure_column!(Residents),
            figure_column!(Staff),
            figure_column!(OnSite),
            figure_column!(Infections),
            figure_column!(Isolated),
            figure_column!(TestsDue),
            figure_column!(TestsDone),
            figure_column!(Vaccinated),
            figure_column!(StockDays),
            Column::brief(
                "reported",
                Text::new("报送时间", "Reported"),
                |row, _| row.reported_at.into(),
            ),
            Column::brief(
                "reminded",
                Text::new("最近催报", "Last asked for"),
                |row, _| row.reminded_at.into(),
            ),
            Column::text(
                "note",
                Text::new("备注", "Note"),
                |row: &SituationRow, _| {
                    row.report
                        .as_ref()
                        .filter(|report| !report.note.is_empty())
                        .map(|report| report.note.clone())
                        .into()
                },
            )
            .unsorted(),
        ]
    }

    fn key(&self) -> String {
        self.body.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/situation/{}/{}", self.body.id, self.day))
    }
}

fn remind(row: &SituationRow, _: &Site, _: &Entered) -> Vec<Command> {
    let command = Command::Situation {
        body: row.body.id,
        day: row.day,
        command: SituationCommand::Remind,
    };
    row.may_remind.then_some(command).into_iter().collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("各机构报告", "Reports by institution");
    let chases = site.may(Act::ChaseReports);
    let apart = if site.sees_one_institution() {
        Vec::new()
    } else {
        vec![
            Filter::choice(
                "kind",
                Text::new("类型", "Kind"),
                kinds().into_iter().take(3).collect(),
            ),
            Filter::choice("district", Text::new("区", "District"), site.districts()),
        ]
    };
    let reports = List::<SituationRow> {
        path: "/situation/reports".to_owned(),
        title,
        filter: Text::new("筛选报告", "Filter reports"),
        filters: [
            Filter::day("day", Text::new("日期", "Day")),
            Filter::choice(
                "state",
                Text::new("状态", "State"),
                ReportState::ALL
                    .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
                    .to_vec(),
            ),
        ]
        .into_iter()
        .chain(apart)
        .collect(),
        search: Text::new("机构", "Institution"),
        none: Text::new("没有符合条件的机构。", "No institution matches."),
        acts: chases
            .then_some(BulkAct {
                icon: IconName::Megaphone,
                title: Text::new("催报", "Ask for the report"),
                asks: None,
                commands: remind,
            })
            .into_iter()
            .collect(),
    };
    view! {
        {crumbs("/situation", TITLE, t(title).to_owned())}
        {head(t(title).to_owned(), (), ())}
        {list(reports)}
    }
    .into_any()
}
