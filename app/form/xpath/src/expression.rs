//! Expressions as trees. Chains (`a or b or c`, `1 + 2 - 3`, `a | b`) are flat, so that depth only grows with nesting.

use std::sync::Arc;

use crate::{error::ParseError, function::Function, lookup::Lookup, names::ExpandedName};

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expression {
    pub root: Expr,
    pub source: Box<str>,
}

/// Which grammar of functions and conversions holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// XPath 1.0 and `current()`.
    XPath,
    /// ODK XForms: the whole function library; texts that are dates read as numbers of days.
    #[default]
    XForms,
}

#[derive(Clone, Debug)]
pub enum Expr {
    Number(f64),
    Text(Box<str>),
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Compare {
        operator: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// Evaluated from left to right; all operators are of one precedence.
    Arithmetic {
        first: Box<Expr>,
        rest: Vec<(ArithmeticOperator, Expr)>,
    },
    Negate(Box<Expr>),
    Union(Vec<Expr>),
    Path(Box<Path>),
    Call {
        function: Function,
        arguments: Vec<Expr>,
    },
    /// Made by a form compiler only: a path resolved against the form, which the host evaluates.
    Reference(ReferenceId),
    /// Made by [`crate::optimise`]: a path whose first predicate is answered by an index.
    Lookup(Box<Lookup>),
    /// A call that cannot be: it fails when it is evaluated. See [`Expression::faults`].
    Fault(Box<ParseError>),
}

/// A path a host has resolved; what it stands for only the host knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReferenceId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// The operator that says the same with both sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    pub(crate) fn numbers(self, left: f64, right: f64) -> bool {
        match self {
            #[expect(clippy::float_cmp, reason = "XPath compares numbers exactly")]
            Self::Equal => left == right,
            #[expect(clippy::float_cmp, reason = "XPath compares numbers exactly")]
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl ArithmeticOperator {
    pub(crate) fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Remainder => left % right,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Path {
    pub start: Start,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub enum Start {
    Root,
    Context,
    /// `instance('x')/root/item`: the filter is the call; `current()/../a` likewise.
    Filter {
        expression: Box<Expr>,
        predicates: Vec<Expr>,
    },
}

#[derive(Clone, Debug)]
pub struct Step {
    pub axis: Axis,
    pub test: NodeTest,
    pub predicates: Vec<Expr>,
}

impl Step {
    pub fn new(axis: Axis, test: NodeTest) -> Self {
        Self {
            axis,
            test,
            predicates: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    SelfNode,
}

impl Axis {
    pub const ALL: [(&'static str, Self); 13] = [
        ("ancestor", Self::Ancestor),
        ("ancestor-or-self", Self::AncestorOrSelf),
        ("attribute", Self::Attribute),
        ("child", Self::Child),
        ("descendant", Self::Descendant),
        ("descendant-or-self", Self::DescendantOrSelf),
        ("following", Self::Following),
        ("following-sibling", Self::FollowingSibling),
        ("namespace", Self::Namespace),
        ("parent", Self::Parent),
        ("preceding", Self::Preceding),
        ("preceding-sibling", Self::PrecedingSibling),
        ("self", Self::SelfNode),
    ];

    /// Whether positions along it count against document order.
    pub fn is_reverse(self) -> bool {
        use Axis::{Ancestor, AncestorOrSelf, Parent, Preceding, PrecedingSibling};
        matches!(
            self,
            Ancestor | AncestorOrSelf | Parent | Preceding | PrecedingSibling
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeTest {
    Name(NameTest),
    AnyName,
    AnyInNamespace(Box<str>),
    Node,
    Text,
    Comment,
    ProcessingInstruction(Option<Box<str>>),
}

/// A test for a name: its local part and the namespaces it may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameTest {
    pub namespace: NamespaceTest,
    pub local: Box<str>,
    /// The expanded names it accepts, once [`crate::optimise`] has found them all.
    pub resolved: Option<Accepted>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceTest {
    /// An unprefixed name: no namespace, or the default one.
    Default(Option<Arc<str>>),
    Uri(Arc<str>),
}

/// At most two expanded names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted(
    pub(crate) Option<ExpandedName>,
    pub(crate) Option<ExpandedName>,
);

/// Prefixes an expression may use, and the namespace unprefixed names are of besides none.
#[derive(Clone, Debug)]
pub struct Namespaces {
    bound: Vec<(Box<str>, Arc<str>)>,
    default: Option<Arc<str>>,
}

/// Namespace of XForms elements.
pub const XFORMS: &str = "http://www.w3.org/2002/xforms";
/// Namespace of JavaRosa's functions and attributes, `jr:` by custom.
pub const JAVAROSA: &str = "http://openrosa.org/javarosa";
/// What `xml:` stands for everywhere.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

impl Default for Namespaces {
    fn default() -> Self {
        Self {
            bound: Vec::new(),
            default: Some(XFORMS.into()),
        }
    }
}

impl Namespaces {
    /// No prefixes; unprefixed names are of none or of [`XFORMS`].
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, prefix: &str, uri: &str) -> Self {
        self.bind(prefix, uri);
        self
    }

    /// Unprefixed names are of this namespace or of none.
    #[must_use]
    pub fn with_default(mut self, uri: Option<&str>) -> Self {
        self.default = uri.map(Into::into);
        self
    }

    pub fn bind(&mut self, prefix: &str, uri: &str) {
        self.bound.retain(|(known, _)| **known != *prefix);
        self.bound.push((prefix.into(), uri.into()));
    }

    pub fn uri(&self, prefix: &str) -> Option<&str> {
        let bound = self.bound.iter().find(|(known, _)| **known == *prefix);
        bound
            .map(|(_, uri)| &**uri)
            .or((prefix == "xml").then_some(XML))
    }

    pub fn default_uri(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// What an unprefixed name may be of.
    pub(crate) fn unprefixed(&self) -> NamespaceTest {
        NamespaceTest::Default(self.default.clone())
    }
}

impl Expression {
    /// Calls that cannot be made: unknown functions, wrong numbers of arguments. Evaluated, each of them fails; a form
    /// loader reports them before.
    pub fn faults(&self) -> Vec<&ParseError> {
        let mut faults = Vec::new();
        self.root.walk(&mut |expr| {
            if let Expr::Fault(fault) = expr {
                faults.push(&**fault);
            }
        });
        faults
    }
}

impl Expr {
    /// Visits the expression and everything in it, predicates too, outside in. Recursion is bounded by the nesting the
    /// parser allows.
    pub fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        visit(self);
        match self {
            Self::Number(_) | Self::Text(_) | Self::Reference(_) | Self::Fault(_) => {}
            Self::Or(parts)
            | Self::And(parts)
            | Self::Union(parts)
            | Self::Call {
                arguments: parts, ..
            } => parts.iter().for_each(|part| part.walk(visit)),
            Self::Compare { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::Arithmetic { first, rest } => {
                first.walk(visit);
                for (_, part) in rest {
                    part.walk(visit);
                }
            }
            Self::Negate(inner) => inner.walk(visit),
            Self::Path(path) => path.walk(visit),
            Self::Lookup(lookup) => lookup.path.walk(visit),
        }
    }

    /// Whether its value may be nodes.
    pub fn may_be_nodes(&self) -> bool {
        match self {
            Self::Path(_)
            | Self::Union(_)
            | Self::Reference(_)
            | Self::Lookup(_)
            | Self::Fault(_) => true,
            Self::Call {
                function: Function::If,
                arguments,
            } => arguments.iter().skip(1).any(Self::may_be_nodes),
            Self::Call { function, .. } => matches!(
                function,
                Function::Current
                    | Function::Id
                    | Function::Instance
                    | Function::IndexedRepeat
                    | Function::Randomize
                    | Function::Itext
            ),
            _ => false,
        }
    }

    /// Whether `position()` or `last()` is in it.
    pub(crate) fn asks_for_position(&self) -> bool {
        let mut asks = false;
        self.walk(&mut |expr| {
            asks |= matches!(
                expr,
                Self::Call {
                    function: Function::Position | Function::Last,
                    ..
                }
            );
        });
        asks
    }

    /// Visits everything in the expression and then itself, so that `visit` may replace what it is given.
    pub fn walk_mut(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        match self {
            // A look-up is made of the path as it was.
            Self::Number(_)
            | Self::Text(_)
            | Self::Reference(_)
            | Self::Fault(_)
            | Self::Lookup(_) => {}
            Self::Or(parts)
            | Self::And(parts)
            | Self::Union(parts)
            | Self::Call {
                arguments: parts, ..
            } => parts.iter_mut().for_each(|part| part.walk_mut(visit)),
            Self::Compare { left, right, .. } => {
                left.walk_mut(visit);
                right.walk_mut(visit);
            }
            Self::Arithmetic { first, rest } => {
                first.walk_mut(visit);
                for (_, part) in rest {
                    part.walk_mut(visit);
                }
            }
            Self::Negate(inner) => inner.walk_mut(visit),
            Self::Path(path) => path.walk_mut(visit),
        }
        visit(self);
    }
}

impl Path {
    fn walk<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        if let Start::Filter {
            expression,
            predicates,
        } = &self.start
        {
            expression.walk(visit);
            for part in predicates {
                part.walk(visit);
            }
        }
        let predicates = self.steps.iter().flat_map(|step| &step.predicates);
        predicates.for_each(|part| part.walk(visit));
    }

    fn walk_mut(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        if let Start::Filter {
            expression,
            predicates,
        } = &mut self.start
        {
            expression.walk_mut(visit);
            for part in predicates {
                part.walk_mut(visit);
            }
        }
        let predicates = self.steps.iter_mut().flat_map(|step| &mut step.predicates);
        predicates.for_each(|part| part.walk_mut(visit));
    }
}
