//! The form engine: a form's definition, its logic, and one filling-in of it after the other.
//!
//! It speaks ODK `XForms`, the field's common language, and runs the same on a tablet while a person types and on a server before
//! anything is accepted. It knows no clock, no files and no network.
//!
//! ```
//! use std::sync::Arc;
//! use form::{Edit, Form, FormDefinition, Instance, Session};
//!
//! let definition: FormDefinition = serde_json::from_str(r#"{
//!     "id": "beds",
//!     "children": [
//!         {"node": "question", "name": "beds", "kind": "integer", "bind": {"constraint": ". >= 0"}},
//!         {"node": "calculation", "name": "double", "calculate": "${beds} * 2"}
//!     ]
//! }"#).unwrap();
//! let form = Arc::new(Form::compile(definition).unwrap());
//! let mut instance = Instance::new(form, Session::default()).unwrap();
//! let beds = instance.find_name("beds").unwrap();
//! let double = instance.find_name("double").unwrap();
//!
//! let changes = instance.apply(Edit::Answer { node: beds, value: "21".into() }).unwrap();
//! assert_eq!(changes.len(), 2);
//! assert_eq!(instance.value(double), "42");
//! ```
//!
//! # Layout
//!
//! | File | Subject |
//! |---|---|
//! | `xform/` | a form's XML, submissions, files a form names |
//! | `definition/` | what a form is made of, as the builder's JSON carries it |
//! | `source` | a form's parts, whichever of the two they come from |
//! | `compile/` | from parts to a [`Form`] |
//! | `form` | the compiled form |
//! | `reference`, `computation` | paths resolved; what is computed from what, in which order |
//! | `instance/` | values, and what follows from them after each edit |
//! | `data_type`, `value`, `answers` | values, and how they are written |
//! | `check`, `section`, `score`, `finding`, `progress`, `violation` | what an instance says of itself |
//! | `submission` | the check of answers given elsewhere |
//! | `limits` | how large things may be |
//!
//! Expressions are `XPath` and have a crate of their own, `xpath`.
//!
//! # Invariants
//!
//! - After an edit each result that depends on it is computed once, after everything it reads, and the state is the one a
//!   computation of everything would give.
//! - No computation recurses over the form: depth costs time, never stack.
//! - An answer is never dropped silently: it is taken, or refused with a reason.
//!
//! What is called once a node stands in a function of its own (`#[inline(never)]`), here and in `xpath`: a browser changes to better
//! code from one call to the next and never within one, so a loop with everything in it would stay in its slowest to the end. So does
//! each stage of loading: what is called once is compiled anew in vain, beside the page and the longer the larger it is.

mod answers;
mod attachments;
mod check;
mod compile;
mod computation;
mod data_type;
mod date;
mod definition;
mod definition_error;
mod finding;
mod form;
mod instance;
pub mod limits;
mod progress;
mod reference;
mod score;
mod section;
mod source;
mod submission;
mod texts;
mod value;
mod violation;
mod xform;

pub use answers::{AnswerError, AnswerFault, Answers, InstanceCounts};
pub use attachments::Attachments;
pub use data_type::DataType;
pub use definition::{
    Bind, Calculation, CheckItem, ChoiceDefinition, Evidence, FormDefinition, GradeBand, Grading,
    Group, Line, Node, NodeRef, Question, QuestionKind, Repeat, Severity, Subject, What,
};
pub use definition_error::{AttachmentFault, DefinitionError, DefinitionFault, ExpressionPart};
pub use finding::EvidenceMissing;
pub use form::{DefId, Form};
pub use instance::{
    Change, Choice, Edit, EditError, Instance, InstanceError, NodeId, NodeKind, Opening, Request,
    Session, SnapshotError, TextForm,
};
pub use progress::Progress;
pub use score::{ItemOutcome, Score, SectionScore};
pub use section::Section;
pub use submission::{Checked, SubmissionError, SubmissionFault, check_submission};
pub use texts::{CHINESE, ENGLISH, Texts};
pub use value::{Value, ValueError};
pub use violation::{Violation, ViolationKind};
pub use xpath::{EvaluationError, TimeZone};
