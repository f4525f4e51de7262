//! An inspection being filled in, and what stays of it once it is handed in.

use std::collections::{BTreeMap, BTreeSet};

use domain::arrival::Arrival;
use domain::entrance::CodeRead;
use domain::finding::{Extent, Photo, PhotoHash};
use domain::id::{FindingId, InspectionId, PersonId};
use domain::inspection::Outcome;
use domain::instant::Instant;
use domain::record::Hash;
use domain::remark::Remark;
use domain::signature::Signatory;
use domain::visit_mode::VisitMode;
use form::{Answers, InstanceCounts, Line, Session, Severity};
use json::FromJson;
use serde::{Deserialize, Serialize};

/// Everything entered so far; kept after each change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    pub inspection: InspectionId,
    pub started_at: Instant,
    pub saved_at: Instant,
    /// The clock the form sees.
    pub session: Session,
    pub outcome: Outcome,
    /// How the visit was made; at first as it was planned.
    #[serde(default)]
    pub mode: VisitMode,
    /// Where the team was when it had arrived.
    #[serde(default)]
    pub arrival: Option<Arrival>,
    /// The code that was read at an entrance.
    #[serde(default)]
    pub entrance: Option<EntranceDraft>,
    pub present: Vec<PersonId>,
    #[serde(default)]
    pub account: String,
    /// Photos beside the account: what there was to see of a visit that was not completed.
    #[serde(default)]
    pub account_photos: Vec<Photo>,
    #[serde(default)]
    pub answers: Answers,
    /// The instances of repeats, also those without answers.
    #[serde(default)]
    pub instances: InstanceCounts,
    /// The question somebody was at, by the item's name: where the visit opens again.
    #[serde(default)]
    pub left_at: Option<String>,
    /// What was typed and cannot be read as an answer, by the item's name: kept, so that it can be put right.
    #[serde(default)]
    pub unreadable: BTreeMap<String, String>,
    /// By the item's name. One whose item no longer fails is kept, in case it fails again.
    #[serde(default)]
    pub findings: BTreeMap<String, FindingDraft>,
    /// Faults noted freely, of no item of the checklist: in the order of their ids, which is that in which they were begun.
    #[serde(default)]
    pub noted_freely: BTreeMap<FindingId, FindingDraft>,
    /// What was noted of items, by the item's name.
    #[serde(default)]
    pub remarks: BTreeMap<String, Remark>,
    #[serde(default)]
    pub signatures: SignatureDrafts,
    /// Photos the person took out again. Their bytes go when the inspection is handed in.
    #[serde(default)]
    pub taken_out: BTreeSet<PhotoHash>,
    /// When it was handed in, or laid aside. From then on it never changes: the record of what was entered here, sent or not.
    #[serde(default)]
    pub handed_in_at: Option<Instant>,
    /// Whether it was then laid aside instead: of a visit that another tablet handed in, or that was called off. It stays
    /// here, but for signatures.
    #[serde(default)]
    pub laid_aside: bool,
}

impl Draft {
    pub fn new(
        inspection: InspectionId,
        started_at: Instant,
        session: Session,
        mode: VisitMode,
        present: Vec<PersonId>,
    ) -> Draft {
        Draft {
            inspection,
            started_at,
            saved_at: started_at,
            session,
            outcome: Outcome::Completed,
            mode,
            arrival: None,
            entrance: None,
            present,
            account: String::new(),
            account_photos: Vec::new(),
            answers: Answers::default(),
            instances: InstanceCounts::default(),
            left_at: None,
            unreadable: BTreeMap::new(),
            findings: BTreeMap::new(),
            noted_freely: BTreeMap::new(),
            remarks: BTreeMap::new(),
            signatures: SignatureDrafts::default(),
            taken_out: BTreeSet::new(),
            handed_in_at: None,
            laid_aside: false,
        }
    }

    /// Whether nobody has entered anything: it was never saved since it was begun.
    pub fn is_untouched(&self) -> bool {
        self.saved_at == self.started_at && self.answers.0.is_empty()
    }

    pub fn is_handed_in(&self) -> bool {
        self.handed_in_at.is_some()
    }

    /// Every photo, recording and document that proves something here, each once.
    pub fn named(&self) -> BTreeSet<PhotoHash> {
        let findings = self.findings.values().chain(self.noted_freely.values());
        let of_findings = findings.flat_map(FindingDraft::all_photos);
        let of_remarks = self.remarks.values().flat_map(|remark| &remark.photos);
        let photos = of_findings
            .chain(of_remarks)
            .chain(&self.account_photos)
            .map(|photo| photo.hash.clone());
        let answers = self.answers.0.values();
        let words = answers.flat_map(|answer| answer.split_ascii_whitespace());
        // An answer of files is their hashes; nothing else looks like one.
        let answered = words.map(|word| PhotoHash(word.to_owned()));
        let answered = answered.filter(PhotoHash::is_well_formed);
        let signed = self.signatures.pictures().cloned();
        photos.chain(answered).chain(signed).collect()
    }

    /// Whether a photo proves something here.
    pub fn names(&self, photo: &PhotoHash) -> bool {
        self.named().contains(photo)
    }
}

/// A code that was read at an entrance. The code itself is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct EntranceDraft {
    /// What is handed in.
    pub read: CodeRead,
    pub digest: Hash,
    /// Whether it was the institution's, as far as that was known here when it was read.
    #[serde(default)]
    pub own: bool,
}

/// Who has signed so far, or will not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct SignatureDrafts {
    #[serde(default)]
    pub inspectors: BTreeMap<PersonId, SignedDraft>,
    #[serde(default)]
    pub others: BTreeMap<Signatory, OtherDraft>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct SignedDraft {
    pub picture: PhotoHash,
    pub at: Instant,
    /// The hash of all that was entered when it was signed. What was signed before a change counts for nothing after it.
    pub of: String,
}

/// Of a party besides the team.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct OtherDraft {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub refuses: bool,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub signed: Option<SignedDraft>,
}

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    Inspector(PersonId),
    Other(Signatory),
}

impl SignatureDrafts {
    pub fn of(&self, signer: Signer) -> Option<&SignedDraft> {
        match signer {
            Signer::Inspector(person) => self.inspectors.get(&person),
            Signer::Other(signatory) => self.others.get(&signatory)?.signed.as_ref(),
        }
    }

    /// Takes a signature in, or out.
    pub fn set(&mut self, signer: Signer, signed: Option<SignedDraft>) {
        match (signer, signed) {
            (Signer::Inspector(person), Some(signed)) => {
                self.inspectors.insert(person, signed);
            }
            (Signer::Inspector(person), None) => {
                self.inspectors.remove(&person);
            }
            (Signer::Other(signatory), signed) => {
                self.others.entry(signatory).or_default().signed = signed;
            }
        }
    }

    pub fn pictures(&self) -> impl Iterator<Item = &PhotoHash> {
        let others = self
            .others
            .values()
            .filter_map(|other| other.signed.as_ref());
        let signed = self.inspectors.values().chain(others);
        signed.map(|signed| &signed.picture)
    }
}

/// A finding being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct FindingDraft {
    pub id: FindingId,
    /// Whose responsibility it is, of one noted freely; that of an item is the checklist's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    pub severity: Severity,
    pub extent: Extent,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub photos: Vec<Photo>,
    #[serde(default)]
    pub fixed_on_the_spot: bool,
    #[serde(default)]
    pub photos_fixed: Vec<Photo>,
    #[serde(default)]
    pub help_given: String,
    #[serde(default)]
    pub support_owed: String,
}

impl FindingDraft {
    /// As it stands when the item has just failed.
    pub fn new(id: FindingId, severity: Severity) -> FindingDraft {
        FindingDraft {
            id,
            line: None,
            severity,
            extent: Extent::Isolated,
            note: String::new(),
            photos: Vec::new(),
            fixed_on_the_spot: false,
            photos_fixed: Vec::new(),
            help_given: String::new(),
            support_owed: String::new(),
        }
    }

    /// One noted freely, as it stands when it is begun.
    pub fn noted_freely(id: FindingId) -> FindingDraft {
        FindingDraft {
            line: Some(Line::Main),
            ..FindingDraft::new(id, Severity::General)
        }
    }

    /// Those of the fault, then those of its being fixed.
    pub fn all_photos(&self) -> impl Iterator<Item = &Photo> {
        self.photos.iter().chain(&self.photos_fixed)
    }

    /// Whether anything was entered beyond what every finding begins with.
    pub fn is_written(&self) -> bool {
        let texts = [&self.note, &self.help_given, &self.support_owed];
        texts.iter().any(|text| !text.trim().is_empty())
            || !self.photos.is_empty()
            || self.fixed_on_the_spot
            || !self.photos_fixed.is_empty()
    }
}
