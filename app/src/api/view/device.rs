//! A tablet that signs what it sends.

use domain::id::{DeviceId, PersonId};
use domain::instant::Instant;
use serde::{Deserialize, Serialize};

use super::Named;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceRow {
    pub id: DeviceId,
    /// What its browser says of itself.
    pub name: String,
    pub enrolled_by: Named<PersonId>,
    pub enrolled_at: Instant,
    /// Who sent something with it last, and when; None before the first.
    pub signed: Option<(Named<PersonId>, Instant)>,
    pub state: DeviceState,
    pub revoked_at: Option<Instant>,
}

/// Whether what a tablet signs is taken for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceState {
    Trusted,
    /// It may enrol anew and has not yet: it is taken at its word, as one without a key.
    Readmitted,
    Revoked,
}

impl DeviceState {
    pub const ALL: [DeviceState; 3] = [
        DeviceState::Trusted,
        DeviceState::Readmitted,
        DeviceState::Revoked,
    ];

    /// As addresses name it.
    pub const fn code(self) -> &'static str {
        match self {
            DeviceState::Trusted => "trusted",
            DeviceState::Readmitted => "readmitted",
            DeviceState::Revoked => "revoked",
        }
    }
}
