//! Guides: each in the edition to follow now.

use domain::Text;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use super::checklists::adapted_tag;
use super::people::tabs;
use crate::api::query::guides;
use crate::api::view::GuideRow;
use crate::i18n::t;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};

pub const PATH: &str = "/guides";
pub const TITLE: Text = Text::new("指南", "Guides");

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| guides());
    let publish = site.may(Act::SetRules).then(|| {
        act(
            "/guides/new",
            IconName::Plus,
            Text::new("发布版本", "Publish an edition"),
            true,
        )
    });
    view! {
        {head(t(TITLE).to_owned(), (), publish)}
        {tabs(&site, PATH)}
        {loaded(answer, move |guides: Vec<GuideRow>| rows(&guides, &site))}
    }
    .into_any()
}

fn rows(guides: &[GuideRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("名称", "Title"))),
        column(t(Text::new("现行版本", "Edition to follow"))),
        column(t(Text::new("执行时间", "Since"))),
        number(t(Text::new("要求", "Obligations"))),
        number(t(Text::new("版本数", "Editions"))),
        column(t(Text::new("来源", "Source"))),
    ];
    let line = |guide: &GuideRow| {
        let dash = || "—".to_owned();
        let edition = guide.edition.as_ref();
        row(vec![
            row_link(format!("/guides/{}", guide.id), site.name(&guide.name)),
            brief(edition.map_or_else(dash, |name| site.name(name))),
            brief(guide.from.map_or_else(dash, |from| site.at(from))),
            figure(guide.obligations),
            figure(guide.editions),
            cell(guide.adapted.then(adapted_tag)),
        ])
    };
    let none = t(Text::new(
        "还没有发布指南。",
        "No guide has been published yet.",
    ));
    table(t(TITLE), &columns, guides.iter().map(line).collect(), none)
}
