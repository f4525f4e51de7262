//! The five parts of a rectification plan.

use domain::command::Command;
use domain::finding::deadline::ends;
use domain::finding::{FindingCommand, Plan, PlanField};
use domain::instant::Day;
use domain::{Language, Text, say};
use leptos::prelude::*;

use crate::api::view::FindingView;
use crate::clock::day_text;
use crate::i18n::{language, t};
use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::day_off_note::day_off_note_on;
use crate::widgets::holidays_note::holidays_note_on;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::sending::{Sending, Work};

/// Of a day that is entered and lies beyond the deadline that was ordered, both days and what follows: None of one that keeps to it.
fn beyond_the_limit(
    entered: Day,
    limit: Option<Day>,
    today: Day,
    language: Language,
) -> Option<String> {
    let planned_for = ends(entered);
    let limit = limit.filter(|limit| *limit < planned_for)?;
    let (day, ordered) = (day_text(planned_for, language), day_text(limit, language));
    Some(if today <= limit {
        say!(
            language,
            "完成日期{day}晚于责令整改期限{ordered}，不能这样报送；需要更多时间的，请在计划审核通过后申请延期。",
            "The day planned for, {day}, is after the deadline that was ordered, {ordered}, and cannot be submitted; if it takes longer, ask for an extension once the plan is accepted."
        )
    } else {
        say!(
            language,
            "完成日期{day}晚于责令整改期限{ordered}：期限已过，逾期照记，审核人会同时看到这两个日期。",
            "The day planned for, {day}, is after the deadline that was ordered, {ordered}, which is over: it stays recorded as late, and the reviewer sees both days."
        )
    })
}

/// Of a day that is entered and comes before the deadline that was ordered: that it takes its place.
fn nearer_than_the_limit(
    entered: Day,
    limit: Option<Day>,
    today: Day,
    language: Language,
) -> Option<String> {
    let planned_for = ends(entered);
    // A day that is over is refused.
    let limit = limit.filter(|limit| today <= entered && planned_for < *limit)?;
    let (day, ordered) = (day_text(planned_for, language), day_text(limit, language));
    Some(say!(
        language,
        "审核通过后，以{day}为整改期限，逾期从这一天算起；责令的期限是{ordered}。",
        "Once the plan is accepted, {day} is the deadline and late is counted from it; {ordered} was ordered."
    ))
}

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
    let (limit, today) = (finding.limit, finding.today);
    let entered = move || day.with(|day| day.parse::<Day>().ok());
    let beyond = move || {
        let words = entered().and_then(|day| beyond_the_limit(day, limit, today, language()));
        words.map(|words| {
            view! { <p class="row" role="status"><Icon name=IconName::TriangleAlert/><span>{words}</span></p> }
        })
    };
    let nearer = move || {
        let words = entered().and_then(|day| nearer_than_the_limit(day, limit, today, language()));
        words.map(|words| view! { <p class="hint" role="status">{words}</p> })
    };
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
        let complete_by = read_day("plan-complete-by", PlanField::PlannedFor.title(), day)
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
            {Ask::new("plan-complete-by", PlanField::PlannedFor.title(), Control::Day, day).view(sending)}
            {day_off_note_on(day)}
            {beyond}
            {nearer}
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
    fn a_day_beyond_the_deadline_is_shown_beside_it() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let limit = Some(day("2022-04-08"));
        for language in Language::ALL {
            let words =
                |entered, limit, today| beyond_the_limit(day(entered), limit, day(today), language);
            assert_eq!(words("2022-04-08", limit, "2022-04-07"), None);
            assert_eq!(words("2022-05-20", None, "2022-04-07"), None);
            // A Saturday off is recorded as the Monday.
            let before = words("2022-04-09", limit, "2022-04-08").unwrap();
            let after = words("2022-04-09", limit, "2022-04-09").unwrap();
            assert_ne!(before, after);
            for words in [before, after] {
                for shown in ["2022-04-08", "2022-04-11"] {
                    assert!(words.contains(&day_text(day(shown), language)), "{words}");
                }
            }
        }
    }

    #[test]
    fn a_day_before_the_deadline_is_said_to_take_its_place() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let limit = Some(day("2022-04-08"));
        for language in Language::ALL {
            let today = day("2022-03-30");
            let words =
                |entered, limit| nearer_than_the_limit(day(entered), limit, today, language);
            assert_eq!(words("2022-04-08", limit), None);
            assert_eq!(words("2022-04-11", limit), None);
            assert_eq!(words("2022-04-06", None), None);
            assert_eq!(words("2022-03-29", limit), None);
            // A Saturday off is recorded as the Wednesday after the holidays.
            let words = words("2022-04-02", limit).unwrap_or_default();
            assert!(
                words.contains(&day_text(ends(day("2022-04-02")), language)),
                "{words}"
            );
        }
    }

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
