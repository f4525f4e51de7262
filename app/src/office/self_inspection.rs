//! A call to self-inspection, as an institution sees it: what it is called to, and assigning its own people.

use domain::assignment::{AssignmentCommand, AssignmentOrder, ReleaseRule};
use domain::campaign::ChecklistUse;
use domain::command::Command;
use domain::id::{AssignmentId, CampaignId, PersonId};
use domain::visit_mode::VisitMode;
use domain::{Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::assignment_form::{proposed_day, within};
use super::assignments::Acts;
use super::team_picker::{Candidate, TeamPicker};
use super::{Site, id_in_address};
use crate::api::query::self_inspection;
use crate::api::view::{AssignmentRow, AssignmentState, Named, SelfInspecting, SelfInspectionView};
use crate::clock::{day_text, period_text};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, read_day};
use crate::widgets::browser;
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::Sending;
use crate::widgets::table::{Row, brief, cell, column, row, table};
use crate::widgets::tag::{assignment_tag, tag};

const DAY: Text = Text::new("自查日期", "Day of the self-inspection");

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<CampaignId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| self_inspection(id));
    let done = Callback::new(move |()| answer.refetch());
    let acts = Acts::new(done);
    let call = loaded(answer, move |call: SelfInspectionView| {
        show(&call, &acts, &site, done)
    });
    view! { {acts.summary()}{call} }.into_any()
}

fn show(call: &SelfInspectionView, acts: &Acts, site: &Site, done: Callback<()>) -> AnyView {
    let name = site.name(&call.name);
    let checklists: Vec<_> = call
        .checklists
        .iter()
        .map(|(one, title)| {
            let address = format!("/checklists/{}/{}", one.checklist, one.version);
            view! { <div><a href=address>{site.name(title)}</a></div> }
        })
        .collect();
    let bodies: Vec<_> = call
        .bodies
        .iter()
        .map(|of| body(call, of, acts, site))
        .collect();
    view! {
        {crumbs("/", Text::new("今日", "Today"), name.clone())}
        {head(name, view! { <span>{t(Text::new("自查", "Self-inspection"))}</span> }, ())}
        <section class="card">
            <dl class="facts">
                {fact(Text::new("组织单位", "Called by"), site.name(&call.authority.name))}
                {fact(Text::new("期间", "Period"), period_text(call.from, call.to, site.language))}
                {fact(Text::new("检查表", "Checklist"), checklists)}
            </dl>
        </section>
        {bodies}
        {assign(call, site, done)}
    }
    .into_any()
}

/// What was assigned to one body's people.
fn body(call: &SelfInspectionView, of: &SelfInspecting, acts: &Acts, site: &Site) -> AnyView {
    let columns = [
        column(t(DAY)),
        column(t(Text::new("成员", "Team"))),
        column(t(Text::new("状态", "State"))),
        column(t(Text::new("办理", "Acts"))),
    ];
    let line = |assigned: &AssignmentRow| -> Row {
        let team: Vec<String> = assigned
            .team
            .iter()
            .map(|person| site.name(&person.name))
            .collect();
        let is_of_it = assigned
            .team
            .iter()
            .any(|person| person.id == site.viewer.person);
        let stands = matches!(
            assigned.state,
            AssignmentState::Released | AssignmentState::Started
        );
        let field = (is_of_it && stands).then(|| {
            let address = format!("/field/assignments/{}", assigned.id);
            view! { <a class="button" href=address rel="external"><Icon name=IconName::Tablet/>{t(Text::new("去填写", "Fill it in"))}</a> }
        });
        // What others were assigned to is theirs to call off who assigned them.
        let is_own = |person: &Named<PersonId>| of.people.iter().any(|own| own.id == person.id);
        let may_cancel = stands && assigned.team.iter().all(is_own);
        let buttons = may_cancel.then(|| acts.buttons(assigned, site));
        let question = *acts;
        let (asked, asking) = (assigned.clone(), site.clone());
        row(vec![
            view! {
                <th scope="row"><a href=format!("/assignments/{}", assigned.id)>{day_text(assigned.visit_on, site.language)}</a></th>
            }
            .into_any(),
            cell(team.join(t(Text::new("、", ", ")))),
            brief(state_tag(assigned.state)),
            cell(
                view! { <div class="row">{field}{buttons}</div>{move || question.question(&asked, &asking)} },
            ),
        ])
    };
    let none = t(Text::new(
        "还没有安排本单位的自查。",
        "Nobody is assigned to it yet.",
    ));
    let name = site.name(&of.body.name);
    let lines = of.assigned.iter().map(line).collect();
    let is_handed_in = |one: &AssignmentRow| one.state == AssignmentState::Submitted;
    let is_over = call.to < browser::today(&site.jurisdiction.time_zone);
    let ended = (is_over && !of.assigned.iter().any(is_handed_in))
        .then(|| {
            let last = day_text(call.to, site.language);
            let text = say!(
                site.language,
                "自查期已于{last}结束，本单位尚未提交自查结果。仍可安排和填写：日期填自查期内的一天，记录会写明实际提交的时间。",
                "The time for it ended on {last}, and this institution has handed in nothing. It can still be assigned and filled in, for a day of that time; the record says when it was handed in."
            );
            banner("warning", text)
        });
    view! {
        <section class="stack">
            <h2>{name.clone()}</h2>
            {ended}
            {table(&name, &columns, lines, none)}
        </section>
    }
    .into_any()
}

/// How far it is; nothing was sealed that could be released.
fn state_tag(state: AssignmentState) -> AnyView {
    match state {
        AssignmentState::Released => tag(
            "open",
            IconName::ClipboardList,
            t(Text::new("待填写", "To be filled in")),
        ),
        state => assignment_tag(state),
    }
}

/// Of one's own people, for one of one's own institutions.
fn assign(call: &SelfInspectionView, site: &Site, done: Callback<()>) -> AnyView {
    let language = site.language;
    let (from, to, campaign) = (call.from, call.to, call.campaign);
    let bodies = call.bodies.clone();
    let place = RwSignal::new("0".to_owned());
    let chosen = {
        let bodies = bodies.clone();
        move || {
            let place = place.get().parse::<usize>().unwrap_or(0);
            bodies.get(place).or(bodies.first()).cloned()
        }
    };
    let names: Vec<(String, String)> = bodies
        .iter()
        .enumerate()
        .map(|(place, of)| (place.to_string(), site.name(&of.body.name)))
        .collect();
    let titles: Vec<(String, String)> = call
        .checklists
        .iter()
        .enumerate()
        .map(|(place, (_, title))| (place.to_string(), site.name(title)))
        .collect();
    let checklists: Vec<ChecklistUse> =
        call.checklists.iter().map(|(one, _)| one.clone()).collect();
    let checklist = RwSignal::new("0".to_owned());
    let today = browser::today(&site.jurisdiction.time_zone);
    let day = RwSignal::new(proposed_day(today, from, to, None).to_string());
    let picker = TeamPicker::new("self-team", "self-leader");
    let sending = Sending::new("self-errors");
    // Another institution has other people.
    Effect::new(move |before: Option<String>| {
        let now = place.get();
        if before.is_some_and(|before| before != now) {
            picker.clear();
        }
        now
    });
    let which = chosen.clone();
    let submit =
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let mut faults = Vec::new();
            let team = picker.read().map_err(|fault| faults.push(fault)).ok();
            let visit_on = read_day("self-day", DAY, day)
                .and_then(|day| within("self-day", day, (from, to), language))
                .map_err(|fault| faults.push(fault))
                .ok();
            let place = checklist.get_untracked().parse::<usize>().unwrap_or(0);
            let used = checklists.get(place).or(checklists.first()).cloned();
            let of = untrack(&which);
            let command = team.zip(visit_on).zip(used).zip(of).map(
                |((((leader, team), visit_on), used), of)| Command::Assignment {
                    id: AssignmentId(Uuid::now_v7()),
                    campaign,
                    command: AssignmentCommand::Create(AssignmentOrder {
                        campaign,
                        target: of.body.id,
                        group: None,
                        leader,
                        team,
                        visit_on,
                        mode: VisitMode::OnSite,
                        sealed: false,
                        checklist: used.checklist,
                        checklist_version: used.version,
                        release: ReleaseRule::ByOrganiser,
                        draw: None,
                    }),
                },
            );
            sending.run_command(faults, command, move || {
                picker.clear();
                done.run(());
            });
        };
    let of_site = site.clone();
    let team = move || {
        let people = chosen().map(|of| of.people).unwrap_or_default();
        let few = (people.len() < domain::campaign::SMALLEST_TEAM).then(|| {
            view! {
                <p class="hint">{t(Text::new(
                    "本单位登记的人员不足两名，请联系管理员登记。",
                    "Fewer than two people of this institution are registered; ask an administrator to register them.",
                ))}</p>
            }
        });
        let people = people
            .iter()
            .map(|person| Candidate {
                id: person.id,
                name: of_site.name(&person.name),
                unit: None,
            })
            .collect();
        view! { {few}{picker.view(people, None, sending)} }
    };
    let by_body = (names.len() > 1).then(|| {
        let label = Text::new("自查单位", "Institution");
        Ask::new("self-body", label, Control::Choice(names), place).view(sending)
    });
    let by_checklist = (titles.len() > 1).then(|| {
        let label = Text::new("使用的检查表", "Checklist to use");
        Ask::new("self-checklist", label, Control::Choice(titles), checklist).view(sending)
    });
    view! {
        <section class="card">
            <h2>{t(Text::new("安排自查", "Assign your people"))}</h2>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {by_body}
                {team}
                {by_checklist}
                {Ask::new("self-day", DAY, Control::Day, day).view(sending)}
                <p class="hint">{t(Text::new(
                    "成员在“现场”页面填写，没有网络也可以；自查中发现的问题同样整改销号。",
                    "The team fills it in on the field pages, with or without a network; what it finds is rectified and closed like any finding.",
                ))}</p>
                {sending.submit(IconName::Plus, Text::new("安排自查", "Assign them"))}
            </form>
        </section>
    }
    .into_any()
}
