//! Published checklists.

use domain::Text;
use leptos::prelude::*;

use super::Site;
use crate::api::query::checklists;
use crate::api::view::ChecklistRow;
use crate::i18n::t;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::widgets::tag::tag;

/// Says that a checklist restates public guidance.
pub fn adapted_tag() -> AnyView {
    tag(
        "general",
        IconName::Info,
        t(Text::new(
            "改编自公开指南，非官方文本",
            "Adapted from public guidance, not official text",
        )),
    )
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| checklists());
    loaded(answer, move |checklists: Vec<ChecklistRow>| {
        let title = t(Text::new("检查表", "Checklists"));
        let columns = [
            column(t(Text::new("名称", "Title"))),
            column(t(Text::new("版本", "Version"))),
            number(t(Text::new("项目", "Items"))),
            column(t(Text::new("来源", "Source"))),
            column(t(Text::new("发布", "Published"))),
        ];
        let line = |checklist: &ChecklistRow| {
            row(vec![
                row_link(
                    format!("/checklists/{}/{}", checklist.id, checklist.version),
                    site.name(&checklist.title),
                ),
                brief(checklist.version.clone()),
                figure(checklist.items),
                cell(checklist.adapted.then(adapted_tag)),
                brief(site.at(checklist.published_at)),
            ])
        };
        let none = t(Text::new(
            "还没有发布检查表。",
            "No checklist has been published yet.",
        ));
        view! {
            {head(title.to_owned(), (), ())}
            {table(title, &columns, checklists.iter().map(line).collect(), none)}
        }
        .into_any()
    })
}
