//! The second step of setting up: bring the bodies along, or start empty.

use domain::Text;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::door::door;
use crate::api::view::Frame;
use crate::i18n::t;
use crate::office::bodies_import::import_form;
use crate::routes::PageFrame;
use crate::widgets::icon::{Icon, IconName};

pub fn page() -> AnyView {
    let PageFrame(frame) = PageFrame::here();
    let elsewhere = match frame {
        Ok(Frame {
            jurisdiction: None, ..
        }) => Some("/setup"),
        Ok(Frame { viewer: None, .. }) => Some("/sign-in?to=/setup/bodies"),
        _ => None,
    };
    let guard = elsewhere.map(|path| view! { <Redirect path=path/> });
    let content = view! {
        {guard}
        <section class="card">
            <h2>{t(Text::new("导入机构", "Import bodies"))}</h2>
            {import_form()}
        </section>
        <p><a class="button" href="/" rel="external">{t(Text::new("从空白开始", "Start empty"))}<Icon name=IconName::ArrowRight/></a></p>
    };
    door(
        t(Text::new("导入机构", "Import bodies")),
        t(Text::new("第二步，共两步", "Step 2 of 2")),
        content,
    )
}
