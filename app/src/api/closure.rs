//! What is asked about support owed and about look-backs.

use domain::id::LookBackId;
use domain::instant::Day;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::{LookBackRow, LookBackView, SupportFilter, SupportLedger};

/// What is late first, then by the day it is due.
#[server(name = AskSupportLedger, endpoint = "support-ledger", input = Json)]
pub async fn support_ledger(filter: SupportFilter) -> Result<SupportLedger, ApiError> {
    super::office::office()?.support_ledger(filter).await
}

/// Newest first.
#[server(name = AskLookBacks, endpoint = "look-backs", input = Json)]
pub async fn look_backs() -> Result<Vec<LookBackRow>, ApiError> {
    super::office::office()?.look_backs().await
}

#[server(name = AskLookBack, endpoint = "look-back", input = Json)]
pub async fn look_back(id: LookBackId) -> Result<LookBackView, ApiError> {
    super::office::office()?.look_back(id).await
}

/// Draws from the findings closed from one day to another.
#[server(name = DoDrawLookBack, endpoint = "draw-look-back", input = Json)]
pub async fn draw_look_back(
    id: LookBackId,
    seed: String,
    share: u8,
    period: (Day, Day),
) -> Result<(), ApiError> {
    super::office::office()?
        .draw_look_back(id, seed, share, period)
        .await
}
