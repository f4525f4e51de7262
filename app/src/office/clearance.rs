//! One inspector's clearance: what holds now, and every test that was recorded.

use domain::Text;
use domain::id::PersonId;
use domain::record::StreamKind;
use leptos::prelude::*;

use super::clearances::{PATH, TITLE, state_tag};
use super::{Site, id_in_address};
use crate::api::view::ClearanceRow;
use crate::api::visits::clearance;
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::loaded::{loaded, missing};

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<PersonId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| clearance(id));
    let record = RecordOf::ask(StreamKind::Clearance, id.0);
    view! { {loaded(answer, move |row| show(&row, &site))}{record.show()} }.into_any()
}

fn show(inspector: &ClearanceRow, site: &Site) -> AnyView {
    let name = site.name(&inspector.person.name);
    view! {
        {crumbs(PATH, TITLE, name.clone())}
        {head(name, state_tag(inspector.state), ())}
        {facts(inspector, site)}
    }
    .into_any()
}

/// What is known of an inspector: the latest test, and the body last visited.
pub fn facts(inspector: &ClearanceRow, site: &Site) -> AnyView {
    let unit = inspector.unit.as_ref().map(|unit| {
        let unit = site.name(&unit.name);
        fact(Text::new("单位", "Unit"), unit)
    });
    let latest = inspector.latest.as_ref().map(|latest| {
        let dose = latest.last_dose_on.map(|day| {
            let day = day_text(day, site.language);
            fact(Text::new("最近一剂", "Last dose"), day)
        });
        let outcome = t(if latest.negative {
            Text::new("阴性", "Negative")
        } else {
            Text::new("阳性", "Positive")
        });
        view! {
            {fact(Text::new("采样时间", "Sample taken"), site.at(latest.tested_at))}
            {fact(Text::new("结果", "Result"), outcome)}
            {fact(Text::new("接种剂次", "Doses"), latest.doses.to_string())}
            {dose}
        }
    });
    let visit = inspector.last_visit.as_ref().map(|(body, at)| {
        let address = format!("/bodies/{}", body.id);
        view! {
            {fact(Text::new("最近到访", "Last visit"), view! { <a href=address>{site.name(&body.name)}</a> })}
            {fact(Text::new("离开时间", "Left"), site.at(*at))}
        }
    });
    view! { <section class="card"><dl class="facts">{unit}{latest}{visit}</dl></section> }
        .into_any()
}
