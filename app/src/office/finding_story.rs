//! The story of a finding: each thing that happened, by whom and when, with what was written and photographed.

use domain::finding::{
    Evidence, FindingEvent, HandedInLate, Photo, Plan, PlanField, Raised, Stage, SupportOwed,
};
use domain::instant::Day;
use domain::{Language, Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::view::{FindingEntry, FindingView};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::event_title::event_title;
use crate::widgets::head::fact;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::photos::photos;
use crate::widgets::tag::{stage_icon, tag};

/// How an event looks: as the stage it led to, or by itself.
fn look(event: &FindingEvent) -> (&'static str, IconName) {
    let stage = match event {
        FindingEvent::Raised(_) => Stage::Raised,
        FindingEvent::Notified { .. } | FindingEvent::Upheld { .. } => Stage::Notified,
        FindingEvent::Disputed { .. } => Stage::Disputed,
        FindingEvent::Withdrawn { .. } => Stage::Withdrawn,
        FindingEvent::PlanSubmitted(_) => Stage::PlanSubmitted,
        FindingEvent::PlanAccepted { .. }
        | FindingEvent::ExtensionGranted { .. }
        | FindingEvent::ExtensionRefused { .. } => Stage::Planned,
        FindingEvent::PlanReturned { .. } => Stage::PlanReturned,
        FindingEvent::ExtensionAsked { .. } => Stage::ExtensionAsked,
        FindingEvent::RectificationClaimed(_) => Stage::Rectified,
        FindingEvent::ReVerificationPassed(_) | FindingEvent::LookBackPassed { .. } => {
            Stage::Closed
        }
        FindingEvent::ReVerificationFailed { .. }
        | FindingEvent::Reopened { .. }
        | FindingEvent::LookBackFailed { .. } => Stage::Reopened,
        FindingEvent::Escalated(_) => return ("overdue", IconName::Megaphone),
        FindingEvent::LetterAnswered { .. } => return ("planned", IconName::Megaphone),
        FindingEvent::SupportOwed { .. }
        | FindingEvent::SupportProvided { .. }
        | FindingEvent::SupportConfirmed { .. } => return ("help", IconName::HandHelping),
        FindingEvent::DeadlineMoved { .. } => return ("help", IconName::Clock),
    };
    (stage.code(), stage_icon(stage))
}

/// The deadline of the notice, with what moved it, beside that of a plan.
pub const ORDERED: Text = Text::new("责令整改期限", "Deadline ordered");

/// That something was handed in late, and what was due; None of what came in time.
pub fn how_late(entry: &FindingEntry, language: Language) -> Option<String> {
    let HandedInLate { due, by } = entry.late?;
    let due = day_text(due, language);
    let late = match by {
        0 => say!(language, "逾期", "late"),
        1 => say!(language, "逾期1个工作日", "1 working day late"),
        by => say!(language, "逾期{by}个工作日", "{by} working days late"),
    };
    Some(match entry.event {
        FindingEvent::PlanSubmitted(_) => say!(
            language,
            "{late}报送计划（期限{due}）",
            "Plan handed in {late} (due {due})"
        ),
        FindingEvent::RectificationClaimed(_) => say!(
            language,
            "{late}申报整改完成（期限{due}）",
            "Rectification claimed {late} (due {due})"
        ),
        FindingEvent::LetterAnswered { .. } => say!(
            language,
            "{late}答复督办函（期限{due}）",
            "Letter answered {late} (due {due})"
        ),
        _ => say!(
            language,
            "{late}申请延期（期限{due}）",
            "Extension asked for {late} (due {due})"
        ),
    })
}

/// What a deadline has to say of an event: that it came late, and that a plan goes beyond what was ordered.
fn warnings(entry: &FindingEntry, site: &Site) -> AnyView {
    let late = how_late(entry, site.language).map(|words| tag("overdue", IconName::Clock, words));
    let beyond = entry.beyond.map(|limit| {
        let limit = day_text(limit, site.language);
        let words = say!(
            site.language,
            "超出责令整改期限（{limit}）",
            "Beyond the deadline that was ordered ({limit})"
        );
        tag("attention", IconName::TriangleAlert, words)
    });
    (late.is_some() || beyond.is_some())
        .then(|| view! { <p class="row">{late}{beyond}</p> })
        .into_any()
}

/// One event of the story.
pub fn happened(entry: &FindingEntry, finding: &FindingView, site: &Site) -> AnyView {
    let (state, icon) = look(&entry.event);
    let words = event_title(&entry.entry.kind).map_or("", t);
    let actor = entry
        .entry
        .actor
        .as_ref()
        .map_or_else(|| "—".to_owned(), |actor| site.name(&actor.name));
    let unit = entry
        .actor_unit
        .as_ref()
        .map(|unit| view! { <span>{site.name(&unit.name)}</span> });
    let is_key = matches!(entry.event, FindingEvent::Raised(_))
        && finding.row.severity == form::Severity::Key;
    let (tone, mark) = if is_key {
        ("key", IconName::OctagonAlert)
    } else {
        (state, icon)
    };
    view! {
        <li data-state=tone>
            <Icon name=mark/>
            <div>
                <header>
                    <strong>{actor}</strong>
                    {unit}
                    <span>{site.at(entry.entry.occurred_at)}</span>
                    <span class="tag" data-state=state><Icon name=icon/>{words}</span>
                </header>
                {warnings(entry, site)}
                {account(entry, finding, site)}
                {pictures(&entry.event, &finding.photos_here, site)}
            </div>
        </li>
    }
    .into_any()
}

/// What it was seen like; of a fault fixed on the spot, before and after.
fn pictures(event: &FindingEvent, here: &[String], site: &Site) -> AnyView {
    if let FindingEvent::Raised(raised) = event {
        let fixed = (!raised.photos_fixed.is_empty()).then(|| {
            view! {
                <p>{t(Text::new("改正后：", "Once it was fixed:"))}</p>
                {photos(&raised.photos_fixed, here, site)}
            }
        });
        return view! { {photos(&raised.photos, here, site)}{fixed} }.into_any();
    }
    let taken: Vec<Photo> = event.photos().cloned().collect();
    photos(&taken, here, site)
}

/// What was written.
fn account(entry: &FindingEntry, finding: &FindingView, site: &Site) -> AnyView {
    let said = |field: PlanField, text: &str| {
        (!text.trim().is_empty()).then(|| fact(field.title(), text.to_owned()))
    };
    let until = |field: PlanField, day: Day| fact(field.title(), day_text(day, site.language));
    let facts = |facts: Vec<AnyView>| view! { <dl class="facts">{facts}</dl> }.into_any();
    match &entry.event {
        FindingEvent::Raised(raised) => what_was_raised(raised),
        FindingEvent::PlanSubmitted(plan) => what_is_planned(plan, site),
        FindingEvent::RectificationClaimed(evidence)
        | FindingEvent::ReVerificationPassed(evidence)
        | FindingEvent::LookBackPassed { evidence, .. } => {
            view! { <p>{evidence.account.clone()}</p> }.into_any()
        }
        FindingEvent::ReVerificationFailed {
            evidence: Evidence { account, .. },
            complete_by,
        }
        | FindingEvent::LookBackFailed {
            evidence: Evidence { account, .. },
            complete_by,
            ..
        }
        | FindingEvent::Reopened {
            reason: account,
            complete_by,
        } => {
            let again = complete_by.map(|day| facts(vec![until(PlanField::CompleteBy, day)]));
            view! { <p>{account.clone()}</p>{again} }.into_any()
        }
        FindingEvent::Notified { notice, .. } => view! {
            <dl class="facts">
                {fact(PlanField::Number.title(), notice.number.clone())}
                {fact(PlanField::Basis.title(), notice.basis.clone())}
                {fact(PlanField::Requirement.title(), notice.requirement.clone())}
                {until(PlanField::PlanBy, notice.plan_by)}
                {until(PlanField::CompleteBy, notice.complete_by)}
            </dl>
            {paper(entry, finding, Text::new("整改通知书", "The notice, to print"))}
        }
        .into_any(),
        FindingEvent::Escalated(letter) => view! {
            <dl class="facts">
                {fact(PlanField::Number.title(), letter.number.clone())}
                {fact(PlanField::Demand.title(), letter.demand.clone())}
                {until(PlanField::AnswerBy, letter.answer_by)}
            </dl>
            {paper(entry, finding, Text::new("督办函", "The letter, to print"))}
        }
        .into_any(),
        FindingEvent::LetterAnswered { account } => view! { <p>{account.clone()}</p> }.into_any(),
        FindingEvent::Disputed { grounds } => view! { <p>{grounds.clone()}</p> }.into_any(),
        FindingEvent::Withdrawn { reason } => view! { <p>{reason.clone()}</p> }.into_any(),
        FindingEvent::Upheld { reason, plan_by } => {
            view! { <p>{reason.clone()}</p>{facts(vec![until(PlanField::PlanBy, *plan_by)])} }
                .into_any()
        }
        FindingEvent::PlanAccepted {
            opinion,
            complete_by,
            ..
        } => facts(
            said(PlanField::Opinion, opinion)
                .into_iter()
                .chain([until(PlanField::CompleteBy, *complete_by)])
                .collect(),
        ),
        FindingEvent::PlanReturned {
            opinion, plan_by, ..
        } => {
            view! { <p>{opinion.clone()}</p>{facts(vec![until(PlanField::PlanBy, *plan_by)])} }
                .into_any()
        }
        FindingEvent::ExtensionAsked { until: day, reason } => {
            view! { <p>{reason.clone()}</p>{facts(vec![until(PlanField::Until, *day)])} }
                .into_any()
        }
        FindingEvent::ExtensionGranted {
            until: day,
            opinion,
        } => facts(
            said(PlanField::Opinion, opinion)
                .into_iter()
                .chain([until(PlanField::CompleteBy, *day)])
                .collect(),
        ),
        FindingEvent::ExtensionRefused { opinion } => {
            view! { <p>{opinion.clone()}</p> }.into_any()
        }
        FindingEvent::SupportOwed { owed, .. } => what_is_owed(owed, finding, site),
        FindingEvent::SupportProvided { account, late, .. } => {
            let late = (*late > 0).then(|| {
                say!(
                    site.language,
                    "逾期{late}个工作日。",
                    " {late} working days late."
                )
            });
            view! { <p>{account.clone()}{late}</p> }.into_any()
        }
        FindingEvent::SupportConfirmed { .. } => ().into_any(),
        FindingEvent::DeadlineMoved {
            complete_by,
            plan_by,
            ..
        } => view! {
            <p>{t(Text::new(
                "监管部门的支持逾期，所等的工作日不计入机构的整改时间。",
                "The regulator’s support came late; the working days waited are not the institution’s.",
            ))}</p>
            {facts([(PlanField::PlanBy, plan_by), (PlanField::CompleteBy, complete_by)]
                .into_iter()
                .filter_map(|(field, day)| Some(until(field, (*day)?)))
                .collect())}
        }
        .into_any(),
    }
}

fn paper(entry: &FindingEntry, finding: &FindingView, text: Text) -> AnyView {
    let address = format!(
        "/findings/{}/papers/{}",
        finding.row.id, entry.entry.version
    );
    view! { <p><a href=address>{t(text)}</a></p> }.into_any()
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

/// The five parts of a plan.
pub fn what_is_planned(plan: &Plan, site: &Site) -> AnyView {
    view! {
        <dl class="facts">
            {fact(PlanField::Affected.title(), plan.affected.clone())}
            {fact(PlanField::AtRisk.title(), plan.at_risk.clone())}
            {fact(PlanField::SystemChange.title(), plan.system_change.clone())}
            {fact(PlanField::Monitoring.title(), plan.monitoring.clone())}
            {fact(PlanField::PlannedFor.title(), day_text(plan.complete_by, site.language))}
        </dl>
    }
    .into_any()
}

fn what_is_owed(owed: &SupportOwed, finding: &FindingView, site: &Site) -> AnyView {
    let by = finding
        .supports
        .iter()
        .find(|support| support.owed.by == owed.by)
        .map_or_else(|| "—".to_owned(), |support| site.name(&support.by.name));
    view! {
        <dl class="facts">
            {fact(PlanField::Support.title(), owed.what.clone())}
            {fact(Text::new("提供单位", "Owed by"), by)}
            {fact(PlanField::SupportDue.title(), day_text(owed.due, site.language))}
        </dl>
    }
    .into_any()
}
