//! An act on a finding made of texts and days: one form for all of them, given what is asked and the command that follows.

use std::collections::BTreeMap;

use domain::Text;
use domain::command::Command;
use domain::finding::FindingCommand;
use domain::id::FindingId;
use domain::instant::Day;
use leptos::prelude::*;

use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::day_off_note::day_off_note_on;
use crate::widgets::holidays_note::holidays_note_on;
use crate::widgets::icon::IconName;
use crate::widgets::sending::Sending;

/// One question of an act.
#[derive(Clone)]
pub struct Asked {
    id: &'static str,
    label: Text,
    hint: Option<Text>,
    control: Control,
    optional: bool,
    initial: String,
    /// Of a day: whether one that is a day off is recorded as the next working day.
    moves: bool,
}

/// A text of several lines.
pub fn area(id: &'static str, label: Text) -> Asked {
    Asked {
        id,
        label,
        hint: None,
        control: Control::Area,
        optional: false,
        initial: String::new(),
        moves: true,
    }
}

pub fn line(id: &'static str, label: Text) -> Asked {
    Asked {
        control: Control::Line {
            autocomplete: "off",
        },
        ..area(id, label)
    }
}

/// A day, with the one that is proposed.
pub fn day(id: &'static str, label: Text, proposed: Option<Day>) -> Asked {
    Asked {
        control: Control::Day,
        initial: proposed.map(|day| day.to_string()).unwrap_or_default(),
        ..area(id, label)
    }
}

impl Asked {
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Asked {
        self.hint = Some(hint);
        self
    }

    /// A day that is recorded as it was entered, also where it is a day off.
    #[must_use]
    pub fn as_entered(mut self) -> Asked {
        self.moves = false;
        self
    }

    #[must_use]
    pub fn optional(mut self) -> Asked {
        self.optional = true;
        self
    }

    #[must_use]
    pub fn initially(mut self, text: String) -> Asked {
        self.initial = text;
        self
    }
}

/// What was entered, by the ids of the questions.
pub struct Entered {
    texts: BTreeMap<&'static str, String>,
    days: BTreeMap<&'static str, Day>,
}

impl Entered {
    pub fn text(&self, id: &str) -> String {
        self.texts.get(id).cloned().unwrap_or_default()
    }

    /// Every day that is asked for was read before the command is made.
    pub fn day(&self, id: &str) -> Option<Day> {
        self.days.get(id).copied()
    }
}

/// `form` is a word no other form on the page uses; `command` is None where a day that it takes is missing, which is said before.
pub fn act_form(
    finding: FindingId,
    form: &'static str,
    asked: Vec<Asked>,
    act: (IconName, Text),
    command: impl Fn(&Entered) -> Option<FindingCommand> + Clone + Send + Sync + 'static,
    done: Callback<()>,
) -> AnyView {
    let draft = format!("findings/{finding}/{form}");
    act_form_about(finding, form, &draft, asked, act, command, done)
}

/// The same about one thing of several, such as a plan: `draft` names what is entered about this one, which is given back of no other.
pub fn act_form_about(
    finding: FindingId,
    form: &'static str,
    draft: &str,
    asked: Vec<Asked>,
    (icon, act): (IconName, Text),
    command: impl Fn(&Entered) -> Option<FindingCommand> + Clone + Send + Sync + 'static,
    done: Callback<()>,
) -> AnyView {
    let sending = Sending::beside(form, format!("/findings/{finding}")).kept(draft);
    let asked: Vec<(Asked, RwSignal<String>)> = asked
        .into_iter()
        .map(|asked| {
            let value = RwSignal::new(asked.initial.clone());
            (asked, value)
        })
        .collect();
    let questions: Vec<AnyView> = asked
        .iter()
        .flat_map(|(asked, value)| {
            let mut ask = Ask::new(asked.id, asked.label, asked.control.clone(), *value);
            ask.hint = asked.hint;
            ask.optional = asked.optional;
            // Days asked for here are deadlines.
            let is_day = matches!(asked.control, Control::Day);
            let note = is_day.then(|| holidays_note_on(*value));
            let moved = (is_day && asked.moves).then(|| day_off_note_on(*value));
            std::iter::once(ask.view(sending)).chain(moved).chain(note)
        })
        .collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let mut entered = Entered {
            texts: BTreeMap::new(),
            days: BTreeMap::new(),
        };
        for (asked, value) in &asked {
            if matches!(asked.control, Control::Day) {
                match read_day(asked.id, asked.label, *value) {
                    Ok(day) => drop(entered.days.insert(asked.id, day)),
                    Err(fault) => faults.push(fault),
                }
            } else {
                if !asked.optional {
                    faults.extend(empty_faults(&[(asked.id, asked.label, *value)]));
                }
                entered.texts.insert(asked.id, value.get_untracked());
            }
        }
        let command = command(&entered);
        sending.run(
            faults,
            move || {
                Box::pin(async move {
                    match command {
                        Some(command) => {
                            sending
                                .deliver(Command::Finding {
                                    id: finding,
                                    command,
                                })
                                .await
                        }
                        None => Ok(()),
                    }
                })
            },
            move || done.run(()),
        );
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {questions}
            {sending.submit(icon, act)}
        </form>
    }
    .into_any()
}
