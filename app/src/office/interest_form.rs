//! Interests that inspectors declared to the organiser: they keep away from those bodies, in draws and at assignment.

use domain::campaign::CampaignCommand;
use domain::command::Command;
use domain::id::PersonId;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::team_picker::inspectors;
use crate::api::command::send;
use crate::api::view::{CampaignView, PersonRow};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};

const PERSON: Text = Text::new("检查员", "Inspector");
const NOTE: Text = Text::new("说明", "What it is");

pub fn interest_form(
    campaign: &CampaignView,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let known: Vec<_> = campaign
        .interests
        .iter()
        .map(|(person, body)| {
            let (person, body) = (site.name(person), site.name(body));
            view! { <li>{say!(site.language, "{person}：回避 {body}", "{person}: keeps away from {body}")}</li> }
        })
        .collect();
    let [person, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let body = BodyPicker::new(
        "interest-body",
        Text::new("回避的单位", "Body to keep away from"),
    );
    let sending = Sending::new("interest-errors");
    let id = campaign.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("interest-note", NOTE, note)]);
        let who = person.get_untracked().parse::<PersonId>();
        if who.is_err() {
            faults.push(Fault {
                field: Some("interest-person"),
                text: t(Text::new("请选择检查员", "Choose the inspector")).to_owned(),
            });
        }
        let body_chosen = body.require().map_err(|fault| faults.push(fault)).ok();
        let command = who
            .ok()
            .zip(body_chosen)
            .map(|(person, body)| Command::Campaign {
                id,
                command: CampaignCommand::DeclareInterest {
                    person,
                    body,
                    note: note.get_untracked(),
                },
            });
        let work = move || -> Work {
            Box::pin(async move {
                match command {
                    Some(command) => send(command).await,
                    None => Ok(()),
                }
            })
        };
        sending.run(faults, work, move || {
            body.clear();
            note.set(String::new());
            done.run(());
        });
    };
    let choose = (String::new(), t(Text::new("请选择", "Choose")).to_owned());
    let choices: Vec<(String, String)> = std::iter::once(choose)
        .chain(
            inspectors(people, site)
                .into_iter()
                .map(|(id, name)| (id.to_string(), name)),
        )
        .collect();
    view! {
        <details class="card">
            <summary>{t(Text::new("申报利害关系（回避）", "Declare an interest (recusal)"))}</summary>
            <ul>{known}</ul>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::new("interest-person", PERSON, Control::Choice(choices), person).view(sending)}
                {body.view(sending, false)}
                {Ask::area("interest-note", NOTE, note).view(sending)}
                {sending.submit(IconName::Plus, Text::new("登记", "Record it"))}
            </form>
        </details>
    }
    .into_any()
}
