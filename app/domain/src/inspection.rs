//! Inspections: what a team found on its visit. An inspection bears the id of its assignment: one assignment, one visit, so two
//! tablets that submit the same visit meet in one stream and the second is noticed.

use std::collections::BTreeMap;

use form::{Answers, InstanceCounts, Session};
use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::arrival::Arrival;
use crate::assignment::{Assignment, AssignmentOrder};
use crate::clock_offset::ClockOffset;
use crate::entrance::CodeRead;
use crate::facts::Context;
use crate::finding::{PHOTO_LIMIT, Photo, PhotoHash, are_named};
use crate::id::{AssignmentId, BodyId, ChecklistId, DeviceId, FindingId, InspectionId, PersonId};
use crate::instant::Instant;
use crate::permission::{Act, Place};
use crate::record::Hash;
use crate::remark::{self, Remark, RemarkRefusal};
use crate::signature::{self, SignatureRefusal, Signatures, Signed, SignedAfterwards};
use crate::visit_mode::VisitMode;
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

impl InspectionId {
    /// The inspection that fulfils an assignment.
    pub const fn of(assignment: AssignmentId) -> InspectionId {
        InspectionId(assignment.0)
    }

    pub const fn assignment(self) -> AssignmentId {
        AssignmentId(self.0)
    }
}

/// How the visit ended. Under closed management a refusal is an outcome to record, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Completed,
    RefusedEntry,
    Closed,
    CouldNotContact,
}

impl Outcome {
    pub const ALL: [Outcome; 4] = [
        Outcome::Completed,
        Outcome::RefusedEntry,
        Outcome::Closed,
        Outcome::CouldNotContact,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Completed => "completed",
            Outcome::RefusedEntry => "refusedEntry",
            Outcome::Closed => "closed",
            Outcome::CouldNotContact => "couldNotContact",
        }
    }

    pub fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL
            .into_iter()
            .find(|outcome| outcome.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Outcome::Completed => Text::new("完成检查", "Completed"),
            Outcome::RefusedEntry => Text::new("未准入院", "Refused entry"),
            Outcome::Closed => Text::new("机构停业", "Closed"),
            Outcome::CouldNotContact => Text::new("无法联系", "Could not be contacted"),
        }
    }
}

/// A visit as its team hands it in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Submission {
    pub target: BodyId,
    pub outcome: Outcome,
    /// How the visit was made, whatever was planned.
    #[serde(default, skip_serializing_if = "VisitMode::is_on_site")]
    pub mode: VisitMode,
    pub started_at: Instant,
    /// By how much the tablet's clock was corrected: its times are the server's, and its own were as much earlier.
    #[serde(default, skip_serializing_if = "ClockOffset::is_zero")]
    pub clock_offset: ClockOffset,
    /// Where the team was when it had arrived; None where that was not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
    /// That the code at an entrance was read; None where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrance: Option<CodeRead>,
    /// Who was there: at least two of the team.
    pub present: Vec<PersonId>,
    pub checklist: ChecklistId,
    pub checklist_version: String,
    /// The clock the form saw.
    pub session: Session,
    /// Empty unless completed.
    #[serde(default)]
    pub answers: Answers,
    /// The instances of repeats that the answers do not tell of: those without any, or that none is left of what a form begins with.
    #[serde(default, skip_serializing_if = "InstanceCounts::is_empty")]
    pub instances: InstanceCounts,
    /// Points earned and points within reach, as the tablet showed them.
    #[serde(default)]
    pub score: ScoreShown,
    /// The finding raised for each item that called for one, by the item's name.
    #[serde(default)]
    pub findings: BTreeMap<String, FindingId>,
    /// What each finding says that is raised with it, also those noted freely ([`crate::finding::Raised::hash`]). None where an earlier
    /// version handed it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<BTreeMap<FindingId, Hash>>,
    /// What was noted of items, by the item's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remarks: BTreeMap<String, Remark>,
    /// What happened, in words; required unless completed.
    #[serde(default)]
    pub account: String,
    /// What there was to see of it: a gate that stayed shut.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub account_photos: Vec<Photo>,
    /// None where nobody signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatures: Option<Signatures>,
}

impl Submission {
    /// The pictures of remarks, of the account and of signatures.
    pub fn pictures(&self) -> impl Iterator<Item = &PhotoHash> {
        let remarks = self.remarks.values().flat_map(|remark| &remark.photos);
        let photos = remarks.chain(&self.account_photos);
        let signatures = self.signatures.iter().flat_map(Signatures::pictures);
        photos.map(|photo| &photo.hash).chain(signatures)
    }

    /// The hashes of all files it names: its pictures, and what its answers are made of.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        // An answer of files is their hashes; nothing else looks like one.
        let words = self.answers.0.values().flat_map(|answer| answer.split(' '));
        let answered = words.filter(|word| word.len() == 64);
        answered.chain(self.pictures().map(|picture| picture.0.as_str()))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScoreShown {
    pub earned: f64,
    pub possible: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspection {
    pub started: BTreeMap<DeviceId, Instant>,
    pub submitted: Option<Submitted>,
    /// Of those who were there and had not signed when it was handed in.
    pub signed_afterwards: BTreeMap<PersonId, Signed>,
    /// Started or submitted, on whatever device or none.
    pub begun: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Submitted {
    pub by: PersonId,
    pub at: Instant,
    pub submission: Submission,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InspectionCommand {
    Start {
        target: BodyId,
    },
    Submit(Box<Submission>),
    /// Of what was handed in, by one who was there and has not signed.
    SignAfterwards(SignedAfterwards),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum InspectionEvent {
    Started { target: BodyId },
    Submitted(Box<Submission>),
    SignedAfterwards(SignedAfterwards),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InspectionRefusal {
    /// None that the actor is of the team of: of another's nobody learns here that there is one.
    AssignmentUnknown,
    AssignmentCancelled,
    TargetDiffers,
    /// Another tablet handed this visit in first.
    AlreadySubmitted {
        by: PersonId,
        at: Instant,
    },
    TooFewPresent,
    ChecklistDiffers,
    /// The form's own rules are not met; each with the item's name.
    Form(Vec<String>),
    ScoreDiffers,
    /// An item called for a finding and none was raised, or one was raised that nothing called for.
    FindingsDiffer(Vec<String>),
    AnswersWithoutCompletion,
    Account(WordingRefusal),
    /// Too many photos with the account, or one whose name is none, or that stands twice.
    AccountPhotos,
    Signature(SignatureRefusal),
    /// Where the team arrived is no place on earth.
    Arrival,
    Remark(RemarkRefusal),
}

impl InspectionRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            InspectionRefusal::AssignmentUnknown => {
                say!(
                    language,
                    "您没有这项任务，或任务尚未启封",
                    "You have no such assignment, or it is not released yet"
                )
            }
            InspectionRefusal::AssignmentCancelled => {
                say!(
                    language,
                    "该任务已取消，记录保留待组织者处理",
                    "The assignment was cancelled; the record is kept for the organiser"
                )
            }
            InspectionRefusal::TargetDiffers => {
                say!(
                    language,
                    "受检单位与任务不一致",
                    "The body visited is not the one assigned"
                )
            }
            InspectionRefusal::AlreadySubmitted { .. } => say!(
                language,
                "该任务已由另一台设备提交，本记录保留待人工处理",
                "Another tablet has submitted this visit; this record is kept for a person to settle"
            ),
            InspectionRefusal::TooFewPresent => {
                say!(
                    language,
                    "至少两名小组成员在场",
                    "At least two of the team must be present"
                )
            }
            InspectionRefusal::ChecklistDiffers => {
                say!(
                    language,
                    "使用的检查表与任务不一致",
                    "The checklist used is not the one assigned"
                )
            }
            InspectionRefusal::Form(errors) => {
                let (count, errors) = (errors.len(), errors.join("; "));
                say!(
                    language,
                    "检查表有{count}处不符合填写规则：{errors}",
                    "{count} answers break the checklist's rules: {errors}"
                )
            }
            InspectionRefusal::ScoreDiffers => {
                say!(
                    language,
                    "得分与答案不一致",
                    "The score does not follow from the answers"
                )
            }
            InspectionRefusal::FindingsDiffer(items) => {
                let items = items.join(", ");
                say!(
                    language,
                    "问题与答案不一致：{items}",
                    "The findings do not follow from the answers: {items}"
                )
            }
            InspectionRefusal::AnswersWithoutCompletion => {
                say!(
                    language,
                    "未完成的检查不应带有答案",
                    "A visit that was not completed carries no answers"
                )
            }
            InspectionRefusal::Account(refusal) => {
                let why = refusal.text(language);
                say!(language, "情况说明：{why}", "Account: {why}")
            }
            InspectionRefusal::AccountPhotos => say!(
                language,
                "情况说明最多附{PHOTO_LIMIT}张照片；其中有照片无法识别或重复时，请重新拍照",
                "The account takes up to {PHOTO_LIMIT} photos; one that cannot be named or stands twice has to be taken again"
            ),
            InspectionRefusal::Signature(refusal) => refusal.text(language),
            InspectionRefusal::Arrival => say!(
                language,
                "到达位置不是有效的经纬度和精度，请重新记录",
                "Where the team arrived is no latitude, longitude and accuracy; record it again"
            ),
            InspectionRefusal::Remark(refusal) => refusal.text(language),
        }
    }
}

impl Inspection {
    pub fn evolve(
        &mut self,
        event: &InspectionEvent,
        by: PersonId,
        device: Option<DeviceId>,
        at: Instant,
    ) {
        self.begun = true;
        match event {
            InspectionEvent::Started { .. } => {
                if let Some(device) = device {
                    self.started.entry(device).or_insert(at);
                }
            }
            InspectionEvent::Submitted(submission) => {
                let submission = (**submission).clone();
                self.submitted
                    .get_or_insert(Submitted { by, at, submission });
            }
            InspectionEvent::SignedAfterwards(signature) => {
                let signed = signature.signed.clone();
                self.signed_afterwards.entry(by).or_insert(signed);
            }
        }
    }
}

/// Decided on the tablet; the server asks the same again through [`crate::event::admit`].
///
/// # Errors
/// A permission refusal when the actor holds no role that inspects; else an [`InspectionRefusal`]: no such assignment that the
/// actor is in the team of and was told of, one cancelled or of another body, a record of a visit handed in already, fewer than two
/// of the team present, another checklist than the assignment's, answers that break the form's rules, a score or findings that are
/// not those the answers give, answers of a visit that was not completed, an account that is missing or cannot be read, or has too many
/// photos or one that cannot be named, signatures
/// that are not those of this record ([`signature::check`]), an arrival at no place on earth, a remark that cannot be taken
/// ([`remark::check`]), a signature afterwards that is not one of what was handed in ([`signature::check_afterwards`]).
pub fn decide(
    id: InspectionId,
    state: &Inspection,
    command: &InspectionCommand,
    context: &Context<'_>,
) -> Result<Vec<InspectionEvent>, crate::Refusal> {
    let assignment = context.facts.assignment(id.assignment());
    let target = match command {
        InspectionCommand::Start { target } => Some(*target),
        InspectionCommand::Submit(submission) => Some(submission.target),
        // It is of what was handed in, wherever that was.
        InspectionCommand::SignAfterwards(_) => None,
    };
    check_assigned(assignment, target, context)?;
    match command {
        // Also of a visit that was handed in meanwhile: that a tablet had begun it contradicts nothing, and nobody could settle it.
        InspectionCommand::Start { target } => {
            Ok(vec![InspectionEvent::Started { target: *target }])
        }
        InspectionCommand::Submit(submission) => {
            check_not_submitted(state)?;
            check_submission(assignment, submission, context)?;
            Ok(vec![InspectionEvent::Submitted(submission.clone())])
        }
        InspectionCommand::SignAfterwards(signature) => {
            signature::check_afterwards(state, signature, context)
                .map_err(InspectionRefusal::Signature)?;
            Ok(vec![InspectionEvent::SignedAfterwards(signature.clone())])
        }
    }
}

fn check_not_submitted(state: &Inspection) -> Result<(), InspectionRefusal> {
    match &state.submitted {
        Some(Submitted { by, at, .. }) => {
            Err(InspectionRefusal::AlreadySubmitted { by: *by, at: *at })
        }
        None => Ok(()),
    }
}

fn check_assigned(
    assignment: &Assignment,
    target: Option<BodyId>,
    context: &Context<'_>,
) -> Result<(), crate::Refusal> {
    context.permit(Act::Inspect, &Place::Anywhere)?;
    let is_told =
        |order: &&AssignmentOrder| assignment.released && order.team.contains(&context.actor);
    let Some(order) = assignment.order.as_ref().filter(is_told) else {
        return Err(InspectionRefusal::AssignmentUnknown.into());
    };
    if assignment.cancelled {
        return Err(InspectionRefusal::AssignmentCancelled.into());
    }
    if target.is_some_and(|target| target != order.target) {
        return Err(InspectionRefusal::TargetDiffers.into());
    }
    Ok(())
}

fn check_submission(
    assignment: &Assignment,
    submission: &Submission,
    context: &Context<'_>,
) -> Result<(), InspectionRefusal> {
    let order = assignment
        .order
        .as_ref()
        .ok_or(InspectionRefusal::AssignmentUnknown)?;
    let mut present: Vec<_> = submission
        .present
        .iter()
        .filter(|person| order.team.contains(person))
        .collect();
    present.sort_unstable();
    present.dedup();
    if present.len() < crate::campaign::SMALLEST_TEAM {
        return Err(InspectionRefusal::TooFewPresent);
    }
    if submission
        .arrival
        .is_some_and(|arrival| !arrival.is_possible())
    {
        return Err(InspectionRefusal::Arrival);
    }
    if submission.account_photos.len() > PHOTO_LIMIT || !are_named(&submission.account_photos) {
        return Err(InspectionRefusal::AccountPhotos);
    }
    signature::check(submission).map_err(InspectionRefusal::Signature)?;
    if submission.outcome != Outcome::Completed {
        let filled_in = !submission.answers.0.is_empty()
            || !submission.instances.is_empty()
            || !submission.findings.is_empty()
            || submission
                .raised
                .as_ref()
                .is_some_and(|raised| !raised.is_empty())
            || !submission.remarks.is_empty();
        if filled_in {
            return Err(InspectionRefusal::AnswersWithoutCompletion);
        }
        return wording::require(&submission.account, ACCOUNT_LIMIT)
            .map_err(InspectionRefusal::Account);
    }
    wording::allow(&submission.account, ACCOUNT_LIMIT).map_err(InspectionRefusal::Account)?;
    if (submission.checklist, &submission.checklist_version)
        != (order.checklist, &order.checklist_version)
    {
        return Err(InspectionRefusal::ChecklistDiffers);
    }
    let form = context
        .forms
        .form(submission.checklist, &submission.checklist_version)
        .ok_or(InspectionRefusal::ChecklistDiffers)?;
    let (session, answers) = (submission.session.clone(), &submission.answers);
    let checked = form::check_submission(&form, session, answers, &submission.instances).map_err(
        |errors| InspectionRefusal::Form(errors.iter().map(ToString::to_string).collect()),
    )?;
    remark::check(submission, &form).map_err(InspectionRefusal::Remark)?;
    let shown = submission.score;
    // A millionth of a point is rounding, not a difference.
    if (shown.earned - checked.score.earned).abs() > 1e-6
        || (shown.possible - checked.score.possible).abs() > 1e-6
    {
        return Err(InspectionRefusal::ScoreDiffers);
    }
    let called_for = &checked.findings;
    let differing: Vec<String> = called_for
        .iter()
        .filter(|item| !submission.findings.contains_key(*item))
        .chain(
            submission
                .findings
                .keys()
                .filter(|item| !called_for.contains(item)),
        )
        .chain(unsaid(submission))
        .cloned()
        .collect();
    if differing.is_empty() {
        Ok(())
    } else {
        Err(InspectionRefusal::FindingsDiffer(differing))
    }
}

/// The items whose findings are named without what they say, where it is said of others.
fn unsaid(submission: &Submission) -> impl Iterator<Item = &String> {
    let Submission {
        findings, raised, ..
    } = submission;
    let named = findings.iter();
    let unsaid = named.filter(|(_, id)| {
        raised
            .as_ref()
            .is_some_and(|raised| !raised.contains_key(*id))
    });
    unsaid.map(|(item, _)| item)
}
