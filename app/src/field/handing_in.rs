//! From a draft to a submission: what is still missing, what was not answered, the commands it becomes.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::assignment::AssignmentOrder;
use domain::campaign::SMALLEST_TEAM;
use domain::clock_offset::ClockOffset;
use domain::finding::{FindingCommand, PhotoHash, PlanField, Raised, check_photos_fixed};
use domain::id::FindingId;
use domain::inspection::{InspectionCommand, Outcome, ScoreShown, Submission};
use domain::record::Hash;
use domain::remark::{self, Remark};
use domain::signature::{Given, OtherSignature, Signatures, Signed, record_hash};
use domain::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use domain::{Command, Language, Text};
use form::{CheckItem, Instance, NodeId, Question, Texts, Value};

use crate::local_store::{Draft, FindingDraft, SignedDraft};
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

/// What stands for an item where there is none.
pub const NOTED_FREELY: Text = Text::new("检查表以外的问题", "Outside the checklist");

/// The same as the title of a finding.
pub fn noted_freely_title() -> Texts {
    both(|language| NOTED_FREELY.get(language).to_owned())
}

/// Where on the page the visit itself (outcome, who was present, account) is entered.
pub const VISIT_ANCHOR: &str = "visit";

/// Where on the page an item is.
pub fn anchor_of(name: &str) -> String {
    format!("item-{name}")
}

/// Where on the page a finding is that was noted freely.
pub fn free_anchor(id: FindingId) -> String {
    format!("finding-{id}")
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
    for finding in draft.noted_freely.values() {
        let gap = |text| Gap {
            anchor: free_anchor(finding.id),
            code: String::new(),
            text,
        };
        gaps.extend(written_gaps(Some(finding)).into_iter().map(gap));
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

/// What the finding of an item still lacks.
pub fn finding_gaps(
    instance: &Instance,
    node: NodeId,
    finding: Option<&FindingDraft>,
) -> Vec<Texts> {
    let mut gaps = written_gaps(finding);
    let (photos, description) = finding.map_or((0, ""), |finding| {
        (finding.photos.len(), finding.note.as_str())
    });
    let missing = instance.evidence_missing(node, photos, description).photos;
    if missing > 0 {
        gaps.push(Texts::both(
            format!("还缺{missing}张照片"),
            format!("{missing} more photo(s) needed"),
        ));
    }
    gaps
}

/// What any finding still lacks: its words, and the photos of its being fixed.
pub fn written_gaps(finding: Option<&FindingDraft>) -> Vec<Texts> {
    let mut gaps = Vec::new();
    let description = finding.map_or("", |finding| &finding.note);
    if let Err(refusal) = wording::require(description, ACCOUNT_LIMIT) {
        gaps.push(of_field(PlanField::Note, refusal));
    }
    let Some(finding) = finding else {
        return gaps;
    };
    for (field, text) in [
        (PlanField::HelpGiven, &finding.help_given),
        (PlanField::SupportOwed, &finding.support_owed),
    ] {
        if let Err(refusal) = wording::allow(text, ACCOUNT_LIMIT) {
            gaps.push(of_field(field, refusal));
        }
    }
    if finding.fixed_on_the_spot {
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

/// What handing a draft in asks for: the submission, under a clock that was corrected so, then one finding for each item that calls for one,
/// and those noted freely.
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
    let of_items = failed.filter_map(|node| raised(instance, node, draft, order));
    let freely = draft.noted_freely.values();
    of_items
        .chain(freely.map(|finding| (raised_freely(finding, draft, order), finding)))
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
        entrance: draft.entrance.map(|entrance| entrance.read),
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
        instances: if completed {
            instance.untold_counts(&instance.given())
        } else {
            form::InstanceCounts::default()
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
        raised: Some(
            findings
                .iter()
                .map(|(raised, finding)| (finding.id, raised.hash()))
                .collect(),
        ),
        remarks: carried_remarks(instance, draft),
        account: draft.account.clone(),
        account_photos: draft.account_photos.clone(),
        signatures: None,
    }
}

/// What is carried of what was noted: of a completed visit, that of items that apply to whoever reads the answers it brings.
pub fn carried_remarks(instance: &Instance, draft: &Draft) -> BTreeMap<String, Remark> {
    if draft.remarks.is_empty() || draft.outcome != Outcome::Completed {
        return BTreeMap::new();
    }
    let form = Arc::clone(instance.form());
    let (session, given) = (draft.session.clone(), instance.given());
    let counts = instance.untold_counts(&given);
    let (brought, _) = Instance::resume_as_left(form, session, &given, &counts);
    let carried = draft.remarks.iter();
    carried
        .filter(|(item, _)| remark::applies(&brought, item))
        .map(|(item, remark)| (item.clone(), remark.clone()))
        .collect()
}

/// The hash of all that would be handed in as a draft stands, the words and photos of its findings with it: what is signed.
pub fn content(instance: &Instance, draft: &Draft, order: &AssignmentOrder) -> Hash {
    let findings = to_raise(instance, draft, order);
    record_hash(&unsigned(instance, draft, order, &findings))
}

/// The signatures that hold: those of who was present and of others, made since the last change.
fn signatures(draft: &Draft, unsigned: &Submission) -> Option<Signatures> {
    let record = record_hash(unsigned).to_string();
    let holds = |signed: &SignedDraft| {
        (signed.of == record).then(|| Signed {
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
        inspectors: inspectors.collect(),
        others: others.collect(),
        record,
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
        item: Some(item),
        code: code.clone(),
        title: question.label.clone(),
        clause: clause.clone(),
        line: *line,
        // A tablet once let it be lowered, which the rules do not.
        severity: finding.severity.max(check.severity),
        ..raised_freely(finding, draft, order)
    };
    Some((raised, finding))
}

fn raised_freely(finding: &FindingDraft, draft: &Draft, order: &AssignmentOrder) -> Raised {
    Raised {
        inspection: draft.inspection,
        body: order.target,
        item: None,
        code: String::new(),
        title: noted_freely_title(),
        clause: String::new(),
        line: finding.line.unwrap_or_default(),
        severity: finding.severity,
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
    }
}

/// The photos a submission names: those of its findings, remarks and account, those given as answers, and the signatures.
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

/// How many questions nobody answered.
pub fn unanswered(coverage: &[Coverage]) -> usize {
    coverage
        .iter()
        .map(|section| section.unanswered.len())
        .sum()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::left_here::left_here;
    use crate::field::sample;
    use crate::local_store::Signer;
    use domain::Event;
    use domain::finding::{FindingEvent, Photo};
    use domain::signature::Signatory;
    use form::{Answers, Form, Line, Severity};
    use uuid::Uuid;

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
        // when a word of a finding, an answer, the mode, who was there, the account or its photos are changed afterwards, then nothing is signed
        let changes: [fn(&mut Draft); 8] = [
            |draft| draft.findings.get_mut("closed").unwrap().note += "。",
            |draft| {
                let id = FindingId(Uuid::nil());
                let finding = FindingDraft::noted_freely(id);
                draft.noted_freely.insert(id, finding);
            },
            |draft| drop(draft.answers.0.insert("staff".into(), "8".into())),
            |draft| draft.mode = domain::visit_mode::VisitMode::Perimeter,
            |draft| draft.present.truncate(1),
            |draft| draft.account = "…".into(),
            |draft| draft.account_photos = noted().photos,
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
    fn a_photo_of_a_gate_that_stayed_shut_goes_with_what_is_said_of_it() {
        // given a visit that was not let in, with a photo beside its account
        let mut draft = sample::draft();
        draft.outcome = Outcome::RefusedEntry;
        draft.account = "门卫拒绝入内".into();
        draft.account_photos = noted().photos;
        let picture = &noted().photos[0].hash;
        assert!(draft.names(picture));
        let instance = sample::instance(&draft);
        // when it is handed in, then the photo is sent, and nothing of it is left behind
        let asked = commands(&instance, &draft, &sample::order(), ClockOffset::default());
        let events = sample::city().decide(&asked, sample::INSPECTOR, sample::NOW);
        assert_eq!(events.map(|events| events.len()), Ok(1));
        assert_eq!(photos(&instance, &asked), std::slice::from_ref(picture));
        assert!(!left_here(&instance, &draft, &[]).photos.contains(picture));
        // and when it is laid aside, it stays
        draft.laid_aside = true;
        assert!(left_here(&instance, &draft, &[]).photos.contains(picture));
    }

    #[test]
    fn a_room_is_handed_in_as_it_was_left_with_what_was_noted_in_it() {
        // given a repeat of rooms with a second one, in which something is noted
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
        let handed_in = |instance: &Instance| unsigned(instance, &draft, &sample::order(), &[]);
        // when it has an answer, then that says that it is there
        let submission = handed_in(&instance);
        assert!(submission.instances.is_empty());
        assert_eq!(submission.remarks.len(), 1);
        // when its one answer is taken back, then the record says so, and the note goes with it
        instance.answer_question(beds, &Value::Empty).unwrap();
        let submission = handed_in(&instance);
        assert_eq!(submission.instances.0, [("room".to_owned(), 2)].into());
        assert_eq!(submission.remarks.len(), 1);
        let (read, _) = Instance::resume_as_left(
            Arc::clone(instance.form()),
            submission.session,
            &submission.answers,
            &submission.instances,
        );
        assert!(read.named("room[2]/beds").is_some());
        // when the room is taken out, then what was noted of it stays here
        let second = instance.parent(beds).unwrap();
        let out = form::Edit::RemoveRepeat { instance: second };
        instance.apply(out).unwrap();
        assert_eq!(handed_in(&instance).remarks, BTreeMap::new());
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
    fn what_is_noted_freely_is_raised_after_the_findings_of_items_once_it_is_written() {
        let (city, mut draft, order) = (sample::city(), sample::draft(), sample::order());
        let id = FindingId(Uuid::from_u128(77));
        draft
            .noted_freely
            .insert(id, FindingDraft::noted_freely(id));
        let missing = gaps(&sample::instance(&draft), &draft, &order);
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].anchor, free_anchor(id));
        let finding = draft.noted_freely.get_mut(&id).unwrap();
        finding.note = "东侧通道堆放杂物".into();
        finding.line = Some(Line::Regulatory);
        finding.photos = vec![Photo {
            hash: PhotoHash("c".repeat(64)),
            taken_at: sample::NOW,
        }];
        let instance = sample::instance(&draft);
        assert_eq!(gaps(&instance, &draft, &order), []);
        let commands = commands(&instance, &draft, &order, ClockOffset::default());
        assert!(photos(&instance, &commands).contains(&PhotoHash("c".repeat(64))));
        let events = city
            .decide(&commands, sample::INSPECTOR, sample::NOW)
            .unwrap();
        let Event::Finding(FindingEvent::Raised(raised)) = &events[2].event else {
            panic!("the submission, the item's finding and this one");
        };
        assert_eq!(events.len(), 3);
        assert_eq!((&raised.item, raised.line), (&None, Line::Regulatory));
        assert_eq!(raised.note, "东侧通道堆放杂物");
        // A visit that was turned away raises none, and asks nothing of it.
        draft.outcome = Outcome::RefusedEntry;
        draft.account = "门卫拒绝入内。".into();
        draft.noted_freely.get_mut(&id).unwrap().note.clear();
        let instance = sample::instance(&draft);
        assert_eq!(gaps(&instance, &draft, &order), []);
        let commands = super::commands(&instance, &draft, &order, ClockOffset::default());
        assert_eq!(commands.len(), 1);
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
