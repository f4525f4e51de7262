//! Keeping what was not sent as a file: the last resort, when the tablet finds no network any more or is to be given up.

use domain::finding::PhotoHash;
use domain::id::PersonId;
use domain::{Language, Text, say};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use sync::outbox::Delivery;
use sync::unsent::{
    DraftPhoto, HEAD_BYTE_LIMIT, SignedBatch, Unsent, UnsentDraft, UnsentFault, UnsentPhoto,
};
use web_sys::Blob;

use super::browser;
use super::icon::{Icon, IconName};
use super::piece::Piece;
use super::tablet::{Tablet, tablet};
use crate::clock::wall_text;
use crate::i18n::{language, said};
use crate::local_store::{Draft, PhotoFate, PhotoRecord, StoreError};
use crate::widgets::browser::save_blob;

/// Offered while something is here alone.
#[component]
pub fn SaveUnsent() -> Piece {
    let tablet = tablet();
    let anything =
        Memo::new(move |_| tablet.unsent() > 0 || tablet.drafts.with(|drafts| !drafts.is_empty()));
    let outcome = RwSignal::new(None::<Result<Saved, NotSaved>>);
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
                    "把文件拷到任何一台能上网的电脑，用本人账号登录办公端，在“导入平板文件”中导入。尚未提交的检查内容也在文件里，用本人账号在另一台平板的这个页面接着填写。平板上的内容不变，恢复联网后仍会发送，不会重复。文件没有加密，请只交给可以看到这些内容的人。",
                    "Copy the file to any computer with a network, sign in to the office with your own account and open “Import a tablet’s file”. What is not handed in yet is in the file as well: go on with it on this page of another tablet, with your own account. Nothing changes on this tablet; should it find a network after all, it sends as before, and nothing counts twice. The file is not sealed: give it to nobody who may not see what is in it.",
                ))}</p>
                <p><button class="button" type="button" data-test="save-unsent-now" aria-busy=move || busy.get().then_some("true") on:click=save>
                    <Icon name=IconName::Download/>{said(Text::new("保存文件", "Save the file"))}
                </button></p>
                {move || outcome.get().map(|outcome| match outcome {
                    Ok(Saved { events, photos, drafts, lacking }) => view! {
                        <p role="status" data-test="saved-unsent">{say!(
                            language(),
                            "已保存：{events} 条记录，{photos} 张照片，{drafts} 次尚未提交的检查。请确认文件在下载目录中。",
                            "Saved. Events: {events}; photos: {photos}; visits not handed in: {drafts}. See that the file is among the downloads."
                        )}</p>
                        {(lacking > 0).then(|| view! { <p role="alert">{say!(
                            language(),
                            "有 {lacking} 份照片或录音、录像没有保存好，不在文件里。",
                            "Photos and recordings that are not kept on this tablet, and not in the file: {lacking}."
                        )}</p> })}
                    },
                    Err(error) => view! { <p role="alert">{error.text(language())}</p> },
                })}
            </details>
        </Show>
    }
}

/// How much went into a file.
#[derive(Clone, Copy)]
struct Saved {
    events: usize,
    /// Those of what is not handed in among them.
    photos: usize,
    drafts: usize,
    /// Photos that are not on disk, as those under way, or not there any more.
    lacking: usize,
}

/// Why there is no file.
#[derive(Clone)]
enum NotSaved {
    Store(StoreError),
    /// More than can be taken in anywhere.
    TooLarge,
}

impl From<StoreError> for NotSaved {
    fn from(error: StoreError) -> NotSaved {
        NotSaved::Store(error)
    }
}

impl NotSaved {
    fn text(&self, language: Language) -> String {
        match self {
            NotSaved::Store(error) => error.text(language),
            NotSaved::TooLarge => UnsentFault::TooLarge.text(language),
        }
    }
}

/// How much went into the file; None where nobody is signed in.
async fn save(tablet: Tablet) -> Result<Option<Saved>, NotSaved> {
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
    let (begun, mut lacking) = begun(tablet);
    let taken = store.photos(me.person).await?;
    for photo in &taken {
        if photo.fate == PhotoFate::Waiting
            && let Some(bytes) = put_in(tablet, me.person, &photo.hash, &parts).await?
        {
            photos.push(UnsentPhoto {
                hash: photo.hash.clone(),
                bytes,
            });
        }
    }
    // What was cut off is taken up when its visit is next opened.
    let recordings = store.recordings(me.person).await?.into_iter();
    let cut_off = recordings.filter(|recording| tablet.at_work(recording.inspection).is_none());
    lacking += cut_off.count();
    let mut drafts = Vec::new();
    for draft in begun {
        let of_draft = with_photos(tablet, me.person, &draft, &taken, &parts).await?;
        lacking += draft.named().len() - of_draft.photos.len();
        drafts.push(of_draft);
    }
    let now = browser::now();
    let of_drafts: usize = drafts.iter().map(|draft| draft.photos.len()).sum();
    let saved = Saved {
        events: events.len(),
        photos: photos.len() + of_drafts,
        drafts: drafts.len(),
        lacking,
    };
    let unsent = Unsent {
        jurisdiction: me.jurisdiction,
        device: tablet.device(),
        person: me.person,
        name: me.name,
        saved_at: now,
        events,
        photos,
        signed: Vec::new(),
        drafts,
    };
    let unsent = signed(tablet, unsent).await;
    let head = unsent.head();
    if head.len() as u64 > HEAD_BYTE_LIMIT {
        return Err(NotSaved::TooLarge);
    }
    let head = Array::of1(&head.into());
    let head = Blob::new_with_str_sequence(&head).map_err(failed)?;
    parts.unshift(&head);
    let file = Blob::new_with_blob_sequence(&parts).map_err(failed)?;
    let at = wall_text(now, &me.time_zone).replace([':', ' ', '-'], "");
    save_blob(&format!("{}-{at}.dubang", me.sign_in_name), &file);
    Ok(Some(saved))
}

/// What is not handed in, as it stands on the glass: what is not on disk yet, or cannot be, is in it as well; but for photos under way, of
/// which it gives how many there are.
fn begun(tablet: Tablet) -> (Vec<Draft>, usize) {
    let mut under_way = 0;
    let drafts = tablet.drafts.get_untracked().into_values();
    let begun = drafts.map(|draft| match tablet.at_work(draft.inspection) {
        Some(open) => {
            under_way += open.photos_under_way.get_untracked();
            open.draft()
        }
        None => draft,
    });
    (begun.collect(), under_way)
}

/// Puts a photo behind the parts of the file; gives how many bytes it has, None where they are not here.
async fn put_in(
    tablet: Tablet,
    person: PersonId,
    hash: &PhotoHash,
    parts: &Array,
) -> Result<Option<u64>, StoreError> {
    let Some(bytes) = tablet.store().photo_bytes(person, hash).await? else {
        return Ok(None);
    };
    // Of its own: the browser may put it on disk before the next is read.
    let part = Array::of1(&Uint8Array::from(bytes.as_slice()));
    let part = Blob::new_with_u8_array_sequence(&part).map_err(failed)?;
    parts.push(&part);
    Ok(Some(bytes.len() as u64))
}

/// A visit that is not handed in, with what it names of all that was taken.
async fn with_photos(
    tablet: Tablet,
    person: PersonId,
    draft: &Draft,
    taken: &[PhotoRecord],
    parts: &Array,
) -> Result<UnsentDraft, StoreError> {
    let content =
        serde_json::to_string(draft).map_err(|error| StoreError::Failed(error.to_string()))?;
    let mut photos = Vec::new();
    for hash in draft.named() {
        let Some(photo) = taken.iter().find(|photo| photo.hash == hash) else {
            continue;
        };
        if let Some(bytes) = put_in(tablet, person, &photo.hash, parts).await? {
            photos.push(DraftPhoto {
                hash: photo.hash.clone(),
                bytes,
                media_type: photo.media_type.clone(),
                taken_at: photo.taken_at,
            });
        }
    }
    Ok(UnsentDraft {
        inspection: draft.inspection,
        saved_at: draft.saved_at,
        content,
        photos,
    })
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
