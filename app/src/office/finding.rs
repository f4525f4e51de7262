//! One finding: the next act, then the story as one timeline, from the answer that raised it to the proof that closed it.

use domain::finding::{LetterState, PlanField, Raised, line_title};
use domain::id::FindingId;
use domain::{Text, say};
use leptos::prelude::*;

use super::finding_next::next_act;
use super::finding_story::{ORDERED, happened, how_late};
use super::finding_support::support;
use super::{Site, id_in_address};
use crate::api::query::finding;
use crate::api::view::FindingView;
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::finding_table::{deadline, due_title, is_of_plan};
use crate::widgets::finding_title::{found, item};
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::checkpoint;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Overtaken, Seen};
use crate::widgets::tag::{severity_tag, stage_tag, standing_tag, tag};

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<FindingId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| finding(id));
    let done = Callback::new(move |()| answer.refetch());
    loaded(answer, move |view| show(&view, &site, done))
}

fn show(finding: &FindingView, site: &Site, done: Callback<()>) -> AnyView {
    // What is sent from the forms of this page is of the finding as it is shown.
    let last = finding.timeline.last();
    provide_context(Seen::of(last.map_or(0, |last| last.entry.version)));
    provide_context(Overtaken(RwSignal::new(false)));
    let (row, raised) = (&finding.row, &finding.raised);
    let title = found(row, site);
    let name = if row.code.is_empty() {
        title.clone()
    } else {
        row.code.clone()
    };
    let item = item(row, site).map(|item| view! { <span>{item}</span> });
    let letter = row.escalated.then(|| {
        tag(
            "overdue",
            IconName::Megaphone,
            t(Text::new("已督办", "Letter sent")),
        )
    });
    let meta = view! {
        {severity_tag(row.severity)}{stage_tag(row.stage)}{standing_tag(row.standing, site.language)}{letter}{item}
    };
    let last = finding
        .timeline
        .last()
        .map(|last| checkpoint(&last.entry, site.language));
    view! {
        {crumbs("/findings", Text::new("问题", "Findings"), name)}
        {head(title, meta, ())}
        <div class="split">
            <div class="stack">
                {next_act(finding, site, done)}
                {support(finding, site, done)}
                <section class="card">
                    <h2>{t(Text::new("经过", "Story"))}</h2>
                    <ol class="timeline">
                        {finding.timeline.iter().map(|entry| happened(entry, finding, site)).collect::<Vec<_>>()}
                    </ol>
                </section>
            </div>
            <div class="stack">
                <section class="card">
                    <h2>{t(Text::new("要点", "Facts"))}</h2>
                    {facts(finding, raised, site)}
                </section>
                {last}
            </div>
        </div>
    }
    .into_any()
}

fn facts(finding: &FindingView, raised: &Raised, site: &Site) -> AnyView {
    let row = &finding.row;
    let body = format!("/bodies/{}", row.body.id);
    let inspection = format!("/inspections/{}", finding.inspection);
    let seen = t(Text::new("查看检查记录", "See the inspection"));
    let clause = (!raised.clause.is_empty())
        .then(|| fact(Text::new("依据", "Clause"), raised.clause.clone()));
    let plan_due = is_of_plan(row.stage);
    let plan_by = plan_due.then(|| fact(due_title(row.stage), deadline(row, site)));
    let complete_by = match row.complete_by {
        Some(day) if plan_due => day_text(day, site.language).into_any(),
        None if plan_due => "—".into_any(),
        _ => deadline(row, site),
    };
    let accepted = row.complete_by.filter(|_| !plan_due);
    let beyond = finding.limit.filter(|limit| accepted > Some(*limit));
    let ordered = finding.beyond_the_limit().or(beyond).map(|limit| {
        let warning = tag(
            "attention",
            IconName::TriangleAlert,
            t(Text::new("计划超出此期限", "The plan goes beyond it")),
        );
        fact(
            ORDERED,
            view! { {day_text(limit, site.language)}" "{warning} },
        )
    });
    let late: Vec<AnyView> = finding
        .timeline
        .iter()
        .filter_map(|entry| how_late(entry, site.language))
        .map(|words| view! { <p>{words}</p> }.into_any())
        .collect();
    let late = (!late.is_empty()).then(|| fact(Text::new("逾期记录", "Handed in late"), late));
    let letter = finding.letter.as_ref().map(|(letter, state)| {
        let (number, by) = (&letter.number, day_text(letter.answer_by, site.language));
        let words = match state {
            LetterState::Answered => {
                say!(site.language, "{number}，已答复", "{number}, answered")
            }
            LetterState::Ended => {
                say!(site.language, "{number}，未答复", "{number}, not answered")
            }
            LetterState::Waiting => say!(
                site.language,
                "{number}，待答复，答复期限{by}",
                "{number}, to be answered by {by}"
            ),
        };
        fact(Text::new("督办函", "Letter"), words)
    });
    let district = row
        .district
        .as_ref()
        .map(|district| fact(Text::new("区", "District"), site.district(district)));
    view! {
        <dl class="facts">
            {fact(Text::new("机构", "Body"), view! { <a href=body>{site.name(&row.body.name)}</a> })}
            {district}
            {fact(Text::new("责任线", "Line"), t(line_title(row.line)))}
            {fact(Text::new("范围", "Extent"), t(row.extent.title()))}
            {clause}
            {fact(Text::new("发现时间", "Raised"), site.at(row.raised_at))}
            {plan_by}
            {fact(PlanField::CompleteBy.title(), complete_by)}
            {ordered}
            {late}
            {letter}
            {fact(Text::new("检查", "Inspection"), view! { <a href=inspection>{seen}</a> })}
        </dl>
    }
    .into_any()
}
