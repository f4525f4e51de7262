//! Picking a team among those who may inspect, and who leads it.

use domain::campaign::CampaignKind;
use domain::id::PersonId;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::view::{CampaignView, PersonRow};
use crate::i18n::{language, t};
use crate::widgets::browser;
use crate::widgets::draft::Part;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Fault, Sending};

const SEARCH: Text = Text::new("按姓名或单位查找", "Find by name or unit");
/// Fewer people are seen at once.
const SEARCHED_FROM: usize = 12;

/// Somebody to choose, and the unit that decides where they may inspect and on whose side.
#[derive(Clone)]
pub struct Candidate {
    pub id: PersonId,
    pub name: String,
    pub unit: Option<String>,
}

/// People with a role that inspects in a campaign of this kind.
pub fn inspectors(people: &[PersonRow], kind: CampaignKind, site: &Site) -> Vec<Candidate> {
    let now = browser::now();
    people
        .iter()
        .filter(|person| {
            let mut grants = person.grants.iter();
            person.active && grants.any(|grant| grant.holds_at(now) && kind.is_by(grant.role))
        })
        .map(|person| Candidate {
            id: person.id,
            name: site.name(&person.name),
            unit: person.unit.as_ref().map(|unit| site.name(&unit.name)),
        })
        .collect()
}

/// What a team of this campaign has to be, beyond two people; None where that is all.
pub fn advice(campaign: &CampaignView, site: &Site) -> Option<String> {
    let terms = &campaign.plan.terms;
    let between = t(Text::new("、", ", "));
    let joint = (!campaign.partners.is_empty()).then(|| {
        let names = campaign.partners.iter().map(|partner| site.name(&partner.name));
        let (partners, authority) = (
            names.collect::<Vec<_>>().join(between),
            site.name(&campaign.authority.name),
        );
        if terms.focus.is_some() {
            say!(
                site.language,
                "到重点区检查的小组须同时有{authority}和任一联合单位（{partners}）的人员。",
                "A team that visits the focus district has people of {authority} and of a partner ({partners})."
            )
        } else {
            say!(
                site.language,
                "联合检查：小组须同时有{authority}和任一联合单位（{partners}）的人员。",
                "Joint inspection: a team has people of {authority} and of a partner ({partners})."
            )
        }
    });
    let regulators = terms.subjects.include_regulators().then(|| {
        t(Text::new(
            "监管部门同时受检：至少两名成员不属于受检单位的监管部门。",
            "Regulators are inspected too: at least two of a team are not of the regulator of the body they visit.",
        ))
        .to_owned()
    });
    let said: Vec<String> = joint.into_iter().chain(regulators).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// The ids of the two controls and what was picked.
#[derive(Clone, Copy)]
pub struct TeamPicker {
    team_id: &'static str,
    leader_id: &'static str,
    team: RwSignal<Vec<PersonId>>,
    leader: RwSignal<Option<PersonId>>,
}

impl TeamPicker {
    pub fn new(team_id: &'static str, leader_id: &'static str) -> TeamPicker {
        TeamPicker {
            team_id,
            leader_id,
            team: RwSignal::new(Vec::new()),
            leader: RwSignal::new(None),
        }
    }

    /// With a team picked already.
    pub fn of(
        (team_id, leader_id): (&'static str, &'static str),
        leader: PersonId,
        team: &[PersonId],
    ) -> TeamPicker {
        TeamPicker {
            team: RwSignal::new(team.to_vec()),
            leader: RwSignal::new(Some(leader)),
            ..TeamPicker::new(team_id, leader_id)
        }
    }

    pub fn clear(self) {
        self.team.set(Vec::new());
        self.leader.set(None);
    }

    /// Kept with what is entered in the form; by the form itself, as the picker may come and go. Who cannot be chosen any more leaves it.
    pub fn keep(self, people: &[Candidate], sending: Sending) {
        let (team, leader) = (self.team, self.leader);
        sending.keep(self.team_id, Part::made(team));
        sending.keep(self.leader_id, Part::set_to(leader));
        let known: Vec<PersonId> = people.iter().map(|person| person.id).collect();
        Effect::new(move |_| {
            let is_known = |person: &PersonId| known.contains(person);
            if !team.with(|team| team.iter().all(is_known)) {
                team.update(|team| team.retain(is_known));
            }
        });
    }

    /// The leader and everyone in the team, or what is missing. The smallest team is the domain's business.
    pub fn read(self) -> Result<(PersonId, Vec<PersonId>), Fault> {
        let team = self.team.get_untracked();
        if team.is_empty() {
            let text = t(Text::new("请选择成员", "Choose the people of the team")).to_owned();
            return Err(Fault {
                field: Some(self.team_id),
                text,
            });
        }
        let leader = self
            .leader
            .get_untracked()
            .filter(|leader| team.contains(leader));
        let leader = leader.ok_or_else(|| Fault {
            field: Some(self.leader_id),
            text: t(Text::new(
                "请从成员中选择组长",
                "Choose the leader among the team",
            ))
            .to_owned(),
        })?;
        Ok((leader, team))
    }

    /// `advice` is what the team has to be, beyond two people.
    pub fn view(self, people: Vec<Candidate>, advice: Option<String>, sending: Sending) -> AnyView {
        let TeamPicker {
            team_id,
            leader_id,
            team,
            leader,
        } = self;
        let count = people.len();
        // Of a city's inspectors only those looked for, beside those in it already.
        let search = RwSignal::new(String::new());
        let member = |(index, candidate): (usize, &Candidate)| {
            let person = candidate.id;
            let toggle = move |event: leptos::ev::Event| {
                let is_in = event_target_checked(&event);
                team.update(|team| {
                    team.retain(|member| *member != person);
                    if is_in {
                        team.push(person);
                    }
                });
            };
            // The first box bears the id of the question: a fault leads to it.
            let id = (index == 0).then_some(team_id);
            let (name, unit) = (candidate.name.clone(), candidate.unit.clone());
            let searched = format!("{name} {}", unit.as_deref().unwrap_or_default()).to_lowercase();
            let hidden = move || {
                !team.with(|team| team.contains(&person))
                    // A fault leads to the first of them.
                    && sending.fault(team_id).is_none()
                    && search.with(|search| !searched.contains(&search.trim().to_lowercase()))
            };
            view! {
                <label class="choice" hidden=hidden>
                    <input type="checkbox" id=id name=team_id value=person.to_string()
                        prop:checked=move || team.with(|team| team.contains(&person)) on:change=toggle/>
                    <span>{name}{unit.map(|unit| view! { " "<small>{unit}</small> })}</span>
                </label>
            }
        };
        let search_box = (people.len() > SEARCHED_FROM).then(|| {
            let count = move || {
                let (chosen, all) = (team.with(Vec::len), count);
                say!(language(), "已选{chosen}人，共{all}人", "{chosen} of {all} chosen")
            };
            // Whoever looks for somebody does not send the form.
            let stay = move |event: leptos::ev::KeyboardEvent| {
                if event.key() == "Enter" {
                    event.prevent_default();
                }
            };
            view! {
                <div class="row">
                    <input type="search" autocomplete="off" aria-label=t(SEARCH) placeholder=t(SEARCH)
                        prop:value=search on:keydown=stay on:input=move |event| search.set(event_target_value(&event))/>
                    <span role="status">{count}</span>
                </div>
            }
        });
        let members: Vec<_> = people.iter().enumerate().map(member).collect();
        let leaders = move || {
            let chosen = team.get();
            let option = |person: &Candidate| {
                let is_leader = leader.get_untracked() == Some(person.id);
                view! { <option value=person.id.to_string() selected=is_leader>{person.name.clone()}</option> }
            };
            people
                .iter()
                .filter(|person| chosen.contains(&person.id))
                .map(option)
                .collect::<Vec<_>>()
        };
        let choose =
            move |event: leptos::ev::Event| leader.set(event_target_value(&event).parse().ok());
        let error = move |id: &'static str| {
            sending
                .fault(id)
                .map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })
        };
        view! {
            <fieldset class="ask">
                <legend>{t(Text::new("成员", "Team"))}</legend>
                <p class="hint">{t(Text::new("至少两人。", "At least two people."))}" "{advice}</p>
                {move || error(team_id)}
                {search_box}
                <div class="facts">{members}</div>
            </fieldset>
            <div class="ask">
                <label for=leader_id>{t(Text::new("组长", "Leader"))}</label>
                {move || error(leader_id)}
                <select id=leader_id name=leader_id aria-invalid=move || sending.fault(leader_id).is_some().then_some("true") on:change=choose>
                    <option value="">{t(Text::new("请选择", "Choose"))}</option>
                    {leaders}
                </select>
            </div>
        }
        .into_any()
    }
}
