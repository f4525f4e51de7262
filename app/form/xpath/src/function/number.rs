//! Numbers.

use super::{Function as F, boolean::count, call::Outcome};
use crate::{
    Dialect, Evaluator, Expr, Value,
    moment::{Moment, Shown},
    value::is_space,
};

impl<'h> Evaluator<'h> {
    pub(super) fn call_number<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        let number = match (function, arguments) {
            (F::Number, _) => return self.call_number_itself(arguments.first()),
            (F::Sum, [nodes]) => self.sum(nodes)?,
            (F::Min, _) => self.extreme(arguments, f64::min)?,
            (F::Max, _) => self.extreme(arguments, f64::max)?,
            (F::Pi, _) => std::f64::consts::PI,
            (F::RoundTo, [value, places]) => round_to(self.number(value)?, self.number(places)?),
            (F::Pow, [base, exponent]) => self.number(base)?.powf(self.number(exponent)?),
            (F::Atan2, [y, x]) => self.number(y)?.atan2(self.number(x)?),
            (_, [value]) => of_one(function, self.number(value)?),
            _ => f64::NAN,
        };
        Ok(Value::Number(number))
    }

    /// `number()`. A date becomes a number of days that reads as a whole one.
    fn call_number_itself<'e>(&self, argument: Option<&'e Expr>) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        let value = match argument {
            Some(argument) => self.evaluate(argument)?,
            None => Value::Text(self.node_text(self.node)),
        };
        let number = self.number_of(&value);
        if self.host.dialect() == Dialect::XForms
            && let Value::Text(_) | Value::Nodes(_) = value
            && let Some(moment) = self.moment_of_str(&self.text_of(value))
        {
            return Ok(Value::Moment(Moment::new(moment.milliseconds, Shown::Days)));
        }
        Ok(Value::Number(number))
    }

    /// The sum of nodes; in XForms an unanswered one counts nothing.
    fn sum(&self, nodes: &Expr) -> Outcome<f64> {
        let skips_blank = self.host.dialect() == Dialect::XForms;
        let numbers = self.nodes_for(F::Sum, nodes)?.into_iter().map(|node| {
            let number = self.node_number(node);
            let is_blank = skips_blank
                && number.is_nan()
                && self.node_text(node).trim_matches(is_space).is_empty();
            if is_blank { 0.0 } else { number }
        });
        // The empty sum of floats is -0.
        Ok(numbers.fold(0.0, |sum, number| sum + number))
    }

    /// The least or greatest of all values; NaN if one is no number or there is none.
    fn extreme(&self, arguments: &[Expr], choose: fn(f64, f64) -> f64) -> Outcome<f64> {
        let mut found: Option<f64> = None;
        for argument in arguments {
            for number in self.numbers(argument)? {
                if number.is_nan() {
                    return Ok(f64::NAN);
                }
                found = Some(found.map_or(number, |found| choose(found, number)));
            }
        }
        Ok(found.unwrap_or(f64::NAN))
    }
}

fn of_one(function: F, number: f64) -> f64 {
    match function {
        F::Floor => number.floor(),
        F::Ceiling => number.ceil(),
        F::Round => round(number),
        F::RoundTo => round_to(number, 0.0),
        F::Int => number.trunc(),
        F::Abs => number.abs(),
        F::Sqrt => number.sqrt(),
        F::Exp => number.exp(),
        F::Exp10 => 10_f64.powf(number),
        F::Log => number.ln(),
        F::Log10 => number.log10(),
        F::Sin => number.sin(),
        F::Cos => number.cos(),
        F::Tan => number.tan(),
        F::Asin => number.asin(),
        F::Acos => number.acos(),
        F::Atan => number.atan(),
        _ => f64::NAN,
    }
}

/// XPath's: the nearest whole number, upwards from the middle; what becomes zero keeps its sign.
pub(super) fn round(number: f64) -> f64 {
    let below = number.floor();
    let rounded = if number - below < 0.5 {
        below
    } else {
        number.ceil()
    };
    if rounded == 0.0 {
        rounded.copysign(number)
    } else {
        rounded
    }
}

/// XForms': to decimal places (negative: to tens, hundreds), away from zero from the middle.
fn round_to(number: f64, places: f64) -> f64 {
    if number.is_nan() || places.is_nan() {
        return f64::NAN;
    }
    let scale = 10_f64.powf(places.trunc());
    let shifted = number.abs() * scale;
    // Adding a half before would carry what lies just below the middle over it.
    let below = shifted.floor();
    let whole = if shifted - below < 0.5 {
        below
    } else {
        below + 1.0
    };
    let rounded = if scale == 0.0 { 0.0 } else { whole / scale };
    if !rounded.is_finite() {
        return number;
    }
    if number < 0.0 { -rounded } else { rounded }
}

/// A number as an index or length: truncated, nothing if it is none.
#[expect(clippy::cast_possible_truncation, reason = "saturates")]
pub(super) fn whole(number: f64) -> Option<i64> {
    (!number.is_nan()).then_some(number as i64)
}

pub(super) fn length(number: usize) -> Value<'static> {
    Value::Number(count(number))
}
