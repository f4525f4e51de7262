//! Inspectors' clearance: the latest test, vaccination, and the body last visited; and recording a test.

use domain::clearance::ClearanceState;
use domain::id::PersonId;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::inspections::tabs;
use crate::api::view::ClearanceRow;
use crate::api::visits::{clearances, record_clearance};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day, read_number};
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Sending, Work};
use crate::widgets::table::{brief, cell, column, number, row, table};
use crate::widgets::tag::tag;

pub const PATH: &str = "/inspections/clearances";

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| clearances());
    let done = Callback::new(move |()| answer.refetch());
    let title = t(Text::new("检查员健康", "Inspectors’ clearance")).to_owned();
    let words = t(Text::new(
        "入院前48小时内核酸检测阴性方为有效；接种和最近到访的机构一并记录。",
        "A negative test within 48 hours holds for entry; vaccination and the body last visited stand beside it.",
    ));
    view! {
        {head(title, words, ())}
        {tabs(PATH, &site)}
        {loaded(answer, move |rows: Vec<ClearanceRow>| {
            view! { {record_form(&rows, &site, done)}{list(&rows, &site)} }.into_any()
        })}
    }
    .into_any()
}

fn state_tag(state: ClearanceState) -> AnyView {
    let (tone, icon) = match state {
        ClearanceState::Valid => ("closed", IconName::CircleCheck),
        ClearanceState::Expired => ("soon", IconName::Clock),
        ClearanceState::Positive => ("key", IconName::OctagonAlert),
        ClearanceState::NeverTested => ("local", IconName::CircleDashed),
    };
    tag(tone, icon, t(state.title()))
}

fn list(rows: &[ClearanceRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("检查员", "Inspector"))),
        column(t(Text::new("单位", "Unit"))),
        column(t(Text::new("状态", "State"))),
        column(t(Text::new("采样时间", "Sample taken"))),
        number(t(Text::new("接种剂次", "Doses"))),
        column(t(Text::new("最近一剂", "Last dose"))),
        column(t(Text::new("最近到访", "Last visit"))),
    ];
    let none = || "—".to_owned();
    let line = |inspector: &ClearanceRow| {
        let latest = inspector.latest.as_ref();
        let visit = inspector
            .last_visit
            .as_ref()
            .map_or_else(none, |(body, at)| {
                let (body, at) = (site.name(&body.name), site.at(*at));
                say!(site.language, "{body}，{at}", "{body}, {at}")
            });
        row(vec![
            view! { <th scope="row">{site.name(&inspector.person.name)}</th> }.into_any(),
            cell(
                inspector
                    .unit
                    .as_ref()
                    .map_or_else(none, |unit| site.name(&unit.name)),
            ),
            cell(state_tag(inspector.state)),
            brief(latest.map_or_else(none, |latest| site.at(latest.tested_at))),
            view! { <td class="number">{latest.map_or_else(none, |latest| latest.doses.to_string())}</td> }.into_any(),
            brief(
                latest
                    .and_then(|latest| latest.last_dose_on)
                    .map_or_else(none, |day| day_text(day, site.language)),
            ),
            cell(visit),
        ])
    };
    table(
        t(Text::new("检查员健康", "Inspectors’ clearance")),
        &columns,
        rows.iter().map(line).collect(),
        t(Text::new("没有检查员。", "There is no inspector.")),
    )
}

fn record_form(rows: &[ClearanceRow], site: &Site, done: Callback<()>) -> AnyView {
    let people: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.person.id.to_string(), site.name(&row.person.name)))
        .collect();
    let person = RwSignal::new(people.first().map(|(id, _)| id.clone()).unwrap_or_default());
    let [tested_at, doses, last_dose] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let outcome = RwSignal::new("negative".to_owned());
    let sending = Sending::new("clearance-errors");
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
                {Ask::new("clearance-person", Text::new("检查员", "Inspector"), Control::Choice(people), person).view(sending)}
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
