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
use crate::list::{Column, Listed};
use crate::widgets::head::head;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::list::{Asking, OnPage, Rows};
use crate::widgets::loaded::loaded;
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
    let asking = Asking::<ExposedVisit>::new(None);
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
        "输入人员或机构的全名和暴露时间：列出此后同行检查员、受检机构及其再传递涉及的全部检查。",
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
            let (site, asking) = (site.clone(), asking.clone());
            loaded(answer, move |view: Option<ExposureView>| match view {
                Some(view) => show(&view, &asking, &site),
                None => ().into_any(),
            })
        })}
    }
    .into_any()
}

/// How far it was handed on.
fn steps_text(visit: &ExposedVisit, site: &Site) -> String {
    match visit.steps {
        0 => t(Text::new("直接", "Direct")).to_owned(),
        steps => say!(site.language, "第{steps}层", "Step {steps}"),
    }
}

impl Listed for ExposedVisit {
    const LIST: &'static str = "exposure";
    const ORDER: &'static str = "since";

    fn columns() -> Vec<Column<ExposedVisit>> {
        vec![
            Column::text(
                "body",
                Text::new("受检单位", "Body visited"),
                |visit, site| site.name(&visit.target.name).into(),
            ),
            Column::text(
                "visit",
                Text::new("检查时间", "Visit"),
                |visit: &ExposedVisit, site| {
                    let (from, to) = (site.at(visit.from), site.at(visit.to));
                    say!(site.language, "{from}至{to}", "{from} – {to}").into()
                },
            )
            .ordered(|visit| visit.from.into()),
            Column::text(
                "present",
                Text::new("在场检查员", "Inspectors present"),
                |visit: &ExposedVisit, site| {
                    let present = visit.present.iter().map(|person| site.name(&person.name));
                    let and = t(Text::new("、", ", "));
                    present.collect::<Vec<_>>().join(and).into()
                },
            ),
            Column::text("through", Text::new("经由", "Through"), |visit, site| {
                site.name(&visit.through).into()
            }),
            Column::text(
                "steps",
                Text::new("传递", "Steps"),
                |visit: &ExposedVisit, site| steps_text(visit, site).into(),
            )
            .ordered(|visit| visit.steps.into())
            .look(|visit, site| {
                let (tone, icon) = match visit.steps {
                    0 => ("key", IconName::OctagonAlert),
                    _ => ("general", IconName::Link),
                };
                tag(tone, icon, steps_text(visit, site))
            }),
            Column::brief("since", Text::new("自何时起", "Since"), |visit, _| {
                visit.since.into()
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

fn show(view: &ExposureView, asking: &Asking<ExposedVisit>, site: &Site) -> AnyView {
    let (name, at, count) = (site.name(&view.name), site.at(view.at), view.visits);
    let visits = Rows {
        path: PATH.to_owned(),
        title: Text::new("涉及的检查", "Visits reached"),
        none: Text::new("此后没有检查。", "No visit since."),
        acts: Vec::new(),
    };
    view! {
        <section class="stack" data-test="exposure">
            <h2>{say!(site.language, "{name}，自{at}：{count}次检查", "{name}, from {at}: {count} visits")}</h2>
            {asking.rows(visits, OnPage::default())}
        </section>
    }
    .into_any()
}
