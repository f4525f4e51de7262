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
    pub revoked_at: Option<Instant>,
}
