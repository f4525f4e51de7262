//! Choosing one body among hundreds: what is typed is searched for on the server, what is found is proposed.

use domain::campaign::Subjects;
use domain::id::BodyId;
use domain::{Text, say};
use leptos::prelude::*;

use super::ask::follow;
use super::draft::Part;
use super::icon::{Icon, IconName};
use super::sending::{Fault, Sending};
use crate::api::query::bodies;
use crate::api::view::{BodyFilter, BodyRow};
use crate::i18n::{language, t};
use crate::office::Site;

/// A picker; its id is unique on the page.
#[derive(Clone, Copy)]
pub struct BodyPicker {
    id: &'static str,
    label: Text,
    subjects: Option<Subjects>,
    typed: RwSignal<String>,
    proposed: RwSignal<Vec<(BodyId, String)>>,
    /// What was typed where one body alone is called something like it.
    only: RwSignal<Option<String>>,
}

impl BodyPicker {
    pub fn new(id: &'static str, label: Text) -> BodyPicker {
        BodyPicker {
            id,
            label,
            subjects: None,
            typed: RwSignal::new(String::new()),
            proposed: RwSignal::new(Vec::new()),
            only: RwSignal::new(None),
        }
    }

    /// Of those alone that a campaign looks at.
    #[must_use]
    pub fn among(self, subjects: Subjects) -> BodyPicker {
        BodyPicker {
            subjects: Some(subjects),
            ..self
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

    /// The body whose name stands in the control, or the only one whose name that is a part of; and its name.
    pub fn chosen_named(self) -> Option<(BodyId, String)> {
        let typed = self.typed.get_untracked();
        let typed = typed.trim();
        let is_only = |only: &Option<String>| only.as_deref() == Some(typed);
        let any = self.only.with_untracked(is_only);
        self.proposed.with_untracked(|proposed| {
            let named = proposed.iter().find(|(_, name)| name == typed);
            named.or(proposed.first().filter(|_| any)).cloned()
        })
    }

    /// Once it is left, the control says whole what it holds: nothing is chosen that the reader does not see.
    fn complete(self) {
        if let Some((_, name)) = self.chosen_named() {
            self.typed.set(name);
        }
    }

    pub fn chosen(self) -> Option<BodyId> {
        self.chosen_named().map(|(id, _)| id)
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
        let site = Site::here();
        leptos::task::spawn_local_scoped(async move {
            let named = async |name: &str| {
                let search = name.to_owned();
                let filter = BodyFilter {
                    search,
                    subjects: self.subjects,
                    ..BodyFilter::default()
                };
                bodies(filter)
                    .await
                    .map(|page| told_apart(&page.rows, &site))
            };
            let mut asked = named(&search).await;
            // Of the place that tells namesakes apart the register knows nothing: then all of that name are proposed.
            let is_none = asked.as_ref().is_ok_and(Vec::is_empty);
            let without_place = search.rsplit_once(['（', '(']);
            let stripped = without_place.filter(|(name, _)| is_none && !name.trim().is_empty());
            if let Some((name, _)) = stripped {
                asked = named(name.trim()).await;
            }
            let current = self
                .typed
                .try_get_untracked()
                .is_some_and(|now| now.trim() == search);
            if let Ok(found) = asked
                && current
            {
                self.answered(&search, found, stripped.is_none());
            }
        });
    }

    /// Takes what was found for what was typed, the whole of it or without its place; of many only the first are here.
    fn answered(self, search: &str, found: Vec<(BodyId, String)>, whole: bool) {
        let is_only = found.len() == 1 && whole && !search.is_empty();
        let only = is_only.then(|| search.to_owned());
        self.proposed.try_set(found);
        self.only.try_set(only);
    }

    pub fn view(self, sending: Sending, optional: bool) -> AnyView {
        let BodyPicker {
            id,
            label,
            typed,
            proposed,
            ..
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
                    on:input=move |event| typed.set(event_target_value(&event)) on:change=move |_| self.complete()/>
                <datalist id=list>{options}</datalist>
            </div>
        }
        .into_any()
    }
}

/// Bodies by their names; those of one name with where they are.
fn told_apart(rows: &[BodyRow], site: &Site) -> Vec<(BodyId, String)> {
    let told = |row: &BodyRow| {
        let name = site.name(&row.name);
        let is_namesake = |other: &BodyRow| other.id != row.id && site.name(&other.name) == name;
        if !rows.iter().any(is_namesake) {
            return (row.id, name);
        }
        let place = match (&row.district, &row.parent) {
            (Some(code), _) => site.district(code),
            (None, Some(parent)) => site.name(&parent.name),
            (None, None) => site.name(&site.jurisdiction.name),
        };
        let told = say!(site.language, "{name}（{place}）", "{name} ({place})");
        (row.id, told)
    };
    rows.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: BodyId = BodyId(uuid::Uuid::from_u128(1));
    const OTHER: BodyId = BodyId(uuid::Uuid::from_u128(2));

    #[test]
    fn a_part_of_one_name_alone_is_that_body() {
        let owner = Owner::new();
        owner.with(|| {
            let picker = BodyPicker::new("body", Text::new("机构", "Institution"));
            let home = || (HOME, "市第一社会福利院".to_owned());
            let other = || (OTHER, "市第二社会福利院".to_owned());
            let chosen = |typed: &str| {
                picker.typed.set(typed.to_owned());
                picker.chosen_named()
            };
            assert_eq!(chosen(""), None);
            picker.answered("", vec![home()], true);
            assert_eq!(chosen(""), None, "nothing typed is no choice");
            picker.answered("市第一", vec![home()], true);
            assert_eq!(chosen(" 市第一 "), Some(home()));
            // What was not asked for yet is not known to be the only one, and of two none is.
            assert_eq!(chosen("市第"), None);
            picker.answered("市第", vec![home(), other()], true);
            assert_eq!(chosen("市第"), None);
            assert_eq!(chosen("市第二社会福利院"), Some(other()));
            // Without its place it may be another.
            picker.answered("市第三（丰台区）", vec![home()], false);
            assert_eq!(chosen("市第三（丰台区）"), None);
            picker.answered("市第三", Vec::new(), true);
            assert_eq!(chosen("市第三"), None);
        });
    }
}
