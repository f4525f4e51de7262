//! The head of a page: where it lies, its one title, what is said of it, its one act.

use domain::Text;
use leptos::prelude::*;
use leptos_meta::Title;

use super::icon::{Icon, IconName};
use crate::i18n::t;

/// The words in the browser's tab.
pub fn title(text: &str) -> AnyView {
    let brand = t(Text::new("督帮", "Dubang"));
    view! { <Title text=format!("{text} · {brand}")/> }.into_any()
}

/// `meta` is a line of spans and tags, or nothing; `act` the page's primary link, or nothing.
pub fn head(text: String, meta: impl IntoAny, act: impl IntoAny) -> AnyView {
    view! {
        {title(&text)}
        <header class="head">
            <div>
                <h1>{text}</h1>
                <p>{meta.into_any()}</p>
            </div>
            {act.into_any()}
        </header>
    }
    .into_any()
}

/// A link that looks like a button.
pub fn act(href: &'static str, icon: IconName, text: Text, primary: bool) -> AnyView {
    view! { <a class="button" data-kind=primary.then_some("primary") href=href><Icon name=icon/>{t(text)}</a> }.into_any()
}

/// The list this page belongs to, then the page.
pub fn crumbs(list: &'static str, name: Text, page: String) -> AnyView {
    view! {
        <nav class="crumbs" aria-label=t(Text::new("位置", "Location"))>
            <ol><li><a href=list>{t(name)}</a></li><li aria-current="page">{page}</li></ol>
        </nav>
    }
    .into_any()
}

/// The list, the thing of it that this page is a part of, then the page.
pub fn crumbs_within(
    (list, name): (&'static str, Text),
    (thing, title): (String, String),
    page: String,
) -> AnyView {
    view! {
        <nav class="crumbs" aria-label=t(Text::new("位置", "Location"))>
            <ol>
                <li><a href=list>{t(name)}</a></li>
                <li><a href=thing>{title}</a></li>
                <li aria-current="page">{page}</li>
            </ol>
        </nav>
    }
    .into_any()
}

/// One known thing of a list of facts.
pub fn fact(name: Text, value: impl IntoAny) -> AnyView {
    view! { <div><dt>{t(name)}</dt><dd>{value.into_any()}</dd></div> }.into_any()
}

/// What happened or does not, in a line that stays. `kind`: info, success, warning, error.
pub fn banner(kind: &'static str, text: String) -> AnyView {
    let icon = match kind {
        "success" => IconName::CircleCheck,
        "warning" => IconName::TriangleAlert,
        "error" => IconName::CircleX,
        _ => IconName::Info,
    };
    view! { <div class="banner" data-kind=kind><Icon name=icon/><p>{text}</p></div> }.into_any()
}
