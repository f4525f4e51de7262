//! What the service worker sends when there is a network and no page is open, where the browser wakes it for that: the next push, as
//! this runner would send it.
//!
//! It lies ready while something waits, sealed ([`Safe::leave_parcel`](crate::field::safe::Safe::leave_parcel)), and only as long as this
//! browser opens what is kept of its person by itself: never of one who has a PIN, or has signed out. The worker changes nothing of what is
//! kept. When a page opens it sends the same once more, and hears that the server has it. Photos wait for the page.

use domain::id::{EventId, PersonId};
use js_sys::{Function, Reflect};
use leptos::prelude::{document, window};
use sync::planner::{Outgoing, batch};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::ServiceWorkerContainer;

use super::server::Ready;
use super::{ActError, enrolment, made_up};
use crate::field::browser::{navigator_part, settled};
use crate::field::tablet::{Enrolled, Protection, Tablet};

/// By which the browser tells the worker what it wakes it for.
const TAG: &str = "parcel";

/// What lies ready, as far as this page knows.
#[derive(Default)]
pub struct Parcel {
    /// Since which sign-in, and of what.
    left: Option<(u32, Vec<EventId>)>,
    /// Whether nobody sees the page.
    hidden: bool,
}

impl Parcel {
    /// Makes ready what is to be sent next, or takes away what was.
    pub async fn follow(&mut self, tablet: Tablet, outgoing: &[Outgoing]) {
        if !is_to_be_had() {
            return;
        }
        let next = match tablet.protection_untracked() {
            Protection::Sealed => batch(outgoing, 0),
            Protection::None | Protection::Pin { .. } => Vec::new(),
        };
        let wanted = (tablet.sign_ins(), next);
        let put_away = document().hidden() && !self.hidden;
        self.hidden = document().hidden();
        if self.left.as_ref() == Some(&wanted) {
            // The browser asks a few times only, perhaps all of them while the page was open.
            if put_away && !wanted.1.is_empty() {
                drop(register().await);
            }
            return;
        }
        let done = match tablet.person_untracked() {
            Some(person) if !wanted.1.is_empty() => leave(tablet, person, &wanted.1).await,
            _ => {
                let taken = tablet.safe().take_parcel_away().await;
                taken.map(|()| true).map_err(Into::into)
            }
        };
        // What failed is made up for with the next turn.
        self.left = done.is_ok_and(|done| done).then_some(wanted);
    }
}

/// False where nothing was left, or the browser does not wake the worker for it.
async fn leave(tablet: Tablet, person: PersonId, next: &[EventId]) -> Result<bool, ActError> {
    // Asked before there is anything to do for nothing, and once more when it lies there: between the two the worker may have been woken.
    if register().await.is_none() {
        return Ok(false);
    }
    let mut calls = Vec::new();
    if tablet.enrolled_untracked() == Enrolled::NotAsked
        && let Some(enrol) = enrolment(tablet)
    {
        calls.push(Ready::enrol(&enrol)?);
    }
    calls.push(Ready::push(&made_up(tablet, next).await).await?);
    // Another tab has taken over, and leaves its own.
    if tablet.is_retired() {
        return Ok(false);
    }
    Ok(tablet.safe().leave_parcel(person, &calls).await? && register().await.is_some())
}

/// Whether the browser wakes its service worker when there is a network.
fn is_to_be_had() -> bool {
    Reflect::has(&window(), &"SyncManager".into()).unwrap_or(false)
}

/// None where the browser refuses, as it may be told to by its owner.
async fn register() -> Option<JsValue> {
    let workers: ServiceWorkerContainer = navigator_part("serviceWorker")?.unchecked_into();
    let registration = settled(Ok(workers.get_registration().into())).await.ok()?;
    let sync = Reflect::get(&registration, &"sync".into()).ok()?;
    let register = Reflect::get(&sync, &"register".into()).ok()?;
    let register: Function = register.dyn_into().ok()?;
    settled(register.call1(&sync, &TAG.into())).await.ok()
}
