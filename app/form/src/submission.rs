//! The check of answers that were given elsewhere, by the same engine that guided them.

use std::sync::Arc;

use crate::{
    AnswerError, AnswerFault, Answers, Form, Instance, NodeId, Score, Session, Texts, ViolationKind,
};

/// A submission that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub score: Score,
    /// The items that call for a finding, in document order.
    pub findings: Vec<NodeId>,
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
    #[error("read-only with \"{default}\", submitted as \"{submitted}\"")]
    Readonly { default: String, submitted: String },
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
            Self::Readonly { default, submitted } => {
                format!("只读，应为“{default}”，提交的是“{submitted}”")
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
/// make writable has its default. A question that is read-only depending on answers may have been filled in while it was
/// not, so its value is taken. `session` is the one the answers were given in.
pub fn check_submission(
    form: &Arc<Form>,
    session: Session,
    answers: &Answers,
) -> Result<Checked, Vec<SubmissionError>> {
    let (instance, refused) = Instance::resume(Arc::clone(form), session, answers);
    let mut errors: Vec<SubmissionError> = refused.into_iter().map(Into::into).collect();
    let mut report = |name: &str, what| {
        errors.push(SubmissionError {
            name: name.to_owned(),
            what,
        });
    };
    for violation in instance.violations() {
        report(
            &form.nodes[violation.node.index()].name,
            SubmissionFault::Violation {
                kind: violation.kind,
                message: violation.message,
            },
        );
    }
    for (name, submitted) in answers.0.iter().filter(|(_, text)| !text.is_empty()) {
        let Some(id) = form.find(name) else {
            continue;
        };
        let node = &form.nodes[id.index()];
        if !instance.relevant(id) {
            report(name, SubmissionFault::Irrelevant);
        } else if node.calculate.is_some() {
            let computed = instance.value(id).text();
            if computed != *submitted {
                report(
                    name,
                    SubmissionFault::Calculated {
                        computed: computed.into_owned(),
                        submitted: submitted.clone(),
                    },
                );
            }
        }
    }
    let computed = instance.submission();
    for id in form.node_ids() {
        let node = &form.nodes[id.index()];
        if !instance.relevant(id) {
            continue;
        }
        if node.calculate.is_some() {
            let absent = answers
                .0
                .get(node.name.as_ref())
                .is_none_or(String::is_empty);
            if let (true, Some(computed)) = (absent, computed.0.get(node.name.as_ref())) {
                report(
                    &node.name,
                    SubmissionFault::Calculated {
                        computed: computed.clone(),
                        submitted: String::new(),
                    },
                );
            }
        } else if let Some(bind) = &node.bind
            && bind.readonly_is_constant
            && instance.readonly(id)
            && *instance.value(id) != node.default
        {
            report(
                &node.name,
                SubmissionFault::Readonly {
                    default: node.default.write(),
                    submitted: instance.value(id).write(),
                },
            );
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Checked {
        score: instance.score(),
        findings: instance.findings(),
        answers: computed,
    })
}
