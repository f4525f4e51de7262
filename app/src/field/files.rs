//! Recordings and documents as answers: those there are, the recorder, and the way to choose a file.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use domain::finding::PHOTO_LIMIT;
use domain::media::{Media, MediaRefusal};
use domain::{Language, Text, say};
use form::QuestionKind;
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use sync::protocol::PHOTO_BYTE_LIMIT;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::{OpenInspection, PhotoPlace, Taking};
use super::photo_capture::Captured;
use super::photos::Kept;
use super::piece::{Noted, Piece, Targeted, afterwards, each};
use super::recorder::{NoRecording, Recorder, can_record};
use crate::i18n::{language, said, t};

/// Told when the tablet is put away or another program comes to the front.
const PUT_AWAY: &str = "visibilitychange";
const TICK: Duration = Duration::from_millis(500);

const KNOWN: Text = Text::new(
    "这个文件已用在本次检查中，请另选一个",
    "This file is in this inspection already; choose another",
);
const UNREAD: Text = Text::new(
    "文件读取失败，请再选一次",
    "The file could not be read; choose it again",
);

/// The parts that share one question.
#[derive(Clone, Copy)]
struct Asked {
    open: Open,
    place: PhotoPlace,
    kind: QuestionKind,
    recorder: StoredValue<Option<Rc<Recorder>>, LocalStorage>,
    /// Milliseconds of the page when the recording began.
    since: RwSignal<Option<f64>>,
    seconds: RwSignal<u32>,
    /// The person is asked, or what was taken is made ready.
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

#[derive(Clone, Copy)]
enum Failure {
    Recording(NoRecording),
    File(MediaRefusal),
    Said(Text),
}

impl Failure {
    fn text(self, language: Language) -> String {
        match self {
            Failure::Recording(why) => why.text().get(language).to_owned(),
            Failure::File(why) => why.text(language),
            Failure::Said(text) => text.get(language).to_owned(),
        }
    }
}

/// `kind` is sound, video or any file.
#[component]
pub fn Files(
    open: Open,
    place: PhotoPlace,
    kind: QuestionKind,
    hashes: Signal<Vec<String>>,
    readonly: RwSignal<bool>,
) -> Piece {
    let files = Asked {
        open,
        place,
        kind,
        recorder: StoredValue::new_local(None),
        since: RwSignal::new(None),
        seconds: RwSignal::new(0),
        busy: RwSignal::new(false),
        failure: RwSignal::new(None),
    };
    // What is recorded when the page is left, or the tablet put away, is kept: nothing is lost.
    let put_away = window_event_listener_untyped(PUT_AWAY, move |_| {
        if document().hidden() {
            files.stop();
        }
    });
    on_cleanup(move || {
        put_away.remove();
        files.stop();
    });
    let adds = Memo::new(move |_| {
        !readonly.get() && hashes.with(Vec::len) < PHOTO_LIMIT && files.since.with(Option::is_none)
    });
    view! {
        {move || files.failure.get().map(|failure| view! {
            <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{move || failure.text(language())}</p>
        })}
        <ul class="photos" data-kind="files">
            {each(move || hashes.get().into_iter().enumerate(), |(_, hash)| hash.clone(), move |(index, hash)| view! {
                <Kept open place kind marked=None hash number=index + 1/>
            })}
        </ul>
        <Show when=move || files.since.with(Option::is_some)>{files.under_way()}</Show>
        <Show when=move || adds.get()>{files.ways()}</Show>
    }
}

impl Asked {
    fn stop(self) {
        self.with_recorder(Recorder::stop);
    }

    fn with_recorder(self, act: impl FnOnce(&Recorder)) {
        if let Some(Some(recorder)) = self.recorder.try_get_value() {
            act(&recorder);
        }
    }

    fn begin(self) {
        let Asked { open, kind, .. } = self;
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let open = open.get_value();
        // It is not handed in before what is being said is on disk.
        let taking = open.takes_photo();
        spawn_local(async move {
            let done = move |recorded: Option<Blob>| {
                spawn_local(self.ended(open, taking, recorded));
            };
            let begun = Recorder::begin(kind, done).await;
            if self.busy.try_set(false).is_some() {
                // The page was left while the person was asked.
                if let Ok(recorder) = begun {
                    recorder.throw_away();
                }
                return;
            }
            match begun {
                Ok(recorder) => {
                    self.recorder.set_value(Some(recorder));
                    self.seconds.set(0);
                    self.since.set(Some(page_time()));
                }
                Err(why) => self.failure.set(Some(Failure::Recording(why))),
            }
        });
    }

    /// Keeps what was recorded; the page may be gone.
    async fn ended(self, open: Arc<OpenInspection>, taking: Taking, recorded: Option<Blob>) {
        let _ = self.recorder.try_set_value(None);
        let _ = self.since.try_set(None);
        let Some(blob) = recorded else { return };
        let _ = self.busy.try_set(true);
        let failure = self.keep(&open, &taking, &blob).await.err();
        drop(taking);
        let _ = self.failure.try_set(failure);
        let _ = self.busy.try_set(false);
    }

    async fn keep(
        self,
        open: &Arc<OpenInspection>,
        taking: &Taking,
        blob: &Blob,
    ) -> Result<(), Failure> {
        #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
        let limit = PHOTO_BYTE_LIMIT as f64;
        if blob.size() > limit {
            let megabytes = PHOTO_BYTE_LIMIT / (1024 * 1024);
            return Err(Failure::File(MediaRefusal::TooLarge { megabytes }));
        }
        let buffer = JsFuture::from(blob.array_buffer()).await;
        let bytes = buffer.map_err(|_| Failure::Said(UNREAD))?;
        let bytes = Uint8Array::new(&bytes).to_vec();
        let media_type = Media::of(&bytes).and_then(|media| media.answering(self.kind));
        let captured = Captured::of(bytes, media_type.map_err(Failure::File)?);
        if open.has_photo(&captured) {
            return Err(Failure::Said(KNOWN));
        }
        if open.has_place(self.place) {
            open.keep_photo(taking, captured, self.place).await;
        }
        Ok(())
    }

    /// What there is to see while it records.
    fn under_way(self) -> Piece {
        let tick = move || {
            if let Some(since) = self.since.try_get_untracked().flatten() {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "seconds of minutes"
                )]
                let seconds = ((page_time() - since) / 1_000.0) as u32;
                let _ = self.seconds.try_set(seconds);
            }
        };
        if let Ok(ticking) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || ticking.clear());
        }
        let glass = Noted::new_local(None);
        afterwards(move || {
            if let Some(glass) = glass.get() {
                self.with_recorder(|recorder| {
                    // The bindings have no word for it; it fails for no player.
                    let _ = Reflect::set(&glass, &"srcObject".into(), recorder.stream());
                });
            }
        });
        let is_film = self.kind == QuestionKind::Video;
        view! {
            <div class="recording" data-test="recording">
                {is_film.then(|| view! {
                    <video node_ref=glass autoplay="" playsinline="" prop:muted=true aria-label=said(Text::new("摄像头画面", "What the camera sees"))></video>
                })}
                <p role="timer">{move || {
                    let (minutes, seconds) = (self.seconds.get() / 60, self.seconds.get() % 60);
                    if is_film {
                        say!(language(), "正在录像 {minutes}:{seconds:02}", "Recording a video, {minutes}:{seconds:02}")
                    } else {
                        say!(language(), "正在录音 {minutes}:{seconds:02}", "Recording sound, {minutes}:{seconds:02}")
                    }
                }}</p>
                <div class="row">
                    <button class="button" data-kind="primary" type="button" data-test="stop-recording" on:click=move |_| self.stop()>
                        <Icon name=IconName::Square/>{said(Text::new("停止并保存", "Stop and keep"))}
                    </button>
                    <button class="button" data-kind="quiet" type="button" data-test="discard-recording"
                        on:click=move |_| self.with_recorder(Recorder::throw_away)>
                        <Icon name=IconName::Trash/>{said(Text::new("放弃", "Throw away"))}
                    </button>
                </div>
            </div>
        }
    }

    /// The recorder, and the files there are.
    fn ways(self) -> Piece {
        let Asked { kind, busy, .. } = self;
        let records = kind != QuestionKind::File && can_record();
        // A browser that does not record has the tablet's own program do it.
        let capture = (kind != QuestionKind::File && !records).then_some("environment");
        let (record, icon) = match kind {
            QuestionKind::Video => (Text::new("录像", "Record a video"), IconName::Video),
            _ => (Text::new("录音", "Record"), IconName::Mic),
        };
        let accept = match kind {
            QuestionKind::Audio => "audio/*",
            QuestionKind::Video => "video/*",
            _ => "image/*,audio/*,video/*,.pdf,.docx,.xlsx,.txt,.csv",
        };
        let choose = move |event: Targeted<web_sys::HtmlInputElement>| {
            let input = event.target();
            let file = input.files().and_then(|files| files.get(0));
            // The same file may be chosen again after it was removed.
            input.set_value("");
            let Some(file) = file else { return };
            let open = self.open.get_value();
            let taking = open.takes_photo();
            self.failure.set(None);
            busy.set(true);
            spawn_local(self.ended(open, taking, Some(file.into())));
        };
        view! {
            <div class="row">
                {records.then(|| view! {
                    <button class="button" type="button" data-test="record" prop:disabled=busy on:click=move |_| self.begin()>
                        <Icon name=icon/>{said(record)}
                    </button>
                })}
                <label class="button" aria-busy=move || busy.get().then_some("true")>
                    <input class="unseen" type="file" accept=accept capture=capture data-test="file" prop:disabled=busy on:change:target=choose/>
                    <Icon name=IconName::Paperclip/>
                    {move || t(if busy.get() { Text::new("正在处理…", "Working…") } else { Text::new("选择文件", "Choose a file") })}
                </label>
            </div>
        }
    }
}

/// Milliseconds since the page was opened, which no clock that is put right changes.
fn page_time() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
