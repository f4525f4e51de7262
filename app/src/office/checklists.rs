//! Published checklists, each in every version.

use domain::Text;
use leptos::prelude::*;

use crate::api::view::ChecklistRow;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{List, list};
use crate::widgets::tag::tag;

const PATH: &str = "/checklists";
const ADAPTED: Text = Text::new(
    "改编自公开指南，非官方文本",
    "Adapted from public guidance, not official text",
);
pub const SOURCE: Text = Text::new("来源", "Source");

/// Says that a checklist restates public guidance.
pub fn adapted_tag() -> AnyView {
    tag("general", IconName::Info, t(ADAPTED))
}

/// The same as the cell of a list says it.
pub fn adapted_text(adapted: bool) -> Option<&'static str> {
    adapted.then(|| t(ADAPTED))
}

/// Texts that restate public guidance, or those that are the authority's own.
pub fn source_filter() -> Filter {
    Filter::choice(
        "source",
        SOURCE,
        vec![
            ("adapted".to_owned(), t(ADAPTED).to_owned()),
            (
                "own".to_owned(),
                t(Text::new("自编文本", "The authority’s own text")).to_owned(),
            ),
        ],
    )
}

impl Listed for ChecklistRow {
    const LIST: &'static str = "checklists";
    const ORDER: &'static str = "-published";

    fn columns() -> Vec<Column<ChecklistRow>> {
        vec![
            Column::text("title", Text::new("名称", "Title"), |row, site| {
                site.name(&row.title).into()
            }),
            Column::brief("version", Text::new("版本", "Version"), |row, _| {
                row.version.clone().into()
            }),
            Column::number("items", Text::new("项目", "Items"), |row, _| {
                row.items.into()
            }),
            Column::text("source", SOURCE, |row: &ChecklistRow, _| {
                adapted_text(row.adapted).into()
            })
            .look(|row, _| row.adapted.then(adapted_tag).into_any()),
            Column::brief("published", Text::new("发布", "Published"), |row, _| {
                row.published_at.into()
            }),
        ]
    }

    fn key(&self) -> String {
        format!("{}/{}", self.id, self.version)
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}/{}", self.id, self.version))
    }
}

pub fn page() -> AnyView {
    let title = Text::new("检查表", "Checklists");
    let checklists = List::<ChecklistRow> {
        path: PATH.to_owned(),
        title,
        filter: Text::new("筛选检查表", "Filter checklists"),
        filters: vec![source_filter()],
        search: Text::new("名称或版本", "Title or version"),
        none: Text::new("没有符合条件的检查表。", "No checklist matches."),
        acts: Vec::new(),
    };
    view! { {head(t(title).to_owned(), (), ())}{list(checklists)} }.into_any()
}
