//! The inspection: sections on the side, items in the middle, the next act at the thumb.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::{AssignmentId, InspectionId};
use domain::inspection::Outcome;
use domain::{Text, say};
use form::Progress;
use leptos::prelude::*;
use markup::{component, view};

use super::address::address;
use super::bar::Bar;
use super::browser;
use super::free_findings::{self, FreeFindings};
use super::handing_in::{NOTED_FREELY, anchor_of};
use super::icon::{Icon, IconName};
use super::open_inspection::{OpenError, OpenInspection};
use super::piece::{Noted, Piece, afterwards, each};
use super::record_page::{self, Record};
use super::sections::{
    FormSections, OnPage, SETTLED, Sections, is_shown, label_of, once_drawn, section_anchor,
};
use super::tablet::tablet;
use super::visit_panel::VisitPanel;
use crate::form_session::Standing;
use crate::i18n::{language, said, t, told, tr};
use crate::widgets::points::{self, Graded};

/// Sections that are listed when the page is first drawn, more than the glass has room for, and so many more each time after that. Thousands
/// of questions have hundreds: the first of them is not to wait for the list.
const LISTED_AT_A_TIME: usize = 24;

/// The inspection on the glass, as its parts pass it on.
pub type Open = StoredValue<Arc<OpenInspection>>;

#[component]
pub fn InspectionPage(id: Option<AssignmentId>) -> Piece {
    let tablet = tablet();
    let Some(id) = id.map(InspectionId::of) else {
        return cannot_open(OpenError::NoDraft);
    };
    let title = Signal::derive(move || {
        tablet.facts.with(|facts| {
            let target = facts
                .facts()
                .assignment(id.assignment())
                .order
                .as_ref()
                .map(|order| order.target);
            target
                .map(|target| tr(&facts.body_name(target)))
                .unwrap_or_default()
        })
    });
    let back = (
        "/field".to_owned(),
        Text::new("返回任务", "Back to the assignments"),
    );
    let body = match OpenInspection::take_up(tablet, id) {
        Ok(open) => view! { <Inspection open=StoredValue::new(open)/> },
        Err(OpenError::NoDraft) if untrack(|| record_page::is_there(id)) => {
            view! { <Record id/> }
        }
        Err(error) => cannot_open(error),
    };
    view! { <Bar title back=Some(back)/> {body} }
}

pub fn cannot_open(error: OpenError) -> Piece {
    let text = match error {
        OpenError::SignedOut => Text::new("请先登录。", "Sign in first."),
        OpenError::NoDraft => Text::new(
            "本机没有这次检查。",
            "This tablet does not have this inspection.",
        ),
        OpenError::NoChecklist => Text::new(
            "检查表还没有到达本机，请联网后再打开。已填写的内容都在。",
            "The checklist has not reached this tablet; open it again with a network. What was entered is here.",
        ),
    };
    view! {
        <main id="main" class="plain">
            <p>{said(text)}</p>
            <p><a class="button" href="/field">{said(Text::new("返回任务", "Back to the assignments"))}</a></p>
        </main>
    }
}

#[component]
fn Inspection(open: Open) -> Piece {
    let tablet = tablet();
    let id = open.with_value(|open| open.id);
    let outcome = RwSignal::from(open.with_value(|open| open.outcome.clone()));
    let completed = Memo::new(move |_| outcome.get() == Outcome::Completed);
    let sections: Vec<RwSignal<Progress>> = open.with_value(|open| {
        let sections = open.form.sections().iter();
        sections
            .map(|progress| RwSignal::from(progress.clone()))
            .collect()
    });
    let number = sections.len();
    let current = RwSignal::new(None::<usize>);
    let on_page = Sections::of(open, current);
    let (long, coming) = on_page.with_value(|sections| (sections.long, sections.coming));
    // What the page before asked to look at, once the page stands; and what was added to it.
    afterwards(move || {
        if let Some(anchor) = tablet.look_at.get() {
            tablet.look_at.set(None);
            request_animation_frame(move || {
                let _ = on_page.try_with_value(|sections| sections.look_at(&anchor));
            });
        }
    });
    // It opens where it was left, unless that page asked for something, or the browser's back shows all as it was.
    let left_at = open.with_value(|open| open.left_at());
    let elsewhere = address().came_back() || tablet.look_at.with_untracked(Option::is_some);
    if let Some(name) = left_at.filter(|_| !elsewhere) {
        request_animation_frame(move || {
            let _ = on_page.try_with_value(|sections| sections.begin_at(&anchor_of(&name)));
        });
    }
    let next = move |_| {
        let in_sight = on_page.with_value(|sections| sections.in_sight());
        let next = open.with_value(|open| open.go_to_next_open(&in_sight));
        match next {
            Some(anchor) => on_page.with_value(|sections| sections.look_at(&anchor)),
            None => browser::look_at("hand-in"),
        }
    };
    let rail = StoredValue::new(sections);
    let lacking = Memo::new(move |_| {
        let mut by_section = BTreeMap::<usize, u32>::new();
        for section in open.with_value(|open| open.sections_of_lacking()) {
            *by_section.entry(section).or_default() += 1;
        }
        by_section
    });
    let listed = RwSignal::new(LISTED_AT_A_TIME.min(number));
    once_drawn(SETTLED, move || {
        let list_on = |listed: &mut usize| {
            *listed = number.min(*listed + LISTED_AT_A_TIME);
            *listed < number
        };
        listed.try_update(list_on) == Some(true)
    });
    let free = RwSignal::from(open.with_value(|open| open.free_findings.clone()));
    let lacking_freely = Memo::new(move |_| open.with_value(|open| open.lacking_freely().len()));
    view! {
        <main id="main" class="inspect">
            <Show when=move || completed.get() fallback=|| view! { <span></span> }>
                <nav class="rail" aria-label=said(Text::new("章节", "Sections"))>
                    <ol>
                        {each(move || 0..listed.get(), |section| *section, move |section| {
                            let progress = rail.with_value(|progress| progress[section]);
                            view! { <SectionLink open section progress lacking current on_page/> }
                        })}
                        <li>
                            <a href=format!("#{}", free_findings::ANCHOR) data-test="free-findings-link"
                                data-unfit=move || (lacking_freely.get() > 0).then_some("")
                                on:click=move |event| {
                                    event.prevent_default();
                                    on_page.with_value(|sections| sections.look_at(free_findings::ANCHOR));
                                }>
                                <span>{said(NOTED_FREELY)}</span>
                                <small>
                                    {move || to_put_right(lacking_freely.get())}
                                    {move || match free.with(Vec::len) {
                                        0 => String::new(),
                                        count => count.to_string(),
                                    }}
                                </small>
                            </a>
                        </li>
                    </ol>
                    <button class="button" type="button" data-test="next-open" on:click=next>
                        <Icon name=IconName::ChevronDown/><span>{said(Text::new("下一处未完成", "Next open"))}</span>
                    </button>
                </nav>
            </Show>
            <form class="sections" data-long=move || long.get().then_some("") aria-busy=move || coming.get().then_some("true") on:submit=|event| event.prevent_default()>
                <VisitPanel open/>
                <Show when=move || completed.get()>
                    <FormSections open sections=on_page/>
                    <FreeFindings open/>
                </Show>
            </form>
        </main>
        <Dock open warns=true>
            <a class="button" data-kind="primary" id="hand-in" data-test="review" href=format!("/field/inspections/{id}/review")>
                {said(Text::new("核对并提交", "Review and submit"))}<Icon name=IconName::ArrowRight/>
            </a>
        </Dock>
    }
}

#[component]
fn SectionLink(
    open: Open,
    section: usize,
    progress: RwSignal<Progress>,
    lacking: Memo<BTreeMap<usize, u32>>,
    current: RwSignal<Option<usize>>,
    on_page: OnPage,
) -> Piece {
    let label = open.with_value(|open| label_of(open, section));
    let href = format!("#{}", section_anchor(section));
    let unfit = Memo::new(move |_| {
        let lacking = lacking.with(|lacking| lacking.get(&section).copied());
        progress.with(|progress| progress.unfit) + lacking.unwrap_or_default()
    });
    let complete = Memo::new(move |_| {
        let answered =
            |progress: &Progress| progress.total > 0 && progress.answered == progress.total;
        progress.with(answered) && unfit.get() == 0
    });
    let shown = open.with_value(|open| is_shown(open, section));
    let link = Noted::new_local(None);
    // The strip may be longer than the glass is wide: where one is stays in it.
    afterwards(move || {
        if current.get() == Some(section)
            && let Some(link) = link.get_untracked()
        {
            browser::keep_in_list(&link);
        }
    });
    view! {
        <li hidden=move || !shown.get()>
            <a
                node_ref=link
                href=href
                data-test="section-link"
                aria-current=move || (current.get() == Some(section)).then_some("true")
                data-complete=move || complete.get().then_some("")
                data-unfit=move || (unfit.get() > 0).then_some("")
                on:click=move |event| {
                    event.prevent_default();
                    on_page.with_value(|sections| sections.look_at_section(section));
                }
            >
                <span>{told(&label)}</span>
                <small>
                    {move || complete.get().then(|| view! { <Icon name=IconName::Check/> " " })}
                    {move || to_put_right(unfit.get() as usize)}
                    {move || progress.with(|progress| format!("{}/{}", progress.answered, progress.total))}
                </small>
                <progress
                    prop:value=move || progress.with(|progress| f64::from(progress.answered))
                    prop:max=move || progress.with(|progress| f64::from(progress.total.max(1)))
                    aria-hidden="true"
                ></progress>
            </a>
        </li>
    }
}

/// That so much in a section is to be put right, where something is.
fn to_put_right(number: usize) -> Option<Piece> {
    (number > 0).then(|| {
        view! {
            <Icon name=IconName::CircleAlert/>
            <span class="unseen">{move || say!(language(), "{number} 处待改", "{number} to put right")}</span>" "
        }
    })
}

/// The line at the thumb.
#[component]
pub fn Dock(open: Open, warns: bool, children: Piece) -> Piece {
    let tablet = tablet();
    let standing = RwSignal::from(open.with_value(|open| open.form.standing().clone()));
    let outcome = RwSignal::from(open.with_value(|open| open.outcome.clone()));
    let completed = Memo::new(move |_| outcome.get() == Outcome::Completed);
    let unsent = Memo::new(move |_| tablet.unsent());
    let signatures = RwSignal::from(open.with_value(|open| open.signatures.clone()));
    let signed =
        Memo::new(move |_| signatures.with(|signatures| signatures.pictures().next().is_some()));
    let free = RwSignal::from(open.with_value(|open| open.free_findings.clone()));
    let findings =
        Memo::new(move |_| standing.with(|standing| standing.findings.len()) + free.with(Vec::len));
    view! {
        <footer class="dock">
            <dl>
                // A visit that was not completed has no score.
                {move || completed.get().then(|| view! {
                    <div>
                        <dt>{t(Text::new("目前得分", "Score so far"))}</dt>
                        <dd data-test="score">{move || standing.with(score)}</dd>
                    </div>
                    {move || standing.with(|standing| standing.graded.clone()).map(|graded| {
                        let language = language();
                        // Half of the answers are no verdict.
                        let open = standing.with(|standing| standing.answered < standing.total);
                        let (title, text) = if open {
                            (graded.title_so_far(language), graded.reached_so_far(language))
                        } else {
                            (graded.title(language), graded.text(language))
                        };
                        view! { <div><dt>{title}</dt><dd data-test="result">{text}</dd></div> }
                    })}
                    <div data-tone=move || (findings.get() > 0).then_some("key")>
                        <dt>{t(Text::new("问题", "Findings"))}</dt>
                        <dd data-test="findings">{move || findings.get()}</dd>
                    </div>
                })}
                // On the page where it is signed nothing is changed.
                {move || (warns && signed.get()).then(|| view! {
                    <div data-tone="warn" data-test="signed">
                        <dt>{said(Text::new("已有签字", "Signed"))}</dt>
                        <dd>{said(Text::new("改动后须重签", "A change undoes it"))}</dd>
                    </div>
                })}
                {move || (unsent.get() > 0).then(|| view! {
                    <div data-tone="warn">
                        <dt>{said(Text::new("未发送", "Unsent"))}</dt>
                        <dd>{move || unsent.get()}</dd>
                    </div>
                })}
            </dl>
            {children}
        </footer>
    }
}

/// Points earned of points within reach so far.
pub fn score(standing: &Standing) -> String {
    points::score(standing.earned, standing.possible)
}

/// The result on the checklist's scale, as one of several facts.
#[component]
pub fn GradedFact(graded: Graded) -> Piece {
    let (title, note) = (graded.clone(), graded.clone());
    view! {
        <div>
            <dt>{move || title.title(language())}</dt>
            <dd data-test="result">{move || graded.text(language())}</dd>
            {move || note.note(language()).map(|note| view! { <dd>{note}</dd> })}
        </div>
    }
}

/// Answered of all, in words.
pub fn answered(standing: &Standing) -> String {
    let (answered, total) = (standing.answered, standing.total);
    say!(
        language(),
        "{answered} / {total} 项",
        "{answered} of {total}"
    )
}
