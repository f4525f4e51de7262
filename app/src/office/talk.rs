//! One talk: who was in the room, what each body reported, what was demanded, who acknowledged it, and what came of it.

use domain::command::Command;
use domain::id::{BodyId, TalkId};
use domain::record::StreamKind;
use domain::talk::{Consequence, TalkCommand};
use domain::{Text, say};
use leptos::prelude::*;

use super::notices::withdrawn_tag;
use super::talk_change::{Act, acts, changes, requirement_acts, withdrawn};
use super::talk_forms::{link_form, notice_form, report_form, requirement_form};
use super::talks::cancelled_tag;
use super::{Site, id_in_address};
use crate::api::query::{link_choices, list, talk};
use crate::api::view::{
    ConsequenceShown, ConsequenceView, LinkChoices, LinkedBody, NoticeRow, ReportView,
    RequirementBody, RequirementView, TalkView,
};
use crate::i18n::t;
use crate::list::Asked;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::files::attachments;
use crate::widgets::finding_title::found;
use crate::widgets::head::{crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Seen, Sending};
use crate::widgets::tag::{stage_tag, tag};

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<TalkId>() else {
        return missing();
    };
    let organises = site.may(domain::permission::Act::Organise);
    let answer = Resource::new(
        || (),
        move |()| async move {
            let view = talk(id).await?;
            let choices = if organises && view.may_hold {
                link_choices().await?
            } else {
                LinkChoices::default()
            };
            // The newest: what a talk pressed by word of mouth is issued soon after.
            let notices = if organises && view.may_hold && view.notice.is_none() {
                list::<NoticeRow>(Asked::default()).await?.rows
            } else {
                Vec::new()
            };
            Ok((view, choices, notices))
        },
    );
    let record = RecordOf::ask(StreamKind::Talk, id.0);
    let done = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    let talk = loaded(
        answer,
        move |(view, choices, notices): (TalkView, LinkChoices, Vec<NoticeRow>)| {
            show(&view, choices, &notices, &site, done)
        },
    );
    view! { {talk}{record.show()} }.into_any()
}

/// Bodies as a list of names, each the way to its page where the reader may go there.
pub fn bodies(bodies: &[LinkedBody], site: &Site) -> AnyView {
    let comma = t(Text::new("、", ", "));
    let names: Vec<AnyView> = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| {
            let comma = (index > 0).then_some(comma);
            view! { {comma}{site.body(body)} }.into_any()
        })
        .collect();
    names.into_any()
}

fn show(
    talk: &TalkView,
    choices: LinkChoices,
    notices: &[NoticeRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    provide_context(Seen::of(talk.version));
    let plan = &talk.plan;
    let cancelled = talk.cancelled.is_some().then(cancelled_tag);
    let title = site.name(&plan.title);
    let notice = talk.notice.as_ref().map(|notice| {
        let (address, name) = (format!("/notices/{}", notice.id), site.name(&notice.title));
        let withdrawn = notice.withdrawn.then(withdrawn_tag);
        view! { <a href=address>{notice.number.clone()}</a>" "{name}" "{withdrawn} }
    });
    let base = (talk.may_hold && notice.is_none()).then(|| {
        view! {
            <details>
                <summary>{t(Text::new("补充依据的通知", "Name the notice it presses"))}</summary>
                {notice_form(talk.id, notices, done)}
            </details>
        }
    });
    let present = (!talk.present.is_empty())
        .then(|| fact(Text::new("列席", "Sitting by"), bodies(&talk.present, site)));
    let forms = (talk.may_hold && talk.has_begun).then(|| {
        view! {
            <details class="card">
                <summary>{t(Text::new("记录汇报", "Record a report"))}</summary>
                {report_form(talk, site, done)}
            </details>
            <details class="card">
                <summary>{t(Text::new("提出要求", "Make a demand"))}</summary>
                {requirement_form(talk, site, done)}
            </details>
        }
    });
    let waiting = (talk.may_hold && !talk.has_begun).then(|| {
        crate::widgets::head::banner(
            "info",
            t(Text::new(
                "约谈开始后，在这里记录各单位的汇报和提出的要求。",
                "When the talk has begun, reports and requirements are recorded here.",
            ))
            .to_owned(),
        )
    });
    let materials = (!talk.materials.is_empty()).then(|| {
        view! {
            <section class="stack">
                <h2>{t(Text::new("随约谈调阅的材料", "Materials called in with it"))}</h2>
                {super::materials::materials_of(&talk.materials, site)}
            </section>
        }
    });
    let linking = RwSignal::new(None);
    let changing = RwSignal::new(None);
    let requirements: Vec<AnyView> = talk
        .requirements
        .iter()
        .map(|one| requirement(talk, one, &choices, (linking, changing), site, done))
        .collect();
    let none = requirements
        .is_empty()
        .then(|| view! { <p>{t(Text::new("还没有提出要求。", "Nothing was demanded yet."))}</p> });
    view! {
        {crumbs("/talks", Text::new("约谈", "Talks"), title.clone())}
        {head(title, view! { {cancelled}<span>{site.at(plan.at)}</span><span>{plan.place.clone()}</span> }, ())}
        {changes(talk, site)}
        <section class="card">
            <h2>{t(Text::new("要点", "Facts"))}</h2>
            <dl class="facts">
                {fact(Text::new("召集", "Convened by"), bodies(&talk.conveners, site))}
                {present}
                {fact(Text::new("被约谈", "Talked to"), bodies(&talk.attendees, site))}
                {notice.map(|notice| fact(Text::new("依据的通知", "Pressing the notice"), notice))}
            </dl>
            {base}
        </section>
        {waiting}
        {acts(talk, site, done)}
        <section class="stack">
            <h2>{t(Text::new("要求", "Requirements"))}</h2>
            {none}
            {requirements}
        </section>
        <section class="card">
            <h2>{t(Text::new("听取的汇报", "Reports heard"))}</h2>
            {reports(talk, site)}
        </section>
        {forms}
        {materials}
    }
    .into_any()
}

fn reports(talk: &TalkView, site: &Site) -> AnyView {
    let heard = |report: &ReportView| {
        let paragraphs: Vec<_> = report
            .account
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| view! { <p>{line.to_owned()}</p> })
            .collect();
        let by = site.name(&report.recorded_by.name);
        let recorded = say!(site.language, "记录人 {by}", "recorded by {by}");
        view! {
            <li data-state="closed">
                <Icon name=IconName::FileText/>
                <div>
                    <header><strong>{site.body(&report.body)}</strong><span>{recorded}</span><time>{site.at(report.at)}</time></header>
                    {paragraphs}
                    {attachments(&report.attachments)}
                </div>
            </li>
        }
    };
    let unheard = |body: &LinkedBody| {
        view! {
            <li>
                <Icon name=IconName::Clock/>
                <div><header><strong>{site.body(body)}</strong><span>{t(Text::new("尚未听取汇报", "Not heard yet"))}</span></header></div>
            </li>
        }
    };
    let heard: Vec<_> = talk.reports.iter().map(heard).collect();
    let waiting: Vec<_> = talk.unheard.iter().map(unheard).collect();
    view! { <ol class="timeline">{heard}{waiting}</ol> }.into_any()
}

fn requirement(
    talk: &TalkView,
    one: &RequirementView,
    choices: &LinkChoices,
    (linking, changing): (RwSignal<Option<u32>>, RwSignal<Option<Act>>),
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let number = one.number;
    let heading = say!(site.language, "第{number}项", "Requirement {number}");
    let line = one
        .requirement
        .line
        .map_or(Text::new("三条责任线", "All three lines"), |line| {
            domain::finding::line_title(line)
        });
    let due = one.requirement.due.map(|due| {
        let at = site.at(due);
        let words = say!(site.language, "{at} 前完成", "by {at}");
        view! { <span>{words}</span> }
    });
    let came = (one.found > 0).then(|| {
        let (found, closed) = (one.found, one.closed);
        let words = say!(
            site.language,
            "由此发现问题{found}个，已销号{closed}个。",
            "{found} findings came of it, {closed} of them closed."
        );
        view! { <p>{words}</p> }
    });
    // Of one that got another day meanwhile the day is read first.
    let seen = Seen::of(talk.version);
    let sending = Sending::of_what_was_read("requirement-errors", seen, done);
    let bodies: Vec<AnyView> = one
        .bodies
        .iter()
        .map(|body| acknowledgement(talk.id, one, body, site, sending, done))
        .collect();
    let unlinking = RwSignal::new(None::<Consequence>);
    let links: Vec<AnyView> = one
        .consequences
        .iter()
        .map(|to| {
            consequence(
                to,
                talk.may_hold && one.withdrawn.is_none(),
                unlinking,
                site,
            )
        })
        .collect();
    let stands = one.withdrawn.is_none();
    let none = (stands && links.is_empty()).then(|| {
        view! { <li><Icon name=IconName::TriangleAlert/><span>{t(Text::new("还没有关联检查或问题。", "Not linked to any check or finding yet."))}</span></li> }
    });
    let id = talk.id;
    let link = (talk.may_hold && stands).then(|| {
        view! {
            <details>
                <summary>{t(Text::new("关联检查或问题", "Link to a check or a finding"))}</summary>
                {link_form(id, number, choices.clone(), linking, site, done)}
            </details>
        }
    });
    view! {
        <section class="card" id=format!("requirement-{number}")>
            <h3>{heading}</h3>
            {withdrawn(one, site)}
            <p><strong>{site.name(&one.requirement.text)}</strong></p>
            <p class="row"><span>{t(line)}</span>{due}</p>
            {sending.summary()}
            <ul class="files">{bodies}</ul>
            <h4>{t(Text::new("关联", "Linked to"))}</h4>
            <ul class="files">{none}{links}</ul>
            {move || unlinking.get().map(|to| unlink_form(id, number, to, unlinking, done))}
            {came}
            {link}
            {requirement_acts(talk, one, changing, site, done)}
        </section>
    }
    .into_any()
}

/// One body a requirement is put to: who acknowledged it and when, or the act.
fn acknowledgement(
    talk: TalkId,
    one: &RequirementView,
    asked: &RequirementBody,
    site: &Site,
    sending: Sending,
    done: Callback<()>,
) -> AnyView {
    let (requirement, body): (u32, BodyId) = (one.number, asked.body.id);
    let name = site.name(&asked.body.name);
    let state = if let Some((by, at)) = &asked.acknowledged {
        let (by, at) = (site.name(&by.name), site.at(*at));
        let words = say!(
            site.language,
            "{by} 于 {at} 确认",
            "Acknowledged by {by}, {at}"
        );
        let earlier = asked.outdated.then(|| {
            let words = Text::new("确认的是调整前的期限", "Of the day before it was moved");
            tag("soon", IconName::RotateCcw, t(words))
        });
        view! { <small>{words}</small>" "{earlier} }.into_any()
    } else if one.withdrawn.is_some() {
        ().into_any()
    } else {
        tag(
            "attention",
            IconName::Clock,
            t(Text::new("待确认", "Awaited")),
        )
    };
    let act = asked.may_acknowledge.then(|| {
        let label = say!(
            site.language,
            "确认第{requirement}项要求：{name}",
            "Acknowledge requirement {requirement} for {name}"
        );
        let acknowledge = move |_| {
            let command = Command::Talk {
                id: talk,
                command: TalkCommand::Acknowledge { requirement, body },
            };
            sending.run_command(Vec::new(), Some(command), move || done.run(()));
        };
        view! {
            <button class="button" type="button" aria-label=label on:click=acknowledge>
                <Icon name=IconName::Check/>{t(Text::new("确认", "Acknowledge"))}
            </button>
        }
    });
    let icon = if asked.acknowledged.is_some() {
        IconName::CircleCheck
    } else {
        IconName::CircleDashed
    };
    view! { <li><Icon name=icon/><span>{site.body(&asked.body)}" "{state}</span>{act}</li> }
        .into_any()
}

fn consequence(
    to: &ConsequenceView,
    may_unlink: bool,
    unlinking: RwSignal<Option<Consequence>>,
    site: &Site,
) -> AnyView {
    let (icon, shown, name) = match &to.shown {
        ConsequenceShown::Campaign { id, name } => {
            let (address, name) = (format!("/campaigns/{id}"), site.name(name));
            let shown =
                view! { {t(Text::new("督查", "Campaign"))}" · "<a href=address>{name.clone()}</a> };
            (IconName::ClipboardList, shown.into_any(), name)
        }
        ConsequenceShown::Item { title } => {
            let title = site.name(title);
            let (address, code) = match &to.to {
                Some(Consequence::Item {
                    checklist,
                    version,
                    code,
                    ..
                }) => (format!("/checklists/{checklist}/{version}"), code.clone()),
                _ => Default::default(),
            };
            let shown = view! { {t(Text::new("检查项", "Item"))}" · "<a href=address>{code.clone()}</a>" "{title} };
            (IconName::ListChecks, shown.into_any(), code)
        }
        ConsequenceShown::Finding(row) => {
            let (address, name) = (format!("/findings/{}", row.id), found(row, site));
            let body = site.name(&row.body.name);
            let shown = view! { {t(Text::new("问题", "Finding"))}" · "<a href=address>{name.clone()}</a>" "{body}" "{stage_tag(row.stage)} };
            (IconName::Flag, shown.into_any(), name)
        }
        ConsequenceShown::Hidden => {
            let words = t(Text::new(
                "已关联，不在您的职责范围内",
                "Linked, but outside your scope",
            ));
            (IconName::Lock, words.into_any(), String::new())
        }
    };
    let act = to.to.clone().filter(|_| may_unlink).map(|target| {
        let label = say!(site.language, "取消关联：{name}", "Unlink: {name}");
        let ask = move |_| {
            unlinking.set(Some(target.clone()));
            crate::widgets::browser::focus_later("unlink-reason");
        };
        view! {
            <button class="button" data-kind="quiet" type="button" aria-label=label on:click=ask>
                <Icon name=IconName::X/>
            </button>
        }
    });
    view! { <li><Icon name=icon/><span>{shown}</span>{act}</li> }.into_any()
}

fn unlink_form(
    talk: TalkId,
    requirement: u32,
    to: Consequence,
    unlinking: RwSignal<Option<Consequence>>,
    done: Callback<()>,
) -> AnyView {
    const REASON: Text = Text::new("取消关联的原因", "Why it is unlinked");
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("unlink-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("unlink-reason", REASON, reason)]);
        let command = Command::Talk {
            id: talk,
            command: TalkCommand::Unlink {
                requirement,
                to: to.clone(),
                reason: reason.get_untracked(),
            },
        };
        sending.run_command(faults, Some(command), move || {
            unlinking.try_set(None);
            done.run(());
        });
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("unlink-reason", REASON, reason).view(sending)}
            <div class="row">
                {sending.submit(IconName::X, Text::new("取消关联", "Unlink"))}
                <button class="button" type="button" on:click=move |_| unlinking.set(None)>{t(Text::new("保留", "Keep it"))}</button>
            </div>
        </form>
    }
    .into_any()
}
