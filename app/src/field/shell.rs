//! The one document of the tablet's pages: the same for every address below `/field` and for everyone, so that it can be
//! cached once and served with no network.

use leptos::prelude::*;

use crate::shell::{Assets, head};

/// The document. It names no person and holds no data.
pub fn field_shell(assets: &Assets) -> String {
    view! {
        <!DOCTYPE html>
        <html lang="zh-Hans">
            <head>
                {head(assets)}
                <title>"督帮 Dubang"</title>
            </head>
            <body class="field" data-client-render="">
                <main id="loading" class="plain">
                    <div class="skeleton" role="status"><span>"正在打开 Opening…"</span><i></i><i></i><i></i></div>
                    <noscript><p>"此页需要 JavaScript。This page needs JavaScript."</p></noscript>
                </main>
            </body>
        </html>
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_loads_the_assets_and_nothing_inline() {
        let assets = Assets {
            boot: "/pkg/boot-1.js".into(),
            js: "/pkg/dubang-2.js".into(),
            wasm: "/pkg/dubang-3_bg.wasm".into(),
            css: "/pkg/dubang-4.css".into(),
        };
        let document = field_shell(&assets);
        for url in [&assets.boot, &assets.js, &assets.wasm, &assets.css] {
            assert!(document.contains(&format!("\"{url}\"")), "{url}");
        }
        assert!(document.starts_with("<!DOCTYPE html><html lang=\"zh-Hans\">"));
        assert!(document.contains("data-client-render"));
        // It is no one's in particular, so it bears no mark of one answer.
        assert!(!document.contains("nonce"));
        // The content security policy lets neither run.
        assert!(!document.contains("<script>") && !document.contains("style="));
    }
}
