//! The assignments of a campaign: a list on its page, and what its organisers do with them, one by one or several at once.

use domain::assignment::{AssignmentCommand, ReleaseRule};
use domain::command::Command;
use domain::id::{AssignmentId, CampaignId};
use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::campaign::in_order;
use super::confirmation::Confirmation;
use super::release_picker::release_text;
use crate::api::command::send;
use crate::api::view::{AssignmentRow, AssignmentState, CampaignView};
use crate::i18n::{language, t};
use crate::list::{Column, Listed};
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::browser;
use crate::widgets::filters::Filter;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::list::{Asking, BulkAct, List, OnPage};
use crate::widgets::sending::Sending;
use crate::widgets::tag::{assignment_tag, assignment_title};

const REASON: Text = Text::new("取消的原因", "Why it is cancelled");

/// What there is to say of its state beside the word: what it waits for, or why it was cancelled.
pub fn more_of_state(assignment: &AssignmentRow, site: &Site) -> Option<String> {
    match assignment.state {
        AssignmentState::Sealed => release_text(assignment.release, site),
        _ => assignment.reason.clone(),
    }
}

impl Listed for AssignmentRow {
    const LIST: &'static str = "assignments";

    fn columns() -> Vec<Column<AssignmentRow>> {
        vec![
            Column::text(
                "target",
                Text::new("受检单位", "Body to visit"),
                |row, site| site.name(&row.target.name).into(),
            ),
            Column::brief(
                "day",
                Text::new("检查日期", "Day of the visit"),
                |row, _| row.visit_on.into(),
            ),
            Column::brief("group", Text::new("检查组", "Group"), |row, site| {
                row.group
                    .as_ref()
                    .map(|group| site.name(&group.name))
                    .into()
            }),
            Column::text(
                "team",
                Text::new("成员", "Team"),
                |row: &AssignmentRow, site| {
                    let team = row.team.iter().map(|person| site.name(&person.name));
                    let and = t(Text::new("、", ", "));
                    team.collect::<Vec<_>>().join(and).into()
                },
            ),
            Column::text(
                "state",
                Text::new("状态", "State"),
                |row: &AssignmentRow, site| {
                    let title = t(assignment_title(row.state));
                    match more_of_state(row, site) {
                        Some(more) => {
                            say!(site.language, "{title}：{more}", "{title}: {more}").into()
                        }
                        None => title.into(),
                    }
                },
            )
            .look(|row, site| {
                let more = more_of_state(row, site).map(|more| view! { <small>{more}</small> });
                view! { <span class="row">{assignment_tag(row.state)}</span>{more} }.into_any()
            }),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/assignments/{}", self.id))
    }
}

fn released(id: AssignmentId, campaign: CampaignId) -> Command {
    Command::Assignment {
        id,
        campaign,
        command: AssignmentCommand::Release,
    }
}

/// Of one that is sealed, for who organises its campaign.
fn release(assignment: &AssignmentRow, _: &Site) -> Vec<Command> {
    let may = assignment.organised && assignment.state == AssignmentState::Sealed;
    may.then(|| released(assignment.id, assignment.campaign))
        .into_iter()
        .collect()
}

/// The list as `asking` has it, on its campaign's page; `told` is run after something was done with a row.
pub fn assignments(
    campaign: &CampaignView,
    site: &Site,
    asking: &Asking<AssignmentRow>,
    told: Callback<()>,
) -> AnyView {
    let organises = site.may(Act::Organise);
    let sending = Sending::new("assignment-acts-errors");
    let [cancelling, arriving] =
        std::array::from_fn(|_| RwSignal::new(None::<(AssignmentId, String)>));
    let releasing = Confirmation::new("release-confirm");
    let id = campaign.id;
    let again = asking.again();
    let done = Callback::new(move |()| {
        again.run(());
        told.run(());
    });
    let row_acts = organises.then(|| {
        let site = site.clone();
        Callback::new(move |row: AssignmentRow| {
            let target = site.name(&row.target.name);
            row.organised.then(|| {
                acts(
                    &row,
                    target,
                    sending,
                    releasing,
                    [cancelling, arriving],
                    done,
                )
            })
        })
    });
    let groups = in_order(campaign, site)
        .into_iter()
        .map(|(id, group)| (id.to_string(), site.name(&group.name)));
    let list = List::<AssignmentRow> {
        path: format!("/campaigns/{id}"),
        title: Text::new("任务", "Assignments"),
        filter: Text::new("筛选任务", "Filter assignments"),
        filters: vec![
            Filter::choice(
                "state",
                Text::new("状态", "State"),
                AssignmentState::ALL
                    .map(|state| {
                        (
                            state.code().to_owned(),
                            t(assignment_title(state)).to_owned(),
                        )
                    })
                    .to_vec(),
            ),
            Filter::choice("group", Text::new("检查组", "Group"), groups.collect()),
            Filter::day("day", Text::new("检查日期", "Day of the visit")),
        ],
        search: Text::new("单位或成员", "Body or member"),
        none: Text::new("没有符合条件的任务。", "No assignment matches."),
        acts: organises
            .then_some(BulkAct {
                icon: IconName::LockOpen,
                title: Text::new("启封所选", "Release the selected"),
                confirm: Some(Text::new(
                    "确认启封？检查组即刻看到受检单位，不能再密封",
                    "Really? The teams learn at once where they go, and nothing is sealed again",
                )),
                commands: release,
            })
            .into_iter()
            .collect(),
    };
    let on_page = OnPage {
        row_acts,
        done: Some(told),
    };
    view! {
        {sending.summary()}
        {asking.show(list, on_page)}
        {move || cancelling.get().map(|(assignment, target)| owed_form(id, assignment, cancellation(&target), cancelling, done))}
        {move || arriving.get().map(|(assignment, target)| owed_form(id, assignment, arrival(&target), arriving, done))}
    }
    .into_any()
}

/// What may still be done with an assignment.
fn acts(
    assignment: &AssignmentRow,
    target: String,
    sending: Sending,
    releasing: Confirmation,
    [cancelling, arriving]: [RwSignal<Option<(AssignmentId, String)>>; 2],
    done: Callback<()>,
) -> AnyView {
    let (id, campaign) = (assignment.id, assignment.campaign);
    let awaits_arrival =
        assignment.state == AssignmentState::Sealed && assignment.release == ReleaseRule::OnArrival;
    let arrival = awaits_arrival.then(|| {
        let label = say!(
            language(),
            "确认到达：{target}",
            "Confirm the arrival: {target}"
        );
        let target = target.clone();
        let ask = move |_| {
            arriving.set(Some((id, target.clone())));
            browser::focus_later("arrival-account");
        };
        view! {
            <button class="button" type="button" aria-label=label on:click=ask>
                <Icon name=IconName::MapPin/>{t(Text::new("已到达", "Arrived"))}
            </button>
        }
    });
    let release = (assignment.state == AssignmentState::Sealed).then(|| {
        let label = say!(language(), "启封：{target}", "Release: {target}");
        let release = Callback::new(move |()| {
            let command = released(id, campaign);
            sending.run(Vec::new(), || Box::pin(send(command)), move || done.run(()));
        });
        let consequence = say!(
            language(),
            "启封后检查组即刻看到“{target}”，不能再密封。",
            "The team learns at once that it is {target}, and it cannot be sealed again."
        );
        let act = (IconName::LockOpen, Text::new("启封", "Release"));
        releasing
            .of_row(id)
            .button(act, Some(label), consequence, release)
    });
    let may_cancel = !matches!(
        assignment.state,
        AssignmentState::Submitted | AssignmentState::Cancelled
    );
    let cancel = may_cancel.then(|| {
        let label = say!(language(), "取消：{target}", "Cancel: {target}");
        let ask = move |_| {
            cancelling.set(Some((id, target.clone())));
            browser::focus_later("cancel-reason");
        };
        view! {
            <button class="button" data-kind="quiet" type="button" aria-label=label on:click=ask>
                {t(Text::new("取消", "Cancel"))}
            </button>
        }
    });
    view! { <span class="row">{arrival}{release}{cancel}</span> }.into_any()
}

/// Something done about one assignment for which words are owed: what is asked, and what becomes of the answer.
struct Owed {
    title: String,
    errors: &'static str,
    field: &'static str,
    label: Text,
    act: (IconName, Text),
    back: Text,
    command: fn(String) -> AssignmentCommand,
}

/// `open` is the assignment it is asked about, until it is done or left.
fn owed_form(
    campaign: CampaignId,
    assignment: AssignmentId,
    owed: Owed,
    open: RwSignal<Option<(AssignmentId, String)>>,
    done: Callback<()>,
) -> AnyView {
    let Owed {
        title,
        errors,
        field,
        label,
        act,
        back,
        command,
    } = owed;
    let words = RwSignal::new(String::new());
    let sending = Sending::new(errors);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[(field, label, words)]);
        let command = Command::Assignment {
            id: assignment,
            campaign,
            command: command(words.get_untracked()),
        };
        sending.run(
            faults,
            || Box::pin(send(command)),
            move || {
                open.try_set(None);
                done.run(());
            },
        );
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <h3>{title}</h3>
            {sending.summary()}
            {Ask::area(field, label, words).view(sending)}
            <div class="row">
                {sending.submit(act.0, act.1)}
                <button class="button" type="button" on:click=move |_| open.set(None)>{t(back)}</button>
            </div>
        </form>
    }
    .into_any()
}

fn arrival(target: &str) -> Owed {
    Owed {
        title: say!(
            language(),
            "确认到达并启封：{target}",
            "Confirm the arrival and release: {target}"
        ),
        errors: "arrival-errors",
        field: "arrival-account",
        label: Text::new("如何得知已到达", "How the arrival is known"),
        act: (
            IconName::LockOpen,
            Text::new("确认并启封", "Confirm and release"),
        ),
        back: Text::new("返回", "Back"),
        command: |account| AssignmentCommand::ConfirmArrival { account },
    }
}

fn cancellation(target: &str) -> Owed {
    Owed {
        title: say!(
            language(),
            "取消任务：{target}",
            "Cancel the assignment: {target}"
        ),
        errors: "cancel-errors",
        field: "cancel-reason",
        label: REASON,
        act: (
            IconName::X,
            Text::new("取消这项任务", "Cancel this assignment"),
        ),
        back: Text::new("不取消", "Keep it"),
        command: |reason| AssignmentCommand::Cancel { reason },
    }
}
