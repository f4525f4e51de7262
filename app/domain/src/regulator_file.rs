//! Paired files: a visit that was completed at an institution opens two, linked by the visit. The institution's file is the
//! inspection itself; this is the regulator's: did it know of what was found, and did it act?
//!
//! Who belongs to the regulator neither writes nor signs its file, and nobody signs what they wrote.

use serde::{Deserialize, Serialize};

use crate::body::BodyKind;
use crate::facts::Context;
use crate::finding::belongs_to;
use crate::id::{BodyId, InspectionId, PersonId};
use crate::inspection::Outcome;
use crate::permission::{Act, Place};
use crate::recusal::regulator_of;
use crate::wording::{self, ACCOUNT_LIMIT, WordingRefusal};
use crate::{Language, Text, say};

/// What the regulator knew of the state the visit found, and what it had done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assessment {
    pub regulator: BodyId,
    pub knew: bool,
    pub acted: bool,
    /// What this rests on: papers seen, people heard.
    pub account: String,
}

/// How the regulator comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Conduct {
    KnewAndActed,
    KnewAndDidNotAct,
    DidNotKnow,
    /// Nobody has written the file yet.
    NotAssessed,
}

impl Conduct {
    pub const ALL: [Conduct; 4] = [
        Conduct::KnewAndActed,
        Conduct::KnewAndDidNotAct,
        Conduct::DidNotKnow,
        Conduct::NotAssessed,
    ];

    pub const fn of(knew: bool, acted: bool) -> Conduct {
        match (knew, acted) {
            (true, true) => Conduct::KnewAndActed,
            (true, false) => Conduct::KnewAndDidNotAct,
            (false, _) => Conduct::DidNotKnow,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Conduct::KnewAndActed => "acted",
            Conduct::KnewAndDidNotAct => "knew",
            Conduct::DidNotKnow => "unaware",
            Conduct::NotAssessed => "notAssessed",
        }
    }

    pub fn from_code(code: &str) -> Option<Conduct> {
        Conduct::ALL
            .into_iter()
            .find(|conduct| conduct.code() == code)
    }

    pub const fn title(self) -> Text {
        match self {
            Conduct::KnewAndActed => Text::new("知情且已处置", "Knew and acted"),
            Conduct::KnewAndDidNotAct => Text::new("知情未处置", "Knew, did not act"),
            Conduct::DidNotKnow => Text::new("不知情", "Did not know"),
            Conduct::NotAssessed => Text::new("未评价", "Not assessed"),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegulatorFile {
    pub assessment: Option<Assessment>,
    pub assessed_by: Option<PersonId>,
    pub signed_by: Option<PersonId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RegulatorFileCommand {
    /// Again and again until it is signed.
    Assess(Assessment),
    Sign,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RegulatorFileEvent {
    Assessed(Assessment),
    Signed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RegulatorFileRefusal {
    /// No visit was completed there, so there are no files.
    NoVisit,
    /// The body visited is itself no institution.
    NotAnInstitution,
    NotARegulator,
    /// Whoever did not know cannot have acted on it.
    ActedUnaware,
    Account(WordingRefusal),
    NotAssessed,
    /// Someone of the regulator writes or signs the regulator's own file.
    OwnFile,
    /// Signed by who wrote it.
    WroteItOneself,
    SignedAlready,
}

impl RegulatorFileRefusal {
    pub fn text(&self, language: Language) -> String {
        match self {
            RegulatorFileRefusal::NoVisit => say!(
                language,
                "检查尚未完成，没有成对档案",
                "The visit was not completed, so there are no files"
            ),
            RegulatorFileRefusal::NotAnInstitution => say!(
                language,
                "受检单位不是机构，没有监管档案",
                "The body visited is no institution, so it has no regulator's file"
            ),
            RegulatorFileRefusal::NotARegulator => say!(
                language,
                "请选择监管部门",
                "Choose a department as the regulator"
            ),
            RegulatorFileRefusal::ActedUnaware => say!(
                language,
                "不知情的，不能记为已处置",
                "A regulator that did not know cannot have acted on it"
            ),
            RegulatorFileRefusal::Account(refusal) => {
                let why = refusal.text(language);
                say!(language, "评价依据：{why}", "What it rests on: {why}")
            }
            RegulatorFileRefusal::NotAssessed => say!(
                language,
                "监管档案尚未评价，不能签署",
                "The regulator's file has not been written, so it cannot be signed"
            ),
            RegulatorFileRefusal::OwnFile => say!(
                language,
                "监管部门的人员不得评价或签署本部门的监管档案（回避）",
                "A member of the regulator neither writes nor signs the regulator's own file (recusal)"
            ),
            RegulatorFileRefusal::WroteItOneself => say!(
                language,
                "评价人不得签署自己的评价，须由另一人签署",
                "You wrote this assessment; someone else must sign it"
            ),
            RegulatorFileRefusal::SignedAlready => say!(
                language,
                "监管档案已签署，不能再改",
                "The regulator's file is signed and changes no more"
            ),
        }
    }
}

impl RegulatorFile {
    pub fn evolve(&mut self, event: &RegulatorFileEvent, actor: PersonId) {
        match event {
            RegulatorFileEvent::Assessed(assessment) => {
                self.assessment = Some(assessment.clone());
                self.assessed_by = Some(actor);
            }
            RegulatorFileEvent::Signed => self.signed_by = Some(actor),
        }
    }
}

/// # Errors
/// Every [`RegulatorFileRefusal`]; a role or a scope that does not permit it.
pub fn decide(
    id: InspectionId,
    state: &RegulatorFile,
    command: &RegulatorFileCommand,
    context: &Context<'_>,
) -> Result<Vec<RegulatorFileEvent>, crate::Refusal> {
    let submitted = context.facts.inspection(id).submitted.as_ref();
    let visit = submitted
        .filter(|submitted| submitted.submission.outcome == Outcome::Completed)
        .ok_or(RegulatorFileRefusal::NoVisit)?;
    let target = visit.submission.target;
    context.permit(Act::JudgeRegulators, &Place::Body(target))?;
    let kind = |body: BodyId| context.directory.body(body).map(|known| known.kind);
    if !kind(target).is_some_and(BodyKind::is_institution) {
        return Err(RegulatorFileRefusal::NotAnInstitution.into());
    }
    let regulator = match (command, &state.assessment) {
        (RegulatorFileCommand::Assess(assessment), _)
        | (RegulatorFileCommand::Sign, Some(assessment)) => assessment.regulator,
        (RegulatorFileCommand::Sign, None) => {
            return Err(RegulatorFileRefusal::NotAssessed.into());
        }
    };
    if kind(regulator) != Some(BodyKind::Department) {
        return Err(RegulatorFileRefusal::NotARegulator.into());
    }
    // Whoever belongs to the department that answers for the institution, or that is or was assessed, whatever the command names.
    let answers = regulator_of(target, context.directory);
    let assessed = state.assessment.as_ref().map(|before| before.regulator);
    let own = [Some(regulator), answers, assessed]
        .into_iter()
        .flatten()
        .any(|department| belongs_to(context.actor, department, context.directory));
    if own {
        return Err(RegulatorFileRefusal::OwnFile.into());
    }
    if state.signed_by.is_some() {
        return Err(RegulatorFileRefusal::SignedAlready.into());
    }
    match command {
        RegulatorFileCommand::Assess(assessment) => {
            if assessment.acted && !assessment.knew {
                return Err(RegulatorFileRefusal::ActedUnaware.into());
            }
            wording::require(&assessment.account, ACCOUNT_LIMIT)
                .map_err(RegulatorFileRefusal::Account)?;
            Ok(vec![RegulatorFileEvent::Assessed(assessment.clone())])
        }
        RegulatorFileCommand::Sign => {
            if state.assessed_by == Some(context.actor) {
                return Err(RegulatorFileRefusal::WroteItOneself.into());
            }
            Ok(vec![RegulatorFileEvent::Signed])
        }
    }
}
