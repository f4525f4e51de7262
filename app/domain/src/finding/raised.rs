//! What an inspector raises: the fault, at which item, how grave, on which line of responsibility.
//!
//! # Its hash
//! What is handed in says what was raised with it: of each finding, the SHA-256 over, in this order: the ASCII text
//! `dubang.finding.raised.1`; inspection; body; item (list of none or one); code; title (list of: language, text; by language); clause; line,
//! severity and extent by their codes; note; photos (list of: the hash's hexadecimal digits, when it was taken); 1 if it was fixed on the
//! spot, else 0; photos of it fixed, as photos; help given; support owed. Lists, texts, numbers and times are written as in
//! [`crate::signature`].

use form::{Line, Severity, Texts};
use json::FromJson;
use serde::{Deserialize, Serialize};

use super::event::FindingEvent;
use super::photo::{PHOTO_LIMIT, Photo, allow, check_photos, require};
use super::refusal::{FindingRefusal, PlanField};
use super::stage::Stage;
use super::state::Finding;
use crate::Text;
use crate::facts::Context;
use crate::id::{BodyId, FindingId, InspectionId};
use crate::inspection::Submitted;
use crate::jurisdiction::check_texts;
use crate::record::{Bytes, Hash};
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT};

const FORMAT: &str = "dubang.finding.raised.1";

/// How far the fault reaches.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
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

const fn line_code(line: Line) -> &'static str {
    match line {
        Line::Main => "main",
        Line::Regulatory => "regulatory",
        Line::Oversight => "oversight",
    }
}

const fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::General => "general",
        Severity::Key => "key",
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
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
    /// What it looked like once it was fixed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos_fixed: Vec<Photo>,
    #[serde(default)]
    pub help_given: String,
    #[serde(default)]
    pub support_owed: String,
}

impl Raised {
    /// The hash of all of it.
    pub fn hash(&self) -> Hash {
        let photos = |bytes: Bytes, photos: &[Photo]| {
            bytes.list(photos, |bytes, photo| {
                bytes.text(&photo.hash.0).instant(photo.taken_at)
            })
        };
        let title: Vec<_> = self.title.iter().collect();
        let bytes = Bytes::of(FORMAT)
            .id(self.inspection)
            .id(self.body)
            .list(self.item.as_slice(), |bytes, item| bytes.text(item))
            .text(&self.code)
            .list(title, |bytes, (language, text)| {
                bytes.text(language).text(text)
            })
            .text(&self.clause)
            .text(line_code(self.line))
            .text(severity_code(self.severity))
            .text(self.extent.code())
            .text(&self.note);
        let bytes = photos(bytes, &self.photos).number(self.fixed_on_the_spot.into());
        photos(bytes, &self.photos_fixed)
            .text(&self.help_given)
            .text(&self.support_owed)
            .hash()
    }

    /// Those of the fault, then those of its being fixed.
    pub fn all_photos(&self) -> impl Iterator<Item = &Photo> {
        self.photos.iter().chain(&self.photos_fixed)
    }

    /// What is general and was fixed before the inspectors' eyes needs no plan: it waits for re-verification at once. A key problem
    /// takes the whole road, for what allowed it has to change.
    pub const fn skips_the_plan(&self) -> bool {
        self.fixed_on_the_spot && matches!(self.severity, Severity::General)
    }

    pub const fn first_stage(&self) -> Stage {
        if self.skips_the_plan() {
            Stage::Rectified
        } else {
            Stage::Raised
        }
    }
}

/// Decided on the tablet; the server asks the same again through [`crate::event::admit`].
pub fn raise(
    id: FindingId,
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
    let said = submitted.submission.raised.as_ref();
    if said.is_some_and(|said| said.get(&id) != Some(&raised.hash())) {
        return Err(FindingRefusal::NotAsHandedIn.into());
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
        allow(field, text)?;
    }
    check_photos(raised.all_photos(), context)?;
    check_photos_fixed(
        raised.fixed_on_the_spot,
        &raised.photos,
        &raised.photos_fixed,
    )?;
    Ok(vec![FindingEvent::Raised(Box::new(raised.clone()))])
}

/// Only what is fixed can be shown fixed, and where the fault is pictured, only by photos that are younger. Both together are photos of
/// one act.
pub fn check_photos_fixed(
    is_fixed: bool,
    photos: &[Photo],
    photos_fixed: &[Photo],
) -> Result<(), FindingRefusal> {
    if photos_fixed.is_empty() {
        return Ok(());
    }
    if !is_fixed {
        return Err(FindingRefusal::ShownFixedButNotFixed);
    }
    if photos.len() + photos_fixed.len() > PHOTO_LIMIT {
        return Err(FindingRefusal::TooManyPhotos { limit: PHOTO_LIMIT });
    }
    let seen = photos.iter().map(|photo| photo.taken_at).min();
    let mut fixed = photos_fixed.iter();
    if fixed.any(|photo| Some(photo.taken_at) <= seen) {
        return Err(FindingRefusal::PhotoBeforeFinding);
    }
    Ok(())
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
