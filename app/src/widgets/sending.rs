//! One act of a form on its way: busy or not, and what was wrong with it. Nothing that was typed is touched by a refusal.

use std::future::Future;
use std::pin::Pin;

use domain::{Command, Text, say};
use leptos::prelude::*;

use super::browser;
use super::event_title::event_title;
use super::icon::{Icon, IconName};
use crate::api::ApiError;
use crate::api::command::{send, send_seen};
use crate::api::view::HistoryEntry;
use crate::i18n::{language, t};
use crate::office::Site;

/// Something to put right; `field` is the id of the control it concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub field: Option<&'static str>,
    pub text: String,
}

/// The version of a stream as its page shows it. It travels with what is sent from the page: when others changed the stream
/// meanwhile, the form says what they did and keeps what was entered, and what is then sent again is decided as of now.
#[derive(Clone, Copy)]
pub struct Seen(StoredValue<u64>);

impl Seen {
    pub fn of(version: u64) -> Seen {
        Seen(StoredValue::new(version))
    }

    /// As the last event of a history says it; 0 of one without events.
    pub fn last(history: &[HistoryEntry]) -> Seen {
        Seen::of(history.last().map_or(0, |entry| entry.version))
    }
}

/// What a form asks of the server.
pub type Work = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;

/// State of a form. Its summary has an id made of the form's own.
#[derive(Clone, Copy)]
pub struct Sending {
    form: &'static str,
    busy: RwSignal<bool>,
    faults: RwSignal<Vec<Fault>>,
    signed_out: RwSignal<bool>,
    site: StoredValue<Option<Site>>,
    seen: StoredValue<Option<Seen>>,
    /// Where what the act is about is shown as it is now.
    about: RwSignal<Option<String>>,
    refused: RwSignal<bool>,
}

impl Sending {
    /// `form` is a word no other form on the page uses.
    pub fn new(form: &'static str) -> Sending {
        Sending {
            form,
            busy: RwSignal::new(false),
            faults: RwSignal::new(Vec::new()),
            signed_out: RwSignal::new(false),
            site: StoredValue::new(use_context::<Site>()),
            seen: StoredValue::new(use_context::<Seen>()),
            about: RwSignal::new(None),
            refused: RwSignal::new(false),
        }
    }

    /// Sends a command; of its stream as the page saw it, where the page says so (with [`Seen`] in the context of its forms).
    pub async fn deliver(self, command: Command) -> Result<(), ApiError> {
        let Some(Some(Seen(version))) = self.seen.try_get_value() else {
            return send(command).await;
        };
        let answer = send_seen(command, version.try_get_value().unwrap_or_default()).await;
        if let Err(ApiError::Changed { version: now, .. }) = &answer {
            // Told now; what is sent next knows of it.
            version.try_set_value(*now);
        }
        answer
    }

    /// Sends a command unless something is wrong already; of a stream as the page saw it.
    pub fn send_seen(
        self,
        faults: Vec<Fault>,
        command: Command,
        seen: Seen,
        done: impl FnOnce() + 'static,
    ) {
        self.send_seen_or(faults, command, seen, |_| {}, done);
    }

    /// The same; `changed` hears what others did meanwhile.
    pub fn send_seen_or(
        self,
        faults: Vec<Fault>,
        command: Command,
        seen: Seen,
        changed: impl FnOnce(&[HistoryEntry]) + 'static,
        done: impl FnOnce() + 'static,
    ) {
        let work = move || -> Work {
            Box::pin(async move {
                let version = seen.0.try_get_value().unwrap_or_default();
                let answer = send_seen(command, version).await;
                if let Err(ApiError::Changed { version, since }) = &answer {
                    // Told now; what is sent next knows of it.
                    seen.0.try_set_value(*version);
                    changed(since);
                }
                answer
            })
        };
        self.run(faults, work, done);
    }

    /// What others did meanwhile, a line each.
    fn meanwhile(self, error: &ApiError) -> Vec<Fault> {
        let (ApiError::Changed { since, .. }, Some(Some(site))) =
            (error, self.site.try_get_value())
        else {
            return Vec::new();
        };
        since
            .iter()
            .map(|entry| {
                let actor = entry
                    .actor
                    .as_ref()
                    .map_or_else(|| "—".to_owned(), |actor| site.name(&actor.name));
                let did = event_title(&entry.kind)
                    .map_or(entry.kind.as_str(), |title| title.get(site.language));
                Fault {
                    field: None,
                    text: format!("{} · {actor} · {did}", site.at(entry.occurred_at)),
                }
            })
            .collect()
    }

    /// Of a form about something that others may change meanwhile: a refusal leads to what it is now, beside what was entered.
    pub fn beside(form: &'static str, address: String) -> Sending {
        let sending = Sending::new(form);
        sending.about.set(Some(address));
        sending
    }

    /// What is wrong with one control.
    pub fn fault(self, field: &'static str) -> Option<String> {
        self.faults.with(|faults| {
            faults
                .iter()
                .find(|fault| fault.field == Some(field))
                .map(|fault| fault.text.clone())
        })
    }

    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    pub fn set_busy(self, busy: bool) {
        self.busy.try_set(busy);
    }

    /// Shows what has to be put right and takes the reader there.
    pub fn refuse(self, faults: Vec<Fault>) {
        self.signed_out.try_set(false);
        self.refused.try_set(false);
        self.faults.try_set(faults);
        browser::focus_later(self.form);
    }

    pub fn refuse_text(self, text: String) {
        self.refuse(vec![Fault { field: None, text }]);
    }

    pub fn clear(self) {
        self.faults.try_set(Vec::new());
    }

    /// Does the work unless something is wrong already or it is being done; `done` follows when it was taken.
    pub fn run(
        self,
        faults: Vec<Fault>,
        work: impl FnOnce() -> Work,
        done: impl FnOnce() + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        if !faults.is_empty() {
            self.refuse(faults);
            return;
        }
        self.clear();
        self.busy.set(true);
        let work = work();
        let done: Box<dyn FnOnce()> = Box::new(done);
        let language = language();
        leptos::task::spawn_local(async move {
            let answer = work.await;
            self.set_busy(false);
            match answer {
                Ok(()) => done(),
                Err(error) => {
                    let mut faults = vec![Fault {
                        field: None,
                        text: error.text(language),
                    }];
                    faults.extend(self.meanwhile(&error));
                    self.refuse(faults);
                    self.refused.try_set(matches!(
                        error,
                        ApiError::Refused { .. } | ApiError::Changed { .. }
                    ));
                    self.signed_out.try_set(error == ApiError::SignedOut);
                }
            }
        });
    }

    /// Sends a command; `faults` are what the form itself found wrong, and where there are none there is a command.
    pub fn run_command(
        self,
        faults: Vec<Fault>,
        command: Option<Command>,
        done: impl FnOnce() + 'static,
    ) {
        let work = move || -> Work {
            Box::pin(async move {
                match command {
                    Some(command) => send(command).await,
                    None => Ok(()),
                }
            })
        };
        self.run(faults, work, done);
    }

    /// What is wrong, on top of the form; each line leads to its control.
    pub fn summary(self) -> AnyView {
        let form = self.form;
        let lines = move || {
            let line = |fault: Fault| match fault.field {
                Some(field) => view! {
                    <li><a href=format!("#{field}") rel="external" on:click=move |event| {
                        event.prevent_default();
                        browser::focus(field);
                    }>{fault.text}</a></li>
                }
                .into_any(),
                None => view! { <li>{fault.text}</li> }.into_any(),
            };
            self.faults.get().into_iter().map(line).collect::<Vec<_>>()
        };
        let heading = move || {
            let count = self.faults.with(Vec::len);
            say!(language(), "有{count}处需要处理", "{count} to put right")
        };
        let sign_in = move || {
            self.signed_out.get().then(|| {
                let text = t(Text::new(
                    "在新窗口登录，再回到这里提交",
                    "Sign in in a new window, then submit again here",
                ));
                view! { <p><a href="/sign-in" target="_blank">{text}</a></p> }
            })
        };
        let as_it_is_now = move || {
            let address = self.about.get().filter(|_| self.refused.get())?;
            let text = t(Text::new(
                "在新窗口查看最新情况",
                "See how it stands now, in a new window",
            ));
            Some(view! { <p><a href=address target="_blank" rel="external">{text}</a></p> })
        };
        view! {
            <Show when=move || self.faults.with(|faults| !faults.is_empty())>
                <div class="errors" id=form role="alert" tabindex="-1">
                    <h2>{heading}</h2>
                    <ul>{lines}</ul>
                    {sign_in}
                    {as_it_is_now}
                </div>
            </Show>
        }
        .into_any()
    }

    /// The form's primary act.
    pub fn submit(self, icon: IconName, text: Text) -> AnyView {
        let words = move || {
            if self.busy.get() {
                t(Text::new("正在提交…", "Submitting…"))
            } else {
                t(text)
            }
        };
        view! {
            <button class="button" data-kind="primary" type="submit" aria-busy=move || self.busy.get().then_some("true")>
                <Icon name=icon/>{words}
            </button>
        }
        .into_any()
    }
}
