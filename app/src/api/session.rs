//! Signing in and out.

use leptos::prelude::*;

use super::error::ApiError;

#[server(name = DoSignIn, endpoint = "sign-in")]
pub async fn sign_in(name: String, password: String) -> Result<(), ApiError> {
    super::office::office()?.sign_in(&name, &password).await
}

/// The new password is given twice: nobody sees what they type.
#[server(name = DoChangePassword, endpoint = "change-password")]
pub async fn change_password(
    name: String,
    password: String,
    new: String,
    again: String,
) -> Result<(), ApiError> {
    let office = super::office::office()?;
    if new != again {
        return Err(ApiError::refused(domain::say!(
            office.language(),
            "两次填写的新密码不一致",
            "The two new passwords are not the same"
        )));
    }
    office.change_password(&name, &password, &new).await
}

#[server(name = DoSignOut, endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), ApiError> {
    super::office::office()?.sign_out().await
}

#[server(name = DoSignOutEverywhere, endpoint = "sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), ApiError> {
    super::office::office()?.sign_out_everywhere().await
}
