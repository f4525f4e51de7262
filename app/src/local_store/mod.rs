//! What the tablet keeps: everything a person enters, what others recorded, and what still has to be sent.
//!
//! # Layout
//! - [`LocalStore`]: what a store can do, each act whole or not at all; [`StoreError`]: why it could not
//! - [`draft`]: an inspection being filled in; [`entry`]: what else is kept
//! - `indexed_db`: the browser's database; [`memory`]: the same contract without a browser
//! - `contract`: the one suite that says what a store promises
//!
//! Everything but photos belongs to a person: two inspectors who share a tablet do not read each other's assignments.

pub mod draft;
pub mod entry;
#[cfg(feature = "browser")]
pub mod indexed_db;
pub mod memory;

#[cfg(test)]
mod contract;

use async_trait::async_trait;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, InspectionId, PersonId};
use domain::record::Authored;
use domain::{Language, say};
use sync::outbox::Delivery;

pub use draft::{Draft, FindingDraft};
pub use entry::{Account, Act, DraftChange, OutboxEntry, PhotoFate, PhotoRecord, Standing};

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
                "本机存储空间已满，刚才的内容没有保存。请清理空间后再改动一次",
                "The tablet is full; the last entry was not saved. Free some space, then make the change again"
            ),
            StoreError::Failed(detail) | StoreError::Unreadable(detail) => say!(
                language,
                "本机保存失败（{detail}）。请勿关闭页面，再试一次",
                "Saving on the tablet failed ({detail}). Do not close the page; try again"
            ),
        }
    }
}

/// A place to keep things in. Each call is one transaction: when it returns `Ok`, all of it is on disk; otherwise none is.
#[async_trait(?Send)]
pub trait LocalStore {
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

    async fn drafts(&self, person: PersonId) -> Result<Vec<Draft>, StoreError>;

    /// Keeps a draft as it now is, with a photo just taken for it.
    async fn save_draft(
        &self,
        person: PersonId,
        draft: &Draft,
        photo: Option<(PhotoRecord, Vec<u8>)>,
    ) -> Result<(), StoreError>;

    /// What is known of every photo here.
    async fn photos(&self) -> Result<Vec<PhotoRecord>, StoreError>;

    async fn photo_bytes(&self, hash: &PhotoHash) -> Result<Option<Vec<u8>>, StoreError>;

    /// Notes what became of a photo.
    async fn set_photo_fate(&self, hash: &PhotoHash, fate: PhotoFate) -> Result<(), StoreError>;
}

/// What becomes of a person's photos of an inspection when it is handed in: those it names are sent, the others go.
fn fates_at_submission<'a>(
    photos: impl Iterator<Item = &'a PhotoRecord>,
    inspection: InspectionId,
    person: PersonId,
    sent: &[PhotoHash],
) -> (Vec<PhotoRecord>, Vec<PhotoHash>) {
    let mut waiting = Vec::new();
    let mut unused = Vec::new();
    for photo in photos.filter(|photo| photo.fate == PhotoFate::OfDraft && photo.by == person) {
        if sent.contains(&photo.hash) {
            waiting.push(PhotoRecord {
                fate: PhotoFate::Waiting,
                ..photo.clone()
            });
        } else if photo.inspection == inspection {
            unused.push(photo.hash.clone());
        }
    }
    (waiting, unused)
}
