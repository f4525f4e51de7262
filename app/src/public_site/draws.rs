//! Published draws, for anybody.

use std::sync::Arc;

use domain::Text;
use domain::draw::Phase;
use domain::id::DrawId;
use leptos::prelude::*;
use leptos_meta::Body;
use leptos_router::hooks::use_query_map;

use crate::api::draw::{draws, published_draw};
use crate::api::view::{DrawRow, DrawView, Frame, Page};
use crate::i18n::{language, t};
use crate::office::id_in_address;
use crate::routes::PageFrame;
use crate::widgets::address::with_query;
use crate::widgets::draw_parts::{self, Place};
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::languages::languages;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::pager::pager;

const LIST: &str = "/public/draws";
const TITLE: Text = Text::new("公开抽取", "Published draws");

/// The page around what anybody may read; nothing where no jurisdiction is.
fn open_page(content: impl FnOnce(Place) -> AnyView) -> AnyView {
    let PageFrame(frame) = PageFrame::here();
    let Ok(Frame {
        jurisdiction: Some(jurisdiction),
        viewer,
        ..
    }) = frame
    else {
        return super::not_found::page();
    };
    let place = Place {
        jurisdiction: Arc::new(jurisdiction),
        language: language(),
    };
    let door = if viewer.is_some() {
        Text::new("返回工作台", "Back to work")
    } else {
        Text::new("登录", "Sign in")
    };
    view! {
        <Body attr:class="office --open"/>
        <a class="skip" href="#main" rel="external">{t(Text::new("跳到正文", "Skip to content"))}</a>
        <header class="topbar">
            <a class="brand" href=LIST>
                <img src="/icons/icon.svg" alt="" width="28" height="28"/>
                <strong>{t(Text::new("督帮", "Dubang"))}</strong>
                <span>{place.name(&place.jurisdiction.name)}</span>
            </a>
            {languages()}
            <a class="button" data-kind="quiet" href="/" rel="external">{t(door)}</a>
        </header>
        <main class="page" id="main" tabindex="-1">{content(place)}</main>
    }
    .into_any()
}

/// The page asked for, from 1.
fn page_in_address() -> Memo<u32> {
    let query = use_query_map();
    Memo::new(move |_| {
        let page = query.with(|query| query.get("page"));
        page.and_then(|page| page.parse().ok()).unwrap_or(1)
    })
}

pub fn list_page() -> AnyView {
    open_page(|place| {
        let page = page_in_address();
        let answer = Resource::new(move || page.get(), draws);
        let say = t(Text::new(
            "抽取前公布规则和名录，各方先承诺后揭示种子，任何人都能重新抽取核对。",
            "Rules and roster are published first, parties commit to seeds and reveal them, and anyone can draw again and compare.",
        ));
        view! {
            {head(t(TITLE).to_owned(), say, ())}
            {loaded(answer, move |page: Page<DrawRow>| {
                let to_page = |page: u32| with_query(LIST, &[("page", &page.to_string())]);
                view! {
                    {draw_parts::draw_list(&page.rows, LIST, &place)}
                    {pager(page.page, page.page_size, page.total, to_page)}
                }
                .into_any()
            })}
        }
        .into_any()
    })
}

pub fn page() -> AnyView {
    let Some(id) = id_in_address::<DrawId>() else {
        return open_page(|_| missing());
    };
    open_page(move |place| {
        let asked = page_in_address();
        let answer = Resource::new(move || asked.get(), move |page| published_draw(id, page));
        loaded(answer, move |draw: DrawView| show(&draw, &place))
    })
}

fn show(draw: &DrawView, place: &Place) -> AnyView {
    let name = place.name(&draw.name);
    let address = format!("{LIST}/{}", draw.id);
    let roster_address = {
        let address = address.clone();
        move |page: u32| {
            format!(
                "{}#roster",
                with_query(&address, &[("page", &page.to_string())])
            )
        }
    };
    let said = view! {
        <span>{place.name(&draw.authority.name)}</span>
        <span>{place.at(draw.published_at)}</span>
        {draw_parts::phase_tag(draw.phase, draw.sealed)}
    };
    let abandoned = draw
        .abandoned
        .as_ref()
        .filter(|_| draw.phase == Phase::Abandoned)
        .map(|reason| {
            let text = domain::say!(
                place.language,
                "该抽取已作废：{reason}",
                "This draw was abandoned: {reason}"
            );
            banner("warning", text)
        });
    view! {
        {crumbs(LIST, TITLE, name.clone())}
        {head(name, said, ())}
        {abandoned}
        {draw_parts::rounds(draw, place, |_| ().into_any())}
        {draw_parts::rules(draw, place)}
        {draw_parts::verification(draw)}
        {draw_parts::roster(draw, place, roster_address)}
    }
    .into_any()
}
