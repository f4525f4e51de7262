//! What is recorded in a talk: the notice it presses, a report heard, a demand made, and what a demand leads to.

use domain::command::Command;
use domain::finding::line_title;
use domain::id::{BodyId, TalkId};
use domain::talk::{Consequence, Report, Requirement, TalkCommand};
use domain::{Text, say};
use form::Line;
use leptos::prelude::*;

use super::Site;
use super::level::{notice_choices, read_notice};
use crate::api::view::{LinkChoices, NoticeRow, TalkView};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::files::FileInput;
use crate::widgets::finding_title::found;
use crate::widgets::icon::IconName;
use crate::widgets::sending::{Fault, Sending};
use crate::widgets::texts::typed;
use crate::widgets::ticks::ticks;

const ACCOUNT: Text = Text::new("汇报内容", "What was reported");
const TEXT: Text = Text::new("要求（中文）", "Requirement in Chinese");
const TEXT_ENGLISH: Text = Text::new("要求（英文）", "Requirement in English");
pub const DUE: Text = Text::new("完成期限", "To be carried out by");

/// The attending bodies by id and name.
fn attendees(talk: &TalkView, site: &Site) -> Vec<(String, String)> {
    talk.attendees
        .iter()
        .map(|body| (body.id.to_string(), site.name(&body.name)))
        .collect()
}

/// The notice that a talk convened without one presses.
pub fn notice_form(talk: TalkId, notices: &[NoticeRow], done: Callback<()>) -> AnyView {
    const NOTICE: Text = Text::new("依据的通知", "Pressing the notice");
    let notice = RwSignal::new(String::new());
    let sending = Sending::new("talk-notice-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let chosen = read_notice("talk-notice", notice);
        let command = chosen.map_err(|fault| faults.push(fault)).ok();
        let command = command.map(|notice| Command::Talk {
            id: talk,
            command: TalkCommand::BaseOn { notice },
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    let none = (String::new(), t(Text::new("请选择", "Choose")).to_owned());
    let choices = std::iter::once(none)
        .chain(notice_choices(notices))
        .collect();
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("talk-notice", NOTICE, Control::Choice(choices), notice)
                .hint(Text::new("定下后不能更改。", "Once named it does not change."))
                .view(sending)}
            {sending.submit(IconName::Link, Text::new("确定依据", "Name it"))}
        </form>
    }
    .into_any()
}

pub fn report_form(talk: &TalkView, site: &Site, done: Callback<()>) -> AnyView {
    let id = talk.id;
    let [body, account] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let first = talk.unheard.first().or_else(|| talk.attendees.first());
    body.set(first.map(|body| body.id.to_string()).unwrap_or_default());
    let files = FileInput::new("report-files", Text::new("附件", "Attachments"));
    let sending = Sending::new("report-errors")
        .for_more()
        .kept(&format!("talks/{id}/report"));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("report-account", ACCOUNT, account)]);
        let report = body
            .with_untracked(|body| body.parse::<BodyId>())
            .map(|body| Report {
                body,
                account: account.get_untracked(),
                attachments: files.taken(),
            });
        let command = report.ok().map(|report| Command::Talk {
            id,
            command: TalkCommand::HearReport(report),
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    let bodies = Control::Choice(attendees(talk, site));
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("report-body", Text::new("汇报单位", "Body"), bodies, body).view(sending)}
            {Ask::area("report-account", ACCOUNT, account).view(sending)}
            {files.view(sending, true)}
            {sending.submit(IconName::Send, Text::new("记录汇报", "Record the report"))}
        </form>
    }
    .into_any()
}

const LINES: [(&str, Line); 3] = [
    ("main", Line::Main),
    ("regulatory", Line::Regulatory),
    ("oversight", Line::Oversight),
];

pub fn requirement_form(talk: &TalkView, site: &Site, done: Callback<()>) -> AnyView {
    let id = talk.id;
    let [text, text_english, line, due] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let all = attendees(talk, site);
    let bodies = RwSignal::new(all.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
    let sending = Sending::new("demand-errors")
        .for_more()
        .kept(&format!("talks/{id}/demand"));
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let words = typed(&text.get_untracked(), &text_english.get_untracked());
        if words.is_empty() {
            faults.extend(empty_faults(&[("demand-text", TEXT, text)]));
        }
        let asked: Vec<BodyId> = bodies
            .with_untracked(|bodies| bodies.iter().filter_map(|body| body.parse().ok()).collect());
        if asked.is_empty() {
            faults.push(Fault {
                field: Some("demand-bodies"),
                text: t(Text::new(
                    "请选择该要求针对的单位",
                    "Choose the bodies it is put to",
                ))
                .to_owned(),
            });
        }
        let by = if due.with_untracked(|due| due.trim().is_empty()) {
            None
        } else {
            read_moment("demand-due", DUE, due, &zone)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        let code = line.get_untracked();
        let requirement = Requirement {
            text: words,
            line: LINES
                .into_iter()
                .find(|(known, _)| *known == code)
                .map(|(_, line)| line),
            bodies: asked,
            due: by,
        };
        let command = Command::Talk {
            id,
            command: TalkCommand::SetRequirement(requirement),
        };
        sending.run_command(faults, Some(command), move || {
            // The next demand is another one.
            for own in [text, text_english, line, due] {
                own.set(String::new());
            }
            done.run(());
        });
    };
    let whole = Text::new("三条责任线", "All three lines");
    let lines = std::iter::once((String::new(), t(whole).to_owned()))
        .chain(LINES.map(|(code, line)| (code.to_owned(), t(line_title(line)).to_owned())))
        .collect();
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("demand-text", TEXT, text).view(sending)}
            {Ask::area("demand-text-english", TEXT_ENGLISH, text_english).optional().view(sending)}
            {Ask::new("demand-line", Text::new("责任线", "Line of responsibility"), Control::Choice(lines), line).view(sending)}
            {ticks("demand-bodies", Text::new("针对的单位", "Put to"), None, all, bodies, sending)}
            {Ask::new("demand-due", DUE, Control::Moment, due).optional().view(sending)}
            {sending.submit(IconName::Send, Text::new("提出要求", "Make the demand"))}
        </form>
    }
    .into_any()
}

/// One is open at a time: their controls have the same names.
pub fn link_form(
    talk: TalkId,
    requirement: u32,
    choices: LinkChoices,
    linking: RwSignal<Option<u32>>,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let is_open = move || linking.get() == Some(requirement);
    let site = site.clone();
    let form = move || is_open().then(|| chosen_link(talk, requirement, &choices, &site, done));
    view! {
        {form}
        {move || (!is_open()).then(|| view! {
            <button class="button" type="button" on:click=move |_| linking.set(Some(requirement))>{t(Text::new("选择", "Choose"))}</button>
        })}
    }
    .into_any()
}

fn chosen_link(
    talk: TalkId,
    requirement: u32,
    choices: &LinkChoices,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let chosen = RwSignal::new(String::new());
    let sending = Sending::new("link-errors");
    let mut targets: Vec<(Consequence, String)> = Vec::new();
    for campaign in &choices.campaigns {
        let name = site.name(&campaign.name);
        let words = say!(site.language, "督查：{name}", "Campaign: {name}");
        targets.push((Consequence::Campaign(campaign.id), words));
    }
    for item in &choices.items {
        let (code, title) = (&item.code, site.name(&item.title));
        let words = say!(
            site.language,
            "检查项：{code} {title}",
            "Item: {code} {title}"
        );
        targets.push((item.to.clone(), words));
    }
    for row in &choices.findings {
        let (body, what) = (site.name(&row.body.name), found(row, site));
        let words = say!(
            site.language,
            "问题：{body}，{what}",
            "Finding: {body}, {what}"
        );
        targets.push((Consequence::Finding(row.id), words));
    }
    let options = std::iter::once((String::new(), t(Text::new("请选择", "Choose")).to_owned()))
        .chain(
            targets
                .iter()
                .enumerate()
                .map(|(index, (_, words))| (index.to_string(), words.clone())),
        )
        .collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let target = chosen
            .get_untracked()
            .parse::<usize>()
            .ok()
            .and_then(|index| targets.get(index).map(|(to, _)| to.clone()));
        let mut faults = Vec::new();
        if target.is_none() {
            faults.push(Fault {
                field: Some("link-target"),
                text: t(Text::new(
                    "请选择要关联的督查、检查项或问题",
                    "Choose a campaign, an item or a finding",
                ))
                .to_owned(),
            });
        }
        let command = target.map(|to| Command::Talk {
            id: talk,
            command: TalkCommand::Link { requirement, to },
        });
        sending.run_command(faults, command, move || done.run(()));
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("link-target", Text::new("督查、检查项或问题", "Campaign, item or finding"), Control::Choice(options), chosen)
                .hint(Text::new("问题只列出还没有关联任何要求的。", "Of findings, those that no requirement leads to yet."))
                .view(sending)}
            {sending.submit(IconName::Link, Text::new("关联", "Link"))}
        </form>
    }
    .into_any()
}
