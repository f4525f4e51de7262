//! What only a browser can do. On the server the same functions exist and do nothing: no page calls them there.

use domain::attachment::Attachment;
use domain::finding::Photo;
use domain::instant::{Day, Instant};

use crate::clock::wall_time;

/// A photo on its way into a form: stored on the server under its hash, shown from the reader's own copy.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenPhoto {
    pub photo: Photo,
    /// Address of the copy in this browser.
    pub preview: String,
    /// Whether the picture itself says when it was taken; of another one the file's date counts.
    pub dated: bool,
}

/// A file that was chosen, whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChosenFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What a file that was chosen could not be used for.
#[derive(Clone, Debug, PartialEq)]
pub enum FileError {
    /// The server's words, in both languages.
    Refused(form::Texts),
    Unreadable,
    NotSent,
}

/// The day on the wall of the jurisdiction.
pub fn today(time_zone: &str) -> Day {
    wall_time(now(), time_zone).day
}

#[cfg(not(all(feature = "browser", not(feature = "ssr"))))]
mod elsewhere {
    use std::future::{Ready, ready};

    use super::{Attachment, ChosenFile, ChosenPhoto, FileError, Instant};
    use crate::api::ApiError;
    use crate::api::view::ObligationsRead;
    use leptos::ev;

    pub fn now() -> Instant {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
    pub fn go_to(_address: &str) {}
    pub fn focus(_id: &str) {}
    pub fn focus_later(_id: &'static str) {}
    pub fn within(_limit: std::time::Duration, _act: impl FnOnce() + 'static) {}
    pub fn value_of(_id: &str) -> Option<String> {
        None
    }
    pub fn set_value(_id: &str, _value: &str) {}
    pub fn once_drawn(_id: &'static str, _act: impl FnOnce() + 'static) {}
    pub fn random_hash() -> Option<domain::record::Hash> {
        None
    }
    pub fn keep(_key: &str, _value: &str) {}
    pub fn kept(_key: &str) -> Option<String> {
        None
    }
    pub fn close_navigation() {}
    pub fn fold_around(_form: &str) {}
    pub fn forget_preview(_address: &str) {}
    pub fn print() {}
    pub fn upload_photos(
        _event: ev::Event,
        _time_zone: String,
    ) -> Ready<Result<Vec<ChosenPhoto>, FileError>> {
        ready(Err(FileError::NotSent))
    }
    pub fn upload_files(_event: ev::Event) -> Ready<Result<Vec<Attachment>, FileError>> {
        ready(Err(FileError::NotSent))
    }
    pub fn forget(_key: &str) {}
    pub fn kept_under(_start: &str) -> Vec<String> {
        Vec::new()
    }
    pub fn read_file(_event: ev::Event) -> Ready<Result<Option<ChosenFile>, FileError>> {
        ready(Err(FileError::Unreadable))
    }
    pub fn send_import<T>(
        _address: &str,
        _bytes: Vec<u8>,
        _language: domain::Language,
    ) -> Ready<Result<T, ApiError>> {
        ready(Err(ApiError::NotFound))
    }
    pub fn save_import_report(
        _address: &str,
        _bytes: Vec<u8>,
        _language: domain::Language,
    ) -> Ready<Result<(), ApiError>> {
        ready(Err(ApiError::NotFound))
    }
    pub fn save_file(_name: &str, _kind: &str, _bytes: &[u8]) {}
    pub fn read_obligations(
        _bytes: Vec<u8>,
        _language: domain::Language,
    ) -> Ready<Result<ObligationsRead, ApiError>> {
        ready(Err(ApiError::NotFound))
    }
}
#[cfg(not(all(feature = "browser", not(feature = "ssr"))))]
pub use elsewhere::*;

#[cfg(all(feature = "browser", not(feature = "ssr")))]
mod here {
    use domain::attachment::{FILE_BYTE_LIMIT, FileKind};
    use domain::finding::{Photo, PhotoHash};
    use domain::record::Hash;
    use gloo_net::http::Request;
    use leptos::ev;
    use leptos::prelude::{document, event_target, window};
    use sync::protocol::Problem;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{File, HtmlElement, HtmlInputElement};

    use super::{Attachment, ChosenFile, ChosenPhoto, FileError, Instant};
    use crate::api::ApiError;
    use crate::api::view::ObligationsRead;
    use crate::widgets::photo_time::photo_time;

    pub fn now() -> Instant {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds since 1970 are far below 2^53"
        )]
        Instant(js_sys::Date::now() as i64)
    }

    /// Loads a page anew: the frame, too, may be another one now.
    pub fn go_to(address: &str) {
        let _ = window().location().set_href(address);
    }

    pub fn focus(id: &str) {
        if let Some(element) = document()
            .get_element_by_id(id)
            .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        {
            let _ = element.focus();
        }
    }

    /// Focuses what is only being drawn.
    pub fn focus_later(id: &'static str) {
        leptos::prelude::request_animation_frame(move || focus(id));
    }

    /// Does it at some moment before the limit is over.
    pub fn within(limit: std::time::Duration, act: impl FnOnce() + 'static) {
        let wait = limit.mul_f64(js_sys::Math::random());
        leptos::prelude::set_timeout(act, wait);
    }

    fn control(id: &str) -> Option<JsValue> {
        document().get_element_by_id(id).map(JsValue::from)
    }

    /// What a control holds now, such as what was typed before the page came alive.
    pub fn value_of(id: &str) -> Option<String> {
        js_sys::Reflect::get(&control(id)?, &"value".into())
            .ok()?
            .as_string()
    }

    /// Does it in the next frame in which the control stands in the document; not at all if it takes longer than any page does.
    pub fn once_drawn(id: &'static str, act: impl FnOnce() + 'static) {
        in_frames(id, act, 60);
    }

    fn in_frames(id: &'static str, act: impl FnOnce() + 'static, left: u32) {
        leptos::prelude::request_animation_frame(move || {
            if control(id).is_some() {
                act();
            } else if left > 0 {
                in_frames(id, act, left - 1);
            }
        });
    }

    pub fn set_value(id: &str, value: &str) {
        if let Some(control) = control(id) {
            let _ = js_sys::Reflect::set(&control, &"value".into(), &value.into());
        }
    }

    /// 32 bytes that nobody can guess.
    pub fn random_hash() -> Option<Hash> {
        let mut bytes = [0; 32];
        let crypto = window().crypto().ok()?;
        crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
        Some(Hash(bytes))
    }

    /// Keeps a text in this browser, where it lets itself be kept.
    pub fn keep(key: &str, value: &str) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(key, value);
        }
    }

    /// The keys of what is kept that begin like this.
    pub fn kept_under(start: &str) -> Vec<String> {
        let Ok(Some(storage)) = window().local_storage() else {
            return Vec::new();
        };
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?);
        keys.filter(|key| key.starts_with(start)).collect()
    }

    pub fn kept(key: &str) -> Option<String> {
        window().local_storage().ok()??.get_item(key).ok()?
    }

    /// Closes what a form is folded into, when it is done; whoever was in it is on what opens it again.
    pub fn fold_around(form: &str) {
        let submit = document().query_selector(&format!("[data-form='{form}']"));
        let form = submit.ok().flatten().map(|submit| submit.closest("form"));
        let Some(Ok(Some(form))) = form else { return };
        let folded = form.parent_element();
        let Some(folded) = folded.filter(|parent| parent.tag_name() == "DETAILS") else {
            return;
        };
        let is_within = folded.contains(document().active_element().as_deref());
        let _ = folded.remove_attribute("open");
        let summary = folded.query_selector("summary").ok().flatten();
        let summary = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
        if let Some(summary) = summary.filter(|_| is_within) {
            let _ = summary.focus();
        }
    }

    /// Closes the navigation where it lies over the page.
    pub fn close_navigation() {
        let Some(nav) = control("nav") else { return };
        let method = js_sys::Reflect::get(&nav, &"hidePopover".into());
        if let Some(method) = method
            .ok()
            .and_then(|method| method.dyn_into::<js_sys::Function>().ok())
        {
            // Refused where it stands beside the page, which is what we want.
            let _ = method.call0(&nav);
        }
    }

    /// Asks the browser to print the page.
    pub fn print() {
        let _ = leptos::prelude::window().print();
    }

    pub fn forget_preview(address: &str) {
        let _ = web_sys::Url::revoke_object_url(address);
    }

    /// The files of an input, which is empty afterwards so that the same file can be chosen again.
    fn take_files(event: &ev::Event) -> Vec<File> {
        let input: HtmlInputElement = event_target(event);
        let files = input.files();
        let files = files
            .map(|list| {
                (0..list.length())
                    .filter_map(|index| list.get(index))
                    .collect()
            })
            .unwrap_or_default();
        input.set_value("");
        files
    }

    /// The first file of an input.
    pub fn take_file(event: &ev::Event) -> Option<File> {
        take_files(event).into_iter().next()
    }

    async fn bytes(file: &File) -> Result<js_sys::Uint8Array, FileError> {
        let buffer = JsFuture::from(file.array_buffer())
            .await
            .map_err(|_| FileError::Unreadable)?;
        Ok(js_sys::Uint8Array::new(&buffer))
    }

    /// When the file was last written: of a photo nobody worked on, when it was taken.
    fn written_at(file: &File) -> Instant {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds of a date fit"
        )]
        Instant(file.last_modified() as i64)
    }

    async fn upload(file: &File, time_zone: &str) -> Result<ChosenPhoto, FileError> {
        let bytes = bytes(file).await?;
        let picture = bytes.to_vec();
        let own = photo_time(&picture, time_zone);
        let hash = Hash::of(&picture).to_string();
        let answer = Request::put(&format!("/api/sync/v1/photo/{hash}"))
            .header("content-type", "application/octet-stream")
            .body(bytes)
            .map_err(|_| FileError::NotSent)?
            .send()
            .await
            .map_err(|_| FileError::NotSent)?;
        if !answer.ok() {
            let problem = answer.json::<Problem>().await;
            return Err(problem.map_or(FileError::NotSent, |problem| {
                FileError::Refused(problem.message)
            }));
        }
        let preview =
            web_sys::Url::create_object_url_with_blob(file).map_err(|_| FileError::Unreadable)?;
        // A camera whose clock runs ahead says nothing of when it was taken.
        let own = own.filter(|at| *at <= now().plus_hours(1));
        Ok(ChosenPhoto {
            photo: Photo {
                hash: PhotoHash(hash),
                // No later than now, whatever a clock said.
                taken_at: own.unwrap_or_else(|| written_at(file)).min(now()),
            },
            preview,
            dated: own.is_some(),
        })
    }

    /// Puts the photos of an input on the server, one after another.
    /// One that does not say in which time zone it was taken was taken in this one.
    pub async fn upload_photos(
        event: ev::Event,
        time_zone: String,
    ) -> Result<Vec<ChosenPhoto>, FileError> {
        let mut chosen = Vec::new();
        for file in take_files(&event) {
            chosen.push(upload(&file, &time_zone).await?);
        }
        Ok(chosen)
    }

    /// What the server says of a file it took.
    #[derive(serde::Deserialize)]
    struct Taken {
        kind: FileKind,
        bytes: u64,
    }

    async fn upload_file(file: &File) -> Result<Attachment, FileError> {
        #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
        let too_large = file.size() > FILE_BYTE_LIMIT as f64;
        if too_large {
            let megabytes = FILE_BYTE_LIMIT / (1024 * 1024);
            let refusal = domain::attachment::AttachmentRefusal::TooLarge { megabytes };
            let text = |language| refusal.text(language);
            return Err(FileError::Refused(form::Texts::both(
                text(domain::Language::Chinese),
                text(domain::Language::English),
            )));
        }
        let bytes = bytes(file).await?;
        let hash = Hash::of(&bytes.to_vec());
        let answer = Request::put(&format!("/api/file/{hash}"))
            .header("content-type", "application/octet-stream")
            .body(bytes)
            .map_err(|_| FileError::NotSent)?
            .send()
            .await
            .map_err(|_| FileError::NotSent)?;
        if !answer.ok() {
            let problem = answer.json::<Problem>().await;
            return Err(problem.map_or(FileError::NotSent, |problem| {
                FileError::Refused(problem.message)
            }));
        }
        let taken: Taken = answer.json().await.map_err(|_| FileError::NotSent)?;
        Ok(Attachment {
            hash,
            name: file.name(),
            kind: taken.kind,
            bytes: taken.bytes,
        })
    }

    /// Puts the files of an input on the server, one after another.
    pub async fn upload_files(event: ev::Event) -> Result<Vec<Attachment>, FileError> {
        let mut taken = Vec::new();
        for file in take_files(&event) {
            taken.push(upload_file(&file).await?);
        }
        Ok(taken)
    }

    pub fn forget(key: &str) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.remove_item(key);
        }
    }

    /// The file of an input.
    pub async fn read_file(event: ev::Event) -> Result<Option<ChosenFile>, FileError> {
        let Some(file) = take_files(&event).into_iter().next() else {
            return Ok(None);
        };
        Ok(Some(ChosenFile {
            name: file.name(),
            bytes: bytes(&file).await?.to_vec(),
        }))
    }

    /// Has the server look at a file, or take it in: what the address says.
    pub async fn send_import<T: serde::de::DeserializeOwned>(
        address: &str,
        bytes: Vec<u8>,
        language: domain::Language,
    ) -> Result<T, ApiError> {
        send_file(address, &bytes, language).await
    }

    /// Has the server say what becomes of every row of a file, and keeps the answer as a file.
    pub async fn save_import_report(
        address: &str,
        bytes: Vec<u8>,
        language: domain::Language,
    ) -> Result<(), ApiError> {
        let answer = post_file(address, &bytes, language).await?;
        let report = answer.binary().await.map_err(lost)?;
        save_file("import-report.csv", "text/csv", &report);
        Ok(())
    }

    /// Gives the reader a file to keep.
    pub fn save_file(name: &str, kind: &str, bytes: &[u8]) {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options);
        if let Ok(blob) = blob {
            save_blob(name, &blob);
        }
    }

    /// The same of bytes that the browser holds.
    pub fn save_blob(name: &str, blob: &web_sys::Blob) {
        let Ok(address) = web_sys::Url::create_object_url_with_blob(blob) else {
            return;
        };
        let link = document()
            .create_element("a")
            .ok()
            .and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
        if let Some(link) = link {
            link.set_href(&address);
            link.set_download(name);
            link.click();
        }
        // The download has begun by then.
        leptos::prelude::set_timeout(
            move || forget_preview(&address),
            std::time::Duration::from_mins(1),
        );
    }

    /// Has the server read a file of a guide's obligations.
    pub async fn read_obligations(
        bytes: Vec<u8>,
        language: domain::Language,
    ) -> Result<ObligationsRead, ApiError> {
        send_file("/api/import/obligations", &bytes, language).await
    }

    fn lost(error: gloo_net::Error) -> ApiError {
        ApiError::Unavailable {
            detail: error.to_string(),
        }
    }

    async fn send_file<T: serde::de::DeserializeOwned>(
        address: &str,
        bytes: &[u8],
        language: domain::Language,
    ) -> Result<T, ApiError> {
        let answer = post_file(address, bytes, language).await?;
        answer.json().await.map_err(lost)
    }

    async fn post_file(
        address: &str,
        bytes: &[u8],
        language: domain::Language,
    ) -> Result<gloo_net::http::Response, ApiError> {
        let answer = Request::post(address)
            .header("content-type", "application/octet-stream")
            .body(js_sys::Uint8Array::from(bytes))
            .map_err(lost)?
            .send()
            .await
            .map_err(lost)?;
        if answer.status() == 401 {
            return Err(ApiError::SignedOut);
        }
        if !answer.ok() {
            let problem = answer.json::<Problem>().await.map_err(lost)?;
            let message = problem.message.get(language.tag()).to_owned();
            return Err(ApiError::refused(message));
        }
        Ok(answer)
    }
}
#[cfg(all(feature = "browser", not(feature = "ssr")))]
pub use here::*;
