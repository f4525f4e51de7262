//! Errors as JSON, in both languages: a tablet shows them in whichever its reader has chosen.

use std::any::Any;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{Language, Text};
use form::Texts;
use sync::protocol::Problem;

/// A [`Problem`] with its status.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    problem: Box<Problem>,
}

impl Failure {
    pub fn new(status: StatusCode, code: &str, text: Text) -> Failure {
        Failure::worded(status, code, |language| text.get(language).to_owned())
    }

    pub fn worded(status: StatusCode, code: &str, text: impl Fn(Language) -> String) -> Failure {
        let message = Texts::both(text(Language::Chinese), text(Language::English));
        Failure {
            status,
            problem: Box::new(Problem {
                code: code.to_owned(),
                message,
            }),
        }
    }

    pub fn signed_out() -> Failure {
        Failure::new(
            StatusCode::UNAUTHORIZED,
            "signedOut",
            Text::new(
                "登录已过期，请重新登录；未发送的内容都在本机",
                "Your session has ended; sign in again. What was not sent is on this device",
            ),
        )
    }

    /// Something of ours failed; the server's own log says what.
    pub fn unavailable(error: &dyn std::fmt::Display) -> Failure {
        tracing::error!(%error, "a request failed");
        Failure::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            Text::new(
                "服务器暂时无法处理，请稍后再试",
                "The server cannot do this at the moment; try again later",
            ),
        )
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (self.status, axum::Json(*self.problem)).into_response()
    }
}

/// A panic is a defect of ours; the visitor gets an answer all the same.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(what, "a handler panicked");
    Failure::unavailable(&"panic").into_response()
}
