//! One act of a form on its way: busy or not, and what was wrong with it. Nothing that was typed is touched by a refusal.

use std::future::Future;
use std::pin::Pin;

use domain::id::AssignmentId;
use domain::{Command, Text, say};
use leptos::prelude::*;

use super::browser;
use super::draft::{Draft, Part};
use super::event_title::event_title;
use super::history::RecordOf;
use super::icon::{Icon, IconName};
use super::toast::Toast;
use crate::api::ApiError;
use crate::api::command::{send, send_seen};
use crate::api::view::HistoryEntry;
use crate::i18n::{language, t};
use crate::office::Site;
use crate::office::inbox::Unread;
use crate::office::today::Late;

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

/// Whether a form of the page was told that others acted since the page was drawn: whose turn it says it is may be past.
#[derive(Clone, Copy)]
pub struct Overtaken(pub RwSignal<bool>);

/// What is approved or signed is what was read.
const WRITTEN_ANEW: Text = Text::new(
    "您阅读之后，他人改动了这份稿件（见下），尚未办理。请先查看最新稿，再决定；您填写的内容都在",
    "Others changed this after you read it, as below, so nothing was done. Read it as it is now, then decide; what you entered is all here",
);

/// Of an act that is refused, where others did something since the page was drawn.
const DONE_SINCE: Text = Text::new(
    "您打开本页之后，本事项有了下列变化：",
    "Since you opened this page, this was done:",
);

/// What a form asks of the server.
pub type Work = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;

/// What a form is told instead of being done.
#[derive(Clone, Default)]
struct Answer {
    faults: Vec<Fault>,
    /// What others did meanwhile, a line each: nothing of it is to be put right.
    told: Vec<String>,
    /// What is in the way, and may be looked at.
    because_of: Option<AssignmentId>,
}

/// State of a form. Its summary has an id made of the form's own.
#[derive(Clone, Copy)]
pub struct Sending {
    form: &'static str,
    busy: RwSignal<bool>,
    answer: RwSignal<Answer>,
    overtaken: Option<Overtaken>,
    signed_out: RwSignal<bool>,
    site: StoredValue<Option<Site>>,
    seen: StoredValue<Option<Seen>>,
    /// The record of what the page is about, where it asks for it by itself.
    record: StoredValue<Option<RecordOf>>,
    /// Draws the page anew, where what is sent is about what was read on it.
    reread: StoredValue<Option<Callback<()>>>,
    /// What was read has been written anew: it is read first.
    outdated: RwSignal<bool>,
    /// The form's controls, in the order they are drawn.
    controls: StoredValue<Vec<&'static str>>,
    /// Fields of the domain whose control bears another name.
    named: StoredValue<&'static [(&'static str, &'static str)]>,
    /// Where what the act is about is shown as it is now.
    about: RwSignal<Option<String>>,
    refused: RwSignal<bool>,
    /// What is entered, where it is kept until it is accepted.
    draft: StoredValue<Option<Draft>>,
    when_done: StoredValue<WhenDone>,
}

/// What follows when the form was accepted.
#[derive(Clone, Copy)]
struct WhenDone {
    toast: Option<Toast>,
    /// What was done may have been late.
    late: Option<Late>,
    /// What was done may have been read with it.
    unread: Option<Unread>,
    /// What the form's button says.
    act: Option<Text>,
    /// It stays open for another entry.
    for_more: bool,
}

impl WhenDone {
    /// What waits is counted anew.
    fn count(self) {
        if let Some(late) = self.late {
            late.ask();
        }
        if let Some(unread) = self.unread {
            unread.ask();
        }
    }

    /// Says it, and folds the form away.
    fn say(self, form: &str) {
        // A button that stands alone and has no name shows by itself what it did.
        let Some(act) = self.act else { return };
        if !self.for_more {
            browser::fold_around(form);
        }
        if let Some(toast) = self.toast {
            toast.done(act);
        }
    }
}

impl Sending {
    /// `form` is a word no other form on the page uses.
    pub fn new(form: &'static str) -> Sending {
        Sending {
            form,
            busy: RwSignal::new(false),
            answer: RwSignal::new(Answer::default()),
            overtaken: use_context::<Overtaken>(),
            signed_out: RwSignal::new(false),
            site: StoredValue::new(use_context::<Site>()),
            seen: StoredValue::new(use_context::<Seen>()),
            record: StoredValue::new(use_context::<RecordOf>()),
            reread: StoredValue::new(None),
            outdated: RwSignal::new(false),
            controls: StoredValue::new(Vec::new()),
            named: StoredValue::new(&[]),
            about: RwSignal::new(None),
            refused: RwSignal::new(false),
            draft: StoredValue::new(None),
            when_done: StoredValue::new(WhenDone {
                toast: use_context::<Toast>(),
                late: use_context::<Late>(),
                unread: use_context::<Unread>(),
                act: None,
                for_more: false,
            }),
        }
    }

    /// What is entered is kept in this browser, for who is signed in, until it is accepted; `form` is the page's address and a word for
    /// the form.
    #[must_use]
    pub fn kept(self, form: &str) -> Sending {
        if let Some(Some(site)) = self.site.try_get_value() {
            self.draft.set_value(Some(Draft::new(&site, form)));
        }
        self
    }

    fn draft(self) -> Option<Draft> {
        self.draft.try_get_value().flatten()
    }

    /// A control of the form whose content is kept, where the form keeps what is entered.
    pub fn keep(self, id: &'static str, part: Part) {
        if let Some(draft) = self.draft() {
            draft.take(id, part);
        }
    }

    /// Sends a command; of its stream as the page saw it, where the page says so (with [`Seen`] in the context of its forms).
    pub async fn deliver(self, command: Command) -> Result<(), ApiError> {
        let Some(Some(Seen(version))) = self.seen.try_get_value() else {
            return send(command).await;
        };
        let answer = send_seen(command, version.try_get_value().unwrap_or_default()).await;
        let is_of_what_was_read = self.reread.try_get_value().flatten().is_some();
        if let Err(ApiError::Changed { version: now, .. }) = &answer
            && !is_of_what_was_read
        {
            // Told now; what is sent next knows of it.
            version.try_set_value(*now);
        }
        answer
    }

    /// Of a form that approves or signs what the page shows: when others wrote it anew meanwhile, it is not enough to be told. It is
    /// read first, by `reread`, which draws the page as it is now.
    pub fn of_what_was_read(form: &'static str, seen: Seen, reread: Callback<()>) -> Sending {
        let sending = Sending::new(form);
        // A version of its own: what another form of the page was told was not read.
        let own = Seen::of(seen.0.try_get_value().unwrap_or_default());
        sending.seen.set_value(Some(own));
        sending.reread.set_value(Some(reread));
        sending
    }

    /// Of a form about another stream than the page's.
    #[must_use]
    pub fn seeing(self, seen: Seen) -> Sending {
        self.seen.set_value(Some(seen));
        self
    }

    /// A refusal names the field it is about as the domain does; these have a control of another name.
    #[must_use]
    pub fn named(self, named: &'static [(&'static str, &'static str)]) -> Sending {
        self.named.set_value(named);
        self
    }

    /// A control of the form: a refusal about its field is shown at it.
    pub fn control(self, id: &'static str) {
        self.controls.try_update_value(|controls| {
            if !controls.contains(&id) {
                controls.push(id);
            }
        });
    }

    /// The control of a field: the one that is told for it, bears its name, or the first whose name ends with it.
    fn control_of(self, field: &str) -> Option<&'static str> {
        let named = self.named.try_get_value().unwrap_or_default();
        let told = named.iter().find(|(name, _)| *name == field);
        let field = told.map_or(field, |(_, id)| *id);
        let controls = self.controls.try_get_value().unwrap_or_default();
        let ends = |id: &&str| {
            let before = id.strip_suffix(field);
            before.is_some_and(|before| before.is_empty() || before.ends_with('-'))
        };
        let exact = controls.iter().find(|id| **id == field);
        exact
            .or_else(|| controls.iter().find(|id| ends(id)))
            .copied()
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

    /// What others did meanwhile, a line each: told with the answer, or, of an act that is refused because of it, asked for.
    async fn meanwhile(self, error: &ApiError) -> Vec<String> {
        let Some(Some(site)) = self.site.try_get_value() else {
            return Vec::new();
        };
        let since = match error {
            ApiError::Changed { since, .. } => since.clone(),
            ApiError::Refused { .. } => match self.record.try_get_value().flatten() {
                Some(record) => record.since().await,
                None => Vec::new(),
            },
            _ => Vec::new(),
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
                format!("{} · {actor} · {did}", site.at(entry.occurred_at))
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
        self.answer.with(|answer| {
            answer
                .faults
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
        self.answer_with(Answer {
            faults,
            ..Answer::default()
        });
    }

    fn answer_with(self, answer: Answer) {
        self.signed_out.try_set(false);
        self.refused.try_set(false);
        self.outdated.try_set(false);
        self.answer.try_set(answer);
        browser::focus_later(self.form);
    }

    pub fn refuse_text(self, text: String) {
        self.refuse(vec![Fault { field: None, text }]);
    }

    pub fn clear(self) {
        self.answer.try_set(Answer::default());
    }

    /// Does the work unless something is wrong already or it is being done; `done` follows when it was taken.
    pub fn run(
        self,
        faults: Vec<Fault>,
        work: impl FnOnce() -> Work,
        done: impl FnOnce() + 'static,
    ) {
        // Known by now: who leaves the page before the answer has left the form behind with it.
        let draft = self.draft().and_then(Draft::name);
        let when_done = self.when_done.try_get_value();
        self.attempt(faults, work, move || {
            if let Some(when_done) = when_done {
                when_done.count();
            }
            if let Some(draft) = draft {
                browser::forget(&draft);
            }
            if let Some(draft) = self.draft() {
                draft.forget();
            }
            // Of a form that was left behind with its page there is nothing to say and to fold.
            if let Some(when_done) = self.when_done.try_get_value() {
                when_done.say(self.form);
            }
            done();
        });
    }

    /// Does work that is no act, such as reading a file: what is entered stays kept, and nothing is said to be done.
    pub fn read(
        self,
        faults: Vec<Fault>,
        work: impl FnOnce() -> Work,
        done: impl FnOnce() + 'static,
    ) {
        self.attempt(faults, work, done);
    }

    /// Names the act of a button that stands alone, so that it is said when it is done.
    #[must_use]
    pub fn called(self, act: Text) -> Sending {
        self.when_done
            .update_value(|when_done| when_done.act = Some(act));
        self
    }

    /// Of a form that is for one entry after the other: done, it stays open.
    #[must_use]
    pub fn for_more(self) -> Sending {
        self.when_done
            .update_value(|when_done| when_done.for_more = true);
        self
    }

    fn attempt(
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
            match answer {
                Ok(()) => {
                    self.set_busy(false);
                    done();
                }
                Err(error) => {
                    let (field, because_of) = match &error {
                        ApiError::Refused {
                            field, because_of, ..
                        } => (field.as_deref(), *because_of),
                        _ => (None, None),
                    };
                    let is_outdated = matches!(error, ApiError::Changed { .. })
                        && self.reread.try_get_value().flatten().is_some();
                    let faults = vec![Fault {
                        field: field.and_then(|field| self.control_of(field)),
                        text: if is_outdated {
                            WRITTEN_ANEW.get(language).to_owned()
                        } else {
                            error.text(language)
                        },
                    }];
                    let told = self.meanwhile(&error).await;
                    self.set_busy(false);
                    if !told.is_empty() {
                        if let Some(Overtaken(overtaken)) = self.overtaken {
                            overtaken.try_set(true);
                        }
                        if let Some(when_done) = self.when_done.try_get_value() {
                            when_done.count();
                        }
                    }
                    self.answer_with(Answer {
                        faults,
                        told,
                        because_of,
                    });
                    self.refused.try_set(matches!(
                        error,
                        ApiError::Refused { .. } | ApiError::Changed { .. }
                    ));
                    self.outdated.try_set(is_outdated);
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
                    Some(command) => self.deliver(command).await,
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
            let faults = self.answer.with(|answer| answer.faults.clone());
            faults.into_iter().map(line).collect::<Vec<_>>()
        };
        let heading = move || {
            let count = self.answer.with(|answer| answer.faults.len());
            say!(language(), "有{count}处需要处理", "{count} to put right")
        };
        let told = move || {
            let told = self.answer.with(|answer| answer.told.clone());
            (!told.is_empty()).then(|| {
                let lines: Vec<_> = told
                    .into_iter()
                    .map(|line| view! { <li>{line}</li> })
                    .collect();
                view! { <p>{t(DONE_SINCE)}</p><ul>{lines}</ul> }
            })
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
        let in_the_way = move || {
            let assignment = self.answer.with(|answer| answer.because_of)?;
            let text = t(Text::new(
                "在新窗口查看那项任务",
                "See that assignment, in a new window",
            ));
            Some(
                view! { <p><a href=format!("/assignments/{assignment}") target="_blank" rel="external">{text}</a></p> },
            )
        };
        let read_again = move || {
            let reread = self.reread.try_get_value().flatten();
            let reread = reread.filter(|_| self.outdated.get())?;
            let text = t(Text::new("查看最新稿", "Read it as it is now"));
            Some(view! {
                <p><button class="button" type="button" on:click=move |_| reread.run(())>
                    <Icon name=IconName::RefreshCw/>{text}
                </button></p>
            })
        };
        let site = self.site.try_get_value().flatten();
        let restored = self
            .draft()
            .zip(site)
            .map(|(draft, site)| draft.line(&site));
        view! {
            {restored}
            <Show when=move || self.answer.with(|answer| !answer.faults.is_empty())>
                <div class="errors" id=form role="alert" tabindex="-1">
                    <h2>{heading}</h2>
                    <ul>{lines}</ul>
                    {told}
                    {sign_in}
                    {as_it_is_now}
                    {in_the_way}
                    {read_again}
                </div>
            </Show>
        }
        .into_any()
    }

    /// The form's primary act. It stands below the controls.
    pub fn submit(self, icon: IconName, text: Text) -> AnyView {
        if let Some(draft) = self.draft() {
            draft.begin();
        }
        self.when_done
            .update_value(|when_done| when_done.act = Some(text));
        let words = move || {
            if self.busy.get() {
                t(Text::new("正在提交…", "Submitting…"))
            } else {
                t(text)
            }
        };
        view! {
            <button class="button" data-kind="primary" type="submit" data-form=self.form aria-busy=move || self.busy.get().then_some("true")>
                <Icon name=icon/>{words}
            </button>
        }
        .into_any()
    }
}
