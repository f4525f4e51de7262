//! The first visit to an empty server.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::error::ApiError;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Founding {
    /// Printed by the server when it starts empty.
    pub code: String,
    pub name: form::Texts,
    /// IANA name.
    pub time_zone: String,
    pub administrator_name: form::Texts,
    pub sign_in_name: String,
    pub password: String,
}

/// Founds the jurisdiction and signs its first administrator in.
#[server(name = DoFound, endpoint = "found", input = Json)]
pub async fn found(founding: Founding) -> Result<(), ApiError> {
    super::office::office()?.found(founding).await
}
