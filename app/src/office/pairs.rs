//! The matrix of paired files: did the institution fail, did the regulator know, did it act; every number opens the visits it counts.

use domain::id::CampaignId;
use domain::jurisdiction::DistrictCode;
use domain::regulator_file::Conduct;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Site;
use super::inspections::tabs;
use super::regulator_file::conduct_tag;
use crate::api::view::{PairFilter, PairRow, PairsView};
use crate::api::visits::pairs;
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::filters::{Filter, filters, page_asked};
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;
use crate::widgets::table::{brief, cell, column, figure, number, row, row_link, table};
use crate::widgets::tag::tag;

pub const PATH: &str = "/inspections/pairs";

fn address(filter: &PairFilter, page: u32) -> String {
    let (page, campaign) = (
        page.to_string(),
        filter.campaign.map(|id| id.to_string()).unwrap_or_default(),
    );
    let failed = match filter.failed {
        None => "",
        Some(true) => "yes",
        Some(false) => "no",
    };
    let pairs = [
        ("campaign", campaign.as_str()),
        (
            "district",
            filter.district.as_ref().map_or("", |district| &district.0),
        ),
        ("failed", failed),
        ("conduct", filter.conduct.map_or("", Conduct::code)),
        ("page", if page == "1" { "" } else { &page }),
    ];
    with_query(PATH, &pairs)
}

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let page = page_asked();
        query.with(|query| PairFilter {
            campaign: query
                .get("campaign")
                .and_then(|id| id.parse::<CampaignId>().ok()),
            district: query
                .get("district")
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
            failed: query.get("failed").and_then(|failed| match &*failed {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            }),
            conduct: query
                .get("conduct")
                .and_then(|code| Conduct::from_code(&code)),
            page,
        })
    });
    let answer = Resource::new(move || asked.get(), pairs);
    let title = t(Text::new("成对档案", "Paired files")).to_owned();
    let words = t(Text::new(
        "每次完成的检查同时形成机构档案和监管档案：机构有没有问题，监管部门知不知情、处置了没有。",
        "Every completed visit opens two files: whether the institution failed, and whether its regulator knew and acted.",
    ));
    view! {
        {head(title, words, ())}
        {tabs(PATH, &site)}
        {loaded(answer, move |view: PairsView| {
            let filter = asked.get_untracked();
            let campaigns = view
                .campaigns
                .iter()
                .map(|campaign| (campaign.id.to_string(), site.name(&campaign.name)))
                .collect();
            let choices = vec![
                Filter::choice("campaign", Text::new("督查", "Campaign"), campaigns),
                Filter::choice("district", Text::new("区", "District"), site.districts()),
            ];
            view! {
                {filters(PATH, Text::new("筛选成对档案", "Filter paired files"), choices, None::<Text>)}
                {matrix(&view, &filter, &site)}
                {by_district(&view, &filter, &site)}
                {rows(&view.rows.rows, &site)}
                {pager(view.rows.page, view.rows.page_size, view.rows.total, |page| address(&filter, page))}
            }
            .into_any()
        })}
    }
    .into_any()
}

/// A number that opens the visits it counts, where there are any.
fn counted(visits: u64, filter: PairFilter) -> AnyView {
    if visits == 0 {
        return figure(visits);
    }
    let address = address(&filter, 1);
    view! { <td class="number"><a href=address>{visits}</a></td> }.into_any()
}

fn failed_title(failed: bool) -> Text {
    if failed {
        Text::new("机构有问题", "Institution failed")
    } else {
        Text::new("机构无问题", "Institution in order")
    }
}

fn matrix(view: &PairsView, filter: &PairFilter, site: &Site) -> AnyView {
    let columns: Vec<_> = std::iter::once(column(t(Text::new("机构", "Institution"))))
        .chain(Conduct::ALL.map(|conduct| number(t(conduct.title()))))
        .chain([number(t(Text::new("合计", "Total")))])
        .collect();
    let of = |failed: Option<bool>, conduct: Option<Conduct>| PairFilter {
        failed,
        conduct,
        page: 1,
        ..filter.clone()
    };
    let line = |failed: bool| {
        let cells = Conduct::ALL.map(|conduct| {
            counted(
                view.visits(None, failed, conduct),
                of(Some(failed), Some(conduct)),
            )
        });
        let total = Conduct::ALL
            .map(|conduct| view.visits(None, failed, conduct))
            .iter()
            .sum();
        let name = view! { <th scope="row">{t(failed_title(failed))}</th> }.into_any();
        row(std::iter::once(name)
            .chain(cells)
            .chain([counted(total, of(Some(failed), None))])
            .collect())
    };
    let both = Conduct::ALL.map(|conduct| {
        let visits = view.visits(None, true, conduct) + view.visits(None, false, conduct);
        counted(visits, of(None, Some(conduct)))
    });
    let name = view! { <th scope="row">{t(Text::new("合计", "Total"))}</th> }.into_any();
    let sum = row(std::iter::once(name)
        .chain(both)
        .chain([counted(view.total(), of(None, None))])
        .collect());
    view! {
        <section class="stack" data-test="matrix">
            <h2>{t(Text::new("机构与监管对照", "Institution against regulator"))}</h2>
            {table(t(Text::new("机构与监管对照", "Institution against regulator")), &columns,
                vec![line(true), line(false), sum], t(Text::new("没有检查。", "There is no visit.")))}
            <p>{say!(
                site.language,
                "共{}次完成的检查，每次计一次。",
                "Completed visits: {}, each counted once.",
                view.total()
            )}</p>
        </section>
    }
    .into_any()
}

fn by_district(view: &PairsView, filter: &PairFilter, site: &Site) -> AnyView {
    let columns: Vec<_> = std::iter::once(column(t(Text::new("区", "District"))))
        .chain([
            number(t(Text::new("检查", "Visits"))),
            number(t(failed_title(true))),
        ])
        .chain(Conduct::ALL.map(|conduct| number(t(conduct.title()))))
        .collect();
    let mut districts: Vec<&Option<DistrictCode>> =
        view.counts.iter().map(|count| &count.district).collect();
    districts.dedup();
    let line = |district: &&Option<DistrictCode>| {
        let name = district.as_ref().map_or_else(
            || t(Text::new("不在区内", "No district")).to_owned(),
            |code| site.district(code),
        );
        let of = |failed: Option<bool>, conduct: Option<Conduct>| PairFilter {
            district: (*district).clone().or_else(|| filter.district.clone()),
            failed,
            conduct,
            page: 1,
            ..filter.clone()
        };
        let visits = |failed: bool, conduct| view.visits(Some(*district), failed, conduct);
        let failed: u64 = Conduct::ALL
            .map(|conduct| visits(true, conduct))
            .iter()
            .sum();
        let sound: u64 = Conduct::ALL
            .map(|conduct| visits(false, conduct))
            .iter()
            .sum();
        let cells = Conduct::ALL.map(|conduct| {
            counted(
                visits(true, conduct) + visits(false, conduct),
                of(None, Some(conduct)),
            )
        });
        let name = view! { <th scope="row">{name}</th> }.into_any();
        row([
            name,
            counted(failed + sound, of(None, None)),
            counted(failed, of(Some(true), None)),
        ]
        .into_iter()
        .chain(cells)
        .collect())
    };
    view! {
        <section class="stack">
            <h2>{t(Text::new("各区", "By district"))}</h2>
            {table(t(Text::new("各区成对档案", "Paired files by district")), &columns,
                districts.iter().map(line).collect(), t(Text::new("没有检查。", "There is no visit.")))}
        </section>
    }
    .into_any()
}

fn rows(rows: &[PairRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("机构", "Institution"))),
        number(t(Text::new("问题", "Findings"))),
        column(t(Text::new("监管部门", "Regulator"))),
        column(t(Text::new("结论", "Conclusion"))),
        column(t(Text::new("签署", "Signed"))),
        column(t(Text::new("督查", "Campaign"))),
        column(t(Text::new("检查时间", "Visited"))),
    ];
    let line = |pair: &PairRow| {
        let regulator = pair
            .regulator
            .as_ref()
            .map_or_else(|| "—".to_owned(), |body| site.name(&body.name));
        let signed = if pair.signed {
            tag(
                "closed",
                IconName::CircleCheck,
                t(Text::new("已签署", "Signed")),
            )
        } else {
            "—".into_any()
        };
        row(vec![
            row_link(
                format!("/inspections/{}", pair.inspection),
                site.name(&pair.target.name),
            ),
            figure(pair.findings),
            cell(regulator),
            cell(conduct_tag(pair.conduct)),
            cell(signed),
            cell(site.name(&pair.campaign.name)),
            brief(site.at(pair.submitted_at)),
        ])
    };
    table(
        t(Text::new("成对档案", "Paired files")),
        &columns,
        rows.iter().map(line).collect(),
        t(Text::new("没有符合条件的检查。", "No visit matches.")),
    )
}
