//! The first visit to an empty server, guarded by a code that only whoever started it can read.

use std::sync::{Mutex, PoisonError};

/// A one-time code; gone once it was used.
pub struct SetupCode(Mutex<Option<String>>);

/// Letters and digits that are not mistaken for each other when read from a screen.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

impl SetupCode {
    /// A new code, such as `K7QX-2MPD-9HRT`: 60 bits.
    pub fn new() -> SetupCode {
        let random: [u8; 12] = rand::random();
        let mut code = String::with_capacity(14);
        for (index, byte) in random.iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                code.push('-');
            }
            code.push(char::from(ALPHABET[usize::from(byte % 32)]));
        }
        SetupCode(Mutex::new(Some(code)))
    }

    /// No set-up is open.
    pub fn none() -> SetupCode {
        SetupCode(Mutex::new(None))
    }

    pub fn shown(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether this is the code, however it was typed.
    pub fn matches(&self, typed: &str) -> bool {
        let letters = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|letter| letter.to_ascii_uppercase())
                .collect()
        };
        self.shown()
            .is_some_and(|code| letters(&code) == letters(typed))
    }

    pub fn spend(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Default for SetupCode {
    fn default() -> SetupCode {
        SetupCode::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_however_it_is_typed() {
        let code = SetupCode::new();
        let shown = code.shown().unwrap();
        assert!(code.matches(&shown) && code.matches(&shown.to_lowercase().replace('-', " ")));
        assert!(!code.matches("") && !code.matches("AAAA-AAAA-AAAA"));
        code.spend();
        assert!(!code.matches(&shown));
        assert!(!SetupCode::none().matches(""));
    }
}
