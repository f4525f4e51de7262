//! What applies to one body at a moment, and why: the level, the decision it rests on, the guides in the edition of the moment, the
//! obligations and check items they activate. The moment stands in the address.

use domain::finding::line_title;
use domain::id::BodyId;
use domain::projection::rules::Standing;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::levels::{area, kinds, term};
use super::{Site, id_in_address};
use crate::api::query::body_rules;
use crate::api::view::{ActiveItem, BodyRulesView, ConsideredRow, FollowedGuide};
use crate::i18n::t;
use crate::office::checklists::adapted_tag;
use crate::office::guide::{items, measure};
use crate::widgets::address::with_query;
use crate::widgets::head::{banner, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::table::{brief, cell, column, row, table};
use crate::widgets::tag::tag;

pub const TITLE: Text = Text::new("适用规则", "Rules in force");

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<BodyId>() else {
        return missing();
    };
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| query.get("at").filter(|at| !at.trim().is_empty())));
    let answer = Resource::new(move || asked.get(), move |at| body_rules(id, at));
    loaded(answer, move |view| show(&view, &site))
}

/// Where the page of a body at a moment is.
pub fn address(body: BodyId, at: &str) -> String {
    with_query(&format!("/bodies/{body}/rules"), &[("at", at)])
}

fn show(view: &BodyRulesView, site: &Site) -> AnyView {
    let name = site.name(&view.body.name);
    let (body, at) = (view.body.id, site.at(view.at));
    let title = t(TITLE);
    let heading = say!(site.language, "{name}：{title}", "{name}: {title}");
    let moment = say!(site.language, "时刻：{at}", "At {at}");
    view! {
        <nav class="crumbs" aria-label=t(Text::new("位置", "Location"))>
            <ol>
                <li><a href="/bodies">{t(Text::new("机构", "Bodies"))}</a></li>
                <li>{site.body(&view.body)}</li>
                <li aria-current="page">{title}</li>
            </ol>
        </nav>
        {head(heading, view! { <span>{moment}</span> }, ())}
        {ask_moment(view, site)}
        <p>{then(view, site)}</p>
        {view.then.is_some().then(|| view! {
            {headline(view, site)}
            <section class="stack">
                <h2>{t(Text::new("依据", "Why"))}</h2>
                {why(&view.considered, site)}
            </section>
        })}
        {view.followed.iter().map(|followed| guide(followed, site)).collect::<Vec<_>>()}
        {view.governing.is_some().then(|| view! {
            <section class="stack">
                <h2>{t(Text::new("启用的检查项", "Check items that are active"))}</h2>
                {active(&view.items, site)}
            </section>
        })}
        {changes(body, view, site)}
    }
    .into_any()
}

/// The moment, as a control that asks for the same page again. It works without scripts.
fn ask_moment(view: &BodyRulesView, site: &Site) -> AnyView {
    let path = format!("/bodies/{}/rules", view.body.id);
    let at = site.wall(view.at);
    let label = t(Text::new("时刻", "Moment"));
    view! {
        <Form method="GET" action=path.clone() attr:class="filters" attr:role="search" attr:aria-label=label>
            <label>
                {label}
                <input type="datetime-local" name="at" value=at.clone() prop:value=at/>
            </label>
            <button class="button" type="submit"><Icon name=IconName::Search/>{t(Text::new("查看", "Show"))}</button>
            <a class="button" data-kind="quiet" href=path>{t(Text::new("现在", "Now"))}</a>
        </Form>
    }
    .into_any()
}

/// What the body was then, or that it was not there yet.
fn then(view: &BodyRulesView, site: &Site) -> String {
    let Some(then) = &view.then else {
        let at = site.at(view.registered_at);
        return say!(
            site.language,
            "该单位此时尚未登记（登记于{at}）。",
            "The body was not registered yet at this moment; it was on {at}."
        );
    };
    let kind = t(then.kind.title());
    match &then.district {
        Some(district) => {
            let district = site.name(district);
            say!(
                site.language,
                "此时：{kind}，{district}。",
                "At this moment: {kind}, {district}."
            )
        }
        None => say!(site.language, "此时：{kind}。", "At this moment: {kind}."),
    }
}

fn headline(view: &BodyRulesView, site: &Site) -> AnyView {
    let Some(governing) = &view.governing else {
        let text = Text::new(
            "此刻没有响应等级对该单位生效。",
            "No response level is in force for this body at this moment.",
        );
        return banner("info", t(text).to_owned());
    };
    let (level, from) = (
        t(governing.order.level.title()),
        site.at(governing.order.from),
    );
    let number = &governing.notice.number;
    let text = say!(
        site.language,
        "{level}，自{from}起生效，依据{number}。",
        "{level}, in force since {from}, on notice {number}."
    );
    banner("warning", text)
}

fn why(considered: &[ConsideredRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("等级", "Level"))),
        column(t(Text::new("此刻", "At this moment"))),
        column(t(Text::new("地区", "Area"))),
        column(t(Text::new("机构类别", "Kinds"))),
        column(t(Text::new("期限", "Term"))),
        column(t(Text::new("依据的通知", "Notice it rests on"))),
    ];
    let line = |one: &ConsideredRow| {
        let decision = &one.row;
        let notice = format!("/notices/{}", decision.notice.id);
        row(vec![
            view! {
                <th scope="row"><a href=format!("/levels/{}", decision.id)>{t(decision.order.level.title())}</a></th>
            }
            .into_any(),
            cell(standing(one, considered, site)),
            brief(area(&decision.order.area, site)),
            cell(kinds(&decision.order.kinds)),
            cell(term(decision, site)),
            cell(view! { <a href=notice>{decision.notice.number.clone()}</a> }),
        ])
    };
    let none = t(Text::new(
        "还没有与该单位有关的响应等级决定。",
        "There is no decision on a response level about this body yet.",
    ));
    table(
        t(Text::new("依据", "Why")),
        &columns,
        considered.iter().map(line).collect(),
        none,
    )
}

fn standing(one: &ConsideredRow, considered: &[ConsideredRow], site: &Site) -> AnyView {
    let level_of = |id| {
        let other = considered.iter().find(|other| other.row.id == id);
        other.map_or("", |other| t(other.row.order.level.title()))
    };
    match one.standing {
        Standing::Governs => tag(
            "received",
            IconName::CircleCheck,
            t(Text::new("适用", "Governs")),
        ),
        Standing::NotYet => tag(
            "soon",
            IconName::Clock,
            t(Text::new("尚未生效", "Not yet in force")),
        ),
        Standing::Over { at } => {
            let at = site.at(at);
            let text = say!(site.language, "已于{at}结束", "Over since {at}");
            tag("cancelled", IconName::X, text)
        }
        Standing::Superseded { by, at } => {
            let (level, at) = (level_of(by), site.at(at));
            let text = say!(
                site.language,
                "自{at}起由{level}取代",
                "Superseded by {level} since {at}"
            );
            tag("cancelled", IconName::X, text)
        }
        Standing::Outranked { by } => {
            let level = level_of(by);
            let text = say!(
                site.language,
                "有效，其指南一并执行；等级以{level}为准",
                "In force, its guides are followed, too; {level} takes precedence"
            );
            tag("general", IconName::Info, text)
        }
    }
}

fn guide(followed: &FollowedGuide, site: &Site) -> AnyView {
    let name = format!(
        "{} · {}",
        site.name(&followed.guide),
        site.name(&followed.edition)
    );
    let columns = [
        column(t(Text::new("编号", "Code"))),
        column(t(Text::new("要求", "Obligation"))),
        column(t(Text::new("频次或时限", "How often, how soon"))),
        column(t(Text::new("责任线", "Line"))),
        column(t(Text::new("检查项", "Check items"))),
    ];
    let rows = followed
        .obligations
        .iter()
        .map(|obligation| {
            row(vec![
                brief(obligation.code.clone()),
                view! { <th scope="row">{site.name(&obligation.text)}</th> }.into_any(),
                brief(measure(obligation.measure)),
                brief(t(line_title(obligation.line))),
                cell(items(&obligation.items)),
            ])
        })
        .collect();
    let none = t(Text::new(
        "这一版没有对该类单位、现行等级的要求。",
        "This edition asks nothing of this kind of body at the levels in force.",
    ));
    let since = site.at(followed.from);
    let since = say!(
        site.language,
        "自{since}起执行",
        "To be followed since {since}"
    );
    view! {
        <section class="stack">
            <h2><a href=format!("/guides/{}", followed.id)>{name.clone()}</a></h2>
            <p class="row"><span>{since}</span>{followed.adapted.then(adapted_tag)}</p>
            {table(&name, &columns, rows, none)}
        </section>
    }
    .into_any()
}

fn active(items: &[ActiveItem], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("编号", "Code"))),
        column(t(Text::new("项目", "Item"))),
        column(t(Text::new("检查表版本", "Checklist version"))),
    ];
    let line = |item: &ActiveItem| {
        let (title, version) = match &item.found {
            Some(found) => {
                let href = format!("/checklists/{}/{}", found.checklist, found.version);
                (
                    site.name(&found.title),
                    view! { <a href=href>{found.version.clone()}</a> }.into_any(),
                )
            }
            None => (
                t(Text::new("尚无检查表包含此项", "No checklist has it yet")).to_owned(),
                "—".into_any(),
            ),
        };
        row(vec![
            brief(item.code.clone()),
            view! { <th scope="row">{title}</th> }.into_any(),
            brief(version),
        ])
    };
    let none = t(Text::new("没有启用检查项。", "No check item is active."));
    table(
        t(Text::new("启用的检查项", "Check items that are active")),
        &columns,
        items.iter().map(line).collect(),
        none,
    )
}

/// The moments at which what applies changes, each with the minute before it.
fn changes(body: BodyId, view: &BodyRulesView, site: &Site) -> AnyView {
    if view.changes.is_empty() {
        return ().into_any();
    }
    let columns = [
        column(t(Text::new("变化时刻", "Moment of the change"))),
        column(t(Text::new("前一分钟", "The minute before"))),
    ];
    let line = |at: &domain::instant::Instant| {
        let before = domain::instant::Instant(at.millis() - 60_000);
        row(vec![
            view! { <th scope="row"><a href=address(body, &site.wall(*at))>{site.at(*at)}</a></th> }
                .into_any(),
            cell(view! { <a href=address(body, &site.wall(before))>{site.at(before)}</a> }),
        ])
    };
    let title = t(Text::new("何时变化", "When it changes"));
    view! {
        <section class="stack">
            <h2>{title}</h2>
            {table(title, &columns, view.changes.iter().map(line).collect(), "")}
        </section>
    }
    .into_any()
}
