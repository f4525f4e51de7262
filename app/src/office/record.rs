//! The account: what the record adds up to, district by district, and its head.

use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::today::figures;
use crate::api::query::record;
use crate::api::view::{DistrictRow, RecordHead, RecordView};
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::hash::hash;
use crate::widgets::head::head;
use crate::widgets::history::history;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{column, figure, number, row, table};

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| record());
    loaded(answer, move |view: RecordView| {
        view! {
            {head(t(Text::new("数据", "Figures")).to_owned(), site.name(&site.jurisdiction.name), ())}
            {figures(&view.figures, &site)}
            <section class="stack">
                <h2>{t(Text::new("各区", "By district"))}</h2>
                {districts(&view.districts, &site)}
            </section>
            {view.head.map(|head| head_of_the_log(&head, &site))}
        }
        .into_any()
    })
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
            {history(&head.latest, site)}
        </section>
    }
    .into_any()
}

/// A number that opens the list it counts, where there is something to list.
fn counted(number: u64, list: String) -> AnyView {
    if number == 0 {
        figure(number)
    } else {
        view! { <td class="number"><a href=list>{grouped(number)}</a></td> }.into_any()
    }
}

fn districts(rows: &[DistrictRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("区", "District"))),
        number(t(Text::new("机构", "Institutions"))),
        number(t(Text::new("服务对象", "Residents"))),
        number(t(Text::new("工作人员", "Staff"))),
        number(t(Text::new("检查", "Inspections"))),
        number(t(Text::new("问题", "Findings"))),
        number(t(Text::new("已销号", "Closed"))),
    ];
    let line = |district: &DistrictRow| {
        let code = &district.district.code.0;
        let bodies = with_query("/bodies", &[("district", code)]);
        let findings = with_query("/findings", &[("district", code)]);
        let closed = with_query("/findings", &[("district", code), ("stage", "closed")]);
        row(vec![
            view! { <th scope="row"><a href=bodies>{site.name(&district.district.name)}</a></th> }
                .into_any(),
            figure(grouped(district.institutions)),
            figure(grouped(district.residents)),
            figure(grouped(district.staff)),
            figure(grouped(district.inspections)),
            counted(district.findings, findings),
            counted(district.closed, closed),
        ])
    };
    let none = t(Text::new("还没有区划。", "There is no district yet."));
    table(
        t(Text::new("各区", "By district")),
        &columns,
        rows.iter().map(line).collect(),
        none,
    )
}
