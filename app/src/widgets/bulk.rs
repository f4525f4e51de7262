//! What is done to the selected rows of a list: one question for all of them, then each row's commands, and of each row that was
//! refused its name and why. Such rows stay selected.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;

use domain::document_number::counted_up;
use domain::{Command, Text, say};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::ask::{Ask, Control, empty_faults};
use super::body_picker::BodyPicker;
use super::browser;
use super::icon::{Icon, IconName};
use super::list::name;
use super::loaded::skeleton;
use super::questions::{self, Asked, Questions};
use super::sending::{Fault, Sending};
use crate::api::ApiError;
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
    /// What it comes to for one row, and what was entered for all of them (nothing where nothing is asked, and while it is not); none
    /// where it does not apply to that row. A row's commands are sent in order, until one of them is refused.
    pub commands: fn(&R, &Site, &Entered) -> Vec<Command>,
}

/// What was entered for all selected rows, as one of them has it.
#[derive(Clone, Default)]
pub struct Entered {
    /// The answer to a question that is asked alone.
    pub only: String,
    /// The answers to the questions of a form.
    pub form: questions::Entered,
    /// The document number of this row, where the form asks for the first.
    pub number: String,
}

/// What is asked once for all selected rows.
#[derive(Clone, Copy)]
pub enum Question {
    /// Whether it is meant, where there is no way back; what there is to say of the selected rows ([`Listed::caution`]) is said before.
    Sure(Text),
    /// One of some values, each with its words.
    Choice(Text, fn() -> Vec<(String, String)>),
    /// One of some values that are asked for when it comes to it, and what is said where there are none.
    Offered(Text, fn() -> Offer, Text),
    /// Words that are owed, and what is said of them.
    Words(Text, Text),
    /// A body; its id is what was entered.
    Body(Text),
    Form(BulkForm),
}

/// Several questions, whose answers hold for all selected rows.
#[derive(Clone, Copy)]
pub struct BulkForm {
    pub asked: fn(&Site) -> Vec<Asked>,
    /// The question that asks for the first document number; each row has one, counted up from it in the order of the list.
    pub number: &'static str,
    /// Asks for the number that is proposed as the first, where one is.
    pub proposed: Option<fn() -> Proposal>,
}

/// Values, each with its words.
pub type Offer = Pin<Box<dyn Future<Output = Result<Vec<(String, String)>, ApiError>>>>;

/// A document number to be; empty where none is proposed.
pub type Proposal = Pin<Box<dyn Future<Output = Result<String, ApiError>>>>;

impl<R> Clone for BulkAct<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for BulkAct<R> {}

/// A row to which an act is done.
struct Chosen {
    key: String,
    name: String,
    commands: Vec<Command>,
    /// Of what the commands are about, as the row was read.
    version: Option<u64>,
}

/// What became of a bulk act.
#[derive(Clone, Debug, Default, PartialEq)]
struct Outcome {
    done: usize,
    /// The rows it was refused for, by name, and why.
    refused: Vec<(String, String)>,
}

/// A question as it stands on the page: what is entered.
#[derive(Clone)]
struct Answer {
    question: Question,
    value: RwSignal<String>,
    /// What can be chosen, once it is known.
    offered: RwSignal<Option<Vec<(String, String)>>>,
    /// The number that was proposed last.
    proposed: StoredValue<String>,
    body: BodyPicker,
    form: Questions,
    /// How many rows it is for.
    rows: Memo<usize>,
    /// Of which of them there is something to say, by name, and what.
    cautions: Signal<Vec<(String, String)>>,
}

impl Answer {
    fn to(
        question: Question,
        bulk: &Bulk,
        (rows, cautions): (Memo<usize>, Signal<Vec<(String, String)>>),
        site: &Site,
    ) -> Answer {
        let label = match question {
            Question::Sure(label)
            | Question::Choice(label, _)
            | Question::Offered(label, ..)
            | Question::Words(label, _)
            | Question::Body(label) => label,
            Question::Form(_) => Text::new("", ""),
        };
        let asked = match question {
            Question::Form(form) => bulk.with_drafts((form.asked)(site)),
            _ => Vec::new(),
        };
        let form = Questions::new(asked);
        bulk.keep_drafts(&form);
        Answer {
            question,
            value: bulk.entered,
            offered: bulk.offered,
            proposed: bulk.proposed,
            body: BodyPicker::new(ENTERED, label),
            form,
            rows,
            cautions,
        }
    }

    /// What stands in the control when it is asked: of values the first.
    fn begin(&self, sending: Sending) {
        let first = match self.question {
            Question::Choice(_, values) => values().into_iter().next(),
            _ => None,
        };
        self.value
            .set(first.map(|(code, _)| code).unwrap_or_default());
        match self.question {
            Question::Form(form) => self.propose_number(form),
            Question::Offered(_, offer, _) => self.offer(offer, sending),
            _ => {}
        }
    }

    fn offer(&self, offer: fn() -> Offer, sending: Sending) {
        let (offered, value) = (self.offered, self.value);
        offered.set(None);
        let work = move || -> super::sending::Work {
            Box::pin(async move {
                let mut values = offer().await?;
                if !values.is_empty() {
                    // Nothing is chosen for whoever does not look.
                    let choose = t(Text::new("请选择", "Choose one"));
                    values.insert(0, (String::new(), choose.to_owned()));
                }
                value.try_set(String::new());
                offered.try_set(Some(values));
                Ok(())
            })
        };
        sending.read(Vec::new(), work, || {});
    }

    /// What somebody entered, or does meanwhile, stands; what was proposed before gives way.
    fn propose_number(&self, form: BulkForm) {
        let (Some(proposed), Some(number)) = (form.proposed, self.number_signal(form)) else {
            return;
        };
        let last = self.proposed;
        spawn_local(async move {
            let Ok(proposed) = proposed().await else {
                // Nothing is proposed without the server, which the act itself will say.
                return;
            };
            let before = last.try_get_value().unwrap_or_default();
            let is_untouched =
                number.try_with_untracked(|number| number.is_empty() || *number == before);
            if is_untouched == Some(true) {
                last.try_set_value(proposed.clone());
                number.try_set(proposed);
            }
        });
    }

    /// Where the reader goes on when it is asked.
    const fn focus(&self) -> &'static str {
        match self.question {
            Question::Sure(_) => CONFIRM,
            Question::Form(form) => form.number,
            _ => ENTERED,
        }
    }

    fn view(&self, sending: Sending) -> AnyView {
        match self.question {
            Question::Sure(words) => {
                let cautions = self.cautions;
                view! {
                    <Icon name=IconName::TriangleAlert/>
                    <div class="stack"><p>{t(words)}</p>{move || cautioned(&cautions.get())}</div>
                }
                .into_any()
            }
            Question::Choice(label, values) => {
                Ask::new(ENTERED, label, Control::Choice(values()), self.value).view(sending)
            }
            Question::Offered(label, _, none) => {
                let (offered, value) = (self.offered, self.value);
                let choice = move || match offered.get() {
                    None if sending.is_busy() => skeleton(),
                    // Why they are not there stands above.
                    None => ().into_any(),
                    Some(values) if values.is_empty() => {
                        view! { <p role="status">{t(none)}</p> }.into_any()
                    }
                    Some(values) => {
                        Ask::new(ENTERED, label, Control::Choice(values), value).view(sending)
                    }
                };
                choice.into_any()
            }
            Question::Words(label, hint) => Ask::area(ENTERED, label, self.value)
                .hint(hint)
                .view(sending),
            Question::Body(_) => self.body.view(sending, false),
            Question::Form(form) => {
                view! { <div class="stack">{self.form.view(sending)}{self.numbers(form)}</div> }
                    .into_any()
            }
        }
    }

    /// The numbers that the selected rows will have.
    fn numbers(&self, form: BulkForm) -> AnyView {
        let (number, rows) = (self.number_signal(form), self.rows);
        let said = move || {
            let first = number?.get();
            let count = rows.get();
            let last = counted_up(&first, u32::try_from(count.checked_sub(1)?).ok()?)?;
            let first = first.trim().to_owned();
            Some(match count {
                1 => say!(
                    language(),
                    "所选1条的文号：{first}",
                    "The number of the one selected: {first}"
                ),
                _ => say!(
                    language(),
                    "所选{count}条的文号：{first}至{last}",
                    "Numbers of the {count} selected: {first} to {last}"
                ),
            })
        };
        view! { <p class="hint" data-test="numbers" role="status">{said}</p> }.into_any()
    }

    fn number_signal(&self, form: BulkForm) -> Option<RwSignal<String>> {
        let mut values = self.form.values();
        values
            .find(|(id, _)| *id == form.number)
            .map(|(_, value)| value)
    }

    /// What was entered, or what is wrong with it.
    fn read(&self) -> Result<Entered, Vec<Fault>> {
        let only = |only: String| Entered {
            only,
            ..Entered::default()
        };
        match self.question {
            Question::Sure(_) => Ok(Entered::default()),
            Question::Choice(..) => Ok(only(self.value.get_untracked())),
            // What is not there yet, or of which there is none, cannot be chosen.
            Question::Words(label, _) | Question::Offered(label, ..) => {
                let faults = empty_faults(&[(ENTERED, label, self.value)]);
                if faults.is_empty() {
                    Ok(only(self.value.get_untracked()))
                } else {
                    Err(faults)
                }
            }
            Question::Body(_) => match self.body.require() {
                Ok(body) => Ok(only(body.to_string())),
                Err(fault) => Err(vec![fault]),
            },
            Question::Form(form) => {
                let (entered, mut faults) = self.form.read();
                let number = entered.text(form.number);
                if faults.iter().all(|fault| fault.field != Some(form.number))
                    && counted_up(&number, 0).is_none()
                {
                    let text = t(Text::new(
                        "文号里应有序号，例如：示例〔2022〕81号",
                        "The number must have digits to count up, such as Sample 2022/81",
                    ));
                    faults.push(Fault {
                        field: Some(form.number),
                        text: text.to_owned(),
                    });
                }
                if !faults.is_empty() {
                    return Err(faults);
                }
                Ok(Entered {
                    form: entered,
                    number,
                    ..Entered::default()
                })
            }
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
    /// What can be chosen for it, where that is asked for.
    offered: RwSignal<Option<Vec<(String, String)>>>,
    /// The number that was proposed last: one that nobody touched gives way to the next.
    proposed: StoredValue<String>,
    /// What is entered of forms, by the ids of their questions: also after some rows were refused.
    drafts: StoredValue<BTreeMap<&'static str, String>>,
    outcome: RwSignal<Option<Outcome>>,
}

impl Bulk {
    pub fn new() -> Bulk {
        Bulk {
            selected: RwSignal::new(BTreeSet::new()),
            sending: Sending::new("bulk-errors"),
            asking: RwSignal::new(None),
            entered: RwSignal::new(String::new()),
            offered: RwSignal::new(None),
            proposed: StoredValue::new(String::new()),
            drafts: StoredValue::new(BTreeMap::new()),
            outcome: RwSignal::new(None),
        }
    }

    /// What was entered before stands there again.
    fn with_drafts(self, asked: Vec<Asked>) -> Vec<Asked> {
        let again = |asked: Asked| {
            let before = self
                .drafts
                .with_value(|drafts| drafts.get(asked.id).cloned());
            match before {
                Some(before) => asked.initially(before),
                None => asked,
            }
        };
        asked.into_iter().map(again).collect()
    }

    fn keep_drafts(self, form: &Questions) {
        for (id, value) in form.values() {
            Effect::new(move |begun: Option<()>| {
                let now = value.get();
                if begun.is_some() {
                    self.drafts
                        .try_update_value(|drafts| drafts.insert(id, now));
                }
            });
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

    /// The acts that apply to some row, each to be done once such a row is selected; and how many are. Nothing where there is nothing to do.
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
        let applies = selectable(rows, &[act], site);
        if applies.is_empty() {
            return ().into_any();
        }
        let (rows, site_asked) = (StoredValue::new(rows.to_vec()), site.clone());
        let site = site.clone();
        let numbered = match act.asks {
            Some(Question::Form(form)) => Some(form.number),
            _ => None,
        };
        let applies_to = StoredValue::new(applies);
        // Of what is selected only that to which the act applies.
        let count = Memo::new(move |_| {
            let chosen = |keys: &BTreeSet<String>| {
                applies_to.with_value(|applies| keys.intersection(applies).count())
            };
            self.selected.with(chosen)
        });
        let run = Callback::new(move |entered: Result<Entered, Vec<Fault>>| {
            let (mut entered, faults) = match entered {
                Ok(entered) => (entered, Vec::new()),
                Err(faults) => (Entered::default(), faults),
            };
            let first = entered.number.clone();
            if faults.is_empty() {
                self.asking.set(None);
            }
            let chosen: Vec<Chosen> = rows.with_value(|rows| {
                let selected = self.selected.get_untracked();
                (0_u32..)
                    .zip(rows.iter().filter(|row| {
                        let key = row.key();
                        selected.contains(&key)
                            && applies_to.with_value(|applies| applies.contains(&key))
                    }))
                    .map(|(place, row)| {
                        entered.number = counted_up(&first, place).unwrap_or_default();
                        Chosen {
                            key: row.key(),
                            name: name(row, &site),
                            commands: (act.commands)(row, &site, &entered),
                            version: row.version(),
                        }
                    })
                    .collect()
            });
            self.send(chosen, faults, numbered, done);
        });
        let of_rows = site_asked.clone();
        let cautions = Signal::derive(move || {
            let selected = self.selected.get();
            rows.with_value(|rows| {
                let chosen = rows.iter().filter(|row| {
                    let key = row.key();
                    selected.contains(&key)
                        && applies_to.with_value(|applies| applies.contains(&key))
                });
                chosen
                    .filter_map(|row| Some((name(row, &of_rows), row.caution(&of_rows)?)))
                    .collect::<Vec<_>>()
            })
        });
        let answer = act
            .asks
            .map(|question| Answer::to(question, &self, (count, cautions), &site_asked));
        let asked = answer.clone();
        let begin = Callback::new(move |()| match &asked {
            Some(answer) => {
                answer.begin(self.sending);
                self.asking.set(Some(place));
                browser::focus_later(answer.focus());
            }
            None => run.run(Ok(Entered::default())),
        });
        let none = move || count.get() == 0 || self.sending.is_busy();
        let is_asked = Memo::new(move |_| self.asking.get() == Some(place));
        let show = move || match answer.as_ref().filter(|_| is_asked.get()) {
            Some(answer) => self.question((act.icon, act.title), answer, run),
            None => view! {
                <button class="button" type="button" disabled=none on:click=move |_| begin.run(())>
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
        (icon, title): (IconName, Text),
        answer: &Answer,
        run: Callback<Result<Entered, Vec<Fault>>>,
    ) -> AnyView {
        let rows = answer.rows;
        let words = move || {
            let (title, count) = (t(title), rows.get());
            say!(language(), "{title}（{count}条）", "{title} ({count})")
        };
        let needs_offer = matches!(answer.question, Question::Offered(..));
        let offered = self.offered;
        let lacks_offer = move || {
            needs_offer && offered.with(|offered| offered.as_ref().is_none_or(Vec::is_empty))
        };
        let none = move || rows.get() == 0 || self.sending.is_busy() || lacks_offer();
        let (banner, button) = match answer.question {
            Question::Sure(_) => ("warning", "danger"),
            _ => ("info", "primary"),
        };
        let asked = answer.view(self.sending);
        let answer = answer.clone();
        view! {
            <div class="banner" data-kind=banner role="group" aria-label=t(title)>
                {asked}
                <button class="button" data-kind=button id=CONFIRM type="button" disabled=none on:click=move |_| run.run(answer.read())>
                    <Icon name=icon/>{words}
                </button>
                <button class="button" type="button" on:click=move |_| self.asking.set(None)>{t(Text::new("返回", "Back"))}</button>
            </div>
        }
        .into_any()
    }

    /// Sends what was chosen unless something is wrong with what was entered; rows that were refused stay selected. The first number that
    /// was entered, under this id, is used up once something is done.
    fn send(
        self,
        chosen: Vec<Chosen>,
        faults: Vec<Fault>,
        numbered: Option<&'static str>,
        done: Callback<()>,
    ) {
        let does_not_apply = t(Text::new(
            "不适用于这一条",
            "This does not apply to this row",
        ));
        self.outcome.set(None);
        let rows = chosen
            .iter()
            .map(|chosen| chosen.commands.clone())
            .collect();
        let versions = chosen.iter().map(|chosen| chosen.version).collect();
        let work = move || -> super::sending::Work {
            Box::pin(async move {
                let answers = send_each(rows, versions).await?;
                let mut outcome = Outcome::default();
                for (chosen, refusal) in chosen.into_iter().zip(answers) {
                    match refusal {
                        _ if chosen.commands.is_empty() => outcome
                            .refused
                            .push((chosen.name, does_not_apply.to_owned())),
                        Some(reason) => outcome.refused.push((chosen.name, reason)),
                        None => {
                            outcome.done += 1;
                            self.selected.try_update(|keys| keys.remove(&chosen.key));
                        }
                    }
                }
                if let Some(number) = numbered.filter(|_| outcome.done > 0) {
                    self.drafts.try_update_value(|drafts| drafts.remove(number));
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

/// How many of the selected rows there is something to say of, and what of each.
fn cautioned(cautions: &[(String, String)]) -> Option<AnyView> {
    if cautions.is_empty() {
        return None;
    }
    let count = cautions.len();
    let heading = say!(
        language(),
        "其中{count}条请先核对：",
        "Look at {count} of them first:"
    );
    let lines: Vec<_> = cautions
        .iter()
        .map(|(name, caution)| view! { <li><strong>{name.clone()}</strong>" "{caution.clone()}</li> })
        .collect();
    Some(view! { <div data-test="cautions"><p>{heading}</p><ul>{lines}</ul></div> }.into_any())
}

/// The keys of the rows to which one of the acts applies.
pub(super) fn selectable<R: Listed>(
    rows: &[R],
    acts: &[BulkAct<R>],
    site: &Site,
) -> BTreeSet<String> {
    let applies = |row: &&R| {
        acts.iter()
            .any(|act| !(act.commands)(row, site, &Entered::default()).is_empty())
    };
    rows.iter().filter(applies).map(Listed::key).collect()
}
