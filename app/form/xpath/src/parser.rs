//! From source to tree: recursive descent, operators by precedence.

use crate::{
    error::{ParseError, ParseFault},
    expression::{
        ArithmeticOperator, Axis, Comparison, Dialect, Expr, Expression, NameTest, NamespaceTest,
        Namespaces, NodeTest, Path, ReferenceId, Start, Step,
    },
    function::Function,
    lexer::Lexer,
};

/// Levels of brackets, arguments and predicates one expression may have, and how many comparisons it may chain.
pub const MAX_NESTING: usize = 200;
/// Bytes an expression may have.
pub const MAX_LENGTH: usize = 256 * 1024;

/// Reads an expression. Names keep the namespaces they mean, so the tree needs no prefixes any more.
pub fn parse(
    source: &str,
    namespaces: &Namespaces,
    dialect: Dialect,
) -> Result<Expression, ParseError> {
    parse_resolving(source, namespaces, dialect, &mut |_| None)
}

/// As [`parse`], asking on the way what each path of unprefixed names from the root, such as `/data/a`, stands for: nearly all of a
/// form's paths are such, and a path that is a reference need not become steps first. Those within `indexed-repeat` are not asked
/// for, since their nodes in all instances are wanted.
pub fn parse_resolving(
    source: &str,
    namespaces: &Namespaces,
    dialect: Dialect,
    resolve: &mut dyn FnMut(&str) -> Option<ReferenceId>,
) -> Result<Expression, ParseError> {
    if source.len() > MAX_LENGTH {
        return Err(ParseError::new(MAX_LENGTH, ParseFault::TooLong));
    }
    let mut parser = Parser {
        lexer: Lexer::new(source),
        namespaces,
        dialect,
        resolve,
        resolving: true,
        nesting: 0,
        chained: 0,
    };
    let root = parser.expression()?;
    match parser.lexer.peek() {
        None => Ok(Expression {
            root,
            source: source.into(),
        }),
        Some(_) => Err(parser.lexer.unexpected()),
    }
}

struct Parser<'s> {
    lexer: Lexer<'s>,
    namespaces: &'s Namespaces,
    dialect: Dialect,
    resolve: &'s mut dyn FnMut(&str) -> Option<ReferenceId>,
    /// Whether paths are asked for where the parser is.
    resolving: bool,
    nesting: usize,
    chained: usize,
}

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Compare(Comparison),
    Arithmetic(ArithmeticOperator),
}

/// Operators by spelling, longer ones before their beginnings, with their precedence.
const OPERATORS: [(&str, u8, Operator); 13] = [
    ("or", 1, Operator::Or),
    ("and", 2, Operator::And),
    ("=", 3, Operator::Compare(Comparison::Equal)),
    ("!=", 3, Operator::Compare(Comparison::NotEqual)),
    ("<=", 4, Operator::Compare(Comparison::LessOrEqual)),
    ("<", 4, Operator::Compare(Comparison::Less)),
    (">=", 4, Operator::Compare(Comparison::GreaterOrEqual)),
    (">", 4, Operator::Compare(Comparison::Greater)),
    ("+", 5, Operator::Arithmetic(ArithmeticOperator::Add)),
    ("-", 5, Operator::Arithmetic(ArithmeticOperator::Subtract)),
    ("*", 6, Operator::Arithmetic(ArithmeticOperator::Multiply)),
    ("div", 6, Operator::Arithmetic(ArithmeticOperator::Divide)),
    (
        "mod",
        6,
        Operator::Arithmetic(ArithmeticOperator::Remainder),
    ),
];

/// Whether one of [`OPERATORS`] may begin so; most often none does.
fn begins_operator(found: char) -> bool {
    matches!(
        found,
        'o' | 'a' | '=' | '!' | '<' | '>' | '+' | '-' | '*' | 'd' | 'm'
    )
}

impl Parser<'_> {
    fn expression(&mut self) -> Result<Expr, ParseError> {
        if self.nesting >= MAX_NESTING {
            return Err(ParseError::new(self.lexer.at, ParseFault::TooDeep));
        }
        self.nesting += 1;
        let expr = self.operators(0)?;
        self.nesting -= 1;
        Ok(expr)
    }

    /// Operands joined by operators that bind more tightly than `loosest`.
    fn operators(&mut self, loosest: u8) -> Result<Expr, ParseError> {
        let mut left = self.unary()?;
        let mut compared = false;
        // Where an operand has ended only an operator can follow, so `1or1` and `2 mod2` leave no doubt.
        loop {
            let begins = self.lexer.peek().is_some_and(begins_operator);
            let found = OPERATORS
                .iter()
                .find(|(text, ..)| begins && self.lexer.sees(text));
            let Some(&(text, precedence, operator)) = found else {
                return Ok(left);
            };
            if precedence <= loosest {
                return Ok(left);
            }
            let at = self.lexer.at;
            self.lexer.at += text.len();
            let right = self.operators(precedence)?;
            if matches!(operator, Operator::Compare(_)) {
                self.chained += usize::from(compared);
                compared = true;
                if self.chained > MAX_NESTING {
                    return Err(ParseError::new(at, ParseFault::TooDeep));
                }
            }
            left = join(left, operator, right);
        }
    }

    fn unary(&mut self) -> Result<Expr, ParseError> {
        let mut signs = 0;
        while self.lexer.take("-") {
            signs += 1;
        }
        let inner = self.union()?;
        Ok(match (signs, inner) {
            (0, inner) => inner,
            (signs, Expr::Number(number)) if signs % 2 == 1 => Expr::Number(-number),
            (signs, inner) if signs % 2 == 1 => Expr::Negate(Box::new(inner)),
            // An even number of signs still makes a number of what is negated.
            (_, inner) => Expr::Negate(Box::new(Expr::Negate(Box::new(inner)))),
        })
    }

    fn union(&mut self) -> Result<Expr, ParseError> {
        let first = self.path()?;
        if !self.lexer.sees("|") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.lexer.take("|") {
            parts.push(self.path()?);
        }
        Ok(Expr::Union(parts))
    }

    fn path(&mut self) -> Result<Expr, ParseError> {
        let Some(next) = self.lexer.peek() else {
            return Err(self.lexer.unexpected());
        };
        let is_step = match next {
            '/' => return self.rooted(),
            '@' | '*' => true,
            '.' => !self.lexer.sees_number(),
            _ => self.lexer.sees_name() && !self.sees_call(),
        };
        let mut steps = Vec::new();
        if is_step {
            steps.push(self.step()?);
            self.steps(&mut steps)?;
            let start = Start::Context;
            return Ok(Expr::Path(Box::new(Path { start, steps })));
        }
        let primary = self.primary(next)?;
        let predicates = self.predicates()?;
        self.steps(&mut steps)?;
        if predicates.is_empty() && steps.is_empty() {
            return Ok(primary);
        }
        let expression = Box::new(primary);
        let start = Start::Filter {
            expression,
            predicates,
        };
        Ok(Expr::Path(Box::new(Path { start, steps })))
    }

    fn rooted(&mut self) -> Result<Expr, ParseError> {
        if self.resolving
            && let Some(path) = self.lexer.plain_path()
            && let Some(reference) = (self.resolve)(path)
        {
            self.lexer.at += path.len();
            return Ok(Expr::Reference(reference));
        }
        let mut steps = Vec::new();
        if !self.lexer.sees("//") {
            self.lexer.expect("/")?;
            let steps_follow = self.lexer.sees_name()
                || self.lexer.sees("@")
                || self.lexer.sees("*")
                || self.lexer.sees(".");
            if steps_follow {
                steps.push(self.step()?);
            }
        }
        self.steps(&mut steps)?;
        let start = Start::Root;
        Ok(Expr::Path(Box::new(Path { start, steps })))
    }

    /// Whether a function call comes next: a name and a bracket, unless it is a test for a kind of node.
    fn sees_call(&mut self) -> bool {
        let at = self.lexer.at;
        let mut name = self.lexer.name();
        if self.lexer.takes_colon() {
            // No kind of node has a prefix.
            self.lexer.name();
            name = "";
        }
        let is_call = self.lexer.sees("(")
            && !matches!(name, "node" | "text" | "comment" | "processing-instruction");
        self.lexer.at = at;
        is_call
    }

    fn primary(&mut self, next: char) -> Result<Expr, ParseError> {
        match next {
            '\'' | '"' => Ok(Expr::Text(self.lexer.text()?.into())),
            '(' => {
                self.lexer.expect("(")?;
                let inner = self.expression()?;
                self.lexer.expect(")")?;
                Ok(inner)
            }
            _ if self.lexer.sees_number() => Ok(Expr::Number(self.lexer.number())),
            _ if self.lexer.sees_name() => self.call(),
            _ => Err(self.lexer.unexpected()),
        }
    }

    fn call(&mut self) -> Result<Expr, ParseError> {
        let at = self.lexer.at;
        let mut local = self.lexer.name();
        let mut namespace = "";
        if self.lexer.takes_colon() {
            namespace = self.uri(local, at)?;
            local = self.lexer.name();
        }
        let name = &self.lexer.source[at..self.lexer.at];
        let function = Function::find(namespace, local, self.dialect);
        let outside = self.resolving;
        self.resolving &= function != Some(Function::IndexedRepeat);
        self.lexer.expect("(")?;
        let mut arguments = Vec::new();
        if !self.lexer.take(")") {
            loop {
                arguments.push(self.expression()?);
                if !self.lexer.take(",") {
                    break;
                }
            }
            self.lexer.expect(")")?;
        }
        self.resolving = outside;
        let fault = match function {
            Some(function) => match function.check(arguments.len()) {
                Ok(()) => {
                    return Ok(Expr::Call {
                        function,
                        arguments,
                    });
                }
                Err(fault) => fault,
            },
            None => ParseFault::UnknownFunction {
                name: name.into(),
                nearest: Function::nearest(local, self.dialect),
            },
        };
        Ok(Expr::Fault(Box::new(ParseError::new(at, fault))))
    }

    fn uri(&self, prefix: &str, at: usize) -> Result<&'static str, ParseError>
    where
        Self: Sized,
    {
        // Functions know few namespaces; any other is one without functions.
        let uri = self.namespaces.uri(prefix);
        match uri {
            Some(crate::expression::JAVAROSA) => Ok(crate::expression::JAVAROSA),
            Some(_) => Ok("?"),
            None => Err(ParseError::new(
                at,
                ParseFault::UnboundPrefix(prefix.into()),
            )),
        }
    }

    fn predicates(&mut self) -> Result<Vec<Expr>, ParseError> {
        let mut predicates = Vec::new();
        while self.lexer.take("[") {
            predicates.push(self.expression()?);
            self.lexer.expect("]")?;
        }
        Ok(predicates)
    }

    /// Further steps, each after `/` or `//`.
    fn steps(&mut self, steps: &mut Vec<Step>) -> Result<(), ParseError> {
        while self.lexer.take("/") {
            if self.lexer.take("/") {
                steps.push(Step::new(Axis::DescendantOrSelf, NodeTest::Node));
            }
            steps.push(self.step()?);
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Step, ParseError> {
        if self.lexer.take("..") {
            return Ok(Step::new(Axis::Parent, NodeTest::Node));
        }
        if self.lexer.take(".") {
            return Ok(Step::new(Axis::SelfNode, NodeTest::Node));
        }
        let axis = self.axis()?;
        let test = self.node_test()?;
        let predicates = self.predicates()?;
        Ok(Step {
            axis,
            test,
            predicates,
        })
    }

    fn axis(&mut self) -> Result<Axis, ParseError> {
        if self.lexer.take("@") {
            return Ok(Axis::Attribute);
        }
        self.lexer.skip_space();
        let at = self.lexer.at;
        let name = self.lexer.name();
        if name.is_empty() || !self.lexer.take("::") {
            self.lexer.at = at;
            return Ok(Axis::Child);
        }
        let known = Axis::ALL.iter().find(|(known, _)| *known == name);
        known
            .map(|&(_, axis)| axis)
            .ok_or_else(|| ParseError::new(at, ParseFault::UnknownAxis(name.into())))
    }

    fn node_test(&mut self) -> Result<NodeTest, ParseError> {
        if self.lexer.take("*") {
            return Ok(NodeTest::AnyName);
        }
        self.lexer.skip_space();
        let at = self.lexer.at;
        let name = self.lexer.name();
        if name.is_empty() {
            return Err(self.lexer.unexpected());
        }
        if self.lexer.takes_colon() {
            let uri = self
                .namespaces
                .uri(name)
                .ok_or_else(|| ParseError::new(at, ParseFault::UnboundPrefix(name.into())))?;
            if self.lexer.take("*") {
                return Ok(NodeTest::AnyInNamespace(uri.into()));
            }
            return Ok(NodeTest::Name(NameTest {
                namespace: NamespaceTest::Uri(uri.into()),
                local: self.lexer.name().into(),
                resolved: None,
            }));
        }
        if self.lexer.take("(") {
            let test = match name {
                "node" => NodeTest::Node,
                "text" => NodeTest::Text,
                "comment" => NodeTest::Comment,
                "processing-instruction" => {
                    let target = match self.lexer.peek() {
                        Some('\'' | '"') => Some(self.lexer.text()?.into()),
                        _ => None,
                    };
                    NodeTest::ProcessingInstruction(target)
                }
                _ => {
                    self.lexer.at = at;
                    return Err(self.lexer.unexpected());
                }
            };
            self.lexer.expect(")")?;
            return Ok(test);
        }
        Ok(NodeTest::Name(NameTest {
            namespace: self.namespaces.unprefixed(),
            local: name.into(),
            resolved: None,
        }))
    }
}

/// Joins two operands; what has the same operator on the left grows instead of nesting.
fn join(left: Expr, operator: Operator, right: Expr) -> Expr {
    match (operator, left) {
        (Operator::Or, Expr::Or(mut parts)) => {
            parts.push(right);
            Expr::Or(parts)
        }
        (Operator::Or, left) => Expr::Or(vec![left, right]),
        (Operator::And, Expr::And(mut parts)) => {
            parts.push(right);
            Expr::And(parts)
        }
        (Operator::And, left) => Expr::And(vec![left, right]),
        (Operator::Compare(operator), left) => Expr::Compare {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        },
        (Operator::Arithmetic(operator), Expr::Arithmetic { first, mut rest })
            if rest
                .first()
                .is_some_and(|&(known, _)| is_additive(known) == is_additive(operator)) =>
        {
            rest.push((operator, right));
            Expr::Arithmetic { first, rest }
        }
        (Operator::Arithmetic(operator), left) => Expr::Arithmetic {
            first: Box::new(left),
            rest: vec![(operator, right)],
        },
    }
}

fn is_additive(operator: ArithmeticOperator) -> bool {
    matches!(
        operator,
        ArithmeticOperator::Add | ArithmeticOperator::Subtract
    )
}
