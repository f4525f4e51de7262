//! Decisions on response levels: which, where, for whom, from when to when, on which notice.

use domain::body::BodyKind;
use domain::permission::Act;
use domain::response_level::Area;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::people::tabs;
use crate::api::query::levels;
use crate::api::view::LevelRow;
use crate::i18n::t;
use crate::widgets::browser;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, row, row_link, table};
use crate::widgets::tag::tag;

pub const PATH: &str = "/levels";
pub const TITLE: Text = Text::new("响应等级", "Response levels");

pub fn area(area: &Area, site: &Site) -> String {
    match area {
        Area::Jurisdiction => site.name(&site.jurisdiction.name),
        Area::District(code) => site.district(code),
    }
}

pub fn kinds(kinds: &[BodyKind]) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| t(kind.title())).collect();
    kinds.join(t(Text::new("、", ", ")))
}

/// From when to when, in words.
pub fn term(decision: &LevelRow, site: &Site) -> String {
    let from = site.at(decision.order.from);
    let how = if decision.ended {
        t(Text::new("（提前终止）", " (ended)"))
    } else if decision.extended {
        t(Text::new("（已延长）", " (extended)"))
    } else {
        ""
    };
    match decision.end {
        Some(end) => {
            let end = site.at(end);
            say!(site.language, "{from}至{end}{how}", "{from} – {end}{how}")
        }
        None => say!(
            site.language,
            "自{from}起，至另行通知{how}",
            "From {from} until further notice{how}"
        ),
    }
}

/// Whether it holds now.
pub fn state(decision: &LevelRow) -> AnyView {
    let now = browser::now();
    if decision.end.is_some_and(|end| end <= now) {
        tag("cancelled", IconName::X, t(Text::new("已结束", "Over")))
    } else if decision.superseded.is_some() {
        tag(
            "cancelled",
            IconName::X,
            t(Text::new("已被取代", "Superseded")),
        )
    } else if decision.order.from > now {
        tag(
            "soon",
            IconName::Clock,
            t(Text::new("尚未生效", "Not yet in force")),
        )
    } else {
        tag(
            "received",
            IconName::CircleCheck,
            t(Text::new("期限内", "Within its term")),
        )
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| levels());
    let set = site.may(Act::SetRules).then(|| {
        act(
            "/levels/new",
            IconName::Plus,
            Text::new("决定响应等级", "Set a level"),
            true,
        )
    });
    view! {
        {head(t(TITLE).to_owned(), (), set)}
        {tabs(&site, PATH)}
        {loaded(answer, move |levels: Vec<LevelRow>| rows(&levels, &site))}
    }
    .into_any()
}

fn rows(levels: &[LevelRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("等级", "Level"))),
        column(t(Text::new("状态", "State"))),
        column(t(Text::new("地区", "Area"))),
        column(t(Text::new("机构类别", "Kinds"))),
        column(t(Text::new("期限", "Term"))),
        column(t(Text::new("依据的通知", "Notice it rests on"))),
    ];
    let line = |decision: &LevelRow| {
        row(vec![
            row_link(
                format!("/levels/{}", decision.id),
                t(decision.order.level.title()).to_owned(),
            ),
            brief(state(decision)),
            brief(area(&decision.order.area, site)),
            cell(kinds(&decision.order.kinds)),
            cell(term(decision, site)),
            brief(decision.notice.number.clone()),
        ])
    };
    let none = t(Text::new(
        "还没有决定过响应等级。",
        "No response level has been set yet.",
    ));
    table(t(TITLE), &columns, levels.iter().map(line).collect(), none)
}
