//! What changes in a talk: it is moved or called off before it is held; a requirement gets another day, or is withdrawn.

use domain::command::Command;
use domain::id::TalkId;
use domain::talk::TalkCommand;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::reason_form::{Asked, REASON, reason_form};
use super::talk_forms::DUE;
use super::talk_new::{AT, PLACE};
use crate::api::view::{RequirementView, TalkView};
use crate::clock::wall_time;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::browser;
use crate::widgets::draft::begun_with;
use crate::widgets::head::banner;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Seen, Sending};

/// That it was called off, or when and where it was to be held before it was moved.
pub fn changes(talk: &TalkView, site: &Site) -> AnyView {
    if let Some(cancelled) = &talk.cancelled {
        let (by, at) = (site.name(&cancelled.by.name), site.at(cancelled.at));
        let reason = &cancelled.reason;
        let words = say!(
            site.language,
            "{by}已于{at}取消这次约谈。原因：{reason}",
            "{by} called this talk off on {at}. Reason: {reason}"
        );
        return banner("warning", words);
    }
    let moved = talk.moved.as_ref().map(|moved| {
        let (at, place) = (site.at(moved.before.0), &moved.before.1);
        let reason = &moved.reason;
        let words = if moved.before.0 == moved.after.0 {
            say!(
                site.language,
                "原定在{place}举行，时间不变，已改地点。原因：{reason}",
                "It was to be held at {place}; its time stays, the place was changed. Reason: {reason}"
            )
        } else {
            say!(
                site.language,
                "原定{at}在{place}举行，已改期。原因：{reason}",
                "It was to be held on {at}, {place}, and was moved. Reason: {reason}"
            )
        };
        banner("info", words)
    });
    moved.into_any()
}

/// Moving it and calling it off, for who holds it.
pub fn acts(talk: &TalkView, site: &Site, done: Callback<()>) -> Option<AnyView> {
    (talk.may_hold && talk.may_change)
        .then(|| view! { {move_form(talk, site, done)}{cancel_form(talk.id, done)} }.into_any())
}

fn move_form(talk: &TalkView, site: &Site, done: Callback<()>) -> AnyView {
    let id = talk.id;
    let zone = site.jurisdiction.time_zone.clone();
    let plan = &talk.plan;
    let (was, kept) = (plan.at, wall_time(plan.at, &zone).to_string());
    let at = RwSignal::new(kept.clone());
    let place = RwSignal::new(plan.place.clone());
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("move-errors")
        .kept(&format!("talks/{id}/move/{}", begun_with(plan)))
        // What another form of the page was told since was not read here.
        .seeing(Seen::of(talk.version));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        // A control knows no seconds: what was not touched stays as it is.
        let when = if at.with_untracked(|at| *at == kept) {
            Some(was)
        } else {
            read_moment("move-at", AT, at, &zone)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        faults.extend(empty_faults(&[
            ("move-place", PLACE, place),
            ("move-reason", REASON, reason),
        ]));
        let command = when.map(|at| Command::Talk {
            id,
            command: TalkCommand::Move {
                at,
                place: place.get_untracked(),
                reason: reason.get_untracked(),
            },
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("改期或改地点", "Move the talk"))}</summary>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::new("move-at", AT, Control::Moment, at).view(sending)}
                {Ask::line("move-place", PLACE, place).view(sending)}
                {Ask::area("move-reason", REASON, reason)
                    .hint(Text::new("参加的单位都会得知。", "Everybody who takes part is told."))
                    .view(sending)}
                {sending.submit(IconName::Clock, Text::new("改期", "Move it"))}
            </form>
        </details>
    }
    .into_any()
}

fn cancel_form(id: TalkId, done: Callback<()>) -> AnyView {
    let asked = Asked {
        form: "cancel-errors",
        field: "cancel-reason",
        title: Text::new("取消约谈", "Call the talk off"),
        consequence: Text::new(
            "参加的单位都会得知。取消后不能恢复。",
            "Everybody who takes part is told. It is not undone.",
        ),
    };
    let command = move |reason| Command::Talk {
        id,
        command: TalkCommand::Cancel { reason },
    };
    reason_form(asked, &format!("talks/{id}/cancel"), command, done)
}

/// That a requirement was withdrawn, and why.
pub fn withdrawn(one: &RequirementView, site: &Site) -> Option<AnyView> {
    one.withdrawn.as_ref().map(|withdrawn| {
        let (by, at) = (site.name(&withdrawn.by.name), site.at(withdrawn.at));
        let reason = &withdrawn.reason;
        let words = say!(
            site.language,
            "{by}已于{at}撤回这项要求。原因：{reason}",
            "{by} withdrew this requirement on {at}. Reason: {reason}"
        );
        banner("warning", words)
    })
}

/// The acts on a requirement, of which one form stands open on the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Move(u32),
    Withdraw(u32),
}

pub fn requirement_acts(
    talk: &TalkView,
    one: &RequirementView,
    opened: RwSignal<Option<Act>>,
    site: &Site,
    done: Callback<()>,
) -> Option<AnyView> {
    if !talk.may_hold || one.withdrawn.is_some() {
        return None;
    }
    let (id, number, seen) = (talk.id, one.number, talk.version);
    let button = move |act: Act, field: &'static str, icon: IconName, text: Text| {
        let words = t(text);
        let label = say!(
            crate::i18n::language(),
            "第{number}项：{words}",
            "Requirement {number}: {words}"
        );
        view! {
            <button class="button" type="button" aria-label=label on:click=move |_| {
                opened.set(Some(act));
                browser::focus_later(field);
            }><Icon name=icon/>{words}</button>
        }
    };
    let site = site.clone();
    let show = move || {
        match opened.get() {
        Some(Act::Move(open)) if open == number => {
            move_requirement(id, number, seen, opened, &site, done)
        }
        Some(Act::Withdraw(open)) if open == number => {
            withdraw_requirement(id, number, opened, done)
        }
        _ => view! {
            <div class="row">
                {button(Act::Move(number), "requirement-due", IconName::Clock, Text::new("调整期限", "Move its day"))}
                {button(Act::Withdraw(number), "requirement-reason", IconName::RotateCcw, Text::new("撤回要求", "Withdraw it"))}
            </div>
        }
        .into_any(),
    }
    };
    Some(show.into_any())
}

fn back(opened: RwSignal<Option<Act>>) -> AnyView {
    view! { <button class="button" type="button" on:click=move |_| opened.set(None)>{t(Text::new("返回", "Back"))}</button> }
        .into_any()
}

fn move_requirement(
    talk: TalkId,
    requirement: u32,
    seen: u64,
    opened: RwSignal<Option<Act>>,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let [due, reason] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::new("requirement-move-errors")
        .named(&[("due", "requirement-due")])
        .kept(&format!("talks/{talk}/{requirement}/move"))
        .seeing(Seen::of(seen));
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let by =
            read_moment("requirement-due", DUE, due, &zone).map_err(|fault| faults.push(fault));
        faults.extend(empty_faults(&[("requirement-reason", REASON, reason)]));
        let command = by.ok().map(|due| Command::Talk {
            id: talk,
            command: TalkCommand::MoveRequirement {
                requirement,
                due,
                reason: reason.get_untracked(),
            },
        });
        sending.run_command(faults, command, move || {
            opened.try_set(None);
            done.run(());
        });
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("requirement-due", DUE, Control::Moment, due).view(sending)}
            {Ask::area("requirement-reason", REASON, reason).view(sending)}
            <div class="row">{sending.submit(IconName::Clock, Text::new("调整期限", "Move its day"))}{back(opened)}</div>
        </form>
    }
    .into_any()
}

fn withdraw_requirement(
    talk: TalkId,
    requirement: u32,
    opened: RwSignal<Option<Act>>,
    done: Callback<()>,
) -> AnyView {
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("requirement-withdraw-errors")
        .kept(&format!("talks/{talk}/{requirement}/withdraw"));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("requirement-reason", REASON, reason)]);
        let command = Command::Talk {
            id: talk,
            command: TalkCommand::WithdrawRequirement {
                requirement,
                reason: reason.get_untracked(),
            },
        };
        sending.run_command(faults, Some(command), move || {
            opened.try_set(None);
            done.run(());
        });
    };
    let hint = Text::new(
        "针对的单位都会得知，不再要求确认；已有的确认和关联保留。撤回后不能恢复。",
        "Everybody it was put to is told, and need not acknowledge it any more. What was acknowledged and linked stays. It is not undone.",
    );
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("requirement-reason", REASON, reason).hint(hint).view(sending)}
            <div class="row">{sending.submit(IconName::RotateCcw, Text::new("撤回要求", "Withdraw it"))}{back(opened)}</div>
        </form>
    }
    .into_any()
}
