//! The matrix of paired files: did the institution fail, did the regulator know, did it act; every number opens the visits it counts.
//! No file is signed among several: the rules want to know which one was read.

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
use crate::list::{Column, Listed};
use crate::widgets::address::with_query;
use crate::widgets::filters::{Filter, filters};
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{Asking, OnPage, Rows};
use crate::widgets::loaded::loaded;
use crate::widgets::table::{column, figure, figure_link, number, row, table};
use crate::widgets::tag::tag;

pub const PATH: &str = "/inspections/pairs";
const SIGNED: Text = Text::new("已签署", "Signed");

/// The value of the filter that asks whether the institution failed.
const fn failed_code(failed: bool) -> &'static str {
    if failed { "yes" } else { "no" }
}

impl Listed for PairRow {
    const LIST: &'static str = "pairs";
    const ORDER: &'static str = "-visited";

    fn columns() -> Vec<Column<PairRow>> {
        vec![
            Column::text("body", Text::new("机构", "Institution"), |row, site| {
                site.name(&row.target.name).into()
            }),
            Column::number("findings", Text::new("问题", "Findings"), |row, _| {
                row.findings.into()
            }),
            // The one proposed where there is no file yet is found by the tree of bodies.
            Column::text(
                "regulator",
                Text::new("监管部门", "Regulator"),
                |row: &PairRow, site| {
                    row.regulator
                        .as_ref()
                        .map(|body| site.name(&body.name))
                        .into()
                },
            )
            .unsorted(),
            Column::text(
                "conduct",
                Text::new("结论", "Conclusion"),
                |row: &PairRow, _| t(row.conduct.title()).into(),
            )
            .look(|row, _| conduct_tag(row.conduct)),
            Column::text(
                "signed",
                Text::new("签署", "Signed"),
                |row: &PairRow, _| row.signed.then(|| t(SIGNED)).into(),
            )
            .look(|row, _| {
                if row.signed {
                    tag("closed", IconName::CircleCheck, t(SIGNED))
                } else {
                    "—".into_any()
                }
            }),
            Column::text("campaign", Text::new("督查", "Campaign"), |row, site| {
                site.name(&row.campaign.name).into()
            }),
            Column::brief("visited", Text::new("检查时间", "Visited"), |row, _| {
                row.submitted_at.into()
            }),
        ]
    }

    fn key(&self) -> String {
        self.inspection.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/inspections/{}", self.inspection))
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let asking = Asking::<PairRow>::new(None);
    let query = use_query_map();
    // The counts are of a campaign and a district, whatever else the list is filtered by.
    let counted = Memo::new(move |_| {
        query.with(|query| PairFilter {
            campaign: query
                .get("campaign")
                .and_then(|id| id.parse::<CampaignId>().ok()),
            district: query
                .get("district")
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
        })
    });
    let answer = Resource::new(move || counted.get(), pairs);
    let title = t(Text::new("成对档案", "Paired files")).to_owned();
    let words = t(Text::new(
        "每次完成的检查同时形成机构档案和监管档案：机构有没有问题，监管部门知不知情、处置了没有。",
        "Every completed visit opens two files: whether the institution failed, and whether its regulator knew and acted.",
    ));
    let rows = asking.rows(
        Rows {
            path: PATH.to_owned(),
            title: Text::new("成对档案", "Paired files"),
            none: Text::new("没有符合条件的检查。", "No visit matches."),
            acts: Vec::new(),
        },
        OnPage::default(),
    );
    view! {
        {head(title, words, ())}
        {tabs(PATH, &site)}
        {loaded(answer, move |view: PairsView| {
            let counted = counted.get_untracked();
            view! {
                {filters(PATH.to_owned(), Text::new("筛选成对档案", "Filter paired files"), choices(&view, &site), Text::new("机构或督查", "Institution or campaign"))}
                {matrix(&view, &counted, &site)}
                {by_district(&view, &counted, &site)}
            }
            .into_any()
        })}
        {rows}
    }
    .into_any()
}

fn choices(view: &PairsView, site: &Site) -> Vec<Filter> {
    let campaigns = view.campaigns.iter();
    let campaigns = campaigns.map(|one| (one.id.to_string(), site.name(&one.name)));
    vec![
        Filter::choice(
            "campaign",
            Text::new("督查", "Campaign"),
            campaigns.collect(),
        ),
        Filter::choice("district", Text::new("区", "District"), site.districts()),
        Filter::choice(
            "failed",
            Text::new("机构", "Institution"),
            [true, false]
                .map(|failed| {
                    let title = t(failed_title(failed)).to_owned();
                    (failed_code(failed).to_owned(), title)
                })
                .to_vec(),
        ),
        Filter::choice(
            "conduct",
            Text::new("结论", "Conclusion"),
            Conduct::ALL
                .map(|conduct| (conduct.code().to_owned(), t(conduct.title()).to_owned()))
                .to_vec(),
        ),
    ]
}

/// The list of the visits that come out so, of those that are counted.
fn address(counted: &PairFilter, failed: Option<bool>, conduct: Option<Conduct>) -> String {
    let campaign = counted.campaign.map(|id| id.to_string());
    let district = counted.district.as_ref();
    let pairs = [
        ("campaign", campaign.as_deref().unwrap_or_default()),
        ("district", district.map_or("", |district| &district.0)),
        ("failed", failed.map_or("", failed_code)),
        ("conduct", conduct.map_or("", Conduct::code)),
    ];
    with_query(PATH, &pairs)
}

/// A number that opens the visits it counts, where there are any.
fn counted(visits: u64, address: String) -> AnyView {
    if visits == 0 {
        return figure(visits);
    }
    figure_link(address, visits)
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
    let of = |failed: Option<bool>, conduct: Option<Conduct>| address(filter, failed, conduct);
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
        let filter = PairFilter {
            district: (*district).clone().or_else(|| filter.district.clone()),
            ..filter.clone()
        };
        let of = |failed: Option<bool>, conduct: Option<Conduct>| address(&filter, failed, conduct);
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
