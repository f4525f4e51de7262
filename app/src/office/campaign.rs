//! One campaign: its plan, its groups, its assignments, and what an organiser does with them.

use domain::campaign::{CampaignPlan, Group, Subjects};
use domain::id::{CampaignId, GroupId};
use domain::permission::Act;
use domain::record::StreamKind;
use domain::{Text, say};
use leptos::prelude::*;

use super::assignment_form::assignment_form;
use super::assignments::{Acts, assignments};
use super::campaign_amend::amend_form;
use super::follow_form::follow_form;
use super::group_form::{group_form, groups};
use super::interest_form::interest_form;
use super::{Site, id_in_address};
use crate::api::query::{campaign, checklists, people};
use crate::api::view::{AssignmentRow, CampaignView, ChecklistRow, PersonRow};
use crate::clock::{day_text, period_text};
use crate::i18n::t;
use crate::widgets::browser;
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::list::Asking;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::Seen;

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
            let (people, checklists) = if organises {
                (people(String::new()).await?, checklists().await?)
            } else {
                (Vec::new(), Vec::new())
            };
            Ok((campaign, people, checklists))
        },
    );
    let record = RecordOf::ask(StreamKind::Campaign, id.0);
    let visits = Asking::<AssignmentRow>::new(Some(("campaign", id.to_string())));
    let again = visits.again();
    let told = Callback::new(move |()| record.ask_again());
    let acts = Acts::new(Callback::new(move |()| {
        again.run(());
        told.run(());
    }));
    let done = Callback::new(move |()| {
        answer.refetch();
        again.run(());
        record.ask_again();
    });
    // Outside what is drawn anew with each answer: whoever opens the form again before the last act is on the page finds it open.
    let opened = RwSignal::new(false);
    let assigned = Callback::new(move |()| {
        opened.set(false);
        done.run(());
    });
    let campaign = loaded(
        answer,
        move |(view, people, checklists): (CampaignView, Vec<PersonRow>, Vec<ChecklistRow>)| {
            show(
                view,
                (people, checklists),
                &site,
                (&visits, acts, told),
                done,
                (opened, assigned),
            )
        },
    );
    view! { {campaign}{record.show()} }.into_any()
}

fn show(
    campaign: CampaignView,
    (people, checklists): (Vec<PersonRow>, Vec<ChecklistRow>),
    site: &Site,
    (visits, acts, told): (&Asking<AssignmentRow>, Acts, Callback<()>),
    done: Callback<()>,
    (opened, assigned): (RwSignal<bool>, Callback<()>),
) -> AnyView {
    provide_context(Seen::of(campaign.version));
    let organises = site.may(Act::Organise);
    let plan = &campaign.plan;
    let name = site.name(&plan.name);
    let period = period_text(plan.from, plan.to, site.language);
    let checklist = format!("/checklists/{}/{}", plan.checklist, plan.checklist_version);
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
    // Institutions are drawn: a campaign that inspects regulators alone has none to draw.
    let draws = organises && plan.terms.subjects != Subjects::Regulators;
    let drawing = draws.then(|| {
        let address = format!("/draws/new?campaign={}", campaign.id);
        view! { <p><a class="button" href=address><Icon name=IconName::Shuffle/>{t(Text::new("公布抽取", "Publish a draw"))}</a></p> }
    });
    let groups = groups(&campaign, &people, organises, site, done);
    let groups_form = organises.then(|| group_form(&campaign, &people, site, done));
    let amending = organises.then(|| amend_form(&campaign, &checklists, site, done));
    let interests = (campaign.organised || campaign.declares)
        .then(|| interest_form(&campaign, &people, site, done));
    let assignment = {
        let (campaign, site) = (campaign.clone(), site.clone());
        move || {
            opened
                .get()
                .then(|| assignment_form(&campaign, &people, &site, assigned))
        }
    };
    let ended = (plan.to < browser::today(&site.jurisdiction.time_zone)).then(|| {
        let last = day_text(plan.to, site.language);
        let text = say!(
            site.language,
            "督查已于{last}结束。",
            "This campaign ended on {last}."
        );
        banner("info", text)
    });
    let others: Vec<_> = campaign
        .other_checklists
        .iter()
        .map(|(one, title)| {
            view! { <br/><a href=format!("/checklists/{}/{}", one.checklist, one.version)>{site.name(title)}</a> }
        })
        .collect();
    let is_over = plan.to < browser::today(&site.jurisdiction.time_zone);
    let withdrawn = campaign.arrangement_withdrawn.as_ref().map(|reason| {
        let still = if is_over {
            ""
        } else {
            t(Text::new(
                "已建立的任务照常进行，需要停止的请逐项取消任务。",
                " Existing visits go on as they are; cancel those that are to stop.",
            ))
        };
        let text = say!(
            site.language,
            "所依据的工作安排已撤销。{still}撤销原因：{reason}",
            "The arrangement it carries out was withdrawn.{still} Why it was withdrawn: {reason}"
        );
        banner("warning", text)
    });
    let partners = (!campaign.partners.is_empty()).then(|| {
        let names: Vec<_> = campaign
            .partners
            .iter()
            .map(|body| view! { <div>{site.body(body)}</div> })
            .collect();
        fact(Text::new("联合单位", "Jointly with"), names)
    });
    view! {
        {crumbs("/campaigns", Text::new("督查", "Campaigns"), name.clone())}
        {head(name, view! { <span>{t(plan.kind.title())}</span><span>{t(plan.notice_mode.title())}</span> }, begin)}
        {ended}
        <section class="card">
            <h2>{t(Text::new("方案", "Plan"))}</h2>
            <dl class="facts">
                {fact(Text::new("实施单位", "Authority"), site.body(&campaign.authority))}
                {fact(Text::new("期间", "Period"), period)}
                {terms(plan, site)}
                {fact(Text::new("检查表", "Checklist"), view! { <a href=checklist>{site.name(&campaign.checklist_title)}</a>{others} })}
                {partners}
            </dl>
        </section>
        {withdrawn}
        {follow_form(&campaign, site, done)}
        {amending}
        {assignment}
        {drawing}
        <section class="stack">
            <h2>{t(Text::new("任务", "Assignments"))}</h2>
            {assignments(&campaign, site, visits, acts, told)}
        </section>
        <section class="stack">
            <h2>{t(Text::new("检查组", "Groups"))}</h2>
            {groups}
        </section>
        {groups_form}
        {interests}
    }
    .into_any()
}

/// What the plan says beyond the simplest.
fn terms(plan: &CampaignPlan, site: &Site) -> AnyView {
    let terms = &plan.terms;
    let focus = terms
        .focus
        .as_ref()
        .map(|focus| fact(Text::new("重点区", "Focus district"), site.focus(focus)));
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
