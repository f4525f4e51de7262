//! Claiming that a fault was put right, and verifying that it was: an account and photos.

use domain::Text;
use domain::command::Command;
use domain::finding::{Evidence, FindingCommand, FindingEvent, PlanField};
use domain::id::LookBackId;
use domain::instant::Day;
use domain::working_day;
use leptos::prelude::*;

use super::finding_forms::{AGAIN_BY, RECTIFICATION};
use crate::api::view::{FindingEntry, FindingView};
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_day};
use crate::widgets::day_off_note::day_off_note_on;
use crate::widgets::draft::Part;
use crate::widgets::holidays_note::holidays_note_on;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::photos::PhotoInput;
use crate::widgets::sending::{Fault, Sending};

/// How often the rectification was claimed: what is written of one claim is given back of no other.
fn claims(finding: &FindingView) -> usize {
    let is_claim =
        |entry: &&FindingEntry| matches!(entry.event, FindingEvent::RectificationClaimed(_));
    finding.timeline.iter().filter(is_claim).count()
}

pub fn claim_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    let claims = claims(finding);
    // The later of the two binds.
    let is_reopened = finding
        .timeline
        .iter()
        .fold(false, |is_reopened, entry| match entry.event {
            FindingEvent::Notified { .. } => false,
            FindingEvent::ReVerificationFailed { .. }
            | FindingEvent::Reopened { .. }
            | FindingEvent::LookBackFailed { .. } => true,
            _ => is_reopened,
        });
    let finding = finding.row.id;
    let account = RwSignal::new(String::new());
    let photos = PhotoInput::new("claim-photos");
    let sending = Sending::beside("claim-errors", format!("/findings/{finding}"))
        .kept(&format!("findings/{finding}/claim/{claims}"));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = empty_faults(&[("claim-account", PlanField::Account.title(), account)]);
        faults.extend(photos.missing());
        let evidence = Evidence {
            account: account.get_untracked(),
            photos: photos.taken(),
        };
        let command = Command::Finding {
            id: finding,
            command: FindingCommand::ClaimRectified(evidence),
        };
        sending.run(
            faults,
            move || Box::pin(sending.deliver(command)),
            move || done.run(()),
        );
    };
    let hint = if is_reopened {
        Text::new(
            "整改了什么，现在怎样；照片须在最近一次查出问题之后拍摄。",
            "What was put right, and how it stands now; its photos are taken after the fault was last found.",
        )
    } else {
        Text::new(
            "整改了什么，现在怎样；照片须在整改通知下达之后拍摄。",
            "What was put right, and how it stands now; its photos are taken after the notice.",
        )
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::area("claim-account", PlanField::Account.title(), account).hint(hint).view(sending)}
            {photos.view(sending)}
            {sending.submit(IconName::Send, Text::new("申报整改完成", "Claim rectified"))}
        </form>
    }
    .into_any()
}

pub fn re_verify_form(finding: &FindingView, done: Callback<()>) -> AnyView {
    seen_on_site(
        finding,
        Choices {
            pass: Text::new("通过，销号", "Pass: the finding is closed"),
            fail: Text::new("不通过，重新整改", "Fail: it is rectified again"),
            submit: Text::new("提交复核", "Submit the re-verification"),
        },
        |evidence, again_by| match again_by {
            None => FindingCommand::Pass(evidence),
            Some(complete_by) => FindingCommand::Fail {
                evidence,
                complete_by,
            },
        },
        done,
    )
}

/// A closed finding visited again (回头看).
pub fn look_back_form(finding: &FindingView, draw: LookBackId, done: Callback<()>) -> AnyView {
    seen_on_site(
        finding,
        Choices {
            pass: Text::new("仍然符合，保持销号", "Still in order: it stays closed"),
            fail: Text::new("又不符合，重新整改", "Not in order again: it is reopened"),
            submit: Text::new("提交回头看", "Submit the look-back"),
        },
        move |evidence, again_by| match again_by {
            None => FindingCommand::LookBackPass { draw, evidence },
            Some(complete_by) => FindingCommand::LookBackFail {
                draw,
                evidence,
                complete_by,
            },
        },
        done,
    )
}

/// The words of the two outcomes, and of the act.
struct Choices {
    pass: Text,
    fail: Text,
    submit: Text,
}

/// The control that says it did not pass.
const FAIL: &str = "verify-fail";

/// `command` makes of the evidence what passed, and with the day by which it is rectified again what did not.
fn seen_on_site(
    finding: &FindingView,
    choices: Choices,
    command: impl Fn(Evidence, Option<Day>) -> FindingCommand + Copy + Send + Sync + 'static,
    done: Callback<()>,
) -> AnyView {
    let proposed = working_day::after(finding.today, RECTIFICATION);
    let claims = claims(finding);
    let finding = finding.row.id;
    let again_by = RwSignal::new(proposed.to_string());
    let account = RwSignal::new(String::new());
    let outcome = RwSignal::new(String::new());
    let photos = PhotoInput::new("verify-photos");
    let sending = Sending::beside("verify-errors", format!("/findings/{finding}"))
        .kept(&format!("findings/{finding}/verify/{claims}"));
    sending.keep("verify-pass", Part::Setting(outcome));
    // By the form itself: it is asked for only where it did not pass.
    sending.keep("verify-complete-by", Part::Setting(again_by));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let outcome = outcome.get_untracked();
        if outcome.is_empty() {
            let text = t(Text::new("请选择复核结论", "Say whether it passes")).to_owned();
            faults.push(Fault {
                field: Some("verify-pass"),
                text,
            });
        }
        faults.extend(empty_faults(&[(
            "verify-account",
            PlanField::Account.title(),
            account,
        )]));
        faults.extend(photos.missing());
        let mut day = None;
        if outcome == FAIL {
            match read_day(
                "verify-complete-by",
                PlanField::CompleteBy.title(),
                again_by,
            ) {
                Ok(read) => day = Some(read),
                Err(fault) => faults.push(fault),
            }
        }
        let evidence = Evidence {
            account: account.get_untracked(),
            photos: photos.taken(),
        };
        let command = Command::Finding {
            id: finding,
            command: command(evidence, day),
        };
        sending.run(
            faults,
            move || Box::pin(sending.deliver(command)),
            move || done.run(()),
        );
    };
    let choice = move |id: &'static str, text: Text| {
        view! {
            <label class="choice">
                <input type="radio" id=id name="verify-outcome" value=id prop:checked=move || outcome.get() == id
                    on:change=move |_| outcome.set(id.to_owned())/>
                {t(text)}
            </label>
        }
    };
    let error = move || {
        sending
            .fault("verify-pass")
            .map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    // Asked of what did not pass only.
    let again = move || {
        (outcome.get() == FAIL).then(|| {
            let title = PlanField::CompleteBy.title();
            let mut ask = Ask::new("verify-complete-by", title, Control::Day, again_by);
            ask.hint = Some(AGAIN_BY);
            view! { {ask.view(sending)}{day_off_note_on(again_by)}{holidays_note_on(again_by)} }
        })
    };
    let hint = Text::new("在现场看到了什么。", "What was seen on site.");
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            <fieldset class="ask">
                <legend>{t(Text::new("复核结论", "Outcome"))}</legend>
                {error}
                {choice("verify-pass", choices.pass)}
                {choice(FAIL, choices.fail)}
            </fieldset>
            {again}
            {Ask::area("verify-account", PlanField::Account.title(), account).hint(hint).view(sending)}
            {photos.view(sending)}
            {sending.submit(IconName::SearchCheck, choices.submit)}
        </form>
    }
    .into_any()
}
