//! Opens what the tablet keeps, starts carrying it to the server, and shows the page an address asks for.

use std::rc::Rc;

use domain::Text;
use futures::channel::mpsc::unbounded;
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::address::provide_address;
use super::appearance;
use super::browser;
use super::handed_in::provide_just_handed_in;
use super::home_page::HomePage;
use super::icon::{Icon, IconName};
use super::idle;
use super::lock_page::LockPage;
use super::one_tab::{self, Turn};
use super::piece::{self, IntoPiece as _, Piece, afterwards};
use super::safe::Safe;
use super::service_worker::Workers;
use super::sign_in_page::SignInPage;
use super::signing_key::SigningKey;
use super::tablet::{Lock, Tablet};
use super::visit_pages;
use crate::i18n::{language, provide_language, said};
use crate::local_store::StoreError;
use crate::local_store::indexed_db::IndexedDbStore;
use crate::sync_runner;

/// Puts the field into the shell's empty body.
pub fn mount() {
    piece::mount(|| FieldApp {}.into_piece());
}

/// The field, mounted on the shell's empty body.
#[component]
fn FieldApp() -> Piece {
    let language = provide_language(browser::stored_language());
    appearance::restore();
    afterwards(move || browser::keep_language(language.get()));
    if let Some(loading) = document().get_element_by_id("loading") {
        loading.remove();
    }
    let turn = RwSignal::new(Turn::Asking);
    one_tab::ask(turn, false);
    let workers = Workers::of_page();
    provide_context(workers);
    // What the worker keeps it fetches too: only when the page has, so that neither waits for the other, and nothing comes twice.
    provide_context(visit_pages::fetch(move || workers.register()));

    let opened = RwSignal::new(None::<Result<Tablet, StoreError>>);
    afterwards(move || {
        match turn.get() {
            Turn::Ours if opened.with_untracked(Option::is_none) => spawn_local(async move {
                let fresh = open().await;
                let wanted =
                    turn.get_untracked() == Turn::Ours && opened.with_untracked(Option::is_none);
                match fresh {
                    // The turn was lost, or lost and given back, meanwhile.
                    Ok(tablet) if !wanted => tablet.retire(),
                    fresh if wanted => opened.set(Some(fresh)),
                    _ => {}
                }
                browser::ask_to_persist().await;
            }),
            // What another tab writes, this one has to read anew when its turn comes back.
            Turn::Another => {
                if let Some(Ok(tablet)) = opened.get_untracked() {
                    tablet.retire();
                }
                opened.set(None);
            }
            Turn::Asking | Turn::Ours => {}
        }
    });
    view! { {move || match (turn.get(), opened.get()) {
        (Turn::Another, _) => view! { <OpenElsewhere turn/> },
        (_, Some(Ok(tablet))) => view! { <Pages tablet/> },
        (_, Some(Err(error))) => view! { <NothingKept error/> },
        (_, None) => Piece::default(),
    }} }
}

async fn open() -> Result<Tablet, StoreError> {
    let (wake, woken) = unbounded();
    let store = Rc::new(IndexedDbStore::open().await?);
    let safe = Safe::new(Rc::clone(&store));
    let own = Rc::clone(&store);
    let key = async move { SigningKey::open(&own).await };
    let tablet = Tablet::open(store, wake.clone(), key, safe).await?;
    idle::watch(tablet);
    spawn_local(sync_runner::run(tablet, wake, woken));
    Ok(tablet)
}

#[component]
fn Pages(tablet: Tablet) -> Piece {
    provide_context(tablet);
    let working = Memo::new(move |_| tablet.me().is_some());
    let worker = Memo::new(move |_| tablet.me().map(|me| me.person));
    let locked = Memo::new(move |_| working.get() && tablet.lock() != Lock::Open);
    let sealed = Memo::new(move |_| working.get() && tablet.lock() == Lock::Sealed);
    let address = provide_address();
    provide_just_handed_in();
    view! {
        <Show when=move || !sealed.get()>
            <Show when=move || working.get() fallback=|| view! { <SignInPage/> }>
                {move || {
                    // Nothing of whoever worked here stays on the glass for whoever does next.
                    let _ = worker.get();
                    page(&address.path())
                }}
            </Show>
        </Show>
        <Show when=move || locked.get()>
            <LockPage/>
        </Show>
    }
}

/// The page a path opens.
fn page(path: &str) -> Piece {
    match path.trim_matches('/') {
        "field" => HomePage {}.into_piece(),
        "field/sign-in" => SignInPage {}.into_piece(),
        path => visit_pages::page(path, expect_context()),
    }
}

/// Gives the body the class of the page's kind: `field` or `door`.
pub fn dress(class: &str) {
    if let Some(body) = document().body() {
        body.set_class_name(class);
    }
}

#[component]
fn OpenElsewhere(turn: RwSignal<Turn>) -> Piece {
    dress("field");
    view! {
        <main id="main" class="plain">
            <h1>{said(Text::new("已在另一个标签页打开", "Open in another tab"))}</h1>
            <div class="banner" data-kind="warning" role="status">
                <Icon name=IconName::TriangleAlert/>
                <p>{said(Text::new(
                    "同一时间只能在一个标签页填写，以免相互覆盖。另一页填写的内容都已保存。",
                    "Only one tab at a time can be filled in, so that none writes over the other. What was entered there is saved.",
                ))}</p>
                <button class="button" data-kind="primary" type="button" on:click=move |_| {
                    one_tab::ask(turn, true);
                }>{said(Text::new("改在此页使用", "Use this tab instead"))}</button>
            </div>
        </main>
    }
}

/// Without a store nothing can be entered: it says so and does not pretend.
#[component]
fn NothingKept(error: StoreError) -> Piece {
    dress("field");
    view! {
        <main id="main" class="plain">
            <h1>{said(Text::new("无法在本机保存", "Nothing can be kept on this tablet"))}</h1>
            <div class="banner" data-kind="error" role="alert">
                <Icon name=IconName::CircleAlert/>
                <p>{move || error.text(language())}</p>
            </div>
        </main>
    }
}
