//! Forming an inspection group of a campaign.

use domain::Text;
use domain::campaign::{CampaignCommand, Group};
use domain::command::Command;
use domain::id::{CampaignId, GroupId};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::team_picker::{TeamPicker, inspectors};
use crate::api::command::send;
use crate::api::view::PersonRow;
use crate::i18n::t;
use crate::widgets::ask::Ask;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;

pub fn group_form(
    campaign: CampaignId,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let [name, name_english] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let picker = TeamPicker::new("group-members", "group-leader");
    let sending = Sending::new("group-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let texts = typed(&name.get_untracked(), &name_english.get_untracked());
        if texts.is_empty() {
            let text = t(Text::new("请填写检查组的名称", "Give the group a name")).to_owned();
            faults.push(Fault {
                field: Some("group-name"),
                text,
            });
        }
        let team = picker.read().map_err(|fault| faults.push(fault)).ok();
        let work = move || -> Work {
            Box::pin(async move {
                let Some((leader, members)) = team else {
                    return Ok(());
                };
                let group = Group {
                    name: texts,
                    leader,
                    members,
                };
                let command = CampaignCommand::FormGroup {
                    id: GroupId(Uuid::now_v7()),
                    group,
                };
                send(Command::Campaign {
                    id: campaign,
                    command,
                })
                .await
            })
        };
        sending.run(faults, work, move || {
            name.set(String::new());
            name_english.set(String::new());
            picker.clear();
            done.run(());
        });
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("成立检查组", "Form a group"))}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::line("group-name", Text::new("名称（中文）", "Name in Chinese"), name).view(sending)}
                {Ask::line("group-name-english", Text::new("名称（英文）", "Name in English"), name_english).optional().view(sending)}
                {picker.view(inspectors(people, site), sending)}
                {sending.submit(IconName::Plus, Text::new("成立检查组", "Form the group"))}
            </form>
        </details>
    }
    .into_any()
}
