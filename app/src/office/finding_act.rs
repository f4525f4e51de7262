//! An act on a finding made of texts and days: one form for all of them, given what is asked and the command that follows.

use domain::Text;
use domain::command::Command;
use domain::finding::FindingCommand;
use domain::id::FindingId;
use leptos::prelude::*;

use crate::widgets::icon::IconName;
use crate::widgets::questions::{Asked, Entered, Questions};
use crate::widgets::sending::Sending;

/// `form` is a word no other form on the page uses; `command` is None where a day that it takes is missing, which is said before.
pub fn act_form(
    finding: FindingId,
    form: &'static str,
    asked: Vec<Asked>,
    act: (IconName, Text),
    command: impl Fn(&Entered) -> Option<FindingCommand> + Clone + Send + Sync + 'static,
    done: Callback<()>,
) -> AnyView {
    let draft = format!("findings/{finding}/{form}");
    act_form_about(finding, form, &draft, asked, act, command, done)
}

/// The same about one thing of several, such as a plan: `draft` names what is entered about this one, which is given back of no other.
pub fn act_form_about(
    finding: FindingId,
    form: &'static str,
    draft: &str,
    asked: Vec<Asked>,
    (icon, act): (IconName, Text),
    command: impl Fn(&Entered) -> Option<FindingCommand> + Clone + Send + Sync + 'static,
    done: Callback<()>,
) -> AnyView {
    let sending = Sending::beside(form, format!("/findings/{finding}")).kept(draft);
    let questions = Questions::new(asked);
    let asked = questions.view(sending);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (entered, faults) = questions.read();
        let command = command(&entered);
        sending.run(
            faults,
            move || {
                Box::pin(async move {
                    match command {
                        Some(command) => {
                            sending
                                .deliver(Command::Finding {
                                    id: finding,
                                    command,
                                })
                                .await
                        }
                        None => Ok(()),
                    }
                })
            },
            move || done.run(()),
        );
    };
    view! {
        <form class="stack" novalidate on:submit=submit>
            {sending.summary()}
            {asked}
            {sending.submit(icon, act)}
        </form>
    }
    .into_any()
}
