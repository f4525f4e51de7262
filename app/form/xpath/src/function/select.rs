//! Answers to questions with choices: values between spaces.

use super::{
    Function as F,
    call::Outcome,
    number::{length, whole},
};
use crate::{Evaluator, Expr, Value, value::is_space};

/// The chosen values, in order.
fn choices(answer: &str) -> impl Iterator<Item = &str> {
    answer.split(is_space).filter(|choice| !choice.is_empty())
}

impl<'h> Evaluator<'h> {
    pub(super) fn call_select<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        let Some(answer) = arguments.first() else {
            return Ok("".into());
        };
        let answer = self.text(answer)?;
        Ok(match (function, arguments) {
            (F::CountSelected, _) => length(choices(&answer).count()),
            (F::Selected, [_, choice]) => {
                let choice = self.text(choice)?;
                let choice = choice.trim_matches(is_space);
                let mut chosen = choices(&answer);
                // Nothing is chosen exactly where nothing is answered.
                let is_chosen = if choice.is_empty() {
                    chosen.next().is_none()
                } else {
                    chosen.any(|known| known == choice)
                };
                is_chosen.into()
            }
            (F::SelectedAt, [_, index]) => {
                let index = whole(self.number(index)?).and_then(|at| usize::try_from(at).ok());
                let chosen = index.and_then(|index| choices(&answer).nth(index));
                chosen.unwrap_or_default().to_owned().into()
            }
            _ => "".into(),
        })
    }
}
