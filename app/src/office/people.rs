//! People: who they are, where they belong, what they may do.

use domain::Text;
use domain::command::Command;
use domain::permission::Act;
use domain::person::PersonCommand;
use domain::say;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{Site, held};
use crate::api::command::send;
use crate::api::query::people;
use crate::api::view::PersonRow;
use crate::i18n::t;
use crate::widgets::filters::filters;
use crate::widgets::head::{act, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::sending::Sending;
use crate::widgets::table::{brief, cell, column, row, table};
use crate::widgets::tag::tag;

const PATH: &str = "/administration";

/// The parts of administration the reader may see.
pub fn tabs(site: &Site, here: &'static str) -> AnyView {
    let ways = [
        (PATH, Text::new("人员", "People"), Act::ManagePeople),
        (
            "/administration/held",
            Text::new("存疑记录", "Held records"),
            Act::SettleHeld,
        ),
    ];
    let open: Vec<_> = ways
        .into_iter()
        .filter(|(_, _, act)| site.may(*act))
        .collect();
    // One part alone is the page itself.
    if open.len() < 2 {
        return ().into_any();
    }
    let links: Vec<_> = open
        .into_iter()
        .map(|(href, text, _)| view! { <a href=href aria-current=(href == here).then_some("page")>{t(text)}</a> })
        .collect();
    view! { <nav class="tabs" aria-label=t(Text::new("管理的部分", "Parts of administration"))>{links}</nav> }.into_any()
}

pub fn page() -> AnyView {
    let site = Site::here();
    if !site.may(Act::ManagePeople) {
        return held::page();
    }
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("search").unwrap_or_default()));
    let answer = Resource::new(move || asked.get(), people);
    let done = Callback::new(move |()| answer.refetch());
    let title = t(Text::new("人员", "People")).to_owned();
    let register = act(
        "/administration/people/new",
        IconName::Plus,
        Text::new("登记人员", "Register a person"),
        true,
    );
    view! {
        {head(title, (), register)}
        {tabs(&site, PATH)}
        {filters(PATH, Text::new("搜索人员", "Search people"), Vec::new(), Text::new("姓名或登录名", "Name or sign-in name"))}
        {loaded(answer, move |people: Vec<PersonRow>| rows(&people, &site, done))}
    }
    .into_any()
}

fn rows(people: &[PersonRow], site: &Site, done: Callback<()>) -> AnyView {
    let sending = Sending::new("people-errors");
    let columns = [
        column(t(Text::new("姓名", "Name"))),
        column(t(Text::new("登录名", "Sign-in name"))),
        column(t(Text::new("单位", "Unit"))),
        column(t(Text::new("角色与范围", "Roles and scopes"))),
        column(t(Text::new("状态", "State"))),
        column(t(Text::new("操作", "Acts"))),
    ];
    let line = |person: &PersonRow| {
        let name = site.name(&person.name);
        let unit = match &person.unit {
            Some(unit) => {
                view! { <a href=format!("/bodies/{}", unit.id)>{site.name(&unit.name)}</a> }
                    .into_any()
            }
            None => "—".into_any(),
        };
        let grants: Vec<_> = person
            .grants
            .iter()
            .map(|grant| view! { <div>{site.grant(grant, &person.scopes)}</div> })
            .collect();
        let state = if person.active {
            tag(
                "received",
                IconName::CircleCheck,
                t(Text::new("启用", "Active")),
            )
        } else {
            tag(
                "cancelled",
                IconName::X,
                t(Text::new("已停用", "Deactivated")),
            )
        };
        let id = person.id;
        let may_deactivate = person.active && id != site.viewer.person;
        let deactivate = may_deactivate.then(|| {
            let label = say!(site.language, "停用：{name}", "Deactivate: {name}");
            let asked = RwSignal::new(false);
            let deactivate = move |_| {
                // The first press asks, the second does it: there is no way back.
                if !asked.get_untracked() {
                    asked.set(true);
                    return;
                }
                let command = Command::Person { id, command: PersonCommand::Deactivate };
                sending.run(Vec::new(), || Box::pin(send(command)), move || done.run(()));
            };
            let words = move || {
                if asked.get() {
                    t(Text::new("确认停用？", "Really deactivate?"))
                } else {
                    t(Text::new("停用", "Deactivate"))
                }
            };
            let label = move || if asked.get() { format!("{label} · {}", words()) } else { label.clone() };
            view! {
                <button class="button" data-kind=move || if asked.get() { "danger" } else { "quiet" } type="button"
                    aria-label=label on:click=deactivate on:blur=move |_| asked.set(false)>
                    <Icon name=IconName::X/>{words}
                </button>
            }
        });
        row(vec![
            view! { <th scope="row">{name}</th> }.into_any(),
            brief(person.sign_in_name.clone()),
            cell(unit),
            cell(grants),
            brief(state),
            brief(deactivate),
        ])
    };
    let none = t(Text::new("没有符合条件的人员。", "No one matches."));
    view! {
        {sending.summary()}
        {table(t(Text::new("人员", "People")), &columns, people.iter().map(line).collect(), none)}
    }
    .into_any()
}
