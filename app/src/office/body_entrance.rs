//! The code at an institution's entrance, to be printed and hung up, and replaced where it got about.

use domain::body::BodyRefusal;
use domain::id::BodyId;
use domain::record::Hash;
use domain::{Language, Text, say};
use leptos::prelude::*;

use super::confirmation::Confirmation;
use super::{Site, id_in_address};
use crate::api::entrance::{entrance, set_entrance_code};
use crate::api::view::{CodePicture, EntranceView, PrintedCode};
use crate::i18n::t;
use crate::widgets::browser;
use crate::widgets::head::{banner, crumbs_within, head, title};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Sending, Work};

pub const TITLE: Text = Text::new("入口码", "Entrance code");
/// Modules that stay light around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;
/// What the sheet asks of who stands before it, in both languages.
const SCAN: Text = Text::new(
    "检查组到达时，请用督帮扫描此码",
    "Inspection teams: scan this code with Dubang when you arrive",
);

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<BodyId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| entrance(id));
    let done = Callback::new(move |()| answer.refetch());
    loaded(answer, move |view| show(&view, &site, done))
}

fn show(view: &EntranceView, site: &Site, done: Callback<()>) -> AnyView {
    let name = site.name(&view.name);
    let heading = say!(site.language, "入口码：{name}", "Entrance code: {name}");
    let (thing, page) = (format!("/bodies/{}", view.body), t(TITLE).to_owned());
    let crumbs = crumbs_within(
        ("/bodies", Text::new("机构", "Bodies")),
        (thing, name),
        page,
    );
    let Some(code) = &view.code else {
        return view! {
            {crumbs}
            {head(heading, (), ())}
            {if view.gone { gone(site) } else { view! { {lost(view)}{make(view, done)} }.into_any() }}
        }
        .into_any();
    };
    view! {
        {title(&heading)}
        {crumbs}
        <p class="row">
            <button class="button" data-kind="primary" type="button" on:click=|_| browser::print()>
                <Icon name=IconName::Printer/>{t(Text::new("打印", "Print"))}
            </button>
        </p>
        {sheet(view, code)}
        <section class="card unprinted">
            <h2>{t(Text::new("使用说明", "About this code"))}</h2>
            <p>{say!(site.language, "自{}起使用。", "In use since {}.", site.at(code.since))}</p>
            {about()}
            {if view.gone { gone(site) } else { replace(view.body, view.digest, done) }}
        </section>
    }
    .into_any()
}

/// What hangs at the entrance: in both languages, whatever the reader's.
fn sheet(view: &EntranceView, code: &PrintedCode) -> AnyView {
    let [chinese, english] = [Language::Chinese, Language::English].map(Language::tag);
    let name = view.name.get(chinese).to_owned();
    let other = view.name.get(english).to_owned();
    let other = (other != name).then(|| view! { <p class="name" lang=english>{other}</p> });
    view! {
        <article class="entrance card" data-test="entrance-sheet">
            <h1 lang=chinese>{name}</h1>
            {other}
            {drawn(&code.picture)}
            <p class="code"><code>{code.written.clone()}</code></p>
            <p lang=chinese>{SCAN.get(Language::Chinese)}</p>
            <p lang=english>{SCAN.get(Language::English)}</p>
        </article>
    }
    .into_any()
}

fn drawn(picture: &CodePicture) -> AnyView {
    let side = picture.size + 2 * QUIET;
    let part = format!("-{QUIET} -{QUIET} {side} {side}");
    let label = t(Text::new("入口二维码", "The entrance’s QR code"));
    view! {
        <svg viewBox=part role="img" aria-label=label shape-rendering="crispEdges">
            <path fill="currentColor" d=picture.dark.clone()></path>
        </svg>
    }
    .into_any()
}

fn about() -> AnyView {
    view! {
        <ul>
            <li>{t(Text::new(
                "打印后张贴在入口处。检查组到达时扫描，或输入码下的字符，没有网络也可以。",
                "Print it and hang it up at the entrance. A team scans it when it arrives, or types what is under it, with or without a network.",
            ))}</li>
            <li>{t(Text::new(
                "码的照片与原码同样可以读取。读到此码，只说明检查组得到过此码，不能单独证明到场。",
                "A photo of the code works as well as the code. That it was read says that the team had the code, and by itself proves no visit.",
            ))}</li>
        </ul>
    }
    .into_any()
}

fn gone(site: &Site) -> AnyView {
    banner("warning", BodyRefusal::Gone.text(site.language))
}

/// The log names a code that this server does not have.
fn lost(view: &EntranceView) -> Option<AnyView> {
    view.digest.is_some().then(|| {
        let text = Text::new(
            "现用的入口码在服务器上已无法找到，请生成新码。",
            "The present code is not to be found on this server. Make a new one.",
        );
        banner("warning", t(text).to_owned())
    })
}

fn make(view: &EntranceView, done: Callback<()>) -> AnyView {
    let sending = Sending::new("entrance-errors");
    let (id, replaces) = (view.body, view.digest);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(sending, (id, replaces), done);
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("生成入口码", "Make an entrance code"))}</h2>
            {about()}
            <form novalidate on:submit=submit>
                {sending.summary()}
                {sending.submit(IconName::Plus, Text::new("生成入口码", "Make the code"))}
            </form>
        </section>
    }
    .into_any()
}

fn replace(id: BodyId, replaces: Option<Hash>, done: Callback<()>) -> AnyView {
    const REPLACE: Text = Text::new("更换入口码", "Replace the code");
    let sending = Sending::new("entrance-errors");
    let consequence = t(Text::new(
        "旧码即刻停用：此后读到旧码，记录上会写明是已更换的码。此前的到达记录不变。请打印新码并换下旧码。",
        "The old code stops counting at once: whoever reads it from now on is recorded with a code that was replaced. Earlier arrivals stay as they are. Print the new code and hang it up in place of the old one.",
    ));
    let act = Callback::new(move |()| send(sending, (id, replaces), done));
    view! {
        {sending.summary()}
        {Confirmation::new("replace-entrance").button((IconName::RefreshCw, REPLACE), None, consequence.to_owned(), act)}
    }
    .into_any()
}

fn send(sending: Sending, (id, replaces): (BodyId, Option<Hash>), done: Callback<()>) {
    let work = move || -> Work { Box::pin(set_entrance_code(id, replaces)) };
    sending.run(Vec::new(), work, move || done.run(()));
}
