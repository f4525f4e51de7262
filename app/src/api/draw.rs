//! Draws: asked for by anybody, made by organisers and parties.

use std::collections::BTreeMap;

use domain::assignment::ReleaseRule;
use domain::body::BodyKind;
use domain::draw::plan::DrawPlan;
use domain::id::{BodyId, DrawId};
use domain::instant::Day;
use domain::jurisdiction::DistrictCode;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::{DrawRow, DrawSizes, DrawView, Page};

/// A page of the published draws, newest first; nobody needs to be signed in.
#[server(name = AskDraws, endpoint = "draws", input = Json)]
pub async fn draws(page: u32) -> Result<Page<DrawRow>, ApiError> {
    super::office::office()?.draws(page).await
}

/// One draw with a page of its roster as anybody may see it, whoever asks.
#[server(name = AskPublishedDraw, endpoint = "published-draw", input = Json)]
pub async fn published_draw(id: DrawId, roster_page: u32) -> Result<DrawView, ApiError> {
    super::office::office()?
        .published_draw(id, roster_page)
        .await
}

/// One draw with a page of its roster. What is sealed is left out for all but the organisers.
#[server(name = AskDraw, endpoint = "draw", input = Json)]
pub async fn draw(id: DrawId, roster_page: u32) -> Result<DrawView, ApiError> {
    super::office::office()?.draw(id, roster_page).await
}

/// Weights by open findings, for who organises.
#[server(name = AskRiskWeights, endpoint = "risk-weights", input = Json)]
pub async fn risk_weights(
    kinds: Vec<BodyKind>,
    districts: Vec<DistrictCode>,
) -> Result<BTreeMap<BodyId, u32>, ApiError> {
    super::office::office()?
        .risk_weights(&kinds, &districts)
        .await
}

/// How much would be published and drawn; None where these rules may not be published, which publishing them says.
#[server(name = AskDrawSizes, endpoint = "draw-sizes", input = Json)]
pub async fn draw_sizes(plan: DrawPlan) -> Result<Option<DrawSizes>, ApiError> {
    super::office::office()?.draw_sizes(&plan).await
}

/// Makes the assignments of a result's visits that have none yet: all of them, or none.
#[server(name = DoAssignDrawn, endpoint = "assign-drawn", input = Json)]
pub async fn assign_drawn(
    id: DrawId,
    visit_on: Day,
    sealed: bool,
    release: ReleaseRule,
) -> Result<(), ApiError> {
    super::office::office()?
        .assign_drawn(id, visit_on, sealed, release)
        .await
}

/// Makes the result of a sealed draw public.
#[server(name = DoDiscloseDraw, endpoint = "disclose-draw", input = Json)]
pub async fn disclose_draw(id: DrawId) -> Result<(), ApiError> {
    super::office::office()?.disclose_draw(id).await
}
