//! Talks: when, by whom, what they pressed, and how many acknowledgements are still waited for.

use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::query::talks;
use crate::api::view::TalkRow;
use crate::i18n::{language, t};
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::loaded::loaded;
use crate::widgets::table::{brief, cell, column, number, row, row_link, table};
use crate::widgets::tag::tag;

/// The lists of this part of the office.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum List {
    Talks,
    Materials,
    Trace,
}

/// The ways between them. The trace is for those who see campaigns.
pub fn lists(here: List, site: &Site) -> AnyView {
    let tab = |list: List, address: &'static str, text: Text| {
        let current = (list == here).then_some("page");
        view! { <a href=address aria-current=current>{t(text)}</a> }
    };
    let trace = site
        .sees_campaigns()
        .then(|| tab(List::Trace, "/talks/trace", Text::new("追溯", "Trace")));
    view! {
        <nav class="tabs" aria-label=t(Text::new("约谈、材料与追溯", "Talks, materials and trace"))>
            {tab(List::Talks, "/talks", Text::new("约谈", "Talks"))}
            {tab(List::Materials, "/talks/materials", Text::new("调阅材料", "Materials"))}
            {trace}
        </nav>
    }
    .into_any()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| talks());
    let title = t(Text::new("约谈", "Talks"));
    let begin = site.may(Act::Organise).then(|| {
        act(
            "/talks/new",
            IconName::Plus,
            Text::new("召集约谈", "Convene a talk"),
            true,
        )
    });
    view! {
        {head(title.to_owned(), (), begin)}
        {lists(List::Talks, &site)}
        {loaded(answer, move |rows: Vec<TalkRow>| list(&rows, &site))}
    }
    .into_any()
}

fn list(rows: &[TalkRow], site: &Site) -> AnyView {
    let columns = [
        column(t(Text::new("主题", "Subject"))),
        column(t(Text::new("时间", "When"))),
        column(t(Text::new("召集单位", "Convened by"))),
        column(t(Text::new("依据的通知", "Pressing the notice"))),
        number(t(Text::new("被约谈单位", "Bodies talked to"))),
        number(t(Text::new("要求", "Requirements"))),
        column(t(Text::new("确认", "Acknowledged"))),
    ];
    let line = |talk: &TalkRow| {
        let notice = talk.notice.as_ref().map(|notice| notice.number.clone());
        let convener = talk.convener.as_ref().map(|body| site.name(&body.name));
        row(vec![
            row_link(format!("/talks/{}", talk.id), site.name(&talk.title)),
            brief(site.at(talk.at)),
            cell(convener.unwrap_or_else(|| "—".to_owned())),
            brief(notice.unwrap_or_else(|| "—".to_owned())),
            crate::widgets::table::figure(talk.attendees),
            crate::widgets::table::figure(talk.requirements),
            brief(awaited_tag(talk)),
        ])
    };
    let none = t(Text::new("还没有约谈。", "There has been no talk yet."));
    let rows = rows.iter().map(line).collect();
    table(t(Text::new("约谈", "Talks")), &columns, rows, none)
}

fn awaited_tag(talk: &TalkRow) -> AnyView {
    let awaited = talk.awaited;
    if talk.requirements == 0 {
        return "—".into_any();
    }
    if awaited == 0 {
        return tag(
            "closed",
            IconName::CircleCheck,
            t(Text::new("全部确认", "All acknowledged")),
        );
    }
    let words = say!(language(), "{awaited}项待确认", "{awaited} awaited");
    tag("soon", IconName::Clock, words)
}
