//! What a page shows when the server could not do what it was asked.

use domain::id::AssignmentId;
use domain::{Language, say};
use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

use super::view::HistoryEntry;
use crate::widgets::event_title::event_title;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum ApiError {
    /// The rules refuse it; the text is in the reader's language and says why.
    #[error("{message}")]
    Refused {
        message: String,
        /// The field of the form it is about, as [`domain::Refusal::field`] names it, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
        /// What is in the way, and is to be looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because_of: Option<AssignmentId>,
    },
    /// The session ended; the page asks to sign in again and keeps what was entered.
    #[error("signed out")]
    SignedOut,
    /// Name and password are right, and an administrator chose the password: the person chooses their own first.
    #[error("the password has to be changed")]
    PasswordToChange,
    #[error("not found")]
    NotFound,
    /// Others changed it since the page was drawn; nothing was done, and what was entered is still there. Sent again with the version
    /// that it has now, it is decided.
    #[error("changed meanwhile")]
    Changed {
        /// Of the stream.
        version: u64,
        /// What happened since, oldest first.
        since: Vec<HistoryEntry>,
    },
    /// Sign-in was tried too often.
    #[error("too many attempts; try again in {seconds} s")]
    TooManyAttempts { seconds: u64 },
    /// The network or the server failed; nothing was done.
    #[error("unavailable: {detail}")]
    Unavailable { detail: String },
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> ApiError {
        ApiError::Unavailable {
            detail: error.to_string(),
        }
    }
}

impl ApiError {
    /// A refusal that is about no field of a form.
    pub const fn refused(message: String) -> ApiError {
        ApiError::Refused {
            message,
            field: None,
            because_of: None,
        }
    }

    /// What a person reads.
    pub fn text(&self, language: Language) -> String {
        use domain::say;
        match self {
            ApiError::Refused { message, .. } => message.clone(),
            ApiError::SignedOut => say!(
                language,
                "登录已过期，请重新登录",
                "Your session has ended; sign in again"
            ),
            ApiError::PasswordToChange => say!(
                language,
                "这是管理员设置的初始密码，请先改为自己的密码",
                "An administrator chose this password; choose your own first"
            ),
            ApiError::NotFound => say!(
                language,
                "没有找到，或不在您的职责范围内",
                "Not found, or outside your scope"
            ),
            ApiError::Changed { .. } => say!(
                language,
                "您填写期间，他人作了更改（见下）。您填写的内容都在；核对后可再次提交",
                "Others changed this while you were at it, as below. What you entered is all here: check it, then submit again"
            ),
            ApiError::TooManyAttempts { seconds } => {
                say!(
                    language,
                    "尝试次数过多，请在{seconds}秒后再试",
                    "Too many attempts; try again in {seconds} seconds"
                )
            }
            ApiError::Unavailable { .. } => {
                say!(
                    language,
                    "服务器暂时无法响应，内容已保留，请稍后再试",
                    "The server cannot be reached; nothing is lost, try again"
                )
            }
        }
    }

    /// The same of one row among several, where there is no place for more than a line.
    pub fn row_text(&self, language: Language) -> String {
        let ApiError::Changed { since, .. } = self else {
            return self.text(language);
        };
        let did = since.iter().map(|entry| {
            let title = event_title(&entry.kind);
            let title = title.map_or(entry.kind.as_str(), |title| title.get(language));
            let actor = entry.actor.as_ref();
            let actor = actor.map_or("—", |actor| actor.name.get(language.tag()));
            format!("{actor} · {title}")
        });
        let did = did.collect::<Vec<_>>().join(match language {
            Language::Chinese => "、",
            Language::English => ", ",
        });
        say!(
            language,
            "他人作了更改，尚未办理：{did}。请核对后再次提交",
            "Others changed it, so nothing was done: {did}. Check it, then submit again"
        )
    }
}
