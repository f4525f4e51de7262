//! Draws, newest first; those that wait for the reader say so.

use domain::Text;
use domain::draw::Phase;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use crate::api::view::DrawRow;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::draw_parts::{Place, phase_text, state};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{List, list};

pub const TITLE: Text = Text::new("抽取", "Draws");

pub fn place(site: &Site) -> Place {
    Place {
        jurisdiction: site.jurisdiction.clone(),
        language: site.language,
    }
}

impl Listed for DrawRow {
    const LIST: &'static str = "draws";

    fn columns() -> Vec<Column<DrawRow>> {
        vec![
            Column::text("name", Text::new("抽取", "Draw"), |draw, site| {
                site.name(&draw.name).into()
            }),
            Column::text(
                "authority",
                Text::new("实施单位", "Authority"),
                |draw, site| site.name(&draw.authority.name).into(),
            ),
            Column::brief(
                "published",
                Text::new("公布时间", "Published"),
                |draw, _| draw.published_at.into(),
            ),
            Column::number("round", Text::new("轮次", "Round"), |draw, _| {
                draw.round.into()
            }),
            Column::brief(
                "state",
                Text::new("状态", "State"),
                |draw: &DrawRow, _| t(phase_text(draw.phase, draw.sealed)).into(),
            )
            .look(|draw, _| state(draw)),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/draws/{}", self.id))
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let begin = site.may(Act::Organise).then(|| {
        act(
            "/draws/new",
            IconName::Plus,
            Text::new("公布抽取", "Publish a draw"),
            true,
        )
    });
    let said = view! {
        <a href="/public/draws" rel="external">{t(Text::new("公众看到的页面", "The page everybody sees"))}</a>
    };
    let phases = Phase::ALL.map(|phase| {
        let words = t(phase_text(phase, false)).to_owned();
        (phase.code().to_owned(), words)
    });
    let waits = t(Text::new("待我办理", "Waits for me")).to_owned();
    let draws = List::<DrawRow> {
        path: "/draws".to_owned(),
        title: TITLE,
        filter: Text::new("筛选抽取", "Filter draws"),
        filters: vec![
            Filter::choice("phase", Text::new("状态", "State"), phases.to_vec()),
            Filter::choice(
                "waits",
                Text::new("办理", "To do"),
                vec![("me".to_owned(), waits)],
            ),
        ],
        search: Text::new("名称或实施单位", "Name or authority"),
        none: Text::new("没有符合条件的抽取。", "No draw matches."),
        acts: Vec::new(),
    };
    view! { {head(t(TITLE).to_owned(), said, begin)}{list(draws)} }.into_any()
}
