//! The inbox as pages see it.

use domain::id::BodyId;
use domain::instant::Instant;
use domain::record::StreamKind;
use form::Texts;
use serde::{Deserialize, Serialize};

use super::{Named, Page};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxView {
    /// Latest first; all of it, or what is unread.
    pub page: Page<InboxRow>,
    /// Of all pages.
    pub unread: u32,
    /// None where this server sends no mail.
    pub mail: Option<MailPreference>,
}

/// What somebody gets by mail, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPreference {
    /// Empty for no mail at all.
    pub address: String,
    /// Whether on working days a digest of what is late or due soon comes, too.
    pub digest: bool,
}

/// One thing that the viewer is told of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboxRow {
    /// Tells it from all others.
    pub id: String,
    pub at: Instant,
    /// The kind of event.
    pub kind: String,
    /// What it is about, where the kind does not say all.
    pub about: Texts,
    pub body: Option<Named<BodyId>>,
    /// The page where it is dealt with.
    pub address: String,
    pub is_read: bool,
}

impl InboxRow {
    /// The filter by what was read, as the address names it, and its value.
    pub const STATE: &str = "state";
    pub const UNREAD: &str = "unread";
    /// The filter by what it is about: the code of a kind of stream.
    pub const ABOUT: &str = "about";
    /// The kinds that somebody is told of.
    pub const KINDS: [StreamKind; 16] = [
        StreamKind::Notice,
        StreamKind::ResponseLevel,
        StreamKind::RulePack,
        StreamKind::Talk,
        StreamKind::Material,
        StreamKind::Arrangement,
        StreamKind::Campaign,
        StreamKind::Draw,
        StreamKind::Assignment,
        StreamKind::Inspection,
        StreamKind::RegulatorFile,
        StreamKind::Finding,
        StreamKind::LookBack,
        StreamKind::Situation,
        StreamKind::Held,
        StreamKind::Person,
    ];
}
