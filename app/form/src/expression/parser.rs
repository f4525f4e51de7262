//! From tokens to a program for the evaluator's stack: operands first, then what is done with them.
//!
//! The parser recurses into parentheses and arguments only, so [`MAX_EXPRESSION_NESTING`] bounds its stack; a long row of
//! operators is a loop here and in the evaluator.

use super::{
    Expression, Operation, Operator, Reads,
    fault::ExpressionFault,
    function::{self, Function},
    lexer::{Token, TokenKind, tokens},
};
use crate::{
    form::NodeId,
    limits::{MAX_EXPRESSION_BYTES, MAX_EXPRESSION_NESTING},
};

/// What a name in `${…}` stands for.
pub(crate) enum Target {
    Value(NodeId),
    Group,
    Unknown,
}

/// Compiles `source`, looking names up with `resolve`. Faults that leave the rest readable (an unknown name, a wrong number
/// of arguments) are all reported; one of syntax ends the reading.
pub(crate) fn compile(
    source: &str,
    resolve: &dyn Fn(&str) -> Target,
) -> Result<(Expression, Reads), Vec<ExpressionFault>> {
    if source.len() > MAX_EXPRESSION_BYTES {
        return Err(vec![ExpressionFault::TooLong]);
    }
    let tokens = tokens(source).map_err(|fault| vec![fault])?;
    let mut parser = Parser {
        tokens: &tokens,
        position: 0,
        nesting: 0,
        resolve,
        program: Vec::new(),
        literals: Vec::new(),
        reads: Reads::default(),
        once: false,
        faults: Vec::new(),
    };
    if let Err(fault) = parser.whole() {
        parser.faults.push(fault);
    }
    if !parser.faults.is_empty() {
        return Err(parser.faults);
    }
    let mut reads = parser.reads;
    reads.nodes.sort_unstable();
    reads.nodes.dedup();
    let expression = Expression {
        program: parser.program.into_boxed_slice(),
        literals: parser.literals.into_boxed_slice(),
        once: parser.once,
    };
    Ok((expression, reads))
}

struct Parser<'a> {
    /// Ends with [`TokenKind::End`], which is never passed.
    tokens: &'a [Token<'a>],
    position: usize,
    nesting: usize,
    resolve: &'a dyn Fn(&str) -> Target,
    program: Vec<Operation>,
    literals: Vec<Box<str>>,
    reads: Reads,
    once: bool,
    faults: Vec<ExpressionFault>,
}

type Parsed = Result<(), ExpressionFault>;

/// How tightly a unary minus binds: tighter than any operator between two operands.
const LOOSEST: u8 = 1;

impl<'a> Parser<'a> {
    fn peek(&self) -> Token<'a> {
        self.tokens[self.position]
    }

    fn next(&mut self) -> Token<'a> {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.position += 1;
        }
        token
    }

    fn whole(&mut self) -> Parsed {
        let first = self.peek();
        self.expression(LOOSEST)?;
        let last = self.next();
        if last.kind != TokenKind::End {
            return Err(unexpected(last));
        }
        // once() steps aside for a value already there, which only makes sense if nothing is done with it afterwards.
        if self.once && first.kind != TokenKind::Name("once") {
            self.faults.push(ExpressionFault::OnceInside {
                column: first.column,
            });
        }
        Ok(())
    }

    /// An operand and every operator after it that binds at least as tightly as `tightness`.
    fn expression(&mut self, tightness: u8) -> Parsed {
        self.operand()?;
        while let Some((operator, binds)) = operator(self.peek().kind) {
            if binds < tightness {
                break;
            }
            let token = self.next();
            if self.once {
                self.faults.push(ExpressionFault::OnceInside {
                    column: token.column,
                });
            }
            match operator {
                Infix::Operator(operator) => {
                    self.expression(binds + 1)?;
                    self.program.push(Operation::Operator(operator));
                }
                Infix::And | Infix::Or => {
                    let jump = self.program.len();
                    self.program.push(Operation::Boolean);
                    self.expression(binds + 1)?;
                    self.program.push(Operation::Boolean);
                    let end = self.here();
                    self.program[jump] = match operator {
                        Infix::And => Operation::StopIfFalse(end),
                        _ => Operation::StopIfTrue(end),
                    };
                }
            }
        }
        Ok(())
    }

    fn operand(&mut self) -> Parsed {
        let mut minuses = 0_usize;
        let mut token = self.next();
        while token.kind == TokenKind::Minus {
            minuses += 1;
            token = self.next();
        }
        self.primary(token)?;
        if minuses > 0 {
            self.program.push(Operation::Negate);
            // An even number of minuses still makes a number of the operand.
            if minuses.is_multiple_of(2) {
                self.program.push(Operation::Negate);
            }
        }
        Ok(())
    }

    fn primary(&mut self, token: Token<'a>) -> Parsed {
        let operation = match token.kind {
            TokenKind::Number(number) => Operation::Number(number),
            TokenKind::Text(text) => {
                self.literals.push(text.into());
                Operation::Literal(index(self.literals.len() - 1))
            }
            TokenKind::Dot => self.this(),
            TokenKind::Reference(name) => self.reference(name, token.column),
            TokenKind::Open => {
                self.enter(token.column)?;
                self.expression(LOOSEST)?;
                self.nesting -= 1;
                return self.close();
            }
            TokenKind::Name(name) if self.peek().kind == TokenKind::Open => {
                return self.call(name, token.column);
            }
            TokenKind::Name(_) if operator(token.kind).is_none() => {
                return Err(ExpressionFault::Path {
                    column: token.column,
                });
            }
            _ => return Err(unexpected(token)),
        };
        self.program.push(operation);
        Ok(())
    }

    fn this(&mut self) -> Operation {
        self.reads.this = true;
        Operation::This
    }

    fn reference(&mut self, name: &str, column: usize) -> Operation {
        let name_owned = || name.to_owned();
        match (self.resolve)(name) {
            Target::Value(node) => {
                self.reads.nodes.push(node);
                return Operation::Node(node);
            }
            Target::Group => self.faults.push(ExpressionFault::GroupReference {
                column,
                name: name_owned(),
            }),
            Target::Unknown => self.faults.push(ExpressionFault::UnknownReference {
                column,
                name: name_owned(),
            }),
        }
        Operation::Boolean
    }

    fn call(&mut self, name: &str, column: usize) -> Parsed {
        let found = function::find(name);
        if found.is_none() {
            self.faults.push(ExpressionFault::UnknownFunction {
                column,
                name: name.to_owned(),
            });
        }
        let function = found.map(|(_, function, _)| function);
        if function == Some(Function::Once) {
            if self.program.is_empty() && self.nesting == 0 {
                self.once = true;
            } else {
                self.faults.push(ExpressionFault::OnceInside { column });
            }
        }
        self.next();
        self.enter(column)?;
        // `once` marks the whole expression; within its argument operators are as free as anywhere.
        let once = std::mem::take(&mut self.once);
        let start = self.program.len();
        let given = self.arguments(function)?;
        self.once = once || self.once;
        self.nesting -= 1;
        let Some((name, function, takes)) = found else {
            return Ok(());
        };
        if !takes.admits(given) {
            self.faults.push(ExpressionFault::WrongArity {
                column,
                function: name,
                takes,
                given,
            });
            return Ok(());
        }
        match function {
            // Jumps between their arguments do all the work.
            Function::If | Function::Coalesce | Function::Once => {}
            Function::StringLength | Function::Number | Function::String if given == 0 => {
                let this = self.this();
                self.program.push(this);
                self.program.push(Operation::Call(function, 1));
            }
            Function::Sum => {
                let arguments = &self.program[start..];
                let references = arguments.len() == given
                    && arguments
                        .iter()
                        .all(|argument| matches!(argument, Operation::Node(_)));
                if !references && self.faults.is_empty() {
                    self.faults.push(ExpressionFault::NotAReference {
                        column,
                        function: name,
                    });
                }
                self.program.push(Operation::Call(function, index(given)));
            }
            _ => self.program.push(Operation::Call(function, index(given))),
        }
        Ok(())
    }

    /// The arguments up to the closing parenthesis, with the jumps of functions that leave some of them out; their number.
    fn arguments(&mut self, function: Option<Function>) -> Result<usize, ExpressionFault> {
        if self.peek().kind == TokenKind::Close {
            self.next();
            return Ok(0);
        }
        let mut given = 0;
        let mut jump = None;
        loop {
            self.expression(LOOSEST)?;
            given += 1;
            let here = self.program.len();
            match (function, given) {
                (Some(Function::If | Function::Coalesce), 1) => {
                    // Overwritten once the target is known.
                    self.program.push(Operation::Boolean);
                    jump = Some(here);
                }
                (Some(Function::If), 2) => {
                    self.program.push(Operation::Boolean);
                    let target = self.here();
                    if let Some(jump) = jump.replace(here) {
                        self.program[jump] = Operation::SkipUnless(target);
                    }
                }
                (Some(Function::If), 3) => {
                    if let Some(jump) = jump.take() {
                        self.program[jump] = Operation::Skip(index(here));
                    }
                }
                (Some(Function::Coalesce), 2) => {
                    if let Some(jump) = jump.take() {
                        self.program[jump] = Operation::StopIfText(index(here));
                    }
                }
                _ => {}
            }
            let token = self.next();
            match token.kind {
                TokenKind::Comma => {}
                TokenKind::Close => return Ok(given),
                _ => return Err(unexpected(token)),
            }
        }
    }

    fn close(&mut self) -> Parsed {
        let token = self.next();
        match token.kind {
            TokenKind::Close => Ok(()),
            _ => Err(unexpected(token)),
        }
    }

    fn enter(&mut self, column: usize) -> Parsed {
        self.nesting += 1;
        if self.nesting > MAX_EXPRESSION_NESTING {
            return Err(ExpressionFault::TooDeep { column });
        }
        Ok(())
    }

    fn here(&self) -> u32 {
        index(self.program.len())
    }
}

enum Infix {
    And,
    Or,
    Operator(Operator),
}

/// The operator a token is between two operands, and how tightly it binds.
fn operator(token: TokenKind<'_>) -> Option<(Infix, u8)> {
    Some(match token {
        TokenKind::Name("or") => (Infix::Or, 1),
        TokenKind::Name("and") => (Infix::And, 2),
        TokenKind::Equal => (Infix::Operator(Operator::Equal), 3),
        TokenKind::NotEqual => (Infix::Operator(Operator::NotEqual), 3),
        TokenKind::Less => (Infix::Operator(Operator::Less), 4),
        TokenKind::LessOrEqual => (Infix::Operator(Operator::LessOrEqual), 4),
        TokenKind::Greater => (Infix::Operator(Operator::Greater), 4),
        TokenKind::GreaterOrEqual => (Infix::Operator(Operator::GreaterOrEqual), 4),
        TokenKind::Plus => (Infix::Operator(Operator::Add), 5),
        TokenKind::Minus => (Infix::Operator(Operator::Subtract), 5),
        TokenKind::Star => (Infix::Operator(Operator::Multiply), 6),
        TokenKind::Name("div") => (Infix::Operator(Operator::Divide), 6),
        TokenKind::Name("mod") => (Infix::Operator(Operator::Modulo), 6),
        _ => return None,
    })
}

fn unexpected(token: Token<'_>) -> ExpressionFault {
    let column = token.column;
    match token.kind {
        TokenKind::End => ExpressionFault::UnexpectedEnd { column },
        _ => ExpressionFault::Unexpected {
            column,
            found: token.source.to_owned(),
        },
    }
}

/// Programs are no longer than [`MAX_EXPRESSION_BYTES`] lets them be.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
