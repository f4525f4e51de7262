//! Which function is where.

use super::Function as F;
use crate::{EvaluationError, Evaluator, Expr, Value};

impl<'h> Evaluator<'h> {
    pub(crate) fn call<'e>(
        &self,
        function: F,
        arguments: &'e [Expr],
    ) -> Result<Value<'e>, EvaluationError>
    where
        'h: 'e,
    {
        match function {
            F::True => Ok(Value::Boolean(true)),
            F::False => Ok(Value::Boolean(false)),
            F::Boolean => self.boolean(&arguments[0]).map(Value::from),
            F::Not => Ok(Value::Boolean(!self.boolean(&arguments[0])?)),
            F::If => {
                let [condition, then, otherwise] = arguments else {
                    return Ok(Value::from(""));
                };
                self.evaluate(if self.boolean(condition)? {
                    then
                } else {
                    otherwise
                })
            }
            F::Concat | F::String | F::StringLength | F::Contains | F::StartsWith | F::EndsWith => {
                self.call_text(function, arguments)
            }
            _ => self.call_number(function, arguments),
        }
    }
}
