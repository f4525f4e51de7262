//! What can be found out about an expression before it is evaluated.

use crate::{
    evaluate::Evaluator,
    expression::{Accepted, Comparison, Expr, Expression, NodeTest},
    function::Function,
    host::{DocumentId, Host, NodeRef, Session},
    lookup::Lookup,
    names::Names,
    tree::{NodeIx, Tree},
    value::Value,
};

/// Makes names integers, constants of what is constant, and look-ups of paths that ask for a key. The meaning stays the
/// same. Done last: paths inside a look-up are not visited any more by [`Expr::walk_mut`].
pub fn optimise(expression: &mut Expression, names: &mut Names) {
    expression.root.walk_mut(&mut |expr| {
        if let Expr::Path(path) = expr {
            for step in &mut path.steps {
                if let NodeTest::Name(test) = &mut step.test {
                    test.resolved = Some(Accepted::interned(test, names));
                }
            }
            if let Some(lookup) = Lookup::of(path) {
                *expr = Expr::Lookup(Box::new(lookup));
            }
        } else if is_foldable(expr)
            && let Some(constant) = constant(expr)
        {
            *expr = constant;
        }
    });
}

/// Whether nothing but constants is in it, whose value no dialect and no time zone changes: what is inside was folded
/// before.
fn is_foldable(expr: &Expr) -> bool {
    let number = |part: &Expr| matches!(part, Expr::Number(_));
    let literal = |part: &Expr| {
        number(part)
            || matches!(
                part,
                Expr::Call {
                    function: Function::True | Function::False,
                    ..
                }
            )
    };
    let text = |part: &Expr| matches!(part, Expr::Text(_));
    match expr {
        Expr::Or(parts) | Expr::And(parts) => parts.iter().all(literal),
        Expr::Compare {
            operator,
            left,
            right,
        } => {
            let texts = matches!(operator, Comparison::Equal | Comparison::NotEqual)
                && text(left)
                && text(right);
            texts || (literal(left) && literal(right))
        }
        Expr::Arithmetic { first, rest } => {
            literal(first) && rest.iter().all(|(_, part)| literal(part))
        }
        Expr::Negate(inner) => literal(inner),
        Expr::Call {
            function: Function::Pi,
            ..
        } => true,
        Expr::Call {
            function,
            arguments,
        } => {
            // A text may be a date, and what number that is depends on where it is read.
            !arguments.is_empty()
                && ((function.is_numeric() && arguments.iter().all(literal))
                    || (function.is_textual()
                        && arguments.iter().all(|part| text(part) || literal(part))))
        }
        _ => false,
    }
}

/// The value as an expression; `None` where evaluating it is an error, which is kept for then.
fn constant(expr: &Expr) -> Option<Expr> {
    let nowhere = Nowhere::default();
    let node = NodeRef::new(DocumentId::PRIMARY, NodeIx::DOCUMENT);
    let truth = |truth: bool| Expr::Call {
        function: if truth {
            Function::True
        } else {
            Function::False
        },
        arguments: Vec::new(),
    };
    match Evaluator::new(&nowhere, node).evaluate(expr).ok()? {
        Value::Number(number) => Some(Expr::Number(number)),
        Value::Text(text) => Some(Expr::Text(text.into())),
        Value::Boolean(value) => Some(truth(value)),
        Value::Nodes(_) | Value::Moment(_) => None,
    }
}

/// A host for what asks nothing of it.
#[derive(Default)]
struct Nowhere {
    tree: Tree,
    names: Names,
    session: Session,
}

impl Host for Nowhere {
    fn tree(&self, _: DocumentId) -> &Tree {
        &self.tree
    }

    fn names(&self) -> &Names {
        &self.names
    }

    fn session(&self) -> &Session {
        &self.session
    }

    fn random(&self) -> u64 {
        0
    }

    fn instance(&self, _: &str) -> Option<NodeRef> {
        None
    }
}
