//! A folded form that takes something back and asks why.

use domain::{Command, Text};
use leptos::prelude::*;

use super::confirmation::Confirmation;
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::icon::IconName;
use crate::widgets::sending::Sending;

pub const REASON: Text = Text::new("原因", "Reason");

/// What such a form does. `form` and `field` are ids that nothing else on the page has.
#[derive(Clone, Copy)]
pub struct Asked {
    pub form: &'static str,
    pub field: &'static str,
    pub title: Text,
    /// What it leads to.
    pub consequence: Text,
}

/// `kept` is the page's address and a word for the form.
pub fn reason_form(
    asked: Asked,
    kept: &str,
    command: impl Fn(String) -> Command + 'static,
    done: Callback<()>,
) -> AnyView {
    let Asked {
        form,
        field,
        title,
        consequence,
    } = asked;
    let reason = RwSignal::new(String::new());
    let sending = Sending::new(form).kept(kept);
    let confirming = Confirmation::new("reason-confirm");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[(field, REASON, reason)]);
        let command = command(reason.get_untracked());
        if confirming.comes_first(sending, &faults, format!("{command:?}")) {
            return;
        }
        sending.run_command(faults, Some(command), move || done.run(()));
    };
    view! {
        <details class="card">
            <summary>{t(title)}</summary>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area(field, REASON, reason).hint(consequence).view(sending)}
                {confirming.submit(sending, IconName::RotateCcw, title, consequence)}
            </form>
        </details>
    }
    .into_any()
}
