//! Inspections as rows, each of which opens its record.

use domain::Text;
use leptos::prelude::*;

use super::points::score;
use super::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::api::view::InspectionRow;
use crate::i18n::t;
use crate::office::Site;

pub fn inspection_table(rows: &[InspectionRow], site: &Site, none: Text) -> AnyView {
    let columns = [
        column(t(Text::new("受检单位", "Body visited"))),
        column(t(Text::new("督查", "Campaign"))),
        column(t(Text::new("结果", "Outcome"))),
        number(t(Text::new("得分", "Score"))),
        number(t(Text::new("问题", "Findings"))),
        column(t(Text::new("提交人", "Submitted by"))),
        column(t(Text::new("提交时间", "Submitted"))),
    ];
    let line = |inspection: &InspectionRow| {
        row(vec![
            row_link(
                format!("/inspections/{}", inspection.id),
                site.name(&inspection.target.name),
            ),
            cell(site.name(&inspection.campaign.name)),
            brief(t(inspection.outcome.title())),
            figure(score(inspection.earned, inspection.possible)),
            figure(inspection.findings),
            cell(site.name(&inspection.submitted_by.name)),
            brief(site.at(inspection.submitted_at)),
        ])
    };
    table(
        t(Text::new("检查记录", "Inspections")),
        &columns,
        rows.iter().map(line).collect(),
        t(none),
    )
}
