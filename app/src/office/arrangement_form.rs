//! Writing an arrangement, or an amendment of one.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use domain::Text;
use domain::arrangement::{ArrangementCommand, ArrangementContent};
use domain::campaign::{CampaignKind, ChecklistUse, NoticeMode, Subjects};
use domain::command::Command;
use domain::draw::plan::Focus;
use domain::id::{ArrangementId, BodyId};
use domain::jurisdiction::DistrictCode;
use form::Texts;
use leptos::prelude::*;
use uuid::Uuid;

use super::Site;
use super::arrangements::TITLE;
use crate::api::query::checklists;
use crate::api::view::ChecklistRow;
use crate::i18n::{t, tr};
use crate::widgets::ask::{Ask, Control, empty_faults, read_day, read_number};
use crate::widgets::bodies_picker::Chosen;
use crate::widgets::body_picker::BodyPicker;
use crate::widgets::browser;
use crate::widgets::draft::Part;
use crate::widgets::head::{crumbs, head};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::loaded::loaded;
use crate::widgets::sending::{Sending, Work};
use crate::widgets::texts::typed;

const NUMBER: Text = Text::new("文号", "Document number");
const NAME: Text = Text::new("标题（中文）", "Title in Chinese");
const NAME_ENGLISH: Text = Text::new("标题（英文）", "Title in English");
const WORDS: Text = Text::new("正文（中文）", "Text in Chinese");
const WORDS_ENGLISH: Text = Text::new("正文（英文）", "Text in English");
const FROM: Text = Text::new("第一天", "First day");
const TO: Text = Text::new("最后一天", "Last day");
const FACTOR: Text = Text::new("重点区权重（2至10）", "Weight of the focus (2 to 10)");
const REASON: Text = Text::new("修订原因", "Why it is amended");

/// What a ticked checklist is kept under.
fn ticked(row: &ChecklistRow) -> String {
    format!("{}/{}", row.id, row.version)
}

/// What the form is for.
#[derive(Clone)]
pub enum Writing {
    New,
    /// Writes what is pending anew.
    Again(ArrangementId, Box<ArrangementContent>),
    Amendment(ArrangementId, Box<ArrangementContent>),
}

pub fn page() -> AnyView {
    let site = Site::here();
    let answer = Resource::new(|| (), |()| checklists());
    let title = t(Text::new("起草工作安排", "Draft an arrangement")).to_owned();
    view! {
        {crumbs("/arrangements", TITLE, title.clone())}
        {head(title, (), ())}
        {loaded(answer, move |rows: Vec<ChecklistRow>| {
            let gone = Callback::new(|id: ArrangementId| browser::go_to(&format!("/arrangements/{id}")));
            form(&rows, &site, Writing::New, gone)
        })}
    }
    .into_any()
}

/// `done` hears of the arrangement that was written.
pub fn form(
    checklists: &[ChecklistRow],
    site: &Site,
    writing: Writing,
    done: Callback<ArrangementId>,
) -> AnyView {
    let [
        number,
        name,
        name_english,
        words,
        words_english,
        kind,
        mode,
        subjects,
        from,
        to,
        focus,
        factor,
        reason,
    ] = std::array::from_fn(|_| RwSignal::new(String::new()));
    kind.set(CampaignKind::SpotCheck.code().to_owned());
    mode.set(NoticeMode::Unannounced.code().to_owned());
    subjects.set(Subjects::Both.code().to_owned());
    factor.set("2".to_owned());
    from.set(browser::today(&site.jurisdiction.time_zone).to_string());
    let used = RwSignal::new(Vec::<String>::new());
    let (id, before) = match &writing {
        Writing::New => (None, None),
        Writing::Again(id, content) | Writing::Amendment(id, content) => {
            (Some(*id), Some((**content).clone()))
        }
    };
    let amends = matches!(writing, Writing::Amendment(..));
    if let Some(content) = &before {
        let say =
            |texts: &form::Texts, language: domain::Language| texts.get(language.tag()).to_owned();
        number.set(content.number.clone());
        name.set(say(&content.title, domain::Language::Chinese));
        name_english.set(say(&content.title, domain::Language::English));
        words.set(say(&content.text, domain::Language::Chinese));
        words_english.set(say(&content.text, domain::Language::English));
        kind.set(content.kind.code().to_owned());
        mode.set(content.notice_mode.code().to_owned());
        subjects.set(content.subjects.code().to_owned());
        from.set(content.from.to_string());
        to.set(content.to.to_string());
        if let Some(focused) = &content.focus {
            focus.set(focused.district.0.clone());
            factor.set(focused.factor.to_string());
        }
        let those = checklists.iter().filter(|row| {
            let is_it =
                |one: &ChecklistUse| (one.checklist, &one.version) == (row.id, &row.version);
            content.checklists.iter().any(is_it)
        });
        used.set(those.map(ticked).collect());
    } else {
        used.set(checklists.first().map(ticked).into_iter().collect());
    }
    let authority = BodyPicker::new("authority", Text::new("实施单位", "Authority"));
    let partner = BodyPicker::new("partner", Text::new("联合检查的单位", "Inspects jointly"));
    let partners = RwSignal::new(Chosen::new());
    let add_partner = move |_| {
        let Ok(body) = partner.require() else { return };
        let name = browser::value_of("partner").unwrap_or_default();
        partners.update(|partners| {
            partners.retain(|(known, _)| *known != body);
            partners.push((body, Texts::both(name.clone(), name)));
        });
        partner.clear();
    };
    let page = match &writing {
        Writing::New => "arrangements/new".to_owned(),
        Writing::Again(id, _) => format!("arrangements/{id}/again"),
        // What is written of one version is given back of no other.
        Writing::Amendment(id, content) => {
            let mut hasher = DefaultHasher::new();
            serde_json::to_string(content)
                .unwrap_or_default()
                .hash(&mut hasher);
            format!("arrangements/{id}/amend/{:x}", hasher.finish())
        }
    };
    let sending = Sending::new("arrangement-errors")
        .named(&[("title", "name"), ("text", "words")])
        .kept(&page);
    sending.keep("partner", Part::Bodies(partners));
    sending.keep("checklists", Part::Ticks(used));
    let rows: Vec<ChecklistRow> = checklists.to_vec();
    let submit = {
        let before = before.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let mut asked = vec![
                ("number", NUMBER, number),
                ("name", NAME, name),
                ("words", WORDS, words),
            ];
            if amends {
                asked.push(("reason", REASON, reason));
            }
            let mut faults = empty_faults(&asked);
            let from = read_day("from", FROM, from)
                .map_err(|fault| faults.push(fault))
                .ok();
            let to = read_day("to", TO, to)
                .map_err(|fault| faults.push(fault))
                .ok();
            let factor = read_number("factor", FACTOR, factor)
                .map_err(|fault| faults.push(fault))
                .ok();
            // What is written anew keeps its authority and its partners unless others are named.
            let kept = before.as_ref().map(|content| content.authority);
            let authority = match (authority.read(), kept) {
                (Ok(None), Some(kept)) => Some(kept),
                _ => authority.require().map_err(|fault| faults.push(fault)).ok(),
            };
            let mut named: Vec<BodyId> =
                partners.get_untracked().iter().map(|(id, _)| *id).collect();
            if named.is_empty() {
                named = before
                    .iter()
                    .flat_map(|content| content.partners.clone())
                    .collect();
            }
            let ticks = used.get_untracked();
            let checklists = rows
                .iter()
                .filter(|row| ticks.contains(&ticked(row)))
                .map(|row| ChecklistUse {
                    checklist: row.id,
                    version: row.version.clone(),
                });
            let checklists: Vec<ChecklistUse> = checklists.collect();
            let district = Some(focus.get_untracked()).filter(|code| !code.is_empty());
            let kind = CampaignKind::from_code(&kind.get_untracked());
            let mode = NoticeMode::from_code(&mode.get_untracked());
            let subjects = Subjects::from_code(&subjects.get_untracked());
            let mut command = None;
            if let (
                Some(authority),
                Some(from),
                Some(to),
                Some(factor),
                Some(kind),
                Some(notice_mode),
                Some(subjects),
            ) = (authority, from, to, factor, kind, mode, subjects)
            {
                let content = Box::new(ArrangementContent {
                    number: number.get_untracked(),
                    title: typed(&name.get_untracked(), &name_english.get_untracked()),
                    text: typed(&words.get_untracked(), &words_english.get_untracked()),
                    kind,
                    notice_mode,
                    authority,
                    subjects,
                    checklists,
                    from,
                    to,
                    focus: district.map(|code| Focus {
                        district: DistrictCode(code),
                        factor,
                    }),
                    partners: named,
                });
                command = Some(if amends {
                    let reason = reason.get_untracked();
                    ArrangementCommand::Amend { content, reason }
                } else {
                    ArrangementCommand::Draft(content)
                });
            }
            let id = id.unwrap_or_else(|| ArrangementId(Uuid::now_v7()));
            let work = move || -> Work {
                Box::pin(async move {
                    match command {
                        Some(command) => {
                            sending.deliver(Command::Arrangement { id, command }).await
                        }
                        None => Ok(()),
                    }
                })
            };
            sending.run(faults, work, move || done.run(id));
        }
    };
    let choices = |all: Vec<(&'static str, Text)>| {
        all.into_iter()
            .map(|(code, text)| (code.to_owned(), t(text).to_owned()))
            .collect::<Vec<_>>()
    };
    let kinds = choices(
        CampaignKind::ALL
            .map(|one| (one.code(), one.title()))
            .to_vec(),
    );
    let modes = choices(
        NoticeMode::ALL
            .map(|one| (one.code(), one.title()))
            .to_vec(),
    );
    let who = choices(Subjects::ALL.map(|one| (one.code(), one.title())).to_vec());
    let no_focus = (
        String::new(),
        t(Text::new("没有重点区", "No focus")).to_owned(),
    );
    let districts: Vec<(String, String)> =
        std::iter::once(no_focus).chain(site.districts()).collect();
    let boxes: Vec<_> = checklists
        .iter()
        .map(|row| {
            let own = StoredValue::new(ticked(row));
            let toggle = move |event: leptos::ev::Event| {
                let is_in = event_target_checked(&event);
                let own = own.get_value();
                used.update(|used| {
                    used.retain(|other| *other != own);
                    if is_in {
                        used.push(own);
                    }
                });
            };
            let is_ticked = move |used: &Vec<String>| own.with_value(|own| used.contains(own));
            let name = format!("{} · {}", tr(&row.title), row.version);
            view! {
                <label class="choice">
                    <input type="checkbox" name="checklists" value=own.get_value()
                        checked=used.with_untracked(is_ticked)
                        prop:checked=move || used.with(is_ticked) on:change=toggle/>
                    {name}
                </label>
            }
        })
        .collect();
    let listed = move || {
        let line = |(_, name): (BodyId, Texts)| view! { <li>{tr(&name)}</li> };
        partners.get().into_iter().map(line).collect::<Vec<_>>()
    };
    let is_new = before.is_none();
    let keep = (!is_new).then(|| {
        view! { <p class="hint">{t(Text::new("实施单位和联合单位不填则不变。", "Authority and joint bodies stay as they are where nothing is entered."))}</p> }
    });
    view! {
        <form class="stack prose" novalidate on:submit=submit>
            {sending.summary()}
            {amends.then(|| Ask::area("reason", REASON, reason).view(sending))}
            {Ask::line("number", NUMBER, number).view(sending)}
            {Ask::line("name", NAME, name).view(sending)}
            {Ask::line("name-english", NAME_ENGLISH, name_english).optional().view(sending)}
            {Ask::area("words", WORDS, words).view(sending)}
            {Ask::area("words-english", WORDS_ENGLISH, words_english).optional().view(sending)}
            {Ask::new("kind", Text::new("类型", "Kind"), Control::Choice(kinds), kind).view(sending)}
            {Ask::new("mode", Text::new("是否事先通知", "Are those visited told?"), Control::Choice(modes), mode).view(sending)}
            {Ask::new("subjects", Text::new("检查对象", "Who is inspected"), Control::Choice(who), subjects).view(sending)}
            {keep}
            {authority.view(sending, !is_new)}
            <fieldset class="ask">
                <legend>{t(Text::new("检查表", "Checklists"))}</legend>
                <div class="facts">{boxes}</div>
            </fieldset>
            {Ask::new("from", FROM, Control::Day, from).view(sending)}
            {Ask::new("to", TO, Control::Day, to).view(sending)}
            {Ask::new("focus", Text::new("重点区", "Focus district"), Control::Choice(districts), focus).view(sending)}
            {Ask::new("factor", FACTOR, Control::Number, factor).view(sending)}
            <ul>{listed}</ul>
            {partner.view(sending, true)}
            <p><button class="button" type="button" on:click=add_partner><Icon name=IconName::Plus/>{t(Text::new("加入联合单位", "Add the joint body"))}</button></p>
            {sending.submit(IconName::Send, Text::new("提交审批", "Submit for approval"))}
        </form>
    }
    .into_any()
}
