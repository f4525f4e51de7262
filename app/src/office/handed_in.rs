//! The bodies of a request for materials as a list: how it stands with each, what was handed in is received and accepted together.

use domain::id::MaterialId;
use domain::material::{MaterialCommand, MaterialStage};
use domain::{Command, Text};
use leptos::prelude::*;

use super::Site;
use super::material::{OPINION, OVERDUE, stage_tag};
use crate::api::view::HandedInRow;
use crate::i18n::t;
use crate::list::{Cell, Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::icon::IconName;
use crate::widgets::list::{Asking, BulkAct, Entered, List, OnPage, Question};
use crate::widgets::tag::tag;

impl Listed for HandedInRow {
    const LIST: &'static str = "handed-in";
    const ORDER: &'static str = "body";

    fn columns() -> Vec<Column<HandedInRow>> {
        vec![
            Column::text("body", Text::new("单位", "Body"), |row, site| {
                site.name(&row.body.name).into()
            }),
            Column::text(
                "stage",
                Text::new("状态", "State"),
                |row: &HandedInRow, _| {
                    let late = row.overdue.then(|| t(OVERDUE));
                    let words = std::iter::once(t(row.stage.title())).chain(late);
                    let and = t(Text::new("、", ", "));
                    words.collect::<Vec<_>>().join(and).into()
                },
            )
            .ordered(|row| Cell::Number(f64::from(row.stage as u8)))
            .look(|row, _| {
                let late = row
                    .overdue
                    .then(|| tag("overdue", IconName::Clock, t(OVERDUE)));
                view! { {stage_tag(row.stage)}" "{late} }.into_any()
            }),
            Column::brief("due", Text::new("期限", "Due"), |row, _| row.due.into()),
            Column::brief("submitted", Text::new("报送", "Handed in"), |row, _| {
                row.submitted.into()
            }),
            Column::brief("reviewed", Text::new("审阅", "Reviewed"), |row, _| {
                row.reviewed.into()
            }),
            Column::number(
                "returns",
                Text::new("退回次数", "Returned"),
                |row, _| row.returns.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.body.id.to_string()
    }
}

fn receive(row: &HandedInRow, _: &Site, _: &Entered) -> Vec<Command> {
    let may = row.may_review && row.stage == MaterialStage::Submitted;
    let receive = may.then_some(Command::Material {
        id: row.material,
        command: MaterialCommand::Receive { body: row.body.id },
    });
    receive.into_iter().collect()
}

fn accept(row: &HandedInRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let may = row.may_review && row.stage == MaterialStage::Received;
    let accept = may.then(|| Command::Material {
        id: row.material,
        command: MaterialCommand::Accept {
            body: row.body.id,
            returns: row.returns,
            opinion: entered.only.clone(),
        },
    });
    accept.into_iter().collect()
}

/// `told` is run after something was done with several of them.
pub fn handed_in(
    material: MaterialId,
    asking: &Asking<HandedInRow>,
    told: Callback<()>,
) -> AnyView {
    let stages = MaterialStage::ALL.map(|stage| (stage.code(), stage.title()));
    let stages = stages.into_iter().chain([(HandedInRow::OVERDUE, OVERDUE)]);
    let list = List::<HandedInRow> {
        path: format!("/talks/materials/{material}"),
        title: Text::new("各单位报送情况", "How it stands with each body"),
        filter: Text::new("筛选单位", "Filter bodies"),
        filters: vec![Filter::choice(
            "stage",
            Text::new("状态", "State"),
            stages
                .map(|(code, title)| (code.to_owned(), t(title).to_owned()))
                .collect(),
        )],
        search: Text::new("单位名称", "Body’s name"),
        none: Text::new("没有符合条件的单位。", "No body matches."),
        acts: vec![
            BulkAct {
                icon: IconName::Check,
                title: Text::new("签收所选", "Receive the selected"),
                asks: None,
                commands: receive,
            },
            BulkAct {
                icon: IconName::SearchCheck,
                title: Text::new("通过所选", "Accept the selected"),
                asks: Some(Question::Words(
                    OPINION,
                    Text::new(
                        "记入每一家的审阅意见；只有审阅中的可以通过。",
                        "It is recorded as the opinion on each; only what is under review can be accepted.",
                    ),
                )),
                commands: accept,
            },
        ],
    };
    let on_page = OnPage {
        done: Some(told),
        ..OnPage::default()
    };
    view! {
        <section class="stack" data-test="handed-in">
            <h2>{t(Text::new("各单位报送情况", "How it stands with each body"))}</h2>
            {asking.show(list, on_page)}
        </section>
    }
    .into_any()
}
