//! Findings in the reader's scope, latest first.

use domain::finding::{
    FindingCommand, Letter, PlanField, RectificationNotice, Stage, Step, severity_title,
};
use domain::id::TalkId;
use domain::instant::Day;
use domain::permission::Act;
use domain::talk::{Consequence, TalkCommand};
use domain::{Command, Text};
use form::{Severity, Texts};
use leptos::prelude::*;
use uuid::Uuid;

use super::finding_forms::{ANSWER, FIVE_DAYS, PLAN, RECTIFICATION};
use super::trace::requirement_filter;
use super::{Site, look_backs};
use crate::api::query::{rectification_number, requirement_choices};
use crate::api::view::{
    BEING_RECTIFIED, FindingRow, PLANS_DUE, Part, RequirementChoice, RequirementFilter,
    StageFilter, TO_DECIDE,
};
use crate::i18n::{language, t};
use crate::list::{Column, Listed};
use crate::widgets::browser;
use crate::widgets::filters::Filter;
use crate::widgets::finding_table::{deadline_cell, named};
use crate::widgets::finding_title::{found, item};
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, BulkForm, Entered, List, Offer, Question, list};
use crate::widgets::questions::{Asked, area, day, line};
use crate::widgets::tag::{severity_tag, stage_tag};

impl Listed for FindingRow {
    const LIST: &'static str = "findings";
    const ORDER: &'static str = "-raised";

    fn columns() -> Vec<Column<FindingRow>> {
        vec![
            Column::text(
                "finding",
                Text::new("问题", "Finding"),
                |finding: &FindingRow, site| match item(finding, site) {
                    Some(item) => format!("{} · {item}", found(finding, site)).into(),
                    None => found(finding, site).into(),
                },
            )
            .look(named),
            Column::text("body", Text::new("机构", "Body"), |finding, site| {
                site.name(&finding.body.name).into()
            }),
            Column::text(
                "severity",
                Text::new("程度", "Severity"),
                |finding: &FindingRow, _| t(severity_title(finding.severity)).into(),
            )
            .look(|finding, _| severity_tag(finding.severity)),
            Column::text(
                "stage",
                Text::new("阶段", "Stage"),
                |finding: &FindingRow, _| t(finding.stage.title()).into(),
            )
            .look(|finding, _| stage_tag(finding.stage)),
            Column::brief(
                "due",
                Text::new("期限", "Due"),
                |finding: &FindingRow, _| finding.standing.due().or(finding.complete_by).into(),
            )
            .look(deadline_cell),
            Column::brief(
                "raised",
                Text::new("发现时间", "Raised"),
                |finding, _| finding.raised_at.into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/findings/{}", self.id))
    }
}

const PATH: &str = "/findings";
/// Stages that today counts together.
const TOGETHER: [(&[Stage], Text); 3] = [
    (
        &PLANS_DUE,
        Text::new("所有待报计划的", "Whatever awaits a plan"),
    ),
    (
        &BEING_RECTIFIED,
        Text::new("所有整改中的", "Whatever is being rectified"),
    ),
    (
        &TO_DECIDE,
        Text::new("所有待裁定的", "Whatever awaits a decision"),
    ),
];
/// The value of the filter by deadline.
const OVERDUE: &str = "overdue";

/// Findings, the support owed for them, and the look-backs at those that were closed.
pub fn tabs(here: &'static str) -> AnyView {
    let ways = [
        (PATH, Text::new("问题清单", "All findings")),
        ("/findings/support", Text::new("帮扶台账", "Support ledger")),
        (look_backs::PATH, Text::new("回头看", "Look-backs")),
    ];
    let links: Vec<_> = ways
        .into_iter()
        .map(|(href, text)| view! { <a href=href aria-current=(href == here).then_some("page")>{t(text)}</a> })
        .collect();
    view! { <nav class="tabs" aria-label=t(Text::new("问题的部分", "Parts of findings"))>{links}</nav> }.into_any()
}

/// What a filter by severity offers.
pub(super) fn severities() -> Vec<(String, String)> {
    let choice = |severity| {
        let title = t(severity_title(severity)).to_owned();
        (severity_code(severity).to_owned(), title)
    };
    [Severity::Key, Severity::General].map(choice).to_vec()
}

fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::General => "general",
        Severity::Key => "key",
    }
}

fn accept_plan(finding: &FindingRow, _: &Site, _: &Entered) -> Vec<Command> {
    let accept = finding.plan.map(|plan| Command::Finding {
        id: finding.id,
        command: FindingCommand::AcceptPlan {
            plan,
            opinion: String::new(),
        },
    });
    accept.into_iter().collect()
}

/// Said of the number of the first of several papers.
const FIRST_NUMBER: Text = Text::new("第一个文号", "First number");
const COUNTED_UP: Text = Text::new(
    "每个问题一个文号，按清单顺序从这一个往后编；未被接受的，其文号空出。",
    "Each finding has its own, counted up from this one in the order of the list; the number of one that is refused stays free.",
);

/// A day that many working days ahead.
fn ahead(site: &Site, working_days: u32) -> Day {
    let today = browser::today(&site.jurisdiction.time_zone);
    domain::working_day::after(today, working_days)
}

fn letters_asked(site: &Site) -> Vec<Asked> {
    vec![
        line("letter-number", FIRST_NUMBER).hint(COUNTED_UP),
        area("letter-demand", PlanField::Demand.title()).hint(Text::new(
            "写入每一份督办函。",
            "It stands in every letter.",
        )),
        day(
            "letter-answer-by",
            PlanField::AnswerBy.title(),
            Some(ahead(site, ANSWER)),
        )
        .as_entered(),
    ]
}

fn escalate(finding: &FindingRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let letter = || Letter {
        number: entered.number.clone(),
        demand: entered.form.text("letter-demand"),
        answer_by: entered.form.day("letter-answer-by").unwrap_or_default(),
    };
    let escalate = finding.may(Step::Escalate).then(|| Command::Finding {
        id: finding.id,
        command: FindingCommand::Escalate(letter()),
    });
    escalate.into_iter().collect()
}

fn notices_asked(site: &Site) -> Vec<Asked> {
    vec![
        line("notice-number", FIRST_NUMBER).hint(COUNTED_UP),
        area("notice-basis", PlanField::Basis.title()).hint(Text::new(
            "违反了哪一条规定；写入每一份通知书，事实按各问题的记录写入。",
            "The rule that was broken, in every notice; the facts are those of each finding.",
        )),
        area("notice-requirement", PlanField::Requirement.title()).hint(Text::new(
            "须做到什么；写入每一份通知书。",
            "What has to be achieved, in every notice.",
        )),
        day(
            "notice-plan-by",
            PlanField::PlanBy.title(),
            Some(ahead(site, PLAN)),
        )
        .hint(FIVE_DAYS),
        day(
            "notice-complete-by",
            PlanField::CompleteBy.title(),
            Some(ahead(site, RECTIFICATION)),
        )
        .hint(Text::new(
            "建议十五个工作日内。",
            "Fifteen working days are proposed.",
        )),
    ]
}

fn notify(finding: &FindingRow, site: &Site, entered: &Entered) -> Vec<Command> {
    let day = |id: &str| entered.form.day(id).unwrap_or_default();
    let notice = || RectificationNotice {
        number: entered.number.clone(),
        basis: entered.form.text("notice-basis"),
        facts: facts(finding, site),
        requirement: entered.form.text("notice-requirement"),
        plan_by: day("notice-plan-by"),
        complete_by: day("notice-complete-by"),
    };
    let notify = finding.may(Step::Notify).then(|| Command::Finding {
        id: finding.id,
        command: FindingCommand::Notify(notice()),
    });
    notify.into_iter().collect()
}

fn requirements_offered() -> Offer {
    Box::pin(async {
        let site_name = |texts: &Texts| texts.get(language().tag()).to_owned();
        let choices = requirement_choices().await?.into_iter();
        let words = |choice: RequirementChoice| {
            let RequirementChoice { talk, number, .. } = choice;
            let (title, text) = (site_name(&choice.title), site_name(&choice.text));
            let code = RequirementFilter::Of { talk, number }.code();
            (code, format!("{title} · {number}. {text}"))
        };
        Ok(choices.map(words).collect())
    })
}

fn link(finding: &FindingRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let (id, requirement) = match RequirementFilter::from_code(&entered.only) {
        Some(RequirementFilter::Of { talk, number }) => (talk, number),
        // Not chosen yet; any finding can be linked.
        _ => (TalkId(Uuid::nil()), 0),
    };
    vec![Command::Talk {
        id,
        command: TalkCommand::Link {
            requirement,
            to: Consequence::Finding(finding.id),
        },
    }]
}

/// What a notice about a finding states as found: the inspector's words, else the item's.
pub fn facts(finding: &FindingRow, site: &Site) -> String {
    if finding.note.trim().is_empty() {
        found(finding, site)
    } else {
        finding.note.clone()
    }
}

/// What can be done to several findings at once, by whom.
fn acts(site: &Site) -> Vec<BulkAct<FindingRow>> {
    let accept = BulkAct {
        icon: IconName::Check,
        title: Text::new("通过所选计划", "Accept the selected plans"),
        asks: Some(Question::Sure(Text::new(
            "所选计划原样通过，按计划的日期计算期限。超出责令期限的计划不能批量通过，须打开问题单独审核。",
            "They are accepted as they are, and the date in each plan becomes its deadline. A plan beyond the deadline that was ordered cannot be selected: open its finding to judge it.",
        ))),
        commands: accept_plan as fn(&FindingRow, &Site, &Entered) -> Vec<Command>,
    };
    let notices = BulkAct {
        icon: IconName::Send,
        title: Text::new("下达整改通知", "Issue rectification notices"),
        asks: Some(Question::Form(BulkForm {
            asked: notices_asked,
            number: "notice-number",
            proposed: Some(|| Box::pin(rectification_number())),
        })),
        commands: notify,
    };
    let letters = BulkAct {
        icon: IconName::Megaphone,
        title: Text::new("发督办函", "Send letters"),
        asks: Some(Question::Form(BulkForm {
            asked: letters_asked,
            number: "letter-number",
            proposed: None,
        })),
        commands: escalate,
    };
    let links = BulkAct {
        icon: IconName::Link,
        title: Text::new("关联到约谈要求", "Link to a requirement"),
        asks: Some(Question::Offered(
            Text::new("约谈要求", "Requirement"),
            requirements_offered,
            Text::new(
                "您召集的约谈还没有提出要求。",
                "No talk that you hold has set a requirement.",
            ),
        )),
        commands: link,
    };
    let orders = site.may(Act::OrderRectification);
    [
        orders.then_some(notices),
        orders.then_some(accept),
        site.may(Act::Escalate).then_some(letters),
        site.may(Act::Organise).then_some(links),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("问题", "Findings");
    let findings = List::<FindingRow> {
        path: PATH.to_owned(),
        title,
        filter: Text::new("筛选问题", "Filter findings"),
        filters: vec![
            Filter::choice(
                "stage",
                Text::new("阶段", "Stage"),
                std::iter::once((StageFilter::Open, Text::new("未销号", "Open")))
                    .chain(Stage::ALL.map(|stage| (StageFilter::Among(vec![stage]), stage.title())))
                    .chain(
                        TOGETHER
                            .map(|(stages, title)| (StageFilter::Among(stages.to_vec()), title)),
                    )
                    .map(|(stages, title)| (stages.code(), t(title).to_owned()))
                    .collect(),
            ),
            Filter::choice(
                "mine",
                Text::new("我的职责", "My part"),
                Part::ALL
                    .map(|part| (part.code().to_owned(), t(part.title()).to_owned()))
                    .to_vec(),
            ),
            Filter::choice(
                "due",
                Text::new("期限", "Deadline"),
                vec![(OVERDUE.to_owned(), t(Text::new("逾期", "Late")).to_owned())],
            ),
            Filter::choice("severity", Text::new("程度", "Severity"), severities()),
            Filter::choice("district", Text::new("区", "District"), site.districts()),
        ]
        .into_iter()
        .chain(requirement_filter(&site, true))
        .collect(),
        search: Text::new("机构、问题或说明", "Body, finding or note"),
        none: Text::new("没有符合条件的问题。", "No finding matches."),
        acts: acts(&site),
    };
    view! { {head(t(title).to_owned(), (), ())}{tabs(PATH)}{list(findings)} }.into_any()
}
