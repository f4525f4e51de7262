//! Every overdue receipt in the reader's scope, whatever the notice: who owes it, for how long, who is above them; reminded together.

use domain::body::BodyKind;
use domain::command::Command;
use domain::id::NoticeId;
use domain::notice::NoticeCommand;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Site;
use crate::api::view::{LateBy, OverdueReceipt};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, list};

pub const PATH: &str = "/notices/overdue";
pub const TITLE: Text = Text::new("逾期未签收", "Overdue receipts");

impl Listed for OverdueReceipt {
    const LIST: &'static str = "overdue-receipts";
    const ORDER: &'static str = "due";

    fn columns() -> Vec<Column<OverdueReceipt>> {
        vec![
            Column::text("body", Text::new("单位", "Body"), |row, site| {
                site.name(&row.body.name).into()
            }),
            // Number and title in one, and the kind left to the filter: more columns do not stand side by side.
            Column::text("notice", Text::new("通知", "Notice"), |row, site| {
                format!("{} {}", row.number, site.name(&row.title)).into()
            }),
            Column::brief("district", Text::new("区", "District"), |row, site| {
                let district = row.district.as_ref();
                district.map(|district| site.district(district)).into()
            }),
            Column::text(
                "above",
                Text::new("上级单位", "Body above"),
                |row, site| {
                    let above = row.above.as_ref();
                    above.map(|above| site.name(&above.name)).into()
                },
            ),
            Column::brief(
                "due",
                Text::new("签收期限", "Acknowledge by"),
                |row, _| row.acknowledge_by.into(),
            ),
            Column::number("late", Text::new("逾期天数", "Days late"), |row, _| {
                row.days_late.into()
            }),
            Column::number(
                "reminders",
                Text::new("催办次数", "Reminders"),
                |row, _| row.reminders.into(),
            ),
            Column::brief(
                "reminded",
                Text::new("最近催办", "Last reminder"),
                |row, _| row.reminded_at.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        format!("{}/{}", self.notice, self.body.id)
    }

    fn address(&self) -> Option<String> {
        // Of a body that a department of the reader's passed it on to, and they do not see, the notice's own page says so.
        let part = if self.body.visible {
            "/receipts?state=overdue"
        } else {
            ""
        };
        Some(format!("/notices/{}{part}", self.notice))
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = t(TITLE).to_owned();
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), title.clone())}
        {head(title, (), ())}
        {list(receipts(&site))}
    }
    .into_any()
}

/// A notice is chosen where it is told of, and stays chosen.
fn notice_filter() -> Filter {
    let asked = use_query_map().with_untracked(|query| query.get("notice"));
    let chosen = asked.filter(|asked| asked.parse::<NoticeId>().is_ok());
    let words = t(Text::new("所选通知", "The chosen one"));
    let values = chosen.map(|chosen| (chosen, words.to_owned()));
    Filter::choice(
        "notice",
        Text::new("通知", "Notice"),
        values.into_iter().collect(),
    )
}

fn receipts(site: &Site) -> List<OverdueReceipt> {
    let mine = t(Text::new("由我催办", "Mine to remind")).to_owned();
    let days = |late: &LateBy| {
        let days = late.days();
        let words = say!(site.language, "{days}天以上", "{days} days or more");
        (late.code().to_owned(), words)
    };
    let mut filters = vec![
        notice_filter(),
        Filter::choice(
            "late",
            Text::new("逾期", "Late by"),
            LateBy::ALL.iter().map(days).collect(),
        ),
    ];
    if !site.sees_one_institution() {
        let kinds = BodyKind::ALL.map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()));
        filters.extend([
            Filter::choice("kind", Text::new("类别", "Kind"), kinds.to_vec()),
            Filter::choice("district", Text::new("区", "District"), site.districts()),
            Filter::choice(
                "remind",
                Text::new("催办", "Reminder"),
                vec![("mine".to_owned(), mine)],
            ),
        ]);
    }
    List {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选逾期未签收", "Filter overdue receipts"),
        filters,
        search: Text::new("单位、通知或文号", "Body, notice or number"),
        none: Text::new("没有符合条件的逾期签收。", "No overdue receipt matches."),
        acts: vec![BulkAct {
            icon: IconName::Megaphone,
            title: Text::new("催办所选", "Remind the selected"),
            asks: None,
            commands: remind,
        }],
    }
}

fn remind(receipt: &OverdueReceipt, _: &Site, _: &Entered) -> Vec<Command> {
    let command = Command::Notice {
        id: receipt.notice,
        command: NoticeCommand::Remind {
            bodies: vec![receipt.body.id],
        },
    };
    receipt.may_remind.then_some(command).into_iter().collect()
}
