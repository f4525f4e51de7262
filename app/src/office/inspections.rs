//! Submitted inspections, newest first.

use domain::Text;
use leptos::prelude::*;

use super::Site;
use crate::api::query::inspections;
use crate::api::view::{InspectionRow, Page};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::filters::page_asked;
use crate::widgets::head::head;
use crate::widgets::inspection_table::inspection_table;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;

pub fn page() -> AnyView {
    let site = Site::here();
    let asked = Memo::new(|_| page_asked());
    let answer = Resource::new(move || asked.get(), inspections);
    loaded(answer, move |page: Page<InspectionRow>| {
        let title = t(Text::new("检查记录", "Inspections")).to_owned();
        let address = |page: u32| with_query("/inspections", &[("page", &page.to_string())]);
        view! {
            {head(title, (), ())}
            {inspection_table(&page.rows, &site, Text::new("还没有提交的检查。", "No inspection has been submitted yet."))}
            {pager(page.page, page.page_size, page.total, address)}
        }
        .into_any()
    })
}
