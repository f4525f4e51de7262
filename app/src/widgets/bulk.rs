//! What is done to the selected rows of a list: one question for all of them, then each row's commands, and of each row that was
//! refused its name and why. Such rows stay selected.

use std::collections::BTreeSet;

use domain::{Command, Text, say};
use leptos::prelude::*;

use super::ask::{Ask, Control, empty_faults};
use super::body_picker::BodyPicker;
use super::browser;
use super::icon::{Icon, IconName};
use super::list::name;
use super::sending::{Fault, Sending};
use crate::api::command::send_each;
use crate::i18n::{language, t};
use crate::list::Listed;
use crate::office::Site;

/// Of the button that does to several rows what was asked about; one act is asked about at a time.
const CONFIRM: &str = "bulk-confirm";
/// Of what is entered for all of them.
const ENTERED: &str = "bulk-entered";

/// What can be done to several rows at once.
pub struct BulkAct<R> {
    pub icon: IconName,
    pub title: Text,
    /// What is asked before it is done; None where nothing is.
    pub asks: Option<Question>,
    /// What it comes to for one row, and what was entered for all of them (empty where nothing is asked, and while it is not); none
    /// where it does not apply to that row. A row's commands are sent in order, until one of them is refused.
    pub commands: fn(&R, &Site, &str) -> Vec<Command>,
}

/// What is asked once for all selected rows.
#[derive(Clone, Copy)]
pub enum Question {
    /// Whether it is meant, where there is no way back.
    Sure(Text),
    /// One of some values, each with its words.
    Choice(Text, fn() -> Vec<(String, String)>),
    /// Words that are owed, and what is said of them.
    Words(Text, Text),
    /// A body; its id is what was entered.
    Body(Text),
}

impl<R> Clone for BulkAct<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for BulkAct<R> {}

/// What became of a bulk act.
#[derive(Clone, Debug, Default, PartialEq)]
struct Outcome {
    done: usize,
    /// The rows it was refused for, by name, and why.
    refused: Vec<(String, String)>,
}

/// A question as it stands on the page: what is entered.
#[derive(Clone, Copy)]
struct Answer {
    question: Question,
    value: RwSignal<String>,
    body: BodyPicker,
}

impl Answer {
    fn to(question: Question, value: RwSignal<String>) -> Answer {
        let label = match question {
            Question::Sure(label)
            | Question::Choice(label, _)
            | Question::Words(label, _)
            | Question::Body(label) => label,
        };
        Answer {
            question,
            value,
            body: BodyPicker::new(ENTERED, label),
        }
    }

    /// What stands in the control when it is asked: of values the first.
    fn begin(self) {
        let first = match self.question {
            Question::Choice(_, values) => values().into_iter().next(),
            _ => None,
        };
        self.value
            .set(first.map(|(code, _)| code).unwrap_or_default());
    }

    /// Where the reader goes on when it is asked.
    const fn focus(self) -> &'static str {
        match self.question {
            Question::Sure(_) => CONFIRM,
            _ => ENTERED,
        }
    }

    fn view(self, sending: Sending) -> AnyView {
        match self.question {
            Question::Sure(words) => {
                view! { <Icon name=IconName::TriangleAlert/><p>{t(words)}</p> }.into_any()
            }
            Question::Choice(label, values) => {
                Ask::new(ENTERED, label, Control::Choice(values()), self.value).view(sending)
            }
            Question::Words(label, hint) => Ask::area(ENTERED, label, self.value)
                .hint(hint)
                .view(sending),
            Question::Body(_) => self.body.view(sending, false),
        }
    }

    /// What was entered, or what is wrong with it.
    fn read(self) -> Result<String, Vec<Fault>> {
        match self.question {
            Question::Sure(_) => Ok(String::new()),
            Question::Choice(..) => Ok(self.value.get_untracked()),
            Question::Words(label, _) => {
                let faults = empty_faults(&[(ENTERED, label, self.value)]);
                if faults.is_empty() {
                    Ok(self.value.get_untracked())
                } else {
                    Err(faults)
                }
            }
            Question::Body(_) => match self.body.require() {
                Ok(body) => Ok(body.to_string()),
                Err(fault) => Err(vec![fault]),
            },
        }
    }
}

/// Which rows are selected, and what is done to them.
#[derive(Clone, Copy)]
pub(super) struct Bulk {
    pub(super) selected: RwSignal<BTreeSet<String>>,
    sending: Sending,
    /// The act that is asked about, by its place among them.
    asking: RwSignal<Option<usize>>,
    /// What is entered for it, which stays while the rows are drawn anew.
    entered: RwSignal<String>,
    outcome: RwSignal<Option<Outcome>>,
}

impl Bulk {
    pub fn new() -> Bulk {
        Bulk {
            selected: RwSignal::new(BTreeSet::new()),
            sending: Sending::new("bulk-errors"),
            asking: RwSignal::new(None),
            entered: RwSignal::new(String::new()),
            outcome: RwSignal::new(None),
        }
    }

    pub fn select(self, key: &str, selected: bool) {
        self.selected.update(|keys| {
            if selected {
                keys.insert(key.to_owned());
            } else {
                keys.remove(key);
            }
        });
    }

    /// The acts, and how many rows are selected. Nothing where there is nothing to do.
    pub fn bar<R: Listed>(
        self,
        acts: &[BulkAct<R>],
        rows: &[R],
        site: &Site,
        done: Callback<()>,
    ) -> AnyView {
        // What is no longer on the page, or can no longer be acted on, is no longer selected.
        let here = selectable(rows, acts, site);
        self.selected
            .update_untracked(|keys| keys.retain(|key| here.contains(key)));
        if here.is_empty() {
            return ().into_any();
        }
        let count = move || self.selected.with(BTreeSet::len);
        let said = move || {
            let count = count();
            say!(language(), "已选 {count} 条", "{count} selected")
        };
        let acts: Vec<AnyView> = acts
            .iter()
            .enumerate()
            .map(|(place, act)| self.act(place, *act, rows, site, done))
            .collect();
        view! {
            <div class="bulk" role="group" aria-label=t(Text::new("批量操作", "Acts on the selected rows"))>
                <p role="status">{said}</p>
                {acts}
            </div>
        }
        .into_any()
    }

    fn act<R: Listed>(
        self,
        place: usize,
        act: BulkAct<R>,
        rows: &[R],
        site: &Site,
        done: Callback<()>,
    ) -> AnyView {
        let (rows, site) = (StoredValue::new(rows.to_vec()), site.clone());
        let run = Callback::new(move |entered: Result<String, Vec<Fault>>| {
            let (entered, faults) = match entered {
                Ok(entered) => (entered, Vec::new()),
                Err(faults) => (String::new(), faults),
            };
            if faults.is_empty() {
                self.asking.set(None);
            }
            let chosen: Vec<(String, String, Vec<Command>)> = rows.with_value(|rows| {
                let selected = self.selected.get_untracked();
                rows.iter()
                    .filter(|row| selected.contains(&row.key()))
                    .map(|row| {
                        let commands = (act.commands)(row, &site, &entered);
                        (row.key(), name(row, &site), commands)
                    })
                    .collect()
            });
            self.send(chosen, faults, done);
        });
        let answer = act.asks.map(|question| Answer::to(question, self.entered));
        let begin = move |_| match answer {
            Some(answer) => {
                answer.begin();
                self.asking.set(Some(place));
                browser::focus_later(answer.focus());
            }
            None => run.run(Ok(String::new())),
        };
        let none = move || self.selected.with(BTreeSet::is_empty) || self.sending.is_busy();
        let is_asked = Memo::new(move |_| self.asking.get() == Some(place));
        let show = move || match answer.filter(|_| is_asked.get()) {
            Some(answer) => self.question(act.icon, act.title, answer, run),
            None => view! {
                <button class="button" type="button" disabled=none on:click=begin>
                    <Icon name=act.icon/>{t(act.title)}
                </button>
            }
            .into_any(),
        };
        show.into_any()
    }

    /// What is asked before an act is done to all that is selected: how many that is, and the way back.
    fn question(
        self,
        icon: IconName,
        title: Text,
        answer: Answer,
        run: Callback<Result<String, Vec<Fault>>>,
    ) -> AnyView {
        let words = move || {
            let (title, count) = (t(title), self.selected.with(BTreeSet::len));
            say!(language(), "{title}（{count}条）", "{title} ({count})")
        };
        let none = move || self.selected.with(BTreeSet::is_empty) || self.sending.is_busy();
        let (banner, button) = match answer.question {
            Question::Sure(_) => ("warning", "danger"),
            _ => ("info", "primary"),
        };
        view! {
            <div class="banner" data-kind=banner role="group" aria-label=t(title)>
                {answer.view(self.sending)}
                <button class="button" data-kind=button id=CONFIRM type="button" disabled=none on:click=move |_| run.run(answer.read())>
                    <Icon name=icon/>{words}
                </button>
                <button class="button" type="button" on:click=move |_| self.asking.set(None)>{t(Text::new("返回", "Back"))}</button>
            </div>
        }
        .into_any()
    }

    /// Sends what was chosen (keys, names, commands) unless something is wrong with what was entered; rows that were refused stay
    /// selected.
    fn send(
        self,
        chosen: Vec<(String, String, Vec<Command>)>,
        faults: Vec<Fault>,
        done: Callback<()>,
    ) {
        let does_not_apply = t(Text::new(
            "不适用于这一条",
            "This does not apply to this row",
        ));
        self.outcome.set(None);
        let rows = chosen
            .iter()
            .map(|(_, _, commands)| commands.clone())
            .collect();
        let work = move || -> super::sending::Work {
            Box::pin(async move {
                let answers = send_each(rows).await?;
                let mut outcome = Outcome::default();
                for ((key, name, commands), refusal) in chosen.into_iter().zip(answers) {
                    match refusal {
                        _ if commands.is_empty() => {
                            outcome.refused.push((name, does_not_apply.to_owned()))
                        }
                        Some(reason) => outcome.refused.push((name, reason)),
                        None => {
                            outcome.done += 1;
                            self.selected.try_update(|keys| keys.remove(&key));
                        }
                    }
                }
                self.outcome.try_set(Some(outcome));
                Ok(())
            })
        };
        self.sending.run(faults, work, move || done.run(()));
    }

    /// What became of the last act.
    pub fn outcome(self) -> AnyView {
        let said = move || {
            self.outcome.get().map(|outcome| {
                let (done, refused) = (outcome.done, outcome.refused.len());
                if refused == 0 {
                    let text = say!(language(), "{done} 条已完成", "{done} done");
                    return super::head::banner("success", text);
                }
                let heading = say!(
                    language(),
                    "{done} 条已完成，{refused} 条未被接受",
                    "{done} done, {refused} refused"
                );
                let lines: Vec<_> = outcome
                    .refused
                    .into_iter()
                    .map(|(name, reason)| view! { <li><strong>{name}</strong>" "{reason}</li> })
                    .collect();
                view! { <div class="errors"><h2>{heading}</h2><ul>{lines}</ul></div> }.into_any()
            })
        };
        view! { {self.sending.summary()}<div role="status" class="stack">{said}</div> }.into_any()
    }
}

/// The keys of the rows to which one of the acts applies.
pub(super) fn selectable<R: Listed>(
    rows: &[R],
    acts: &[BulkAct<R>],
    site: &Site,
) -> BTreeSet<String> {
    let applies = |row: &&R| {
        acts.iter()
            .any(|act| !(act.commands)(row, site, "").is_empty())
    };
    rows.iter().filter(applies).map(Listed::key).collect()
}
