//! Reading characters. What a name or `*` means depends on where it stands, so the parser asks for what it expects
//! instead of being handed a list of tokens.

use std::ops::Range;

use crate::error::{ParseError, ParseFault};

/// A position in an expression.
pub(crate) struct Lexer<'s> {
    pub source: &'s str,
    pub at: usize,
    /// The name read last: what a name is shows behind it, so most are read more than once.
    named: Range<usize>,
}

/// `NCNameStartChar` of Namespaces in XML.
fn starts_name(found: char) -> bool {
    found == '_'
        || found.is_ascii_alphabetic()
        || matches!(found,
            '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
            | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
            | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// `NCNameChar`.
fn continues_name(found: char) -> bool {
    starts_name(found)
        || found.is_ascii_digit()
        || matches!(found, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// `NCNameChar` within ASCII.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

impl<'s> Lexer<'s> {
    pub fn new(source: &'s str) -> Self {
        Self {
            source,
            at: 0,
            named: usize::MAX..usize::MAX,
        }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    pub fn skip_space(&mut self) {
        let bytes = self.source.as_bytes();
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// Whether `text` comes next, after space, without reading it.
    pub fn sees(&mut self, text: &str) -> bool {
        self.skip_space();
        let (rest, text) = (&self.source.as_bytes()[self.at..], text.as_bytes());
        // Nearly always the first byte tells.
        rest.first() == text.first() && rest.starts_with(text)
    }

    /// Reads `text` if it comes next.
    pub fn take(&mut self, text: &str) -> bool {
        let sees = self.sees(text);
        self.at += if sees { text.len() } else { 0 };
        sees
    }

    pub fn expect(&mut self, text: &str) -> Result<(), ParseError> {
        if self.take(text) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    pub fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }

    /// What is wrong with the next character: that it is there, or that none is.
    pub fn unexpected(&mut self) -> ParseError {
        let fault = match self.peek() {
            None => ParseFault::UnexpectedEnd,
            Some('$') => ParseFault::Variable,
            Some(found) => ParseFault::UnexpectedCharacter(found),
        };
        ParseError::new(self.at, fault)
    }

    pub fn sees_name(&mut self) -> bool {
        self.peek().is_some_and(starts_name)
    }

    /// A name without colon, `""` if none comes next.
    pub fn name(&mut self) -> &'s str {
        if !self.sees_name() {
            return "";
        }
        if self.named.start != self.at {
            let rest = self.rest();
            let mut length = rest.bytes().take_while(|byte| is_plain(*byte)).count();
            if rest
                .as_bytes()
                .get(length)
                .is_some_and(|byte| !byte.is_ascii())
            {
                let end = rest.find(|found| !continues_name(found));
                length = end.unwrap_or(rest.len());
            }
            self.named = self.at..self.at + length;
        }
        self.at = self.named.end;
        &self.source[self.named.clone()]
    }

    /// A path of unprefixed names from the root, such as `/data/a`, where nothing but that comes next: no further step, no predicate,
    /// no call. It is not read yet.
    pub fn plain_path(&self) -> Option<&'s str> {
        let bytes = self.source.as_bytes();
        let mut at = self.at;
        while bytes.get(at) == Some(&b'/') {
            let begins = bytes
                .get(at + 1)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
            if !begins {
                return None;
            }
            at += 2;
            while bytes.get(at).copied().is_some_and(is_plain) {
                at += 1;
            }
        }
        let path = &self.source[self.at..at];
        let after = bytes[at..].iter().find(|byte| !b" \t\r\n".contains(byte));
        let goes_on = after.is_some_and(|byte| b"/[(:".contains(byte) || !byte.is_ascii());
        (!goes_on && !path.is_empty()).then_some(path)
    }

    /// A single `:` directly followed by a name or `*`.
    pub fn takes_colon(&mut self) -> bool {
        let mut next = self.rest().chars();
        let takes = next.next() == Some(':')
            && next
                .next()
                .is_some_and(|found| starts_name(found) || found == '*');
        self.at += usize::from(takes);
        takes
    }

    pub fn sees_number(&mut self) -> bool {
        self.skip_space();
        let bytes = self.rest().as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        digit(0) || (bytes.first() == Some(&b'.') && digit(1))
    }

    /// Digits, perhaps with a point somewhere.
    pub fn number(&mut self) -> f64 {
        let rest = self.rest();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut end = digits(rest);
        if rest[end..].starts_with('.') {
            end += 1 + digits(&rest[end + 1..]);
        }
        self.at += end;
        json::decimal(&rest[..end]).unwrap_or(f64::NAN)
    }

    /// What stands between the quote that comes next and its like.
    pub fn text(&mut self) -> Result<&'s str, ParseError> {
        let rest = self.rest();
        let inside = &rest[1..];
        let end = inside
            .find(&rest[..1])
            .ok_or_else(|| ParseError::new(self.at, ParseFault::UnclosedText))?;
        self.at += end + 2;
        Ok(&inside[..end])
    }
}
