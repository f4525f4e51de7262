//! Today: what waits for me, by role, and the city in figures that open the lists they count.

use std::time::Duration;

use domain::finding::Stage;
use domain::permission::Act;
use domain::situation::DUE_HOUR;
use domain::{Text, say};
use leptos::prelude::*;

use super::bodies::institutions_in;
use super::situation::{owed, reports_address};
use super::{Site, frame};
use crate::api::query::{late, today};
use crate::api::view::{
    AssignmentState, AssignmentsWaiting, BEING_RECTIFIED, Due, Figures, FindingRow, Matter,
    MatterKind, NoticeWaiting, PLANS_DUE, Page, Part, TO_DECIDE, TO_ORDER, Today,
};
use crate::clock::{day_text, period_text};
use crate::i18n::t;
use crate::widgets::browser;
use crate::widgets::figure::grouped;
use crate::widgets::finding_table::{deadline, due_title};
use crate::widgets::finding_title::{found, item};
use crate::widgets::head::{act, banner, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::live::Live;
use crate::widgets::loaded::loaded;
use crate::widgets::tag::{severity_tag, stage_tag, tag};

pub fn page() -> AnyView {
    let site = Site::here();
    let title = t(Text::new("今日", "Today")).to_owned();
    let answer = Resource::new(|| (), |()| today());
    Live::refetches(answer);
    if let Some(field) = frame::to_the_field(&site) {
        let visits = loaded(answer, move |today: Today| waiting(&today, &site));
        return view! { {head(title, today_text(&Site::here()), ())}{field}{visits} }.into_any();
    }
    loaded(answer, move |today: Today| {
        let begin = site.may(Act::Organise).then(|| {
            act(
                "/campaigns/new",
                IconName::Plus,
                Text::new("新建督查", "New campaign"),
                true,
            )
        });
        view! {
            {head(title.clone(), today_text(&site), begin)}
            {owed(&today.reports_owed, &site)}
            {waiting(&today, &site)}
            {figures(&today.figures, &site)}
        }
        .into_any()
    })
}

/// Over how long the browsers of those who heard of the same ask what it means for them.
const NEWS_SPREAD: Duration = Duration::from_secs(20);

/// How much of what waits is late, for the frame. Not known while the server draws the page, so that no page waits for it.
#[derive(Clone, Copy)]
pub struct Late(RwSignal<u64>);

impl Late {
    /// Asked when a page is loaded, when there is news, and after whatever the reader does.
    pub fn begin(live: Option<Live>) -> Late {
        let late_now = Late(RwSignal::new(0));
        provide_context(late_now);
        Effect::new(move |before: Option<()>| {
            if let Some(Live(heard)) = live {
                heard.track();
            }
            match before {
                None => late_now.ask(),
                // What is addressed to hundreds is news to all of them at once.
                Some(()) => browser::within(NEWS_SPREAD, move || late_now.ask()),
            }
        });
        late_now
    }

    pub fn ask(self) {
        leptos::task::spawn_local(async move {
            if let Ok(count) = late().await {
                self.0.try_set(count);
            }
        });
    }

    /// Beside the way to Today.
    pub fn count(self) -> AnyView {
        let count = self.0;
        let said = move || {
            let count = count.get();
            (count > 0).then(|| {
                let words = say!(crate::i18n::language(), "{count} 项逾期", "{count} overdue");
                view! { <span class="count" aria-hidden="true">{count}</span><span class="unseen">{words}</span> }
            })
        };
        said.into_any()
    }
}

/// What day it is where the reader works.
fn today_text(site: &Site) -> String {
    day_text(browser::today(&site.jurisdiction.time_zone), site.language)
}

/// One thing that waits.
fn task(href: String, title: String, detail: String, tags: impl IntoAny) -> AnyView {
    view! { <li><div><strong><a href=href>{title}</a></strong><p>{detail}</p></div><span>{tags.into_any()}</span></li> }
        .into_any()
}

fn finding_task(finding: &FindingRow, site: &Site) -> AnyView {
    let due = finding.complete_by.map(|_| {
        view! { " · "{t(due_title(finding.stage))}" "{deadline(finding, site)} }
    });
    view! {
        <li>
            <div>
                <strong><a href=format!("/findings/{}", finding.id)>{found(finding, site)}</a></strong>
                {item(finding, site).map(|item| view! { <p>{item}</p> })}
                <p>{site.name(&finding.body.name)}{due}</p>
            </div>
            <span>{severity_tag(finding.severity)}" "{stage_tag(finding.stage)}</span>
        </li>
    }
    .into_any()
}

/// A card of tasks; the rest of a longer list is one link away.
fn tasks(title: Text, total: u64, shown: Vec<AnyView>, all: Option<String>) -> Option<AnyView> {
    if total == 0 {
        return None;
    }
    let more = u64::try_from(shown.len()).is_ok_and(|shown| shown < total);
    let more = more.then(|| {
        let language = crate::i18n::language();
        let Some(all) = all else {
            let left = total.saturating_sub(shown.len() as u64);
            let text = say!(
                language,
                "还有 {left} 项，办结上面的事项后显示。",
                "{left} more come up as these are done."
            );
            return view! { <p>{text}</p> }.into_any();
        };
        let text = say!(language, "查看全部 {total} 项", "See all {total}");
        view! { <p><a href=all>{text}</a></p> }.into_any()
    });
    Some(
        view! { <section class="card"><h2>{t(title)}" ("{total}")"</h2><ul class="sync">{shown}</ul>{more}</section> }
            .into_any(),
    )
}

fn findings(
    title: Text,
    page: &Page<FindingRow>,
    part: Part,
    stages: &[Stage],
    site: &Site,
) -> Option<AnyView> {
    let shown = page
        .rows
        .iter()
        .take(5)
        .map(|finding| finding_task(finding, site))
        .collect();
    tasks(title, page.total, shown, Some(part.address(stages)))
}

/// What a matter asks for, as a command; what is asked of a look-back names how much.
fn matter_title(matter: &Matter, site: &Site) -> String {
    let about = site.name(&matter.title);
    match matter.kind {
        MatterKind::AcknowledgeRequirement => {
            say!(site.language, "确认要求：{about}", "Acknowledge: {about}")
        }
        MatterKind::CarryOutRequirement => {
            say!(site.language, "落实要求：{about}", "Carry out: {about}")
        }
        MatterKind::LookIntoRequirement => say!(
            site.language,
            "核查落实情况：{about}",
            "Look into whether it was done: {about}"
        ),
        MatterKind::RemindOfNotice { bodies: 1 } => say!(
            site.language,
            "催促1家单位签收：{about}",
            "Remind 1 body to acknowledge: {about}"
        ),
        MatterKind::RemindOfNotice { bodies } => say!(
            site.language,
            "催促{bodies}家单位签收：{about}",
            "Remind {bodies} bodies to acknowledge: {about}"
        ),
        MatterKind::AwaitReceipts { bodies: 1 } => say!(
            site.language,
            "所辖1家机构未签收：{about}",
            "1 institution you answer for has not acknowledged: {about}"
        ),
        MatterKind::AwaitReceipts { bodies } => say!(
            site.language,
            "所辖{bodies}家机构未签收：{about}",
            "{bodies} institutions you answer for have not acknowledged: {about}"
        ),
        MatterKind::ChaseMaterials { bodies: 1 } => say!(
            site.language,
            "催促1家逾期单位报送：{about}",
            "Press 1 late body to hand in: {about}"
        ),
        MatterKind::ChaseMaterials { bodies } => say!(
            site.language,
            "催促{bodies}家逾期单位报送：{about}",
            "Press {bodies} late bodies to hand in: {about}"
        ),
        MatterKind::ReplaceRecused => say!(
            site.language,
            "组员须回避，改派他人：{about}",
            "Somebody of the team keeps away, send others: {about}"
        ),
        MatterKind::LevelEnds { level } => {
            let level = t(level.title());
            say!(
                site.language,
                "决定{level}到期后如何：{about}",
                "Decide what follows the {level}: {about}"
            )
        }
        MatterKind::GrantsEnd { people: 1 } => {
            say!(
                site.language,
                "延长或收回1人即将到期的权限",
                "Prolong or let go a role of 1 person that ends"
            )
        }
        MatterKind::GrantsEnd { people } => say!(
            site.language,
            "延长或收回{people}人即将到期的权限",
            "Prolong or let go roles of {people} people that end"
        ),
        MatterKind::HandInMaterials => {
            say!(site.language, "报送材料：{about}", "Hand in: {about}")
        }
        MatterKind::ReviewMaterials => {
            say!(site.language, "审核材料：{about}", "Review: {about}")
        }
        MatterKind::ApproveArrangement => {
            say!(site.language, "审批工作安排：{about}", "Approve: {about}")
        }
        MatterKind::IssueArrangement => {
            say!(site.language, "印发工作安排：{about}", "Issue: {about}")
        }
        MatterKind::CommitToDraw => say!(
            site.language,
            "提交承诺：{about}",
            "Commit to the draw: {about}"
        ),
        MatterKind::RevealForDraw => say!(
            site.language,
            "揭示种子：{about}",
            "Reveal for the draw: {about}"
        ),
        MatterKind::RecordWithheld => say!(
            site.language,
            "记录未按时提交或揭示：{about}",
            "Record who did not commit or reveal: {about}"
        ),
        MatterKind::AssignDrawn => say!(
            site.language,
            "按结果建立任务：{about}",
            "Create the drawn assignments: {about}"
        ),
        MatterKind::DiscloseDraw => say!(
            site.language,
            "公开抽取结果：{about}",
            "Disclose the draw: {about}"
        ),
        MatterKind::ConfirmSupport => {
            say!(
                site.language,
                "确认已获支持：{about}",
                "Confirm support: {about}"
            )
        }
        MatterKind::AssessRegulators { visits: 1 } => say!(
            site.language,
            "1次检查尚无监管档案",
            "1 visit without a regulator’s file"
        ),
        MatterKind::AssessRegulators { visits } => say!(
            site.language,
            "{visits}次检查尚无监管档案",
            "{visits} visits without a regulator’s file"
        ),
        MatterKind::SignRegulatorFile => {
            t(Text::new("签署监管档案", "Sign a regulator’s file")).to_owned()
        }
        MatterKind::ProvideSupport => {
            say!(site.language, "落实支持：{about}", "Provide: {about}")
        }
        MatterKind::SelfInspection => say!(
            site.language,
            "组织自查：{about}",
            "Inspect yourselves: {about}"
        ),
        MatterKind::Visit { by_own: false } => {
            say!(site.language, "到访检查：{about}", "Visit: {about}")
        }
        MatterKind::Visit { by_own: true } => say!(
            site.language,
            "填写自查：{about}",
            "Fill in the self-inspection: {about}"
        ),
        MatterKind::LookBack { findings } => say!(
            site.language,
            "回头看：{findings}个已销号问题",
            "Look back: {findings} closed findings"
        ),
    }
}

fn matter(matter: &Matter, site: &Site) -> AnyView {
    let by = matter.due.map(|due| match due {
        Due::At(at) => site.at(at),
        Due::On(day) => day_text(day, site.language),
    });
    let by = by.map(|by| say!(site.language, "期限 {by}", "due {by}"));
    let body = matter.body.as_ref().map(|body| site.name(&body.name));
    let detail: Vec<String> = [body, by].into_iter().flatten().collect();
    let mark = if matter.late {
        tag(
            "overdue",
            IconName::CircleAlert,
            t(Text::new("已逾期", "Overdue")),
        )
    } else {
        tag("soon", IconName::Clock, t(Text::new("待办", "To do")))
    };
    task(
        matter.address.clone(),
        matter_title(matter, site),
        detail.join(" · "),
        mark,
    )
}

/// The list of them: that of their campaign, or the campaigns which have some.
fn assignments_address(waiting: &AssignmentsWaiting, state: &str) -> String {
    waiting.campaign.map_or_else(
        || format!("/campaigns?assignments={state}"),
        |campaign| format!("/campaigns/{campaign}?state={state}"),
    )
}

/// On which days they are, and what their state means.
fn days_and(waiting: &AssignmentsWaiting, text: Text, site: &Site) -> String {
    let text = t(text);
    waiting.days.map_or_else(
        || text.to_owned(),
        |(first, last)| {
            let days = period_text(first, last, site.language);
            say!(
                site.language,
                "检查日期：{days}。{text}",
                "Visits of {days}. {text}"
            )
        },
    )
}

fn waiting(today: &Today, site: &Site) -> AnyView {
    let now = browser::now();
    // A receipt may be late; passing a notice on has no day of its own.
    let notice = |notice: &NoticeWaiting, (state, may_be_late): (Text, bool)| {
        let mark = if may_be_late && notice.acknowledge_by < now {
            tag(
                "overdue",
                IconName::CircleAlert,
                t(Text::new("逾期未签收", "Overdue")),
            )
        } else {
            tag("attention", IconName::Megaphone, t(state))
        };
        let by = site.at(notice.acknowledge_by);
        let by = say!(site.language, "{by} 前签收", "acknowledge by {by}");
        task(
            format!("/notices/{}", notice.id),
            site.name(&notice.title),
            format!("{} · {by}", notice.number),
            mark,
        )
    };
    let notices = |title: Text, notices: &[NoticeWaiting], state: (Text, bool)| {
        let lines = notices.iter().map(|one| notice(one, state)).collect();
        tasks(title, notices.len() as u64, lines, None)
    };
    let [to_acknowledge, to_pass_on] = [
        notices(
            Text::new("待签收的通知", "Notices to acknowledge"),
            &today.notices_to_acknowledge,
            (Text::new("待签收", "To acknowledge"), true),
        ),
        notices(
            Text::new("待转发的通知", "Notices to pass on"),
            &today.notices_to_pass_on,
            (Text::new("待转发", "To pass on"), false),
        ),
    ];
    let mut organising = Vec::new();
    let (to_release, open, held) = (
        today.assignments_to_release,
        today.assignments_open,
        today.held,
    );
    if to_release.count > 0 {
        let count = to_release.count;
        let text = Text::new(
            "启封前，小组不知道受检单位。",
            "Until released, the team does not know the body.",
        );
        organising.push(task(
            assignments_address(&to_release, AssignmentState::Sealed.code()),
            say!(
                site.language,
                "{count}项任务待启封",
                "{count} assignments to release"
            ),
            days_and(&to_release, text, site),
            tag("sealed", IconName::Lock, t(Text::new("密封", "Sealed"))),
        ));
    }
    if open.count > 0 {
        let count = open.count;
        let text = Text::new(
            "已启封，尚未提交检查。",
            "Released; the inspection is not submitted yet.",
        );
        organising.push(task(
            assignments_address(&open, AssignmentState::UNDER_WAY),
            say!(
                site.language,
                "{count}项任务进行中",
                "{count} assignments under way"
            ),
            days_and(&open, text, site),
            tag(
                "open",
                IconName::LockOpen,
                t(Text::new("已启封", "Released")),
            ),
        ));
    }
    if held > 0 {
        organising.push(task(
            "/administration/held".to_owned(),
            say!(
                site.language,
                "{held}条存疑记录待处理",
                "{held} held records to settle"
            ),
            t(Text::new(
                "现场送来、规则无法安放的记录。",
                "Records from the field that the rules could not place.",
            ))
            .to_owned(),
            tag(
                "attention",
                IconName::CircleAlert,
                t(Text::new("需要处理", "Needs attention")),
            ),
        ));
    }
    if let Some(missing) = today.reports_to_chase.filter(|missing| *missing > 0) {
        let day = browser::today(&site.jurisdiction.time_zone);
        organising.push(task(
            reports_address(day, "missing"),
            say!(
                site.language,
                "{missing}家机构今天还没有报送每日情况",
                "{missing} institutions have not reported today"
            ),
            say!(
                site.language,
                "{DUE_HOUR}:00 前报送；未报的可以催报。",
                "Due by {DUE_HOUR}:00; those missing can be asked."
            ),
            tag("soon", IconName::Clock, t(Text::new("未报", "Missing"))),
        ));
    }
    // What stands in one card comes in the order it is due; counts of what waits elsewhere come after it.
    let mut to_do: Vec<AnyView> = today.matters.iter().map(|one| matter(one, site)).collect();
    let organising_tasks = organising.len() as u64;
    to_do.extend(organising);
    let count = today.matters_total + organising_tasks;
    let cards: Vec<AnyView> = [
        to_acknowledge,
        to_pass_on,
        findings(
            Text::new("待复核", "To re-verify"),
            &today.to_re_verify,
            Part::Verifies,
            &[Stage::Rectified],
            site,
        ),
        findings(
            Text::new("待下达整改通知", "Rectification to order"),
            &today.to_order,
            Part::Orders,
            &TO_ORDER,
            site,
        ),
        findings(
            Text::new("逾期待督办", "Late, to press for by letter"),
            &today.late,
            Part::Presses,
            &[],
            site,
        ),
        findings(
            Text::new("待裁定", "To decide"),
            &today.to_decide,
            Part::Orders,
            &TO_DECIDE,
            site,
        ),
        findings(
            // Not the name of a stage, whose number stands below: more stages than that one wait for a plan.
            Text::new("轮到本单位报整改计划", "Plans for you to submit"),
            &today.plans_due,
            Part::Rectifies,
            &PLANS_DUE,
            site,
        ),
        findings(
            Text::new("整改中", "Being rectified"),
            &today.being_rectified,
            Part::Rectifies,
            &BEING_RECTIFIED,
            site,
        ),
        tasks(Text::new("待办", "To do"), count, to_do, None),
    ]
    .into_iter()
    .flatten()
    .collect();
    if cards.is_empty() && today.reports_owed.is_empty() {
        return banner(
            "success",
            t(Text::new(
                "眼下没有等您处理的事项。",
                "Nothing waits for you now.",
            ))
            .to_owned(),
        );
    }
    cards.into_any()
}

/// A number that opens the list it counts.
fn tile(tone: Option<&'static str>, href: String, number: u64, text: &'static str) -> AnyView {
    // Nothing to count is nothing to be alarmed, or pleased, about.
    let tone = tone.filter(|_| number > 0);
    view! { <li data-tone=tone><a href=href><strong>{grouped(number)}</strong>{text}</a></li> }
        .into_any()
}

/// The figures over the reader's scope.
pub fn figures(figures: &Figures, site: &Site) -> AnyView {
    let stages = figures.findings_by_stage.iter().map(|(stage, count)| {
        let tone = match stage {
            Stage::Closed => Some("good"),
            Stage::Rectified | Stage::Reopened | Stage::Disputed => Some("warn"),
            _ => None,
        };
        tile(
            tone,
            format!("/findings?stage={}", stage.code()),
            *count,
            t(stage.title()),
        )
    });
    let key = t(Text::new("重点问题未销号", "Key findings open"));
    let tiles: Vec<AnyView> = std::iter::once(tile(
        Some("key"),
        "/findings?severity=key&stage=open".to_owned(),
        figures.key_findings_open,
        key,
    ))
    .chain(stages)
    .chain([
        tile(
            None,
            "/inspections".to_owned(),
            figures.inspections,
            t(Text::new("次检查", "Inspections")),
        ),
        tile(
            None,
            institutions_in(""),
            figures.institutions,
            t(Text::new("家机构", "Institutions")),
        ),
        tile(
            None,
            institutions_in(""),
            figures.residents,
            t(Text::new("服务对象", "Residents")),
        ),
        tile(
            None,
            institutions_in(""),
            figures.staff,
            t(Text::new("工作人员", "Staff")),
        ),
    ])
    .collect();
    let title = if site.may(Act::See) {
        Text::new("职责范围内", "In your scope")
    } else {
        Text::new("概况", "At a glance")
    };
    view! { <section class="stack"><h2><Icon name=IconName::ChartColumn/>" "{t(title)}</h2><ul class="tiles">{tiles}</ul></section> }
        .into_any()
}
