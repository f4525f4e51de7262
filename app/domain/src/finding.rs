//! Findings: from the failed item to the proof that the fault was put right.

use form::{Line, Severity, Texts};
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::id::{BodyId, InspectionId, PersonId};
use crate::inspection::Submitted;
use crate::instant::{Day, Instant};
use crate::jurisdiction::check_texts;
use crate::permission::{Act, Place};
use crate::projection::directory::Directory;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

/// SHA-256 of a photo's bytes, in 64 lower-case hexadecimal digits: its name everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhotoHash(pub String);

impl PhotoHash {
    pub fn is_well_formed(&self) -> bool {
        self.0.len() == 64
            && self
                .0
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Photo {
    pub hash: PhotoHash,
    pub taken_at: Instant,
}

/// Photos in one act.
pub const PHOTO_LIMIT: usize = 20;

/// How far the fault reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Extent {
    Isolated,
    Pattern,
    Widespread,
}

impl Extent {
    pub const ALL: [Extent; 3] = [Extent::Isolated, Extent::Pattern, Extent::Widespread];

    pub const fn code(self) -> &'static str {
        match self {
            Extent::Isolated => "isolated",
            Extent::Pattern => "pattern",
            Extent::Widespread => "widespread",
        }
    }

    pub fn from_code(code: &str) -> Option<Extent> {
        Extent::ALL.into_iter().find(|extent| extent.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Extent::Isolated => Text::new("个别", "Isolated"),
            Extent::Pattern => Text::new("多发", "Pattern"),
            Extent::Widespread => Text::new("普遍", "Widespread"),
        }
    }
}

pub const fn severity_title(severity: Severity) -> Text {
    match severity {
        Severity::General => Text::new("一般问题", "General"),
        Severity::Key => Text::new("重点问题", "Key"),
    }
}

pub const fn line_title(line: Line) -> Text {
    match line {
        Line::Main => Text::new("主体责任", "The unit's own responsibility"),
        Line::Regulatory => Text::new("监管责任", "Regulatory responsibility"),
        Line::Oversight => Text::new("监督责任", "Oversight responsibility"),
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Raised {
    pub inspection: InspectionId,
    pub body: BodyId,
    /// The failed item's name in the checklist; None for a fault noted freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The item's code, such as E1.
    #[serde(default)]
    pub code: String,
    /// The item's question, as it read at the time.
    pub title: Texts,
    #[serde(default)]
    pub clause: String,
    pub line: Line,
    pub severity: Severity,
    pub extent: Extent,
    pub note: String,
    pub photos: Vec<Photo>,
    /// 立行立改
    pub fixed_on_the_spot: bool,
    #[serde(default)]
    pub help_given: String,
    #[serde(default)]
    pub support_owed: String,
}

/// The five parts of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// What is done for those affected.
    pub affected: String,
    /// How others at risk are found and protected.
    pub at_risk: String,
    /// What changes in the way of working, so that it does not happen again.
    pub system_change: String,
    /// How it will be watched.
    pub monitoring: String,
    pub complete_by: Day,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    pub account: String,
    pub photos: Vec<Photo>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    Raised,
    Planned,
    /// Claimed put right, waiting for re-verification.
    Rectified,
    Closed,
    Reopened,
}

impl Stage {
    pub const ALL: [Stage; 5] = [
        Stage::Raised,
        Stage::Planned,
        Stage::Rectified,
        Stage::Closed,
        Stage::Reopened,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Stage::Raised => "raised",
            Stage::Planned => "planned",
            Stage::Rectified => "rectified",
            Stage::Closed => "closed",
            Stage::Reopened => "reopened",
        }
    }

    pub fn from_code(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Stage::Raised => Text::new("待报整改计划", "Plan due"),
            Stage::Planned => Text::new("整改中", "Being rectified"),
            Stage::Rectified => Text::new("待复核", "To re-verify"),
            Stage::Closed => Text::new("已销号", "Closed"),
            Stage::Reopened => Text::new("复核未通过", "Reopened"),
        }
    }
}

/// What can be done with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    SubmitPlan,
    ClaimRectified,
    Pass,
    Fail,
}

/// The legal steps: what may be done at which stage, and where it leads.
pub const STEPS: &[(Step, Stage, Stage)] = &[
    (Step::SubmitPlan, Stage::Raised, Stage::Planned),
    (Step::SubmitPlan, Stage::Planned, Stage::Planned),
    (Step::SubmitPlan, Stage::Reopened, Stage::Planned),
    (Step::ClaimRectified, Stage::Planned, Stage::Rectified),
    (Step::Pass, Stage::Rectified, Stage::Closed),
    (Step::Fail, Stage::Rectified, Stage::Reopened),
];

/// Where a step leads from a stage, if it is legal there.
pub fn next(step: Step, stage: Stage) -> Option<Stage> {
    STEPS
        .iter()
        .find(|(legal, from, _)| (*legal, *from) == (step, stage))
        .map(|(_, _, to)| *to)
}

/// Kinds of the events whose actors become [`Finding::rectifiers`].
pub const RECTIFYING: [&str; 2] = ["finding.planSubmitted", "finding.rectificationClaimed"];

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    pub raised: Option<Raised>,
    pub stage: Option<Stage>,
    /// Everyone who planned or claimed, with the unit they did it for: none of them may re-verify.
    pub rectifiers: Vec<PersonId>,
    pub claimed_at: Option<Instant>,
    /// Every photo used so far.
    pub photos: Vec<PhotoHash>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FindingCommand {
    Raise(Box<Raised>),
    SubmitPlan(Plan),
    ClaimRectified(Evidence),
    /// Re-verified and in order: the finding is closed (销号).
    Pass(Evidence),
    /// Re-verified and not in order: the finding is open again.
    Fail(Evidence),
}

impl FindingCommand {
    /// The photos it brings.
    pub fn photos(&self) -> &[Photo] {
        match self {
            FindingCommand::Raise(raised) => &raised.photos,
            FindingCommand::SubmitPlan(_) => &[],
            FindingCommand::ClaimRectified(evidence)
            | FindingCommand::Pass(evidence)
            | FindingCommand::Fail(evidence) => &evidence.photos,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FindingEvent {
    Raised(Box<Raised>),
    PlanSubmitted(Plan),
    RectificationClaimed(Evidence),
    ReVerificationPassed(Evidence),
    ReVerificationFailed(Evidence),
}

impl FindingEvent {
    /// The photos it brings.
    pub fn photos(&self) -> &[Photo] {
        match self {
            FindingEvent::Raised(raised) => &raised.photos,
            FindingEvent::PlanSubmitted(_) => &[],
            FindingEvent::RectificationClaimed(evidence)
            | FindingEvent::ReVerificationPassed(evidence)
            | FindingEvent::ReVerificationFailed(evidence) => &evidence.photos,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FindingRefusal {
    AlreadyRaised,
    Unknown,
    InspectionNotSubmitted,
    /// The inspection does not name this finding for this item.
    NotOfInspection,
    /// It says something else of its item than the checklist does, or makes it less severe.
    NotOfChecklist,
    /// The step is not legal at this stage.
    NotNow(Stage),
    Field(PlanField, WordingRefusal),
    PhotoMissing,
    /// The item calls for so many photos more than there are.
    EvidenceMissing {
        photos: u32,
    },
    TooManyPhotos {
        limit: usize,
    },
    PhotoHashMalformed,
    /// This photo is evidence elsewhere already.
    PhotoSeenBefore(PhotoHash),
    /// Evidence of a re-verification is taken after the claim.
    PhotoBeforeClaim,
    /// Re-verified by someone who planned or claimed the rectification.
    RectifiedItOneself,
    /// Re-verified by someone of the unit that rectified.
    SameUnit,
}

/// The fields a person fills in, to say which one is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanField {
    Note,
    HelpGiven,
    SupportOwed,
    Affected,
    AtRisk,
    SystemChange,
    Monitoring,
    Account,
}

impl PlanField {
    pub const fn title(self) -> Text {
        match self {
            PlanField::Note => Text::new("问题描述", "Description"),
            PlanField::HelpGiven => Text::new("现场帮扶", "Help given"),
            PlanField::SupportOwed => Text::new("需协调支持", "Support owed"),
            PlanField::Affected => Text::new("对受影响人员的措施", "For those affected"),
            PlanField::AtRisk => Text::new("对其他有风险人员的措施", "For others at risk"),
            PlanField::SystemChange => Text::new("制度改进", "Change of the system"),
            PlanField::Monitoring => Text::new("监测办法", "Monitoring"),
            PlanField::Account => Text::new("情况说明", "Account"),
        }
    }
}

impl FindingRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            FindingRefusal::AlreadyRaised => {
                say!(language, "该问题已登记", "This finding is raised already")
            }
            FindingRefusal::Unknown => say!(language, "没有这个问题", "There is no such finding"),
            FindingRefusal::InspectionNotSubmitted => {
                say!(
                    language,
                    "所属检查尚未提交",
                    "The inspection it belongs to has not been submitted"
                )
            }
            FindingRefusal::NotOfInspection => {
                say!(
                    language,
                    "该问题与检查记录不一致",
                    "The inspection does not name this finding"
                )
            }
            FindingRefusal::NotOfChecklist => say!(
                language,
                "该问题与检查表中的检查项不一致，记录保留待人工处理",
                "The finding differs from its item in the checklist; it is kept for a person to settle"
            ),
            FindingRefusal::NotNow(stage) => {
                let stage = stage.title().get(language);
                say!(
                    language,
                    "该问题当前为“{stage}”，不能进行此操作；请刷新页面",
                    "The finding is now “{stage}”, so this cannot be done; reload the page"
                )
            }
            FindingRefusal::Field(field, refusal) => {
                let (field, why) = (field.title().get(language), refusal.text(language));
                say!(language, "{field}：{why}", "{field}: {why}")
            }
            FindingRefusal::PhotoMissing => {
                say!(language, "请至少附一张照片", "Attach at least one photo")
            }
            FindingRefusal::EvidenceMissing { photos } => {
                say!(
                    language,
                    "该项目要求的证据照片还缺{photos}张",
                    "The item calls for {photos} more photo(s) as evidence"
                )
            }
            FindingRefusal::TooManyPhotos { limit } => {
                say!(
                    language,
                    "一次最多{limit}张照片",
                    "Attach {limit} photos or fewer at a time"
                )
            }
            FindingRefusal::PhotoHashMalformed => say!(
                language,
                "照片标识无效，请重新添加",
                "A photo's name is malformed; add it again"
            ),
            FindingRefusal::PhotoSeenBefore(_) => {
                say!(
                    language,
                    "这张照片以前用过，请现场重新拍摄",
                    "This photo was used before; take a new one on site"
                )
            }
            FindingRefusal::PhotoBeforeClaim => say!(
                language,
                "复核照片须在申报整改完成之后拍摄",
                "Evidence of a re-verification must be taken after the rectification was claimed"
            ),
            FindingRefusal::RectifiedItOneself => say!(
                language,
                "您参与了该问题的整改，不能复核（须由其他单位人员独立复核）",
                "You took part in rectifying this finding, so you cannot re-verify it; someone of another unit must"
            ),
            FindingRefusal::SameUnit => say!(
                language,
                "复核人不得来自整改单位（须由其他单位人员独立复核）",
                "You belong to the unit that rectified this finding; someone of another unit must re-verify it"
            ),
        }
    }
}

impl Finding {
    pub fn evolve(&mut self, event: &FindingEvent, actor: PersonId, at: Instant) {
        self.photos
            .extend(event.photos().iter().map(|photo| photo.hash.clone()));
        self.stage = Some(match event {
            FindingEvent::Raised(raised) => {
                self.raised = Some((**raised).clone());
                Stage::Raised
            }
            FindingEvent::PlanSubmitted(_) => {
                self.rectifiers.push(actor);
                Stage::Planned
            }
            FindingEvent::RectificationClaimed(_) => {
                self.rectifiers.push(actor);
                self.claimed_at = Some(at);
                Stage::Rectified
            }
            FindingEvent::ReVerificationPassed(_) => Stage::Closed,
            FindingEvent::ReVerificationFailed(_) => Stage::Reopened,
        });
    }
}

pub fn decide(
    id: crate::id::FindingId,
    state: &Finding,
    command: &FindingCommand,
    context: &Context<'_>,
) -> Result<Vec<FindingEvent>, crate::Refusal> {
    if let FindingCommand::Raise(raised) = command {
        return raise(id, state, raised, context);
    }
    let (Some(raised), Some(stage)) = (&state.raised, state.stage) else {
        return Err(FindingRefusal::Unknown.into());
    };
    let place = Place::Body(raised.body);
    let (step, act) = match command {
        FindingCommand::Raise(_) => return Err(FindingRefusal::AlreadyRaised.into()),
        FindingCommand::SubmitPlan(_) => (Step::SubmitPlan, Act::Rectify),
        FindingCommand::ClaimRectified(_) => (Step::ClaimRectified, Act::Rectify),
        FindingCommand::Pass(_) => (Step::Pass, Act::ReVerify),
        FindingCommand::Fail(_) => (Step::Fail, Act::ReVerify),
    };
    if act == Act::ReVerify {
        // Before the role is asked: whoever rectified is told that, whatever roles they hold.
        check_independent(
            context.actor,
            raised.body,
            &state.rectifiers,
            context.directory,
        )?;
    }
    context.permit(act, &place)?;
    if next(step, stage).is_none() {
        return Err(FindingRefusal::NotNow(stage).into());
    }
    check_photos(command.photos(), context)?;
    Ok(vec![match command {
        FindingCommand::Raise(raised) => FindingEvent::Raised(raised.clone()),
        FindingCommand::SubmitPlan(plan) => {
            for (field, text) in [
                (PlanField::Affected, &plan.affected),
                (PlanField::AtRisk, &plan.at_risk),
                (PlanField::SystemChange, &plan.system_change),
                (PlanField::Monitoring, &plan.monitoring),
            ] {
                require(field, text)?;
            }
            FindingEvent::PlanSubmitted(plan.clone())
        }
        FindingCommand::ClaimRectified(evidence) => {
            require(PlanField::Account, &evidence.account)?;
            if evidence.photos.is_empty() {
                return Err(FindingRefusal::PhotoMissing.into());
            }
            FindingEvent::RectificationClaimed(evidence.clone())
        }
        FindingCommand::Pass(evidence) | FindingCommand::Fail(evidence) => {
            require(PlanField::Account, &evidence.account)?;
            if evidence.photos.is_empty() {
                return Err(FindingRefusal::PhotoMissing.into());
            }
            if evidence
                .photos
                .iter()
                .any(|photo| Some(photo.taken_at) <= state.claimed_at)
            {
                return Err(FindingRefusal::PhotoBeforeClaim.into());
            }
            if step == Step::Pass {
                FindingEvent::ReVerificationPassed(evidence.clone())
            } else {
                FindingEvent::ReVerificationFailed(evidence.clone())
            }
        }
    }])
}

pub(crate) fn raise(
    id: crate::id::FindingId,
    state: &Finding,
    raised: &Raised,
    context: &Context<'_>,
) -> Result<Vec<FindingEvent>, crate::Refusal> {
    if state.raised.is_some() {
        return Err(FindingRefusal::AlreadyRaised.into());
    }
    let Some(submitted) = &context.facts.inspection(raised.inspection).submitted else {
        return Err(FindingRefusal::InspectionNotSubmitted.into());
    };
    // A finding the inspection names for an item is raised for that item; one noted freely is named for none.
    let mut named_for = submitted
        .submission
        .findings
        .iter()
        .filter(|(_, finding)| **finding == id)
        .map(|(item, _)| item);
    let named = match &raised.item {
        Some(item) => named_for.any(|name| name == item),
        None => named_for.next().is_none(),
    };
    if submitted.by != context.actor || submitted.submission.target != raised.body || !named {
        return Err(FindingRefusal::NotOfInspection.into());
    }
    if let Some(item) = &raised.item {
        check_item(item, raised, submitted, context)?;
    } else {
        check_texts(&raised.title, ACCOUNT_LIMIT)
            .map_err(|refusal| FindingRefusal::Field(PlanField::Note, refusal))?;
        for text in [&raised.code, &raised.clause] {
            wording::allow(text, NAME_LIMIT)
                .map_err(|refusal| FindingRefusal::Field(PlanField::Note, refusal))?;
        }
    }
    require(PlanField::Note, &raised.note)?;
    for (field, text) in [
        (PlanField::HelpGiven, &raised.help_given),
        (PlanField::SupportOwed, &raised.support_owed),
    ] {
        wording::allow(text, ACCOUNT_LIMIT)
            .map_err(|refusal| FindingRefusal::Field(field, refusal))?;
    }
    check_photos(&raised.photos, context)?;
    Ok(vec![FindingEvent::Raised(Box::new(raised.clone()))])
}

/// What a finding says of its item is what the checklist says; only the severity may be raised. It brings the evidence that the
/// item asks for.
fn check_item(
    item: &str,
    raised: &Raised,
    submitted: &Submitted,
    context: &Context<'_>,
) -> Result<(), FindingRefusal> {
    let submission = &submitted.submission;
    let form = context
        .forms
        .form(submission.checklist, &submission.checklist_version)
        .ok_or(FindingRefusal::NotOfChecklist)?;
    let question = form.find(item).and_then(|def| form.question(def));
    let Some(question) = question else {
        return Err(FindingRefusal::NotOfChecklist);
    };
    let Some(check) = &question.check else {
        return Err(FindingRefusal::NotOfChecklist);
    };
    let same = raised.code == check.code
        && raised.clause == check.clause
        && raised.line == check.line
        && raised.title == question.label
        && raised.severity >= check.severity;
    if !same {
        return Err(FindingRefusal::NotOfChecklist);
    }
    let missing = check.evidence.missing(raised.photos.len(), &raised.note);
    if missing.note {
        return require(PlanField::Note, &raised.note);
    }
    if missing.photos > 0 {
        return Err(FindingRefusal::EvidenceMissing {
            photos: missing.photos,
        });
    }
    Ok(())
}

fn require(field: PlanField, text: &str) -> Result<(), FindingRefusal> {
    wording::require(text, ACCOUNT_LIMIT).map_err(|refusal| FindingRefusal::Field(field, refusal))
}

/// Re-verification is by someone who neither planned nor claimed, and whose unit neither is the body nor lies below or above
/// it up to the department that answers for it, nor is the unit of anyone who rectified.
///
/// # Errors
/// [`FindingRefusal::RectifiedItOneself`] or [`FindingRefusal::SameUnit`].
pub fn check_independent(
    actor: PersonId,
    body: BodyId,
    rectifiers: &[PersonId],
    directory: &Directory,
) -> Result<(), FindingRefusal> {
    if rectifiers.contains(&actor) {
        return Err(FindingRefusal::RectifiedItOneself);
    }
    let unit_of = |person: PersonId| {
        directory
            .person(person)
            .and_then(|known| known.registration.unit)
    };
    let Some(unit) = unit_of(actor) else {
        return Ok(());
    };
    let rectifying = rectifiers
        .iter()
        .filter_map(|person| unit_of(*person))
        .chain([body]);
    for theirs in rectifying {
        if directory.is_within(unit, theirs)
            || directory.body(theirs).and_then(|body| body.parent) == Some(unit)
        {
            return Err(FindingRefusal::SameUnit);
        }
    }
    Ok(())
}

fn check_photos(photos: &[Photo], context: &Context<'_>) -> Result<(), FindingRefusal> {
    if photos.len() > PHOTO_LIMIT {
        return Err(FindingRefusal::TooManyPhotos { limit: PHOTO_LIMIT });
    }
    for (index, photo) in photos.iter().enumerate() {
        if !photo.hash.is_well_formed() {
            return Err(FindingRefusal::PhotoHashMalformed);
        }
        let repeated = photos[..index]
            .iter()
            .any(|earlier| earlier.hash == photo.hash);
        if repeated || context.facts.photo_seen(&photo.hash) {
            return Err(FindingRefusal::PhotoSeenBefore(photo.hash.clone()));
        }
    }
    Ok(())
}
