//! The last look before a visit is handed in: what is missing, what was not answered, what it adds up to, what stays behind, and
//! the act itself.

use std::sync::Arc;

use domain::id::{AssignmentId, InspectionId};
use domain::inspection::Outcome;
use domain::visit_mode::VisitMode;
use domain::{Text, say};
use form::{NodeId, Severity, Texts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::address::{Going, address};
use super::bar::Bar;
use super::browser;
use super::finding_line::finding_line;
use super::found::Done;
use super::handed_in::just_handed_in;
use super::handing_in::{self, Asked, Coverage, Gap, noted_freely_title};
use super::icon::{Icon, IconName};
use super::inspection_page::{Dock, GradedFact, Open, answered, cannot_open, score};
use super::left_here::{LeftHere, left_here};
use super::open_inspection::{FindingAt, OpenError, OpenInspection};
use super::piece::{Noted, Piece, Pieces as _, afterwards};
use super::record_page::{answered_sections, number_of_photos};
use super::signing::{Missing, Sign, Signing, missing_words};
use super::tablet::{RecordError, tablet};
use crate::i18n::{language, said, t, told, tr};

#[component]
pub fn ReviewPage(id: Option<AssignmentId>) -> Piece {
    let tablet = tablet();
    let Some(id) = id.map(InspectionId::of) else {
        return cannot_open(OpenError::NoDraft);
    };
    let back = (
        format!("/field/inspections/{id}"),
        Text::new("返回检查", "Back to the inspection"),
    );
    let title = Signal::derive(|| t(Text::new("检查并提交", "Review and submit")).to_owned());
    let body = match OpenInspection::take_up(tablet, id) {
        Ok(open) => {
            let under_way = RwSignal::from(open.photos_under_way.clone());
            let open = StoredValue::new(open);
            // A drawing that the page before left is an answer once it is on disk; a signature changes nothing of what is signed.
            let entered = Memo::new(move |_| {
                under_way.track();
                open.with_value(|open| (open.content(), open.form.answers()))
            });
            view! {
                {move || {
                    // One that was never read follows nothing.
                    entered.with(|_| ());
                    view! { <Review open/> }
                }}
            }
        }
        Err(error) => cannot_open(error),
    };
    view! { <Bar title back=Some(back)/> {body} }
}

#[component]
fn Review(open: Open) -> Piece {
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
    let completed = draft.outcome == Outcome::Completed;
    let (coverage, left) = open.with_value(|open| {
        open.form.with(|instance| {
            let coverage = if completed {
                handing_in::coverage(instance)
            } else {
                Vec::new()
            };
            let left = tablet
                .photos
                .with_untracked(|photos| left_here(instance, &draft, photos));
            (coverage, left)
        })
    });
    let unanswered = handing_in::unanswered(&coverage);
    let signing = Signing::of(open);
    let unsigned = Memo::new(move |_| signing.missing());
    // Handing in with questions unanswered or signatures missing is allowed, and never an oversight.
    let incomplete = Memo::new(move |_| (unanswered, unsigned.get()));
    let confirmed = RwSignal::new(None::<(usize, Missing)>);
    let is_confirmed = Memo::new(move |_| {
        let incomplete = incomplete.get();
        incomplete == (0, Missing::NONE) || confirmed.get() == Some(incomplete)
    });
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Arc<RecordError>>);
    let (address, handed_in) = (address(), just_handed_in());
    let submit = move |_| {
        if !complete {
            browser::look_at("gaps");
            return;
        }
        if let Some(lacks) = signing.lacks() {
            browser::look_at(&lacks);
            return;
        }
        if !is_confirmed.get_untracked() {
            asked.set(true);
            browser::look_at(CONFIRMATION);
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let open = open.get_value();
        spawn_local(async move {
            let draft = open.draft();
            let (commands, photos) = open.form.with(|instance| {
                let commands = handing_in::commands(instance, &draft, &open.order, tablet.clock());
                let photos = handing_in::photos(instance, &commands);
                (commands, photos)
            });
            match open.close(draft, &commands, photos).await {
                Ok(()) => {
                    handed_in.say(id);
                    address.go("/field", Going::Instead);
                }
                Err(error) => {
                    let _ = busy.try_set(false);
                    let _ = failure.try_set(Some(Arc::new(error)));
                }
            }
        });
    };
    view! {
        <main id="main" class="plain">
            {move || failure.get().map(|error| view! { <Refused error/> })}
            {(!complete).then(|| view! { <Gaps id gaps/> })}
            {(unanswered > 0).then(|| view! { <Unanswered unanswered/> })}
            {(!left.is_empty()).then(|| view! { <Left left completed/> })}
            <Summary open/>
            {completed.then(|| view! { <Answered id coverage/> })}
            {completed.then(|| view! { <AllAnswers open/> })}
            {(!complete).then(|| view! {
                <section class="card">
                    <h2>{said(Text::new("签字", "Signatures"))}</h2>
                    <p class="hint">{said(Text::new("上面各处改好后，在这里签字。", "Once what is above was put right, it is signed here."))}</p>
                </section>
            })}
            {complete.then(|| view! {
                <Sign signing/>
                <Show when=move || incomplete.get() != (0, Missing::NONE)>
                    <Confirmation incomplete confirmed is_confirmed asked/>
                </Show>
            })}
        </main>
        <Dock open warns=false>
            <button class="button" data-kind="primary" type="button" data-test="submit"
                aria-busy=move || busy.get().then_some("true") on:click=submit>
                <Icon name=IconName::Send/>{move || t(if busy.get() { Text::new("正在提交…", "Submitting…") } else { Text::new("提交", "Submit") })}
            </button>
        </Dock>
    }
}

/// Why it was not taken, brought before the eyes wherever on the page they are.
#[component]
fn Refused(error: Arc<RecordError>) -> Piece {
    let banner = Noted::new_local(None);
    afterwards(move || {
        if let Some(banner) = banner.get() {
            let _ = banner.focus();
        }
    });
    view! {
        <div class="banner" data-kind="error" role="alert" tabindex="-1" node_ref=banner>
            <Icon name=IconName::CircleAlert/><p>{move || error.text(language())}</p>
        </div>
    }
}

#[component]
fn Gaps(id: InspectionId, gaps: Vec<Gap>) -> Piece {
    let tablet = tablet();
    let count = gaps.len();
    let summary = Noted::new_local(None);
    afterwards(move || {
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
                }).pieces()}
            </ul>
        </div>
    }
}

/// What is not sent, and where it stays.
#[component]
fn Left(left: LeftHere, completed: bool) -> Piece {
    view! {
        <div class="banner" data-kind="warning" data-test="left-here">
            <Icon name=IconName::Tablet/>
            <p>
                <strong>{said(Text::new("不会发送，留在本机", "Not sent, kept on this tablet"))}</strong>" "
                {move || {
                    let (language, count) = (language(), left.count(language()));
                    if completed {
                        say!(
                            language,
                            "{count}已不属于这份记录。提交后不会发送，也不会删除，可在本机的记录页查看。",
                            "No longer part of this record: {count}. They are not sent and not deleted; read them on the record page of this tablet."
                        )
                    } else {
                        say!(
                            language,
                            "检查没有完成，已填写的 {count}不随记录发送，也不会删除，提交后可在本机的记录页查看。",
                            "The visit was not completed, so what was entered is not sent. {count}. Nothing is deleted; read it on the record page of this tablet."
                        )
                    }
                }}
            </p>
        </div>
    }
}

/// How many questions are unanswered, before everything else on the page.
#[component]
fn Unanswered(unanswered: usize) -> Piece {
    view! {
        <div class="banner" data-kind="warning" data-test="unanswered">
            <Icon name=IconName::TriangleAlert/>
            <p>
                <strong>{move || say!(language(), "{unanswered} 项未答", "{unanswered} unanswered")}</strong>" "
                {said(Text::new("提交后不能补答。", "They cannot be answered once it is submitted."))}
            </p>
            <button class="button" type="button" on:click=|_| browser::look_at(COVERAGE)>
                {said(Text::new("按章节查看", "See them by section"))}
            </button>
        </div>
    }
}

/// What was answered, word for word: who signs reads it here.
#[component]
fn AllAnswers(open: Open) -> Piece {
    let unfolded = RwSignal::new(false);
    let once = Memo::new(move |_| unfolded.get());
    let all = move || {
        let draft = open.with_value(|open| open.draft());
        open.with_value(|open| {
            open.form.with(|instance| {
                let remarks = handing_in::carried_remarks(instance, &draft);
                // Nothing is signed of what does not apply.
                answered_sections(instance, &instance.given(), &remarks)
            })
        })
    };
    view! {
        <details class="card" data-test="all-answers" on:toggle=move |_| unfolded.set(true)>
            <summary>{said(Text::new("查看全部回答", "Read all answers"))}</summary>
            {move || once.get().then(all)}
        </details>
    }
}

const COVERAGE: &str = "coverage";

/// Where an answer is still missing, by section; each line leads to its place.
#[component]
fn Answered(id: InspectionId, coverage: Vec<Coverage>) -> Piece {
    view! {
        <section class="card" id=COVERAGE tabindex="-1" data-test="coverage">
            <h2>{said(Text::new("答题情况", "What was answered"))}</h2>
            <ul class="sync">
                {coverage.into_iter().map(|Coverage { section, answered, unanswered, not_assessed }| {
                    let (open, unassessed) = (unanswered.len(), not_assessed.len());
                    let (tone, icon) = match (open, unassessed) {
                        (0, 0) => ("closed", IconName::Check),
                        (0, _) => ("local", IconName::CircleDashed),
                        _ => ("general", IconName::TriangleAlert),
                    };
                    view! {
                        <li data-test="coverage-section" data-unanswered=open data-not-assessed=unassessed>
                            <div>
                                <strong>{told(&section)}</strong>
                                <p>{move || say!(
                                    language(),
                                    "已答 {answered} · 未检查 {unassessed} · 未答 {open}",
                                    "{answered} answered · {unassessed} not assessed · {open} unanswered"
                                )}</p>
                            </div>
                            <span class="tag" data-state=tone>
                                <Icon name=icon/>
                                {move || match (open, unassessed) {
                                    (0, 0) => t(Text::new("全部已答", "All answered")).to_owned(),
                                    (0, count) => say!(language(), "{count} 项未检查", "{count} not assessed"),
                                    (count, _) => say!(language(), "{count} 项未答", "{count} unanswered"),
                                }}
                            </span>
                            {(open > 0).then(|| view! { <Places id asked=unanswered title=Text::new("未答的项目", "Unanswered")/> })}
                            {(unassessed > 0).then(|| view! { <Places id asked=not_assessed title=Text::new("未检查的项目", "Not assessed")/> })}
                        </li>
                    }
                }).pieces()}
            </ul>
        </section>
    }
}

#[component]
fn Places(id: InspectionId, asked: Vec<Asked>, title: Text) -> Piece {
    let tablet = tablet();
    let count = asked.len();
    // A form of thousands of questions has as many places, which are listed for whoever asks.
    let opened = RwSignal::new(false);
    view! {
        <details on:toggle=move |_| opened.set(true)>
            <summary>{move || { let title = t(title); say!(language(), "{title}（{count}）", "{title} ({count})") }}</summary>
            <Show when=move || opened.get()>
                <ul class="places">
                    {asked.iter().cloned().map(|Asked { anchor, code, label }| view! {
                        <li><a href=format!("/field/inspections/{id}") data-test="open-item"
                            on:click=move |_| tablet.look_at.set(Some(anchor.clone()))
                        >{move || format!("{code} {}", tr(&label)).trim_start().to_owned()}</a></li>
                    }).pieces()}
                </ul>
            </Show>
        </details>
    }
}

const CONFIRMATION: &str = "confirmation";

/// Handing in with questions unanswered or signatures missing is asked for twice; again when it is another number of them.
#[component]
fn Confirmation(
    incomplete: Memo<(usize, Missing)>,
    confirmed: RwSignal<Option<(usize, Missing)>>,
    is_confirmed: Memo<bool>,
    asked: RwSignal<bool>,
) -> Piece {
    let missing = Memo::new(move |_| asked.get() && !is_confirmed.get());
    view! {
        <section class="card" id=CONFIRMATION><div class="ask">
            <Show when=move || missing.get()>
                <p class="error" id="confirmation-error" role="alert"><Icon name=IconName::CircleAlert/>
                    {said(Text::new("请先确认，或补答、补签", "Confirm this first, or answer and have it signed"))}</p>
            </Show>
            <label class="choice">
                <input type="checkbox" name="confirm-incomplete" data-test="confirm-incomplete"
                    prop:checked=move || is_confirmed.get()
                    aria-describedby=move || missing.get().then_some("confirmation-error")
                    on:change:target=move |event| {
                        confirmed.set(event.target().checked().then(|| incomplete.get_untracked()));
                    }/>
                {move || {
                    let (unanswered, unsigned) = incomplete.get();
                    missing_words(unanswered, unsigned, language())
                }}
            </label>
        </div></section>
    }
}

#[component]
fn Summary(open: Open) -> Piece {
    let tablet = tablet();
    let draft = open.with_value(|open| open.draft());
    let standing = open.with_value(|open| open.form.standing().get_untracked());
    let graded = standing.graded.clone();
    let points = score(&standing);
    let items = open.with_value(|open| open.form.form().items().len());
    let not_scored = usize::try_from(standing.total).is_ok_and(|total| total > items);
    let completed = draft.outcome == Outcome::Completed;
    let outcome = draft.outcome;
    let findings = open.with_value(|open| {
        let found: Vec<(NodeId, String, Texts)> = open.form.with(|instance| {
            instance
                .findings()
                .into_iter()
                .filter(|_| completed)
                .filter_map(|node| {
                    let question = instance.question(node)?;
                    let code = question.check.as_ref().map(|check| check.code.clone());
                    Some((node, code.unwrap_or_default(), question.label.clone()))
                })
                .collect()
        });
        let of_items = found.into_iter().map(|(node, code, label)| {
            let finding = open.finding(FindingAt::Item(node));
            (code, label, finding.get_untracked())
        });
        let freely = draft.noted_freely.values().filter(|_| completed);
        let freely = freely.map(|finding| (String::new(), noted_freely_title(), finding.clone()));
        of_items.chain(freely).collect::<Vec<_>>()
    });
    // Who signs sees what is signed.
    let notes = open.with_value(|open| {
        open.form.with(|instance| {
            let carried = handing_in::carried_remarks(instance, &draft).into_iter();
            let titled = carried.filter_map(|(item, remark)| {
                let question = instance.question(instance.named(&item)?)?;
                let code = question.check.as_ref().map(|check| check.code.clone());
                Some((code.unwrap_or_default(), question.label.clone(), remark))
            });
            titled.collect::<Vec<_>>()
        })
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
        .filter(|(_, _, finding)| finding.severity == Severity::Key)
        .count();
    let fixed = findings
        .iter()
        .filter(|(_, _, finding)| finding.fixed_on_the_spot)
        .count();
    let count = findings.len();
    view! {
        <section class="card">
            <h2>{said(Text::new("小结", "Summary"))}</h2>
            <dl class="facts">
                <div><dt>{said(Text::new("结果", "Outcome"))}</dt><dd>{said(outcome.title())}</dd></div>
                <div><dt>{said(VisitMode::MADE)}</dt><dd>{said(draft.mode.title())}</dd></div>
                <div><dt>{said(Text::new("在场", "Present"))}</dt><dd>{move || {
                    names.iter().map(tr).collect::<Vec<_>>().join(t(Text::new("、", ", ")))
                }}</dd></div>
                {completed.then(|| view! {
                    <div><dt>{said(Text::new("已答", "Answered"))}</dt><dd>{move || answered(&standing)}</dd>
                        {not_scored.then(|| view! { <dd>{said(Text::new("含不计分的提问", "including questions that are not scored"))}</dd> })}</div>
                    <div><dt>{said(Text::new("得分", "Score"))}</dt><dd>{points}</dd></div>
                    {graded.map(|graded| view! { <GradedFact graded/> })}
                    <div><dt>{said(Text::new("问题", "Findings"))}</dt><dd>{move || say!(language(), "{count}（重点 {key}）", "{count} ({key} key)")}</dd></div>
                    <div><dt>{said(Text::new("立行立改", "Fixed on the spot"))}</dt><dd>{fixed}</dd></div>
                })}
            </dl>
            {(!draft.account.trim().is_empty()).then(|| view! { <p>{draft.account.clone()}</p> })}
            {number_of_photos(draft.account_photos.len())}
        </section>
        {(!findings.is_empty()).then(|| view! {
            <section class="card">
                <h2>{said(Text::new("问题", "Findings"))}</h2>
                <ul class="sync">
                    {findings.into_iter().map(|(code, label, finding)| {
                        let done = Done {
                            extent: finding.extent,
                            fixed: finding.fixed_on_the_spot,
                            help_given: finding.help_given,
                            support_owed: finding.support_owed,
                        };
                        let fixed = Some(finding.photos_fixed).filter(|_| finding.fixed_on_the_spot);
                        let more = done.told(finding.photos, fixed.unwrap_or_default());
                        finding_line(code, label, finding.note, finding.severity, more)
                    }).pieces()}
                </ul>
            </section>
        })}
        {(!notes.is_empty()).then(|| view! {
            <section class="card" data-test="notes">
                <h2>{said(Text::new("备注", "Notes"))}</h2>
                <ul class="sync">
                    {notes.into_iter().map(|(code, label, remark)| {
                        view! {
                            <li><div>
                                <strong>{code}</strong>" "{told(&label)}
                                {(!remark.note.trim().is_empty()).then(|| view! { <p>{remark.note}</p> })}
                                {number_of_photos(remark.photos.len())}
                            </div></li>
                        }
                    }).pieces()}
                </ul>
            </section>
        })}
    }
}
