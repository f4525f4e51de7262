//! XML documents, XPath 1.0 and the ODK XForms function library. Pure: whatever an expression may ask of the world —
//! documents, the clock, chance — a [`Host`] answers.

mod error;
mod evaluate;
mod expression;
mod function;
mod host;
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
pub use lookup::{Indexes, Lookup};
pub use moment::{Moment, Shown};
pub use names::{ExpandedName, NameId, Names};
pub use optimise::optimise;
pub use parser::{MAX_LENGTH, MAX_NESTING, parse};
pub use read_xml::{Limits, ReadOptions, Texts, XmlError, XmlFault, read};
pub use tree::{NodeIx, NodeKind, Tree};
pub use value::{Value, number_of_text, text_of_number};
pub use write_xml::{WriteOptions, write};
