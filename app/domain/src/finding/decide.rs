//! What follows from a command.

use form::Texts;

use super::command::FindingCommand;
use super::deadline::{Standing, Wait, ends, late_by, moved};
use super::event::FindingEvent;
use super::papers::{Letter, Plan, RectificationNotice, SupportOwed};
use super::photo::{Evidence, allow, check_evidence, check_photos, require};
use super::raised::raise;
use super::refusal::{FindingRefusal, PlanField};
use super::stage::Stage;
use super::state::Finding;
use super::transitions::{Step, next};
use crate::body::BodyKind;
use crate::facts::Context;
use crate::id::{BodyId, FindingId, LookBackId, PersonId};
use crate::instant::{Day, Instant};
use crate::notice::number_key;
use crate::permission::{Act, Place, permit};
use crate::projection::directory::{Directory, KnownPerson};
use crate::wording::{self, NAME_LIMIT};
use crate::{Refusal, working_day};

/// Supports owed for one finding.
pub const SUPPORT_LIMIT: usize = 10;
/// A deadline lies no further ahead, in days.
pub const FURTHEST_DEADLINE: i64 = 366;

/// # Errors
/// Whatever [`check_step`] refuses; then what is wrong with the content: a field that is empty or too long or hides what is read, a
/// deadline in the past or out of reach, one for rectifying again that is not after today, photos missing, malformed, used before or
/// taken too early, a plan replaced meanwhile.
pub fn decide(
    id: FindingId,
    state: &Finding,
    command: &FindingCommand,
    context: &Context<'_>,
) -> Result<Vec<FindingEvent>, Refusal> {
    let Some(step) = command.step() else {
        return match command {
            FindingCommand::Raise(raised) => raise(id, state, raised, context),
            _ => Err(FindingRefusal::Unknown.into()),
        };
    };
    let about = About {
        support: command.support(),
        look_back: command.look_back(),
    };
    check_step(step, about, id, state, context)?;
    check_photos(command.photos(), context)?;
    Ok(content(state, command, context)?)
}

/// Which of several a step is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Support, counted from 1.
    pub support: Option<u32>,
    pub look_back: Option<LookBackId>,
}

/// Whether the actor may take a step now, whatever its content.
///
/// # Errors
/// Where the finding was never raised; where re-verifying, of whoever rectified or accepted the plan, or belongs to the unit that
/// rectified; where the role or the scope does not permit it; where rectifying in a department, of whoever does not belong to it;
/// where ordering, of whoever belongs to the body the finding is about, or planned, claimed, disputed or asked for time in its name;
/// where the table of transitions does not have it at this stage; and what the step itself presupposes: no notice before, something
/// late and no letter out, a letter to answer, a dispute not answered before, support that is owed or was provided, a look-back that drew the finding.
pub fn check_step(
    step: Step,
    about: About,
    id: FindingId,
    state: &Finding,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let (Some(raised), Some(stage)) = (&state.raised, state.stage) else {
        return Err(FindingRefusal::Unknown.into());
    };
    let act = step.transition().by;
    if matches!(
        step,
        Step::Pass | Step::Fail | Step::LookBackPass | Step::LookBackFail
    ) {
        // Before the role is asked: whoever rectified is told that, whatever roles they hold.
        check_independent(
            context.actor,
            raised.body,
            &state.rectifiers,
            &state.approvers,
            context.directory,
        )?;
    }
    match act {
        Act::Rectify => {
            permit_rectify(context.directory, context.actor, raised.body, context.now)?;
        }
        Act::GiveSupport => {
            let support = about.support.and_then(|number| state.support(number));
            let owed = &support.ok_or(FindingRefusal::SupportUnknown)?.owed;
            permit_support(context.directory, context.actor, owed.by, context.now)?;
        }
        _ => context.permit(act, &Place::Body(raised.body))?,
    }
    if act == Act::OrderRectification {
        if belongs_to(context.actor, raised.body, context.directory) {
            return Err(FindingRefusal::OwnBody.into());
        }
        if state.rectifiers.contains(&context.actor) || state.askers.contains(&context.actor) {
            return Err(FindingRefusal::OwnRequest.into());
        }
    }
    if next(step, stage).is_none() {
        return Err(not_now(stage, state, context).into());
    }
    Ok(presupposed(step, about, id, state, context)?)
}

fn not_now(stage: Stage, state: &Finding, context: &Context<'_>) -> FindingRefusal {
    let by = state
        .last_by
        .and_then(|last| context.directory.person(last));
    let by = by.map_or_else(
        || Texts::both("他人", "Somebody else"),
        |known| known.registration.name.clone(),
    );
    FindingRefusal::NotNow { stage, by }
}

fn presupposed(
    step: Step,
    about: About,
    id: FindingId,
    state: &Finding,
    context: &Context<'_>,
) -> Result<(), FindingRefusal> {
    let support = || {
        let support = about.support.and_then(|number| state.support(number));
        support.ok_or(FindingRefusal::SupportUnknown)
    };
    match step {
        // What was reopened goes on under the notice it has; only one that never had any gets one then.
        Step::Notify if state.notice.is_some() => Err(FindingRefusal::NotifiedAlready),
        Step::Dispute if state.dispute_answered => Err(FindingRefusal::DisputeAnswered),
        Step::Escalate => match state.standing(context.today) {
            Standing::Late { .. } => match state.letters.last() {
                Some(letter) if context.today <= letter.answer_by => {
                    Err(FindingRefusal::LetterStands {
                        until: letter.answer_by,
                    })
                }
                _ => Ok(()),
            },
            Standing::Suspended { .. } => Err(FindingRefusal::WaitsForSupport),
            Standing::None | Standing::Running { .. } => Err(FindingRefusal::NotLate),
        },
        Step::AnswerLetter if state.unanswered_letter().is_none() => {
            Err(FindingRefusal::NoLetterToAnswer)
        }
        Step::OweSupport if state.supports.len() >= SUPPORT_LIMIT => {
            Err(FindingRefusal::TooManySupports {
                limit: SUPPORT_LIMIT,
            })
        }
        Step::ProvideSupport if support()?.provided.is_some() => {
            Err(FindingRefusal::SupportProvidedAlready)
        }
        Step::ConfirmSupport => {
            let support = support()?;
            if support.provided.is_none() {
                Err(FindingRefusal::SupportNotProvided)
            } else if support.confirmed {
                Err(FindingRefusal::SupportConfirmedAlready)
            } else {
                Ok(())
            }
        }
        Step::LookBackPass | Step::LookBackFail => {
            let draw = about.look_back.ok_or(FindingRefusal::NotDrawn)?;
            let drawn = context.facts.look_back(draw).drawn.as_ref();
            if !drawn.is_some_and(|drawn| drawn.chosen.contains(&id)) {
                Err(FindingRefusal::NotDrawn)
            } else if state.looked_back.contains(&draw) {
                Err(FindingRefusal::LookedBackAlready)
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

fn content(
    state: &Finding,
    command: &FindingCommand,
    context: &Context<'_>,
) -> Result<Vec<FindingEvent>, FindingRefusal> {
    let after_claim = |evidence: &Evidence| {
        let claimed = state.claimed_at;
        check_evidence(
            evidence,
            claimed.map(|at| (at, FindingRefusal::PhotoBeforeClaim)),
        )
    };
    let drawn_at = |draw: LookBackId| {
        let drawn = context.facts.look_back(draw).drawn_at;
        drawn
            .or(state.claimed_at)
            .map(|at| (at, FindingRefusal::PhotoBeforeClaim))
    };
    let today = context.today;
    Ok(vec![match command {
        FindingCommand::Raise(_) => return Err(FindingRefusal::AlreadyRaised),
        FindingCommand::Notify(notice) => {
            check_notice(notice, context)?;
            let issuer = context.directory.person(context.actor);
            FindingEvent::Notified {
                notice: RectificationNotice {
                    plan_by: ends(notice.plan_by),
                    complete_by: ends(notice.complete_by),
                    ..notice.clone()
                },
                unit: issuer.and_then(|issuer| issuer.registration.unit),
            }
        }
        FindingCommand::Dispute { grounds } => {
            require(PlanField::Grounds, grounds)?;
            FindingEvent::Disputed {
                grounds: grounds.clone(),
            }
        }
        FindingCommand::Uphold { reason, plan_by } => {
            require(PlanField::Reason, reason)?;
            check_deadline(PlanField::PlanBy, *plan_by, today)?;
            FindingEvent::Upheld {
                reason: reason.clone(),
                plan_by: ends(*plan_by),
            }
        }
        FindingCommand::Withdraw { reason } => {
            require(PlanField::Reason, reason)?;
            FindingEvent::Withdrawn {
                reason: reason.clone(),
            }
        }
        FindingCommand::SubmitPlan(plan) => {
            check_plan(plan, state, today)?;
            FindingEvent::PlanSubmitted(Plan {
                complete_by: ends(plan.complete_by),
                ..plan.clone()
            })
        }
        FindingCommand::AcceptPlan { plan, opinion } => {
            let read = the_plan(*plan, state)?;
            allow(PlanField::Opinion, opinion)?;
            FindingEvent::PlanAccepted {
                plan: *plan,
                opinion: opinion.clone(),
                // The plan's own day, or where late support moved it while the plan was read.
                complete_by: state.promised.unwrap_or(read.complete_by),
            }
        }
        FindingCommand::ReturnPlan {
            plan,
            opinion,
            plan_by,
        } => {
            the_plan(*plan, state)?;
            require(PlanField::Opinion, opinion)?;
            check_deadline(PlanField::PlanBy, *plan_by, today)?;
            FindingEvent::PlanReturned {
                plan: *plan,
                opinion: opinion.clone(),
                plan_by: ends(*plan_by),
            }
        }
        FindingCommand::AskExtension { until, reason } => {
            require(PlanField::Reason, reason)?;
            check_extension(*until, state, today)?;
            FindingEvent::ExtensionAsked {
                until: *until,
                reason: reason.clone(),
            }
        }
        FindingCommand::GrantExtension { until, opinion } => {
            allow(PlanField::Opinion, opinion)?;
            check_extension(*until, state, today)?;
            FindingEvent::ExtensionGranted {
                until: ends(*until),
                opinion: opinion.clone(),
            }
        }
        FindingCommand::RefuseExtension { opinion } => {
            require(PlanField::Opinion, opinion)?;
            FindingEvent::ExtensionRefused {
                opinion: opinion.clone(),
            }
        }
        FindingCommand::ClaimRectified(evidence) => {
            // A tablet whose clock runs ahead must not make honest evidence too early.
            let seen = state.seen_at.filter(|seen| *seen <= context.now);
            let seen = seen.map(|at| (at, FindingRefusal::PhotoBeforeFinding));
            let notified = state.notified_at;
            let notified = notified.map(|at| (at, FindingRefusal::PhotoBeforeNotice));
            check_evidence(evidence, seen.into_iter().chain(notified))?;
            FindingEvent::RectificationClaimed(evidence.clone())
        }
        FindingCommand::Pass(evidence) => {
            after_claim(evidence)?;
            FindingEvent::ReVerificationPassed(evidence.clone())
        }
        FindingCommand::Fail {
            evidence,
            complete_by,
        } => {
            after_claim(evidence)?;
            check_new_day(*complete_by, today)?;
            FindingEvent::ReVerificationFailed {
                evidence: evidence.clone(),
                complete_by: Some(ends(*complete_by)),
            }
        }
        FindingCommand::Escalate(letter) => {
            check_letter(letter, state, today)?;
            FindingEvent::Escalated(letter.clone())
        }
        FindingCommand::AnswerLetter { account } => {
            require(PlanField::Account, account)?;
            FindingEvent::LetterAnswered {
                account: account.clone(),
            }
        }
        FindingCommand::Reopen {
            reason,
            complete_by,
        } => {
            require(PlanField::Reason, reason)?;
            check_new_day(*complete_by, today)?;
            FindingEvent::Reopened {
                reason: reason.clone(),
                complete_by: Some(ends(*complete_by)),
            }
        }
        FindingCommand::LookBackPass { draw, evidence } => {
            check_evidence(evidence, drawn_at(*draw))?;
            FindingEvent::LookBackPassed {
                draw: *draw,
                evidence: evidence.clone(),
            }
        }
        FindingCommand::LookBackFail {
            draw,
            evidence,
            complete_by,
        } => {
            check_evidence(evidence, drawn_at(*draw))?;
            check_new_day(*complete_by, today)?;
            FindingEvent::LookBackFailed {
                draw: *draw,
                evidence: evidence.clone(),
                complete_by: Some(ends(*complete_by)),
            }
        }
        FindingCommand::OweSupport(owed) => {
            check_support(owed, context)?;
            FindingEvent::SupportOwed {
                support: u32::try_from(state.supports.len() + 1).unwrap_or(u32::MAX),
                owed: SupportOwed {
                    due: ends(owed.due),
                    ..owed.clone()
                },
            }
        }
        FindingCommand::ProvideSupport { support, account } => {
            require(PlanField::Account, account)?;
            return Ok(provided(*support, account, state, today));
        }
        FindingCommand::ConfirmSupport { support } => {
            FindingEvent::SupportConfirmed { support: *support }
        }
    }])
}

/// Support that is there now; where it came late, the institution's deadline moves with it.
fn provided(number: u32, account: &str, state: &Finding, today: Day) -> Vec<FindingEvent> {
    let Some(support) = state.support(number) else {
        return Vec::new();
    };
    let late = late_by(support.owed.due, today);
    let mut events = vec![FindingEvent::SupportProvided {
        support: number,
        account: account.to_owned(),
        on: today,
        late,
    }];
    let rectifying = state
        .stage
        .is_some_and(|stage| stage.is_open() && stage != Stage::Rectified);
    if late == 0 || !rectifying {
        return events;
    }
    let wait = Wait {
        due: support.owed.due,
        provided: today,
    };
    let waits = state.waits();
    let moves = |day: Day| Some(moved(day, wait, &waits)).filter(|moved_to| *moved_to != day);
    // A plan that is still owed moves, too; of one that is being read, the day it promises does.
    let plan_by = state
        .plan_by
        .filter(|_| matches!(state.stage, Some(Stage::Notified | Stage::PlanReturned)))
        .and_then(moves);
    let promised = state
        .promised
        .filter(|_| state.stage == Some(Stage::PlanSubmitted))
        .and_then(moves);
    let complete_by = state.complete_by.and_then(moves);
    if plan_by.is_some() || complete_by.is_some() || promised.is_some() {
        events.push(FindingEvent::DeadlineMoved {
            support: number,
            complete_by: complete_by.or(state.complete_by),
            plan_by,
            promised,
        });
    }
    events
}

fn check_notice(notice: &RectificationNotice, context: &Context<'_>) -> Result<(), FindingRefusal> {
    let today = context.today;
    check_number(&notice.number)?;
    if context
        .facts
        .rectification_numbered(&notice.number)
        .is_some()
    {
        return Err(FindingRefusal::NoticeNumberTaken(notice.number.clone()));
    }
    for (field, text) in [
        (PlanField::Basis, &notice.basis),
        (PlanField::Facts, &notice.facts),
        (PlanField::Requirement, &notice.requirement),
    ] {
        require(field, text)?;
    }
    check_deadline(PlanField::PlanBy, notice.plan_by, today)?;
    check_deadline(PlanField::CompleteBy, notice.complete_by, today)?;
    if notice.complete_by < notice.plan_by {
        return Err(FindingRefusal::PlanAfterCompletion);
    }
    Ok(())
}

fn check_plan(plan: &Plan, state: &Finding, today: Day) -> Result<(), FindingRefusal> {
    for (field, text) in [
        (PlanField::Affected, &plan.affected),
        (PlanField::AtRisk, &plan.at_risk),
        (PlanField::SystemChange, &plan.system_change),
        (PlanField::Monitoring, &plan.monitoring),
    ] {
        require(field, text)?;
    }
    check_deadline(PlanField::PlannedFor, plan.complete_by, today)?;
    // A deadline that is over binds no plan: its reviewer judges what the plan promises instead.
    let limit = state.limit.filter(|limit| today <= *limit);
    match limit {
        Some(limit) if limit < plan.complete_by => Err(FindingRefusal::AfterDeadline { limit }),
        _ => Ok(()),
    }
}

/// The plan that was read, if it is still the latest.
fn the_plan(number: u32, state: &Finding) -> Result<&Plan, FindingRefusal> {
    match &state.plan {
        Some(plan) if number == state.plans => Ok(plan),
        _ => Err(FindingRefusal::PlanReplaced {
            latest: state.plans,
        }),
    }
}

fn check_extension(until: Day, state: &Finding, today: Day) -> Result<(), FindingRefusal> {
    check_deadline(PlanField::Until, until, today)?;
    match state.complete_by {
        Some(than) if until <= than => Err(FindingRefusal::ExtensionNotLater { than }),
        _ => Ok(()),
    }
}

fn check_letter(letter: &Letter, state: &Finding, today: Day) -> Result<(), FindingRefusal> {
    check_number(&letter.number)?;
    // Letters about several findings may be one; two about the same finding are not.
    let key = number_key(&letter.number);
    if state
        .letters
        .iter()
        .any(|before| number_key(&before.number) == key)
    {
        return Err(FindingRefusal::LetterNumberTaken(letter.number.clone()));
    }
    require(PlanField::Demand, &letter.demand)?;
    check_deadline(PlanField::AnswerBy, letter.answer_by, today)
}

fn check_support(owed: &SupportOwed, context: &Context<'_>) -> Result<(), FindingRefusal> {
    require(PlanField::Support, &owed.what)?;
    check_deadline(PlanField::SupportDue, owed.due, context.today)?;
    let kind = context.directory.body(owed.by).map(|body| body.kind);
    if kind != Some(BodyKind::Department) {
        return Err(FindingRefusal::NotARegulator);
    }
    Ok(())
}

fn check_number(number: &str) -> Result<(), FindingRefusal> {
    wording::require(number, NAME_LIMIT)
        .map_err(|refusal| FindingRefusal::Field(PlanField::Number, refusal))
}

fn check_deadline(field: PlanField, day: Day, today: Day) -> Result<(), FindingRefusal> {
    match working_day::days_between(today, day) {
        ..0 => Err(FindingRefusal::DeadlinePast(field)),
        0..=FURTHEST_DEADLINE => Ok(()),
        _ => Err(FindingRefusal::DeadlineTooFar(field)),
    }
}

/// The day by which something is rectified again: what did not hold today is not put right today.
fn check_new_day(day: Day, today: Day) -> Result<(), FindingRefusal> {
    if day == today {
        return Err(FindingRefusal::DeadlineToday(PlanField::CompleteBy));
    }
    check_deadline(PlanField::CompleteBy, day, today)
}

/// Whether a person may rectify in a body at a moment. What was found in a department is put right by its own officers, so that
/// whoever answers for it from above, and orders there, never rectifies there.
///
/// # Errors
/// Where the role or the scope does not permit it; of a department, [`FindingRefusal::NotOfDepartment`].
pub fn permit_rectify(
    directory: &Directory,
    person: PersonId,
    body: BodyId,
    now: Instant,
) -> Result<(), Refusal> {
    let place = Place::Body(body);
    let refused = match permit(directory, person, Act::Rectify, &place, now) {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    if directory.body(body).map(|known| known.kind) != Some(BodyKind::Department) {
        return Err(refused.into());
    }
    permit(directory, person, Act::RectifyDepartment, &place, now)?;
    if belongs_to(person, body, directory) {
        Ok(())
    } else {
        Err(FindingRefusal::NotOfDepartment.into())
    }
}

/// Whether a person gives the support that a department owes: one of its own people, of what lies below it or of what stands above it. A
/// role in the whole jurisdiction makes nobody give what another department owes.
///
/// # Errors
/// Where the role or the scope does not permit it; [`FindingRefusal::SupportOfAnother`].
pub fn permit_support(
    directory: &Directory,
    person: PersonId,
    by: BodyId,
    now: Instant,
) -> Result<(), Refusal> {
    permit(directory, person, Act::GiveSupport, &Place::Body(by), now)?;
    let unit = directory
        .person(person)
        .and_then(|known| known.registration.unit);
    let is_near = |unit| directory.is_within(unit, by) || directory.is_within(by, unit);
    if unit.is_some_and(is_near) {
        Ok(())
    } else {
        Err(FindingRefusal::SupportOfAnother.into())
    }
}

/// Whether a person belongs to a body or to what lies below it.
pub fn belongs_to(person: PersonId, body: BodyId, directory: &Directory) -> bool {
    let unit = directory
        .person(person)
        .and_then(|known| known.registration.unit);
    unit.is_some_and(|unit| directory.is_within(unit, body))
}

/// Re-verification is by someone who neither planned nor claimed nor accepted the plan, and whose unit neither is the body nor
/// lies below or above it up to the department that answers for it, nor is the unit of anyone who rectified.
///
/// # Errors
/// [`FindingRefusal::RectifiedItOneself`], [`FindingRefusal::ApprovedItOneself`] or [`FindingRefusal::SameUnit`].
pub fn check_independent(
    actor: PersonId,
    body: BodyId,
    rectifiers: &[PersonId],
    approvers: &[PersonId],
    directory: &Directory,
) -> Result<(), FindingRefusal> {
    if rectifiers.contains(&actor) {
        return Err(FindingRefusal::RectifiedItOneself);
    }
    if approvers.contains(&actor) {
        return Err(FindingRefusal::ApprovedItOneself);
    }
    let unit_of = |person: PersonId| {
        directory
            .person(person)
            .and_then(|known| known.registration.unit)
    };
    let Some(unit) = unit_of(actor) else {
        return Ok(());
    };
    // Of every unit they were ever of: a transfer makes none of their old colleagues independent.
    let rectifying = rectifiers
        .iter()
        .filter_map(|person| directory.person(*person))
        .flat_map(KnownPerson::units)
        .chain([body]);
    for theirs in rectifying {
        if answers_with(unit, theirs, directory) {
            return Err(FindingRefusal::SameUnit);
        }
    }
    Ok(())
}

/// Whether a unit is a body, lies below it, or is right above it: what the body rectifies is as good as its own.
pub fn answers_with(unit: BodyId, body: BodyId, directory: &Directory) -> bool {
    directory.is_within(unit, body)
        || directory.body(body).and_then(|known| known.parent) == Some(unit)
}
