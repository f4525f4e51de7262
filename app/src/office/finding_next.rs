//! The next act on a finding: the reader's own, with its form, or whom it waits for and until when.

use domain::finding::{FindingEvent, Stage};
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::evidence_form::{claim_form, re_verify_form};
use super::plan_form::plan_form;
use crate::api::view::FindingView;
use crate::i18n::t;
use crate::widgets::finding_table::deadline;
use crate::widgets::icon::{Icon, IconName};

/// What comes next for one reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    ReVerify,
    Claim,
    Plan,
    /// Somebody else's turn.
    Wait(Stage),
    Nothing,
}

/// Of what the reader may do, the most advanced step.
fn next(finding: &FindingView) -> Next {
    if finding.may_re_verify {
        Next::ReVerify
    } else if finding.may_claim {
        Next::Claim
    } else if finding.may_plan {
        Next::Plan
    } else if finding.row.stage == Stage::Closed {
        Next::Nothing
    } else {
        Next::Wait(finding.row.stage)
    }
}

pub fn next_act(finding: &FindingView, site: &Site, done: Callback<()>) -> AnyView {
    let id = finding.row.id;
    let next = next(finding);
    let form = match next {
        Next::ReVerify => Some(re_verify_form(id, done)),
        Next::Claim => Some(claim_form(id, done)),
        Next::Plan => Some(plan_form(id, false, done)),
        Next::Wait(_) | Next::Nothing => None,
    };
    let (state, icon) = match next {
        Next::ReVerify | Next::Claim | Next::Plan => ("act", IconName::ArrowRight),
        Next::Wait(_) => ("wait", IconName::Clock),
        Next::Nothing => ("done", IconName::BadgeCheck),
    };
    // A plan in force may be replaced until its rectification is claimed.
    let revision = (next == Next::Claim && finding.may_plan).then(|| {
        let title = t(Text::new("修改整改计划", "Revise the plan"));
        view! { <details class="card"><summary>{title}</summary>{plan_form(id, true, done)}</details> }
    });
    view! {
        <section class="next" data-state=state aria-labelledby="next">
            <header>
                <Icon name=icon/>
                <div>
                    <p>{t(label(next))}</p>
                    <h2 id="next">{t(title(next))}</h2>
                </div>
            </header>
            {lead(next, finding, site)}
            {form}
        </section>
        {revision}
    }
    .into_any()
}

const fn label(next: Next) -> Text {
    match next {
        Next::ReVerify | Next::Claim | Next::Plan => {
            Text::new("下一步：由您办理", "Next: your turn")
        }
        Next::Wait(_) => Text::new("下一步：等待他人", "Next: someone else’s turn"),
        Next::Nothing => Text::new("已办结", "Settled"),
    }
}

const fn title(next: Next) -> Text {
    match next {
        Next::ReVerify => Text::new("复核整改", "Re-verify the rectification"),
        Next::Claim => Text::new("申报整改完成", "Claim that it is rectified"),
        Next::Plan => Text::new("报送整改计划", "Submit the rectification plan"),
        Next::Wait(Stage::Raised) => {
            Text::new("等待报送整改计划", "Waiting for the rectification plan")
        }
        Next::Wait(Stage::Reopened) => Text::new(
            "等待重新报送整改计划",
            "Waiting for a new rectification plan",
        ),
        Next::Wait(Stage::Planned) => Text::new("等待完成整改", "Waiting for the rectification"),
        Next::Wait(Stage::Rectified | Stage::Closed) => {
            Text::new("等待独立复核", "Waiting for an independent re-verification")
        }
        Next::Nothing => Text::new("复核通过，已销号", "Re-verified and closed"),
    }
}

/// Who does it, and until when.
fn lead(next: Next, finding: &FindingView, site: &Site) -> AnyView {
    let body = site.name(&finding.row.body.name);
    let last = finding.timeline.last();
    let at = last
        .map(|last| site.at(last.entry.occurred_at))
        .unwrap_or_default();
    let by = last
        .and_then(|last| last.entry.actor.as_ref())
        .map(|actor| site.name(&actor.name))
        .unwrap_or_default();
    let claimed = || {
        say!(
            site.language,
            "{by}于{at}申报整改完成。",
            "{by} claimed the rectification on {at}."
        )
    };
    let until = || {
        view! { <p><strong>{t(Text::new("整改期限", "Complete by"))}</strong>" "{deadline(&finding.row, site)}</p> }
    };
    match next {
        Next::ReVerify => view! { <p>{claimed()}</p> }.into_any(),
        Next::Claim => until().into_any(),
        Next::Plan => {
            let failed =
                last.filter(|last| matches!(last.event, FindingEvent::ReVerificationFailed(_)));
            let words = if failed.is_some() {
                say!(
                    site.language,
                    "复核未通过：请针对复核意见重新制定计划。",
                    "It was not verified: plan again, with what was seen on site in mind."
                )
            } else {
                say!(
                    site.language,
                    "写明四个方面的措施和完成日期。",
                    "Say what is done on four sides, and by when."
                )
            };
            view! { <p>{words}</p> }.into_any()
        }
        Next::Wait(Stage::Raised | Stage::Reopened) => {
            let words = say!(
                site.language,
                "由{body}报送，自{at}起等待。",
                "{body} is to submit it; it has been awaited since {at}."
            );
            view! { <p>{words}</p> }.into_any()
        }
        Next::Wait(Stage::Planned) => {
            let words = say!(
                site.language,
                "由{body}按计划整改并申报完成。",
                "{body} carries out its plan and claims the rectification."
            );
            view! { <p>{words}</p>{until()} }.into_any()
        }
        Next::Wait(Stage::Rectified | Stage::Closed) => {
            let words = t(Text::new(
                "由整改单位以外的监督人员到现场复核。",
                "An oversight officer from outside the rectifying unit looks at it on site.",
            ));
            let refusal = finding
                .re_verify_refusal
                .clone()
                .map(|text| view! { <p class="row"><Icon name=IconName::Lock/>{text}</p> });
            view! { <p>{claimed()}</p><p>{words}</p>{refusal} }.into_any()
        }
        Next::Nothing => {
            let words = say!(
                site.language,
                "{by}于{at}复核通过，没有后续步骤。",
                "{by} verified it on {at}; nothing is left to do."
            );
            view! { <p>{words}</p> }.into_any()
        }
    }
}
