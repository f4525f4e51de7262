//! Texts.

use std::borrow::Cow;

use super::Function as F;
use crate::{EvaluationError, Evaluator, Expr, Value};

impl<'h> Evaluator<'h> {
    pub(super) fn call_text<'e>(
        &self,
        function: F,
        arguments: &'e [Expr],
    ) -> Result<Value<'e>, EvaluationError>
    where
        'h: 'e,
    {
        Ok(match (function, arguments) {
            (F::String, [value]) => Value::Text(self.text(value)?),
            (F::Contains, [a, b]) => Value::Boolean(self.text(a)?.contains(&*self.text(b)?)),
            (F::StartsWith, [a, b]) => Value::Boolean(self.text(a)?.starts_with(&*self.text(b)?)),
            (F::EndsWith, [a, b]) => Value::Boolean(self.text(a)?.ends_with(&*self.text(b)?)),
            (F::Concat, parts) => {
                let mut whole = String::new();
                for part in parts {
                    whole.push_str(&self.text(part)?);
                }
                Value::Text(Cow::Owned(whole))
            }
            _ => Value::Text(Cow::Borrowed("")),
        })
    }
}
