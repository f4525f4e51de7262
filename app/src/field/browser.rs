//! What the field asks of the browser itself.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use domain::instant::Instant;
use domain::wording::{self, NAME_LIMIT};
use domain::{Language, say};
use form::{Session, TimeZone};
use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Date, Function, Promise, Reflect};
use leptos::prelude::{
    document, on_cleanup, request_animation_frame, set_timeout_with_handle, window,
    window_event_listener_untyped,
};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDialogElement, HtmlElement, Position, PositionError, PositionOptions};

use crate::clock::{WallTime, wall_time};
use crate::i18n::{LANGUAGE_COOKIE, language_in_cookies};
use crate::places::Place;

pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    Instant(Date::now() as i64)
}

thread_local! {
    /// When the tablet's clock was last held against another: by the clock, and by how long the page had been open.
    static HELD: Cell<Option<(f64, f64)>> = const { Cell::new(None) };
}

fn clocks() -> Option<(f64, f64)> {
    Some((Date::now(), window().performance()?.now()))
}

/// Notes that the tablet's clock is held against the server's now.
pub fn hold_clock() {
    HELD.set(clocks());
}

/// How many milliseconds the tablet's clock jumped ahead since it was held against the server's on this page; since the page asked first, where
/// it was not.
pub fn jumped() -> i64 {
    let (Some(now), held) = (clocks(), HELD.get()) else {
        return 0;
    };
    let Some(held) = held else {
        HELD.set(Some(now));
        return 0;
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds of a few years"
    )]
    let jump = ((now.0 - held.0) - (now.1 - held.1)) as i64;
    jump
}

/// What the browser says of itself, as far as a name goes.
pub fn name() -> String {
    let name = window().navigator().user_agent().unwrap_or_default();
    let name = name.strip_prefix("Mozilla/5.0 ").unwrap_or(&name);
    let name: String = name.chars().take(NAME_LIMIT).collect();
    match wording::require(&name, NAME_LIMIT) {
        Ok(()) => name,
        // A browser that does not say what it is.
        Err(_) => "?".to_owned(),
    }
}

/// Why the tablet does not say where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    Denied,
    /// It has no such sensor, or finds nothing to go by.
    Unknown,
    TooSlow,
    /// What is typed cannot be read: nothing is put behind it.
    Garbled,
    /// Something was typed while it was looked for.
    Typed,
}

impl NoPlace {
    pub fn text(self, language: Language) -> String {
        match self {
            NoPlace::Denied => say!(
                language,
                "没有定位权限。请在浏览器设置里允许本站定位，或直接填写",
                "This tablet is not allowed to say where it is. Allow it in the browser’s settings, or type the place"
            ),
            NoPlace::Unknown => say!(
                language,
                "这台平板找不到自己的位置，请直接填写",
                "This tablet does not find where it is; type the place"
            ),
            NoPlace::Typed => say!(
                language,
                "定位期间答案已变动，保留了变动后的内容；需要时请再取一次",
                "The answer changed while the place was looked for, and is kept as it is now; take it again if need be"
            ),
            NoPlace::Garbled => say!(
                language,
                "已填写的内容无法识别，请先改正或清空",
                "What is typed cannot be read; put it right or clear it first"
            ),
            NoPlace::TooSlow => say!(
                language,
                "半分钟内没有定位成功，请到窗边或室外再试，或直接填写",
                "It was not found within half a minute; try at a window or outside, or type the place"
            ),
        }
    }
}

/// Where the tablet is, as well as it can tell, asked anew.
pub async fn locate() -> Result<Place, NoPlace> {
    const PATIENCE_MS: u32 = 30_000;
    let geolocation = window()
        .navigator()
        .geolocation()
        .map_err(|_| NoPlace::Unknown)?;
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_maximum_age(0);
    options.set_timeout(PATIENCE_MS);
    let answer = Promise::new(&mut |found: Function, failed: Function| {
        let asked = geolocation.get_current_position_with_error_callback_and_options(
            &found,
            Some(&failed),
            &options,
        );
        if let Err(error) = asked {
            // A promise that was settled already stays as it is.
            let _ = failed.call1(&JsValue::NULL, &error);
        }
    });
    match JsFuture::from(answer).await {
        Ok(position) => {
            let found = position.unchecked_into::<Position>().coords();
            Ok(Place {
                latitude: found.latitude(),
                longitude: found.longitude(),
                altitude: found.altitude().unwrap_or_default(),
                accuracy: found.accuracy(),
            })
        }
        Err(error) => Err(match error.unchecked_into::<PositionError>().code() {
            PositionError::PERMISSION_DENIED => NoPlace::Denied,
            PositionError::TIMEOUT => NoPlace::TooSlow,
            _ => NoPlace::Unknown,
        }),
    }
}

/// Waits so many milliseconds, or until something else has happened.
pub async fn pause(millis: u64, sooner: impl Future + Unpin) {
    let (ring, alarm) = oneshot::channel::<()>();
    let timeout = set_timeout_with_handle(
        move || {
            let _ = ring.send(());
        },
        Duration::from_millis(millis),
    );
    if let Either::Left(_) = select(sooner, alarm).await
        && let Ok(timeout) = timeout
    {
        timeout.clear();
    }
}

/// The clock a form sees, in a time zone, and what it draws at random from.
pub fn form_session(at: Instant, time_zone: &str) -> Session {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "any bits will do"
    )]
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    Session {
        now: at.0,
        time_zone: TimeZone {
            offset_minutes: offset_minutes(at, time_zone),
            transitions: Vec::new(),
        },
        seed,
        ..Session::default()
    }
}

/// Minutes a time zone is east of UTC at an instant: what its clocks show less what those of UTC do.
fn offset_minutes(at: Instant, time_zone: &str) -> i32 {
    let (here, utc) = (wall_time(at, time_zone), wall_time(at, "UTC"));
    let minutes = |time: &WallTime| i32::from(time.hour) * 60 + i32::from(time.minute);
    // No place is a whole day from UTC.
    let days = here.day.cmp(&utc.day) as i32;
    days * 1_440 + minutes(&here) - minutes(&utc)
}

/// Whether the browser believes in a network.
pub fn online() -> bool {
    window().navigator().on_line()
}

/// The language chosen here before, else the first of the browser's that is ours.
pub fn stored_language() -> Language {
    let cookies = Reflect::get(&document(), &"cookie".into())
        .ok()
        .and_then(|cookies| cookies.as_string());
    cookies
        .and_then(|cookies| language_in_cookies(&cookies))
        .unwrap_or_else(|| {
            Language::preferred(&window().navigator().language().unwrap_or_default())
        })
}

/// Keeps the language for a year, for the office's pages too, and says it to whoever reads the page aloud.
pub fn keep_language(language: Language) {
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; path=/; max-age=31536000; samesite=lax",
        language.code()
    );
    // A browser that keeps no cookies shows the language until the page is closed.
    let _ = Reflect::set(&document(), &"cookie".into(), &cookie.into());
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language.tag());
    }
}

/// Asks once that what is kept here is not cleared when space runs short; the browser decides.
pub async fn ask_to_persist() {
    let storage = window().navigator().storage();
    // Absent where the page is not served securely.
    if storage.is_undefined() {
        return;
    }
    let persisted = match storage.persisted() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .ok()
            .and_then(|kept| kept.as_bool())
            .unwrap_or(false),
        Err(_) => true,
    };
    if !persisted && let Ok(promise) = storage.persist() {
        // Refused: the work stays until the browser is short of space, which the store's errors report.
        let _ = JsFuture::from(promise).await;
    }
}

/// A property of the navigator, if this browser has it.
pub fn navigator_part(name: &str) -> Option<JsValue> {
    Reflect::get(&window().navigator(), &name.into())
        .ok()
        .filter(|part| !part.is_undefined() && !part.is_null())
}

/// Brings an element under the eyes.
pub fn show(id: &str) -> Option<web_sys::Element> {
    let element = document().get_element_by_id(id)?;
    element.scroll_into_view();
    Some(element)
}

/// Brings an element under the eyes and, if it can take it, the focus to it.
pub fn look_at(id: &str) {
    let Some(element) = show(id) else {
        return;
    };
    let first = element
        .query_selector(
            "input:not(:disabled), textarea:not(:disabled), select:not(:disabled), button:not(:disabled)",
        )
        .ok()
        .flatten();
    if let Some(control) = first.unwrap_or(element).dyn_ref::<web_sys::HtmlElement>() {
        let _ = control.focus();
    }
}

/// Scrolls the list an element stands in, and nothing else, until the element is whole and clear of the list's ends.
pub fn keep_in_list(element: &web_sys::Element) {
    /// Pixels at an end of the list in which things fade.
    const CLEAR: f64 = 24.0;
    let Ok(Some(list)) = element.closest("ol") else {
        return;
    };
    let (inner, outer) = (
        element.get_bounding_client_rect(),
        list.get_bounding_client_rect(),
    );
    let beyond = |(start, end): (f64, f64), (from, to): (f64, f64)| {
        let (before, after) = (start - from - CLEAR, end - to + CLEAR);
        if before < 0.0 {
            before
        } else {
            // One that is longer than the list shows its beginning.
            after.min(before).max(0.0)
        }
    };
    list.scroll_by_with_x_and_y(
        beyond((inner.left(), inner.right()), (outer.left(), outer.right())),
        beyond((inner.top(), inner.bottom()), (outer.top(), outer.bottom())),
    );
}

/// Gives something the focus once the page shows it.
pub fn focus_on(id: String) {
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id);
        if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Acts when the page is left, by who is at it or by its owner, and when the tablet is put away or another program comes to the front.
pub fn when_put_away(act: impl Fn() + Copy + Send + Sync + 'static) {
    let put_away = window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            act();
        }
    });
    on_cleanup(move || {
        put_away.remove();
        act();
    });
}

/// Shows a picture as large as the glass, over everything else, until it is pressed or put away; what puts it away is called `closes`.
///
/// # Errors
/// A browser that knows no dialogs.
pub fn enlarge(source: &str, words: &str, closes: &str) -> Result<(), JsValue> {
    let document = document();
    let dialog: HtmlDialogElement = document.create_element("dialog")?.unchecked_into();
    let picture = document.create_element("img")?;
    let button = document.create_element("button")?;
    dialog.set_class_name("enlarged");
    dialog.set_attribute("aria-label", words)?;
    picture.set_attribute("src", source)?;
    picture.set_attribute("alt", words)?;
    button.set_class_name("button");
    button.set_attribute("type", "button")?;
    button.set_text_content(Some(closes));
    dialog.append_child(&button)?;
    dialog.append_child(&picture)?;
    document.body().ok_or("no page")?.append_child(&dialog)?;
    let pressed = dialog.clone();
    let pressed = Closure::<dyn Fn()>::new(move || pressed.close());
    dialog.set_onclick(Some(pressed.as_ref().unchecked_ref()));
    let gone = dialog.clone();
    // Called once, when it is put away, however that is done; what listens goes with it.
    let gone = Closure::once_into_js(move || {
        gone.remove();
        drop(pressed);
    });
    dialog.set_onclose(Some(gone.unchecked_ref()));
    dialog.show_modal()
}

/// Puts away the picture that is shown large, if there is one: what lies over everything else can neither be locked nor left.
pub fn put_enlarged_away() {
    let shown = document().query_selector("dialog.enlarged");
    if let Ok(Some(dialog)) = shown {
        dialog.unchecked_into::<HtmlDialogElement>().close();
    }
}

/// Keeps the screen lit until what is given is told so or dropped, where the browser can: a tablet that goes dark stops what it records.
pub async fn stay_awake(until: oneshot::Receiver<()>) {
    let lit = async {
        let lock = navigator_part("wakeLock")?;
        let request = Reflect::get(&lock, &"request".into()).ok()?;
        let request: Function = request.dyn_into().ok()?;
        settled(request.call1(&lock, &"screen".into())).await.ok()
    };
    // Refused when the battery is low: the screen goes dark as ever.
    let lit = lit.await;
    let _ = until.await;
    if let Some(lit) = lit
        && let Ok(release) = Reflect::get(&lit, &"release".into())
        && let Ok(release) = release.dyn_into::<Function>()
    {
        let _ = settled(release.call0(&lit)).await;
    }
}

/// A promise of something that is done by calling `resolve`.
pub async fn settled(promise: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise?)).await
}
