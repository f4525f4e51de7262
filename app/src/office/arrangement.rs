//! One arrangement: what it says, who wrote and approved it, how it was amended, and the campaigns that carry it out.

use domain::arrangement::{ArrangementCommand, ArrangementContent, ArrangementStage};
use domain::campaign::CampaignCommand;
use domain::command::Command;
use domain::id::{ArrangementId, BodyId, CampaignId};
use domain::{Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::arrangement_form::{Names, Writing, form};
use super::arrangements::{TITLE, stage_tag};
use super::confirmation::Confirmation;
use super::{Site, id_in_address};
use crate::api::arrangement::arrangement;
use crate::api::command::send;
use crate::api::query::checklists;
use crate::api::view::{ArrangementView, ChecklistRow, PendingView, VersionView};
use crate::clock::period_text;
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::browser;
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::history;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Seen, Sending, Work};

const REASON: Text = Text::new("原因", "Reason");

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<ArrangementId>() else {
        return missing();
    };
    let answer = Resource::new(
        || (),
        move |()| async move {
            let view = arrangement(id).await?;
            let rows = checklists().await?;
            Ok((view, rows))
        },
    );
    let done = Callback::new(move |()| answer.refetch());
    // Stays when the page is drawn anew, to be read anew.
    let returning = RwSignal::new(String::new());
    loaded(
        answer,
        move |(view, rows): (ArrangementView, Vec<ChecklistRow>)| {
            show(&view, &rows, returning, &site, done)
        },
    )
}

fn show(
    view: &ArrangementView,
    checklists: &[ChecklistRow],
    returning: RwSignal<String>,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    // What is sent from the forms of this page is of the arrangement as it is shown.
    provide_context(Seen::last(&view.history));
    let said = view.versions.last().map(|version| &version.content);
    let pending = view.pending.as_ref().map(|pending| &pending.content);
    let Some(content) = said.or(pending) else {
        return missing();
    };
    let name = site.name(&content.title);
    let withdrawn = view.withdrawn.as_ref().map(|reason| {
        let text = say!(site.language, "已撤销：{reason}", "Withdrawn: {reason}");
        banner("warning", text)
    });
    let campaigns: Vec<_> = view
        .campaigns
        .iter()
        .map(|campaign| {
            let address = format!("/campaigns/{}", campaign.id);
            view! { <li><a href=address>{site.name(&campaign.name)}</a></li> }
        })
        .collect();
    let campaigns = (!campaigns.is_empty()).then(|| {
        view! { <section class="stack"><h2>{t(Text::new("据此开展的督查", "Campaigns that carry it out"))}</h2><ul>{campaigns}</ul></section> }
    });
    let versions: Vec<AnyView> = view
        .versions
        .iter()
        .enumerate()
        .rev()
        .map(|(index, version)| one_version(view, version, index, site))
        .collect();
    let record = view.organises.then(|| {
        view! { <details class="card"><summary>{t(Text::new("记录", "Record"))}</summary>{history(&view.history, site)}</details> }
    });
    view! {
        {crumbs("/arrangements", TITLE, name.clone())}
        {head(name, view! { {stage_tag(view.stage)}<span>{content.number.clone()}</span> }, ())}
        {withdrawn}
        {view.pending.as_ref().map(|pending| pending_part(view, pending, checklists, returning, site, done))}
        {versions}
        {campaigns}
        {in_force_acts(view, checklists, site, done)}
        {record}
    }
    .into_any()
}

fn facts(view: &ArrangementView, content: &ArrangementContent, site: &Site) -> AnyView {
    let body = |id: &BodyId| {
        view.bodies
            .get(id)
            .map(|name| site.name(name))
            .unwrap_or_default()
    };
    let partners: Vec<String> = content.partners.iter().map(body).collect();
    let joined = t(Text::new("、", ", "));
    let checklists: Vec<String> = content
        .checklists
        .iter()
        .map(|one| {
            let key = format!("{}/{}", one.checklist, one.version);
            let title = view.checklists.get(&key).map(|title| site.name(title));
            format!("{} · {}", title.unwrap_or_default(), one.version)
        })
        .collect();
    let focus = content
        .focus
        .as_ref()
        .map(|focus| fact(Text::new("重点区", "Focus district"), site.focus(focus)));
    let joint = (!partners.is_empty()).then(|| {
        fact(
            Text::new("联合检查", "Inspects jointly"),
            partners.join(joined),
        )
    });
    let paragraphs: Vec<_> = site
        .name(&content.text)
        .lines()
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    view! {
        <div class="prose">{paragraphs}</div>
        <dl class="facts">
            {fact(Text::new("类型", "Kind"), t(content.kind.title()))}
            {fact(Text::new("方式", "Notice"), t(content.notice_mode.title()))}
            {fact(Text::new("检查对象", "Who is inspected"), t(content.subjects.title()))}
            {fact(Text::new("实施单位", "Authority"), body(&content.authority))}
            {joint}
            {fact(Text::new("期间", "Period"), period_text(content.from, content.to, site.language))}
            {focus}
            {fact(Text::new("检查表", "Checklists"), checklists.join(joined))}
        </dl>
    }
    .into_any()
}

fn one_version(
    view: &ArrangementView,
    version: &VersionView,
    index: usize,
    site: &Site,
) -> AnyView {
    let number = index + 1;
    let is_last = number == view.versions.len();
    let in_force = is_last && view.stage == ArrangementStage::Issued;
    let title = if in_force {
        say!(
            site.language,
            "第{number}版（现行）",
            "Version {number}, in force"
        )
    } else {
        say!(site.language, "第{number}版", "Version {number}")
    };
    let (drafted, approved, at) = (
        site.name(&version.drafted_by),
        site.name(&version.approved_by),
        site.at(version.issued_at),
    );
    let by = say!(
        site.language,
        "{drafted}起草，{approved}审批，{at}印发",
        "Drafted by {drafted}, approved by {approved}, issued {at}"
    );
    let reason = version.reason.as_ref().map(|reason| {
        let text = say!(
            site.language,
            "修订原因：{reason}",
            "Why it was amended: {reason}"
        );
        view! { <p>{text}</p> }
    });
    view! {
        <section class="card">
            <h2>{title}</h2>
            <p>{by}</p>
            {reason}
            {facts(view, &version.content, site)}
        </section>
    }
    .into_any()
}

/// A button that does one thing with the stream as it was read, once that is confirmed.
fn button(
    sending: Sending,
    act: (IconName, Text),
    consequence: Text,
    command: Command,
    done: Callback<()>,
) -> AnyView {
    let sending = sending.called(act.1);
    let act_on = Callback::new(move |()| {
        let command = command.clone();
        let work = move || -> Work { Box::pin(sending.deliver(command)) };
        sending.run(Vec::new(), work, move || done.run(()));
    });
    let consequence = t(consequence).to_owned();
    Confirmation::new("pending-confirm").button(act, None, consequence, act_on)
}

/// A form that asks why, and says what it leads to; `id` is that of the control, `confirm` that of the button that does it.
fn with_reason(
    (id, confirm): (&'static str, &'static str),
    (sending, reason): (Sending, RwSignal<String>),
    (title, consequence): (Text, Text),
    command: impl Fn(String) -> Command + Clone + Send + Sync + 'static,
    done: Callback<()>,
) -> AnyView {
    let confirming = Confirmation::new(confirm);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[(id, REASON, reason)]);
        let command = command(reason.get_untracked());
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        let work = move || -> Work { Box::pin(sending.deliver(command)) };
        sending.run(faults, work, move || {
            reason.try_set(String::new());
            done.run(());
        });
    };
    let is_begun = !reason.with_untracked(|reason| reason.trim().is_empty());
    view! {
        <details open=is_begun>
            <summary>{t(title)}</summary>
            <form class="stack" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area(id, REASON, reason).hint(consequence).view(sending)}
                {confirming.submit(sending, IconName::Send, title, consequence)}
            </form>
        </details>
    }
    .into_any()
}

fn pending_part(
    view: &ArrangementView,
    pending: &PendingView,
    checklists: &[ChecklistRow],
    returning: RwSignal<String>,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let id = view.id;
    let seen = Seen::last(&view.history);
    let asked = move |command| Command::Arrangement { id, command };
    let own = pending.drafted_by.id == site.viewer.person;
    let sending = Sending::of_what_was_read("pending-errors", seen, done);
    let title = if view.versions.is_empty() {
        Text::new("草稿", "Draft")
    } else {
        Text::new("修订稿", "Amendment")
    };
    let drafted = site.name(&pending.drafted_by.name);
    let by = say!(site.language, "{drafted}起草", "Drafted by {drafted}");
    let waits = match (&pending.approved_by, &pending.returned) {
        (Some(_), _) => Text::new("待印发", "To be issued"),
        (None, Some(_)) => Text::new("已退回", "Returned"),
        (None, None) => Text::new("待审批", "Waits for approval"),
    };
    let approved = pending.approved_by.as_ref().map(|name| {
        let name = site.name(name);
        banner(
            "success",
            say!(site.language, "{name}已审批", "Approved by {name}"),
        )
    });
    let returned = pending.returned.as_ref().map(|reason| {
        banner(
            "warning",
            say!(site.language, "退回修改：{reason}", "Returned: {reason}"),
        )
    });
    let act = if pending.approved_by.is_some() {
        button(
            sending,
            (IconName::Megaphone, Text::new("印发", "Issue")),
            Text::new(
                "印发后即为现行，督查据此建立；不能收回，只能修订或撤销。",
                "It is in force from now on, and campaigns are begun on it. It is not taken back, only amended or withdrawn.",
            ),
            asked(ArrangementCommand::Issue),
            done,
        )
    } else if own {
        banner(
            "info",
            t(Text::new(
                "等待他人审批：起草人不能审批自己的稿件。",
                "It waits for somebody else: nobody approves what they wrote.",
            ))
            .to_owned(),
        )
    } else {
        button(
            sending,
            (IconName::Check, Text::new("审批通过", "Approve")),
            Text::new(
                "以您的名义审批通过，随后可以印发；印发前仍可退回修改。",
                "It is approved in your name and may then be issued; until it is issued it can still be returned.",
            ),
            asked(ArrangementCommand::Approve),
            done,
        )
    };
    let give_back = (!own).then(|| {
        let command = move |reason| asked(ArrangementCommand::Return { reason });
        with_reason(
            ("return-reason", "return-confirm"),
            (
                Sending::of_what_was_read("return-errors", seen, done),
                returning,
            ),
            (
                Text::new("退回修改", "Return it"),
                Text::new(
                    "退给起草人修改，原因一并告知；改好后重新审批。",
                    "It goes back to who drafted it, with the reason; written anew it is approved anew.",
                ),
            ),
            command,
            done,
        )
    });
    let again = {
        let writing = Writing::Again(id, Box::new(pending.content.clone()));
        let written = Callback::new(move |_: ArrangementId| done.run(()));
        view! {
            <details>
                <summary>{t(Text::new("修改稿件", "Write it anew"))}</summary>
                {form(checklists, site, writing, &Names::of(view), written)}
            </details>
        }
    };
    let reason = pending.reason.as_ref().map(|reason| {
        let text = say!(
            site.language,
            "修订原因：{reason}",
            "Why it is amended: {reason}"
        );
        view! { <p>{text}</p> }
    });
    view! {
        <section class="card">
            <h2>{t(title)}" · "{t(waits)}</h2>
            {sending.summary()}
            {returned}
            {approved}
            <p>{by}</p>
            {reason}
            {facts(view, &pending.content, site)}
            {act}
            {give_back}
            {again}
        </section>
    }
    .into_any()
}

/// What is done with what is in force: begin a campaign, amend, withdraw.
fn in_force_acts(
    view: &ArrangementView,
    checklists: &[ChecklistRow],
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let Some(version) = view
        .versions
        .last()
        .filter(|_| view.organises && view.withdrawn.is_none())
    else {
        return ().into_any();
    };
    let id = view.id;
    let sending = Sending::new("begin-errors");
    let plan = version.content.plan(id);
    let begin = Callback::new(move |()| {
        let Some(plan) = plan.clone() else { return };
        let campaign = CampaignId(Uuid::now_v7());
        let command = Command::Campaign {
            id: campaign,
            command: CampaignCommand::Create(plan),
        };
        let work = move || -> Work { Box::pin(send(command)) };
        sending.run(Vec::new(), work, move || {
            browser::go_to(&format!("/campaigns/{campaign}"));
        });
    });
    let founding = Confirmation::new("begin-confirm").button(
        (
            IconName::ClipboardList,
            Text::new("据此建立督查", "Begin a campaign"),
        ),
        None,
        t(Text::new(
            "按现行稿建立一项督查，建立后不能删除；重复建立会得到两项督查。",
            "A campaign is founded on the version in force and stays in the record; doing it twice makes two.",
        ))
        .to_owned(),
        begin,
    );
    let amend = view.pending.is_none().then(|| {
        let writing = Writing::Amendment(id, Box::new(version.content.clone()));
        let written = Callback::new(move |_: ArrangementId| done.run(()));
        view! {
            <details>
                <summary>{t(Text::new("修订", "Amend it"))}</summary>
                {form(checklists, site, writing, &Names::of(view), written)}
            </details>
        }
    });
    let withdraw = {
        let command = move |reason| Command::Arrangement {
            id,
            command: ArrangementCommand::Withdraw { reason },
        };
        with_reason(
            ("withdraw-reason", "withdraw-confirm"),
            (
                Sending::new("withdraw-errors"),
                RwSignal::new(String::new()),
            ),
            (
                Text::new("撤销", "Withdraw it"),
                Text::new(
                    "不再有效，不能据此再建立督查；已建立的督查和任务不变，需要停止的请逐项取消任务。撤销后不能恢复。",
                    "It is in force no more and no campaign is begun on it. Existing campaigns and visits stay as they are; cancel the visits that are to stop. It cannot be undone.",
                ),
            ),
            command,
            done,
        )
    };
    view! {
        <section class="stack">
            <h2>{t(Text::new("据此办理", "Acts"))}</h2>
            {sending.summary()}
            <div>{founding}</div>
            {amend}
            {withdraw}
        </section>
    }
    .into_any()
}
