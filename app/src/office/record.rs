//! The account: what the record adds up to, district by district, and its head. Its events are a list of their own.

use domain::{Text, say};
use leptos::prelude::*;

use super::bodies::institutions_in;
use super::today::figures;
use super::{Site, recorded};
use crate::api::query::record;
use crate::api::view::{DistrictRow, RecordHead, RecordView};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::hash::hash;
use crate::widgets::head::head;
use crate::widgets::list::{Asking, OnPage, Rows};
use crate::widgets::loaded::loaded;

pub const PATH: &str = "/record";

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| record());
    let districts = Asking::<DistrictRow>::new(None);
    let title = t(Text::new("数据", "Figures")).to_owned();
    let name = site.name(&site.jurisdiction.name);
    let ways = tabs(PATH, &site);
    let account = loaded(answer, move |view: RecordView| {
        view! {
            {figures(&view.figures, &site)}
            <section class="stack">
                <h2>{t(Text::new("各区", "By district"))}</h2>
                {districts.rows(by_district(), OnPage::default())}
            </section>
            {view.head.map(|head| head_of_the_log(&head, &site))}
        }
        .into_any()
    });
    view! { {head(title, name, ())}{ways}{account} }.into_any()
}

/// The ways to the parts of the account; nothing where there is one.
pub fn tabs(here: &'static str, site: &Site) -> AnyView {
    if !site.sees_every_event() {
        return ().into_any();
    }
    let ways = [
        (PATH, Text::new("数据", "Figures")),
        (recorded::PATH, Text::new("记录", "Record")),
    ];
    let link = |(href, text): (&'static str, Text)| {
        let current = (href == here).then_some("page");
        view! { <a href=href aria-current=current>{t(text)}</a> }
    };
    let links = ways.map(link);
    let label = t(Text::new("数据的部分", "Parts of the account"));
    view! { <nav class="tabs" aria-label=label>{links}</nav> }.into_any()
}

fn head_of_the_log(head: &RecordHead, site: &Site) -> AnyView {
    let position = head.position;
    let label = say!(
        site.language,
        "最新校验值 SHA-256 · 共 {position} 条事件",
        "Head of the record, SHA-256 · {position} events"
    );
    view! {
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            <p>{t(Text::new(
                "每条事件的校验值都包含前一条的校验值：改动任何一条，之后的校验值都会不同。",
                "The hash of each event covers the one before it: change any event, and every hash after it differs.",
            ))}</p>
            {hash(label, &head.hash)}
            <p><a class="button" href=recorded::PATH>{t(Text::new("查看全部记录", "See every event"))}</a></p>
        </section>
    }
    .into_any()
}

impl Listed for DistrictRow {
    const LIST: &'static str = "districts";

    fn columns() -> Vec<Column<DistrictRow>> {
        vec![
            Column::text(
                "district",
                Text::new("区", "District"),
                |row: &DistrictRow, site| site.name(&row.district.name).into(),
            )
            .ordered(|row| row.district.code.0.clone().into()),
            Column::number(
                "institutions",
                Text::new("机构", "Institutions"),
                |row: &DistrictRow, _| row.institutions.into(),
            ),
            Column::number(
                "residents",
                Text::new("服务对象", "Residents"),
                |row: &DistrictRow, _| row.residents.into(),
            ),
            Column::number(
                "staff",
                Text::new("工作人员", "Staff"),
                |row: &DistrictRow, _| row.staff.into(),
            ),
            Column::number(
                "inspections",
                Text::new("检查", "Inspections"),
                |row: &DistrictRow, _| row.inspections.into(),
            )
            .look(|row, _| opens(row.inspections, "/inspections", row, &[])),
            Column::number(
                "findings",
                Text::new("问题", "Findings"),
                |row: &DistrictRow, _| row.findings.into(),
            )
            .look(|row, _| opens(row.findings, "/findings", row, &[])),
            Column::number(
                "closed",
                Text::new("已销号", "Closed"),
                |row: &DistrictRow, _| row.closed.into(),
            )
            .look(|row, _| opens(row.closed, "/findings", row, &[("stage", "closed")])),
        ]
    }

    fn key(&self) -> String {
        self.district.code.0.clone()
    }

    fn address(&self) -> Option<String> {
        Some(institutions_in(&self.district.code.0))
    }
}

/// A number that opens the list it counts, where there is something to list.
fn opens(number: u64, list: &str, row: &DistrictRow, more: &[(&str, &str)]) -> AnyView {
    let shown = grouped(number);
    if number == 0 {
        return shown.into_any();
    }
    let mut pairs = vec![("district", row.district.code.0.as_str())];
    pairs.extend(more);
    view! { <a href=with_query(list, &pairs)>{shown}</a> }.into_any()
}

fn by_district() -> Rows<DistrictRow> {
    Rows {
        path: PATH.to_owned(),
        title: Text::new("各区", "By district"),
        none: Text::new("还没有区划。", "There is no district yet."),
        acts: Vec::new(),
    }
}
