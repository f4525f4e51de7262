//! The checklist engine: a form's definition, its logic, and one filling-in of it after the other.
//!
//! It runs the same on a tablet while a person types and on a server before anything is accepted. It knows no clock, no
//! files and no network; the terms are those of ODK `XForms`.
//!
//! ```
//! use std::sync::Arc;
//! use form::{Edit, Form, FormDefinition, Instance, Session, Value};
//!
//! let definition: FormDefinition = serde_json::from_str(r#"{
//!     "id": "beds",
//!     "children": [
//!         {"node": "question", "name": "beds", "kind": "integer", "bind": {"constraint": ". >= 0"}},
//!         {"node": "calculation", "name": "double", "calculate": "${beds} * 2"}
//!     ]
//! }"#).unwrap();
//! let form = Arc::new(Form::compile(definition).unwrap());
//! let beds = form.find("beds").unwrap();
//! let double = form.find("double").unwrap();
//!
//! let mut instance = Instance::new(form, Session::default());
//! let changes = instance.apply(Edit::Answer { node: beds, value: Value::Integer(21) }).unwrap();
//! assert_eq!(changes.len(), 2);
//! assert_eq!(instance.value(double).write(), "42");
//! ```
//!
//! # Layout
//!
//! | File | Subject |
//! |---|---|
//! | `definition` | what a form is made of, as JSON carries it |
//! | `definition_error` | what can be wrong with that |
//! | `compile` | from a definition to a [`Form`] |
//! | `form` | the compiled form |
//! | `expression/` | lexer, parser, evaluator |
//! | `dependency` | what is computed from what, and in which order |
//! | `instance/` | the answers, and what follows from them after each edit |
//! | `value`, `answers` | values, and how they are written |
//! | `violation`, `finding`, `score`, `progress` | what an instance says of itself |
//! | `submission` | the check of answers given elsewhere |
//! | `limits` | how large things may be |
//!
//! # Invariants
//!
//! - After an edit each part that depends on it is computed once, and the state is the one a computation of everything
//!   would give.
//! - No computation recurses over the form: depth costs time, never stack.
//! - An answer is never dropped silently: it is taken, or refused with a reason.

mod answers;
mod compile;
mod date;
mod definition;
mod definition_error;
mod dependency;
mod expression;
mod finding;
mod form;
mod instance;
pub mod limits;
mod progress;
mod score;
mod submission;
mod texts;
mod value;
mod violation;

pub use answers::{AnswerError, AnswerFault, Answers};
pub use definition::{
    Bind, Calculation, CheckItem, Choice, Evidence, FormDefinition, GradeBand, Grading, Group,
    Line, Node, Question, QuestionKind, Severity, Subject,
};
pub use definition_error::{DefinitionError, DefinitionFault, ExpressionPart};
pub use expression::{Arity, ExpressionFault};
pub use finding::EvidenceMissing;
pub use form::{Form, NodeId, NodeRef, Section, What};
pub use instance::{Change, Edit, EditError, Instance, Session};
pub use progress::Progress;
pub use score::{ItemOutcome, Score, SectionScore};
pub use submission::{Checked, SubmissionError, SubmissionFault, check_submission};
pub use texts::{CHINESE, ENGLISH, Texts};
pub use value::{Value, ValueError};
pub use violation::{Violation, ViolationKind};
