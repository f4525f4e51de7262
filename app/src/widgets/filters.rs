//! Filters live in the address: a form that asks for the same page again. It works without scripts.

use domain::Text;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::icon::{Icon, IconName};
use crate::i18n::t;

/// A filter that chooses among values; the empty value stands for all.
pub struct Choice {
    pub name: &'static str,
    pub label: Text,
    pub all: Text,
    pub values: Vec<(String, String)>,
}

/// `path` is the list's own address; `search` names the text that is searched for, if any is.
pub fn filters(
    path: &'static str,
    label: Text,
    choices: Vec<Choice>,
    search: impl Into<Option<Text>>,
) -> AnyView {
    filters_at(path.to_owned(), label, choices, search)
}

/// The same where the list is a part of one thing, and its address holds an id.
pub fn filters_at(
    path: String,
    label: Text,
    choices: Vec<Choice>,
    search: impl Into<Option<Text>>,
) -> AnyView {
    let cleared = path.clone();
    let query = use_query_map();
    let asked = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let choice = |choice: Choice| {
        let Choice {
            name,
            label,
            all,
            values,
        } = choice;
        let option = move |(code, words): (String, String)| {
            let is_chosen = {
                let code = code.clone();
                Memo::new(move |_| asked(name) == code)
            };
            view! { <option value=code selected=move || is_chosen.get() prop:selected=move || is_chosen.get()>{words}</option> }
        };
        let options: Vec<_> = std::iter::once((String::new(), t(all).to_owned()))
            .chain(values)
            .map(option)
            .collect();
        view! { <label>{t(label)}<select name=name>{options}</select></label> }
    };
    let choices: Vec<_> = choices.into_iter().map(choice).collect();
    let search = search.into().map(|search| {
        view! {
            <label class="--wide">
                {t(search)}
                <input type="search" name="search" value=move || asked("search") prop:value=move || asked("search")/>
            </label>
        }
    });
    view! {
        <Form method="GET" action=path attr:class="filters" attr:role="search" attr:aria-label=t(label)>
            {choices}
            {search}
            <button class="button" type="submit"><Icon name=IconName::Search/>{t(Text::new("筛选", "Filter"))}</button>
            <a class="button" data-kind="quiet" href=cleared>{t(Text::new("清除", "Clear"))}</a>
        </Form>
    }
    .into_any()
}

/// The page asked for, from 1.
pub fn page_asked() -> u32 {
    use_query_map()
        .with(|query| query.get("page").and_then(|page| page.parse().ok()))
        .unwrap_or(1)
        .max(1)
}
