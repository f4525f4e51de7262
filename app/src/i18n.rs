//! The reader's language, from a cookie, provided to every component.

use domain::{Language, Text};
use leptos::prelude::*;

/// Name of the cookie that holds [`Language::code`].
pub const LANGUAGE_COOKIE: &str = "language";

/// The language of the page. The office's is fixed for a page (changing it loads the page anew); the field's can change in place.
#[derive(Clone, Copy)]
pub struct LanguageSignal(pub RwSignal<Language>);

pub fn provide_language(language: Language) -> RwSignal<Language> {
    let signal = RwSignal::new(language);
    provide_context(LanguageSignal(signal));
    signal
}

/// The language now; reactive where it is read.
pub fn language() -> Language {
    // Office pages read it once and for all, which is no mistake.
    let _may_be_read_once = leptos::reactive::diagnostics::SpecialNonReactiveZone::enter();
    use_context::<LanguageSignal>().map_or_else(Language::default, |signal| signal.0.get())
}

/// A fixed text in the reader's language.
pub fn t(text: Text) -> &'static str {
    text.get(language())
}

/// A text held as data, in the reader's language.
pub fn tr(texts: &form::Texts) -> String {
    texts.get(language().tag()).to_owned()
}

/// A fixed text on a page, in whatever language the reader changes to. One type for all of them: a closure a text would be a view's
/// worth of code each, and there are hundreds.
pub fn said(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync {
    move || t(text)
}

/// A text held as data, likewise.
pub fn told(texts: &form::Texts) -> impl Fn() -> String + Clone + Send + Sync + use<> {
    let texts = texts.clone();
    move || tr(&texts)
}

/// The language a `Cookie` header or `document.cookie` asks for.
pub fn language_in_cookies(cookies: &str) -> Option<Language> {
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == LANGUAGE_COOKIE)
        .and_then(|(_, value)| Language::from_code(value.trim()))
}
