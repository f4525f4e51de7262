//! How what is kept on the tablet is protected: whether it is sealed, and the PIN that locks it.

use domain::{Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};

use super::browser::focus_on;
use super::icon::{Icon, IconName};
use super::piece::{Piece, Pieces as _, afterwards};
use super::safe::UnlockError;
use super::tablet::{Protection, Tablet, tablet};
use crate::i18n::{language, said, t};
use crate::local_store::custody::{IDLE_MINUTES, Pin, PinRefusal};

/// What a PIN locks after at first.
const IDLE_MINUTES_AT_FIRST: u32 = 5;

/// What is being done with the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Set,
    Remove,
}

#[derive(Clone, PartialEq)]
enum Failure {
    Pin(PinRefusal),
    NotRepeated,
    Unlock(UnlockError),
}

impl Failure {
    fn text(&self) -> String {
        let language = language();
        match self {
            Failure::Pin(refusal) => refusal.text(language),
            Failure::NotRepeated => t(Text::new(
                "两次输入的 PIN 码不一致",
                "The two PINs are not the same",
            ))
            .to_owned(),
            Failure::Unlock(error) => error.text(language),
        }
    }
}

#[component]
pub fn PinPanel() -> Piece {
    let tablet = tablet();
    let change = RwSignal::new(None::<Change>);
    let has_pin = Memo::new(move |_| matches!(tablet.protection(), Protection::Pin { .. }));
    // A form for a PIN that is no more, or was not there yet, asks for the wrong things.
    afterwards(move || {
        let _ = has_pin.get();
        change.set(None);
    });
    let begin = move |what| {
        change.set(Some(what));
        focus_on(
            if has_pin.get_untracked() {
                "pin-now"
            } else {
                "pin-new"
            }
            .into(),
        );
    };
    view! {
        <section class="card" data-test="protection">
            <h2>{said(Text::new("本机内容的保护", "Protection of this tablet"))}</h2>
            <p>{move || {
                let language = language();
                match tablet.protection() {
                    Protection::None if !tablet.safe().seals() => t(Text::new(
                        "连接不安全，本机内容没有加密。请改用 https 地址打开。",
                        "The connection is not secure, and what this tablet keeps is not sealed. Open it by an https address.",
                    )).to_owned(),
                    Protection::None => t(Text::new(
                        "本机内容还没有加密，联网后自动加密。",
                        "What this tablet keeps is not sealed yet; it is as soon as there is a network.",
                    )).to_owned(),
                    Protection::Sealed => t(Text::new(
                        "本机内容已用您的密钥加密。设置 PIN 码后，无人操作时自动锁定，且只在页面打开时发送。",
                        "What this tablet keeps of yours is sealed by a key of your own. With a PIN it locks itself when nobody touches it, and sends only while its page is open.",
                    )).to_owned(),
                    Protection::Pin { idle_minutes } => say!(
                        language,
                        "本机内容已加密，{idle_minutes} 分钟无人操作自动锁定，重新打开也需要 PIN 码。",
                        "What this tablet keeps is sealed. It locks itself after {idle_minutes} min without a touch, and asks for the PIN when it is opened again."
                    ),
                }
            }}</p>
            <Show when=move || change.get().is_none() && tablet.protection() != Protection::None>
                <Show when=move || has_pin.get() fallback=move || view! {
                    <div class="row">
                        <button class="button" type="button" on:click=move |_| begin(Change::Set)>
                            <Icon name=IconName::Lock/>{said(Text::new("设置 PIN 码", "Set a PIN"))}
                        </button>
                    </div>
                }>
                    <div class="row">
                        <button class="button" type="button" on:click=move |_| tablet.cover()>
                            <Icon name=IconName::Lock/>{said(Text::new("立即锁定", "Lock now"))}
                        </button>
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| begin(Change::Set)>
                            {said(Text::new("更改 PIN 码", "Change the PIN"))}
                        </button>
                        <button class="button" data-kind="quiet" type="button" on:click=move |_| begin(Change::Remove)>
                            {said(Text::new("停用 PIN 码", "Remove the PIN"))}
                        </button>
                    </div>
                </Show>
            </Show>
            {move || change.get().map(|what| view! { <PinForm what change/> })}
        </section>
    }
}

#[component]
fn PinForm(what: Change, change: RwSignal<Option<Change>>) -> Piece {
    let tablet = tablet();
    let idle_before = match tablet.protection_untracked() {
        Protection::Pin { idle_minutes } => Some(idle_minutes),
        Protection::None | Protection::Sealed => None,
    };
    let (now, new, again) = (field(), field(), field());
    let idle_minutes = RwSignal::new(idle_before.unwrap_or(IDLE_MINUTES_AT_FIRST));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let wanted = wanted(
            idle_before.map(|_| now.get_untracked()),
            (what == Change::Set).then(|| (new.get_untracked(), again.get_untracked())),
        );
        let (now, new) = match wanted {
            Ok(wanted) => wanted,
            Err(reason) => return failure.set(Some(reason)),
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = carry_out(tablet, now, new, idle_minutes.get_untracked()).await;
            // Signed out meanwhile, this form is gone.
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => drop(change.try_set(None)),
                Err(error) => drop(failure.try_set(Some(Failure::Unlock(error)))),
            }
        });
    };
    let input = move |id: &'static str, label: Text, value: RwSignal<String>| {
        view! {
            <div class="ask">
                <label for=id>{said(label)}</label>
                <input id=id name=id type="password" inputmode="numeric" maxlength="6" autocomplete="off"
                    prop:value=value on:input:target=move |event| value.set(event.target().value())/>
            </div>
        }
    };
    view! {
        <form class="pin" on:submit=submit data-test="pin-form">
            {move || failure.get().map(|failure| view! {
                <div class="banner" data-kind="error" role="alert">
                    <Icon name=IconName::CircleAlert/>
                    <p>{move || failure.text()}</p>
                </div>
            })}
            {idle_before.map(|_| input("pin-now", Text::new("现在的 PIN 码", "Your current PIN"), now))}
            {(what == Change::Set).then(|| view! {
                {input("pin-new", Text::new("新 PIN 码（6 位数字）", "New PIN, six digits"), new)}
                {input("pin-again", Text::new("再输入一次", "Once more"), again)}
                <div class="ask">
                    <label for="idle-minutes">{said(Text::new("无人操作多久后锁定", "Locks after"))}</label>
                    <select id="idle-minutes" name="idle-minutes" on:change:target=move |event| {
                        if let Ok(minutes) = event.target().value().parse() {
                            idle_minutes.set(minutes);
                        }
                    }>
                        {IDLE_MINUTES.into_iter().map(|minutes| view! {
                            <option value=minutes.to_string() selected=move || idle_minutes.get_untracked() == minutes>
                                {move || say!(language(), "{minutes} 分钟", "{minutes} min without a touch")}
                            </option>
                        }).pieces()}
                    </select>
                </div>
                <p class="hint">{said(Text::new(
                    "PIN 码只在本机使用。忘记时联网用密码登录即可，内容不会丢失。",
                    "The PIN is for this tablet alone. Should you forget it, sign in with the password over the network; nothing is lost.",
                ))}</p>
            })}
            <div class="row">
                <button class="button" data-kind="primary" type="submit" aria-busy=move || busy.get().then_some("true")>
                    {said(match what {
                        Change::Set => Text::new("保存", "Save"),
                        Change::Remove => Text::new("停用 PIN 码", "Remove the PIN"),
                    })}
                </button>
                <button class="button" type="button" on:click=move |_| change.set(None)>{said(Text::new("取消", "Cancel"))}</button>
            </div>
        </form>
    }
}

fn field() -> RwSignal<String> {
    RwSignal::new(String::new())
}

/// The PIN there is, where there is one, and the one that is wanted, where one is.
fn wanted(
    now: Option<String>,
    new: Option<(String, String)>,
) -> Result<(Option<Pin>, Option<Pin>), Failure> {
    let now = now.map(|now| Pin::typed(&now)).transpose();
    let now = now.map_err(Failure::Pin)?;
    let Some((new, again)) = new else {
        return Ok((now, None));
    };
    let new = Pin::chosen(&new).map_err(Failure::Pin)?;
    if Pin::typed(&again).ok().as_ref() != Some(&new) {
        return Err(Failure::NotRepeated);
    }
    Ok((now, Some(new)))
}

async fn carry_out(
    tablet: Tablet,
    now: Option<Pin>,
    new: Option<Pin>,
    idle_minutes: u32,
) -> Result<(), UnlockError> {
    let person = tablet
        .person_untracked()
        .ok_or(UnlockError::PasswordNeeded)?;
    let safe = tablet.safe();
    // Whoever finds the tablet open does not take it over.
    if let Some(now) = now {
        safe.unlock(person, &now).await?;
    }
    match new {
        Some(new) => safe.set_pin(person, &new, idle_minutes).await?,
        None => safe.remove_pin(person).await?,
    }
    tablet.look_at_protection().await?;
    // What lies ready for the service worker depends on it.
    tablet.wake();
    Ok(())
}
