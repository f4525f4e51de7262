//! What handing a visit in leaves on the tablet.

use std::collections::BTreeMap;

use domain::Language;
use domain::finding::PhotoHash;
use domain::inspection::Outcome;
use domain::remark::Remark;
use form::{Instance, Value};

use super::handing_in::carried_remarks;
use crate::local_store::{Draft, FindingDraft, PhotoFate, PhotoRecord};

/// What was entered and no submission carries. It stays on the tablet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeftHere {
    /// As written, by the item's name; photos apart.
    pub answers: BTreeMap<String, String>,
    /// By the item's name.
    pub findings: BTreeMap<String, FindingDraft>,
    pub noted_freely: Vec<FindingDraft>,
    /// By the item's name.
    pub remarks: BTreeMap<String, Remark>,
    pub photos: Vec<PhotoHash>,
    /// How a visit ended of which nothing was handed in, where it was not completed.
    pub outcome: Option<Outcome>,
    /// What was said of it.
    pub account: String,
}

impl LeftHere {
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
            && self.findings.is_empty()
            && self.noted_freely.is_empty()
            && self.remarks.is_empty()
            && self.photos.is_empty()
            && self.outcome.is_none()
            && self.account.is_empty()
    }

    /// How much it is, in words.
    pub fn count(&self, language: Language) -> String {
        let answers = self.answers.len();
        let findings = self.findings.len() + self.noted_freely.len();
        let (remarks, photos) = (self.remarks.len(), self.photos.len());
        domain::say!(
            language,
            "{answers} 项答案、{findings} 个问题、{remarks} 条备注、{photos} 张照片或文件",
            "Answers: {answers}, findings: {findings}, notes: {remarks}, photos or files: {photos}"
        )
    }
}

/// What a draft that was handed in leaves on the tablet, or one that was laid aside. Of a completed visit that was handed in: the answers and
/// remarks that no longer apply, and the findings of items that pass after all; of others everything, but for what is said of a visit as
/// a whole, which is handed in with it. `photos` are those on the tablet.
pub fn left_here(instance: &Instance, draft: &Draft, photos: &[PhotoRecord]) -> LeftHere {
    let completed = draft.outcome == Outcome::Completed && !draft.laid_aside;
    let carried = |name: &str| {
        completed
            && instance
                .named(name)
                .is_some_and(|node| instance.relevant(node))
    };
    // What stands there before anyone has touched it was not entered.
    let untouched = Instance::new(instance.form().clone(), draft.session.clone()).ok();
    let initial = |name: &str| {
        let untouched = untouched.as_ref()?;
        Some(untouched.kept(untouched.named(name)?).to_owned())
    };
    let mut left = LeftHere::default();
    if draft.laid_aside {
        left.outcome = Some(draft.outcome).filter(|outcome| *outcome != Outcome::Completed);
        draft.account.trim().clone_into(&mut left.account);
        let photos = draft.account_photos.iter();
        left.photos.extend(photos.map(|photo| photo.hash.clone()));
    }
    for (name, written) in draft.answers.0.iter().chain(&draft.unreadable) {
        let node = instance.named(name);
        if carried(name) || node.is_some_and(|node| !instance.is_answerable(node)) {
            continue;
        }
        let kind = node
            .and_then(|node| instance.question(node))
            .map(|question| question.kind);
        if let Some(kind) = kind.filter(|kind| kind.is_file()) {
            if let Ok(Value::Files(hashes)) = Value::read(kind, written) {
                left.photos.extend(hashes.into_iter().map(PhotoHash));
            }
        } else if initial(name).is_none_or(|initial| initial != *written) {
            left.answers.insert(name.clone(), written.clone());
        }
    }
    for (name, finding) in &draft.findings {
        let raised = completed
            && instance
                .named(name)
                .is_some_and(|node| instance.calls_for_finding(node));
        if !raised && finding.is_written() {
            left.photos.extend(hashes_of(finding));
            left.findings.insert(name.clone(), finding.clone());
        }
    }
    if !completed {
        let written = draft.noted_freely.values();
        for finding in written.filter(|finding| finding.is_written()) {
            left.photos.extend(hashes_of(finding));
            left.noted_freely.push(finding.clone());
        }
    }
    let remarks = if completed {
        carried_remarks(instance, draft)
    } else {
        BTreeMap::new()
    };
    for (name, remark) in &draft.remarks {
        if !remarks.contains_key(name) {
            let photos = remark.photos.iter().map(|photo| photo.hash.clone());
            left.photos.extend(photos);
            left.remarks.insert(name.clone(), remark.clone());
        }
    }
    for photo in photos {
        if photo.inspection == draft.inspection
            && photo.fate == PhotoFate::Kept
            && !left.photos.contains(&photo.hash)
        {
            left.photos.push(photo.hash.clone());
        }
    }
    left
}

fn hashes_of(finding: &FindingDraft) -> impl Iterator<Item = PhotoHash> {
    finding.all_photos().map(|photo| photo.hash.clone())
}

#[cfg(test)]
mod tests {
    use domain::id::FindingId;
    use uuid::Uuid;

    use super::*;
    use crate::field::sample;

    #[test]
    fn what_a_submission_does_not_carry_is_named() {
        type Change = fn(&mut Draft);
        let kept = PhotoRecord {
            hash: PhotoHash("b".repeat(64)),
            ..sample::photo(PhotoFate::Kept)
        };
        let photos = [sample::photo(PhotoFate::OfDraft), kept];
        let cases: [(&str, Change, &[&str], &[&str], usize); 5] = [
            (
                "a completed visit leaves the late photo",
                |_| {},
                &[],
                &[],
                1,
            ),
            (
                "an item that passes after all leaves its finding",
                |draft| drop(draft.answers.0.insert("closed".into(), "pass".into())),
                &[],
                &["closed"],
                2,
            ),
            (
                "a visit that was turned away leaves everything",
                |draft| draft.outcome = Outcome::RefusedEntry,
                &["closed", "register"],
                &["closed"],
                2,
            ),
            (
                "what could not be read too",
                |draft| {
                    draft.outcome = Outcome::Closed;
                    draft.unreadable.insert("staff".into(), "a few".into());
                },
                &["closed", "register", "staff"],
                &["closed"],
                2,
            ),
            (
                "a finding nobody wrote is none",
                |draft| {
                    draft.outcome = Outcome::CouldNotContact;
                    let finding = draft.findings.get_mut("closed").unwrap();
                    *finding = FindingDraft::new(finding.id, finding.severity);
                },
                &["closed", "register"],
                &[],
                1,
            ),
        ];
        for (case, change, answers, findings, pictures) in cases {
            let mut draft = sample::draft();
            change(&mut draft);
            let left = left_here(&sample::instance(&draft), &draft, &photos);
            let names: Vec<&String> = left.answers.keys().collect();
            assert_eq!(names, answers, "{case}");
            let names: Vec<&String> = left.findings.keys().collect();
            assert_eq!(names, findings, "{case}");
            assert_eq!(left.photos.len(), pictures, "{case}");
        }
    }

    #[test]
    fn what_is_laid_aside_stays_here() {
        // given a completed visit with a note and an account, of which a submission would carry all
        let mut draft = sample::draft();
        draft.account = "已当面提醒 ".into();
        let note = Remark {
            note: "登记簿用完".into(),
            photos: Vec::new(),
        };
        draft.remarks.insert("closed".into(), note);
        let carried = left_here(&sample::instance(&draft), &draft, &[]);
        assert!(carried.is_empty(), "{carried:?}");
        // when it is laid aside, then all of it is left here
        draft.laid_aside = true;
        let left = left_here(&sample::instance(&draft), &draft, &[]);
        let answers: Vec<&String> = left.answers.keys().collect();
        assert_eq!(answers, ["closed", "register"]);
        assert_eq!((left.findings.len(), left.remarks.len()), (1, 1));
        assert_eq!((left.outcome, left.account.as_str()), (None, "已当面提醒"));
        // and of one that came to nothing how it ended
        draft.outcome = Outcome::RefusedEntry;
        let left = left_here(&sample::instance(&draft), &draft, &[]);
        assert_eq!(left.outcome, Some(Outcome::RefusedEntry));
    }

    #[test]
    fn what_is_noted_freely_stays_here_when_the_visit_is_not_completed() {
        let mut draft = sample::draft();
        for (number, note) in [(1, "东侧通道堆放杂物"), (2, " ")] {
            let id = FindingId(Uuid::from_u128(number));
            let mut finding = FindingDraft::noted_freely(id);
            finding.note = note.into();
            draft.noted_freely.insert(id, finding);
        }
        for (outcome, left) in [(Outcome::Completed, 0), (Outcome::RefusedEntry, 1)] {
            draft.outcome = outcome;
            let here = left_here(&sample::instance(&draft), &draft, &[]);
            assert_eq!(here.noted_freely.len(), left, "{outcome:?}");
        }
    }
}
