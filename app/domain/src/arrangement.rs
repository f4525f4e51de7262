//! Arrangements 工作安排: the written plan of a campaign. It is drafted, approved by somebody else, issued, and amended by the same way;
//! every version that was ever in force stays.

use form::Texts;
use serde::{Deserialize, Serialize};

use crate::campaign::{
    CampaignKind, CampaignPlan, CampaignTerms, ChecklistUse, NoticeMode, Subjects,
};
use crate::draw::plan::{FOCUS_FACTORS, FOCUS_LIMIT, Focus};
use crate::facts::Context;
use crate::id::{ArrangementId, BodyId, PersonId};
use crate::instant::{Day, Instant};
use crate::jurisdiction::check_texts;
use crate::permission::{Act, Place};
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArrangementContent {
    /// The document number, such as 示例〔2022〕3号.
    pub number: String,
    pub title: Texts,
    /// Basis, purpose, demands: what the document says.
    pub text: Texts,
    pub kind: CampaignKind,
    pub notice_mode: NoticeMode,
    /// The body in whose name it is carried out.
    pub authority: BodyId,
    pub subjects: Subjects,
    /// At least one.
    pub checklists: Vec<ChecklistUse>,
    pub from: Day,
    pub to: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Focus>,
    /// Bodies that inspect jointly with the authority.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<BodyId>,
}

impl ArrangementContent {
    /// The plan of a campaign that carries it out; None without a checklist, which no arrangement is.
    pub fn plan(&self, id: ArrangementId) -> Option<CampaignPlan> {
        let (first, others) = self.checklists.split_first()?;
        Some(CampaignPlan {
            name: self.title.clone(),
            kind: self.kind,
            notice_mode: self.notice_mode,
            authority: self.authority,
            checklist: first.checklist,
            checklist_version: first.version.clone(),
            from: self.from,
            to: self.to,
            terms: CampaignTerms {
                subjects: self.subjects,
                checklists: others.to_vec(),
                focus: self.focus.clone(),
                partners: self.partners.clone(),
                arrangement: Some(id),
            },
        })
    }
}

/// A version that is or was in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub content: ArrangementContent,
    pub drafted_by: PersonId,
    pub approved_by: PersonId,
    pub issued_at: Instant,
    /// Why the one before it was amended.
    pub reason: Option<String>,
}

/// What is being written: a first version, or an amendment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    pub content: ArrangementContent,
    pub drafted_by: PersonId,
    pub reason: Option<String>,
    pub approved_by: Option<PersonId>,
    /// Why it was last returned.
    pub returned: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    /// Oldest first; the last is in force.
    pub versions: Vec<Version>,
    pub pending: Option<Pending>,
    pub withdrawn: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArrangementStage {
    Draft,
    Approved,
    Issued,
    Withdrawn,
}

impl ArrangementStage {
    pub const ALL: [ArrangementStage; 4] = [
        ArrangementStage::Draft,
        ArrangementStage::Approved,
        ArrangementStage::Issued,
        ArrangementStage::Withdrawn,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            ArrangementStage::Draft => "draft",
            ArrangementStage::Approved => "approved",
            ArrangementStage::Issued => "issued",
            ArrangementStage::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<ArrangementStage> {
        ArrangementStage::ALL
            .into_iter()
            .find(|stage| stage.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            ArrangementStage::Draft => Text::new("起草中", "Draft"),
            ArrangementStage::Approved => Text::new("已审批", "Approved"),
            ArrangementStage::Issued => Text::new("已印发", "Issued"),
            ArrangementStage::Withdrawn => Text::new("已撤销", "Withdrawn"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArrangementCommand {
    /// Writes the first version, or writes anew what is pending: an approval it had is gone.
    Draft(Box<ArrangementContent>),
    /// Writes an amendment of what is in force.
    Amend {
        content: Box<ArrangementContent>,
        reason: String,
    },
    /// Somebody else than who wrote it.
    Approve,
    /// Somebody else than who wrote it; it can be written anew.
    Return {
        reason: String,
    },
    Issue,
    /// Campaigns that carry it out are not begun any more.
    Withdraw {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArrangementEvent {
    Drafted(Box<ArrangementContent>),
    AmendmentDrafted {
        content: Box<ArrangementContent>,
        reason: String,
    },
    Approved,
    Returned {
        reason: String,
    },
    Issued,
    Withdrawn {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ArrangementRefusal {
    Unknown,
    Number(WordingRefusal),
    Title(WordingRefusal),
    Text(WordingRefusal),
    Reason(WordingRefusal),
    AuthorityUnknown,
    ChecklistUnknown,
    PeriodReversed,
    Focus,
    PartnerUnknown,
    /// Nobody inspects jointly with themselves.
    PartnerIsAuthority,
    /// Institutions inspect themselves; regulators do not.
    SelfInspectionOfRegulators,
    /// What is in force is amended, not drafted.
    InForce,
    /// Nothing is in force to amend.
    NotIssued,
    /// An amendment is being written; it is written anew by drafting.
    AmendmentPending,
    /// Nothing is pending.
    NothingPending,
    AlreadyApproved,
    NotApproved,
    /// Nobody approves, or returns, what they wrote themselves.
    OwnDraft,
    Withdrawn,
}

impl ArrangementRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            ArrangementRefusal::Unknown => {
                say!(language, "没有这份工作安排", "There is no such arrangement")
            }
            ArrangementRefusal::Number(refusal) => {
                let why = refusal.text(language);
                say!(language, "文号：{why}", "Number: {why}")
            }
            ArrangementRefusal::Title(refusal) => {
                let why = refusal.text(language);
                say!(language, "标题：{why}", "Title: {why}")
            }
            ArrangementRefusal::Text(refusal) => {
                let why = refusal.text(language);
                say!(language, "正文：{why}", "Text: {why}")
            }
            ArrangementRefusal::Reason(refusal) => {
                let why = refusal.text(language);
                say!(language, "原因：{why}", "Reason: {why}")
            }
            ArrangementRefusal::AuthorityUnknown => say!(
                language,
                "请选择实施单位",
                "Choose the authority that carries it out"
            ),
            ArrangementRefusal::ChecklistUnknown => say!(
                language,
                "请选择已发布的检查表",
                "Choose a published checklist"
            ),
            ArrangementRefusal::PeriodReversed => say!(
                language,
                "结束日期不能早于开始日期",
                "The last day must not be before the first"
            ),
            ArrangementRefusal::Focus => say!(
                language,
                "重点区应为辖区内的区，权重为2至{FOCUS_LIMIT}",
                "The focus is a district of the jurisdiction, with a weight from 2 to {FOCUS_LIMIT}"
            ),
            ArrangementRefusal::PartnerIsAuthority => say!(
                language,
                "联合单位应是实施单位以外的单位",
                "A partner is another body than the authority"
            ),
            ArrangementRefusal::SelfInspectionOfRegulators => say!(
                language,
                "自查由机构进行，检查对象应包括机构",
                "Institutions inspect themselves; the subjects must include them"
            ),
            ArrangementRefusal::PartnerUnknown => say!(
                language,
                "联合检查的单位不存在",
                "A body that inspects jointly does not exist"
            ),
            ArrangementRefusal::InForce => say!(
                language,
                "工作安排已印发，请以修订的方式修改",
                "It is issued; write an amendment to change it"
            ),
            ArrangementRefusal::NotIssued => say!(
                language,
                "工作安排尚未印发，请直接修改草稿",
                "It is not issued yet; change the draft itself"
            ),
            ArrangementRefusal::AmendmentPending => say!(
                language,
                "已有一份修订在办理",
                "An amendment is being written already"
            ),
            ArrangementRefusal::NothingPending => say!(
                language,
                "没有待办理的草稿或修订",
                "There is no draft and no amendment to act on"
            ),
            ArrangementRefusal::AlreadyApproved => {
                say!(language, "已审批", "It is approved already")
            }
            ArrangementRefusal::NotApproved => say!(
                language,
                "审批后才能印发",
                "It can be issued once it is approved"
            ),
            ArrangementRefusal::OwnDraft => say!(
                language,
                "起草人不能审批自己起草的工作安排，请由他人审批",
                "Nobody approves what they wrote themselves; somebody else must"
            ),
            ArrangementRefusal::Withdrawn => {
                say!(language, "工作安排已撤销", "The arrangement is withdrawn")
            }
        }
    }
}

impl Arrangement {
    pub fn in_force(&self) -> Option<&Version> {
        self.versions.last().filter(|_| self.withdrawn.is_none())
    }

    /// What it says now: what is in force, or else what is pending.
    pub fn content(&self) -> Option<&ArrangementContent> {
        let pending = self.pending.as_ref().map(|pending| &pending.content);
        self.versions
            .last()
            .map(|version| &version.content)
            .or(pending)
    }

    pub fn stage(&self) -> ArrangementStage {
        let approved = |pending: &Pending| pending.approved_by.is_some();
        if self.withdrawn.is_some() {
            ArrangementStage::Withdrawn
        } else if !self.versions.is_empty() {
            ArrangementStage::Issued
        } else if self.pending.as_ref().is_some_and(approved) {
            ArrangementStage::Approved
        } else {
            ArrangementStage::Draft
        }
    }

    pub fn evolve(&mut self, event: &ArrangementEvent, actor: PersonId, at: Instant) {
        match event {
            ArrangementEvent::Drafted(content) => {
                let before = self.pending.take();
                self.pending = Some(Pending {
                    content: (**content).clone(),
                    drafted_by: actor,
                    reason: before.and_then(|before| before.reason),
                    approved_by: None,
                    returned: None,
                });
            }
            ArrangementEvent::AmendmentDrafted { content, reason } => {
                self.pending = Some(Pending {
                    content: (**content).clone(),
                    drafted_by: actor,
                    reason: Some(reason.clone()),
                    approved_by: None,
                    returned: None,
                });
            }
            ArrangementEvent::Approved => {
                if let Some(pending) = &mut self.pending {
                    pending.approved_by = Some(actor);
                    pending.returned = None;
                }
            }
            ArrangementEvent::Returned { reason } => {
                if let Some(pending) = &mut self.pending {
                    pending.approved_by = None;
                    pending.returned = Some(reason.clone());
                }
            }
            ArrangementEvent::Issued => {
                if let Some(pending) = self.pending.take() {
                    self.versions.push(Version {
                        content: pending.content,
                        drafted_by: pending.drafted_by,
                        approved_by: pending.approved_by.unwrap_or(actor),
                        issued_at: at,
                        reason: pending.reason,
                    });
                }
            }
            ArrangementEvent::Withdrawn { reason } => self.withdrawn = Some(reason.clone()),
        }
    }
}

/// # Errors
/// A permission refusal when the actor does not organise in the name of the authority, as it stands and as the draft names it; every
/// [`ArrangementRefusal`]: see there.
pub fn decide(
    state: &Arrangement,
    command: &ArrangementCommand,
    context: &Context<'_>,
) -> Result<Vec<ArrangementEvent>, crate::Refusal> {
    if let Some(content) = state.content() {
        context.permit(Act::Organise, &Place::Body(content.authority))?;
    }
    if let ArrangementCommand::Draft(content) | ArrangementCommand::Amend { content, .. } = command
    {
        context.permit(Act::Organise, &Place::Body(content.authority))?;
    }
    if state.withdrawn.is_some() {
        return Err(ArrangementRefusal::Withdrawn.into());
    }
    match command {
        ArrangementCommand::Draft(content) => {
            if !state.versions.is_empty() && state.pending.is_none() {
                return Err(ArrangementRefusal::InForce.into());
            }
            check(content, context)?;
            Ok(vec![ArrangementEvent::Drafted(content.clone())])
        }
        ArrangementCommand::Amend { content, reason } => {
            if state.versions.is_empty() {
                return Err(ArrangementRefusal::NotIssued.into());
            }
            if state.pending.is_some() {
                return Err(ArrangementRefusal::AmendmentPending.into());
            }
            check_reason(reason)?;
            check(content, context)?;
            Ok(vec![ArrangementEvent::AmendmentDrafted {
                content: content.clone(),
                reason: reason.clone(),
            }])
        }
        ArrangementCommand::Withdraw { reason } => {
            if state.content().is_none() {
                return Err(ArrangementRefusal::Unknown.into());
            }
            check_reason(reason)?;
            Ok(vec![ArrangementEvent::Withdrawn {
                reason: reason.clone(),
            }])
        }
        ArrangementCommand::Approve
        | ArrangementCommand::Return { .. }
        | ArrangementCommand::Issue => {
            if state.content().is_none() {
                return Err(ArrangementRefusal::Unknown.into());
            }
            let Some(pending) = &state.pending else {
                return Err(ArrangementRefusal::NothingPending.into());
            };
            Ok(vec![settle(pending, command, context)?])
        }
    }
}

fn settle(
    pending: &Pending,
    command: &ArrangementCommand,
    context: &Context<'_>,
) -> Result<ArrangementEvent, ArrangementRefusal> {
    if let ArrangementCommand::Issue = command {
        return if pending.approved_by.is_some() {
            Ok(ArrangementEvent::Issued)
        } else {
            Err(ArrangementRefusal::NotApproved)
        };
    }
    if pending.drafted_by == context.actor {
        return Err(ArrangementRefusal::OwnDraft);
    }
    if let ArrangementCommand::Return { reason } = command {
        check_reason(reason)?;
        return Ok(ArrangementEvent::Returned {
            reason: reason.clone(),
        });
    }
    if pending.approved_by.is_some() {
        return Err(ArrangementRefusal::AlreadyApproved);
    }
    Ok(ArrangementEvent::Approved)
}

fn check_reason(reason: &str) -> Result<(), ArrangementRefusal> {
    wording::require(reason, ACCOUNT_LIMIT).map_err(ArrangementRefusal::Reason)
}

fn check(content: &ArrangementContent, context: &Context<'_>) -> Result<(), ArrangementRefusal> {
    wording::require(&content.number, NAME_LIMIT).map_err(ArrangementRefusal::Number)?;
    check_texts(&content.title, NAME_LIMIT).map_err(ArrangementRefusal::Title)?;
    check_texts(&content.text, ACCOUNT_LIMIT).map_err(ArrangementRefusal::Text)?;
    let directory = context.directory;
    if !directory.is_active(content.authority) {
        return Err(ArrangementRefusal::AuthorityUnknown);
    }
    let published = |one: &ChecklistUse| context.forms.form(one.checklist, &one.version).is_some();
    if content.checklists.is_empty() || !content.checklists.iter().all(published) {
        return Err(ArrangementRefusal::ChecklistUnknown);
    }
    if content.to < content.from {
        return Err(ArrangementRefusal::PeriodReversed);
    }
    if !is_focus(content.focus.as_ref(), context) {
        return Err(ArrangementRefusal::Focus);
    }
    if content
        .partners
        .iter()
        .any(|body| !directory.is_active(*body))
    {
        return Err(ArrangementRefusal::PartnerUnknown);
    }
    if content.partners.contains(&content.authority) {
        return Err(ArrangementRefusal::PartnerIsAuthority);
    }
    if content.kind == CampaignKind::SelfInspection && content.subjects == Subjects::Regulators {
        return Err(ArrangementRefusal::SelfInspectionOfRegulators);
    }
    Ok(())
}

/// No focus, or a district there is with a weight within bounds.
pub(crate) fn is_focus(focus: Option<&Focus>, context: &Context<'_>) -> bool {
    focus.is_none_or(|focus| {
        context.directory.district(&focus.district).is_some()
            && FOCUS_FACTORS.contains(&focus.factor)
    })
}
