//! XML documents, XPath 1.0 and the ODK XForms function library.
//!
//! It reads no file, no clock and rolls no dice: whatever an expression may ask of the world — documents, the time,
//! chance — a [`Host`] answers.
//!
//! ```
//! use xpath::{
//!     Dialect, DocumentId, Evaluator, Host, Names, Namespaces, NodeIx, NodeRef, ReadOptions, Session, Tree, optimise,
//!     parse, read,
//! };
//!
//! struct Inspection {
//!     names: Names,
//!     answers: Tree,
//!     session: Session,
//! }
//!
//! impl Host for Inspection {
//!     fn tree(&self, _: DocumentId) -> &Tree {
//!         &self.answers
//!     }
//!     fn names(&self) -> &Names {
//!         &self.names
//!     }
//!     fn session(&self) -> &Session {
//!         &self.session
//!     }
//!     fn random(&self) -> u64 {
//!         4
//!     }
//!     fn instance(&self, _: &str) -> Option<NodeRef> {
//!         None
//!     }
//! }
//!
//! let mut names = Names::new();
//! let xml = "<data><beds>40</beds><staff>6</staff><staff>8</staff></data>";
//! let answers = read(xml, &mut names, ReadOptions::default()).unwrap();
//! let mut ratio = parse("/data/beds div sum(/data/staff)", &Namespaces::new(), Dialect::XForms).unwrap();
//! optimise(&mut ratio, &mut names);
//!
//! let inspection = Inspection { names, answers, session: Session::default() };
//! let root = NodeRef::new(DocumentId::PRIMARY, NodeIx::DOCUMENT);
//! let ratio = Evaluator::new(&inspection, root).number(&ratio.root).unwrap();
//! assert_eq!(ratio, 40.0 / 14.0);
//! ```
//!
//! # Layout
//!
//! | File | Subject |
//! |---|---|
//! | `names`, `keyed_hash` | names of elements and attributes as integers, found by their texts |
//! | `tree`, `document_order` | documents: nodes in one arena, read and edited; which comes first |
//! | `read_xml`, `write_xml`, `scope` | from and to XML; prefixes in force |
//! | `expression` | the syntax tree of an expression |
//! | `lexer`, `parser` | from a text to that tree |
//! | `optimise`, `lookup` | constants, names and indexes found before or between evaluations |
//! | `host` | what an expression asks of its form |
//! | `evaluate`, `path`, `axis` | values, paths, steps |
//! | `value`, `moment` | numbers, texts, truths; dates and times |
//! | `function/` | the functions, a file for each family |
//! | `error` | what can be wrong with an expression |
//!
//! # Where engines differ
//!
//! In the dialect [`Dialect::XForms`] texts that are ISO dates read as days since 1970, `sum()` passes blank nodes over,
//! `concat()` joins all nodes of an argument, and `round()` takes decimal places and rounds away from zero. In
//! [`Dialect::XPath`] all is as XPath 1.0 has it; only `1and1` and `2 mod2` are understood in both.

mod axis;
mod document_order;
mod error;
mod evaluate;
mod expression;
mod function;
mod host;
mod keyed_hash;
mod lexer;
mod lookup;
mod moment;
mod names;
mod optimise;
mod parser;
mod path;
mod read_xml;
mod scope;
mod tree;
mod value;
mod write_xml;

pub use error::{EvaluationError, ParseError, ParseFault};
pub use evaluate::Evaluator;
pub use expression::{
    Accepted, ArithmeticOperator, Axis, Comparison, Dialect, Expr, Expression, JAVAROSA, NameTest,
    NamespaceTest, Namespaces, NodeTest, Path, ReferenceId, Start, Step, XFORMS, XML,
};
pub use function::{FUNCTIONS, Function, Signature};
pub use host::{DocumentId, Host, NodeRef, Session, TimeZone};
pub use keyed_hash::KeyedHash;
pub use lookup::{Indexes, Lookup};
pub use moment::{Moment, Shown};
pub use names::{ExpandedName, NameId, Names, Word};
pub use optimise::optimise;
pub use parser::{MAX_LENGTH, MAX_NESTING, parse, parse_resolving};
pub use read_xml::{Limits, ReadOptions, Texts, XmlError, XmlFault, read};
pub use tree::{NodeIx, NodeKind, Tree};
pub use value::{Value, number_of_text, text_of_number};
pub use write_xml::{WriteOptions, write};
