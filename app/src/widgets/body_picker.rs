//! Choosing one body among hundreds: what is typed is searched for on the server, what is found is proposed.

use domain::id::BodyId;
use domain::{Text, say};
use leptos::prelude::*;

use super::ask::follow;
use super::draft::Part;
use super::icon::{Icon, IconName};
use super::sending::{Fault, Sending};
use crate::api::query::bodies;
use crate::api::view::{BodyFilter, BodyRow};
use crate::i18n::{language, t, tr};

/// A picker; its id is unique on the page.
#[derive(Clone, Copy)]
pub struct BodyPicker {
    id: &'static str,
    label: Text,
    typed: RwSignal<String>,
    proposed: RwSignal<Vec<(BodyId, String)>>,
}

impl BodyPicker {
    pub fn new(id: &'static str, label: Text) -> BodyPicker {
        BodyPicker {
            id,
            label,
            typed: RwSignal::new(String::new()),
            proposed: RwSignal::new(Vec::new()),
        }
    }

    /// With a body in it already.
    #[must_use]
    pub fn holding(self, body: BodyId, name: String) -> BodyPicker {
        self.proposed.set(vec![(body, name.clone())]);
        self.typed.set(name);
        self
    }

    pub fn clear(self) {
        self.typed.set(String::new());
    }

    pub fn focus(self) {
        super::browser::focus(self.id);
    }

    /// What stands in the control.
    pub fn typed_name(self) -> String {
        self.typed.get_untracked().trim().to_owned()
    }

    /// The body whose name stands in the control.
    pub fn chosen(self) -> Option<BodyId> {
        let typed = self.typed.get_untracked();
        let typed = typed.trim();
        self.proposed.with_untracked(|proposed| {
            proposed
                .iter()
                .find(|(_, name)| name == typed)
                .map(|(id, _)| *id)
        })
    }

    /// The chosen body, or a fault; nothing typed is no choice.
    pub fn read(self) -> Result<Option<BodyId>, Fault> {
        if self.typed.with_untracked(|typed| typed.trim().is_empty()) {
            return Ok(None);
        }
        self.chosen().map(Some).ok_or_else(|| self.fault())
    }

    /// The chosen body, or a fault.
    pub fn require(self) -> Result<BodyId, Fault> {
        self.chosen().ok_or_else(|| self.fault())
    }

    fn fault(self) -> Fault {
        let label = t(self.label);
        let text = say!(
            language(),
            "请从提示中选择“{label}”",
            "Choose “{label}” among the proposals"
        );
        Fault {
            field: Some(self.id),
            text,
        }
    }

    fn search(self) {
        let search = self.typed.get_untracked().trim().to_owned();
        if self
            .proposed
            .with_untracked(|proposed| proposed.iter().any(|(_, name)| *name == search))
        {
            return;
        }
        let name = |row: &BodyRow| (row.id, tr(&row.name));
        leptos::task::spawn_local_scoped(async move {
            let asked = bodies(BodyFilter {
                search: search.clone(),
                ..BodyFilter::default()
            })
            .await;
            let current = self
                .typed
                .try_get_untracked()
                .is_some_and(|now| now.trim() == search);
            if let Ok(page) = asked
                && current
            {
                self.proposed.try_set(page.rows.iter().map(name).collect());
            }
        });
    }

    pub fn view(self, sending: Sending, optional: bool) -> AnyView {
        let BodyPicker {
            id,
            label,
            typed,
            proposed,
        } = self;
        follow(id, typed);
        sending.control(id);
        sending.keep(id, Part::Text(typed));
        Effect::new(move |_| {
            typed.track();
            self.search();
        });
        let (list, hint, error_id) = (
            format!("{id}-list"),
            format!("{id}-hint"),
            format!("{id}-error"),
        );
        let described = {
            let (hint, error_id) = (hint.clone(), error_id.clone());
            move || {
                if sending.fault(id).is_some() {
                    format!("{hint} {error_id}")
                } else {
                    hint.clone()
                }
            }
        };
        let error = move || {
            let error_id = error_id.clone();
            sending.fault(id).map(|text| view! { <p class="error" id=error_id><Icon name=IconName::CircleAlert/>{text}</p> })
        };
        let options = move || {
            let option = |(_, name): (BodyId, String)| view! { <option value=name></option> };
            proposed.get().into_iter().map(option).collect::<Vec<_>>()
        };
        let mark = optional
            .then(|| view! { " "<span class="optional">{t(Text::new("选填", "optional"))}</span> });
        view! {
            <div class="ask">
                <label for=id>{t(label)}{mark}</label>
                <p class="hint" id=hint>{t(Text::new("输入名称的一部分，从提示中选择。", "Type part of the name and choose among the proposals."))}</p>
                {error}
                <input id=id name=id type="text" autocomplete="off" list=list.clone() aria-describedby=described
                    aria-invalid=move || sending.fault(id).is_some().then_some("true")
                    on:input=move |event| typed.set(event_target_value(&event))/>
                <datalist id=list>{options}</datalist>
            </div>
        }
        .into_any()
    }
}
