//! Submitted inspections, newest first.

use domain::Text;
use domain::inspection::Outcome;
use domain::permission::Act;
use leptos::prelude::*;

use super::trace::requirement_filter;
use super::{Site, clearances, exposure, pairs};
use crate::api::view::InspectionRow;
use crate::i18n::t;
use crate::list::{Cell, Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::head;
use crate::widgets::list::{List, list};
use crate::widgets::points::score;

impl Listed for InspectionRow {
    const LIST: &'static str = "inspections";
    const ORDER: &'static str = "-submitted";

    fn columns() -> Vec<Column<InspectionRow>> {
        vec![
            Column::text(
                "body",
                Text::new("受检单位", "Body visited"),
                |inspection, site| site.name(&inspection.target.name).into(),
            ),
            Column::text(
                "campaign",
                Text::new("督查", "Campaign"),
                |inspection, site| site.name(&inspection.campaign.name).into(),
            ),
            Column::brief(
                "outcome",
                Text::new("结果", "Outcome"),
                |inspection, _| t(inspection.outcome.title()).into(),
            ),
            Column::number("score", Text::new("得分", "Score"), |inspection, _| {
                if inspection.possible > 0.0 {
                    score(inspection.earned, inspection.possible).into()
                } else {
                    Cell::Nothing
                }
            }),
            Column::number(
                "findings",
                Text::new("问题", "Findings"),
                |inspection, _| inspection.findings.into(),
            ),
            Column::text(
                "by",
                Text::new("提交人", "Submitted by"),
                |inspection: &InspectionRow, site| site.name(&inspection.submitted_by.name).into(),
            )
            .unsorted(),
            Column::brief(
                "submitted",
                Text::new("提交时间", "Submitted"),
                |inspection, _| inspection.submitted_at.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/inspections/{}", self.id))
    }
}

const PATH: &str = "/inspections";

/// Inspections, both files of each, and, for organisers, who may enter and who met whom.
pub fn tabs(here: &'static str, site: &Site) -> AnyView {
    let ways = [
        (PATH, Text::new("检查记录", "All inspections"), Act::See),
        (pairs::PATH, Text::new("成对档案", "Paired files"), Act::See),
        (
            clearances::PATH,
            if site.may(Act::Organise) {
                Text::new("检查员健康", "Clearance")
            } else {
                clearances::OWN
            },
            if site.may(Act::Organise) {
                Act::Organise
            } else {
                Act::Inspect
            },
        ),
        (
            exposure::PATH,
            Text::new("接触追溯", "Exposure"),
            Act::Organise,
        ),
    ];
    let links: Vec<_> = ways
        .into_iter()
        .filter(|(_, _, act)| site.may(*act))
        .map(|(href, text, _)| view! { <a href=href aria-current=(href == here).then_some("page")>{t(text)}</a> })
        .collect();
    view! { <nav class="tabs" aria-label=t(Text::new("检查的部分", "Parts of inspections"))>{links}</nav> }.into_any()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("检查记录", "Inspections");
    let inspections = List::<InspectionRow> {
        path: PATH.to_owned(),
        title,
        filter: Text::new("筛选检查记录", "Filter inspections"),
        filters: std::iter::once(Filter::choice(
            "outcome",
            Text::new("结果", "Outcome"),
            Outcome::ALL
                .map(|outcome| (outcome.code().to_owned(), t(outcome.title()).to_owned()))
                .to_vec(),
        ))
        .chain(
            (!site.sees_one_institution())
                .then(|| Filter::choice("district", Text::new("区", "District"), site.districts())),
        )
        .chain(requirement_filter(&site, false))
        .collect(),
        search: Text::new("受检单位或督查", "Body or campaign"),
        none: Text::new("没有符合条件的检查。", "No inspection matches."),
        acts: Vec::new(),
    };
    view! { {head(t(title).to_owned(), (), ())}{tabs(PATH, &site)}{list(inspections)} }.into_any()
}
