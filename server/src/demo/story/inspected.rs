//! What a visit found: the checklist filled in with the institution's figures, and the faults that chance, the same every time, gives it.

use std::sync::Arc;

use domain::entrance::CodeRead;
use domain::finding::Extent;
use domain::id::{AssignmentId, FindingId};
use domain::inspection::Outcome;
use form::{Form, Severity};

use super::faults::{self, FINDINGS};
use super::homes::Home;
use super::visits::Planned;
use crate::demo::handed_in::{self, Fault, Visit};
use crate::demo::road::photo;
use crate::demo::{DemoStep, entrance, identity};

/// A fault of a visit.
pub struct Found {
    pub finding: FindingId,
    /// What it depends on by chance.
    pub name: String,
    pub of: &'static faults::Finding,
    pub note: &'static str,
    pub fixed_on_the_spot: bool,
    pub extent: Extent,
    pub severity: Severity,
}

impl Found {
    /// Closed by a look, without a plan.
    pub const fn skips_the_plan(&self) -> bool {
        self.fixed_on_the_spot && matches!(self.severity, Severity::General)
    }
}

/// How a visit ended. One in thirty of those that nobody told was not completed.
pub fn outcome(visit: &Planned) -> Outcome {
    match identity::spread("outcome", &visit.assignment.to_string(), 100) {
        _ if !visit.both => Outcome::Completed,
        0 => Outcome::RefusedEntry,
        1 => Outcome::Closed,
        2 => Outcome::CouldNotContact,
        _ => Outcome::Completed,
    }
}

fn account(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "",
        Outcome::RefusedEntry => "门岗以社区管控为由未准许进入，已现场电话联系主管部门，记录在案。",
        Outcome::Closed => "机构已暂停营业，在院人员已转移安置，大门张贴停业公告。",
        Outcome::CouldNotContact => "登记电话多次无人接听，现场无人应答，已请属地核实。",
    }
}

/// What a completed visit found: more in some institutions than in others.
pub fn found(visit: &Planned, form: &Form) -> Vec<Found> {
    let chance =
        |what: &str, name: &str, below| identity::spread(what, &format!("story/{name}"), below);
    // Half as much as on average, up to half as much again.
    let quality = 50 + chance("quality", &visit.target.to_string(), 101);
    FINDINGS
        .iter()
        .filter_map(|finding| {
            let name = name(visit.assignment, finding.code);
            if chance("fault", &name, 100_000) >= finding.in_thousand * quality {
                return None;
            }
            let item = form.find(&finding.code.to_ascii_lowercase())?;
            let severity = form.check_item(item)?.severity;
            let [often, seldom] = finding.notes;
            Some(Found {
                finding: FindingId(identity::id("finding", &name)),
                of: finding,
                note: match chance("note", &name, 100) {
                    0..60 => often,
                    _ => seldom,
                },
                fixed_on_the_spot: chance("spot", &name, 100) < 18,
                extent: match chance("extent", &name, 100) {
                    0..70 => Extent::Isolated,
                    70..92 => Extent::Pattern,
                    _ => Extent::Widespread,
                },
                severity,
                name,
            })
        })
        .collect()
}

fn name(assignment: AssignmentId, code: &str) -> String {
    format!("{assignment}/{code}")
}

/// Where a code hangs, three teams in four read it.
fn read_at(visit: &Planned, home: &Home) -> Option<CodeRead> {
    entrance::code(visit.target, &home.particulars)?;
    let reads = identity::spread("entrance read", &visit.assignment.to_string(), 4) != 0;
    reads.then(|| entrance::read(visit.target, visit.assignment, visit.begun))
}

/// The visit handed in by its leader, with its findings.
pub fn handed_in(
    visit: &Planned,
    home: &Home,
    outcome: Outcome,
    found: &[Found],
    form: &Arc<Form>,
    pictures: &mut Vec<Vec<u8>>,
) -> Vec<DemoStep> {
    let about = &home.particulars;
    let spread = |what: &str, below| {
        u32::try_from(identity::spread(what, &visit.assignment.to_string(), below))
            .unwrap_or_default()
    };
    let vaccinated = 70 + spread("residents vaccinated", 25);
    let answers = vec![
        (
            "staff_on_site",
            (about.staff * (60 + spread("on site", 20)) / 100).to_string(),
        ),
        (
            "residents_vaccinated",
            (about.residents * vaccinated / 100).to_string(),
        ),
        ("staff_vaccinated", about.staff.to_string()),
        (
            "gate_temperature",
            format!("36.{}", spread("temperature", 9)),
        ),
        ("supplies_days", (7 + spread("supplies", 20)).to_string()),
        ("food_days", (4 + spread("food", 12)).to_string()),
        ("medicine_days", (7 + spread("medicine", 30)).to_string()),
    ];
    let handed = Visit {
        assignment: visit.assignment,
        target: visit.target,
        on: visit.on,
        begun: visit.begun,
        entrance: read_at(visit, home).filter(|_| outcome == Outcome::Completed),
        team: &visit.team,
        capacity: about.capacity,
        residents: about.residents,
        staff: about.staff,
        answers,
    };
    let commands = if outcome == Outcome::Completed {
        let faults: Vec<Fault<'_>> = found
            .iter()
            .map(|found| Fault {
                finding: found.finding,
                code: found.of.code,
                note: found.note,
                help: if found.fixed_on_the_spot {
                    found.of.help
                } else {
                    ""
                },
                support: "",
                extent: found.extent,
                fixed_on_the_spot: found.fixed_on_the_spot,
            })
            .collect();
        handed_in::completed(&handed, &faults, form, |fault, number| {
            let name = format!("{}/{number}", name(visit.assignment, fault.code));
            photo(&name, visit.begun, pictures)
        })
    } else {
        vec![handed_in::not_completed(&handed, outcome, account(outcome))]
    };
    let Some(leader) = visit.team.first().copied() else {
        return Vec::new();
    };
    commands
        .into_iter()
        .map(|command| DemoStep {
            actor: leader,
            at: visit.left,
            command,
        })
        .collect()
}
