//! One decision on a response level: what it says, how its term was extended or ended, and the acts that do so.

use domain::command::Command;
use domain::id::{NoticeId, ResponseLevelId};
use domain::instant::Instant;
use domain::response_level::{Extension, LevelCommand, LevelEnd, check_end, check_extension};
use domain::{Text, say};
use form::Texts;
use leptos::prelude::*;

use super::Site;
use super::confirmation::Confirmation;
use super::levels::{PATH, TITLE, area, kinds, state, term};
use super::notices::withdrawn_tag;
use crate::api::query::{level, list};
use crate::api::view::{Basis, LevelView, NoticeRow};
use crate::i18n::{language, t, tr};
use crate::list::Asked;
use crate::widgets::ask::{Ask, Control, read_moment};
use crate::widgets::browser;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::history;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Fault, Seen, Sending};
use crate::widgets::table::{brief, cell, column, row, table};

const NOTICE: Text = Text::new("依据的通知", "Notice it rests on");
const EXTENDED: Text = Text::new(
    "该等级和所执行的指南适用到填写的时间，没有填写则至另行通知；适用的全部机构都会得知。延长不能撤回，只能再延长或终止。",
    "The level and its guides hold until the time given, or until further notice where none is, and every institution they hold for is told. It is not taken back, only extended again or ended.",
);
const ENDED: Text = Text::new(
    "从这一时间起，这些机构不再因本决定执行该等级和所列指南，它们都会得知。终止后不能恢复，只能另行决定。",
    "From then on no institution follows the level and its guides by this decision any more, and all are told. It does not come back; set another if need be.",
);

/// Notices to choose from, newest first; nothing rests on one that was withdrawn.
pub fn notice_choices(notices: &[NoticeRow]) -> Vec<(String, String)> {
    let standing = notices.iter().filter(|notice| !notice.withdrawn);
    standing
        .map(|notice| {
            let words = notice_words(&notice.number, &notice.title);
            (notice.id.to_string(), words)
        })
        .collect()
}

/// A notice among others to choose from.
pub fn notice_words(number: &str, title: &Texts) -> String {
    format!("{number} · {}", tr(title))
}

pub fn read_notice(id: &'static str, value: RwSignal<String>) -> Result<NoticeId, Fault> {
    value.with_untracked(|value| value.parse()).map_err(|_| {
        let text = Text::new("请选择依据的通知", "Choose the notice it rests on");
        Fault {
            field: Some(id),
            text: t(text).to_owned(),
        }
    })
}

pub fn page() -> AnyView {
    let site = Site::here();
    let params = leptos_router::hooks::use_params_map();
    let asked = Memo::new(move |_| {
        params
            .with(|params| params.get("id"))
            .and_then(|id| id.parse::<ResponseLevelId>().ok())
    });
    if asked.get_untracked().is_none() {
        return missing();
    }
    // From a decision one goes to that which took its place: the same page with another id.
    let answer = Resource::new(
        move || asked.get(),
        |id| async move {
            let Some(id) = id else {
                return Err(crate::api::ApiError::NotFound);
            };
            let notices = list::<NoticeRow>(Asked::default()).await?.rows;
            Ok((level(id).await?, notices))
        },
    );
    let done = Callback::new(move |()| answer.refetch());
    loaded(
        answer,
        move |(view, notices): (LevelView, Vec<NoticeRow>)| show(&view, &notices, &site, done),
    )
}

fn show(view: &LevelView, notices: &[NoticeRow], site: &Site, done: Callback<()>) -> AnyView {
    provide_context(Seen::last(&view.history));
    let decision = &view.row;
    let level = t(decision.order.level.title()).to_owned();
    let guides: Vec<_> = decision
        .guides
        .iter()
        .map(|guide| view! { <div><a href=format!("/guides/{}", guide.id)>{site.name(&guide.name)}</a></div> })
        .collect();
    let guides = if guides.is_empty() {
        "—".into_any()
    } else {
        guides.into_any()
    };
    let superseded = decision.superseded.map(|(by, at)| {
        let at = site.at(at);
        let text = say!(
            site.language,
            "自{at}起被同一地区的另一决定取代，不再适用；后者终止后也不恢复。",
            "On {at} it was superseded by another decision for this area; when that one ends, this one does not come back."
        );
        let way = t(Text::new("查看取代它的决定", "See that decision"));
        let first = decision.may_change.then(|| {
            t(Text::new(
                "如要撤回它依据的通知，须先终止本决定。",
                "To withdraw the notice it rests on, end it first.",
            ))
        });
        view! { <div class="banner" data-kind="warning"><p>{text}" "{first}" "<a href=format!("{PATH}/{by}")>{way}</a></p></div> }
    });
    let outranked = decision.outranked.map(|by| {
        let text = t(Text::new(
            "同时执行的全辖区决定更严或同级，以其为准；本决定所列指南仍须执行。",
            "A decision for the whole jurisdiction, as grave or graver, governs at the same time. The guides of this one are followed all the same.",
        ));
        let way = t(Text::new("查看全辖区决定", "See that decision"));
        view! { <div class="banner" data-kind="info"><p>{text}" "<a href=format!("{PATH}/{by}")>{way}</a></p></div> }
    });
    let acts = decision.may_change.then(|| {
        view! {
            {(decision.end.is_some() && decision.superseded.is_none()).then(|| extend((decision.id, decision.end), notices, site, done))}
            {end(decision.id, (decision.order.from, decision.end), notices, site, done)}
        }
    });
    view! {
        {crumbs(PATH, TITLE, level.clone())}
        {head(level, view! { {state(decision)}<span>{term(decision, site)}</span> }, ())}
        {superseded}
        {outranked}
        <section class="card">
            <h2>{t(Text::new("要点", "Facts"))}</h2>
            <dl class="facts">
                {fact(Text::new("地区", "Area"), area(&decision.order.area, site))}
                {fact(Text::new("机构类别", "Kinds"), kinds(&decision.order.kinds))}
                {fact(Text::new("生效", "In force from"), site.at(decision.order.from))}
                {fact(Text::new("依据的通知", "Notice it rests on"), notice_link(&decision.notice, site))}
                {fact(Text::new("执行的指南", "Guides followed"), guides)}
            </dl>
        </section>
        {changes(view, site)}
        {acts}
        <section class="stack">
            <h2>{t(Text::new("记录", "Record"))}</h2>
            {history(&view.history, site)}
        </section>
    }
    .into_any()
}

fn notice_link(notice: &Basis, site: &Site) -> AnyView {
    let words = format!("{} {}", notice.number, site.name(&notice.title));
    let withdrawn = notice.withdrawn.then(withdrawn_tag);
    view! { <a href=format!("/notices/{}", notice.id)>{words}</a>" "{withdrawn} }.into_any()
}

/// Extensions and the end, if there was any.
fn changes(view: &LevelView, site: &Site) -> AnyView {
    if view.extensions.is_empty() && view.ended.is_none() {
        return ().into_any();
    }
    let columns = [
        column(t(Text::new("变更", "Change"))),
        column(t(Text::new("至", "Until"))),
        column(t(Text::new("依据的通知", "Notice it rests on"))),
    ];
    let extended = view.extensions.iter().map(|(extension, notice)| {
        let until = extension.until.map_or_else(
            || t(Text::new("另行通知", "Further notice")).to_owned(),
            |until| site.at(until),
        );
        row(vec![
            brief(t(Text::new("延长", "Extended"))),
            brief(until),
            cell(notice_link(notice, site)),
        ])
    });
    let ended = view.ended.iter().map(|(end, notice)| {
        row(vec![
            brief(t(Text::new("终止", "Ended"))),
            brief(site.at(end.at)),
            cell(notice_link(notice, site)),
        ])
    });
    let title = t(Text::new("延长与终止", "Extensions and end"));
    view! {
        <section class="stack">
            <h2>{title}</h2>
            {table(title, &columns, extended.chain(ended).collect(), "")}
        </section>
    }
    .into_any()
}

fn extend(
    (id, end): (ResponseLevelId, Option<Instant>),
    notices: &[NoticeRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    const UNTIL: Text = Text::new("延长至", "Extend until");
    let [until, notice] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let choices = notice_choices(notices);
    notice.set(
        choices
            .first()
            .map(|(id, _)| id.clone())
            .unwrap_or_default(),
    );
    let sending = Sending::new("extend-errors").named(&[("until", "extend-until")]);
    let confirming = Confirmation::new("extend-confirm");
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let open = until.with_untracked(|until| until.trim().is_empty());
        let until = if open {
            None
        } else {
            read_moment("extend-until", UNTIL, until, &zone)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        if let Some((until, end)) = until.zip(end)
            && let Err(refusal) = check_extension(end, until)
        {
            faults.push(Fault {
                field: Some("extend-until"),
                text: refusal.text(language()),
            });
        }
        let notice = read_notice("extend-notice", notice).map_err(|fault| faults.push(fault));
        let command = notice.ok().map(|notice| Command::ResponseLevel {
            id,
            command: LevelCommand::Extend(Extension { until, notice }),
        });
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        sending.run_command(faults, command, move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("延长期限", "Extend the term"))}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::new("extend-until", UNTIL, Control::Moment, until).optional()
                    .hint(Text::new("不填则至另行通知。", "Left empty, it holds until further notice."))
                    .view(sending)}
                {Ask::new("extend-notice", NOTICE, Control::Choice(choices), notice).view(sending)}
                {confirming.submit(sending, IconName::Clock, Text::new("延长", "Extend"), EXTENDED)}
            </form>
        </details>
    }
    .into_any()
}

fn end(
    id: ResponseLevelId,
    (from, term): (Instant, Option<Instant>),
    notices: &[NoticeRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    const AT: Text = Text::new("终止时间", "Ends at");
    let [at, notice] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let choices = notice_choices(notices);
    notice.set(
        choices
            .first()
            .map(|(id, _)| id.clone())
            .unwrap_or_default(),
    );
    let sending = Sending::new("end-errors").named(&[("until", "end-at")]);
    let confirming = Confirmation::new("end-confirm");
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let at = read_moment("end-at", AT, at, &zone).map_err(|fault| faults.push(fault));
        if let Ok(at) = at
            && let Err(refusal) = check_end(from, term, at, browser::now())
        {
            faults.push(Fault {
                field: Some("end-at"),
                text: refusal.text(language()),
            });
        }
        let notice = read_notice("end-notice", notice).map_err(|fault| faults.push(fault));
        let command = at
            .ok()
            .zip(notice.ok())
            .map(|(at, notice)| Command::ResponseLevel {
                id,
                command: LevelCommand::End(LevelEnd { at, notice }),
            });
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        sending.run_command(faults, command, move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("终止", "End it"))}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::new("end-at", AT, Control::Moment, at)
                    .hint(Text::new(
                        "这一分钟起不再执行；不能早于现在。尚未生效的，填生效时间即作废，不再生效，也不取代其他决定。",
                        "The first minute at which it does not hold any more; not before now. One that has not taken effect is annulled by the time from which it would hold: it never does, and replaces no other.",
                    ))
                    .view(sending)}
                {Ask::new("end-notice", NOTICE, Control::Choice(choices), notice).view(sending)}
                {confirming.submit(sending, IconName::X, Text::new("终止该等级", "End the level"), ENDED)}
            </form>
        </details>
    }
    .into_any()
}
