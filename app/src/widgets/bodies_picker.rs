//! Choosing several bodies, one after the other.

use domain::id::BodyId;
use domain::{Text, say};
use form::Texts;
use leptos::prelude::*;

use super::body_picker::BodyPicker;
use super::draft::Part;
use super::icon::{Icon, IconName};
use super::sending::{Fault, Sending};
use crate::i18n::{language, t, tr};

/// The bodies chosen, with their names.
pub type Chosen = Vec<(BodyId, Texts)>;

#[derive(Clone, Copy)]
pub struct BodiesPicker {
    id: &'static str,
    one: BodyPicker,
    pub chosen: RwSignal<Chosen>,
}

impl BodiesPicker {
    pub fn new(id: &'static str, label: Text) -> BodiesPicker {
        BodiesPicker {
            id,
            one: BodyPicker::new(id, label),
            chosen: RwSignal::new(Vec::new()),
        }
    }

    /// The bodies added. One that was typed and not added counts too; something typed that is no body is a fault.
    pub fn read(self) -> Result<Vec<BodyId>, Fault> {
        let last = self.one.read()?;
        let mut bodies: Vec<BodyId> = self
            .chosen
            .with_untracked(|chosen| chosen.iter().map(|(id, _)| *id).collect());
        if let Some(last) = last
            && !bodies.contains(&last)
        {
            bodies.push(last);
        }
        Ok(bodies)
    }

    pub fn view(self, sending: Sending, optional: bool) -> AnyView {
        let BodiesPicker { id, one, chosen } = self;
        sending.keep(id, Part::Bodies(chosen));
        let add = move |_| {
            match (one.read(), one.chosen_named()) {
                (Ok(_), Some((body, name))) => {
                    chosen.update(|chosen| {
                        if chosen.iter().all(|(id, _)| *id != body) {
                            chosen.push((body, Texts::both(name.clone(), name)));
                        }
                    });
                    one.clear();
                    sending.clear();
                }
                (Ok(_), None) => {}
                (Err(fault), _) => sending.refuse(vec![fault]),
            }
            one.focus();
        };
        let remove = move |body: BodyId| {
            chosen.update(|chosen| chosen.retain(|(id, _)| *id != body));
            one.focus();
        };
        let list = move || {
            let body = |(id, name): (BodyId, Texts)| {
                let name = tr(&name);
                let removal = say!(language(), "移除：{name}", "Remove: {name}");
                view! {
                    <li>
                        <Icon name=IconName::Building/><span>{name}</span>
                        <button class="button" data-kind="quiet" type="button" aria-label=removal on:click=move |_| remove(id)>
                            <Icon name=IconName::Trash/>
                        </button>
                    </li>
                }
            };
            chosen.get().into_iter().map(body).collect::<Vec<_>>()
        };
        view! {
            <div class="stack">
                {one.view(sending, optional)}
                <p><button class="button" type="button" on:click=add>
                    <Icon name=IconName::Plus/>{t(Text::new("加入名单", "Add to the list"))}
                </button></p>
                <ul class="files">{list}</ul>
            </div>
        }
        .into_any()
    }
}
