//! News as it happens: one stream a browser, whatever number of tabs. The tab that holds the lock listens to the server and passes on
//! what it hears; the others hear it from that tab.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How often something new was heard of; pages that show what waits ask again when it changes.
#[derive(Clone, Copy)]
pub struct Live(pub RwSignal<u32>);

impl Live {
    /// Begins to listen; once a page, in its frame.
    pub fn begin() -> Live {
        let live = Live(RwSignal::new(0));
        provide_context(live);
        Effect::new(move |begun: Option<()>| {
            if begun.is_none() {
                listening::begin(live.0);
            }
        });
        live
    }

    /// Asks again whenever something new is heard of.
    pub fn refetches<T>(answer: Resource<T>)
    where
        T: Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        let Some(Live(heard)) = use_context::<Live>() else {
            return;
        };
        Effect::new(move |before: Option<u32>| {
            let now = heard.get();
            if before.is_some_and(|before| before != now) {
                answer.refetch();
            }
            now
        });
    }
}

#[cfg(not(all(feature = "browser", not(feature = "ssr"))))]
mod listening {
    use leptos::prelude::RwSignal;

    pub fn begin(_heard: RwSignal<u32>) {}
}

#[cfg(all(feature = "browser", not(feature = "ssr")))]
mod listening {
    use js_sys::{Function, Promise, Reflect};
    use leptos::prelude::{RwSignal, Update as _, window};
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::{BroadcastChannel, EventSource};

    const NAME: &str = "dubang-live";

    /// Hears what other tabs pass on, and waits for the turn to listen to the server.
    pub fn begin(heard: RwSignal<u32>) {
        let Ok(channel) = BroadcastChannel::new(NAME) else {
            return;
        };
        let note = Closure::<dyn Fn()>::new(move || {
            heard.try_update(|count| *count = count.wrapping_add(1));
        });
        channel.set_onmessage(Some(note.as_ref().unchecked_ref()));
        // Both live as long as the page.
        note.forget();
        let source_of = channel.clone();
        let held = Closure::once_into_js(move |_lock: JsValue| {
            listen(heard, source_of);
            // Held until the tab is closed.
            Promise::new(&mut |_, _| {})
        });
        let locks = Reflect::get(&window().navigator(), &"locks".into());
        let Ok(locks) = locks else { return };
        if locks.is_undefined() {
            return;
        }
        if let Ok(request) = Reflect::get(&locks, &"request".into())
            .and_then(wasm_bindgen::JsCast::dyn_into::<Function>)
        {
            // Refused only where the page is going away.
            let _ = request.call2(&locks, &NAME.into(), &held);
        }
    }

    fn listen(heard: RwSignal<u32>, channel: BroadcastChannel) {
        // A browser tries again by itself when the connection is lost, and stops where it is no longer signed in.
        let Ok(source) = EventSource::new("/live") else {
            return;
        };
        let told = Closure::<dyn Fn()>::new(move || {
            heard.try_update(|count| *count = count.wrapping_add(1));
            let _ = channel.post_message(&JsValue::TRUE);
        });
        let _ = source.add_event_listener_with_callback("told", told.as_ref().unchecked_ref());
        told.forget();
        std::mem::forget(source);
    }
}
