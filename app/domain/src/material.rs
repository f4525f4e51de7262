//! Materials called in 调阅材料: what is asked of which bodies until when, what each handed in, who received it, and what the reviewer
//! made of it.

use std::collections::BTreeMap;

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::attachment::{Attachment, AttachmentRefusal, check_attachments};
use crate::facts::Context;
use crate::id::{BodyId, NoticeId, PersonId, TalkId};
use crate::instant::Instant;
use crate::jurisdiction::check_texts;
use crate::notice::{Done, permit_receipt, speaks_for};
use crate::permission::{Act, Place};
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

/// Most items of one request.
pub const ITEM_LIMIT: usize = 50;
/// Most bodies asked at once.
pub const BODY_LIMIT: usize = 200;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MaterialItem {
    pub name: Texts,
    /// Nothing is handed in without it.
    pub required: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MaterialRequest {
    pub title: Texts,
    /// In whose name.
    pub authority: BodyId,
    /// What it goes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<NoticeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<TalkId>,
    pub bodies: Vec<BodyId>,
    /// Numbered from 1.
    pub items: Vec<MaterialItem>,
    pub due: Instant,
    #[serde(default)]
    pub note: String,
}

/// The files for one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Handed {
    /// The item's number.
    pub item: u32,
    pub files: Vec<Attachment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MaterialStage {
    /// Nothing was handed in yet.
    Due,
    Submitted,
    /// The authority has it and is reading.
    Received,
    /// Something is missing or wrong; it is handed in again.
    Returned,
    Accepted,
}

impl MaterialStage {
    pub const ALL: [MaterialStage; 5] = [
        MaterialStage::Due,
        MaterialStage::Submitted,
        MaterialStage::Received,
        MaterialStage::Returned,
        MaterialStage::Accepted,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            MaterialStage::Due => "due",
            MaterialStage::Submitted => "submitted",
            MaterialStage::Received => "received",
            MaterialStage::Returned => "returned",
            MaterialStage::Accepted => "accepted",
        }
    }

    pub fn from_code(code: &str) -> Option<MaterialStage> {
        MaterialStage::ALL
            .into_iter()
            .find(|stage| stage.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            MaterialStage::Due => Text::new("待报送", "To hand in"),
            MaterialStage::Submitted => Text::new("已报送", "Handed in"),
            MaterialStage::Received => Text::new("审阅中", "Under review"),
            MaterialStage::Returned => Text::new("退回补充", "Returned"),
            MaterialStage::Accepted => Text::new("已通过", "Accepted"),
        }
    }
}

/// What can be done with one body's materials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialStep {
    Submit,
    Receive,
    Accept,
    Return,
    Extend,
}

/// The legal steps: what may be done at which stage, and where it leads. What was handed in may be replaced until it is received.
pub const MATERIAL_STEPS: &[(MaterialStep, MaterialStage, MaterialStage)] = &[
    (
        MaterialStep::Submit,
        MaterialStage::Due,
        MaterialStage::Submitted,
    ),
    (
        MaterialStep::Submit,
        MaterialStage::Submitted,
        MaterialStage::Submitted,
    ),
    (
        MaterialStep::Submit,
        MaterialStage::Returned,
        MaterialStage::Submitted,
    ),
    (
        MaterialStep::Receive,
        MaterialStage::Submitted,
        MaterialStage::Received,
    ),
    (
        MaterialStep::Accept,
        MaterialStage::Received,
        MaterialStage::Accepted,
    ),
    (
        MaterialStep::Return,
        MaterialStage::Received,
        MaterialStage::Returned,
    ),
    (MaterialStep::Extend, MaterialStage::Due, MaterialStage::Due),
    (
        MaterialStep::Extend,
        MaterialStage::Returned,
        MaterialStage::Returned,
    ),
];

/// Where a step leads from a stage; None where it is not legal.
pub fn material_step(step: MaterialStep, from: MaterialStage) -> Option<MaterialStage> {
    MATERIAL_STEPS
        .iter()
        .find(|(legal, stage, _)| *legal == step && *stage == from)
        .map(|(_, _, to)| *to)
}

/// How it stands with one body.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub stage: MaterialStage,
    pub due: Instant,
    /// What was handed in last.
    pub handed: Vec<Handed>,
    pub note: String,
    pub submitted: Option<Done>,
    pub received: Option<Done>,
    /// The last opinion.
    pub opinion: String,
    pub reviewed: Option<Done>,
    /// How often it was returned.
    pub returns: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Material {
    pub request: Option<MaterialRequest>,
    pub requested: Option<Done>,
    pub standings: BTreeMap<BodyId, Standing>,
    /// Why, by whom and when it was withdrawn.
    pub withdrawn: Option<(String, Done)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MaterialCommand {
    Request(MaterialRequest),
    /// All of it, each time.
    Submit {
        body: BodyId,
        handed: Vec<Handed>,
        note: String,
    },
    Receive {
        body: BodyId,
    },
    Accept {
        body: BodyId,
        /// How often it had been returned when it was read: an opinion is about one handing in.
        returns: u32,
        opinion: String,
    },
    /// With a new deadline.
    Return {
        body: BodyId,
        returns: u32,
        opinion: String,
        due: Instant,
    },
    Extend {
        body: BodyId,
        due: Instant,
        reason: String,
    },
    /// Everybody who has to hand in before that has until then.
    ExtendAll {
        due: Instant,
        reason: String,
    },
    /// Nothing is handed in any more; what was handed in stays.
    Withdraw {
        reason: String,
    },
}

impl MaterialCommand {
    /// Whether an event changed what it is about: what one body does is nothing to the others, nor to who withdraws the request.
    pub fn is_about(&self, event: &MaterialEvent) -> bool {
        match self {
            _ if matches!(event, MaterialEvent::Withdrawn { .. }) => true,
            MaterialCommand::Withdraw { .. } => false,
            MaterialCommand::ExtendAll { .. } => matches!(event, MaterialEvent::Extended { .. }),
            _ => self.body().is_none() || self.body() == event.body(),
        }
    }

    /// The one body it is about.
    const fn body(&self) -> Option<BodyId> {
        match self {
            MaterialCommand::Request(_)
            | MaterialCommand::ExtendAll { .. }
            | MaterialCommand::Withdraw { .. } => None,
            MaterialCommand::Submit { body, .. }
            | MaterialCommand::Receive { body }
            | MaterialCommand::Accept { body, .. }
            | MaterialCommand::Return { body, .. }
            | MaterialCommand::Extend { body, .. } => Some(*body),
        }
    }

    pub fn attachments(&self) -> Vec<&Attachment> {
        match self {
            MaterialCommand::Submit { handed, .. } => {
                handed.iter().flat_map(|handed| &handed.files).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MaterialEvent {
    Requested(MaterialRequest),
    Submitted {
        body: BodyId,
        handed: Vec<Handed>,
        note: String,
    },
    Received {
        body: BodyId,
    },
    Accepted {
        body: BodyId,
        opinion: String,
    },
    Returned {
        body: BodyId,
        opinion: String,
        due: Instant,
    },
    Extended {
        body: BodyId,
        due: Instant,
        reason: String,
    },
    Withdrawn {
        reason: String,
        /// Who had been asked.
        bodies: Vec<BodyId>,
    },
}

impl MaterialEvent {
    /// The one body it is about.
    const fn body(&self) -> Option<BodyId> {
        match self {
            MaterialEvent::Requested(_) | MaterialEvent::Withdrawn { .. } => None,
            MaterialEvent::Submitted { body, .. }
            | MaterialEvent::Received { body }
            | MaterialEvent::Accepted { body, .. }
            | MaterialEvent::Returned { body, .. }
            | MaterialEvent::Extended { body, .. } => Some(*body),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MaterialRefusal {
    AlreadyRequested,
    NotRequested,
    Title(WordingRefusal),
    Note(WordingRefusal),
    AuthorityUnknown,
    NoBody,
    BodyUnknown,
    BodyTwice(BodyId),
    NoItem,
    Item(WordingRefusal),
    TooMany {
        limit: usize,
    },
    DuePast,
    NoticeUnknown,
    /// Nothing goes with a notice that was withdrawn.
    NoticeWithdrawn,
    TalkUnknown,
    /// Nothing goes with a talk that was called off.
    TalkCancelled,
    /// Nothing was asked of this body.
    NotAsked,
    /// A department hands in for itself: a role in the whole city lets nobody answer for another.
    OfAnother,
    ItemUnknown(u32),
    /// A required item has no file.
    ItemMissing(u32),
    NothingHandedIn,
    Attachment(AttachmentRefusal),
    /// Not at this stage.
    NotNow(MaterialStage),
    Opinion(WordingRefusal),
    Reason(WordingRefusal),
    /// Whoever handed it in does not review it.
    HandedInOneself,
    /// It was returned and handed in again since it was read.
    HandedInAgain,
    /// An extension ends after what it extends.
    NotLater,
    /// Nobody has anything to hand in.
    NothingOpen,
    /// Nothing is handed in, and nothing is done with it, any more.
    Withdrawn,
}

impl MaterialRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            MaterialRefusal::AlreadyRequested => {
                say!(language, "该调阅已发出", "This request was made already")
            }
            MaterialRefusal::NotRequested => {
                say!(language, "没有这项调阅", "There is no such request")
            }
            MaterialRefusal::Title(refusal) => {
                let why = refusal.text(language);
                say!(language, "名称：{why}", "Title: {why}")
            }
            MaterialRefusal::Note(refusal) => {
                let why = refusal.text(language);
                say!(language, "说明：{why}", "Note: {why}")
            }
            MaterialRefusal::AuthorityUnknown => say!(
                language,
                "请选择调阅单位",
                "Choose the authority that asks for it"
            ),
            MaterialRefusal::NoBody => say!(
                language,
                "请选择报送单位",
                "Choose the bodies that hand it in"
            ),
            MaterialRefusal::BodyUnknown => say!(
                language,
                "所选单位中有一个不存在",
                "One of the bodies chosen does not exist"
            ),
            MaterialRefusal::BodyTwice(_) => say!(
                language,
                "同一单位选了两次",
                "The same body was chosen twice"
            ),
            MaterialRefusal::NoItem => {
                say!(
                    language,
                    "请列出要报送的材料",
                    "List what is to be handed in"
                )
            }
            MaterialRefusal::Item(refusal) => {
                let why = refusal.text(language);
                say!(language, "材料名称：{why}", "Name of an item: {why}")
            }
            MaterialRefusal::TooMany { limit } => {
                say!(language, "最多{limit}项", "{limit} at most")
            }
            MaterialRefusal::DuePast => say!(
                language,
                "报送期限已过，请改为将来的时间",
                "The deadline is in the past; choose a later one"
            ),
            MaterialRefusal::NoticeUnknown => {
                say!(language, "没有这份通知", "There is no such notice")
            }
            MaterialRefusal::NoticeWithdrawn => say!(
                language,
                "该通知已撤回，请选择其他通知",
                "This notice was withdrawn; choose another"
            ),
            MaterialRefusal::TalkUnknown => {
                say!(language, "没有这次约谈", "There is no such talk")
            }
            MaterialRefusal::TalkCancelled => say!(
                language,
                "该约谈已取消，请选择其他约谈",
                "This talk was called off; choose another"
            ),
            MaterialRefusal::NotAsked => say!(
                language,
                "没有要求这个单位报送",
                "Nothing was asked of this body"
            ),
            MaterialRefusal::OfAnother => say!(
                language,
                "部门的材料由本部门报送，请由该部门办理",
                "A department hands in its own materials; leave these to the one asked"
            ),
            MaterialRefusal::ItemUnknown(number) => {
                say!(
                    language,
                    "没有第{number}项材料",
                    "There is no item {number}"
                )
            }
            MaterialRefusal::ItemMissing(number) => say!(
                language,
                "第{number}项为必报材料，请附文件",
                "Item {number} is required; attach a file to it"
            ),
            MaterialRefusal::NothingHandedIn => {
                say!(language, "请至少附一个文件", "Attach at least one file")
            }
            MaterialRefusal::Attachment(refusal) => refusal.text(language),
            MaterialRefusal::NotNow(stage) => {
                let stage = stage.title().get(language);
                say!(
                    language,
                    "该单位的材料目前是“{stage}”，不能这样办理",
                    "This body’s materials stand at “{stage}”; that cannot be done now"
                )
            }
            MaterialRefusal::Opinion(refusal) => {
                let why = refusal.text(language);
                say!(language, "审阅意见：{why}", "Opinion: {why}")
            }
            MaterialRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            MaterialRefusal::HandedInOneself => say!(
                language,
                "报送人不能审阅自己报送的材料",
                "Whoever handed materials in does not review them"
            ),
            MaterialRefusal::HandedInAgain => say!(
                language,
                "该材料已退回并重新报送，请看过新报送的材料再审阅",
                "It was returned and handed in again since you read it; look at what is there now"
            ),
            MaterialRefusal::NotLater => say!(
                language,
                "新的期限应晚于原期限",
                "The new deadline must be later than the old one"
            ),
            MaterialRefusal::NothingOpen => say!(
                language,
                "没有单位需要报送，无需延长期限",
                "Nobody has anything to hand in; there is no deadline to move"
            ),
            MaterialRefusal::Withdrawn => {
                say!(language, "该调阅已撤回", "This request was withdrawn")
            }
        }
    }
}

impl Material {
    pub fn evolve(&mut self, event: &MaterialEvent, actor: PersonId, at: Instant) {
        let done = Done { by: actor, at };
        if let MaterialEvent::Requested(request) = event {
            let fresh = Standing {
                stage: MaterialStage::Due,
                due: request.due,
                handed: Vec::new(),
                note: String::new(),
                submitted: None,
                received: None,
                opinion: String::new(),
                reviewed: None,
                returns: 0,
            };
            self.standings = request
                .bodies
                .iter()
                .map(|body| (*body, fresh.clone()))
                .collect();
            self.request = Some(request.clone());
            self.requested = Some(done);
            return;
        }
        if let MaterialEvent::Withdrawn { reason, .. } = event {
            self.withdrawn = Some((reason.clone(), done));
        }
        let (body, step) = match event {
            MaterialEvent::Requested(_) | MaterialEvent::Withdrawn { .. } => return,
            MaterialEvent::Submitted { body, .. } => (body, MaterialStep::Submit),
            MaterialEvent::Received { body } => (body, MaterialStep::Receive),
            MaterialEvent::Accepted { body, .. } => (body, MaterialStep::Accept),
            MaterialEvent::Returned { body, .. } => (body, MaterialStep::Return),
            MaterialEvent::Extended { body, .. } => (body, MaterialStep::Extend),
        };
        let Some(standing) = self.standings.get_mut(body) else {
            return;
        };
        standing.stage = material_step(step, standing.stage).unwrap_or(standing.stage);
        match event {
            MaterialEvent::Requested(_) | MaterialEvent::Withdrawn { .. } => {}
            MaterialEvent::Submitted { handed, note, .. } => {
                standing.handed.clone_from(handed);
                standing.note.clone_from(note);
                standing.submitted = Some(done);
                standing.received = None;
            }
            MaterialEvent::Received { .. } => standing.received = Some(done),
            MaterialEvent::Accepted { opinion, .. } => {
                standing.opinion.clone_from(opinion);
                standing.reviewed = Some(done);
            }
            MaterialEvent::Returned { opinion, due, .. } => {
                standing.opinion.clone_from(opinion);
                standing.reviewed = Some(done);
                standing.due = *due;
                standing.returns += 1;
            }
            MaterialEvent::Extended { due, .. } => standing.due = *due,
        }
    }
}

/// Whether the actor hands materials in in a body's name: who may confirm something in it, and, for a department or an oversight body,
/// speaks for it or for what it lies below.
///
/// # Errors
/// That of [`permit_receipt`]; [`MaterialRefusal::OfAnother`].
pub fn permit_handing_in(context: &Context<'_>, body: BodyId) -> Result<(), crate::Refusal> {
    permit_receipt(context, body)?;
    let directory = context.directory;
    let is_institution = directory
        .body(body)
        .is_some_and(|known| known.kind.is_institution());
    let spoken_for = speaks_for(directory, context.actor, context.now);
    if is_institution || directory.path(body).any(|step| spoken_for.contains(&step)) {
        Ok(())
    } else {
        Err(MaterialRefusal::OfAnother.into())
    }
}

/// # Errors
/// A permission refusal when the actor may not: asking, receiving, reviewing, extending and withdrawing are for who organises in the name of the
/// authority, handing in for who answers for the body. Else a [`MaterialRefusal`]: see there.
pub fn decide(
    state: &Material,
    command: &MaterialCommand,
    context: &Context<'_>,
) -> Result<Vec<MaterialEvent>, crate::Refusal> {
    if let MaterialCommand::Request(asked) = command {
        return request(state, asked, context);
    }
    let Some(asked) = &state.request else {
        return Err(MaterialRefusal::NotRequested.into());
    };
    let organises =
        |context: &Context<'_>| context.permit(Act::Organise, &Place::Body(asked.authority));
    // Of one that was withdrawn whoever could act is told so.
    let stands = || match state.withdrawn {
        Some(_) => Err(MaterialRefusal::Withdrawn),
        None => Ok(()),
    };
    let at = |body: BodyId, step: MaterialStep| -> Result<&Standing, MaterialRefusal> {
        stands()?;
        let standing = state
            .standings
            .get(&body)
            .ok_or(MaterialRefusal::NotAsked)?;
        material_step(step, standing.stage).ok_or(MaterialRefusal::NotNow(standing.stage))?;
        Ok(standing)
    };
    let check_review = |standing: &Standing, read: u32| {
        if standing.submitted.map(|submitted| submitted.by) == Some(context.actor) {
            return Err(MaterialRefusal::HandedInOneself);
        }
        if standing.returns != read {
            return Err(MaterialRefusal::HandedInAgain);
        }
        Ok(())
    };
    if let MaterialCommand::ExtendAll { due, reason } = command {
        organises(context)?;
        stands()?;
        return Ok(extend_all(state, *due, reason, context)?);
    }
    Ok(vec![match command {
        MaterialCommand::Request(_) | MaterialCommand::ExtendAll { .. } => {
            return Err(MaterialRefusal::AlreadyRequested.into());
        }
        MaterialCommand::Withdraw { reason } => {
            organises(context)?;
            stands()?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(MaterialRefusal::Reason)?;
            MaterialEvent::Withdrawn {
                reason: reason.clone(),
                bodies: asked.bodies.clone(),
            }
        }
        MaterialCommand::Submit { body, handed, note } => {
            permit_handing_in(context, *body)?;
            at(*body, MaterialStep::Submit)?;
            check_handed(asked, handed)?;
            wording::allow(note, ACCOUNT_LIMIT).map_err(MaterialRefusal::Note)?;
            MaterialEvent::Submitted {
                body: *body,
                handed: handed.clone(),
                note: note.clone(),
            }
        }
        MaterialCommand::Receive { body } => {
            organises(context)?;
            at(*body, MaterialStep::Receive)?;
            MaterialEvent::Received { body: *body }
        }
        MaterialCommand::Accept {
            body,
            returns,
            opinion,
        } => {
            organises(context)?;
            check_review(at(*body, MaterialStep::Accept)?, *returns)?;
            wording::require(opinion, ACCOUNT_LIMIT).map_err(MaterialRefusal::Opinion)?;
            MaterialEvent::Accepted {
                body: *body,
                opinion: opinion.clone(),
            }
        }
        MaterialCommand::Return {
            body,
            returns,
            opinion,
            due,
        } => {
            organises(context)?;
            check_review(at(*body, MaterialStep::Return)?, *returns)?;
            wording::require(opinion, ACCOUNT_LIMIT).map_err(MaterialRefusal::Opinion)?;
            if *due <= context.now {
                return Err(MaterialRefusal::DuePast.into());
            }
            MaterialEvent::Returned {
                body: *body,
                opinion: opinion.clone(),
                due: *due,
            }
        }
        MaterialCommand::Extend { body, due, reason } => {
            organises(context)?;
            let standing = at(*body, MaterialStep::Extend)?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(MaterialRefusal::Reason)?;
            if *due <= standing.due {
                return Err(MaterialRefusal::NotLater.into());
            }
            if *due <= context.now {
                return Err(MaterialRefusal::DuePast.into());
            }
            MaterialEvent::Extended {
                body: *body,
                due: *due,
                reason: reason.clone(),
            }
        }
    }])
}

/// Each body that has something to hand in is told by itself, so that its own time is its own event.
fn extend_all(
    state: &Material,
    due: Instant,
    reason: &str,
    context: &Context<'_>,
) -> Result<Vec<MaterialEvent>, MaterialRefusal> {
    wording::require(reason, ACCOUNT_LIMIT).map_err(MaterialRefusal::Reason)?;
    if due <= context.now {
        return Err(MaterialRefusal::DuePast);
    }
    let is_open =
        |standing: &Standing| material_step(MaterialStep::Extend, standing.stage).is_some();
    let mut open = state
        .standings
        .iter()
        .filter(|(_, standing)| is_open(standing))
        .peekable();
    if open.peek().is_none() {
        return Err(MaterialRefusal::NothingOpen);
    }
    let extended: Vec<MaterialEvent> = open
        .filter(|(_, standing)| standing.due < due)
        .map(|(body, _)| MaterialEvent::Extended {
            body: *body,
            due,
            reason: reason.to_owned(),
        })
        .collect();
    if extended.is_empty() {
        return Err(MaterialRefusal::NotLater);
    }
    Ok(extended)
}

fn request(
    state: &Material,
    asked: &MaterialRequest,
    context: &Context<'_>,
) -> Result<Vec<MaterialEvent>, crate::Refusal> {
    context.permit(Act::Organise, &Place::Body(asked.authority))?;
    if state.request.is_some() {
        return Err(MaterialRefusal::AlreadyRequested.into());
    }
    check_texts(&asked.title, NAME_LIMIT).map_err(MaterialRefusal::Title)?;
    wording::allow(&asked.note, ACCOUNT_LIMIT).map_err(MaterialRefusal::Note)?;
    if context.directory.body(asked.authority).is_none() {
        return Err(MaterialRefusal::AuthorityUnknown.into());
    }
    if asked.bodies.is_empty() {
        return Err(MaterialRefusal::NoBody.into());
    }
    if asked.bodies.len() > BODY_LIMIT {
        return Err(MaterialRefusal::TooMany { limit: BODY_LIMIT }.into());
    }
    for (index, body) in asked.bodies.iter().enumerate() {
        if context.directory.body(*body).is_none() {
            return Err(MaterialRefusal::BodyUnknown.into());
        }
        if asked.bodies[..index].contains(body) {
            return Err(MaterialRefusal::BodyTwice(*body).into());
        }
    }
    if asked.items.is_empty() {
        return Err(MaterialRefusal::NoItem.into());
    }
    if asked.items.len() > ITEM_LIMIT {
        return Err(MaterialRefusal::TooMany { limit: ITEM_LIMIT }.into());
    }
    for item in &asked.items {
        check_texts(&item.name, NAME_LIMIT).map_err(MaterialRefusal::Item)?;
    }
    if asked.due <= context.now {
        return Err(MaterialRefusal::DuePast.into());
    }
    let (facts, notice, talk) = (context.facts, asked.notice, asked.talk);
    if notice.is_some_and(|notice| facts.notice(notice).content.is_none()) {
        return Err(MaterialRefusal::NoticeUnknown.into());
    }
    if notice.is_some_and(|notice| facts.notice(notice).withdrawn.is_some()) {
        return Err(MaterialRefusal::NoticeWithdrawn.into());
    }
    if talk.is_some_and(|talk| facts.talk(talk).plan.is_none()) {
        return Err(MaterialRefusal::TalkUnknown.into());
    }
    if talk.is_some_and(|talk| facts.talk(talk).cancelled.is_some()) {
        return Err(MaterialRefusal::TalkCancelled.into());
    }
    Ok(vec![MaterialEvent::Requested(asked.clone())])
}

/// Every item known and named once, every required one with a file, no file twice.
fn check_handed(asked: &MaterialRequest, handed: &[Handed]) -> Result<(), MaterialRefusal> {
    let mut with_files = Vec::new();
    for one in handed {
        let known =
            usize::try_from(one.item).is_ok_and(|item| (1..=asked.items.len()).contains(&item));
        if !known || with_files.contains(&one.item) {
            return Err(MaterialRefusal::ItemUnknown(one.item));
        }
        if !one.files.is_empty() {
            with_files.push(one.item);
        }
    }
    for (number, item) in (1..).zip(&asked.items) {
        if item.required && !with_files.contains(&number) {
            return Err(MaterialRefusal::ItemMissing(number));
        }
    }
    if with_files.is_empty() {
        return Err(MaterialRefusal::NothingHandedIn);
    }
    let files: Vec<Attachment> = handed.iter().flat_map(|one| one.files.clone()).collect();
    check_attachments(&files).map_err(MaterialRefusal::Attachment)
}
