//! What stands before everything else while the tablet is locked. What is under way behind it goes on: drafts are saved, what waits is sent.

use domain::Text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::app::dress;
use super::browser::{focus_on, put_enlarged_away};
use super::icon::{Icon, IconName};
use super::languages::Languages;
use super::piece::{Piece, afterwards};
use super::safe::UnlockError;
use super::sign_in_page::SignInForm;
use super::tablet::{Lock, Protection, Saving, tablet};
use crate::i18n::{language, said, t, tr};
use crate::local_store::custody::{Pin, PinRefusal};

/// The attribute of the body by which what is behind is not shown, nor reached.
const COVERED: &str = "data-covered";

#[derive(Clone, PartialEq)]
enum Failure {
    Pin(PinRefusal),
    Unlock(UnlockError),
}

impl Failure {
    fn text(&self) -> String {
        match self {
            Failure::Pin(refusal) => refusal.text(language()),
            Failure::Unlock(error) => error.text(language()),
        }
    }
}

#[component]
pub fn LockPage() -> Piece {
    let tablet = tablet();
    if tablet.lock_untracked() == Lock::Sealed {
        dress("door --thumb");
    }
    put_enlarged_away();
    let body = document().body();
    let before = document()
        .active_element()
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    // What is behind is not told by its title either; the bar sets it again.
    afterwards(move || document().set_title(t(Text::new("已锁定", "Locked"))));
    if let Some(body) = body {
        // Without it what is behind is covered all the same.
        let _ = body.set_attribute(COVERED, "");
    }
    on_cleanup(move || {
        if let Some(body) = document().body() {
            let _ = body.remove_attribute(COVERED);
        }
        if let Some(Some(element)) = before.try_get_value() {
            let _ = element.focus();
        }
    });
    let has_pin = matches!(tablet.protection_untracked(), Protection::Pin { .. });
    let by_password = RwSignal::new(!has_pin);
    if !has_pin {
        focus_on("password".into());
    }
    let name = move || tablet.me().map(|me| tr(&me.name));
    view! {
        <div class="lock door --thumb" role="dialog" aria-modal="true" aria-labelledby="lock" data-test="lock">
            <section>
                <header>
                    <Icon name=IconName::Lock/>
                    <h1 id="lock">{said(Text::new("已锁定", "Locked"))}</h1>
                    <p>{name}</p>
                </header>
                <Show when=move || matches!(tablet.saving.get(), Saving::Failed(_))>
                    <div class="banner" data-kind="warning" role="status">
                        <Icon name=IconName::TriangleAlert/>
                        <p>{said(Text::new(
                            "最近填写的内容还没有保存，请勿关闭此页。",
                            "What was entered last is not saved; do not close this page.",
                        ))}</p>
                    </div>
                </Show>
                <Show when=move || by_password.get() fallback=move || view! { <PinForm by_password/> }>
                    <SignInForm remembered=false/>
                    <Show when=move || has_pin>
                        <p class="hint">{said(Text::new(
                            "本人用密码登录后，原来的 PIN 码停用，可在首页重新设置。",
                            "Once its person signs in with the password, the PIN is no more; another can be set on the first page.",
                        ))}</p>
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| by_password.set(false)>{said(Text::new("改用 PIN 码", "Use the PIN instead"))}</button>
                    </Show>
                </Show>
                <Languages/>
            </section>
        </div>
    }
}

#[component]
fn PinForm(by_password: RwSignal<bool>) -> Piece {
    let tablet = tablet();
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    focus_on("pin".into());
    let unlock = move || {
        if busy.get_untracked() || typed.with_untracked(String::is_empty) {
            return;
        }
        let pin = match Pin::typed(&typed.get_untracked()) {
            Ok(pin) => pin,
            Err(refusal) => return failure.set(Some(Failure::Pin(refusal))),
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = tablet.unlock(&pin).await;
            // Unlocked, this page is gone.
            let _ = busy.try_set(false);
            if let Err(error) = outcome {
                let _ = typed.try_set(String::new());
                let _ = failure.try_set(Some(Failure::Unlock(error)));
                focus_on("pin".into());
            }
        });
    };
    view! {
        {move || failure.get().map(|failure| view! {
            <div class="banner" data-kind="error" role="alert">
                <Icon name=IconName::CircleAlert/>
                <p>{move || failure.text()}</p>
            </div>
        })}
        <form class="card" on:submit=move |event: web_sys::Event| {
            event.prevent_default();
            unlock();
        }>
            <div class="ask">
                <label for="pin">{said(Text::new("PIN 码", "PIN"))}</label>
                <input id="pin" name="pin" type="password" inputmode="numeric" maxlength="6" autocomplete="off"
                    aria-describedby="pin-hint" aria-invalid=move || failure.with(Option::is_some).then_some("true")
                    prop:value=typed on:input:target=move |event| {
                        typed.set(event.target().value());
                        if typed.with_untracked(|typed| typed.chars().count()) == Pin::DIGITS {
                            unlock();
                        }
                    }/>
                <p class="hint" id="pin-hint">{said(Text::new("输满 6 位即解锁", "The sixth digit unlocks"))}</p>
            </div>
            <button class="button" data-kind="primary" type="submit" aria-busy=move || busy.get().then_some("true")>
                {move || t(if busy.get() { Text::new("正在解锁…", "Unlocking…") } else { Text::new("解锁", "Unlock") })}
            </button>
        </form>
        <button class="button" data-kind="quiet" type="button" on:click=move |_| {
            by_password.set(true);
            focus_on("password".into());
        }>
            {said(Text::new("忘记 PIN 码，或换人登录", "Forgot the PIN, or sign in as somebody else"))}
        </button>
    }
}
