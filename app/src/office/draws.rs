//! Draws, newest first; those that wait for the reader say so.

use domain::Text;
use domain::permission::Act;
use leptos::prelude::*;

use super::Site;
use crate::api::draw::draws;
use crate::api::view::DrawRow;
use crate::i18n::t;
use crate::widgets::draw_parts::{Place, draw_list};
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;

pub const TITLE: Text = Text::new("抽取", "Draws");

pub fn place(site: &Site) -> Place {
    Place {
        jurisdiction: site.jurisdiction.clone(),
        language: site.language,
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let place = place(&site);
    let answer = Resource::new(|| (), |()| draws());
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
    view! {
        {head(t(TITLE).to_owned(), said, begin)}
        {loaded(answer, move |rows: Vec<DrawRow>| draw_list(&rows, "/draws", &place))}
    }
    .into_any()
}
