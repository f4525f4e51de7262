//! Every event of the record, for those from whom nothing in it is hidden: what was done, by whom, when, and the hash that seals it.

use domain::Text;
use domain::record::StreamKind;
use leptos::prelude::*;

use super::Site;
use super::record::tabs;
use crate::api::view::RecordedRow;
use crate::i18n::t;
use crate::list::{Column, Listed};
use crate::widgets::event_title::event_title;
use crate::widgets::filters::Filter;
use crate::widgets::hash::folded;
use crate::widgets::head::head;
use crate::widgets::list::{List, list};
use crate::widgets::loaded::outside;
use crate::widgets::stream_title::{page_of, stream_title};

pub const PATH: &str = "/record/events";

fn words(row: &RecordedRow) -> String {
    event_title(&row.kind).map_or_else(|| row.kind.clone(), |text| t(text).to_owned())
}

impl Listed for RecordedRow {
    const LIST: &'static str = "recorded";

    fn columns() -> Vec<Column<RecordedRow>> {
        vec![
            Column::text(
                "event",
                Text::new("事件", "Event"),
                |row: &RecordedRow, _| words(row).into(),
            )
            .unsorted(),
            Column::number(
                "number",
                Text::new("总序号", "Number in the record"),
                |row: &RecordedRow, _| row.position.into(),
            ),
            Column::brief(
                "about",
                Text::new("事项", "About"),
                |row: &RecordedRow, _| {
                    StreamKind::from_code(row.about())
                        .map(|kind| t(stream_title(kind)).to_owned())
                        .into()
                },
            )
            .unsorted(),
            Column::text(
                "thing",
                Text::new("名称", "Name"),
                |row: &RecordedRow, site| site.name(&row.thing).into(),
            )
            .unsorted(),
            Column::text(
                "by",
                Text::new("经手人", "By"),
                |row: &RecordedRow, site| {
                    let place = if row.on_tablet {
                        t(Text::new("（平板）", " (tablet)"))
                    } else {
                        ""
                    };
                    format!("{}{place}", site.name(&row.actor.name)).into()
                },
            )
            .unsorted(),
            Column::brief(
                "occurred",
                Text::new("发生时间", "Occurred"),
                |row: &RecordedRow, _| row.occurred_at.into(),
            )
            .unsorted(),
            Column::brief(
                "recorded",
                Text::new("入账时间", "Recorded"),
                |row: &RecordedRow, _| row.recorded_at.into(),
            )
            .unsorted(),
            Column::text(
                "hash",
                Text::new("校验值 SHA-256", "Hash, SHA-256"),
                |row: &RecordedRow, _| row.hash.clone().into(),
            )
            .unsorted()
            .look(|row, _| folded(&row.hash)),
        ]
    }

    fn key(&self) -> String {
        self.position.to_string()
    }

    fn address(&self) -> Option<String> {
        let (kind, id) = self.stream.split_once('/')?;
        page_of(StreamKind::from_code(kind)?, id)
    }
}

pub fn page() -> AnyView {
    let site = Site::here();
    if !site.sees_every_event() {
        return outside();
    }
    let kinds = StreamKind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), t(stream_title(*kind)).to_owned()));
    let events = List::<RecordedRow> {
        path: PATH.to_owned(),
        title: Text::new("记录", "Record"),
        filter: Text::new("筛选记录", "Filter the record"),
        filters: vec![
            Filter::choice(
                RecordedRow::ABOUT,
                Text::new("事项", "About"),
                kinds.collect(),
            ),
            Filter::day(RecordedRow::FROM, Text::new("入账，自", "Recorded from")),
            Filter::day(RecordedRow::TO, Text::new("入账，至", "Recorded to")),
        ],
        search: Text::new("经手人", "By whom"),
        none: Text::new("没有符合条件的记录。", "No event matches."),
        acts: Vec::new(),
    };
    view! {
        {head(t(Text::new("数据", "Figures")).to_owned(), site.name(&site.jurisdiction.name), ())}
        {tabs(PATH, &site)}
        {list(events)}
    }
    .into_any()
}
