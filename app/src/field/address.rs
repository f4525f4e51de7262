//! The address of the page: links that stay in the field change it without loading anything, and so do the browser's back and
//! forward.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

/// Where the field's pages are.
const FIELD: &str = "/field";

/// The path of the address, as pages and tasks copy it.
#[derive(Clone, Copy)]
pub struct Address {
    path: RwSignal<String>,
    came_back: StoredValue<bool>,
}

/// How an address takes the place of the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// The browser's back leads to the one before.
    On,
    /// The one before is not come back to.
    Instead,
}

/// The address of this page.
pub fn address() -> Address {
    expect_context()
}

/// Follows the browser's address from here on.
pub fn provide_address() -> Address {
    let address = Address {
        path: RwSignal::new(shown_now()),
        came_back: StoredValue::new(false),
    };
    provide_context(address);
    let clicks = window_event_listener(ev::click, move |event| address.follow(&event));
    let moves = window_event_listener(ev::popstate, move |_| {
        address.came_back.set_value(true);
        address.show(&shown_now());
    });
    on_cleanup(move || {
        clicks.remove();
        moves.remove();
    });
    address
}

fn shown_now() -> String {
    // A document always has an address.
    location().pathname().unwrap_or_default()
}

impl Address {
    /// The path; reactive where it is read.
    pub fn path(self) -> String {
        self.path.get()
    }

    pub fn path_untracked(self) -> String {
        self.path.get_untracked()
    }

    /// Whether the browser's back or forward led here: it then shows the page where it was left, once it is as high as it was.
    pub fn came_back(self) -> bool {
        self.came_back.get_value()
    }

    /// A page stays as it is while only the fragment changes.
    fn show(self, path: &str) {
        let changes = self
            .path
            .try_get_untracked()
            .is_some_and(|shown| shown != path);
        if changes {
            self.path.set(path.to_owned());
        }
    }

    /// Opens a page of the field from its top. Nothing happens once this tab shows the field's pages no more: whoever waited for an
    /// answer to go on may have been left meanwhile.
    pub fn go(self, to: &str, going: Going) {
        if self.path.try_get_untracked().is_none() {
            return;
        }
        let path = to.split(['?', '#']).next().unwrap_or(to);
        if let Ok(history) = window().history() {
            // The browser refuses only addresses of other sites, and too many in a moment: the page changes all the same.
            let _ = match going {
                Going::On => history.push_state_with_url(&JsValue::NULL, "", Some(to)),
                Going::Instead => history.replace_state_with_url(&JsValue::NULL, "", Some(to)),
            };
        }
        self.came_back.set_value(false);
        self.show(path);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Opens what was clicked on, unless the browser should: another tab, another site, another part of this one.
    fn follow(self, event: &MouseEvent) {
        let plain = event.button() == 0
            && !event.default_prevented()
            && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("a[href]").ok()?)
            .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
        let Some(link) = link.filter(|_| plain) else {
            return;
        };
        let path = link.pathname();
        let inside = path == FIELD || path.starts_with("/field/");
        let of_this_site = location()
            .origin()
            .is_ok_and(|origin| origin == link.origin());
        if !inside
            || !of_this_site
            || !link.target().is_empty()
            || link.has_attribute("download")
            || link
                .rel()
                .split_ascii_whitespace()
                .any(|rel| rel == "external")
        {
            return;
        }
        let here = path == self.path_untracked();
        if here && !link.hash().is_empty() {
            return;
        }
        event.prevent_default();
        let to = format!("{path}{}{}", link.search(), link.hash());
        self.go(&to, if here { Going::Instead } else { Going::On });
    }
}
