//! `GET /live`: a stream of server-sent events that says when something new concerns the reader. It carries no content: pages ask for
//! that, with their reader's rights.
//!
//! Nothing is sent for what does not concern the reader, and nothing for an assignment before its release (see
//! [`notification`](crate::read::notification)): neither a message nor its time, nor a gap in a count, tells of a sealed one. The
//! comments that keep the connection open follow a clock of their own.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use domain::id::PersonId;
use domain::record::Recorded;
use futures::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::Shared;
use super::problem::Failure;
use crate::read::notification;
use crate::server::{Visit, now};

/// Between two comments that keep the connection open; as often it is asked whether the session still holds.
const KEEP_ALIVE: Duration = Duration::from_secs(25);

pub async fn live(State(shared): State<Shared>, Extension(visit): Extension<Visit>) -> Response {
    if visit.person.is_none() {
        return Failure::signed_out().into_response();
    }
    let heard = shared.server.ingest.world().listen();
    let listener = Listener {
        shared,
        visit,
        heard,
    };
    Sse::new(messages(listener))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

struct Listener {
    shared: Shared,
    visit: Visit,
    heard: Receiver<Recorded>,
}

impl Listener {
    /// Whether it concerns the reader.
    async fn is_told(&self, recorded: &Recorded, person: PersonId) -> bool {
        let Ok(event) = recorded.authored.event() else {
            return false;
        };
        let told = notification::of(&event);
        if told.is_empty() {
            return false;
        }
        let authored = &recorded.authored;
        let rows = notification::row_ids(&authored.stream, recorded.version).take(told.len());
        let reader = (self.shared.server).reader(authored.jurisdiction, person);
        reader.is_concerned(rows).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "whom something concerns cannot be read");
            false
        })
    }

    /// Who listens, as long as the session holds.
    async fn person(&self) -> Option<PersonId> {
        let token = self.visit.token.as_ref()?;
        let server = &self.shared.server;
        let (_, person) = server.sessions.holds(token, now()).await.ok()??;
        let known = server.ingest.world().known();
        known.directory.active_person(person).map(|_| person)
    }

    /// Waits for the next thing that concerns the reader; None when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        let mut stopping = self.shared.server.stopping.subscribe();
        let mut look = tokio::time::interval(KEEP_ALIVE);
        look.tick().await;
        loop {
            if *stopping.borrow() {
                return None;
            }
            tokio::select! {
                changed = stopping.changed() => {
                    changed.ok()?;
                }
                _ = look.tick() => {
                    self.person().await?;
                }
                heard = self.heard.recv() => {
                    let (_, person) = self.visit.person?;
                    match heard {
                        Ok(recorded) => {
                            if self.is_told(&recorded, person).await {
                                self.person().await?;
                                return Some(Event::default().event("told").data("{}"));
                            }
                        }
                        // So much happened that some was missed, whatever it was: nothing is said that would tell so. What concerns the
                        // reader shows with the next message, or when a page is opened.
                        Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return None,
                    }
                }
            }
        }
    }
}

fn messages(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    })
}

#[cfg(test)]
mod tests;
