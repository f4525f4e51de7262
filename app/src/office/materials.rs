//! Materials called in: from whom, by when, and how far they are.

use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::talks::{Part, lists};
use crate::api::query::materials;
use crate::api::view::MaterialRow;
use crate::i18n::{language, t};
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| materials());
    let title = t(Text::new("调阅材料", "Materials called in"));
    let begin = site.may(Act::Organise).then(|| {
        act(
            "/talks/materials/new",
            IconName::Plus,
            Text::new("调阅材料", "Call in materials"),
            true,
        )
    });
    view! {
        {head(title.to_owned(), (), begin)}
        {lists(Part::Materials, &site)}
        {loaded(answer, move |rows: Vec<MaterialRow>| list(&rows, &site))}
    }
    .into_any()
}

pub fn list(rows: &[MaterialRow], site: &Site) -> AnyView {
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
