//! Talks: when, by whom, what they pressed, and how many acknowledgements are still waited for.

use domain::command::Command;
use domain::permission::Act;
use domain::talk::TalkCommand;
use domain::{Text, say};
use leptos::prelude::*;

use super::Site;
use crate::api::view::TalkRow;
use crate::i18n::{language, t};
use crate::list::{Cell, Column, Listed};
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Question, list};
use crate::widgets::tag::tag;

/// The lists of this part of the office.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Talks,
    Materials,
    Trace,
}

/// The ways between them. The trace is for those who see campaigns.
pub fn lists(here: Part, site: &Site) -> AnyView {
    let tab = |part: Part, address: &'static str, text: Text| {
        let current = (part == here).then_some("page");
        view! { <a href=address aria-current=current>{t(text)}</a> }
    };
    let trace = site
        .sees_campaigns()
        .then(|| tab(Part::Trace, "/talks/trace", Text::new("追溯", "Trace")));
    view! {
        <nav class="tabs" aria-label=t(Text::new("约谈、材料与追溯", "Talks, materials and trace"))>
            {tab(Part::Talks, "/talks", Text::new("约谈", "Talks"))}
            {tab(Part::Materials, "/talks/materials", Text::new("调阅材料", "Materials"))}
            {trace}
        </nav>
    }
    .into_any()
}

const CANCELLED: Text = Text::new("已取消", "called off");

pub fn cancelled_tag() -> AnyView {
    tag("reopened", IconName::X, t(CANCELLED))
}

impl Listed for TalkRow {
    const LIST: &'static str = "talks";

    fn columns() -> Vec<Column<TalkRow>> {
        vec![
            Column::text(
                "title",
                Text::new("主题", "Subject"),
                |talk: &TalkRow, site| {
                    let title = site.name(&talk.title);
                    if talk.cancelled {
                        let cancelled = t(CANCELLED);
                        say!(
                            site.language,
                            "{title}（{cancelled}）",
                            "{title} ({cancelled})"
                        )
                    } else {
                        title
                    }
                    .into()
                },
            ),
            Column::brief("at", Text::new("时间", "When"), |talk, _| talk.at.into()),
            Column::text(
                "convener",
                Text::new("召集单位", "Convened by"),
                |talk: &TalkRow, site| {
                    let convener = talk.convener.as_ref();
                    convener.map(|body| site.name(&body.name)).into()
                },
            ),
            Column::brief(
                "notice",
                Text::new("依据的通知", "Pressing the notice"),
                |talk: &TalkRow, _| {
                    let notice = talk.notice.as_ref();
                    notice.map(|notice| notice.number.clone()).into()
                },
            ),
            Column::number(
                "attendees",
                Text::new("被约谈单位", "Bodies talked to"),
                |talk, _| talk.attendees.into(),
            ),
            Column::number(
                "requirements",
                Text::new("要求", "Requirements"),
                |talk, _| talk.requirements.into(),
            ),
            Column::brief(
                "awaited",
                Text::new("待确认", "Awaited"),
                |talk: &TalkRow, _| match talk.requirements {
                    0 => Cell::Nothing,
                    _ => talk.awaited.into(),
                },
            )
            .look(|talk, _| awaited_tag(talk)),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("/talks/{}", self.id))
    }
}

fn cancel(talk: &TalkRow, _: &Site, entered: &Entered) -> Vec<Command> {
    let command = Command::Talk {
        id: talk.id,
        command: TalkCommand::Cancel {
            reason: entered.only.clone(),
        },
    };
    talk.may_cancel.then_some(command).into_iter().collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let title = Text::new("约谈", "Talks");
    let begin = site.may(Act::Organise).then(|| {
        act(
            "/talks/new",
            IconName::Plus,
            Text::new("召集约谈", "Convene a talk"),
            true,
        )
    });
    let waiting = t(Text::new("有待确认的要求", "Some requirement is awaited")).to_owned();
    let talks = List::<TalkRow> {
        path: "/talks".to_owned(),
        title,
        filter: Text::new("筛选约谈", "Filter talks"),
        filters: vec![Filter::choice(
            "awaited",
            Text::new("确认", "Acknowledged"),
            vec![("yes".to_owned(), waiting)],
        )],
        search: Text::new("主题、文号或召集单位", "Subject, notice or convener"),
        none: Text::new("没有符合条件的约谈。", "No talk matches."),
        acts: site
            .may(Act::Organise)
            .then_some(BulkAct {
                icon: IconName::X,
                title: Text::new("取消所选约谈", "Call the selected off"),
                asks: Some(Question::Words(
                    Text::new("原因", "Reason"),
                    Text::new(
                        "参加的单位都会得知。取消后不能恢复。",
                        "Everybody who takes part is told. It is not undone.",
                    ),
                )),
                commands: cancel,
            })
            .into_iter()
            .collect(),
    };
    view! {
        {head(t(title).to_owned(), (), begin)}
        {lists(Part::Talks, &site)}
        {list(talks)}
    }
    .into_any()
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
