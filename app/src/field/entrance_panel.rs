//! The code at the institution's entrance, scanned or typed: whether it is this institution's is said at once, with or without a network.

use domain::Text;
use domain::entrance::{EntranceCode, NotACode, Verdict};
use domain::record::Hash;
use domain::say;
use leptos::prelude::*;
use markup::{component, view};

use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::piece::Piece;
use super::scan_panel::ScanPanel;
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{language, said, t};

const OWN: Text = Verdict::There.title();

/// What there is to say of what was read last; nothing of one that was noted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    NotACode,
    Kept,
}

/// Nothing where the institution has no code, as far as this tablet knows.
#[component]
pub fn EntrancePanel(open: Open) -> Piece {
    let tablet = tablet();
    let target = open.with_value(|open| open.order.target);
    let own = Memo::new(move |_| {
        tablet
            .facts
            .with(|facts| facts.directory().entrance(target))
    });
    view! {
        <Show when=move || own.with(Option::is_some)>{panel(open, own)}</Show>
    }
}

fn panel(open: Open, own: Memo<Option<Hash>>) -> Piece {
    let tablet = tablet();
    let entrance = RwSignal::from(open.with_value(|open| open.entrance.clone()));
    let typed = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let take = move |text: String| {
        let noted = EntranceCode::read(&text)
            .map(|code| open.with_value(|open| open.read_code(code, own.get_untracked())));
        trouble.set(match noted {
            Ok(true) => None,
            Ok(false) => Some(Trouble::Kept),
            Err(NotACode) => Some(Trouble::NotACode),
        });
        typed.set(if noted.is_ok() { String::new() } else { text });
    };
    let is_wrong = Memo::new(move |_| trouble.get() == Some(Trouble::NotACode));
    view! {
        <div class="ask" role="group" aria-labelledby="entrance" data-test="entrance">
            <label id="entrance" for="entrance-code"><strong>{said(Text::new("入口码", "Code at the entrance"))}</strong>" "
                <span class="optional">{said(Text::new("选填", "optional"))}</span></label>
            <p class="hint" id="entrance-hint">{said(Text::new(
                "扫描入口处张贴的二维码，或输入码下的字符。码的照片与原码同样可以读取，不能单独证明到场",
                "Scan the code that hangs at the entrance, or type what is printed under it. A photo of the code works as well as the code: by itself it proves no visit",
            ))}</p>
            <Show when=move || is_wrong.get()>
                <p class="error" role="alert" id="entrance-error"><Icon name=IconName::CircleAlert/>{said(Text::new(
                    "这不是入口码，或有字符输错。入口码为28个字符，请核对",
                    "This is no entrance code, or has a slip in it. A code has 28 letters and digits; compare them",
                ))}</p>
            </Show>
            <input type="text" id="entrance-code" autocomplete="off" autocapitalize="characters" spellcheck="false" prop:value=typed
                aria-invalid=move || is_wrong.get().then_some("true")
                aria-describedby=move || if is_wrong.get() { "entrance-error entrance-hint" } else { "entrance-hint" }
                on:input:target=move |event| {
                    let text = event.target().value();
                    // It is read as soon as it is whole.
                    if EntranceCode::read(&text).is_ok() {
                        take(text);
                    } else {
                        trouble.set(None);
                        typed.set(text);
                    }
                }
                on:change=move |_| {
                    let text = typed.get_untracked();
                    if !text.trim().is_empty() {
                        take(text);
                    }
                }/>
            <ScanPanel readonly=RwSignal::new(false) take=Callback::new(take)/>
            <div class="row" role="status">
                {move || entrance.get().map(|read| {
                    let (state, name, title) = if read.own {
                        ("closed", IconName::Check, OWN)
                    } else {
                        ("general", IconName::TriangleAlert, Text::new("不是本机构现用的码", "Not this institution’s present code"))
                    };
                    view! { <span class="tag" data-state=state><Icon name/>{said(title)}</span> }
                })}
                <p class="hint" data-test="entrance-read">{move || entrance.get().map(|entrance| {
                    let language = language();
                    let at = instant_text(entrance.read.at, &tablet.time_zone(), language);
                    if entrance.own {
                        say!(language, "{at}读取", "Read {at}")
                    } else {
                        say!(
                            language,
                            "{at}读取，已记录；是其他机构的码还是旧码，由办公端核对",
                            "Read {at} and recorded; the office sees whether it is an old code or of somewhere else"
                        )
                    }
                })}</p>
                {move || (trouble.get() == Some(Trouble::Kept)).then(|| view! {
                    <p class="hint">{t(Text::new(
                        "刚读取的不是本机构现用的码；保留原来的记录",
                        "What was read just now is not this institution’s present code; what was recorded before stays",
                    ))}</p>
                })}
            </div>
        </div>
    }
}
