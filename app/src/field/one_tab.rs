//! One tab at a time works on what the tablet keeps: two would write over each other's drafts.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::browser::{navigator_part, settled};

const LOCK: &str = "dubang-field";

/// Who may work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Not known yet: for a moment after opening.
    Asking,
    Ours,
    Another,
}

/// Asks for the turn. Held until the tab is closed, or until another takes it over.
pub fn ask(turn: RwSignal<Turn>, steal: bool) {
    let Some(locks) = navigator_part("locks") else {
        // An old browser, or a page not served securely: every tab by itself.
        turn.set(Turn::Ours);
        return;
    };
    let options = Object::new();
    let _ = Reflect::set(&options, &"steal".into(), &steal.into());
    // Held for as long as this promise is open: for ever.
    let held = Closure::once_into_js(move |_lock: JsValue| {
        turn.set(Turn::Ours);
        Promise::new(&mut |_, _| {})
    });
    let request = Reflect::get(&locks, &"request".into())
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|request| request.call3(&locks, &LOCK.into(), &options, &held));
    spawn_local(async move {
        if settled(request).await.is_err() {
            // Taken over by another tab.
            turn.set(Turn::Another);
        }
    });
    // A tab that is being reloaded gives its turn back a moment later.
    set_timeout(
        move || {
            if turn.get_untracked() == Turn::Asking {
                turn.set(Turn::Another);
            }
        },
        std::time::Duration::from_millis(1_500),
    );
}
