//! Records from the field that the rules could not place: each is kept whole until a person settles it.

use domain::held::HeldCommand;
use domain::permission::Act;
use domain::{Command, Text};
use leptos::prelude::*;

use super::held_record::DECISION;
use super::{Site, people};
use crate::api::view::HeldRow;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::event_title::event_title;
use crate::widgets::filters::Filter;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Question, list};
use crate::widgets::tag::tag;

pub const PATH: &str = "/administration/held";
pub const TITLE: Text = Text::new("存疑记录", "Held records");

/// What was sent, in words.
pub fn kind_text(row: &HeldRow) -> String {
    event_title(&row.kind).map_or_else(|| row.kind.clone(), |text| t(text).to_owned())
}

const fn state_title(settled: bool) -> Text {
    if settled {
        Text::new("已处理", "Settled")
    } else {
        Text::new("待处理", "To settle")
    }
}

pub fn state_tag(row: &HeldRow) -> AnyView {
    let settled = row.decision.is_some();
    let (state, icon) = if settled {
        ("closed", IconName::BadgeCheck)
    } else {
        ("attention", IconName::CircleAlert)
    };
    tag(state, icon, t(state_title(settled)))
}

impl Listed for HeldRow {
    const LIST: &'static str = "held";

    fn columns() -> Vec<Column<HeldRow>> {
        vec![
            Column::text("kind", Text::new("事件", "Event"), |row, _| {
                kind_text(row).into()
            }),
            Column::brief("state", Text::new("状态", "State"), |row: &HeldRow, _| {
                t(state_title(row.decision.is_some())).into()
            })
            .look(|row, _| state_tag(row)),
            Column::text("reason", Text::new("原因", "Reason"), |row, site| {
                site.name(&row.reason).into()
            }),
            Column::brief("by", Text::new("提交人", "By"), |row: &HeldRow, site| {
                row.actor
                    .as_ref()
                    .map(|actor| site.name(&actor.name))
                    .into()
            })
            .unsorted(),
            Column::brief(
                "occurred",
                Text::new("发生时间", "Occurred"),
                |row, _| row.occurred_at.into(),
            ),
            Column::brief("kept", Text::new("留存时间", "Kept"), |row, _| {
                row.kept_at.into()
            }),
            Column::text(
                "decision",
                Text::new("处理意见", "Decision"),
                |row, _| row.decision.clone().into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}", self.id))
    }
}

/// One decision for several, such as all that a tablet sent again after it was restored.
fn settle(row: &HeldRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let settle = row.decision.is_none().then(|| Command::Held {
        id: row.id,
        command: HeldCommand::Settle {
            decision: entered.only.clone(),
        },
    });
    settle.into_iter().collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let held = List::<HeldRow> {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选存疑记录", "Filter held records"),
        filters: vec![Filter::choice(
            "state",
            Text::new("状态", "State"),
            [("waiting", false), ("settled", true)]
                .map(|(code, settled)| (code.to_owned(), t(state_title(settled)).to_owned()))
                .to_vec(),
        )],
        search: Text::new("原因", "Reason"),
        none: Text::new("没有存疑记录。", "No record is held."),
        acts: site
            .may(Act::SettleHeld)
            .then_some(BulkAct {
                icon: IconName::BadgeCheck,
                title: Text::new("处理所选", "Settle the selected"),
                asks: Some(Question::Words(
                    DECISION,
                    Text::new(
                        "每条所选记录都写入这一处理意见，不能再改。",
                        "It is written down for each of the selected records, and stays as it is.",
                    ),
                )),
                commands: settle,
            })
            .into_iter()
            .collect(),
    };
    view! {
        {head(t(TITLE).to_owned(), (), ())}
        {people::tabs(&site, PATH)}
        <p class="prose">{t(Text::new(
            "现场送来、规则无法安放的记录，例如另一台平板先提交了同一次检查。内容原样保留，由人判断后写明处理意见。",
            "What arrived from the field and the rules could not place, such as a visit another tablet had submitted first. It is kept as it came; a person judges it and writes down the decision.",
        ))}</p>
        {list(held)}
    }
    .into_any()
}
