//! Submitted inspections, newest first.

use domain::Text;
use domain::permission::Act;
use leptos::prelude::*;

use super::{Site, clearances, exposure, pairs};
use crate::api::query::inspections;
use crate::api::view::{InspectionRow, Page};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::filters::page_asked;
use crate::widgets::head::head;
use crate::widgets::inspection_table::inspection_table;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;

const PATH: &str = "/inspections";

/// Inspections, both files of each, and, for organisers, who may enter and who met whom.
pub fn tabs(here: &'static str, site: &Site) -> AnyView {
    let ways = [
        (PATH, Text::new("检查记录", "All inspections"), Act::See),
        (pairs::PATH, Text::new("成对档案", "Paired files"), Act::See),
        (
            clearances::PATH,
            Text::new("检查员健康", "Clearance"),
            Act::Organise,
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
    let asked = Memo::new(|_| page_asked());
    let answer = Resource::new(move || asked.get(), inspections);
    loaded(answer, move |page: Page<InspectionRow>| {
        let title = t(Text::new("检查记录", "Inspections")).to_owned();
        let address = |page: u32| with_query("/inspections", &[("page", &page.to_string())]);
        view! {
            {head(title, (), ())}
            {tabs(PATH, &site)}
            {inspection_table(&page.rows, &site, Text::new("还没有提交的检查。", "No inspection has been submitted yet."))}
            {pager(page.page, page.page_size, page.total, address)}
        }
        .into_any()
    })
}
