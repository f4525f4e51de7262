//! The grammar of JSON (RFC 8259): where a value ends.

use crate::Fault;

/// Lists and objects inside one another. A server takes 127, and tells them inside an answer that adds its own.
const DEEPEST: usize = 160;

/// A place in a text that is being looked through.
pub struct Cursor<'text> {
    text: &'text str,
    at: usize,
}

impl<'text> Cursor<'text> {
    pub fn new(text: &'text str) -> Cursor<'text> {
        Cursor { text, at: 0 }
    }

    fn peek(&self) -> u8 {
        // No byte of a value is 0, so it stands for the end.
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn fault(&self, what: &str) -> Fault {
        Fault::new(format!("{what} at byte {}", self.at))
    }

    pub fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Goes over `byte` and the space around it, if it is next.
    pub fn takes(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.peek() == byte;
        if is_next {
            self.at += 1;
            self.space();
        }
        is_next
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Goes over a value and gives its text.
    pub fn value(&mut self) -> Result<&'text str, Fault> {
        self.value_at(0)
    }

    /// The same of a text that [`Cursor::value`] took before: of what it holds only the end is looked for, since a value is gone over once for
    /// each of those it is inside.
    pub fn known_value(&mut self) -> &'text str {
        self.space();
        let from = self.at;
        match self.peek() {
            b'"' => self.known_string(),
            b'{' | b'[' => self.known_list(),
            _ => {
                let follows = b",]} \t\n\r\0";
                while !follows.contains(&self.peek()) {
                    self.at += 1;
                }
            }
        }
        &self.text[from..self.at]
    }

    fn known_list(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                b'"' => {
                    self.known_string();
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                // No such text ends here.
                0 => return,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                break;
            }
        }
    }

    fn known_string(&mut self) {
        self.at += 1;
        loop {
            match self.peek() {
                b'"' => break,
                0 => return,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
    }

    fn value_at(&mut self, depth: usize) -> Result<&'text str, Fault> {
        self.space();
        let from = self.at;
        match self.peek() {
            b'"' => self.string()?,
            b'{' | b'[' if depth == DEEPEST => return Err(self.fault("too deep")),
            b'{' => {
                self.list(b'}', |cursor| {
                    if cursor.peek() != b'"' {
                        return Err(cursor.fault("expected a name"));
                    }
                    cursor.string()?;
                    if !cursor.takes(b':') {
                        return Err(cursor.fault("expected `:`"));
                    }
                    cursor.value_at(depth + 1).map(drop)
                })?;
            }
            b'[' => self.list(b']', |cursor| cursor.value_at(depth + 1).map(drop))?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => {
                let rest = &self.text[self.at..];
                let word = ["true", "false", "null"]
                    .into_iter()
                    .find(|word| rest.starts_with(word));
                self.at += word.ok_or_else(|| self.fault("expected a value"))?.len();
            }
        }
        Ok(&self.text[from..self.at])
    }

    fn list(
        &mut self,
        end: u8,
        item: impl Fn(&mut Cursor<'text>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.at += 1;
        self.space();
        let mut first = true;
        while self.peek() != end {
            if !first && !self.takes(b',') {
                return Err(self.fault("expected `,`"));
            }
            first = false;
            item(self)?;
            self.space();
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => self.escape()?,
                0..0x20 => return Err(self.fault("a text is not ended")),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        let digits = self.text.as_bytes().get(self.at..self.at + 4);
        match letter {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) => Ok(()),
            _ => Err(self.fault("a backslash before what needs none")),
        }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if !self.peek().is_ascii_digit() {
            return Err(self.fault("expected a digit"));
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }
}

/// What a written text says, without its quotes and with its backslashes read.
pub fn unescaped(written: &str) -> Result<String, Fault> {
    let inside = &written[1..written.len() - 1];
    let mut said = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        said.push_str(&rest[..at]);
        let mut after = rest[at + 1..].chars();
        let letter = match after.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('u') => {
                let (letter, left) = code_point(after.as_str())?;
                after = left.chars();
                letter
            }
            _ => return Err(Fault::new("a backslash before what needs none")),
        };
        said.push(letter);
        rest = after.as_str();
    }
    said.push_str(rest);
    Ok(said)
}

/// The letter that the digits after `\u` name, and what follows it; a letter may take two halves.
fn code_point(text: &str) -> Result<(char, &str), Fault> {
    let (first, rest) = unit(text)?;
    if let Some(letter) = char::from_u32(first) {
        return Ok((letter, rest));
    }
    let pair = rest.strip_prefix("\\u").map(unit).transpose()?;
    if let (0xD800..0xDC00, Some((second @ 0xDC00..0xE000, rest))) = (first, pair) {
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        if let Some(letter) = char::from_u32(code) {
            return Ok((letter, rest));
        }
    }
    Err(Fault::new("half a letter"))
}

fn unit(text: &str) -> Result<(u32, &str), Fault> {
    let digits = text
        .get(..4)
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    digits
        .and_then(|digits| Some((u32::from_str_radix(digits, 16).ok()?, &text[4..])))
        .ok_or_else(|| Fault::expected("four digits after `\\u`"))
}
