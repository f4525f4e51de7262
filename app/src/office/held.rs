//! Records from the field that the rules could not place: each is kept whole until a person settles it.

use domain::Text;
use domain::command::Command;
use domain::held::HeldCommand;
use domain::id::EventId;
use domain::record::{Stream, StreamKind};
use leptos::prelude::*;

use super::{Site, people};
use crate::api::command::send;
use crate::api::query::held;
use crate::api::view::HeldRow;
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::event_title::event_title;
use crate::widgets::head::{banner, fact, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::Sending;
use crate::widgets::tag::tag;

const DECISION: Text = Text::new("处理意见", "Decision");

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| held());
    let opened = RwSignal::new(None::<EventId>);
    let done = Callback::new(move |()| {
        opened.set(None);
        answer.refetch();
    });
    let title = t(Text::new("存疑记录", "Held records")).to_owned();
    view! {
        {head(title, (), ())}
        {people::tabs(&site, "/administration/held")}
        <p class="prose">{t(Text::new(
            "现场送来、规则无法安放的记录，例如另一台平板先提交了同一次检查。内容原样保留，由人判断后写明处理意见。",
            "What arrived from the field and the rules could not place, such as a visit another tablet had submitted first. It is kept as it came; a person judges it and writes down the decision.",
        ))}</p>
        {loaded(answer, move |rows: Vec<HeldRow>| {
            if rows.is_empty() {
                return banner("success", t(Text::new("没有存疑记录。", "No record is held.")).to_owned());
            }
            rows.iter().map(|row| card(row, &site, opened, done)).collect::<Vec<_>>().into_any()
        })}
    }
    .into_any()
}

fn card(
    row: &HeldRow,
    site: &Site,
    opened: RwSignal<Option<EventId>>,
    done: Callback<()>,
) -> AnyView {
    let id = row.id;
    let words = event_title(&row.kind).map_or_else(|| row.kind.clone(), |text| t(text).to_owned());
    let actor = row
        .actor
        .as_ref()
        .map_or_else(|| "—".to_owned(), |actor| site.name(&actor.name));
    let state = if row.decision.is_some() {
        tag(
            "closed",
            IconName::BadgeCheck,
            t(Text::new("已处理", "Settled")),
        )
    } else {
        tag(
            "attention",
            IconName::CircleAlert,
            t(Text::new("待处理", "To settle")),
        )
    };
    let settled = row.decision.is_some();
    let decision = row
        .decision
        .clone()
        .map(|decision| fact(DECISION, decision));
    let act = move || {
        if settled {
            return ().into_any();
        }
        if opened.get() == Some(id) {
            return settle_form(id, opened, done);
        }
        view! {
            <p><button class="button" type="button" on:click=move |_| opened.set(Some(id))>{t(Text::new("处理", "Settle"))}</button></p>
        }
        .into_any()
    };
    view! {
        <section class="card">
            <h2>{words}" "{state}</h2>
            <p>{site.name(&row.reason)}</p>
            <dl class="facts">
                {fact(Text::new("提交人", "By"), actor)}
                {fact(Text::new("发生时间", "Occurred"), site.at(row.occurred_at))}
                {fact(Text::new("留存时间", "Kept"), site.at(row.kept_at))}
                {belongs_to(row).map(|what| fact(Text::new("所属", "Belongs to"), what))}
                {decision}
            </dl>
            <details>
                <summary>{t(Text::new("送来的内容", "What was sent"))}</summary>
                <pre tabindex="0">{row.content.clone()}</pre>
            </details>
            {act}
        </section>
    }
    .into_any()
}

/// What a held record is about: the way to its page, or that it is not there to be opened.
fn belongs_to(row: &HeldRow) -> Option<AnyView> {
    let stream: Stream = row.stream.parse().ok()?;
    let (list, words) = match stream.kind {
        StreamKind::Inspection => ("inspections", Text::new("检查记录", "The inspection")),
        StreamKind::Finding => ("findings", Text::new("问题", "The finding")),
        StreamKind::Campaign => ("campaigns", Text::new("督查", "The campaign")),
        StreamKind::Notice => ("notices", Text::new("通知", "The notice")),
        StreamKind::Body => ("bodies", Text::new("机构", "The body")),
        _ => return None,
    };
    let words = t(words);
    Some(if row.has_page {
        view! { <a href=format!("/{list}/{}", stream.id)>{words}</a> }.into_any()
    } else {
        let absent = t(Text::new("（尚未记录）", " (not on record)"));
        format!("{words}{absent}").into_any()
    })
}

fn settle_form(id: EventId, opened: RwSignal<Option<EventId>>, done: Callback<()>) -> AnyView {
    let decision = RwSignal::new(String::new());
    let sending = Sending::new("held-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("held-decision", DECISION, decision)]);
        let command = Command::Held {
            id,
            command: HeldCommand::Settle {
                decision: decision.get_untracked(),
            },
        };
        sending.run(faults, || Box::pin(send(command)), move || done.run(()));
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("held-decision", DECISION, decision).view(sending)}
            <div class="row">
                {sending.submit(IconName::Check, Text::new("记下处理意见", "Record the decision"))}
                <button class="button" type="button" on:click=move |_| opened.set(None)>{t(Text::new("稍后", "Later"))}</button>
            </div>
        </form>
    }
    .into_any()
}
