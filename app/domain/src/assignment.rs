//! Assignments: one team, one body to visit. A sealed one is known to nobody but the organisers until it is released: by an
//! organiser, at a time stated beforehand, or when the team has arrived. The event says which. Released, one of an unannounced campaign
//! stays unknown to those visited until the visit has begun: [`foreknowledge`] says who may know of it.
//!
//! Whoever may not know of an assignment is told of it what they would be told if it did not exist, by every command.

use std::collections::BTreeSet;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::campaign::{self, Campaign, CampaignPlan, CampaignRefusal};
use crate::clearance::ClearanceState;
use crate::draw::canonical::assignment_of;
use crate::facts::{Context, StandingVisit};
use crate::foreknowledge;
use crate::id::{
    AssignmentId, BodyId, CampaignId, ChecklistId, DrawId, GroupId, InspectionId, PersonId,
};
use crate::instant::{Day, Instant};
use crate::permission::{Act, PermissionRefusal, Place};
use crate::recusal::{self, RecusalReason};
use crate::visit_mode::VisitMode;
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::working_day::days_between;
use crate::{Language, say};

const DAY: i64 = 24 * 3_600_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignmentOrder {
    pub campaign: CampaignId,
    /// The body to visit.
    pub target: BodyId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    pub leader: PersonId,
    pub team: Vec<PersonId>,
    pub visit_on: Day,
    /// How the visit is to be made; the team records how it was.
    #[serde(default, skip_serializing_if = "VisitMode::is_on_site")]
    pub mode: VisitMode,
    /// The team learns of it only on release.
    pub sealed: bool,
    pub checklist: ChecklistId,
    pub checklist_version: String,
    /// How a sealed one is released.
    #[serde(default, skip_serializing_if = "ReleaseRule::is_by_organiser")]
    pub release: ReleaseRule,
    /// The draw it came out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<DrawId>,
}

/// What a sealed assignment waits for. An organiser may release it before that in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum ReleaseRule {
    #[default]
    ByOrganiser,
    /// From this instant on; the server keeps the time.
    At(Instant),
    /// Until an organiser confirms that the team has arrived.
    OnArrival,
}

impl ReleaseRule {
    fn is_by_organiser(&self) -> bool {
        *self == ReleaseRule::ByOrganiser
    }
}

/// By what rule a sealed assignment was released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum ReleasedBy {
    Organiser,
    /// Its time had come.
    Time {
        at: Instant,
    },
    /// The team had arrived; how that is known.
    Arrival {
        account: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment {
    pub order: Option<AssignmentOrder>,
    pub released: bool,
    /// By what rule, if it was sealed.
    pub rule: Option<ReleasedBy>,
    pub cancelled: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AssignmentCommand {
    /// One that is not sealed is released at once.
    Create(AssignmentOrder),
    Release,
    /// Of one that is released by time, once it has come. Anyone's: it only brings about what was decided when it was made.
    ReleaseDue,
    /// Of one that is released on arrival.
    ConfirmArrival {
        account: String,
    },
    Cancel {
        reason: String,
    },
    /// Moves the visit, also one that was drawn, to another day; one that is released at a time is released as many days later or earlier.
    /// What of it is sealed stays sealed.
    Reschedule {
        visit_on: Day,
        /// The body to visit and the team, as they stand in the order: what else the body has that day is looked up by it, and what the team
        /// tested.
        target: BodyId,
        team: Vec<PersonId>,
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum AssignmentEvent {
    Created(AssignmentOrder),
    /// The order as it is from now on: its day is another, and so is that of a release at a time.
    Rescheduled {
        order: AssignmentOrder,
        reason: String,
    },
    /// Known to its team from now on.
    Released,
    Cancelled {
        reason: String,
    },
    /// By what rule a sealed one is released: the release itself follows.
    ReleasedUnder {
        rule: ReleasedBy,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AssignmentRefusal {
    AlreadyCreated,
    Unknown,
    CampaignUnknown,
    TargetUnknown,
    /// Not the checklist of its campaign.
    ChecklistDiffers,
    OutsidePeriod {
        from: Day,
        to: Day,
    },
    /// Someone in the team belongs to the body to be visited.
    OwnBody(Vec<PersonId>),
    AlreadyReleased,
    Cancelled,
    Reason(WordingRefusal),
    /// Someone in the team belongs to the district of the body to be visited.
    OwnDistrict(Vec<PersonId>),
    /// Someone in the team declared an interest in it.
    DeclaredInterest(Vec<PersonId>),
    /// The regulator is inspected too, and fewer than two of the team are not of it: nobody signs the regulator's file.
    RegulatorsOwn(Vec<PersonId>),
    /// Only what is sealed waits for anything.
    NotSealed,
    /// It would be released at a time that is past.
    ReleasePast,
    /// It would be released on a day after the visit's.
    ReleaseAfterVisit,
    /// Moved there, it would be released at a time that is past: the first day to which it can be moved.
    MovedReleasePast {
        earliest: Day,
    },
    /// The body is to be visited on that day already. The other assignment is named to who organises in the name of its campaign's
    /// authority; to others one that is open is not named, and one that is a secret still does not exist.
    VisitedThatDay {
        by: Option<AssignmentId>,
    },
    /// It does not wait for the team's arrival.
    NotOnArrival,
    /// That draw did not give this visit to this team.
    NotDrawn,
    /// The draw's result is sealed, so are its visits.
    MustBeSealed,
    /// The campaign does not look at bodies of this kind: institutions, departments or both are its subjects.
    NotASubject,
    /// The latest test of someone in the team is positive, and the visit is not made from afar.
    TestedPositive(Vec<PersonId>),
    /// The team is not the group's: it was changed.
    GroupChanged,
    /// Whoever inspected themselves does not take back what they handed in.
    HandedIn,
    /// It is moved by who names another body or another team than it has.
    OtherVisit,
    /// It is moved to the day on which it is.
    SameDay,
    /// It is moved to a day that is over.
    DayPast,
    /// The team has arrived, or began the inspection: the day is what it was.
    Begun,
}

impl AssignmentRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            AssignmentRefusal::AlreadyCreated => {
                say!(language, "该任务已建立", "This assignment exists already")
            }
            AssignmentRefusal::Unknown => {
                say!(language, "没有这项任务", "There is no such assignment")
            }
            AssignmentRefusal::CampaignUnknown => {
                say!(language, "没有这项督查", "There is no such campaign")
            }
            AssignmentRefusal::TargetUnknown => {
                say!(language, "请选择受检单位", "Choose the body to visit")
            }
            AssignmentRefusal::ChecklistDiffers => {
                say!(
                    language,
                    "检查表与督查方案不一致",
                    "The checklist is not the one of the campaign"
                )
            }
            AssignmentRefusal::OutsidePeriod { from, to } => {
                let from = from.text(language);
                let to = to.text(language);
                say!(
                    language,
                    "检查日期应在{from}至{to}之间",
                    "The day of the visit must lie between {from} and {to}"
                )
            }
            AssignmentRefusal::OwnBody(_) => {
                say!(
                    language,
                    "小组成员不得检查本人所在单位（回避）",
                    "Nobody inspects their own body (recusal)"
                )
            }
            AssignmentRefusal::AlreadyReleased => say!(
                language,
                "该任务已启封",
                "This assignment has been released already"
            ),
            AssignmentRefusal::Cancelled => say!(
                language,
                "该任务已取消",
                "This assignment has been cancelled"
            ),
            AssignmentRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            AssignmentRefusal::OwnDistrict(_) => say!(
                language,
                "小组成员不得检查本人所在区的单位（回避）",
                "Nobody inspects in their own district (recusal)"
            ),
            AssignmentRefusal::DeclaredInterest(_) => say!(
                language,
                "小组成员中有人已申报与受检单位有利害关系（回避）",
                "Someone in the team declared an interest in this body (recusal)"
            ),
            AssignmentRefusal::RegulatorsOwn(_) => say!(
                language,
                "同时检查监管部门时，至少两名成员不得来自该部门",
                "Where the regulator is inspected too, at least two of the team must not be of it"
            ),
            AssignmentRefusal::NotSealed => say!(
                language,
                "只有密封的任务才设启封方式",
                "Only a sealed assignment is released by a rule"
            ),
            AssignmentRefusal::ReleasePast => say!(
                language,
                "启封时间应晚于现在",
                "The time of release must lie ahead"
            ),
            AssignmentRefusal::ReleaseAfterVisit => say!(
                language,
                "启封日期不能晚于检查日期，请改日期",
                "The release cannot come after the day of the visit; choose another day"
            ),
            AssignmentRefusal::MovedReleasePast { earliest } => {
                let earliest = earliest.text(language);
                say!(
                    language,
                    "启封时间随检查日期一起改，改到这一天时已过；最早可改到{earliest}，或先由组织者启封",
                    "The release moves with the day and would be past; the first day possible is {earliest}, or release it first"
                )
            }
            AssignmentRefusal::VisitedThatDay { by: Some(_) } => say!(
                language,
                "该单位这一天已有任务，请改日期，或先取消那项任务",
                "The body has an assignment for that day already; choose another day, or cancel that one first"
            ),
            AssignmentRefusal::VisitedThatDay { by: None } => say!(
                language,
                "该单位这一天已有其他单位安排的任务，请改日期",
                "Another authority has the body visited on that day already; choose another day"
            ),
            AssignmentRefusal::NotOnArrival => say!(
                language,
                "该任务不是到达后启封",
                "This assignment does not wait for an arrival"
            ),
            AssignmentRefusal::NotDrawn => say!(
                language,
                "抽取结果中没有这个组对这家单位的任务",
                "The draw did not give this visit to this team"
            ),
            AssignmentRefusal::MustBeSealed => say!(
                language,
                "该抽取的结果是密封的，任务也须密封",
                "The draw's result is sealed; so must its visits be"
            ),
            AssignmentRefusal::NotASubject => say!(
                language,
                "该单位不属于本次督查的检查对象，请选择其他单位",
                "The campaign does not inspect bodies of this kind; choose another"
            ),
            AssignmentRefusal::GroupChanged => say!(
                language,
                "该检查组的人员已调整，请刷新后再建立任务",
                "The group was changed; read the page anew, then assign it"
            ),
            AssignmentRefusal::OtherVisit => say!(
                language,
                "受检单位或成员与任务不一致，请刷新后再改期",
                "The body or the team is not the assignment’s; read the page anew, then move it"
            ),
            AssignmentRefusal::SameDay => say!(
                language,
                "检查日期没有变化，请选择另一天",
                "The day of the visit is what it was; choose another"
            ),
            AssignmentRefusal::DayPast => say!(
                language,
                "检查日期不能改到今天以前",
                "A visit is not moved to a day before today"
            ),
            AssignmentRefusal::Begun => say!(
                language,
                "检查已经开始，不能改期",
                "The visit has begun; its day is not moved any more"
            ),
            AssignmentRefusal::HandedIn => say!(
                language,
                "自查结果已提交，不能取消",
                "The self-inspection was handed in and cannot be called off"
            ),
            AssignmentRefusal::TestedPositive(_) => say!(
                language,
                "小组成员中有人最近一次核酸检测为阳性，不能到现场；请换人或改为远程检查",
                "The latest test of someone in the team is positive; choose others, or a remote visit"
            ),
        }
    }
}

impl Assignment {
    pub fn evolve(&mut self, event: &AssignmentEvent) {
        match event {
            AssignmentEvent::Created(order) | AssignmentEvent::Rescheduled { order, .. } => {
                self.order = Some(order.clone());
            }
            AssignmentEvent::Released => self.released = true,
            AssignmentEvent::ReleasedUnder { rule } => self.rule = Some(rule.clone()),
            AssignmentEvent::Cancelled { .. } => self.cancelled = true,
        }
    }
}

/// # Errors
/// A permission refusal when the actor does not organise in the name of the campaign's authority, nor the self-inspection of the body
/// that the campaign calls to one; of one that they may not know of yet, an [`AssignmentRefusal::Unknown`] instead. A [`CampaignRefusal`](campaign::CampaignRefusal) about the group and the team; else an
/// [`AssignmentRefusal`]: see there.
pub fn decide(
    id: AssignmentId,
    state: &Assignment,
    command: &AssignmentCommand,
    context: &Context<'_>,
) -> Result<Vec<AssignmentEvent>, crate::Refusal> {
    if let AssignmentCommand::Create(order) = command {
        return create(id, state, order, context);
    }
    let Some(order) = &state.order else {
        return Err(AssignmentRefusal::Unknown.into());
    };
    if matches!(command, AssignmentCommand::ReleaseDue) {
        return release_due(state, order, context);
    }
    let plan = context.facts.campaign(order.campaign).plan.as_ref();
    let permitted = match plan {
        Some(plan) => permit_assigning(order, plan, context),
        None => context.permit(Act::Organise, &Place::Jurisdiction),
    };
    let inspection = context.facts.inspection(InspectionId::of(id));
    let is_open = match plan {
        Some(plan) => foreknowledge::is_open(state, plan, inspection),
        None => state.released,
    };
    if !is_open && permitted.is_err() {
        return Err(AssignmentRefusal::Unknown.into());
    }
    permitted?;
    if state.cancelled {
        return Err(AssignmentRefusal::Cancelled.into());
    }
    let organises = plan.is_none_or(|plan| {
        let authority = Place::Body(plan.authority);
        context.permit(Act::Organise, &authority).is_ok()
    });
    if !organises && inspection.submitted.is_some() {
        return Err(AssignmentRefusal::HandedIn.into());
    }
    if let AssignmentCommand::Cancel { reason } = command {
        wording::require(reason, ACCOUNT_LIMIT).map_err(AssignmentRefusal::Reason)?;
        return Ok(vec![AssignmentEvent::Cancelled {
            reason: reason.clone(),
        }]);
    }
    if let AssignmentCommand::Reschedule {
        visit_on,
        target,
        team,
        reason,
    } = command
    {
        wording::require(reason, ACCOUNT_LIMIT).map_err(AssignmentRefusal::Reason)?;
        if (target, team) != (&order.target, &order.team) {
            return Err(AssignmentRefusal::OtherVisit.into());
        }
        let moved = rescheduled(id, state, order, *visit_on, context)?;
        return Ok(vec![AssignmentEvent::Rescheduled {
            order: moved,
            reason: reason.clone(),
        }]);
    }
    if state.released {
        return Err(AssignmentRefusal::AlreadyReleased.into());
    }
    let rule = if let AssignmentCommand::ConfirmArrival { account } = command {
        if order.release != ReleaseRule::OnArrival {
            return Err(AssignmentRefusal::NotOnArrival.into());
        }
        wording::require(account, ACCOUNT_LIMIT).map_err(AssignmentRefusal::Reason)?;
        ReleasedBy::Arrival {
            account: account.clone(),
        }
    } else {
        let away = keeping_away(order, context);
        if !away.is_empty() {
            return Err(AssignmentRefusal::DeclaredInterest(away).into());
        }
        ReleasedBy::Organiser
    };
    Ok(released_under(rule))
}

/// The order for another day. The day is chosen by hand also where the team and the body were drawn: so a body's other visits keep it from
/// that day, and whoever of the team may not inspect there any more keeps the team away. Who tested positive is assigned to no other day
/// either, unless they were drawn, which the assignment's page shows.
fn rescheduled(
    id: AssignmentId,
    state: &Assignment,
    order: &AssignmentOrder,
    visit_on: Day,
    context: &Context<'_>,
) -> Result<AssignmentOrder, crate::Refusal> {
    let inspection = context.facts.inspection(InspectionId::of(id));
    let has_arrived = matches!(state.rule, Some(ReleasedBy::Arrival { .. }));
    if has_arrived || inspection.begun {
        return Err(AssignmentRefusal::Begun.into());
    }
    if visit_on == order.visit_on {
        return Err(AssignmentRefusal::SameDay.into());
    }
    if visit_on < context.today {
        return Err(AssignmentRefusal::DayPast.into());
    }
    if !context.directory.is_active(order.target) {
        return Err(AssignmentRefusal::TargetUnknown.into());
    }
    let campaign = context.facts.campaign(order.campaign);
    let Some(plan) = &campaign.plan else {
        return Err(AssignmentRefusal::CampaignUnknown.into());
    };
    if visit_on < plan.from || plan.to < visit_on {
        return Err(AssignmentRefusal::OutsidePeriod {
            from: plan.from,
            to: plan.to,
        }
        .into());
    }
    let release = match moved_release(state, visit_on) {
        Some(at) if at <= context.now => {
            let days = (context.now.millis() - at.millis()).div_euclid(DAY) + 1;
            let earliest = visit_on.plus(days);
            // Where that is the day it has, or the campaign is over by then, none earlier is named.
            let refusal = if earliest == order.visit_on || plan.to < earliest {
                AssignmentRefusal::ReleasePast
            } else {
                AssignmentRefusal::MovedReleasePast { earliest }
            };
            return Err(refusal.into());
        }
        // Where the clocks change meanwhile, as many days later is another hour, perhaps of another day.
        Some(at) => {
            check_release_day(at, visit_on, context)?;
            ReleaseRule::At(at)
        }
        None => order.release,
    };
    let order = AssignmentOrder {
        visit_on,
        release,
        ..order.clone()
    };
    check_team(&order, campaign, plan, context)?;
    if order.draw.is_none() {
        check_clearance(&order, context)?;
    }
    check_day(id, &order, context)?;
    Ok(order)
}

/// When one that waits for a time is released once it is moved: as many days later, or earlier.
pub(crate) fn moved_release(state: &Assignment, visit_on: Day) -> Option<Instant> {
    let order = state.order.as_ref().filter(|_| !state.released)?;
    match order.release {
        ReleaseRule::At(at) => Some(at.plus_hours(24 * days_between(order.visit_on, visit_on))),
        ReleaseRule::ByOrganiser | ReleaseRule::OnArrival => None,
    }
}

/// A day that nobody noted is none on which it could be released.
fn check_release_day(
    at: Instant,
    visit_on: Day,
    context: &Context<'_>,
) -> Result<(), AssignmentRefusal> {
    match context.facts.day(at) {
        Some(day) if day <= visit_on => Ok(()),
        _ => Err(AssignmentRefusal::ReleaseAfterVisit),
    }
}

/// Those of the team who declared an interest since it was made: nobody is told of a visit from which they keep away.
fn keeping_away(order: &AssignmentOrder, context: &Context<'_>) -> Vec<PersonId> {
    let campaign = context.facts.campaign(order.campaign);
    let is_interested = |member: &&PersonId| {
        recusal::is_interested(**member, order.target, campaign, context.directory)
    };
    order.team.iter().filter(is_interested).copied().collect()
}

fn released_under(rule: ReleasedBy) -> Vec<AssignmentEvent> {
    vec![
        AssignmentEvent::ReleasedUnder { rule },
        AssignmentEvent::Released,
    ]
}

/// Before its time, of one that does not wait for a time, and of one from which somebody of the team keeps away, nobody learns more than that there is nothing to release.
fn release_due(
    state: &Assignment,
    order: &AssignmentOrder,
    context: &Context<'_>,
) -> Result<Vec<AssignmentEvent>, crate::Refusal> {
    match order.release {
        ReleaseRule::At(at)
            if at <= context.now && !state.cancelled && keeping_away(order, context).is_empty() =>
        {
            if state.released {
                return Err(AssignmentRefusal::AlreadyReleased.into());
            }
            Ok(released_under(ReleasedBy::Time { at }))
        }
        _ => Err(AssignmentRefusal::Unknown.into()),
    }
}

/// Whoever organises in the name of the campaign's authority assigns what they like; an institution that is called to inspect itself
/// assigns its own people to it.
fn permit_assigning(
    order: &AssignmentOrder,
    plan: &CampaignPlan,
    context: &Context<'_>,
) -> Result<(), PermissionRefusal> {
    let organises = context.permit(Act::Organise, &Place::Body(plan.authority));
    let directory = context.directory;
    let is_of_target = |member: &PersonId| recusal::is_of(*member, order.target, directory);
    let inspects_itself = plan.calls_to_inspect_itself(order.target, directory)
        && !order.sealed
        && order.team.iter().all(is_of_target)
        && context
            .permit(Act::SelfInspect, &Place::Body(order.target))
            .is_ok();
    if inspects_itself { Ok(()) } else { organises }
}

fn create(
    id: AssignmentId,
    state: &Assignment,
    order: &AssignmentOrder,
    context: &Context<'_>,
) -> Result<Vec<AssignmentEvent>, crate::Refusal> {
    let campaign = context.facts.campaign(order.campaign);
    let Some(plan) = &campaign.plan else {
        return Err(AssignmentRefusal::CampaignUnknown.into());
    };
    permit_assigning(order, plan, context)?;
    if state.order.is_some() {
        return Err(AssignmentRefusal::AlreadyCreated.into());
    }
    let target = context.directory.body(order.target);
    let Some(target) = target.filter(|_| context.directory.is_active(order.target)) else {
        return Err(AssignmentRefusal::TargetUnknown.into());
    };
    if !plan.terms.subjects.include(target.kind) {
        return Err(AssignmentRefusal::NotASubject.into());
    }
    if !plan.uses(order.checklist, &order.checklist_version) {
        return Err(AssignmentRefusal::ChecklistDiffers.into());
    }
    if order.visit_on < plan.from || plan.to < order.visit_on {
        return Err(AssignmentRefusal::OutsidePeriod {
            from: plan.from,
            to: plan.to,
        }
        .into());
    }
    match order.release {
        ReleaseRule::ByOrganiser => {}
        _ if !order.sealed => return Err(AssignmentRefusal::NotSealed.into()),
        ReleaseRule::At(at) if at <= context.now => {
            return Err(AssignmentRefusal::ReleasePast.into());
        }
        ReleaseRule::At(at) => check_release_day(at, order.visit_on, context)?,
        ReleaseRule::OnArrival => {}
    }
    check_group(order, campaign)?;
    check_team(order, campaign, plan, context)?;
    check_draw(id, order, context)?;
    // A result is carried out as it came out, on whatever day it is laid, by whom it named; the assignment's page says who is not cleared.
    if order.draw.is_none() {
        check_clearance(order, context)?;
        check_day(id, order, context)?;
    }
    let mut events = vec![AssignmentEvent::Created(order.clone())];
    if !order.sealed {
        events.push(AssignmentEvent::Released);
    }
    Ok(events)
}

/// Who is of the team may inspect in such a campaign, there, and together, as people and bodies are now.
fn check_team(
    order: &AssignmentOrder,
    campaign: &Campaign,
    plan: &CampaignPlan,
    context: &Context<'_>,
) -> Result<(), crate::Refusal> {
    campaign::check_team(plan.kind, order.leader, &order.team, context)?;
    let is_out_of_place = |member: &&PersonId| {
        !recusal::inspects_there(**member, order.target, plan, context.directory, context.now)
    };
    let team: BTreeSet<PersonId> = order.team.iter().copied().collect();
    let out_of_place: Vec<PersonId> = team.iter().filter(is_out_of_place).copied().collect();
    if !out_of_place.is_empty() {
        return Err(CampaignRefusal::NotAnInspector(out_of_place).into());
    }
    // Of a team that was drawn it was judged when the rules were published; a result is carried out as it came out.
    let target = context.directory.body(order.target);
    let district = target.and_then(|target| target.district.as_ref());
    if order.draw.is_none() && plan.is_joint_in(district) {
        campaign::check_joint(plan, &order.team, context.directory)?;
    }
    check_recusals(order, campaign, plan, context)?;
    Ok(())
}

/// Of a group that is there, as it is now: whoever assigns it may have its page open since before it was changed. What was drawn is of
/// the group as it was then.
fn check_group(order: &AssignmentOrder, campaign: &Campaign) -> Result<(), crate::Refusal> {
    let Some(id) = order.group.filter(|_| order.draw.is_none()) else {
        return Ok(());
    };
    let group = campaign.group(id).ok_or(CampaignRefusal::GroupUnknown)?;
    if (group.leader, &group.members) == (order.leader, &order.team) {
        Ok(())
    } else {
        Err(AssignmentRefusal::GroupChanged.into())
    }
}

/// A body is visited once a day, but for what was drawn; inspecting itself is no visit, and keeps nobody away: it does so once a day for each
/// campaign. Of two orders given in the same moment both may come to stand; the lists show them side by side.
fn check_day(
    id: AssignmentId,
    order: &AssignmentOrder,
    context: &Context<'_>,
) -> Result<(), AssignmentRefusal> {
    let campaign = context.facts.campaign(order.campaign);
    let is_by_own = campaign.plan.as_ref().is_some_and(CampaignPlan::is_by_own);
    let own = is_by_own.then_some(order.campaign);
    let visits = context.facts.visits(order.target, order.visit_on);
    let others = || {
        let others = visits.iter().filter(|visit| visit.assignment != id);
        others.filter(|visit| visit.own == own)
    };
    let organises = |visit: &&StandingVisit| {
        context
            .permit(Act::Organise, &Place::Body(visit.authority))
            .is_ok()
    };
    // Of its own inspections, each institution may know of those that are open.
    let knows = |visit: &&StandingVisit| organises(visit) || (is_by_own && visit.open);
    if let Some(known) = others().find(knows) {
        let by = Some(known.assignment);
        return Err(AssignmentRefusal::VisitedThatDay { by });
    }
    if others().any(|visit| visit.open) {
        return Err(AssignmentRefusal::VisitedThatDay { by: None });
    }
    Ok(())
}

/// Who tested positive is assigned nowhere but from afar; who tests positive later is shown on the assignment's page. A test that will be too old by the day of the visit is no ground to refuse: there is time for another,
/// and what was valid at the visit is shown with it.
fn check_clearance(
    order: &AssignmentOrder,
    context: &Context<'_>,
) -> Result<(), AssignmentRefusal> {
    // Who inspects the place they work at is there anyway, and what they tested is not told to whoever assigns them.
    let campaign = context.facts.campaign(order.campaign);
    let is_by_own = campaign.plan.as_ref().is_some_and(CampaignPlan::is_by_own);
    if order.mode == VisitMode::Remote || is_by_own {
        return Ok(());
    }
    let is_positive = |person: &&PersonId| {
        context.facts.clearance(**person).state(context.now) == ClearanceState::Positive
    };
    let positive: Vec<PersonId> = order.team.iter().filter(is_positive).copied().collect();
    if positive.is_empty() {
        Ok(())
    } else {
        Err(AssignmentRefusal::TestedPositive(positive))
    }
}

/// Who is of the team keeps away from what [`recusal`] keeps them from.
fn check_recusals(
    order: &AssignmentOrder,
    campaign: &Campaign,
    plan: &CampaignPlan,
    context: &Context<'_>,
) -> Result<(), AssignmentRefusal> {
    let directory = context.directory;
    let team: BTreeSet<PersonId> = order.team.iter().copied().collect();
    let kept_away = |by: RecusalReason| -> Vec<PersonId> {
        let is_kept_away = |member: &&PersonId| {
            let why = recusal::recused(**member, order.target, campaign, directory, context.now);
            why == Some(by)
        };
        team.iter().filter(is_kept_away).copied().collect()
    };
    // All whom one reason keeps away are told of together.
    let refusals: [(RecusalReason, fn(Vec<PersonId>) -> AssignmentRefusal); 3] = [
        (RecusalReason::OwnBody, AssignmentRefusal::OwnBody),
        (RecusalReason::OwnDistrict, AssignmentRefusal::OwnDistrict),
        (
            RecusalReason::DeclaredInterest,
            AssignmentRefusal::DeclaredInterest,
        ),
    ];
    for (reason, refusal) in refusals {
        let members = kept_away(reason);
        if !members.is_empty() {
            return Err(refusal(members));
        }
    }
    if plan.terms.subjects.include_regulators()
        && let Some(regulator) = recusal::regulator_of(order.target, directory)
    {
        let is_of_it = |member: &&PersonId| recusal::is_of(**member, regulator, directory);
        let (its_own, others): (Vec<PersonId>, Vec<PersonId>) = team.iter().partition(is_of_it);
        if others.len() < campaign::SMALLEST_TEAM {
            return Err(AssignmentRefusal::RegulatorsOwn(its_own));
        }
    }
    Ok(())
}

/// An assignment that says it came out of a draw is one of its visits, with the team that was drawn for it.
fn check_draw(
    id: AssignmentId,
    order: &AssignmentOrder,
    context: &Context<'_>,
) -> Result<(), AssignmentRefusal> {
    let Some(draw) = order.draw else {
        return Ok(());
    };
    let draw = context.facts.draw(draw);
    let round = draw.round();
    let (Some((published, _)), Some(round), None) = (&draw.published, round, &draw.abandoned)
    else {
        return Err(AssignmentRefusal::NotDrawn);
    };
    let Some((drawn, _)) = &round.drawn else {
        return Err(AssignmentRefusal::NotDrawn);
    };
    let team = round
        .visits()
        .into_iter()
        .find(|(institution, _)| *institution == order.target)
        .and_then(|(_, team)| drawn.result.teams.get(team as usize));
    let is_drawn = team.is_some_and(|team| {
        (team.leader, &team.members, team.group) == (order.leader, &order.team, order.group)
    });
    if !is_drawn
        || published.plan.campaign != order.campaign
        || id != assignment_of(drawn.seed, order.target)
    {
        return Err(AssignmentRefusal::NotDrawn);
    }
    if !draw.is_public() && !order.sealed {
        return Err(AssignmentRefusal::MustBeSealed);
    }
    Ok(())
}
