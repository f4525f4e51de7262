//! A visit as its team hands it in: the checklist answered by the form engine, and a finding for each item that is not met.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Command;
use domain::entrance::CodeRead;
use domain::finding::{Extent, FindingCommand, Photo, Raised};
use domain::id::{AssignmentId, BodyId, FindingId, InspectionId, PersonId};
use domain::inspection::{InspectionCommand, Outcome, ScoreShown, Submission};
use domain::instant::{Day, Instant};
use domain::visit_mode::VisitMode;
use form::{Answers, Form, Instance, InstanceCounts, Session, TimeZone};

use super::checklist;

/// A visit, and the figures its team was told.
pub struct Visit<'a> {
    pub assignment: AssignmentId,
    pub target: BodyId,
    pub on: Day,
    pub begun: Instant,
    pub entrance: Option<CodeRead>,
    /// All of them were there.
    pub team: &'a [PersonId],
    pub capacity: u32,
    pub residents: u32,
    pub staff: u32,
    /// Answers to questions beside the items, by their names.
    pub answers: Vec<(&'static str, String)>,
}

/// An item that is not met.
pub struct Fault<'a> {
    pub finding: FindingId,
    /// The item's code.
    pub code: &'a str,
    pub note: &'a str,
    pub help: &'a str,
    /// Wished for at the inspection.
    pub support: &'a str,
    pub extent: Extent,
    pub fixed_on_the_spot: bool,
}

/// The inspection and its findings, in the order in which they are recorded. Every item is met but those at fault. `photo` gives the
/// photos that an item asks for, counted from 0.
pub fn completed(
    visit: &Visit<'_>,
    faults: &[Fault<'_>],
    form: &Arc<Form>,
    mut photo: impl FnMut(&Fault<'_>, u32) -> Photo,
) -> Vec<Command> {
    let mut submission = submission(visit, faults, form);
    let (mut said, mut raise) = (BTreeMap::new(), Vec::new());
    for fault in faults {
        let item = fault.code.to_ascii_lowercase();
        let question = form.find(&item).and_then(|id| form.question(id));
        let Some((question, check)) = question.and_then(|one| Some((one, one.check.as_ref()?)))
        else {
            continue;
        };
        let raised = Raised {
            inspection: InspectionId::of(visit.assignment),
            body: visit.target,
            code: check.code.clone(),
            title: question.label.clone(),
            clause: check.clause.clone(),
            line: check.line,
            severity: check.severity,
            extent: fault.extent,
            note: fault.note.to_owned(),
            photos: (0..check.evidence.photos_at_least)
                .map(|number| photo(fault, number))
                .collect(),
            fixed_on_the_spot: fault.fixed_on_the_spot,
            photos_fixed: Vec::new(),
            help_given: fault.help.to_owned(),
            support_owed: fault.support.to_owned(),
            item: Some(item),
        };
        said.insert(fault.finding, raised.hash());
        raise.push(Command::Finding {
            id: fault.finding,
            command: FindingCommand::Raise(Box::new(raised)),
        });
    }
    submission.raised = Some(said);
    let submit = submit(visit.assignment, submission);
    std::iter::once(submit).chain(raise).collect()
}

/// A visit that came to nothing, and why.
pub fn not_completed(visit: &Visit<'_>, outcome: Outcome, account: &str) -> Command {
    let submission = Submission {
        outcome,
        account: account.to_owned(),
        answers: Answers::default(),
        score: ScoreShown::default(),
        findings: BTreeMap::new(),
        ..blank(visit)
    };
    submit(visit.assignment, submission)
}

fn submit(assignment: AssignmentId, submission: Submission) -> Command {
    Command::Inspection {
        id: InspectionId::of(assignment),
        command: InspectionCommand::Submit(Box::new(submission)),
    }
}

fn blank(visit: &Visit<'_>) -> Submission {
    Submission {
        target: visit.target,
        outcome: Outcome::Completed,
        mode: VisitMode::OnSite,
        started_at: visit.begun,
        clock_offset: domain::clock_offset::ClockOffset::default(),
        arrival: None,
        entrance: visit.entrance,
        present: visit.team.to_vec(),
        checklist: checklist::id(),
        checklist_version: checklist::VERSION.to_owned(),
        session: Session {
            now: visit.begun.millis(),
            time_zone: TimeZone {
                offset_minutes: 480,
                transitions: Vec::new(),
            },
            ..Session::default()
        },
        answers: Answers::default(),
        score: ScoreShown::default(),
        findings: BTreeMap::new(),
        raised: Some(BTreeMap::new()),
        remarks: BTreeMap::new(),
        account: String::new(),
        account_photos: Vec::new(),
        instances: InstanceCounts::default(),
        signatures: None,
    }
}

fn submission(visit: &Visit<'_>, faults: &[Fault<'_>], form: &Arc<Form>) -> Submission {
    let blank = blank(visit);
    let mut answers = BTreeMap::from([
        ("visited_on".to_owned(), visit.on.to_string()),
        ("capacity".to_owned(), visit.capacity.to_string()),
        ("residents_on_site".to_owned(), visit.residents.to_string()),
        ("staff_employed".to_owned(), visit.staff.to_string()),
        ("symptoms_present".to_owned(), "no".to_owned()),
        ("isolation_in_use".to_owned(), "no".to_owned()),
    ]);
    for (name, answer) in &visit.answers {
        answers.insert((*name).to_owned(), answer.clone());
    }
    for item in form.items() {
        let name = form.name(*item).to_owned();
        let failed = faults
            .iter()
            .any(|fault| fault.code.eq_ignore_ascii_case(&name));
        answers.insert(name, if failed { "fail" } else { "pass" }.to_owned());
    }
    let (instance, _) = Instance::resume(form.clone(), blank.session.clone(), &Answers(answers));
    let score = instance.score();
    Submission {
        answers: instance.given(),
        score: ScoreShown {
            earned: score.earned,
            possible: score.possible,
        },
        findings: faults
            .iter()
            .map(|fault| (fault.code.to_ascii_lowercase(), fault.finding))
            .collect(),
        ..blank
    }
}
