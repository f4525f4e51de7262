//! One body: what is known of it, what was found there, and its place in the tree.

use domain::Text;
use domain::id::BodyId;
use leptos::prelude::*;

use super::{Site, id_in_address};
use crate::api::query::body;
use crate::api::view::BodyView;
use crate::i18n::t;
use crate::widgets::figure::grouped;
use crate::widgets::finding_table::{Whose, finding_table};
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::history;
use crate::widgets::icon::IconName;
use crate::widgets::inspection_table::inspection_table;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let params = leptos_router::hooks::use_params_map();
    let asked = Memo::new(move |_| {
        params
            .with(|params| params.get("id"))
            .and_then(|id| id.parse::<BodyId>().ok())
    });
    if id_in_address::<BodyId>().is_none() {
        return missing();
    }
    // From a body one goes to its parent or its children: the same page with another id.
    let answer = Resource::new(
        move || asked.get(),
        |id| async move {
            match id {
                Some(id) => body(id).await,
                None => Err(crate::api::ApiError::NotFound),
            }
        },
    );
    loaded(answer, move |view| show(&view, &site))
}

fn show(body: &BodyView, site: &Site) -> AnyView {
    let known = &body.particulars;
    let name = site.name(&known.name);
    let sample = known
        .sample
        .then(|| tag("general", IconName::Info, t(Text::new("示例", "Sample"))));
    let figures = known.kind.is_institution().then(|| {
        view! {
            {fact(Text::new("服务对象", "Residents"), grouped(known.residents.into()))}
            {fact(Text::new("工作人员", "Staff"), grouped(known.staff.into()))}
            {fact(Text::new("床位", "Beds"), grouped(known.capacity.into()))}
        }
    });
    let children = (!body.children.is_empty()).then(|| {
        let items: Vec<_> = body
            .children
            .iter()
            .map(|child| view! { <li>{site.body(child)}</li> })
            .collect();
        let count = items.len();
        view! {
            <details class="card">
                <summary>{t(Text::new("下属单位", "Bodies below it"))}" ("{count}")"</summary>
                <ul>{items}</ul>
            </details>
        }
    });
    view! {
        {crumbs("/bodies", Text::new("机构", "Bodies"), name.clone())}
        {head(name, view! { <span>{t(known.kind.title())}</span>{sample} }, ())}
        <section class="card">
            <h2>{t(Text::new("要点", "Facts"))}</h2>
            <dl class="facts">
                {body.parent.as_ref().map(|parent| fact(Text::new("上级单位", "Answers to"), site.body(parent)))}
                {known.district.as_ref().map(|district| fact(Text::new("区", "District"), site.district(district)))}
                {figures}
            </dl>
        </section>
        {children}
        <section class="stack">
            <h2>{t(Text::new("问题", "Findings"))}</h2>
            {finding_table(&body.findings, Whose::One, site, Text::new("这里没有发现过问题。", "Nothing was found here."))}
        </section>
        <section class="stack">
            <h2>{t(Text::new("检查记录", "Inspections"))}</h2>
            {inspection_table(&body.inspections, site, Text::new("这里还没有检查过。", "It has not been inspected yet."))}
        </section>
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            {history(&body.history, site)}
        </section>
    }
    .into_any()
}
