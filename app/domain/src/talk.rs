//! Collective talks 集体约谈: who convened whom, the report heard from each body, and the requirements put to them one by one, each
//! acknowledged by each body it is put to, and linked to what came of it.
//!
//! # What comes of a requirement
//! A requirement is *looked into* by campaigns and by items of checklists, and *found wanting* by findings; a closure is the end of a
//! finding. The links are the talk's own events: neither campaign nor finding knows of them, so whatever they become, they stay linked.
//!
//! # What changes
//! A talk in which nothing was heard or demanded yet is held at another time or place, or called off (取消). A requirement gets another
//! day, or is withdrawn (撤回): nobody acknowledges it or looks into it any more, and what it was linked to stays.

use std::collections::BTreeMap;

use form::{Line, Texts};
use serde::{Deserialize, Serialize};

use crate::attachment::{Attachment, AttachmentRefusal, check_attachments};
use crate::facts::Context;
use crate::id::{BodyId, CampaignId, ChecklistId, FindingId, NoticeId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::check_texts;
use crate::notice::{Done, permit_receipt};
use crate::permission::{Act, Place};
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

/// Most bodies in one talk, and most requirements of one.
pub const ROOM_LIMIT: usize = 200;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TalkPlan {
    pub title: Texts,
    /// The directive it presses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeId>,
    pub at: Instant,
    pub place: String,
    /// Who holds it; the first in whose name.
    pub conveners: Vec<BodyId>,
    /// Who sits by, such as a supervision office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<BodyId>,
    /// Who is talked to.
    pub attendees: Vec<BodyId>,
}

/// What a body reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    pub body: BodyId,
    pub account: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// What is demanded of some of the bodies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requirement {
    pub text: Texts,
    /// The line of responsibility it presses; None for all three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    pub bodies: Vec<BodyId>,
    /// By when it is carried out, where there is such a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
}

/// What a requirement leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Consequence {
    /// The campaign that looks into it.
    Campaign(CampaignId),
    /// The item of a checklist that asks for it.
    Item {
        checklist: ChecklistId,
        version: String,
        /// The item's name in the definition.
        item: String,
        /// And its code, such as E1, which findings bear.
        code: String,
    },
    /// A finding that says it was not met.
    Finding(FindingId),
}

/// A requirement and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub requirement: Requirement,
    pub set: Done,
    pub acknowledged: BTreeMap<BodyId, Done>,
    /// In the order in which they were linked.
    pub consequences: Vec<Consequence>,
    /// When it was last given another day: who acknowledged it before, acknowledged the day before.
    pub moved: Option<Done>,
    /// Why, by whom and when it was withdrawn.
    pub withdrawn: Option<(String, Done)>,
}

/// When and where a talk was to be held, and why it is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub at: Instant,
    pub place: String,
    pub reason: String,
    pub done: Done,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Talk {
    pub plan: Option<TalkPlan>,
    pub convened: Option<Done>,
    pub reports: Vec<(Report, Done)>,
    /// By number, from 1.
    pub requirements: BTreeMap<u32, Set>,
    /// The last last.
    pub moves: Vec<Moved>,
    /// Why, by whom and when it was called off.
    pub cancelled: Option<(String, Done)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TalkCommand {
    Convene(TalkPlan),
    /// A body may report again, to add something.
    HearReport(Report),
    /// Names the notice that a talk convened without one presses, such as one issued after the directive was given by word of mouth.
    BaseOn {
        notice: NoticeId,
    },
    /// It gets the next number.
    SetRequirement(Requirement),
    Acknowledge {
        requirement: u32,
        body: BodyId,
    },
    Link {
        requirement: u32,
        to: Consequence,
    },
    /// The link was a mistake.
    Unlink {
        requirement: u32,
        to: Consequence,
        reason: String,
    },
    /// It is carried out by another day.
    MoveRequirement {
        requirement: u32,
        due: Instant,
        reason: String,
    },
    /// Nothing is demanded any more.
    WithdrawRequirement {
        requirement: u32,
        reason: String,
    },
    /// It is held at another time, or elsewhere.
    Move {
        at: Instant,
        place: String,
        reason: String,
    },
    /// It is not held.
    Cancel {
        reason: String,
    },
}

impl TalkCommand {
    /// Whether it writes over a time or a place, or confirms one.
    pub const fn is_about_what_was_read(&self) -> bool {
        matches!(
            self,
            TalkCommand::Move { .. }
                | TalkCommand::MoveRequirement { .. }
                | TalkCommand::Acknowledge { .. }
        )
    }

    /// Whether an event changed what it is about: several people write down one talk, and what one of them writes about another body or
    /// another demand is nothing to the others.
    pub fn is_about(&self, event: &TalkEvent) -> bool {
        let own = match self {
            TalkCommand::Acknowledge { requirement, .. }
            | TalkCommand::Link { requirement, .. }
            | TalkCommand::Unlink { requirement, .. }
            | TalkCommand::MoveRequirement { requirement, .. }
            | TalkCommand::WithdrawRequirement { requirement, .. } => Some(requirement),
            _ => None,
        };
        match event {
            TalkEvent::Moved { .. } | TalkEvent::Cancelled { .. } => return true,
            TalkEvent::RequirementMoved { number, .. }
            | TalkEvent::RequirementWithdrawn { number, .. } => return own == Some(number),
            _ => {}
        }
        match self {
            TalkCommand::Convene(_) => true,
            TalkCommand::MoveRequirement { .. } | TalkCommand::WithdrawRequirement { .. } => false,
            TalkCommand::Move { .. } | TalkCommand::Cancel { .. } => matches!(
                event,
                TalkEvent::ReportHeard(_) | TalkEvent::RequirementSet { .. }
            ),
            TalkCommand::HearReport(report) => {
                matches!(event, TalkEvent::ReportHeard(heard) if heard.body == report.body)
            }
            TalkCommand::BaseOn { .. } => matches!(event, TalkEvent::BasedOn { .. }),
            TalkCommand::SetRequirement(_) => matches!(event, TalkEvent::RequirementSet { .. }),
            TalkCommand::Acknowledge { requirement, body } => matches!(
                event,
                TalkEvent::RequirementAcknowledged { number, body: own } if number == requirement && own == body
            ),
            TalkCommand::Link { requirement, .. } | TalkCommand::Unlink { requirement, .. } => {
                matches!(
                    event,
                    TalkEvent::Linked { number, .. } | TalkEvent::Unlinked { number, .. } if number == requirement
                )
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TalkEvent {
    Convened(TalkPlan),
    BasedOn {
        notice: NoticeId,
    },
    ReportHeard(Report),
    RequirementSet {
        number: u32,
        requirement: Requirement,
    },
    RequirementAcknowledged {
        number: u32,
        body: BodyId,
    },
    Linked {
        number: u32,
        to: Consequence,
    },
    Unlinked {
        number: u32,
        to: Consequence,
        reason: String,
    },
    RequirementMoved {
        number: u32,
        /// As it is from now on.
        requirement: Requirement,
        reason: String,
    },
    RequirementWithdrawn {
        number: u32,
        reason: String,
        /// Whom it was put to.
        bodies: Vec<BodyId>,
    },
    Moved {
        /// As it is from now on.
        plan: TalkPlan,
        reason: String,
    },
    Cancelled {
        reason: String,
        /// Who was to take part.
        bodies: Vec<BodyId>,
    },
}

impl TalkPlan {
    /// Who takes part beside the body in whose name it is held.
    pub fn participants(&self) -> Vec<BodyId> {
        let others = self.conveners.iter().skip(1);
        others.chain(&self.attendees).copied().collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TalkRefusal {
    AlreadyConvened,
    NotConvened,
    Title(WordingRefusal),
    Place(WordingRefusal),
    NoConvener,
    NoAttendee,
    TooMany {
        limit: usize,
    },
    BodyUnknown,
    /// One body in two roles, or twice in one.
    BodyTwice(BodyId),
    NoticeUnknown,
    /// Nothing is based on a notice that was withdrawn.
    NoticeWithdrawn,
    /// It names its notice already; that does not change.
    AlreadyBased,
    /// Reports are heard and demands made when it is held, not before.
    NotYetHeld,
    NotAttending(BodyId),
    Account(WordingRefusal),
    Attachment(AttachmentRefusal),
    Requirement(WordingRefusal),
    /// It is put to nobody.
    NoBody,
    DuePast,
    RequirementUnknown,
    /// It was not put to this body.
    NotAsked,
    AlreadyAcknowledged,
    ConsequenceUnknown,
    AlreadyLinked,
    NotLinked,
    Reason(WordingRefusal),
    /// It was called off: nothing is done in it any more.
    Cancelled,
    /// A report was heard or a demand made: it was held when and where it was.
    AlreadyHeld,
    /// It is moved to a time to come.
    TimePast,
    /// Time and place stay as they are.
    NothingMoved,
    /// The day of a requirement stays as it is.
    SameDay,
    /// Nothing is demanded any more.
    RequirementWithdrawn,
}

impl TalkRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            TalkRefusal::AlreadyConvened => {
                say!(language, "该约谈已建立", "This talk exists already")
            }
            TalkRefusal::NotConvened => say!(language, "没有这次约谈", "There is no such talk"),
            TalkRefusal::Title(refusal) => {
                let why = refusal.text(language);
                say!(language, "主题：{why}", "Subject: {why}")
            }
            TalkRefusal::Place(refusal) => {
                let why = refusal.text(language);
                say!(language, "地点：{why}", "Place: {why}")
            }
            TalkRefusal::NoConvener => {
                say!(
                    language,
                    "请选择召集单位",
                    "Choose the body that convenes it"
                )
            }
            TalkRefusal::NoAttendee => {
                say!(language, "请选择被约谈单位", "Choose the bodies talked to")
            }
            TalkRefusal::TooMany { limit } => {
                say!(language, "最多{limit}个", "{limit} at most")
            }
            TalkRefusal::BodyUnknown => say!(
                language,
                "所选单位中有一个不存在",
                "One of the bodies chosen does not exist"
            ),
            TalkRefusal::BodyTwice(_) => say!(
                language,
                "同一单位只能以一种身份参加一次",
                "A body takes part once, in one role"
            ),
            TalkRefusal::NoticeUnknown => {
                say!(language, "没有这份通知", "There is no such notice")
            }
            TalkRefusal::NoticeWithdrawn => say!(
                language,
                "该通知已撤回，请选择其他通知",
                "This notice was withdrawn; choose another"
            ),
            TalkRefusal::AlreadyBased => say!(
                language,
                "该约谈已有依据的通知，不能更改",
                "This talk names the notice it presses already; that does not change"
            ),
            TalkRefusal::NotYetHeld => say!(
                language,
                "约谈尚未开始，开始后再记录汇报和要求",
                "The talk has not begun; record reports and requirements when it has"
            ),
            TalkRefusal::NotAttending(_) => say!(
                language,
                "该单位不是被约谈单位",
                "This body is not one of those talked to"
            ),
            TalkRefusal::Account(refusal) => {
                let why = refusal.text(language);
                say!(language, "汇报内容：{why}", "Report: {why}")
            }
            TalkRefusal::Attachment(refusal) => refusal.text(language),
            TalkRefusal::Requirement(refusal) => {
                let why = refusal.text(language);
                say!(language, "要求：{why}", "Requirement: {why}")
            }
            TalkRefusal::NoBody => say!(
                language,
                "请选择该要求针对的单位",
                "Choose the bodies it is put to"
            ),
            TalkRefusal::DuePast => say!(
                language,
                "完成期限已过，请改为将来的时间",
                "The time to carry it out is in the past; choose a later one"
            ),
            TalkRefusal::RequirementUnknown => {
                say!(language, "没有这项要求", "There is no such requirement")
            }
            TalkRefusal::NotAsked => say!(
                language,
                "该要求不针对这个单位",
                "This requirement was not put to this body"
            ),
            TalkRefusal::AlreadyAcknowledged => say!(
                language,
                "该单位已确认这项要求",
                "This body has acknowledged the requirement already"
            ),
            TalkRefusal::ConsequenceUnknown => say!(
                language,
                "没有这项督查、检查项或问题",
                "There is no such campaign, item or finding"
            ),
            TalkRefusal::AlreadyLinked => say!(language, "已关联", "It is linked already"),
            TalkRefusal::NotLinked => say!(language, "没有这项关联", "It is not linked"),
            TalkRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            TalkRefusal::Cancelled => say!(language, "该约谈已取消", "This talk was called off"),
            TalkRefusal::AlreadyHeld => say!(
                language,
                "该约谈已听取汇报或提出要求，不能改期或取消",
                "Reports were heard or demands made in this talk; it cannot be moved or called off any more"
            ),
            TalkRefusal::TimePast => say!(
                language,
                "约谈时间已过，请改为将来的时间",
                "The time of the talk is in the past; choose a later one"
            ),
            TalkRefusal::NothingMoved => say!(
                language,
                "没有变化，请填写新的时间或地点",
                "Nothing was changed; give another time or place"
            ),
            TalkRefusal::SameDay => say!(
                language,
                "期限没有变化，请填写新的期限",
                "The day stays as it is; give another"
            ),
            TalkRefusal::RequirementWithdrawn => {
                say!(language, "该要求已撤回", "This requirement was withdrawn")
            }
        }
    }
}

impl Talk {
    pub fn evolve(&mut self, event: &TalkEvent, actor: PersonId, at: Instant) {
        let done = Done { by: actor, at };
        let known = match event {
            TalkEvent::RequirementAcknowledged { number, .. }
            | TalkEvent::Linked { number, .. }
            | TalkEvent::Unlinked { number, .. }
            | TalkEvent::RequirementMoved { number, .. }
            | TalkEvent::RequirementWithdrawn { number, .. } => self.requirements.get_mut(number),
            _ => None,
        };
        match (event, known) {
            (TalkEvent::Convened(plan), _) => {
                self.plan = Some(plan.clone());
                self.convened = Some(done);
            }
            (TalkEvent::BasedOn { notice }, _) => {
                if let Some(plan) = &mut self.plan {
                    plan.notice = Some(*notice);
                }
            }
            (TalkEvent::ReportHeard(report), _) => self.reports.push((report.clone(), done)),
            (
                TalkEvent::RequirementSet {
                    number,
                    requirement,
                },
                _,
            ) => {
                let set = Set {
                    requirement: requirement.clone(),
                    set: done,
                    acknowledged: BTreeMap::new(),
                    consequences: Vec::new(),
                    moved: None,
                    withdrawn: None,
                };
                self.requirements.insert(*number, set);
            }
            (TalkEvent::RequirementAcknowledged { body, .. }, Some(known)) => {
                known.acknowledged.insert(*body, done);
            }
            (TalkEvent::Linked { to, .. }, Some(known)) => known.consequences.push(to.clone()),
            (TalkEvent::Unlinked { to, .. }, Some(known)) => {
                known.consequences.retain(|known| known != to);
            }
            (TalkEvent::RequirementMoved { requirement, .. }, Some(known)) => {
                known.requirement.clone_from(requirement);
                known.moved = Some(done);
            }
            (TalkEvent::RequirementWithdrawn { reason, .. }, Some(known)) => {
                known.withdrawn = Some((reason.clone(), done));
            }
            (TalkEvent::Moved { plan, reason }, _) => {
                let before = self.plan.replace(plan.clone());
                self.moves.extend(before.map(|before| Moved {
                    at: before.at,
                    place: before.place,
                    reason: reason.clone(),
                    done,
                }));
            }
            (TalkEvent::Cancelled { reason, .. }, _) => {
                self.cancelled = Some((reason.clone(), done));
            }
            // Of a requirement that was never set: nothing this version could have recorded.
            _ => {}
        }
    }

    fn requirement(&self, number: u32) -> Result<&Set, TalkRefusal> {
        let known = self.requirements.get(&number);
        let known = known.ok_or(TalkRefusal::RequirementUnknown)?;
        match known.withdrawn {
            Some(_) => Err(TalkRefusal::RequirementWithdrawn),
            None => Ok(known),
        }
    }

    /// Refused of one that has been held.
    fn is_ahead(&self) -> Result<(), TalkRefusal> {
        let nothing_said = self.reports.is_empty() && self.requirements.is_empty();
        nothing_said.then_some(()).ok_or(TalkRefusal::AlreadyHeld)
    }
}

/// # Errors
/// A permission refusal when the actor may not: convening, moving, calling off, naming the notice, hearing, demanding and linking are for who
/// organises in the name of the first convener, acknowledging for who answers for the body. Else a [`TalkRefusal`]: see there.
pub fn decide(
    state: &Talk,
    command: &TalkCommand,
    context: &Context<'_>,
) -> Result<Vec<TalkEvent>, crate::Refusal> {
    if let TalkCommand::Convene(plan) = command {
        return convene(state, plan, context);
    }
    let Some(plan) = &state.plan else {
        return Err(TalkRefusal::NotConvened.into());
    };
    let convener = plan.conveners.first();
    let stands = || match state.cancelled {
        Some(_) => Err(TalkRefusal::Cancelled),
        None => Ok(()),
    };
    let held = |context: &Context<'_>| -> Result<(), crate::Refusal> {
        let convener = convener.ok_or(TalkRefusal::NotConvened)?;
        context.permit(Act::Organise, &Place::Body(*convener))?;
        Ok(stands()?)
    };
    Ok(vec![match command {
        TalkCommand::Convene(_) => return Err(TalkRefusal::AlreadyConvened.into()),
        TalkCommand::HearReport(report) => {
            held(context)?;
            if context.now < plan.at {
                return Err(TalkRefusal::NotYetHeld.into());
            }
            if !plan.attendees.contains(&report.body) {
                return Err(TalkRefusal::NotAttending(report.body).into());
            }
            wording::require(&report.account, ACCOUNT_LIMIT).map_err(TalkRefusal::Account)?;
            check_attachments(&report.attachments).map_err(TalkRefusal::Attachment)?;
            TalkEvent::ReportHeard(report.clone())
        }
        TalkCommand::BaseOn { notice } => {
            held(context)?;
            if plan.notice.is_some() {
                return Err(TalkRefusal::AlreadyBased.into());
            }
            check_notice(*notice, context)?;
            TalkEvent::BasedOn { notice: *notice }
        }
        TalkCommand::SetRequirement(requirement) => {
            held(context)?;
            set_requirement(state, plan, requirement, context)?
        }
        TalkCommand::Acknowledge { requirement, body } => {
            let known = state.requirement(*requirement)?;
            permit_receipt(context, *body)?;
            if !known.requirement.bodies.contains(body) {
                return Err(TalkRefusal::NotAsked.into());
            }
            if known.acknowledged.contains_key(body) {
                return Err(TalkRefusal::AlreadyAcknowledged.into());
            }
            TalkEvent::RequirementAcknowledged {
                number: *requirement,
                body: *body,
            }
        }
        TalkCommand::Link { requirement, to } => {
            held(context)?;
            let known = state.requirement(*requirement)?;
            if known.consequences.contains(to) {
                return Err(TalkRefusal::AlreadyLinked.into());
            }
            if !is_there(to, context) {
                return Err(TalkRefusal::ConsequenceUnknown.into());
            }
            TalkEvent::Linked {
                number: *requirement,
                to: to.clone(),
            }
        }
        TalkCommand::Unlink {
            requirement,
            to,
            reason,
        } => {
            held(context)?;
            if !state.requirement(*requirement)?.consequences.contains(to) {
                return Err(TalkRefusal::NotLinked.into());
            }
            wording::require(reason, ACCOUNT_LIMIT).map_err(TalkRefusal::Reason)?;
            TalkEvent::Unlinked {
                number: *requirement,
                to: to.clone(),
                reason: reason.clone(),
            }
        }
        TalkCommand::MoveRequirement {
            requirement,
            due,
            reason,
        } => {
            held(context)?;
            let known = state.requirement(*requirement)?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(TalkRefusal::Reason)?;
            if known.requirement.due == Some(*due) {
                return Err(TalkRefusal::SameDay.into());
            }
            if *due <= context.now {
                return Err(TalkRefusal::DuePast.into());
            }
            TalkEvent::RequirementMoved {
                number: *requirement,
                requirement: Requirement {
                    due: Some(*due),
                    ..known.requirement.clone()
                },
                reason: reason.clone(),
            }
        }
        TalkCommand::WithdrawRequirement {
            requirement,
            reason,
        } => {
            held(context)?;
            let known = state.requirement(*requirement)?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(TalkRefusal::Reason)?;
            TalkEvent::RequirementWithdrawn {
                number: *requirement,
                reason: reason.clone(),
                bodies: known.requirement.bodies.clone(),
            }
        }
        TalkCommand::Move { at, place, reason } => {
            held(context)?;
            state.is_ahead()?;
            wording::require(place, NAME_LIMIT).map_err(TalkRefusal::Place)?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(TalkRefusal::Reason)?;
            if *at == plan.at && *place == plan.place {
                return Err(TalkRefusal::NothingMoved.into());
            }
            if *at <= context.now {
                return Err(TalkRefusal::TimePast.into());
            }
            TalkEvent::Moved {
                plan: TalkPlan {
                    at: *at,
                    place: place.clone(),
                    ..plan.clone()
                },
                reason: reason.clone(),
            }
        }
        TalkCommand::Cancel { reason } => {
            held(context)?;
            state.is_ahead()?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(TalkRefusal::Reason)?;
            TalkEvent::Cancelled {
                reason: reason.clone(),
                bodies: plan.participants(),
            }
        }
    }])
}

fn convene(
    state: &Talk,
    plan: &TalkPlan,
    context: &Context<'_>,
) -> Result<Vec<TalkEvent>, crate::Refusal> {
    let Some(convener) = plan.conveners.first() else {
        return Err(TalkRefusal::NoConvener.into());
    };
    context.permit(Act::Organise, &Place::Body(*convener))?;
    if state.plan.is_some() {
        return Err(TalkRefusal::AlreadyConvened.into());
    }
    check_texts(&plan.title, NAME_LIMIT).map_err(TalkRefusal::Title)?;
    wording::require(&plan.place, NAME_LIMIT).map_err(TalkRefusal::Place)?;
    if plan.attendees.is_empty() {
        return Err(TalkRefusal::NoAttendee.into());
    }
    let mut room: Vec<BodyId> = Vec::new();
    for body in plan
        .conveners
        .iter()
        .chain(&plan.present)
        .chain(&plan.attendees)
    {
        if context.directory.body(*body).is_none() {
            return Err(TalkRefusal::BodyUnknown.into());
        }
        if room.contains(body) {
            return Err(TalkRefusal::BodyTwice(*body).into());
        }
        if room.len() == ROOM_LIMIT {
            return Err(TalkRefusal::TooMany { limit: ROOM_LIMIT }.into());
        }
        room.push(*body);
    }
    if let Some(notice) = plan.notice {
        check_notice(notice, context)?;
    }
    Ok(vec![TalkEvent::Convened(plan.clone())])
}

fn check_notice(notice: NoticeId, context: &Context<'_>) -> Result<(), TalkRefusal> {
    let notice = context.facts.notice(notice);
    if notice.withdrawn.is_some() {
        return Err(TalkRefusal::NoticeWithdrawn);
    }
    let is_issued = notice.content.is_some();
    is_issued.then_some(()).ok_or(TalkRefusal::NoticeUnknown)
}

fn set_requirement(
    state: &Talk,
    plan: &TalkPlan,
    requirement: &Requirement,
    context: &Context<'_>,
) -> Result<TalkEvent, TalkRefusal> {
    if context.now < plan.at {
        return Err(TalkRefusal::NotYetHeld);
    }
    check_texts(&requirement.text, ACCOUNT_LIMIT).map_err(TalkRefusal::Requirement)?;
    if requirement.bodies.is_empty() {
        return Err(TalkRefusal::NoBody);
    }
    for (index, body) in requirement.bodies.iter().enumerate() {
        if !plan.attendees.contains(body) {
            return Err(TalkRefusal::NotAttending(*body));
        }
        if requirement.bodies[..index].contains(body) {
            return Err(TalkRefusal::BodyTwice(*body));
        }
    }
    if requirement.due.is_some_and(|due| due <= context.now) {
        return Err(TalkRefusal::DuePast);
    }
    if state.requirements.len() >= ROOM_LIMIT {
        return Err(TalkRefusal::TooMany { limit: ROOM_LIMIT });
    }
    let last = state.requirements.keys().next_back().copied().unwrap_or(0);
    Ok(TalkEvent::RequirementSet {
        number: last + 1,
        requirement: requirement.clone(),
    })
}

fn is_there(to: &Consequence, context: &Context<'_>) -> bool {
    match to {
        Consequence::Campaign(id) => context.facts.campaign(*id).plan.is_some(),
        Consequence::Finding(id) => context.facts.finding(*id).raised.is_some(),
        Consequence::Item {
            checklist,
            version,
            item,
            code,
        } => context.forms.form(*checklist, version).is_some_and(|form| {
            let question = form.find(item).and_then(|def| form.question(def));
            question
                .and_then(|question| question.check.as_ref())
                .is_some_and(|check| check.code == *code)
        }),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// Given a talk that several people write down, then only what was written about the same thing is something to each of them.
    #[test]
    fn what_is_written_about_something_else_is_nothing_to_its_author() {
        let [one, other] = [1, 2].map(|number| BodyId(Uuid::from_u128(number)));
        let report = |body| Report {
            body,
            account: String::new(),
            attachments: Vec::new(),
        };
        let requirement = Requirement {
            text: Texts::default(),
            line: None,
            bodies: vec![one],
            due: None,
        };
        let to = Consequence::Campaign(CampaignId(Uuid::from_u128(3)));
        let link = |requirement| TalkCommand::Link {
            requirement,
            to: to.clone(),
        };
        let unlink = TalkCommand::Unlink {
            requirement: 1,
            to: to.clone(),
            reason: String::new(),
        };
        let notice = NoticeId(Uuid::from_u128(4));
        let events = [
            TalkEvent::BasedOn { notice },
            TalkEvent::ReportHeard(report(one)),
            TalkEvent::RequirementSet {
                number: 1,
                requirement: requirement.clone(),
            },
            TalkEvent::RequirementAcknowledged {
                number: 1,
                body: one,
            },
            TalkEvent::Linked {
                number: 1,
                to: to.clone(),
            },
            TalkEvent::Unlinked {
                number: 1,
                to: to.clone(),
                reason: String::new(),
            },
            TalkEvent::RequirementMoved {
                number: 1,
                requirement: requirement.clone(),
                reason: String::new(),
            },
            TalkEvent::RequirementWithdrawn {
                number: 1,
                reason: String::new(),
                bodies: Vec::new(),
            },
            TalkEvent::Cancelled {
                reason: String::new(),
                bodies: Vec::new(),
            },
        ];
        let acknowledge = |body| TalkCommand::Acknowledge {
            requirement: 1,
            body,
        };
        let withdraw = |requirement| TalkCommand::WithdrawRequirement {
            requirement,
            reason: String::new(),
        };
        let cancel = TalkCommand::Cancel {
            reason: String::new(),
        };
        for (command, expected) in [
            (TalkCommand::BaseOn { notice }, [0, 8].as_slice()),
            (TalkCommand::HearReport(report(one)), &[1, 8]),
            (TalkCommand::HearReport(report(other)), &[8]),
            (TalkCommand::SetRequirement(requirement), &[2, 8]),
            (acknowledge(one), &[3, 6, 7, 8]),
            (acknowledge(other), &[6, 7, 8]),
            (link(1), &[4, 5, 6, 7, 8]),
            (link(2), &[8]),
            (unlink, &[4, 5, 6, 7, 8]),
            (withdraw(1), &[6, 7, 8]),
            (withdraw(2), &[8]),
            (cancel, &[1, 2, 8]),
        ] {
            let about = events.iter().enumerate();
            let about: Vec<usize> = about
                .filter(|(_, event)| command.is_about(event))
                .map(|(place, _)| place)
                .collect();
            assert_eq!(about, expected, "{command:?}");
        }
    }
}
