//! One finding: the next act, then the story as one timeline, from the answer that raised it to the proof that closed it.

use domain::Text;
use domain::finding::{FindingEvent, Plan, PlanField, Raised, Stage, line_title};
use domain::id::FindingId;
use leptos::prelude::*;

use super::finding_next::next_act;
use super::{Site, id_in_address};
use crate::api::query::finding;
use crate::api::view::{FindingEntry, FindingView};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::finding_table::deadline;
use crate::widgets::finding_title::{found, item};
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::checkpoint;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::photos::photos;
use crate::widgets::tag::{severity_tag, stage_icon, stage_tag};

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
    let (row, raised) = (&finding.row, &finding.raised);
    let title = found(row, site);
    let name = if row.code.is_empty() {
        title.clone()
    } else {
        row.code.clone()
    };
    let item = item(row, site).map(|item| view! { <span>{item}</span> });
    let meta = view! { {severity_tag(row.severity)}{stage_tag(row.stage)}{item} };
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
            {fact(Text::new("整改期限", "Complete by"), deadline(row, site))}
            {fact(Text::new("检查", "Inspection"), view! { <a href=inspection>{seen}</a> })}
        </dl>
    }
    .into_any()
}

/// One event of the story.
fn happened(entry: &FindingEntry, finding: &FindingView, site: &Site) -> AnyView {
    let (stage, words) = match &entry.event {
        FindingEvent::Raised(_) => (Stage::Raised, Text::new("发现问题", "Raised")),
        FindingEvent::PlanSubmitted(_) => {
            (Stage::Planned, Text::new("报送整改计划", "Plan submitted"))
        }
        FindingEvent::RectificationClaimed(_) => (
            Stage::Rectified,
            Text::new("申报整改完成", "Rectification claimed"),
        ),
        FindingEvent::ReVerificationPassed(_) => (
            Stage::Closed,
            Text::new("复核通过，销号", "Verified and closed"),
        ),
        FindingEvent::ReVerificationFailed(_) => {
            (Stage::Reopened, Text::new("复核未通过", "Not verified"))
        }
    };
    let account = match &entry.event {
        FindingEvent::Raised(raised) => what_was_raised(raised),
        FindingEvent::PlanSubmitted(plan) => what_is_planned(plan, site),
        FindingEvent::RectificationClaimed(evidence)
        | FindingEvent::ReVerificationPassed(evidence)
        | FindingEvent::ReVerificationFailed(evidence) => {
            view! { <p>{evidence.account.clone()}</p> }.into_any()
        }
    };
    let actor = entry
        .entry
        .actor
        .as_ref()
        .map_or_else(|| "—".to_owned(), |actor| site.name(&actor.name));
    let unit = entry
        .actor_unit
        .as_ref()
        .map(|unit| view! { <span>{site.name(&unit.name)}</span> });
    let is_key = stage == Stage::Raised && finding.row.severity == form::Severity::Key;
    let (tone, icon) = if is_key {
        ("key", IconName::OctagonAlert)
    } else {
        (stage.code(), stage_icon(stage))
    };
    view! {
        <li data-state=tone>
            <Icon name=icon/>
            <div>
                <header>
                    <strong>{actor}</strong>
                    {unit}
                    <span>{site.at(entry.entry.occurred_at)}</span>
                    <span class="tag" data-state=stage.code()><Icon name=stage_icon(stage)/>{t(words)}</span>
                </header>
                {account}
                {photos(entry.event.photos(), &finding.photos_here, site)}
            </div>
        </li>
    }
    .into_any()
}

fn what_was_raised(raised: &Raised) -> AnyView {
    let fixed = raised
        .fixed_on_the_spot
        .then(|| view! { <p>{t(Text::new("已立行立改。", "Fixed on the spot."))}</p> });
    let part = |field: PlanField, text: &str| {
        (!text.is_empty()).then(|| fact(field.title(), text.to_owned()))
    };
    let parts: Vec<AnyView> = [
        part(PlanField::HelpGiven, &raised.help_given),
        part(PlanField::SupportOwed, &raised.support_owed),
    ]
    .into_iter()
    .flatten()
    .collect();
    let parts = (!parts.is_empty()).then(|| view! { <dl class="facts">{parts}</dl> });
    view! { <p>{raised.note.clone()}</p>{fixed}{parts} }.into_any()
}

fn what_is_planned(plan: &Plan, site: &Site) -> AnyView {
    view! {
        <dl class="facts">
            {fact(PlanField::Affected.title(), plan.affected.clone())}
            {fact(PlanField::AtRisk.title(), plan.at_risk.clone())}
            {fact(PlanField::SystemChange.title(), plan.system_change.clone())}
            {fact(PlanField::Monitoring.title(), plan.monitoring.clone())}
            {fact(Text::new("完成日期", "Complete by"), day_text(plan.complete_by, site.language))}
        </dl>
    }
    .into_any()
}
