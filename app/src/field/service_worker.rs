//! Registers the service worker that lets the field open with no network, and tells when a new version waits.

use js_sys::{Function, Object, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::browser::{navigator_part, settled};

const ADDRESS: &str = "/sw.js";

/// The worker of a newer version, downloaded and waiting.
type Waiting = RwSignal<Option<ServiceWorker>, LocalStorage>;

/// What the page knows of the workers that serve it.
#[derive(Clone, Copy)]
pub struct Workers {
    pub waiting: Waiting,
    /// Whether the field opens here with no network; None until that is known.
    pub opens_offline: RwSignal<Option<bool>>,
}

impl Workers {
    /// Those of this page. A worker that serves it has all that it needs.
    pub fn of_page() -> Workers {
        let container = container();
        let is_served = container
            .as_ref()
            .is_some_and(|container| container.controller().is_some());
        if let Some(container) = container.filter(|_| is_served) {
            reload_when_taken_over(&container);
        }
        Workers {
            waiting: RwSignal::new_local(None),
            opens_offline: RwSignal::new(is_served.then_some(true)),
        }
    }

    /// Registers the worker, and follows it and its successors.
    pub fn register(self) {
        let Some(container) = container() else {
            // The field needs the network to open.
            self.opens_offline.set(Some(false));
            return;
        };
        spawn_local(async move {
            let options = Object::new();
            let _ = Reflect::set(&options, &"scope".into(), &"/".into());
            let request = Reflect::get(&container, &"register".into())
                .and_then(JsCast::dyn_into::<Function>)
                .and_then(|register| register.call2(&container, &ADDRESS.into(), &options));
            // Without a network the worker of the last visit goes on.
            let Ok(registration) = settled(request).await else {
                let goes_on = container.controller().is_some();
                self.opens_offline.set(Some(goes_on));
                return;
            };
            let registration: ServiceWorkerRegistration = registration.unchecked_into();
            if registration.active().is_some() {
                self.waiting.set(registration.waiting());
                self.opens_offline.set(Some(true));
            }
            follow(&registration, self);
            let of = registration.clone();
            let found = Closure::<dyn Fn()>::new(move || follow(&of, self));
            registration.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
            found.forget();
        });
    }
}

/// Absent where the page is not served securely.
fn container() -> Option<ServiceWorkerContainer> {
    navigator_part("serviceWorker").map(JsCast::unchecked_into)
}

/// Follows the worker that is being installed: shows it as soon as it has everything it needs, and says when there is none because it
/// could not keep what it needs.
fn follow(registration: &ServiceWorkerRegistration, workers: Workers) {
    let Some(installing) = registration.installing() else {
        return;
    };
    let (of, worker) = (registration.clone(), installing.clone());
    let changed = Closure::<dyn Fn()>::new(move || {
        // The first of all takes over at once; nothing is replaced.
        if of.active().is_some() {
            workers.waiting.set(of.waiting());
            workers.opens_offline.set(Some(true));
        } else if is_discarded(&worker) {
            workers.opens_offline.set(Some(false));
        }
    });
    installing.set_onstatechange(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

/// Its files could not all be fetched and kept.
fn is_discarded(worker: &ServiceWorker) -> bool {
    let state = Reflect::get(worker, &"state".into());
    state.is_ok_and(|state| state.as_string().as_deref() == Some("redundant"))
}

/// Of a page that is served by a worker: the first one takes over a page that had none, and is no new version.
fn reload_when_taken_over(container: &ServiceWorkerContainer) {
    let changed = Closure::<dyn Fn()>::new(|| {
        let _ = window().location().reload();
    });
    container.set_oncontrollerchange(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

/// Lets a waiting worker take over; the page is loaded anew when it has.
pub fn take_over(worker: &ServiceWorker) {
    let message = Object::new();
    let _ = Reflect::set(&message, &"type".into(), &"takeOver".into());
    // Only a worker that is gone cannot be told; the next visit finds the new one.
    let _ = worker.post_message(&JsValue::from(message));
}
