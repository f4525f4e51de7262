//! Directive → talk → body → check → finding → closure, and whatever lacks a link, with what to do about it.

use domain::finding::Stage;
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Site;
use super::notices::withdrawn_tag;
use super::talks::{Part, cancelled_tag, lists};
use crate::api::query::trace;
use crate::api::view::{
    FindingRow, Orphan, OrphanGroup, OrphanStep, RequirementFilter, TraceDirective,
    TraceRequirement, TraceTalk, TraceView,
};
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::address::with_query;
use crate::widgets::figure::grouped;
use crate::widgets::filters::Filter;
use crate::widgets::head::{banner, crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::list::{List, export, list};
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, figure, figure_link, number, row, table};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| trace());
    let title = t(Text::new("要求追溯", "From the directive to the closure")).to_owned();
    let chain = t(Text::new(
        "通知 → 约谈 → 单位 → 检查 → 问题 → 销号",
        "Directive → talk → body → check → finding → closure",
    ));
    view! {
        {head(title, view! { <span>{chain}</span> }, ())}
        {lists(Part::Trace, &site)}
        {loaded(answer, move |view: TraceView| show(&view, &site))}
    }
    .into_any()
}

impl Listed for Orphan {
    const LIST: &'static str = "orphans";

    fn columns() -> Vec<Column<Orphan>> {
        vec![
            Column::text("title", Text::new("断链处", "Gap"), |orphan, site| {
                site.name(&orphan.title).into()
            }),
            Column::text(
                "step",
                Text::new("缺什么", "What is missing"),
                |orphan: &Orphan, _| t(words(orphan.step).0).into(),
            ),
            Column::text(
                "advice",
                Text::new("怎么办", "What to do"),
                |orphan: &Orphan, _| t(words(orphan.step).1).into(),
            )
            .unsorted(),
        ]
    }

    fn key(&self) -> String {
        format!("{:08}", self.index)
    }

    fn address(&self) -> Option<String> {
        Some(self.address.clone())
    }
}

/// All gaps in the chain but findings, which have their own list.
pub fn orphans_page() -> AnyView {
    const TITLE: Text = Text::new("断链清单", "Gaps in the chain");
    let steps = OrphanStep::ALL.into_iter();
    let steps = steps.filter(|step| *step != OrphanStep::FindingWithoutRequirement);
    let gaps = List::<Orphan> {
        path: "/talks/trace/orphans".to_owned(),
        title: TITLE,
        filter: Text::new("筛选断链", "Filter gaps"),
        filters: vec![Filter::choice(
            "step",
            Text::new("缺什么", "What is missing"),
            steps
                .map(|step| (step.code().to_owned(), t(words(step).0).to_owned()))
                .collect(),
        )],
        search: Text::new("名称", "Name"),
        none: Text::new("没有符合条件的断链。", "No gap matches."),
        acts: Vec::new(),
    };
    let trace = Text::new("要求追溯", "From the directive to the closure");
    view! {
        {crumbs("/talks/trace", trace, t(TITLE).to_owned())}
        {head(t(TITLE).to_owned(), (), ())}
        {list(gaps)}
    }
    .into_any()
}

/// The filter of a list by the requirement its rows come of, where the reader sees what requirements lead to: a requirement is
/// chosen on the page that counts them, and stays chosen.
pub fn requirement_filter(site: &Site, with_none: bool) -> Option<Filter> {
    if !site.sees_campaigns() {
        return None;
    }
    let asked = use_query_map().with_untracked(|query| query.get("requirement"));
    let chosen = asked.and_then(|asked| match RequirementFilter::from_code(&asked)? {
        RequirementFilter::Of { number, .. } => {
            let words = say!(
                site.language,
                "约谈第{number}项要求",
                "Requirement {number} of a talk"
            );
            Some((asked, words))
        }
        RequirementFilter::None => None,
    });
    let none = with_none.then(|| {
        let words = t(Text::new("没有关联要求", "None leads to it"));
        (RequirementFilter::None.code(), words.to_owned())
    });
    let values = none.into_iter().chain(chosen).collect();
    Some(Filter::choice(
        "requirement",
        Text::new("约谈要求", "Requirement"),
        values,
    ))
}

fn show(view: &TraceView, site: &Site) -> AnyView {
    let total: u64 = view.orphans.iter().map(|group| group.total).sum();
    let verdict = if total == 0 {
        banner(
            "success",
            t(Text::new(
                "链条完整：每一环都有上下文。",
                "The chain is whole: nothing stands without what comes before and after it.",
            ))
            .to_owned(),
        )
    } else {
        let total = grouped(total);
        banner(
            "warning",
            say!(
                site.language,
                "有{total}处断链，列在下面，并写明怎么办。",
                "{total} gaps in the chain, listed below with what to do."
            ),
        )
    };
    let directives: Vec<AnyView> = view
        .directives
        .iter()
        .map(|one| directive(one, site))
        .collect();
    let none = directives.is_empty().then(|| {
        view! { <p>{t(Text::new("还没有约谈，链条从约谈开始延伸。", "There has been no talk yet; the chain goes on from there."))}</p> }
    });
    let orphans: Vec<AnyView> = view
        .orphans
        .iter()
        .map(|group| orphans(group, site))
        .collect();
    view! {
        {verdict}
        {none}
        {directives}
        {orphans}
    }
    .into_any()
}

fn directive(one: &TraceDirective, site: &Site) -> AnyView {
    let heading = match &one.notice {
        Some(notice) => {
            let address = format!("/notices/{}", notice.id);
            let receipts = format!("/notices/{}/receipts", notice.id);
            let counts = format!(
                "{} / {}",
                grouped(one.receipts.into()),
                grouped(one.addressees.into())
            );
            view! {
                <h2><a href=address>{site.name(&notice.title)}</a></h2>
                <p class="row"><span>{notice.number.clone()}</span>{notice.withdrawn.then(withdrawn_tag)}
                    <span>{t(Text::new("签收", "Receipts"))}" "<a href=receipts>{counts}</a></span></p>
            }
            .into_any()
        }
        None => {
            view! { <h2>{t(Text::new("没有关联通知的约谈", "Talks that press no notice"))}</h2> }
                .into_any()
        }
    };
    let talks: Vec<AnyView> = one.talks.iter().map(|one| talk(one, site)).collect();
    view! { <section class="stack">{heading}{talks}</section> }.into_any()
}

fn talk(talk: &TraceTalk, site: &Site) -> AnyView {
    let columns = [
        number(t(Text::new("序号", "Number"))),
        column(t(Text::new("要求", "Requirement"))),
        column(t(Text::new("单位", "Bodies"))),
        column(t(Text::new("检查", "Checks"))),
        number(t(Text::new("检查次数", "Inspections"))),
        number(t(Text::new("发现问题", "Findings"))),
        number(t(Text::new("已销号", "Closed"))),
    ];
    let id = talk.id;
    let line = |one: &TraceRequirement| {
        let requirement = RequirementFilter::Of {
            talk: id,
            number: one.number,
        };
        let requirement = requirement.code();
        // Each count leads to what it counts.
        let count = |number: u32, list: &str, stage: &str| {
            let address = with_query(list, &[("requirement", &requirement), ("stage", stage)]);
            figure_link(address, grouped(number.into()))
        };
        let address = format!("/talks/{id}#requirement-{}", one.number);
        row(vec![
            figure(one.number),
            view! { <th scope="row"><a href=address rel="external">{site.name(&one.text)}</a>" "{one.withdrawn.then(withdrawn_tag)}</th> }.into_any(),
            cell(bodies(one, site)),
            cell(checks(one, site)),
            count(one.inspections, "/inspections", ""),
            count(one.found, "/findings", ""),
            count(one.closed, "/findings", Stage::Closed.code()),
        ])
    };
    let (title, at) = (site.name(&talk.title), site.at(talk.at));
    let none = t(Text::new("还没有提出要求。", "Nothing was demanded yet."));
    let label = title.clone();
    view! {
        <h3><a href=format!("/talks/{id}")>{title}</a>" "<small>{at}</small>" "{talk.cancelled.then(cancelled_tag)}</h3>
        {table(&label, &columns, talk.requirements.iter().map(line).collect(), none)}
    }
    .into_any()
}

/// Each body with whether it acknowledged, in words and not by colour alone.
fn bodies(one: &TraceRequirement, site: &Site) -> AnyView {
    let body = |(body, acknowledged): &(crate::api::view::LinkedBody, bool)| {
        let (icon, word) = if *acknowledged {
            (IconName::CircleCheck, Text::new("已确认", "acknowledged"))
        } else if one.withdrawn {
            (IconName::Minus, Text::new("未确认", "not acknowledged"))
        } else {
            (IconName::CircleDashed, Text::new("待确认", "awaited"))
        };
        view! { <li><Icon name=icon/>" "{site.body(body)}" "<small>{t(word)}</small></li> }
    };
    let items: Vec<_> = one.bodies.iter().map(body).collect();
    view! { <ul class="plain">{items}</ul> }.into_any()
}

fn checks(one: &TraceRequirement, site: &Site) -> AnyView {
    if one.campaigns.is_empty() && one.items.is_empty() {
        if one.withdrawn {
            return "—".into_any();
        }
        return tag(
            "attention",
            IconName::TriangleAlert,
            t(Text::new("未关联检查", "No check")),
        );
    }
    let campaigns: Vec<_> = one
        .campaigns
        .iter()
        .map(|campaign| {
            view! { <li><a href=format!("/campaigns/{}", campaign.id)>{site.name(&campaign.name)}</a></li> }
        })
        .collect();
    let items = (!one.items.is_empty()).then(|| {
        let codes = one.items.join(t(Text::new("、", ", ")));
        view! { <li>{t(Text::new("检查项", "Items"))}" "{codes}</li> }
    });
    view! { <ul class="plain">{campaigns}{items}</ul> }.into_any()
}

/// What is missing, and what to do about it.
const fn words(step: OrphanStep) -> (Text, Text) {
    match step {
        OrphanStep::DirectiveWithoutTalk => (
            Text::new("没有约谈的通知", "Notices that no talk presses"),
            Text::new(
                "召集约谈时选择“依据的通知”。",
                "Convene a talk and choose the notice it presses.",
            ),
        ),
        OrphanStep::TalkWithoutDirective => (
            Text::new("没有依据通知的约谈", "Talks that press no notice"),
            Text::new(
                "打开约谈，补充依据的通知；如为口头布置，先补发通知。",
                "Open the talk and name the notice it presses; where the directive was given by word of mouth, issue it first.",
            ),
        ),
        OrphanStep::TalkWithoutRequirement => (
            Text::new("没有提出要求的约谈", "Talks without a requirement"),
            Text::new(
                "打开约谈，逐条提出要求。",
                "Open the talk and make the demands one by one.",
            ),
        ),
        OrphanStep::BodyNotHeard => (
            Text::new("没有听取汇报的单位", "Bodies that were not heard"),
            Text::new(
                "打开约谈，记录该单位的汇报。",
                "Open the talk and record the body’s report.",
            ),
        ),
        OrphanStep::BodyWithoutRequirement => (
            Text::new("没有被提出要求的单位", "Bodies nothing is demanded of"),
            Text::new(
                "打开约谈，提出针对该单位的要求。",
                "Open the talk and put a requirement to the body.",
            ),
        ),
        OrphanStep::RequirementNotAcknowledged => (
            Text::new("没有确认的要求", "Requirements not acknowledged"),
            Text::new(
                "请该单位打开约谈确认，或电话催办。",
                "Have the body open the talk and acknowledge it.",
            ),
        ),
        OrphanStep::RequirementWithoutCheck => (
            Text::new("没有关联检查的要求", "Requirements nobody looks into"),
            Text::new(
                "打开约谈，把要求关联到督查或检查项。",
                "Open the talk and link the requirement to a campaign or an item.",
            ),
        ),
        OrphanStep::CheckWithoutRequirement => (
            Text::new(
                "没有关联要求的督查",
                "Campaigns that look into no requirement",
            ),
            Text::new(
                "在约谈的要求下关联这项督查。",
                "Link the campaign under a requirement of a talk.",
            ),
        ),
        OrphanStep::CheckWithoutInspection => (
            Text::new("还没有检查记录的督查", "Campaigns without an inspection"),
            Text::new(
                "打开督查，安排任务并完成检查。",
                "Open the campaign, assign visits and have them made.",
            ),
        ),
        OrphanStep::FindingWithoutRequirement => (
            Text::new(
                "没有关联要求的问题",
                "Findings that no requirement leads to",
            ),
            Text::new(
                "在约谈的要求下关联该问题，或关联它的督查和检查项。",
                "Link the finding, or its campaign and item, under a requirement of a talk.",
            ),
        ),
    }
}

fn orphans(group: &OrphanGroup, site: &Site) -> AnyView {
    let (title, what_to_do) = words(group.step);
    let columns = [
        column(t(title)),
        column(t(Text::new("怎么办", "What to do"))),
    ];
    let line = |orphan: &Orphan| {
        row(vec![
            view! { <th scope="row"><a href=orphan.address.clone() rel="external">{site.name(&orphan.title)}</a></th> }.into_any(),
            brief(t(what_to_do)),
        ])
    };
    let total = group.total;
    let (path, asked) = group.step.list();
    let address = asked.address(path);
    let more = (group.shown.len() as u64) < total;
    let more = more.then(|| {
        let shown = group.shown.len();
        let words = say!(
            site.language,
            "只列出前{shown}项，共{total}项。",
            "The first {shown} of {total} are shown."
        );
        view! { <p>{words}</p> }
    });
    // All of the group, and not only the first of it.
    let file = match group.step {
        OrphanStep::FindingWithoutRequirement => export::<FindingRow>(&asked, total),
        _ => export::<Orphan>(&asked, total),
    };
    view! {
        <section class="stack">
            <h2>{t(title)}" "<a href=address>"("{grouped(total)}")"</a></h2>
            {table(t(title), &columns, group.shown.iter().map(line).collect(), "")}
            {more}
            {file}
        </section>
    }
    .into_any()
}
