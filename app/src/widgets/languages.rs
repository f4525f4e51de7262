//! The language switch: a link the server follows, so that the whole page comes anew.

use domain::Language;
use leptos::prelude::*;

use super::address::{encode, here};
use crate::i18n::language;

pub fn languages() -> AnyView {
    let here = here();
    let now = language();
    let link = move |to: Language| {
        let name = match to {
            Language::Chinese => "中文",
            Language::English => "English",
        };
        let current = (to == now).then_some("true");
        let address = move || format!("/language/{}?to={}", to.code(), encode(&here.get()));
        view! { <a href=address rel="external" lang=to.tag() aria-current=current>{name}</a> }
    };
    view! { <nav class="languages" aria-label="语言 Language">{Language::ALL.map(link)}</nav> }
        .into_any()
}
