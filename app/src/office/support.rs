//! The supervise-and-help ledger: support owed by regulators, timed beside the rectification owed by institutions.

use domain::finding::{FindingCommand, PlanField};
use domain::instant::Day;
use domain::permission::Act;
use domain::{Command, Text, say};
use leptos::prelude::*;

use super::Site;
use super::findings::tabs;
use crate::api::closure::support_totals;
use crate::api::view::{SupportRow, SupportState, SupportTotals};
use crate::clock::day_text;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::address::with_query;
use crate::widgets::filters::Filter;
use crate::widgets::finding_table::deadline;
use crate::widgets::finding_title::found;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Question, list};
use crate::widgets::loaded::loaded;
use crate::widgets::tag::tag;

const PATH: &str = "/findings/support";
const TITLE: Text = Text::new("帮扶台账", "Supervise-and-help ledger");

pub const fn state_title(state: SupportState) -> Text {
    match state {
        SupportState::Owed => Text::new("未提供", "Owed"),
        SupportState::Late => Text::new("逾期未提供", "Late"),
        SupportState::Provided => Text::new("已提供", "Provided"),
    }
}

impl Listed for SupportRow {
    const LIST: &'static str = "support";

    fn columns() -> Vec<Column<SupportRow>> {
        vec![
            Column::text("what", Text::new("支持事项", "Support"), |row, _| {
                row.what.clone().into()
            }),
            Column::text("by", Text::new("提供单位", "Owed by"), |row, site| {
                site.name(&row.by.name).into()
            }),
            Column::brief("due", Text::new("支持期限", "Due"), |row, _| row.due.into()),
            Column::text(
                "state",
                Text::new("状态", "State"),
                |row: &SupportRow, site| state_text(row, site).into(),
            )
            .look(state),
            Column::text("body", Text::new("机构", "Institution"), |row, site| {
                site.name(&row.finding.body.name).into()
            }),
            Column::text(
                "finding",
                Text::new("问题", "Finding"),
                |row: &SupportRow, site| found(&row.finding, site).into(),
            ),
            Column::text(
                "deadline",
                Text::new("机构期限", "Institution’s deadline"),
                |row: &SupportRow, _| {
                    let finding = &row.finding;
                    finding.standing.due().or(finding.complete_by).into()
                },
            )
            .unsorted()
            .look(|row, site| {
                let moved = row
                    .moved_to
                    .map(|_| view! { <small>{t(Text::new("因支持逾期顺延", "Moved for late support"))}</small> });
                view! { {deadline(&row.finding, site)}{moved} }.into_any()
            }),
        ]
    }

    fn key(&self) -> String {
        format!("{}/{}", self.finding.id, self.number)
    }

    fn address(&self) -> Option<String> {
        self.finding_visible
            .then(|| format!("/findings/{}", self.finding.id))
    }
}

fn provide(row: &SupportRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let provide = FindingCommand::ProvideSupport {
        support: row.number,
        account: entered.only.clone(),
    };
    of_finding(row, row.provided.is_none().then_some(provide))
}

fn confirm(row: &SupportRow, _: &Site, _: &Entered) -> Vec<Command> {
    let confirm = FindingCommand::ConfirmSupport {
        support: row.number,
    };
    let waits = row.provided.is_some() && !row.confirmed;
    of_finding(row, waits.then_some(confirm))
}

fn of_finding(row: &SupportRow, command: Option<FindingCommand>) -> Vec<Command> {
    let command = command.map(|command| Command::Finding {
        id: row.finding.id,
        command,
    });
    command.into_iter().collect()
}

/// What can be done to several at once: by the regulator that owes it, and by the institution that waits for it.
fn acts(site: &Site) -> Vec<BulkAct<SupportRow>> {
    let provide = BulkAct {
        icon: IconName::HandHelping,
        title: Text::new("登记所选已提供", "Record the selected as provided"),
        asks: Some(Question::Words(
            PlanField::Account.title(),
            Text::new(
                "提供了什么，何时到位；所选各项都写入这一说明。",
                "What was provided, and when it arrived; it is written down for each of them.",
            ),
        )),
        commands: provide as fn(&SupportRow, &Site, &Entered) -> Vec<Command>,
    };
    let confirm = BulkAct {
        icon: IconName::Check,
        title: Text::new("确认收到所选", "Confirm that the selected arrived"),
        asks: None,
        commands: confirm,
    };
    [
        site.may(Act::GiveSupport).then_some(provide),
        site.may(Act::Rectify).then_some(confirm),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| support_totals());
    let support = List::<SupportRow> {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选支持", "Filter support"),
        filters: vec![Filter::choice(
            "state",
            Text::new("状态", "State"),
            SupportState::ALL
                .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
                .to_vec(),
        )],
        search: Text::new("支持事项或单位", "Support or body"),
        none: Text::new("没有符合条件的支持。", "No support matches."),
        acts: acts(&site),
    };
    let words = t(Text::new(
        "监管部门应提供的支持与机构应完成的整改并列计时：支持逾期的工作日不计为机构逾期。",
        "Support owed by regulators is timed beside the rectification owed by institutions: working days of late support are never the institution’s delay.",
    ));
    view! {
        {head(t(TITLE).to_owned(), words, ())}
        {tabs(PATH)}
        {loaded(answer, |all: SupportTotals| totals(&all))}
        {list(support)}
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

/// The same as [`state`] draws, in words alone.
fn state_text(support: &SupportRow, site: &Site) -> String {
    let late = support.late;
    let late = (late > 0).then(|| {
        say!(
            site.language,
            "逾期{late}个工作日",
            "{late} working days late"
        )
    });
    let provided = support
        .provided
        .map(|day| provided_text(day, support, site));
    let said: Vec<String> = provided.into_iter().chain(late).collect();
    if said.is_empty() {
        return t(state_title(support.state())).to_owned();
    }
    said.join(t(Text::new("，", ", ")))
}

fn provided_text(day: Day, support: &SupportRow, site: &Site) -> String {
    let day = day_text(day, site.language);
    if support.confirmed {
        say!(
            site.language,
            "{day}提供，已确认",
            "Provided {day}, confirmed"
        )
    } else {
        say!(site.language, "{day}提供", "Provided {day}")
    }
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
        let words = provided_text(day, support, site);
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
