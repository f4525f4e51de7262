//! Numbers.

use super::Function as F;
use crate::{EvaluationError, Evaluator, Expr, Value};

impl<'h> Evaluator<'h> {
    pub(super) fn call_number<'e>(
        &self,
        function: F,
        arguments: &'e [Expr],
    ) -> Result<Value<'e>, EvaluationError>
    where
        'h: 'e,
    {
        Ok(Value::Number(match (function, arguments) {
            (F::Count, [nodes]) => self.nodes(nodes)?.len() as f64,
            (F::Sum, [nodes]) => self
                .nodes(nodes)?
                .iter()
                .map(|&node| self.node_number(node))
                .sum(),
            (F::Number, [value]) => self.number(value)?,
            (F::Last, _) => self.size as f64,
            (F::Position, _) => self.position as f64,
            _ => f64::NAN,
        }))
    }
}
