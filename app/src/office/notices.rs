//! Notices: what is in force, and how many have acknowledged it.

use domain::notice::NoticeCommand;
use domain::permission::Act;
use domain::{Command, Text, say};
use leptos::prelude::*;

use super::{Site, overdue_receipts};
use crate::api::view::NoticeRow;
use crate::i18n::{language, t};
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, list};
use crate::widgets::tag::tag;

impl Listed for NoticeRow {
    const LIST: &'static str = "notices";
    const ORDER: &'static str = "-issued";

    fn columns() -> Vec<Column<NoticeRow>> {
        vec![
            Column::text(
                "title",
                Text::new("标题", "Title"),
                |notice: &NoticeRow, site| {
                    marked(&site.name(&notice.title), notice.withdrawn).into()
                },
            ),
            Column::brief("number", Text::new("文号", "Number"), |notice, _| {
                notice.number.clone().into()
            }),
            Column::brief(
                "effective",
                Text::new("生效", "In force from"),
                |notice, _| notice.effective_from.into(),
            ),
            Column::brief(
                "due",
                Text::new("签收期限", "Acknowledge by"),
                |notice, _| notice.acknowledge_by.into(),
            ),
            Column::brief("issued", Text::new("发布", "Issued"), |notice, _| {
                notice.issued_at.into()
            }),
            Column::number(
                "receipts",
                Text::new("已签收", "Receipts"),
                |notice, _| notice.receipts.into(),
            ),
            Column::number(
                "addressees",
                Text::new("应签收", "Addressees"),
                |notice, _| notice.addressees.into(),
            ),
            Column::number("overdue", Text::new("逾期", "Overdue"), |notice, _| {
                notice.overdue.into()
            }),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/notices/{}", self.id))
    }

    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

/// Acknowledges for every body of the reader's that has not yet.
fn acknowledge(notice: &NoticeRow, _: &Site, _: &Entered) -> Vec<Command> {
    let receipts = notice.awaited.iter().map(|body| Command::Notice {
        id: notice.id,
        command: NoticeCommand::Acknowledge { body: *body },
    });
    receipts.collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("通知", "Notices");
    let receives = site.may(Act::ReceiveNotices);
    let notices = List::<NoticeRow> {
        path: "/notices".to_owned(),
        title,
        filter: Text::new("筛选通知", "Filter notices"),
        filters: receives
            .then(|| {
                Filter::choice(
                    "awaited",
                    Text::new("签收", "Receipt"),
                    vec![(
                        "yes".to_owned(),
                        t(Text::new("待我签收", "Waits for me")).to_owned(),
                    )],
                )
            })
            .into_iter()
            .collect(),
        search: Text::new("标题或文号", "Title or number"),
        none: Text::new("没有符合条件的通知。", "No notice matches."),
        acts: receives
            .then_some(BulkAct {
                icon: IconName::Check,
                title: Text::new("签收", "Acknowledge"),
                asks: None,
                commands: acknowledge,
            })
            .into_iter()
            .collect(),
    };
    let overdue = act(
        overdue_receipts::PATH,
        IconName::Clock,
        overdue_receipts::TITLE,
        false,
    );
    let begin = site.may(Act::IssueNotices).then(|| {
        act(
            "/notices/new",
            IconName::Plus,
            Text::new("起草通知", "New notice"),
            true,
        )
    });
    view! { {head(t(title).to_owned(), (), (overdue, begin))}{list(notices)} }.into_any()
}

const WITHDRAWN: Text = Text::new("已撤回", "withdrawn");

/// A title, and that what it names was withdrawn.
pub fn marked(title: &str, withdrawn: bool) -> String {
    if !withdrawn {
        return title.to_owned();
    }
    let withdrawn = t(WITHDRAWN);
    say!(
        language(),
        "{title}（{withdrawn}）",
        "{title} ({withdrawn})"
    )
}

pub fn withdrawn_tag() -> AnyView {
    tag("reopened", IconName::RotateCcw, t(WITHDRAWN))
}

/// How many receipts are late, where any are.
pub fn overdue_tag(overdue: u32) -> Option<AnyView> {
    (overdue > 0).then(|| {
        let words = say!(language(), "{overdue}家逾期", "{overdue} overdue");
        tag("overdue", IconName::Clock, words)
    })
}
