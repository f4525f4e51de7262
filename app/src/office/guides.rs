//! Guides: each in the edition to follow now.

use domain::Text;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use super::checklists::{SOURCE, adapted_tag, adapted_text, source_filter};
use super::people::tabs;
use crate::api::view::{GuideRow, GuideState};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{List, list};

pub const PATH: &str = "/guides";
pub const TITLE: Text = Text::new("指南", "Guides");

impl Listed for GuideRow {
    const LIST: &'static str = "guides";
    const ORDER: &'static str = "name";

    fn columns() -> Vec<Column<GuideRow>> {
        vec![
            Column::text("name", Text::new("名称", "Title"), |row, site| {
                site.name(&row.name).into()
            }),
            Column::brief(
                "edition",
                Text::new("现行版本", "Edition to follow"),
                |row: &GuideRow, site| row.edition.as_ref().map(|name| site.name(name)).into(),
            ),
            Column::brief("since", Text::new("执行时间", "Since"), |row, _| {
                row.from.into()
            }),
            Column::number(
                "obligations",
                Text::new("要求", "Obligations"),
                |row, _| row.obligations.into(),
            ),
            Column::number("editions", Text::new("版本数", "Editions"), |row, _| {
                row.editions.into()
            }),
            Column::text("source", SOURCE, |row: &GuideRow, _| {
                adapted_text(row.adapted).into()
            })
            .look(|row, _| row.adapted.then(adapted_tag).into_any()),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}", self.id))
    }
}

const fn state_title(state: GuideState) -> Text {
    match state {
        GuideState::InForce => Text::new("已有现行版本", "There is an edition to follow"),
        GuideState::Waiting => Text::new("尚未执行", "Not yet in force"),
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let publish = site.may(Act::SetRules).then(|| {
        act(
            "/guides/new",
            IconName::Plus,
            Text::new("发布版本", "Publish an edition"),
            true,
        )
    });
    let guides = List::<GuideRow> {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选指南", "Filter guides"),
        filters: vec![
            Filter::choice(
                "state",
                Text::new("状态", "State"),
                GuideState::ALL
                    .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
                    .to_vec(),
            ),
            source_filter(),
        ],
        search: Text::new("名称", "Title"),
        none: Text::new("没有符合条件的指南。", "No guide matches."),
        acts: Vec::new(),
    };
    view! {
        {head(t(TITLE).to_owned(), (), publish)}
        {tabs(&site, PATH)}
        {list(guides)}
    }
    .into_any()
}
