//! In whose hands the key lies by which what is kept of a person is sealed. It is always wrapped, in up to three ways:
//!
//! - by a key of this browser, which no program can take out of it: while somebody works here without a PIN;
//! - by a key derived from their PIN, once they have one;
//! - by a key derived from the password they signed in with last, which lies here also when they have signed out. The server has the key
//!   too: what it lost in a restore the password opens, and what a forgotten password no longer opens the server does.
//!
//! Keys are derived by PBKDF2 with SHA-256 (NIST SP 800-132). Six digits keep out whoever picks the tablet up, since these pages take no
//! more than [`TRIES`] wrong ones; then the password opens it, over the network. They do not keep out who reads the tablet's disk, and tries
//! all of them within minutes, nor who can make the browser ask the server while a session lasts.

use domain::{Language, say};
use json::FromJson;
use serde::{Deserialize, Serialize};

/// Wrong PINs after which only the password opens.
pub const TRIES: u32 = 10;
/// Of PBKDF2; what OWASP's Password Storage Cheat Sheet asks of SHA-256 since 2023.
pub const ITERATIONS: u32 = 600_000;
/// Minutes after which a tablet that nobody touches locks itself: what may be chosen.
pub const IDLE_MINUTES: [u32; 4] = [1, 5, 15, 30];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Custody {
    /// By this browser: as AES-GCM wrapped it (12 bytes of nonce, then the rest), in hexadecimal digits.
    pub here: Option<String>,
    pub password: Option<Wrapped>,
    pub pin: Option<PinGuard>,
}

/// A key wrapped by one that was derived from what a person knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct Wrapped {
    /// In hexadecimal digits.
    pub salt: String,
    pub iterations: u32,
    /// As [`Custody::here`].
    pub key: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "camelCase")]
pub struct PinGuard {
    pub wrapped: Wrapped,
    /// Wrong PINs since the last right one, or the last password, the one being tried included.
    pub failures: u32,
    pub idle_minutes: u32,
}

impl Custody {
    /// Whether it takes nobody's PIN or password to open what is kept here.
    pub fn opens_by_itself(&self) -> bool {
        self.here.is_some() && self.pin.is_none()
    }

    /// That of whoever signs out: nothing that the browser opens by itself, if there is another road to it here.
    pub fn left(self) -> Custody {
        Custody {
            here: self
                .here
                .filter(|_| self.pin.is_none() && self.password.is_none()),
            ..self
        }
    }

    /// With the PIN tried so often.
    pub fn tried(mut self, failures: impl FnOnce(u32) -> u32) -> Custody {
        if let Some(guard) = &mut self.pin {
            guard.failures = failures(guard.failures);
        }
        self
    }
}

impl PinGuard {
    pub fn tries_left(&self) -> u32 {
        TRIES.saturating_sub(self.failures)
    }
}

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinRefusal {
    NotSixDigits,
    /// One digit six times, or six in a row: what is tried first.
    TooSimple,
}

impl PinRefusal {
    pub fn text(self, language: Language) -> String {
        match self {
            PinRefusal::NotSixDigits => say!(language, "PIN 码为 6 位数字", "A PIN is six digits"),
            PinRefusal::TooSimple => say!(
                language,
                "请不要使用相同或连续的数字，例如 111111、123456",
                "Do not use one digit six times or six in a row, such as 111111 or 123456"
            ),
        }
    }
}

impl Pin {
    pub const DIGITS: usize = 6;

    /// A PIN as it was typed. An input method for Chinese types digits of full width.
    pub fn typed(text: &str) -> Result<Pin, PinRefusal> {
        let digits: Option<String> = text
            .trim()
            .chars()
            .map(|typed| match typed {
                '0'..='9' => Some(typed),
                '０'..='９' => char::from_digit(typed as u32 - '０' as u32, 10),
                _ => None,
            })
            .collect();
        match digits {
            Some(digits) if digits.len() == Pin::DIGITS => Ok(Pin(digits)),
            _ => Err(PinRefusal::NotSixDigits),
        }
    }

    /// A PIN that somebody wants to have.
    pub fn chosen(text: &str) -> Result<Pin, PinRefusal> {
        let pin = Pin::typed(text)?;
        let steps = |step: i16| {
            let digits = pin.0.as_bytes();
            digits
                .windows(2)
                .all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
        };
        if [-1, 0, 1].into_iter().any(steps) {
            return Err(PinRefusal::TooSimple);
        }
        Ok(pin)
    }

    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pin_is_six_digits_however_they_are_typed() {
        for typed in ["290417", " 290417 ", "２９０４１７", "29０417"] {
            assert_eq!(Pin::typed(typed).unwrap().bytes(), b"290417", "{typed}");
        }
        for typed in ["", "29041", "2904170", "29041a", "-29041", "二九〇四一七"] {
            assert_eq!(
                Pin::typed(typed).err(),
                Some(PinRefusal::NotSixDigits),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_tried_first_is_not_chosen() {
        for simple in [
            "000000",
            "777777",
            "123456",
            "654321",
            "456789",
            "０１２３４５",
        ] {
            assert_eq!(
                Pin::chosen(simple).err(),
                Some(PinRefusal::TooSimple),
                "{simple}"
            );
            assert!(Pin::typed(simple).is_ok());
        }
        for fine in ["112233", "123457", "901234", "290417"] {
            assert!(Pin::chosen(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn tries_run_out() {
        let left = [0, 1, 9, 10, 11].map(|failures| {
            let custody = Custody {
                pin: Some(guard()),
                ..Custody::default()
            };
            custody.tried(|_| failures).pin.unwrap().tries_left()
        });
        assert_eq!(left, [10, 9, 1, 0, 0]);
    }

    fn wrapped() -> Wrapped {
        Wrapped {
            salt: "00".into(),
            iterations: ITERATIONS,
            key: "01".into(),
        }
    }

    fn guard() -> PinGuard {
        PinGuard {
            wrapped: wrapped(),
            failures: 0,
            idle_minutes: 5,
        }
    }

    /// Given a key wrapped in any ways, when its person signs out, then there is a road to it still, and none that asks for nothing, if
    /// there is another.
    #[test]
    fn who_signs_out_leaves_a_road_to_their_key() {
        for (password, pin) in [(false, false), (false, true), (true, false), (true, true)] {
            let custody = Custody {
                here: Some("02".into()),
                password: password.then(wrapped),
                pin: pin.then(guard),
            };
            let left = custody.clone().left();
            assert_eq!(left.here.is_some(), !password && !pin);
            assert_eq!((left.password, left.pin), (custody.password, custody.pin));
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_panics(typed: String) {
            let _ = Pin::chosen(&typed);
        }
    }
}
