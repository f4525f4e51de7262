//! Who asks, and in which language.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use app::i18n::language_in_cookies;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::Language;

use super::Shared;
use super::problem::Failure;
use crate::server::{Visit, now};
use crate::session::Token;

/// Reads the cookies once and hands the [`Visit`] on as an extension.
pub async fn visit(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let cookies = headers
        .get(COOKIE)
        .and_then(|cookies| cookies.to_str().ok())
        .unwrap_or_default();
    let accepted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|accepted| accepted.to_str().ok())
        .unwrap_or_default();
    let language = language_in_cookies(cookies).unwrap_or_else(|| Language::preferred(accepted));
    let token = Token::in_cookies(cookies);
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let address = address(peer, headers, shared.server.settings.trust_proxy);
    let person = match &token {
        None => None,
        Some(token) => match shared.server.sessions.resolve(token, now()).await {
            Ok(person) => person,
            Err(error) => return Failure::unavailable(&error).into_response(),
        },
    };
    // A deactivated person's sessions are worth nothing from that moment on.
    let known = shared.server.ingest.world().known();
    let person = person.filter(|(_, person)| known.directory.active_person(*person).is_some());
    request.extensions_mut().insert(Visit {
        language,
        address,
        token,
        person,
    });
    next.run(request).await
}

fn address(peer: Option<IpAddr>, headers: &HeaderMap, trust_proxy: bool) -> IpAddr {
    let forwarded = headers
        .get("x-forwarded-for")
        .filter(|_| trust_proxy)
        .and_then(|list| list.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    forwarded
        .or(peer)
        .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

#[cfg(test)]
mod tests;
