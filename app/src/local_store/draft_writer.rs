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
    worker: RefCell<Worker>,
    /// What tells it where to write.
    database: Object,
    talk: Rc<RefCell<Talk>>,
    heard: Closure<dyn Fn(MessageEvent)>,
    failed: Closure<dyn Fn(Event)>,
}

#[derive(Default)]
struct Talk {
    /// Whether it has the database open.
    ready: bool,
    number: u32,
    /// It did not answer in time.
    silent: bool,
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
        let writer = DraftWriter {
            worker: RefCell::new(worker),
            database: message(&[("name", name.into()), ("version", version.into())]),
            talk,
            heard,
            failed,
        };
        writer.begin();
        Some(writer)
    }

    /// Listens to it, and has it open the database.
    fn begin(&self) {
        let worker = self.worker.borrow();
        worker.set_onmessage(Some(self.heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(self.failed.as_ref().unchecked_ref()));
        let _ = worker.post_message(&self.database);
    }

    /// Ends what is asked, and whatever might still come of it.
    pub fn stop(&self) {
        self.worker.borrow().terminate();
        self.talk.borrow_mut().end(false);
    }

    /// Puts a sealed draft under a key. False where it is not known to be on disk; then nothing more comes of it.
    pub async fn keep(&self, key: &JsValue, value: &JsValue) -> bool {
        let Some((number, answer)) = self.ask(key, value) else {
            return false;
        };
        let (talk, worker) = (Rc::clone(&self.talk), self.worker.borrow().clone());
        set_timeout(
            move || {
                let mut talk = talk.borrow_mut();
                if talk.number == number && talk.answers.is_some() {
                    // What it might still write is older than what the page writes now.
                    worker.terminate();
                    talk.silent = true;
                    talk.end(false);
                }
            },
            PATIENCE,
        );
        let kept = answer.await;
        if !kept {
            // It, or its connection, may be gone; it is used again once it says that it has another.
            if std::mem::take(&mut self.talk.borrow_mut().silent)
                && let Ok(fresh) = Worker::new(ADDRESS)
            {
                self.worker.replace(fresh);
            }
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
        self.worker.borrow().post_message(&asked).ok()?;
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
        self.worker.get_mut().terminate();
    }
}

fn message(parts: &[(&str, JsValue)]) -> Object {
    let message = Object::new();
    for (name, part) in parts {
        let _ = Reflect::set(&message, &(*name).into(), part);
    }
    message
}
