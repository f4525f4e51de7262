//! What is asked about support owed and about look-backs.

use domain::id::LookBackId;
use domain::instant::Day;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::{LookBackRow, SupportTotals};

/// What the ledger adds up to.
#[server(name = AskSupportTotals, endpoint = "support-totals", input = Json)]
pub async fn support_totals() -> Result<SupportTotals, ApiError> {
    super::office::office()?.support_totals().await
}

#[server(name = AskLookBack, endpoint = "look-back", input = Json)]
pub async fn look_back(id: LookBackId) -> Result<LookBackRow, ApiError> {
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
