//! Notices: what is in force, and how many have acknowledged it.

use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::query::notices;
use crate::api::view::NoticeRow;
use crate::i18n::{language, t};
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, column, figure, number, row, row_link, table};
use crate::widgets::tag::tag;

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
            column(t(Text::new("逾期", "Overdue"))),
        ];
        let line = |notice: &NoticeRow| {
            row(vec![
                row_link(format!("/notices/{}", notice.id), site.name(&notice.title)),
                brief(notice.number.clone()),
                brief(site.at(notice.effective_from)),
                brief(site.at(notice.acknowledge_by)),
                brief(site.at(notice.issued_at)),
                figure(format!("{} / {}", notice.receipts, notice.addressees)),
                brief(overdue_tag(notice.overdue)),
            ])
        };
        let begin = site.may(Act::IssueNotices).then(|| {
            act(
                "/notices/new",
                IconName::Plus,
                Text::new("起草通知", "New notice"),
                true,
            )
        });
        let none = t(Text::new(
            "还没有发布通知。",
            "No notice has been issued yet.",
        ));
        view! {
            {head(title.to_owned(), (), begin)}
            {table(title, &columns, notices.iter().map(line).collect(), none)}
        }
        .into_any()
    })
}

/// How many receipts are late, where any are.
pub fn overdue_tag(overdue: u32) -> Option<AnyView> {
    (overdue > 0).then(|| {
        let words = say!(language(), "{overdue}家逾期", "{overdue} overdue");
        tag("overdue", IconName::Clock, words)
    })
}
