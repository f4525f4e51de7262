//! Notices: what is in force, and how many have acknowledged it.

use domain::Text;
use leptos::prelude::*;

use super::Site;
use crate::api::query::notices;
use crate::api::view::NoticeRow;
use crate::i18n::t;
use crate::widgets::head::head;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, column, figure, number, row, row_link, table};

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| notices());
    loaded(answer, move |notices: Vec<NoticeRow>| {
        let title = t(Text::new("通知", "Notices"));
        let columns = [
            column(t(Text::new("标题", "Title"))),
            column(t(Text::new("文号", "Number"))),
            column(t(Text::new("生效", "In force from"))),
            column(t(Text::new("签收期限", "Acknowledge by"))),
            column(t(Text::new("发布", "Issued"))),
            number(t(Text::new("签收", "Receipts"))),
        ];
        let line = |notice: &NoticeRow| {
            row(vec![
                row_link(format!("/notices/{}", notice.id), site.name(&notice.title)),
                brief(notice.number.clone()),
                brief(site.at(notice.effective_from)),
                brief(site.at(notice.acknowledge_by)),
                brief(site.at(notice.issued_at)),
                figure(format!("{} / {}", notice.receipts, notice.addressees)),
            ])
        };
        let none = t(Text::new(
            "还没有发布通知。",
            "No notice has been issued yet.",
        ));
        view! {
            {head(title.to_owned(), (), ())}
            {table(title, &columns, notices.iter().map(line).collect(), none)}
        }
        .into_any()
    })
}
