//! Signing in and out.

use leptos::prelude::*;

use super::error::ApiError;

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
