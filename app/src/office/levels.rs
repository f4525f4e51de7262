//! Decisions on response levels: which, where, for whom, from when to when, on which notice.

use domain::body::BodyKind;
use domain::command::Command;
use domain::id::NoticeId;
use domain::instant::Instant;
use domain::permission::Act;
use domain::response_level::{Area, LevelCommand, LevelEnd, ResponseLevel};
use domain::{Text, say};
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::level::notice_choices;
use super::people::tabs;
use crate::api::query::list as list_of;
use crate::api::view::{LevelRow, LevelState, NoticeRow};
use crate::i18n::t;
use crate::list::{Asked, Cell, Column, Listed};
use crate::widgets::browser;
use crate::widgets::filters::Filter;
use crate::widgets::head::{act, head};
use crate::widgets::icon::IconName;
use crate::widgets::list::{BulkAct, Entered, List, Offer, Question, list};
use crate::widgets::tag::tag;

pub const PATH: &str = "/levels";
pub const TITLE: Text = Text::new("响应等级", "Response levels");

pub fn area(area: &Area, site: &Site) -> String {
    match area {
        Area::Jurisdiction => site.name(&site.jurisdiction.name),
        Area::District(code) => site.district(code),
    }
}

pub fn kinds(kinds: &[BodyKind]) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| t(kind.title())).collect();
    kinds.join(t(Text::new("、", ", ")))
}

/// From when to when, in words.
pub fn term(decision: &LevelRow, site: &Site) -> String {
    let from = site.at(decision.order.from);
    let how = if decision.ended {
        t(Text::new("（提前终止）", " (ended)"))
    } else if decision.extended {
        t(Text::new("（已延长）", " (extended)"))
    } else {
        ""
    };
    match decision.end {
        Some(end) => {
            let end = site.at(end);
            say!(site.language, "{from}至{end}{how}", "{from} – {end}{how}")
        }
        None => say!(
            site.language,
            "自{from}起，至另行通知{how}",
            "From {from} until further notice{how}"
        ),
    }
}

const fn state_title(state: LevelState) -> Text {
    match state {
        LevelState::InForce => Text::new("执行中", "In force"),
        LevelState::Outranked => Text::new("以全辖区决定为准", "A wider decision governs"),
        LevelState::Waiting => Text::new("尚未生效", "Not yet in force"),
        LevelState::Superseded => Text::new("已被取代", "Superseded"),
        LevelState::Over => Text::new("已结束", "Over"),
    }
}

/// Whether it holds now.
pub fn state(decision: &LevelRow) -> AnyView {
    let (tone, icon) = match decision.state {
        LevelState::Over | LevelState::Superseded => ("cancelled", IconName::X),
        LevelState::Outranked => ("general", IconName::Info),
        LevelState::Waiting => ("soon", IconName::Clock),
        LevelState::InForce => ("received", IconName::CircleCheck),
    };
    tag(tone, icon, t(state_title(decision.state)))
}

impl Listed for LevelRow {
    const LIST: &'static str = "levels";
    const ORDER: &'static str = "-term";

    fn columns() -> Vec<Column<LevelRow>> {
        vec![
            Column::text(
                "level",
                Text::new("等级", "Level"),
                |row: &LevelRow, _| t(row.order.level.title()).into(),
            )
            .ordered(|row| Cell::Number(f64::from(row.order.level as u8))),
            Column::brief(
                "state",
                Text::new("状态", "State"),
                |row: &LevelRow, _| t(state_title(row.state)).into(),
            )
            .ordered(|row| Cell::Number(f64::from(row.state as u8)))
            .look(|row, _| state(row)),
            Column::brief("area", Text::new("地区", "Area"), |row, site| {
                area(&row.order.area, site).into()
            }),
            Column::text("kinds", Text::new("机构类别", "Kinds"), |row, _| {
                kinds(&row.order.kinds).into()
            }),
            Column::text(
                "term",
                Text::new("期限", "Term"),
                |row: &LevelRow, site| term(row, site).into(),
            )
            .ordered(|row| row.order.from.into()),
            Column::brief(
                "notice",
                Text::new("依据的通知", "Notice it rests on"),
                |row, _| row.notice.number.clone().into(),
            ),
        ]
    }

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn address(&self) -> Option<String> {
        Some(format!("{PATH}/{}", self.id))
    }

    fn version(&self) -> Option<u64> {
        Some(self.version)
    }
}

fn notices_offered() -> Offer {
    Box::pin(async {
        Ok(notice_choices(
            &list_of::<NoticeRow>(Asked::default()).await?.rows,
        ))
    })
}

/// Ends it soon; one that has not taken effect as it would begin.
fn end(level: &LevelRow, _: &Site, entered: &Entered) -> Vec<Command> {
    const MINUTE: i64 = 60_000;
    let at = match level.state {
        LevelState::InForce | LevelState::Outranked => {
            Instant((browser::now().millis() / MINUTE + 2) * MINUTE)
        }
        LevelState::Waiting => level.order.from,
        LevelState::Superseded | LevelState::Over => return Vec::new(),
    };
    // Not chosen yet; whatever is chosen, it may be ended.
    let notice = entered.only.parse().unwrap_or(NoticeId(Uuid::nil()));
    let command = Command::ResponseLevel {
        id: level.id,
        command: LevelCommand::End(LevelEnd { at, notice }),
    };
    level.may_change.then_some(command).into_iter().collect()
}

pub fn page() -> AnyView {
    let site = Site::here();
    let set = site.may(Act::SetRules).then(|| {
        act(
            "/levels/new",
            IconName::Plus,
            Text::new("决定响应等级", "Set a level"),
            true,
        )
    });
    let city = (
        LevelRow::CITY.to_owned(),
        site.name(&site.jurisdiction.name),
    );
    let levels = List::<LevelRow> {
        path: PATH.to_owned(),
        title: TITLE,
        filter: Text::new("筛选响应等级", "Filter response levels"),
        filters: vec![
            Filter::choice(
                "state",
                Text::new("状态", "State"),
                LevelState::ALL
                    .map(|state| (state.code().to_owned(), t(state_title(state)).to_owned()))
                    .to_vec(),
            ),
            Filter::choice(
                "level",
                Text::new("等级", "Level"),
                ResponseLevel::ALL
                    .map(|level| (level.code().to_owned(), t(level.title()).to_owned()))
                    .to_vec(),
            ),
            Filter::choice(
                "area",
                Text::new("地区", "Area"),
                std::iter::once(city).chain(site.districts()).collect(),
            ),
            Filter::choice(
                "kind",
                Text::new("机构类别", "Kind"),
                BodyKind::ALL
                    .into_iter()
                    .filter(|kind| kind.is_institution())
                    .map(|kind| (kind.code().to_owned(), t(kind.title()).to_owned()))
                    .collect(),
            ),
        ],
        search: Text::new("依据的通知或指南", "Notice or guide"),
        none: Text::new("没有符合条件的响应等级。", "No response level matches."),
        acts: site
            .may(Act::SetRules)
            .then_some(BulkAct {
                icon: IconName::X,
                title: Text::new("终止所选", "End the selected"),
                asks: Some(Question::Offered(
                    Text::new(
                        "依据的通知（两分钟内终止；尚未生效的作废）",
                        "Notice it rests on (they end within two minutes; what has not taken effect is annulled)",
                    ),
                    notices_offered,
                    Text::new(
                        "还没有通知；终止须依据通知。",
                        "There is no notice yet; a level is ended by one.",
                    ),
                )),
                commands: end,
            })
            .into_iter()
            .collect(),
    };
    view! {
        {head(t(TITLE).to_owned(), (), set)}
        {tabs(&site, PATH)}
        {list(levels)}
    }
    .into_any()
}
