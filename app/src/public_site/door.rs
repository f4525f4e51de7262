//! The quiet page around signing in and setting up: nothing else to look at.

use leptos::prelude::*;
use leptos_meta::Body;

use crate::widgets::head::title;
use crate::widgets::languages::languages;

/// `name` is the browser tab's; `line` stands under the house's own name.
pub fn door(name: &str, line: impl IntoAny, content: impl IntoAny) -> AnyView {
    view! {
        <Body attr:class="door"/>
        {title(name)}
        <main id="main">
            <header>
                <img src="/icons/icon.svg" alt="" width="56" height="56"/>
                <h1>"督帮 "<span lang="en">"Dubang"</span></h1>
                <p>{line.into_any()}</p>
            </header>
            {content.into_any()}
            {languages()}
        </main>
    }
    .into_any()
}
