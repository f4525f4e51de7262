//! The code at an institution's entrance.

use domain::id::BodyId;
use domain::record::Hash;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::EntranceView;

#[server(name = AskEntrance, endpoint = "entrance", input = Json)]
pub async fn entrance(id: BodyId) -> Result<EntranceView, ApiError> {
    super::office::office()?.entrance(id).await
}

/// Has the server make a code, in the place of the one that the viewer saw.
#[server(name = DoSetEntranceCode, endpoint = "set-entrance-code", input = Json)]
pub async fn set_entrance_code(id: BodyId, replaces: Option<Hash>) -> Result<(), ApiError> {
    super::office::office()?
        .set_entrance_code(id, replaces)
        .await
}
