//! One question of a form: label, hint, error, control, in this order.

use domain::Text;
use domain::wording::plain_digits;
use leptos::prelude::*;

use super::browser;
use super::draft::Part;
use super::icon::{Icon, IconName};
use super::sending::{Fault, Sending};
use crate::i18n::t;

/// How the answer is given.
#[derive(Clone)]
pub enum Control {
    Line {
        autocomplete: &'static str,
    },
    Password {
        autocomplete: &'static str,
    },
    Area,
    Day,
    /// A day and a time on the jurisdiction's clock.
    Moment,
    Number,
    /// Values with their words.
    Choice(Vec<(String, String)>),
    /// Any line; these are proposed.
    Proposed(Vec<String>),
}

/// A question. The id is unique on the page and also the control's name.
#[derive(Clone)]
pub struct Ask {
    pub id: &'static str,
    pub label: Text,
    pub hint: Option<Text>,
    pub control: Control,
    pub optional: bool,
    pub value: RwSignal<String>,
}

impl Ask {
    pub fn new(id: &'static str, label: Text, control: Control, value: RwSignal<String>) -> Ask {
        Ask {
            id,
            label,
            hint: None,
            control,
            optional: false,
            value,
        }
    }

    pub fn line(id: &'static str, label: Text, value: RwSignal<String>) -> Ask {
        Ask::new(
            id,
            label,
            Control::Line {
                autocomplete: "off",
            },
            value,
        )
    }

    pub fn area(id: &'static str, label: Text, value: RwSignal<String>) -> Ask {
        Ask::new(id, label, Control::Area, value)
    }

    #[must_use]
    pub fn hint(mut self, hint: Text) -> Ask {
        self.hint = Some(hint);
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Ask {
        self.optional = true;
        self
    }

    pub fn view(self, sending: Sending) -> AnyView {
        let Ask {
            id,
            label,
            hint,
            control,
            optional,
            value,
        } = self;
        follow(id, value);
        sending.control(id);
        match &control {
            Control::Password { .. } => {}
            Control::Day | Control::Moment | Control::Choice(_) => {
                sending.keep(id, Part::Setting(value));
            }
            _ => sending.keep(id, Part::Text(value)),
        }
        let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
        let invalid = move || sending.fault(id).is_some().then_some("true");
        let described = {
            let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
            move || {
                let hint = hint.map(|_| hint_id.as_str());
                let error = sending.fault(id).map(|_| error_id.as_str());
                let ids: Vec<&str> = hint.into_iter().chain(error).collect();
                (!ids.is_empty()).then(|| ids.join(" "))
            }
        };
        let error = move || {
            let error_id = error_id.clone();
            sending.fault(id).map(|text| view! { <p class="error" id=error_id><Icon name=IconName::CircleAlert/>{text}</p> })
        };
        let typed = move |event: leptos::ev::Event| value.set(event_target_value(&event));
        let initial = value.get_untracked();
        let short = matches!(control, Control::Day | Control::Moment | Control::Number);
        let line = |kind: &'static str,
                    autocomplete: &'static str,
                    list: Option<String>,
                    mode: Option<&'static str>| {
            view! {
                <input id=id name=id type=kind autocomplete=autocomplete list=list inputmode=mode value=initial.clone()
                    aria-describedby=described.clone() aria-invalid=invalid on:input=typed/>
            }
            .into_any()
        };
        let control = match control {
            Control::Line { autocomplete } => line("text", autocomplete, None, None),
            Control::Password { autocomplete } => line("password", autocomplete, None, None),
            Control::Day => line("date", "off", None, None),
            Control::Moment => line("datetime-local", "off", None, None),
            Control::Number => line("text", "off", None, Some("numeric")),
            Control::Proposed(proposals) => {
                let list = format!("{id}-list");
                let options: Vec<_> = proposals.into_iter().map(|value| view! { <option value=value></option> }).collect();
                view! { {line("text", "off", Some(list.clone()), None)}<datalist id=list>{options}</datalist> }.into_any()
            }
            Control::Area => view! {
                <textarea id=id name=id aria-describedby=described aria-invalid=invalid on:input=typed>{initial}</textarea>
            }
            .into_any(),
            Control::Choice(choices) => {
                let option = |(code, words): (String, String)| {
                    let chosen = code == initial;
                    view! { <option value=code selected=chosen>{words}</option> }
                };
                let options: Vec<_> = choices.into_iter().map(option).collect();
                view! {
                    <select id=id name=id aria-describedby=described aria-invalid=invalid on:change=typed>{options}</select>
                }
                .into_any()
            }
        };
        let mark = optional
            .then(|| view! { " "<span class="optional">{t(Text::new("选填", "optional"))}</span> });
        view! {
            <div class="ask" class=("--short", short)>
                <label for=id>{t(label)}{mark}</label>
                {hint.map(|hint| view! { <p class="hint" id=hint_id>{t(hint)}</p> })}
                {error}
                {control}
            </div>
        }
        .into_any()
    }
}

/// Keeps a control and its signal in step: what was typed before the page came alive is taken up, and what the page sets later
/// (such as an emptied form) is shown.
///
/// On a page that takes another's place the control may not stand in the document yet, or one of its name that is on its way out does:
/// once it is drawn, it is looked at again.
pub fn follow(id: &'static str, value: RwSignal<String>) {
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        if before.is_none() {
            browser::once_drawn(id, move || {
                if let Some(now) = value.try_get_untracked()
                    && browser::value_of(id).is_some_and(|there| there != now)
                {
                    browser::set_value(id, &now);
                }
            });
        }
        match browser::value_of(id) {
            Some(there) if before.is_none() && there != now && !there.is_empty() => {
                value.set(there)
            }
            Some(there) if there != now => browser::set_value(id, &now),
            _ => {}
        }
    });
}

/// A box to tick.
pub fn tick(id: &'static str, label: Text, value: RwSignal<bool>) -> AnyView {
    view! {
        <label class="choice">
            <input type="checkbox" id=id name=id checked=value.get_untracked() prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))/>
            {t(label)}
        </label>
    }
    .into_any()
}

/// A fault for every control that was left empty.
pub fn empty_faults(asked: &[(&'static str, Text, RwSignal<String>)]) -> Vec<Fault> {
    asked
        .iter()
        .filter(|(_, _, value)| value.with_untracked(|value| value.trim().is_empty()))
        .map(|(id, label, _)| {
            let label = t(*label);
            let text = domain::say!(
                crate::i18n::language(),
                "请填写“{label}”",
                "Fill in “{label}”"
            );
            Fault {
                field: Some(id),
                text,
            }
        })
        .collect()
}

/// A day as a date control gives it, or a fault: of an empty control that it is to be filled in.
pub fn read_day(
    id: &'static str,
    label: Text,
    value: RwSignal<String>,
) -> Result<domain::instant::Day, Fault> {
    if let Some(empty) = empty_faults(&[(id, label, value)]).pop() {
        return Err(empty);
    }
    value.with_untracked(|value| value.parse()).map_err(|_| {
        let label = t(label);
        let text = domain::say!(
            crate::i18n::language(),
            "“{label}”应为日期",
            "“{label}” must be a date"
        );
        Fault {
            field: Some(id),
            text,
        }
    })
}

/// A moment on the wall clock of a time zone, or a fault.
pub fn read_moment(
    id: &'static str,
    label: Text,
    value: RwSignal<String>,
    time_zone: &str,
) -> Result<domain::instant::Instant, Fault> {
    let wall = value.with_untracked(|value| crate::clock::read_wall_time(value));
    wall.map(|wall| crate::clock::instant_at(wall.day, wall.hour, wall.minute, time_zone))
        .ok_or_else(|| {
            let label = t(label);
            let text = domain::say!(
                crate::i18n::language(),
                "“{label}”应为日期和时间",
                "“{label}” must be a date and a time"
            );
            Fault {
                field: Some(id),
                text,
            }
        })
}

/// A whole number; empty reads as 0.
pub fn read_number(id: &'static str, label: Text, value: RwSignal<String>) -> Result<u32, Fault> {
    let typed = value.get_untracked();
    let typed = plain_digits(&typed);
    if typed.is_empty() {
        Ok(0)
    } else {
        typed.parse()
    }
    .map_err(|_: std::num::ParseIntError| {
        let label = t(label);
        let text = domain::say!(
            crate::i18n::language(),
            "“{label}”应为不小于0的整数",
            "“{label}” must be a whole number, 0 or more"
        );
        Fault {
            field: Some(id),
            text,
        }
    })
}
