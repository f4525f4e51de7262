//! Interests in bodies: whoever has one keeps away, in draws and at assignment. An organiser records anybody's, an inspector their own.

use domain::campaign::CampaignCommand;
use domain::command::Command;
use domain::id::{BodyId, CampaignId, PersonId};
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::team_picker::inspectors;
use crate::api::command::send;
use crate::api::view::{AssignmentRow, CampaignView, PersonRow};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};

const PERSON: Text = Text::new("检查员", "Inspector");
const NOTE: Text = Text::new("说明", "What it is");
const WITHDRAW: Text = Text::new("撤销", "Withdraw");
const WHY: Text = Text::new("撤销的理由", "Why it does not hold any more");

const ABOUT: Text = Text::new(
    "申报后，本督查不再派该人检查这家单位及其下属单位；已安排的任务由组织者改派。",
    "Whoever declares one is not sent to that body nor to those below it; a visit assigned already is given to others by the organiser.",
);

/// Who is asked about, and which body.
type Declared = (PersonId, BodyId);

pub fn interest_form(
    campaign: &CampaignView,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let (id, organises, viewer) = (campaign.id, campaign.organised, site.viewer.person);
    let withdrawing = RwSignal::new(None::<Declared>);
    let known: Vec<_> = campaign
        .interests
        .iter()
        .map(|(person, body)| {
            let declared = (person.id, body.id);
            let (person, body) = (site.name(&person.name), site.name(&body.name));
            let said = say!(site.language, "{person}：回避 {body}", "{person}: keeps away from {body}");
            let label = say!(site.language, "撤销：{said}", "Withdraw: {said}");
            let open = move |_| {
                withdrawing.set(Some(declared));
                browser::focus_later("withdraw-note");
            };
            // Nobody takes back their own.
            let withdraw = (organises && declared.0 != viewer).then(|| view! { <button class="button" type="button" aria-label=label on:click=open>{t(WITHDRAW)}</button> });
            view! {
                <li>
                    {said}" "{withdraw}
                    {move || (withdrawing.get() == Some(declared)).then(|| withdraw_form(id, declared, withdrawing, done))}
                </li>
            }
        })
        .collect();
    let own = if organises {
        String::new()
    } else {
        site.viewer.person.to_string()
    };
    let (person, note) = (RwSignal::new(own), RwSignal::new(String::new()));
    let body = BodyPicker::new(
        "interest-body",
        Text::new("回避的单位", "Body to keep away from"),
    );
    let sending = Sending::new("interest-errors").for_more();
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
            inspectors(people, campaign.plan.kind, site)
                .into_iter()
                .map(|person| (person.id.to_string(), person.name)),
        )
        .collect();
    let ask_person = organises.then(|| {
        Ask::new("interest-person", PERSON, Control::Choice(choices), person).view(sending)
    });
    view! {
        <details class="card">
            <summary>{t(Text::new("申报利害关系（回避）", "Declare an interest (recusal)"))}</summary>
            <p>{t(ABOUT)}</p>
            <ul>{known}</ul>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {ask_person}
                {body.view(sending, false)}
                {Ask::area("interest-note", NOTE, note).view(sending)}
                {sending.submit(IconName::Plus, Text::new("登记", "Record it"))}
            </form>
        </details>
    }
    .into_any()
}

/// For one of a team who has an interest in the body they are sent to, or comes to have one.
pub fn keep_away_form(assignment: &AssignmentRow, viewer: PersonId, done: Callback<()>) -> AnyView {
    let (campaign, body) = (assignment.campaign, assignment.target.id);
    let note = RwSignal::new(String::new());
    let sending = Sending::new("keep-away-errors").named(&[("note", "keep-away-note")]);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("keep-away-note", NOTE, note)]);
        let command = Command::Campaign {
            id: campaign,
            command: CampaignCommand::DeclareInterest {
                person: viewer,
                body,
                note: note.get_untracked(),
            },
        };
        sending.run_command(faults, Some(command), move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("本人须回避这家单位", "I have an interest in this body"))}</summary>
            <p>{t(Text::new(
                "您或近亲属与该单位有利害关系的，请在此申报；申报后不要前往，由组织者改派他人。",
                "If you or somebody close to you has an interest in it, say so here. Then do not go: the organiser sends others.",
            ))}</p>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area("keep-away-note", NOTE, note).view(sending)}
                {sending.submit(IconName::Check, Text::new("申报回避", "Declare it"))}
            </form>
        </details>
    }
    .into_any()
}

fn withdraw_form(
    campaign: CampaignId,
    (person, body): Declared,
    withdrawing: RwSignal<Option<Declared>>,
    done: Callback<()>,
) -> AnyView {
    let note = RwSignal::new(String::new());
    let sending = Sending::new("withdraw-errors").named(&[("note", "withdraw-note")]);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("withdraw-note", WHY, note)]);
        let command = Command::Campaign {
            id: campaign,
            command: CampaignCommand::WithdrawInterest {
                person,
                body,
                note: note.get_untracked(),
            },
        };
        sending.run_command(faults, Some(command), move || {
            withdrawing.set(None);
            done.run(());
        });
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("withdraw-note", WHY, note).view(sending)}
            <div class="row">
                {sending.submit(IconName::Check, WITHDRAW)}
                <button class="button" type="button" on:click=move |_| withdrawing.set(None)>{t(Text::new("取消", "Cancel"))}</button>
            </div>
        </form>
    }
    .into_any()
}
