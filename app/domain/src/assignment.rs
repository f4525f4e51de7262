//! Assignments: one team, one body to visit. A sealed one is known to nobody but the organisers until it is released.

use serde::{Deserialize, Serialize};

use crate::campaign;
use crate::facts::Context;
use crate::id::{BodyId, CampaignId, ChecklistId, GroupId, PersonId};
use crate::instant::Day;
use crate::permission::{Act, Place};
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::{Language, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The team learns of it only on release.
    pub sealed: bool,
    pub checklist: ChecklistId,
    pub checklist_version: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment {
    pub order: Option<AssignmentOrder>,
    pub released: bool,
    pub cancelled: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AssignmentCommand {
    /// One that is not sealed is released at once.
    Create(AssignmentOrder),
    Release,
    Cancel {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AssignmentEvent {
    Created(AssignmentOrder),
    Released,
    Cancelled { reason: String },
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
    OwnBody(PersonId),
    AlreadyReleased,
    Cancelled,
    Reason(WordingRefusal),
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
        }
    }
}

impl Assignment {
    pub fn evolve(&mut self, event: &AssignmentEvent) {
        match event {
            AssignmentEvent::Created(order) => self.order = Some(order.clone()),
            AssignmentEvent::Released => self.released = true,
            AssignmentEvent::Cancelled { .. } => self.cancelled = true,
        }
    }
}

pub fn decide(
    state: &Assignment,
    command: &AssignmentCommand,
    context: &Context<'_>,
) -> Result<Vec<AssignmentEvent>, crate::Refusal> {
    if let AssignmentCommand::Create(order) = command {
        return create(state, order, context);
    }
    let Some(order) = &state.order else {
        return Err(AssignmentRefusal::Unknown.into());
    };
    let authority = context
        .facts
        .campaign(order.campaign)
        .plan
        .as_ref()
        .map_or(Place::Jurisdiction, |plan| Place::Body(plan.authority));
    context.permit(Act::Organise, &authority)?;
    if state.cancelled {
        return Err(AssignmentRefusal::Cancelled.into());
    }
    match command {
        AssignmentCommand::Release if state.released => {
            Err(AssignmentRefusal::AlreadyReleased.into())
        }
        AssignmentCommand::Release => Ok(vec![AssignmentEvent::Released]),
        AssignmentCommand::Cancel { reason } => {
            wording::require(reason, ACCOUNT_LIMIT).map_err(AssignmentRefusal::Reason)?;
            Ok(vec![AssignmentEvent::Cancelled {
                reason: reason.clone(),
            }])
        }
        AssignmentCommand::Create(order) => create(state, order, context),
    }
}

fn create(
    state: &Assignment,
    order: &AssignmentOrder,
    context: &Context<'_>,
) -> Result<Vec<AssignmentEvent>, crate::Refusal> {
    let campaign = context.facts.campaign(order.campaign);
    let Some(plan) = &campaign.plan else {
        return Err(AssignmentRefusal::CampaignUnknown.into());
    };
    context.permit(Act::Organise, &Place::Body(plan.authority))?;
    if state.order.is_some() {
        return Err(AssignmentRefusal::AlreadyCreated.into());
    }
    if context.directory.body(order.target).is_none() {
        return Err(AssignmentRefusal::TargetUnknown.into());
    }
    if (order.checklist, &order.checklist_version) != (plan.checklist, &plan.checklist_version) {
        return Err(AssignmentRefusal::ChecklistDiffers.into());
    }
    if order.visit_on < plan.from || plan.to < order.visit_on {
        return Err(AssignmentRefusal::OutsidePeriod {
            from: plan.from,
            to: plan.to,
        }
        .into());
    }
    campaign::check_team(order.leader, &order.team, context)?;
    for member in &order.team {
        let unit = context
            .directory
            .person(*member)
            .and_then(|known| known.registration.unit);
        if unit.is_some_and(|unit| context.directory.is_within(unit, order.target)) {
            return Err(AssignmentRefusal::OwnBody(*member).into());
        }
    }
    let mut events = vec![AssignmentEvent::Created(order.clone())];
    if !order.sealed {
        events.push(AssignmentEvent::Released);
    }
    Ok(events)
}
