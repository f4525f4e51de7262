//! A thread of its own that writes drafts (`app/public/draft_writer.js`): what is typed is on disk while the page is still being drawn,
//! which on a slow tablet takes longer than all else that a key asks for.
//!
//! It is a help and no more. What it did not keep, or did not answer in time, the page keeps by itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::future::{LocalBoxFuture, Shared};
use js_sys::{Object, Reflect};
use leptos::prelude::set_timeout;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Event, MessageEvent, Worker};

const ADDRESS: &str = "/draft_writer.js";
/// A write takes some milliseconds; a thread that is silent for so long is taken for gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether what was asked last is on disk.
type Answer = Shared<LocalBoxFuture<'static, bool>>;

pub struct DraftWriter {
    worker: Worker,
    /// What tells it where to write.
    database: Object,
    talk: Rc<RefCell<Talk>>,
    _heard: Closure<dyn Fn(MessageEvent)>,
    _failed: Closure<dyn Fn(Event)>,
}

#[derive(Default)]
struct Talk {
    /// Whether it has the database open.
    ready: bool,
    number: u32,
    answers: Option<oneshot::Sender<bool>>,
    answer: Option<Answer>,
}

impl Talk {
    fn hear(&mut self, message: &JsValue) {
        let part = |name: &str| Reflect::get(message, &name.into()).ok();
        if let Some(ready) = part("ready").and_then(|ready| ready.as_bool()) {
            self.ready = ready;
            return;
        }
        let number = part("number").and_then(|number| number.as_f64());
        if number == Some(f64::from(self.number)) {
            let kept = part("kept").and_then(|kept| kept.as_bool());
            self.end(kept == Some(true));
        }
    }

    /// What was asked last is known to be on disk, or not known to be.
    fn end(&mut self, kept: bool) {
        self.ready &= kept;
        if let Some(answers) = self.answers.take() {
            let _ = answers.send(kept);
        }
    }
}

impl DraftWriter {
    /// Begins to open a database; None where the browser has no such threads.
    pub fn of(name: &str, version: u32) -> Option<DraftWriter> {
        let worker = Worker::new(ADDRESS).ok()?;
        let talk = Rc::new(RefCell::new(Talk::default()));
        let heard = Closure::<dyn Fn(MessageEvent)>::new({
            let talk = Rc::clone(&talk);
            move |event: MessageEvent| talk.borrow_mut().hear(&event.data())
        });
        let failed = Closure::<dyn Fn(Event)>::new({
            let talk = Rc::clone(&talk);
            move |_| talk.borrow_mut().end(false)
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let database = message(&[("name", name.into()), ("version", version.into())]);
        let writer = DraftWriter {
            worker,
            database,
            talk,
            _heard: heard,
            _failed: failed,
        };
        writer.begin();
        Some(writer)
    }

    fn begin(&self) {
        let _ = self.worker.post_message(&self.database);
    }

    /// Puts a sealed draft under a key. False where it is not known to be on disk; then nothing more comes of it.
    pub async fn keep(&self, key: &JsValue, value: &JsValue) -> bool {
        let Some((number, answer)) = self.ask(key, value) else {
            return false;
        };
        let (talk, worker) = (Rc::clone(&self.talk), self.worker.clone());
        set_timeout(
            move || {
                let mut talk = talk.borrow_mut();
                if talk.number == number && talk.answers.is_some() {
                    // What it might still write is older than what the page writes now.
                    worker.terminate();
                    talk.end(false);
                }
            },
            PATIENCE,
        );
        let kept = answer.await;
        if !kept {
            // Its connection may have been closed; it is used again once it says that it has another.
            self.begin();
        }
        kept
    }

    fn ask(&self, key: &JsValue, value: &JsValue) -> Option<(u32, Answer)> {
        let mut talk = self.talk.borrow_mut();
        if !talk.ready || talk.answers.is_some() {
            return None;
        }
        talk.number += 1;
        let asked = message(&[
            ("number", talk.number.into()),
            ("key", key.clone()),
            ("value", value.clone()),
        ]);
        self.worker.post_message(&asked).ok()?;
        let (answers, heard) = oneshot::channel();
        let answer = heard.map(|heard| heard == Ok(true)).boxed_local().shared();
        talk.answers = Some(answers);
        talk.answer = Some(answer.clone());
        Some((talk.number, answer))
    }

    /// Waits until it writes nothing.
    pub async fn rests(&self) {
        let answer = self.talk.borrow().answer.clone();
        if let Some(answer) = answer {
            answer.await;
        }
    }
}

impl Drop for DraftWriter {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn message(parts: &[(&str, JsValue)]) -> Object {
    let message = Object::new();
    for (name, part) in parts {
        let _ = Reflect::set(&message, &(*name).into(), part);
    }
    message
}
