//! One notice: what it says, how it was passed on, and the receipts and passings-on that wait for the reader.

use domain::command::Command;
use domain::id::{BodyId, NoticeId};
use domain::notice::NoticeCommand;
use domain::permission::Act;
use domain::record::StreamKind;
use domain::{Text, say};
use leptos::prelude::*;

use super::levels::{area, state};
use super::notice_change::{acts, changes};
use super::notices::{overdue_tag, withdrawn_tag};
use super::{Site, id_in_address};
use crate::api::query::notice;
use crate::api::view::{
    AwaitedReceipt, ChainStep, GivenReceipt, LevelRow, NoticeView, PassingOffer,
};
use crate::i18n::t;
use crate::widgets::figure::grouped;
use crate::widgets::files::attachments;
use crate::widgets::head::{banner, crumbs, fact, head};
use crate::widgets::history::RecordOf;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::{loaded, missing};
use crate::widgets::sending::{Fault, Seen, Sending};
use crate::widgets::tag::tag;

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<NoticeId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| notice(id));
    let record = RecordOf::ask(StreamKind::Notice, id.0);
    let done = Callback::new(move |()| {
        answer.refetch();
        record.ask_again();
    });
    view! {
        {loaded(answer, move |view| show(&view, &site, done))}
        {record.show()}
    }
    .into_any()
}

/// The pages of one notice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Text,
    Receipts,
    Transmission,
}

/// The ways between them.
pub fn tabs(id: NoticeId, here: Part) -> AnyView {
    let tab = |part: Part, address: String, text: Text| {
        let current = (part == here).then_some("page");
        view! { <a href=address aria-current=current>{t(text)}</a> }
    };
    view! {
        <nav class="tabs" aria-label=t(Text::new("通知的各页", "Pages of this notice"))>
            {tab(Part::Text, format!("/notices/{id}"), Text::new("通知", "Notice"))}
            {tab(Part::Receipts, format!("/notices/{id}/receipts"), Text::new("签收", "Receipts"))}
            {tab(Part::Transmission, format!("/notices/{id}/transmission"), Text::new("传达时效", "Transmission"))}
        </nav>
    }
    .into_any()
}

fn show(notice: &NoticeView, site: &Site, done: Callback<()>) -> AnyView {
    // What one body does with it is nothing to the others: only that it was corrected or withdrawn is told.
    provide_context(Seen::of(notice.version));
    let content = &notice.content;
    let title = site.name(&content.title);
    let level = content
        .level
        .map(|level| tag("key", IconName::OctagonAlert, t(level.title())));
    let withdrawn = notice.withdrawn.is_some().then(withdrawn_tag);
    let text = site.name(&content.text);
    let paragraphs: Vec<_> = text
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect();
    let by = notice
        .issued_by
        .as_ref()
        .map(|person| site.name(&person.name));
    let receipts = if site.sees_one_institution() {
        fact(
            Text::new("本单位签收", "Own receipt"),
            own_receipts(notice, site),
        )
    } else {
        let receipts = format!(
            "{} / {}",
            grouped(notice.receipts.into()),
            grouped(notice.addressees.into())
        );
        let page = format!("/notices/{}/receipts", notice.id);
        fact(
            Text::new("已签收", "Receipts"),
            view! { <a href=page>{receipts}</a>" "{overdue_tag(notice.overdue)} },
        )
    };
    let files = (!content.attachments.is_empty()).then(|| {
        view! { <section class="card"><h2>{t(Text::new("附件", "Attachments"))}</h2>{attachments(&content.attachments)}</section> }
    });
    view! {
        {crumbs("/notices", Text::new("通知", "Notices"), content.number.clone())}
        {head(title, view! { {withdrawn}{level}<span>{content.number.clone()}</span> }, ())}
        {tabs(notice.id, Part::Text)}
        {changes(notice, site)}
        {levels(notice, site)}
        {notice.awaited.iter().map(|awaited| receipt(notice, awaited, site, done)).collect::<Vec<_>>()}
        {notice.given.iter().map(|given| receipt_given(given, site)).collect::<Vec<_>>()}
        {notice.offers.iter().map(|offer| passing(notice.id, offer, site, done)).collect::<Vec<_>>()}
        <div class="split">
            <div class="stack">
                <article class="card"><div class="prose">{paragraphs}</div></article>
                {files}
                {chain(notice, site)}
                {acts(notice, site, done)}
            </div>
            <section class="card">
                <h2>{t(Text::new("要点", "Facts"))}</h2>
                <dl class="facts">
                    {fact(Text::new("生效", "In force from"), site.at(content.effective_from))}
                    {fact(Text::new("发送对象", "Addressed to"), addressees(notice, site))}
                    {fact(Text::new("签收期限", "Acknowledge by"), site.at(content.acknowledge_by))}
                    {receipts}
                    {fact(Text::new("发布", "Issued"), site.at(notice.issued_at))}
                    {by.map(|by| fact(Text::new("发布人", "Issued by"), by))}
                </dl>
            </section>
        </div>
    }
    .into_any()
}

/// The decisions that rest on it; and that one is still to be made, for who makes it: a notice alone puts no level in force.
fn levels(notice: &NoticeView, site: &Site) -> Option<AnyView> {
    if notice.levels.is_empty() {
        let is_to_be_set = notice.withdrawn.is_none() && site.may(Act::SetRules);
        let stated = notice.content.level.filter(|_| is_to_be_set)?;
        let level = t(stated.title());
        let words = say!(
            site.language,
            "尚无依据本通知作出的{level}决定：发出通知不等于等级已生效。",
            "No decision on the {level} rests on this notice yet: a level is not in force by its notice alone."
        );
        let address = format!("/levels/new?notice={}", notice.id);
        let set = t(Text::new("决定响应等级", "Set the response level"));
        return Some(
            view! { {banner("info", words)}<p><a class="button" href=address>{set}</a></p> }
                .into_any(),
        );
    }
    let line = |row: &LevelRow| {
        let (level, place) = (t(row.order.level.title()), area(&row.order.area, site));
        let address = format!("/levels/{}", row.id);
        view! { <li><a href=address>{format!("{place} · {level}")}</a>" "{state(row)}</li> }
    };
    let lines: Vec<_> = notice.levels.iter().map(line).collect();
    let title = t(Text::new(
        "依据本通知的响应等级",
        "Response levels that rest on it",
    ));
    Some(view! { <section class="card"><h2>{title}</h2><ul>{lines}</ul></section> }.into_any())
}

/// When the reader's own bodies acknowledged it, or that they have not.
fn own_receipts(notice: &NoticeView, site: &Site) -> String {
    let given = notice.given.iter().map(|given| {
        let at = site.at(given.at);
        if given.late {
            say!(site.language, "{at}（逾期）", "{at} (late)")
        } else {
            at
        }
    });
    let awaited = notice
        .awaited
        .iter()
        .map(|_| t(Text::new("未签收", "Not acknowledged")).to_owned());
    let receipts: Vec<String> = given.chain(awaited).collect();
    if receipts.is_empty() {
        return t(Text::new("不需要签收", "None is asked for")).to_owned();
    }
    receipts.join(t(Text::new("、", ", ")))
}

/// Kinds, where, and the bodies named.
fn addressees(notice: &NoticeView, site: &Site) -> AnyView {
    let (content, comma) = (&notice.content, t(Text::new("、", ", ")));
    let kinds: Vec<&str> = content
        .addressees
        .iter()
        .map(|kind| t(kind.title()))
        .collect();
    let districts: Vec<String> = content
        .districts
        .iter()
        .map(|code| site.district(code))
        .collect();
    let kinds = (!kinds.is_empty()).then(|| {
        let (kinds, districts) = (kinds.join(comma), districts.join(comma));
        let words = if districts.is_empty() {
            kinds
        } else {
            say!(
                site.language,
                "{districts}的{kinds}",
                "{kinds} in {districts}"
            )
        };
        view! { <p>{words}</p> }
    });
    let named = (!notice.named.is_empty()).then(|| {
        let count = notice.named.len();
        let items: Vec<_> = notice
            .named
            .iter()
            .map(|body| view! { <li>{site.body(body)}</li> })
            .collect();
        let summary = say!(
            site.language,
            "点名发送{count}个单位",
            "{count} bodies by name"
        );
        view! { <details><summary>{summary}</summary><ul>{items}</ul></details> }
    });
    view! { {kinds}{named} }.into_any()
}

/// The way down, from the desk that issued it.
fn chain(notice: &NoticeView, site: &Site) -> Option<AnyView> {
    if notice.chain.is_empty() {
        return None;
    }
    let step = |step: &ChainStep| {
        let (to, acknowledged) = (step.to, step.acknowledged);
        let words = say!(
            site.language,
            "转发{to}个单位，其中{acknowledged}个已签收。",
            "Passed on to {to}, of whom {acknowledged} have acknowledged it."
        );
        let state = if acknowledged == to {
            "closed"
        } else {
            "planned"
        };
        view! {
            <li data-state=state>
                <Icon name=IconName::Send/>
                <div>
                    <header><strong>{site.body(&step.from)}</strong><span>{site.name(&step.by.name)}</span><time>{site.at(step.at)}</time></header>
                    <p>{words}</p>
                </div>
            </li>
        }
    };
    let steps: Vec<_> = notice.chain.iter().map(step).collect();
    let by = notice
        .issued_by
        .as_ref()
        .map(|person| site.name(&person.name));
    let reached = notice.addressees;
    // Whoever sees one institution counts nothing but it.
    let issued = if site.sees_one_institution() {
        t(Text::new("发布。", "Issued.")).to_owned()
    } else {
        say!(
            site.language,
            "发布；您可见范围内应签收的单位{reached}个。",
            "Issued; bodies within your view that must acknowledge it: {reached}."
        )
    };
    Some(
        view! {
            <section class="card">
                <h2>{t(Text::new("传达链条", "How it was passed on"))}</h2>
                <ol class="timeline">
                    <li data-state="planned">
                        <Icon name=IconName::Megaphone/>
                        <div>
                            <header><strong>{by}</strong><time>{site.at(notice.issued_at)}</time></header>
                            <p>{issued}</p>
                        </div>
                    </li>
                    {steps}
                </ol>
            </section>
        }
        .into_any(),
    )
}

/// What one's own body did, when, and whether in time.
fn receipt_given(given: &GivenReceipt, site: &Site) -> AnyView {
    let outdated = given.outdated.then(|| {
        let words = Text::new(
            "所签收的是更正前的文本；请阅读更正，无需重新签收。",
            "What was acknowledged is an earlier text. Read the correction; it need not be acknowledged again.",
        );
        banner("info", t(words).to_owned())
    });
    view! { {in_time(given, site)}{outdated} }.into_any()
}

fn in_time(given: &GivenReceipt, site: &Site) -> AnyView {
    let (name, at) = (site.name(&given.body.name), site.at(given.at));
    let (kind, text) = if given.late {
        (
            "warning",
            say!(
                site.language,
                "{name}已于{at}签收，逾期。",
                "{name} acknowledged it on {at}, late."
            ),
        )
    } else {
        (
            "success",
            say!(
                site.language,
                "{name}已于{at}签收。",
                "{name} acknowledged it on {at}."
            ),
        )
    };
    banner(kind, text)
}

/// One act for each body that has yet to acknowledge.
fn receipt(
    notice: &NoticeView,
    awaited: &AwaitedReceipt,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let (seen, notice) = (Seen::of(notice.version), notice.id);
    let (id, name) = (awaited.body.id, site.name(&awaited.body.name));
    // Of one that was corrected meanwhile the correction is read first.
    let sending = Sending::of_what_was_read("receipt-errors", seen, done);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = Command::Notice {
            id: notice,
            command: NoticeCommand::Acknowledge { body: id },
        };
        sending.run_command(Vec::new(), Some(command), move || done.run(()));
    };
    let asked = match awaited.earlier.map(|at| site.at(at)) {
        Some(at) => say!(
            site.language,
            "通知已更正：{name}于{at}签收了更正前的文本，请阅读后重新签收。",
            "The notice was corrected: {name} acknowledged an earlier text on {at}. Read it and acknowledge it again."
        ),
        None => say!(
            site.language,
            "{name}尚未签收这份通知。",
            "{name} has not acknowledged this notice yet."
        ),
    };
    let reminders = awaited.reminders;
    let reminded = (reminders > 0).then(|| {
        let words = say!(
            site.language,
            "已催办{reminders}次。",
            " Reminders so far: {reminders}."
        );
        view! { <strong>{words}</strong> }
    });
    view! {
        <form class="stack" on:submit=submit>
            {sending.summary()}
            <div class="banner" data-kind="warning">
                <Icon name=IconName::Megaphone/>
                <p>{asked}{reminded}</p>
                {sending.submit(IconName::Check, Text::new("确认签收", "Acknowledge"))}
            </div>
        </form>
    }
    .into_any()
}

/// Giving it to those below: every addressee who has not had it, unless some are unticked; others once they are ticked.
fn passing(notice: NoticeId, offer: &PassingOffer, site: &Site, done: Callback<()>) -> AnyView {
    let (from, name) = (offer.from.id, site.name(&offer.from.name));
    let chosen = RwSignal::new(
        offer
            .addressed
            .iter()
            .map(|body| body.id)
            .collect::<Vec<BodyId>>(),
    );
    let sending = Sending::new("passing-errors");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let to = chosen.get_untracked();
        let mut faults = Vec::new();
        if to.is_empty() {
            faults.push(Fault {
                field: None,
                text: t(Text::new("请至少选择一个单位", "Choose at least one body")).to_owned(),
            });
        }
        let command = Command::Notice {
            id: notice,
            command: NoticeCommand::PassOn { from, to },
        };
        sending.run_command(faults, Some(command), move || done.run(()));
    };
    let one = |body: &crate::api::view::Named<BodyId>| {
        let id = body.id;
        let toggle = move |event: leptos::ev::Event| {
            let is_in = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|known| *known != id);
                if is_in {
                    chosen.push(id);
                }
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" name="pass-to" value=id.to_string() checked=chosen.with_untracked(|chosen| chosen.contains(&id))
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&id)) on:change=toggle/>
                {site.name(&body.name)}
            </label>
        }
    };
    let addressed: Vec<_> = offer.addressed.iter().map(one).collect();
    let others: Vec<_> = offer.others.iter().map(one).collect();
    let group = |legend: Text, boxes: Vec<_>| {
        (!boxes.is_empty()).then(|| {
            view! {
                <fieldset class="ask">
                    <legend>{t(legend)}</legend>
                    <div class="choices">{boxes}</div>
                </fieldset>
            }
        })
    };
    let language = site.language;
    let count = move || {
        let count = chosen.with(Vec::len);
        say!(language, "转发给{count}个单位", "Pass on to {count} bodies")
    };
    let (named, further) = (offer.addressed.len(), offer.others.len());
    let title = say!(
        language,
        "{name}：下属和区内有{named}个发送对象尚未转发，另有{further}个单位不是发送对象",
        "{name}: {named} addressees below it or in its district have not had it from you; {further} others there are not addressed"
    );
    view! {
        <form class="card" novalidate on:submit=submit>
            <h2>{title}</h2>
            {sending.summary()}
            <details>
                <summary>{t(Text::new("选择单位", "Choose among them"))}</summary>
                {group(Text::new("发送对象", "Addressees"), addressed)}
                {group(Text::new("不是发送对象，需要时勾选", "Not addressed; tick whom you give it to all the same"), others)}
            </details>
            <button class="button" data-kind="primary" type="submit" aria-busy=move || sending.is_busy().then_some("true")
                hidden=move || named == 0 && chosen.with(Vec::is_empty)>
                <Icon name=IconName::Send/>{count}
            </button>
        </form>
    }
    .into_any()
}
