//! One campaign: its plan, its groups, its assignments, and what an organiser does with them.

use domain::assignment::{AssignmentCommand, ReleaseRule};
use domain::campaign::{CampaignPlan, Group};
use domain::command::Command;
use domain::id::{AssignmentId, CampaignId, GroupId, InspectionId};
use domain::permission::Act;
use domain::record::StreamKind;
use domain::{Text, say};
use leptos::prelude::*;

use super::assignment_form::assignment_form;
use super::confirmation::Confirmation;
use super::follow_form::follow_form;
use super::group_form::group_form;
use super::interest_form::interest_form;
use super::release_picker::release_text;
use super::{Site, id_in_address};
use crate::api::command::send;
use crate::api::query::{campaign, people};
use crate::api::view::{AssignmentRow, AssignmentState, CampaignView, PersonRow};
use crate::clock::{day_text, period_text};
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::browser;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::Sending;
use crate::widgets::table::{brief, cell, column, figure, number, row, table};
use crate::widgets::tag::assignment_tag;

const REASON: Text = Text::new("取消的原因", "Why it is cancelled");

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<CampaignId>() else {
        return missing();
    };
    let organises = site.may(Act::Organise);
    let answer = Resource::new(
        || (),
        move |()| async move {
            let campaign = campaign(id).await?;
            let people = if organises {
                people(String::new()).await?
            } else {
                Vec::new()
            };
            Ok((campaign, people))
        },
    );
    let record = RecordOf::ask(StreamKind::Campaign, id.0);
    let done = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    let campaign = loaded(
        answer,
        move |(view, people): (CampaignView, Vec<PersonRow>)| show(view, people, &site, done),
    );
    view! { {campaign}{record.show()} }.into_any()
}

fn show(
    campaign: CampaignView,
    people: Vec<PersonRow>,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let organises = site.may(Act::Organise);
    let plan = &campaign.plan;
    let name = site.name(&plan.name);
    let period = period_text(plan.from, plan.to, site.language);
    let checklist = format!("/checklists/{}/{}", plan.checklist, plan.checklist_version);
    let opened = RwSignal::new(false);
    let begin = organises.then(|| {
        let open = move |_| {
            opened.set(true);
            browser::focus_later("assignment-target");
        };
        view! {
            <button class="button" data-kind="primary" type="button" aria-expanded=move || opened.get().to_string() on:click=open>
                <Icon name=IconName::Plus/>{t(Text::new("新建任务", "New assignment"))}
            </button>
        }
    });
    let drawing = organises.then(|| {
        let address = format!("/draws/new?campaign={}", campaign.id);
        view! { <p><a class="button" href=address><Icon name=IconName::Shuffle/>{t(Text::new("公布抽取", "Publish a draw"))}</a></p> }
    });
    let groups_form = organises.then(|| group_form(campaign.id, &people, site, done));
    let interests = organises.then(|| interest_form(&campaign, &people, site, done));
    let assignment = {
        let (campaign, site) = (campaign.clone(), site.clone());
        move || {
            opened
                .get()
                .then(|| assignment_form(&campaign, &people, &site, done))
        }
    };
    view! {
        {crumbs("/campaigns", Text::new("督查", "Campaigns"), name.clone())}
        {head(name, view! { <span>{t(plan.kind.title())}</span><span>{t(plan.notice_mode.title())}</span> }, begin)}
        <section class="card">
            <h2>{t(Text::new("方案", "Plan"))}</h2>
            <dl class="facts">
                {fact(Text::new("实施单位", "Authority"), site.body(&campaign.authority))}
                {fact(Text::new("期间", "Period"), period)}
                {terms(plan, site)}
                {fact(Text::new("检查表", "Checklist"), view! { <a href=checklist>{site.name(&campaign.checklist_title)}</a> })}
            </dl>
        </section>
        {follow_form(&campaign, site, done)}
        {assignment}
        {drawing}
        <section class="stack">
            <h2>{t(Text::new("任务", "Assignments"))}</h2>
            {assignments(&campaign, site, organises, done)}
        </section>
        <section class="stack">
            <h2>{t(Text::new("检查组", "Groups"))}</h2>
            {groups(&campaign, site)}
        </section>
        {groups_form}
        {interests}
    }
    .into_any()
}

/// What the plan says beyond the simplest.
fn terms(plan: &CampaignPlan, site: &Site) -> AnyView {
    let terms = &plan.terms;
    let focus = terms.focus.as_ref().map(|focus| {
        let (district, factor) = (site.district(&focus.district), focus.factor);
        let text = say!(
            site.language,
            "{district}，权重{factor}",
            "{district}, weight {factor}"
        );
        fact(Text::new("重点区", "Focus district"), text)
    });
    let arranged = terms.arrangement.map(|id| {
        let address = format!("/arrangements/{id}");
        let link = view! { <a href=address>{t(Text::new("工作安排", "Arrangement"))}</a> };
        fact(Text::new("依据", "By"), link)
    });
    view! {
        {fact(Text::new("检查对象", "Who is inspected"), t(terms.subjects.title()))}
        {focus}
        {arranged}
    }
    .into_any()
}

/// The groups by name, those with a number by their number.
pub fn in_order<'a>(campaign: &'a CampaignView, site: &Site) -> Vec<(GroupId, &'a Group)> {
    let mut groups: Vec<(GroupId, &Group)> = campaign
        .groups
        .iter()
        .map(|(id, group)| (*id, group))
        .collect();
    groups.sort_by_cached_key(|(_, group)| {
        let name = site.name(&group.name);
        let digits = name.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let end = digits
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(digits.len());
        (digits[..end].parse::<u32>().unwrap_or(u32::MAX), name)
    });
    groups
}

fn groups(campaign: &CampaignView, site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("检查组", "Group"))),
        column(t(Text::new("组长", "Leader"))),
        column(t(Text::new("成员", "Members"))),
        number(t(Text::new("人数", "People"))),
    ];
    let name = |person| {
        campaign
            .people
            .get(person)
            .map(|name| site.name(name))
            .unwrap_or_default()
    };
    let lines = in_order(campaign, site).into_iter().map(|(_, group)| {
        let members: Vec<String> = group.members.iter().map(name).collect();
        row(vec![
            view! { <th scope="row">{site.name(&group.name)}</th> }.into_any(),
            brief(name(&group.leader)),
            cell(members.join(t(Text::new("、", ", ")))),
            figure(group.members.len()),
        ])
    });
    let none = t(Text::new(
        "还没有成立检查组。",
        "No group has been formed yet.",
    ));
    table(
        t(Text::new("检查组", "Groups")),
        &columns,
        lines.collect(),
        none,
    )
}

fn assignments(
    campaign: &CampaignView,
    site: &Site,
    organises: bool,
    done: Callback<()>,
) -> AnyView {
    let sending = Sending::new("assignment-acts-errors");
    let cancelling = RwSignal::new(None::<(AssignmentId, String)>);
    let arriving = RwSignal::new(None::<(AssignmentId, String)>);
    let id = campaign.id;
    let mut columns = vec![
        column(t(Text::new("受检单位", "Body to visit"))),
        column(t(Text::new("检查日期", "Day of the visit"))),
        column(t(Text::new("检查组", "Group"))),
        column(t(Text::new("成员", "Team"))),
        column(t(Text::new("状态", "State"))),
    ];
    if organises {
        columns.push(column(t(Text::new("操作", "Acts"))));
    }
    let releasing = Confirmation::new("release-confirm");
    let line = |assignment: &AssignmentRow| {
        let target = site.name(&assignment.target.name);
        let group = assignment
            .group
            .and_then(|group| campaign.groups.get(&group))
            .map(|group| site.name(&group.name));
        let team: Vec<String> = assignment
            .team
            .iter()
            .map(|person| site.name(&person.name))
            .collect();
        let is_open = assignment.state == AssignmentState::Submitted && assignment.target.visible;
        let seen = is_open.then(|| {
            let address = format!("/inspections/{}", InspectionId::of(assignment.id));
            view! { <a href=address>{t(Text::new("检查记录", "Inspection"))}</a> }
        });
        let is_sealed = assignment.state == AssignmentState::Sealed;
        let waits = release_text(assignment.release, site)
            .filter(|_| is_sealed)
            .map(|text| view! { <small>{text}</small> });
        let mut cells = vec![
            view! { <th scope="row">{site.body(&assignment.target)}</th> }.into_any(),
            brief(day_text(assignment.visit_on, site.language)),
            brief(group.unwrap_or_else(|| "—".to_owned())),
            cell(team.join(t(Text::new("、", ", ")))),
            brief(
                view! { <span class="row">{assignment_tag(assignment.state)}{seen}</span>{waits} },
            ),
        ];
        if organises {
            cells.push(brief(acts(
                id,
                assignment,
                target,
                sending,
                releasing,
                [cancelling, arriving],
                done,
            )));
        }
        row(cells)
    };
    let none = t(Text::new("还没有任务。", "There is no assignment yet."));
    let rows = campaign.assignments.iter().map(line).collect();
    view! {
        {sending.summary()}
        {table(t(Text::new("任务", "Assignments")), &columns, rows, none)}
        {move || cancelling.get().map(|(assignment, target)| cancel_form(id, assignment, &target, cancelling, done))}
        {move || arriving.get().map(|(assignment, target)| arrival_form(id, assignment, &target, arriving, done))}
    }
    .into_any()
}

/// What may still be done with an assignment.
fn acts(
    campaign: CampaignId,
    assignment: &AssignmentRow,
    target: String,
    sending: Sending,
    releasing: Confirmation,
    [cancelling, arriving]: [RwSignal<Option<(AssignmentId, String)>>; 2],
    done: Callback<()>,
) -> AnyView {
    let id = assignment.id;
    let awaits_arrival =
        assignment.state == AssignmentState::Sealed && assignment.release == ReleaseRule::OnArrival;
    let arrival = awaits_arrival.then(|| {
        let label = say!(
            crate::i18n::language(),
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
        let label = say!(
            crate::i18n::language(),
            "启封：{target}",
            "Release: {target}"
        );
        let release = Callback::new(move |()| {
            let command = Command::Assignment {
                id,
                campaign,
                command: AssignmentCommand::Release,
            };
            sending.run(Vec::new(), || Box::pin(send(command)), move || done.run(()));
        });
        let consequence = say!(
            crate::i18n::language(),
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
        let label = say!(
            crate::i18n::language(),
            "取消：{target}",
            "Cancel: {target}"
        );
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

fn arrival_form(
    campaign: CampaignId,
    assignment: AssignmentId,
    target: &str,
    arriving: RwSignal<Option<(AssignmentId, String)>>,
    done: Callback<()>,
) -> AnyView {
    const ACCOUNT: Text = Text::new("如何得知已到达", "How the arrival is known");
    let account = RwSignal::new(String::new());
    let sending = Sending::new("arrival-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("arrival-account", ACCOUNT, account)]);
        let command = AssignmentCommand::ConfirmArrival {
            account: account.get_untracked(),
        };
        let command = Command::Assignment {
            id: assignment,
            campaign,
            command,
        };
        sending.run(
            faults,
            || Box::pin(send(command)),
            move || {
                arriving.try_set(None);
                done.run(());
            },
        );
    };
    let title = say!(
        crate::i18n::language(),
        "确认到达并启封：{target}",
        "Confirm the arrival and release: {target}"
    );
    view! {
        <form class="card" novalidate on:submit=submit>
            <h3>{title}</h3>
            {sending.summary()}
            {Ask::area("arrival-account", ACCOUNT, account).view(sending)}
            <div class="row">
                {sending.submit(IconName::LockOpen, Text::new("确认并启封", "Confirm and release"))}
                <button class="button" type="button" on:click=move |_| arriving.set(None)>{t(Text::new("返回", "Back"))}</button>
            </div>
        </form>
    }
    .into_any()
}

fn cancel_form(
    campaign: CampaignId,
    assignment: AssignmentId,
    target: &str,
    cancelling: RwSignal<Option<(AssignmentId, String)>>,
    done: Callback<()>,
) -> AnyView {
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("cancel-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("cancel-reason", REASON, reason)]);
        let command = AssignmentCommand::Cancel {
            reason: reason.get_untracked(),
        };
        let command = Command::Assignment {
            id: assignment,
            campaign,
            command,
        };
        sending.run(
            faults,
            || Box::pin(send(command)),
            move || {
                cancelling.try_set(None);
                done.run(());
            },
        );
    };
    let title = say!(
        crate::i18n::language(),
        "取消任务：{target}",
        "Cancel the assignment: {target}"
    );
    view! {
        <form class="card" novalidate on:submit=submit>
            <h3>{title}</h3>
            {sending.summary()}
            {Ask::area("cancel-reason", REASON, reason).view(sending)}
            <div class="row">
                {sending.submit(IconName::X, Text::new("取消这项任务", "Cancel this assignment"))}
                <button class="button" type="button" on:click=move |_| cancelling.set(None)>{t(Text::new("不取消", "Keep it"))}</button>
            </div>
        </form>
    }
    .into_any()
}
