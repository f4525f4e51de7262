//! Signing in on the tablet. The first time takes the network; afterwards the last person's work opens without.

use domain::Text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::address::{Going, address};
use super::app::dress;
use super::icon::{Icon, IconName};
use super::languages::Languages;
use super::piece::{Piece, afterwards};
use super::tablet::{SyncState, tablet};
use crate::i18n::{language, said, t};
use crate::sync_runner::{self, SignInError};

#[component]
pub fn SignInPage() -> Piece {
    dress("door --thumb");
    let tablet = tablet();
    afterwards(move || document().set_title(t(Text::new("登录", "Sign in"))));
    view! {
        <main id="main">
            <header>
                <img src="/icons/icon.svg" alt="" width="56" height="56"/>
                <h1>"督帮 " <span lang="en">"Dubang"</span></h1>
                <p>{said(Text::new("现场检查", "Field inspections"))}</p>
            </header>
            <SignInForm remembered=true/>
            <Show when=move || tablet.me().is_some()>
                <p><a href="/field">{said(Text::new("暂不登录，继续工作", "Go on working without"))}</a></p>
            </Show>
            <Languages/>
        </main>
    }
}

/// Asks for a name and a password; for one that the browser may have `remembered`, unless it stands before a lock.
#[component]
pub fn SignInForm(remembered: bool) -> Piece {
    let tablet = tablet();
    let last = tablet.account.with_untracked(|account| {
        account
            .as_ref()
            .map(|account| account.me.sign_in_name.clone())
    });
    let name = RwSignal::new(last.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new_local(None::<SignInError>);
    let address = address();
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let path = address.path_untracked();
        spawn_local(async move {
            let outcome = sync_runner::sign_in(
                tablet,
                name.get_untracked().trim().to_owned(),
                password.get_untracked(),
            )
            .await;
            // Signed in, this page gives way to the one behind it; its own signals may be gone.
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) if path == "/field/sign-in" => address.go("/field", Going::Instead),
                Ok(()) => {}
                Err(error) => drop(failure.try_set(Some(error))),
            }
        });
    };
    view! {
        {move || failure.with(|failure| failure.as_ref().map(|error| view! {
            <div class="banner" data-kind="error" role="alert">
                <Icon name=IconName::CircleAlert/>
                <p>{error.text(language())}</p>
            </div>
        }))}
        // Browsers also take themselves for connected where they are not: then the first call tells.
        <Show when=move || !tablet.online.get() || tablet.sync.get() == SyncState::Unreachable>
            <div class="banner" data-kind="warning" role="status">
                <Icon name=IconName::WifiOff/>
                <p>{said(Text::new("登录需要网络。", "Signing in takes the network."))}</p>
            </div>
        </Show>
        <form class="card" on:submit=submit>
            <div class="ask">
                <label for="name">{said(Text::new("登录名", "Sign-in name"))}</label>
                <input id="name" name="name" type="text" autocomplete=if remembered { "username" } else { "off" } autocapitalize="none" spellcheck="false" required
                    prop:value=name on:input:target=move |event| name.set(event.target().value())/>
            </div>
            <div class="ask">
                <label for="password">{said(Text::new("密码", "Password"))}</label>
                <input id="password" name="password" type="password" autocomplete=if remembered { "current-password" } else { "off" } required
                    prop:value=password on:input:target=move |event| password.set(event.target().value())/>
            </div>
            <button class="button" data-kind="primary" type="submit" aria-busy=move || busy.get().then_some("true")>
                {move || t(if busy.get() { Text::new("正在登录…", "Signing in…") } else { Text::new("登录", "Sign in") })}
            </button>
        </form>
    }
}
