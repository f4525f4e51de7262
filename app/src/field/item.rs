//! One node of the form on the page: a question with its answer, its error and, when it fails, its finding.

use domain::{Text, say};
use form::{
    Choice, NodeId, Question, QuestionKind, Severity, TextForm, Texts, Value, ViolationKind, What,
};
use leptos::prelude::*;
use markup::{component, view};
use wasm_bindgen::JsCast as _;

use super::choices_found::{Found, SEARCHED_FROM};
use super::clock_text::{for_picker, from_picker};
use super::drawing::Drawing;
use super::files::Files;
use super::finding_panel::FindingPanel;
use super::handing_in::anchor_of;
use super::icon::{Icon, IconName};
use super::inspection_page::Open;
use super::nearby::{is_added_to, is_taken_out};
use super::open_inspection::{FindingAt, OpenInspection, PhotoPlace};
use super::photos::Photos;
use super::piece::{IntoPiece as _, Piece, Pieces as _};
use super::place_panel::PlacePanel;
use super::remark_panel::RemarkPanel;
use super::scan_panel::ScanPanel;
use super::tablet::tablet;
use crate::i18n::{language, said, t, told, tr};
use crate::places::Place;
use crate::widgets::drawn::Drawn;

/// Choices that stand side by side; more are below each other.
const SEGMENTS: usize = 6;

/// The signals of a node, to be copied into closures.
#[derive(Clone, Copy)]
struct Node {
    value: RwSignal<Value>,
    required: RwSignal<bool>,
    readonly: RwSignal<bool>,
    violation: RwSignal<Option<ViolationKind>>,
    unreadable: RwSignal<Option<(String, Texts)>>,
    words: RwSignal<u32>,
}

/// What every widget of a question needs.
#[derive(Clone, Copy)]
struct Asked {
    open: Open,
    node: NodeId,
    signals: Node,
    question: StoredValue<Question>,
    error: Memo<Option<Texts>>,
}

#[component]
pub fn Item(open: Open, node: NodeId) -> Piece {
    let (relevant, finding, signals) = open.with_value(|open| {
        let signals = open.form.node(node).clone();
        let copied = Node {
            value: signals.value.into(),
            required: signals.required.into(),
            readonly: signals.readonly.into(),
            violation: signals.violation.into(),
            unreadable: signals.unreadable.into(),
            words: signals.words.into(),
        };
        (
            RwSignal::from(signals.relevant),
            RwSignal::from(signals.finding),
            copied,
        )
    });
    let checked = RwSignal::from(open.with_value(|open| open.checked.clone()));
    let Some(what) = open.with_value(|open| Heading::of(open, node)) else {
        return Piece::default();
    };
    let question = match what {
        Heading::Question(question) => *question,
        Heading::Group(label) => {
            // A group inside a section is a heading among its items.
            return view! {
                <Show when=move || relevant.get()>
                    <li><h3>{let label = label.clone(); told(&label)}</h3></li>
                </Show>
            };
        }
        Heading::Repeat { label, adds } => return repeat(open, node, label, adds, relevant),
        Heading::Instance { label, leaves } => {
            return instance(open, node, label, leaves, relevant);
        }
    };
    let error = Memo::new(move |_| {
        if let Some((_, why)) = signals.unreadable.get() {
            return Some(why);
        }
        let kind = signals.violation.get()?;
        // A page full of errors before anything was entered helps nobody.
        if kind == ViolationKind::Required && !checked.get() {
            return None;
        }
        let say = |instance: &form::Instance| instance.violation_texts(node, kind);
        Some(open.with_value(|open| open.form.with(say)))
    });
    let kind = question.kind;
    let is_check = question.check.is_some();
    let code = question.check.as_ref().map(|check| check.code.clone());
    // What is answered with photos or other files needs no more of them.
    let takes_remark = kind != QuestionKind::Note && !kind.is_file();
    let name = open.with_value(|open| open.form.with(|instance| instance.name(node)));
    let question = StoredValue::new(question);
    let asked = Asked {
        open,
        node,
        signals,
        question,
        error,
    };
    let test = format!("item-{name}");
    let state = move || {
        signals.value.with(|value| match value {
            Value::Empty => None,
            Value::Choice(choice) if is_check => Some(tone(choice).unwrap_or("given")),
            _ => Some("given"),
        })
    };
    view! {
        <Show when=move || relevant.get()>
            <li><article class="item" id=anchor_of(&name) data-test=test.clone() data-answer=state>
                {match kind {
                    QuestionKind::SelectOne => {
                        // What is offered may follow from other answers.
                        let many = Memo::new(move |_| asked.choices().len() > SEGMENTS);
                        view! {
                            {move || if many.get() { asked.choice_list(false) } else { asked.one_choice() }}
                        }
                    }
                    // Ticked one after the other, choices are ranked.
                    QuestionKind::SelectMultiple | QuestionKind::Rank => asked.choice_list(true),
                    QuestionKind::Integer => asked.typed("numeric"),
                    QuestionKind::Decimal => asked.typed("decimal"),
                    QuestionKind::Range => asked.range(),
                    QuestionKind::Geopoint | QuestionKind::Geotrace | QuestionKind::Geoshape => {
                        asked.placed(kind)
                    }
                    QuestionKind::Text => asked.text(),
                    QuestionKind::Barcode => asked.barcode(),
                    QuestionKind::Audio | QuestionKind::Video | QuestionKind::File => {
                        asked.files(kind)
                    }
                    QuestionKind::Acknowledge => asked.acknowledge(),
                    QuestionKind::Date => asked.picked("date"),
                    QuestionKind::Time => asked.picked("time"),
                    QuestionKind::DateTime => asked.picked("datetime-local"),
                    QuestionKind::Photo => asked.photo(),
                    QuestionKind::Note => asked.note(),
                }}
                {asked.more(takes_remark.then(|| {
                    let code = code.clone();
                    let of = Signal::derive(move || code.clone().unwrap_or_else(|| asked.label()));
                    view! { <RemarkPanel open node of finding/> }
                }))}
                <Show when=move || finding.get()>
                    <FindingPanel open at=FindingAt::Item(node)/>
                </Show>
            </article></li>
        </Show>
    }
}

/// What a node is on the page.
enum Heading {
    Question(Box<Question>),
    Group(Texts),
    /// A repeat itself, and whether a person adds to it.
    Repeat {
        label: Texts,
        adds: bool,
    },
    /// One instance of a repeat, and whether a person may take it away.
    Instance {
        label: Texts,
        leaves: bool,
    },
}

impl Heading {
    fn of(open: &OpenInspection, node: NodeId) -> Option<Heading> {
        open.form.with(|instance| {
            let definition = instance.form().node(instance.def(node))?;
            let label = definition.label.clone();
            Some(match definition.what {
                What::Question(question) => Heading::Question(Box::new(question.clone())),
                What::Group(_) => Heading::Group(label),
                What::Repeat(_) if instance.is_repeat(node) => Heading::Repeat {
                    label,
                    adds: is_added_to(instance, node),
                },
                What::Repeat(_) => Heading::Instance {
                    label,
                    leaves: is_taken_out(instance, node),
                },
                What::Calculation(_) => return None,
            })
        })
    }
}

/// A repeat: its heading, and the way to add the first instance to it.
fn repeat(open: Open, node: NodeId, label: Texts, adds: bool, relevant: RwSignal<bool>) -> Piece {
    let begun = has_instances(open, node);
    view! {
        <Show when=move || relevant.get()>
            <li data-test="repeat">
                <h3>{let label = label.clone(); told(&label)}</h3>
                {
                    let label = label.clone();
                    move || (adds && !begun.get()).then(|| adds_to(open, node, &label))
                }
            </li>
        </Show>
    }
}

/// Behind all instances of a repeat: the way to add another.
#[component]
pub fn RepeatEnd(open: Open, node: NodeId) -> Piece {
    let (label, relevant) = open.with_value(|open| {
        let label = open.form.with(|instance| {
            let definition = instance.form().node(instance.def(node));
            definition.map_or_else(Texts::default, |definition| definition.label.clone())
        });
        (label, RwSignal::from(open.form.node(node).relevant))
    });
    let begun = has_instances(open, node);
    view! {
        <Show when=move || relevant.get() && begun.get()>
            <li data-test="repeat-end">{adds_to(open, node, &label)}</li>
        </Show>
    }
}

fn has_instances(open: Open, repeat: NodeId) -> Memo<bool> {
    let structure = RwSignal::from(open.with_value(|open| open.form.structure().clone()));
    Memo::new(move |_| {
        structure.track();
        open.with_value(|open| open.form.with(|instance| instance.count(repeat) > 0))
    })
}

/// Adds an instance to a repeat, and leads to it. The ends of repeats in repeats stand below each other: it says what it adds to.
fn adds_to(open: Open, node: NodeId, label: &Texts) -> Piece {
    let tablet = tablet();
    let label = label.clone();
    view! {
        <button class="button" type="button" data-test="add-instance" on:click=move |_| {
            let first = open.with_value(|open| open.add_instance(node));
            tablet.look_at.set(first.map(|name| anchor_of(&name)));
        }>
            <Icon name=IconName::Plus/>
            {move || match tr(&label) {
                label if label.is_empty() => t(Text::new("添加一组", "Add another")).to_owned(),
                label => say!(language(), "添加一组：{label}", "Add another: {label}"),
            }}
        </button>
    }
}

/// One instance of a repeat: which one it is, and the way to take it away, which is asked about where something is in it.
fn instance(
    open: Open,
    node: NodeId,
    label: Texts,
    leaves: bool,
    relevant: RwSignal<bool>,
) -> Piece {
    let structure = RwSignal::from(open.with_value(|open| open.form.structure().clone()));
    let asked = RwSignal::new(false);
    let remove = move || open.with_value(|open| open.remove_instance(node));
    let position = move || {
        structure.track();
        let position = |instance: &form::Instance| instance.instance_position(node);
        open.with_value(|open| open.form.with(position))
            .unwrap_or(0)
    };
    view! {
        <Show when=move || relevant.get()>
            <li class="instance">
                <h4>{let label = label.clone(); move || format!("{} {}", tr(&label), position())}</h4>
                {leaves.then(|| view! { {move || if asked.get() {
                    view! {
                        <div class="row" data-test="sure">
                            <p role="alert">{said(Text::new("其中已填写的内容会一并删除。", "What was entered in it goes with it."))}</p>
                            <button class="button" data-kind="danger" type="button" data-test="remove-instance" on:click=move |_| remove()>
                                <Icon name=IconName::Trash/>{said(Text::new("删除", "Remove"))}
                            </button>
                            <button class="button" type="button" data-test="keep-instance" on:click=move |_| asked.set(false)>
                                {said(Text::new("保留", "Keep"))}
                            </button>
                        </div>
                    }
                } else {
                    view! {
                        <button class="button" data-kind="quiet" type="button" data-test="remove-instance" on:click=move |_| {
                            if open.with_value(|open| open.holds_anything(node)) { asked.set(true) } else { remove() }
                        }>
                            <Icon name=IconName::X/>{said(Text::new("删除这一组", "Remove this one"))}
                        </button>
                    }
                }} })}
            </li>
        </Show>
    }
}

/// The colour of an answer of the usual list.
pub fn tone(choice: &str) -> Option<&'static str> {
    match choice {
        "pass" => Some("yes"),
        "fail" => Some("no"),
        "na" => Some("na"),
        "unassessed" => Some("none"),
        _ => None,
    }
}

fn choice_icon(choice: &str) -> Option<IconName> {
    match choice {
        "pass" => Some(IconName::Check),
        "fail" => Some(IconName::X),
        "na" => Some(IconName::Minus),
        "unassessed" => Some(IconName::CircleDashed),
        _ => None,
    }
}

impl Asked {
    fn name(self) -> String {
        let name = |instance: &form::Instance| instance.name(self.node);
        self.open.with_value(|open| open.form.with(name))
    }

    fn control(self) -> String {
        format!("{}-answer", self.name())
    }

    fn error_id(self) -> String {
        format!("{}-error", self.name())
    }

    /// What is offered now, in the reader's language.
    fn choices(self) -> Vec<Choice> {
        self.signals.words.track();
        let language = language().tag();
        let choices = |instance: &form::Instance| instance.choices_in(self.node, language);
        self.open.with_value(|open| open.form.with(choices))
    }

    /// What it is called now, with what other answers put in.
    fn label(self) -> String {
        self.signals.words.track();
        let language = language().tag();
        let label =
            |instance: &form::Instance| instance.text_in(self.node, TextForm::Label, language);
        let label = self.open.with_value(|open| open.form.with(label));
        label.unwrap_or_default()
    }

    fn answer(self, value: Value) {
        self.open.with_value(|open| open.answer(self.node, value));
    }

    /// A choice that is made is not pressed again by a key: the keys that delete take it back.
    fn take_back_by(self, event: &web_sys::Event) {
        let key = event.unchecked_ref::<web_sys::KeyboardEvent>().key();
        let is_given = self.signals.value.with_untracked(|value| !value.is_empty());
        if is_given && matches!(&*key, "Delete" | "Backspace") {
            event.prevent_default();
            self.answer(Value::Empty);
        }
    }

    fn is_given(self, choice: &str) -> bool {
        let value = self.signals.value;
        value.with_untracked(|value| matches!(value, Value::Choice(given) if given == choice))
    }

    fn type_in(self, typed: &str) {
        self.open
            .with_value(|open| open.answer_typed(self.node, typed));
    }

    /// Code, text, and what makes the item a grave one.
    fn heading(self) -> Piece {
        let (code, critical, key) = self.question.with_value(|question| {
            let check = question.check.as_ref();
            (
                check.map(|check| check.code.clone()),
                check.is_some_and(|check| check.critical),
                check.is_some_and(|check| check.severity == Severity::Key),
            )
        });
        let required = self.signals.required;
        view! {
            {code.map(|code| view! { <code>{code}</code> })}
            {move || self.label()}
            {(critical || key).then(|| view! {
                <span class="tag" data-state="key"><Icon name=IconName::OctagonAlert/>{move || t(if critical {
                    Text::new("关键项", "Critical")
                } else {
                    Text::new("重点", "Key")
                })}</span>
            })}
            {move || required.get().then(|| view! {
                <span class="required" aria-hidden="true">" *"</span>
                <span class="unseen">{t(Text::new("（必填）", " (required)"))}</span>
            })}
        }
    }

    fn hint(self) -> Option<Piece> {
        let hint = self.question.with_value(|question| question.hint.clone());
        (!hint.is_empty()).then(|| view! { <p class="hint">{told(&hint)}</p> })
    }

    /// What to look at, where that is said, and what leads to a note: side by side below the answer.
    fn more(self, remark: Option<Piece>) -> Option<Piece> {
        let guidance = self.question.with_value(|question| {
            let check = question.check.as_ref();
            let evidence = check.map(|check| check.evidence.kind.clone());
            let guidance = [question.guidance.clone(), evidence.unwrap_or_default()];
            let guidance = guidance.into_iter().filter(|text| !text.is_empty());
            guidance.collect::<Vec<Texts>>()
        });
        if guidance.is_empty() {
            return remark;
        }
        Some(view! {
            <div class="more">
                <details>
                    <summary>{said(Text::new("检查要点", "What to look at"))}</summary>
                    {guidance.into_iter().map(|text| view! { <p>{told(&text)}</p> }).pieces()}
                </details>
                {remark}
            </div>
        })
    }

    fn error(self) -> Piece {
        let id = self.error_id();
        let shown = move || {
            let id = id.clone();
            self.error.get().map(|error| {
                view! {
                    <p class="error" id=id><Icon name=IconName::CircleAlert/>{told(&error)}</p>
                }
            })
        };
        shown.into_piece()
    }

    fn one_choice(self) -> Piece {
        let name = self.name();
        let described = self.error_id();
        view! {
            <fieldset class="answer" aria-describedby=move || self.error.get().map(|_| described.clone())>
                <legend>{self.heading()}</legend>
                {self.hint()}
                {self.error()}
                <div>
                    {move || self.choices().into_iter().map(|Choice { value, label }| {
                        let (chosen, answer, given) = (value.clone(), value.clone(), value.clone());
                        view! {
                            <label data-value=tone(&value)>
                                <input type="radio" name=name.clone() value=value.clone()
                                    prop:checked=move || self.signals.value.with(|value| matches!(value, Value::Choice(choice) if *choice == chosen))
                                    prop:disabled=self.signals.readonly
                                    on:change=move |_| self.answer(Value::Choice(answer.clone()))
                                    // Pressed once more it is taken back; a press that chooses comes before the change.
                                    on:click=move |_| if self.is_given(&given) { self.answer(Value::Empty) }
                                    on:keydown=move |event| self.take_back_by(&event)/>
                                {choice_icon(&value).map(|name| view! { <Icon name/> })}
                                {label}
                            </label>
                        }
                    }).pieces()}
                </div>
            </fieldset>
        }
    }

    fn acknowledge(self) -> Piece {
        view! {
            <div class="ask">
                {self.hint()}
                {self.error()}
                <label class="choice">
                    <input type="checkbox" name=self.name()
                        prop:checked=move || self.signals.value.with(|value| !value.is_empty())
                        prop:disabled=self.signals.readonly
                        on:change:target=move |event| self.answer(if event.target().checked() {
                            Value::Text("OK".to_owned())
                        } else {
                            Value::Empty
                        })/>
                    <span>{self.heading()}</span>
                </label>
            </div>
        }
    }

    /// Choices below each other, one or several of which are taken. Where there are many, what is typed above narrows them down.
    fn choice_list(self, several: bool) -> Piece {
        let name = self.name();
        let kind = if several { "checkbox" } else { "radio" };
        let sought = RwSignal::new(String::new());
        let has = move |choice: &str| {
            self.signals.value.with(|value| match value {
                Value::Choice(chosen) => chosen == choice,
                Value::Choices(chosen) => chosen.iter().any(|chosen| chosen == choice),
                _ => false,
            })
        };
        // What is taken stays in sight; whether it is decides no more once the list is drawn.
        let found = Memo::new(move |_| {
            let taken = untrack(|| self.choices_taken());
            Found::of(self.choices(), &sought.get(), &taken)
        });
        let searched = Memo::new(move |_| found.with(|found| found.of > SEARCHED_FROM));
        let take = move |answer: &String, taken: bool| {
            if !several {
                return self.answer(Value::Choice(answer.clone()));
            }
            let mut chosen = self.choices_taken();
            chosen.retain(|other| other != answer);
            if taken {
                chosen.push(answer.clone());
            }
            self.answer(Value::Choices(chosen));
        };
        view! {
            <fieldset class="ask">
                <legend>{self.heading()}</legend>
                {self.hint()}
                {self.error()}
                {move || searched.get().then(|| view! {
                    <input type="search" data-test="seek-choice" autocomplete="off"
                        aria-label=said(Text::new("查找选项", "Find a choice"))
                        placeholder=said(Text::new("查找选项", "Find a choice"))
                        on:input:target=move |event| sought.set(event.target().value())/>
                })}
                {move || found.with(|found| found.shown.clone()).into_iter().map(|Choice { value, label }| {
                    let (chosen, answer, given) = (value.clone(), value.clone(), value.clone());
                    view! {
                        <label class="choice">
                            <input type=kind name=name.clone() value=value
                                prop:checked=move || has(&chosen)
                                prop:disabled=self.signals.readonly
                                on:change:target=move |event| take(&answer, event.target().checked())
                                on:click=move |_| if !several && self.is_given(&given) { self.answer(Value::Empty) }
                                on:keydown=move |event| if !several { self.take_back_by(&event) }/>
                            {label}
                        </label>
                    }
                }).pieces()}
                {move || {
                    let (shown, matching) = found.with(|found| (found.shown.len(), found.matching));
                    (matching > shown).then(|| {
                        let more = matching - shown;
                        view! { <p class="hint">{say!(language(), "还有 {more} 项，输入文字查找", "{more} more; type to find them")}</p> }
                    })
                }}
            </fieldset>
        }
    }

    fn choices_taken(self) -> Vec<String> {
        match self.signals.value.get_untracked() {
            Value::Choice(chosen) => vec![chosen],
            Value::Choices(chosen) => chosen,
            _ => Vec::new(),
        }
    }

    /// What the control shows: what was typed if it cannot be read, else the answer.
    fn shown(self) -> String {
        self.signals
            .unreadable
            .with(|unreadable| unreadable.as_ref().map(|(typed, _)| typed.clone()))
            .unwrap_or_else(|| self.signals.value.with(Value::write))
    }

    /// A control only takes the engine's spelling when it is not the one being typed in: `1.` must not become `1` underway,
    /// nor a space be taken away before what comes after it is typed.
    fn spelling(self) -> impl Fn() -> String + Copy {
        let control = StoredValue::new(self.control());
        move || {
            let shown = self.shown();
            let typing = document()
                .active_element()
                .filter(|active| control.with_value(|control| active.id() == *control));
            let typed = typing.and_then(|active| {
                let value = js_sys::Reflect::get(&active, &"value".into())
                    .ok()?
                    .as_string()?;
                let kind = self.question.with_value(|question| question.kind);
                let same = value.trim() == shown
                    || Value::read(kind, &value).is_ok_and(|value| value.write() == shown);
                same.then_some(value)
            });
            typed.unwrap_or(shown)
        }
    }

    fn typed(self, mode: &'static str) -> Piece {
        let (control, described) = (self.control(), self.error_id());
        let unit = self
            .question
            .with_value(|question| question.appearance.strip_prefix("unit:").map(str::to_owned));
        view! {
            <div class="ask">
                <label for=control.clone()>{self.heading()}</label>
                {self.hint()}
                {self.error()}
                <div class="unit">
                    <input id=control name=self.name() type="text" inputmode=mode autocomplete="off"
                        prop:value=self.spelling() prop:disabled=self.signals.readonly
                        aria-invalid=move || self.error.get().map(|_| "true")
                        aria-describedby=move || self.error.get().map(|_| described.clone())
                        on:input:target=move |event| self.type_in(event.target().value().trim())/>
                    {unit.map(|unit| view! { <span>{unit}</span> })}
                </div>
            </div>
        }
    }

    /// Whether the form asks for it to be shown so.
    fn appears(self, so: &str) -> bool {
        self.question
            .with_value(|question| question.appearance.split(' ').any(|part| part == so))
    }

    fn text(self) -> Piece {
        let (control, described) = (self.control(), self.error_id());
        let several_lines = self.appears("multiline");
        let labelled = control.clone();
        let invalid = move || self.error.get().map(|_| "true");
        let described = move || self.error.get().map(|_| described.clone());
        view! {
            <div class="ask">
                <label for=labelled>{self.heading()}</label>
                {self.hint()}
                {self.error()}
                {if several_lines {
                    view! {
                        <textarea id=control name=self.name()
                            prop:value=move || self.shown() prop:disabled=self.signals.readonly
                            aria-invalid=invalid aria-describedby=described
                            on:input:target=move |event| self.type_in(&event.target().value())></textarea>
                    }
                } else {
                    view! {
                        <input id=control name=self.name() type="text"
                            prop:value=move || self.shown() prop:disabled=self.signals.readonly
                            aria-invalid=invalid aria-describedby=described
                            on:input:target=move |event| self.type_in(&event.target().value())/>
                    }
                }}
            </div>
        }
    }

    /// A code that is scanned or typed.
    fn barcode(self) -> Piece {
        let take = Callback::new(move |code: String| self.type_in(&code));
        let mut all = self.text();
        all.put(view! { <ScanPanel readonly=self.signals.readonly take/> });
        all
    }

    /// Where the institution is that is visited, if that is known.
    fn institution(self) -> Option<Place> {
        let target = self.open.with_value(|open| open.order.target);
        let known = tablet().facts;
        let location = known.with_untracked(|facts| facts.location_of(target))?;
        Some(Place::at(location.latitude, location.longitude))
    }

    /// Where the tablet is, or what is typed of a place.
    fn placed(self, kind: QuestionKind) -> Piece {
        let (control, described) = (self.control(), self.error_id());
        let said = format!("{control}-said");
        let told = said.clone();
        let text = Signal::derive(move || self.shown());
        let take = Callback::new(move |text: String| self.type_in(&text));
        let placed = self.appears("placement-map");
        let around = placed.then(|| self.institution()).flatten();
        view! {
            <div class="ask">
                <label for=control.clone()>{self.heading()}</label>
                {self.hint()}
                {self.error()}
                <input id=control name=self.name() type="text" autocomplete="off"
                    prop:value=self.spelling() prop:disabled=self.signals.readonly
                    aria-invalid=move || self.error.get().map(|_| "true")
                    aria-describedby=move || match self.error.get() {
                        Some(_) => format!("{described} {told}"),
                        None => told.clone(),
                    }
                    on:input:target=move |event| self.type_in(event.target().value().trim())/>
                <PlacePanel kind placed around text readonly=self.signals.readonly take described=said/>
            </div>
        }
    }

    /// A place on a scale. The slider stands in the middle until it is moved: only what is written beside it is an answer.
    fn range(self) -> Piece {
        let (control, described) = (self.control(), self.error_id());
        let bound = |name: &str, usual: &str| {
            let written = |question: &Question| question.parameters.get(name).cloned();
            self.question
                .with_value(written)
                .unwrap_or_else(|| usual.to_owned())
        };
        let (start, end) = (bound("start", "0"), bound("end", "10"));
        let written = move || {
            let shown = self.shown();
            if shown.is_empty() {
                "—".to_owned()
            } else {
                shown
            }
        };
        view! {
            <div class="ask">
                <label for=control.clone()>{self.heading()}</label>
                {self.hint()}
                {self.error()}
                <div class="range">
                    <span>{start.clone()}</span>
                    <input id=control.clone() name=self.name() type="range"
                        min=start max=end step=bound("step", "1")
                        prop:value=move || self.shown() prop:disabled=self.signals.readonly
                        aria-invalid=move || self.error.get().map(|_| "true")
                        aria-describedby=move || self.error.get().map(|_| described.clone())
                        aria-valuetext=written
                        // The middle, where the slider stands before it is moved, is taken by a tap.
                        on:click:target=move |event| if untrack(|| self.shown()).is_empty() { self.type_in(&event.target().value()) }
                        on:input:target=move |event| self.type_in(&event.target().value())/>
                    <span>{bound("end", "10")}</span>
                    <output for=control>{written}</output>
                </div>
                {move || (!self.signals.required.get() && !self.signals.readonly.get() && !self.shown().is_empty()).then(|| view! {
                    <button class="button" data-kind="quiet" type="button" on:click=move |_| self.answer(Value::Empty)>
                        <Icon name=IconName::X/>{said(Text::new("清除", "Clear"))}
                    </button>
                })}
            </div>
        }
    }

    /// A day, a time or both, by the browser's own picker.
    fn picked(self, picker: &'static str) -> Piece {
        let (control, described) = (self.control(), self.error_id());
        view! {
            <div class="ask --short">
                <label for=control.clone()>{self.heading()}</label>
                {self.hint()}
                {self.error()}
                <input id=control name=self.name() type=picker
                    prop:value=move || for_picker(&self.shown()).to_owned() prop:disabled=self.signals.readonly
                    aria-invalid=move || self.error.get().map(|_| "true")
                    aria-describedby=move || self.error.get().map(|_| described.clone())
                    on:change:target=move |event| self.type_in(&from_picker(&event.target().value()))/>
            </div>
        }
    }

    fn photo(self) -> Piece {
        let heading = format!("{}-photos", self.name());
        let (labelled, drawn_on) = (heading.clone(), heading.clone());
        let place = PhotoPlace::Answer(self.node);
        let hashes = self.hashes();
        view! {
            <div class="ask" role="group" aria-labelledby=labelled>
                <p id=heading><strong>{self.heading()}</strong></p>
                {self.hint()}
                {self.error()}
                {match self.question.with_value(Drawn::asked) {
                    Some(drawn) => view! {
                        <Drawing open=self.open place drawn heading=drawn_on hashes readonly=self.signals.readonly/>
                    },
                    None => view! { <Photos open=self.open place hashes/> },
                }}
            </div>
        }
    }

    /// Sound, video, or any file.
    fn files(self, kind: QuestionKind) -> Piece {
        let heading = format!("{}-files", self.name());
        let (labelled, of) = (heading.clone(), heading.clone());
        // Words from before this was answered with files.
        let typed = move || {
            let typed = self.signals.unreadable.get();
            typed.map(|(typed, _)| typed)
        };
        let hashes = self.hashes();
        view! {
            <div class="ask" role="group" aria-labelledby=labelled>
                <p id=heading><strong>{self.heading()}</strong></p>
                {self.hint()}
                {self.error()}
                {move || typed().map(|typed| view! {
                    <p>{typed}</p>
                    <button class="button" type="button" on:click=move |_| self.type_in("")>
                        <Icon name=IconName::X/>{said(Text::new("清除这些文字", "Clear these words"))}
                    </button>
                })}
                <Files open=self.open node=self.node kind heading=of hashes readonly=self.signals.readonly/>
            </div>
        }
    }

    /// The files that are the answer.
    fn hashes(self) -> Signal<Vec<String>> {
        Signal::derive(move || match self.signals.value.get() {
            Value::Files(hashes) => hashes,
            _ => Vec::new(),
        })
    }

    fn note(self) -> Piece {
        view! { <div class="prose"><p>{self.heading()}</p>{self.hint()}</div> }
    }
}
