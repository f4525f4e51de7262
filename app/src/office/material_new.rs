//! Calling in materials: what, from whom, until when, in whose name.

use domain::Text;
use domain::command::Command;
use domain::id::MaterialId;
use domain::material::{MaterialCommand, MaterialItem, MaterialRequest};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use crate::api::command::send;
use crate::api::query::talks;
use crate::api::view::TalkRow;
use crate::i18n::t;
use crate::widgets::ask::{Ask, Control, empty_faults, read_moment};
use crate::widgets::bodies_picker::BodiesPicker;
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Fault, Sending, Work};
use crate::widgets::texts::typed;

const TITLE: Text = Text::new("名称（中文）", "Title in Chinese");
const TITLE_ENGLISH: Text = Text::new("名称（英文）", "Title in English");
const ITEMS: Text = Text::new("材料清单", "What is to be handed in");
const DUE: Text = Text::new("报送期限", "To be handed in by");

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| talks());
    loaded(answer, move |talks| form(talks, &site))
}

/// One item a line, in Chinese and, after a bar, in English; a star before it means that it may be left out.
fn read_items(text: &str) -> Vec<MaterialItem> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let optional = line.strip_prefix(['*', '＊']);
            let words = optional.unwrap_or(line);
            let (chinese, english) = words.split_once(['|', '｜']).unwrap_or((words, ""));
            MaterialItem {
                name: typed(chinese, english),
                required: optional.is_none(),
            }
        })
        .collect()
}

fn form(talks: Vec<TalkRow>, site: &Site) -> AnyView {
    let [title_line, title_english, items, talk, due, note] =
        std::array::from_fn(|_| RwSignal::new(String::new()));
    let authority = BodyPicker::new(
        "material-authority",
        Text::new("调阅单位", "Asked in the name of"),
    );
    let bodies = BodiesPicker::new(
        "material-bodies",
        Text::new("报送单位", "To be handed in by these bodies"),
    );
    let sending = Sending::new("material-errors").kept("talks/materials/new");
    let zone = site.jurisdiction.time_zone.clone();
    let notices: Vec<_> = talks
        .iter()
        .map(|talk| {
            let notice = talk.notice.as_ref().filter(|notice| !notice.withdrawn);
            (talk.id, notice.map(|notice| notice.id))
        })
        .collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let title = typed(&title_line.get_untracked(), &title_english.get_untracked());
        if title.is_empty() {
            faults.extend(empty_faults(&[("material-title", TITLE, title_line)]));
        }
        let authority = authority.require().map_err(|fault| faults.push(fault)).ok();
        let asked = bodies.read().unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        if asked.is_empty()
            && !faults
                .iter()
                .any(|fault| fault.field == Some("material-bodies"))
        {
            faults.push(Fault {
                field: Some("material-bodies"),
                text: t(Text::new(
                    "请选择报送单位",
                    "Choose the bodies that hand it in",
                ))
                .to_owned(),
            });
        }
        faults.extend(empty_faults(&[("material-items", ITEMS, items)]));
        let by = read_moment("material-due", DUE, due, &zone)
            .map_err(|fault| faults.push(fault))
            .ok();
        let chosen = talk.with_untracked(|talk| talk.parse().ok());
        let notice = notices
            .iter()
            .find(|(id, _)| Some(*id) == chosen)
            .and_then(|(_, notice)| *notice);
        let id = MaterialId(Uuid::now_v7());
        let request = authority.zip(by).map(|(authority, due)| MaterialRequest {
            title,
            authority,
            notice,
            talk: chosen,
            bodies: asked,
            items: items.with_untracked(|items| read_items(items)),
            due,
            note: note.get_untracked(),
        });
        let work = move || -> Work {
            Box::pin(async move {
                match request {
                    Some(request) => {
                        let command = MaterialCommand::Request(request);
                        send(Command::Material { id, command }).await
                    }
                    None => Ok(()),
                }
            })
        };
        sending.run(faults, work, move || {
            browser::go_to(&format!("/talks/materials/{id}"))
        });
    };
    let none = (String::new(), t(Text::new("无", "None")).to_owned());
    let choices = std::iter::once(none)
        .chain(
            talks
                .iter()
                .filter(|talk| !talk.cancelled)
                .map(|talk| (talk.id.to_string(), site.name(&talk.title))),
        )
        .collect();
    let title = t(Text::new("调阅材料", "Call in materials")).to_owned();
    let hint = Text::new(
        "每行一项；英文名写在竖线“|”之后；行首加“*”为选报。",
        "One a line; the English name after a bar (|); a line that begins with * may be left out.",
    );
    view! {
        {crumbs("/talks/materials", Text::new("调阅材料", "Materials"), title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::line("material-title", TITLE, title_line).view(sending)}
            {Ask::line("material-title-english", TITLE_ENGLISH, title_english).optional().view(sending)}
            {authority.view(sending, false)}
            {bodies.view(sending, false)}
            {Ask::area("material-items", ITEMS, items).hint(hint).view(sending)}
            {Ask::new("material-talk", Text::new("随哪次约谈", "Goes with the talk"), Control::Choice(choices), talk).view(sending)}
            {Ask::new("material-due", DUE, Control::Moment, due).view(sending)}
            {Ask::area("material-note", Text::new("说明", "Note"), note).optional().view(sending)}
            {sending.submit(IconName::Send, Text::new("发出调阅", "Call them in"))}
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_items_is_read_line_by_line() {
        let items = read_items("消毒记录 | Disinfection log\n\n *照片\n＊说明｜Note\n");
        let read: Vec<(&str, &str, bool)> = items
            .iter()
            .map(|item| (item.name.get("zh-Hans"), item.name.get("en"), item.required))
            .collect();
        assert_eq!(
            read,
            [
                ("消毒记录", "Disinfection log", true),
                ("照片", "照片", false),
                ("说明", "Note", false)
            ]
        );
    }
}
