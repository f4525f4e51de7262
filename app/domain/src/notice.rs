//! Notices: what must be done from when on, who it is addressed to, how it was passed on, and who has acknowledged it.
//!
//! # Whom a notice reaches
//! It is addressed by rule: every body of some kinds, in some districts or everywhere, and bodies named one by one. The rule is
//! looked at whenever it is asked: a home registered tomorrow is addressed too, and has as long to acknowledge it as the others had
//! ([`acknowledge_by`]). A department that has the notice *passes it on*
//! (转发) to the bodies below it; whoever it was passed on to has it, addressed or not.
//!
//! # What was issued by mistake
//! A *correction* (更正) says title, text, attachments or the deadline anew; number and addressees stay, and so does every earlier
//! wording. Receipts given before it are of the wording they were given for. They count on, unless the correction asks for new ones.
//! A notice that is *withdrawn* (撤回) asks for nothing any more; what was based on it stays.

use std::collections::{BTreeMap, BTreeSet};

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::attachment::{Attachment, AttachmentRefusal, check_attachments};
use crate::body::{BodyKind, Particulars};
use crate::facts::Context;
use crate::id::{BodyId, NoticeId, PersonId};
use crate::instant::Instant;
use crate::jurisdiction::{DistrictCode, check_texts};
use crate::permission::{Act, PermissionRefusal, Place, Scope, permit};
use crate::projection::directory::Directory;
use crate::response_level::ResponseLevel;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeContent {
    /// The document number, such as 示例〔2022〕1号.
    pub number: String,
    pub title: Texts,
    pub text: Texts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<ResponseLevel>,
    pub effective_from: Instant,
    /// Every body of these kinds …
    pub addressees: Vec<BodyKind>,
    /// … in these districts; everywhere when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub districts: Vec<DistrictCode>,
    /// And these, whatever they are and wherever they lie.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<BodyId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// When every addressee must have acknowledged it.
    pub acknowledge_by: Instant,
}

/// When a body that was registered at an instant must have acknowledged a notice. One that came later than the notice has the same time
/// from then on that the notice left to the others.
pub fn acknowledge_by(
    content: &NoticeContent,
    issued_at: Instant,
    registered_at: Instant,
) -> Instant {
    let time = content.acknowledge_by.millis() - issued_at.millis();
    let own = Instant(registered_at.millis().saturating_add(time));
    content.acknowledge_by.max(own)
}

/// A document number as it is compared: spaces, narrow or wide, tell no two numbers apart.
pub fn number_key(number: &str) -> String {
    number.replace([' ', '\u{3000}'], "")
}

/// Who a notice is addressed to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddresseeRule {
    pub kinds: Vec<BodyKind>,
    pub districts: Vec<DistrictCode>,
    pub bodies: Vec<BodyId>,
}

impl AddresseeRule {
    pub fn covers(&self, id: BodyId, body: &Particulars) -> bool {
        let lies_there = || {
            self.districts.is_empty()
                || body
                    .district
                    .as_ref()
                    .is_some_and(|district| self.districts.contains(district))
        };
        (self.kinds.contains(&body.kind) && lies_there()) || self.bodies.contains(&id)
    }

    /// Every body it covers now.
    pub fn covered<'a>(
        &'a self,
        directory: &'a Directory,
    ) -> impl Iterator<Item = (BodyId, &'a Particulars)> {
        directory
            .active_bodies()
            .filter(|(id, body)| self.covers(*id, body))
    }
}

impl NoticeContent {
    pub fn rule(&self) -> AddresseeRule {
        AddresseeRule {
            kinds: self.addressees.clone(),
            districts: self.districts.clone(),
            bodies: self.bodies.clone(),
        }
    }
}

/// Who did something for a body, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    pub by: PersonId,
    pub at: Instant,
}

/// One step of a notice's way down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    pub from: BodyId,
    pub done: Done,
}

/// A correction that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// What the notice said until then.
    pub before: NoticeContent,
    pub reason: String,
    /// Whether who had acknowledged it acknowledges it again.
    pub again: bool,
    pub done: Done,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notice {
    /// As it was corrected last.
    pub content: Option<NoticeContent>,
    pub issued: Option<Done>,
    /// The last last.
    pub corrections: Vec<Corrected>,
    /// Why, by whom and when it was withdrawn.
    pub withdrawn: Option<(String, Done)>,
    /// Those that count.
    pub receipts: BTreeMap<BodyId, Done>,
    /// Of those the bodies that acknowledged what it says now.
    pub up_to_date: BTreeSet<BodyId>,
    /// Receipts that do not count any more, because a correction asked for new ones; the first first.
    pub earlier: BTreeMap<BodyId, Vec<Done>>,
    /// By the body it was passed on to, in the order in which it was.
    pub passed_on: BTreeMap<BodyId, Vec<Passed>>,
    /// By the body that was reminded, the last last.
    pub reminders: BTreeMap<BodyId, Vec<Done>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeCommand {
    Issue(NoticeContent),
    /// A body confirms that it has the notice.
    Acknowledge {
        body: BodyId,
    },
    /// A department gives it to bodies below it. Those it gave it to before are left out.
    PassOn {
        from: BodyId,
        to: Vec<BodyId>,
    },
    /// Bodies that have yet to acknowledge it are reminded. Those that did meanwhile, and those reminded within
    /// [`REMINDER_PAUSE_HOURS`], are left out.
    Remind {
        bodies: Vec<BodyId>,
    },
    Correct(Correction),
    /// It asks for nothing any more.
    Withdraw {
        reason: String,
    },
}

impl NoticeCommand {
    /// Whether an event changed what it is about: what one body does with a notice is nothing to who corrects it, nor to the others.
    pub fn is_about(&self, event: &NoticeEvent) -> bool {
        let is_changed = matches!(
            event,
            NoticeEvent::Corrected { .. } | NoticeEvent::Withdrawn { .. }
        );
        match self {
            NoticeCommand::Issue(_) => true,
            NoticeCommand::Acknowledge { body } => {
                is_changed
                    || matches!(event, NoticeEvent::Acknowledged { body: own } if own == body)
            }
            NoticeCommand::PassOn { .. }
            | NoticeCommand::Remind { .. }
            | NoticeCommand::Correct(_)
            | NoticeCommand::Withdraw { .. } => is_changed,
        }
    }
}

/// What a notice says anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Correction {
    pub title: Texts,
    pub text: Texts,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    pub acknowledge_by: Instant,
    pub reason: String,
    /// Whether who has acknowledged it acknowledges it again.
    #[serde(default)]
    pub again: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeEvent {
    Issued(NoticeContent),
    Acknowledged {
        body: BodyId,
    },
    PassedOn {
        from: BodyId,
        to: Vec<BodyId>,
    },
    Reminded {
        bodies: Vec<BodyId>,
    },
    Corrected {
        content: Box<NoticeContent>,
        reason: String,
        again: bool,
        /// Whom it had reached.
        reached: AddresseeRule,
    },
    Withdrawn {
        reason: String,
        reached: AddresseeRule,
    },
}

/// A body is reminded of a notice once a day.
pub const REMINDER_PAUSE_HOURS: i64 = 24;

/// Most bodies in one act.
pub const BODY_LIMIT: usize = 5_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeRefusal {
    AlreadyIssued,
    NotIssued,
    Number(WordingRefusal),
    /// Another notice of the jurisdiction has it.
    NumberTaken(String),
    Title(WordingRefusal),
    Text(WordingRefusal),
    NoAddressee,
    NotAddressed,
    AlreadyAcknowledged,
    /// The deadline is not after the moment of issuing.
    DeadlinePast,
    /// Districts narrow kinds; alone they address nobody.
    DistrictsWithoutKind,
    DistrictUnknown(DistrictCode),
    BodyUnknown,
    /// The rule is there, but no body answers to it.
    NobodyAddressed,
    Attachment(AttachmentRefusal),
    TooManyBodies {
        limit: usize,
    },
    /// Only departments and oversight bodies pass notices on.
    InstitutionPassesOn,
    /// The body passing it on does not have it itself.
    NotReceived,
    /// Nothing was chosen.
    NoBody,
    /// Not below the body that passes it on, nor in its district.
    NotBelow(BodyId),
    AlreadyPassedOn,
    /// Everyone chosen has acknowledged it.
    NothingToRemind,
    RemindedWithinADay,
    /// It was withdrawn: nothing is done with it any more.
    Withdrawn,
    /// A correction that leaves everything as it is.
    NothingCorrected,
    Reason(WordingRefusal),
    /// Response levels that it put in force or prolonged hold, or are to.
    LevelsStand {
        levels: usize,
    },
}

impl NoticeRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            NoticeRefusal::AlreadyIssued => say!(
                language,
                "该通知已发布",
                "This notice has been issued already"
            ),
            NoticeRefusal::NotIssued => say!(language, "没有这份通知", "There is no such notice"),
            NoticeRefusal::Number(refusal) => {
                let why = refusal.text(language);
                say!(language, "文号：{why}", "Number: {why}")
            }
            NoticeRefusal::NumberTaken(number) => say!(
                language,
                "文号“{number}”已用于另一份通知，请核对文号",
                "Another notice has the number “{number}” already; check it"
            ),
            NoticeRefusal::Title(refusal) => {
                let why = refusal.text(language);
                say!(language, "标题：{why}", "Title: {why}")
            }
            NoticeRefusal::Text(refusal) => {
                let why = refusal.text(language);
                say!(language, "正文：{why}", "Text: {why}")
            }
            NoticeRefusal::NoAddressee => {
                say!(language, "请选择发送对象", "Choose who it is addressed to")
            }
            NoticeRefusal::NotAddressed => {
                say!(
                    language,
                    "该通知未发送给这个单位",
                    "This notice is not addressed to this body"
                )
            }
            NoticeRefusal::AlreadyAcknowledged => say!(
                language,
                "该单位已签收",
                "This body has acknowledged it already"
            ),
            NoticeRefusal::DeadlinePast => say!(
                language,
                "签收期限已过，请改为将来的时间",
                "The deadline for receipts is in the past; choose a later one"
            ),
            NoticeRefusal::DistrictsWithoutKind => say!(
                language,
                "只选区不能确定发送对象，请同时选择单位类别",
                "Districts alone address nobody; choose the kinds of bodies, too"
            ),
            NoticeRefusal::DistrictUnknown(code) => {
                let code = &code.0;
                say!(
                    language,
                    "没有区划代码 {code}",
                    "There is no district {code}"
                )
            }
            NoticeRefusal::BodyUnknown => say!(
                language,
                "所选单位中有一个不存在",
                "One of the bodies chosen does not exist"
            ),
            NoticeRefusal::NobodyAddressed => say!(
                language,
                "目前没有符合发送范围的单位，请检查类别和区",
                "No body answers to this at present; check kinds and districts"
            ),
            NoticeRefusal::Attachment(refusal) => refusal.text(language),
            NoticeRefusal::TooManyBodies { limit } => say!(
                language,
                "一次最多{limit}个单位",
                "{limit} bodies at most in one act"
            ),
            NoticeRefusal::InstitutionPassesOn => say!(
                language,
                "只有主管部门和监督机构可以转发通知",
                "Only departments and oversight bodies pass notices on"
            ),
            NoticeRefusal::NotReceived => say!(
                language,
                "该部门没有收到这份通知，不能转发",
                "This department does not have the notice and cannot pass it on"
            ),
            NoticeRefusal::NoBody => say!(language, "请选择单位", "Choose at least one body"),
            NoticeRefusal::NotBelow(_) => say!(
                language,
                "所选单位中有一个不是该部门的下属单位，也不在其区内",
                "One of the bodies is neither below the department nor in its district"
            ),
            NoticeRefusal::AlreadyPassedOn => say!(
                language,
                "已向所选单位转发",
                "It has been passed on to these bodies already"
            ),
            NoticeRefusal::NothingToRemind => say!(
                language,
                "所选单位都已签收，无需催办",
                "All these bodies have acknowledged it; there is nobody to remind"
            ),
            NoticeRefusal::RemindedWithinADay => say!(
                language,
                "每个单位每天只催办一次，所选单位在过去{REMINDER_PAUSE_HOURS}小时内已催办",
                "A body is reminded once a day; these were reminded within the last {REMINDER_PAUSE_HOURS} hours"
            ),
            NoticeRefusal::Withdrawn => {
                say!(language, "该通知已撤回", "This notice was withdrawn")
            }
            NoticeRefusal::NothingCorrected => say!(
                language,
                "内容没有变化，请改正有误之处",
                "Nothing was changed; put right what is wrong"
            ),
            NoticeRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            NoticeRefusal::LevelsStand { levels } => say!(
                language,
                "依据该通知的{levels}项响应等级决定仍然有效，请先终止或撤销，再撤回通知",
                "Response levels that rest on this notice still stand: {levels}. End or annul them first, then withdraw the notice"
            ),
        }
    }
}

impl Notice {
    pub fn evolve(&mut self, event: &NoticeEvent, actor: PersonId, at: Instant) {
        let done = Done { by: actor, at };
        match event {
            NoticeEvent::Issued(content) => {
                self.content = Some(content.clone());
                self.issued = Some(done);
            }
            NoticeEvent::Acknowledged { body } => {
                self.receipts.insert(*body, done);
                self.up_to_date.insert(*body);
            }
            NoticeEvent::Corrected {
                content,
                reason,
                again,
                ..
            } => {
                let corrected = self.content.replace((**content).clone());
                self.corrections.extend(corrected.map(|before| Corrected {
                    before,
                    reason: reason.clone(),
                    again: *again,
                    done,
                }));
                self.up_to_date.clear();
                if *again {
                    for (body, receipt) in std::mem::take(&mut self.receipts) {
                        self.earlier.entry(body).or_default().push(receipt);
                    }
                }
            }
            NoticeEvent::Withdrawn { reason, .. } => {
                self.withdrawn = Some((reason.clone(), done));
            }
            NoticeEvent::PassedOn { from, to } => {
                for body in to {
                    let passed = Passed { from: *from, done };
                    self.passed_on.entry(*body).or_default().push(passed);
                }
            }
            NoticeEvent::Reminded { bodies } => {
                for body in bodies {
                    self.reminders.entry(*body).or_default().push(done);
                }
            }
        }
    }

    /// When a body acknowledged it first, whatever it said then.
    pub fn first_receipt(&self, body: BodyId) -> Option<Done> {
        let earlier = self.earlier.get(&body).and_then(|all| all.first());
        earlier.or_else(|| self.receipts.get(&body)).copied()
    }

    /// Whether a receipt of a body that was registered at an instant came too late: by the deadline of then and by that of now, which a
    /// correction may have moved either way.
    pub fn is_late(&self, receipt: Done, registered_at: Instant) -> bool {
        let issued_at = self.issued.map_or(Instant::default(), |issued| issued.at);
        let mut later = self.corrections.iter();
        let then = later.find(|correction| correction.done.at > receipt.at);
        let contents = [then.map(|then| &then.before), self.content.as_ref()];
        contents
            .into_iter()
            .flatten()
            .all(|content| receipt.at > acknowledge_by(content, issued_at, registered_at))
    }

    /// Everybody it was addressed or passed on to.
    pub fn reached(&self) -> AddresseeRule {
        let mut rule = self
            .content
            .as_ref()
            .map(NoticeContent::rule)
            .unwrap_or_default();
        let named = |body: &&BodyId| !rule.bodies.contains(body);
        let further: Vec<BodyId> = self.passed_on.keys().filter(named).copied().collect();
        rule.bodies.extend(further);
        rule
    }

    /// What it says; refused of one that was never issued or was withdrawn.
    fn standing(&self) -> Result<&NoticeContent, NoticeRefusal> {
        if self.withdrawn.is_some() {
            return Err(NoticeRefusal::Withdrawn);
        }
        self.content.as_ref().ok_or(NoticeRefusal::NotIssued)
    }

    /// Whether a body has it: addressed, or passed on to.
    pub fn reaches(&self, id: BodyId, directory: &Directory) -> bool {
        let Some(content) = &self.content else {
            return false;
        };
        directory
            .body(id)
            .is_some_and(|body| self.passed_on.contains_key(&id) || content.rule().covers(id, body))
    }
}

/// Whether a department answers for a body: it lies below it, or in the department's own district.
pub fn is_below(directory: &Directory, body: BodyId, department: BodyId) -> bool {
    if body == department {
        return false;
    }
    let (Some(below), Some(above)) = (directory.body(body), directory.body(department)) else {
        return false;
    };
    directory.is_within(body, department)
        || (above.district.is_some()
            && above.district == below.district
            && below.kind.is_institution())
}

/// Whether the actor may confirm something in a body's name, as [`receives_for`] says.
///
/// # Errors
/// That of [`Act::ReceiveNotices`].
pub fn permit_receipt(context: &Context<'_>, body: BodyId) -> Result<(), PermissionRefusal> {
    receives_for(context.directory, context.actor, body, context.now)
}

/// The bodies a person speaks for, who is told what they are addressed with: their unit, and those their grants name, where they may
/// confirm things.
pub fn speaks_for(directory: &Directory, person: PersonId, now: Instant) -> Vec<BodyId> {
    let Some(registration) = directory.active_person(person) else {
        return Vec::new();
    };
    let named = registration
        .grants
        .iter()
        .filter_map(|grant| match grant.scope {
            Scope::Body(body) => Some(body),
            Scope::Jurisdiction | Scope::District(_) => None,
        });
    let bodies: BTreeSet<BodyId> = registration.unit.into_iter().chain(named).collect();
    let may = |body: &BodyId| receives_for(directory, person, *body, now).is_ok();
    bodies.into_iter().filter(may).collect()
}

/// Whether a person may confirm something in a body's name: who receives for it, or, for an oversight body, who oversees in it.
///
/// # Errors
/// That of [`Act::ReceiveNotices`].
pub fn receives_for(
    directory: &Directory,
    person: PersonId,
    body: BodyId,
    now: Instant,
) -> Result<(), PermissionRefusal> {
    let may = |act| permit(directory, person, act, &Place::Body(body), now);
    let receives = may(Act::ReceiveNotices);
    let oversees = || {
        let known = directory.body(body);
        known.is_some_and(|known| known.kind == BodyKind::OversightBody)
            && may(Act::ReVerify).is_ok()
    };
    match receives {
        Err(_) if oversees() => Ok(()),
        answer => answer,
    }
}

/// # Errors
/// A [`PermissionRefusal`] when the actor may not; a [`NoticeRefusal`] when the notice, as it stands, does not allow it: see there.
pub fn decide(
    id: NoticeId,
    state: &Notice,
    command: &NoticeCommand,
    context: &Context<'_>,
) -> Result<Vec<NoticeEvent>, crate::Refusal> {
    match command {
        NoticeCommand::Issue(content) => issue(state, content, context),
        NoticeCommand::Acknowledge { body } => {
            state.standing()?;
            permit_receipt(context, *body)?;
            if !state.reaches(*body, context.directory) {
                return Err(NoticeRefusal::NotAddressed.into());
            }
            if state.receipts.contains_key(body) {
                return Err(NoticeRefusal::AlreadyAcknowledged.into());
            }
            Ok(vec![NoticeEvent::Acknowledged { body: *body }])
        }
        NoticeCommand::PassOn { from, to } => pass_on(state, *from, to, context),
        NoticeCommand::Remind { bodies } => remind(state, bodies, context),
        NoticeCommand::Correct(correction) => correct(state, correction, context),
        NoticeCommand::Withdraw { reason } => {
            context.permit(Act::IssueNotices, &Place::Jurisdiction)?;
            state.standing()?;
            wording::require(reason, ACCOUNT_LIMIT).map_err(NoticeRefusal::Reason)?;
            let levels = context.facts.levels_standing(id, context.now);
            if levels > 0 {
                return Err(NoticeRefusal::LevelsStand { levels }.into());
            }
            Ok(vec![NoticeEvent::Withdrawn {
                reason: reason.clone(),
                reached: state.reached(),
            }])
        }
    }
}

fn correct(
    state: &Notice,
    correction: &Correction,
    context: &Context<'_>,
) -> Result<Vec<NoticeEvent>, crate::Refusal> {
    context.permit(Act::IssueNotices, &Place::Jurisdiction)?;
    let before = state.standing()?;
    check_texts(&correction.title, NAME_LIMIT).map_err(NoticeRefusal::Title)?;
    check_texts(&correction.text, ACCOUNT_LIMIT).map_err(NoticeRefusal::Text)?;
    check_attachments(&correction.attachments).map_err(NoticeRefusal::Attachment)?;
    wording::require(&correction.reason, ACCOUNT_LIMIT).map_err(NoticeRefusal::Reason)?;
    let content = NoticeContent {
        title: correction.title.clone(),
        text: correction.text.clone(),
        attachments: correction.attachments.clone(),
        acknowledge_by: correction.acknowledge_by,
        ..before.clone()
    };
    if content == *before {
        return Err(NoticeRefusal::NothingCorrected.into());
    }
    // One that has passed may stay, where nobody is asked anything new.
    let is_moved = content.acknowledge_by != before.acknowledge_by;
    if (is_moved || correction.again) && content.acknowledge_by <= context.now {
        return Err(NoticeRefusal::DeadlinePast.into());
    }
    Ok(vec![NoticeEvent::Corrected {
        content: Box::new(content),
        reason: correction.reason.clone(),
        again: correction.again,
        reached: state.reached(),
    }])
}

fn issue(
    state: &Notice,
    content: &NoticeContent,
    context: &Context<'_>,
) -> Result<Vec<NoticeEvent>, crate::Refusal> {
    context.permit(Act::IssueNotices, &Place::Jurisdiction)?;
    if state.content.is_some() {
        return Err(NoticeRefusal::AlreadyIssued.into());
    }
    wording::require(&content.number, NAME_LIMIT).map_err(NoticeRefusal::Number)?;
    if context.facts.notice_numbered(&content.number).is_some() {
        return Err(NoticeRefusal::NumberTaken(content.number.clone()).into());
    }
    check_texts(&content.title, NAME_LIMIT).map_err(NoticeRefusal::Title)?;
    check_texts(&content.text, ACCOUNT_LIMIT).map_err(NoticeRefusal::Text)?;
    if content.addressees.is_empty() && content.bodies.is_empty() {
        return Err(if content.districts.is_empty() {
            NoticeRefusal::NoAddressee
        } else {
            NoticeRefusal::DistrictsWithoutKind
        }
        .into());
    }
    if content.addressees.is_empty() && !content.districts.is_empty() {
        return Err(NoticeRefusal::DistrictsWithoutKind.into());
    }
    if content.bodies.len() > BODY_LIMIT {
        return Err(NoticeRefusal::TooManyBodies { limit: BODY_LIMIT }.into());
    }
    for code in &content.districts {
        if context.directory.district(code).is_none() {
            return Err(NoticeRefusal::DistrictUnknown(code.clone()).into());
        }
    }
    if content
        .bodies
        .iter()
        .any(|body| context.directory.body(*body).is_none())
    {
        return Err(NoticeRefusal::BodyUnknown.into());
    }
    if content.rule().covered(context.directory).next().is_none() {
        return Err(NoticeRefusal::NobodyAddressed.into());
    }
    check_attachments(&content.attachments).map_err(NoticeRefusal::Attachment)?;
    if content.acknowledge_by <= context.now {
        return Err(NoticeRefusal::DeadlinePast.into());
    }
    Ok(vec![NoticeEvent::Issued(content.clone())])
}

/// The bodies chosen, each once.
fn chosen(bodies: &[BodyId]) -> Result<Vec<BodyId>, NoticeRefusal> {
    if bodies.len() > BODY_LIMIT {
        return Err(NoticeRefusal::TooManyBodies { limit: BODY_LIMIT });
    }
    let mut once = bodies.to_vec();
    once.sort_unstable();
    once.dedup();
    if once.is_empty() {
        return Err(NoticeRefusal::NoBody);
    }
    Ok(once)
}

fn pass_on(
    state: &Notice,
    from: BodyId,
    to: &[BodyId],
    context: &Context<'_>,
) -> Result<Vec<NoticeEvent>, crate::Refusal> {
    state.standing()?;
    permit_receipt(context, from)?;
    let directory = context.directory;
    if directory
        .body(from)
        .is_some_and(|body| body.kind.is_institution())
    {
        return Err(NoticeRefusal::InstitutionPassesOn.into());
    }
    if !state.reaches(from, directory) {
        return Err(NoticeRefusal::NotReceived.into());
    }
    let mut to = chosen(to)?;
    for body in &to {
        if directory.body(*body).is_none() {
            return Err(NoticeRefusal::BodyUnknown.into());
        }
        if !is_below(directory, *body, from) {
            return Err(NoticeRefusal::NotBelow(*body).into());
        }
    }
    to.retain(|body| {
        let passed = state.passed_on.get(body);
        !passed.is_some_and(|passed| passed.iter().any(|passed| passed.from == from))
    });
    if to.is_empty() {
        return Err(NoticeRefusal::AlreadyPassedOn.into());
    }
    Ok(vec![NoticeEvent::PassedOn { from, to }])
}

fn remind(
    state: &Notice,
    bodies: &[BodyId],
    context: &Context<'_>,
) -> Result<Vec<NoticeEvent>, crate::Refusal> {
    state.standing()?;
    let mut bodies = chosen(bodies)?;
    for body in &bodies {
        permit_reminder(state, *body, context)?;
        if !state.reaches(*body, context.directory) {
            return Err(NoticeRefusal::NotAddressed.into());
        }
    }
    bodies.retain(|body| !state.receipts.contains_key(body));
    if bodies.is_empty() {
        return Err(NoticeRefusal::NothingToRemind.into());
    }
    bodies.retain(|body| {
        let last = state.reminders.get(body).and_then(|all| all.last());
        last.is_none_or(|last| last.at.plus_hours(REMINDER_PAUSE_HOURS) <= context.now)
    });
    if bodies.is_empty() {
        return Err(NoticeRefusal::RemindedWithinADay.into());
    }
    Ok(vec![NoticeEvent::Reminded { bodies }])
}

/// Reminding is for who issues notices, and for a department that passed this one on to the body.
///
/// # Errors
/// That of [`Act::IssueNotices`].
pub fn permit_reminder(
    state: &Notice,
    body: BodyId,
    context: &Context<'_>,
) -> Result<(), PermissionRefusal> {
    let issues = context.permit(Act::IssueNotices, &Place::Body(body));
    let passed = state.passed_on.get(&body);
    let passed_it_on = passed.is_some_and(|passed| {
        passed
            .iter()
            .any(|passed| permit_receipt(context, passed.from).is_ok())
    });
    if passed_it_on { Ok(()) } else { issues }
}
