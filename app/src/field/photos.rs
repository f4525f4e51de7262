//! The photos of an item or a finding: those there are, and the camera. What else is kept as photos are is shown here, too.

use domain::attachment::FileKind;
use domain::finding::{PHOTO_LIMIT, PhotoHash};
use domain::{Text, say};
use form::QuestionKind;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use web_sys::{Blob, BlobPropertyBag, Url};

use super::browser;
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::marking::{Marked, MarkingPanel};
use super::open_inspection::PhotoPlace;
use super::photo_capture::capture;
use super::piece::{Piece, Targeted, each};
use super::tablet::tablet;
use crate::clock::instant_text;
use crate::i18n::{LanguageSignal, language, said, t};
use crate::widgets::files::size;

const KNOWN: Text = Text::new(
    "这张照片已用在本次检查中，请另拍一张",
    "This photo is in this inspection already; take another",
);

#[component]
pub fn Photos(open: Open, place: PhotoPlace, hashes: Signal<Vec<String>>) -> Piece {
    let LanguageSignal(chosen) = expect_context();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let take = move |event: Targeted<web_sys::HtmlInputElement>| {
        let input = event.target();
        let Some(files) = input.files() else { return };
        let files: Vec<web_sys::File> = (0..files.length())
            .filter_map(|index| files.get(index))
            .collect();
        // The same file may be chosen again after it was removed.
        input.set_value("");
        let open = open.get_value();
        failure.set(None);
        busy.set(true);
        let taking = open.takes_photo();
        spawn_local(async move {
            let language = chosen.get_untracked();
            for file in files {
                let problem = match capture(&file).await {
                    Ok(captured) if open.has_photo(&captured) => {
                        Some(KNOWN.get(language).to_owned())
                    }
                    Ok(captured) => {
                        open.keep_photo(&taking, captured, place).await;
                        None
                    }
                    Err(error) => Some(error.text(language)),
                };
                if problem.is_some() {
                    let _ = failure.try_set(problem);
                }
            }
            drop(taking);
            let _ = busy.try_set(false);
        });
    };
    let full = Memo::new(move |_| hashes.with(Vec::len) >= PHOTO_LIMIT);
    let marked = Marked::new(None);
    view! {
        {move || failure.get().map(|failure| view! {
            <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{failure}</p>
        })}
        <ul class="photos">
            {each(move || hashes.get(), String::clone, move |hash| view! {
                <Kept open place kind=QuestionKind::Photo marked=Some((marked, full)) hash hashes/>
            })}
            // What is being marked becomes one more.
            <Show when=move || !full.get() && marked.with(Option::is_none)>
                <li>
                    <label class="add" aria-busy=move || busy.get().then_some("true")>
                        <input class="unseen" type="file" accept="image/*" capture="environment" data-test="photo" on:change:target=take/>
                        <Icon name=IconName::Camera/>
                        {move || t(if busy.get() { Text::new("正在处理…", "Working…") } else { Text::new("拍照", "Take a photo") })}
                    </label>
                </li>
            </Show>
        </ul>
        {move || marked.get().map(|photo| view! { <MarkingPanel open place marked photo/> })}
    }
}

/// The id of what leads to a photo's marking.
pub fn mark_id(photo: &str) -> String {
    format!("mark-{photo}")
}

/// What a file is that answers a question of a kind.
fn titled(kind: QuestionKind, number: usize) -> String {
    let language = language();
    match kind {
        QuestionKind::Audio => say!(language, "录音 {number}", "Sound recording {number}"),
        QuestionKind::Video => say!(language, "录像 {number}", "Video {number}"),
        QuestionKind::File => say!(language, "文件 {number}", "File {number}"),
        _ => say!(language, "照片 {number}", "Photo {number}"),
    }
}

/// A photo or another file that was taken, and its removal, which is asked about: the evidence may be gone tomorrow.
#[component]
pub fn Kept(
    open: Open,
    place: PhotoPlace,
    kind: QuestionKind,
    marked: Option<(Marked, Memo<bool>)>,
    hash: String,
    hashes: Signal<Vec<String>>,
) -> Piece {
    let asked = RwSignal::new(false);
    let photo = hash.clone();
    let place_in = hash.clone();
    let number = Memo::new(move |_| {
        let index = hashes.with(|hashes| hashes.iter().position(|hash| *hash == place_in));
        index.unwrap_or_default() + 1
    });
    let remove = move || {
        let what = titled(kind, number.get());
        say!(language(), "删除{what}", "Remove {what}")
    };
    view! {
        <li>
            <Figure open hash=hash.clone() kind number/>
            {move || if asked.get() {
                let hash = hash.clone();
                view! {
                    <div class="sure">
                        <button class="button" data-kind="danger" type="button" data-test="remove-photo" aria-label=remove
                            on:click=move |_| {
                                open.with_value(|open| open.drop_photo(&hash, place));
                                // What is gone is marked no more.
                                if let Some((marked, _)) = marked && marked.with_untracked(|marked| marked.as_deref() == Some(&hash)) {
                                    marked.set(None);
                                }
                            }
                        ><Icon name=IconName::Trash/>{said(Text::new("删除", "Remove"))}</button>
                        <button class="button" type="button" on:click=move |_| asked.set(false)>
                            {said(Text::new("保留", "Keep"))}
                        </button>
                    </div>
                }
            } else {
                view! {
                    <button class="button" data-kind="quiet" type="button" aria-label=remove
                        on:click=move |_| asked.set(true)
                    ><Icon name=IconName::Trash/></button>
                }
            }}
            {marked.map(|(marked, full)| {
                let mark = move || {
                    let number = number.get();
                    say!(language(), "在照片 {number} 上标注", "Mark photo {number}")
                };
                let id = mark_id(&photo);
                view! {
                    <button class="button" data-kind="mark" type="button" id=id data-test="mark-photo" aria-label=mark prop:disabled=full
                        on:click=move |_| marked.set(Some(photo.clone()))
                    ><Icon name=IconName::Pencil/>{said(Text::new("标注", "Mark"))}</button>
                }
            })}
        </li>
    }
}

#[component]
fn Figure(open: Open, hash: String, kind: QuestionKind, number: Memo<usize>) -> Piece {
    let tablet = tablet();
    let taken_at = open.with_value(|open| open.taken_at(&hash));
    let digest = hash.clone();
    let when = move || {
        taken_at
            .map(|at| instant_text(at, &tablet.time_zone(), language()))
            .unwrap_or_default()
    };
    let words = move || {
        let (what, when) = (titled(kind, number.get()), when());
        say!(language(), "{what}，{when}", "{what}, {when}")
    };
    view! {
        <figure>
            {exhibit(PhotoHash(hash), words)}
            <figcaption><span>{when}</span>{move || checkpoint(&digest)}</figcaption>
        </figure>
    }
}

/// A file that is kept here, as it is seen or heard.
pub fn exhibit(hash: PhotoHash, words: impl Fn() -> String + Copy + 'static) -> Piece {
    let (media_type, bytes) = taken_as(&hash);
    let short = hash.0.get(..8).unwrap_or_default().to_owned();
    let address = picture(hash);
    let source = move || address.get();
    match media_type.split('/').next() {
        // Of one that is not here nothing is known, least of all that it is no picture.
        Some("image" | "") | None => enlarging(source, words, None),
        Some("audio") => {
            view! { <audio controls="" preload="metadata" src=source aria-label=words></audio> }
        }
        Some("video") => {
            view! { <video controls="" preload="metadata" src=source aria-label=words></video> }
        }
        Some(_) => {
            let mut kinds = FileKind::ALL.into_iter();
            let kind = kinds.find(|kind| kind.media_type() == media_type);
            let title = kind.map_or(Text::new("文件", "File"), FileKind::title);
            let bytes = size(bytes.into());
            let name = kind.map(|kind| format!("{short}.{}", kind.extension()));
            view! {
                <a class="file" href=source download=name aria-label=words><Icon name=IconName::FileText/><span>{said(title)}" · "{bytes}</span></a>
            }
        }
    }
}

/// A picture that is seen whole when it is pressed; `missing` is told where it does not come.
pub fn enlarging(
    source: impl Fn() -> Option<String> + Copy + 'static,
    words: impl Fn() -> String + Copy + 'static,
    missing: Option<RwSignal<bool>>,
) -> Piece {
    on_cleanup(browser::put_enlarged_away);
    view! {
        <a href=source rel="external" data-test="enlarge" on:click=move |event| {
            let shown = untrack(|| {
                let closes = t(Text::new("关闭", "Close"));
                browser::enlarge(source().as_deref().unwrap_or_default(), &words(), closes)
            });
            if shown.is_ok() {
                event.prevent_default();
            }
        }><img src=source alt=words on:error=move |_| if let Some(missing) = missing { missing.set(true) }/></a>
    }
}

/// The media type of a file that is kept here, blank for one that is not, and its bytes.
fn taken_as(hash: &PhotoHash) -> (String, u32) {
    tablet().photos.with_untracked(|photos| {
        let photo = photos.iter().find(|photo| photo.hash == *hash);
        photo
            .map(|photo| (photo.media_type.clone(), photo.bytes))
            .unwrap_or_default()
    })
}

/// Whether a photo is kept here.
pub fn is_here(hash: &PhotoHash) -> bool {
    tablet()
        .photos
        .with_untracked(|photos| photos.iter().any(|photo| photo.hash == *hash))
}

/// An address under which the page can show a file kept here; empty until it is read.
pub fn picture(hash: PhotoHash) -> RwSignal<Option<String>> {
    let tablet = tablet();
    let address = RwSignal::new(None::<String>);
    let (media_type, _) = taken_as(&hash);
    spawn_local(async move {
        let Some(person) = tablet.person_untracked() else {
            return;
        };
        let Ok(Some(bytes)) = tablet.store().photo_bytes(person, &hash).await else {
            return;
        };
        let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
        let options = BlobPropertyBag::new();
        // Without one the browser looks at the bytes.
        options.set_type(&media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options);
        if let Some(url) = blob
            .ok()
            .and_then(|blob| Url::create_object_url_with_blob(&blob).ok())
            && let Some(unused) = address.try_set(Some(url))
        {
            revoke(unused);
        }
    });
    on_cleanup(move || revoke(address.try_get_untracked().flatten()));
    address
}

/// The browser keeps the bytes for as long as the address stands.
fn revoke(address: Option<String>) {
    if let Some(address) = address {
        let _ = Url::revoke_object_url(&address);
    }
}

/// The beginning of a photo's hash, by which two people can tell that they speak of the same one.
pub fn checkpoint(hash: &str) -> Piece {
    let first = hash.get(..4).unwrap_or(hash);
    let second = hash.get(4..8).unwrap_or_default();
    let label = t(Text::new("校验值", "Hash"));
    view! { <span title=format!("SHA-256 {hash}")>{label}" "<code>{format!("{first} {second}")}</code></span> }
}
