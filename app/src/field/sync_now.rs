//! Asking the server now instead of when its turn comes; with no network it says why it cannot.

use domain::Text;
use leptos::prelude::*;
use markup::{component, view};

use super::icon::{Icon, IconName};
use super::piece::Piece;
use super::tablet::tablet;
use crate::i18n::said;

#[component]
pub fn SyncNow() -> Piece {
    let tablet = tablet();
    let offline = Memo::new(move |_| !tablet.online.get());
    view! {
        <button class="button" type="button" data-test="sync-now" prop:disabled=offline
            aria-describedby=move || offline.get().then_some("sync-now-reason")
            on:click=move |_| {
                tablet.pulled_at.set(None);
                tablet.wake();
            }
        ><Icon name=IconName::RefreshCw/>{said(Text::new("立即同步", "Synchronise now"))}</button>
        <Show when=move || offline.get()>
            <span id="sync-now-reason">{said(Text::new("没有网络，联网后自动同步。", "No network; it happens by itself when the network returns."))}</span>
        </Show>
    }
}
