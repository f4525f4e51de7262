//! The line on top of every page of the field: where we are, and the state of things in words.

use std::collections::BTreeMap;

use domain::{Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::app::dress;
use super::appearance::Appearance;
use super::icon::{Icon, IconName};
use super::piece::{Piece, afterwards};
use super::space;
use super::tablet::{Lock, Saving, SyncState, tablet};
use crate::i18n::{language, said, t};

/// Where the arrow leads, and what it is called.
pub type Back = (String, Text);

#[component]
pub fn Bar(title: Signal<String>, back: Option<Back>) -> Piece {
    dress("field");
    afterwards(move || {
        // A locked tablet does not say what is open.
        if tablet().lock() == Lock::Open {
            document().set_title(&title.get());
        }
    });
    view! {
        <a class="skip" href="#main">{said(Text::new("跳到正文", "Skip to content"))}</a>
        <header class="bar">
            {back.map(|(to, name)| view! {
                <a class="button" data-kind="quiet" href=to aria-label=said(name)><Icon name=IconName::ArrowLeft/></a>
            })}
            <h1>{title}</h1>
            <State/>
            <Appearance/>
        </header>
        <Trouble/>
    }
}

#[component]
fn State() -> Piece {
    let tablet = tablet();
    let connection = move || match tablet.sync.get() {
        SyncState::Starting => (
            "starting",
            IconName::RefreshCw,
            Text::new("正在打开", "Opening"),
        ),
        SyncState::Offline => ("offline", IconName::WifiOff, Text::new("离线", "Offline")),
        SyncState::SignIn => (
            "offline",
            IconName::Lock,
            Text::new("登录后发送", "Sign in to send"),
        ),
        SyncState::Sending => (
            "online",
            IconName::CloudUpload,
            Text::new("正在发送", "Sending"),
        ),
        SyncState::Fetching => (
            "online",
            IconName::RefreshCw,
            Text::new("正在获取", "Fetching"),
        ),
        SyncState::UpToDate => ("online", IconName::Wifi, Text::new("在线", "Online")),
        SyncState::Unreachable => (
            "offline",
            IconName::WifiOff,
            Text::new("连不上服务器", "No answer from the server"),
        ),
    };
    let saved = move || {
        tablet.saving.with(|saving| match saving {
            Saving::Saved => "saved",
            Saving::Busy => "saving",
            Saving::Failed(_) => "attention",
        })
    };
    // It changes twice with each key that is pressed: all of it stands there, and is shown in turn.
    let savings = [
        ("saved", IconName::Check, Text::new("已保存", "Saved")),
        (
            "saving",
            IconName::RefreshCw,
            Text::new("正在保存", "Saving"),
        ),
        (
            "attention",
            IconName::CircleAlert,
            Text::new("未保存", "Not saved"),
        ),
    ];
    let unsent = Memo::new(move |_| tablet.unsent());
    let begun = Memo::new(move |_| tablet.drafts.with(BTreeMap::len));
    let all_sent = move || unsent.get() + begun.get() == 0;
    view! {
        <p class="state" role="status">
            <span data-test="sync-state" data-state=move || connection().0 data-sync=move || format!("{:?}", tablet.sync.get())>
                {move || view! { <Icon name=connection().1/> }}
                {move || t(connection().2)}
            </span>
            <span data-test="saved" data-state=saved>
                {savings.map(|(state, name, title)| view! {
                    <span hidden=move || saved() != state><Icon name/>{said(title)}</span>
                })}
            </span>
            <span data-test="unsent" data-state=move || (!all_sent()).then_some("unsent") data-count=move || unsent.get()>
                {move || {
                    let name = if all_sent() { IconName::CloudCheck } else { IconName::CloudUpload };
                    view! { <Icon name/> }
                }}
                {move || match (unsent.get(), begun.get()) {
                    (0, 0) => t(Text::new("全部已发送", "All sent")).to_owned(),
                    // It is here alone until it is handed in.
                    (0, begun) => say!(language(), "{begun} 份未提交", "{begun} not submitted"),
                    (count, _) => say!(language(), "未发送 {count}", "{count} unsent"),
                }}
            </span>
        </p>
    }
}

/// What hinders, under the bar: it stays until it is over.
#[component]
fn Trouble() -> Piece {
    let tablet = tablet();
    let offline = Memo::new(move |_| tablet.sync.get() == SyncState::Offline);
    let sign_in = Memo::new(move |_| tablet.sync.get() == SyncState::SignIn);
    let left = RwSignal::new(None::<u32>);
    // Photos are what takes room.
    afterwards(move || {
        tablet.photos.track();
        spawn_local(async move {
            if let Some((usage, quota)) = space::usage_and_quota().await {
                let _ = left.try_set(space::low(usage, quota));
            }
        });
    });
    view! {
        {move || left.get().map(|left| view! {
            <section class="banner --slim" data-kind="warning" data-test="space" aria-label=said(Text::new("存储空间", "Storage"))>
                <Icon name=IconName::TriangleAlert/>
                <p>{move || say!(
                    language(),
                    "本机可用空间只剩约 {left} MB。请清理本机上的其他内容；已拍的照片都在，不要清除此网站的数据。",
                    "Only some {left} MB are left on this tablet. Free space elsewhere on it; the photos taken are safe: do not clear this site’s data."
                )}</p>
            </section>
        })}
        {move || match tablet.saving.get() {
            Saving::Failed(error) => Some(view! {
                <section class="banner --slim" data-kind="error" role="alert" aria-label=said(Text::new("保存失败", "Saving failed"))>
                    <Icon name=IconName::CircleAlert/>
                    <p>{move || error.text(language())}</p>
                </section>
            }),
            Saving::Saved | Saving::Busy => None,
        }}
        <Show when=move || offline.get()>
            <section class="banner --slim" data-kind="warning" aria-label=said(Text::new("网络状态", "Network"))>
                <Icon name=IconName::WifiOff/>
                <p>
                    <strong>{said(Text::new("离线", "Offline"))}</strong>" "
                    {said(Text::new("填写的内容都保存在本机；已提交的联网后自动发送。", "What you enter is saved on this tablet; what is submitted is sent when the network returns."))}
                </p>
            </section>
        </Show>
        <Show when=move || sign_in.get()>
            <section class="banner --slim" data-kind="warning" aria-label=said(Text::new("登录状态", "Session"))>
                <Icon name=IconName::Lock/>
                <p>
                    <strong>{said(Text::new("登录已过期", "Signed out"))}</strong>" "
                    {said(Text::new("可以继续填写；重新登录后自动发送。", "Work goes on; sign in again to send it."))}
                </p>
                <a class="button" href="/field/sign-in">{said(Text::new("登录", "Sign in"))}</a>
            </section>
        </Show>
    }
}
