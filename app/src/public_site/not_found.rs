//! An address that opens nothing.

use leptos::prelude::*;

use super::door::door;
use crate::api::ApiError;
use crate::i18n::{language, t};
use crate::widgets::loaded::{NOT_FOUND, answer_not_found, back_to_today};

pub fn page() -> AnyView {
    answer_not_found();
    let text = t(NOT_FOUND);
    let card = view! { <section class="card"><h2>{text}</h2><p>{ApiError::NotFound.text(language())}</p>{back_to_today()}</section> };
    door(text, (), card)
}
