//! Chance, which is the host's: whoever seeds it can repeat it.

use sha2::{Digest, Sha256};

use super::{
    Function as F,
    call::{Outcome, refuse},
};
use crate::{EvaluationError, Evaluator, Expr, Value, text_of_number};

impl<'h> Evaluator<'h> {
    pub(super) fn call_random<'e>(&self, function: F, arguments: &'e [Expr]) -> Outcome<Value<'e>>
    where
        'h: 'e,
    {
        Ok(match (function, arguments) {
            (F::Random, _) => Value::Number(self.fraction()),
            (F::Uuid, []) => self.uuid().into(),
            (F::Uuid, [length]) => {
                let length = self.number(length)?;
                if length.is_nan() {
                    return refuse(function, "NaN");
                }
                self.uuid_of_length(length)?.into()
            }
            (F::Randomize, [nodes, seed @ ..]) => {
                let mut nodes = self.nodes_for(function, nodes)?;
                let mut generator = match seed.first() {
                    Some(seed) => ParkMiller::new(self.seed(seed)?),
                    None => ParkMiller::new((self.host.random() >> 1).cast_signed()),
                };
                shuffle(&mut nodes, &mut generator);
                Value::Nodes(nodes)
            }
            _ => "".into(),
        })
    }

    /// A number from 0 up to 1, with 53 random bits.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn fraction(&self) -> f64 {
        (self.host.random() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A version 4 UUID.
    fn uuid(&self) -> String {
        let high = self.host.random() & 0xffff_ffff_ffff_0fff | 0x4000;
        let low = self.host.random() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
        let digits = format!("{high:016x}{low:016x}");
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
        parts.join("-")
    }

    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "the length is checked"
    )]
    fn uuid_of_length(&self, length: f64) -> Outcome<String> {
        const LONGEST: f64 = 65_536.0;
        if length > LONGEST {
            return Err(EvaluationError::TooLarge {
                function: F::Uuid.name(),
            });
        }
        let length = length.max(0.0) as usize;
        let mut text = String::new();
        while text.len() < length {
            text.push_str(&self.uuid());
        }
        text.truncate(length);
        Ok(text)
    }

    /// The seed JavaRosa makes of a value: a number without its fraction, of any other text the first bytes of its
    /// digest, of a blank one 0.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "as Java casts: towards zero, saturating"
    )]
    fn seed(&self, seed: &Expr) -> Outcome<i64> {
        let value = self.evaluate(seed)?;
        let number = self.number_of(&value);
        if !number.is_nan() {
            return Ok(number as i64);
        }
        let text = match value {
            Value::Number(number) => text_of_number(number).into(),
            other => self.text_of(other),
        };
        if text.is_empty() {
            return Ok(0);
        }
        let digest = Sha256::digest(text.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Ok(i64::from_be_bytes(first))
    }
}

/// The "minimal standard" generator of Park and Miller, which ODK's engines share, so that a seed gives one order
/// everywhere.
struct ParkMiller(i64);

impl ParkMiller {
    const MODULUS: i64 = 2_147_483_647;

    fn new(seed: i64) -> Self {
        let seed = seed % Self::MODULUS;
        Self(if seed <= 0 {
            seed + Self::MODULUS - 1
        } else {
            seed
        })
    }

    fn fraction(&mut self) -> f64 {
        self.0 = self.0 * 16_807 % Self::MODULUS;
        #[expect(clippy::cast_precision_loss, reason = "31 bits fit")]
        let fraction = (self.0 - 1) as f64 / (Self::MODULUS - 1) as f64;
        fraction
    }
}

/// Fisher and Yates, from the inside out.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "indexes of nodes are far below 2^53"
)]
fn shuffle<T: Copy>(values: &mut [T], generator: &mut ParkMiller) {
    for last in 0..values.len() {
        let other = (generator.fraction() * (last + 1) as f64).floor() as usize;
        values.swap(last, other.min(last));
    }
}
