//! Recordings and documents as answers: those there are, the recorder, and the way to choose a file.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use domain::finding::PHOTO_LIMIT;
use domain::media::MediaRefusal;
use domain::{Language, Text, say};
use form::{NodeId, QuestionKind};
use futures::channel::{mpsc, oneshot};
use futures::future::select;
use js_sys::Reflect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use markup::{component, view};
use sync::protocol::PHOTO_BYTE_LIMIT;
use web_sys::Blob;

use super::browser::{focus_on, stay_awake, when_put_away};
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::open_inspection::{OpenInspection, PhotoPlace, Taking};
use super::photo_capture::blob_bytes;
use super::photos::Kept;
use super::piece::{Noted, Piece, Targeted, afterwards, each};
use super::recorder::{LIMIT, NoRecording, Recorder, ask, can_record, let_go};
use super::recording::{UnderWay, answering};
use crate::i18n::{language, said, t};

const TICK: Duration = Duration::from_millis(500);

const BEGUN: Text = Text::new("录制已开始", "Recording has begun");
const KEPT: Text = Text::new("录制已保存", "The recording is kept");
const ENDED: Text = Text::new(
    "录制已自行停止（已满、切换到别处或设备断开），录到的内容已保存",
    "The recording ended by itself (full, the tablet put away, or the device unplugged); what was recorded is kept",
);
const CUT_OFF: Text = Text::new(
    "上次录制时页面被关闭；关闭前录到的内容已保存",
    "The page was closed over a recording; what was recorded until then is kept",
);
const THROWN_AWAY: Text = Text::new("已放弃这段录制", "The recording was thrown away");
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
    node: NodeId,
    kind: QuestionKind,
    recorder: StoredValue<Option<Rc<Recorder>>, LocalStorage>,
    /// Milliseconds of the page when the recording began.
    since: RwSignal<Option<f64>>,
    seconds: RwSignal<u32>,
    /// The person is asked whether the page may record.
    asking: RwSignal<bool>,
    /// What was taken is made ready.
    busy: RwSignal<bool>,
    /// Somebody ended the recording, rather than it itself.
    ended: RwSignal<bool>,
    /// What has just become of a recording.
    told: RwSignal<Option<Text>>,
    failure: RwSignal<Option<Failure>>,
    ids: StoredValue<Ids>,
}

/// Where the focus goes.
#[derive(Clone)]
struct Ids {
    record: String,
    stop: String,
}

/// What became of what was taken.
enum Taken {
    Kept,
    /// What is on disk of a recording stays: the visit is not this page's to keep any more, or the browser did not give the whole of it.
    Left,
    /// It cannot be kept.
    Failed,
}

#[derive(Clone, Copy)]
enum Failure {
    Recording(NoRecording),
    File(MediaRefusal),
    Known,
    /// The browser did not give its bytes.
    Unread,
}

impl Failure {
    fn text(self, language: Language) -> String {
        match self {
            Failure::Recording(why) => why.text().get(language).to_owned(),
            Failure::File(why) => why.text(language),
            Failure::Known => KNOWN.get(language).to_owned(),
            Failure::Unread => UNREAD.get(language).to_owned(),
        }
    }
}

/// `kind` is sound, video or any file; `heading` the id of what the question is called by.
#[component]
pub fn Files(
    open: Open,
    node: NodeId,
    kind: QuestionKind,
    heading: String,
    hashes: Signal<Vec<String>>,
    readonly: RwSignal<bool>,
) -> Piece {
    let files = Asked {
        open,
        node,
        kind,
        recorder: StoredValue::new_local(None),
        since: RwSignal::new(None),
        seconds: RwSignal::new(0),
        asking: RwSignal::new(false),
        busy: RwSignal::new(false),
        ended: RwSignal::new(false),
        told: RwSignal::new(None),
        failure: RwSignal::new(None),
        ids: StoredValue::new(Ids {
            record: format!("{heading}-record"),
            stop: format!("{heading}-stop"),
        }),
    };
    // What is recorded when the page is left, or the tablet put away, is kept: nothing is lost.
    when_put_away(move || files.with_recorder(Recorder::stop));
    // Closing the page outright would be too quick for that.
    let closing = window_event_listener_untyped("beforeunload", move |event| {
        if files.recorder.with_value(Option::is_some) {
            event.prevent_default();
        }
    });
    on_cleanup(move || closing.remove());
    let (place, cut_off) = (files.place(), open.get_value().cut_off.clone());
    let adds = Memo::new(move |_| {
        !readonly.get() && hashes.with(Vec::len) < PHOTO_LIMIT && files.since.with(Option::is_none)
    });
    view! {
        {move || files.failure.get().map(|failure| view! {
            <p class="error" role="alert"><Icon name=IconName::CircleAlert/>{move || failure.text(language())}</p>
        })}
        <ul class="photos" data-kind="files">
            {each(move || hashes.get(), String::clone, move |hash| view! {
                <Kept open place kind marked=None hash hashes/>
            })}
        </ul>
        <p class="hint" role="status">{move || {
            let cut_off = cut_off.with(|cut_off| cut_off.contains(&node)).then_some(CUT_OFF);
            files.told.get().or(cut_off).map(t)
        }}</p>
        <Show when=move || files.since.with(Option::is_some)>{files.under_way()}</Show>
        <Show when=move || adds.get()>{files.ways()}</Show>
    }
}

impl Asked {
    const fn place(self) -> PhotoPlace {
        PhotoPlace::Answer(self.node)
    }

    fn with_recorder(self, act: impl FnOnce(&Recorder)) {
        if let Some(Some(recorder)) = self.recorder.try_get_value() {
            act(&recorder);
        }
    }

    /// What was said of what was taken before is over.
    fn starts_anew(self) {
        self.failure.set(None);
        self.told.set(None);
        self.open
            .with_value(|open| open.has_heard_of_cut_off(self.node));
    }

    /// Somebody ends it.
    fn end(self, act: impl FnOnce(&Recorder)) {
        self.ended.set(true);
        self.with_recorder(act);
    }

    fn begin(self) {
        let Asked { open, kind, .. } = self;
        if self.asking.get_untracked() {
            return;
        }
        self.asking.set(true);
        self.starts_anew();
        spawn_local(async move {
            let stream = ask(kind).await;
            let gone = self.asking.try_set(false).is_some() || document().hidden();
            let stream = match stream {
                Ok(stream) if gone => return let_go(&stream),
                Ok(stream) => stream,
                Err(why) => {
                    let _ = self.failure.try_set(Some(Failure::Recording(why)));
                    return;
                }
            };
            let open = open.get_value();
            // It is not handed in before what is being said is on disk.
            let taking = open.takes_photo();
            let (ring, until) = oneshot::channel();
            let (over, ended) = oneshot::channel::<()>();
            let (each_part, parts) = mpsc::unbounded();
            let recording = UnderWay::begin(&open, self.node);
            let keeping = {
                let open = Arc::clone(&open);
                async move {
                    // Once it has ended, the whole of it is kept instead.
                    let keeping = pin!(recording.keep(&open, parts));
                    drop(select(keeping, ended).await);
                }
            };
            let done = move |recorded: Result<Option<Blob>, NoRecording>| {
                drop((ring, over));
                spawn_local(self.ended(open, taking, recording, recorded));
            };
            match Recorder::begin(stream, kind, each_part, done) {
                Ok(recorder) => {
                    spawn_local(keeping);
                    self.recorder.set_value(Some(recorder));
                    self.ended.set(false);
                    self.seconds.set(0);
                    self.since.set(Some(page_time()));
                    self.told.set(Some(BEGUN));
                    focus_on(self.ids.get_value().stop);
                    stay_awake(until).await;
                }
                Err(why) => self.failure.set(Some(Failure::Recording(why))),
            }
        });
    }

    /// Keeps what was recorded; the page may be gone.
    async fn ended(
        self,
        open: Arc<OpenInspection>,
        taking: Taking,
        recording: UnderWay,
        recorded: Result<Option<Blob>, NoRecording>,
    ) {
        let here = self.recorder.try_set_value(None).is_none();
        let _ = self.since.try_set(None);
        let by_itself = here && !self.ended.get_untracked();
        let (told, forgets) = match recorded {
            Ok(Some(blob)) => match self.take(&open, &taking, &blob, Some(recording)).await {
                Taken::Kept => (Some(if by_itself { ENDED } else { KEPT }), false),
                Taken::Left => (None, false),
                Taken::Failed => (None, true),
            },
            Ok(None) => (Some(THROWN_AWAY), true),
            Err(why) => {
                let _ = self.failure.try_set(Some(Failure::Recording(why)));
                (None, true)
            }
        };
        if forgets {
            recording.forget(&open).await;
        }
        drop(taking);
        if self.told.try_set(told).is_none() {
            focus_on(self.ids.get_value().record);
        }
    }

    /// Keeps a file, or what was recorded, and says what hinders. The page may be gone.
    async fn take(
        self,
        open: &Arc<OpenInspection>,
        taking: &Taking,
        blob: &Blob,
        recording: Option<UnderWay>,
    ) -> Taken {
        let _ = self.busy.try_set(true);
        let outcome = self.keep(open, taking, blob, recording).await;
        let _ = self.failure.try_set(outcome.err());
        let _ = self.busy.try_set(false);
        match outcome {
            Ok(true) => Taken::Kept,
            Ok(false) | Err(Failure::Unread) => Taken::Left,
            Err(_) => Taken::Failed,
        }
    }

    async fn keep(
        self,
        open: &Arc<OpenInspection>,
        taking: &Taking,
        blob: &Blob,
        recording: Option<UnderWay>,
    ) -> Result<bool, Failure> {
        if blob.size() > LIMIT {
            let megabytes = PHOTO_BYTE_LIMIT / (1024 * 1024);
            return Err(Failure::File(MediaRefusal::TooLarge { megabytes }));
        }
        let bytes = blob_bytes(blob).await;
        let bytes = bytes.map_err(|_| Failure::Unread)?;
        let captured = answering(bytes, self.kind).map_err(Failure::File)?;
        if open.has_photo(&captured) {
            return Err(Failure::Known);
        }
        let place = Some(self.place()).filter(|place| open.has_place(*place));
        let taken_at = recording.map_or_else(|| open.now(), |recording| recording.begun_at);
        let id = recording.map(|recording| recording.id);
        Ok(open
            .keep_photo_of(taking, captured, place, taken_at, id)
            .await)
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
                    <button class="button" data-kind="primary" type="button" id=self.ids.get_value().stop data-test="stop-recording"
                        on:click=move |_| self.end(Recorder::stop)>
                        <Icon name=IconName::Square/>{said(Text::new("停止并保存", "Stop and keep"))}
                    </button>
                    <button class="button" data-kind="quiet" type="button" data-test="discard-recording"
                        on:click=move |_| self.end(Recorder::throw_away)>
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
            self.starts_anew();
            spawn_local(async move {
                self.take(&open, &taking, &file, None).await;
            });
        };
        view! {
            <div class="row">
                {records.then(|| view! {
                    <button class="button" type="button" id=self.ids.get_value().record data-test="record"
                        aria-busy=move || self.asking.get().then_some("true") prop:disabled=busy on:click=move |_| self.begin()>
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
