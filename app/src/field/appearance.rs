//! How the tablet's pages look: in which language, by day or by night.

use domain::{Language, Text};
use leptos::prelude::*;
use markup::{component, view};

use super::icon::{Icon, IconName};
use super::piece::Piece;
use crate::i18n::{LanguageSignal, said};

/// Where the browser keeps what was chosen.
const KEY: &str = "theme";
const DARK: &str = "dark";
const LIGHT: &str = "light";

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What was chosen here before; the system's way until something is.
fn chosen() -> Option<String> {
    storage()?.get_item(KEY).ok().flatten()
}

fn show(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

/// Shows what was chosen here before.
pub fn restore() {
    if let Some(theme) = chosen() {
        show(&theme);
    }
}

fn system_is_dark() -> bool {
    let dark = window().match_media("(prefers-color-scheme: dark)");
    dark.ok().flatten().is_some_and(|dark| dark.matches())
}

/// Two buttons: the other language, and the other of day and night.
#[component]
pub fn Appearance() -> Piece {
    let LanguageSignal(language) = expect_context();
    let dark = RwSignal::new(match chosen() {
        Some(theme) => theme == DARK,
        None => system_is_dark(),
    });
    let other = move || match language.get() {
        Language::Chinese => Language::English,
        Language::English => Language::Chinese,
    };
    let turn = move |_| {
        let night = !dark.get_untracked();
        dark.set(night);
        let theme = if night { DARK } else { LIGHT };
        show(theme);
        // A browser that keeps nothing shows it until the page is closed.
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, theme);
        }
    };
    view! {
        <div class="appearance">
            <button class="button" data-kind="quiet" type="button" data-test="other-language"
                lang=move || other().tag() on:click=move |_| language.set(untrack(other))>
                {move || match other() {
                    Language::Chinese => "中文",
                    Language::English => "English",
                }}
            </button>
            <button class="button" data-kind="quiet" type="button" data-test="night"
                aria-pressed=move || dark.get().to_string()
                aria-label=said(Text::new("夜间显示", "Night display")) on:click=turn>
                {move || view! { <Icon name=if dark.get() { IconName::Sun } else { IconName::Moon }/> }}
            </button>
        </div>
    }
}
