//! Recordings on disk while they are under way: kept part by part, and taken up again where the page was gone before one had ended.

use std::sync::Arc;

use domain::finding::PHOTO_LIMIT;
use domain::instant::Instant;
use domain::media::{Media, MediaRefusal};
use form::{NodeId, QuestionKind};
use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use leptos::prelude::Update as _;
use sync::protocol::PHOTO_BYTE_LIMIT;
use uuid::Uuid;
use web_sys::Blob;

use super::open_inspection::{OpenInspection, PhotoPlace, Taking, try_again_after};
use super::photo_capture::{Captured, blob_bytes};
use crate::local_store::{Recording, StoreError};

/// Bytes that answer a question of this kind.
pub fn answering(bytes: Vec<u8>, kind: QuestionKind) -> Result<Captured, MediaRefusal> {
    let media_type = Media::of(&bytes).and_then(|media| media.answering(kind))?;
    Ok(Captured::of(bytes, media_type))
}

/// A recording that is under way on this page.
#[derive(Clone, Copy)]
pub struct UnderWay {
    pub id: Uuid,
    /// What it answers.
    pub node: NodeId,
    pub begun_at: Instant,
}

impl UnderWay {
    pub fn begin(open: &OpenInspection, node: NodeId) -> UnderWay {
        UnderWay {
            id: Uuid::now_v7(),
            node,
            begun_at: open.now(),
        }
    }

    /// Keeps its parts as they come, one after the other, until there are no more.
    pub async fn keep(self, open: &OpenInspection, mut parts: UnboundedReceiver<Blob>) {
        let (store, mut number) = (open.store(), 0);
        while let Some(part) = parts.next().await {
            let Ok(bytes) = blob_bytes(&part).await else {
                return;
            };
            let mut failures = 0;
            loop {
                // Where the visit is not this page's any more, it may have been taken up already.
                if !open.is_at_work() {
                    return;
                }
                let recording = Recording {
                    id: self.id,
                    by: open.person(),
                    inspection: open.id,
                    // Taking out an instance of a repeat changes what those behind it are called.
                    item: open.form.with(|instance| instance.name(self.node)),
                    begun_at: self.begun_at,
                };
                let kept = store.keep_part(&recording, number, bytes.clone());
                if kept.await.is_ok() {
                    break;
                }
                failures += 1;
                try_again_after(failures).await;
            }
            number += 1;
        }
    }

    /// Forgets it: it was thrown away, or is nothing that could be kept.
    pub async fn forget(self, open: &OpenInspection) {
        let (store, mut failures) = (open.store(), 0);
        while store
            .forget_recording(open.person(), self.id)
            .await
            .is_err()
        {
            failures += 1;
            try_again_after(failures).await;
        }
    }
}

/// Keeps what there is of recordings that had not ended when the page was last gone.
pub async fn take_up(open: Arc<OpenInspection>) {
    let (store, person) = (open.store(), open.person());
    let Some(recordings) = read(&open, || store.recordings(person)).await else {
        return;
    };
    let of_this = recordings
        .into_iter()
        .filter(|recording| recording.inspection == open.id);
    for recording in of_this {
        let taking = open.takes_photo();
        if let Some(parts) = read(&open, || store.parts(person, recording.id)).await {
            keep(&open, &taking, &recording, parts).await;
        }
    }
}

/// What the store gives, once it does: the visit is not handed in without it. None of what this page cannot read, which is taken up when the
/// visit is next opened.
async fn read<T, Reading: Future<Output = Result<T, StoreError>>>(
    open: &Arc<OpenInspection>,
    reads: impl Fn() -> Reading,
) -> Option<T> {
    let (mut hold, mut failures) = (None, 0);
    loop {
        match reads().await {
            Ok(read) => return Some(read),
            Err(StoreError::Failed(_) | StoreError::Full(_)) if open.is_at_work() => {
                hold.get_or_insert_with(|| open.takes_photo());
                failures += 1;
                try_again_after(failures).await;
            }
            Err(_) => return None,
        }
    }
}

/// What was recorded is the answer it was to be, if there is room for it; else it stays on the tablet as a photo that was put nowhere.
async fn keep(
    open: &Arc<OpenInspection>,
    taking: &Taking,
    recording: &Recording,
    parts: Vec<Vec<u8>>,
) {
    let mut bytes = Vec::new();
    for part in parts {
        if bytes.len() + part.len() > PHOTO_BYTE_LIMIT {
            break;
        }
        bytes.extend(part);
    }
    let asked = open.form.with(|instance| {
        let node = instance.named(&recording.item)?;
        Some((node, instance.question(node)?.kind))
    });
    let (place, captured) = if let Some((node, kind)) = asked {
        let place = PhotoPlace::Answer(node);
        let takes = open.has_place(place) && open.photos_at(place).len() < PHOTO_LIMIT;
        (takes.then_some((node, place)), answering(bytes, kind))
    } else {
        let media_type = Media::of(&bytes).map(Media::media_type);
        let captured = media_type.map(|media_type| Captured::of(bytes, media_type));
        (None, captured)
    };
    // Nothing plays what is neither sound nor a picture.
    let new = captured.ok().filter(|captured| !open.has_photo(captured));
    let Some(captured) = new else {
        // What is still there is looked at again when the visit is next opened.
        drop(
            open.store()
                .forget_recording(recording.by, recording.id)
                .await,
        );
        return;
    };
    let (begun_at, id) = (recording.begun_at, Some(recording.id));
    let where_to = place.map(|(_, place)| place);
    let kept = open.keep_photo_of(taking, captured, where_to, begun_at, id);
    if let (true, Some((node, _))) = (kept.await, place) {
        open.cut_off.update(|cut_off| cut_off.push(node));
    }
}
