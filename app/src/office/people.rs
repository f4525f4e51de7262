//! People: who they are, where they belong, what they may do.

use domain::Text;
use domain::command::Command;
use domain::permission::{Act, Role};
use domain::person::PersonCommand;
use leptos::prelude::*;

use super::{Site, devices, districts, guides, held, levels};
use crate::api::view::PersonRow;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Question, list};
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
        (devices::PATH, devices::TITLE, Act::ManagePeople),
        (districts::PATH, districts::TITLE, Act::ManageBodies),
        (levels::PATH, levels::TITLE, Act::SetRules),
        (guides::PATH, guides::TITLE, Act::SetRules),
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

impl Listed for PersonRow {
    const LIST: &'static str = "people";
    const ORDER: &'static str = "signIn";

    fn columns() -> Vec<Column<PersonRow>> {
        vec![
            Column::text("name", Text::new("姓名", "Name"), |person, site| {
                site.name(&person.name).into()
            }),
            Column::brief(
                "signIn",
                Text::new("登录名", "Sign-in name"),
                |person, _| person.sign_in_name.clone().into(),
            ),
            Column::text(
                "unit",
                Text::new("单位", "Unit"),
                |person: &PersonRow, site| {
                    person
                        .unit
                        .as_ref()
                        .map(|unit| site.name(&unit.name))
                        .into()
                },
            )
            .look(unit),
            Column::text(
                "grants",
                Text::new("角色与范围", "Roles and scopes"),
                |person: &PersonRow, site| {
                    let grants: Vec<String> = person
                        .grants
                        .iter()
                        .map(|grant| site.grant_text(grant, &person.scopes))
                        .collect();
                    grants.join(t(Text::new("；", "; "))).into()
                },
            )
            .look(grants)
            .unsorted(),
            Column::brief(
                "state",
                Text::new("状态", "State"),
                |person: &PersonRow, _| t(state_title(person.active)).into(),
            )
            .look(|person, _| state(person.active)),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/administration/people/{}", self.id))
    }
}

fn unit(person: &PersonRow, site: &Site) -> AnyView {
    match &person.unit {
        Some(unit) => {
            view! { <a href=format!("/bodies/{}", unit.id)>{site.name(&unit.name)}</a> }.into_any()
        }
        None => "—".into_any(),
    }
}

fn grants(person: &PersonRow, site: &Site) -> AnyView {
    let grants: Vec<_> = person
        .grants
        .iter()
        .map(|grant| view! { <div>{site.grant(grant, &person.scopes)}</div> })
        .collect();
    grants.into_any()
}

const fn state_title(active: bool) -> Text {
    if active {
        Text::new("启用", "Active")
    } else {
        Text::new("已停用", "Deactivated")
    }
}

pub fn state(active: bool) -> AnyView {
    let (tone, icon) = if active {
        ("received", IconName::CircleCheck)
    } else {
        ("cancelled", IconName::X)
    };
    tag(tone, icon, t(state_title(active)))
}

/// Nobody deactivates themselves: the rules say so, too.
fn deactivate(person: &PersonRow, _: &Site, _: &Entered) -> Vec<Command> {
    vec![Command::Person {
        id: person.id,
        command: PersonCommand::Deactivate,
    }]
}

pub fn page() -> AnyView {
    let site = Site::here();
    if !site.may(Act::ManagePeople) {
        return held::page();
    }
    let title = Text::new("人员", "People");
    let register = view! {
        <div class="row">
            {act("/administration/people/import", IconName::CloudUpload, Text::new("导入与导出", "Import and export"), false)}
            {act("/administration/people/new", IconName::Plus, Text::new("登记人员", "Register a person"), true)}
        </div>
    };
    let people = List::<PersonRow> {
        path: PATH.to_owned(),
        title,
        filter: Text::new("搜索人员", "Search people"),
        filters: vec![
            Filter::choice(
                "role",
                Text::new("角色", "Role"),
                Role::ALL
                    .map(|role| (role.code().to_owned(), t(role.title()).to_owned()))
                    .to_vec(),
            ),
            Filter::choice(
                "state",
                Text::new("状态", "State"),
                [
                    ("active", state_title(true)),
                    ("ending", Text::new("权限即将到期", "A role ends soon")),
                    ("deactivated", state_title(false)),
                ]
                .map(|(code, title)| (code.to_owned(), t(title).to_owned()))
                .to_vec(),
            ),
        ],
        search: Text::new("姓名或登录名", "Name or sign-in name"),
        none: Text::new("没有符合条件的人员。", "No one matches."),
        acts: vec![BulkAct {
            icon: IconName::X,
            title: Text::new("停用", "Deactivate"),
            asks: Some(Question::Sure(Text::new(
                "停用后不能再登录，现有登录立即失效；可以在人员页恢复。",
                "They can no longer sign in, and are signed out at once; their own page takes it back.",
            ))),
            commands: deactivate,
        }],
    };
    view! {
        {head(t(title).to_owned(), (), register)}
        {tabs(&site, PATH)}
        {list(people)}
    }
    .into_any()
}
