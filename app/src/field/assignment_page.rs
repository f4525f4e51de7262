//! One visit to make: whom, by whom, how announced; and its beginning.

use std::sync::Arc;

use domain::campaign::{CampaignKind, NoticeMode};
use domain::clearance::{ClearanceState, TEST_HOURS};
use domain::id::{AssignmentId, InspectionId};
use domain::inspection::InspectionCommand;
use domain::instant::Instant;
use domain::visit_mode::VisitMode;
use domain::{Command, Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::address::{Going, address};
use super::bar::Bar;
use super::browser;
use super::home_page::icon;
use super::icon::{Icon, IconName};
use super::piece::Piece;
use super::record_page;
use super::tablet::{RecordError, tablet};
use super::visit_state::{VisitState, outgoing, visit_state};
use crate::clock::{day_text, instant_text};
use crate::i18n::{language, said, t, told, tr};
use crate::local_store::{Draft, DraftChange};

#[component]
pub fn AssignmentPage(id: Option<AssignmentId>) -> Piece {
    let tablet = tablet();
    let back = (
        "/field".to_owned(),
        Text::new("返回任务", "Back to the assignments"),
    );
    let known = Memo::new(move |_| {
        let id = id?;
        tablet.facts.with(|facts| {
            let order = facts.facts().assignment(id).order.clone()?;
            let name = facts.body_name(order.target);
            Some((id, order, name))
        })
    });
    let title = Signal::derive(move || {
        known.with(|known| {
            known
                .as_ref()
                .map(|(_, _, name)| tr(name))
                .unwrap_or_default()
        })
    });
    view! {
        <Bar title back=Some(back)/>
        {move || match known.get() {
            Some((id, order, _)) => view! { <Assignment id order/> },
            None => view! {
                <main id="main" class="plain">
                    <p>{said(Text::new("本机没有这项任务。", "This tablet does not have this assignment."))}</p>
                </main>
            },
        }}
    }
}

#[component]
fn Assignment(id: AssignmentId, order: domain::assignment::AssignmentOrder) -> Piece {
    let tablet = tablet();
    let inspection = InspectionId::of(id);
    let (plan, body, district, form, team) = tablet.facts.with_untracked(|facts| {
        let body = facts.directory().body(order.target).cloned();
        let district = body.as_ref().and_then(|body| body.district.clone());
        let district = district.and_then(|code| facts.directory().district(&code));
        let team: Vec<_> = order
            .team
            .iter()
            .map(|person| (facts.person_name(*person), *person == order.leader))
            .collect();
        (
            facts.facts().campaign(order.campaign).plan.clone(),
            body,
            district.map(|district| district.name.clone()),
            facts.form(order.checklist, &order.checklist_version),
            team,
        )
    });
    let unannounced = plan
        .as_ref()
        .is_some_and(|plan| plan.notice_mode == NoticeMode::Unannounced);
    let items = form.as_ref().map(|form| form.items().len());
    let has_form = form.is_some();
    let checklist = form.map(|form| form.definition().title.clone());
    let (visit_on, mode) = (order.visit_on, order.mode);
    let state = Memo::new(move |_| {
        let outgoing = tablet
            .outbox
            .with(|outbox| tablet.photos.with(|photos| outgoing(outbox, photos)));
        let has_draft = tablet
            .drafts
            .with(|drafts| drafts.contains_key(&inspection));
        tablet.facts.with(|facts| {
            visit_state(
                facts,
                id,
                outgoing.get(&id).copied().unwrap_or_default(),
                has_draft,
            )
        })
    });
    let submitted = Memo::new(move |_| {
        tablet
            .facts
            .with(|facts| facts.facts().inspection(inspection).submitted.is_some())
    });
    let readable = Memo::new(move |_| record_page::is_there(inspection));
    let has_draft = Memo::new(move |_| {
        tablet
            .drafts
            .with(|drafts| drafts.contains_key(&inspection))
    });
    let cleared = Memo::new(move |_| {
        let me = tablet.me()?;
        let now = tablet.now();
        tablet.facts.with(|facts| {
            let clearance = facts.facts().clearance(me.person);
            let latest = clearance.latest.as_ref().map(|latest| latest.tested_at);
            Some((clearance.state(now), latest))
        })
    });

    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Arc<RecordError>>);
    let address = address();
    let target = order.target;
    let start = move |_| {
        let (Some(me), false) = (tablet.me_untracked(), busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        let now = tablet.now();
        // The rules ask for two: of a team of two both are there, of a larger one the page asks.
        let present = if order.team.len() == domain::campaign::SMALLEST_TEAM {
            order.team.clone()
        } else {
            vec![me.person]
        };
        let draft = Draft::new(
            inspection,
            now,
            browser::form_session(now, &me.time_zone),
            order.mode,
            present,
        );
        spawn_local(async move {
            let command = Command::Inspection {
                id: inspection,
                command: InspectionCommand::Start { target },
            };
            let outcome = tablet
                .carry_out(&[command], DraftChange::Begins(Box::new(draft)))
                .await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => address.go(&format!("/field/inspections/{id}"), Going::On),
                Err(error) => drop(failure.try_set(Some(Arc::new(error)))),
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
            {unannounced.then(|| view! {
                <div class="banner" data-kind="info">
                    <Icon name=IconName::Info/>
                    <p>
                        <strong>{said(Text::new("四不两直", "Four noes, two directs"))}</strong>" "
                        {said(Text::new(
                            "不发通知、不打招呼、不听汇报、不用陪同接待，直奔基层、直插现场。",
                            "No notice, no greeting, no report to listen to, no escort; straight to the grassroots, straight to the site.",
                        ))}
                    </p>
                </div>
            })}
            {(!has_form).then(|| view! {
                <div class="banner" data-kind="warning" role="status">
                    <Icon name=IconName::TriangleAlert/>
                    <p>{said(Text::new(
                        "检查表还没有到达本机，请联网后再开始。",
                        "The checklist has not reached this tablet; connect to the network before you start.",
                    ))}</p>
                </div>
            })}
            <section class="card">
                <dl class="facts">
                    <div><dt>{said(Text::new("状态", "State"))}</dt><dd>{move || { let state = state.get(); view! {
                        <span class="tag" data-state=state.tone()><Icon name=icon(state)/>{said(state.title())}</span>
                    } }}</dd></div>
                    {plan.map(|plan| view! {
                        <div><dt>{said(Text::new("督查", "Campaign"))}</dt><dd>{told(&plan.name)}</dd></div>
                        // How an unannounced visit is made stands above in words.
                        {(plan.kind != CampaignKind::UnannouncedVisit || !unannounced).then(|| view! {
                            <div><dt>{said(Text::new("方式", "Way"))}</dt><dd>{move || format!("{} · {}", t(plan.kind.title()), t(plan.notice_mode.title()))}</dd></div>
                        })}
                    })}
                    <div><dt>{said(Text::new("检查日期", "Day of the visit"))}</dt><dd>{move || day_text(visit_on, language())}</dd></div>
                    <div><dt>{said(VisitMode::PLANNED)}</dt><dd>{said(mode.title())}</dd></div>
                    {district.map(|district| view! {
                        <div><dt>{said(Text::new("所在区", "District"))}</dt><dd>{told(&district)}</dd></div>
                    })}
                    {body.map(|body| view! {
                        <div><dt>{said(Text::new("类别", "Kind"))}</dt><dd>{said(body.kind.title())}</dd></div>
                        <div><dt>{said(Text::new("在住人数", "Residents"))}</dt><dd>{body.residents}</dd></div>
                        <div><dt>{said(Text::new("职工人数", "Staff"))}</dt><dd>{body.staff}</dd></div>
                    })}
                    <div><dt>{said(Text::new("小组", "Team"))}</dt><dd>{move || {
                        let names = team.iter().map(|(name, leader)| match leader {
                            true => format!("{}{}", tr(name), t(Text::new("（组长）", " (leader)"))),
                            false => tr(name),
                        });
                        names.collect::<Vec<_>>().join(t(Text::new("、", ", ")))
                    }}</dd></div>
                    {move || (!submitted.get() && mode != VisitMode::Remote).then(|| cleared.get()).flatten().map(|(state, latest)| {
                        let valid = state == ClearanceState::Valid;
                        let (tone, sign) = if valid { ("received", IconName::Check) } else { ("attention", IconName::TriangleAlert) };
                        view! {
                            <div data-test="clearance">
                                <dt>{t(Text::new("本人检测", "My test"))}</dt>
                                <dd><span class="tag" data-state=tone><Icon name=sign/>{clearance_text(state, latest)}</span></dd>
                                {(!valid).then(|| view! { <dd class="hint">{t(Text::new(
                                    "进入封闭管理的机构前须有有效的阴性检测，并在办公页面“本人健康”登记。",
                                    "A negative test within its term, recorded in the office pages under “My clearance”, comes before entering an institution under closed management.",
                                ))}</dd> })}
                            </div>
                        }
                    })}
                    {checklist.map(|title| view! {
                        <div><dt>{said(Text::new("检查表", "Checklist"))}</dt><dd>{move || {
                            let items = items.unwrap_or_default();
                            let count = say!(language(), "{items} 个计分项", "{items} scored items");
                            view! { {tr(&title)}" "<span>"· "{count}</span> }
                        }}</dd></div>
                    })}
                </dl>
            </section>
        </main>
        <footer class="dock">
            <span></span>
            {move || if has_draft.get() {
                view! { <a class="button" data-kind="primary" href=format!("/field/inspections/{id}")>
                    {said(Text::new("继续检查", "Continue"))}<Icon name=IconName::ArrowRight/>
                </a> }
            } else if readable.get() {
                view! { <a class="button" href=format!("/field/inspections/{id}")>
                    <Icon name=IconName::FileText/>{said(Text::new("查看记录", "Read the record"))}
                </a> }
            } else if state.get() == VisitState::Cancelled || !has_form {
                Piece::default()
            } else {
                let start = start.clone();
                view! { <button class="button" data-kind="primary" type="button" data-test="start"
                    aria-busy=move || busy.get().then_some("true") on:click=start>
                    {said(Text::new("开始检查", "Start the inspection"))}<Icon name=IconName::ArrowRight/>
                </button> }
            }}
        </footer>
    }
}

/// What the latest test that this tablet knows of says now.
fn clearance_text(state: ClearanceState, latest: Option<Instant>) -> String {
    let language = language();
    let zone = tablet().time_zone();
    let text = |at: Instant| instant_text(at, &zone, language);
    let title = t(state.title());
    match (state, latest) {
        (ClearanceState::Valid, Some(at)) => {
            let until = text(at.plus_hours(TEST_HOURS));
            say!(language, "{title}，至 {until}", "{title}, until {until}")
        }
        (_, Some(at)) => {
            let at = text(at);
            say!(language, "{title}（{at} 采样）", "{title} (taken {at})")
        }
        (_, None) => say!(language, "本机没有检测记录", "None known on this tablet"),
    }
}
