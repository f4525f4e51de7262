//! Findings in the reader's scope, latest first.

use domain::finding::{FindingCommand, Stage, severity_title};
use domain::permission::Act;
use domain::{Command, Text};
use form::Severity;
use leptos::prelude::*;

use super::trace::requirement_filter;
use super::{Site, look_backs};
use crate::api::view::{BEING_RECTIFIED, FindingRow, PLANS_DUE, Part, StageFilter, TO_DECIDE};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::finding_table::{deadline_cell, named};
use crate::widgets::finding_title::{found, item};
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, List, Question, list};
use crate::widgets::tag::{severity_tag, stage_tag};

impl Listed for FindingRow {
    const LIST: &'static str = "findings";
    const ORDER: &'static str = "-raised";

    fn columns() -> Vec<Column<FindingRow>> {
        vec![
            Column::text(
                "finding",
                Text::new("问题", "Finding"),
                |finding: &FindingRow, site| match item(finding, site) {
                    Some(item) => format!("{} · {item}", found(finding, site)).into(),
                    None => found(finding, site).into(),
                },
            )
            .look(named),
            Column::text("body", Text::new("机构", "Body"), |finding, site| {
                site.name(&finding.body.name).into()
            }),
            Column::text(
                "severity",
                Text::new("程度", "Severity"),
                |finding: &FindingRow, _| t(severity_title(finding.severity)).into(),
            )
            .look(|finding, _| severity_tag(finding.severity)),
            Column::text(
                "stage",
                Text::new("阶段", "Stage"),
                |finding: &FindingRow, _| t(finding.stage.title()).into(),
            )
            .look(|finding, _| stage_tag(finding.stage)),
            Column::brief(
                "due",
                Text::new("期限", "Due"),
                |finding: &FindingRow, _| finding.standing.due().or(finding.complete_by).into(),
            )
            .look(deadline_cell),
            Column::brief(
                "raised",
                Text::new("发现时间", "Raised"),
                |finding, _| finding.raised_at.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/findings/{}", self.id))
    }
}

const PATH: &str = "/findings";
/// Stages that today counts together.
const TOGETHER: [(&[Stage], Text); 3] = [
    (
        &PLANS_DUE,
        Text::new("所有待报计划的", "Whatever awaits a plan"),
    ),
    (
        &BEING_RECTIFIED,
        Text::new("所有整改中的", "Whatever is being rectified"),
    ),
    (
        &TO_DECIDE,
        Text::new("所有待裁定的", "Whatever awaits a decision"),
    ),
];
/// The value of the filter by deadline.
const OVERDUE: &str = "overdue";

/// Findings, the support owed for them, and the look-backs at those that were closed.
pub fn tabs(here: &'static str) -> AnyView {
    let ways = [
        (PATH, Text::new("问题清单", "All findings")),
        ("/findings/support", Text::new("帮扶台账", "Support ledger")),
        (look_backs::PATH, Text::new("回头看", "Look-backs")),
    ];
    let links: Vec<_> = ways
        .into_iter()
        .map(|(href, text)| view! { <a href=href aria-current=(href == here).then_some("page")>{t(text)}</a> })
        .collect();
    view! { <nav class="tabs" aria-label=t(Text::new("问题的部分", "Parts of findings"))>{links}</nav> }.into_any()
}

fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::General => "general",
        Severity::Key => "key",
    }
}

fn accept_plan(finding: &FindingRow, _: &Site, _: &str) -> Vec<Command> {
    let accept = finding.plan.map(|plan| Command::Finding {
        id: finding.id,
        command: FindingCommand::AcceptPlan {
            plan,
            opinion: String::new(),
        },
    });
    accept.into_iter().collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("问题", "Findings");
    let findings = List::<FindingRow> {
        path: PATH.to_owned(),
        title,
        filter: Text::new("筛选问题", "Filter findings"),
        filters: vec![
            Filter::choice(
                "stage",
                Text::new("阶段", "Stage"),
                std::iter::once((StageFilter::Open, Text::new("未销号", "Open")))
                    .chain(Stage::ALL.map(|stage| (StageFilter::Among(vec![stage]), stage.title())))
                    .chain(
                        TOGETHER
                            .map(|(stages, title)| (StageFilter::Among(stages.to_vec()), title)),
                    )
                    .map(|(stages, title)| (stages.code(), t(title).to_owned()))
                    .collect(),
            ),
            Filter::choice(
                "mine",
                Text::new("我的职责", "My part"),
                Part::ALL
                    .map(|part| (part.code().to_owned(), t(part.title()).to_owned()))
                    .to_vec(),
            ),
            Filter::choice(
                "due",
                Text::new("期限", "Deadline"),
                vec![(OVERDUE.to_owned(), t(Text::new("逾期", "Late")).to_owned())],
            ),
            Filter::choice(
                "severity",
                Text::new("程度", "Severity"),
                [Severity::Key, Severity::General]
                    .map(|severity| {
                        let title = t(severity_title(severity));
                        (severity_code(severity).to_owned(), title.to_owned())
                    })
                    .to_vec(),
            ),
            Filter::choice("district", Text::new("区", "District"), site.districts()),
        ]
        .into_iter()
        .chain(requirement_filter(&site, true))
        .collect(),
        search: Text::new("机构、问题或说明", "Body, finding or note"),
        none: Text::new("没有符合条件的问题。", "No finding matches."),
        acts: site
            .may(Act::OrderRectification)
            .then_some(BulkAct {
                icon: IconName::Check,
                title: Text::new("通过所选计划", "Accept the selected plans"),
                asks: Some(Question::Sure(Text::new(
                    "所选计划原样通过，按计划的日期计算期限。超出责令期限的计划不能批量通过，须打开问题单独审核。",
                    "They are accepted as they are, and the date in each plan becomes its deadline. A plan beyond the deadline that was ordered cannot be selected: open its finding to judge it.",
                ))),
                commands: accept_plan,
            })
            .into_iter()
            .collect(),
    };
    view! { {head(t(title).to_owned(), (), ())}{tabs(PATH)}{list(findings)} }.into_any()
}
