//! Inspections as rows, each of which opens its record.

use domain::Text;
use leptos::prelude::*;

use super::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::api::view::InspectionRow;
use crate::i18n::t;
use crate::office::Site;

/// Points with at most one decimal.
pub fn points(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Earned of possible, or a dash where nothing could be earned.
pub fn score(earned: f64, possible: f64) -> String {
    if possible > 0.0 {
        format!("{} / {}", points(earned), points(possible))
    } else {
        "—".to_owned()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_at_most_one_decimal() {
        for (earned, possible, shown) in [
            (87.5, 100.0, "87.5 / 100"),
            (3.0, 4.0, "3 / 4"),
            (0.0, 0.0, "—"),
        ] {
            assert_eq!(score(earned, possible), shown);
        }
    }
}
