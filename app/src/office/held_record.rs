//! One held record: what was sent, why it was held, and settling it.

use domain::Text;
use domain::command::Command;
use domain::held::HeldCommand;
use domain::id::EventId;
use domain::record::{Stream, StreamKind};
use leptos::prelude::*;

use super::held::{PATH, TITLE, kind_text, state_tag};
use super::{Site, id_in_address};
use crate::api::command::send;
use crate::api::query::held;
use crate::api::view::HeldRow;
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::Sending;

pub const DECISION: Text = Text::new("处理意见", "Decision");

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<EventId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| held(id));
    let record = RecordOf::ask(StreamKind::Held, id.0);
    let done = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    view! { {loaded(answer, move |row| show(&row, &site, done))}{record.show()} }.into_any()
}

fn show(row: &HeldRow, site: &Site, done: Callback<()>) -> AnyView {
    let words = kind_text(row);
    let actor = row
        .actor
        .as_ref()
        .map_or_else(|| "—".to_owned(), |actor| site.name(&actor.name));
    let decision = row
        .decision
        .clone()
        .map(|decision| fact(DECISION, decision));
    let act = row.decision.is_none().then(|| settle_form(row.id, done));
    view! {
        {crumbs(PATH, TITLE, words.clone())}
        {head(words, state_tag(row), ())}
        <section class="card" data-test="held">
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
        </section>
        {act}
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

fn settle_form(id: EventId, done: Callback<()>) -> AnyView {
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
        <form class="card" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("held-decision", DECISION, decision).view(sending)}
            {sending.submit(IconName::Check, Text::new("记下处理意见", "Record the decision"))}
        </form>
    }
    .into_any()
}
