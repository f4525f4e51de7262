//! One guide: its editions, newest first, each with its obligations.

use domain::finding::line_title;
use domain::id::RulePackId;
use domain::rule_pack::{Edition, Measure, Obligation};
use domain::{Text, say};
use leptos::prelude::*;

use super::checklists::adapted_tag;
use super::guides::{PATH, TITLE};
use super::levels::kinds;
use super::{Site, id_in_address};
use crate::api::query::guide;
use crate::api::view::GuideView;
use crate::i18n::t;
use crate::widgets::head::{crumbs, head};
use crate::widgets::history::history;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::table::{brief, cell, column, row, table};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<RulePackId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| guide(id));
    loaded(answer, move |view| show(&view, &site))
}

/// How often or how soon, in words.
pub fn measure(measure: Option<Measure>) -> String {
    measure.map_or_else(
        || "—".to_owned(),
        |Measure { amount, unit }| format!("{amount} {}", t(unit.title())),
    )
}

/// Codes of check items, in one line.
pub fn items(codes: &[String]) -> String {
    if codes.is_empty() {
        "—".to_owned()
    } else {
        codes.join(t(Text::new("、", ", ")))
    }
}

fn show(view: &GuideView, site: &Site) -> AnyView {
    let name = site.name(&view.name);
    let editions: Vec<_> = view
        .editions
        .iter()
        .map(|edition| one(edition, view.current == Some(edition.number), site))
        .collect();
    view! {
        {crumbs(PATH, TITLE, name.clone())}
        {head(name, (), ())}
        {editions}
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            {history(&view.history, site)}
        </section>
    }
    .into_any()
}

fn one(edition: &Edition, is_current: bool, site: &Site) -> AnyView {
    let name = site.name(&edition.name);
    let since = site.at(edition.from);
    let since = say!(
        site.language,
        "自{since}起执行",
        "To be followed from {since}"
    );
    let current = is_current.then(|| {
        tag(
            "received",
            IconName::CircleCheck,
            t(Text::new("现行", "Followed now")),
        )
    });
    view! {
        <section class="stack">
            <h2>{name.clone()}</h2>
            <p class="row">{current}<span>{since}</span>{edition.adapted.then(adapted_tag)}</p>
            {obligations(&name, &edition.obligations, site)}
        </section>
    }
    .into_any()
}

/// `label` names the table.
pub fn obligations(label: &str, obligations: &[Obligation], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("编号", "Code"))),
        column(t(Text::new("要求", "Obligation"))),
        column(t(Text::new("频次或时限", "How often, how soon"))),
        column(t(Text::new("等级", "Levels"))),
        column(t(Text::new("机构类别", "Kinds"))),
        column(t(Text::new("责任线", "Line"))),
        column(t(Text::new("检查项", "Check items"))),
    ];
    let line = |obligation: &Obligation| {
        let levels: Vec<&str> = obligation.levels.iter().map(|level| level.code()).collect();
        let kinds = if obligation.kinds.is_empty() {
            t(Text::new("全部", "All")).to_owned()
        } else {
            kinds(&obligation.kinds)
        };
        row(vec![
            brief(obligation.code.clone()),
            view! { <th scope="row">{site.name(&obligation.text)}</th> }.into_any(),
            brief(measure(obligation.measure)),
            brief(levels.join(t(Text::new("、", ", ")))),
            cell(kinds),
            brief(t(line_title(obligation.line))),
            cell(items(&obligation.items)),
        ])
    };
    let rows = obligations.iter().map(line).collect();
    table(label, &columns, rows, "")
}
