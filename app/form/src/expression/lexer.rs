//! From the text of an expression to its tokens.

use super::fault::ExpressionFault;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind<'a> {
    Number(f64),
    Text(&'a str),
    /// `${name}`, the name alone.
    Reference(&'a str),
    /// A function's name, or an operator that is a word.
    Name(&'a str),
    Dot,
    Open,
    Close,
    Comma,
    Plus,
    Minus,
    Star,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub kind: TokenKind<'a>,
    /// Where it begins, in characters from 1.
    pub column: usize,
    /// As it is written.
    pub source: &'a str,
}

/// Whether a name may begin with `c`.
pub(crate) fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether `c` may follow in a name.
pub(crate) fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, ExpressionFault> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut column = 1;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        // White space here is one byte a character.
        column += rest.len() - trimmed.len();
        rest = trimmed;
        let (kind, length) = token(rest, column)?;
        let (read, remaining) = rest.split_at(length);
        tokens.push(Token {
            kind,
            column,
            source: read,
        });
        if kind == TokenKind::End {
            return Ok(tokens);
        }
        column += read.chars().count();
        rest = remaining;
    }
}

/// The token `rest` begins with, and its length in bytes.
fn token(rest: &str, column: usize) -> Result<(TokenKind<'_>, usize), ExpressionFault> {
    let mut characters = rest.chars();
    let Some(first) = characters.next() else {
        return Ok((TokenKind::End, 0));
    };
    let second = characters.next();
    Ok(match (first, second) {
        ('.', Some('.')) | ('/' | '@' | '[' | ']' | '|', _) => {
            return Err(ExpressionFault::Path { column });
        }
        ('0'..='9', _) | ('.', Some('0'..='9')) => number(rest, column)?,
        ('.', _) => (TokenKind::Dot, 1),
        ('(', _) => (TokenKind::Open, 1),
        (')', _) => (TokenKind::Close, 1),
        (',', _) => (TokenKind::Comma, 1),
        ('+', _) => (TokenKind::Plus, 1),
        ('-', _) => (TokenKind::Minus, 1),
        ('*', _) => (TokenKind::Star, 1),
        ('=', _) => (TokenKind::Equal, 1),
        ('!', Some('=')) => (TokenKind::NotEqual, 2),
        ('<', Some('=')) => (TokenKind::LessOrEqual, 2),
        ('<', _) => (TokenKind::Less, 1),
        ('>', Some('=')) => (TokenKind::GreaterOrEqual, 2),
        ('>', _) => (TokenKind::Greater, 1),
        ('"' | '\'', _) => {
            let inside = &rest[1..];
            let end = inside
                .find(first)
                .ok_or(ExpressionFault::UnclosedText { column })?;
            (TokenKind::Text(&inside[..end]), end + 2)
        }
        ('$', Some('{')) => {
            let inside = &rest[2..];
            let end = inside
                .find('}')
                .ok_or(ExpressionFault::UnclosedReference { column })?;
            (TokenKind::Reference(inside[..end].trim()), end + 3)
        }
        ('$', _) => return Err(ExpressionFault::UnclosedReference { column }),
        (c, _) if starts_name(c) => {
            let end = rest
                .find(|c: char| !continues_name(c) && c != ':')
                .unwrap_or(rest.len());
            (TokenKind::Name(&rest[..end]), end)
        }
        (c, _) => {
            return Err(ExpressionFault::Unexpected {
                column,
                found: c.to_string(),
            });
        }
    })
}

fn number(rest: &str, column: usize) -> Result<(TokenKind<'_>, usize), ExpressionFault> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let digits = &rest[..end];
    // Two points, as in `1.2.3`, do not parse.
    let number = digits.parse().map_err(|_| ExpressionFault::Unexpected {
        column,
        found: digits.to_owned(),
    })?;
    Ok((TokenKind::Number(number), end))
}
