//! The five parts of a rectification plan.

use domain::Text;
use domain::command::Command;
use domain::finding::{FindingCommand, Plan, PlanField};
use domain::id::FindingId;
use leptos::prelude::*;

use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Sending, Work};

const COMPLETE_BY: Text = Text::new("完成日期", "Complete by");

/// `revised`: a plan is in force already and this one replaces it.
pub fn plan_form(finding: FindingId, revised: bool, done: Callback<()>) -> AnyView {
    let [affected, at_risk, system_change, monitoring, day] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    let sending = Sending::beside("plan-errors", format!("/findings/{finding}"));
    let parts = [
        ("plan-affected", PlanField::Affected.title(), affected),
        ("plan-at-risk", PlanField::AtRisk.title(), at_risk),
        (
            "plan-system-change",
            PlanField::SystemChange.title(),
            system_change,
        ),
        ("plan-monitoring", PlanField::Monitoring.title(), monitoring),
    ];
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&parts);
        let complete_by = read_day("plan-complete-by", COMPLETE_BY, day)
            .map_err(|fault| faults.push(fault))
            .ok();
        let work = move || -> Work {
            Box::pin(async move {
                let Some(complete_by) = complete_by else {
                    return Ok(());
                };
                let plan = Plan {
                    affected: affected.get_untracked(),
                    at_risk: at_risk.get_untracked(),
                    system_change: system_change.get_untracked(),
                    monitoring: monitoring.get_untracked(),
                    complete_by,
                };
                sending
                    .deliver(Command::Finding {
                        id: finding,
                        command: FindingCommand::SubmitPlan(plan),
                    })
                    .await
            })
        };
        sending.run(faults, work, move || done.run(()));
    };
    let hints = [
        Text::new(
            "已经受到影响的人，做了什么、还要做什么。",
            "What is done, and will be done, for those already affected.",
        ),
        Text::new(
            "怎样找到同样有风险的人并保护他们。",
            "How others at the same risk are found and protected.",
        ),
        Text::new(
            "工作方法改变什么，使它不再发生。",
            "What changes in the way of working, so that it does not happen again.",
        ),
        Text::new(
            "由谁、多久查看一次、看什么。",
            "Who looks, how often, at what.",
        ),
    ];
    let asks: Vec<AnyView> = parts
        .into_iter()
        .zip(hints)
        .map(|((id, label, value), hint)| Ask::area(id, label, value).hint(hint).view(sending))
        .collect();
    let act = if revised {
        Text::new("报送修改后的计划", "Submit the revised plan")
    } else {
        Text::new("报送整改计划", "Submit the plan")
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {asks}
            {Ask::new("plan-complete-by", COMPLETE_BY, Control::Day, day).view(sending)}
            {sending.submit(IconName::Send, act)}
        </form>
    }
    .into_any()
}
