//! Asking for something to be done.

use domain::Command;
use domain::id::PersonId;
use domain::person::Registration;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::error::ApiError;
use super::view::MailPreference;

/// Has a command decided and recorded; an error says why it was refused.
#[server(name = DoSend, endpoint = "send", input = Json)]
pub async fn send(command: Command) -> Result<(), ApiError> {
    super::office::office()?.send(command).await
}

/// The same for who saw its stream at a version: when others changed it since, that is told instead of doing it.
#[server(name = DoSendSeen, endpoint = "send-seen", input = Json)]
pub async fn send_seen(command: Command, version: u64) -> Result<(), ApiError> {
    super::office::office()?.send_seen(command, version).await
}

/// Has the commands of several rows decided and recorded, all of a row or none; `versions` are those of the streams of the rows' first
/// commands as their author saw them, where that is known. One answer a row: None where all was done, else why not.
#[server(name = DoSendEach, endpoint = "send-each", input = Json)]
pub async fn send_each(
    rows: Vec<Vec<Command>>,
    #[server(default)] versions: Vec<Option<u64>>,
) -> Result<Vec<Option<String>>, ApiError> {
    super::office::office()?.send_each(rows, versions).await
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

/// Gives somebody in the viewer's scope a password that they have to change at the next sign-in.
#[server(name = DoSetInitialPassword, endpoint = "set-initial-password", input = Json)]
pub async fn set_initial_password(id: PersonId, password: String) -> Result<(), ApiError> {
    super::office::office()?
        .set_initial_password(id, &password)
        .await
}

/// Counts these notifications as read, or as unread again.
#[server(name = DoMark, endpoint = "mark", input = Json)]
pub async fn mark(notifications: Vec<String>, read: bool) -> Result<(), ApiError> {
    super::office::office()?.mark(notifications, read).await
}

#[server(name = DoMarkAll, endpoint = "mark-all", input = Json)]
pub async fn mark_all() -> Result<(), ApiError> {
    super::office::office()?.mark_all().await
}

/// Sets what the viewer gets by mail, and where.
#[server(name = DoSetMail, endpoint = "set-mail", input = Json)]
pub async fn set_mail(preference: MailPreference) -> Result<(), ApiError> {
    super::office::office()?.set_mail(preference).await
}
