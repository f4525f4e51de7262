//! The check of answers that were given elsewhere, by the same engine that guided them.

use std::sync::Arc;

use crate::form::DefKind;
use crate::{
    AnswerError, AnswerFault, Answers, Form, Instance, InstanceCounts, NodeId, Score, Session,
    Texts, ViolationKind,
};

/// A submission that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub score: Score,
    /// The names of the items that call for a finding, in document order.
    pub findings: Vec<String>,
    /// The answers in the engine's own spelling, calculations included.
    pub answers: Answers,
}

/// Why a submission does not hold, by the name of the node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {what}")]
pub struct SubmissionError {
    pub name: String,
    pub what: SubmissionFault,
}

/// What is wrong at a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionFault {
    #[error(transparent)]
    Answer(#[from] AnswerFault),
    #[error("answered though it is not relevant")]
    Irrelevant,
    #[error("not valid: {}", message.get(crate::texts::ENGLISH))]
    Violation { kind: ViolationKind, message: Texts },
    #[error("calculated as \"{computed}\", submitted as \"{submitted}\"")]
    Calculated { computed: String, submitted: String },
    #[error("read-only with \"{initial}\", submitted as \"{submitted}\"")]
    Readonly { initial: String, submitted: String },
}

impl SubmissionFault {
    /// The fault in both languages.
    pub fn texts(&self) -> Texts {
        let chinese = match self {
            Self::Answer(fault) => return fault.texts(),
            Self::Violation { message, .. } => return message.clone(),
            Self::Irrelevant => "此项不适用，却有回答".to_owned(),
            Self::Calculated {
                computed,
                submitted,
            } => format!("计算结果为“{computed}”，提交的是“{submitted}”"),
            Self::Readonly { initial, submitted } => {
                format!("只读，应为“{initial}”，提交的是“{submitted}”")
            }
        };
        Texts::both(chinese, self.to_string())
    }
}

impl From<AnswerError> for SubmissionError {
    fn from(error: AnswerError) -> Self {
        Self {
            name: error.name,
            what: error.what.into(),
        }
    }
}

/// Checks a submission against its form: every answer names a node and fits its kind, nothing irrelevant is answered,
/// what is required is there, constraints hold, calculated values are those the engine computes, and what no answer can
/// make writable has its initial value. A question that is read-only depending on answers may have been filled in while it was
/// not, so its value is taken. `session` is the one the answers were given in, `counts` are those that they do not tell.
pub fn check_submission(
    form: &Arc<Form>,
    session: Session,
    answers: &Answers,
    counts: &InstanceCounts,
) -> Result<Checked, Vec<SubmissionError>> {
    let form = Arc::clone(form);
    let (instance, refused) = Instance::resume_as_left(form, session, answers, counts);
    let mut errors: Vec<SubmissionError> = refused.into_iter().map(Into::into).collect();
    let mut report = |name: String, what| errors.push(SubmissionError { name, what });
    for violation in instance.violations() {
        report(
            instance.name(violation.node),
            SubmissionFault::Violation {
                kind: violation.kind,
                message: violation.message,
            },
        );
    }
    for node in instance.nodes() {
        check_node(&instance, node, answers, &mut report);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Checked {
        score: instance.score(),
        findings: instance
            .findings()
            .into_iter()
            .map(|node| instance.name(node))
            .collect(),
        answers: instance.given(),
    })
}

fn check_node(
    instance: &Instance,
    node: NodeId,
    answers: &Answers,
    report: &mut dyn FnMut(String, SubmissionFault),
) {
    let def = instance.form().def(instance.def(node));
    if def.kind != DefKind::Leaf {
        return;
    }
    let name = instance.name(node);
    let submitted = answers.0.get(&name).cloned().unwrap_or_default();
    if !instance.relevant(node) {
        if !submitted.is_empty() {
            report(name, SubmissionFault::Irrelevant);
        }
        return;
    }
    let computed = instance.kept(node);
    if def.calculate {
        if computed != submitted {
            let computed = computed.to_owned();
            report(
                name,
                SubmissionFault::Calculated {
                    computed,
                    submitted,
                },
            );
        }
    } else if def.always_readonly {
        let initial = instance.initial_text(node);
        if computed != initial {
            report(name, SubmissionFault::Readonly { initial, submitted });
        }
    }
}
