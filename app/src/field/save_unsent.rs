//! Keeping what was not sent as a file: the last resort, when the tablet finds no network any more or is to be given up.

use domain::{Text, say};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use sync::outbox::Delivery;
use sync::unsent::{SignedBatch, Unsent, UnsentPhoto};
use web_sys::Blob;

use super::browser;
use super::icon::{Icon, IconName};
use super::piece::Piece;
use super::tablet::{Tablet, tablet};
use crate::clock::wall_text;
use crate::i18n::{language, said};
use crate::local_store::{PhotoFate, StoreError};
use crate::widgets::browser::save_blob;

/// Offered while something is here alone.
#[component]
pub fn SaveUnsent() -> Piece {
    let tablet = tablet();
    let anything = Memo::new(move |_| tablet.unsent() > 0);
    let outcome = RwSignal::new(None::<Result<(usize, usize), StoreError>>);
    let busy = RwSignal::new(false);
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let saved = save(tablet).await;
            outcome.set(saved.transpose());
            busy.set(false);
        });
    };
    view! {
        <Show when=move || anything.get()>
            <details class="card" data-test="save-unsent">
                <summary>{said(Text::new("一直没有网络？把未发送的工作存为文件", "No network for long? Keep the unsent work as a file"))}</summary>
                <p>{said(Text::new(
                    "把文件拷到任何一台能上网的电脑，用本人账号登录办公端，在“导入平板文件”中导入。平板上的内容不变，恢复联网后仍会发送，不会重复。尚未提交的填写内容不在文件里。",
                    "Copy the file to any computer with a network, sign in to the office with your own account and open “Import a tablet’s file”. Nothing changes on the tablet; should it find a network after all, it sends as before, and nothing counts twice. What is not handed in yet is not in the file.",
                ))}</p>
                <p><button class="button" type="button" data-test="save-unsent-now" aria-busy=move || busy.get().then_some("true") on:click=save>
                    <Icon name=IconName::Download/>{said(Text::new("保存文件", "Save the file"))}
                </button></p>
                {move || outcome.get().map(|outcome| match outcome {
                    Ok((events, photos)) => view! {
                        <p role="status" data-test="saved-unsent">{say!(
                            language(),
                            "已保存：{events} 条记录，{photos} 张照片。请确认文件在下载目录中。",
                            "Saved: {events} events, {photos} photos. See that the file is among the downloads."
                        )}</p>
                    },
                    Err(error) => view! { <p role="alert">{error.text(language())}</p> },
                })}
            </details>
        </Show>
    }
}

/// How many events and photos went into the file; None where nobody is signed in.
async fn save(tablet: Tablet) -> Result<Option<(usize, usize)>, StoreError> {
    let Some(me) = tablet.me_untracked() else {
        return Ok(None);
    };
    let store = tablet.store();
    let outbox = store.outbox(me.person).await?;
    let events = outbox.into_iter().filter(|entry| {
        matches!(
            entry.delivery,
            Delivery::Waiting | Delivery::NeedsAttention { .. }
        )
    });
    let events: Vec<_> = events.map(|entry| entry.event).collect();
    let (parts, mut photos) = (Array::new(), Vec::new());
    for photo in store.photos(me.person).await? {
        if photo.fate != PhotoFate::Waiting {
            continue;
        }
        let Some(bytes) = store.photo_bytes(me.person, &photo.hash).await? else {
            continue;
        };
        // Of its own: the browser may put it on disk before the next is read.
        let part = Array::of1(&Uint8Array::from(bytes.as_slice()));
        let part = Blob::new_with_u8_array_sequence(&part).map_err(failed)?;
        parts.push(&part);
        photos.push(UnsentPhoto {
            hash: photo.hash,
            bytes: bytes.len() as u64,
        });
    }
    let now = browser::now();
    let (events_saved, photos_saved) = (events.len(), photos.len());
    let unsent = Unsent {
        jurisdiction: me.jurisdiction,
        device: tablet.device(),
        person: me.person,
        name: me.name,
        saved_at: now,
        events,
        photos,
        signed: Vec::new(),
    };
    let unsent = signed(tablet, unsent).await;
    let head = Array::of1(&unsent.head().into());
    let head = Blob::new_with_str_sequence(&head).map_err(failed)?;
    parts.unshift(&head);
    let file = Blob::new_with_blob_sequence(&parts).map_err(failed)?;
    let at = wall_text(now, &me.time_zone).replace([':', ' ', '-'], "");
    save_blob(&format!("{}-{at}.dubang", me.sign_in_name), &file);
    Ok(Some((events_saved, photos_saved)))
}

/// Signed as it is to be sent, where this tablet has a key.
async fn signed(tablet: Tablet, mut unsent: Unsent) -> Unsent {
    for push in unsent.batches() {
        let events = u32::try_from(push.events.len()).unwrap_or(u32::MAX);
        let push = tablet.signed(push.events).await;
        unsent.signed.extend(
            push.signature
                .map(|signature| SignedBatch { events, signature }),
        );
    }
    unsent
}

fn failed(error: wasm_bindgen::JsValue) -> StoreError {
    StoreError::Failed(format!("{error:?}"))
}
