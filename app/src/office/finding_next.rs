//! The next act on a finding: the reader's own, with its form, or whom it waits for and until when; below it what else the reader
//! may do.

use domain::finding::{FindingEvent, Photo, Plan, PlanField, Stage, Standing, Step, Turn};
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use super::evidence_form::{claim_form, look_back_form, re_verify_form};
use super::finding_forms::{
    accept_form, answer_form, ask_extension_form, dispute_form, escalate_form, grant_form,
    notice_form, refuse_form, reopen_form, return_form, uphold_form, withdraw_form,
};
use super::finding_story::{ORDERED, what_is_planned};
use super::plan_form::plan_form;
use crate::api::view::{FindingEntry, FindingView};
use crate::clock::day_text;
use crate::i18n::t;
use crate::widgets::finding_table::{deadline, due_title};
use crate::widgets::head::fact;
use crate::widgets::holidays_note::holidays_note;
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::photos::photos;
use crate::widgets::sending::Overtaken;
use crate::widgets::tag::{standing_tag, tag};

/// What comes next for one reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Act(Step),
    LookBack,
    /// Somebody else's turn.
    Wait(Stage),
    Nothing(Stage),
}

/// Acts that are somebody's turn, the most advanced first. What is not here can be done beside it.
const TURNS: [Step; 8] = [
    Step::Pass,
    Step::GrantExtension,
    Step::AcceptPlan,
    Step::Uphold,
    Step::Notify,
    Step::ClaimRectified,
    Step::SubmitPlan,
    Step::Escalate,
];

fn next(finding: &FindingView) -> Next {
    let stage = finding.row.stage;
    // A plan can come before the notice, and be replaced, but that is nobody's turn.
    let unasked = |step| {
        let stages = [Stage::Raised, Stage::PlanSubmitted, Stage::Planned];
        step == Step::SubmitPlan && stages.contains(&stage)
    };
    // Nobody is pressed while a request that came in time waits for its answer.
    let unheard = stage == Stage::ExtensionAsked
        && request(finding).is_some_and(|request| request.late.is_none());
    let turn = TURNS.into_iter().find(|step| {
        finding.may(*step) && !unasked(*step) && !(unheard && *step == Step::Escalate)
    });
    match turn {
        Some(step) => Next::Act(step),
        None if !finding.look_backs.is_empty() => Next::LookBack,
        None if stage.is_open() => Next::Wait(stage),
        None => Next::Nothing(stage),
    }
}

/// The request for time that was made last.
fn request(finding: &FindingView) -> Option<&FindingEntry> {
    let mut latest = finding.timeline.iter().rev();
    latest.find(|entry| matches!(entry.event, FindingEvent::ExtensionAsked { .. }))
}

pub fn next_act(finding: &FindingView, site: &Site, done: Callback<()>) -> AnyView {
    let next = next(finding);
    let form = match next {
        Next::Act(Step::Pass) => Some(re_verify_form(finding, done)),
        Next::Act(Step::GrantExtension) => Some(grant_form(finding, done)),
        Next::Act(Step::AcceptPlan) => Some(accept_form(finding, done)),
        Next::Act(Step::Uphold) => Some(uphold_form(finding, done)),
        Next::Act(Step::Notify) => Some(notice_form(finding, site, done)),
        Next::Act(Step::ClaimRectified) => Some(claim_form(finding, done)),
        Next::Act(Step::SubmitPlan) => Some(plan_form(finding, plan(finding), false, done)),
        Next::Act(Step::Escalate) => Some(escalate_form(finding, done)),
        Next::LookBack => finding
            .look_backs
            .first()
            .map(|draw| look_back_form(finding, *draw, done)),
        Next::Act(_) | Next::Wait(_) | Next::Nothing(_) => None,
    };
    let (state, icon) = match next {
        Next::Act(_) | Next::LookBack => ("act", IconName::ArrowRight),
        Next::Wait(_) => ("wait", IconName::Clock),
        Next::Nothing(_) => ("done", IconName::BadgeCheck),
    };
    // Whose turn it was when the page was drawn is not told of what others changed since.
    let overtaken = use_context::<Overtaken>();
    let was_asked = matches!(next, Next::Act(_) | Next::LookBack);
    let is_overtaken =
        move || was_asked && overtaken.is_some_and(|Overtaken(overtaken)| overtaken.get());
    let label = move || {
        t(if is_overtaken() {
            OVERTAKEN
        } else {
            label(next)
        })
    };
    view! {
        {letter_to_answer(finding, site, done)}
        <section class="next" data-state=move || if is_overtaken() { "wait" } else { state } aria-labelledby="next">
            <header>
                <Icon name=icon/>
                <div>
                    <p>{label}</p>
                    <h2 id="next">{t(title(next))}</h2>
                </div>
            </header>
            {lead(next, finding, site)}
            {form}
        </section>
        {besides(next, finding, done)}
    }
    .into_any()
}

const OVERTAKEN: Text = Text::new(
    "他人已先办理：是否仍由您办理，以最新情况为准",
    "Others acted first: whether it is still your turn, see how it stands now",
);

/// The letter that the reader is to answer, which comes before whatever else is theirs to do.
fn letter_to_answer(finding: &FindingView, site: &Site, done: Callback<()>) -> Option<AnyView> {
    let letter = finding.letter.as_ref();
    let (letter, _) = letter.filter(|_| finding.may(Step::AnswerLetter))?;
    let standing = Standing::of(Some(letter.answer_by), None, finding.today);
    let answer_by = day_text(letter.answer_by, site.language);
    let number = letter.number.clone();
    let card = view! {
        <section class="next" data-state="act" aria-labelledby="letter">
            <header>
                <Icon name=IconName::Megaphone/>
                <div>
                    <p>{t(label(Next::Act(Step::AnswerLetter)))}</p>
                    <h2 id="letter">{t(Text::new("答复督办函", "Answer the letter"))}</h2>
                </div>
            </header>
            <p>{say!(site.language, "督办函{number}要求：", "Letter {number} demands:")}</p>
            <blockquote>{letter.demand.clone()}</blockquote>
            <p><strong>{t(PlanField::AnswerBy.title())}</strong>" "{answer_by}" "{standing_tag(standing, site.language)}</p>
            {answer_form(finding, done)}
        </section>
    };
    Some(card.into_any())
}

/// What else the reader may do now, each folded.
fn besides(next: Next, finding: &FindingView, done: Callback<()>) -> AnyView {
    let folded = |step: Step, title: Text, form: &dyn Fn() -> AnyView| {
        (finding.may(step) && next != Next::Act(step)).then(|| {
            view! { <details class="card"><summary>{t(title)}</summary>{form()}</details> }
                .into_any()
        })
    };
    let acts: Vec<AnyView> = [
        folded(
            Step::Withdraw,
            Text::new(
                "申诉成立：撤销该问题",
                "The dispute is right: withdraw the finding",
            ),
            &|| withdraw_form(finding, done),
        ),
        folded(
            Step::ReturnPlan,
            Text::new("退回整改计划", "Return the plan"),
            &|| return_form(finding, done),
        ),
        folded(
            Step::RefuseExtension,
            Text::new("不同意延期", "Refuse the extension"),
            &|| refuse_form(finding, done),
        ),
        folded(
            Step::Dispute,
            Text::new("对该问题提出申诉", "Dispute the finding"),
            &|| dispute_form(finding, done),
        ),
        folded(
            Step::AskExtension,
            Text::new("申请延期", "Ask for an extension"),
            &|| ask_extension_form(finding, done),
        ),
        if finding.row.stage == Stage::Raised {
            folded(
                Step::SubmitPlan,
                Text::new(
                    "不等整改通知，先报整改计划",
                    "Submit the plan before the notice",
                ),
                &|| plan_form(finding, None, false, done),
            )
        } else {
            folded(
                Step::SubmitPlan,
                Text::new("修改整改计划", "Revise the plan"),
                &|| plan_form(finding, plan(finding), true, done),
            )
        },
        folded(
            Step::Escalate,
            Text::new("发督办函", "Send a letter about what is late"),
            &|| escalate_form(finding, done),
        ),
        folded(
            Step::Reopen,
            Text::new("重新打开", "Reopen the finding"),
            &|| reopen_form(finding, done),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    acts.into_any()
}

const fn label(next: Next) -> Text {
    match next {
        Next::Act(_) | Next::LookBack => Text::new("下一步：由您办理", "Next: your turn"),
        Next::Wait(_) => Text::new("下一步：等待他人", "Next: someone else’s turn"),
        Next::Nothing(_) => Text::new("已办结", "Settled"),
    }
}

const fn title(next: Next) -> Text {
    match next {
        Next::Act(Step::Notify) => Text::new("下达整改通知", "Issue the rectification notice"),
        Next::Act(Step::Uphold) => Text::new("答复申诉", "Answer the dispute"),
        Next::Act(Step::AcceptPlan) => Text::new("审核整改计划", "Judge the plan"),
        Next::Act(Step::GrantExtension) => {
            Text::new("审批延期", "Answer the request for more time")
        }
        Next::Act(Step::ClaimRectified) => Text::new("申报整改完成", "Claim that it is rectified"),
        Next::Act(Step::SubmitPlan) => Text::new("报送整改计划", "Submit the rectification plan"),
        Next::Act(Step::Escalate) => Text::new("督办逾期", "Escalate what is late"),
        Next::Act(_) => Text::new("复核整改", "Re-verify the rectification"),
        Next::LookBack => Text::new("回头看", "Look at it again"),
        Next::Wait(Stage::Raised) => {
            Text::new("等待下达整改通知", "Waiting for the rectification notice")
        }
        Next::Wait(Stage::Notified) => {
            Text::new("等待报送整改计划", "Waiting for the rectification plan")
        }
        Next::Wait(Stage::Disputed) => {
            Text::new("等待答复申诉", "Waiting for the answer to the dispute")
        }
        Next::Wait(Stage::PlanSubmitted) => {
            Text::new("等待审核整改计划", "Waiting for the plan to be judged")
        }
        Next::Wait(Stage::PlanReturned | Stage::Reopened) => Text::new(
            "等待重新报送整改计划",
            "Waiting for a new rectification plan",
        ),
        Next::Wait(Stage::Planned) => Text::new("等待完成整改", "Waiting for the rectification"),
        Next::Wait(Stage::ExtensionAsked) => {
            Text::new("等待审批延期", "Waiting for the answer about more time")
        }
        Next::Wait(Stage::Rectified | Stage::Closed | Stage::Withdrawn) => {
            Text::new("等待独立复核", "Waiting for an independent re-verification")
        }
        Next::Nothing(Stage::Withdrawn) => Text::new("申诉成立，已撤销", "Disputed and withdrawn"),
        Next::Nothing(_) => Text::new("复核通过，已销号", "Re-verified and closed"),
    }
}

/// The plan that was submitted last: it is before its reviewer, or what the next one is made from.
fn plan(finding: &FindingView) -> Option<&Plan> {
    finding
        .timeline
        .iter()
        .rev()
        .find_map(|entry| match &entry.event {
            FindingEvent::PlanSubmitted(plan) => Some(plan),
            _ => None,
        })
}

/// Of a plan that goes beyond the deadline that was ordered: both days, side by side.
fn both_days(finding: &FindingView, site: &Site) -> Option<AnyView> {
    let (limit, promised) = (finding.beyond_the_limit()?, finding.promised?);
    let warning = tag(
        "attention",
        IconName::TriangleAlert,
        t(Text::new("超出责令整改期限", "Beyond the deadline ordered")),
    );
    let words = t(Text::new(
        "通过后按计划的日期计算期限，超期会记入经过。",
        "Once accepted the plan’s day is due; the story tells that it goes beyond.",
    ));
    let days = view! {
        <p>{warning}</p>
        <dl class="facts">
            {fact(ORDERED, day_text(limit, site.language))}
            {fact(PlanField::PlannedFor.title(), day_text(promised, site.language))}
        </dl>
        <p class="hint">{words}</p>
    };
    Some(days.into_any())
}

/// What the latest event of a kind said.
fn latest<'a, T>(
    finding: &'a FindingView,
    said: impl Fn(&'a FindingEvent) -> Option<T>,
) -> Option<T> {
    finding
        .timeline
        .iter()
        .rev()
        .find_map(|entry| said(&entry.event))
}

const CLAIMED: Text = Text::new("申报整改完成时", "When it was claimed");
const FIXED: Text = Text::new("立行立改后", "Once it was fixed on the spot");

/// What was claimed, in the words of whoever did, with its photos beside those of the fault: what is held against what is there now.
fn claim_quoted(finding: &FindingView, site: &Site) -> Option<AnyView> {
    let claim = finding.timeline.iter().rev().find_map(|entry| {
        match &entry.event {
            FindingEvent::RectificationClaimed(evidence) => Some((
                CLAIMED,
                evidence.account.as_str(),
                evidence.photos.as_slice(),
            )),
            // Fixed on the spot, as the inspector noted it.
            FindingEvent::Raised(raised) => {
                Some((FIXED, raised.note.as_str(), raised.photos_fixed.as_slice()))
            }
            _ => None,
        }
    });
    let (done, account, after) = claim?;
    // Where it did not hold before, what was seen then is what was put right.
    let again = latest(finding, |event| match event {
        FindingEvent::ReVerificationFailed { evidence, .. }
        | FindingEvent::LookBackFailed { evidence, .. } => Some(evidence.photos.as_slice()),
        _ => None,
    });
    let pictures = |title: Text, taken: &[Photo]| {
        (!taken.is_empty()).then(|| {
            view! { <section><h3>{t(title)}</h3>{photos(taken, &finding.photos_here, site)}</section> }
        })
    };
    let words = (!account.trim().is_empty())
        .then(|| view! { <blockquote>{account.to_owned()}</blockquote> });
    Some(
        view! {
            {words}
            <div class="compared">
                {pictures(Text::new("发现问题时", "When it was found"), &finding.raised.photos)}
                {again.and_then(|again| pictures(Text::new("上次未通过时", "When it did not hold"), again))}
                {pictures(done, after)}
            </div>
        }
        .into_any(),
    )
}

/// Whether the turn is another's after an event. A letter and its answer press for what is awaited already, and support goes beside.
const fn passes_the_turn(event: &FindingEvent) -> bool {
    !matches!(
        event,
        FindingEvent::Escalated(_)
            | FindingEvent::LetterAnswered { .. }
            | FindingEvent::SupportOwed { .. }
            | FindingEvent::SupportProvided { .. }
            | FindingEvent::SupportConfirmed { .. }
            | FindingEvent::DeadlineMoved { .. }
    )
}

/// Who does it, and until when.
fn lead(next: Next, finding: &FindingView, site: &Site) -> AnyView {
    let body = site.name(&finding.row.body.name);
    let mut backwards = finding.timeline.iter().rev();
    let last = backwards.find(|entry| passes_the_turn(&entry.event));
    let at = last
        .map(|last| site.at(last.entry.occurred_at))
        .unwrap_or_default();
    let by = last
        .and_then(|last| last.entry.actor.as_ref())
        .map(|actor| site.name(&actor.name))
        .unwrap_or_default();
    let until = || {
        finding.row.standing.due().or(finding.row.complete_by).map(|day| {
            view! {
                <p><strong>{t(due_title(finding.row.stage))}</strong>" "{deadline(&finding.row, site)}</p>
                {holidays_note(day)}
            }
        })
    };
    let claimed = || {
        let claim = finding.timeline.iter().rev().find(|entry| {
            matches!(
                entry.event,
                FindingEvent::RectificationClaimed(_) | FindingEvent::Raised(_)
            )
        });
        let at = claim
            .map(|claim| site.at(claim.entry.occurred_at))
            .unwrap_or_default();
        let by = claim
            .and_then(|claim| claim.entry.actor.as_ref())
            .map(|actor| site.name(&actor.name))
            .unwrap_or_default();
        match claim.map(|claim| &claim.event) {
            Some(FindingEvent::Raised(_)) => say!(
                site.language,
                "{by}于{at}记录为已立行立改。",
                "{by} recorded on {at} that it was fixed on the spot."
            ),
            _ => say!(
                site.language,
                "{by}于{at}申报整改完成。",
                "{by} claimed the rectification on {at}."
            ),
        }
    };
    let since = |chinese: &'static str, english: &'static str| {
        let words = t(Text::new(chinese, english));
        let since = say!(site.language, "自{at}起等待。", " Awaited since {at}.");
        view! { <p>{words}{since}</p> }.into_any()
    };
    match next {
        Next::Act(Step::Notify) => view! {
            <p>{say!(
                site.language,
                "写明依据、事实、要求和期限，送达{body}。",
                "State basis, facts, requirement and deadlines; it goes to {body}."
            )}</p>
        }
        .into_any(),
        Next::Act(Step::Uphold) => {
            let grounds = latest(finding, |event| match event {
                FindingEvent::Disputed { grounds } => Some(grounds.clone()),
                _ => None,
            });
            view! { <p>{say!(site.language, "{by}于{at}提出申诉：", "{by} disputed it on {at}:")}</p><blockquote>{grounds}</blockquote> }
                .into_any()
        }
        Next::Act(Step::AcceptPlan) => {
            let plan = plan(finding).map(|plan| what_is_planned(plan, site));
            view! {
                <p>{say!(site.language, "{by}于{at}报送：", "Submitted by {by} on {at}:")}</p>
                {plan}
                {both_days(finding, site)}
            }
            .into_any()
        }
        Next::Act(Step::GrantExtension) => {
            let asked = latest(finding, |event| match event {
                FindingEvent::ExtensionAsked { until, reason } => {
                    Some((day_text(*until, site.language), reason.clone()))
                }
                _ => None,
            });
            let (day, reason) = asked.unwrap_or_default();
            view! {
                <p>{say!(site.language, "{by}于{at}申请延期至{day}：", "{by} asked on {at} for time until {day}:")}</p>
                <blockquote>{reason}</blockquote>
                {until()}
            }
            .into_any()
        }
        Next::Act(Step::Escalate) => view! {
            <p>{say!(site.language, "{body}逾期未办。", "{body} is late.")}</p>{until()}
        }
        .into_any(),
        Next::Act(Step::ClaimRectified) => until().into_any(),
        Next::Act(Step::SubmitPlan) => {
            let answer = latest(finding, |event| match event {
                FindingEvent::PlanReturned { opinion, .. } => Some((
                    Text::new("计划已退回：", "The plan was returned:"),
                    opinion.clone(),
                )),
                FindingEvent::ReVerificationFailed { evidence, .. }
                | FindingEvent::LookBackFailed { evidence, .. } => Some((
                    Text::new(
                        "复核未通过：请针对复核意见重新制定计划。",
                        "It was not verified: plan again, with what was seen on site in mind.",
                    ),
                    evidence.account.clone(),
                )),
                FindingEvent::Reopened { reason, .. } => Some((
                    Text::new("已重新打开：", "It was reopened:"),
                    reason.clone(),
                )),
                FindingEvent::Upheld { reason, .. } => Some((
                    Text::new(
                        "申诉已答复，该问题成立：",
                        "The dispute was answered; the finding stands:",
                    ),
                    reason.clone(),
                )),
                _ => None,
            });
            let answer = answer.map(|(words, said)| {
                view! { <p>{t(words)}</p><blockquote>{said}</blockquote> }
            });
            let words = t(Text::new(
                "写明四个方面的措施和完成日期。",
                "Say what is done on four sides, and by when.",
            ));
            view! { {answer}<p>{words}</p>{until()} }.into_any()
        }
        Next::Act(_) => view! { <p>{claimed()}</p>{claim_quoted(finding, site)} }.into_any(),
        Next::LookBack => view! {
            <p>{t(Text::new(
                "这个已销号的问题被抽中，请到现场再看一次。",
                "This closed finding was drawn: look at it on site again.",
            ))}</p>
        }
        .into_any(),
        Next::Wait(stage) => match stage.turn() {
            Turn::Institution => {
                let words = match stage {
                    Stage::Planned => say!(
                        site.language,
                        "由{body}按计划整改并申报完成。",
                        "{body} carries out its plan and claims the rectification."
                    ),
                    Stage::ExtensionAsked => {
                        let request = request(finding);
                        let on = request.map(|request| site.at(request.entry.occurred_at));
                        let on = on.unwrap_or_default();
                        say!(
                            site.language,
                            "{on}的延期申请，等待责令整改的单位审批；{body}继续整改。",
                            "The request of {on} for more time waits for the decision of whoever ordered the rectification; {body} goes on meanwhile."
                        )
                    }
                    _ => say!(
                        site.language,
                        "由{body}报送，自{at}起等待。",
                        "{body} is to submit it; it has been awaited since {at}."
                    ),
                };
                view! { <p>{words}</p>{until()} }.into_any()
            }
            Turn::Authority => since(
                "由组织者或监管部门办理。",
                "The organiser or the regulator does it.",
            ),
            Turn::Verifier | Turn::Nobody => {
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
        },
        Next::Nothing(Stage::Withdrawn) => {
            let words = say!(
                site.language,
                "{by}于{at}撤销，没有后续步骤。",
                "{by} withdrew it on {at}; nothing is left to do."
            );
            view! { <p>{words}</p> }.into_any()
        }
        Next::Nothing(_) => {
            let words = say!(
                site.language,
                "{by}于{at}办理，没有后续步骤。",
                "Last acted on by {by} on {at}; nothing is left to do."
            );
            view! { <p>{words}</p> }.into_any()
        }
    }
}
