//! What the reader is told of, latest first; each leads to where it is dealt with, and counts as read then.

use domain::Text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Site;
use crate::api::command::{mark, mark_all, set_mail};
use crate::api::query::{inbox, unread};
use crate::api::view::{InboxRow, InboxView, MailPreference};
use crate::i18n::t;
use crate::list::Asked;
use crate::widgets::ask::{Ask, Control, tick};
use crate::widgets::event_title::told_title;
use crate::widgets::filters::{Filter, filters};
use crate::widgets::head::{banner, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::live::Live;
use crate::widgets::loaded::loaded;
use crate::widgets::pager::pager;
use crate::widgets::sending::Sending;
use crate::widgets::stream_title::stream_title;

pub const TITLE: Text = Text::new("消息", "Inbox");

const PATH: &str = "/inbox";

/// Of the hour that [`DIGEST_HOUR`](crate::api::view::DIGEST_HOUR) says.
const DIGEST: Text = Text::new(
    "工作日8:00另发一封期限提醒：逾期的和下一个工作日（含）前到期的各有多少；没有则不发",
    "On working days at 8:00 also a digest: how much is late, and due by the end of the next working day; none where nothing is",
);

pub fn page() -> AnyView {
    let site = Site::here();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let values = query.latest_values();
            Asked::of(values.map(|(name, value)| (name.to_string(), value.to_owned())))
        })
    });
    let answer = Resource::new(move || asked.get(), inbox);
    Live::refetches(answer);
    let sending = Sending::new("inbox-errors");
    // Outside of what is drawn anew with every piece of news: a half-typed address stays.
    let typed = RwSignal::new(None::<MailPreference>);
    let count = use_context::<Unread>();
    let done = Callback::new(move |()| {
        answer.refetch();
        if let Some(count) = count {
            count.ask();
        }
    });
    loaded(answer, move |view| {
        show(&view, &asked.get_untracked(), &site, typed, sending, done)
    })
}

fn show(
    view: &InboxView,
    asked: &Asked,
    site: &Site,
    typed: RwSignal<Option<MailPreference>>,
    sending: Sending,
    done: Callback<()>,
) -> AnyView {
    let all = (view.unread > 0).then(|| {
        let all = move |_| sending.run(Vec::new(), || Box::pin(mark_all()), move || done.run(()));
        view! {
            <button class="button" type="button" on:click=all><Icon name=IconName::Check/>{t(Text::new("全部标为已读", "Mark all as read"))}</button>
        }
    });
    let page = &view.page;
    let rows: Vec<AnyView> = page
        .rows
        .iter()
        .map(|row| line(row, site, sending, done))
        .collect();
    let content = if rows.is_empty() {
        let is_of_a_kind = !asked.filter(InboxRow::ABOUT).is_empty();
        let none = match (asked.filter(InboxRow::STATE), is_of_a_kind) {
            (InboxRow::UNREAD, true) => {
                Text::new("这类消息没有未读的。", "Nothing of this kind is unread.")
            }
            (_, true) => Text::new("没有这类消息。", "There is nothing of this kind."),
            (InboxRow::UNREAD, false) => Text::new("没有未读的消息。", "Nothing is unread."),
            _ => Text::new("还没有消息。", "There is nothing yet."),
        };
        banner("info", t(none).to_owned())
    } else {
        view! { <section class="card"><ul class="inbox">{rows}</ul></section> }.into_any()
    };
    let unread = (
        InboxRow::UNREAD.to_owned(),
        t(Text::new("未读", "Unread")).to_owned(),
    );
    let state = Filter::choice(InboxRow::STATE, Text::new("状态", "State"), vec![unread]);
    let kinds =
        InboxRow::KINDS.map(|kind| (kind.code().to_owned(), t(stream_title(kind)).to_owned()));
    let about = Filter::choice(InboxRow::ABOUT, Text::new("事项", "About"), kinds.to_vec());
    view! {
        {head(t(TITLE).to_owned(), (), all)}
        {sending.summary()}
        {filters(PATH.to_owned(), Text::new("筛选消息", "Filter the inbox"), vec![state, about], None)}
        {content}
        {pager(page.page, page.page_size, page.total, |page| asked.on_page(page).address(PATH))}
        {view.mail.as_ref().map(|preference| mail_form(preference, typed, done))}
    }
    .into_any()
}

/// Where the reader gets the same by e-mail.
fn mail_form(
    preference: &MailPreference,
    typed: RwSignal<Option<MailPreference>>,
    done: Callback<()>,
) -> AnyView {
    let sending = Sending::new("mail-errors");
    let before = typed.get_untracked().unwrap_or_else(|| preference.clone());
    let value = RwSignal::new(before.address);
    let digest = RwSignal::new(before.digest);
    let entered = move || MailPreference {
        address: value.get(),
        digest: digest.get(),
    };
    Effect::new(move |begun: Option<()>| {
        let now = entered();
        if begun.is_some() {
            typed.set(Some(now));
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let preference = untrack(entered);
        sending.run(
            Vec::new(),
            move || Box::pin(set_mail(preference)),
            move || done.run(()),
        );
    };
    let control = Control::Line {
        autocomplete: "email",
    };
    let ask = Ask::new("mail", Text::new("邮箱", "E-mail address"), control, value)
        .optional()
        .hint(Text::new(
            "有新消息时也发邮件；邮件只说有什么事，内容登录后看。留空则不发。",
            "Mail when there is something new. It says what it is, not what it says. Leave it empty for none.",
        ));
    view! {
        <form class="card stack" on:submit=submit novalidate>
            <h2>{t(Text::new("邮件提醒", "By e-mail"))}</h2>
            {sending.summary()}
            {ask.view(sending)}
            {tick("mail-digest", DIGEST, digest)}
            <div class="row">{sending.submit(IconName::Check, Text::new("保存", "Save"))}</div>
        </form>
    }
    .into_any()
}

fn line(row: &InboxRow, site: &Site, sending: Sending, done: Callback<()>) -> AnyView {
    let id = StoredValue::new(row.id.clone());
    let title = told_title(&row.kind).map_or_else(|| row.kind.clone(), |text| t(text).to_owned());
    let about = site.name(&row.about);
    let about = (!about.is_empty()).then(|| view! { <p>{about}</p> });
    let body = row
        .body
        .as_ref()
        .map(|body| view! { <span>{site.name(&body.name)}</span> });
    let is_read = row.is_read;
    let count = use_context::<Unread>();
    // Whoever goes there has read it; should that not be told in time, it stays unread, and nothing is lost.
    let opened = move |_| {
        if !is_read {
            let id = id.get_value();
            leptos::task::spawn_local(async move {
                let _ = mark(vec![id], true).await;
                if let Some(count) = count {
                    count.ask();
                }
            });
        }
    };
    let words = if is_read {
        Text::new("标为未读", "Mark as unread")
    } else {
        Text::new("标为已读", "Mark as read")
    };
    let turn = move |_| turn(sending, id.get_value(), !is_read, done);
    let new = (!is_read)
        .then(|| view! { <span class="unseen">{t(Text::new("未读：", "Unread: "))}</span> });
    view! {
        <li data-unread=(!is_read).then_some("")>
            <div>
                <strong>{new}<a href=row.address.clone() on:click=opened>{title.clone()}</a></strong>
                {about}
                <p>{body}<span>{site.at(row.at)}</span></p>
            </div>
            <button class="button" data-kind="quiet" type="button" aria-label=format!("{}: {title}", t(words)) on:click=turn>{t(words)}</button>
        </li>
    }
    .into_any()
}

fn turn(sending: Sending, id: String, read: bool, done: Callback<()>) {
    sending.run(
        Vec::new(),
        move || Box::pin(mark(vec![id], read)),
        move || done.run(()),
    );
}

/// How much is unread, for the frame. Not known while the server draws the page, so that no page waits for it.
#[derive(Clone, Copy)]
pub struct Unread(RwSignal<u32>);

impl Unread {
    pub fn begin(live: Live) -> Unread {
        let unread_now = Unread(RwSignal::new(0));
        provide_context(unread_now);
        Effect::new(move |_| {
            live.0.track();
            unread_now.ask();
        });
        unread_now
    }

    pub fn ask(self) {
        leptos::task::spawn_local(async move {
            if let Ok(count) = unread().await {
                self.0.try_set(count);
            }
        });
    }

    /// The way to the inbox, with how much is unread.
    pub fn way(self) -> AnyView {
        let count = self.0;
        let said = move || {
            let count = count.get();
            (count > 0).then(|| {
                let words = domain::say!(crate::i18n::language(), "{count} 条未读", "{count} unread");
                view! { <span class="count" aria-hidden="true">{count}</span><span class="unseen">{words}</span> }
            })
        };
        view! {
            <a class="button" data-kind="quiet" href="/inbox" title=t(TITLE)>
                <Icon name=IconName::Megaphone/><span class="unseen">{t(TITLE)}</span>{said}
            </a>
        }
        .into_any()
    }
}
