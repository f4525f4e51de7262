//! Interests that inspectors declared to the organiser: they keep away from those bodies, in draws and at assignment.

use domain::campaign::CampaignCommand;
use domain::command::Command;
use domain::id::{BodyId, CampaignId, PersonId};
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::team_picker::inspectors;
use crate::api::command::send;
use crate::api::view::{CampaignView, PersonRow};
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

/// Who is asked about, and which body.
type Declared = (PersonId, BodyId);

pub fn interest_form(
    campaign: &CampaignView,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let id = campaign.id;
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
            view! {
                <li>
                    {said}" "
                    <button class="button" type="button" aria-label=label on:click=open>{t(WITHDRAW)}</button>
                    {move || (withdrawing.get() == Some(declared)).then(|| withdraw_form(id, declared, withdrawing, done))}
                </li>
            }
        })
        .collect();
    let [person, note] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let body = BodyPicker::new(
        "interest-body",
        Text::new("回避的单位", "Body to keep away from"),
    );
    let sending = Sending::new("interest-errors");
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
