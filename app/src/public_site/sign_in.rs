//! Signing in. It works without scripts: the server answers the form and leads back here, and from here to where one wanted to go.

use domain::Text;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_query_map;

use super::door::door;
use crate::api::ApiError;
use crate::api::session::DoSignIn;
use crate::api::view::Frame;
use crate::i18n::{language, t};
use crate::routes::PageFrame;
use crate::widgets::address::{encode, safe_destination};
use crate::widgets::browser;
use crate::widgets::icon::{Icon, IconName};

pub fn page() -> AnyView {
    let PageFrame(frame) = PageFrame::here();
    let query = use_query_map();
    let to = move || {
        query.with_untracked(|query| {
            safe_destination(&query.get("to").unwrap_or_default()).to_owned()
        })
    };
    // Without scripts the server leads back here with the name that was entered.
    let entered = query.with_untracked(|query| query.get("name"));
    let without_scripts = entered.clone();
    let action = ServerAction::<DoSignIn>::new();
    // Whoever still has an administrator's password chooses their own first, and goes on from there.
    let change = move |name: Option<String>| {
        let (name, to) = (name.unwrap_or_default(), to());
        format!("/password?name={}&to={}", encode(&name), encode(&to))
    };
    Effect::new(move |_| {
        action.value().with(|answer| match answer {
            Some(Ok(())) => browser::go_to(&to()),
            Some(Err(ApiError::PasswordToChange)) => {
                browser::go_to(&change(browser::value_of("name")));
            }
            _ => {}
        });
    });
    let line = match frame {
        Ok(Frame {
            jurisdiction: None, ..
        }) => view! { <Redirect path="/setup"/> }.into_any(),
        Ok(Frame {
            viewer: Some(_), ..
        }) => view! { <Redirect path=to()/> }.into_any(),
        Ok(Frame {
            jurisdiction: Some(jurisdiction),
            ..
        }) => jurisdiction
            .name
            .get(language().tag())
            .to_owned()
            .into_any(),
        Err(error) => error.text(language()).into_any(),
    };
    let refusal = move || {
        action.value().with(|answer| match answer {
            Some(Err(error)) => {
                let way = (*error == ApiError::PasswordToChange).then(|| view! {
                    " "<a href=change(without_scripts.clone()) rel="external">{t(super::password::TITLE)}</a>
                });
                Some(view! {
                    <div class="banner" data-kind="error" role="alert"><Icon name=IconName::CircleX/><p>{error.text(language())}{way}</p></div>
                })
            }
            _ => None,
        })
    };
    let pending = action.pending();
    let words = move || {
        if pending.get() {
            Text::new("正在登录…", "Signing in…")
        } else {
            Text::new("登录", "Sign in")
        }
    };
    let form = view! {
        <ActionForm action=action attr:class="card">
            {refusal}
            <div class="ask">
                <label for="name">{t(Text::new("登录名", "Sign-in name"))}</label>
                <input id="name" name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" value=entered required/>
            </div>
            <div class="ask">
                <label for="password">{t(Text::new("密码", "Password"))}</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required/>
            </div>
            <button class="button" data-kind="primary" type="submit" aria-busy=move || pending.get().then_some("true")>
                {move || t(words())}
            </button>
        </ActionForm>
        <p><a href="/public/draws" rel="external">{t(Text::new("公开抽取：规则、名录和结果，不需登录", "Published draws: rules, rosters and results, without signing in"))}</a></p>
    };
    door(t(Text::new("登录", "Sign in")), line, form)
}
