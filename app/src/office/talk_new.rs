//! Convening a talk: what about, when and where, who holds it, who sits by, who is talked to.

use domain::Text;
use domain::command::Command;
use domain::id::TalkId;
use domain::talk::{TalkCommand, TalkPlan};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use crate::api::command::send;
use crate::api::query::list;
use crate::api::view::{NoticeRow, Page};
use crate::clock::wall_time;
use crate::i18n::{t, tr};
use crate::list::Asked;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::bodies_picker::BodiesPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;

const TITLE: Text = Text::new("主题（中文）", "Subject in Chinese");
const TITLE_ENGLISH: Text = Text::new("主题（英文）", "Subject in English");
pub const AT: Text = Text::new("时间", "When");
pub const PLACE: Text = Text::new("地点", "Place");
const CONVENERS: Text = Text::new("召集单位", "Convened by");
const ATTENDEES: Text = Text::new("被约谈单位", "Bodies talked to");

pub fn page() -> AnyView {
    let site = Site::here();
    // The newest: a talk is about what has just been ordered.
    let answer = Resource::new(|| (), |()| list::<NoticeRow>(Asked::default()));
    loaded(answer, move |notices: Page<NoticeRow>| {
        form(&notices.rows, &site)
    })
}

fn form(notices: &[NoticeRow], site: &Site) -> AnyView {
    let [title_line, title_english, notice, at, place] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    // Now, as the reader's browser has it; what was chosen already stays.
    let now = wall_time(browser::now(), &site.jurisdiction.time_zone);
    Effect::new(move |run: Option<()>| {
        if run.is_none() && at.with_untracked(String::is_empty) {
            at.set(now.to_string());
        }
    });
    let conveners = BodiesPicker::new("talk-conveners", CONVENERS);
    let present = BodiesPicker::new("talk-present", Text::new("列席单位", "Sitting by"));
    let attendees = BodiesPicker::new("talk-attendees", ATTENDEES);
    let sending = Sending::new("talk-errors").kept("talks/new");
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let title = typed(&title_line.get_untracked(), &title_english.get_untracked());
        if title.is_empty() {
            faults.extend(empty_faults(&[("talk-title", TITLE, title_line)]));
        }
        let at = read_moment("talk-at", AT, at, &zone)
            .map_err(|fault| faults.push(fault))
            .ok();
        faults.extend(empty_faults(&[("talk-place", PLACE, place)]));
        let mut read = |picker: BodiesPicker, id: &'static str, needed: Option<Text>| {
            let bodies = picker.read().unwrap_or_else(|fault| {
                faults.push(fault);
                Vec::new()
            });
            if let Some(label) = needed
                && bodies.is_empty()
                && !faults.iter().any(|fault| fault.field == Some(id))
            {
                let label = t(label);
                let text = domain::say!(
                    crate::i18n::language(),
                    "请选择“{label}”",
                    "Choose “{label}”"
                );
                faults.push(Fault {
                    field: Some(id),
                    text,
                });
            }
            bodies
        };
        let conveners = read(conveners, "talk-conveners", Some(CONVENERS));
        let present = read(present, "talk-present", None);
        let attendees = read(attendees, "talk-attendees", Some(ATTENDEES));
        let id = TalkId(Uuid::now_v7());
        let plan = at.map(|at| TalkPlan {
            title,
            notice: notice.with_untracked(|notice| notice.parse().ok()),
            at,
            place: place.get_untracked().trim().to_owned(),
            conveners,
            present,
            attendees,
        });
        let work = move || -> Work {
            Box::pin(async move {
                match plan {
                    Some(plan) => {
                        let command = TalkCommand::Convene(plan);
                        send(Command::Talk { id, command }).await
                    }
                    None => Ok(()),
                }
            })
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/talks/{id}"))
        });
    };
    let none = (String::new(), t(Text::new("无", "None")).to_owned());
    let choices = std::iter::once(none)
        .chain(
            notices
                .iter()
                .filter(|notice| !notice.withdrawn)
                .map(|notice| {
                    let words = format!("{} · {}", notice.number, tr(&notice.title));
                    (notice.id.to_string(), words)
                }),
        )
        .collect();
    let title = t(Text::new("召集约谈", "Convene a talk")).to_owned();
    view! {
        {crumbs("/talks", Text::new("约谈", "Talks"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("talk-title", TITLE, title_line).view(sending)}
            {Ask::line("talk-title-english", TITLE_ENGLISH, title_english).optional().view(sending)}
            {Ask::new("talk-notice", Text::new("依据的通知", "Pressing the notice"), Control::Choice(choices), notice).view(sending)}
            {Ask::new("talk-at", AT, Control::Moment, at).view(sending)}
            {Ask::line("talk-place", PLACE, place).view(sending)}
            {conveners.view(sending, false)}
            {present.view(sending, true)}
            {attendees.view(sending, false)}
            {sending.submit(IconName::Send, Text::new("召集", "Convene"))}
        </form>
    }
    .into_any()
}
