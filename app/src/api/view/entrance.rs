//! The code at an institution's entrance, as pages see it.

use domain::body::BodyKind;
use domain::entrance::{CodeRead, Verdict};
use domain::id::BodyId;
use domain::instant::Instant;
use domain::record::Hash;
use form::Texts;
use serde::{Deserialize, Serialize};

/// For who keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntranceView {
    pub body: BodyId,
    pub name: Texts,
    pub kind: BodyKind,
    /// Closed, or merged into another: it gets no other code.
    pub gone: bool,
    /// By its digest, the code that hangs there; None before there is one.
    pub digest: Option<Hash>,
    /// None before there is one, and where the server has lost it.
    pub code: Option<PrintedCode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrintedCode {
    /// As it is typed: its digits in groups.
    pub written: String,
    pub since: Instant,
    pub picture: CodePicture,
}

/// A QR code, drawn in modules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodePicture {
    /// Modules on each side, without the quiet zone of four around them.
    pub size: usize,
    /// The dark ones, as a path of SVG.
    pub dark: String,
}

/// The code that a team read at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntranceRead {
    pub read: CodeRead,
    pub verdict: Verdict,
}
