//! The icons of the field's pages.

use std::cell::RefCell;
use std::collections::HashMap;

use markup::component;

use super::piece::{Element, Piece};

pub use crate::widgets::icon::IconName;

thread_local! {
    /// Each as it was drawn first: the browser copies an element sooner than it reads markup.
    static DRAWN: RefCell<HashMap<IconName, Element>> = RefCell::default();
}

/// One icon, drawn inline as `<svg class="icon" aria-hidden="true">`, one em wide and high; a word stands beside it.
#[component]
pub fn Icon(name: IconName) -> Piece {
    DRAWN.with_borrow_mut(|drawn| {
        let icon = drawn.entry(name).or_insert_with(|| drawn_first(name));
        icon.copy().into_piece()
    })
}

fn drawn_first(name: IconName) -> Element {
    let mut icon = Element::new("svg");
    for (name, value) in [
        ("class", "icon"),
        ("width", "1em"),
        ("height", "1em"),
        ("viewBox", "0 0 24 24"),
        ("fill", "none"),
        ("stroke", "currentColor"),
        ("stroke-width", "2"),
        ("stroke-linecap", "round"),
        ("stroke-linejoin", "round"),
        ("aria-hidden", "true"),
    ] {
        icon.set(name, value);
    }
    icon.draw(name.shapes());
    icon
}
