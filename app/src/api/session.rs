//! Signing in and out.

use leptos::prelude::*;

use super::error::ApiError;
use super::view::Frame;

#[server(name = AskFrame, endpoint = "frame")]
pub async fn frame() -> Result<Frame, ApiError> {
    super::office::office()?.frame().await
}

#[server(name = DoSignIn, endpoint = "sign-in")]
pub async fn sign_in(name: String, password: String) -> Result<(), ApiError> {
    super::office::office()?.sign_in(&name, &password).await
}

#[server(name = DoSignOut, endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), ApiError> {
    super::office::office()?.sign_out().await
}

#[server(name = DoSignOutEverywhere, endpoint = "sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), ApiError> {
    super::office::office()?.sign_out_everywhere().await
}
