//! Streams: the events of one thing, in order.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! stream_kinds {
    ($($kind:ident = $code:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StreamKind {
            $($kind),+
        }

        impl StreamKind {
            pub const ALL: &[StreamKind] = &[$(StreamKind::$kind),+];

            pub const fn code(self) -> &'static str {
                match self {
                    $(StreamKind::$kind => $code),+
                }
            }

            pub fn from_code(code: &str) -> Option<StreamKind> {
                match code {
                    $($code => Some(StreamKind::$kind),)+
                    _ => None,
                }
            }
        }
    };
}

stream_kinds! {
    Jurisdiction = "jurisdiction",
    Body = "body",
    Person = "person",
    Notice = "notice",
    Checklist = "checklist",
    Campaign = "campaign",
    Assignment = "assignment",
    Inspection = "inspection",
    Finding = "finding",
    Held = "held",
    Draw = "draw",
    Arrangement = "arrangement",
    Talk = "talk",
    Material = "material",
    Situation = "situation",
    LookBack = "lookBack",
    RegulatorFile = "regulatorFile",
    Clearance = "clearance",
    ResponseLevel = "responseLevel",
    RulePack = "rulePack",
    Device = "device",
    Batch = "batch",
}

/// Written `finding/0190b6a3-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    pub kind: StreamKind,
    pub id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stream: written as kind/uuid")]
pub struct ParseStreamError;

impl std::fmt::Display for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.code(), self.id.hyphenated())
    }
}

impl std::str::FromStr for Stream {
    type Err = ParseStreamError;

    fn from_str(text: &str) -> Result<Stream, ParseStreamError> {
        let (kind, id) = text.split_once('/').ok_or(ParseStreamError)?;
        Ok(Stream {
            kind: StreamKind::from_code(kind).ok_or(ParseStreamError)?,
            id: id.parse().map_err(|_| ParseStreamError)?,
        })
    }
}

impl Serialize for Stream {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Stream, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
