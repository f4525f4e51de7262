//! One notice, and its receipt for the reader's own bodies.

use domain::command::Command;
use domain::id::{BodyId, NoticeId};
use domain::notice::NoticeCommand;
use domain::{Text, say};
use leptos::prelude::*;

use super::{Site, id_in_address};
use crate::api::command::send;
use crate::api::query::notice;
use crate::api::view::{Named, NoticeView};
use crate::i18n::t;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::Sending;
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<NoticeId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| notice(id));
    let done = Callback::new(move |()| answer.refetch());
    loaded(answer, move |view| show(&view, &site, done))
}

fn show(notice: &NoticeView, site: &Site, done: Callback<()>) -> AnyView {
    let content = &notice.content;
    let title = site.name(&content.title);
    let level = content
        .level
        .map(|level| tag("key", IconName::OctagonAlert, t(level.title())));
    let kinds: Vec<&str> = content
        .addressees
        .iter()
        .map(|kind| t(kind.title()))
        .collect();
    let kinds = kinds.join(t(Text::new("、", ", ")));
    let text = site.name(&content.text);
    let paragraphs: Vec<_> = text
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    let by = notice
        .issued_by
        .as_ref()
        .map(|person| site.name(&person.name));
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), content.number.clone())}
        {head(title, view! { {level}<span>{content.number.clone()}</span> }, ())}
        {notice.awaited.iter().map(|body| receipt(notice.id, body, site, done)).collect::<Vec<_>>()}
        <div class="split">
            <article class="card"><div class="prose">{paragraphs}</div></article>
            <section class="card">
                <h2>{t(Text::new("要点", "Facts"))}</h2>
                <dl class="facts">
                    {fact(Text::new("生效", "In force from"), site.at(content.effective_from))}
                    {fact(Text::new("发送对象", "Addressed to"), kinds)}
                    {fact(Text::new("签收期限", "Acknowledge by"), site.at(content.acknowledge_by))}
                    {fact(Text::new("已签收", "Receipts"), format!("{} / {}", notice.receipts, notice.addressees))}
                    {fact(Text::new("发布", "Issued"), site.at(notice.issued_at))}
                    {by.map(|by| fact(Text::new("发布人", "Issued by"), by))}
                </dl>
            </section>
        </div>
    }
    .into_any()
}

/// One act for each body that has yet to acknowledge.
fn receipt(notice: NoticeId, body: &Named<BodyId>, site: &Site, done: Callback<()>) -> AnyView {
    let (id, name) = (body.id, site.name(&body.name));
    let sending = Sending::new("receipt-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = Command::Notice {
            id: notice,
            command: NoticeCommand::Acknowledge { body: id },
        };
        sending.run(Vec::new(), || Box::pin(send(command)), move || done.run(()));
    };
    let asked = say!(
        site.language,
        "{name}尚未签收这份通知。",
        "{name} has not acknowledged this notice yet."
    );
    view! {
        <form class="stack" on:submit=submit>
            {sending.summary()}
            <div class="banner" data-kind="warning">
                <Icon name=IconName::Megaphone/>
                <p>{asked}</p>
                {sending.submit(IconName::Check, Text::new("确认签收", "Acknowledge"))}
            </div>
        </form>
    }
    .into_any()
}
