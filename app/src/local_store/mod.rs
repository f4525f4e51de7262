//! What the tablet keeps: everything a person enters, what others recorded, and what still has to be sent.
//!
//! # Layout
//! - [`LocalStore`]: what a store can do, each act whole or not at all; [`StoreError`]: why it could not
//! - [`draft`]: an inspection being filled in; [`entry`]: what else is kept
//! - [`seal`]: how it is sealed; [`custody`]: in whose hands the key lies
//! - `indexed_db`: the browser’s database (its `connection`; what `values` it holds), `draft_writer` a thread that writes drafts there; [`memory`]: the same contract without a browser
//! - `contract`: the one suite that says what a store promises
//!
//! Everything belongs to a person, and is sealed by a key of theirs: two inspectors who share a tablet do not read each other's
//! assignments, and a picture that both chose is a photo of each. What a
//! person entered is never deleted: a draft that was handed in is kept as it then was, with its photos, those that were sent and those
//! that were not. A server restored from a copy may lack photos that it once received ([`sync::confirmation`]): it gets them again for
//! as long as the browser keeps this store.

pub mod custody;
pub mod draft;
#[cfg(feature = "browser")]
mod draft_writer;
pub mod entry;
#[cfg(feature = "browser")]
pub mod indexed_db;
pub mod memory;
pub mod seal;

#[cfg(test)]
mod contract;

use async_trait::async_trait;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, PersonId};
use domain::record::Authored;
use domain::{Language, say};
use sync::outbox::Delivery;
use uuid::Uuid;

pub use draft::{
    Draft, EntranceDraft, FindingDraft, OtherDraft, SignatureDrafts, SignedDraft, Signer,
};
pub use entry::{
    Account, Act, DraftChange, NewPhoto, OutboxEntry, PhotoFate, PhotoRecord, Recording, Standing,
};

/// Why something could not be kept or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The browser offers no database, or forbids it (private browsing).
    #[error("this browser keeps nothing: {0}")]
    Unavailable(String),
    /// The disk or the browser's share of it is full.
    #[error("no space left: {0}")]
    Full(String),
    #[error("the store failed: {0}")]
    Failed(String),
    /// What lies in the store is not what this version wrote.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// What was kept here was cleared while these pages were open: nothing is told from it any more.
    #[error("the store was cleared")]
    Cleared,
    /// What is kept of the person is sealed, and their key is not at hand.
    #[error("sealed, and the key is not at hand")]
    Locked,
    /// What is kept of the person was sealed by another key than the one that is at hand.
    #[error("sealed by another key")]
    OtherKey,
    /// A newer version of these pages has taken the store over.
    #[error("the store belongs to a newer version")]
    Newer,
}

impl StoreError {
    /// What a person reads: what is wrong and what to do.
    pub fn text(&self, language: Language) -> String {
        match self {
            StoreError::Unavailable(_) => say!(
                language,
                "此浏览器不能在本机保存数据（可能是无痕模式）。请改用普通窗口或其他浏览器，否则填写的内容会丢失",
                "This browser keeps nothing on the tablet (a private window, perhaps). Use a normal window or another browser, or what you enter will be lost"
            ),
            StoreError::Full(_) => say!(
                language,
                "本机存储空间已满，刚才的内容还没有保存。请勿关闭页面，清理空间后会自动保存",
                "The tablet is full; the last entry is not saved yet. Do not close the page; free some space and it is saved by itself"
            ),
            StoreError::Failed(detail) | StoreError::Unreadable(detail) => say!(
                language,
                "本机保存失败（{detail}），正在自动重试。请勿关闭页面",
                "Saving on the tablet failed ({detail}) and is being tried again. Do not close the page"
            ),
            StoreError::Cleared => say!(
                language,
                "本机保存的内容已被清除，此页不能再保存。请记下还没有提交的内容，再重新打开此页",
                "What this tablet kept has been cleared, and this page can no longer save. Note down what is not submitted, then open this page again"
            ),
            StoreError::Locked => say!(
                language,
                "您保存在本机的内容已加密，需要服务器提供密钥才能打开。请稍后再登录；内容没有丢失",
                "What this tablet keeps of yours is sealed, and the server did not give its key. Sign in again later; nothing is lost"
            ),
            StoreError::OtherKey => say!(
                language,
                "您保存在本机的内容由另一密钥加密，现有密钥打不开。如果设过 PIN 码，请用 PIN 码解锁；否则请联系管理员。内容没有丢失",
                "What this tablet keeps of yours was sealed by another key than the server gave. If you set a PIN, unlock with it; otherwise ask an administrator. Nothing is lost"
            ),
            StoreError::Newer => say!(
                language,
                "另一个标签页已更新到新版本，此页不能再保存。请重新打开此页",
                "Another tab has moved to a newer version, and this page can no longer save. Open this page again"
            ),
        }
    }
}

/// How long to wait before something that could not be kept is tried once more, in milliseconds, after so many failures in a
/// row: a quarter of a second at first, so that a hiccup is not noticed, and never more than eight.
pub fn wait_before_retry(failures: u32) -> u64 {
    250 << failures.saturating_sub(1).min(5)
}

/// A place to keep things in. Each call is one transaction: when it returns `Ok`, all of it is on disk; otherwise none is.
#[async_trait(?Send)]
pub trait LocalStore {
    /// From now on another page keeps things: no draft whose writing is under way is written once more from here.
    fn retire(&self) {}

    /// The id of this browser profile: the one it has, or from now on `fresh`.
    async fn device(&self, fresh: DeviceId) -> Result<DeviceId, StoreError>;

    /// Who worked here last.
    async fn account(&self) -> Result<Option<Account>, StoreError>;

    async fn set_account(&self, account: &Account) -> Result<(), StoreError>;

    /// Everything a person's work is folded from: their own events and others', in the order they arrived here.
    async fn events(&self, person: PersonId) -> Result<Vec<Authored>, StoreError>;

    /// Where the next fetch of others' events goes on from; None before the first.
    async fn cursor(&self, person: PersonId) -> Result<Option<String>, StoreError>;

    /// Keeps events fetched for a person and moves the cursor. Gives those that were not here yet, in order.
    async fn take_in(
        &self,
        person: PersonId,
        events: Vec<Authored>,
        cursor: Option<&str>,
    ) -> Result<Vec<Authored>, StoreError>;

    /// Records what a person did: their events get the next numbers of their sequence on this device and go to the outbox;
    /// the draft and the photos change with them. Gives the events as they are now recorded.
    async fn record(&self, act: Act) -> Result<Vec<Authored>, StoreError>;

    /// A person's own events by sequence, sent or not.
    async fn outbox(&self, person: PersonId) -> Result<Vec<OutboxEntry>, StoreError>;

    /// Notes what became of events; those that are not in the outbox are passed over.
    async fn deliver(
        &self,
        person: PersonId,
        deliveries: &[(EventId, Delivery)],
    ) -> Result<(), StoreError>;

    /// A person's drafts, those handed in included.
    async fn drafts(&self, person: PersonId) -> Result<Vec<Draft>, StoreError>;

    /// Keeps a draft as it now is, with a photo just taken for it. A draft that was handed in stays as it was handed in, and the
    /// photo is kept beside it ([`PhotoFate::Kept`]).
    async fn save_draft(
        &self,
        person: PersonId,
        draft: &Draft,
        photo: Option<NewPhoto>,
    ) -> Result<(), StoreError>;

    /// Keeps a photo of a draft that is still to come, if it is not here already.
    async fn keep_photo(&self, record: &PhotoRecord, bytes: Vec<u8>) -> Result<(), StoreError>;

    /// What is known of a person's photos.
    async fn photos(&self, person: PersonId) -> Result<Vec<PhotoRecord>, StoreError>;

    async fn photo_bytes(
        &self,
        person: PersonId,
        hash: &PhotoHash,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Notes what became of a person's photo.
    async fn set_photo_fate(
        &self,
        person: PersonId,
        hash: &PhotoHash,
        fate: PhotoFate,
    ) -> Result<(), StoreError>;

    /// Keeps the part of this number of a recording that is under way, and with it what the recording now is.
    async fn keep_part(
        &self,
        recording: &Recording,
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<(), StoreError>;

    /// A person's recordings of which there is something here.
    async fn recordings(&self, person: PersonId) -> Result<Vec<Recording>, StoreError>;

    /// What there is of a recording, by the numbers of the parts.
    async fn parts(&self, person: PersonId, recording: Uuid) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Keeps nothing of a recording any more: it became a photo, or was thrown away.
    async fn forget_recording(&self, person: PersonId, recording: Uuid) -> Result<(), StoreError>;
}

/// What becomes of a person's photos when an inspection is handed in: those the submission names are sent, those the person
/// took out of it go, unless another draft of theirs names them, and whatever else was captured for it stays here.
#[derive(Debug, Default, PartialEq)]
struct PhotosAtSubmission {
    changed: Vec<PhotoRecord>,
    taken_out: Vec<PhotoHash>,
}

impl PhotosAtSubmission {
    fn of<'a>(
        photos: impl Iterator<Item = &'a PhotoRecord>,
        draft: &Draft,
        drafts: &[Draft],
        sent: &[PhotoHash],
    ) -> PhotosAtSubmission {
        let mut outcome = PhotosAtSubmission::default();
        let unsent =
            photos.filter(|photo| matches!(photo.fate, PhotoFate::OfDraft | PhotoFate::Kept));
        for photo in unsent {
            let fate = if sent.contains(&photo.hash) {
                PhotoFate::Waiting
            } else if photo.inspection != draft.inspection {
                continue;
            } else if draft.taken_out.contains(&photo.hash) {
                // The same picture is one photo, whichever visit it was first taken for.
                let mut others = drafts
                    .iter()
                    .filter(|other| other.inspection != draft.inspection);
                match others.find(|other| other.names(&photo.hash)) {
                    None => outcome.taken_out.push(photo.hash.clone()),
                    Some(other) => outcome.changed.push(PhotoRecord {
                        inspection: other.inspection,
                        ..photo.clone()
                    }),
                }
                continue;
            } else {
                PhotoFate::Kept
            };
            outcome.changed.push(PhotoRecord {
                fate,
                ..photo.clone()
            });
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::wait_before_retry;

    #[test]
    fn what_could_not_be_kept_is_tried_again_soon_and_then_less_often() {
        let waits = [0, 1, 2, 3, 4, 5, 6, 7, u32::MAX].map(wait_before_retry);
        assert_eq!(
            waits,
            [250, 250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]
        );
    }
}
