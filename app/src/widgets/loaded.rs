//! A page that waits for an answer of the server, and what stands there when none comes.

use domain::Text;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::address::{encode, here};
use super::head::{head, title};
use super::icon::{Icon, IconName};
use crate::api::ApiError;
use crate::i18n::{language, t};

/// Shows an answer once it is there; while a newer one is on its way the old one stays.
pub fn loaded<T>(
    answer: Resource<Result<T, ApiError>>,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    let again = Callback::new(move |()| answer.refetch());
    view! {
        <Transition fallback=skeleton>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match answer.await {
                        Ok(answer) => show(answer),
                        Err(error) => failure(&error, again),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

pub fn skeleton() -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="unseen">{t(Text::new("正在载入", "Loading"))}</span>
            <i></i><i></i><i></i>
        </div>
    }
    .into_any()
}

/// What a page says instead of its content.
pub fn failure(error: &ApiError, again: Callback<()>) -> AnyView {
    let text = error.text(language());
    match error {
        ApiError::NotFound => missing(),
        ApiError::SignedOut => {
            let here = here();
            let address = move || format!("/sign-in?to={}", encode(&here.get()));
            view! {
                {title(&text)}
                <div class="banner" data-kind="warning" role="alert">
                    <Icon name=IconName::Lock/>
                    <p>{text}</p>
                    <a class="button" data-kind="primary" rel="external" href=address>{t(Text::new("登录", "Sign in"))}</a>
                </div>
            }
            .into_any()
        }
        ApiError::Refused { .. }
        | ApiError::Changed { .. }
        | ApiError::PasswordToChange
        | ApiError::TooManyAttempts { .. }
        | ApiError::Unavailable { .. } => view! {
            {title(&text)}
            <div class="banner" data-kind="error" role="alert">
                <Icon name=IconName::CircleX/>
                <p>{text}</p>
                <button class="button" type="button" on:click=move |_| again.run(())>
                    <Icon name=IconName::RefreshCw/>{t(Text::new("重试", "Try again"))}
                </button>
            </div>
        }
        .into_any(),
    }
}

pub const NOT_FOUND: Text = Text::new("没有找到这一页", "Page not found");

/// Says so to programs, too.
pub fn answer_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
}

pub fn back_to_today() -> AnyView {
    let text = t(Text::new("回到今日", "Back to Today"));
    view! { <p><a class="button" href="/" rel="external"><Icon name=IconName::ArrowLeft/>{text}</a></p> }.into_any()
}

/// What is not within the reader's role.
pub fn outside() -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::FORBIDDEN);
    }
    let title = t(Text::new("不在您的职责范围内", "Outside your role")).to_owned();
    let text = t(Text::new(
        "这一页供其他职责的人员使用。如需使用，请与管理员联系。",
        "This page is for people with another role. Ask an administrator if you need it.",
    ));
    view! { {head(title, text, ())}{back_to_today()} }.into_any()
}

/// What is not there, or not for this reader: the same words for both.
pub fn missing() -> AnyView {
    answer_not_found();
    view! { {head(t(NOT_FOUND).to_owned(), ApiError::NotFound.text(language()), ())}{back_to_today()} }.into_any()
}
