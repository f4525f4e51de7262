//! Filters live in the address: a form that asks for the same page again. It works without scripts.

use domain::Text;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::icon::{Icon, IconName};
use crate::i18n::t;

/// One filter: its name in the address, its label, how it is given.
pub struct Filter {
    name: &'static str,
    label: Text,
    control: Control,
}

enum Control {
    /// One of some values, each with its words; the empty value stands for all.
    Choice(Vec<(String, String)>),
    Day,
    /// Part of a text.
    Text,
}

impl Filter {
    pub const fn text(name: &'static str, label: Text) -> Filter {
        Filter {
            name,
            label,
            control: Control::Text,
        }
    }

    pub fn choice(name: &'static str, label: Text, values: Vec<(String, String)>) -> Filter {
        Filter {
            name,
            label,
            control: Control::Choice(values),
        }
    }

    pub const fn day(name: &'static str, label: Text) -> Filter {
        Filter {
            name,
            label,
            control: Control::Day,
        }
    }
}

/// `path` is the list's own address; `search` names the text that is searched for, if any is.
pub fn filters(
    path: String,
    label: Text,
    filters: Vec<Filter>,
    search: impl Into<Option<Text>>,
) -> AnyView {
    let cleared = path.clone();
    let query = use_query_map();
    let asked = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let choice = move |name: &'static str, values: Vec<(String, String)>| {
        let option = move |(code, words): (String, String)| {
            let is_chosen = {
                let code = code.clone();
                Memo::new(move |_| asked(name) == code)
            };
            view! { <option value=code selected=move || is_chosen.get() prop:selected=move || is_chosen.get()>{words}</option> }
        };
        let all = t(Text::new("全部", "All")).to_owned();
        let options: Vec<_> = std::iter::once((String::new(), all))
            .chain(values)
            .map(option)
            .collect();
        view! { <select name=name>{options}</select> }.into_any()
    };
    let filter = move |filter: Filter| {
        let name = filter.name;
        let control = match filter.control {
            Control::Choice(values) => choice(name, values),
            Control::Text => {
                view! { <input type="text" name=name value=move || asked(name) prop:value=move || asked(name)/> }.into_any()
            }
            Control::Day => {
                view! { <input type="date" name=name value=move || asked(name) prop:value=move || asked(name)/> }.into_any()
            }
        };
        view! { <label>{t(filter.label)}{control}</label> }
    };
    let choices: Vec<_> = filters.into_iter().map(filter).collect();
    // The order stays what it was.
    let sort = move || {
        let sort = asked("sort");
        (!sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sort/> })
    };
    // Set when the address changes, and not before: somebody may have typed by the time the page comes alive.
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |before: Option<String>| {
        let now = asked("search");
        if let Some(input) = field.get_untracked()
            && before.is_some_and(|before| before != now)
        {
            input.set_value(&now);
        }
        now
    });
    let search = search.into().map(|search| {
        view! {
            <label class="--wide">
                {t(search)}
                <input type="search" name="search" value=untrack(|| asked("search")) node_ref=field/>
            </label>
        }
    });
    view! {
        <Form method="GET" action=path attr:class="filters" attr:role="search" attr:aria-label=t(label)>
            {sort}
            {choices}
            {search}
            <button class="button" type="submit"><Icon name=IconName::Search/>{t(Text::new("筛选", "Filter"))}</button>
            <a class="button" data-kind="quiet" href=cleared>{t(Text::new("清除", "Clear"))}</a>
        </Form>
    }
    .into_any()
}
