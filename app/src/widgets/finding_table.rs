//! Findings as rows, each of which opens its finding.

use domain::Text;
use domain::finding::Stage;
use leptos::prelude::*;

use super::finding_title::{found, item};
use super::table::{brief, cell, column, row, table};
use super::tag::{severity_tag, stage_tag, standing_tag};
use crate::api::view::FindingRow;
use crate::clock::day_text;
use crate::i18n::t;
use crate::office::Site;

/// Whether what is due at a stage is the plan.
pub fn is_of_plan(stage: Stage) -> bool {
    matches!(stage, Stage::Notified | Stage::PlanReturned)
}

/// What is due by the day that [`deadline`] shows.
pub fn due_title(stage: Stage) -> Text {
    if is_of_plan(stage) {
        Text::new("计划报送期限", "Plan due")
    } else {
        Text::new("整改期限", "Complete by")
    }
}

/// The day by which the institution owes something, or promised it, and how it stands with it.
pub fn deadline(finding: &FindingRow, site: &Site) -> AnyView {
    let Some(day) = finding.standing.due().or(finding.complete_by) else {
        return "—".into_any();
    };
    let tag = standing_tag(finding.standing, site.language);
    view! { {day_text(day, site.language)}" "{tag} }.into_any()
}

/// The same in a column of plans and rectifications: of a plan it says so.
pub fn deadline_cell(finding: &FindingRow, site: &Site) -> AnyView {
    let plan = is_of_plan(finding.stage).then(|| t(Text::new("报计划", "plan")));
    view! { {deadline(finding, site)}" "{plan} }.into_any()
}

/// What was found, as the way to its page, and the item below it.
pub fn named(finding: &FindingRow, site: &Site) -> AnyView {
    view! {
        <a class="whole" href=format!("/findings/{}", finding.id)>{found(finding, site)}</a>
        {item(finding, site).map(|item| view! { <small>{item}</small> })}
    }
    .into_any()
}

/// Whose findings a table lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Many,
    /// Of one body, which the page names already.
    One,
}

pub fn finding_table(rows: &[FindingRow], whose: Whose, site: &Site, none: Text) -> AnyView {
    let mut columns = vec![
        column(t(Text::new("问题", "Finding"))),
        column(t(Text::new("程度", "Severity"))),
        column(t(Text::new("阶段", "Stage"))),
        column(t(Text::new("期限", "Due"))),
        column(t(Text::new("发现时间", "Raised"))),
    ];
    if whose == Whose::Many {
        columns.insert(1, column(t(Text::new("机构", "Body"))));
    }
    let line = |finding: &FindingRow| {
        let mut cells = vec![
            view! { <th scope="row">{named(finding, site)}</th> }.into_any(),
            cell(severity_tag(finding.severity)),
            cell(stage_tag(finding.stage)),
            brief(deadline_cell(finding, site)),
            brief(site.at(finding.raised_at)),
        ];
        if whose == Whose::Many {
            cells.insert(1, cell(site.name(&finding.body.name)));
        }
        row(cells)
    };
    table(
        t(Text::new("问题", "Findings")),
        &columns,
        rows.iter().map(line).collect(),
        t(none),
    )
}
