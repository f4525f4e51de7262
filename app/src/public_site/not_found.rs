//! An address that opens nothing.

use leptos::prelude::*;
use leptos_meta::Body;

use crate::widgets::loaded::missing;

pub fn page() -> AnyView {
    view! {
        <Body attr:class="office"/>
        <main class="page" id="main">{missing()}</main>
    }
    .into_any()
}
