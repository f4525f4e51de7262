//! Arrangements, for whoever sees campaigns.

use domain::id::ArrangementId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::ArrangementView;

#[server(name = AskArrangement, endpoint = "arrangement", input = Json)]
pub async fn arrangement(id: ArrangementId) -> Result<ArrangementView, ApiError> {
    super::office::office()?.arrangement(id).await
}
