//! How far a tablet has been told of a log.
//!
//! A log restored from an older copy gives its positions anew. So a cursor also names the hash the log's chain had where it stands,
//! which is over everything up to there: one that names another is of a log that is gone, and the tablet begins anew. The event at
//! that position would not do: a tablet that sends again what was lost may bring the same event to the same position, after others.
//! It only ever names positions of events the tablet was told.

use domain::record::Hash;

/// What tablets are told of ([`crate::scope`]): another letter than before where it is more, so that whoever was told less begins anew.
const TOLD: char = 'b';

/// Where a tablet got to: the position from which the last event counts, never before its own; its own; and the chain up to there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub since: i64,
    pub position: i64,
    chain: u64,
}

impl Cursor {
    /// One that stands at an event, in a log whose chain has a hash at `since`.
    pub fn at(since: i64, position: i64, chain: Hash) -> Cursor {
        Cursor {
            since,
            position,
            chain: first(chain),
        }
    }

    /// Itself if the log's chain is what it was, else the beginning. `chain` is the hash at `since`, if the log gets there.
    pub fn if_still(self, chain: Option<Hash>) -> Cursor {
        chain
            .filter(|chain| first(*chain) == self.chain)
            .map_or(Cursor::default(), |_| self)
    }

    fn is_beginning(self) -> bool {
        self == Cursor::default()
    }
}

fn first(hash: Hash) -> u64 {
    let bytes = hash.0.iter().take(8);
    bytes.fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_beginning() {
            return Ok(());
        }
        let Cursor {
            since,
            position,
            chain,
        } = self;
        write!(f, "{TOLD}{since}.{position}.{chain:016x}")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseCursorError;

impl std::fmt::Display for ParseCursorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a cursor of this server")
    }
}

impl std::error::Error for ParseCursorError {}

impl std::str::FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Cursor, ParseCursorError> {
        if text.is_empty() {
            return Ok(Cursor::default());
        }
        let text = text.strip_prefix(TOLD).ok_or(ParseCursorError)?;
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(ParseCursorError);
        Ok(Cursor {
            since: part()?.parse().map_err(|_| ParseCursorError)?,
            position: part()?.parse().map_err(|_| ParseCursorError)?,
            chain: u64::from_str_radix(part()?, 16).map_err(|_| ParseCursorError)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_stands_only_in_the_log_it_is_of() {
        let (one, other) = (Hash::of(b"one"), Hash::of(b"other"));
        let cursor = Cursor::at(7, 5, one);
        let read: Result<Cursor, ParseCursorError> = cursor.to_string().parse();
        assert_eq!(read, Ok(cursor));
        // One of a server that told less is none.
        let before = cursor.to_string().split_off(1);
        assert_eq!(before.parse::<Cursor>(), Err(ParseCursorError));
        for (chain, goes_on) in [(Some(one), true), (Some(other), false), (None, false)] {
            let from = cursor.if_still(chain);
            assert_eq!(from == cursor, goes_on);
            assert_eq!(from.is_beginning(), !goes_on);
        }
        assert_eq!(Cursor::default().to_string(), "");
        assert_eq!("".parse(), Ok(Cursor::default()));
    }
}
