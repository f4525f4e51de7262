//! Parts of a page that change in place, each of one type: a bundle holds the code that puts a view in the page once for every
//! type of closure, and a page has dozens.

use leptos::prelude::*;

/// Shows what the closure gives, anew whenever a signal it reads changes.
pub fn shown<V: IntoView + 'static>(
    show: impl Fn() -> V + Send + 'static,
) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || show().into_any())
}

/// The condition of a [`Show`].
pub fn holds(signal: impl Into<Signal<bool>>) -> impl Fn() -> bool + Send + Sync + Clone {
    true_of(signal.into())
}

fn true_of(signal: Signal<bool>) -> impl Fn() -> bool + Send + Sync + Clone {
    move || signal.get()
}
