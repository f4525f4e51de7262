//! The icons of the field's pages.

use markup::component;

use super::piece::{Element, Piece};

pub use crate::widgets::icon::IconName;

/// One icon, drawn inline as `<svg class="icon" aria-hidden="true">`, one em wide and high; a word stands beside it.
#[component]
pub fn Icon(name: IconName) -> Piece {
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
    icon.into_piece()
}
