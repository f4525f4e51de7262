//! The pages of a visit: the second part of the program. The first page does not wait for it; where it opens without a network, both
//! parts are kept.
//!
//! Everything that only [`opened`] reaches is in a file of its own where the program is split (feature `split`), the form engine above all;
//! what other pages reach as well stays in the first.

#[cfg(not(feature = "split"))]
use std::future::{Ready, ready};

use domain::Text;
use futures::FutureExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use markup::{component, view};

use super::assignment_page::AssignmentPage;
use super::bar::Bar;
use super::browser;
use super::feedback_page::FeedbackPage;
use super::icon::{Icon, IconName};
use super::inspection_page::InspectionPage;
use super::open_inspection::try_again_after;
use super::outbox_page::OutboxPage;
use super::piece::{IntoPiece as _, Piece};
use super::review_page::ReviewPage;
use crate::i18n::{said, t};

/// Where the second part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondPart {
    Coming,
    /// It did not come, and is asked for again.
    Missed,
    Here,
}

/// Milliseconds after which a second part that has not come counts as missed. It may come yet.
const PATIENCE: u64 = 20_000;

/// Fetches the second part until it is here; `then` is called when that was tried once.
pub fn fetch(then: impl FnOnce() + 'static) -> RwSignal<SecondPart> {
    let part = RwSignal::new(SecondPart::Coming);
    let missed = move || {
        // Said once: what is said again is drawn anew.
        if part.get_untracked() != SecondPart::Missed {
            part.set(SecondPart::Missed);
        }
    };
    spawn_local(async move {
        let mut then = Some(then);
        let mut failures = 0;
        loop {
            let coming = load().boxed_local().shared();
            browser::pause(PATIENCE, coming.clone()).await;
            if let Some(then) = then.take() {
                then();
            }
            if coming.peek().is_none() {
                missed();
            }
            if coming.await.is_ok() {
                break;
            }
            missed();
            failures += 1;
            try_again_after(failures).await;
        }
        part.set(SecondPart::Here);
    });
    part
}

/// The page a path opens, as soon as the part it is in is here.
pub fn page(path: &str, part: RwSignal<SecondPart>) -> Piece {
    match part.get() {
        SecondPart::Coming => view! { <Waiting/> },
        SecondPart::Missed => view! { <NotThere/> },
        // Nothing is waited for any more.
        SecondPart::Here => match opened(path.to_owned()).now_or_never() {
            Some(Ok(page)) => page,
            _ => view! { <NotThere/> },
        },
    }
}

#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(visit, wasm_split_path = leptos::wasm_split, fallible, preload(load))]
#[allow(clippy::unnecessary_wraps, reason = "the part it is in may not come")]
fn opened(path: String) -> Result<Piece, SplitLoaderError> {
    Ok(of_visit(&path))
}

#[cfg(not(feature = "split"))]
fn load() -> Ready<Result<(), SplitLoaderError>> {
    ready(Ok(()))
}

#[cfg(not(feature = "split"))]
fn opened(path: String) -> Ready<Result<Piece, SplitLoaderError>> {
    ready(Ok(of_visit(&path)))
}

fn of_visit(path: &str) -> Piece {
    let mut parts = path.split('/').skip(1);
    match [(); 4].map(|()| parts.next()) {
        [Some("assignments"), Some(id), None, _] => AssignmentPage {
            id: id.parse().ok(),
        }
        .into_piece(),
        [Some("inspections"), Some(id), None, _] => InspectionPage {
            id: id.parse().ok(),
        }
        .into_piece(),
        [Some("inspections"), Some(id), Some("review"), None] => ReviewPage {
            id: id.parse().ok(),
        }
        .into_piece(),
        [Some("inspections"), Some(id), Some("feedback"), None] => FeedbackPage {
            id: id.parse().ok(),
        }
        .into_piece(),
        [Some("outbox"), None, ..] => OutboxPage {}.into_piece(),
        _ => view! { <NoSuchPage/> },
    }
}

#[component]
fn Waiting() -> Piece {
    view! {
        <OnTheWay title=Text::new("正在打开", "Opening")/>
        <main id="main" class="plain">
            <div class="skeleton" role="status" data-test="second-part-coming"><span>{said(Text::new("正在取回这一页…", "Fetching this page…"))}</span><i></i><i></i><i></i></div>
        </main>
    }
}

#[component]
fn NotThere() -> Piece {
    view! {
        <OnTheWay title=Text::new("还没有取到", "Not arrived yet")/>
        <main id="main" class="plain">
            <div class="banner" data-kind="warning" role="alert" data-test="second-part-missed">
                <Icon name=IconName::TriangleAlert/>
                <p>
                    <strong>{said(Text::new("这一页还没有取到本机。", "This page has not reached the tablet yet."))}</strong>" "
                    {said(Text::new(
                        "联网后会自动打开。如果网络正常却仍未打开，请重新载入；已填写的内容都在。",
                        "It opens by itself once there is a network. If there is one and it does not, load it again; what was entered is here.",
                    ))}
                </p>
                <button class="button" type="button" on:click=|_| {
                    // It fails only where a page may not navigate, and this one does.
                    let _ = window().location().reload();
                }>{said(Text::new("重新载入", "Load again"))}</button>
            </div>
        </main>
    }
}

/// The bar over a page that is not there yet.
#[component]
fn OnTheWay(title: Text) -> Piece {
    let title = Signal::derive(move || t(title).to_owned());
    let back = (
        "/field".to_owned(),
        Text::new("返回任务", "Back to the assignments"),
    );
    view! { <Bar title back=Some(back)/> }
}

#[component]
fn NoSuchPage() -> Piece {
    super::app::dress("field");
    view! {
        <main id="main" class="plain">
            <h1>{said(Text::new("没有这个页面", "There is no such page"))}</h1>
            <p><a class="button" href="/field">{said(Text::new("返回任务", "Back to the assignments"))}</a></p>
        </main>
    }
}
