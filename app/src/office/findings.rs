//! Findings in the reader's scope, with filters in the address.

use domain::Text;
use domain::finding::{Stage, severity_title};
use domain::jurisdiction::DistrictCode;
use form::Severity;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{Site, look_backs};
use crate::api::query::findings;
use crate::api::view::{FindingFilter, FindingRow, Page, StageFilter};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::filters::{Choice, filters};
use crate::widgets::finding_table::{Whose, finding_table};
use crate::widgets::head::head;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;

const PATH: &str = "/findings";

/// The value of the filter by deadline.
const OVERDUE: &str = "overdue";

/// Findings, the support owed for them, and the look-backs at those that were closed.
pub fn tabs(here: &'static str) -> AnyView {
    let ways = [
        (PATH, Text::new("问题清单", "All findings")),
        ("/findings/support", Text::new("帮扶台账", "Support ledger")),
        (look_backs::PATH, Text::new("回头看", "Look-backs")),
    ];
    let links: Vec<_> = ways
        .into_iter()
        .map(|(href, text)| view! { <a href=href aria-current=(href == here).then_some("page")>{t(text)}</a> })
        .collect();
    view! { <nav class="tabs" aria-label=t(Text::new("问题的部分", "Parts of findings"))>{links}</nav> }.into_any()
}

fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::General => "general",
        Severity::Key => "key",
    }
}

fn address(filter: &FindingFilter, page: u32) -> String {
    let (page, body) = (page.to_string(), filter.body.map(|body| body.to_string()));
    let pairs = [
        ("stage", filter.stage.map_or("", StageFilter::code)),
        ("severity", filter.severity.map_or("", severity_code)),
        (
            "district",
            filter.district.as_ref().map_or("", |district| &district.0),
        ),
        ("body", body.as_deref().unwrap_or_default()),
        ("search", &filter.search),
        ("due", if filter.overdue { OVERDUE } else { "" }),
        ("page", &page),
    ];
    with_query(PATH, &pairs)
}

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| FindingFilter {
            stage: query
                .get("stage")
                .and_then(|code| StageFilter::from_code(&code)),
            severity: query.get("severity").and_then(|code| {
                [Severity::General, Severity::Key]
                    .into_iter()
                    .find(|severity| severity_code(*severity) == code)
            }),
            district: query
                .get("district")
                .filter(|code| !code.is_empty())
                .map(DistrictCode),
            body: query.get("body").and_then(|id| id.parse().ok()),
            search: query.get("search").unwrap_or_default(),
            overdue: query.get("due").is_some_and(|due| due == OVERDUE),
            page: query
                .get("page")
                .and_then(|page| page.parse().ok())
                .unwrap_or(1),
        })
    });
    let answer = Resource::new(move || asked.get(), findings);
    let choices = vec![
        Choice {
            name: "stage",
            label: Text::new("阶段", "Stage"),
            all: Text::new("全部", "All"),
            values: std::iter::once((StageFilter::Open.code(), Text::new("未销号", "Open")))
                .chain(Stage::ALL.map(|stage| (stage.code(), stage.title())))
                .map(|(code, title)| (code.to_owned(), t(title).to_owned()))
                .collect(),
        },
        Choice {
            name: "due",
            label: Text::new("期限", "Deadline"),
            all: Text::new("全部", "All"),
            values: vec![(OVERDUE.to_owned(), t(Text::new("逾期", "Late")).to_owned())],
        },
        Choice {
            name: "severity",
            label: Text::new("程度", "Severity"),
            all: Text::new("全部", "All"),
            values: [Severity::Key, Severity::General]
                .map(|severity| {
                    (
                        severity_code(severity).to_owned(),
                        t(severity_title(severity)).to_owned(),
                    )
                })
                .to_vec(),
        },
        Choice {
            name: "district",
            label: Text::new("区", "District"),
            all: Text::new("全部", "All"),
            values: site.districts(),
        },
    ];
    let title = t(Text::new("问题", "Findings")).to_owned();
    view! {
        {head(title, (), ())}
        {tabs(PATH)}
        {filters(PATH, Text::new("筛选问题", "Filter findings"), choices, Text::new("机构、问题或说明", "Body, finding or note"))}
        {loaded(answer, move |page: Page<FindingRow>| {
            let filter = asked.get_untracked();
            view! {
                {finding_table(&page.rows, Whose::Many, &site, Text::new("没有符合条件的问题。", "No finding matches."))}
                {pager(page.page, page.page_size, page.total, |page| address(&filter, page))}
            }
            .into_any()
        })}
    }
    .into_any()
}
