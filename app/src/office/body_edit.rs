//! Changing a body: what is known of it, its place in the tree, a merger, its end. Each is an act of its own, and stays in the record.

use domain::Text;
use domain::body::{Amendment, BodyCommand};
use domain::command::Command;
use domain::id::BodyId;
use leptos::prelude::*;

use super::body_form::BodyForm;
use super::confirmation::Confirmation;
use super::{Site, id_in_address};
use crate::api::query::body;
use crate::api::view::BodyView;
use crate::i18n::t;
use crate::widgets::ask::{Ask, empty_faults};
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::head;
use crate::widgets::icon::IconName;
use crate::widgets::loaded::{loaded, missing, outside};
use crate::widgets::sending::{Seen, Sending};

pub const TITLE: Text = Text::new("变更单位", "Change the body");

pub fn page() -> AnyView {
    let site = Site::here();
    let Some(id) = id_in_address::<BodyId>() else {
        return missing();
    };
    let answer = Resource::new(|| (), move |()| body(id));
    loaded(answer, move |view| show(&view, &site))
}

fn show(view: &BodyView, site: &Site) -> AnyView {
    if !view.may_manage {
        return outside();
    }
    let name = site.name(&view.particulars.name);
    let title = t(TITLE);
    view! {
        <nav class="crumbs" aria-label=t(Text::new("位置", "Location"))>
            <ol>
                <li><a href="/bodies">{t(Text::new("机构", "Bodies"))}</a></li>
                <li><a href=format!("/bodies/{}", view.id)>{name.clone()}</a></li>
                <li aria-current="page">{title}</li>
            </ol>
        </nav>
        {head(name, view! { <span>{title}</span> }, ())}
        {amend(view, site)}
        {move_to(view, site)}
        {merge(view)}
        {close(view)}
    }
    .into_any()
}

/// Back to the body, as it is now.
fn back(id: BodyId) {
    browser::go_to(&format!("/bodies/{id}"));
}

fn amend(view: &BodyView, site: &Site) -> AnyView {
    let id = view.id;
    let before: Amendment = view.particulars.amendable();
    let form = BodyForm::of(&before);
    // A draft is of the version it was begun with.
    let version = view.history.last().map_or(0, |last| last.version);
    let sending = Sending::new("amend-errors")
        .kept(&format!("bodies/{id}/amend/{version}"))
        .seeing(Seen::last(&view.history));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let after = form.read(&mut faults);
        let command = Command::Body {
            id,
            command: BodyCommand::Amend {
                before: Box::new(before.clone()),
                after: Box::new(after),
            },
        };
        sending.run_command(faults, Some(command), move || back(id));
    };
    view! {
        <section class="card">
            <h2>{t(Text::new("更正信息", "Amend what is known"))}</h2>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {form.view(site, sending, ())}
                {sending.submit(IconName::Check, Text::new("保存更正", "Save the amendment"))}
            </form>
        </section>
    }
    .into_any()
}

fn move_to(view: &BodyView, site: &Site) -> AnyView {
    let id = view.id;
    let parent = BodyPicker::new(
        "move-parent",
        Text::new("新的上级单位", "Answers to, from now on"),
    );
    let sending = Sending::new("move-errors").seeing(Seen::last(&view.history));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let parent = parent
            .read()
            .map_err(|fault| faults.push(fault))
            .ok()
            .flatten();
        let command = Command::Body {
            id,
            command: BodyCommand::Move { parent },
        };
        sending.run_command(faults, Some(command), move || back(id));
    };
    let now = match &view.parent {
        Some(parent) => {
            view! { <p>{t(Text::new("现上级单位：", "It answers to: "))}{site.body(parent)}</p> }
                .into_any()
        }
        None => view! { <p>{t(Text::new("现无上级单位。", "It answers to no body now."))}</p> }
            .into_any(),
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("调整隶属关系", "Move it below another body"))}</summary>
            {now}
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {parent.view(sending, true)}
                {sending.submit(IconName::ArrowRight, Text::new("调整", "Move"))}
            </form>
        </details>
    }
    .into_any()
}

fn merge(view: &BodyView) -> AnyView {
    let id = view.id;
    let into = BodyPicker::new("merge-into", Text::new("并入", "Merge it into"));
    let sending = Sending::new("merge-errors").seeing(Seen::last(&view.history));
    let confirmation = Confirmation::new("merge-confirm");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let into = into.require().map_err(|fault| faults.push(fault)).ok();
        if into.is_some_and(|into| confirmation.comes_first(sending, &faults, into)) {
            return;
        }
        let command = into.map(|into| Command::Body {
            id,
            command: BodyCommand::Merge { into },
        });
        sending.run_command(faults, command, move || back(id));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("并入其他单位", "Merge it into another body"))}</summary>
            <p>{t(Text::new(
                "并入后不能撤回。下属单位随之转移，检查和问题记录保留在原单位名下。",
                "There is no way back. What lies below it moves along; inspections and findings stay under its own name.",
            ))}</p>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {into.view(sending, false)}
                {confirmation.submit(sending, IconName::Link, Text::new("并入", "Merge"), Text::new(
                    "本单位将从名册中消失，下属单位转入所选单位，不能撤回。",
                    "This body leaves the register and what lies below it moves to the chosen one. There is no way back.",
                ))}
            </form>
        </details>
    }
    .into_any()
}

fn close(view: &BodyView) -> AnyView {
    let id = view.id;
    const REASON: Text = Text::new("撤销原因", "Why it is closed");
    let reason = RwSignal::new(String::new());
    let sending = Sending::new("close-errors").seeing(Seen::last(&view.history));
    let confirmation = Confirmation::new("close-confirm");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let faults = empty_faults(&[("close-reason", REASON, reason)]);
        if confirmation.comes_first(sending, &faults, reason.get_untracked()) {
            return;
        }
        let command = Command::Body {
            id,
            command: BodyCommand::Close {
                reason: reason.get_untracked(),
            },
        };
        sending.run_command(faults, Some(command), move || back(id));
    };
    view! {
        <details class="card">
            <summary>{t(Text::new("撤销单位", "Close the body"))}</summary>
            <p>{t(Text::new(
                "撤销后不能恢复；记录保留。",
                "There is no way back; its record stays.",
            ))}</p>
            <form class="stack prose" novalidate on:submit=submit>
                {sending.summary()}
                {Ask::area("close-reason", REASON, reason).view(sending)}
                {confirmation.submit(sending, IconName::X, Text::new("撤销", "Close"), Text::new(
                    "本单位将从名册中消失，不再接收通知和检查，不能恢复。",
                    "This body leaves the register and gets no more notices or inspections. There is no way back.",
                ))}
            </form>
        </details>
    }
    .into_any()
}
