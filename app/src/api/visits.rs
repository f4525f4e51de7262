//! What is asked about paired files, inspectors' clearance and exposures.

use domain::id::PersonId;
use domain::instant::Day;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::{ClearanceRow, ExposureQuestion, ExposureView, PairFilter, PairsView};

/// How many completed visits come out how on both sides.
#[server(name = AskPairs, endpoint = "pairs", input = Json)]
pub async fn pairs(filter: PairFilter) -> Result<PairsView, ApiError> {
    super::office::office()?.pairs(filter).await
}

/// Everybody who inspects, by name.
#[server(name = AskClearances, endpoint = "clearances", input = Json)]
pub async fn clearances() -> Result<Vec<ClearanceRow>, ApiError> {
    super::office::office()?.clearances().await
}

#[server(name = AskClearance, endpoint = "clearance", input = Json)]
pub async fn clearance(id: PersonId) -> Result<ClearanceRow, ApiError> {
    super::office::office()?.clearance(id).await
}

/// `tested_at` is on the wall clock of the jurisdiction, written `2022-03-14T20:00`.
#[server(name = DoRecordClearance, endpoint = "record-clearance", input = Json)]
pub async fn record_clearance(
    person: PersonId,
    tested_at: String,
    negative: bool,
    doses: u8,
    last_dose_on: Option<Day>,
) -> Result<(), ApiError> {
    super::office::office()?
        .record_clearance(person, &tested_at, (negative, doses, last_dose_on))
        .await
}

/// How many visits an exposure reaches.
#[server(name = AskExposure, endpoint = "exposure", input = Json)]
pub async fn exposure(question: ExposureQuestion) -> Result<ExposureView, ApiError> {
    super::office::office()?.exposure(question).await
}
