//! The language switch of the tablet; it changes the page in place.

use domain::Language;
use leptos::prelude::*;
use markup::{component, view};

use super::piece::Piece;
use crate::i18n::LanguageSignal;

#[component]
pub fn Languages() -> Piece {
    let LanguageSignal(signal) = expect_context();
    let button = move |language: Language, name: &'static str| {
        view! {
            <button
                type="button"
                lang=language.tag()
                aria-current=move || (signal.get() == language).then_some("true")
                on:click=move |_| signal.set(language)
            >{name}</button>
        }
    };
    view! {
        <nav class="languages" aria-label="语言 Language">
            {button(Language::Chinese, "中文")}
            {button(Language::English, "English")}
        </nav>
    }
}
