//! Inspectors' clearance: the latest test, vaccination, and the body last visited; and recording a test.

use domain::clearance::ClearanceState;
use domain::id::PersonId;
use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::clearance::facts;
use super::inspections::tabs;
use crate::api::view::{CLEARANCE_STATES, ClearanceRow, MemberClearance};
use crate::api::visits::{clearances, record_clearance};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::ask::{Ask, Control, empty_faults, read_day, read_number};
use crate::widgets::filters::Filter;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{Asking, List, OnPage};
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Sending, Work};
use crate::widgets::tag::tag;

pub const PATH: &str = "/inspections/clearances";
pub const TITLE: Text = Text::new("检查员健康", "Inspectors’ clearance");
/// What it is called for who sees their own alone.
pub const OWN: Text = Text::new("本人健康", "My clearance");

/// Of everybody, for who organises; who inspects alone has their own.
pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| clearances());
    let words = t(Text::new(
        "入院前48小时内核酸检测阴性方为有效；接种和最近到访的机构一并记录。",
        "A negative test within 48 hours holds for entry; vaccination and the body last visited stand beside it.",
    ));
    if !site.may(Act::Organise) {
        let again = Callback::new(move |()| answer.refetch());
        return view! {
            {head(t(OWN).to_owned(), words, ())}
            {loaded(answer, move |rows: Vec<ClearanceRow>| own(&rows, &site, again))}
        }
        .into_any();
    }
    let asking = Asking::<ClearanceRow>::new(None);
    let done = asking.again();
    view! {
        {head(t(TITLE).to_owned(), words, ())}
        {tabs(PATH, &site)}
        {loaded(answer, move |rows: Vec<ClearanceRow>| record_form(&rows, &site, done))}
        {asking.show(inspectors(), OnPage::default())}
    }
    .into_any()
}

/// The reader's own: what holds now, the form, and the way to every test that was recorded.
fn own(rows: &[ClearanceRow], site: &Site, done: Callback<()>) -> AnyView {
    let Some(row) = rows.first() else {
        return ().into_any();
    };
    let record = format!("{PATH}/{}", row.person.id);
    view! {
        <div class="row" data-test="own">{state_tag(row.state)}
            <a href=record>{t(Text::new("全部检测记录", "Every test recorded"))}</a>
        </div>
        {facts(row, site)}
        {record_form(rows, site, done)}
    }
    .into_any()
}

fn inspectors() -> List<ClearanceRow> {
    List {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选检查员", "Filter inspectors"),
        filters: vec![Filter::choice(
            "state",
            Text::new("状态", "State"),
            CLEARANCE_STATES
                .map(|(code, state)| (code.to_owned(), t(state.title()).to_owned()))
                .to_vec(),
        )],
        search: Text::new("检查员或单位", "Inspector or unit"),
        none: Text::new("没有符合条件的检查员。", "No inspector matches."),
        acts: Vec::new(),
    }
}

impl Listed for ClearanceRow {
    const LIST: &'static str = "clearances";
    const ORDER: &'static str = "inspector";

    fn columns() -> Vec<Column<ClearanceRow>> {
        vec![
            Column::text(
                "inspector",
                Text::new("检查员", "Inspector"),
                |row, site| site.name(&row.person.name).into(),
            ),
            Column::text("unit", Text::new("单位", "Unit"), |row, site| {
                row.unit.as_ref().map(|unit| site.name(&unit.name)).into()
            }),
            Column::brief(
                "state",
                Text::new("状态", "State"),
                |row: &ClearanceRow, _| t(row.state.title()).into(),
            )
            .look(|row, _| state_tag(row.state)),
            Column::brief(
                "tested",
                Text::new("采样时间", "Sample taken"),
                |row: &ClearanceRow, _| row.latest.as_ref().map(|latest| latest.tested_at).into(),
            ),
            Column::number(
                "doses",
                Text::new("接种剂次", "Doses"),
                |row: &ClearanceRow, _| {
                    row.latest
                        .as_ref()
                        .map(|latest| u32::from(latest.doses))
                        .into()
                },
            ),
            Column::brief(
                "dose",
                Text::new("最近一剂", "Last dose"),
                |row: &ClearanceRow, _| {
                    row.latest
                        .as_ref()
                        .and_then(|latest| latest.last_dose_on)
                        .into()
                },
            ),
            Column::text(
                "visited",
                Text::new("最近到访", "Last visit"),
                |row: &ClearanceRow, site| {
                    row.last_visit
                        .as_ref()
                        .map(|(body, _)| site.name(&body.name))
                        .into()
                },
            ),
            Column::brief(
                "left",
                Text::new("离开时间", "Left"),
                |row: &ClearanceRow, _| row.last_visit.as_ref().map(|(_, at)| *at).into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.person.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}", self.person.id))
    }
}

/// Those of a team, each with what the tests say.
pub fn team_cleared(team: &[MemberClearance], site: &Site) -> AnyView {
    let member = |member: &MemberClearance| {
        let tested = member.tested_at.map(|at| {
            let at = site.at(at);
            say!(site.language, "采样 {at}", "sample taken {at}")
        });
        view! { <li>{site.name(&member.person.name)}" "{state_tag(member.state)}" "{tested}</li> }
    };
    let members: Vec<_> = team.iter().map(member).collect();
    view! { <ul class="plain" data-test="cleared">{members}</ul> }.into_any()
}

pub fn state_tag(state: ClearanceState) -> AnyView {
    let (tone, icon) = match state {
        ClearanceState::Valid => ("closed", IconName::CircleCheck),
        ClearanceState::Expired => ("soon", IconName::Clock),
        ClearanceState::Positive => ("key", IconName::OctagonAlert),
        ClearanceState::NeverTested => ("local", IconName::CircleDashed),
    };
    tag(tone, icon, t(state.title()))
}

fn record_form(rows: &[ClearanceRow], site: &Site, done: Callback<()>) -> AnyView {
    let people: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.person.id.to_string(), site.name(&row.person.name)))
        .collect();
    if people.is_empty() {
        return ().into_any();
    }
    // One's own needs no choice.
    let own = site.viewer.person.to_string();
    let alone = matches!(&*people, [(id, _)] if *id == own);
    let person = RwSignal::new(people.first().map(|(id, _)| id.clone()).unwrap_or_default());
    let [tested_at, doses, last_dose] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let outcome = RwSignal::new("negative".to_owned());
    let sending = Sending::new("clearance-errors").for_more();
    let (tested_label, doses_label, dose_label) = (
        Text::new("采样时间", "Sample taken"),
        Text::new("接种剂次", "Doses"),
        Text::new("最近一剂接种日期", "Day of the last dose"),
    );
    let outcomes = [
        ("negative", Text::new("阴性", "Negative")),
        ("positive", Text::new("阳性", "Positive")),
    ]
    .map(|(code, words)| (code.to_owned(), t(words).to_owned()))
    .to_vec();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("clearance-tested", tested_label, tested_at)]);
        let count = read_number("clearance-doses", doses_label, doses)
            .map_err(|fault| faults.push(fault))
            .unwrap_or_default();
        let last = if last_dose.with_untracked(String::is_empty) {
            None
        } else {
            read_day("clearance-last-dose", dose_label, last_dose)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        let work = move || -> Work {
            Box::pin(async move {
                let Ok(person) = person.get_untracked().parse::<PersonId>() else {
                    return Ok(());
                };
                // More doses than anybody has had are refused by the rules, with words.
                let doses = u8::try_from(count).unwrap_or(u8::MAX);
                let negative = outcome.get_untracked() == "negative";
                record_clearance(person, tested_at.get_untracked(), negative, doses, last).await
            })
        };
        sending.run(faults, work, move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("登记检测和接种", "Record a test and vaccination"))}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {(!alone).then(|| Ask::new("clearance-person", Text::new("检查员", "Inspector"), Control::Choice(people), person).view(sending))}
                {Ask::new("clearance-tested", tested_label, Control::Moment, tested_at).view(sending)}
                {Ask::new("clearance-outcome", Text::new("结果", "Result"), Control::Choice(outcomes), outcome).view(sending)}
                {Ask::new("clearance-doses", doses_label, Control::Number, doses).view(sending)}
                {Ask::new("clearance-last-dose", dose_label, Control::Day, last_dose).optional().view(sending)}
                {sending.submit(IconName::Plus, Text::new("登记", "Record"))}
            </form>
        </details>
    }
    .into_any()
}
