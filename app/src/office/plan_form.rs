//! The five parts of a rectification plan.

use domain::Text;
use domain::command::Command;
use domain::finding::{FindingCommand, Plan, PlanField};
use domain::instant::Day;
use leptos::prelude::*;

use crate::api::view::FindingView;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::holidays_note::holidays_note_on;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Sending, Work};

const COMPLETE_BY: Text = Text::new("完成日期", "Complete by");

/// What the form begins with: the four texts and the day of the plan before, the day only while it is still to come.
fn beginning(before: Option<&Plan>, today: Day) -> [String; 5] {
    let Some(plan) = before else {
        return Default::default();
    };
    let day = Some(plan.complete_by).filter(|day| today <= *day);
    [
        plan.affected.clone(),
        plan.at_risk.clone(),
        plan.system_change.clone(),
        plan.monitoring.clone(),
        day.map(|day| day.to_string()).unwrap_or_default(),
    ]
}

/// `before` is the plan that was submitted last, from which the next one is made; `revised`: it is in force, and this one replaces it.
pub fn plan_form(
    finding: &FindingView,
    before: Option<&Plan>,
    revised: bool,
    done: Callback<()>,
) -> AnyView {
    let [affected, at_risk, system_change, monitoring, day] =
        beginning(before, finding.today).map(RwSignal::new);
    let from_before = before.is_some().then(|| {
        let words = Text::new(
            "已带入上一次报送的计划，请在此基础上修改。",
            "The plan submitted last is filled in: change it as needed.",
        );
        view! { <p class="hint">{t(words)}</p> }
    });
    let (plans, finding) = (finding.plans, finding.row.id);
    let sending = Sending::beside("plan-errors", format!("/findings/{finding}"))
        .kept(&format!("findings/{finding}/plan/{plans}"));
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
            {from_before}
            {asks}
            {Ask::new("plan-complete-by", COMPLETE_BY, Control::Day, day).view(sending)}
            {holidays_note_on(day)}
            {sending.submit(IconName::Send, act)}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_begins_with_the_one_before_it() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let before = Plan {
            affected: "甲".into(),
            at_risk: "乙".into(),
            system_change: "丙".into(),
            monitoring: "丁".into(),
            complete_by: day("2022-03-20"),
        };
        for (today, complete_by) in [("2022-03-20", "2022-03-20"), ("2022-03-21", "")] {
            let expected = ["甲", "乙", "丙", "丁", complete_by].map(str::to_owned);
            assert_eq!(beginning(Some(&before), day(today)), expected, "{today}");
        }
        assert_eq!(
            beginning(None, day("2022-03-20")),
            [""; 5].map(str::to_owned)
        );
    }
}
