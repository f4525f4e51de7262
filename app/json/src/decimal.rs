//! Decimal numbers as binary ones, rounded as the language's own `parse` rounds them.
//!
//! That one is quick for every number and brings a table of ten kilobytes along. Numbers that people and forms write are exact here
//! without any; those that are not, of many digits or far exponents, take whole numbers of any size.

use std::cmp::Ordering;

/// Powers of ten that are exact.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Whole numbers below it are exact.
const WHOLE: u64 = 1 << 53;
/// Further digits cannot move a number from one side of a midpoint to the other, beyond being there at all.
const DIGITS: usize = 800;

/// Reads a sign, digits with a point among them or not, and an exponent; nothing else, nor a name such as `inf`.
pub fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, written_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + part.len() == 0 {
        return None;
    }
    let digits = || {
        whole
            .bytes()
            .chain(part.bytes())
            .map(|byte| byte.wrapping_sub(b'0'))
    };
    let mut small: u64 = 0;
    for digit in digits() {
        if digit > 9 {
            return None;
        }
        small = small.saturating_mul(10).saturating_add(digit.into());
    }
    let exponent = exponent.saturating_sub(part.len().try_into().unwrap_or(i32::MAX));
    let number = match usize::try_from(exponent.unsigned_abs()) {
        _ if small == 0 => 0.0,
        Ok(far @ ..23) if small < WHOLE => {
            #[expect(clippy::cast_precision_loss, reason = "it is below 2^53")]
            let small = small as f64;
            if exponent < 0 {
                small / EXACT[far]
            } else {
                small * EXACT[far]
            }
        }
        _ => rounded(
            &digits()
                .skip_while(|digit| *digit == 0)
                .collect::<Vec<u8>>(),
            exponent,
        ),
    };
    Some(if text.starts_with('-') {
        -number
    } else {
        number
    })
}

/// One too far for its type is as far as the type goes.
fn written_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i32::MAX / 2);
    Some(if text.starts_with('-') { -size } else { size })
}

/// The number nearest to `digits` × 10^`exponent`; of two as near, the one whose last bit is 0. The first digit is not 0.
fn rounded(digits: &[u8], exponent: i32) -> f64 {
    let left_out = digits.len().saturating_sub(DIGITS);
    let mut exponent = exponent.saturating_add(left_out.try_into().unwrap_or(i32::MAX));
    // 0.ddd × 10^magnitude
    let magnitude =
        exponent.saturating_add(DIGITS.min(digits.len()).try_into().unwrap_or(i32::MAX));
    if magnitude > 310 {
        return f64::INFINITY;
    }
    if magnitude < -326 {
        return 0.0;
    }
    let mut exact = Large(Vec::new());
    for digit in &digits[..digits.len() - left_out] {
        exact.times(10, (*digit).into());
    }
    if digits[digits.len() - left_out..]
        .iter()
        .any(|digit| *digit > 0)
    {
        // Something follows: enough not to be a midpoint.
        exact.times(10, 1);
        exponent -= 1;
    }
    let mut near = guess(digits, magnitude);
    // A guess is a few steps off at most.
    loop {
        let above = compare(&exact, exponent, near);
        match above {
            Ordering::Greater => near = near.next_up(),
            Ordering::Equal if near.to_bits() % 2 == 1 => near = near.next_up(),
            _ if near > 0.0 => {
                let below = compare(&exact, exponent, near.next_down());
                match below {
                    Ordering::Less => near = near.next_down(),
                    Ordering::Equal if near.to_bits() % 2 == 1 => near = near.next_down(),
                    _ => return near,
                }
            }
            _ => return near,
        }
        if near.is_infinite() {
            return near;
        }
    }
}

/// About `digits` × 10^(`magnitude` − their number).
fn guess(digits: &[u8], magnitude: i32) -> f64 {
    let leading = digits
        .iter()
        .take(17)
        .rev()
        .fold(0.0, |sum, digit| (sum + f64::from(*digit)) / 10.0);
    // In two steps, since 10^-326 itself is nothing.
    let half = magnitude / 2;
    let guess = leading * 10_f64.powi(half) * 10_f64.powi(magnitude - half);
    guess.min(f64::MAX)
}

/// `exact` × 10^`exponent` compared with the middle between `near` and the number after it.
fn compare(exact: &Large, exponent: i32, near: f64) -> Ordering {
    let bits = near.to_bits();
    let (power, fraction) = (bits >> 52, bits & (WHOLE / 2 - 1));
    // near = fraction × 2^power
    let (fraction, power) = if power == 0 {
        (fraction, -1074)
    } else {
        (
            fraction + WHOLE / 2,
            i32::try_from(power).unwrap_or(0) - 1075,
        )
    };
    let mut middle = Large::of(2 * fraction + 1);
    let mut exact = Large(exact.0.clone());
    let fives = if exponent < 0 {
        &mut middle
    } else {
        &mut exact
    };
    for _ in 0..exponent.unsigned_abs() {
        fives.times(5, 0);
    }
    let shift = exponent - (power - 1);
    let shifted = if shift < 0 { &mut middle } else { &mut exact };
    shifted.doubled(shift.unsigned_abs());
    exact.compare(&middle)
}

/// A whole number of any size: its digits to the base 2^32, the last first, without zeros in front.
struct Large(Vec<u32>);

impl Large {
    fn of(number: u64) -> Large {
        let mut large = Large(vec![(number & 0xFFFF_FFFF) as u32, (number >> 32) as u32]);
        large.trim();
        large
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// Multiplies and adds.
    fn times(&mut self, factor: u32, add: u32) {
        let mut carry = u64::from(add);
        for digit in &mut self.0 {
            carry += u64::from(*digit) * u64::from(factor);
            *digit = (carry & 0xFFFF_FFFF) as u32;
            carry >>= 32;
        }
        self.0.push((carry & 0xFFFF_FFFF) as u32);
        self.trim();
    }

    fn doubled(&mut self, times: u32) {
        self.times(1 << (times % 32), 0);
        let whole = usize::try_from(times / 32).unwrap_or(0);
        self.0.splice(0..0, std::iter::repeat_n(0, whole));
    }

    fn compare(&self, other: &Large) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}
