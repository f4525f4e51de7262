//! Findings as rows, each of which opens its finding.

use domain::Text;
use domain::finding::Stage;
use leptos::prelude::*;

use super::browser;
use super::table::{brief, cell, column, row, table};
use super::tag::{deadline_tag, severity_tag, stage_tag};
use crate::api::view::FindingRow;
use crate::clock::day_text;
use crate::i18n::t;
use crate::office::Site;

/// The date a plan promises, and how it stands with it.
pub fn deadline(finding: &FindingRow, site: &Site) -> AnyView {
    let Some(day) = finding.complete_by else {
        return "—".into_any();
    };
    let open = !matches!(finding.stage, Stage::Closed | Stage::Rectified);
    let today = browser::today(&site.jurisdiction.time_zone);
    let tag = if open {
        deadline_tag(day, today, site.language)
    } else {
        None
    };
    view! { {day_text(day, site.language)}" "{tag} }.into_any()
}

pub fn finding_table(rows: &[FindingRow], site: &Site, none: Text) -> AnyView {
    let columns = [
        column(t(Text::new("编号", "Code"))),
        column(t(Text::new("机构", "Body"))),
        column(t(Text::new("问题", "Finding"))),
        column(t(Text::new("程度", "Severity"))),
        column(t(Text::new("阶段", "Stage"))),
        column(t(Text::new("整改期限", "Complete by"))),
        column(t(Text::new("发现时间", "Raised"))),
    ];
    let line = |finding: &FindingRow| {
        let code = if finding.code.is_empty() {
            "—".to_owned()
        } else {
            finding.code.clone()
        };
        let address = format!("/findings/{}", finding.id);
        row(vec![
            brief(code),
            cell(site.name(&finding.body.name)),
            view! {
                <th scope="row">
                    <a class="whole" href=address>{site.name(&finding.title)}</a>
                    <br/><small>{finding.note.clone()}</small>
                </th>
            }
            .into_any(),
            cell(severity_tag(finding.severity)),
            cell(stage_tag(finding.stage)),
            brief(deadline(finding, site)),
            brief(site.at(finding.raised_at)),
        ])
    };
    table(
        t(Text::new("问题", "Findings")),
        &columns,
        rows.iter().map(line).collect(),
        t(none),
    )
}
