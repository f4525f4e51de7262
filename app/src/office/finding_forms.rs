//! The forms of the acts on a finding that are made of texts and days.

use domain::Text;
use domain::finding::{FindingCommand, Letter, PlanField, RectificationNotice};
use domain::working_day;
use leptos::prelude::*;

use super::Site;
use super::finding_act::{act_form, act_form_about};
use super::findings::facts;
use crate::api::view::FindingView;
use crate::widgets::icon::IconName;
use crate::widgets::questions::{Asked, area, day, line};

/// Working days proposed for a plan, for a rectification, and for the answer to a letter.
pub const PLAN: u32 = 5;
pub const RECTIFICATION: u32 = 15;
pub const ANSWER: u32 = 3;

pub const FIVE_DAYS: Text = Text::new(
    "建议五个工作日内；遇节假日顺延至下一个工作日。",
    "Five working days are proposed; a day off ends with the next working day.",
);

/// Said of every new day.
pub const AGAIN_BY: Text = Text::new(
    "重新整改的最后一天，须晚于今天；建议十五个工作日内。",
    "The last day of rectifying it again, after today; fifteen working days are proposed.",
);

pub fn notice_form(finding: &FindingView, site: &Site, done: Callback<()>) -> AnyView {
    let (number, basis) = finding.proposed.as_ref().map_or_else(
        || (String::new(), finding.raised.clause.clone()),
        |proposed| (proposed.number.clone(), proposed.basis.clone()),
    );
    let facts = facts(&finding.row, site);
    let proposed = |days| Some(working_day::after(finding.today, days));
    act_form(
        finding.row.id,
        "notice-errors",
        vec![
            line("notice-number", PlanField::Number.title())
                .hint(Text::new(
                    "发文字号，如：示例整改〔2022〕81号；已有的按最近一份往后编，可改。",
                    "The document number, such as Sample 2022/81; where there is one before, it follows on the latest, and can be changed.",
                ))
                .initially(number),
            area("notice-basis", PlanField::Basis.title())
                .hint(Text::new("违反了哪一条规定。", "The rule that was broken."))
                .initially(basis),
            area("notice-facts", PlanField::Facts.title()).initially(facts),
            area("notice-requirement", PlanField::Requirement.title())
                .hint(Text::new("须做到什么。", "What has to be achieved.")),
            day("notice-plan-by", PlanField::PlanBy.title(), proposed(PLAN)).hint(FIVE_DAYS),
            day(
                "notice-complete-by",
                PlanField::CompleteBy.title(),
                proposed(RECTIFICATION),
            )
            .hint(Text::new(
                "建议十五个工作日内。",
                "Fifteen working days are proposed.",
            )),
        ],
        (
            IconName::Send,
            Text::new("下达整改通知", "Issue the notice"),
        ),
        |entered| {
            Some(FindingCommand::Notify(RectificationNotice {
                number: entered.text("notice-number"),
                basis: entered.text("notice-basis"),
                facts: entered.text("notice-facts"),
                requirement: entered.text("notice-requirement"),
                plan_by: entered.day("notice-plan-by")?,
                complete_by: entered.day("notice-complete-by")?,
            }))
        },
        done,
    )
}

pub fn dispute_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "dispute-errors",
        vec![
            area("dispute-grounds", PlanField::Grounds.title()).hint(Text::new(
                "为什么不认可该问题；答复只有一次。",
                "Why the finding does not stand; it is answered once.",
            )),
        ],
        (IconName::Send, Text::new("提出申诉", "Dispute the finding")),
        |entered| {
            Some(FindingCommand::Dispute {
                grounds: entered.text("dispute-grounds"),
            })
        },
        done,
    )
}

pub fn uphold_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    let proposed = Some(working_day::after(finding.today, PLAN));
    act_form(
        finding.row.id,
        "uphold-errors",
        vec![
            area("uphold-reason", PlanField::Reason.title())
                .hint(Text::new("为什么该问题成立。", "Why the finding stands.")),
            day("uphold-plan-by", PlanField::PlanBy.title(), proposed).hint(FIVE_DAYS),
        ],
        (
            IconName::Check,
            Text::new("维持该问题", "Uphold the finding"),
        ),
        |entered| {
            Some(FindingCommand::Uphold {
                reason: entered.text("uphold-reason"),
                plan_by: entered.day("uphold-plan-by")?,
            })
        },
        done,
    )
}

pub fn withdraw_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "withdraw-errors",
        vec![
            area("withdraw-reason", PlanField::Reason.title()).hint(Text::new(
                "为什么该问题不成立；撤销后不再整改。",
                "Why the finding does not stand; nothing is rectified then.",
            )),
        ],
        (IconName::X, Text::new("撤销该问题", "Withdraw the finding")),
        |entered| {
            Some(FindingCommand::Withdraw {
                reason: entered.text("withdraw-reason"),
            })
        },
        done,
    )
}

/// Of a plan that goes beyond the deadline that was ordered, the act says so.
pub fn accept_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    let plan = finding.plans;
    let act = if finding.beyond_the_limit().is_some() {
        Text::new(
            "通过超出责令期限的计划",
            "Accept the plan beyond the deadline",
        )
    } else {
        Text::new("通过计划", "Accept the plan")
    };
    act_form_about(
        finding.row.id,
        "accept-errors",
        &format!("findings/{}/accept/{plan}", finding.row.id),
        vec![area("accept-opinion", PlanField::Opinion.title()).optional()],
        (IconName::Check, act),
        move |entered| {
            Some(FindingCommand::AcceptPlan {
                plan,
                opinion: entered.text("accept-opinion"),
            })
        },
        done,
    )
}

pub fn return_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    let plan = finding.plans;
    let proposed = Some(working_day::after(finding.today, ANSWER));
    act_form_about(
        finding.row.id,
        "return-errors",
        &format!("findings/{}/return/{plan}", finding.row.id),
        vec![
            area("return-opinion", PlanField::Opinion.title()).hint(Text::new(
                "计划缺什么，应怎样修改。",
                "What the plan lacks, and how it should change.",
            )),
            day("return-plan-by", PlanField::PlanBy.title(), proposed),
        ],
        (
            IconName::RotateCcw,
            Text::new("退回计划", "Return the plan"),
        ),
        move |entered| {
            Some(FindingCommand::ReturnPlan {
                plan,
                opinion: entered.text("return-opinion"),
                plan_by: entered.day("return-plan-by")?,
            })
        },
        done,
    )
}

pub fn ask_extension_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "extension-errors",
        vec![
            // The day that is granted moves, not the one asked for.
            day("extension-until", PlanField::Until.title(), None).as_entered(),
            area("extension-reason", PlanField::Reason.title()).hint(Text::new(
                "为什么需要更多时间，已经做到哪一步。",
                "Why it takes longer, and how far it has come.",
            )),
        ],
        (
            IconName::Send,
            Text::new("申请延期", "Ask for an extension"),
        ),
        |entered| {
            Some(FindingCommand::AskExtension {
                until: entered.day("extension-until")?,
                reason: entered.text("extension-reason"),
            })
        },
        done,
    )
}

pub fn grant_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "grant-errors",
        vec![
            day("grant-until", PlanField::Until.title(), finding.extension),
            area("grant-opinion", PlanField::Opinion.title()).optional(),
        ],
        (
            IconName::Check,
            Text::new("同意延期", "Grant the extension"),
        ),
        |entered| {
            Some(FindingCommand::GrantExtension {
                until: entered.day("grant-until")?,
                opinion: entered.text("grant-opinion"),
            })
        },
        done,
    )
}

pub fn refuse_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "refuse-errors",
        vec![area("refuse-opinion", PlanField::Opinion.title())],
        (IconName::X, Text::new("不同意延期", "Refuse the extension")),
        |entered| {
            Some(FindingCommand::RefuseExtension {
                opinion: entered.text("refuse-opinion"),
            })
        },
        done,
    )
}

pub fn escalate_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    let proposed = Some(working_day::after(finding.today, ANSWER));
    act_form(
        finding.row.id,
        "letter-errors",
        vec![
            line("letter-number", PlanField::Number.title()).hint(Text::new(
                "发文字号，例如：示例督办〔2022〕1号。",
                "The document number, such as Sample Letter 2022/1.",
            )),
            area("letter-demand", PlanField::Demand.title()),
            day("letter-answer-by", PlanField::AnswerBy.title(), proposed).as_entered(),
        ],
        (IconName::Send, Text::new("发督办函", "Send the letter")),
        |entered| {
            Some(FindingCommand::Escalate(Letter {
                number: entered.text("letter-number"),
                demand: entered.text("letter-demand"),
                answer_by: entered.day("letter-answer-by")?,
            }))
        },
        done,
    )
}

/// The answer to the letter that went out last.
pub fn answer_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "answer-errors",
        vec![
            area("answer-account", PlanField::Account.title()).hint(Text::new(
                "逐项答复督办要求：做到了什么，为什么逾期。",
                "Answer what is demanded: what was done, and why it was late.",
            )),
        ],
        (IconName::Send, Text::new("答复督办函", "Answer the letter")),
        |entered| {
            Some(FindingCommand::AnswerLetter {
                account: entered.text("answer-account"),
            })
        },
        done,
    )
}

/// The day by which what was opened again is to be rectified.
fn again_by(id: &'static str, finding: &FindingView) -> Asked {
    let proposed = Some(working_day::after(finding.today, RECTIFICATION));
    day(id, PlanField::CompleteBy.title(), proposed).hint(AGAIN_BY)
}

pub fn reopen_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    act_form(
        finding.row.id,
        "reopen-errors",
        vec![
            area("reopen-reason", PlanField::Reason.title()).hint(Text::new(
                "发现了什么，为什么须重新整改。",
                "What was found, and why it has to be rectified again.",
            )),
            again_by("reopen-complete-by", finding),
        ],
        (
            IconName::RotateCcw,
            Text::new("重新打开", "Reopen the finding"),
        ),
        |entered| {
            Some(FindingCommand::Reopen {
                reason: entered.text("reopen-reason"),
                complete_by: entered.day("reopen-complete-by")?,
            })
        },
        done,
    )
}
