//! Materials called in: from whom, by when, and how far they are.

use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::notices::{marked, withdrawn_tag};
use super::talks::{Part, lists};
use crate::api::view::{MaterialRow, MaterialState};
use crate::i18n::{language, t};
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{List, list};
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::widgets::tag::tag;

impl Listed for MaterialRow {
    const LIST: &'static str = "materials";

    fn columns() -> Vec<Column<MaterialRow>> {
        vec![
            Column::text(
                "title",
                Text::new("名称", "Title"),
                |row: &MaterialRow, site| marked(&site.name(&row.title), row.withdrawn).into(),
            ),
            Column::text(
                "authority",
                Text::new("调阅单位", "Asked by"),
                |row, site| site.name(&row.authority.name).into(),
            ),
            Column::brief("asked", Text::new("发出", "Asked"), |row, _| {
                row.requested_at.into()
            }),
            Column::brief("due", Text::new("期限", "Due"), |row, _| row.due.into()),
            Column::number("bodies", Text::new("单位", "Bodies"), |row, _| {
                row.bodies.into()
            }),
            Column::number("accepted", Text::new("已通过", "Accepted"), |row, _| {
                row.accepted.into()
            }),
            Column::number(
                "review",
                Text::new("待审阅", "To review"),
                |row: &MaterialRow, _| row.to_review.into(),
            )
            .look(|row, _| flagged(row.to_review, "attention", IconName::FileText)),
            Column::number(
                "overdue",
                Text::new("逾期", "Overdue"),
                |row: &MaterialRow, _| row.overdue.into(),
            )
            .look(|row, _| flagged(row.overdue, "overdue", IconName::Clock)),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/talks/materials/{}", self.id))
    }
}

/// A number that asks for something to be done, unless it is none.
fn flagged(number: u32, state: &'static str, icon: IconName) -> AnyView {
    match number {
        0 => "0".into_any(),
        _ => tag(state, icon, number.to_string()),
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("调阅材料", "Materials called in");
    let begin = site.may(Act::Organise).then(|| {
        act(
            "/talks/materials/new",
            IconName::Plus,
            Text::new("调阅材料", "Call in materials"),
            true,
        )
    });
    let materials = List::<MaterialRow> {
        path: "/talks/materials".to_owned(),
        title,
        filter: Text::new("筛选材料", "Filter materials"),
        filters: vec![Filter::choice(
            "state",
            Text::new("状态", "State"),
            MaterialState::ALL
                .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
                .to_vec(),
        )],
        search: Text::new("名称或调阅单位", "Title or who asked"),
        none: Text::new("没有符合条件的材料。", "No materials match."),
        acts: Vec::new(),
    };
    view! {
        {head(t(title).to_owned(), (), begin)}
        {lists(Part::Materials, &site)}
        {list(materials)}
    }
    .into_any()
}

const fn state_title(state: MaterialState) -> Text {
    match state {
        MaterialState::Overdue => Text::new("有逾期", "Something overdue"),
        MaterialState::ToReview => Text::new("有待审阅", "Something to review"),
        MaterialState::Open => Text::new("未全部通过", "Not all accepted"),
        MaterialState::Accepted => Text::new("全部通过", "All accepted"),
        MaterialState::Withdrawn => Text::new("已撤回", "Withdrawn"),
    }
}

/// Those that go with one thing, on its page.
pub fn materials_of(rows: &[MaterialRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("名称", "Title"))),
        column(t(Text::new("调阅单位", "Asked by"))),
        column(t(Text::new("发出", "Asked"))),
        column(t(Text::new("期限", "Due"))),
        number(t(Text::new("已通过", "Accepted"))),
        column(t(Text::new("待办", "Waiting"))),
    ];
    let line = |material: &MaterialRow| {
        row(vec![
            row_link(
                format!("/talks/materials/{}", material.id),
                site.name(&material.title),
            ),
            cell(site.name(&material.authority.name)),
            brief(site.at(material.requested_at)),
            brief(site.at(material.due)),
            figure(format!("{} / {}", material.accepted, material.bodies)),
            brief(waiting(material)),
        ])
    };
    let none = t(Text::new(
        "还没有调阅材料。",
        "No materials have been called in yet.",
    ));
    let rows = rows.iter().map(line).collect();
    table(
        t(Text::new("调阅材料", "Materials called in")),
        &columns,
        rows,
        none,
    )
}

fn waiting(material: &MaterialRow) -> AnyView {
    if material.withdrawn {
        return withdrawn_tag();
    }
    let (overdue, to_review) = (material.overdue, material.to_review);
    let late = (overdue > 0).then(|| {
        let words = say!(language(), "{overdue}家逾期", "{overdue} overdue");
        tag("overdue", IconName::Clock, words)
    });
    let review = (to_review > 0).then(|| {
        let words = say!(language(), "{to_review}家待审阅", "{to_review} to review");
        tag("attention", IconName::FileText, words)
    });
    if late.is_none() && review.is_none() {
        return "—".into_any();
    }
    view! { {late}" "{review} }.into_any()
}
