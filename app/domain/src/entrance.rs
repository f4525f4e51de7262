//! The code that hangs at an institution's entrance, and what it says of a visit that it was read there.
//!
//! Whoever has a photo of the code has the code: that it was read says that the team, or somebody who sent it to them, stood before it at
//! some time since it was made. An institution replaces one that got about.
//!
//! # The code
//! 128 random bits. Written, it is 28 digits of Crockford's base 32 (`0123456789ABCDEFGHJKMNPQRSTVWXYZ`) in seven groups of four:
//! the 16 bytes, then the first 12 bits of the SHA-256 of these bytes, which tell a slip of the finger from another code. What a scanner
//! reads has `DUBANG:AT:` before it.
//!
//! # What is known of it where
//! The log has its digest alone: SHA-256 over the ASCII text `dubang.entrance.code.1` and the 16 bytes. By that a tablet tells the
//! institution's code from another, and cannot make one up. What is recorded of a visit is a proof that the code was at hand, good for that
//! visit alone: SHA-256 over the ASCII text `dubang.entrance.read.1`; the inspection's id as a text (its length in bytes as a number of 8
//! bytes, most significant first, then the id in lower case with hyphens); and the 16 bytes. The server knows the codes, and says of
//! which of them a proof is.

use std::fmt;

use json::FromJson;
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::id::InspectionId;
use crate::instant::Instant;
use crate::record::{Bytes, Hash};

const CODE: &str = "dubang.entrance.code.1";
const READ: &str = "dubang.entrance.read.1";
/// What a scanner reads before the code.
const PREFIX: &str = "DUBANG:AT:";
/// The same without its colons; `U` is no digit.
const PLAIN_PREFIX: &str = "DUBANGAT";
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of a code; five bits each.
const LENGTH: usize = 28;
const GROUP: usize = 4;

/// Neither its text nor its bytes are for a log of what a program does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EntranceCode([u8; 16]);

/// That a code was read at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRead {
    pub at: Instant,
    /// [`EntranceCode::proof`].
    pub proof: Hash,
}

/// A code that an institution has or had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCode {
    pub code: EntranceCode,
    /// When another took its place; None while it hangs there.
    pub until: Option<Instant>,
}

/// Of which code a visit has the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The one that hung there when it was read, by the tablet's word of when that was.
    There,
    /// One that another had taken the place of before.
    Replaced { at: Instant },
    /// None of this institution's.
    Elsewhere,
}

/// What is written is no code, or one with a slip in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entrance code")]
pub struct NotACode;

impl EntranceCode {
    /// Of random bytes.
    pub const fn of(random: [u8; 16]) -> EntranceCode {
        EntranceCode(random)
    }

    /// As it is scanned or typed: in capitals or not, with spaces and hyphens anywhere, `O` for 0, `I` and `L` for 1, and full-width as
    /// Chinese keyboards have it.
    ///
    /// # Errors
    /// Other digits, fewer or more of them, or such as do not belong together.
    pub fn read(text: &str) -> Result<EntranceCode, NotACode> {
        let plain: String = text.chars().filter_map(plain).collect();
        let written = plain.strip_prefix(PLAIN_PREFIX).unwrap_or(&plain);
        if written.len() != LENGTH {
            return Err(NotACode);
        }
        let mut bits = [0_u8; 18];
        for (place, digit) in written.bytes().enumerate() {
            let value = DIGITS.iter().position(|known| *known == digit);
            let value = value.ok_or(NotACode)?;
            for bit in 0..5 {
                let at = place * 5 + bit;
                bits[at / 8] |= u8::from(value >> (4 - bit) & 1 == 1) << (7 - at % 8);
            }
        }
        let mut code = [0; 16];
        code.copy_from_slice(&bits[..16]);
        let code = EntranceCode(code);
        if code.bits() == bits {
            Ok(code)
        } else {
            Err(NotACode)
        }
    }

    /// What a scanner is to read.
    pub fn scanned(&self) -> String {
        format!("{PREFIX}{self}")
    }

    /// By which it is known without being told.
    pub fn digest(&self) -> Hash {
        let mut bytes = Bytes::of(CODE);
        bytes.0.extend_from_slice(&self.0);
        bytes.hash()
    }

    /// That it was at hand at a visit.
    pub fn proof(&self, inspection: InspectionId) -> Hash {
        let mut bytes = Bytes::of(READ).id(inspection);
        bytes.0.extend_from_slice(&self.0);
        bytes.hash()
    }

    /// The 140 bits that are written, and four that are zero.
    fn bits(&self) -> [u8; 18] {
        let mut bits = [0; 18];
        bits[..16].copy_from_slice(&self.0);
        let check = Hash::of(&self.0).0;
        bits[16] = check[0];
        bits[17] = check[1] & 0xf0;
        bits
    }
}

/// As it is printed: its digits, in groups with hyphens between.
impl fmt::Display for EntranceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bits();
        for place in 0..LENGTH {
            if place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            let value = (place * 5..place * 5 + 5).fold(0, |value, at| {
                value << 1 | usize::from(bits[at / 8] >> (7 - at % 8) & 1)
            });
            f.write_str(char::from(DIGITS[value]).encode_utf8(&mut [0; 4]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for EntranceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntranceCode({})", self.digest())
    }
}

/// A digit as it is meant; None for what only makes it easier to read.
fn plain(written: char) -> Option<char> {
    let narrow = match written {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(written) - 0xfee0)?,
        other => other,
    };
    match narrow.to_ascii_uppercase() {
        '-' | ':' | '\u{2010}'..='\u{2015}' => None,
        space if space.is_whitespace() => None,
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        digit => Some(digit),
    }
}

/// Of which of an institution's codes the proof of a visit is.
pub fn judge(
    read: &CodeRead,
    inspection: InspectionId,
    known: impl IntoIterator<Item = KnownCode>,
) -> Verdict {
    let known = known.into_iter();
    let of_it = known.filter(|known| known.code.proof(inspection) == read.proof);
    // One that was hung up again hung there twice: the last time counts.
    match of_it
        .map(|known| known.until)
        .max_by_key(|until| until.map_or(i64::MAX, Instant::millis))
    {
        None => Verdict::Elsewhere,
        Some(Some(at)) if at <= read.at => Verdict::Replaced { at },
        Some(_) => Verdict::There,
    }
}

impl Verdict {
    pub const fn title(self) -> Text {
        match self {
            Verdict::There => Text::new("本机构入口码", "This institution’s code"),
            Verdict::Replaced { .. } => {
                Text::new("本机构已更换的旧码", "An old code of this institution")
            }
            Verdict::Elsewhere => Text::new("不是本机构的码", "Not this institution’s code"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const CODE: EntranceCode = EntranceCode([
        0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32,
        0x10,
    ]);
    const OTHER: EntranceCode = EntranceCode([7; 16]);
    const VISIT: InspectionId = InspectionId(Uuid::from_u128(5));

    fn read(code: EntranceCode, at: i64) -> CodeRead {
        CodeRead {
            at: Instant(at),
            proof: code.proof(VISIT),
        }
    }

    #[test]
    fn a_code_is_read_as_it_is_printed_scanned_and_typed() {
        let printed = CODE.to_string();
        assert_eq!(printed.split('-').map(str::len).collect::<Vec<_>>(), [4; 7]);
        assert_eq!(CODE.scanned(), format!("DUBANG:AT:{printed}"));
        let wide: String = printed
            .chars()
            .map(|one| char::from_u32(u32::from(one) + 0xfee0).unwrap())
            .collect();
        for written in [
            printed.clone(),
            CODE.scanned(),
            CODE.scanned().to_lowercase(),
            format!("  {} ", printed.replace('-', " ").to_lowercase()),
            printed.replace('-', "").replace('0', "o").replace('1', "l"),
            printed.replace('1', "I"),
            wide,
        ] {
            assert_eq!(EntranceCode::read(&written), Ok(CODE), "{written}");
        }
        for code in [[0; 16], [0xff; 16], [7; 16]].map(EntranceCode) {
            assert_eq!(EntranceCode::read(&code.to_string()), Ok(code));
        }
    }

    #[test]
    fn a_slip_is_no_other_code() {
        let printed = CODE.to_string();
        let (head, tail) = printed.split_at(1);
        let last = if tail.ends_with('Z') { "Y" } else { "Z" };
        for written in [
            String::new(),
            "DUBANG:AT:".into(),
            "6901234567892".into(),
            tail.into(),
            format!("{printed}0"),
            format!("{}{last}", &printed[..printed.len() - 1]),
            format!("{}{tail}", if head == "8" { "9" } else { "8" }),
            printed.replace('4', "U"),
            printed.replace('4', "四"),
        ] {
            assert_eq!(EntranceCode::read(&written), Err(NotACode), "{written}");
        }
        // Two digits that changed their places.
        let swapped: Vec<char> = printed.chars().collect();
        for place in 0..swapped.len() - 1 {
            let mut swapped = swapped.clone();
            swapped.swap(place, place + 1);
            let swapped: String = swapped.into_iter().collect();
            if swapped.replace('-', "") != printed.replace('-', "") {
                assert_eq!(EntranceCode::read(&swapped), Err(NotACode), "{swapped}");
            }
        }
    }

    /// Given the bytes that the head of this file names, then their hashes are what is recorded.
    #[test]
    fn digest_and_proof_are_byte_for_byte_as_written() {
        let digest = [b"dubang.entrance.code.1".as_slice(), &CODE.0].concat();
        assert_eq!(CODE.digest(), Hash::of(&digest));
        let id = "00000000-0000-0000-0000-000000000005";
        let length = [0, 0, 0, 0, 0, 0, 0, 36];
        let proof = [
            b"dubang.entrance.read.1".as_slice(),
            &length,
            id.as_bytes(),
            &CODE.0,
        ]
        .concat();
        assert_eq!(CODE.proof(VISIT), Hash::of(&proof));
        // and what is good for one visit is not for another
        assert_ne!(
            CODE.proof(VISIT),
            CODE.proof(InspectionId(Uuid::from_u128(6)))
        );
    }

    #[test]
    fn a_proof_is_held_against_the_codes_and_when_they_hung_there() {
        let known = |code, until: Option<i64>| KnownCode {
            code,
            until: until.map(Instant),
        };
        let codes = [known(OTHER, Some(100)), known(CODE, None)];
        let replaced = Verdict::Replaced { at: Instant(100) };
        for (read, expected) in [
            (read(CODE, 50), Verdict::There),
            (read(CODE, 150), Verdict::There),
            (read(OTHER, 99), Verdict::There),
            (read(OTHER, 100), replaced),
            (read(EntranceCode([8; 16]), 99), Verdict::Elsewhere),
        ] {
            assert_eq!(judge(&read, VISIT, codes), expected);
        }
        // given one that came back
        let codes = [
            known(OTHER, Some(100)),
            known(CODE, Some(200)),
            known(OTHER, None),
        ];
        assert_eq!(judge(&read(OTHER, 150), VISIT, codes), Verdict::There);
        // given the proof of another visit
        let visit = InspectionId(Uuid::from_u128(6));
        assert_eq!(judge(&read(CODE, 150), visit, codes), Verdict::Elsewhere);
        assert_eq!(judge(&read(CODE, 150), VISIT, []), Verdict::Elsewhere);
    }
}
