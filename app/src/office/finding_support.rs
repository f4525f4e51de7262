//! Support that the regulator owes for a finding, timed beside the institution's rectification, and its acts.

use domain::Text;
use domain::command::Command;
use domain::finding::{FindingCommand, PlanField, Standing, Step, SupportOwed};
use domain::id::FindingId;
use domain::working_day;
use leptos::prelude::*;

use super::Site;
use super::finding_act::act_form;
use crate::api::view::{FindingView, SupportView};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::day_off_note::day_off_note_on;
use crate::widgets::head::fact;
use crate::widgets::holidays_note::holidays_note_on;
use crate::widgets::icon::IconName;
use crate::widgets::questions::area;
use crate::widgets::sending::{Sending, Work};
use crate::widgets::tag::{standing_tag, tag};

/// Working days proposed for support.
const PROPOSED: u32 = 5;

/// Nothing where nothing is owed and the reader can add nothing.
pub fn support(finding: &FindingView, site: &Site, done: Callback<()>) -> AnyView {
    let may_owe = finding.may(Step::OweSupport);
    let wished = finding.raised.support_owed.trim();
    if finding.supports.is_empty() && !may_owe {
        return ().into_any();
    }
    let first = |may: fn(&SupportView) -> bool| {
        let mut supports = finding.supports.iter();
        supports
            .find(|support| may(support))
            .map(|support| support.number)
    };
    let rows: Vec<AnyView> = finding
        .supports
        .iter()
        .map(|support| {
            let acts = Acts {
                provide: first(|support| support.may_provide) == Some(support.number),
                confirm: first(|support| support.may_confirm) == Some(support.number),
            };
            one(support, &acts, finding.row.id, site, done)
        })
        .collect();
    let wished = (finding.supports.is_empty() && !wished.is_empty()).then(|| {
        let words = t(Text::new("检查时提出：", "Asked for at the inspection: "));
        view! { <p>{words}{wished.to_owned()}</p> }
    });
    let none = (finding.supports.is_empty() && wished.is_none()).then(|| {
        view! { <p>{t(Text::new("没有登记应由监管部门提供的支持。", "No support is recorded as owed by the regulator."))}</p> }
    });
    let add = may_owe.then(|| {
        let title = t(Text::new("登记应提供的支持", "Record support that is owed"));
        view! { <details><summary>{title}</summary>{owe_form(finding, done)}</details> }
    });
    view! {
        <section class="card" data-test="support">
            <h2>{t(Text::new("监管部门的支持", "Support by the regulator"))}</h2>
            {wished}
            {none}
            {rows}
            {add}
        </section>
    }
    .into_any()
}

/// What is offered at one support: each act at the first that awaits it, so that its form is on the page once.
struct Acts {
    provide: bool,
    confirm: bool,
}

fn one(
    support: &SupportView,
    acts: &Acts,
    finding: FindingId,
    site: &Site,
    done: Callback<()>,
) -> AnyView {
    let number = support.number;
    let state = match (support.provided, support.confirmed, support.standing) {
        (Some(_), true, _) => Some(tag(
            "closed",
            IconName::BadgeCheck,
            t(Text::new("已确认", "Confirmed")),
        )),
        (Some(_), false, _) => Some(tag(
            "planned",
            IconName::HandHelping,
            t(Text::new("已提供", "Provided")),
        )),
        (None, _, standing) => standing_tag(standing, site.language),
    };
    let late = match (support.provided, support.standing) {
        (Some(_), standing @ Standing::Late { .. }) => standing_tag(standing, site.language),
        _ => None,
    };
    let provided = support.provided.map(|day| {
        fact(
            Text::new("提供日期", "Provided"),
            day_text(day, site.language),
        )
    });
    let provide = acts.provide.then(|| {
        let form = act_form(
            finding,
            "provide-errors",
            vec![
                area("provide-account", PlanField::Account.title()).hint(Text::new(
                    "提供了什么，何时到位。",
                    "What was provided, and when it arrived.",
                )),
            ],
            (
                IconName::HandHelping,
                Text::new("确认已提供", "Record as provided"),
            ),
            move |entered| {
                Some(FindingCommand::ProvideSupport {
                    support: number,
                    account: entered.text("provide-account"),
                })
            },
            done,
        );
        let title = t(Text::new("提供支持", "Provide it"));
        view! { <details open><summary>{title}</summary>{form}</details> }
    });
    let confirm = acts.confirm.then(|| confirm(finding, number, done));
    view! {
        <div class="stack" data-test="support-row">
            <p><strong>{support.owed.what.clone()}</strong>" "{state}" "{late}</p>
            <dl class="facts">
                {fact(Text::new("提供单位", "Owed by"), site.name(&support.by.name))}
                {fact(PlanField::SupportDue.title(), day_text(support.owed.due, site.language))}
                {provided}
            </dl>
            {provide}
            {confirm}
        </div>
    }
    .into_any()
}

fn confirm(finding: FindingId, support: u32, done: Callback<()>) -> AnyView {
    let sending = Sending::beside("confirm-errors", format!("/findings/{finding}"));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let command = Command::Finding {
            id: finding,
            command: FindingCommand::ConfirmSupport { support },
        };
        sending.run(
            Vec::new(),
            move || Box::pin(sending.deliver(command)),
            move || done.run(()),
        );
    };
    view! {
        <form novalidate on:submit=submit>
            {sending.summary()}
            {sending.submit(IconName::Check, Text::new("确认收到", "Confirm that it arrived"))}
        </form>
    }
    .into_any()
}

fn owe_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    let id = finding.row.id;
    let wished = if finding.supports.is_empty() {
        finding.raised.support_owed.clone()
    } else {
        String::new()
    };
    let what = RwSignal::new(wished);
    let due = RwSignal::new(working_day::after(finding.today, PROPOSED).to_string());
    let by = BodyPicker::new("support-by", Text::new("提供单位", "Owed by"));
    let sending = Sending::beside("support-errors", format!("/findings/{id}"))
        .kept(&format!("findings/{id}/support"));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let body = by.require().map_err(|fault| faults.push(fault)).ok();
        faults.extend(empty_faults(&[(
            "support-what",
            PlanField::Support.title(),
            what,
        )]));
        let day = read_day("support-due", PlanField::SupportDue.title(), due)
            .map_err(|fault| faults.push(fault))
            .ok();
        let work = move || -> Work {
            Box::pin(async move {
                let (Some(by), Some(due)) = (body, day) else {
                    return Ok(());
                };
                let owed = SupportOwed {
                    by,
                    what: what.get_untracked(),
                    due,
                };
                sending
                    .deliver(Command::Finding {
                        id,
                        command: FindingCommand::OweSupport(owed),
                    })
                    .await
            })
        };
        sending.run(faults, work, move || done.run(()));
    };
    let hint = Text::new(
        "建议五个工作日内；逾期的，机构的整改期限相应顺延。",
        "Five working days are proposed; where it is late, the institution’s deadline moves with it.",
    );
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {by.view(sending, false)}
            {Ask::area("support-what", PlanField::Support.title(), what).view(sending)}
            {Ask::new("support-due", PlanField::SupportDue.title(), Control::Day, due).hint(hint).view(sending)}
            {day_off_note_on(due)}
            {holidays_note_on(due)}
            {sending.submit(IconName::Plus, Text::new("登记支持", "Record the support"))}
        </form>
    }
    .into_any()
}
