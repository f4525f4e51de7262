//! From a draft to a submission: what is still missing, what was not answered, the commands it becomes, and what stays behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Command;
use domain::Language;
use domain::assignment::AssignmentOrder;
use domain::campaign::SMALLEST_TEAM;
use domain::clock_offset::ClockOffset;
use domain::finding::{FindingCommand, PhotoHash, PlanField, Raised, check_photos_fixed};
use domain::inspection::{InspectionCommand, Outcome, ScoreShown, Submission};
use domain::record::Hash;
use domain::remark::{self, Remark};
use domain::signature::{Given, OtherSignature, Signatures, Signed, record_hash};
use domain::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use form::{CheckItem, Instance, NodeId, Question, Texts, Value};

use crate::local_store::{Draft, FindingDraft, PhotoFate, PhotoRecord, SignedDraft};
use crate::widgets::section_title::section_title;

/// Something to put right before a visit can be handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The id of the element on the inspection's page.
    pub anchor: String,
    /// The item's code, empty for what is not an item.
    pub code: String,
    pub text: Texts,
}

/// Where on the page the visit itself (outcome, who was present, account) is entered.
pub const VISIT_ANCHOR: &str = "visit";

/// Where on the page an item is.
pub fn anchor_of(name: &str) -> String {
    format!("item-{name}")
}

/// Which item an anchor is of, if it is of one.
pub fn name_in_anchor(anchor: &str) -> Option<&str> {
    anchor.strip_prefix("item-")
}

/// Everything to put right, in the order of the page. Empty: it can be handed in.
pub fn gaps(instance: &Instance, draft: &Draft, order: &AssignmentOrder) -> Vec<Gap> {
    let mut gaps = visit_gaps(draft, order);
    if draft.outcome != Outcome::Completed {
        return gaps;
    }
    for node in instance.nodes() {
        let Some(question) = instance.question(node).filter(|_| instance.relevant(node)) else {
            continue;
        };
        let name = instance.name(node);
        let code = question
            .check
            .as_ref()
            .map_or_else(String::new, |check| check.code.clone());
        let mut gap = |text: Texts| {
            gaps.push(Gap {
                anchor: anchor_of(&name),
                code: code.clone(),
                text,
            });
        };
        if let Some(typed) = draft.unreadable.get(&name) {
            if let Err(error) = Value::read(question.kind, typed) {
                gap(labelled(question, &error.texts()));
            }
        } else if let Some(kind) = instance.violation(node) {
            let message = instance.violation_texts(node, kind);
            gap(labelled(question, &message));
        }
        if let Some(remark) = draft.remarks.get(&name)
            && let Err(refusal) = wording::allow(&remark.note, ACCOUNT_LIMIT)
        {
            gap(Texts::both(
                format!("备注：{}", refusal.text(Language::Chinese)),
                format!("Note: {}", refusal.text(Language::English)),
            ));
        }
        if instance.calls_for_finding(node) {
            finding_gaps(instance, node, draft.findings.get(&name))
                .into_iter()
                .for_each(gap);
        }
    }
    gaps
}

fn visit_gaps(draft: &Draft, order: &AssignmentOrder) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut gap = |text: Texts| {
        gaps.push(Gap {
            anchor: VISIT_ANCHOR.into(),
            code: String::new(),
            text,
        });
    };
    let present = order
        .team
        .iter()
        .filter(|person| draft.present.contains(person))
        .count();
    if present < SMALLEST_TEAM {
        gap(both(|language| {
            domain::inspection::InspectionRefusal::TooFewPresent.text(language)
        }));
    }
    let account = if draft.outcome == Outcome::Completed {
        wording::allow
    } else {
        wording::require
    };
    if let Err(refusal) = account(&draft.account, ACCOUNT_LIMIT) {
        gap(of_field(PlanField::Account, refusal));
    }
    gaps
}

/// What a finding still lacks.
pub fn finding_gaps(
    instance: &Instance,
    node: NodeId,
    finding: Option<&FindingDraft>,
) -> Vec<Texts> {
    let mut gaps = Vec::new();
    let description = finding.map_or("", |finding| &finding.note);
    if let Err(refusal) = wording::require(description, ACCOUNT_LIMIT) {
        gaps.push(of_field(PlanField::Note, refusal));
    }
    if let Some(finding) = finding {
        for (field, text) in [
            (PlanField::HelpGiven, &finding.help_given),
            (PlanField::SupportOwed, &finding.support_owed),
        ] {
            if let Err(refusal) = wording::allow(text, ACCOUNT_LIMIT) {
                gaps.push(of_field(field, refusal));
            }
        }
    }
    let photos = finding.map_or(0, |finding| finding.photos.len());
    let missing = instance.evidence_missing(node, photos, description).photos;
    if missing > 0 {
        gaps.push(Texts::both(
            format!("还缺{missing}张照片"),
            format!("{missing} more photo(s) needed"),
        ));
    }
    if let Some(finding) = finding.filter(|finding| finding.fixed_on_the_spot) {
        if finding.photos_fixed.is_empty() {
            gaps.push(Texts::both(
                "还缺改正后的照片",
                "A photo of it fixed is needed",
            ));
        }
        if let Err(refusal) = check_photos_fixed(true, &finding.photos, &finding.photos_fixed) {
            gaps.push(both(|language| refusal.text(language)));
        }
    }
    gaps
}

fn both(text: impl Fn(Language) -> String) -> Texts {
    Texts::both(text(Language::Chinese), text(Language::English))
}

fn of_field(field: PlanField, refusal: WordingRefusal) -> Texts {
    Texts::both(
        format!(
            "{}：{}",
            field.title().get(Language::Chinese),
            refusal.text(Language::Chinese)
        ),
        format!(
            "{}: {}",
            field.title().get(Language::English),
            refusal.text(Language::English)
        ),
    )
}

fn labelled(question: &Question, message: &Texts) -> Texts {
    let [chinese, english] = Language::ALL.map(|language| {
        (
            question
                .label
                .get(language.tag())
                .trim_end_matches(['。', '.', '？', '?']),
            message.get(language.tag()),
        )
    });
    // A message of the checklist's own often names the question itself.
    let said = |(label, message): (&str, &str), between: &str| {
        if message.to_lowercase().contains(&label.to_lowercase()) {
            message.to_owned()
        } else {
            format!("{label}{between}{message}")
        }
    };
    Texts::both(said(chinese, "："), said(english, ": "))
}

/// What handing a draft in asks for: the submission, under a clock that was corrected so, then one finding for each item that calls for one.
pub fn commands(
    instance: &Instance,
    draft: &Draft,
    order: &AssignmentOrder,
    clock_offset: ClockOffset,
) -> Vec<Command> {
    let id = draft.inspection;
    let findings = to_raise(instance, draft, order);
    let mut submission = unsigned(instance, draft, order, &findings);
    submission.signatures = signatures(draft, &submission);
    submission.clock_offset = clock_offset;
    let submit = Command::Inspection {
        id,
        command: InspectionCommand::Submit(Box::new(submission)),
    };
    let raise = findings
        .into_iter()
        .map(|(raised, finding)| Command::Finding {
            id: finding.id,
            command: FindingCommand::Raise(Box::new(raised)),
        });
    std::iter::once(submit).chain(raise).collect()
}

fn to_raise<'a>(
    instance: &Instance,
    draft: &'a Draft,
    order: &AssignmentOrder,
) -> Vec<(Raised, &'a FindingDraft)> {
    if draft.outcome != Outcome::Completed {
        return Vec::new();
    }
    let failed = instance.findings().into_iter();
    failed
        .filter_map(|node| raised(instance, node, draft, order))
        .collect()
}

/// What is handed in, before anybody has signed it.
fn unsigned(
    instance: &Instance,
    draft: &Draft,
    order: &AssignmentOrder,
    findings: &[(Raised, &FindingDraft)],
) -> Submission {
    let completed = draft.outcome == Outcome::Completed;
    let score = instance.score();
    Submission {
        target: order.target,
        outcome: draft.outcome,
        mode: draft.mode,
        started_at: draft.started_at,
        clock_offset: ClockOffset::default(),
        arrival: draft.arrival,
        present: order
            .team
            .iter()
            .copied()
            .filter(|person| draft.present.contains(person))
            .collect(),
        checklist: order.checklist,
        checklist_version: order.checklist_version.clone(),
        session: draft.session.clone(),
        answers: if completed {
            instance.given()
        } else {
            form::Answers::default()
        },
        score: if completed {
            ScoreShown {
                earned: score.earned,
                possible: score.possible,
            }
        } else {
            ScoreShown::default()
        },
        findings: findings
            .iter()
            .filter_map(|(raised, finding)| Some((raised.item.clone()?, finding.id)))
            .collect(),
        remarks: if completed {
            carried_remarks(instance, draft)
        } else {
            BTreeMap::new()
        },
        account: draft.account.clone(),
        signatures: None,
    }
}

/// What a completed visit carries of what was noted: that of items that apply to whoever reads the answers it brings.
pub fn carried_remarks(instance: &Instance, draft: &Draft) -> BTreeMap<String, Remark> {
    if draft.remarks.is_empty() {
        return BTreeMap::new();
    }
    let form = Arc::clone(instance.form());
    let (brought, _) = Instance::resume(form, draft.session.clone(), &instance.given());
    let carried = draft.remarks.iter();
    carried
        .filter(|(item, _)| remark::applies(&brought, item))
        .map(|(item, remark)| (item.clone(), remark.clone()))
        .collect()
}

/// The hash of all that would be handed in as a draft stands, the words and photos of its findings with it: what is signed.
pub fn content(instance: &Instance, draft: &Draft, order: &AssignmentOrder) -> Hash {
    let findings = to_raise(instance, draft, order);
    content_of(draft, &unsigned(instance, draft, order, &findings))
}

fn content_of(draft: &Draft, unsigned: &Submission) -> Hash {
    let mut bytes = record_hash(unsigned).0.to_vec();
    for (item, id) in &unsigned.findings {
        bytes.extend_from_slice(item.as_bytes());
        bytes.extend_from_slice(id.to_string().as_bytes());
        let written = draft.findings.get(item).map(serde_json::to_vec);
        bytes.extend(written.and_then(Result::ok).unwrap_or_default());
    }
    Hash::of(&bytes)
}

/// The signatures that hold: those of who was present and of others, made since the last change.
fn signatures(draft: &Draft, unsigned: &Submission) -> Option<Signatures> {
    let content = content_of(draft, unsigned).to_string();
    let holds = |signed: &SignedDraft| {
        (signed.of == content).then(|| Signed {
            picture: signed.picture.clone(),
            at: signed.at,
        })
    };
    let inspectors = unsigned.present.iter().filter_map(|person| {
        let signed = draft.signatures.inspectors.get(person)?;
        Some((*person, holds(signed)?))
    });
    let others = draft.signatures.others.iter();
    let others = others.filter_map(|(signatory, other)| {
        let given = if other.refuses {
            Given::Refused {
                reason: other.reason.clone(),
            }
        } else {
            Given::Signed(holds(other.signed.as_ref()?)?)
        };
        let name = other.name.clone();
        Some((*signatory, OtherSignature { name, given }))
    });
    let signatures = Signatures {
        record: record_hash(unsigned).to_string(),
        inspectors: inspectors.collect(),
        others: others.collect(),
    };
    let some = !signatures.inspectors.is_empty() || !signatures.others.is_empty();
    some.then_some(signatures)
}

fn raised<'a>(
    instance: &Instance,
    node: NodeId,
    draft: &'a Draft,
    order: &AssignmentOrder,
) -> Option<(Raised, &'a FindingDraft)> {
    let question = instance.question(node)?;
    let check = question.check.as_ref()?;
    let item = instance.name(node);
    let finding = draft.findings.get(&item)?;
    let CheckItem {
        code, clause, line, ..
    } = check;
    let raised = Raised {
        inspection: draft.inspection,
        body: order.target,
        item: Some(item),
        code: code.clone(),
        title: question.label.clone(),
        clause: clause.clone(),
        line: *line,
        // A tablet once let it be lowered, which the rules do not.
        severity: finding.severity.max(check.severity),
        extent: finding.extent,
        note: finding.note.clone(),
        photos: finding.photos.clone(),
        fixed_on_the_spot: finding.fixed_on_the_spot,
        // Taken back, that it was fixed takes its photos with it.
        photos_fixed: if finding.fixed_on_the_spot {
            finding.photos_fixed.clone()
        } else {
            Vec::new()
        },
        help_given: finding.help_given.clone(),
        support_owed: finding.support_owed.clone(),
    };
    Some((raised, finding))
}

/// The photos a submission names: those of its findings and remarks, those given as answers, and the signatures.
pub fn photos(instance: &Instance, commands: &[Command]) -> Vec<PhotoHash> {
    let completed = commands.iter().any(|command| match command {
        Command::Inspection {
            command: InspectionCommand::Submit(submission),
            ..
        } => submission.outcome == Outcome::Completed,
        _ => false,
    });
    let answered = instance
        .nodes()
        .into_iter()
        .filter(|node| completed && instance.relevant(*node))
        .filter_map(|node| match instance.answer(node) {
            Value::Files(hashes) => Some(hashes.into_iter().map(PhotoHash)),
            _ => None,
        })
        .flatten();
    commands
        .iter()
        .flat_map(|command| command.photos().chain(command.pictures()))
        .cloned()
        .chain(answered)
        .collect()
}

/// The pictures of signatures that are not handed in: what was signed before a change, or by somebody who then would not. Nobody keeps
/// another's handwriting that stands for nothing.
pub fn unsent_signatures(draft: &Draft, sent: &[PhotoHash]) -> Vec<PhotoHash> {
    let pictures = draft.signatures.pictures();
    pictures
        .filter(|picture| !sent.contains(picture))
        .cloned()
        .collect()
}

/// A question and where on the page it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub anchor: String,
    /// The item's code, empty for what is not an item.
    pub code: String,
    pub label: Texts,
}

/// How much of a section was answered. What was explicitly not assessed is an answer, and said apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub section: Texts,
    pub answered: usize,
    pub unanswered: Vec<Asked>,
    pub not_assessed: Vec<Asked>,
}

/// What was answered and what was not, by section; sections that ask nothing are left out.
pub fn coverage(instance: &Instance) -> Vec<Coverage> {
    let form = instance.form();
    let mut sections = Vec::new();
    for section in form.sections() {
        let mut coverage = Coverage {
            section: section_title(form, section),
            answered: 0,
            unanswered: Vec::new(),
            not_assessed: Vec::new(),
        };
        for node in instance.section_nodes(section) {
            let asked = instance.is_asked(node) && !instance.readonly(node);
            let Some(question) = instance.question(node).filter(|_| asked) else {
                continue;
            };
            let here = Asked {
                anchor: anchor_of(&instance.name(node)),
                code: question
                    .check
                    .as_ref()
                    .map_or_else(String::new, |check| check.code.clone()),
                label: question.label.clone(),
            };
            match instance.answer(node) {
                Value::Empty => coverage.unanswered.push(here),
                Value::Choice(choice) if question.check.is_some() && choice == "unassessed" => {
                    coverage.not_assessed.push(here);
                }
                _ => coverage.answered += 1,
            }
        }
        if coverage.answered + coverage.unanswered.len() + coverage.not_assessed.len() > 0 {
            sections.push(coverage);
        }
    }
    sections
}

/// What was entered and no submission carries. It stays on the tablet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeftHere {
    /// As written, by the item's name; photos apart.
    pub answers: BTreeMap<String, String>,
    /// By the item's name.
    pub findings: BTreeMap<String, FindingDraft>,
    /// By the item's name.
    pub remarks: BTreeMap<String, Remark>,
    pub photos: Vec<PhotoHash>,
}

impl LeftHere {
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
            && self.findings.is_empty()
            && self.remarks.is_empty()
            && self.photos.is_empty()
    }

    /// How much it is, in words.
    pub fn count(&self, language: Language) -> String {
        let (answers, findings) = (self.answers.len(), self.findings.len());
        let (remarks, photos) = (self.remarks.len(), self.photos.len());
        domain::say!(
            language,
            "{answers} 项答案、{findings} 个问题、{remarks} 条备注、{photos} 张照片或文件",
            "Answers: {answers}, findings: {findings}, notes: {remarks}, photos or files: {photos}"
        )
    }
}

/// What handing a draft in leaves on the tablet: everything, unless the visit was completed; then the answers and remarks that no longer
/// apply and the findings of items that pass after all. `photos` are those on the tablet.
pub fn left_here(instance: &Instance, draft: &Draft, photos: &[PhotoRecord]) -> LeftHere {
    let completed = draft.outcome == Outcome::Completed;
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
            let photos = finding.photos.iter().chain(&finding.photos_fixed);
            let photos = photos.map(|photo| photo.hash.clone());
            left.photos.extend(photos);
            left.findings.insert(name.clone(), finding.clone());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::sample;
    use crate::local_store::Signer;
    use domain::signature::Signatory;
    use form::{Answers, Form, Severity};

    fn texts(gaps: &[Gap]) -> Vec<(&str, &str)> {
        gaps.iter()
            .map(|gap| (gap.anchor.as_str(), gap.text.get("en")))
            .collect()
    }

    #[test]
    fn a_complete_draft_is_decided_as_one_submission_with_its_findings() {
        // given a visit with a failed item and its finding written
        let (city, draft) = (sample::city(), sample::draft());
        let instance = sample::instance(&draft);
        assert_eq!(gaps(&instance, &draft, &sample::order()), []);
        // when it is handed in
        let commands = commands(&instance, &draft, &sample::order(), ClockOffset::default());
        let events = city
            .decide(&commands, sample::INSPECTOR, sample::NOW)
            .unwrap();
        // then the rules that the server asks too have passed it, and one finding follows the submission
        let kinds: Vec<&str> = events.iter().map(|new| new.event.kind()).collect();
        assert_eq!(kinds, ["inspection.submitted", "finding.raised"]);
        assert_eq!(photos(&instance, &commands), [sample::photo_hash()]);
    }

    #[test]
    fn what_was_signed_counts_until_something_is_changed() {
        let order = sample::order();
        let signatures = |draft: &Draft| {
            let commands = commands(
                &sample::instance(draft),
                draft,
                &order,
                ClockOffset::default(),
            );
            let Command::Inspection {
                command: InspectionCommand::Submit(submission),
                ..
            } = &commands[0]
            else {
                panic!("a visit is handed in first");
            };
            assert_eq!(domain::signature::check(submission), Ok(()));
            submission.signatures.clone()
        };
        // given a visit that nobody has signed
        let mut draft = sample::draft();
        assert_eq!(signatures(&draft), None);
        // when an inspector and the institution sign it
        let instance = sample::instance(&draft);
        let sign = |number: u32| SignedDraft {
            picture: PhotoHash(format!("{number:064x}")),
            at: sample::NOW,
            of: content(&instance, &draft, &order).to_string(),
        };
        let (of_inspector, of_head) = (sign(1), sign(2));
        let inspector = Signer::Inspector(sample::INSPECTOR);
        let institution = Signer::Other(Signatory::Institution);
        draft.signatures.set(inspector, Some(of_inspector));
        draft.signatures.set(institution, Some(of_head));
        let head = draft.signatures.others.get_mut(&Signatory::Institution);
        head.unwrap().name = "王芳，院长".into();
        // then both are handed in with their pictures, which the draft holds
        let signed = signatures(&draft).unwrap();
        assert!(signed.inspectors.contains_key(&sample::INSPECTOR));
        assert_eq!(signed.pictures().count(), 2);
        assert!(signed.pictures().all(|picture| draft.names(picture)));
        let commands = commands(
            &sample::instance(&draft),
            &draft,
            &order,
            ClockOffset::default(),
        );
        let photos = photos(&sample::instance(&draft), &commands);
        assert!(signed.pictures().all(|picture| photos.contains(picture)));
        // when a word of a finding, an answer, the mode, who was there or the account is changed afterwards, then nothing is signed
        let changes: [fn(&mut Draft); 6] = [
            |draft| draft.findings.get_mut("closed").unwrap().note += "。",
            |draft| drop(draft.answers.0.insert("staff".into(), "8".into())),
            |draft| draft.mode = domain::visit_mode::VisitMode::Perimeter,
            |draft| draft.present.truncate(1),
            |draft| draft.account = "…".into(),
            |draft| drop(draft.remarks.insert("register".into(), noted())),
        ];
        for change in changes {
            let mut changed = draft.clone();
            change(&mut changed);
            assert_eq!(signatures(&changed), None);
            assert_eq!(unsent_signatures(&changed, &[]).len(), 2);
        }
        assert_eq!(unsent_signatures(&draft, &photos), []);
        // and when the institution refuses after all, that stands whatever is changed
        let head = draft.signatures.others.get_mut(&Signatory::Institution);
        let head = head.unwrap();
        (head.refuses, head.reason) = (true, "称须请示上级".into());
        draft.account = "…".into();
        let signed = signatures(&draft).unwrap();
        assert_eq!(signed.pictures().count(), 0);
        assert_eq!(signed.others.len(), 1);
    }

    /// Words and a photo.
    fn noted() -> Remark {
        Remark {
            note: "登记本为新换".into(),
            photos: vec![domain::finding::Photo {
                hash: PhotoHash("c".repeat(64)),
                taken_at: sample::NOW,
            }],
        }
    }

    #[test]
    fn what_is_noted_of_an_item_goes_with_a_completed_visit_and_stays_here_otherwise() {
        // given a visit with a note and a photo on an item that passed, and on one that this checklist does not have
        let mut draft = sample::draft();
        for item in ["register", "gone"] {
            draft.remarks.insert(item.into(), noted());
        }
        let instance = sample::instance(&draft);
        let picture = &noted().photos[0].hash;
        assert!(draft.names(picture));
        // when it is handed in, then the first goes with it and the second stays
        let asked = commands(&instance, &draft, &sample::order(), ClockOffset::default());
        let events = sample::city().decide(&asked, sample::INSPECTOR, sample::NOW);
        assert_eq!(events.map(|events| events.len()), Ok(2));
        assert!(photos(&instance, &asked).contains(picture));
        let left = left_here(&instance, &draft, &[]);
        assert_eq!(left.remarks.keys().collect::<Vec<_>>(), ["gone"]);
        assert!(left.count(Language::English).contains("notes: 1"));
        // and when nobody was let in, then both stay, with their photos
        draft.outcome = Outcome::RefusedEntry;
        let asked = commands(&instance, &draft, &sample::order(), ClockOffset::default());
        assert_eq!(photos(&instance, &asked), []);
        let left = left_here(&instance, &draft, &[]);
        assert_eq!(left.remarks.len(), 2);
        assert!(left.photos.contains(picture));
    }

    #[test]
    fn what_is_noted_in_a_repeat_goes_where_its_answers_do() {
        // given a repeat of rooms with a second one, in which nothing is answered
        let mut definition = serde_json::to_value(sample::definition()).unwrap();
        let rooms = serde_json::json!({"node": "repeat", "name": "room", "children": [
            {"node": "question", "name": "beds", "kind": "integer", "label": {"en": "Beds"}},
        ]});
        definition["children"].as_array_mut().unwrap().push(rooms);
        let form = Arc::new(Form::compile(serde_json::from_value(definition).unwrap()).unwrap());
        let mut draft = sample::draft();
        draft.answers.0.insert("room[2]/beds".into(), "4".into());
        let (mut instance, _) = Instance::resume(form, draft.session.clone(), &draft.answers);
        let beds = instance.named("room[2]/beds").unwrap();
        draft.remarks.insert("room[2]/beds".into(), noted());
        assert_eq!(carried_remarks(&instance, &draft).len(), 1);
        // when its one answer is taken back, then whoever reads the record has no such room: the note stays here, and nothing is refused
        instance.answer_question(beds, &Value::Empty).unwrap();
        assert_eq!(instance.name(beds), "room[2]/beds");
        assert_eq!(carried_remarks(&instance, &draft), BTreeMap::new());
        assert_eq!(left_here(&instance, &draft, &[]).remarks.len(), 1);
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        let (order, complete) = (sample::order(), sample::draft());
        type Break = fn(&mut Draft);
        let cases: [(&str, Break, &[(&str, &str)]); 7] = [
            (
                "a required item",
                |draft| drop(draft.answers.0.remove("register")),
                &[("item-register", "Register kept: This needs an answer")],
            ),
            (
                "a finding without its note",
                |draft| draft.findings.get_mut("closed").unwrap().note = " ".into(),
                &[("item-closed", "Description: Enter a text")],
            ),
            (
                "a remark that is longer than a page",
                |draft| {
                    let note = "长".repeat(ACCOUNT_LIMIT + 1);
                    let photos = Vec::new();
                    draft
                        .remarks
                        .insert("register".into(), Remark { note, photos });
                },
                &[("item-register", "Note: Use 4000 characters or fewer")],
            ),
            (
                "a finding without its photo",
                |draft| draft.findings.get_mut("closed").unwrap().photos.clear(),
                &[("item-closed", "1 more photo(s) needed")],
            ),
            (
                "a number that is none",
                |draft| drop(draft.unreadable.insert("staff".into(), "a few".into())),
                &[("item-staff", "Staff: not a whole number")],
            ),
            (
                "alone",
                |draft| draft.present.truncate(1),
                &[("visit", "At least two of the team must be present")],
            ),
            (
                "turned away without a word",
                |draft| draft.outcome = Outcome::RefusedEntry,
                &[("visit", "Account: Enter a text")],
            ),
        ];
        for (case, spoil, expected) in cases {
            let mut draft = complete.clone();
            spoil(&mut draft);
            let instance = sample::instance(&draft);
            assert_eq!(texts(&gaps(&instance, &draft, &order)), expected, "{case}");
        }
    }

    #[test]
    fn a_message_that_names_its_question_is_not_led_by_it() {
        let question = Question {
            label: Texts::both("核定床位数。", "Licensed beds?"),
            ..Question::default()
        };
        for (message, chinese, english) in [
            (
                Texts::both("请填写核定床位数", "Enter the licensed beds"),
                "请填写核定床位数",
                "Enter the licensed beds",
            ),
            (
                Texts::both("不能大于一千", "At most a thousand"),
                "核定床位数：不能大于一千",
                "Licensed beds: At most a thousand",
            ),
        ] {
            let said = labelled(&question, &message);
            assert_eq!(
                (said.get(form::CHINESE), said.get(form::ENGLISH)),
                (chinese, english)
            );
        }
    }

    #[test]
    fn a_visit_that_was_turned_away_carries_no_answers() {
        let mut draft = sample::draft();
        draft.outcome = Outcome::RefusedEntry;
        draft.account = "门卫拒绝入内".into();
        let instance = sample::instance(&draft);
        let commands = commands(&instance, &draft, &sample::order(), ClockOffset::default());
        let events = sample::city()
            .decide(&commands, sample::INSPECTOR, sample::NOW)
            .unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(photos(&instance, &commands), []);
    }

    #[test]
    fn what_was_not_answered_is_said_by_section() {
        let mut draft = sample::draft();
        draft
            .answers
            .0
            .insert("register".into(), "unassessed".into());
        let [entrance] = &coverage(&sample::instance(&draft))[..] else {
            panic!("the checklist has one section");
        };
        assert_eq!(entrance.answered, 1);
        let places = |asked: &[Asked]| {
            let places = asked.iter();
            places
                .map(|asked| (asked.anchor.clone(), asked.code.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            places(&entrance.unanswered),
            [("item-staff".to_owned(), String::new())]
        );
        assert_eq!(
            places(&entrance.not_assessed),
            [("item-register".to_owned(), "E2".to_owned())]
        );
    }

    #[test]
    fn what_nobody_can_answer_is_not_said_to_be_unanswered() {
        // given a checklist with a question that is read-only
        let mut definition = serde_json::to_value(sample::definition()).unwrap();
        let shown = serde_json::json!({"node": "question", "name": "code", "kind": "text",
            "label": {"en": "Code"}, "bind": {"readonly": "true()"}});
        let children = definition["children"][0]["children"].as_array_mut();
        children.unwrap().push(shown);
        let form = Form::compile(serde_json::from_value(definition).unwrap()).unwrap();
        let draft = sample::draft();
        let (instance, _) = Instance::resume(Arc::new(form), draft.session.clone(), &draft.answers);
        // then what is asked for is what it was without
        assert_eq!(coverage(&instance), coverage(&sample::instance(&draft)));
    }

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
    fn a_finding_whose_item_passes_after_all_is_not_raised() {
        let mut draft = sample::draft();
        draft.answers.0.insert("closed".into(), "pass".into());
        let instance = sample::instance(&draft);
        let commands = commands(&instance, &draft, &sample::order(), ClockOffset::default());
        assert_eq!(commands.len(), 1);
        assert!(
            sample::city()
                .decide(&commands, sample::INSPECTOR, sample::NOW)
                .is_ok()
        );
        assert_eq!(draft.findings["closed"].severity, Severity::Key);
        assert_ne!(draft.answers, Answers::default());
    }
}
