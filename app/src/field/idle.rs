//! Locks a tablet that nobody touches.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::tablet::{Protection, Tablet};

/// By what a tablet is touched.
const TOUCHES: [&str; 4] = ["pointerdown", "keydown", "wheel", "touchstart"];
/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(5);
const MINUTE_MS: f64 = 60_000.0;

/// Covers the pages once nobody has touched them for as long as their person chose: also while the tablet slept, when it wakes.
pub fn watch(tablet: Tablet) {
    let touched = StoredValue::new(Date::now());
    let look = move || {
        if tablet.is_retired() {
            return;
        }
        let now = Date::now();
        // A clock that is set back does not keep it open.
        touched.update_value(|touched| *touched = touched.min(now));
        if let Protection::Pin { idle_minutes } = tablet.protection_untracked()
            && now - touched.get_value() >= f64::from(idle_minutes) * MINUTE_MS
        {
            tablet.cover();
        }
    };
    // What wakes a tablet that slept does not open it.
    let touch = Closure::<dyn Fn()>::new(move || {
        look();
        touched.set_value(Date::now());
    });
    let woken = Closure::<dyn Fn()>::new(look);
    let page = document();
    // Without them it is locked early, or looked at late.
    for name in TOUCHES {
        let _ = page.add_event_listener_with_callback_and_bool(
            name,
            touch.as_ref().unchecked_ref(),
            true,
        );
    }
    let _ =
        page.add_event_listener_with_callback("visibilitychange", woken.as_ref().unchecked_ref());
    set_interval(look, EVERY);
    // Listen for as long as the page lives.
    touch.forget();
    woken.forget();
}
