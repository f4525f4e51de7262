//! Whom an exposure reaches: exactly the visits after it, by the visit chain.

use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::Site;
use super::inspections::tabs;
use crate::api::view::{ExposedVisit, ExposureQuestion, ExposureView};
use crate::api::visits::exposure;
use crate::i18n::t;
use crate::widgets::head::head;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, row, row_link, table};
use crate::widgets::tag::tag;

pub const PATH: &str = "/inspections/exposure";

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let of = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let asked = Memo::new(move |_| ExposureQuestion {
        name: of("name"),
        at: of("at"),
    });
    let is_asked =
        Memo::new(move |_| asked.with(|asked| !asked.name.is_empty() && !asked.at.is_empty()));
    let answer = Resource::new(
        move || asked.get(),
        |question| async move {
            if question.name.is_empty() || question.at.is_empty() {
                return Ok(None);
            }
            exposure(question).await.map(Some)
        },
    );
    let title = t(Text::new("接触追溯", "Exposure")).to_owned();
    let words = t(Text::new(
        "输入人员或机构的全名和暴露时间：列出此后同行检查员、受检机构及其再传递所及的全部检查。",
        "Give the whole name of a person or a body and the instant of the exposure: all visits it reaches since, through colleagues and bodies.",
    ));
    view! {
        {head(title, words, ())}
        {tabs(PATH, &site)}
        <Form method="GET" action=PATH attr:class="filters" attr:role="search" attr:aria-label=t(Text::new("追溯", "Trace"))>
            <label class="--wide">{t(Text::new("人员或机构全名", "Whole name of a person or a body"))}
                <input type="text" name="name" id="exposed" required value=move || of("name") prop:value=move || of("name")/>
            </label>
            <label>{t(Text::new("暴露时间", "Exposed from"))}
                <input type="datetime-local" name="at" id="exposed-at" required value=move || of("at") prop:value=move || of("at")/>
            </label>
            <button class="button" type="submit"><Icon name=IconName::Search/>{t(Text::new("追溯", "Trace"))}</button>
        </Form>
        {move || is_asked.get().then(|| {
            let site = site.clone();
            loaded(answer, move |view: Option<ExposureView>| match view {
                Some(view) => show(&view, &site),
                None => ().into_any(),
            })
        })}
    }
    .into_any()
}

fn show(view: &ExposureView, site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("受检单位", "Body visited"))),
        column(t(Text::new("检查时间", "Visit"))),
        column(t(Text::new("在场检查员", "Inspectors present"))),
        column(t(Text::new("经由", "Through"))),
        column(t(Text::new("传递", "Steps"))),
        column(t(Text::new("自何时起", "Since"))),
    ];
    let line = |visit: &ExposedVisit| {
        let present: Vec<String> = visit
            .present
            .iter()
            .map(|person| site.name(&person.name))
            .collect();
        let steps = visit.steps;
        let steps = if steps == 0 {
            tag(
                "key",
                IconName::OctagonAlert,
                t(Text::new("直接", "Direct")),
            )
        } else {
            let words = say!(site.language, "第{steps}层", "Step {steps}");
            tag("general", IconName::Link, words)
        };
        let (from, to) = (site.at(visit.from), site.at(visit.to));
        row(vec![
            row_link(
                format!("/inspections/{}", visit.inspection),
                site.name(&visit.target.name),
            ),
            cell(say!(site.language, "{from}至{to}", "{from} – {to}")),
            cell(present.join(t(Text::new("、", ", ")))),
            cell(site.name(&visit.through)),
            cell(steps),
            brief(site.at(visit.since)),
        ])
    };
    let (name, at, count) = (site.name(&view.name), site.at(view.at), view.visits.len());
    view! {
        <section class="stack" data-test="exposure">
            <h2>{say!(site.language, "{name}，自{at}：{count}次检查", "{name}, from {at}: {count} visits")}</h2>
            {table(
                t(Text::new("所及检查", "Visits reached")),
                &columns,
                view.visits.iter().map(line).collect(),
                t(Text::new("此后没有检查。", "No visit since.")),
            )}
        </section>
    }
    .into_any()
}
