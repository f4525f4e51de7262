//! Choosing a password of one's own: whoever is signed in, and whoever still has the one an administrator gave them and is not let in
//! with it. The old one is asked either way.

use domain::Text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::door::door;
use crate::api::session::DoChangePassword;
use crate::i18n::{language, t};
use crate::routes::PageFrame;
use crate::widgets::address::safe_destination;
use crate::widgets::browser;
use crate::widgets::icon::{Icon, IconName};

pub const TITLE: Text = Text::new("修改密码", "Change password");

pub fn page() -> AnyView {
    let PageFrame(frame) = PageFrame::here();
    let viewer = frame.ok().and_then(|frame| frame.viewer);
    let query = use_query_map();
    let (entered, to) = query.with_untracked(|query| {
        let to = query.get("to").unwrap_or_default();
        (query.get("name"), safe_destination(&to).to_owned())
    });
    // Sent here by the sign-in, with a password that an administrator chose.
    let is_first = viewer.is_none() && entered.is_some();
    let name = viewer.map(|viewer| viewer.sign_in_name).or(entered);
    let action = ServerAction::<DoChangePassword>::new();
    let on = to.clone();
    Effect::new(move |_| {
        if action.value().with(|answer| matches!(answer, Some(Ok(())))) && is_first {
            browser::go_to(&on);
        }
    });
    let outcome = move || {
        action.value().with(|answer| match answer {
            Some(Ok(())) => Some(
                view! {
                    <div class="banner" data-kind="success" role="status"><Icon name=IconName::CircleCheck/>
                        <p>{t(Text::new("密码已修改，其他设备上的登录已失效。", "The password is changed, and other devices are signed out."))}
                            " "<a href=to.clone() rel="external">{t(Text::new("继续", "Go on"))}</a></p>
                    </div>
                }
                .into_any(),
            ),
            Some(Err(error)) => Some(
                view! {
                    <div class="banner" data-kind="error" role="alert"><Icon name=IconName::CircleX/><p>{error.text(language())}</p></div>
                }
                .into_any(),
            ),
            None => None,
        })
    };
    let pending = action.pending();
    let old = if is_first {
        Text::new(
            "管理员给您的初始密码",
            "The first password, from your administrator",
        )
    } else {
        Text::new("原密码", "Old password")
    };
    let form = view! {
        <ActionForm action=action attr:class="card">
            {outcome}
            <div class="ask">
                <label for="name">{t(Text::new("登录名", "Sign-in name"))}</label>
                <input id="name" name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" value=name required/>
            </div>
            {secret("password", old, "current-password")}
            {secret("new", Text::new("新密码（至少10个字符）", "New password (10 characters or more)"), "new-password")}
            {secret("again", Text::new("再次填写新密码", "New password once more"), "new-password")}
            <button class="button" data-kind="primary" type="submit" aria-busy=move || pending.get().then_some("true")>
                {t(TITLE)}
            </button>
        </ActionForm>
        <p><a href="/" rel="external">{t(Text::new("返回", "Back"))}</a></p>
    };
    let line = t(if is_first {
        Text::new(
            "初始密码由管理员设置，管理员知道它。请先设自己的密码，再开始使用。",
            "An administrator chose your first password and knows it. Choose your own before you go on.",
        )
    } else {
        Text::new(
            "修改后，其他设备上的登录即刻失效。",
            "Every other device is signed out at once.",
        )
    });
    door(t(TITLE), line, form)
}

fn secret(id: &'static str, label: Text, autocomplete: &'static str) -> AnyView {
    view! {
        <div class="ask">
            <label for=id>{t(label)}</label>
            <input id=id name=id type="password" autocomplete=autocomplete required/>
        </div>
    }
    .into_any()
}
