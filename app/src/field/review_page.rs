//! The last look before a visit is handed in: what is missing, what it adds up to, and the act itself.

use domain::finding::severity_title;
use domain::id::InspectionId;
use domain::inspection::Outcome;
use domain::{Text, say};
use form::Severity;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::assignment_page::id_in_address;
use super::bar::Bar;
use super::browser;
use super::handing_in::{self, Gap};
use super::inspection_page::{Dock, Open, answered, cannot_open, score};
use super::open_inspection::{OpenError, OpenInspection};
use super::tablet::{RecordError, tablet};
use crate::i18n::{language, t, tr};
use crate::local_store::DraftChange;
use crate::widgets::icon::{Icon, IconName};

#[component]
pub fn ReviewPage() -> impl IntoView {
    let tablet = tablet();
    let Some(id) = id_in_address().map(InspectionId::of) else {
        return cannot_open(OpenError::NoDraft);
    };
    let back = (
        format!("/field/inspections/{id}"),
        Text::new("返回检查", "Back to the inspection"),
    );
    let title = Signal::derive(|| t(Text::new("检查并提交", "Review and submit")).to_owned());
    let body = match OpenInspection::take_up(tablet, id) {
        Ok(open) => view! { <Review open=StoredValue::new(open)/> }.into_any(),
        Err(error) => cannot_open(error),
    };
    view! { <Bar title back/> {body} }.into_any()
}

#[component]
fn Review(open: Open) -> impl IntoView {
    let tablet = tablet();
    let id = open.with_value(|open| open.id);
    open.with_value(|open| open.checked.set(true));
    // Nothing is entered on this page: what was missing when it was opened is what is missing.
    let draft = open.with_value(|open| open.draft());
    let gaps = open.with_value(|open| {
        open.form
            .with(|instance| handing_in::gaps(instance, &draft, &open.order))
    });
    let complete = gaps.is_empty();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<RecordError>);
    let navigate = use_navigate();
    let submit = move |_| {
        if !complete {
            browser::look_at("gaps");
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let open = open.get_value();
        let navigate = navigate.clone();
        spawn_local(async move {
            let draft = open.draft();
            let (commands, photos) = open.form.with(|instance| {
                let commands = handing_in::commands(instance, &draft, &open.order);
                let photos = handing_in::photos(instance, &commands);
                (commands, photos)
            });
            open.end();
            let outcome = tablet
                .carry_out(
                    &commands,
                    DraftChange::Ends {
                        inspection: id,
                        photos,
                    },
                )
                .await;
            match outcome {
                Ok(()) => {
                    tablet.open.set(None);
                    navigate(
                        "/field",
                        NavigateOptions {
                            replace: true,
                            ..Default::default()
                        },
                    );
                }
                Err(error) => {
                    open.go_on();
                    let _ = busy.try_set(false);
                    let _ = failure.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <main id="main" class="plain">
            {move || failure.get().map(|error| view! {
                <div class="banner" data-kind="error" role="alert">
                    <Icon name=IconName::CircleAlert/><p>{move || error.text(language())}</p>
                </div>
            })}
            {(!complete).then(|| view! { <Gaps id gaps/> })}
            <Summary open/>
        </main>
        <Dock open>
            <button class="button" data-kind="primary" type="button" data-test="submit"
                aria-busy=move || busy.get().then_some("true") on:click=submit>
                <Icon name=IconName::Send/>{move || t(if busy.get() { Text::new("正在提交…", "Submitting…") } else { Text::new("提交", "Submit") })}
            </button>
        </Dock>
    }
}

#[component]
fn Gaps(id: InspectionId, gaps: Vec<Gap>) -> impl IntoView {
    let tablet = tablet();
    let count = gaps.len();
    let summary = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(summary) = summary.get() {
            let _ = summary.focus();
        }
    });
    view! {
        <div class="errors" id="gaps" role="alert" tabindex="-1" aria-labelledby="gaps-title" node_ref=summary>
            <h2 id="gaps-title">{move || say!(language(), "提交前还有 {count} 处", "{count} to put right before it can be submitted")}</h2>
            <ul>
                {gaps.into_iter().map(|Gap { anchor, code, text }| view! {
                    <li><a href=format!("/field/inspections/{id}") data-test="gap"
                        on:click=move |_| tablet.look_at.set(Some(anchor.clone()))
                    >{move || format!("{code} {}", tr(&text))}</a></li>
                }).collect_view()}
            </ul>
        </div>
    }
}

#[component]
fn Summary(open: Open) -> impl IntoView {
    let tablet = tablet();
    let draft = open.with_value(|open| open.draft());
    let standing = open.with_value(|open| open.form.standing().get_untracked());
    let completed = draft.outcome == Outcome::Completed;
    let outcome = draft.outcome;
    let findings = open.with_value(|open| {
        let form = open.form.form();
        let nodes = if completed {
            open.form.with(form::Instance::findings)
        } else {
            Vec::new()
        };
        let found = nodes.into_iter().map(|node| {
            (
                form.node(node).label.clone(),
                open.finding(node).get_untracked(),
            )
        });
        found.collect::<Vec<_>>()
    });
    let names: Vec<_> = tablet.facts.with_untracked(|facts| {
        draft
            .present
            .iter()
            .map(|person| facts.person_name(*person))
            .collect()
    });
    let key = findings
        .iter()
        .filter(|(_, finding)| finding.severity == Severity::Key)
        .count();
    let fixed = findings
        .iter()
        .filter(|(_, finding)| finding.fixed_on_the_spot)
        .count();
    let count = findings.len();
    view! {
        <section class="card">
            <h2>{move || t(Text::new("小结", "Summary"))}</h2>
            <dl class="facts">
                <div><dt>{move || t(Text::new("结果", "Outcome"))}</dt><dd>{move || t(outcome.title())}</dd></div>
                <div><dt>{move || t(Text::new("在场", "Present"))}</dt><dd>{move || {
                    names.iter().map(tr).collect::<Vec<_>>().join(t(Text::new("、", ", ")))
                }}</dd></div>
                {completed.then(|| view! {
                    <div><dt>{move || t(Text::new("已答", "Answered"))}</dt><dd>{move || answered(&standing)}</dd></div>
                    <div><dt>{move || t(Text::new("得分", "Score"))}</dt><dd>{score(&standing)}</dd></div>
                    <div><dt>{move || t(Text::new("问题", "Findings"))}</dt><dd>{move || say!(language(), "{count}（重点 {key}）", "{count} ({key} key)")}</dd></div>
                    <div><dt>{move || t(Text::new("立行立改", "Fixed on the spot"))}</dt><dd>{fixed}</dd></div>
                })}
            </dl>
            {(!draft.account.trim().is_empty()).then(|| view! { <p>{draft.account.clone()}</p> })}
        </section>
        {(!findings.is_empty()).then(|| view! {
            <section class="card">
                <h2>{move || t(Text::new("问题", "Findings"))}</h2>
                <ul class="sync">
                    {findings.into_iter().map(|(label, finding)| {
                        let severity = finding.severity;
                        view! {
                            <li>
                                <div><strong>{move || tr(&label)}</strong><p>{finding.note}</p></div>
                                <span class="tag" data-state=if severity == Severity::Key { "key" } else { "general" }>
                                    <Icon name=if severity == Severity::Key { IconName::OctagonAlert } else { IconName::TriangleAlert }/>
                                    {move || t(severity_title(severity))}
                                </span>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </section>
        })}
    }
}
