//! Arrangements, for whoever sees campaigns.

use domain::id::ArrangementId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::{ArrangementRow, ArrangementView};

/// Those changed last come first.
#[server(name = AskArrangements, endpoint = "arrangements", input = Json)]
pub async fn arrangements() -> Result<Vec<ArrangementRow>, ApiError> {
    super::office::office()?.arrangements().await
}

#[server(name = AskArrangement, endpoint = "arrangement", input = Json)]
pub async fn arrangement(id: ArrangementId) -> Result<ArrangementView, ApiError> {
    super::office::office()?.arrangement(id).await
}
