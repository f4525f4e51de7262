//! Registering one body by hand.

use domain::Text;
use domain::body::{Amendment, BodyCommand, Particulars};
use domain::command::Command;
use domain::id::BodyId;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::body_form::BodyForm;
use crate::i18n::t;
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::sending::Sending;

pub fn page() -> AnyView {
    let site = Site::here();
    let form = BodyForm::empty();
    let parent = BodyPicker::new("parent", Text::new("上级单位", "Answers to"));
    let sending = Sending::new("body-errors").kept("bodies/new");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let Amendment {
            kind,
            name,
            district,
            residents,
            staff,
            capacity,
            profile,
        } = form.read(&mut faults);
        let parent = parent
            .read()
            .map_err(|fault| faults.push(fault))
            .ok()
            .flatten();
        let particulars = Particulars {
            kind,
            name,
            parent,
            district,
            residents,
            staff,
            capacity,
            sample: false,
            profile,
        };
        let id = BodyId(Uuid::now_v7());
        let command = Command::Body {
            id,
            command: BodyCommand::Register(particulars),
        };
        sending.run_command(faults, Some(command), move || {
            browser::go_to(&format!("/bodies/{id}"))
        });
    };
    let title = t(Text::new("登记单位", "Register a body")).to_owned();
    view! {
        {crumbs("/bodies", Text::new("机构", "Bodies"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {form.view(&site, sending, parent.view(sending, true))}
            {sending.submit(IconName::Plus, Text::new("登记", "Register"))}
        </form>
    }
    .into_any()
}
