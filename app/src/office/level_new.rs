//! Putting a response level in force.

use domain::body::BodyKind;
use domain::command::Command;
use domain::id::{NoticeId, ResponseLevelId, RulePackId};
use domain::jurisdiction::DistrictCode;
use domain::response_level::{
    Area, LevelCommand, LevelOrder, LevelRefusal, ResponseLevel, check_term,
};
use domain::{Text, say};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Site;
use super::confirmation::Confirmation;
use super::level::{notice_words, read_notice};
use super::levels::{PATH, TITLE};
use crate::api::query::{guides, list, notice};
use crate::api::view::{GuideRow, NoticeRow};
use crate::i18n::{language, t, tr};
use crate::list::Asked;
use crate::widgets::ask::{Ask, Control, read_moment};
use crate::widgets::browser;
use crate::widgets::draft::Part;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Fault, Sending};

const FROM: Text = Text::new("生效时间", "In force from");
const UNTIL: Text = Text::new("期限", "Until");
/// Stands for the whole jurisdiction among the areas.
const WHOLE: &str = "whole";
const CONSEQUENCE: Text = Text::new(
    "自生效时间起，该等级及所选指南适用于所选地区和类别的全部机构，并取代同一地区此前的决定；其他地区层级的决定仍有效，以较严者为准。决定不能撤回，只能终止；尚未生效的可以作废。",
    "From then on the level and the guides chosen hold for every institution of these kinds in the area. It replaces the earlier decision for this same area; one for another area stays in force, and the graver level governs. A decision cannot be withdrawn, only ended, or annulled before it takes effect.",
);

pub fn page() -> AnyView {
    let site = Site::here();
    // The notice that the reader comes from.
    let asked = use_query_map().with_untracked(|query| query.get("notice"));
    let asked = asked.and_then(|id| id.parse::<NoticeId>().ok());
    let answer = Resource::new(
        || (),
        move |()| async move {
            let rows = list::<NoticeRow>(Asked::default()).await?.rows;
            let standing = rows.iter().filter(|row| !row.withdrawn);
            let mut notices: Vec<Offered> = standing
                .map(|row| Offered {
                    id: row.id,
                    words: notice_words(&row.number, &row.title),
                    level: row.level,
                })
                .collect();
            if let Some(id) = asked {
                let content = notice(id).await?.content;
                notices.retain(|known| known.id != id);
                notices.insert(
                    0,
                    Offered {
                        id,
                        words: notice_words(&content.number, &content.title),
                        level: content.level,
                    },
                );
            }
            Ok((notices, guides().await?))
        },
    );
    // A draft is of the notice it was begun from.
    let kept = asked.map_or_else(|| "levels/new".to_owned(), |id| format!("levels/new/{id}"));
    loaded(
        answer,
        move |(notices, guides): (Vec<Offered>, Vec<GuideRow>)| {
            form((notices, asked), &guides, &kept, &site)
        },
    )
}

/// A notice that a decision may rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Offered {
    id: NoticeId,
    words: String,
    /// What it puts in force, where it says so: then the decision says the same.
    level: Option<ResponseLevel>,
}

/// Boxes to tick; the first bears the id of the question, so that a fault leads to it.
pub fn boxes<I: Copy + PartialEq + Send + Sync + 'static>(
    id: &'static str,
    legend: Text,
    choices: Vec<(I, String)>,
    chosen: RwSignal<Vec<I>>,
    sending: Sending,
) -> AnyView {
    let one = |(index, (value, words)): (usize, (I, String))| {
        let toggle = move |event: leptos::ev::Event| {
            let is_in = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|one| *one != value);
                if is_in {
                    chosen.push(value);
                }
            });
        };
        let own = (index == 0).then_some(id);
        let is_in = chosen.with_untracked(|chosen| chosen.contains(&value));
        view! {
            <label class="choice">
                <input type="checkbox" id=own name=id checked=is_in
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&value)) on:change=toggle/>
                {words}
            </label>
        }
    };
    let boxes: Vec<_> = choices.into_iter().enumerate().map(one).collect();
    let error = move || {
        sending
            .fault(id)
            .map(|text| view! { <p class="error"><Icon name=IconName::CircleAlert/>{text}</p> })
    };
    view! {
        <fieldset class="ask">
            <legend>{t(legend)}</legend>
            {error}
            <div class="choices">{boxes}</div>
        </fieldset>
    }
    .into_any()
}

fn form(
    (notices, asked): (Vec<Offered>, Option<NoticeId>),
    guides: &[GuideRow],
    kept: &str,
    site: &Site,
) -> AnyView {
    let [level, area, from, until, notice] = std::array::from_fn(|_| RwSignal::new(String::new()));
    // The one the reader comes from; else the newest that puts a level in force.
    let proposed = notices
        .iter()
        .find(|one| asked.map_or(one.level.is_some(), |asked| one.id == asked));
    if let Some(proposed) = proposed {
        notice.set(proposed.id.to_string());
        let said = proposed.level.map(ResponseLevel::code);
        level.set(said.unwrap_or_default().to_owned());
    }
    let offered = notices.clone();
    // What another notice says takes the place of what the last one said.
    let said = Memo::new(move |_| {
        let chosen = notice.with(|notice| notice.parse::<NoticeId>().ok());
        let chosen = offered.iter().find(|one| Some(one.id) == chosen);
        chosen.map(|chosen| chosen.level)
    });
    Effect::new(move |before: Option<Option<Option<ResponseLevel>>>| {
        let now = said.get();
        let before = before.flatten().flatten().map(ResponseLevel::code);
        // What the reader chose themself stays.
        let is_said =
            level.with_untracked(|level| level.is_empty() || Some(level.as_str()) == before);
        if is_said && let Some(Some(said)) = now {
            level.set(said.code().to_owned());
        }
        now
    });
    let institutions: Vec<BodyKind> = BodyKind::ALL
        .into_iter()
        .filter(|kind| kind.is_institution())
        .collect();
    let kinds = RwSignal::new(institutions.clone());
    let followed = RwSignal::new(Vec::<RulePackId>::new());
    let confirming = Confirmation::new("level-confirm");
    let sending = Sending::new("level-errors").kept(kept);
    sending.keep("kinds", Part::made(kinds));
    sending.keep("guides", Part::made(followed));
    let zone = site.jurisdiction.time_zone.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut faults = Vec::new();
        let from = read_moment("from", FROM, from, &zone).map_err(|fault| faults.push(fault));
        let open = until.with_untracked(|until| until.trim().is_empty());
        let until = if open {
            None
        } else {
            read_moment("until", UNTIL, until, &zone)
                .map_err(|fault| faults.push(fault))
                .ok()
        };
        // Said before anything is asked about.
        if let Some((from, until)) = from.ok().zip(until)
            && let Err(refusal) = check_term(from, until, browser::now())
        {
            faults.push(Fault {
                field: Some("until"),
                text: refusal.text(language()),
            });
        }
        let notice = read_notice("notice", notice).map_err(|fault| faults.push(fault));
        if kinds.with_untracked(Vec::is_empty) {
            let text = Text::new("请至少选择一类机构", "Choose at least one kind");
            faults.push(Fault {
                field: Some("kinds"),
                text: t(text).to_owned(),
            });
        }
        let area = match area.get_untracked().as_str() {
            "" => {
                let text = Text::new("请选择地区", "Choose an area");
                faults.push(Fault {
                    field: Some("area"),
                    text: t(text).to_owned(),
                });
                Area::Jurisdiction
            }
            WHOLE => Area::Jurisdiction,
            code => Area::District(DistrictCode(code.to_owned())),
        };
        let id = ResponseLevelId(Uuid::now_v7());
        let level = ResponseLevel::from_code(&level.get_untracked());
        if level.is_none() {
            let text = Text::new("请选择等级", "Choose a level");
            faults.push(Fault {
                field: Some("level"),
                text: t(text).to_owned(),
            });
        }
        // The rules say the same of a notice that puts another level in force.
        let said = said.get_untracked().flatten();
        if let (Some(said), Some(level)) = (said, level)
            && said != level
        {
            faults.push(Fault {
                field: Some("notice"),
                text: LevelRefusal::NoticeSaysOtherwise(said).text(language()),
            });
        }
        let command = match (level, from, notice) {
            (Some(level), Ok(from), Ok(notice)) => {
                let order = LevelOrder {
                    level,
                    area,
                    kinds: kinds.get_untracked(),
                    from,
                    until,
                    notice,
                    guides: followed.get_untracked(),
                };
                Some(Command::ResponseLevel {
                    id,
                    command: LevelCommand::Set(order),
                })
            }
            _ => None,
        };
        if let Some(Command::ResponseLevel { command, .. }) = &command
            && confirming.comes_first(sending, &faults, format!("{command:?}"))
        {
            return;
        }
        sending.run_command(faults, command, move || {
            browser::go_to(&format!("/levels/{id}"))
        });
    };
    let choose = || (String::new(), t(Text::new("请选择", "Choose")).to_owned());
    let choices = std::iter::once(choose())
        .chain(
            notices
                .iter()
                .map(|one| (one.id.to_string(), one.words.clone())),
        )
        .collect();
    let says = move || {
        let words = match said.get()? {
            Some(level) => {
                let level = t(level.title());
                say!(
                    language(),
                    "该通知执行{level}。",
                    "The notice says: {level}."
                )
            }
            None => t(Text::new(
                "该通知没有写明响应等级，请核对是否以它为依据。",
                "This notice states no level; check whether the decision rests on it.",
            ))
            .to_owned(),
        };
        Some(view! { <p class="hint" role="status">{words}</p> })
    };
    let confirm_zone = site.jurisdiction.time_zone.clone();
    let consequence = move || {
        let begins = read_moment("from", FROM, from, &confirm_zone);
        let past = begins.is_ok_and(|from| from < browser::now()).then(|| {
            let text = Text::new(
                "生效时间已过：自该时间起视为适用，此间的检查和要求按该等级判断。",
                "It begins in the past: from then on it is taken to have held, and what was inspected and asked since is judged by it.",
            );
            view! { <p><strong>{t(text)}</strong></p> }
        });
        view! { <div class="stack">{past}<p>{t(CONSEQUENCE)}</p></div> }.into_any()
    };
    let levels = std::iter::once(choose())
        .chain(
            ResponseLevel::ALL.map(|level| (level.code().to_owned(), t(level.title()).to_owned())),
        )
        .collect();
    let areas: Vec<(String, String)> = [
        choose(),
        (WHOLE.to_owned(), site.name(&site.jurisdiction.name)),
    ]
    .into_iter()
    .chain(site.districts())
    .collect();
    let kind_choices = institutions
        .into_iter()
        .map(|kind| (kind, t(kind.title()).to_owned()))
        .collect();
    let guide_choices: Vec<(RulePackId, String)> = guides
        .iter()
        .map(|guide| (guide.id, tr(&guide.name)))
        .collect();
    let guide_boxes = (!guide_choices.is_empty()).then(|| {
        boxes(
            "guides",
            Text::new("执行的指南", "Guides to follow"),
            guide_choices,
            followed,
            sending,
        )
    });
    let title = t(Text::new("决定响应等级", "Set a response level")).to_owned();
    view! {
        {crumbs(PATH, TITLE, title.clone())}
        {head(title, (), ())}
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {Ask::new("notice", Text::new("依据的通知", "Notice it rests on"), Control::Choice(choices), notice).view(sending)}
            {says}
            {Ask::new("level", Text::new("等级", "Level"), Control::Choice(levels), level).view(sending)}
            {Ask::new("area", Text::new("地区", "Area"), Control::Choice(areas), area).view(sending)}
            {boxes("kinds", Text::new("机构类别", "Kinds of institutions"), kind_choices, kinds, sending)}
            {Ask::new("from", FROM, Control::Moment, from)
                .hint(Text::new("精确到分钟。", "To the minute."))
                .view(sending)}
            {Ask::new("until", UNTIL, Control::Moment, until).optional()
                .hint(Text::new("不填则至另行通知。", "Left empty, it holds until further notice."))
                .view(sending)}
            {guide_boxes}
            {confirming.submit_saying(sending, IconName::Send, Text::new("作出决定", "Put it in force"), consequence)}
        </form>
    }
    .into_any()
}
