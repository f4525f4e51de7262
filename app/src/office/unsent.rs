//! Taking in the file of a tablet that could not send: by whoever recorded the work, on any computer.

use domain::id::EventId;
use domain::{Text, say};
use form::Texts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::unsent::TakenIn;

use super::Site;
use crate::i18n::{language, t, tr};
use crate::widgets::event_title::event_title;
use crate::widgets::head::{banner, fact, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::table::{cell, column, row, table};
use crate::widgets::unsent_file::{OpenError, Progress, UnsentFile, open, take_in};

pub const PATH: &str = "/unsent";
pub const TITLE: Text = Text::new("导入平板文件", "Import a tablet’s file");

pub fn page() -> AnyView {
    let site = Site::here();
    // The file lies in the browser and is held by no other thread; a server that draws the page has none, and its threads change.
    #[cfg(feature = "ssr")]
    let opened = RwSignal::new(None::<UnsentFile>);
    #[cfg(not(feature = "ssr"))]
    let opened = RwSignal::new_local(None::<UnsentFile>);
    let outcome = RwSignal::new(None::<Result<TakenIn, OpenError>>);
    let progress = RwSignal::new(Progress::default());
    let busy = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        opened.set(None);
        outcome.set(None);
        spawn_local(async move {
            match open(event).await {
                Ok(file) => opened.set(file),
                Err(error) => outcome.set(Some(Err(error))),
            }
        });
    };
    let bring_in = move |_| {
        let Some(file) = opened.get_untracked() else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        progress.set(Progress::default());
        outcome.set(None);
        spawn_local(async move {
            let taken = take_in(file, progress).await;
            outcome.set(Some(taken));
            busy.set(false);
        });
    };
    let chosen = move || {
        // What was taken in is not taken in again from here.
        let is_done = outcome.with(|outcome| matches!(outcome, Some(Ok(_))));
        opened
            .get()
            .filter(|_| !is_done)
            .map(|file| what_it_is(&file, &site, (busy, progress), bring_in))
    };
    let result = move || {
        outcome.get().map(|outcome| match outcome {
            Ok(taken) => opened.with(|file| result(&taken, file.as_ref())),
            Err(error) => banner("error", error.text(language())),
        })
    };
    view! {
        {head(t(TITLE).to_owned(), (), ())}
        <section class="card stack prose">
            <p>{t(Text::new(
                "平板一直没有网络时，可在平板的“发送明细”页面把未发送的工作存为文件，拷到这台电脑后在此导入。须由记录人本人登录。已在服务器上的记录不会重复。",
                "When a tablet finds no network, its page “Outbox” keeps the unsent work as a file; copy it to this computer and import it here, signed in as whoever recorded it. What the server has already is not counted twice.",
            ))}</p>
            <div class="ask">
                <label for="unsent-file">{t(Text::new("平板保存的文件（.dubang）", "The file that the tablet saved (.dubang)"))}</label>
                <div class="row">
                    <label class="button">
                        <input id="unsent-file" type="file" accept=".dubang" prop:disabled=move || busy.get() on:change=choose/>
                        <Icon name=IconName::FileText/>{t(Text::new("选择文件", "Choose a file"))}
                    </label>
                </div>
            </div>
        </section>
        {chosen}
        <div role="status" data-test="unsent-outcome">{result}</div>
    }
    .into_any()
}

/// Whose work it is and how much; the act, for whoever may do it.
fn what_it_is(
    file: &UnsentFile,
    site: &Site,
    (busy, progress): (RwSignal<bool>, RwSignal<Progress>),
    bring_in: impl Fn(leptos::ev::MouseEvent) + Copy + Send + Sync + 'static,
) -> AnyView {
    let unsent = &file.unsent;
    let (events, photos) = (unsent.events.len(), unsent.photos.len());
    let name = site.name(&unsent.name);
    let drafts = unsent.drafts.len();
    let act = if unsent.jurisdiction != site.jurisdiction.id {
        let text = Text::new(
            "这份文件属于另一个辖区，不能在此导入。",
            "The file is of another jurisdiction and cannot be imported here.",
        );
        banner("error", t(text).to_owned())
    } else if events == 0 && photos == 0 {
        let text = Text::new(
            "文件里没有待发送的记录。",
            "Nothing in the file waits to be sent.",
        );
        banner("info", t(text).to_owned())
    } else if unsent.person == site.viewer.person {
        let said = move || {
            let Progress {
                events: sent,
                photos: shown,
            } = progress.get();
            busy.get().then(|| {
                let text = say!(
                    language(),
                    "正在导入：记录 {sent}/{events}，照片 {shown}/{photos}",
                    "Importing: {sent} of {events} events, {shown} of {photos} photos"
                );
                view! { <p role="status">{text}</p> }
            })
        };
        view! {
            <p><button class="button" data-kind="primary" type="button" data-test="bring-in"
                aria-busy=move || busy.get().then_some("true") on:click=bring_in>
                <Icon name=IconName::CloudUpload/>{t(Text::new("导入", "Import"))}
            </button></p>
            {said}
        }
        .into_any()
    } else {
        let text = say!(
            site.language,
            "这些工作由{name}记录，请用其本人账号登录后导入。",
            "The work was recorded by {name}: sign in as them to import it."
        );
        banner("error", text)
    };
    let not_here = (drafts > 0).then(|| {
        let text = say!(
            site.language,
            "尚未提交的检查不在这里导入，共 {drafts} 次：由{name}本人在另一台平板登录，打开“发送明细”，选择这份文件接着填写。",
            "Not handed in, and not imported here: {drafts}. {name} signs in on another tablet, opens “Outbox” and chooses this file to go on with it."
        );
        view! { <p data-test="drafts-in-file">{text}</p> }
    });
    view! {
        <section class="card stack" data-test="unsent">
            <dl class="facts">
                {fact(Text::new("记录人", "Recorded by"), name)}
                {fact(Text::new("保存时间（平板时钟）", "Saved, on the tablet’s clock"), site.at(unsent.saved_at))}
                {fact(Text::new("记录", "Events"), events.to_string())}
                {fact(Text::new("照片", "Photos"), photos.to_string())}
                {(drafts > 0).then(|| fact(Text::new("尚未提交的检查", "Visits not handed in"), drafts.to_string()))}
            </dl>
            {not_here}
            {act}
        </section>
    }
    .into_any()
}

fn result(taken: &TakenIn, file: Option<&UnsentFile>) -> AnyView {
    let TakenIn {
        accepted,
        known,
        held,
        refused,
        photos,
        photos_refused,
    } = taken;
    let kind = if refused.is_empty() && *photos_refused == 0 {
        "success"
    } else {
        "warning"
    };
    let text = say!(
        language(),
        "已导入{accepted}条；{known}条服务器上已有；{held}条留存待人工处理；{}条未被接受。照片{photos}张已送达，{photos_refused}张未被接受。",
        "{accepted} imported; {known} were on the server before; {held} are held for a person; {} were not taken. {photos} photos have arrived; {photos_refused} were not taken.",
        refused.len()
    );
    let line = |(id, reason): &(EventId, Texts)| {
        let event = file.and_then(|file| file.unsent.events.iter().find(|event| event.id == *id));
        let kind = event.map(|event| event.kind.as_str()).unwrap_or_default();
        let words = event_title(kind).map_or_else(|| kind.to_owned(), |text| t(text).to_owned());
        row(vec![cell(words), cell(tr(reason))])
    };
    let why = (!refused.is_empty()).then(|| {
        let columns = [
            column(t(Text::new("记录", "Event"))),
            column(t(Text::new("原因", "Why"))),
        ];
        table(
            t(Text::new("未被接受的记录", "What was not taken")),
            &columns,
            refused.iter().map(line).collect(),
            "",
        )
    });
    view! { {banner(kind, text)}{why} }.into_any()
}
