//! Which part of a list this is, and the ways to the parts beside it.

use domain::{Text, say};
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::{language, t};

/// `address` gives the address of another page of the same list.
pub fn pager(page: u32, page_size: u32, total: u64, address: impl Fn(u32) -> String) -> AnyView {
    if total == 0 {
        return ().into_any();
    }
    let first = u64::from(page.max(1) - 1) * u64::from(page_size) + 1;
    let last = (first + u64::from(page_size) - 1).min(total);
    let previous = (page > 1).then(|| {
        view! {
            <a class="button" rel="prev" href=address(page - 1)>
                <Icon name=IconName::ChevronLeft/>{t(Text::new("上一页", "Previous"))}
            </a>
        }
    });
    let next = (last < total).then(|| {
        view! {
            <a class="button" rel="next" href=address(page.max(1) + 1)>
                {t(Text::new("下一页", "Next"))}<Icon name=IconName::ChevronRight/>
            </a>
        }
    });
    view! {
        <nav class="pager" aria-label=t(Text::new("分页", "Pages"))>
            <p>{say!(language(), "第 {first}–{last} 条，共 {total} 条", "{first}–{last} of {total}")}</p>
            <div class="row">{previous}{next}</div>
        </nav>
    }
    .into_any()
}
