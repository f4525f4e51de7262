//! What every page of the field shares: the store, the facts folded from it, the outbox, who is signed in.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use domain::clock_offset::ClockOffset;
use domain::event::NewEvent;
use domain::finding::PhotoHash;
use domain::id::{DeviceId, EventId, InspectionId, PersonId};
use domain::inspection::InspectionRefusal;
use domain::instant::Instant;
use domain::record::Authored;
use domain::{Command, Refusal};
use form::Texts;
use futures::channel::mpsc::UnboundedSender;
use futures::future;
use leptos::prelude::*;
use sync::confirmation::Confirmation;
use sync::outbox::Delivery;
use sync::protocol::{Me, Push};
use sync::turn::Session;
use sync::upload::Uploads;
use uuid::Uuid;

use super::browser;
use super::local_facts::LocalFacts;
use super::open_inspection::OpenInspection;
use super::safe::{Found, Safe, UnlockError};
use super::signing_key::SigningKey;
use crate::local_store::custody::{Custody, Pin};
use crate::local_store::{
    Account, Act, Draft, DraftChange, LocalStore, OutboxEntry, PhotoFate, PhotoRecord, Standing,
    StoreError,
};

/// Whether what was entered is on disk.
#[derive(Clone, Debug, PartialEq)]
pub enum Saving {
    Saved,
    Busy,
    Failed(StoreError),
}

/// What carrying things to the server is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    Starting,
    Offline,
    SignIn,
    Sending,
    Fetching,
    UpToDate,
    /// The network is there and the server does not answer, or cannot do it now.
    Unreachable,
}

/// What these pages know of photos on their way to the server, and of those there.
#[derive(Clone, Default)]
struct Carried {
    confirmation: Confirmation,
    uploads: Uploads,
    enrolment: Enrolled,
}

/// Whether the server has the key by which this tablet signs.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Enrolled {
    #[default]
    NotAsked,
    /// It has, or takes none: of a tablet without a key, of somebody who inspects nothing, or since it is older than keys.
    Settled,
    /// It does not take it, and why.
    Refused(Texts),
}

/// What the tablet goes by, and what it keeps things in.
struct Own {
    store: Rc<dyn LocalStore>,
    device: DeviceId,
    /// None where the browser makes no keys.
    key: Option<Rc<SigningKey>>,
    safe: Rc<Safe>,
}

/// Whether the pages show what is kept here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    Open,
    /// Nobody touched it for a while, or somebody locked it: what was taken up stays, and what waits is sent.
    Covered,
    /// The pages were opened anew: nothing is taken up before the key is at hand.
    Sealed,
}

/// How what is kept of whoever works here is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// It lies here as it is: the browser makes no keys, or the server gave none.
    #[default]
    None,
    Sealed,
    Pin {
        idle_minutes: u32,
    },
}

/// What is kept of a person, as far as pages show it.
#[derive(Default)]
struct Work {
    facts: LocalFacts,
    outbox: Vec<OutboxEntry>,
    photos: Vec<PhotoRecord>,
    drafts: BTreeMap<InspectionId, Draft>,
    handed_in: BTreeMap<InspectionId, Draft>,
    protection: Protection,
}

impl Work {
    /// Nothing is seen of it.
    fn sealed(protection: Protection) -> Work {
        Work {
            protection,
            ..Work::default()
        }
    }
}

/// A handle that pages and tasks copy.
#[derive(Clone, Copy)]
pub struct Tablet {
    wake: StoredValue<UnboundedSender<()>>,
    own: StoredValue<Own, LocalStorage>,
    pub account: RwSignal<Option<Account>>,
    guard: RwSignal<(Lock, Protection)>,
    pub session: RwSignal<Session>,
    /// How often someone has signed in since the page opened: what an answer says of a session before is not said of this one.
    sign_ins: StoredValue<u32>,
    pub online: RwSignal<bool>,
    pub sync: RwSignal<SyncState>,
    pub pulled_at: RwSignal<Option<Instant>>,
    carried: RwSignal<Carried>,
    /// Why the last attempt to send or fetch failed, when there is more to say than that the server is out of reach.
    pub trouble: RwSignal<Option<Texts>>,
    pub saving: RwSignal<Saving>,
    pub facts: RwSignal<LocalFacts>,
    pub outbox: RwSignal<Vec<OutboxEntry>>,
    pub photos: RwSignal<Vec<PhotoRecord>>,
    /// What is being filled in.
    pub drafts: RwSignal<BTreeMap<InspectionId, Draft>>,
    /// What was handed in here, as it then was.
    pub handed_in: RwSignal<BTreeMap<InspectionId, Draft>>,
    /// The inspection on the glass: kept while its pages are left and entered again.
    pub open: RwSignal<Option<Arc<OpenInspection>>>,
    /// Every inspection that may still be saving, the one on the glass or one just left.
    at_work: StoredValue<Vec<Weak<OpenInspection>>>,
    retired: StoredValue<bool>,
    /// The element the next page shall bring under the eyes.
    pub look_at: RwSignal<Option<String>>,
}

/// The tablet of this page.
pub fn tablet() -> Tablet {
    expect_context()
}

/// Why something a person did was not recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordError {
    Refused(Refusal),
    Store(StoreError),
    SignedOut,
    /// A photo of the visit is not on disk yet.
    PhotoUnderWay,
    /// The visit is being handed in or laid aside already.
    UnderWay,
    /// The browser made no picture of what was signed.
    NotDrawn,
}

/// Why a draft from elsewhere is not gone on with.
#[derive(Clone, Debug, PartialEq)]
pub enum TakeOverError {
    /// Something is otherwise than when a person asked for it.
    Changed,
    Store(StoreError),
}

impl RecordError {
    pub fn text(&self, language: domain::Language) -> String {
        match self {
            RecordError::Refused(refusal) => domain::field::refusal_text(refusal, language),
            RecordError::Store(error) => error.text(language),
            RecordError::SignedOut => domain::say!(language, "请先登录", "Sign in first"),
            RecordError::PhotoUnderWay => domain::say!(
                language,
                "还有照片或录音、录像正在录制或保存，还没有提交。请在其保存后再试",
                "A photo or recording is still under way, and nothing was submitted. Try again once it is saved"
            ),
            RecordError::UnderWay => domain::say!(
                language,
                "这次检查正在提交或留存，请稍候",
                "This visit is being submitted or laid aside already; wait a moment"
            ),
            RecordError::NotDrawn => domain::say!(
                language,
                "签字没有保存成功，请再按一次“签字”",
                "The signature could not be kept; press “Sign” again"
            ),
        }
    }
}

impl Tablet {
    /// Opens what is kept here.
    pub async fn open(
        store: Rc<dyn LocalStore>,
        wake: UnboundedSender<()>,
        key: impl Future<Output = Option<SigningKey>>,
        safe: Safe,
    ) -> Result<Tablet, StoreError> {
        let device = store.device(DeviceId(Uuid::now_v7()));
        let (device, account, key) = future::join3(device, store.account(), key).await;
        let (device, account) = (device?, account?);
        let tablet = Tablet {
            wake: StoredValue::new(wake),
            own: StoredValue::new_local(Own {
                store,
                device,
                key: key.map(Rc::new),
                safe: Rc::new(safe),
            }),
            account: RwSignal::new(None),
            guard: RwSignal::new((Lock::Open, Protection::None)),
            session: RwSignal::new(Session::NotAsked),
            sign_ins: StoredValue::new(0),
            online: RwSignal::new(browser::online()),
            sync: RwSignal::new(SyncState::Starting),
            pulled_at: RwSignal::new(None),
            carried: RwSignal::new(Carried::default()),
            trouble: RwSignal::new(None),
            saving: RwSignal::new(Saving::Saved),
            facts: RwSignal::new(LocalFacts::default()),
            outbox: RwSignal::new(Vec::new()),
            photos: RwSignal::new(Vec::new()),
            drafts: RwSignal::new(BTreeMap::new()),
            handed_in: RwSignal::new(BTreeMap::new()),
            open: RwSignal::new(None),
            at_work: StoredValue::new(Vec::new()),
            retired: StoredValue::new(false),
            look_at: RwSignal::new(None),
        };
        if let Some(account) = account {
            if account.standing == Standing::SignedIn {
                let person = account.me.person;
                match tablet.safe().open(person, None).await? {
                    Found::Open => {
                        let work = tablet.read(person).await?;
                        tablet.take(work);
                    }
                    Found::Sealed => {
                        let protection = tablet.protection_of(person).await?;
                        tablet.guard.set((Lock::Sealed, protection));
                    }
                }
            }
            tablet.account.set(Some(account));
        }
        Ok(tablet)
    }

    pub fn store(self) -> Rc<dyn LocalStore> {
        self.own.with_value(|own| Rc::clone(&own.store))
    }

    pub fn device(self) -> DeviceId {
        self.own.with_value(|own| own.device)
    }

    /// By which it signs; None where the browser makes no keys.
    pub fn key(self) -> Option<Rc<SigningKey>> {
        self.own.with_value(|own| own.key.clone())
    }

    /// The keys by which what is kept here is sealed.
    pub fn safe(self) -> Rc<Safe> {
        self.own.with_value(|own| Rc::clone(&own.safe))
    }

    pub fn lock(self) -> Lock {
        self.guard.get().0
    }

    pub fn lock_untracked(self) -> Lock {
        self.guard.get_untracked().0
    }

    fn set_lock(self, lock: Lock) {
        self.guard.update(|(known, _)| *known = lock);
    }

    pub fn protection(self) -> Protection {
        self.guard.get().1
    }

    pub fn protection_untracked(self) -> Protection {
        self.guard.get_untracked().1
    }

    /// How what is kept of a person is protected.
    async fn protection_of(self, person: PersonId) -> Result<Protection, StoreError> {
        let safe = self.safe();
        Ok(match safe.custody(person).await? {
            Some(Custody { pin: Some(pin), .. }) => Protection::Pin {
                idle_minutes: pin.idle_minutes,
            },
            _ if safe.key(person).is_some() => Protection::Sealed,
            _ => Protection::None,
        })
    }

    /// Looks again at how what is kept of whoever works here is protected.
    pub async fn look_at_protection(self) -> Result<(), StoreError> {
        let Some(person) = self.person_untracked() else {
            return Ok(());
        };
        let protection = self.protection_of(person).await?;
        // Somebody else may have begun to work here meanwhile.
        if self.person_untracked() == Some(person) {
            self.guard.update(|(_, known)| *known = protection);
        }
        Ok(())
    }

    /// Covers the pages until the PIN is entered, where there is one.
    pub fn cover(self) {
        let has_pin = matches!(self.protection_untracked(), Protection::Pin { .. });
        if has_pin && self.lock_untracked() == Lock::Open && self.person_untracked().is_some() {
            self.set_lock(Lock::Covered);
        }
    }

    /// Shows what is kept here to whoever works here, once they entered their PIN.
    pub async fn unlock(self, pin: &Pin) -> Result<(), UnlockError> {
        let person = self.person_untracked().ok_or(UnlockError::PasswordNeeded)?;
        self.safe().unlock(person, pin).await?;
        self.let_in(person).await?;
        Ok(())
    }

    /// Shows what is kept here to whoever works here and is known to be there.
    pub async fn let_in(self, person: PersonId) -> Result<(), StoreError> {
        if self.lock_untracked() == Lock::Sealed {
            let work = self.read(person).await?;
            self.take(work);
        }
        self.set_lock(Lock::Open);
        self.wake();
        Ok(())
    }

    /// A push of this tablet, signed where it can. One that it cannot sign is sent all the same: the server keeps it for a person.
    pub async fn signed(self, events: Vec<Authored>) -> Push {
        let mut push = Push {
            device: self.device(),
            events,
            signature: None,
        };
        if let Some(key) = self.key() {
            push.signature = key.sign(&push.signed_bytes()).await;
        }
        push
    }

    /// How far this tablet's clock is from the server's, as far as it was heard.
    pub fn clock(self) -> ClockOffset {
        self.account.with_untracked(|account| {
            account
                .as_ref()
                .map_or_else(ClockOffset::default, |account| account.clock)
        })
    }

    /// The time, by the server's clock: that of what is recorded.
    pub fn now(self) -> Instant {
        self.clock().after_jump(browser::now(), browser::jumped())
    }

    /// Who works here; None when signed out.
    pub fn me(self) -> Option<Me> {
        self.account.with(|account| signed_in(account.as_ref()))
    }

    pub fn me_untracked(self) -> Option<Me> {
        self.account
            .with_untracked(|account| signed_in(account.as_ref()))
    }

    pub fn person_untracked(self) -> Option<PersonId> {
        self.me_untracked().map(|me| me.person)
    }

    pub fn sign_ins(self) -> u32 {
        self.sign_ins.get_value()
    }

    pub fn time_zone(self) -> String {
        self.account.with(|account| {
            account
                .as_ref()
                .map_or_else(|| "UTC".to_owned(), |account| account.me.time_zone.clone())
        })
    }

    /// Where maps have their tiles from, and who made them; None where none are offered.
    pub fn map_tiles(self) -> Option<(String, Option<String>)> {
        self.account.with(|account| {
            let me = &account.as_ref()?.me;
            Some((me.map_tiles.clone()?, me.map_credit.clone()))
        })
    }

    /// Lets the sync runner look at what there is to do.
    pub fn wake(self) {
        // The runner lives as long as the page.
        self.wake.with_value(|wake| drop(wake.unbounded_send(())));
    }

    /// Events and photos that are not on the server yet.
    pub fn unsent(self) -> usize {
        let events = self.outbox.with(|outbox| {
            outbox
                .iter()
                .filter(|entry| {
                    matches!(
                        entry.delivery,
                        Delivery::Waiting | Delivery::NeedsAttention { .. }
                    )
                })
                .count()
        });
        let photos = self.photos.with(|photos| {
            photos
                .iter()
                .filter(|photo| {
                    matches!(photo.fate, PhotoFate::Waiting | PhotoFate::Refused { .. })
                })
                .count()
        });
        events + photos
    }

    /// How far asking is whether the server still has the photos it received.
    pub fn confirmation(self) -> Confirmation {
        self.carried
            .with_untracked(|carried| carried.confirmation.clone())
    }

    pub fn confirm(self, change: impl FnOnce(&mut Confirmation)) {
        self.carried
            .update_untracked(|carried| change(&mut carried.confirmation));
    }

    /// Whether the server has the key of this tablet; pages that show it follow.
    pub fn enrolled(self) -> Enrolled {
        self.carried.with(|carried| carried.enrolment.clone())
    }

    pub fn enrolled_untracked(self) -> Enrolled {
        self.carried
            .with_untracked(|carried| carried.enrolment.clone())
    }

    pub fn set_enrolled(self, enrolled: Enrolled) {
        self.carried.update(|carried| carried.enrolment = enrolled);
    }

    /// Where the uploads of photos stand; pages that show it follow.
    pub fn uploads<Outcome>(self, change: impl FnOnce(&mut Uploads) -> Outcome) -> Outcome {
        let mut carried = self.carried.get_untracked();
        let outcome = change(&mut carried.uploads);
        self.carried.set(carried);
        outcome
    }

    /// How much of a photo the server is known to have, in thousandths.
    pub fn uploaded(self, photo: &PhotoRecord) -> u64 {
        let offset = self
            .carried
            .with(|carried| carried.uploads.offset(&photo.hash));
        offset * 1_000 / u64::from(photo.bytes.max(1))
    }

    /// Something is being kept. That an earlier thing is not kept yet is said until it is.
    pub fn saving_begins(self) {
        self.saving.update(|saving| {
            if *saving == Saving::Saved {
                *saving = Saving::Busy;
            }
        });
    }

    /// The inspection with this id, if it is on the glass or still being saved: a second one would write over it.
    pub fn at_work(self, id: InspectionId) -> Option<Arc<OpenInspection>> {
        self.at_work.with_value(|all| {
            all.iter()
                .filter_map(Weak::upgrade)
                .find(|open| open.id == id && open.is_at_work())
        })
    }

    pub fn begins_work(self, open: &Arc<OpenInspection>) {
        self.at_work.update_value(|all| {
            all.retain(|open| open.strong_count() > 0);
            all.push(Arc::downgrade(open));
        });
        self.open.set(Some(Arc::clone(open)));
    }

    /// Nothing of whoever worked here is saved any more: what is here now is someone else's to change.
    fn end_work(self) {
        let all = self.at_work.try_update_value(std::mem::take);
        for open in all.unwrap_or_default().iter().filter_map(Weak::upgrade) {
            open.end();
        }
        self.open.set(None);
        self.saving.set(Saving::Saved);
    }

    /// Goes on with a draft that came from elsewhere, instead of whatever is here of its visit, which stays if the other cannot be kept; unless
    /// `still` does not hold any more, or that of here is being handed in or has a photo under way.
    ///
    /// # Errors
    /// [`TakeOverError::Changed`], [`TakeOverError::Store`].
    pub async fn take_over(
        self,
        person: PersonId,
        mut draft: Draft,
        still: impl FnOnce() -> bool,
    ) -> Result<(), TakeOverError> {
        let id = draft.inspection;
        if self.is_retired() || self.person_untracked() != Some(person) || !still() {
            return Err(TakeOverError::Changed);
        }
        let open = self.at_work(id);
        if let Some(open) = &open
            && (open.is_handing_in() || open.hand_in().is_err())
        {
            return Err(TakeOverError::Changed);
        }
        // What was taken here for what is given up is not counted among what is gone on with.
        let named = draft.named();
        self.photos.with_untracked(|photos| {
            let here = photos.iter().filter(|photo| photo.inspection == id);
            let given_up = here.filter(|photo| !named.contains(&photo.hash));
            let given_up: Vec<_> = given_up.map(|photo| photo.hash.clone()).collect();
            draft.taken_out.extend(given_up);
        });
        let kept = self.store().save_draft(person, &draft, None).await;
        if let Err(error) = kept {
            if let Some(open) = open {
                open.go_on();
            }
            return Err(TakeOverError::Store(error));
        }
        if self.is_retired() || self.person_untracked() != Some(person) {
            return Err(TakeOverError::Changed);
        }
        if let Some(open) = open {
            open.end();
            self.open.set(None);
            self.saving.set(Saving::Saved);
        }
        self.drafts.update(|drafts| drop(drafts.insert(id, draft)));
        // It is here, whether or not this can be read.
        drop(self.load_photos(person).await);
        Ok(())
    }

    /// Another tab has taken over: this one neither saves nor sends any more.
    pub fn retire(self) {
        self.retired.set_value(true);
        self.store().retire();
        self.end_work();
        self.wake();
    }

    pub fn is_retired(self) -> bool {
        self.retired.get_value()
    }

    /// A person's work, as the store has it.
    async fn read(self, person: PersonId) -> Result<Work, StoreError> {
        let store = self.store();
        // Asked for together: each takes the browser some time to answer.
        let (drafts, events, outbox, photos, protection) = future::try_join5(
            store.drafts(person),
            store.events(person),
            store.outbox(person),
            store.photos(person),
            self.protection_of(person),
        )
        .await?;
        let (handed_in, drafts) = drafts
            .into_iter()
            .map(|draft| (draft.inspection, draft))
            .partition(|(_, draft)| draft.is_handed_in());
        Ok(Work {
            facts: LocalFacts::of(&events),
            outbox,
            photos,
            drafts,
            handed_in,
            protection,
        })
    }

    /// Shows a person's work instead of what was there.
    fn take(self, work: Work) {
        self.end_work();
        self.pulled_at.set(None);
        self.confirm(Confirmation::begin_anew);
        self.set_enrolled(Enrolled::NotAsked);
        self.guard.set((Lock::Open, work.protection));
        self.photos.set(work.photos);
        self.facts.set(work.facts);
        self.outbox.set(work.outbox);
        self.drafts.set(work.drafts);
        self.handed_in.set(work.handed_in);
    }

    pub async fn load_photos(self, person: PersonId) -> Result<(), StoreError> {
        let photos = self.store().photos(person).await?;
        if self.person_untracked() == Some(person) {
            self.photos.set(photos);
        }
        Ok(())
    }

    /// Works for this person from now on, with a session the server has just confirmed.
    pub async fn adopt(self, me: Me, clock: ClockOffset) -> Result<(), StoreError> {
        if self.is_retired() {
            return Ok(());
        }
        let before = self.person_untracked();
        let account = Account {
            me,
            standing: Standing::SignedIn,
            clock,
        };
        let person = account.me.person;
        let safe = self.safe();
        // All of it is read before anything is changed: whoever worked here still does where that fails.
        let work = if before == Some(person) {
            None
        } else if safe.is_sealed(person) {
            // Not before their PIN is entered.
            Some(Work::sealed(self.protection_of(person).await?))
        } else {
            Some(self.read(person).await?)
        };
        self.store().set_account(&account).await?;
        if let Some(work) = work {
            if let Some(before) = before {
                // What is not written of it costs nobody anything: the key is not at hand any more.
                drop(safe.leave(before).await);
            }
            self.take(work);
            if safe.is_sealed(person) {
                self.set_lock(Lock::Sealed);
            }
        }
        self.account.set(Some(account));
        self.session.set(Session::Open);
        self.sign_ins.update_value(|sign_ins| *sign_ins += 1);
        self.wake();
        Ok(())
    }

    /// Nobody works here until someone signs in; everything stays where it is.
    pub async fn sign_out(self, standing: Standing) -> Result<(), StoreError> {
        let Some(mut account) = self.account.get_untracked() else {
            return Ok(());
        };
        account.standing = standing;
        self.store().set_account(&account).await?;
        self.take(Work::sealed(Protection::None));
        let left = self.safe().leave(account.me.person).await;
        self.account.set(Some(account));
        self.session.set(Session::Ended);
        left
    }

    /// Decides commands by the rules and records what follows from them, all or nothing.
    pub async fn carry_out(
        self,
        commands: &[Command],
        change: DraftChange,
    ) -> Result<(), RecordError> {
        let Some(me) = self.me_untracked() else {
            return Err(RecordError::SignedOut);
        };
        let now = self.now();
        let decided = match self
            .facts
            .with_untracked(|facts| facts.decide(commands, me.person, now))
        {
            Err(refusal) if is_settled_by_a_person(&refusal) => {
                self.decide_as_found(commands, &change, &me, now).await?
            }
            decided => decided.map_err(RecordError::Refused)?,
        };
        self.saving_begins();
        match self.record(&me, decided, now, change).await {
            Ok(()) => {
                self.saving.set(Saving::Saved);
                self.wake();
                Ok(())
            }
            Err(error) => {
                self.saving.set(Saving::Failed(error.clone()));
                Err(RecordError::Store(error))
            }
        }
    }

    /// Decides a handing in by what was known before another tablet handed the same visit in, or before it was cancelled.
    /// The server keeps such a record until a person settles it; here it must not be held back.
    async fn decide_as_found(
        self,
        commands: &[Command],
        change: &DraftChange,
        me: &Me,
        now: Instant,
    ) -> Result<Vec<NewEvent>, RecordError> {
        let events = self
            .store()
            .events(me.person)
            .await
            .map_err(RecordError::Store)?;
        let facts = match change {
            DraftChange::HandedIn { draft, .. } => {
                LocalFacts::as_found(&events, draft.inspection.assignment())
            }
            // What is begun or signed is not of a visit that is over.
            DraftChange::Begins(_) | DraftChange::Signs(_) => LocalFacts::of(&events),
        };
        facts
            .decide(commands, me.person, now)
            .map_err(RecordError::Refused)
    }

    async fn record(
        self,
        me: &Me,
        decided: Vec<NewEvent>,
        now: Instant,
        change: DraftChange,
    ) -> Result<(), StoreError> {
        let events = decided
            .into_iter()
            .filter_map(|new| {
                Some(Authored {
                    id: EventId(Uuid::now_v7()),
                    jurisdiction: me.jurisdiction,
                    stream: new.stream.to_string(),
                    kind: new.event.kind().to_owned(),
                    body: domain::field::body(&new.event)?,
                    actor: me.person,
                    device: Some(self.device()),
                    device_sequence: None,
                    occurred_at: now,
                })
            })
            .collect();
        let events = self
            .store()
            .record(Act {
                person: me.person,
                events,
                draft: change.clone(),
            })
            .await?;
        if self.person_untracked() != Some(me.person) {
            return Ok(());
        }
        self.facts.update(|facts| facts.take_in(&events));
        self.outbox.update(|outbox| {
            outbox.extend(events.into_iter().map(|event| OutboxEntry {
                event,
                delivery: Delivery::Waiting,
            }));
        });
        match change {
            DraftChange::Begins(draft) => self.drafts.update(|drafts| {
                drafts.entry(draft.inspection).or_insert(*draft);
            }),
            DraftChange::Signs(picture) => self.photos.update(|photos| photos.push(picture.0)),
            DraftChange::HandedIn { draft, photos } => {
                self.drafts
                    .update(|drafts| drop(drafts.remove(&draft.inspection)));
                self.handed_in
                    .update(|drafts| drop(drafts.insert(draft.inspection, *draft)));
                // It is recorded, whether or not this can be read; what it names is sent.
                if self.load_photos(me.person).await.is_err() {
                    self.photos.update(|all| {
                        let unsent = all.iter_mut().filter(|photo| {
                            matches!(photo.fate, PhotoFate::OfDraft | PhotoFate::Kept)
                        });
                        for photo in unsent.filter(|photo| photos.contains(&photo.hash)) {
                            photo.fate = PhotoFate::Waiting;
                        }
                    });
                }
            }
        }
        Ok(())
    }

    /// Notes what became of events.
    pub async fn deliver(
        self,
        person: PersonId,
        deliveries: &[(EventId, Delivery)],
    ) -> Result<(), StoreError> {
        self.store().deliver(person, deliveries).await?;
        self.outbox.update(|outbox| {
            for entry in outbox {
                if let Some((_, delivery)) = deliveries.iter().find(|(id, _)| *id == entry.event.id)
                {
                    entry.delivery = delivery.clone();
                }
            }
        });
        Ok(())
    }

    /// Notes what became of a person's photo.
    pub async fn photo_fate(
        self,
        person: PersonId,
        hash: &PhotoHash,
        fate: PhotoFate,
    ) -> Result<(), StoreError> {
        let store = self.store();
        store.set_photo_fate(person, hash, fate.clone()).await?;
        self.photos.update(|photos| {
            let same = |photo: &&mut PhotoRecord| photo.by == person && photo.hash == *hash;
            for photo in photos.iter_mut().filter(same) {
                photo.fate = fate.clone();
            }
        });
        Ok(())
    }
}

fn signed_in(account: Option<&Account>) -> Option<Me> {
    account
        .filter(|account| account.standing == Standing::SignedIn)
        .map(|account| account.me.clone())
}

/// Whether a refusal is one that the server answers by keeping the record for a person to settle.
fn is_settled_by_a_person(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Inspection(
            InspectionRefusal::AlreadySubmitted { .. } | InspectionRefusal::AssignmentCancelled
        )
    )
}
