//! A campaign whose arrangement was amended after it was planned: what is different, and taking it over.

use domain::campaign::{CampaignCommand, CampaignPlan};
use domain::command::Command;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::view::{AmendedPlan, CampaignView};
use crate::clock::period_text;
use crate::i18n::t;
use crate::widgets::icon::IconName;
use crate::widgets::sending::Sending;
use crate::widgets::table::{Row, cell, column, row, table};

/// One thing the plan says: as it is, and as the arrangement in force has it.
struct Change {
    what: Text,
    is: String,
    will_be: String,
}

fn changes(campaign: &CampaignView, amended: &AmendedPlan, site: &Site) -> Vec<Change> {
    let (now, then) = (&campaign.plan, &amended.plan);
    let of = |what: Text, says: &dyn Fn(&CampaignPlan) -> String| Change {
        what,
        is: says(now),
        will_be: says(then),
    };
    let period = |plan: &CampaignPlan| period_text(plan.from, plan.to, site.language);
    let focus = |plan: &CampaignPlan| {
        let focus = plan.terms.focus.as_ref().map(|focus| site.focus(focus));
        focus.unwrap_or_else(|| "—".to_owned())
    };
    let further = |plan: &CampaignPlan| {
        let others = plan.terms.checklists.len();
        say!(site.language, "{others}份", "{others}")
    };
    let partners = |plan: &CampaignPlan| {
        let partners = plan.terms.partners.len();
        say!(site.language, "{partners}个", "{partners}")
    };
    let checklist = |title: &form::Texts, plan: &CampaignPlan| {
        format!("{} · {}", site.name(title), plan.checklist_version)
    };
    let mut all = vec![
        of(Text::new("类型", "Kind"), &|plan| {
            t(plan.kind.title()).to_owned()
        }),
        of(Text::new("方式", "Notice"), &|plan| {
            t(plan.notice_mode.title()).to_owned()
        }),
        of(Text::new("检查对象", "Who is inspected"), &|plan| {
            t(plan.terms.subjects.title()).to_owned()
        }),
        Change {
            what: Text::new("实施单位", "Authority"),
            is: site.name(&campaign.authority.name),
            will_be: site.name(&amended.authority.name),
        },
        of(Text::new("期间", "Period"), &period),
        of(Text::new("重点区", "Focus district"), &focus),
        Change {
            what: Text::new("检查表", "Checklist"),
            is: checklist(&campaign.checklist_title, now),
            will_be: checklist(&amended.checklist_title, then),
        },
        of(Text::new("其他检查表", "Further checklists"), &further),
        of(Text::new("联合检查单位", "Who inspects jointly"), &partners),
    ];
    all.retain(|change| change.is != change.will_be);
    all
}

pub fn follow_form(campaign: &CampaignView, site: &Site, done: Callback<()>) -> Option<AnyView> {
    let amended = campaign.amended.as_ref()?;
    let arrangement = amended.plan.terms.arrangement?;
    let id = campaign.id;
    let sending = Sending::new("follow-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = Command::Campaign {
            id,
            command: CampaignCommand::Follow { arrangement },
        };
        sending.run_command(Vec::new(), Some(command), move || done.run(()));
    };
    let columns = [
        column(t(Text::new("内容", "What"))),
        column(t(Text::new("本督查现为", "This campaign now"))),
        column(t(Text::new("现行工作安排", "The arrangement in force"))),
    ];
    let rows: Vec<Row> = changes(campaign, amended, site)
        .into_iter()
        .map(|change| {
            row(vec![
                view! { <th scope="row">{t(change.what)}</th> }.into_any(),
                cell(change.is),
                cell(change.will_be),
            ])
        })
        .collect();
    // What differs may be something the table does not tell, such as which partners they are.
    let none = t(Text::new(
        "检查表或联合检查单位有变动，见工作安排。",
        "Which checklists or partners they are has changed: see the arrangement.",
    ));
    let title = Text::new("工作安排已修订", "The arrangement was amended");
    Some(
        view! {
            <form class="card" novalidate on:submit=submit>
                <h2>{t(title)}</h2>
                {sending.summary()}
                <p>{t(Text::new(
                    "更新后，方案与现行工作安排一致；名称、检查组和已建立的任务不变。",
                    "The plan then says what the arrangement says; its name, groups and assignments stay.",
                ))}</p>
                <p><a href=format!("/arrangements/{arrangement}")>{t(Text::new("查看工作安排", "See the arrangement"))}</a></p>
                {table(t(title), &columns, rows, none)}
                {sending.submit(IconName::Check, Text::new("按现行工作安排更新", "Take it over"))}
            </form>
        }
        .into_any(),
    )
}
