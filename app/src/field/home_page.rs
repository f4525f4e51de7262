//! The field's first page: the visits to make, and what still has to be sent.

use std::collections::BTreeMap;

use domain::id::{AssignmentId, InspectionId};
use domain::instant::{Day, Instant};
use domain::{Language, Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::bar::Bar;
use super::feedback_page::has_feedback;
use super::handed_in::HandedIn;
use super::icon::{Icon, IconName};
use super::piece::{Piece, each};
use super::pin_panel::PinPanel;
use super::service_worker::{Workers, take_over};
use super::signing_afterwards::ToSign;
use super::sync_now::SyncNow;
use super::tablet::{Enrolled, Saving, SyncState, tablet};
use super::visit_pages::SecondPart;
use super::visit_state::{Outgoing, VisitState, outgoing, visit_state};
use crate::clock::{day_text, instant_text};
use crate::i18n::{language, said, t, told, tr};
use crate::sync_runner;

/// Milliseconds for which the first page leads to the paper that is left behind.
const LEFT_BEHIND_WITHIN: i64 = 12 * 3_600_000;

#[component]
pub fn HomePage() -> Piece {
    let tablet = tablet();
    // No inspection is on the glass here; a new version may take over.
    tablet.open.set(None);
    let Workers {
        waiting,
        opens_offline,
    } = expect_context();
    let title = Signal::derive(|| t(Text::new("我的任务", "My assignments")).to_owned());
    let visits = Memo::new(move |_| {
        let Some(me) = tablet.me() else {
            return Vec::new();
        };
        let outgoing = tablet
            .outbox
            .with(|outbox| tablet.photos.with(|photos| outgoing(outbox, photos)));
        tablet.facts.with(|facts| {
            tablet.drafts.with(|drafts| {
                let visits = facts
                    .assignments_of(me.person)
                    .into_iter()
                    .map(|(id, order)| {
                        let has_draft = drafts.contains_key(&InspectionId::of(id));
                        let outgoing = outgoing.get(&id).copied().unwrap_or_default();
                        let state = visit_state(facts, id, outgoing, has_draft);
                        let cancelled = facts.facts().assignment(id).cancelled;
                        // One that is moved to another day, or called off while it is filled in, is drawn anew.
                        (id, state, order.visit_on, cancelled, outgoing)
                    });
                // Of one that was called off there is nothing to do, and to read only what was laid aside.
                let laid_aside = |id| {
                    let id = InspectionId::of(id);
                    tablet.handed_in.with(|drafts| drafts.contains_key(&id))
                };
                let mut visits: Vec<(AssignmentId, VisitState, Day, bool, Outgoing)> = visits
                    .filter(|(id, state, ..)| *state != VisitState::Cancelled || laid_aside(*id))
                    .collect();
                visits.sort_by_key(|(_, state, ..)| order(*state));
                visits
            })
        })
    });
    view! {
        <Bar title back=None/>
        <main id="main" class="plain">
            {move || waiting.get().map(|worker| view! {
                <div class="banner" data-kind="info" role="status">
                    <Icon name=IconName::RefreshCw/>
                    <p>
                        <strong>{said(Text::new("新版本", "New version"))}</strong>" "
                        {said(Text::new("没有打开的检查，可以更新。", "No inspection is open; it can be installed."))}
                    </p>
                    <button class="button" type="button" on:click=move |_| take_over(&worker)>
                        {said(Text::new("现在更新", "Update now"))}
                    </button>
                </div>
            })}
            <Show when=move || opens_offline.get() == Some(false)>
                <div class="banner" data-kind="warning" role="status" data-test="no-offline">
                    <Icon name=IconName::TriangleAlert/>
                    <p>
                        <strong>{said(Text::new("没有网络时打不开", "It does not open without a network"))}</strong>" "
                        {said(Text::new(
                            "本机没能存下应用本身，多半是空间不足或连接不安全。请在有网络时腾出空间，再重新打开本页；在此之前不要关闭本页，已打开的检查仍可填写和保存。",
                            "The app itself could not be kept here, most often for want of room or of a secure connection. Make room while there is a network and open this page again; until then leave it open: an inspection that is open can be filled in and is saved.",
                        ))}
                    </p>
                </div>
            </Show>
            {move || match tablet.enrolled() {
                Enrolled::Refused(why) => view! {
                    <div class="banner" data-kind="warning" role="status" data-test="not-enrolled">
                        <Icon name=IconName::TriangleAlert/><p>{tr(&why)}</p>
                    </div>
                },
                _ => Piece::default(),
            }}
            <HandedIn/>
            <ToSign/>
            <ul class="assignments">
                {each(move || visits.get(), |visit| *visit, |(id, state, _, cancelled, outgoing)| view! { <Card id state cancelled outgoing/> })}
            </ul>
            <Show when=move || visits.with(Vec::is_empty)>
                <p>{move || t(match tablet.sync.get() {
                    SyncState::Starting | SyncState::Fetching => Text::new("正在获取任务…", "Fetching the assignments…"),
                    _ => Text::new("没有分配给您的任务。", "No visits are assigned to you."),
                })}</p>
            </Show>
            <Foot/>
        </main>
    }
}

/// What needs a person comes first, what is done comes last.
fn order(state: VisitState) -> u8 {
    match state {
        VisitState::NeedsAttention => 0,
        VisitState::InProgress => 1,
        VisitState::NotStarted => 2,
        VisitState::WaitingToSend => 3,
        VisitState::Received | VisitState::Cancelled => 4,
    }
}

#[component]
fn Card(id: AssignmentId, state: VisitState, cancelled: bool, outgoing: Outgoing) -> Piece {
    let tablet = tablet();
    let inspection = InspectionId::of(id);
    let href = match state {
        VisitState::InProgress => format!("/field/inspections/{id}"),
        _ => format!("/field/assignments/{id}"),
    };
    let known = tablet.facts.with_untracked(|facts| {
        let order = facts.facts().assignment(id).order.clone()?;
        let plan = facts.facts().campaign(order.campaign).plan.clone();
        let district = facts
            .directory()
            .body(order.target)
            .and_then(|body| body.district.clone());
        let district = district.and_then(|code| {
            facts
                .directory()
                .district(&code)
                .map(|district| district.name.clone())
        });
        let submitted = facts
            .facts()
            .inspection(inspection)
            .submitted
            .as_ref()
            .map(|submitted| submitted.at);
        Some((
            facts.body_name(order.target),
            order.visit_on,
            plan,
            district,
            submitted,
        ))
    });
    let answered = tablet
        .drafts
        .with_untracked(|drafts| drafts.get(&inspection).map(|draft| draft.answers.0.len()));
    // What is left behind is printed before the team goes.
    let leaves_feedback = known.as_ref().is_some_and(|(.., submitted)| {
        let is_recent = |at: Instant| tablet.now().millis() - at.millis() < LEFT_BEHIND_WITHIN;
        submitted.is_some_and(is_recent) && has_feedback(inspection)
    });
    let card = known.map(|(name, visit_on, plan, district, submitted)| {
        let campaign = plan.as_ref().map(|plan| plan.name.clone());
        let mode = plan.map(|plan| plan.notice_mode);
        view! {
            <li><article class="assignment" data-test="assignment-card" data-state=format!("{state:?}")>
                <header>
                    <h2><a href=href>{told(&name)}</a></h2>
                    <span class="tag" data-state=state.tone()><Icon name=icon(state)/>{said(state.title())}</span>
                </header>
                <p>
                    {campaign.map(|campaign| view! { <span>{told(&campaign)}</span> })}
                    {mode.map(|mode| view! { <span>{said(mode.title())}</span> })}
                </p>
                <p>
                    {district.map(|district| view! {
                        <span><Icon name=IconName::MapPin/>" "{told(&district)}</span>
                    })}
                    <span><Icon name=IconName::CalendarCheck/>" "{move || day_text(visit_on, language())}</span>
                </p>
                // Of what is handed in the state says what became of it.
                {(cancelled && state == VisitState::InProgress).then(|| view! {
                    <p class="reason">{said(Text::new(
                        "任务已取消；已填写的内容仍可提交，由人工处理。",
                        "Cancelled; what was filled in can still be submitted, for a person to settle.",
                    ))}</p>
                })}
                {answered.map(|answered| view! {
                    <p>{move || say!(language(), "已填 {answered} 项", "{answered} answers so far")}</p>
                })}
                {submitted.map(|at| view! {
                    <p>{move || {
                        let at = instant_text(at, &tablet.time_zone(), language());
                        say!(language(), "{at} 提交", "Submitted {at}")
                    }}</p>
                })}
                {(outgoing.waiting > 0).then(|| {
                    let waiting = outgoing.waiting;
                    view! { <p>{move || say!(language(), "{waiting} 项待发送", "{waiting} to be sent")}</p> }
                })}
                {leaves_feedback.then(|| view! {
                    <a class="button" href=format!("/field/inspections/{id}/feedback") data-test="card-feedback">
                        <Icon name=IconName::Printer/>{said(Text::new("反馈单", "Feedback to leave behind"))}
                    </a>
                })}
            </article></li>
        }
    });
    card.into_piece()
}

pub fn icon(state: VisitState) -> IconName {
    match state {
        VisitState::NotStarted => IconName::CircleDashed,
        VisitState::InProgress => IconName::Pencil,
        VisitState::WaitingToSend => IconName::CloudUpload,
        VisitState::Received => IconName::CloudCheck,
        VisitState::NeedsAttention => IconName::CircleAlert,
        VisitState::Cancelled => IconName::X,
    }
}

/// Who works here, what is not sent, and the ways out.
#[component]
fn Foot() -> Piece {
    let tablet = tablet();
    let asking = RwSignal::new(false);
    let unsent = Memo::new(move |_| tablet.unsent());
    let begun = Memo::new(move |_| tablet.drafts.with(BTreeMap::len));
    let unsaved = Memo::new(move |_| tablet.saving.get() != Saving::Saved);
    let leave = move || {
        spawn_local(async move {
            // A store that fails is reported where it next matters: nothing was lost by it.
            let _ = sync_runner::sign_out(tablet).await;
        });
    };
    let part: RwSignal<SecondPart> = expect_context();
    let Workers { opens_offline, .. } = expect_context();
    // Where the page was there without a network, so is the rest, in a moment.
    let is_coming = Memo::new(move |_| match part.get() {
        SecondPart::Here => false,
        SecondPart::Missed => true,
        SecondPart::Coming => opens_offline.get() != Some(true),
    });
    view! {
        <Show when=move || is_coming.get()>
            <div class="banner" data-kind="info" role="status" data-test="second-part">
                <Icon name=IconName::Download/>
                <p>{said(Text::new(
                    "检查页面还在下载；到没有网络的地方之前，请等它完成。",
                    "The pages of a visit are still on their way; wait for them before you go where there is no network.",
                ))}</p>
            </div>
        </Show>
        <section class="card">
            <h2>{said(Text::new("发送情况", "Sending"))}</h2>
            <p>{move || {
                let language = language();
                let unsent = match unsent.get() {
                    0 if begun.get() > 0 => t(Text::new("已提交的全部已发送。", "All that was submitted is sent.")).to_owned(),
                    0 => t(Text::new("全部已发送。", "Everything is sent.")).to_owned(),
                    count => say!(language, "{count} 项还在本机，等待发送。", "{count} still on this tablet, waiting to be sent."),
                };
                let fetched = tablet.pulled_at.get().map(|at| {
                    let at = instant_text(at, &tablet.time_zone(), language);
                    say!(language, "最近一次获取：{at}。", "Last fetched: {at}.")
                });
                let begun = match begun.get() {
                    0 => None,
                    count => Some(say!(language, "{count} 份填写中，只在本机，提交后发送。", "Being filled in, on this tablet alone until submitted: {count}.")),
                };
                // Sentences stand apart in English alone.
                let between = if language == Language::English { " " } else { "" };
                let all = [begun, Some(unsent), fetched];
                all.into_iter().flatten().collect::<Vec<_>>().join(between)
            }}</p>
            {move || tablet.trouble.get().map(|trouble| view! { <p class="reason">{told(&trouble)}</p> })}
            {move || {
                let count = tablet.facts.with(super::local_facts::LocalFacts::not_understood);
                (count > 0).then(|| say!(
                    language(),
                    "{count} 条记录来自更新的版本，更新后显示。",
                    "{count} records come from a newer version; they show once this tablet is updated."
                ))
            }}
            <div class="row">
                <a class="button" href="/field/outbox"><Icon name=IconName::CloudUpload/>{said(Text::new("发送明细", "Outbox"))}</a>
                <SyncNow/>
            </div>
        </section>
        <PinPanel/>
        <section class="card">
            <h2>{move || tablet.me().map(|me| tr(&me.name))}</h2>
            <p>{move || tablet.me().map(|me| tr(&me.jurisdiction_name))}</p>
            <Show
                when=move || asking.get()
                fallback=move || view! {
                    <div class="row">
                        <button class="button" type="button" on:click=move |_| { if unsaved.get_untracked() || unsent.get_untracked() > 0 { asking.set(true) } else { leave() } }>
                            <Icon name=IconName::LogOut/>{said(Text::new("退出登录", "Sign out"))}
                        </button>
                        <a class="button" data-kind="quiet" href="/" rel="external">{said(Text::new("办公页面", "Office"))}</a>
                    </div>
                }
            >
                <div class="banner" data-kind="warning" role="alert">
                    <Icon name=IconName::TriangleAlert/>
                    <p>
                        {move || unsaved.get().then(|| view! {
                            <strong data-test="unsaved">{t(Text::new(
                                "最近填写的内容还没有保存到本机，现在退出就会丢失。",
                                "What was entered last is not saved on this tablet yet, and is lost if you sign out now.",
                            ))}</strong>
                        })}
                        " "
                        {move || match unsent.get() {
                            0 => t(Text::new("全部已发送。", "Everything is sent.")).to_owned(),
                            count => say!(
                                language(),
                                "还有 {count} 项未发送。退出后内容保留在本机，您再次登录后才会发送；再次登录需要网络。",
                                "{count} are not sent. They stay on this tablet and are sent only after you sign in again, which takes a network."
                            ),
                        }}
                    </p>
                    <button class="button" type="button" on:click=move |_| asking.set(false)>{said(Text::new("取消", "Cancel"))}</button>
                    <button class="button" data-kind="danger" type="button" on:click=move |_| leave()>{said(Text::new("仍要退出", "Sign out anyway"))}</button>
                </div>
            </Show>
        </section>
    }
}
