//! Carries what was recorded here to the server and fetches what others recorded: one loop that asks the planner what comes
//! next and does it.
//!
//! It wakes when something is recorded, when the network returns, when the page comes back into view, when the service worker asks, and
//! when the planner said it would. The tab that runs it is the only one working (see `field::one_tab`). What is to be sent next lies ready
//! for the service worker, too, for when no page is open ([`parcel`]).

mod parcel;
mod server;

use domain::clock_offset::ClockOffset;
use domain::finding::PhotoHash;
use domain::id::{EventId, PersonId};
use domain::instant::Instant;
use domain::record::Hash;
use domain::{Language, say};
use form::Texts;
use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender};
use leptos::prelude::*;
use leptos::task::spawn_local;
use parcel::Parcel;
use sync::confirmation::{Confirmation, lacked};
use sync::local_key::AskLocalKey;
use sync::outbox::{Answered, Note, Sent, answered, reminded, stuck_from};
use sync::planner::{Next, Outgoing, Situation};
use sync::protocol::{Enrol, EventReceipt, Me, Push, Receipt, SignIn};
use sync::turn::{Memory, Outcome, Session, Turn};
use sync::upload::{Part, Step, Told, Uploads, Went};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

pub use server::{CallError, Ready, push as push_events};

use crate::field::browser;
use crate::field::safe::Found;
use crate::field::tablet::{Enrolled, Lock, Protection, Saving, SyncState, Tablet};
use crate::local_store::{OutboxEntry, PhotoFate, PhotoRecord, Standing, StoreError};

/// Why an act was not done.
enum ActError {
    Call(CallError),
    /// The tablet could not keep what came of it.
    Store(StoreError),
    /// The server has nothing against it and yet nothing moved on.
    NoProgress,
}

impl ActError {
    /// What a person should read of it.
    fn trouble(&self) -> Option<Texts> {
        let both = |text: &dyn Fn(Language) -> String| {
            Texts::both(text(Language::Chinese), text(Language::English))
        };
        match self {
            ActError::Call(CallError::Unreachable) | ActError::NoProgress => None,
            ActError::Call(error) => Some(both(&|language| error.text(language))),
            ActError::Store(error) => Some(both(&|language| error.text(language))),
        }
    }
}

impl From<CallError> for ActError {
    fn from(error: CallError) -> ActError {
        ActError::Call(error)
    }
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> ActError {
        ActError::Store(error)
    }
}

/// Runs for as long as the page lives and has its turn.
pub async fn run(tablet: Tablet, wake: UnboundedSender<()>, mut woken: UnboundedReceiver<()>) {
    listen(tablet, &wake);
    let mut memory = Memory::default();
    let mut parcel = Parcel::default();
    loop {
        if tablet.is_retired() {
            return;
        }
        // What was asked for up to here is looked at now.
        while woken.try_recv().is_ok() {}
        if tablet.lock_untracked() == Lock::Sealed {
            wait(&mut woken, None).await;
            continue;
        }
        tablet.online.set(browser::online());
        let situation = situation(tablet, &memory);
        parcel.follow(tablet, &situation.outgoing).await;
        let sign_ins = tablet.sign_ins();
        let outcome = match memory.turn(tablet.session.get_untracked(), &situation) {
            Turn::AskLater { at } => {
                tablet.sync.set(SyncState::Unreachable);
                wait(&mut woken, Some(at)).await;
                continue;
            }
            Turn::Ask => ask_who_is_signed_in(tablet).await,
            Turn::Do(Next::Push(ids)) => {
                tablet.sync.set(SyncState::Sending);
                match enrol(tablet).await {
                    Ok(()) => push(tablet, &ids).await,
                    Err(error) => Err(error.into()),
                }
            }
            Turn::Do(Next::Upload(photo)) => {
                tablet.sync.set(SyncState::Sending);
                upload(tablet, &photo).await
            }
            Turn::Do(Next::Pull) => {
                if tablet.pulled_at.get_untracked().is_none() {
                    tablet.sync.set(SyncState::Fetching);
                }
                match enrol(tablet).await {
                    Ok(()) => {
                        seal_if_plain(tablet).await;
                        pull(tablet).await
                    }
                    Err(error) => Err(error.into()),
                }
            }
            Turn::Do(Next::Confirm(photos)) => confirm(tablet, &photos).await,
            Turn::Do(Next::SignIn) => {
                tablet.sync.set(SyncState::SignIn);
                wait(&mut woken, None).await;
                continue;
            }
            Turn::Do(Next::Rest { until }) => {
                tablet.sync.set(if !tablet.online.get_untracked() {
                    SyncState::Offline
                } else if memory.failures > 0 {
                    SyncState::Unreachable
                } else {
                    SyncState::UpToDate
                });
                wait(&mut woken, until).await;
                continue;
            }
        };
        let went = match outcome {
            Ok(()) => {
                tablet.trouble.set(None);
                Outcome::Done
            }
            Err(ActError::Call(CallError::SignedOut)) => {
                // Someone may have signed in while the call was under way; theirs has not ended.
                if tablet.sign_ins() == sign_ins {
                    tablet.session.set(Session::Ended);
                }
                Outcome::SignedOut
            }
            Err(error) => {
                tablet.trouble.set(error.trouble());
                Outcome::Failed
            }
        };
        memory.after(went, browser::now());
    }
}

fn situation(tablet: Tablet, memory: &Memory) -> Situation {
    let signed_in =
        tablet.person_untracked().is_some() && tablet.session.get_untracked() == Session::Open;
    let outgoing = tablet.outbox.with_untracked(|outbox| {
        let stuck = stuck_from(
            outbox
                .iter()
                .map(|entry| (entry.sequence(), &entry.delivery)),
        );
        outbox
            .iter()
            .filter(|entry| entry.delivery.is_waiting() && entry.sequence() < stuck)
            .map(|entry| Outgoing {
                id: entry.event.id,
                sequence: entry.sequence(),
                bytes: entry.event.body.len() + 512,
            })
            .collect()
    });
    let photos = tablet.photos.with_untracked(|photos| {
        photos
            .iter()
            .filter(|photo| photo.fate == PhotoFate::Waiting)
            .map(|photo| photo.hash.clone())
            .collect()
    });
    let now = browser::now();
    let unconfirmed = tablet.photos.with_untracked(|photos| {
        let confirmation = tablet.confirmation();
        confirmation.due(received(photos), now)
    });
    Situation {
        now,
        online: tablet.online.get_untracked(),
        signed_in,
        outgoing,
        photos,
        unconfirmed,
        pulled_at: tablet.pulled_at.get_untracked(),
        failures: memory.failures,
        failed_at: memory.failed_at,
        jitter: js_sys::Math::random(),
    }
}

/// Sleeps until woken, or until an instant.
async fn wait(woken: &mut UnboundedReceiver<()>, until: Option<Instant>) {
    let Some(until) = until else {
        woken.next().await;
        return;
    };
    let millis = u64::try_from(until.0 - browser::now().0)
        .unwrap_or(0)
        .max(50);
    browser::pause(millis, woken.next()).await;
}

fn listen(tablet: Tablet, wake: &UnboundedSender<()>) {
    let wake = wake.clone();
    let changed = Closure::<dyn Fn()>::new(move || {
        tablet.online.set(browser::online());
        drop(wake.unbounded_send(()));
    });
    for (target, event) in [
        (window().unchecked_ref::<web_sys::EventTarget>(), "online"),
        (window().unchecked_ref(), "offline"),
        (document().unchecked_ref(), "visibilitychange"),
    ] {
        // Without them the planner's own intervals remain.
        let _ = target.add_event_listener_with_callback(event, changed.as_ref().unchecked_ref());
    }
    if let Some(workers) = browser::navigator_part("serviceWorker") {
        let workers: web_sys::EventTarget = workers.unchecked_into();
        let _ =
            workers.add_event_listener_with_callback("message", changed.as_ref().unchecked_ref());
    }
    // Listens for as long as the page lives.
    changed.forget();
}

/// The first thing asked: a session may have ended, or may be someone else's, who signed in on an office page.
async fn ask_who_is_signed_in(tablet: Tablet) -> Result<(), ActError> {
    let standing = tablet
        .account
        .with_untracked(|account| account.as_ref().map(|account| account.standing));
    if standing == Some(Standing::SignedOutHere) {
        server::sign_out().await?;
        tablet.sign_out(Standing::SignedOut).await?;
        return Ok(());
    }
    let asked = browser::now();
    let me = server::me().await?;
    let clock = heard(tablet, asked, &me);
    let takes_over = tablet
        .person_untracked()
        .is_some_and(|known| known != me.person);
    if takes_over && tablet.saving.get_untracked() != Saving::Saved {
        return Err(ActError::NoProgress);
    }
    // Somebody who signed in on an office page and has a PIN is asked for it here.
    let custody = tablet.safe().custody(me.person).await?;
    let has_pin = custody.is_some_and(|custody| custody.pin.is_some());
    if !has_pin || tablet.safe().key(me.person).is_some() {
        unseal(tablet, me.person, None).await?;
    }
    tablet.adopt(me, clock).await?;
    Ok(())
}

/// Takes up the key by which what is kept here of a person is sealed, and tells it to the server, which gives it back to whoever signs
/// in. Of a server that gives none, what is kept stays as it is.
async fn unseal(tablet: Tablet, person: PersonId, password: Option<&str>) -> Result<(), ActError> {
    let safe = tablet.safe();
    let found = safe.open(person, password).await?;
    if safe.seals() {
        let ask = AskLocalKey {
            person,
            device: tablet.device(),
            held: safe.key(person),
        };
        let answer = server::local_key(&ask).await;
        if tablet.is_retired() {
            return Err(ActError::NoProgress);
        }
        match answer {
            Ok(given) => {
                safe.receive(person, given.key, password).await?;
                tablet.look_at_protection().await?;
                // What fails is made up for when the pages are opened again.
                spawn_local(async move { drop(safe.seal_the_rest(person).await) });
                return Ok(());
            }
            Err(CallError::SignedOut) => return Err(CallError::SignedOut.into()),
            Err(error @ CallError::Unreachable) if found == Found::Sealed => {
                return Err(error.into());
            }
            Err(_) => {}
        }
    }
    match found {
        Found::Open => Ok(()),
        Found::Sealed => Err(StoreError::Locked.into()),
    }
}

/// Asks once more for a key where there was none when the pages opened.
async fn seal_if_plain(tablet: Tablet) {
    if let Some(person) = tablet.person_untracked()
        && tablet.protection_untracked() == Protection::None
    {
        // It is asked for again with the next turn.
        drop(unseal(tablet, person, None).await);
    }
}

/// What is known of this tablet's clock after an answer to what was asked then.
fn heard(tablet: Tablet, asked: Instant, me: &Me) -> ClockOffset {
    browser::hold_clock();
    tablet.clock().heard(asked, browser::now(), me.server_time)
}

/// Tells the server by which key this tablet signs, before anything else is sent or fetched: once for whoever works here, and again when
/// the server was restored, or kept something for a person. Where it cannot be told, the rest goes on, and it is told with the next turn.
async fn enrol(tablet: Tablet) -> Result<(), CallError> {
    let person = tablet.person_untracked();
    if tablet.enrolled_untracked() != Enrolled::NotAsked {
        return Ok(());
    }
    let Some(enrol) = enrolment(tablet) else {
        tablet.set_enrolled(Enrolled::Settled);
        return Ok(());
    };
    let told = match server::enrol(&enrol).await {
        Err(CallError::Refused {
            status: 409,
            message,
        }) => Enrolled::Refused(message),
        // Taken; or not, of whoever may not, and by a server that knows no keys.
        Ok(())
        | Err(CallError::Refused {
            status: 403 | 404, ..
        }) => Enrolled::Settled,
        Err(CallError::SignedOut) => return Err(CallError::SignedOut),
        Err(_) => return Ok(()),
    };
    // Someone else may have begun to work here meanwhile, of whom nothing was said.
    if tablet.person_untracked() == person {
        tablet.set_enrolled(told);
    }
    Ok(())
}

/// By which key this tablet signs; None where it has none.
fn enrolment(tablet: Tablet) -> Option<Enrol> {
    let key = tablet.key()?;
    Some(Enrol {
        device: tablet.device(),
        key: key.public.clone(),
        name: browser::name(),
    })
}

/// Signs a person in, here and on the server.
pub async fn sign_in(tablet: Tablet, name: String, password: String) -> Result<(), SignInError> {
    // What is not on disk yet is lost when someone else takes over.
    let takes_over = tablet
        .me_untracked()
        .is_some_and(|me| me.sign_in_name != name);
    if takes_over && tablet.saving.get_untracked() != Saving::Saved {
        return Err(SignInError::Unsaved);
    }
    let asked = browser::now();
    let me = server::sign_in(&SignIn {
        name,
        password: password.clone(),
    })
    .await
    .map_err(SignInError::Call)?;
    let clock = heard(tablet, asked, &me);
    let person = me.person;
    let is_locked = tablet.lock_untracked() != Lock::Open;
    let forgot_pin = is_locked && tablet.person_untracked() == Some(person);
    let taken_up = async {
        unseal(tablet, person, Some(&password)).await?;
        tablet.adopt(me, clock).await?;
        tablet.let_in(person).await?;
        tablet.safe().forgive(person).await;
        if forgot_pin {
            // It stays where the browser can wrap by nothing else.
            drop(tablet.safe().remove_pin(person).await);
            tablet.look_at_protection().await?;
        }
        Ok(())
    };
    taken_up.await.map_err(|error| {
        // Whoever is told that they are not signed in is not, in the office pages neither.
        spawn_local(async { drop(server::sign_out().await) });
        match error {
            ActError::Call(error) => SignInError::Call(error),
            ActError::Store(error) => SignInError::Store(error),
            ActError::NoProgress => SignInError::Call(CallError::Unreachable),
        }
    })
}

pub enum SignInError {
    Call(CallError),
    Store(StoreError),
    /// What the person who works here entered last is not saved yet.
    Unsaved,
}

impl SignInError {
    pub fn text(&self, language: domain::Language) -> String {
        match self {
            SignInError::Call(error) => error.text(language),
            SignInError::Store(error) => error.text(language),
            SignInError::Unsaved => say!(
                language,
                "最近填写的内容还没有保存到本机，暂时不能换人登录",
                "What was entered last is not saved on this tablet yet; nobody else can sign in before it is"
            ),
        }
    }
}

/// Signs out here at once, and on the server now or as soon as it can be reached.
pub async fn sign_out(tablet: Tablet) -> Result<(), StoreError> {
    let standing = match server::sign_out().await {
        Ok(()) | Err(CallError::SignedOut) => Standing::SignedOut,
        Err(_) => Standing::SignedOutHere,
    };
    tablet.sign_out(standing).await
}

/// Sends a photo whole, from wherever the server has it.
///
/// # Errors
/// That of the call that failed; [`CallError::Unreadable`] where the server does not come on.
pub async fn send_photo(photo: &PhotoHash, bytes: &[u8]) -> Result<(), CallError> {
    let (mut uploads, length) = (Uploads::default(), bytes.len() as u64);
    loop {
        let step = uploads.next(photo, length);
        let told = call(photo, step, bytes).await?;
        match uploads.answered(photo, step, told) {
            Went::Whole => return Ok(()),
            Went::On => {}
            Went::Nowhere => return Err(CallError::Unreadable(photo.0.clone())),
        }
    }
}

/// Asks how far the server has a photo, or sends the part of it that comes next.
async fn call(photo: &PhotoHash, step: Step, bytes: &[u8]) -> Result<Told, CallError> {
    match step {
        Step::Ask => server::photo_standing(photo).await,
        Step::Send { from, to } => {
            let part = Part {
                offset: from,
                length: bytes.len() as u64,
            };
            let place = |offset| usize::try_from(offset).unwrap_or(bytes.len());
            let own = bytes.get(place(from)..place(to)).unwrap_or_default();
            server::send_part(photo, part, own).await
        }
    }
}

/// The push of these events.
async fn made_up(tablet: Tablet, ids: &[EventId]) -> Push {
    let events = tablet.outbox.with_untracked(|outbox| {
        ids.iter()
            .filter_map(|id| outbox.iter().find(|entry| entry.event.id == *id))
            .map(|entry| entry.event.clone())
            .collect()
    });
    tablet.signed(events).await
}

async fn push(tablet: Tablet, ids: &[EventId]) -> Result<(), ActError> {
    let Some(person) = tablet.person_untracked() else {
        return Ok(());
    };
    let pushed = server::push(&made_up(tablet, ids).await).await?;
    let is_kept = |receipt: &EventReceipt| matches!(receipt.receipt, Receipt::Held { .. });
    if pushed.receipts.iter().any(is_kept) {
        // Perhaps since the tablet was revoked.
        tablet.set_enrolled(Enrolled::NotAsked);
    }
    let outcome = tablet
        .outbox
        .with_untracked(|outbox| answered(&pushed.receipts, &sent(outbox)));
    let Answered::Noted {
        notes,
        progress,
        restored,
    } = outcome
    else {
        // Someone else has signed in with this browser since: their session is not for this work.
        return Err(ActError::Call(CallError::SignedOut));
    };
    if restored {
        tablet.set_enrolled(Enrolled::NotAsked);
        tablet.confirm(Confirmation::begin_anew);
    }
    keep(tablet, person, notes).await?;
    if progress {
        Ok(())
    } else {
        Err(ActError::NoProgress)
    }
}

/// Keeps what an answer comes to, one transaction after the other.
async fn keep(tablet: Tablet, person: PersonId, notes: Vec<Note>) -> Result<(), StoreError> {
    for note in notes {
        match note {
            Note::Delivered(deliveries) => tablet.deliver(person, &deliveries).await?,
            Note::PhotoWaits(photo) => {
                tablet
                    .photo_fate(person, &photo, PhotoFate::Waiting)
                    .await?;
            }
        }
    }
    Ok(())
}

/// The photos the server has received.
fn received(photos: &[PhotoRecord]) -> impl Iterator<Item = &PhotoHash> {
    photos
        .iter()
        .filter(|photo| photo.fate == PhotoFate::Received)
        .map(|photo| &photo.hash)
}

/// Asks whether the server still has these photos.
async fn confirm(tablet: Tablet, asked: &[PhotoHash]) -> Result<(), ActError> {
    let Some(person) = tablet.person_untracked() else {
        return Ok(());
    };
    let lacking = server::lacking(asked).await?;
    keep(tablet, person, lacked(asked, &lacking)).await?;
    // Someone else may have begun to work here meanwhile, with photos that were not asked about.
    if tablet.person_untracked() == Some(person) {
        tablet.photos.with_untracked(|photos| {
            tablet.confirm(|confirmation| {
                confirmation.answered(asked, received(photos), browser::now());
            });
        });
    }
    Ok(())
}

fn sent(outbox: &[OutboxEntry]) -> Vec<Sent<'_>> {
    let sent = outbox.iter().map(|entry| Sent {
        id: entry.event.id,
        sequence: entry.sequence(),
        delivery: &entry.delivery,
    });
    sent.collect()
}

/// Makes the next call for a photo: what else there is to do comes between its parts.
async fn upload(tablet: Tablet, photo: &PhotoHash) -> Result<(), ActError> {
    let Some(person) = tablet.person_untracked() else {
        return Ok(());
    };
    let Some(bytes) = tablet.store().photo_bytes(person, photo).await? else {
        let reason = Texts::both(
            "本机已没有这张照片的内容",
            "The bytes of this photo are no longer on the tablet",
        );
        return Ok(tablet
            .photo_fate(person, photo, PhotoFate::Refused { reason })
            .await?);
    };
    let length = bytes.len() as u64;
    let step = tablet.uploads(|uploads| uploads.next(photo, length));
    // What spoiled on its way, or on the server, is sent again; what spoiled here never becomes the photo.
    let begins = matches!(step, Step::Send { from: 0, .. });
    if begins && Hash::of(&bytes).to_string() != photo.0 {
        let reason = Texts::both(
            "这张照片在本机上已损坏，内容与拍摄时不同",
            "This photo is damaged on the tablet: its bytes are not those that were taken",
        );
        tablet.uploads(|uploads| uploads.forget(photo));
        return Ok(tablet
            .photo_fate(person, photo, PhotoFate::Refused { reason })
            .await?);
    }
    let fate = match call(photo, step, &bytes).await {
        Ok(told) => match tablet.uploads(|uploads| uploads.answered(photo, step, told)) {
            Went::Whole => PhotoFate::Received,
            Went::On => return Ok(()),
            Went::Nowhere => return Err(ActError::NoProgress),
        },
        Err(CallError::Refused {
            status: 413 | 415 | 422,
            message,
        }) => {
            tablet.uploads(|uploads| uploads.forget(photo));
            PhotoFate::Refused { reason: message }
        }
        Err(error) => {
            tablet.uploads(|uploads| uploads.broke_off(photo));
            return Err(error.into());
        }
    };
    tablet.photo_fate(person, photo, fate).await?;
    Ok(())
}

async fn pull(tablet: Tablet) -> Result<(), ActError> {
    let Some(person) = tablet.person_untracked() else {
        return Ok(());
    };
    let store = tablet.store();
    let cursor = store.cursor(person).await?;
    let pulled = match server::pull(cursor.as_deref(), tablet.device()).await {
        Err(CallError::Refused { status: 400, .. }) if cursor.is_some() => {
            // The server does not know the place any more: from the beginning; what is here already is passed over.
            store.take_in(person, Vec::new(), None).await?;
            return Ok(());
        }
        pulled => pulled?,
    };
    if pulled.person.is_some_and(|whose| whose != person) {
        // Someone else has signed in with this browser since: what they may see is not for this person, nor is its cursor.
        return Err(ActError::Call(CallError::SignedOut));
    }
    if tablet.person_untracked() != Some(person) {
        return Ok(());
    }
    let fresh = store
        .take_in(person, pulled.events, Some(&pulled.cursor))
        .await?;
    // While that was kept, someone else may have begun to work here: it is neither theirs to know nor fetched for them.
    if tablet.person_untracked() != Some(person) {
        return Ok(());
    }
    if !fresh.is_empty() {
        tablet.facts.update(|facts| facts.take_in(&fresh));
    }
    let notes = tablet
        .outbox
        .with_untracked(|outbox| reminded(pulled.last_sequence, &sent(outbox)));
    if !notes.is_empty() {
        tablet.set_enrolled(Enrolled::NotAsked);
        tablet.confirm(Confirmation::begin_anew);
    }
    keep(tablet, person, notes).await?;
    if !pulled.more && tablet.person_untracked() == Some(person) {
        tablet.pulled_at.set(Some(browser::now()));
    }
    Ok(())
}
