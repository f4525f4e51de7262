//! One body: what is known of it, what was found there, and its place in the tree.

use domain::body::Location;
use domain::id::BodyId;
use domain::{Text, say};
use leptos::prelude::*;

use super::{Site, id_in_address};
use crate::api::query::body;
use crate::api::view::{BodyView, GoneView};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::finding_table::{Whose, finding_table};
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::history;
use crate::widgets::icon::{Icon, IconName};
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
    let ways = view! {
        <div class="row">
            <a class="button" href=format!("/bodies/{}/rules", body.id)>
                <Icon name=IconName::ListChecks/>{t(super::body_rules::TITLE)}
            </a>
            {body.keeps_entrance.then(|| view! {
                <a class="button" href=format!("/bodies/{}/entrance", body.id)>
                    <Icon name=IconName::MapPin/>{t(super::body_entrance::TITLE)}
                </a>
            })}
            {body.may_manage.then(|| view! {
                <a class="button" href=format!("/bodies/{}/edit", body.id)>
                    <Icon name=IconName::Pencil/>{t(super::body_edit::TITLE)}
                </a>
            })}
        </div>
    };
    let gone = body.gone.as_ref().map(|gone| gone_banner(gone, site));
    let profile = &known.profile;
    let location = profile.location.map(|location| {
        let Location {
            longitude,
            latitude,
        } = location;
        fact(
            Text::new("位置（经度，纬度）", "Location (longitude, latitude)"),
            format!("{longitude}, {latitude}"),
        )
    });
    let contact = [&profile.contact.name, &profile.contact.telephone]
        .into_iter()
        .filter(|text| !text.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ");
    let further = view! {
        {profile.ownership.map(|known| fact(Text::new("所有制", "Ownership"), t(known.title())))}
        {profile.risk.map(|known| fact(Text::new("风险等级", "Risk grade"), t(known.title())))}
        {(!profile.address.is_empty()).then(|| fact(Text::new("地址", "Address"), profile.address.clone()))}
        {location}
        {(!contact.is_empty()).then(|| fact(Text::new("联系人", "Contact"), contact))}
    };
    let absorbed = (!body.absorbed.is_empty()).then(|| {
        let items: Vec<_> = body
            .absorbed
            .iter()
            .map(|other| view! { <div>{site.body(other)}</div> })
            .collect();
        fact(Text::new("并入的单位", "Merged into it"), items)
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
    let all_findings = all_of(
        body.findings.is_empty(),
        "/findings",
        &name,
        Text::new(
            "在问题清单中查看全部",
            "All of them, in the list of findings",
        ),
    );
    let all_inspections = all_of(
        body.inspections.is_empty(),
        "/inspections",
        &name,
        Text::new(
            "在检查记录中查看全部",
            "All of them, in the list of inspections",
        ),
    );
    view! {
        {crumbs("/bodies", Text::new("机构", "Bodies"), name.clone())}
        {head(name, view! { <span>{t(known.kind.title())}</span>{sample} }, ways)}
        {gone}
        <section class="card">
            <h2>{t(Text::new("要点", "Facts"))}</h2>
            <dl class="facts">
                {body.parent.as_ref().map(|parent| fact(Text::new("上级单位", "Answers to"), site.body(parent)))}
                {known.district.as_ref().map(|district| fact(Text::new("区", "District"), site.district(district)))}
                {figures}
                {further}
                {absorbed}
            </dl>
        </section>
        {children}
        <section class="stack">
            <h2>{t(Text::new("问题", "Findings"))}</h2>
            {finding_table(&body.findings, Whose::One, site, Text::new("这里没有发现过问题。", "Nothing was found here."))}
            {all_findings}
        </section>
        <section class="stack">
            <h2>{t(Text::new("检查记录", "Inspections"))}</h2>
            {inspection_table(&body.inspections, site, Text::new("这里还没有检查过。", "It has not been inspected yet."))}
            {all_inspections}
        </section>
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            {history(&body.history, site)}
        </section>
    }
    .into_any()
}

/// The tables here have the latest: the way to all of them, to be filtered and exported.
fn all_of(is_empty: bool, list: &str, name: &str, text: Text) -> Option<AnyView> {
    let address = with_query(list, &[("search", name)]);
    (!is_empty).then(|| view! { <p><a href=address>{t(text)}</a></p> }.into_any())
}

fn gone_banner(gone: &GoneView, site: &Site) -> AnyView {
    match gone {
        GoneView::Closed { reason } => {
            let text = say!(
                site.language,
                "该单位已撤销：{reason}",
                "This body was closed: {reason}"
            );
            banner("warning", text)
        }
        GoneView::Merged { into } => {
            let said = t(Text::new("该单位已并入", "This body was merged into "));
            view! {
                <div class="banner" data-kind="warning">
                    <Icon name=IconName::TriangleAlert/>
                    <p>{said}{site.body(into)}{t(Text::new("。", "."))}</p>
                </div>
            }
            .into_any()
        }
    }
}
