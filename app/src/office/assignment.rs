//! One assignment: who goes where and when, what became of it, and, for who may know, why and by whom; its organisers act on it here as in
//! its campaign's list.

use domain::Text;
use domain::id::{AssignmentId, InspectionId};
use domain::permission::Act;
use domain::record::StreamKind;
use domain::visit_mode::VisitMode;
use leptos::prelude::*;

use super::assignments::{Acts, kept_away, more_of_state};
use super::clearances::team_cleared;
use super::interest_form::keep_away_form;
use super::release_picker::{RELEASE, release_rule};
use super::{Site, id_in_address};
use crate::api::query::assignment;
use crate::api::view::{AssignmentState, AssignmentView};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::head::{banner, crumbs_within, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::tag::assignment_tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<AssignmentId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| assignment(id));
    // Who neither organises nor goes there is told nothing of it, and need not ask: whoever sees all campaigns opens others' assignments.
    let asks = site.may(Act::Organise) || (site.may(Act::Inspect) && !site.sees_campaigns());
    let record = asks.then(|| RecordOf::ask(StreamKind::Assignment, id.0));
    let acts = Acts::new(Callback::new(move |()| {
        answer.refetch();
        if let Some(record) = record {
            record.ask_again();
        }
    }));
    let record = record.map(RecordOf::show);
    view! { {acts.summary()}{loaded(answer, move |view| show(&view, &acts, &site))}{record} }
        .into_any()
}

fn show(assignment: &AssignmentView, acts: &Acts, site: &Site) -> AnyView {
    let row = &assignment.row;
    let target = site.name(&row.target.name);
    let campaign = site.name(&assignment.campaign_name);
    let (way, campaign) = if assignment.campaign_visible {
        let address = format!("/campaigns/{}", row.campaign);
        let list = ("/campaigns", Text::new("督查", "Campaigns"));
        let of = (address.clone(), campaign.clone());
        (
            crumbs_within(list, of, target.clone()),
            view! { <a href=address>{campaign}</a> }.into_any(),
        )
    } else {
        (().into_any(), campaign.into_any())
    };
    let group = row.group.as_ref().map(|group| {
        let name = site.name(&group.name);
        fact(Text::new("检查组", "Group"), name)
    });
    let team: Vec<String> = row
        .team
        .iter()
        .map(|person| site.name(&person.name))
        .collect();
    let release = row
        .sealed
        .then(|| fact(RELEASE, release_rule(row.release, site)));
    let cleared = (!assignment.cleared.is_empty()).then(|| {
        let team = team_cleared(&assignment.cleared, site);
        fact(
            Text::new("小组健康状态（当前）", "Clearance of the team, now"),
            team,
        )
    });
    let cancelled = (row.state == AssignmentState::Cancelled)
        .then(|| more_of_state(row, site))
        .flatten()
        .map(|reason| fact(Text::new("取消的原因", "Why it was cancelled"), reason));
    let organising = row.organised.then(|| {
        let (acts, row, site) = (*acts, row.clone(), site.clone());
        let buttons = acts.buttons(&row, &site);
        view! { {buttons}{move || acts.question(&row, &site)} }
    });
    let is_open = row.state == AssignmentState::Submitted && row.target.visible;
    let seen = is_open.then(|| {
        let address = format!("/inspections/{}", InspectionId::of(row.id));
        view! { <p><a class="button" href=address>{t(Text::new("检查记录", "Inspection"))}</a></p> }
    });
    let to_do = matches!(
        row.state,
        AssignmentState::Released | AssignmentState::Started
    ) && row
        .team
        .iter()
        .any(|member| member.id == site.viewer.person);
    let fill_in = to_do.then(|| {
        let words = t(Text::new("打开现场填写", "Fill it in in the field"));
        view! {
            <p><a class="button" data-kind="primary" href="/field" rel="external"><Icon name=IconName::Tablet/>{words}</a></p>
        }
    });
    let interested = kept_away(row, site).map(|words| banner("warning", words));
    let viewer = site.viewer.person;
    let goes = row.state.is_ahead() && row.team.iter().any(|member| member.id == viewer);
    let is_declared = row.interested.iter().any(|member| member.id == viewer);
    let keeping_away = (goes && !is_declared).then(|| keep_away_form(row, viewer, acts.done));
    view! {
        {way}
        {head(target, assignment_tag(row.state), ())}
        {interested}
        <section class="card">
            <dl class="facts">
                {fact(Text::new("督查", "Campaign"), campaign)}
                {fact(Text::new("受检单位", "Body to visit"), site.body(&row.target))}
                {fact(Text::new("检查日期", "Day of the visit"), day_text(row.visit_on, site.language))}
                {fact(VisitMode::PLANNED, t(assignment.mode.title()))}
                {group}
                {fact(Text::new("组长", "Leader"), site.name(&assignment.leader.name))}
                {fact(Text::new("成员", "Team"), team.join(t(Text::new("、", ", "))))}
                {cleared}
                {release}
                {cancelled}
            </dl>
            {seen}
            {fill_in}
            {organising}
        </section>
        {keeping_away}
    }
    .into_any()
}
