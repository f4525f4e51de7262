//! Signatures under an inspection's record: of the team, of the institution, and of who came along from its regulator. Who would not
//! sign is recorded with the reason; refusing is an outcome. A record without signatures is one, too: at a closed gate, or over a
//! line, nobody signs. Who was there of the team and has not signed when it is handed in may sign afterwards, on a tablet of their own:
//! the same record, by an event of its own.
//!
//! # What is signed
//! The record as it is handed in. Its hash is SHA-256 over, in this order: the ASCII text `dubang.inspection.signed.2`; target, outcome
//! and mode by their codes; begun (milliseconds since 1970-01-01T00:00:00Z as two's complement); who was present (list); checklist,
//! its version; answers (list of: item, answer) and findings (list of: item, id), both in the order of the items; account; what was raised
//! (list of: id, the 32 bytes of the hash of what the finding says) in the order of the ids; remarks (list of: item, note, photos as a
//! list of the hashes' hexadecimal digits) in the order of the items; and, where there are any of either, the photos of the account (such a
//! list) and the instances of repeats that the answers do not tell of (list of: repeat, number). A *number* is 8 bytes, most significant
//! first, a *text* its length in bytes as a number and its UTF-8 bytes, a *list* its length as a number and its entries, an id a text in
//! lower case with hyphens. Points are not in it: they follow from the answers.
//!
//! What an earlier version handed in begins with `dubang.inspection.signed.1` instead, has nothing of what was raised, and has the list
//! of remarks only where there are remarks, or anything after them. That the words of its findings were what was signed only the tablet
//! looked after.

use std::collections::BTreeMap;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::facts::Context;
use crate::finding::{Photo, PhotoHash};
use crate::id::PersonId;
use crate::inspection::{Inspection, Outcome, Submission};
use crate::instant::Instant;
use crate::record::{Bytes, Hash};
use crate::visit_mode::VisitMode;
use crate::wording::{self, ACCOUNT_LIMIT, NAME_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

const FORMAT: &str = "dubang.inspection.signed.2";
const WITHOUT_RAISED: &str = "dubang.inspection.signed.1";

/// Who signed, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signatures {
    /// The hash of what was signed ([`record_hash`]), in 64 hexadecimal digits.
    pub record: String,
    /// Of those who were present.
    #[serde(default)]
    pub inspectors: BTreeMap<PersonId, Signed>,
    #[serde(default)]
    pub others: BTreeMap<Signatory, OtherSignature>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signed {
    pub picture: PhotoHash,
    pub at: Instant,
}

/// What a person signs who was there and had not signed when it was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedAfterwards {
    /// The hash of what was handed in ([`record_hash`]), in 64 hexadecimal digits.
    pub record: String,
    pub signed: Signed,
}

/// A party besides the team.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(rename_all = "camelCase")]
pub enum Signatory {
    Institution,
    Regulator,
}

impl Signatory {
    pub const ALL: [Signatory; 2] = [Signatory::Institution, Signatory::Regulator];

    pub const fn code(self) -> &'static str {
        match self {
            Signatory::Institution => "institution",
            Signatory::Regulator => "regulator",
        }
    }

    pub const fn title(self) -> Text {
        match self {
            Signatory::Institution => Text::new("受检单位", "The institution"),
            Signatory::Regulator => Text::new("到场的监管部门", "The regulator who came along"),
        }
    }
}

/// Whether the institution is to sign a record, or to refuse to: of a visit that was completed, where people of it were met inside.
pub fn is_owed_by_institution(outcome: Outcome, mode: VisitMode) -> bool {
    outcome == Outcome::Completed && mode == VisitMode::OnSite
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OtherSignature {
    /// Name and office, as they were given.
    pub name: String,
    pub given: Given,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub enum Given {
    Signed(Signed),
    Refused { reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignatureRefusal {
    /// What was signed is not what is handed in.
    OfAnotherRecord,
    /// An inspector who was not there.
    NotPresent(PersonId),
    /// The picture's name is none.
    Picture,
    /// One picture for two signatures, or for one and for a finding.
    PictureTwice,
    /// Nothing was handed in yet.
    NotHandedIn,
    /// The visit was not completed: there nobody signs.
    NotCompleted,
    /// It bears their signature.
    AlreadySigned,
    Name(Signatory, WordingRefusal),
    Reason(Signatory, WordingRefusal),
}

impl SignatureRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            SignatureRefusal::OfAnotherRecord => say!(
                language,
                "签字后记录有改动，请重新签字",
                "The record was changed after it was signed; have it signed again"
            ),
            SignatureRefusal::NotPresent(_) => say!(
                language,
                "有签字的检查员不在在场人员之列",
                "An inspector signed who is not among those present"
            ),
            SignatureRefusal::Picture => say!(
                language,
                "签字的图片无法识别，请重新签字",
                "The picture of a signature cannot be named; sign again"
            ),
            SignatureRefusal::PictureTwice => say!(
                language,
                "两处签字是同一张图片，请分别签字",
                "Two signatures are one picture; sign each by itself"
            ),
            SignatureRefusal::NotHandedIn => say!(
                language,
                "检查记录还没有提交，不能补签",
                "The record is not handed in yet, so there is nothing to sign afterwards"
            ),
            SignatureRefusal::NotCompleted => say!(
                language,
                "这次检查没有完成，不需要签字",
                "The inspection was not completed, and nobody has to sign it"
            ),
            SignatureRefusal::AlreadySigned => say!(
                language,
                "您已在这份记录上签字",
                "You have signed this record already"
            ),
            SignatureRefusal::Name(signatory, refusal) => {
                let (who, why) = (signatory.title().get(language), refusal.text(language));
                say!(
                    language,
                    "{who}签字人姓名、职务：{why}",
                    "{who}, name and office: {why}"
                )
            }
            SignatureRefusal::Reason(signatory, refusal) => {
                let (who, why) = (signatory.title().get(language), refusal.text(language));
                say!(
                    language,
                    "{who}拒绝签字的理由：{why}",
                    "{who}, why signing was refused: {why}"
                )
            }
        }
    }
}

impl Signatures {
    /// The pictures of all that were signed.
    pub fn pictures(&self) -> impl Iterator<Item = &PhotoHash> {
        let others = self.others.values().filter_map(|other| match &other.given {
            Given::Signed(signed) => Some(signed),
            Given::Refused { .. } => None,
        });
        let signed = self.inspectors.values().chain(others);
        signed.map(|signed| &signed.picture)
    }
}

impl OtherSignature {
    /// # Errors
    /// A name or a reason that is missing, too long, or cannot be read. Who refuses may have given no name.
    pub fn check(&self, signatory: Signatory) -> Result<(), SignatureRefusal> {
        let name = match &self.given {
            Given::Signed(_) => wording::require(&self.name, NAME_LIMIT),
            Given::Refused { .. } => wording::allow(&self.name, NAME_LIMIT),
        };
        name.map_err(|refusal| SignatureRefusal::Name(signatory, refusal))?;
        if let Given::Refused { reason } = &self.given {
            wording::require(reason, ACCOUNT_LIMIT)
                .map_err(|refusal| SignatureRefusal::Reason(signatory, refusal))?;
        }
        Ok(())
    }
}

/// # Errors
/// Every [`SignatureRefusal`].
pub fn check(submission: &Submission) -> Result<(), SignatureRefusal> {
    let Some(signatures) = &submission.signatures else {
        return Ok(());
    };
    if signatures.record != record_hash(submission).to_string() {
        return Err(SignatureRefusal::OfAnotherRecord);
    }
    let mut inspectors = signatures.inspectors.keys();
    if let Some(absent) = inspectors.find(|person| !submission.present.contains(person)) {
        return Err(SignatureRefusal::NotPresent(*absent));
    }
    let mut pictures: Vec<&PhotoHash> = signatures.pictures().collect();
    if !pictures.iter().all(|picture| picture.is_well_formed()) {
        return Err(SignatureRefusal::Picture);
    }
    pictures.sort_unstable();
    if pictures.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(SignatureRefusal::PictureTwice);
    }
    let mut others = signatures.others.iter();
    others.try_for_each(|(signatory, other)| other.check(*signatory))
}

/// Whether a person may sign afterwards what was handed in of a visit that was completed; whoever signed on the tablet it was filled in on,
/// has.
///
/// # Errors
/// [`SignatureRefusal::NotHandedIn`], [`SignatureRefusal::NotCompleted`], [`SignatureRefusal::NotPresent`],
/// [`SignatureRefusal::AlreadySigned`].
pub fn awaits(inspection: &Inspection, person: PersonId) -> Result<&Submission, SignatureRefusal> {
    let submitted = inspection.submitted.as_ref();
    let submission = &submitted.ok_or(SignatureRefusal::NotHandedIn)?.submission;
    if submission.outcome != Outcome::Completed {
        return Err(SignatureRefusal::NotCompleted);
    }
    if !submission.present.contains(&person) {
        return Err(SignatureRefusal::NotPresent(person));
    }
    let on_the_spot = submission.signatures.as_ref();
    if on_the_spot.is_some_and(|signatures| signatures.inspectors.contains_key(&person))
        || inspection.signed_afterwards.contains_key(&person)
    {
        return Err(SignatureRefusal::AlreadySigned);
    }
    Ok(submission)
}

/// # Errors
/// Those of [`awaits`]; else [`SignatureRefusal::OfAnotherRecord`], [`SignatureRefusal::Picture`], [`SignatureRefusal::PictureTwice`].
pub fn check_afterwards(
    inspection: &Inspection,
    signature: &SignedAfterwards,
    context: &Context<'_>,
) -> Result<(), SignatureRefusal> {
    let submission = awaits(inspection, context.actor)?;
    if signature.record != record_hash(submission).to_string() {
        return Err(SignatureRefusal::OfAnotherRecord);
    }
    let picture = &signature.signed.picture;
    if !picture.is_well_formed() {
        return Err(SignatureRefusal::Picture);
    }
    let mut afterwards = inspection.signed_afterwards.values();
    if submission.files().any(|file| file == picture.0)
        || afterwards.any(|signed| signed.picture == *picture)
        || context.facts.photo_seen(picture)
    {
        return Err(SignatureRefusal::PictureTwice);
    }
    Ok(())
}

/// The hash of what is signed.
pub fn record_hash(submission: &Submission) -> Hash {
    let raised = submission.raised.as_ref();
    let bytes = Bytes::of(if raised.is_some() {
        FORMAT
    } else {
        WITHOUT_RAISED
    })
    .id(submission.target)
    .text(submission.outcome.code())
    .text(submission.mode.code())
    .instant(submission.started_at)
    .list(&submission.present, Bytes::id)
    .id(submission.checklist)
    .text(&submission.checklist_version)
    .list(&submission.answers.0, |bytes, (item, answer)| {
        bytes.text(item).text(answer)
    })
    .list(&submission.findings, |bytes, (item, finding)| {
        bytes.text(item).id(finding)
    })
    .text(&submission.account);
    let (photos, instances) = (&submission.account_photos, &submission.instances);
    let ends_with_remarks = photos.is_empty() && instances.is_empty();
    let bytes = match raised {
        Some(raised) => bytes.list(raised, |bytes, (id, hash)| bytes.id(id).raw(hash)),
        None if submission.remarks.is_empty() && ends_with_remarks => return bytes.hash(),
        None => bytes,
    };
    let names = |bytes: Bytes, photos: &[Photo]| {
        bytes.list(photos, |bytes, photo| bytes.text(&photo.hash.0))
    };
    let bytes = bytes.list(&submission.remarks, |bytes, (item, remark)| {
        names(bytes.text(item).text(&remark.note), &remark.photos)
    });
    if ends_with_remarks {
        return bytes.hash();
    }
    let bytes = names(bytes, photos).list(&instances.0, |bytes, (repeat, count)| {
        bytes.text(repeat).number(u64::from(*count))
    });
    bytes.hash()
}
