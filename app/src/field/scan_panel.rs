//! A barcode or QR code read by the camera, where the browser reads codes (the Shape Detection API); elsewhere what is printed under it is
//! typed.

use std::pin::pin;

use domain::Text;
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamConstraints};

use super::browser::{navigator_part, pause, when_put_away};
use super::icon::{Icon, IconName};
use super::piece::{Noted, Piece, afterwards};
use super::recorder::{NoRecording, camera, let_go, media};
use crate::i18n::{said, t};

const DETECTOR: &str = "BarcodeDetector";
/// Milliseconds between two looks at what the camera sees.
const LOOK: u64 = 200;

/// Whether this browser reads codes, on this page.
fn can_scan() -> bool {
    navigator_part("mediaDevices").is_some()
        && Reflect::has(&window(), &DETECTOR.into()).unwrap_or(false)
}

#[derive(Clone, Copy)]
struct Scan {
    /// None unless the camera is looking.
    stream: RwSignal<Option<MediaStream>, LocalStorage>,
    asking: RwSignal<bool>,
    failure: RwSignal<Option<Text>>,
    take: Callback<String>,
}

/// The way to scan, beside what is typed.
#[component]
pub fn ScanPanel(readonly: RwSignal<bool>, take: Callback<String>) -> Piece {
    if !can_scan() {
        return view! {
            <p class="hint" data-test="no-scanner">{said(Text::new(
                "此浏览器不能扫码，请输入条码或二维码下方的字符",
                "This browser reads no codes; type what is printed under it",
            ))}</p>
        };
    }
    let scan = Scan {
        stream: RwSignal::new_local(None),
        asking: RwSignal::new(false),
        failure: RwSignal::new(None),
        take,
    };
    when_put_away(move || scan.end());
    view! {
        {move || scan.failure.get().map(|failure| view! {
            <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{t(failure)}</p>
        })}
        <div class="row">
            <button class="button" type="button" data-test="scan" prop:disabled=move || readonly.get() || scan.asking.get()
                on:click=move |_| if scan.stream.with_untracked(Option::is_some) { scan.end() } else { scan.begin() }>
                <Icon name=IconName::Camera/>
                {move || t(if scan.stream.with(Option::is_some) { Text::new("停止扫码", "Stop scanning") } else { Text::new("扫码", "Scan") })}
            </button>
        </div>
        <Show when=move || scan.stream.with(Option::is_some)>{scan.glass()}</Show>
    }
}

impl Scan {
    fn begin(self) {
        self.asking.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let wanted = MediaStreamConstraints::new();
            wanted.set_video(&camera());
            let begun = media(&wanted).await;
            // The page was left while the person was asked.
            if self.asking.try_set(false).is_some() {
                if let Ok(stream) = begun {
                    let_go(&stream);
                }
                return;
            }
            match begun {
                Ok(stream) => self.stream.set(Some(stream)),
                Err(NoRecording::Denied) => self.failure.set(Some(Text::new(
                    "浏览器不允许使用摄像头。请在浏览器的网站设置中允许，或输入条码或二维码下方的字符",
                    "The browser does not let this page use the camera. Allow it in the browser’s settings for this site, or type what is printed under the code",
                ))),
                Err(NoRecording::Missing | NoRecording::Browser) => self.failure.set(Some(Text::new(
                    "没有可用的摄像头，请输入条码或二维码下方的字符",
                    "No camera is free; type what is printed under the code",
                ))),
            }
        });
    }

    /// Lets the camera go.
    fn end(self) {
        if let Some(Some(stream)) = self.stream.try_get_untracked() {
            let_go(&stream);
            let _ = self.stream.try_set(None);
        }
    }

    fn glass(self) -> Piece {
        let glass = Noted::new_local(None);
        afterwards(move || {
            if let (Some(glass), Some(stream)) = (glass.get(), self.stream.get_untracked()) {
                // The bindings have no word for it; it fails for no player.
                let _ = Reflect::set(&glass, &"srcObject".into(), &stream);
                spawn_local(self.look(stream, glass.into()));
            }
        });
        view! {
            <div class="recording" data-test="scanning">
                <video node_ref=glass autoplay="" playsinline="" prop:muted=true aria-label=said(Text::new("摄像头画面", "What the camera sees"))></video>
                <p class="hint" role="status">{said(Text::new("把条码或二维码放进画面", "Hold the barcode or QR code into the picture"))}</p>
            </div>
        }
    }

    /// Looks until there is a code, or the camera is let go.
    async fn look(self, stream: MediaStream, glass: JsValue) {
        let Some((detector, detect)) = detector() else {
            self.end();
            return;
        };
        while self.is_of(&stream) {
            let seen = detect.call1(&detector, &glass);
            // A picture that has not come yet cannot be looked at.
            let found = match seen.map(JsCast::unchecked_into::<Promise>) {
                Ok(looking) => JsFuture::from(looking).await.ok(),
                Err(_) => None,
            };
            if let Some(code) = found.and_then(first_code)
                && self.is_of(&stream)
            {
                self.end();
                self.take.run(code);
                return;
            }
            pause(LOOK, pin!(std::future::pending::<()>())).await;
        }
    }

    fn is_of(self, stream: &MediaStream) -> bool {
        let now = self.stream.try_get_untracked().flatten();
        now.is_some_and(|now| now == *stream)
    }
}

/// The browser's reader of codes, and its way to look.
fn detector() -> Option<(JsValue, Function)> {
    let detector = Reflect::get(&window(), &DETECTOR.into()).ok()?;
    let detector: Function = detector.unchecked_into();
    let detector = Reflect::construct(&detector, &Array::new()).ok()?;
    let detect = Reflect::get(&detector, &"detect".into()).ok()?;
    Some((detector, detect.dyn_into().ok()?))
}

fn first_code(found: JsValue) -> Option<String> {
    let first = found.dyn_into::<Array>().ok()?.get(0);
    let code = Reflect::get(&first, &"rawValue".into()).ok()?.as_string()?;
    let code = code.trim();
    (!code.is_empty()).then(|| code.to_owned())
}
