//! The questions of an act that is made of texts and days: how they are asked, and what was entered.

use std::collections::BTreeMap;

use domain::Text;
use domain::instant::Day;
use leptos::prelude::*;

use super::ask::{Ask, Control, empty_faults, read_day};
use super::day_off_note::day_off_note_on;
use super::holidays_note::holidays_note_on;
use super::sending::{Fault, Sending};

/// One question of an act.
#[derive(Clone)]
pub struct Asked {
    pub id: &'static str,
    pub label: Text,
    hint: Option<Text>,
    control: Control,
    optional: bool,
    pub initial: String,
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
#[derive(Clone, Default)]
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

/// The questions as they stand on a page.
#[derive(Clone)]
pub struct Questions(Vec<(Asked, RwSignal<String>)>);

impl Questions {
    pub fn new(asked: Vec<Asked>) -> Questions {
        let begun = asked.into_iter().map(|asked| {
            let value = RwSignal::new(asked.initial.clone());
            (asked, value)
        });
        Questions(begun.collect())
    }

    /// What stands in each control, by its id.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, RwSignal<String>)> {
        self.0.iter().map(|(asked, value)| (asked.id, *value))
    }

    pub fn view(&self, sending: Sending) -> Vec<AnyView> {
        let question = |(asked, value): &(Asked, RwSignal<String>)| {
            let mut ask = Ask::new(asked.id, asked.label, asked.control.clone(), *value);
            ask.hint = asked.hint;
            ask.optional = asked.optional;
            // Days asked for here are deadlines.
            let is_day = matches!(asked.control, Control::Day);
            let note = is_day.then(|| holidays_note_on(*value));
            let moved = (is_day && asked.moves).then(|| day_off_note_on(*value));
            std::iter::once(ask.view(sending)).chain(moved).chain(note)
        };
        self.0.iter().flat_map(question).collect()
    }

    /// What was entered, and what is wrong with it.
    pub fn read(&self) -> (Entered, Vec<Fault>) {
        let (mut entered, mut faults) = (Entered::default(), Vec::new());
        for (asked, value) in &self.0 {
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
        (entered, faults)
    }
}
