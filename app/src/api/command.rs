//! Asking for something to be done.

use domain::Command;
use domain::id::PersonId;
use domain::person::Registration;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;

/// Has a command decided and recorded; an error says why it was refused.
#[server(name = DoSend, endpoint = "send", input = Json)]
pub async fn send(command: Command) -> Result<(), ApiError> {
    super::office::office()?.send(command).await
}

#[server(name = DoRegisterPerson, endpoint = "register-person", input = Json)]
pub async fn register_person(
    id: PersonId,
    registration: Registration,
    password: String,
) -> Result<(), ApiError> {
    super::office::office()?
        .register_person(id, registration, &password)
        .await
}
