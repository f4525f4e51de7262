//! The supervise-and-help ledger: support owed by regulators, timed beside the rectification owed by institutions.

use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Site;
use super::findings::tabs;
use crate::api::closure::support_ledger;
use crate::api::view::{SupportFilter, SupportLedger, SupportRow, SupportState, SupportTotals};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::address::with_query;
use crate::widgets::filters::{Filter, filters, page_asked};
use crate::widgets::finding_table::deadline;
use crate::widgets::finding_title::found;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;
use crate::widgets::table::{brief, cell, column, row, table};
use crate::widgets::tag::tag;

const PATH: &str = "/findings/support";

pub const fn state_title(state: SupportState) -> Text {
    match state {
        SupportState::Owed => Text::new("未提供", "Owed"),
        SupportState::Late => Text::new("逾期未提供", "Late"),
        SupportState::Provided => Text::new("已提供", "Provided"),
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let page = page_asked();
        query.with(|query| SupportFilter {
            state: query
                .get("state")
                .and_then(|code| SupportState::from_code(&code)),
            search: query.get("search").unwrap_or_default(),
            page,
        })
    });
    let answer = Resource::new(move || asked.get(), support_ledger);
    let choices = vec![Filter::choice(
        "state",
        Text::new("状态", "State"),
        SupportState::ALL
            .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
            .to_vec(),
    )];
    let title = t(Text::new("帮扶台账", "Supervise-and-help ledger")).to_owned();
    let words = t(Text::new(
        "监管部门应提供的支持与机构应完成的整改并列计时：支持逾期的工作日不计为机构逾期。",
        "Support owed by regulators is timed beside the rectification owed by institutions: working days of late support are never the institution’s delay.",
    ));
    view! {
        {head(title, words, ())}
        {tabs(PATH)}
        {filters(PATH, Text::new("筛选支持", "Filter support"), choices, Text::new("支持事项或单位", "Support or body"))}
        {loaded(answer, move |ledger: SupportLedger| {
            let filter = asked.get_untracked();
            let address = |page: u32| {
                let page = page.to_string();
                let state = filter.state.map_or("", SupportState::code);
                with_query(PATH, &[("state", state), ("search", &filter.search), ("page", &page)])
            };
            view! {
                {totals(&ledger.totals)}
                {rows(&ledger.rows.rows, &site)}
                {pager(ledger.rows.page, ledger.rows.page_size, ledger.rows.total, address)}
            }
            .into_any()
        })}
    }
    .into_any()
}

fn totals(totals: &SupportTotals) -> AnyView {
    let tile = |tone: &'static str, state: SupportState, number: u64, more: Option<String>| {
        let address = with_query(PATH, &[("state", state.code())]);
        let more = more.map(|more| view! { <small>{more}</small> });
        view! { <li data-tone=tone><a href=address><strong>{number}</strong>" "{t(state_title(state))}</a>{more}</li> }
    };
    let SupportTotals {
        owed,
        late,
        provided,
        provided_late,
        moved,
    } = totals;
    let late_of = (*provided > 0).then(|| {
        say!(
            crate::i18n::language(),
            "其中逾期提供{provided_late}项，机构期限顺延{moved}次",
            "{provided_late} of them late; {moved} deadlines of institutions moved"
        )
    });
    view! {
        <ul class="tiles" data-test="support-totals">
            {tile("", SupportState::Owed, *owed, None)}
            {tile(if *late > 0 { "key" } else { "" }, SupportState::Late, *late, None)}
            {tile("good", SupportState::Provided, *provided, late_of)}
        </ul>
    }
    .into_any()
}

fn rows(rows: &[SupportRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("支持事项", "Support"))),
        column(t(Text::new("提供单位", "Owed by"))),
        column(t(Text::new("支持期限", "Due"))),
        column(t(Text::new("状态", "State"))),
        column(t(Text::new("机构与问题", "Institution and finding"))),
        column(t(Text::new("机构期限", "Institution’s deadline"))),
    ];
    let line = |support: &SupportRow| {
        let finding = &support.finding;
        let what = if support.finding_visible {
            let address = format!("/findings/{}", finding.id);
            view! { <th scope="row"><a class="whole" href=address>{support.what.clone()}</a></th> }
                .into_any()
        } else {
            view! { <th scope="row">{support.what.clone()}</th> }.into_any()
        };
        let name = site.name(&finding.body.name);
        let moved = support.moved_to.map(|_| {
            view! { <small>{t(Text::new("因支持逾期顺延", "Moved for late support"))}</small> }
        });
        row(vec![
            what,
            cell(site.name(&support.by.name)),
            brief(day_text(support.due, site.language)),
            cell(state(support, site)),
            cell(view! { {name}<br/><small>{found(finding, site)}</small> }),
            cell(view! { {deadline(finding, site)}{moved} }),
        ])
    };
    table(
        t(Text::new("帮扶台账", "Supervise-and-help ledger")),
        &columns,
        rows.iter().map(line).collect(),
        t(Text::new("没有符合条件的支持。", "No support matches.")),
    )
}

fn state(support: &SupportRow, site: &Site) -> AnyView {
    let late = support.late;
    let by = (late > 0).then(|| {
        let words = say!(
            site.language,
            "逾期{late}个工作日",
            "{late} working days late"
        );
        tag("overdue", IconName::Clock, words)
    });
    let provided = support.provided.map(|day| {
        let day = day_text(day, site.language);
        let words = if support.confirmed {
            say!(
                site.language,
                "{day}提供，已确认",
                "Provided {day}, confirmed"
            )
        } else {
            say!(site.language, "{day}提供", "Provided {day}")
        };
        view! { <span>{words}</span>" " }
    });
    let owed = (support.provided.is_none() && late == 0).then(|| {
        tag(
            "open",
            IconName::HandHelping,
            t(state_title(SupportState::Owed)),
        )
    });
    view! { {provided}{by}{owed} }.into_any()
}
