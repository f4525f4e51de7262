//! The one document of the tablet's pages: the same for every address below `/field` and for everyone, so that it can be
//! cached once and served with no network.

use crate::shell::Assets;

/// The document. It names no person and holds no data.
pub fn field_shell(assets: &Assets) -> String {
    let Assets {
        boot,
        js,
        wasm,
        css,
    } = assets;
    format!(
        r##"<!DOCTYPE html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>督帮 Dubang</title>
<meta name="theme-color" content="#1d5b9e">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="/icons/icon-192.png">
<link rel="manifest" href="/manifest.webmanifest">
<link rel="stylesheet" href="{css}">
<link rel="modulepreload" href="{js}">
<link rel="preload" href="{wasm}" as="fetch" type="application/wasm" crossorigin>
<script type="module" src="{boot}"></script>
</head>
<body class="field" data-client-render>
<main id="loading" class="plain">
<div class="skeleton" role="status"><span>正在打开 Opening…</span><i></i><i></i><i></i></div>
<noscript><p>此页需要 JavaScript。This page needs JavaScript.</p></noscript>
</main>
</body>
</html>
"##
    )
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
        assert!(document.contains("data-client-render"));
        // The content security policy lets neither run.
        assert!(!document.contains("<script>") && !document.contains("style="));
    }
}
