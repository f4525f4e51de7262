//! An inspection that was handed in, to be read again.

use domain::finding::{FindingEvent, severity_title};
use domain::id::InspectionId;
use domain::inspection::{Outcome, Submitted};
use domain::{Event, Text};
use form::{Form, NodeId, QuestionKind, Severity, Texts, Value, What};
use leptos::prelude::*;

use super::inspection_page::points;
use super::item::tone;
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{language, t, tr};
use crate::widgets::icon::{Icon, IconName};

#[component]
pub fn Record(id: InspectionId) -> impl IntoView {
    let tablet = tablet();
    let facts = tablet.facts.get_untracked();
    let Some(Submitted { by, at, submission }) = facts.facts().inspection(id).submitted.clone()
    else {
        return ().into_any();
    };
    let form = facts.form(submission.checklist, &submission.checklist_version);
    let by = facts.person_name(by);
    let present: Vec<Texts> = submission
        .present
        .iter()
        .map(|person| facts.person_name(*person))
        .collect();
    let outcome = submission.outcome;
    let score = submission.score;
    let account = submission.account.clone();
    let count = submission.findings.len();
    let raised = raised_here(id);
    let sections = form.map(|form| {
        let sections = form.sections().iter().map(|section| {
            let rows: Vec<_> = section
                .nodes
                .iter()
                .filter_map(|node| row(&form, *node, &submission.answers))
                .collect();
            (form.node(section.id).label.clone(), rows)
        });
        sections
            .filter(|(_, rows)| !rows.is_empty())
            .collect::<Vec<_>>()
    });
    view! {
        <main id="main" class="plain" data-test="record">
            <section class="card">
                <h2>{move || t(Text::new("检查记录", "Inspection record"))}</h2>
                <dl class="facts">
                    <div><dt>{move || t(Text::new("结果", "Outcome"))}</dt><dd>{move || t(outcome.title())}</dd></div>
                    <div><dt>{move || t(Text::new("提交时间", "Submitted"))}</dt><dd>{move || instant_text(at, &tablet.time_zone(), language())}</dd></div>
                    <div><dt>{move || t(Text::new("提交人", "By"))}</dt><dd>{move || tr(&by)}</dd></div>
                    <div><dt>{move || t(Text::new("在场", "Present"))}</dt><dd>{move || {
                        present.iter().map(tr).collect::<Vec<_>>().join(t(Text::new("、", ", ")))
                    }}</dd></div>
                    {(outcome == Outcome::Completed).then(|| view! {
                        <div><dt>{move || t(Text::new("得分", "Score"))}</dt><dd>{format!("{} / {}", points(score.earned), points(score.possible))}</dd></div>
                        <div><dt>{move || t(Text::new("问题", "Findings"))}</dt><dd>{count}</dd></div>
                    })}
                </dl>
                {(!account.trim().is_empty()).then(|| view! { <p>{account}</p> })}
            </section>
            {(!raised.is_empty()).then(|| view! {
                <section class="card">
                    <h2>{move || t(Text::new("问题", "Findings"))}</h2>
                    <ul class="sync">
                        {raised.into_iter().map(|raised| {
                            let key = raised.severity == Severity::Key;
                            view! {
                                <li>
                                    <div>
                                        <strong>{raised.code}" "{move || tr(&raised.title)}</strong>
                                        <p>{raised.note}</p>
                                    </div>
                                    <span class="tag" data-state=if key { "key" } else { "general" }>
                                        <Icon name=if key { IconName::OctagonAlert } else { IconName::TriangleAlert }/>
                                        {move || t(severity_title(raised.severity))}
                                    </span>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                </section>
            })}
            {sections.map(|sections| sections.into_iter().map(|(label, rows)| view! {
                <section class="card">
                    <h2>{move || tr(&label)}</h2>
                    <ul class="sync">
                        {rows.into_iter().map(|Row { code, label, answer, tone }| view! {
                            <li>
                                <div><strong>{code}</strong>" "{move || tr(&label)}</div>
                                <span class="tag" data-state=match tone {
                                    Some("yes") => "closed",
                                    Some("no") => "key",
                                    _ => "local",
                                }>{move || tr(&answer)}</span>
                            </li>
                        }).collect_view()}
                    </ul>
                </section>
            }).collect_view())}
        </main>
        <footer class="dock">
            <span></span>
            <a class="button" href="/field"><Icon name=IconName::ArrowLeft/>{move || t(Text::new("返回任务", "Back to the assignments"))}</a>
        </footer>
    }
    .into_any()
}

/// The findings this person raised in an inspection on this tablet.
fn raised_here(id: InspectionId) -> Vec<domain::finding::Raised> {
    tablet().outbox.with_untracked(|outbox| {
        let raised = outbox
            .iter()
            .filter(|entry| entry.event.kind == "finding.raised");
        raised
            .filter_map(|entry| match entry.event.event() {
                Ok(Event::Finding(FindingEvent::Raised(raised))) if raised.inspection == id => {
                    Some(*raised)
                }
                _ => None,
            })
            .collect()
    })
}

struct Row {
    code: String,
    label: Texts,
    answer: Texts,
    tone: Option<&'static str>,
}

fn row(form: &Form, id: NodeId, answers: &form::Answers) -> Option<Row> {
    let node = form.node(id);
    let What::Question(question) = node.what else {
        return None;
    };
    let written = answers.0.get(node.name)?;
    let same = |text: String| Texts::both(text.clone(), text);
    let answer = match Value::read(question.kind, written) {
        Ok(Value::Choice(choice)) => label_of(form, id, &choice),
        Ok(Value::Choices(choices)) => {
            let labels: Vec<Texts> = choices
                .iter()
                .map(|choice| label_of(form, id, choice))
                .collect();
            let joined = |language: &str, mark: &str| {
                labels
                    .iter()
                    .map(|label| label.get(language))
                    .collect::<Vec<_>>()
                    .join(mark)
            };
            Texts::both(joined(form::CHINESE, "、"), joined(form::ENGLISH, ", "))
        }
        Ok(Value::Photos(photos)) => Texts::both(
            format!("{} 张照片", photos.len()),
            format!("{} photo(s)", photos.len()),
        ),
        _ => same(written.clone()),
    };
    Some(Row {
        code: question
            .check
            .as_ref()
            .map(|check| check.code.clone())
            .unwrap_or_default(),
        label: question.label.clone(),
        answer,
        tone: (question.kind == QuestionKind::SelectOne)
            .then(|| tone(written))
            .flatten(),
    })
}

fn label_of(form: &Form, id: NodeId, value: &str) -> Texts {
    let choice = form.choices(id).iter().find(|choice| choice.value == value);
    choice.map_or_else(|| Texts::both(value, value), |choice| choice.label.clone())
}
