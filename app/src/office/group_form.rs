//! The groups of a campaign: forming one, saying who is in it from now on, dissolving it.

use domain::campaign::{CampaignCommand, Group};
use domain::command::Command;
use domain::id::{CampaignId, GroupId, PersonId};
use domain::{Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::campaign::in_order;
use super::team_picker::{TeamPicker, advice, inspectors};
use crate::api::view::{CampaignView, PersonRow};
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::browser;
use crate::widgets::draft::begun_with;
use crate::widgets::head::banner;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::table::{Row, brief, cell, column, figure, number, row, table};
use crate::widgets::texts::{NAME, NAME_ENGLISH, given, read_name};

const REASON: Text = Text::new("原因", "Reason");
const CHANGE: Text = Text::new("调整", "Change");
const DISSOLVE: Text = Text::new("解散", "Dissolve");

/// What is asked about one group at a time.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Change(GroupId),
    Dissolve(GroupId),
}

/// The groups with who is in them, and what an organiser does with each.
pub fn groups(
    campaign: &CampaignView,
    people: &[PersonRow],
    organises: bool,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let asked = RwSignal::new(None::<Asked>);
    let mut columns = vec![
        column(t(Text::new("检查组", "Group"))),
        column(t(Text::new("组长", "Leader"))),
        column(t(Text::new("成员", "Members"))),
        number(t(Text::new("人数", "People"))),
    ];
    if organises {
        columns.push(column(t(Text::new("办理", "Acts"))));
    }
    let name = |person| {
        campaign
            .people
            .get(person)
            .map(|name| site.name(name))
            .unwrap_or_default()
    };
    let act = |text: Text, of: Asked, group: &str, first: &'static str| {
        let open = move |_| {
            asked.set(Some(of));
            browser::focus_later(first);
        };
        let label = say!(site.language, "{}：{group}", "{}: {group}", t(text));
        view! { <button class="button" type="button" aria-label=label on:click=open>{t(text)}</button> }
    };
    let lines = in_order(campaign, site)
        .into_iter()
        .map(|(id, group)| -> Row {
            let members: Vec<String> = group.members.iter().map(name).collect();
            let named = site.name(&group.name);
            let mut cells = vec![
                view! { <th scope="row">{named.clone()}</th> }.into_any(),
                brief(name(&group.leader)),
                cell(members.join(t(Text::new("、", ", ")))),
                figure(group.members.len()),
            ];
            if organises {
                cells.push(cell(view! {
                    <div class="row">
                        {act(CHANGE, Asked::Change(id), &named, "change-group-name")}
                        {act(DISSOLVE, Asked::Dissolve(id), &named, "dissolve-reason")}
                    </div>
                }));
            }
            row(cells)
        });
    let none = t(Text::new(
        "还没有成立检查组。",
        "No group has been formed yet.",
    ));
    let title = t(Text::new("检查组", "Groups"));
    let groups = table(title, &columns, lines.collect(), none);
    let question = {
        let (campaign, people, site) = (campaign.clone(), people.to_vec(), site.clone());
        move || match asked.get()? {
            Asked::Change(id) => {
                let group = campaign.groups.get(&id)?;
                Some(change_form(
                    (&campaign, id, group),
                    &people,
                    &site,
                    asked,
                    done,
                ))
            }
            Asked::Dissolve(id) => {
                let group = campaign.groups.get(&id)?;
                Some(dissolve_form(campaign.id, id, group, &site, asked, done))
            }
        }
    };
    view! { {groups}{question} }.into_any()
}

fn change_form(
    (campaign, id, group): (&CampaignView, GroupId, &Group),
    people: &[PersonRow],
    site: &Site,
    asked: RwSignal<Option<Asked>>,
    done: Callback<()>,
) -> AnyView {
    let (chinese, english) = given(&group.name);
    let available = inspectors(people, campaign.plan.kind, site);
    // Who cannot inspect any more has no box to untick: they leave with the change, and it says so.
    let (staying, leaving): (Vec<PersonId>, Vec<PersonId>) = group
        .members
        .iter()
        .partition(|member| available.iter().any(|person| person.id == **member));
    let leaving: Vec<String> = leaving
        .iter()
        .filter_map(|person| campaign.people.get(person))
        .map(|name| site.name(name))
        .collect();
    let leaving = (!leaving.is_empty()).then(|| {
        let names = leaving.join(t(Text::new("、", ", ")));
        let text = say!(
            site.language,
            "{names}已不能参加检查，保存后不再是本组成员。",
            "{names} cannot inspect any more and leave the group when it is saved."
        );
        banner("warning", text)
    });
    let picker = TeamPicker::of(
        ("change-group-members", "change-group-leader"),
        group.leader,
        &staying,
    );
    let campaign_id = campaign.id;
    // A draft is of the group it was begun with, whatever else is done in the campaign.
    let before = begun_with(group);
    let sending = Sending::new("change-group-errors")
        .named(&[("name", "change-group-name")])
        .kept(&format!("campaigns/{campaign_id}/groups/{id}/{before}"))
        // What another form of the page was told since was not read here.
        .seeing(Seen::of(campaign.version));
    picker.keep(&available, sending);
    let advised = advice(campaign, site);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let name = read_name("change-group-name", chinese, english, &mut faults);
        let team = picker.read().map_err(|fault| faults.push(fault)).ok();
        let command = team.map(|(leader, members)| Command::Campaign {
            id: campaign_id,
            command: CampaignCommand::ChangeGroup {
                id,
                group: Group {
                    name,
                    leader,
                    members,
                },
            },
        });
        sending.run_command(faults, command, move || {
            asked.set(None);
            done.run(());
        });
    };
    let title = site.name(&group.name);
    let title = say!(site.language, "调整{title}", "Change {title}");
    view! {
        <section class="card">
            <h3>{title}</h3>
            <p>{t(Text::new(
                "已建立的任务仍由原来的人员办理。",
                "What was assigned already stays with whom it was assigned to.",
            ))}</p>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::line("change-group-name", NAME, chinese).view(sending)}
                {Ask::line("change-group-name-english", NAME_ENGLISH, english).optional().view(sending)}
                {leaving}
                {picker.view(available, advised, sending)}
                <div class="row">
                    {sending.submit(IconName::Check, Text::new("保存", "Save"))}
                    {cancel(asked)}
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn dissolve_form(
    campaign: CampaignId,
    id: GroupId,
    group: &Group,
    site: &Site,
    asked: RwSignal<Option<Asked>>,
    done: Callback<()>,
) -> AnyView {
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("dissolve-errors").named(&[("reason", "dissolve-reason")]);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("dissolve-reason", REASON, reason)]);
        let command = Command::Campaign {
            id: campaign,
            command: CampaignCommand::DissolveGroup {
                id,
                reason: reason.get_untracked(),
            },
        };
        sending.run_command(faults, Some(command), move || {
            asked.set(None);
            done.run(());
        });
    };
    let title = site.name(&group.name);
    let title = say!(site.language, "解散{title}", "Dissolve {title}");
    view! {
        <section class="card">
            <h3>{title}</h3>
            <p>{t(Text::new(
                "解散后不再给它安排任务，也不参加抽取；已建立的任务不变。",
                "It is assigned nothing more and drawn for nothing more; what was assigned already stays.",
            ))}</p>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area("dissolve-reason", REASON, reason).view(sending)}
                <div class="row">
                    {sending.submit(IconName::Check, DISSOLVE)}
                    {cancel(asked)}
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn cancel(asked: RwSignal<Option<Asked>>) -> AnyView {
    view! { <button class="button" type="button" on:click=move |_| asked.set(None)>{t(Text::new("取消", "Cancel"))}</button> }
        .into_any()
}

pub fn group_form(
    campaign: &CampaignView,
    people: &[PersonRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let [name, name_english] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let picker = TeamPicker::new("group-members", "group-leader");
    let id = campaign.id;
    let sending = Sending::new("group-errors")
        .for_more()
        .kept(&format!("campaigns/{id}/groups/new"));
    let people = inspectors(people, campaign.plan.kind, site);
    picker.keep(&people, sending);
    let advised = advice(campaign, site);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let texts = read_name("group-name", name, name_english, &mut faults);
        let team = picker.read().map_err(|fault| faults.push(fault)).ok();
        let command = team.map(|(leader, members)| Command::Campaign {
            id,
            command: CampaignCommand::FormGroup {
                id: GroupId(Uuid::now_v7()),
                group: Group {
                    name: texts,
                    leader,
                    members,
                },
            },
        });
        sending.run_command(faults, command, move || {
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
                {Ask::line("group-name", NAME, name).view(sending)}
                {Ask::line("group-name-english", NAME_ENGLISH, name_english).optional().view(sending)}
                {picker.view(people, advised, sending)}
                {sending.submit(IconName::Plus, Text::new("成立检查组", "Form the group"))}
            </form>
        </details>
    }
    .into_any()
}
