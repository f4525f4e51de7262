//! The document around an office page. The field's is in [`crate::field`]; the head they share is here.

use domain::Language;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use serde::Deserialize;

use crate::routes::App;

/// Addresses of the bundle's files, as the bundler wrote them down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Assets {
    /// The module that loads `js` and starts it with `wasm`.
    pub boot: String,
    pub js: String,
    pub wasm: String,
    pub css: String,
}

/// What the head of every document says: how it is to be shown, its icons, and the bundle, asked for before the page needs it.
pub fn head(assets: &Assets) -> AnyView {
    let Assets {
        boot,
        js,
        wasm,
        css,
    } = assets.clone();
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
        <meta name="theme-color" content="#1d5b9e"/>
        <link rel="stylesheet" href=css/>
        <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
        <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
        <link rel="manifest" href="/manifest.webmanifest"/>
        <link rel="modulepreload" href=js/>
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
        <script type="module" src=boot nonce=use_nonce()></script>
    }
    .into_any()
}

/// The whole document in the reader's language; the browser finds the language again in `<html lang>`.
pub fn shell(assets: Assets, language: Language) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=language.tag()>
            <head>
                {head(&assets)}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
