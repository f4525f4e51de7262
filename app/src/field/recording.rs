//! Recordings on disk while they are under way: kept part by part, and taken up again where the page was gone before one had ended.

use std::sync::Arc;

use domain::media::{Media, MediaRefusal};
use form::QuestionKind;
use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use js_sys::Uint8Array;
use leptos::prelude::Update as _;
use sync::protocol::PHOTO_BYTE_LIMIT;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::open_inspection::{OpenInspection, PhotoPlace, Taking};
use super::photo_capture::Captured;
use crate::local_store::Recording;

pub async fn bytes_of(blob: &Blob) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Bytes that answer a question of this kind.
pub fn answering(bytes: Vec<u8>, kind: QuestionKind) -> Result<Captured, MediaRefusal> {
    let media_type = Media::of(&bytes).and_then(|media| media.answering(kind))?;
    Ok(Captured::of(bytes, media_type))
}

/// Keeps the parts of a recording as they come, until there are no more. One that cannot be kept is the last, so that nothing is missing in the
/// middle: the recording goes on, and is kept when it ends.
pub async fn keep_parts(
    open: &OpenInspection,
    recording: &Recording,
    mut parts: UnboundedReceiver<Blob>,
) {
    let mut number = 0;
    while let Some(part) = parts.next().await {
        let Ok(bytes) = bytes_of(&part).await else {
            return;
        };
        // Elsewhere it may have been taken up already.
        if !open.is_at_work() {
            return;
        }
        let kept = open.store().keep_part(recording, number, bytes).await;
        if kept.is_err() {
            return;
        }
        number += 1;
    }
}

/// Forgets a recording that was kept as a file, or thrown away. Where the visit is not this page's any more, it stays for whoever takes it up.
pub async fn forget(open: &OpenInspection, recording: &Recording) {
    if open.is_at_work() {
        // What is still here is found to be kept already when the visit is next opened.
        let Recording { by, id, .. } = *recording;
        drop(open.store().forget_recording(by, id).await);
    }
}

/// Keeps what there is of recordings that had not ended when the page was last gone.
pub async fn take_up_cut_off(open: Arc<OpenInspection>) {
    // What cannot be read now is taken up when the visit is next opened.
    let Ok(recordings) = open.store().recordings(open.person()).await else {
        return;
    };
    for recording in recordings {
        if recording.inspection == open.id {
            let taking = open.takes_photo();
            if let Ok(parts) = open.store().parts(recording.by, recording.id).await {
                keep_cut_off(&open, &taking, &recording, &parts).await;
                forget(&open, &recording).await;
            }
        }
    }
}

async fn keep_cut_off(
    open: &Arc<OpenInspection>,
    taking: &Taking,
    recording: &Recording,
    parts: &[Vec<u8>],
) {
    let asked = open.form.with(|instance| {
        let node = instance.named(&recording.item)?;
        Some((node, instance.question(node)?.kind))
    });
    // Its instance of a repeat may have been taken out.
    let Some((node, kind)) = asked else { return };
    let mut bytes = Vec::new();
    for part in parts {
        if bytes.len() + part.len() > PHOTO_BYTE_LIMIT {
            break;
        }
        bytes.extend(part);
    }
    // Without its beginning nothing plays it.
    let Ok(captured) = answering(bytes, kind) else {
        return;
    };
    let place = PhotoPlace::Answer(node);
    if open.has_place(place) && !open.has_photo(&captured) {
        let begun_at = recording.begun_at;
        open.keep_photo_of(taking, captured, place, begun_at).await;
        open.cut_off.update(|cut_off| cut_off.push(node));
    }
}
