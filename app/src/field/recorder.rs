//! Sound and moving pictures from the tablet's microphone and camera, by the browser's own recorder.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use domain::Text;
use form::QuestionKind;
use futures::channel::mpsc::UnboundedSender;
use js_sys::{Array, Reflect};
use leptos::prelude::window;
use sync::protocol::PHOTO_BYTE_LIMIT;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobEvent, DomException, MediaDevices, MediaRecorder, MediaRecorderOptions, MediaStream,
    MediaStreamConstraints, MediaStreamTrack, RecordingState,
};

use super::browser::navigator_part;

/// Milliseconds between the parts the recorder gives out: what is lost at most when the page is gone at once.
const PART: i32 = 1_000;
/// Bits a second. Speech is clear at this; twenty megabytes are over half an hour.
const OF_SOUND: u32 = 64_000;
/// Of 720 lines, a face and a label can be made out; twenty megabytes are two minutes.
const OF_PICTURES: u32 = 1_200_000;
/// What is recorded is ended before it is larger than what is taken: some seconds of pictures before.
const FULL: f64 = LIMIT - 1_048_576.0;
/// Bytes of what is taken.
#[expect(clippy::cast_precision_loss, reason = "some megabytes")]
pub const LIMIT: f64 = PHOTO_BYTE_LIMIT as f64;

/// As the browsers write them: the open containers where there is a choice.
const SOUND: [&str; 3] = [
    "audio/webm;codecs=opus",
    "audio/mp4",
    "audio/ogg;codecs=opus",
];
const PICTURES: [&str; 3] = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

/// Why nothing is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRecording {
    Denied,
    /// No microphone or no camera, or another program has it.
    Missing,
    Browser,
}

impl NoRecording {
    pub const fn text(self) -> Text {
        match self {
            NoRecording::Denied => Text::new(
                "浏览器不允许使用麦克风或摄像头。请在浏览器的网站设置中允许，或选择已录好的文件",
                "The browser does not let this page record. Allow it in the browser’s settings for this site, or choose a file that was recorded already",
            ),
            NoRecording::Missing => Text::new(
                "没有可用的麦克风或摄像头，可能正被其他程序使用。可选择已录好的文件",
                "No microphone or camera is free; another program may be using it. You can choose a file that was recorded already",
            ),
            NoRecording::Browser => Text::new(
                "录制失败，请再试一次，或选择已录好的文件",
                "It could not be recorded; try again, or choose a file that was recorded already",
            ),
        }
    }
}

/// A recording under way. It goes on until it is stopped, whoever still holds it.
pub struct Recorder {
    of_browser: MediaRecorder,
    stream: MediaStream,
    parts: RefCell<Vec<Blob>>,
    bytes: Cell<f64>,
    thrown_away: Cell<bool>,
    on_part: RefCell<Option<Closure<dyn FnMut(BlobEvent)>>>,
    /// Has each part as it comes, for as long as there are more to come.
    each_part: RefCell<Option<UnboundedSender<Blob>>>,
}

/// Whether this browser records, on this page: it does on none without a secure connection.
pub fn can_record() -> bool {
    navigator_part("mediaDevices").is_some()
        && Reflect::has(&window(), &"MediaRecorder".into()).unwrap_or(false)
}

impl Recorder {
    /// Begins. `each_part` has each as it comes; `done` has what was recorded, however it ended: stopped, full, or the microphone pulled
    /// out; nothing of what was thrown away. It is called once, and not at all where beginning fails.
    pub fn begin(
        stream: MediaStream,
        kind: QuestionKind,
        each_part: UnboundedSender<Blob>,
        done: impl FnOnce(Result<Option<Blob>, NoRecording>) + 'static,
    ) -> Result<Rc<Recorder>, NoRecording> {
        let begun = recorder_of(&stream, kind == QuestionKind::Video).and_then(|of_browser| {
            of_browser.start_with_time_slice(PART)?;
            Ok(of_browser)
        });
        let of_browser = begun.map_err(|_| {
            let_go(&stream);
            NoRecording::Browser
        })?;
        let recorder = Rc::new(Recorder {
            of_browser,
            stream,
            parts: RefCell::default(),
            bytes: Cell::default(),
            thrown_away: Cell::default(),
            on_part: RefCell::default(),
            each_part: RefCell::new(Some(each_part)),
        });
        // What it has to tell waits until this is over.
        recorder.listen(done);
        Ok(recorder)
    }

    fn listen(self: &Rc<Self>, done: impl FnOnce(Result<Option<Blob>, NoRecording>) + 'static) {
        let recorder = Rc::downgrade(self);
        let on_part = Closure::new(move |event: BlobEvent| {
            if let (Some(recorder), Some(part)) = (recorder.upgrade(), event.data()) {
                recorder.take(part);
            }
        });
        self.of_browser
            .set_ondataavailable(Some(on_part.as_ref().unchecked_ref()));
        self.on_part.replace(Some(on_part));
        // The browser calls it when the recording ends, and keeps what is recorded alive until then.
        let recorder = Rc::clone(self);
        let on_stop = Closure::once_into_js(move |_: JsValue| {
            let_go(&recorder.stream);
            recorder.of_browser.set_ondataavailable(None);
            recorder.on_part.take();
            recorder.each_part.take();
            done(recorder.recorded());
        });
        self.of_browser.set_onstop(Some(on_stop.unchecked_ref()));
    }

    fn take(&self, part: Blob) {
        self.bytes.set(self.bytes.get() + part.size());
        if let Some(each_part) = &*self.each_part.borrow() {
            // Nobody may listen any more.
            let _ = each_part.unbounded_send(part.clone());
        }
        self.parts.borrow_mut().push(part);
        if self.bytes.get() > FULL {
            self.stop();
        }
    }

    /// All of it, as far as there is room for: a recording that is cut short plays up to there.
    fn recorded(&self) -> Result<Option<Blob>, NoRecording> {
        if self.thrown_away.get() {
            return Ok(None);
        }
        let parts = Array::new();
        let mut bytes = 0.0;
        for part in self.parts.take() {
            bytes += part.size();
            if bytes > LIMIT {
                break;
            }
            parts.push(&part);
        }
        if bytes == 0.0 {
            return Err(NoRecording::Browser);
        }
        let whole = Blob::new_with_blob_sequence(&parts);
        whole.map(Some).map_err(|_| NoRecording::Browser)
    }

    /// Ends it, once.
    pub fn stop(&self) {
        if self.of_browser.state() != RecordingState::Inactive {
            // It fails only for what has ended.
            let _ = self.of_browser.stop();
        }
    }

    pub fn throw_away(&self) {
        self.thrown_away.set(true);
        self.stop();
    }

    /// What the camera sees.
    pub fn stream(&self) -> &MediaStream {
        &self.stream
    }
}

/// The microphone, for video the camera too, once the person lets the page: some are never answered.
pub async fn ask(kind: QuestionKind) -> Result<MediaStream, NoRecording> {
    let wanted = MediaStreamConstraints::new();
    wanted.set_audio(&true.into());
    if kind == QuestionKind::Video {
        wanted.set_video(&camera());
    }
    media(&wanted).await
}

/// What microphone and camera give, once the person lets the page.
pub async fn media(wanted: &MediaStreamConstraints) -> Result<MediaStream, NoRecording> {
    let devices = navigator_part("mediaDevices").ok_or(NoRecording::Browser)?;
    let devices: MediaDevices = devices.unchecked_into();
    let asked = devices.get_user_media_with_constraints(wanted);
    let stream = JsFuture::from(asked.map_err(refused)?).await;
    Ok(stream.map_err(refused)?.unchecked_into())
}

/// The camera that looks away from whoever holds the tablet, if there is a choice.
pub fn camera() -> JsValue {
    let video = js_sys::Object::new();
    for (name, value) in [
        ("facingMode", JsValue::from("environment")),
        ("width", 1_280.into()),
        ("height", 720.into()),
    ] {
        // It fails for no plain object.
        let _ = Reflect::set(&video, &name.into(), &value);
    }
    video.into()
}

fn recorder_of(stream: &MediaStream, is_film: bool) -> Result<MediaRecorder, JsValue> {
    let options = MediaRecorderOptions::new();
    let kinds = if is_film { PICTURES } else { SOUND };
    // Without any of them the browser takes its own.
    if let Some(kind) = kinds
        .into_iter()
        .find(|kind| MediaRecorder::is_type_supported(kind))
    {
        options.set_mime_type(kind);
    }
    options.set_audio_bits_per_second(OF_SOUND);
    options.set_video_bits_per_second(OF_PICTURES);
    MediaRecorder::new_with_media_stream_and_media_recorder_options(stream, &options)
}

/// Lets microphone and camera go, so that the tablet does not look as if it still listened.
pub fn let_go(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

fn refused(why: JsValue) -> NoRecording {
    let name = why.dyn_ref::<DomException>().map(DomException::name);
    match name.as_deref() {
        Some("NotAllowedError" | "SecurityError") => NoRecording::Denied,
        Some("NotFoundError" | "NotReadableError" | "OverconstrainedError" | "AbortError") => {
            NoRecording::Missing
        }
        _ => NoRecording::Browser,
    }
}
